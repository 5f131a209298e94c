"""The tables of agreement: coefficients, questions, answers, raters, pairs and weeks."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sagsbarometer.agreement.agree import ALL_READ, Agreement, Estimate, Way
from sagsbarometer.agreement.alpha import KRIPPENDORFF
from sagsbarometer.agreement.by import PAIR, Group, Question
from sagsbarometer.agreement.coefficients import COHEN, GWET, PERCENT
from sagsbarometer.agreement.diagnostics import Rater
from sagsbarometer.reporting.document import Column, Table, TableCell
from sagsbarometer.reporting.pages.agreement_words import (
    WEIGHTS,
    WHY,
    dash_notes,
    drawn_ends,
    ends,
    group_name,
    level_words,
    name,
    of,
    six,
    two,
)
from sagsbarometer.reporting.pages.curve_report import count, grid, missing, percent

_FORMAT = "0.00"


def coefficients_table(number: str, title: str, agreement: Agreement, way: Way) -> Table:
    """Every coefficient with both intervals."""
    drawn = any(item.drawn is not None for item in agreement.estimates)
    columns = (
        Column("Mål", weight=1.6),
        Column("Værdi", "value", 0.8),
        Column(level_words(way), "range", 1.3),
        *([Column("Bootstrap", "range", 1.3)] if drawn else []),
        Column("Middelfejl", "value", 0.9),
        Column("Tilfældigt enige", "value", 0.9),
        Column("Vægte", weight=1.2),
    )
    rows = [
        [
            TableCell(name(item, agreement.raters)),
            number_cell(item.value),
            _range(item.low, item.high),
            *([_drawn(item)] if drawn else []),
            # An error of 0 that comes of cases being alike says nothing of those nobody read.
            number_cell(item.error if item.error or item.why == ALL_READ else None),
            missing() if item.id == PERCENT else number_cell(item.chance),
            TableCell(WEIGHTS[item.weights]),
        ]
        for item in agreement.estimates
    ]
    return grid(number, title, columns, rows, *dash_notes(agreement.estimates, agreement.raters))


def questions_table(number: str, questions: Sequence[Question], way: Way) -> Table:
    """A row a question."""
    columns = (
        Column("Spørgsmål", weight=2.0),
        Column("Sager", "count", 0.8),
        Column("Bedømmere", "count", 1.0),
        *_short_columns(way),
        Column("Krippendorffs alfa", "value", 1.1),
    )
    rows = [
        [
            TableCell(question.id or "Alle svar"),
            count(question.whole.items),
            count(question.whole.raters),
            *_short(question.whole),
            _of(question.whole, KRIPPENDORFF),
        ]
        for question in questions
        if question.whole is not None
    ]
    known = [question.whole for question in questions if question.whole is not None]
    return grid(number, "Enighed efter spørgsmål", columns, rows, *_notes(known))


def groups_table(number: str, title: str, division: str, groups: Sequence[Group], way: Way) -> Table:
    """A row a pair or a week."""
    pair = division == PAIR
    columns = (
        Column("Bedømmere" if pair else "Uge", weight=1.6),
        Column("Sager", "count", 0.8),
        *([] if pair else [Column("Bedømmere", "count", 1.0)]),
        *_short_columns(way),
        Column("Cohens kappa" if pair else "Krippendorffs alfa", "value", 1.1),
    )
    rows = [
        [
            TableCell(group_name(group)),
            count(group.agreement.items),
            *([] if pair else [count(group.agreement.raters)]),
            *_short(group.agreement),
            _of(group.agreement, COHEN if pair else KRIPPENDORFF),
        ]
        for group in groups
    ]
    return grid(number, title, columns, rows, *_notes([group.agreement for group in groups]))


def answers_table(number: str, title: str, agreement: Agreement) -> Table:
    """How often each answer was given."""
    columns = (Column("Svar", weight=2.0), Column("Antal", "count"), Column("Andel, procent", "value"))
    rows = [
        [TableCell(category), count(given), percent(six(share))]
        for category, given, share in zip(
            agreement.categories, agreement.given, agreement.shares, strict=True
        )
    ]
    return grid(number, title, columns, rows)


def raters_table(number: str, title: str, raters: Sequence[Rater], way: Way) -> Table:
    """A row a rater, by name: no rank."""
    columns = (
        Column("Bedømmer", weight=1.4),
        Column("Sager", "count", 0.8),
        Column("Med i af parrene, procent", "value"),
        Column("Enig med de andre, procent", "value"),
        Column("Med i af uenigheden, procent", "value"),
        Column("Gwet uden bedømmeren", "value"),
    )
    rows = [
        [
            TableCell(rater.name),
            count(rater.items),
            percent(six(rater.pairs)),
            percent(six(rater.agreement)),
            missing() if rater.disagreement is None else percent(six(rater.disagreement)),
            number_cell(rater.without),
        ]
        for rater in raters
    ]
    return grid(number, title, columns, rows)


def number_cell(value: float | None) -> TableCell:
    """A number with two decimals, and six behind it."""
    return missing() if value is None else TableCell(two(value), six(value), format=_FORMAT)


def _short_columns(way: Way) -> tuple[Column, ...]:
    return (
        Column("Andel enige", "value", 0.9),
        Column("Gwet", "value", 0.8),
        Column(f"Gwet, {level_words(way)}", "range", 1.4),
    )


def _short(agreement: Agreement) -> tuple[TableCell, ...]:
    gwet = of(agreement, GWET)
    return (
        _of(agreement, PERCENT),
        _of(agreement, GWET),
        missing() if gwet is None else _range(gwet.low, gwet.high),
    )


def _notes(rows: Sequence[Agreement]) -> tuple[str, ...]:
    """Why a row has a dash; the reasons are those of Gwet's coefficient, the others' are in the data."""
    shown = [item for row in rows if (item := of(row, GWET)) is not None and item.low is None and item.why]
    whys = dict.fromkeys(WHY[item.why] for item in shown)
    return (f"–: der er intet tal eller interval, fordi {', eller fordi '.join(whys)}.",) if whys else ()


def _of(agreement: Agreement, id: str) -> TableCell:
    found = of(agreement, id)
    return missing() if found is None else number_cell(found.value)


def _drawn(item: Estimate) -> TableCell:
    drawn = item.drawn
    if drawn is None or drawn.low is None:
        return missing()
    return TableCell(drawn_ends(drawn), _six(drawn.low), _six(drawn.high), _FORMAT)


def _range(low: float | None, high: float | None) -> TableCell:
    return missing() if low is None else TableCell(ends(low, high), _six(low), _six(high), _FORMAT)


def _six(value: float | None) -> Decimal | None:
    return None if value is None else six(value)
