"""The workbook to fill in: what it offers, that it stays the same, and that the import reads it back."""

from __future__ import annotations

import datetime
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sagsbarometer.deliveries.returned import returned_file
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.forms.form import Choice, Form, Question, Section
from sagsbarometer.forms.language.parse import parse
from sagsbarometer.forms.language.tree import Node
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import State
from sagsbarometer.forms.template import PREPARED_ROWS, template, template_columns
from sagsbarometer.kernel.problems import Place, Problem
from sagsbarometer.review.answers import direct_plan, read_answers

SEEN, RELEVANT = State.CANNOT_BE_SEEN, State.NOT_RELEVANT


def node(text: str) -> Node:
    return parse(text, Place())


def question(id: str, type: Type = Type.BOOL, section: str = "case", **more: Any) -> Question:
    values: dict[str, Any] = {
        "label": {"da": f"Dansk {id}", "en": f"English {id}"},
        "help": {},
        "choices": (),
        "ask_if": None,
        "allow": frozenset(),
        "required": True,
        "condition": "",
        "source": "",
    }
    return Question(id=id, type=type, section=section, **values | more)


def choice(code: str, danish: str, show_if: str = "") -> Choice:
    return Choice(code, {"da": danish, "en": f"English {code}"}, node(show_if) if show_if else None)


RESULT = (choice("grant", "Bevilling"), choice("refusal", "Afslag", "heard"))
FORM = Form(
    id="proeve",
    version=3,
    title={"da": "Prøveskema", "en": "Trial form"},
    languages=("da", "en"),
    provision="serviceloven/97",
    sections=(
        Section("case", {"da": "Sagen", "en": "The case"}),
        Section("empty", {"da": "Tomt"}),
        Section("rules", {"da": "Regler", "en": "Rules"}),
    ),
    questions=(
        question("heard", help={"da": "Se brevet."}, source="forvaltningsloven § 19"),
        question("deadline", Type.INT, "rules", minimum=0, maximum=99, allow=frozenset({SEEN, RELEVANT})),
        question("result", Type.CODE, choices=RESULT, allow=frozenset({SEEN})),
        question("missing", Type.CODES, choices=RESULT, required=False, allow=frozenset({SEEN})),
        question("received", Type.DATE, "rules", allow=frozenset({SEEN})),
        question("decided", Type.DATE, "rules", ask_if=node("heard and result == 'grant'")),
        question("span", Type.INT, "rules", required=False),
        question("remark", Type.TEXT, "rules", required=False),
    ),
    derived=(),
    order=("heard", "deadline", "result", "missing", "received", "decided", "span", "remark"),
    checks=(),
    file="form.yaml",
    hash="0123456789abcdef" * 4,
)
COLUMNS = (
    *("case_id", "municipality_id", "heard", "result", "missing.grant", "missing.refusal"),
    *("deadline", "received", "decided", "span", "remark"),
)


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(template(FORM)))


def letter_of(sheet: Worksheet, id: str) -> str:
    return str(next(cell.column_letter for cell in sheet[1] if cell.value == id))


