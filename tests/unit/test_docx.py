"""The small pieces of a Word file: names, addresses, footnotes, and pages."""

from __future__ import annotations

from dataclasses import replace

from sagsbarometer.reporting.charts.figure import contents
from sagsbarometer.reporting.document import Column as Col
from sagsbarometer.reporting.document import (
    Document,
    Emphasis,
    FigureBlock,
    Footnote,
    FootnoteRef,
    Heading,
    Inlines,
    PageBreak,
    Paragraph,
    RowKind,
    Strong,
    Table,
    TableCell,
    Text,
)
from sagsbarometer.reporting.writers.docx import write_docx
from sagsbarometer.reporting.writers.docx_xml import Bookmarks, Relations, address, run, safe
from tests.docx_in_tests import WP, W, out_of_order, parts, root, words
from tests.reports_in_tests import FIGURES, edition


def told(*inlines: Inlines, notes: tuple[Footnote, ...] = ()) -> bytes:
    """A file with a paragraph for each of `inlines`."""
    blocks = tuple(Paragraph(item) for item in inlines)
    return write_docx(Document("Titel", "", "tekst", blocks, notes, True), edition(), {})


def test_bookmarks_are_short_and_no_two_are_alike_in_any_case() -> None:
    names = Bookmarks()
    long = [f"afsnit-{'meget-' * 12}{number}" for number in range(12)]
    given = [names.name(anchor) for anchor in (*long, "fig-A", "fig-a", "fig_a")]
    assert all(len(name) <= 40 and name.replace("_", "").isalnum() for name in given)
    assert len({name.lower() for name in given}) == len(given)
    assert given == [names.name(anchor) for anchor in (*long, "fig-A", "fig-a", "fig_a")]


def test_an_address_is_whole_and_counted_once() -> None:
    relations = Relations()
    first = relations.id("hyperlink", "https://a.dk/æ b?x=1&y=<2>")
    assert relations.id("hyperlink", "https://a.dk/æ b?x=1&y=<2>") == first
    assert relations.id("image", "media/figur1.png") != first
    assert address("https://a.dk/æ b?x=1&y=%20") == "https://a.dk/%C3%A6%20b?x=1&amp;y=%20"
    assert relations.xml().count("TargetMode") == 1
    assert Relations().xml() == ""


def test_what_xml_forbids_is_left_out() -> None:
    assert safe("a\x00\x0b\ud800b<&>") == "ab&lt;&amp;&gt;"
    assert run("") == ""
    assert run("sags\u00adoplysning").count("<w:softHyphen/>") == 1


def test_strong_inside_stressed_keeps_the_order_word_wants() -> None:
    file = told((Emphasis((Text("a"), Strong((Text("b"), Strong((Text("c"),)))))),))
    assert list(out_of_order(root(file))) == []
    looks = [[child.tag.removeprefix(W) for child in item] for item in root(file).iter(f"{W}rPr")]
    assert looks == [["i", "iCs"], ["b", "bCs", "i", "iCs"], ["b", "bCs", "i", "iCs"]]


def test_a_footnote_pointed_to_from_another_is_told_there() -> None:
    notes = (Footnote(1, (Text("Den første"), FootnoteRef(2, True))), Footnote(2, (Text("den anden"),)))
    file = told((Text("Ord"), FootnoteRef(1, True)), notes=notes)
    footnotes = root(file, "word/footnotes.xml")
    assert [words(item) for item in footnotes.iter(f"{W}footnote")][2:] == ["Den første [den anden]"]
    assert not list(footnotes.iter(f"{W}footnoteReference"))


def test_a_page_break_stands_on_the_next_thing_and_leaves_no_empty_paragraph() -> None:
    table = Table("Tal", (Col("Mål"), Col("Antal", "count")), ((TableCell("a"), TableCell("1", 1)),))
    drawn = {FIGURES[0].id: contents(edition(), FIGURES[0])}
    figure = FigureBlock(FIGURES[0].id, "fig-figure_1", (Text("Med ord."),))
    for block, name in (
        (Paragraph((Text("Tekst"),)), "Tekst"),
        (table, "Tal"),
        (figure, "Figur 1: Lever sagerne op til kravene?"),
        (Heading(1, (Text("Kapitel"),), "afsnit-kapitel"), "Kapitel"),
    ):
        file = write_docx(Document("Titel", "", "x", (PageBreak(), block), (), True), edition(), drawn)
        assert list(out_of_order(root(file))) == []
        new = [
            item for item in root(file).iter(f"{W}p") if item.find(f"{W}pPr/{W}pageBreakBefore") is not None
        ]
        assert [words(item) for item in new] == [name]
        own = root(file).find(f"{W}body").findall(f"{W}p")
        assert all(words(item) or list(item.iter(f"{WP}inline")) for item in own)
    assert [item.get("descr") for item in root(file).iter(f"{WP}docPr")] == []


def test_rows_of_every_kind_and_cells_that_span() -> None:
    columns = (Col("Emne"), Col("Antal", "count", group="2024"), Col("Andel", "value", group="2024"))
    cell, number = TableCell("a"), TableCell("1", 1, mark="†", under="højst 3", tone=4)
    rows = (
        (cell, number, number),
        (cell, TableCell("ikke gjort op", span=2, words=True), TableCell("", span=0)),
        (TableCell("Under ét"), TableCell("", span=0), TableCell("", span=0)),
        (cell, number, number),
    )
    kinds = (RowKind.TOTAL, RowKind.GROUP, RowKind.HEADING, RowKind.PART)
    table = Table("Tal", columns, rows, ("En note.",), grid="t", kinds=kinds)
    file = write_docx(Document("Titel", "", "x", (table,), (), True), edition(), {})
    tree = root(file)
    assert list(out_of_order(tree)) == []
    spans = [[int(item.get(f"{W}val")) for item in row.iter(f"{W}gridSpan")] for row in tree.iter(f"{W}tr")]
    assert spans == [[2], [], [], [2], [3], []]
    merged = [item.get(f"{W}val") for item in tree.iter(f"{W}vMerge")]
    assert merged == ["restart", None]
    assert words(list(tree.iter(f"{W}tr"))[2]) == "a1† højst 31† højst 3"


def test_without_a_data_date_no_day_is_told() -> None:
    file = write_docx(Document("Titel", "", "x", (), (), True), replace(edition(), data_date=""), {})
    assert b"dcterms:created" not in parts(file)["docProps/core.xml"]
    assert b"1980" not in parts(file)["docProps/core.xml"]
