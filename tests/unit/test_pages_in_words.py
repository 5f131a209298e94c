"""What pages say and offer: signs that stay with their number, tables with names, reports by their titles."""

from __future__ import annotations

import re

import pytest

from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.reporting.document import Column, Table, TableCell
from sagsbarometer.reporting.numbers import DASH
from sagsbarometer.reporting.writers.html_cards import Cards, cards_of, control_cells
from sagsbarometer.reporting.writers.html_numbers import write_numbers
from sagsbarometer.reporting.writers.html_table import table_html
from sagsbarometer.reporting.writers.html_words import kept, whole
from sagsbarometer.runs.page import offered
from sagsbarometer.runs.release_export import FILES, read_lines, titles
from tests import register_reports_in_tests as register
from tests import reports_in_tests as review


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("afslag (", "). Og", ("afslag ", '<span class="whole">(<b>6 %</b>).</span>', " Og")),
        ("i »", "« er", ("i ", '<span class="whole">»<b>6 %</b>«</span>', " er")),
        ("er ", " af", ("er ", "<b>6 %</b>", " af")),
        ("<", "", ("", '<span class="whole">&lt;<b>6 %</b></span>', "")),
        ("", ",", ("", '<span class="whole"><b>6 %</b>,</span>', "")),
    ],
)
def test_the_signs_at_a_number_are_one_piece_with_it(
    before: str, after: str, told: tuple[str, str, str]
) -> None:
    assert whole(before, "<b>6 %</b>", after) == told


def test_a_section_mark_stays_with_its_number() -> None:
    assert kept("(§ 97) & §§ 42 og 43, § om") == "(§\u00a097) &amp; §§\u00a042 og 43, § om"


def table(*rows: tuple[TableCell, ...], head: str = "Mål", caption: str = "Tal & sager") -> Table:
    return Table(caption, (Column(head), Column("Antal", "count")), rows)


def test_a_table_without_an_address_has_a_name_and_no_empty_id() -> None:
    told = table_html(table((TableCell("a"), TableCell("1", 1))))
    assert 'aria-label="Tal &amp; sager"' in told
    assert 'id=""' not in told
    assert 'aria-labelledby=""' not in told


def test_a_table_of_a_figure_is_no_landmark_of_its_own() -> None:
    rows = ((TableCell("a"), TableCell("1", 1)),)
    assert 'role="group" aria-labelledby="fig-1-tal"' in table_html(table(*rows), "fig-1-tal")
    assert 'role="region"' in table_html(table(*rows))


def test_a_head_without_words_is_no_head() -> None:
    told = table_html(table((TableCell("a"), TableCell("1", 1)), head=""))
    assert "<thead><tr><td></td><th" in told


def test_the_tab_key_reaches_a_number_before_a_dash() -> None:
    row = (TableCell("a"), TableCell(DASH, ref="x"), TableCell("7", ref="x"), TableCell(DASH, ref="y"))
    assert control_cells(row) == {2, 3}


def test_a_table_of_short_rows_takes_no_more_room_than_it_needs() -> None:
    assert 'class="table short"' in table_html(table((TableCell("2024"), TableCell("1", 1))))
    assert 'class="table"' in table_html(table((TableCell("Lov om aktiv socialpolitik"), TableCell("1", 1))))


def test_the_page_of_all_numbers_tells_of_interval_and_whom_they_speak_for() -> None:
    edition = register.edition()
    told = write_numbers(cards_of(edition, [])).decode()
    assert "intet: alle sager er talt med" in told
    assert "Nej: Alle er talt med." in told
    assert 'href="cells.csv"' in told
    assert 'href="cells.csv"' not in write_numbers(cards_of(edition, [], data=False)).decode()


def test_numbers_that_do_not_speak_for_the_same_have_a_column_for_it() -> None:
    edition = review.edition()
    told = write_numbers(Cards(edition, {cell.ref: () for cell in edition.results}, {})).decode()
    rows = re.findall(r"<thead><tr>(.*?)</tr></thead>\n<tbody>\n(.*?)</tbody>", told, re.DOTALL)
    assert rows
    for head, body in rows:
        for row in body.strip().split("\n"):
            assert row.count("<t") - 1 == head.count("<th")  # a cell under each head


def test_a_page_of_numbers_of_which_all_are_withheld_says_no_interval() -> None:
    edition = register.edition(results=ResultSet(()))
    assert "intet: alle sager er talt med" not in write_numbers(cards_of(edition, [])).decode()


def test_a_report_is_offered_by_its_title_in_every_format() -> None:
    files = {
        "udgave/index.html": b"<title>Alle filer</title>",
        "udgave/hvor.html": b"<title>Hvor kn\xc3\xa6kker det?</title>",
        "udgave/rapport.docx": b"",
        "udgave/rapport.html": b"<html><title>A &amp; B</title>",
        "udgave/rapport.pdf": b"",
        "udgave/tabeller.xlsx": b"",
        "udgave/figurer/figur_1.html": b"<title>No</title>",
        "udgave/en/report.html": b"<title>In English</title>",
    }
    first, second, tables = read_lines(titles(files), FILES)
    assert '<a href="udgave/rapport.html">A &amp; B</a>' in first
    assert 'href="udgave/rapport.pdf" aria-label="A &amp; B, Til print og arkiv (PDF)"' in first
    assert "Hvor knækker det?" in second
    assert "Alle tabeller" in tables
    (english,) = read_lines(titles(files), f"{FILES}/en", "en")
    assert '<a href="udgave/en/report.html" lang="en">In English</a>' in english


def test_what_is_offered_is_escaped() -> None:
    assert "<b>" not in offered("<b>", [('"a".html', "<b>"), ("b", "<b>")])
