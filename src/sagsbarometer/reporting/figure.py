"""Everything a page shows of one figure, made once and written alike in every format."""

from __future__ import annotations

from dataclasses import dataclass

from sagsbarometer.kernel.ids import ascii_id
from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.charts import alt_text, draws_intervals, standalone_svg, svg
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Table
from sagsbarometer.reporting.inline import note_words
from sagsbarometer.reporting.numbers import bound_limits, danish
from sagsbarometer.reporting.table import caption, few_note, figure_csv, figure_lines, figure_table, is_few

INTERVALS = "Stregerne viser 95-procents-intervaller"
AS_IF_RANDOM = ", regnet som om sagerne var trukket tilfældigt"
BREAK_NOTE = (
    "Den prikkede lodrette linje er et brud: Fra den dag tælles sagerne på en anden måde, og tallene før og efter kan "
    "ikke uden videre sammenlignes."
)
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


def contents(edition: Edition, figure: Figure) -> FigureContent:
    """What the pages show of `figure`. Raises KeyError where a number is missing, Faults for its note."""
    alt = alt_text(edition, figure)
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
    notes = [f"Note: {note}"] if note else []
    if not edition.complete:
        notes += _generalised(edition, figure)
    notes += _not_registered(edition, figure)
    notes += _unknown_bars(edition, figure)
    if figure.kind == "series" and any(row.breaks for row in figure.rows):
        notes.append(BREAK_NOTE)
    if figure.kind in ("bars", "series") and any(
        is_few(edition, line.cell) for line in figure_lines(edition, figure)
    ):
        notes.append(few_note(edition))
    if draws_intervals(edition, figure):
        given = {edition.cell(id).generalisable for row in figure.rows for id in row.cells.values()}
        notes.append(f"{INTERVALS}{'' if given == {'yes'} else AS_IF_RANDOM}.")
    return tuple(notes)


def _generalised(edition: Edition, figure: Figure) -> list[str]:
    if figure.generalisable:
        return _exempt_bars(edition, figure)
    why = edition.words(figure.why_not)
    return [f"Ikke generaliserbar: {why}" if why else "Ikke generaliserbar."]


def _not_registered(edition: Edition, figure: Figure) -> list[str]:
    """What a ladder says where nobody registered which condition failed."""
    cells = [edition.cell(ref) for row in figure.rows for ref in row.cells.values()]
    if figure.kind != "ladder" or not cells or any(cell.denominator or not cell.unknown for cell in cells):
        return []
    bases = {(edition.measures[cell.result].base_label.get("da", ""), cell.base) for cell in cells}
    if len(bases) > 1:
        return []
    what, number = bases.pop()
    return [f"Ikke registreret: Ingen af de {danish(number)} {what} har en registreret betingelse."]


def _exempt_bars(edition: Edition, figure: Figure) -> list[str]:
    """A bar that another figure exempts says so here too."""
    exempt = [
        line for line in figure_lines(edition, figure) if line.drawn and line.cell.generalisable == "no"
    ]
    reasons = dict.fromkeys(line.cell.why_not for line in exempt)
    return [
        f"Ikke generaliserbar ({'; '.join(line.row for line in exempt if line.cell.why_not == why)}): {why}"
        for why in reasons
    ]


def _unknown_bars(edition: Edition, figure: Figure) -> list[str]:
    """What a bar of the known cases leaves out, with the limits it could have."""
    if figure.kind != "bars":
        return []
    told = [
        f"{line.row}: {danish(line.cell.unknown)} ukendte, {bound_limits(line.cell)} procent"
        for line in figure_lines(edition, figure)
        if line.drawn and line.cell.unknown and bound_limits(line.cell)
    ]
    return (
        [f"Ukendte er ikke regnet med. Med dem ligger andelen inden for: {'; '.join(told)}."] if told else []
    )


def read_note(edition: Edition, figure: Figure) -> str:
    """The note of a figure with its bound numbers printed. Raises Faults when it holds others."""
    return note_words(edition, edition.words(figure.note), f"skemaet, {figure.id}, note")


def base_line(edition: Edition, figure: Figure) -> str:
    """`Figuren bygger på 385 sager (Begrundelse: 92).`"""
    if figure.kind == "series":
        return "Antallet af sager står under hvert år."
    if figure.kind in ("columns", "lines"):
        return ""
    lines = [line for line in figure_lines(edition, figure) if line.drawn and not line.part]
    lines = lines or [line for line in figure_lines(edition, figure) if line.drawn]
    # A bar is a share of the cases where the answer is known; the other kinds show the unknown as a part.
    bases = [line.cell.denominator if figure.kind == "bars" else line.cell.base for line in lines]
    most = max(bases, key=lambda base: (bases.count(base), base), default=0)
    others = [(line, base) for line, base in zip(lines, bases, strict=True) if base != most]
    if len(others) > _MANY_BASES:
        return "Antallet af sager står ved hver søjle."
    told = "; ".join(f"{line.row}: {danish(base)}" for line, base in others)
    sure = f"Figuren bygger på {danish(most)} {'sag' if most == 1 else 'sager'}"
    return f"{sure} ({told})." if told else f"{sure}."
