"""Everything a page shows of one figure, made once and written alike in every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sagsbarometer.kernel.ids import ascii_id
from sagsbarometer.measures.cells import WITHHELD
from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.binding.inline import note_words
from sagsbarometer.reporting.charts.charts import alt_text, draws_intervals, standalone_svg, svg
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import FigureBlock, Table, plain
from sagsbarometer.reporting.numbers import bound_limits, number_words, told
from sagsbarometer.reporting.tables.table import (
    caption,
    few_note,
    figure_csv,
    figure_lines,
    figure_table,
    is_few,
)
from sagsbarometer.reporting.words import say

_MANY_BASES = 3  # more exceptions than this are not told one by one: the counts stand in the figure


@dataclass(frozen=True, slots=True)
class FigureContent:
    """One figure, ready for every writer."""

    figure: Figure
    caption: str
    alt: str
    wide: str  # SVG for a page
    narrow: str  # SVG for a telephone
    picture: str  # SVG that stands alone
    notes: tuple[str, ...]
    source: str
    table: Table
    csv: str
    stem: str  # `figurer/figur_2`, for files
    kinds: tuple[str, ...] = ("csv", "svg")  # what it is written as alone, as the ends of file names


def contents(edition: Edition, figure: Figure) -> FigureContent:
    """What the pages show of `figure`. Raises KeyError where a number is missing, Faults for its note or its words for
    a reader who does not see it."""
    alt = read_alt(edition, figure) or alt_text(edition, figure)
    notes = figure_notes(edition, figure)
    return FigureContent(
        figure=figure,
        caption=caption(edition, figure),
        alt=alt,
        wide=svg(edition, figure),
        narrow=svg(edition, figure, narrow=True),
        picture=standalone_svg(edition, figure, notes, alt),
        notes=notes,
        source=edition.source_line,
        table=figure_table(edition, figure),
        csv=figure_csv(edition, figure),
        stem=figure_stem(figure),
    )


def figure_stem(figure: Figure) -> str:
    """`figurer/figur_2`, for files."""
    number = ascii_id(figure.number)
    return f"figurer/figur_{number}" if number else f"figurer/{ascii_id(figure.id)}"


def figure_notes(edition: Edition, figure: Figure) -> tuple[str, ...]:
    """What must be known to read the figure: its base, its own note, whether it speaks for all cases, and
    what its lines and signs show."""
    note = " ".join(part for part in (base_line(edition, figure), read_note(edition, figure)) if part)
    language = edition.language
    notes = [say(language, "figure.note", note=note)] if note else []
    if not edition.complete:
        notes += _generalised(edition, figure)
    notes += _not_registered(edition, figure)
    notes += _unknown_bars(edition, figure)
    if figure.kind == "series" and any(row.breaks for row in figure.rows):
        notes.append(say(language, "figure.break"))
    if figure.kind in ("bars", "series", "multiples") and any(
        is_few(edition, line.cell) for line in figure_lines(edition, figure)
    ):
        notes.append(few_note(edition))
    if draws_intervals(edition, figure):
        given = {edition.cell(id).generalisable for row in figure.rows for id in row.cells.values()}
        drawn = "" if given == {"yes"} else say(language, "figure.as_if_random")
        notes.append(f"{say(language, 'figure.intervals')}{drawn}.")
    if any(line.cell.hidden for line in figure_lines(edition, figure)):
        notes.append(say(language, "number.withheld_note"))
    return tuple(notes)


def _generalised(edition: Edition, figure: Figure) -> list[str]:
    if figure.generalisable:
        return _exempt_bars(edition, figure)
    why = edition.words(figure.why_not)
    key = "figure.not_generalisable_why" if why else "figure.not_generalisable"
    return [say(edition.language, key, why=why)]


def _not_registered(edition: Edition, figure: Figure) -> list[str]:
    """What a ladder says where nobody registered which condition failed."""
    cells = [edition.cell(ref) for row in figure.rows for ref in row.cells.values()]
    if figure.kind != "ladder" or not cells:
        return []
    if any(cell.hidden or cell.denominator or not cell.unknown for cell in cells):
        return []
    bases = {(edition.words(edition.measures[cell.result].base_label), cell.base) for cell in cells}
    if len(bases) > 1:
        return []
    what, number = bases.pop()
    told_number = number_words(edition.language, number)
    return [say(edition.language, "figure.not_registered", number=told_number, what=what)]


def _exempt_bars(edition: Edition, figure: Figure) -> list[str]:
    """A bar that another figure exempts says so here too."""
    exempt = [
        line for line in figure_lines(edition, figure) if line.drawn and line.cell.generalisable == "no"
    ]
    rows: dict[str, list[str]] = {}
    for line in exempt:
        rows.setdefault(edition.why_not(line.cell), []).append(line.row)
    return [
        say(edition.language, "figure.not_generalisable_rows", rows="; ".join(told), why=why)
        for why, told in rows.items()
    ]


def _unknown_bars(edition: Edition, figure: Figure) -> list[str]:
    """What a bar of the known cases leaves out, with the limits it could have."""
    if figure.kind != "bars":
        return []
    language = edition.language
    told = [
        say(
            language,
            "figure.unknown_bar",
            row=line.row,
            unknown=number_words(language, line.cell.unknown),
            bounds=bound_limits(line.cell, language),
        )
        for line in figure_lines(edition, figure)
        if line.drawn and not line.cell.hidden and line.cell.unknown and bound_limits(line.cell)
    ]
    return [say(language, "figure.unknown_bars", told="; ".join(told))] if told else []


def read_note(edition: Edition, figure: Figure) -> str:
    """The note of a figure with its bound numbers printed. Raises Faults when it holds others."""
    return note_words(edition, edition.words(figure.note), f"skemaet, {figure.id}, note")


def has_alt(edition: Edition, figure: Figure) -> bool:
    """Whether the author wrote what the figure shows, in the language of the edition: words in another are of no use
    to who has the page read out."""
    return bool(figure.alt.get(edition.language))


def read_alt(edition: Edition, figure: Figure) -> str:
    """What the author wrote that the figure shows, with its bound numbers printed; empty where nothing is written.

    Raises Faults when it holds other numbers.
    """
    words = figure.alt.get(edition.language, "")
    return note_words(edition, words, f"skemaet, {figure.id}, alt") if words else ""


def placed(block: FigureBlock, figures: Mapping[str, FigureContent]) -> FigureContent:
    """The figure of a place in a text, with the words that the text itself has for a reader who does not see it."""
    content = figures[block.figure]
    return replace(content, alt=plain(block.alt)) if block.alt else content


def base_line(edition: Edition, figure: Figure) -> str:
    """`Figuren bygger på 385 sager (Begrundelse: 92).`"""
    language = edition.language
    if figure.kind == "series":
        return say(language, "figure.base_years")
    if figure.kind == "multiples":
        return say(language, "figure.base_bars")
    if figure.kind in ("columns", "lines"):
        return ""
    lines = [line for line in figure_lines(edition, figure) if line.drawn and not line.part]
    lines = lines or [line for line in figure_lines(edition, figure) if line.drawn]
    # A bar is a share of the cases where the answer is known; the other kinds show the unknown as a part.
    bases = [line.cell.denominator if figure.kind == "bars" else line.cell.base for line in lines]
    seen = [base for line, base in zip(lines, bases, strict=True) if not line.cell.hidden]
    if lines and not seen:
        return say(language, "figure.base", number=WITHHELD, unit=say(language, "many.cases"))
    most = max(seen, key=lambda base: (seen.count(base), base), default=0)
    others = [
        (line, base) for line, base in zip(lines, bases, strict=True) if base != most or line.cell.hidden
    ]
    if len(others) > _MANY_BASES:
        return say(language, "figure.base_bars")
    rest = "; ".join(f"{line.row}: {told(line.cell, base, language)}" for line, base in others)
    unit = say(language, "one.cases" if most == 1 else "many.cases")
    key = "figure.base_but" if rest else "figure.base"
    return say(language, key, number=number_words(language, most), unit=unit, others=rest)
