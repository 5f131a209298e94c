"""A revision triangle as a page, a workbook and data: numbers in every cell, and a tint that only repeats them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sagsbarometer.appeals.analyses.triangle import AgeRevision, Known, Triangle, by_age
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.measure import Measure
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
from sagsbarometer.reporting.numbers import DASH, danish
from sagsbarometer.reporting.pages.facts import Facts, Mark, numbered, unmarked
from sagsbarometer.reporting.pages.known_facts import COMMON, age_facts, triangle_facts
from sagsbarometer.reporting.tables.table import UNIT_DA, safe

_MOST_GROUPS = 40  # on the page; the workbook and the data have all
# Where a number lies so far from what is known now, its cell is tinted: percentage points, or percent of the number.
_STEPS = {"percent": (Fraction(1, 2), Fraction(1), Fraction(2)), "": (Fraction(1), Fraction(5), Fraction(10))}
_WORDS = {"percent": "procentpoint", "cases": "sager", "days": "dage", "weeks": "uger"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What is told: a measure, and its triangle for all cases and each group with what the group is called.

    `deliveries`: the days are the last ones of the register's deliveries.
    """

    edition: Edition
    measure: Measure
    triangles: tuple[tuple[str, Triangle], ...]
    days_are: str

    @property
    def ages(self) -> tuple[AgeRevision, ...]:
        """How far the figures moved by age: of all cases together where they are counted, else of every group."""
        total = [triangle for _, triangle in self.triangles if not triangle.group]
        return by_age(total or [triangle for _, triangle in self.triangles])


def triangle_document(of: Seen) -> tuple[Document, Facts]:
    """The page: what moved in words, then a table for all cases and for each group. With what must be known of each
    number."""
    facts = Facts(COMMON)
    age_facts(facts, of.ages)
    words = of.edition.words
    name = words(of.measure.label)
    days = of.triangles[0][1].days
    blocks: list[Block] = [
        Heading(1, (Text("I ord"),), "ord"),
        Paragraph((Text(f"{name}: regnet af {words(of.measure.base_label)}. {of.days_are}"),)),
        *_words(of, facts.mark),
        Heading(1, (Text("Tallene, som de var kendt"),), "tal"),
        *(
            triangle_facts(facts, of, label, triangle, _table(of, label, triangle, number, whole=not number))
            for number, (label, triangle) in enumerate(_shown(of))
        ),
    ]
    if len(of.triangles) > _MOST_GROUPS:
        left = danish(len(of.triangles) - _MOST_GROUPS)
        blocks.append(Paragraph((Text(f"Yderligere {left} grupper står i regnearket og i triangle.csv."),)))
    subtitle = f"Som registret stod på {danish(len(days))} dage, senest {danish_date(days[-1])}"
    title = f"Revisionstrekant: {name}"
    return Document(title, subtitle, "index", tuple(blocks), (), sheet=False), facts


def triangle_tables(of: Seen) -> list[tuple[str, Table]]:
    """The sheets: in words by age, one for each group that the page shows, and every number in one list."""
    unit = _WORDS.get(of.measure.unit, "")
    rows = tuple(
        (
            TableCell(_age(item)),
            TableCell(danish(item.figures), item.figures, format="#,##0"),
            _plain(item.absolute),
            _plain(item.bias),
        )
        for item in of.ages
    )
    columns = (
        Column("Perioden var slut for"),
        Column("Tal", "count"),
        Column(f"Afstand i gennemsnit ({unit})", "value"),
        Column(f"Sat op i gennemsnit ({unit})", "value"),
    )
    tables = [("Efter alder", Table("Hvor langt tallene lå fra det, der kendes nu", columns, rows, (_HELD,)))]
    tables += [(label, _table(of, label, triangle, at)) for at, (label, triangle) in enumerate(_shown(of))]
    return tables


def _plain(value: Fraction) -> TableCell:
    exact = round_half_up(value, 6)
    return TableCell(danish(round_half_up(value, 1)), exact, format="0.0")


_HELD = "Holdt op mod det, der kendes på den sidste dag. Kun perioder, der var slut, er med."


def _shown(of: Seen) -> Sequence[tuple[str, Triangle]]:
    return of.triangles[:_MOST_GROUPS]


def _words(of: Seen, mark: Mark) -> Iterator[Block]:
    """Mean absolute revision and bias by age, in words."""
    ages = of.ages
    if not ages:
        yield Paragraph(
            (Text("Der er ingen dage at holde op mod hinanden: perioderne er kun kendt på én dag."),)
        )
        return
    if all(not item.absolute for item in ages):
        yield Paragraph((Strong((Text("Ingen tal har flyttet sig."),)), Text(f" {_HELD}")))
        return
    lines = (age_words(item, of.measure.unit, mark) for item in ages)
    yield Bullets(tuple((Paragraph(tuple(numbered(line))),) for line in lines), ordered=False)
    yield Paragraph((Text(_HELD),))


