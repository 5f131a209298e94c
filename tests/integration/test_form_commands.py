"""The form commands, and the Excel sheet from empty to counted."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import openpyxl
import pytest

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.load import load_form
from sagsbarometer.forms.states import STATE_DA, State
from tests.commands_in_tests import called
from tests.forms_in_tests import HEAD, RESULT, law
from tests.shared_in_tests import demo_data

ROOT = Path(__file__).resolve().parents[2]
FORM = ROOT / "studies" / "barometer_97" / "form.yaml"


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return called(*arguments)


def test_the_shipped_form_is_without_faults() -> None:
    checked = command("form", "check", FORM)
    assert checked.returncode == 0, checked.stderr
    assert "Ingen fejl" in checked.stdout


def test_a_faulty_form_is_told_with_line_question_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(
        HEAD + "questions:" + RESULT.replace("en: Result", "en: ''") + "  - {id: q}\n", encoding="utf-8"
    )
    checked = command("form", "check", path)
    assert checked.returncode == 1
    assert "FORM-110" in checked.stderr
    assert f"{path}:" in checked.stderr
    assert "→" in checked.stderr
    plain = json.loads(command("form", "check", path, "--json").stdout)
    assert plain["ok"] is False
    assert {"code", "line", "question", "fault", "remedy"} <= set(plain["problems"][0])


def test_the_documentation_and_the_measures_can_be_read(tmp_path: Path) -> None:
    written = command("form", "doc", FORM, "--out", tmp_path / "doc.md")
    assert written.returncode == 0, written.stderr
    assert "in_accordance" in (tmp_path / "doc.md").read_text(encoding="utf-8")
    listed = command("measures", "list", "--json")
    of_form = [one for one in json.loads(listed.stdout)["measures"] if one["form"] == "ledsagelse_97"]
    measures = {measure["id"]: measure for measure in of_form}
    assert measures["deadline_kept"]["counts"] == "deadline == 'kept'"
    assert "ledsagelse" in command("measures", "list").stdout


def in_words(form: Form, column: str, text: str) -> str:
    """A cell as the sheet's drop-downs offer it: Danish labels, ja and nej, the Danish words for a state."""
    head, _, choice = column.partition(".")
    if not text or head not in form.names:
        return text
    if text in {state.value for state in State}:
        return STATE_DA[State(text)]
    if choice or form.names[head].type is Type.BOOL:
        return {"1": "ja", "0": "nej"}.get(text, text)
    if form.names[head].type is Type.CODE:
        labels = {item.code: item.label["da"] for item in form.question(head).choices}
        return labels.get(text, text)
    return text


def test_a_filled_in_sheet_gives_the_same_rows_as_the_csv(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = demo_data(tmp_path_factory)
    form = load_form(FORM, law())
    assert command("form", "template", FORM, "--out", tmp_path / "svar.xlsx").returncode == 0
    book = openpyxl.load_workbook(tmp_path / "svar.xlsx")
    sheet = book["Svar"]
    header = [cell.value for cell in sheet[1] if cell.value]
    with (data / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, start=2):
        for position, column in enumerate(header, start=1):
            sheet.cell(number, position).value = in_words(form, column, row.get(column, "")) or None
    book.save(tmp_path / "svar.xlsx")
    assert command("study", "new", "barometer_97", tmp_path / "s").returncode == 0
    for answers, out in ((tmp_path / "svar.xlsx", "a"), (data / "answers.csv", "b")):
        run = command("study", "run", tmp_path / "s", "--answers", answers, "--out", tmp_path / out)
        assert run.returncode == 0, run.stderr
    frozen = [(tmp_path / out / "dataset" / "rows.parquet").read_bytes() for out in ("a", "b")]
    assert frozen[0] == frozen[1]


@pytest.mark.parametrize("arguments", [["form", "doc"], ["form", "template"], ["measures", "list"]])
def test_a_form_that_is_not_there_says_so(tmp_path: Path, arguments: list[str]) -> None:
    out = ["--out", tmp_path / "x.xlsx"] if arguments[1] == "template" else []
    missing = command(*arguments, tmp_path / "none.yaml", *out)
    assert missing.returncode == 3
    assert "YAML-101" in missing.stderr
