"""Tables as others write them, as a page and as a Word document, sound and with one error put in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from sagsbarometer.checking.paper_finding import Sure

FAULT, QUESTION = Sure.FAULT, Sure.QUESTION


@dataclass(frozen=True)
class Wide:
    """A cell over several places."""

    text: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True)
class Grid:
    """A table: its caption, its rows as written (a cell may be a table), what stands under it, and how many rows are
    marked as heads."""

    caption: str
    rows: Sequence[Sequence[str | Wide | Grid]]
    under: tuple[str, ...] = ()
    heads: int = 0

    def with_text(self, old: str, new: str) -> Grid:
        """The same with one cell changed, wherever it stands; there must be just one such."""
        changed = [[_changed(cell, old, new) for cell in row] for row in self.rows]
        return replace(self, rows=changed)


def _changed(cell: str | Wide | Grid, old: str, new: str) -> str | Wide | Grid:
    if isinstance(cell, Grid):
        return cell.with_text(old, new)
    if isinstance(cell, Wide):
        return replace(cell, text=new) if cell.text == old else cell
    return new if cell == old else cell


def texts(grid: Grid) -> list[str]:
    """The text of every cell."""
    found: list[str] = []
    for row in grid.rows:
        for cell in row:
            found += (
                texts(cell) if isinstance(cell, Grid) else [cell.text if isinstance(cell, Wide) else cell]
            )
    return found


@dataclass(frozen=True)
class Variant:
    """A way to write a table: its figures, what is put in (old, new), where it is told of and how surely."""

    grid: Grid
    figures: int
    old: str
    new: str
    where: str
    sure: Sure = FAULT
    text: tuple[str, ...] = ()
    language: str = "da"


def _rows(text: str) -> list[list[str | Wide | Grid]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


_AREAS = """
Serviceloven      | 1.204 | 866 | 338 | 28
Barnets lov       | 2.911 | 1.660 | 1.251 | 43
Sygedagpengeloven | 902   | 704 | 198 | 22
Aktivloven        | 1.377 | 1.010 | 367 | 27
"""
_TOTAL = "I alt | 6.394 | 4.240 | 2.154 | 34"
_HEAD = "Lovområde | Afgjort i alt | Stadfæstet | Omgjort | Omgørelsesprocent"

MERGED = Grid(
    "Tabel 1: Afgørelser efter lovområde og år",
    [
        ["Lovområde", "År", "Stadfæstet", "Omgjort", "Afgjort i alt", "Omgjort, pct."],
        [Wide("Serviceloven", down=3), "2022", "866", "338", "1.204", "28"],
        ["2023", "912", "402", "1.314", "31"],
        ["2024", "1.010", "367", "1.377", "27"],
        [Wide("Barnets lov", down=3), "2022", "1.660", "1.251", "2.911", "43"],
        ["2023", "1.702", "1.298", "3.000", "43"],
        ["2024", "1.588", "1.409", "2.997", "47"],
        [Wide("Kilde: Opdigtet system", across=6)],
    ],
)
HEADS = Grid(
    "Tabel 2: Modtagne og afgjorte sager",
    [
        [Wide("", down=2), Wide("2023", across=3), Wide("2024", across=3)],
        ["Stadfæstet", "Omgjort", "I alt", "Stadfæstet", "Omgjort", "I alt"],
        *_rows("""
Serviceloven      | 866 | 338 | 1.204 | 912 | 402 | 1.314
Barnets lov       | 1.660 | 1.251 | 2.911 | 1.702 | 1.298 | 3.000
Sygedagpengeloven | 704 | 198 | 902 | 690 | 211 | 901
Aktivloven        | 1.010 | 367 | 1.377 | 998 | 402 | 1.400
I alt             | 4.240 | 2.154 | 6.394 | 4.302 | 2.313 | 6.615"""),
    ],
)
SPACES = Grid(
    "Tabel 3: Sager",
    _rows("År | Stadfæstet | Omgjort | I alt")
    + _rows("""
2021 | 11\u00a0020 | 4\u202f289 | 15 309
2022 | 11.735 | 4.901 | 16.636
2023 | 12 838 | 5 551 | 18 389
2024 | 13504 | 5693 | 19197"""),
)
DASHES = Grid(
    "Tabel 4: Klager efter udfald",
    _rows("Emne | Stadfæstet | Ændret | Hjemvist | I alt")
    + _rows("""
