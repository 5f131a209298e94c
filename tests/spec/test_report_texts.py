"""The language of a report, one small text for each line, format and condition that docs/rapporter.md tells of."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.measures.given import Given, GivenColumn
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import (
    Annex,
    Block,
    Box,
    Bullets,
    Document,
    FigureBlock,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    plain,
)
from sagsbarometer.reporting.files import read_sources
from sagsbarometer.reporting.texts.text import check_report
from tests.conftest import ROOT
from tests.register_reports_in_tests import edition as register
from tests.reports_in_tests import cells, edition

HEAD = "---\ntitle: En titel\n---\n\n"
MANUAL = (ROOT / "docs" / "rapporter.md").read_text(encoding="utf-8")

# What the manual writes: a text, and what stands on the page. `¶` begins a block.
LINES = {
    "::figure": ("::figure figure_1", "¶figur figure_1"),
    "::alt": ("::figure figure_1\n::alt Fire søjler.", "¶figur figure_1: Fire søjler."),
    "::table": ("::table figure_1", "¶tabel Tallene bag figur 1: Lever sagerne op til kravene?"),
    "::given": ("::given told", "¶tabel Tabel 4.6: Tider"),
    "::definitions": ("::definitions", "¶tabel Figur 1: Lever sagerne op til kravene?"),
    "::requirements": ("::requirements", "¶tabel Krav, hvor et brud er en retlig mangel"),
    "::conditions": ("::conditions", "¶tabel Betingelser i den rækkefølge, de vurderes"),
    "::box": ("::box En regel\nReglen.\n::end", "¶boks En regel ¶Reglen."),
    "::annex": ("::annex Metode\n\nTeksten.", "¶bilag 1 Metode ¶Teksten."),
    "::pagebreak": ("Før.\n\n::pagebreak\n\nEfter.", "¶Før. ¶side ¶Efter."),
    "[^navn]": ("Et ord.[^kilde]\n\n[^kilde]: Kilden.", "¶Et ord. ¶fodnote 1 Kilden."),
    "[@figure_2]": ("Se [@figure_1].\n\n::figure figure_1", "¶Se figur 1. ¶figur figure_1"),
}
FORMATS = {
    "count": ("{figure_1.right:count}", "205"),
    "words": ("{figure_1.hearing:words}", "Ingen"),
    "at_least": ("{figure_3.plan:at_least}", "Mindst 58"),
    "percent": ("{figure_1.right:percent}", "53 procent"),
    "percent_1": ("{figure_1.right:percent_1}", "53,2 procent"),
    "percent_short": ("{figure_1.right:percent_short}", "53"),
    "of": ("{figure_1.right:of}", "205 ud af 385"),
    "base": ("{figure_3.plan:base}", "311"),
    "known": ("{figure_3.plan:known}", "84"),
    "unknown": ("{figure_3.plan:unknown}", "227"),
    "interval": ("{figure_1.right:interval}", "48-58 procent"),
    "interval_1": ("{figure_1.right:interval_1}", "48,2-58,2 procent"),
    "with_interval": ("{figure_1.right:with_interval}", "53 (48-58)"),
    "bounds": ("{figure_3.plan:bounds}", "18,6-91,6 procent"),
    "weeks": ("{figure_3.overrun:weeks}", "11,5 uger"),
    "days": ("{figure_3.longest:days}", "212 dage"),
    "label": ("{topic.keyword.2022:label}", "Undersøgelsesprincippet (officialprincippet)"),
    "pp": ("{figure_1.reasons - figure_1.right:pp}", "27 procentpoint"),
    "given": ("{told.2024.weeks:given}", "8,6"),
}
# Each holds of the edition with a round before, and its opposite does not.
CONDITIONS = {
    "figure_2.reasons > 50": ("figure_1.right > 50", "figure_1.right > 54"),
    "figure_2.reasons > figure_2.legal_basis": (
        "figure_1.reasons > figure_1.right",
        "figure_1.right > figure_1.reasons",
    ),
    "figure_2.reasons - figure_2.legal_basis > 5": (
        "figure_1.reasons - figure_1.right > 27",
        "figure_1.reasons - figure_1.right > 28",
    ),
    "has figure_2.reasons": ("has figure_1.right", "has figure_1.nobody"),
    "before": ("before", "not before"),
    "comparable figure_2.reasons": ("comparable figure_1.right", "comparable figure_1.nobody"),
    "figure_2": ("figure_1", "figure_9"),
    "table_4_2.serviceloven.decided>0": ("figure_1.right>0", "figure_1.hearing>0"),
}


def given() -> Given:
    columns = (GivenColumn("year", {"da": "År"}, "text"), GivenColumn("weeks", {"da": "Uger"}, "value"))
    return Given(
        id="told",
        title={"da": "Tider"},
        source={"da": "Kilden"},
        columns=columns,
        rows=(("2024", "8.6"),),
        row_ids=("2024",),
        number="4.6",
    )


def whole() -> Edition:
    """An edition with every kind of thing that a text can point to, and a round before."""
    other = register()
    held = ResultSet((*cells(), *(cell for cell in other.results if cell.row or cell.period)))
    before = edition(data_date="2019-12-20", title="Runden før")
    return edition(results=held, given=(given(),), grids=other.grids, before=before)


def on_page(document: Document) -> str:
    told = list(_blocks(document.blocks))
    told += [f"¶fodnote {note.number} {plain(note.children)}" for note in document.footnotes]
    return " ".join(told).replace("\u00a0", " ")


def _blocks(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        match block:
            case FigureBlock(id, _, alt):
                yield f"¶figur {id}" + (f": {plain(alt)}" if alt else "")
            case Table():
                yield f"¶tabel {block.caption}"
            case Box():
                yield f"¶boks {plain(block.title)}"
                yield from _blocks(block.blocks)
            case Annex():
                yield f"¶bilag {block.number} {plain(block.title)}"
            case PageBreak():
                yield "¶side"
            case Paragraph(children):
                yield f"¶{plain(children)}"
            case Heading():
                yield f"¶{plain(block.children)}"
            case Bullets():
                for item in block.items:
                    yield from _blocks(item)


def read(body: str, of: Edition | None = None) -> str:
    document, problems = check_report(HEAD + body, "report.md", of or whole())
    assert document is not None, problems
    return on_page(document)


def rows(head: str) -> list[str]:
    """The first column of the table of the manual with this head, code by code."""
    table = MANUAL.split(head, 1)[1].split("\n\n", 1)[0]
    first = [line.split("|")[1] for line in table.split("\n") if line.startswith("| `")]
    return [code for cell in first for code in re.findall(r"`([^`]+)`", cell)]


def test_the_manual_and_these_texts_tell_of_the_same() -> None:
    lines = {code.split(" ")[0] for code in rows("| linje | hvad der kommer |")}
    assert {code for code in lines if code.startswith("::")} - {"::end"} == {
        code for code in LINES if code.startswith("::")
    }
    assert set(rows("| format | skrives |")) | {"pp", "given"} == set(FORMATS)
    told = set(rows("| betingelse | holder, når |"))
    assert set(CONDITIONS) <= told | {"figure_2"}


@pytest.mark.parametrize("name", LINES)
def test_a_line_places_what_the_manual_says(name: str) -> None:
    body, page = LINES[name]
    assert read(body).startswith(page)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_writes_what_the_manual_says(name: str) -> None:
    body, page = FORMATS[name]
    assert read(body) == f"¶{page}"


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_holds_when_the_manual_says(name: str) -> None:
    holds, fails = CONDITIONS[name]
    text = "::when {}\nJa.\n::else\nNej.\n::end when"
    assert read(text.format(holds)) == "¶Ja."
    assert read(text.format(fails)) == "¶Nej."
    assert read(text.replace("::when", "::unless", 1).format(holds)) == "¶Nej."


def test_a_text_that_is_short_on_purpose_is_not_warned() -> None:
    def codes(head: str) -> set[str]:
        _, problems = read_sources(edition(), [("report.md", f"---\ntitle: Kort\n{head}---\n\nOrd.\n")])
        return {problem.code for problem in problems}

    assert codes("") == {"RAPPORT-119"}
    assert codes("scope: short\n") == set()
    assert codes("scope: long\n") == {"RAPPORT-117"}


def test_a_danish_name_in_an_english_text_is_marked_as_danish() -> None:
    of = edition(language="en")
    source = "---\ntitle: T\n---\n\nThe board ([Ankestyrelsen]{.da}) decides.\n"
    document, problems = check_report(source, "report.en.md", of)
    assert document is not None, problems
    (block,) = document.blocks
    assert isinstance(block, Paragraph)
    assert [item.danish for item in block.children if hasattr(item, "danish")] == [False, True, False]
    assert plain(block.children) == "The board (Ankestyrelsen) decides."
