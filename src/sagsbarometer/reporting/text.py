"""report.md to a Document: every number bound or explained, every fault told at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from sagsbarometer.kernel.ids import ascii_id, shown
from sagsbarometer.kernel.problems import Faults, Problem, errors
from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import (
    Annex,
    Block,
    Box,
    Bullets,
    Document,
    FigureBlock,
    Footnote,
    Heading,
    Inlines,
    Number,
    PageBreak,
    Paragraph,
    Table,
    plain,
    walk,
)
from sagsbarometer.reporting.faults import Report
from sagsbarometer.reporting.inline import (
    Context,
    anchor,
    check_words,
    inlines,
    line_inlines,
    numbers,
    parser,
    told_shares,
)
from sagsbarometer.reporting.lists import condition_table, definition_tables, requirement_tables
from sagsbarometer.reporting.parts import Chunk, chunks, front_matter, take_notes
from sagsbarometer.reporting.table import figure_table

_DIRECTIVES = "figure, table, definitions, requirements, conditions, box, end, pagebreak, annex"
_SHEET_HEADINGS = 4  # with fewer headings than this a text needs no front page and no contents


@dataclass(slots=True)
class _Reader:
    """One text being read."""

    context: Context
    base: int = 0  # the level that chapters are written at, known from the first heading
    level: int = 0  # of the last heading
    anchors: set[str] = field(default_factory=set)
    annexes: int = 0
    tables: int = 0
    placed: dict[str, int] = field(default_factory=dict)  # figure to the line that places it
    headline: tuple[int, str] | None = None  # the last heading, until its section ends
    section: list[Number] = field(default_factory=list)  # numbers bound since that heading

    @property
    def report(self) -> Report:
        return self.context.report


def read_report(source: str, file: str, edition: Edition) -> tuple[Document, tuple[Problem, ...]]:
    """The document of one text and its warnings.

    `file` is the name shown in messages. Raises Faults with every fault and warning when there is a fault.
    """
    document, problems = check_report(source, file, edition)
    if document is None:
        raise Faults(problems)
    return document, problems


def check_report(source: str, file: str, edition: Edition) -> tuple[Document | None, tuple[Problem, ...]]:
    """The document, None when the text has faults, and every fault and warning of the text."""
    report = Report(file)
    reader = _Reader(Context(edition, report, targets=_figure_targets(edition)))
    meta, first, lines = front_matter(report, source.replace("\r\n", "\n"), file)
    notes = take_notes(report, lines, first)
    pieces = list(chunks(lines, first))
    _annex_targets(reader, pieces)
    title = _words(reader, meta.get("title", ""), 1).replace("\u00a0", " ")
    subtitle = _words(reader, meta.get("subtitle", ""), 1)
    blocks = _blocks(reader, iter(pieces), None)
    _end_section(reader)
    footnotes = _footnotes(reader, notes)
    _check_targets(reader)
    problems = tuple(sorted(report.problems, key=lambda problem: problem.place.line or 0))
    if errors(problems):
        return None, problems
    headings = sum(isinstance(block, Heading | Annex) for block in walk(blocks))
    sheet = meta["sheet"] == "true" if "sheet" in meta else headings < _SHEET_HEADINGS
    return Document(title, subtitle, meta["file"], blocks, footnotes, sheet), problems


def figure_words(edition: Edition, figure: Figure) -> str:
    """How running text points to a figure: `figur 2`, or its title where it has no number."""
    return f"figur {figure.number}" if figure.number else f"figuren »{edition.words(figure.title)}«"


def _figure_targets(edition: Edition) -> dict[str, str]:
    return {figure.id: figure_words(edition, figure) for figure in edition.figures}


def _annex_targets(reader: _Reader, chunks: list[Chunk]) -> None:
    annexes = [chunk for chunk in chunks if chunk.directive == "annex"]
    for number, _ in enumerate(annexes, 1):
        reader.context.targets[f"annex_{number}"] = f"bilag {number}"


def _blocks(reader: _Reader, chunks: Iterator[Chunk], box: Chunk | None) -> tuple[Block, ...]:
    """The blocks up to the end, or to the `::end` of `box`."""
    blocks: list[Block] = []
    for chunk in chunks:
        if not chunk.is_directive:
            blocks.extend(_markdown(reader, chunk.text, chunk.line, inside_box=box is not None))
        elif chunk.directive == "end":
            if box is not None:
                return tuple(blocks)
            reader.report.fault(
                110, chunk.line, "»::end« lukker ingen boks.", "Slet linjen, eller skriv ::box før den."
            )
        elif chunk.directive == "box":
            if box is not None:
                fault = "En boks kan ikke stå i en boks."
                reader.report.fault(
                    110, chunk.line, fault, f"Luk boksen fra linje {box.line} med ::end først."
                )
            title = _title(reader, chunk)
            blocks.append(Box(title, _blocks(reader, chunks, chunk)))
        else:
            blocks.extend(_directive(reader, chunk))
    if box is not None:
        fault = f"Boksen {shown(box.text)} er ikke lukket."
        reader.report.fault(
            110, box.line, fault, "Skriv ::end på en linje for sig efter boksens sidste linje."
        )
    return tuple(blocks)


def _directive(reader: _Reader, chunk: Chunk) -> tuple[Block, ...]:
    edition = reader.context.edition
    match chunk.directive:
        case "figure":
            return _figure(reader, chunk)
        case "table":
            figure = _known_figure(reader, chunk)
            return _anchored(reader, figure_table(edition, figure)) if figure else ()
        case "definitions":
            return _anchored(reader, *definition_tables(edition))
        case "requirements":
            return _anchored(reader, *requirement_tables(edition))
        case "conditions":
            return _anchored(reader, condition_table(edition)) if edition.conditions else ()
        case "pagebreak":
            return (PageBreak(),)
        case "annex":
            return _annex(reader, chunk)
        case _:
            fault = f"»::{chunk.directive}« kendes ikke."
            reader.report.fault(109, chunk.line, fault, f"Brug en af {_DIRECTIVES}.")
            return ()


def _anchored(reader: _Reader, *tables: Table) -> tuple[Table, ...]:
    """The tables with an anchor each, in the order they stand."""
    first = reader.tables + 1
    reader.tables += len(tables)
    return tuple(replace(table, anchor=f"tabel-{number}") for number, table in enumerate(tables, first))


def _known_figure(reader: _Reader, chunk: Chunk) -> Figure | None:
    figure = reader.context.edition.figure(chunk.text)
    if figure is None:
        reader.report.unknown_prefix(
            chunk.line, chunk.text, tuple(item.id for item in reader.context.edition.figures)
        )
        return None
    found = {cell.result for cell in reader.context.edition.results}
    for measure in figure.measures:
        if measure not in found:
            reader.report.no_cell(chunk.line, measure)
    return figure if set(figure.measures) <= found else None


def _figure(reader: _Reader, chunk: Chunk) -> tuple[Block, ...]:
    figure = _known_figure(reader, chunk)
    if figure is None:
        return ()
    if figure.id in reader.placed:
        fault = f"Figuren {figure.id} står allerede på linje {reader.placed[figure.id]}."
        reader.report.fault(114, chunk.line, fault, f"Vis den én gang, og henvis til den med [@{figure.id}].")
        return ()
    reader.placed[figure.id] = chunk.line
    return (FigureBlock(figure.id, anchor(figure.id)),)


def _annex(reader: _Reader, chunk: Chunk) -> tuple[Block, ...]:
    _end_section(reader)
    reader.annexes += 1
    reader.level = 1
    title = _title(reader, chunk)
    return (Annex(reader.annexes, title, anchor(f"annex_{reader.annexes}")),)


def _title(reader: _Reader, chunk: Chunk) -> Inlines:
    if not chunk.text:
        fault = f"»::{chunk.directive}« mangler en titel."
        reader.report.fault(109, chunk.line, fault, f"Skriv den på samme linje: ::{chunk.directive} Titel.")
        return ()
    return line_inlines(reader.context, chunk.text, chunk.line, heading=True)


def _words(reader: _Reader, text: str, line: int) -> str:
    return plain(line_inlines(reader.context, text, line))


def _markdown(reader: _Reader, text: str, line: int, inside_box: bool) -> tuple[Block, ...]:
    tokens = parser().parse(text)
    blocks, rest = _sequence(reader, tokens, 0, line, inside_box)
    assert rest == len(tokens)
    return blocks


def _sequence(
    reader: _Reader, tokens: list[Token], index: int, line: int, inside_box: bool
) -> tuple[tuple[Block, ...], int]:
    """The blocks from `index` to the token that closes what they stand in, and where that is."""
    blocks: list[Block] = []
    while index < len(tokens):
        token = tokens[index]
        at = line + (token.map[0] if token.map else 0)
        if token.type == "heading_open":
            blocks.extend(_heading(reader, token, tokens[index + 1], at, inside_box))
            index += 3
        elif token.type == "paragraph_open":
            blocks.append(_paragraph(reader, tokens[index + 1], at))
            index += 3
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            items, index = _items(reader, tokens, index + 1, line, inside_box)
            blocks.append(Bullets(items, token.type == "ordered_list_open"))
        elif token.type.endswith("_close"):
            return tuple(blocks), index
        else:
            kind = _UNSUPPORTED.get(token.type, token.type)
            remedy = "Brug afsnit, overskrifter, punktlister og direktiver."
            reader.report.fault(115, at, f"{kind} kan ikke bruges i en rapporttekst.", remedy)
            index = _after(tokens, index)
    return tuple(blocks), index


_UNSUPPORTED = {
    "blockquote_open": "Et citat (>)",
    "code_block": "Et indrykket afsnit",
    "fence": "En kodeblok",
    "hr": "En streg (---)",
    "html_block": "HTML",
}


def _after(tokens: list[Token], index: int) -> int:
    """The index after the element that opens at `index`."""
    depth = 0
    while True:
        depth += tokens[index].nesting
        index += 1
        if depth <= 0:
            return index


def _items(
    reader: _Reader, tokens: list[Token], index: int, line: int, inside_box: bool
) -> tuple[tuple[tuple[Block, ...], ...], int]:
    items: list[tuple[Block, ...]] = []
    while tokens[index].type == "list_item_open":
        blocks, end = _sequence(reader, tokens, index + 1, line, inside_box)
        items.append(blocks)
        index = end + 1
    return tuple(items), index + 1


def _paragraph(reader: _Reader, token: Token, line: int) -> Paragraph:
    children = inlines(reader.context, token, line)
    reader.section.extend(number for _, number in numbers(children))
    check_words(reader.context, children, line)
    return Paragraph(children)


def _heading(reader: _Reader, token: Token, inline: Token, line: int, inside_box: bool) -> tuple[Block, ...]:
    _end_section(reader)
    written = int(token.tag[1:])
    reader.base = reader.base or min(written, 2)
    level = written - reader.base + 1
    if inside_box:
        reader.report.fault(116, line, "En boks kan ikke have overskrifter.", "Brug fed skrift i boksen.")
    elif level < 1 or level > reader.level + 1:
        wanted = "#" * (reader.base if level < 1 else reader.level + reader.base)
        fault = f"Overskriften springer fra niveau {reader.level} til niveau {level}."
        reader.report.fault(116, line, fault, f"Skriv overskriften med {wanted}.")
    reader.level = max(1, level)
    children = inlines(reader.context, inline, line, heading=True)
    if not inside_box:
        reader.headline = (line, plain(children, without_fixed=True))
        reader.section = [number for _, number in numbers(children)]
    return (Heading(reader.level, children, _heading_anchor(reader, plain(children))),)


def _heading_anchor(reader: _Reader, words: str) -> str:
    stem = ascii_id(words).replace("_", "-")[:60].strip("-") or "afsnit"
    stem = f"afsnit-{stem}"  # so that it never meets the anchor of a figure or an annex
    name, number = stem, 1
    while name in reader.anchors:
        number += 1
        name = f"{stem}-{number}"
    reader.anchors.add(name)
    return name


def _end_section(reader: _Reader) -> None:
    """A heading that says "over halvdelen" is held against the numbers of its section."""
    if reader.headline is not None and reader.section:
        line, words = reader.headline
        told_shares(reader.context, words, reader.section, line)
    reader.headline, reader.section = None, []


def _footnotes(reader: _Reader, notes: dict[str, tuple[int, str]]) -> tuple[Footnote, ...]:
    context = reader.context
    for line, id in context.noted:
        if id not in notes:
            remedy = f"Skriv den på en linje for sig: [^{id}]: Teksten."
            reader.report.fault(111, line, f"Fodnoten {shown(id)} findes ikke.", remedy)
    for id, (line, _) in notes.items():
        if id not in context.notes:
            reader.report.warning(
                202, line, f"Ingen henviser til fodnoten {shown(id)}.", "Slet den, eller henvis til den."
            )
    read: list[Footnote] = []
    for id, (line, text) in notes.items():
        children = line_inlines(reader.context, text, line)
        check_words(context, children, line)
        if id in context.notes:
            read.append(Footnote(context.notes[id], children))
    return tuple(sorted(read, key=lambda note: note.number))


def _check_targets(reader: _Reader) -> None:
    for line, target in reader.context.pointed:
        if target not in reader.context.targets:
            remedy = "Henvis til en figur med dens id, eller til et bilag med [@annex_1]."
            reader.report.fault(113, line, f"Henvisningen [@{target}] fører ingen steder hen.", remedy)
        elif reader.context.edition.figure(target) and target not in reader.placed:
            remedy = f"Skriv ::figure {target} dér, hvor den skal stå."
            reader.report.fault(113, line, f"Teksten henviser til {target}, som ikke står i den.", remedy)
