"""The codes a registration may hold, and what the law says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sagsbarometer.appeals.registration import COURT_RESULTS, OCCASIONS, OMBUDSMAN_RESULTS, OUTCOMES, RESULTS
from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.kernel.ids import ascii_id


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes of a column, and the names they go by: `ascii_id` of a name to the code."""

    codes: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Codes:
    """All code lists by column, and what holds between codes and on a date.

    `in_force`: first and last day of each case subject. `conditions_of`: a provision to the one whose conditions
    hold for it.
    """

    lists: Mapping[str, CodeList]
    merits: frozenset[str]  # outcomes on the merits
    reversals: frozenset[str]  # outcomes that change or set aside the decision
    law_area_of: Mapping[str, str]
    in_force: Mapping[str, tuple[date, date]]
    provisions: frozenset[str]
    conditions: frozenset[str]
    conditions_of: Mapping[str, str]
    reach: Mapping[str, int] = field(default_factory=dict)  # how far each outcome goes into the decision


def codes_of(catalogue: Catalogue) -> Codes:
    """The codes and rules of a catalogue, as registrations are read by them."""
    outcomes, subjects = catalogue.outcomes, catalogue.case_subjects
    lists = {
        "outcome": _list(OUTCOMES, outcomes),
        "law_area": _list(catalogue.law_areas, catalogue.law_areas),
        "case_subject": _list(subjects, subjects),
        "reasons": _list(catalogue.reversal_reasons, catalogue.reversal_reasons),
        "keywords": _list(catalogue.criticism_keywords, catalogue.criticism_keywords),
        "occasion": CodeList(OCCASIONS),
        "result": CodeList(RESULTS),
        "court_result": CodeList(COURT_RESULTS),
        "ombudsman_result": CodeList(OMBUDSMAN_RESULTS),
    }
    return Codes(
        lists=lists,
        merits=frozenset(id for id, outcome in outcomes.items() if outcome.on_the_merits),
        reversals=frozenset(id for id, outcome in outcomes.items() if outcome.reversed),
        law_area_of={id: subject.law_area for id, subject in subjects.items()},
        in_force={
            id: (_day(subject.in_force.from_, date.min), _day(subject.in_force.to, date.max))
            for id, subject in subjects.items()
        },
        provisions=frozenset(catalogue.provisions),
        conditions=frozenset(catalogue.conditions),
        conditions_of={
            id: provision.conditions_of
            for id, provision in catalogue.provisions.items()
            if provision.conditions_of
        },
        reach={id: outcome.reach for id, outcome in outcomes.items()},
    )


def _list(codes: Iterable[str], items: Mapping[str, object]) -> CodeList:
    """The codes with their names; a name that two codes share names neither."""
    names: dict[str, str] = {}
    shared: set[str] = set()
    for code, item in items.items():
        labels: Mapping[str, str] = getattr(item, "label", {})
        for name in {ascii_id(label) for label in labels.values()}:
            if names.setdefault(name, code) != code:
                shared.add(name)
    return CodeList(tuple(codes), {name: code for name, code in names.items() if name not in shared})


def _day(text: str, unknown: date) -> date:
    return date.fromisoformat(text) if text else unknown
