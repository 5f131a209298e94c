"""Tables of words: what is measured, what the law requires, which conditions are assessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sagsbarometer.measures.measure import Kind, Measure
from sagsbarometer.reporting.binding.grids import grid_caption
from sagsbarometer.reporting.binding.inline import kept_together
from sagsbarometer.reporting.contract import REQUIREMENT_CLASSES, Condition, Decision, Edition
from sagsbarometer.reporting.document import Column, Table, TableCell
from sagsbarometer.reporting.numbers import DASH
from sagsbarometer.reporting.tables.table import caption, in_sentence
from sagsbarometer.reporting.words import say

_EVERY_CASE = "true"  # the row language for a base of all cases


def definition_tables(edition: Edition) -> tuple[Table, ...]:
    """One table for each statistical table and figure with the measures it shows, then one with the rest. Each
    measure stands once."""
    told: set[str] = set()
    tables: list[Table] = []
    for title, refs in _shown(edition):
        named = dict.fromkeys(measure.id for ref in refs if (measure := edition.measure(ref)))
        measures = [edition.measures[id] for id in named if id not in told]
        told.update(measure.id for measure in measures)
        if measures:
            tables.append(_definitions(edition, title, measures))
    rest = [measure for id, measure in edition.measures.items() if id not in told]
    if rest:
        key = "list.other_measures" if tables else "list.measures"
        tables.append(_definitions(edition, say(edition.language, key), rest))
    return tuple(tables)


def _shown(edition: Edition) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What each statistical table and figure is called, and the keys of its numbers."""
    for grid in edition.grids:
        yield (
            say(edition.language, "list.measures_in", title=in_sentence(grid_caption(edition, grid))),
            tuple(ref for row in grid.rows for place in row.places if place for ref in place.refs),
        )
    for figure in edition.figures:
        yield caption(edition, figure), figure.measures


def rule(measure: Measure, language: str = "da") -> str:
    """What is counted, as the form writes it."""
    if measure.stock:
        return f"{measure.stock[0]} <= {say(language, 'list.last_day')} < {measure.stock[1]}"
    if measure.kind is Kind.QUANTILE:
        return f"{measure.value}, {measure.quantile} %"
    if measure.kind in (Kind.MEAN, Kind.MINIMUM, Kind.MAXIMUM):
        return measure.value
    return measure.counts_text or _EVERY_CASE


def base_rule(measure: Measure) -> str:
    """Which cases are in the base, as the form writes it."""
    return measure.base_text or _EVERY_CASE


def _definitions(edition: Edition, title: str, measures: list[Measure]) -> Table:
    language = edition.language
    told = any(measure.formula for measure in measures)  # then a sentence or two stand in the first column
    columns = (
        Column(say(language, "table.measure"), weight=2.6 if told else 1.25),
        Column(say(language, "list.base"), weight=1.35),
        Column(
            say(language, "list.rule" if edition.complete else "list.rule_in_form"),
            "code",
            1.7 if told else 1.9,
        ),
        Column(say(language, "list.source"), weight=1.2),
    )
    rows = tuple(
        (
            TableCell(_named(edition, measure)),
            TableCell(edition.words(measure.base_label)),
            TableCell(
                say(language, "list.every_case") if rule(measure) == _EVERY_CASE else rule(measure, language)
            ),
            TableCell(measure.source, danish=edition.in_danish(measure.source)),
        )
        for measure in measures
    )
    return Table(title, columns, rows)


def _named(edition: Edition, measure: Measure) -> str:
    """What the measure is called and, where it says so, how it is made."""
    formula = edition.words(measure.formula) if measure.formula else ""
    return f"{edition.words(measure.label)}: {formula}" if formula else edition.words(measure.label)


def requirement_tables(edition: Edition) -> tuple[Table, ...]:
    """One table a class of requirements; the classes are never mixed."""
    language = edition.language
    columns = (
        Column(say(language, "list.requirement"), weight=1.1),
        Column(say(language, "list.legal_source"), weight=1.2),
        Column(say(language, "list.applies"), weight=1.9),
        Column(say(language, "list.wording"), weight=2.5),
    )
    tables: list[Table] = []
    for class_ in REQUIREMENT_CLASSES:
        rows = tuple(
            (
                TableCell(item.label),
                TableCell(kept_together("; ".join(item.citations) or say(language, "list.unwritten"))),
                TableCell(kept_together(item.applies)),
                TableCell(kept_together(item.wording)),
            )
            for item in edition.requirements
            if item.class_ == class_
        )
        if rows:
            tables.append(Table(say(language, f"requirement.{class_}"), columns, rows))
    return tuple(tables)


def condition_tables(conditions: Sequence[Condition], language: str = "da") -> tuple[Table, ...]:
    """The conditions in the order they are assessed; and the principle decisions that bind the assessment, where
    there are any."""
    hard = any(item.attention for item in conditions)
    columns = (
        Column(say(language, "list.condition"), weight=1.2),
        Column(say(language, "list.assessed"), weight=2),
        *([Column(say(language, "list.hard"), weight=2)] if hard else []),
        Column(say(language, "list.source"), weight=1.4),
    )
    rows = tuple(
        (
            TableCell(f"{number}. {item.label}"),
            TableCell(kept_together(item.wording)),
            *([TableCell(kept_together(" ".join(item.attention)) or DASH)] if hard else []),
            TableCell(kept_together(item.source), danish=language != "da"),
        )
        for number, item in enumerate(conditions, 1)
    )
    table = Table(say(language, "list.conditions"), columns, rows)
    return (table, *_decision_tables(conditions, language))


def _decision_tables(conditions: Sequence[Condition], language: str) -> tuple[Table, ...]:
    """Each decision once, with the steps it binds."""
    steps: dict[Decision, list[str]] = {}
    for number, item in enumerate(conditions, 1):
        for decision in item.decisions:
            steps.setdefault(decision, []).append(f"{number}. {item.label}")
    if not steps:
        return ()
    columns = (
        Column(say(language, "list.decision"), weight=1),
        Column(say(language, "list.step"), weight=1.4),
        Column(say(language, "list.used_for"), weight=2.4),
        Column(say(language, "list.source"), weight=1.6),
    )
    rows = tuple(
        (
            TableCell(decision.number),
            TableCell("; ".join(labels)),
            TableCell(kept_together(decision.about) or DASH),
            TableCell(
                kept_together(decision.source) or DASH, danish=bool(language != "da" and decision.source)
            ),
        )
        for decision, labels in steps.items()
    )
    note = say(language, "list.no_decisions")
    return (Table(say(language, "list.decisions"), columns, rows, (note,)),)
