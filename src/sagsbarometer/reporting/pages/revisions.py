"""What moved between two days of a register, as a page, a workbook and data: before, after, difference, and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sagsbarometer.appeals.analyses.revisions import Reason, Revision, Summary
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.grid import Grid
from sagsbarometer.measures.measure import Kind
from sagsbarometer.reporting.binding.grids import LABEL, grid_caption
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import (
    Block,
    Bullets,
    Column,
    Document,
    Heading,
    Paragraph,
    Strong,
    Table,
    TableCell,
    Text,
)
from sagsbarometer.reporting.numbers import DASH, amount, danish, exact_percent, missing
from sagsbarometer.reporting.pages.facts import Facts, numbered
from sagsbarometer.reporting.pages.known_facts import COMMON, DIFFERENCE, revision_facts, summary_facts
from sagsbarometer.reporting.tables.table import UNIT_DA, safe

# What a reason is called after a number of cases, and what it means. docs/revisioner.md says the same.
REASONS: Mapping[Reason, tuple[str, str]] = {
    Reason.NEW: ("nye", "Sagen var ikke i registret den første dag."),
    Reason.REMOVED: ("udgået", "Sagen er taget ud af registret."),
    Reason.DECIDED: ("afgjort siden", "Sagen var uafgjort den første dag og er afgjort den anden."),
    Reason.REOPENED: ("uafgjort igen", "Sagen var afgjort den første dag og står nu som uafgjort."),
    Reason.OUTCOME: ("andet udfald", "Udfaldet er registreret om."),
    Reason.PROVISION: (
        "anden lov eller andet emne",
        "Lovområde, sagsemne, bestemmelse eller betingelse er registreret om.",
    ),
    Reason.DATE: (
        "anden dato",
        "En dato er registreret om, så sagen hører til en anden periode, eller tiden fra dato til dato er en anden.",
    ),
    Reason.AUTHORITY: ("anden myndighed", "Myndigheden er registreret om."),
    Reason.COURT: ("domstol", "En dom er kommet til eller registreret om."),
    Reason.OMBUDSMAN: ("ombudsmand", "Ombudsmandens sag er kommet til eller registreret om."),
    Reason.MARKS: (
        "andre kritikpunkter",
        "Begrundelser for omgørelsen eller kritikemneord er registreret om.",
    ),
    Reason.OTHER: ("andet", "Noget andet ved sagen er registreret om, for eksempel kontoret."),
    Reason.SEVERAL: (
        "flere ting",
        "Flere ting er registreret om, og ingen af dem forklarer flytningen alene.",
    ),
}
_MOST_FIRST, _MOST_EACH = 20, 60  # rows on the page; the workbook has all
_COUNTED = {"numerator": "talt med", "denominator": "regnet af", "unknown": "ukendt"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is told: the edition of the second day, the first day, and each number by its key.

    `edition` has the tables of the layout. `reached_back` are deliveries that came after the first day but hold
    registrations from before it.
    """

    edition: Edition
    first: date
    last: date
    revisions: Mapping[str, Revision]
    summary: Summary
    reached_back: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a table: where it stands, and what moved."""

    grid: Grid
    row: str
    column: str
    revision: Revision


def revision_lines(of: Comparison, grid: Grid) -> Iterator[Line]:
    """Every number of a table in reading order; not those that only tell which group has the most."""
    edition = of.edition
    above = ""
    for row in grid.rows:
        label = edition.words(row.label)
        above = label if row.level == 1 else above
        words = f"{label} ({above})" if row.level > 1 and above else label
        for place, column in zip(row.places, grid.columns, strict=False):
            if place is not None and not place.top and place.format != LABEL:
                head = f"{edition.words(column.group)} {edition.words(column.label)}".strip()
                for ref in place.refs:
                    yield Line(grid, words, head, of.revisions[ref])


def revision_document(of: Comparison) -> tuple[Document, Facts]:
    """The page: how many cases came, went and changed; what moved most; and table by table. With what must be known of
    each number."""
    facts = Facts(COMMON)
    summary_facts(facts, of)
    first, last = danish_date(of.first), danish_date(of.last)
    every = [line for grid in of.edition.grids for line in revision_lines(of, grid) if line.revision.moved]
    blocks: list[Block] = [*_cases(of, facts)]
    if every:
        blocks += [Heading(1, (Text("Det, der flyttede sig mest"),), "mest"), _most(of, every, facts)]
        blocks.append(Heading(1, (Text("Tabel for tabel"),), "tabeller"))
        blocks += [table for grid in of.edition.grids if (table := _table(of, grid, _MOST_EACH, facts))]
        blocks += [Heading(1, (Text("Hvad grundene betyder"),), "grunde"), _meanings(of)]
    subtitle = f"Registret, som det stod {first} og {last}"
    title = f"Revisioner: {of.edition.title}"
    return Document(title, subtitle, "index", tuple(blocks), (), sheet=False), facts


def revision_tables(of: Comparison) -> list[tuple[str, Table]]:
    """A sheet for each table with all its numbers that moved: what it is called, and the table."""
    return [
        (f"Tabel {grid.number}" if grid.number else of.edition.words(grid.title), table)
        for grid in of.edition.grids
        if (table := _table(of, grid, None))
    ]


def _cases(of: Comparison, facts: Facts) -> Iterator[Block]:
    moved = sum(revision.moved for revision in of.revisions.values())
    told, first, last, mark = of.summary, danish_date(of.first), danish_date(of.last), facts.mark
    yield Heading(1, (Text("Sagerne"),), "sager")
    every = mark("tal.alle", danish(len(of.revisions)))
    numbers = (
        f"{mark('tal.flyttet', danish(moved))} af {every} tal flyttede sig."
        if moved
        else "Ingen tal flyttede sig."
    )
    yield Paragraph((Strong(tuple(numbered(numbers))),))
    came, went, new = (
        mark(f"sager.{id}", _many(cases))
        for id, cases in (("nye", told.new), ("udgaaet", told.removed), ("aendret", told.changed))
    )
    stood = [
        f"{mark(f'sager.{id}', danish(cases))}"
        for id, cases in (("foer", told.before), ("efter", told.after))
    ]
    words = (
        f"Registret havde {stood[0]} sager {first} og {stood[1]} {last}: "
        f"{came} er nye, {went} er udgået, og {new} er ændret i noget, tabellerne ser på."
    )
    yield Paragraph(tuple(numbered(words)))
    if told.by:
        parts = [
            f"{REASONS[reason][0]}: {mark(f'sager.aendret_{reason.value}', danish(cases))}"
            for reason, cases in told.by.items()
        ]
        yield Paragraph(tuple(numbered(f"De ændrede, hver ændring for sig: {', '.join(parts)}.")))
    if of.reached_back:
        one = len(of.reached_back) == 1
        numbers = " og ".join(
            filter(None, (", ".join(map(str, of.reached_back[:-1])), str(of.reached_back[-1])))
        )
        yield Paragraph(
            (
                Strong((Text(f"Levering {numbers} rækker tilbage. "),)),
                Text(
                    f"{'Den' if one else 'De'} kom efter senere registreringer, men har registreringer fra før "
                    f"{first}. Tallene pr. {first} er derfor ikke nødvendigvis dem, der blev lavet dengang."
                ),
            )
        )


def _many(cases: int) -> str:
    return danish(cases) if cases else "ingen"


def _most(of: Comparison, every: Sequence[Line], facts: Facts) -> Table:
    """The numbers that moved most, each once. A part is left out: it says in percent what its count says."""
    once: dict[str, Line] = {}
    for line in every:
        measure = of.edition.measure(line.revision.wanted.ref)
        if measure is None or measure.kind is not Kind.PART:
            once.setdefault(line.revision.wanted.ref, line)
    most = sorted(once.values(), key=lambda line: (-line.revision.cases, -line.revision.traffic))[
        :_MOST_FIRST
    ]
    rows = tuple(
        (TableCell(f"{_short(of.edition, line.grid)}: {line.row}"), *_cells(line.column, line.revision))
        for line in most
    )
    notes = (
        "Først det, der flyttede sig med flest sager.",
        "+ er sager, der er kommet til i tallet, og − er sager, der er gået ud af det. Ved en procent er »talt med« de "
        "sager, den tæller, og »regnet af« alle dem, den er regnet af.",
    )
    title = "De tal, der flyttede sig mest"
    table = Table(title, _columns(of, "Hvor"), rows, notes, "tabel-mest", grid="mest")
    return revision_facts(facts, of, most, table)


def _short(edition: Edition, grid: Grid) -> str:
    return f"Tabel {grid.number}" if grid.number else edition.words(grid.title)


def _table(of: Comparison, grid: Grid, most: int | None, facts: Facts | None = None) -> Table | None:
    """The numbers of a table that moved, in its order; of more than `most` those that moved most."""
    moved = [line for line in revision_lines(of, grid) if line.revision.moved]
    if not moved:
        return None
    kept = moved
    if most is not None and len(moved) > most:
        ranked = sorted(
            range(len(moved)), key=lambda at: (-moved[at].revision.cases, -moved[at].revision.traffic, at)
        )
        kept = [moved[at] for at in sorted(ranked[:most])]
    rows = tuple((TableCell(line.row), *_cells(line.column, line.revision)) for line in kept)
    most_first = (
        f"Her er de {danish(len(kept))} af {danish(len(moved))} tal, der flyttede sig mest. Alle står i regnearket og "
        "i revisions.csv."
    )
    notes = [] if kept == moved else [most_first]
    stub = of.edition.words(grid.stub) or "Række"
    source = f"{of.edition.status}. {of.edition.source_line}" if of.edition.status else of.edition.source_line
    table = Table(
        grid_caption(of.edition, grid),
        _columns(of, stub),
        rows,
        (*notes, source),
        f"tabel-{grid.id}",
        grid=grid.id,
    )
    return revision_facts(facts, of, kept, table) if facts else table


def _columns(of: Comparison, stub: str) -> tuple[Column, ...]:
    return (
        Column(stub, weight=2.2),
        Column("Tal", weight=1.6),
        Column(_day(of.first), "count"),
        Column(_day(of.last), "count"),
        Column(DIFFERENCE, "count"),
        Column("Hvorfor", weight=3.2),
    )


def _day(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


def _cells(column: str, revision: Revision) -> tuple[TableCell, ...]:
    before, after = revision.before, revision.after
    return (
        TableCell(column),
        _number(before),
        _number(after),
        TableCell(difference_words(revision)),
        TableCell(why(revision)),
    )


def _number(cell: Cell) -> TableCell:
    if missing(cell) or cell.value is None:
        return TableCell(DASH)
    if cell.unit == "percent":
        exact = exact_percent(cell)
        words = f"{danish(round_half_up(exact, 1))} %"
        return TableCell(words, round_half_up(exact, 6), format='0.0" %"')
    format = "#,##0" if cell.unit == "cases" else "0.0"
    return TableCell(amount(cell), cell.value, format=format)


def difference(revision: Revision) -> Fraction | None:
    """After less before, exactly: cases, percentage points, days or weeks; None where one of them has no number."""
    before, after = revision.before, revision.after
    if any(missing(cell) or cell.value is None for cell in (before, after)):
        return None
    if before.unit == "percent":
        return exact_percent(after) - exact_percent(before)
    return Fraction(after.value or 0) - Fraction(before.value or 0)


def difference_words(revision: Revision) -> str:
    """`+12`, `−1,3 pp`, `+0,4 uger`; two decimals where one would say nought of what is not."""
    apart = difference(revision)
    if apart is None:
        return DASH
    unit = revision.before.unit
    decimals = 0 if unit == "cases" or not apart else 1
    if decimals and not round_half_up(apart, decimals):
        decimals = 2
    words = danish(round_half_up(abs(apart), decimals))
    tail = {"percent": " pp", "weeks": " uger", "days": " dage"}.get(unit, "")
    return f"{'+' if apart > 0 else '−' if apart else ''}{words}{tail}"


def why(revision: Revision) -> str:
    """Who came and went for which reason: `+12 nye, +3 −1 andet udfald`; for a share of both its counts."""
    parts = []
    for count, words in _COUNTED.items():
        if count == "numerator" and revision.before.unit in ("days", "weeks"):
            continue  # a sum of days tells no reader anything
        moves = [move for move in revision.moves if move.count == count]
        if moves:
            told = ", ".join(f"{_both(move.in_, move.out)} {REASONS[move.reason][0]}" for move in moves)
            parts.append(
                told if revision.before.unit == "cases" and count == "numerator" else f"{words}: {told}"
            )
    return "; ".join(parts)


def _both(in_: int, out: int) -> str:
    ways = (f"+{danish(in_)}" if in_ else "", danish(-out) if out else "")
    return " ".join(way for way in ways if way) or "0"


def _meanings(of: Comparison) -> Block:
    used = {move.reason for revision in of.revisions.values() for move in revision.moves} | set(of.summary.by)
    items = tuple(
        (Paragraph((Strong((Text(f"{words[:1].upper()}{words[1:]}: "),)), Text(meaning))),)
        for reason, (words, meaning) in REASONS.items()
        if reason in used
    )
    return Bullets(items, ordered=False)


_HEADER = (
    "result,row,period,unit,numerator_before,numerator_after,denominator_before,denominator_after,unknown_before,"
    "unknown_after,value_before,value_after,difference,moved,from,to,status,origin"
).split(",")
_MOVES = "result,row,period,count,before,in,out,after,reason,from,to,status,origin".split(",")


def revisions_csv(of: Comparison) -> str:
    """A row for each number, moved or not: UTF-8 with commas, a dot as decimal mark and a header row."""
    rows: list[Sequence[object]] = [_HEADER]
    for revision in of.revisions.values():
        before, after = revision.before, revision.after
        apart = difference(revision)
        rows.append(
            (
                before.result,
                before.row,
                before.period,
                UNIT_DA.get(before.unit, before.unit),
                *(
                    getattr(cell, name)
                    for name in ("numerator", "denominator", "unknown")
                    for cell in (before, after)
                ),
                before.value,
                after.value,
                "" if apart is None else round_half_up(apart, 0 if before.unit == "cases" else 6),
                "ja" if revision.moved else "",
                *_tail(of),
            )
        )
    return _csv(rows)


def moves_csv(of: Comparison) -> str:
    """A row for each count of a number and each reason something moved: before + in - out, added up over the reasons,
    is after."""
    rows: list[Sequence[object]] = [_MOVES]
    for revision in of.revisions.values():
        before, after = revision.before, revision.after
        for move in revision.moves:
            was, now = getattr(before, move.count), getattr(after, move.count)
            key = (before.result, before.row, before.period, move.count)
            rows.append((*key, was, move.in_, move.out, now, move.reason.value, *_tail(of)))
    return _csv(rows)


def _tail(of: Comparison) -> tuple[str, ...]:
    return of.first.isoformat(), of.last.isoformat(), of.edition.status, of.edition.origin_label


def _csv(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([safe(item) for item in row] for row in rows)
    return out.getvalue()
