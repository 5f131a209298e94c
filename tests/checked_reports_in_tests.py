"""Small reports in every format `check` reads, whole and with one error put in."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

from sagsbarometer.checking.loosening import Loosening, read_loosening
from sagsbarometer.datafiles.located import read_yaml

ROOT = Path(__file__).resolve().parents[1]
Grid = Sequence[Sequence[str]]

OUTCOMES = (
    ("År", "Stadfæstet, antal", "Ændret, antal", "Hjemvist, antal", "Sager i alt", "Omgørelsesprocent"),
    ("2017", "10.112", "1.871", "2.204", "14.187", "29"),
    ("2018", "11.020", "1.912", "2.377", "15.309", "28"),
    ("2019", "11.735", "1.990", "2.911", "16.636", "29"),
    ("2020", "12.838", "2.045", "3.506", "18.389", "30"),
    ("2021", "13.504", "2.034", "3.659", "19.197", "30"),
    ("2022", "11.898", "1.472", "3.935", "17.305", "31"),
    ("2023", "9.731", "1.120", "4.444", "15.295", "36"),
    ("2024", "8.250", "903", "5.102", "14.255", "42"),
)
AREAS = (
    ("Lovområde", "2023", "2024"),
    ("Serviceloven", "3.287", "3.102"),
    ("Barnets lov", "3.609", "3.744"),
    ("Sygedagpengeloven", "3.227", "2.989"),
    ("Boligstøtteloven", "158", "171"),
    ("I alt", "10.281", "10.006"),
)
TIMES = (
    ("År", "Gennemsnitlig sagsbehandlingstid i uger", "Gennemsnitlig liggetid i uger"),
    ("2022", "14,5", "10,7"),
    ("2023", "17,5", "14,0"),
    ("2024", "26,3", "21,4"),
)
TEXT = (
    "Omgørelsesprocenten steg til 42 procent i 2024.",
    "Den gennemsnitlige sagsbehandlingstid er steget til 26,3 uger i 2024. Det er 8,8 uger mere end året før.",
    "I 201 af 385 sager (52 procent) manglede en begrundelse, jf. servicelovens § 97 og bilag 2.",
    "Knap 4.000 sager handlede i 2024 om barnets lov.",
)


@dataclass(frozen=True)
class Sketch:
    """A report in general: its paragraphs, and its tables with captions and what stands under them."""

    text: tuple[str, ...] = TEXT
    tables: tuple[tuple[str, Grid], ...] = (
        ("Tabel 1: Sager efter udfald", OUTCOMES),
        ("Tabel 2: Afgjorte sager efter lovområde", AREAS),
        ("Tabel 3: Sagsbehandlingstid", TIMES),
    )
    under: tuple[str, ...] = field(
        default=("Note: Tallene omfatter alle sager.", "Kilde: Registret, 11. april 2025.")
    )

    def with_cell(self, table: int, row: int, column: int, text: str) -> Sketch:
        """The same with one cell changed."""
        caption, grid = self.tables[table]
        changed = [list(line) for line in grid]
        changed[row][column] = text
        return replace(self, tables=(*self.tables[:table], (caption, changed), *self.tables[table + 1 :]))

    def with_text(self, old: str, new: str) -> Sketch:
        """The same with words changed; they must be there."""
        assert any(old in paragraph for paragraph in self.text)
        return replace(self, text=tuple(paragraph.replace(old, new) for paragraph in self.text))


def html(sketch: Sketch) -> bytes:
    """As a page."""
    parts = [
        '<!doctype html><html lang="da"><head><meta charset="utf-8"><title>x</title></head><body><h1>Rapport</h1>'
    ]
    parts += [f"<p>{escape(paragraph)}</p>" for paragraph in sketch.text]
    for caption, (head, *rows) in sketch.tables:
        cells = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
        lines = "".join(
            f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(text)}</td>" for text in row[1:])}</tr>'
            for row in rows
        )
        parts.append(
            f"<table><caption>{escape(caption)}</caption><thead><tr>{cells}</tr></thead>{lines}</table>"
        )
        parts += [f"<p>{escape(line)}</p>" for line in sketch.under]
    return "".join([*parts, "</body></html>"]).encode()


def docx(sketch: Sketch) -> bytes:
    """As a Word document, as anybody writes one: no header rows are marked, captions are paragraphs."""
    from docx import Document

    document = Document()
    document.add_heading("Rapport", 1)
    for paragraph in sketch.text:
        document.add_paragraph(paragraph)
    for caption, grid in sketch.tables:
        document.add_paragraph(caption)
        table = document.add_table(len(grid), len(grid[0]))
        for at, row in enumerate(grid):
            for column, text in enumerate(row):
                table.cell(at, column).text = text
        for line in sketch.under:
            document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def md(sketch: Sketch) -> bytes:
    """As Markdown."""
    parts = ["# Rapport", *sketch.text]
    for caption, (head, *rows) in sketch.tables:
        lines = [head, ["---"] * len(head), *rows]
        parts += [caption, "\n".join(f"| {' | '.join(line)} |" for line in lines), *sketch.under]
    return "\n\n".join(parts).encode()


def tagged_pdf(sketch: Sketch) -> bytes:
    """As a PDF with tags."""
    return _typst(sketch)


def plain_pdf(sketch: Sketch) -> bytes:
    """As a PDF that has lost its tags."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(_typst(sketch))) as document:
        del document.Root["/StructTreeRoot"]
        del document.Root["/MarkInfo"]
        document.save(out)
    return out.getvalue()


def _typst(sketch: Sketch) -> bytes:
    import typst

    def said(text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'#text("{escaped}")'

    parts = ['#set document(title: "Rapport")', '#set text(lang: "da", size: 9pt)', "= Rapport"]
    parts += [said(paragraph) for paragraph in sketch.text]
    for caption, (head, *rows) in sketch.tables:
        cells = ", ".join(f"[{said(text)}]" for text in head)
        body = ", ".join(f"[{said(text)}]" for row in rows for text in row)
        parts.append(said(caption))
        parts.append(f"#table(columns: {len(head)}, stroke: none, table.header({cells}), {body})")
        parts += [said(line) for line in sketch.under]
    made = typst.compile("\n\n".join(parts).encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


FORMATS: dict[str, tuple[str, Callable[[Sketch], bytes]]] = {
    "html": ("rapport.html", html),
    "docx": ("rapport.docx", docx),
    "md": ("rapport.md", md),
    "pdf": ("rapport.pdf", tagged_pdf),
    "pdf uden mærker": ("rapport.pdf", plain_pdf),
}


def rules() -> Loosening:
    """The words that loosen, as the program has them."""
    return read_loosening(read_yaml(ROOT / "published" / "loosening.yaml", "loosening.yaml"))


def on_time() -> None:
    """Nothing takes too long here."""
