"""A form that was read is kept by its content, and is still told by the file that was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from sagsbarometer.forms.load import load_form
from sagsbarometer.web.planning import folders
from tests.forms_in_tests import RESULT, form_file, law


def test_the_same_form_in_two_files_is_read_once_and_told_by_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        paths.append(form_file(tmp_path / name, "questions:" + RESULT))
    expected = [load_form(path, law()) for path in paths]
    first = folders.form_in(paths[0])
    monkeypatch.delattr(folders, "load_form")
    assert [first, folders.form_in(paths[1])] == expected
    assert folders.form_in(paths[0]).file == str(paths[0])
