"""What is said of a data file that does not fit its model: the keys of the file, in words of the house."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from sagsbarometer.datafiles.located import read_yaml
from sagsbarometer.datafiles.validated import Strict, Word, validated


class Column(Strict):
    """A column in a file of this test."""

    from_: Word | None = Field(None, alias="from")
    separator: Annotated[Word, Field(min_length=1)] = "|"
    few: int = Field(0, ge=0, le=100)


class File(Strict):
    """A file of this test."""

    name: Word
    columns: dict[str, Word | Column] = {}
    ignore: list[Word] = []


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("columns: {a: b}\n", 1, "»name« mangler."),
        ("name: x\ncolumns:\n  a: {fron: b}\n", 3, "»columns.a.fron« kendes ikke her."),
        ("name: x\ncolumns:\n  a: [b]\n", 3, "»columns.a« har en forkert type."),
        ("name: x\ncolumns:\n  a: {separator: ''}\n", 3, "»columns.a.separator« er tom."),
        ("name: x\ncolumns:\n  a: {few: 200}\n", 3, "»columns.a.few« er uden for det, der kan være."),
        ("name: x\ncolumns:\n  a: {few: mange}\n", 3, "»columns.a.few« har en forkert type."),
        ("name: x\nignore: b\n", 2, "»ignore« har en forkert type."),
        ("name: x\nignore: [{a: b}]\n", 2, "»ignore.0« har en forkert type."),
        ("- name\n", 1, "Her står ikke nøgler med værdier."),
    ],
)
def test_a_fault_is_told_once_by_the_keys_of_the_file(
    tmp_path: Path, text: str, line: int, fault: str
) -> None:
    (tmp_path / "f.yaml").write_text(text, encoding="utf-8")
    file, problems = validated(read_yaml(tmp_path / "f.yaml", "f.yaml"), File, code="KORT-101")
    assert file is None
    assert [(problem.place.line, problem.fault) for problem in problems] == [(line, fault)]
    assert not any(word in problem.remedy for problem in problems for word in ("model", "string", "function"))
