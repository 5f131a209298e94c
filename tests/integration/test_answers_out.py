"""Answers out of a study and in again: each format opened by a reader of its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.labelled import columns, short_names
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.load import load_form
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.review.answers import Reviewed, ReviewedCase, direct_plan, read_answers
from sagsbarometer.review.freeze import frozen_rows
from sagsbarometer.runs.answers_out import FORMATS, answer_file, codebook_file
from tests.forms_in_tests import law
from tests.web.readings_in_tests import REFUSAL

DAY = date(2024, 4, 26)


@pytest.fixture(scope="module")
def barometer() -> Form:
    return load_form(shipped("studies") / "barometer_97" / "form.yaml", law())


def given(form: Form, said: Mapping[str, Any]) -> dict[str, Answer]:
    found = {}
    for id, value in said.items():
        if isinstance(value, str) and value.startswith("state:"):
            found[id] = Answer(State(value[6:]))
        elif form.question(id).type is Type.CODES:
            found[id] = Answer(State.ANSWERED, frozenset(value))
        elif form.question(id).type is Type.DATE:
            found[id] = Answer(State.ANSWERED, date.fromisoformat(value))
        else:
            found[id] = Answer(State.ANSWERED, value)
    return found


@pytest.fixture(scope="module")
def cases(barometer: Form) -> tuple[ReviewedCase, ...]:
    material = {
        **REFUSAL,
        "step_age": ["wrongly_assessed", "fettered"],
        "fettered_discretion": "immaterial",
        "fettered_discretion_direction": "undecidable",
        "wrong_assessment": "material",
        "wrong_assessment_direction": "to_harm",
        "would_be_outcome": "remitted",
    }
    return tuple(
        ReviewedCase(f"c{number}", code, complete(barometer, given(barometer, said)))
        for number, (code, said) in enumerate([("902", REFUSAL), ("901", material), ("901", REFUSAL)], 1)
    )


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_answer_file_comes_back_as_it_went(
    barometer: Form, cases: tuple[ReviewedCase, ...], tmp_path: Path, format: str
) -> None:
    path = tmp_path / f"svar.{format}"
    path.write_bytes(answer_file(barometer, cases, format, "da", DAY))
    table = read_table(path)
    back = read_answers(table, barometer, direct_plan(barometer, table), None)
    assert [case.case_id for case in back.cases] == ["c2", "c3", "c1"]
    assert frozen_rows(barometer, back) == frozen_rows(barometer, Reviewed(cases, "", ()))


@pytest.mark.parametrize("format", FORMATS)
def test_same_answers_same_bytes(barometer: Form, cases: tuple[ReviewedCase, ...], format: str) -> None:
    one = answer_file(barometer, cases, format, "da", DAY)
    assert answer_file(barometer, cases[::-1], format, "da", DAY) == one


@pytest.mark.parametrize(("format", "longest"), [("sav", 64), ("dta", 28)])
@pytest.mark.parametrize("language", ["da", "en"])
def test_statistics_programs_get_labels_and_true_types(
    barometer: Form, cases: tuple[ReviewedCase, ...], tmp_path: Path, format: str, longest: int, language: str
) -> None:
    import pyreadstat

    path = tmp_path / f"svar.{format}"
    path.write_bytes(answer_file(barometer, cases, format, language, DAY))
    read = pyreadstat.read_sav if format == "sav" else pyreadstat.read_dta
    held, told = read(str(path), output_format="dict")
    names = {column.name: column.name for column in columns(barometer, language)}
    if format == "dta":
        names = short_names(list(names))
    assert list(held) == list(names.values())
    assert max(map(len, held)) <= longest
    assert held["case_id"] == ["c2", "c3", "c1"]
    assert held["decision_date"][0] == date(2026, 4, 20)
    assert held["deadline_days"][0] == 56
    outcome = told.variable_value_labels["would_be_outcome"]
    labels = {
        choice.code: choice.label[language] for choice in barometer.question("would_be_outcome").choices
    }
    wanted = [labels[code] for code in ("remitted", "upheld", "upheld")]
    assert [outcome[value] for value in held["would_be_outcome"]] == wanted
    assert held[names["step_age__fettered"]] == [1, 0, 0]
    assert told.column_names_to_labels["result"] == barometer.question("result").label[language]
    states = told.variable_value_labels[names["step_fifteen_hours__state"]]
    said = {states[value] for value in held[names["step_fifteen_hours__state"]]}
    assert said == ({"ikke relevant"} if language == "da" else {"not relevant"})
    assert held["against_party"] == [None] * 3  # routed away: no value, and the state says why


def test_every_row_of_the_frozen_data_has_its_column(
    barometer: Form, cases: tuple[ReviewedCase, ...]
) -> None:
    row = frozen_rows(barometer, Reviewed(cases, "", ()))[0]
    made = [column.name for column in columns(barometer, "da")]
    assert made == [name for name in row if not name.endswith("__delivered")]


def test_short_names_are_short_and_unlike(barometer: Form) -> None:
    names = [column.name for column in columns(barometer, "da")]
    short = short_names(names)
    assert len(set(short.values())) == len(names)
    assert max(map(len, short.values())) <= 28


def test_nothing_in_a_workbook_is_a_formula(barometer: Form, cases: tuple[ReviewedCase, ...]) -> None:
    from openpyxl import load_workbook

    odd = (ReviewedCase("=1+1", "901", cases[0].case),)
    book = load_workbook(io.BytesIO(answer_file(barometer, odd, "xlsx", "da", DAY)))
    cell = book["Svar"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert book.sheetnames == ["Svar", "Kodebog"]


def test_the_codebook_says_what_each_value_means(barometer: Form) -> None:
    lines = list(csv.DictReader(io.StringIO(codebook_file(barometer, "da").decode("utf-8-sig"))))
    told = {line["vaerdi"]: line["betyder"] for line in lines if line["kolonne"] == "would_be_outcome"}
    assert set(told.values()) == {
        choice.label["da"] for choice in barometer.question("would_be_outcome").choices
    }


def test_a_format_nobody_knows_is_told(barometer: Form, cases: tuple[ReviewedCase, ...]) -> None:
    with pytest.raises(Faults, match="SVAR-111"):
        answer_file(barometer, cases, "doc", "da", DAY)
