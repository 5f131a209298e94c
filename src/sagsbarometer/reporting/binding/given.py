"""Tables from elsewhere: shown with their source, marked as given, and never counted with our own numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from sagsbarometer.measures.given import Given
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Column, Table, TableCell
from sagsbarometer.reporting.faults import Report
from sagsbarometer.reporting.numbers import DASH, number_words

_MARK = {
    "da": "Oplyst, ikke regnet her: tabellen er taget fra kilden, som den står dér.",
    "en": "Given, not computed here: the table is taken from the source as it stands there.",
}
_LIST_MARK = {
    "da": "Oplyst: listen er taget fra kilden, som den står dér.",
    "en": "Given: the list is taken from the source as it stands there.",
}
_SOURCE = {"da": "Kilde", "en": "Source"}
_TABLE = {"da": "Tabel", "en": "Table"}
_PLACE = re.compile(r"\s*\w+\.(?P<row>\w+)\.(?P<column>\w+)\s*:\s*given\s*", re.ASCII)
_LONG = 40  # letters: a column with longer words is wider


def given_table(edition: Edition, given: Given) -> Table:
    """The table with the mark that says it is given, why, and its source."""
    language = edition.language
    numbers = any(column.kind == "value" for column in given.columns)
    title = edition.words(given.title)
    caption = f"{_TABLE.get(language, 'Tabel')} {given.number}: {title}" if given.number else title
    mark = edition.words(given.mark if given.mark is not None else _MARK if numbers else _LIST_MARK)
    why = edition.words(given.why) if given.why else ""
    return Table(
        caption,
        tuple(
            Column(
                edition.words(column.label),
                "value" if column.kind == "value" else "text",
                weight=_weight([row[place] for row in given.rows], column.kind),
            )
            for place, column in enumerate(given.columns)
        ),
        tuple(
            tuple(
                replace(
                    _cell(text, column.kind, language),
                    danish=column.kind != "value" and edition.in_danish(text),
                )
                for text, column in zip(row, given.columns, strict=True)
            )
            for row in given.rows
        ),
        tuple(
            note
            for note in (mark, why, f"{_SOURCE.get(language, 'Kilde')}: {edition.words(given.source)}")
            if note
        ),
        given=given.id,
    )


def given_words(edition: Edition, given: Given) -> str:
    """How running text points to it: `tabel 4.6`, or its title where it has no number."""
    word = "table" if edition.language == "en" else "tabel"
    return f"{word} {given.number}" if given.number else f"»{edition.words(given.title)}«"


def given_number(edition: Edition, report: Report, inside: str, line: int) -> str | None:
    """What `{table.row.column:given}` prints; None where it points to no table from elsewhere. "" after a fault."""
    given = edition.given_table(inside.strip().partition(".")[0])
    if given is None:
        return None
    match = _PLACE.fullmatch(inside)
    if match is None:
        report.unfit_format(line, f"Et oplyst tal skrives {{{given.id}.række.kolonne:given}}.")
        return ""
    text = printed_given(given, match["row"], match["column"], edition.language)
    if text is None:
        report.no_place(line, f"{given.id}.{match['row']}.{match['column']}")
    return text or ""


def printed_given(given: Given, row: str, column: str, language: str) -> str | None:
    """What stands at a place, as it is printed in a text; None where there is no such place."""
    text = given.cell(row, column)
    if text is None:
        return None
    kind = next(item.kind for item in given.columns if item.id == column)
    return _printed(text, kind, language)


def _printed(text: str, kind: str, language: str) -> str:
    if not text:
        return DASH
    return number_words(language, Decimal(text)) if kind == "value" else text


def _cell(text: str, kind: str, language: str) -> TableCell:
    shown = _printed(text, kind, language)
    if kind != "value" or not text:
        return TableCell(shown)
    number = Decimal(text)
    places = -int(number.as_tuple().exponent)
    return TableCell(shown, number, format="#,##0" + ("." + "0" * places if places > 0 else ""))


def _weight(texts: list[str], kind: str) -> float:
    longest = max((len(text) for text in texts), default=0)
    if kind == "value":
        return 1.0
    return 6.0 if longest > _LONG else 1.6
