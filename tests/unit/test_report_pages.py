"""How a printed report is divided into pages: a heading stays with what it is about."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from sagsbarometer.reporting.charts.figure import FigureContent
from sagsbarometer.reporting.document import (
    Block,
    Column,
    Document,
    FigureBlock,
    Heading,
    Paragraph,
    Table,
    TableCell,
    Text,
)
from sagsbarometer.reporting.tables.lists import definition_tables
from sagsbarometer.reporting.writers.columns import PAGE, column_widths
from sagsbarometer.reporting.writers.pdf import typst_source
from tests.register_reports_in_tests import edition

HEADING = Heading(1, (Text("Sager ved domstolene"),), "retten")
TABLE = Table("Sager", (Column("År"),), ((TableCell("2024"),),))


def told(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def figure(height: int) -> FigureContent:
    fields: dict[str, Any] = dict.fromkeys(FigureContent.__dataclass_fields__, "")
    svg = f'<svg xmlns="x" version="1.1" width="700" height="{height}"></svg>'
    return FigureContent(**{**fields, "wide": svg, "notes": (), "table": TABLE})


def leads(*blocks: Block, height: int = 400) -> int:
    document = Document("Prøve", "", "prove", blocks, (), False)
    source = typst_source(document, edition(), {"f": figure(height)})
    return len(re.findall(r"^#lead-to\(", source, re.MULTILINE))


@pytest.mark.parametrize(
    ("blocks", "found"),
    [
        ((HEADING, told("Kort."), TABLE), 1),
        ((HEADING, told("Kort."), told("Mere."), TABLE), 2),
        ((HEADING, told("Kort."), FigureBlock("f", "figur")), 1),
        ((HEADING, told("x" * 600), TABLE), 0),  # long enough to stand at the foot of a page
        ((HEADING, TABLE, told("Efter."), TABLE), 0),  # it may be about the first
        ((told("Kort."), TABLE), 0),
        ((HEADING, told("Kort."), HEADING), 0),
    ],
)
def test_what_leads_to_a_table_stays_with_it(blocks: tuple[Block, ...], found: int) -> None:
    assert leads(*blocks) == found


def test_a_figure_that_fills_a_page_leaves_what_leads_to_it_behind() -> None:
    """Else the page before would hold nothing but that."""
    assert leads(HEADING, told("Kort."), FigureBlock("f", "figur"), height=900) == 0


def test_a_definition_in_sentences_has_room_for_them() -> None:
    plain = edition()
    measures = {id: replace(item, formula={"da": "Sager, der. " * 9}) for id, item in plain.measures.items()}
    for table in definition_tables(edition(measures=measures)):
        assert column_widths(table, 8.0)[0] > PAGE / 3