Ledsagelse    | 112 | – | 48 | 160
Merudgifter   | 240 | 12 | 91 | 343
Botilbud      | 88 | — | – | 88
Handicapbil   | 301 | 4 | 77 | 382
Hjælpemidler  | 175 | 9 | – | 184
I alt         | 916 | 25 | 216 | 1.157"""),
)
PERCENT_HEAD = Grid(
    "Tabel 5: Omgørelser",
    _rows("Lovområde | Afgørelser (antal) | Omgjort (antal) | Omgjort (%)")
    + _rows("""
Serviceloven      | 1.204 | 338 | 28,1
Barnets lov       | 2.911 | 1.251 | 43,0
Sygedagpengeloven | 902 | 198 | 22,0
Aktivloven        | 1.377 | 367 | 26,7
Boligstøtteloven  | 158 | 41 | 25,9"""),
)
MARKS = Grid(
    "Tabel 6: Sager",
    _rows("År | Stadfæstet¹ | Omgjort* | I alt")
    + _rows("""
2021  | 11.020 | 4.289 | 15.309
2022* | 11.735 | 4.901 | 16.636
2023  | 12.838 | 5.551¹) | 18.389
2024  | 13.504 | 5.693 | 19.197²"""),
    ("*) Tallene for 2022 er foreløbige.", "¹ Uden genoptagne sager."),
)
FIRST = Grid("Tabel 7: Afgørelser", _rows(_HEAD) + _rows(_TOTAL) + _rows(_AREAS))
LAST = Grid("Tabel 8: Afgørelser", _rows(_HEAD) + _rows(_AREAS) + _rows(_TOTAL), heads=1)
TURNED = Grid(
    "Tabel 9: Afgørelser",
    _rows("""
 | Serviceloven | Barnets lov | Sygedagpengeloven | Aktivloven | I alt
Stadfæstet | 866 | 1.660 | 704 | 1.010 | 4.240
Omgjort | 338 | 1.251 | 198 | 367 | 2.154
Afgjort i alt | 1.204 | 2.911 | 902 | 1.377 | 6.394
Omgørelsesprocent | 28 | 43 | 22 | 27 | 34"""),
)
BESIDE = Grid(
    "Tabel 10: Afgørelser i to år",
    _rows("""
2023 | Stadfæstet | Omgjort | I alt |  | 2024 | Stadfæstet | Omgjort | I alt
Serviceloven | 866 | 338 | 1.204 |  | Serviceloven | 912 | 402 | 1.314
Barnets lov | 1.660 | 1.251 | 2.911 |  | Barnets lov | 1.702 | 1.298 | 3.000
Sygedagpengeloven | 704 | 198 | 902 |  | Sygedagpengeloven | 690 | 211 | 901
Aktivloven | 1.010 | 367 | 1.377 |  | Aktivloven | 998 | 402 | 1.400
I alt | 4.240 | 2.154 | 6.394 |  | I alt | 4.302 | 2.313 | 6.615"""),
)
NESTED = Grid(
    "",
    [
        [replace(LAST, caption="", heads=0), Grid("", SPACES.rows)],
        ["Til venstre: 2024.", "Til højre: årene."],
    ],
)
NO_BASE = Grid(
    "Tabel 12: Andel afgørelser med fejl",
    _rows("Kommune | Antal afgørelser | Med fejl, pct. | Uden fejl, pct.")
    + _rows("""
Nordby  | 12 | 25 | 75
Sydby   | 7 | 43 | 57
Østby   | 9 | 33 | 67
Vestby  | 15 | 40 | 60
Midtby  | 8 | 38 | 63"""),
)
YEARS = Grid(
    "Tabel 13: Afgjorte sager",
    _rows("""
Lovområde | 2020 | 2021 | 2022 | 2023 | 2024
Serviceloven | 866 | 912 | 1.010 | 1.204 | 1.314
Barnets lov | 1.660 | 1.702 | 1.588 | 2.911 | 3.000
Sygedagpengeloven | 704 | 690 | 711 | 902 | 901
I alt | 3.230 | 3.304 | 3.309 | 5.017 | 5.215"""),
)
ENGLISH = Grid(
    "Table 14: Decisions",
    _rows("Act | Decisions, total | Upheld | Reversed | Reversed, per cent")
    + _rows("""
