"""Pages are filled: what has no room is set smaller, later or over two pages, within limits, and the best is taken."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pikepdf
import pypdfium2
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
from sagsbarometer.reporting.writers import pdf
from sagsbarometer.reporting.writers.pdf import write_pdf
from sagsbarometer.reporting.writers.pdf_fill import BOTTOM, TOP, Part, Spot, Way, empty, ways_to_fill
from tests.reports_in_tests import edition

HIGH = BOTTOM - TOP


def spot(page: int, start: float, end: float, pages: int = 1) -> Spot:
    """Where a part stands; `start` and `end` are shares of a page."""
    return Spot(page, TOP + start * HIGH, page + pages - 1, TOP + end * HIGH)


def asked(parts: list[Part], *answers: dict[int, Spot]) -> dict[int, Way]:
    """What is decided where the first laying out gives the first answer, and so on."""
    given = iter(answers)
    return ways_to_fill(parts, lambda ways: next(given))


HALF_EMPTY = {1: spot(1, 0, 0.5), 2: spot(2, 0, 0.6), 3: spot(2, 0.65, 0.9), 4: spot(3, 0, 0.5)}
FULL = {1: spot(1, 0, 0.5), 2: spot(2, 0, 0.6), 3: spot(1, 0.5, 0.95), 4: spot(2, 0.6, 0.95)}


def test_a_figure_without_room_stands_later_and_the_text_after_it_fills_the_page() -> None:
    parts = [Part(1, "text", 900), Part(2, "figure", picture=200), Part(3, "text", 900), Part(4, "text", 900)]
    assert asked(parts, HALF_EMPTY, FULL) == {2: Way(later=True)}


def test_what_is_no_better_is_left_as_it_was() -> None:
    parts = [Part(1, "text", 900), Part(2, "figure", picture=200), Part(3, "text", 900), Part(4, "text", 900)]
    assert asked(parts, HALF_EMPTY, HALF_EMPTY) == {}


def test_a_figure_that_nearly_has_room_is_set_a_little_smaller() -> None:
    nearly = {1: spot(1, 0, 0.5), 2: spot(2, 0, 0.52), 3: spot(2, 0.6, 0.9), 4: spot(3, 0, 0.5)}
    parts = [Part(1, "text", 900), Part(2, "figure", picture=300), Part(3, "text", 900), Part(4, "text", 900)]
    (way,) = asked(parts, nearly, FULL).values()
    assert 0.85 <= way.width < 1
    parts[1] = Part(2, "figure", picture=100)  # so small a picture would have to be much smaller
    assert asked(parts, nearly, FULL) == {2: Way(later=True)}


def test_a_table_with_no_text_after_it_goes_over_two_pages_and_a_short_one_never() -> None:
    parts = [Part(1, "text", 900), Part(2, "table", rows=12), Part(3, "chapter"), Part(4, "text", 900)]
    before = {1: spot(1, 0, 0.5), 2: spot(2, 0, 0.9), 4: spot(3, 0, 0.5)}
    after = {1: spot(1, 0, 0.5), 2: spot(1, 0.5, 0.4, pages=2), 4: spot(2, 0.5, 0.9)}
    assert asked(parts, before, after) == {2: Way(breaks=True)}
    parts[1] = Part(2, "table", rows=5)
    assert asked(parts, before) == {}


def test_a_figure_that_has_room_after_all_stands_where_it_is_written() -> None:
    parts = [Part(1, "text", 900), Part(2, "figure", picture=200), Part(3, "text", 900), Part(4, "text", 900)]
    own_page = {1: spot(1, 0.4, 0.6), 2: spot(1, 0, 0.4), 3: spot(1, 0.6, 0.8), 4: spot(2, 0, 0.5)}
    in_place = {1: spot(1, 0, 0.4), 2: spot(1, 0.4, 0.7), 3: spot(1, 0.7, 0.99), 4: spot(2, 0, 0.5)}
    assert asked(parts, HALF_EMPTY, own_page, in_place) in ({2: Way()}, {2: Way(later=True)})
    seen: list[Mapping[int, Way]] = []
    answers = iter([HALF_EMPTY, own_page, in_place])

    def lay_out(ways: Mapping[int, Way]) -> dict[int, Spot]:
        seen.append(ways)
        return next(answers)

    ways_to_fill(parts, lay_out)
    assert seen[-1] == {2: Way()}


def test_where_nothing_to_speak_of_is_empty_it_is_not_asked_again() -> None:
    parts = [Part(1, "text", 900), Part(2, "colophon")]
    assert asked(parts, {1: spot(1, 0, 0.95), 2: spot(2, 0, 0.2)}) == {}  # `asked` has no second answer


def test_what_an_annex_or_the_end_leaves_empty_is_not_counted_unless_next_to_nothing_stands_there() -> None:
    parts = [Part(1, "text"), Part(2, "break"), Part(3, "text")]
    assert empty(parts, {1: spot(1, 0, 0.4), 3: spot(2, 0, 0.3)}) == 0
    assert empty(parts, {1: spot(1, 0, 0.4), 3: spot(2, 0, 0.05)}) > 0.8
    assert empty(parts[::2], {1: spot(1, 0, 0.5), 3: spot(2, 0, 0.3)}) == pytest.approx(0.25)


# One report, made.

TEXT = "Kommunen skal oplyse sagen, før den afgør den. Det følger af retssikkerhedsloven. " * 4


def told(text: str = TEXT) -> Paragraph:
    return Paragraph((Text(text),))


def table(rows: int) -> Table:
    cells = tuple((TableCell(f"Række {number}"), TableCell("7", 7)) for number in range(rows))
    return Table("Sager", (Column("Emne"), Column("Antal", "count")), cells, grid="t", anchor="fig-t")


def figure(height: int) -> FigureContent:
    fields: dict[str, Any] = dict.fromkeys(FigureContent.__dataclass_fields__, "")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="700" height="{height}">'
        f'<rect x="0" y="0" width="700" height="{height}" fill="#0f4c66"/></svg>'
    )
    given = {"wide": svg, "notes": (), "table": table(2), "caption": "Figur 1: Prøve", "alt": "En flade."}
    return FigureContent(**{**fields, **given, "source": "Kilde: prøve."})


def made(blocks: tuple[Block, ...], height: int = 600) -> bytes:
    document = Document("Prøve", "", "proeve", blocks, (), True)
    return write_pdf(document, edition(), {"f": figure(height)})


def words(page: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(page)]


FIGURE_IN_TEXT: tuple[Block, ...] = (
    Heading(1, (Text("Sager"),), "sager"),
    *(told() for _ in range(5)),
    FigureBlock("f", "fig-f"),
    *(told("Efter figuren. " + TEXT) for _ in range(3)),
)


def test_the_page_before_a_tall_figure_is_filled_with_the_text_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "Efter figuren" in words(made(FIGURE_IN_TEXT))[0]
    monkeypatch.setattr(pdf, "ways_to_fill", lambda parts, lay_out: {})
    assert "Efter figuren" not in words(made(FIGURE_IN_TEXT))[0]


def test_a_figure_set_later_is_read_where_it_is_written_with_its_title() -> None:
    with pikepdf.open(io.BytesIO(made(FIGURE_IN_TEXT))) as file:
        read = list(_read(file.Root.StructTreeRoot))
    place = read.index("/Caption")
    assert "/Figure" in read[place - 2 : place + 3]
    assert read[:place].count("/P") >= 5
    assert read[place:].count("/P") >= 3


def _read(item: Any) -> list[str]:
    """The kinds of all elements in reading order."""
    found: list[str] = []
    if isinstance(item, pikepdf.Array):
        for child in item:
            found += _read(child)
    elif isinstance(item, pikepdf.Dictionary):
        if "/S" in item:
            found.append(str(item.S))
        if "/K" in item:
            found += _read(item.K)
    return found


def test_a_table_over_two_pages_has_its_head_on_both(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks: tuple[Block, ...] = (*(told() for _ in range(6)), *(table(16) for _ in range(4)))

    def heads() -> list[int]:
        return [page.count("Emne") for page in words(made(blocks))]

    assert heads() == [1, 3, 1]
    monkeypatch.setattr(pdf, "ways_to_fill", lambda parts, lay_out: {})
    assert heads() == [0, 2, 2]


def test_the_first_cell_of_a_row_is_its_head_and_heads_say_what_they_are_of() -> None:
    data = made((told(), table(3)))
    assert data == made((told(), table(3)))
    with pikepdf.open(io.BytesIO(data)) as file:
        heads = [
            item.A
            for item in file.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH"
        ]
        told_of = [list(item) if isinstance(item, pikepdf.Array) else [item] for item in heads]
        found = [str(each.Scope) for item in told_of for each in item if "/Scope" in each]
        kinds = _read(file.Root.StructTreeRoot)
        assert "/StructTreeRoot" in file.Root
        with file.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
    assert sorted(found) == ["/Column"] * 2 + ["/Row"] * 3
    assert kinds.count("/TD") == 3


def test_what_is_said_of_the_numbers_gets_no_page_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = tuple(told(f"Sag {number} er læst.") for number in range(27))
    assert len(words(made(blocks))) == 1
    monkeypatch.setattr(pdf, "ways_to_fill", lambda parts, lay_out: {})
    assert len(words(made(blocks))) == 2