def rules(sheet: Worksheet) -> dict[str, Any]:
    """The rule of each column, by its id."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        (area,) = rule.sqref.ranges
        assert (area.min_row, area.max_row) == (2, PREPARED_ROWS + 1)
        for column in range(area.min_col, area.max_col + 1):
            found[str(sheet.cell(1, column).value)] = rule
    return found


def offered(book: openpyxl.Workbook, rule: Any) -> list[str]:
    """The words of the list a rule points to."""
    sheet, _, area = rule.formula1.lstrip("=").partition("!")
    return [str(cell.value) for (cell,) in book[sheet][area.replace("$", "")]]


def test_row_one_holds_the_ids_by_section(book: openpyxl.Workbook) -> None:
    assert template_columns(FORM) == COLUMNS
    assert tuple(cell.value for cell in book["Svar"][1]) == COLUMNS
    assert book["Svar"].max_row == 1


def test_sheets_and_what_is_shown_first(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["Svar", "Vejledning", "Spørgsmål", "Valg"]
    assert book.active.title == "Svar"
    assert [sheet.sheet_state for sheet in book] == ["visible", "visible", "visible", "hidden"]
    assert book["Svar"].freeze_panes == "C2"


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("heard", ["ja", "nej"]),
        ("result", ["Bevilling", "Afslag", "kan ikke ses"]),
        ("missing.grant", ["ja", "nej", "kan ikke ses"]),
        ("missing.refusal", ["ja", "nej", "kan ikke ses"]),
    ],
)
def test_drop_downs_offer_danish_words_and_allowed_states(
    book: openpyxl.Workbook, column: str, words: list[str]
) -> None:
    rule = rules(book["Svar"])[column]
    assert (rule.type, rule.showDropDown, rule.showErrorMessage) == ("list", False, True)
    assert offered(book, rule) == words


def test_dates_and_numbers_are_checked_and_leave_room_for_states(book: openpyxl.Workbook) -> None:
    sheet = book["Svar"]
    found = rules(sheet)
    assert (found["decided"].type, found["decided"].operator) == ("date", None)
    assert (found["span"].type, found["span"].formula1) == ("whole", "-999999999")
    for column, words in (("deadline", ["kan ikke ses", "ikke relevant"]), ("received", ["kan ikke ses"])):
        rule, cell = found[column], f"{letter_of(sheet, column)}2"
        assert rule.type == "custom"
        assert f"ISNUMBER({cell})" in rule.formula1
        assert [f'{cell}="{word}"' in rule.formula1 for word in words] == [True] * len(words)
    assert f"{letter_of(sheet, 'deadline')}2<=99" in found["deadline"].formula1
    assert "ikke relevant" not in found["received"].formula1
    assert sheet.column_dimensions[letter_of(sheet, "decided")].number_format == "dd-mm-yyyy"


def test_every_column_tells_what_is_asked(book: openpyxl.Workbook) -> None:
    sheet = book["Svar"]
    found = rules(sheet)
    assert set(found) == set(COLUMNS)
    for cell in sheet[1]:
        rule = found[cell.value]
        assert (rule.promptTitle, rule.showInputMessage) == (cell.value, True)
        assert rule.prompt
        assert cell.comment.text
    notes = {cell.value: cell.comment.text for cell in sheet[1]}
    assert notes["heard"] == "Sagen\nDansk heard\nSe brevet."
    assert notes["decided"] == "Regler\nDansk decided\nStilles når: heard and result == 'grant'"
    assert notes["missing.refusal"] == (
        "Sagen\nDansk missing – Afslag\nStilles når: heard\nKan også besvares: kan ikke ses\nFrivilligt"
    )
    assert "CPR" in notes["case_id"]


def test_sections_have_colours_and_fold_apart(book: openpyxl.Workbook) -> None:
    sheet = book["Svar"]
    colours = {cell.value: cell.fill.fgColor.rgb for cell in sheet[1]}
    assert colours["heard"] == colours["missing.grant"] != colours["deadline"] == colours["remark"]
    levels = [sheet.column_dimensions[cell.column_letter].outlineLevel for cell in sheet[1]]
    grouped = dict(zip(COLUMNS, levels, strict=True))
    assert grouped["case_id"] == grouped["heard"] == grouped["deadline"] == 0
    bold = {cell.value: cell.font.b for cell in sheet[1]}
    assert bold["result"]
    assert not bold["missing.grant"]
    with zipfile.ZipFile(io.BytesIO(template(FORM))) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert 'summaryRight="0"' in xml
    assert xml.count('outlineLevel="1"') >= 2


def test_the_guide_says_what_form_it_is_and_what_the_states_mean(book: openpyxl.Workbook) -> None:
    rows = {str(row[0].value): str(row[1].value) for row in book["Vejledning"].iter_rows()}
    assert rows["Skema"] == "Prøveskema, version 3 (0123456789ab)"
    assert "ukendt" in rows["kan ikke ses"]
    assert "går ud" in rows["ikke relevant"]
    properties = {item.name: item.value for item in book.custom_doc_props.props}
    assert properties == {"form": "proeve", "version": "3", "hash": FORM.hash}


def test_the_list_of_questions_has_every_column(book: openpyxl.Workbook) -> None:
    header, *rows = [[cell.value or "" for cell in row] for row in book["Spørgsmål"].iter_rows()]
    assert [row[0] for row in rows] == list(COLUMNS[2:])
    by_id = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert by_id["result"]["Svarmuligheder"] == "Bevilling (grant)\nAfslag (refusal): heard"
    assert by_id["decided"]["Stilles når"] == "heard and result == 'grant'"
    assert by_id["deadline"]["Kan også besvares"] == "ikke relevant, kan ikke ses"
    assert by_id["heard"]["Kilde"] == "forvaltningsloven § 19"
    assert by_id["remark"]["Skal besvares"] == "frivilligt"


def test_the_same_form_gives_the_same_bytes() -> None:
    assert template(FORM) == template(FORM)
    assert template(FORM) != template(FORM, "en")
    with zipfile.ZipFile(io.BytesIO(template(FORM))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2


def filled(folder: Path, language: str = "da", **answers: object) -> Path:
    """The template with one case in it, as openpyxl saves it."""
    book = openpyxl.load_workbook(io.BytesIO(template(FORM, language)))
    sheet = book["Svar"]
    for id, value in {"case_id": "A1", "municipality_id": "0101", **answers}.items():
        sheet[f"{letter_of(sheet, id.replace('__', '.'))}2"] = value
    book.save(folder / "svar.xlsx")
    return folder / "svar.xlsx"


def test_every_word_offered_is_read_back(tmp_path: Path) -> None:
    for language in ("da", "en"):
        empty = openpyxl.load_workbook(io.BytesIO(template(FORM, language)))
        found = rules(empty["Svar"])
        seen = offered(empty, found["missing.grant"])[2]
        for word, answer in zip(
            offered(empty, found["result"]), ("grant", "refusal", State.CANNOT_BE_SEEN), strict=True
        ):
            yes, no = offered(empty, found["heard"])
            path = filled(
                tmp_path,
                language,
                heard=yes,
                result=word,
                missing__grant=no,
                missing__refusal=yes,
                deadline=seen,
                received=datetime.date(2022, 12, 20),
                decided=datetime.date(2022, 12, 24) if answer == "grant" else seen,
                remark="En bemærkning",
            )
            table = read_table(path)
            plan = direct_plan(FORM, table)
            assert plan.problems == ()
            if answer is not State.CANNOT_BE_SEEN and answer == "grant":
                (case,) = read_answers(table, FORM, plan, None).cases
                assert case.municipality_id == "101"
                assert case.case.answers["heard"] == Answer(State.ANSWERED, True)
                assert case.case.answers["result"] == Answer(State.ANSWERED, "grant")
                assert case.case.answers["missing"] == Answer(State.ANSWERED, frozenset({"refusal"}))
                assert case.case.answers["deadline"].state is State.CANNOT_BE_SEEN
                assert case.case.answers["received"].value == datetime.date(2022, 12, 20)


def test_a_returned_template_keeps_its_drop_downs(tmp_path: Path) -> None:
    path = filled(tmp_path, result="måske")
    place = Place("svar.xlsx", row=2, column="result")
    out = returned_file(path, [Problem("SVAR-106", place, "Intet svar.", "Vælg.")], tmp_path / "ud")
    book = openpyxl.load_workbook(out)
    sheet = book["Svar"]
    found = rules(sheet)
    assert set(found) == set(COLUMNS)
    assert offered(book, found["result"]) == ["Bevilling", "Afslag", "kan ikke ses"]
    assert f"{letter_of(sheet, 'deadline')}2<=99" in found["deadline"].formula1
    assert sheet.freeze_panes == "D2"
    assert sheet[f"{letter_of(sheet, 'result')}2"].comment.text.startswith("[FEJL]\nFejl SVAR-106")


def test_labels_that_could_mean_two_things_are_offered_as_codes() -> None:
    clash = question(
        "clash",
        Type.CODE,
        choices=(
            choice("b", "Ens"),
            choice("c", " ens"),
            choice("d", "B"),
            choice("e", "Ikke relevant"),
            choice("f", "To\nlinjer"),
        ),
        allow=frozenset({RELEVANT}),
    )
    form = replace(FORM, questions=(clash,))
    book = openpyxl.load_workbook(io.BytesIO(template(form)))
    words = offered(book, rules(book["Svar"])["clash"])
    assert words == ["b", "c", "d", "Ikke relevant", "To linjer", "not_relevant"]


def test_long_texts_and_formula_like_labels_do_no_harm() -> None:
    long = question(
        "q" * 60, Type.CODE, choices=(choice("x", "=1+1"), choice("y", "æ" * 300)), label={"da": "ø" * 900}
    )
    form = replace(FORM, questions=(long,))
    book = openpyxl.load_workbook(io.BytesIO(template(form)))
    rule = rules(book["Svar"])["q" * 60]
    assert offered(book, rule) == ["=1+1", "æ" * 300]
    assert book["Valg"]["A2"].data_type == "s"
    assert (len(rule.promptTitle), len(rule.prompt)) == (32, 255)
    assert "ø" * 900 in book["Svar"]["C1"].comment.text
