"""report.md to a Document: every number bound or explained, every fault told at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from markdown_it.token import Token

from sagsbarometer.kernel.ids import ascii_id, shown
from sagsbarometer.kernel.problems import Problem, errors
from sagsbarometer.reporting.binding.inline import (
    Context,
    anchor,
    check_words,
    inlines,
    line_inlines,
    numbers,
    parser,
    told_shares,
)
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import (
    Annex,
    Asked,
    Block,
    Box,
    Bullets,
    Document,
    FigureBlock,
    Footnote,
    Heading,
    Inlines,
    PageBreak,
    Paragraph,
    plain,
    walk,
)
from sagsbarometer.reporting.faults import Report
from sagsbarometer.reporting.tables.lists import definition_tables, requirement_tables
from sagsbarometer.reporting.texts.parts import SHORT, Chunk, chunks, drop_unshown, front_matter, take_notes
from sagsbarometer.reporting.texts.placing import (
    Reader,
    anchored,
    is_shown,
    place_conditions,
    place_figure,
    place_given,
    place_table,
    targets,
)
from sagsbarometer.reporting.texts.when import Asking, asked, holds
from sagsbarometer.reporting.words import say

_DIRECTIVES = (
    "figure, alt, table, given, definitions, requirements, conditions, box, end, when, unless, else, pagebreak, "
    "annex"
)
_SHEET_HEADINGS = 4  # with fewer headings than this a text needs no front page and no contents


def check_report(source: str, file: str, edition: Edition) -> tuple[Document | None, tuple[Problem, ...]]:
    """The document, None when the text has faults, and every fault and warning of the text."""
    report = Report(file)
    reader = Reader(Context(edition, report, targets=targets(edition)))
    meta, first, lines = front_matter(report, source.replace("\r\n", "\n"), file)
    conditions: list[Asked] = []

    def kept(line: int, words: str) -> bool:
        asking = Asking(edition, report, line, lambda id: is_shown(edition, id), [])
        answer = holds(asking, words)
        conditions.append(asked(asking, words))
        return answer

    drop_unshown(report, lines, first, kept)
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
    short = meta.get("scope") == SHORT
    document = Document(title, subtitle, meta["file"], blocks, footnotes, sheet, tuple(conditions), short)
    return document, problems


def _annex_targets(reader: Reader, chunks: list[Chunk]) -> None:
    annexes = [chunk for chunk in chunks if chunk.directive == "annex"]
    for number, _ in enumerate(annexes, 1):
        words = say(reader.context.edition.language, "page.annex_pointed", number=number)
        reader.context.targets[f"annex_{number}"] = words


def _blocks(reader: Reader, chunks: Iterator[Chunk], box: Chunk | None) -> tuple[Block, ...]:
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
        elif chunk.directive == "alt":
            _alt(reader, chunk, blocks)
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


def _alt(reader: Reader, chunk: Chunk, blocks: list[Block]) -> None:
    """What the figure on the line before shows, for a reader who does not see it; goes with the figure."""
    last = blocks[-1] if blocks else None
    if not isinstance(last, FigureBlock) or last.alt:
        fault = "»::alt« står ikke lige under en figur."
        reader.report.fault(109, chunk.line, fault, "Skriv linjen lige efter figurens ::figure.")
        return
    if not chunk.text:
        remedy = "Skriv på samme linje, hvad figuren viser: ::alt Søjlerne viser …"
        reader.report.fault(109, chunk.line, "»::alt« mangler en tekst.", remedy)
    words = line_inlines(reader.context, chunk.text, chunk.line)
    check_words(reader.context, words, chunk.line)
    blocks[-1] = replace(last, alt=words)


def _directive(reader: Reader, chunk: Chunk) -> tuple[Block, ...]:
    edition = reader.context.edition
    match chunk.directive:
        case "figure":
            return place_figure(reader, chunk)
        case "table":
            return place_table(reader, chunk)
        case "given":
            return place_given(reader, chunk)
        case "definitions":
            return anchored(reader, *definition_tables(edition))
        case "requirements":
            return anchored(reader, *requirement_tables(edition))
        case "conditions":
            return place_conditions(reader, chunk)
        case "pagebreak":
            return (PageBreak(),)
        case "annex":
            return _annex(reader, chunk)
        case _:
            fault = f"»::{chunk.directive}« kendes ikke."
            reader.report.fault(109, chunk.line, fault, f"Brug en af {_DIRECTIVES}.")
            return ()


def _annex(reader: Reader, chunk: Chunk) -> tuple[Block, ...]:
    _end_section(reader)
    reader.annexes += 1
    reader.level = 1
    title = _title(reader, chunk)
    return (Annex(reader.annexes, title, anchor(f"annex_{reader.annexes}")),)


def _title(reader: Reader, chunk: Chunk) -> Inlines:
    if not chunk.text:
        fault = f"»::{chunk.directive}« mangler en titel."
        reader.report.fault(109, chunk.line, fault, f"Skriv den på samme linje: ::{chunk.directive} Titel.")
        return ()
    return line_inlines(reader.context, chunk.text, chunk.line, heading=True)


def _words(reader: Reader, text: str, line: int) -> str:
    return plain(line_inlines(reader.context, text, line))


def _markdown(reader: Reader, text: str, line: int, inside_box: bool) -> tuple[Block, ...]:
    tokens = parser().parse(text)
    blocks, rest = _sequence(reader, tokens, 0, line, inside_box)
    assert rest == len(tokens)
    return blocks


def _sequence(
    reader: Reader, tokens: list[Token], index: int, line: int, inside_box: bool
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
    reader: Reader, tokens: list[Token], index: int, line: int, inside_box: bool
) -> tuple[tuple[tuple[Block, ...], ...], int]:
    items: list[tuple[Block, ...]] = []
    while tokens[index].type == "list_item_open":
        blocks, end = _sequence(reader, tokens, index + 1, line, inside_box)
        items.append(blocks)
        index = end + 1
    return tuple(items), index + 1


def _paragraph(reader: Reader, token: Token, line: int) -> Paragraph:
    children = inlines(reader.context, token, line)
    reader.section.extend(number for _, number in numbers(children))
    check_words(reader.context, children, line)
    return Paragraph(children)


def _heading(reader: Reader, token: Token, inline: Token, line: int, inside_box: bool) -> tuple[Block, ...]:
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


def _heading_anchor(reader: Reader, words: str) -> str:
    stem = ascii_id(words).replace("_", "-")[:60].strip("-") or "afsnit"
    stem = f"afsnit-{stem}"  # so that it never meets the anchor of a figure or an annex
    name, number = stem, 1
    while name in reader.anchors:
        number += 1
        name = f"{stem}-{number}"
    reader.anchors.add(name)
    return name


def _end_section(reader: Reader) -> None:
    """A heading that says "over halvdelen" is held against the numbers of its section."""
    if reader.headline is not None and reader.section:
        line, words = reader.headline
        told_shares(reader.context, words, reader.section, line)
    reader.headline, reader.section = None, []


def _footnotes(reader: Reader, notes: dict[str, tuple[int, str]]) -> tuple[Footnote, ...]:
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


def _check_targets(reader: Reader) -> None:
    for line, target in reader.context.pointed:
        if target not in reader.context.targets:
            remedy = "Henvis til en figur eller tabel med dens id, eller til et bilag med [@annex_1]."
            reader.report.fault(113, line, f"Henvisningen [@{target}] fører ingen steder hen.", remedy)
        elif not target.startswith("annex_") and target not in reader.placed:
            directive = "figure" if reader.context.edition.figure(target) else "table"
            remedy = f"Skriv ::{directive} {target} dér, hvor den skal stå."
            reader.report.fault(113, line, f"Teksten henviser til {target}, som ikke står i den.", remedy)
