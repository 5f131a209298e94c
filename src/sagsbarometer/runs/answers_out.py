"""Answers out of a study, in the format somebody else's program reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.labelled import codebook, columns
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import State, state_column
from sagsbarometer.forms.wording import words
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.review.answers import Reviewed, ReviewedCase
from sagsbarometer.review.freeze import frozen_rows
from sagsbarometer.store.dataset import parquet
from sagsbarometer.store.statistics_files import spss, stata

Cases = Sequence[ReviewedCase]
FORMATS = ("csv", "xlsx", "parquet", "sav", "dta")
_CODEBOOK = {
    "da": ("kolonne", "navn_i_stata", "spoergsmaal", "vaerdi", "betyder"),
    "en": ("column", "name_in_stata", "question", "value", "means"),
}


def answer_file(form: Form, cases: Cases, format: str, language: str, day: date) -> bytes:
    """The answers of the cases, sorted by municipality and case; same answers, same bytes.

    `csv` and `xlsx` are answer files: `study run` takes them back as they are. `parquet` are the frozen rows, `sav`
    and `dta` the same with labels. Free text is in none of them. Raises Faults, SVAR-111, for another format.
    """
    made = _MADE.get(format)
    if made is None:
        fault = said("Formatet »{format}« kendes ikke.", format=format)
        raise Faults(
            [Problem("SVAR-111", Place(), fault, said("Vælg en af: {formats}.", formats=", ".join(FORMATS)))]
        )
    ordered = tuple(sorted(cases, key=lambda case: (case.municipality_id, case.case_id)))
    return made(form, ordered, language, day)


def codebook_file(form: Form, language: str) -> bytes:
    """The codebook as CSV: every column, its label, and what each value means."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_CODEBOOK.get(language, _CODEBOOK["da"]))
    writer.writerows(codebook(columns(form, language)))
    return out.getvalue().encode("utf-8-sig")


def answer_table(form: Form, cases: Cases) -> tuple[tuple[str, ...], list[list[str]]]:
    """Header and rows of an answer file: each question beside its state, without free text and derived variables."""
    asked = [question for question in form.questions if question.type is not Type.TEXT]
    header = ["case_id", "municipality_id"]
    for question in asked:
        header += [question.id, state_column(question.id)]
    lines = []
    for case in cases:
        line = [case.case_id, case.municipality_id]
        for question in asked:
            answer = case.case.answers[question.id]
            line += [_cell(answer), answer.state.value]
        lines.append(line)
    return tuple(header), lines


def _csv(form: Form, cases: Cases, language: str, day: date) -> bytes:
    header, lines = answer_table(form, cases)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(form: Form, cases: Cases, language: str, day: date) -> bytes:
    from datetime import UTC, datetime

    import xlsxwriter

    out = io.BytesIO()
    # Nothing that was answered is a formula or an address, whatever it begins with.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {
                "title": words(form.title, language),
                "created": datetime(day.year, day.month, day.day, tzinfo=UTC),
            }
        )
        header, lines = answer_table(form, cases)
        _sheet(book, "Svar" if language == "da" else "Answers", header, lines)
        told = codebook(columns(form, language))
        _sheet(
            book,
            "Kodebog" if language == "da" else "Codebook",
            _CODEBOOK.get(language, _CODEBOOK["da"]),
            told,
        )
    return out.getvalue()


def _sheet(book: Any, name: str, header: Sequence[str], lines: Any) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, header, book.add_format({"bold": True}))
    for number, line in enumerate(lines, 1):
        for column, text in enumerate(line):
            sheet.write_string(number, column, text)


def _parquet(form: Form, cases: Cases, language: str, day: date) -> bytes:
    return parquet(form, _rows(form, cases))


def _sav(form: Form, cases: Cases, language: str, day: date) -> bytes:
    return spss(columns(form, language), _rows(form, cases), words(form.title, language), day)


def _dta(form: Form, cases: Cases, language: str, day: date) -> bytes:
    return stata(columns(form, language), _rows(form, cases), words(form.title, language), day)


def _rows(form: Form, cases: Cases) -> list[dict[str, Any]]:
    return frozen_rows(form, Reviewed(tuple(cases), "", ()))


def _cell(answer: Answer) -> str:
    """An answer as an answer file has it, or nothing: why stands beside it."""
    value = answer.value
    if answer.state is not State.ANSWERED or value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, frozenset):
        return "|".join(sorted(value)) or "ingen"
    return value.isoformat() if isinstance(value, date) else str(value)


_MADE: Mapping[str, Callable[[Form, Cases, str, date], bytes]] = {
    "csv": _csv, "xlsx": _xlsx, "parquet": _parquet, "sav": _sav, "dta": _dta,
}  # fmt: skip