def age_words(item: AgeRevision, unit: str, mark: Mark = unmarked) -> str:
    """`Tal, der var under 3 måneder gamle, …`: how far on average, and which way. `mark`: makes a number open what is
    known of it."""
    words, id = _WORDS.get(unit, ""), f"alder_{item.from_months}"
    many = f"{mark(f'{id}.tal', danish(item.figures))} tal" if item.figures != 1 else "ét tal"
    if not item.absolute:
        return f"{_age(item).capitalize()} efter periodens slutning lå tallet fast ({many})."
    way = "op" if item.bias > 0 else "ned"
    apart, moved = mark(f"{id}.afstand", _amount(item.absolute)), mark(f"{id}.sat", _amount(abs(item.bias)))
    bias = (
        f"og er siden sat {moved} {words} {way} i gennemsnit" if item.bias else "lige så langt over som under"
    )
    return (
        f"{_age(item).capitalize()} efter periodens slutning lå tallet i gennemsnit {apart} {words} "
        f"fra det, der kendes nu, {bias} ({many})."
    )


def _age(item: AgeRevision) -> str:
    if item.to_months is None:
        return f"{item.from_months // 12} år eller mere"
    if not item.from_months:
        return f"under {item.to_months} måneder"
    return f"{item.from_months}-{item.to_months - 1} måneder"


def _amount(value: Fraction) -> str:
    """One decimal; two where one would say nought, and no less than 0,01."""
    for decimals in (1, 2):
        if rounded := round_half_up(value, decimals):
            return danish(rounded)
    return "under 0,01" if value else "0"


def _table(of: Seen, label: str, triangle: Triangle, number: int, whole: bool = True) -> Table:
    """The triangle; `whole`: with what its signs mean, which is told once on the page and on every sheet."""
    columns = (Column("Periode", weight=2), *(Column(_day(day), "count") for day in triangle.days))
    rows = tuple(
        (
            TableCell(period.danish),
            *(_cell(of, triangle, triangle.at(period, day)) for day in triangle.days),
        )
        for period in triangle.periods
        if any(triangle.at(period, day) for day in triangle.days)
    )
    unit = UNIT_DA.get(of.measure.unit, of.measure.unit)
    notes = (
        f"Tal i {unit}. Under hvert tal står, hvor meget det siden er sat op (+) eller ned (−) til det, der kendes "
        f"{danish_date(triangle.days[-1])}. Jo mørkere felt, jo mere har tallet flyttet sig.",
        f"{DASH} betyder, at perioden ikke var slut, eller at der ikke er noget tal.",
    )
    source = f"{of.edition.status}. {of.edition.source_line}" if of.edition.status else of.edition.source_line
    told = (*(notes if whole else ()), source)
    return Table(label, columns, rows, told, f"trekant-{number}", grid=f"triangle-{number}")


def _day(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


def _cell(of: Seen, triangle: Triangle, known: Known | None) -> TableCell:
    if known is None or known.exact is None:
        return TableCell(DASH)
    decimals = 0 if of.measure.unit == "cases" else 1
    value = round_half_up(known.exact, decimals if decimals == 0 else 6)
    text = danish(round_half_up(known.exact, decimals))
    format = "#,##0" if decimals == 0 else "0.0"
    moved = triangle.revision(known)
    if known.day == triangle.days[-1] or not moved:
        return TableCell(text, value, format=format)
    words = f"{'+' if moved > 0 else '−'}{_amount(abs(moved))}"
    return TableCell(text, value, format=format, under=words, tone=_tone(of.measure.unit, moved, known.exact))


def _tone(unit: str, moved: Fraction, known: Fraction) -> int:
    """How strongly a cell is tinted, 1 to 4."""
    size = abs(moved) if unit == "percent" else abs(100 * moved / known) if known else Fraction(100)
    return 1 + sum(size >= step for step in _STEPS.get(unit, _STEPS[""]))


_HEADER = (
    "result,row,period,as_of,months_since,numerator,denominator,unknown,value,unit,latest,revision,status,origin"
).split(",")


def triangle_csv(of: Seen) -> str:
    """A row for each period, group and day: UTF-8 with commas, a dot as decimal mark and a header row."""
    rows: list[Sequence[object]] = [_HEADER]
    for _, triangle in of.triangles:
        for known in triangle.known.values():
            cell, latest, moved = known.cell, triangle.latest(known.period), triangle.revision(known)
            rows.append(
                (
                    cell.result,
                    cell.row,
                    cell.period,
                    known.day.isoformat(),
                    known.age,
                    cell.numerator,
                    cell.denominator,
                    cell.unknown,
                    cell.value,
                    UNIT_DA.get(cell.unit, cell.unit),
                    None if latest is None else latest.cell.value,
                    None if moved is None else round_half_up(moved, 0 if cell.unit == "cases" else 6),
                    of.edition.status,
                    of.edition.origin_label,
                )
            )
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([safe(item) for item in row] for row in rows)
    return out.getvalue()
