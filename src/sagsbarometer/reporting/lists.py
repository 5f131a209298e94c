"""Tables of words: what is measured, what the law requires, which conditions are assessed."""

from __future__ import annotations

from sagsbarometer.measures.measure import Kind, Measure
from sagsbarometer.reporting.contract import REQUIREMENT_CLASSES, Edition
from sagsbarometer.reporting.document import Column, Table, TableCell
from sagsbarometer.reporting.inline import kept_together
from sagsbarometer.reporting.table import caption

_EVERY_CASE = "true"  # the row language for a base of all cases


def definition_tables(edition: Edition) -> tuple[Table, ...]:
    """One table a figure with the measures it shows, then one with the rest. Each measure stands once."""
    told: set[str] = set()
    tables: list[Table] = []
    for figure in edition.figures:
        measures = [
            edition.measures[id] for id in figure.measures if id in edition.measures and id not in told
        ]
        told.update(measure.id for measure in measures)
        if measures:
            tables.append(_definitions(edition, caption(edition, figure), measures))
    rest = [measure for id, measure in edition.measures.items() if id not in told]
    if rest:
        tables.append(_definitions(edition, "Øvrige mål" if tables else "Mål", rest))
    return tuple(tables)


def rule(measure: Measure) -> str:
    """What is counted, as the form writes it."""
    if measure.kind in (Kind.MEAN, Kind.MINIMUM, Kind.MAXIMUM):
        return measure.value
    return measure.counts_text or _EVERY_CASE


def base_rule(measure: Measure) -> str:
    """Which cases are in the base, as the form writes it."""
    return measure.base_text or _EVERY_CASE


def _definitions(edition: Edition, title: str, measures: list[Measure]) -> Table:
    columns = (
        Column("Mål", weight=1.25),
        Column("Regnes ud af", weight=1.35),
        Column("Regel i skemaet", "code", 1.9),
        Column("Kilde", weight=1.2),
    )
    rows = tuple(
        (
            TableCell(edition.words(measure.label)),
            TableCell(edition.words(measure.base_label)),
            TableCell("alle sager i grundlaget" if rule(measure) == _EVERY_CASE else rule(measure)),
            TableCell(measure.source),
        )
        for measure in measures
    )
    return Table(title, columns, rows)


def requirement_tables(edition: Edition) -> tuple[Table, ...]:
    """One table a class of requirements; the classes are never mixed."""
    columns = (
        Column("Krav", weight=1.1),
        Column("Retskilde", weight=1.2),
        Column("Hvornår det gælder", weight=1.9),
        Column("Hvad det går ud på", weight=2.5),
    )
    tables: list[Table] = []
    for class_, title in REQUIREMENT_CLASSES.items():
        rows = tuple(
            (
                TableCell(item.label),
                TableCell(kept_together("; ".join(item.citations) or "uskreven grundsætning")),
                TableCell(kept_together(item.applies)),
                TableCell(kept_together(item.wording)),
            )
            for item in edition.requirements
            if item.class_ == class_
        )
        if rows:
            tables.append(Table(title, columns, rows))
    return tuple(tables)


def condition_table(edition: Edition) -> Table:
    """The conditions in the order they are assessed."""
    columns = (
        Column("Betingelse", weight=1.2),
        Column("Hvad der skal vurderes", weight=2),
        Column("Kilde", weight=1.4),
    )
    rows = tuple(
        (
            TableCell(f"{number}. {item.label}"),
            TableCell(kept_together(item.wording)),
            TableCell(kept_together(item.source)),
        )
        for number, item in enumerate(edition.conditions, 1)
    )
    return Table("Betingelser i den rækkefølge, de vurderes", columns, rows)
