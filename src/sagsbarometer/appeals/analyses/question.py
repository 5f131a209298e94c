"""A question no layout was written for: one share, by the groups of one grouping, in some periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from sagsbarometer.appeals.groupings import Grouping
from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.layout_schema import ColumnFile, RowFile, TableFile
from sagsbarometer.kernel.alphabet import danish_order
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.periods import Period, parse_period
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.measure import Kind, Measure

_TABLE = "asked"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `by` is "" for all cases together; `where` narrows to one group of each grouping it names."""

    measure: str
    periods: tuple[str, ...]
    by: str = ""
    where: Mapping[str, str] = field(default_factory=dict)


def asked(question: Question, bare: Layout, day: date) -> Layout:
    """The layout with the one table that answers the question: a column per period, all cases first, then a row per
    group. `day` is the one the register is seen on.

    Raises Faults, all at once: FORSKEL-102 no such measure, or it is no share, 103 no such grouping or a group it
    cannot have, 104 no such period, one after `day`, or two that overlap.
    """
    problems = [
        *_measure_faults(question, bare.measures),
        *_group_faults(question, bare.groupings),
        *_period_faults(question.periods, day),
    ]
    if problems:
        raise Faults(problems)
    rows: list[dict[str, Any]] = [{"label": {"da": "Alle"}}]
    if question.by:
        rows.append({"each": question.by})
    table = TableFile(
        id=_TABLE,
        title={"da": "Spurgt"},
        stub={"da": "Gruppe"},
        periods=list(question.periods),
        where=dict(question.where),
        columns=[ColumnFile(measure=question.measure, each="period")],
        rows=[RowFile(**row) for row in rows],
    )
    return replace(bare, tables=(table,))


def _measure_faults(question: Question, measures: Mapping[str, Measure]) -> list[Problem]:
    place = Place("--measure")
    fit = [id for id, measure in measures.items() if _is_share(measure)]
    remedy = f"Vælg en af: {', '.join(fit)}."
    measure = measures.get(question.measure)
    if measure is None:
        close = get_close_matches(question.measure, fit, n=1)
        remedy = f"Mente du {close[0]}? {remedy}" if close else remedy
        return [Problem("FORSKEL-102", place, f"Målet {shown(question.measure)} findes ikke.", remedy)]
    if not _is_share(measure):
        fault = f"{shown(question.measure)} er ingen andel af sager, så der er intet at regne grænser af."
        return [Problem("FORSKEL-102", place, fault, remedy)]
    return []


def _is_share(measure: Measure) -> bool:
    return measure.kind is Kind.SHARE and not measure.per


def _group_faults(question: Question, known: Mapping[str, Grouping]) -> list[Problem]:
    problems = []
    for option, id in [("--by", question.by), *(("--where", id) for id in question.where)]:
        if id and id not in known:
            remedy = f"Vælg en af: {', '.join(sorted(known))}."
            fault = f"Grupperingen {shown(id)} findes ikke."
            problems.append(Problem("FORSKEL-103", Place(option), fault, remedy))
    for id, value in question.where.items():
        if id in known and not known[id].knows(value):
            fault = f"{shown(value)} findes ikke i grupperingen {id}."
            problems.append(Problem("FORSKEL-103", Place("--where"), fault, "Se lovens koder med law show."))
    if question.by and question.by in question.where:
        fault = "Der spørges både om alle grupper og om én af dem."
        problems.append(Problem("FORSKEL-103", Place("--where"), fault, f"Slet --where {question.by}=…."))
    return problems


def _period_faults(texts: Sequence[str], day: date) -> list[Problem]:
    place, problems = Place("periode"), []
    found: list[Period] = []
    for text in texts:
        try:
            period = parse_period(text)
        except ValueError:
            fault, remedy = (
                f"{shown(text)} er ingen periode.",
                "Skriv 2024, 2024-Q1, 2024-03 eller 2023/2024.",
            )
            problems.append(Problem("FORSKEL-104", place, fault, remedy))
            continue
        if period.last > day:
            fault = f"Perioden {period.danish} er ikke slut på den dag, registret ses."
            problems.append(Problem("FORSKEL-104", place, fault, "Vælg en senere --as-of."))
        if any(period.meets(other.first, other.last) for other in found):
            fault = f"Perioden {period.danish} overlapper en anden: den samme sag ville stå på begge sider."
            problems.append(Problem("FORSKEL-104", place, fault, "Vælg perioder, der ikke overlapper."))
        found.append(period)
    return problems


def group_name(grouping: Grouping, id: str) -> str:
    """What a group is called in Danish; its id where nobody says."""
    value = (grouping.values or {}).get(id)
    label = value.label if value is not None else grouping.labels.get(id, {})
    return label.get("da", id)


def by_name(names: Mapping[str, str]) -> list[str]:
    """Ids of groups in the order of the alphabet by what they are called, then by id."""
    return sorted(names, key=lambda id: (danish_order(names[id]), id))
