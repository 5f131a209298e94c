"""Frozen rows that are damaged are refused and never guessed at."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State
from sagsbarometer.runs.counted import frozen_of
from sagsbarometer.store.dataset import parquet
from tests.forms_in_tests import form, question
from tests.shared_in_tests import demo_study

ROWS = "dataset/rows.parquet"
ROW: dict[str, Any] = {
    "case_id": "s1", "municipality_id": "901", "late": True, "late__state": "answered", "overrun": 3,
    "overrun__state": "answered", "lacks__a": True, "lacks__b": False, "lacks__state": "answered",
    "note__state": "answered",
}  # fmt: skip


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Form:
    choices = "choices: [{code: a, label: {da: a, en: a}}, {code: b, label: {da: b, en: b}}]"
    questions = (question("late", "bool"), question("overrun", "int"), question("lacks", "codes", choices))
    return form(tmp_path_factory.mktemp("form"), "questions:", *questions, question("note", "text"))


def test_a_row_is_read_as_the_answers_it_was_made_of(asked: Form) -> None:
    (case,) = frozen_of(asked, parquet(asked, [ROW])).cases()
    values = {"late": True, "overrun": 3, "lacks": frozenset({"a"}), "note": ""}
    assert case == ("901", {id: Answer(State.ANSWERED, value) for id, value in values.items()})


@pytest.mark.parametrize(
    "damage",
    [
        {"late": None}, {"overrun": None}, {"late__state": None}, {"note__state": None}, {"late__state": "lost"},
        {"lacks__a": None, "lacks__b": None}, {"lacks__b": None}, {"late__state": "not_asked"},
        {"lacks__state": "cannot_be_seen"}, {"lacks__state": "not_asked", "lacks__a": None},
    ],
    ids=lambda damage: " ".join(f"{name}={value}" for name, value in damage.items()),
)  # fmt: skip
def test_a_value_that_does_not_go_with_its_state_is_refused(asked: Form, damage: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"state|State|choices are null"):
        frozen_of(asked, parquet(asked, [ROW, ROW | damage])).cases()


def test_rows_of_another_form_and_bytes_that_are_no_rows_are_refused(asked: Form, tmp_path: Path) -> None:
    other = form(tmp_path, "questions:", question("late", "bool"))
    rows = parquet(other, [ROW])
    with pytest.raises(ValueError, match="not the rows of this form"):
        frozen_of(asked, rows).cases()
    footer_lost = rows[:-60] + b"x" * 52 + rows[-8:]
    for damaged in (b"junk", rows[:-20], rows[:4] + b"x" * 40 + rows[44:], footer_lost):
        with pytest.raises(ValueError, match=r".+"):
            frozen_of(other, damaged).cases()


def without_a_state(rows: bytes) -> bytes:
    table = pyarrow.parquet.read_table(io.BytesIO(rows))
    at = table.column_names.index("result__state")
    states = [None, *table["result__state"].to_pylist()[1:]]
    out = io.BytesIO()
    pyarrow.parquet.write_table(table.set_column(at, "result__state", pyarrow.array(states, "string")), out)
    return out.getvalue()


@pytest.mark.parametrize("damage", [without_a_state, lambda rows: b"junk"], ids=["no state", "junk"])
def test_a_command_says_that_the_folder_is_damaged(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    results = tmp_path / "resultater"
    shutil.copytree(demo_study(tmp_path_factory).results, results)
    (results / ROWS).write_bytes(damage((results / ROWS).read_bytes()))
    options = ["--profile", "open_local", "--out", str(tmp_path / "ud")]
    told = CliRunner().invoke(app, ["disclosure", "protect", str(results), *options])
    assert "RESULTAT-101" in told.output, told.output
    assert told.exit_code not in (0, None)
    assert not (tmp_path / "ud").exists()