Social Services Act | 1,204 | 866 | 338 | 28.1
Children's Act | 2,911 | 1,660 | 1,251 | 43.0
Sickness Benefit Act | 902 | 704 | 198 | 22.0
Active Social Policy Act | 1,377 | 1,010 | 367 | 26.7
All cases | 6,394 | 4,240 | 2,154 | 33.7"""),
)

VARIANTS: dict[str, Variant] = {
    "flettede celler": Variant(
        MERGED, 24, "1.314", "1.341", "Tabel 1, række »Serviceloven / 2023«, kolonne »Afgjort i alt«"
    ),
    "hoveder i to rækker": Variant(
        HEADS, 30, "2.911", "2.191", "Tabel 2, række »Barnets lov«, kolonne »2023 / I alt«"
    ),
    "tusinder med mellemrum": Variant(
        SPACES, 12, "18 389", "18 839", "Tabel 3, række »2023«, kolonne »I alt«"
    ),
    "streg for ingen": Variant(DASHES, 20, "343", "334", "Tabel 4, række »Merudgifter«, kolonne »I alt«"),
    "procent i hovedet": Variant(
        PERCENT_HEAD, 15, "43,0", "34,0", "Tabel 5, række »Barnets lov«, kolonne »Omgjort (%)«"
    ),
    "mærker ved tal": Variant(MARKS, 12, "15.309", "15.390", "Tabel 6, række »2021«, kolonne »I alt«"),
    "i alt først": Variant(FIRST, 20, "6.394", "6.349", "Tabel 7, række »I alt«, kolonne »Afgjort i alt«"),
    "i alt sidst": Variant(LAST, 20, "6.394", "6.349", "Tabel 8, række »I alt«, kolonne »Afgjort i alt«"),
    "vendt": Variant(TURNED, 20, "1.377", "1.737", "Tabel 9, række »Afgjort i alt«, kolonne »Aktivloven«"),
    "to ved siden af hinanden": Variant(
        BESIDE, 30, "3.000", "3.300", "Tabel 10, række »Barnets lov«, kolonne »2024 / I alt«"
    ),
    "tabeller i en tabel": Variant(
        NESTED, 32, "15 309", "15 903", "tabel nr. 2, række »2021«, kolonne »I alt«"
    ),
    "procent uden tæller": Variant(
        NO_BASE, 15, "57", "58", "Tabel 12, række »Sydby«, kolonne »Uden fejl, pct.«", QUESTION
    ),
    "år som hoveder": Variant(YEARS, 20, "3.309", "3.390", "Tabel 13, række »I alt«, kolonne »2022«"),
    "engelske decimaler": Variant(
        ENGLISH,
        20,
        "43.0",
        "34.0",
        "Table 14, række »Children's Act«, kolonne »Reversed, per cent«",
        language="en",
    ),
}


def html(variant: Variant) -> bytes:
    """As a page of somebody else's: all cells are plain, unless the grid says which are heads."""
    body = "".join(f"<p>{escape(line)}</p>" for line in variant.text) + _html(variant.grid)
    head = f'<html lang="{variant.language}"><meta charset="utf-8"><title>x</title>'
    return f"{head}<body><h1>Rapport</h1>{body}</body></html>".encode()


def _html(grid: Grid) -> str:
    rows = []
    for at, row in enumerate(grid.rows):
        tag = "th" if at < grid.heads else "td"
        rows.append(f"<tr>{''.join(_html_cell(cell, tag) for cell in row)}</tr>")
    caption = f"<p>{escape(grid.caption)}</p>" if grid.caption else ""
    return f"{caption}<table>{''.join(rows)}</table>" + "".join(
        f"<p>{escape(line)}</p>" for line in grid.under
    )


def _html_cell(cell: str | Wide | Grid, tag: str) -> str:
    if isinstance(cell, Grid):
        return f"<{tag}>{_html(cell)}</{tag}>"
    if isinstance(cell, Wide):
        return f'<{tag} colspan="{cell.across}" rowspan="{cell.down}">{escape(cell.text)}</{tag}>'
    return f"<{tag}>{escape(cell)}</{tag}>"


def docx(variant: Variant) -> bytes:
    """As a Word document: captions are paragraphs, and no row is marked as a head."""
    from docx import Document

    document = Document()
    document.add_heading("Rapport", 1)
    for line in variant.text:
        document.add_paragraph(line)
    _docx(document, variant.grid)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _docx(holder: Any, grid: Grid) -> None:
    if grid.caption:
        holder.add_paragraph(grid.caption)
    places: dict[tuple[int, int], str | Wide | Grid] = {}
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(grid.rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            across, down = (cell.across, cell.down) if isinstance(cell, Wide) else (1, 1)
            taken |= {(y + below, x + beside) for below in range(down) for beside in range(across)}
            places[y, x] = cell
            x += across
    table = holder.add_table(len(grid.rows), max(x for _, x in taken) + 1)
    for (y, x), cell in places.items():
        if isinstance(cell, Grid):
            _docx(table.cell(y, x), cell)
        elif isinstance(cell, Wide):
            table.cell(y, x).merge(table.cell(y + cell.down - 1, x + cell.across - 1)).text = cell.text
        else:
            table.cell(y, x).text = cell
    for line in grid.under:
        holder.add_paragraph(line)
