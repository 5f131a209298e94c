"""What happened to the cases in which the decision was wrong: what a municipality may tell, and how many of each.

A grant that was taken back is counted by itself. It is no better result for the citizen, and never among the other
new decisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sagsbarometer.kernel.dates import danish_day
from sagsbarometer.kernel.rounding import percent
from sagsbarometer.kernel.said import said
from sagsbarometer.review.doubts import words_fault

MOST_REASON = 2000  # characters
FEW = 10  # of fewer cases no percent is told: layouts/measures.yaml marks shares of as few


class Did(StrEnum):
    """What was done with the case."""

    REOPENED = "reopened"
    NEW_DECISION = "new_decision"
    MAINTAINED = "maintained"


class Effect(StrEnum):
    """What a new decision gave the citizen, beside the one that was wrong."""

    MORE = "more"
    SAME = "same"
    LESS = "less"
    REVOKED = "revoked"


class Citizen(StrEnum):
    """Whether the citizen was told."""

    YES = "yes"
    NO = "no"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Told:
    """What a municipality tells of a case. None where it was not said, or not said so that it could be read."""

    did: Did | None = None
    on: date | None = None
    effect: Effect | None = None
    reason: str = ""
    citizen: Citizen | None = None
    citizen_on: date | None = None


@dataclass(frozen=True, slots=True)
class After:
    """A case whose sheet was shown to its municipality. `wrong` is None where nobody can see whether it was.

    `late`: what was told came after the day it was asked for; `overdue`: nothing was told, and the day has passed.
    """

    case: str
    municipality: str
    wrong: bool | None
    told: Told | None = None
    late: bool = False
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class AfterCounts:
    """How many cases. `wrong` is the base of all below it.

    Each wrong case is in one of: not_told, reopened, more, same, less, revoked, maintained; and in one of the four
    about the citizen, `citizen_unknown` where nothing was told.
    """

    cases: int = 0
    right: int = 0
    cannot_be_seen: int = 0
    wrong: int = 0
    not_told: int = 0
    reopened: int = 0
    more: int = 0
    same: int = 0
    less: int = 0
    revoked: int = 0
    maintained: int = 0
    citizen_yes: int = 0
    citizen_no: int = 0
    citizen_later: int = 0
    citizen_unknown: int = 0
    late: int = 0
    overdue: int = 0

    @property
    def new_decisions(self) -> int:
        """New decisions that took no grant back."""
        return self.more + self.same + self.less

    @property
    def told(self) -> int:
        """The wrong cases of which something was told."""
        return self.wrong - self.not_told

    def __add__(self, other: AfterCounts) -> AfterCounts:
        """Of two that have no case in common, such as two municipalities."""
        return AfterCounts(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(self)))


def is_late(until: date, at: datetime) -> bool:
    """Whether a moment is after the last day, in Denmark."""
    return danish_day(at) > until


def faults(told: Told, *, today: date, decided: date | None) -> Mapping[str, str]:
    """What is wrong with what is told, by field; empty where nothing is.

    No day may be to come. A municipality may have seen the fault itself and acted before it was shown the sheet, so a
    day is only held against that of the decision, `decided`, where it is known.
    """
    found: dict[str, str] = {}
    if told.did is None:
        found["did"] = said("Vælg, hvad der er sket.")
    if told.did is not None and (fault := _day_fault(told.on, today, decided)):
        found["on"] = fault
    if told.did is Did.NEW_DECISION and told.effect is None:
        found["effect"] = said("Vælg, hvad den nye afgørelse betød for borgeren.")
    if told.did not in (None, Did.NEW_DECISION) and told.effect is not None:
        found["effect"] = said("Betydningen for borgeren hører til en ny afgørelse. Fjern valget.")
    if fault := _reason_fault(told):
        found["reason"] = fault
    if told.citizen is None:
        found["told"] = said("Vælg, om borgeren har fået besked.")
    elif told.citizen is Citizen.YES and (fault := _day_fault(told.citizen_on, today, decided)):
        found["told_on"] = fault
    elif told.citizen is not Citizen.YES and told.citizen_on is not None:
        found["told_on"] = said("Datoen hører til, at borgeren har fået besked. Fjern den.")
    return found


def _day_fault(day: date | None, today: date, decided: date | None) -> str:
    if day is None:
        return said("Skriv datoen.")
    if day > today:
        return said("Datoen må ikke ligge i fremtiden.")
    if decided is not None and day < decided:
        return said("Datoen må ikke ligge før afgørelsen af {day}.", day=decided)
    return ""


def _reason_fault(told: Told) -> str:
    if told.did is Did.MAINTAINED:
        if not told.reason:
            return said("Skriv, hvorfor afgørelsen fastholdes.")
        return words_fault(told.reason, most=MOST_REASON)
    if told.did is not None and told.reason:
        return said("Begrundelsen hører til en afgørelse, der fastholdes. Fjern den.")
    return ""


def count_after(cases: Iterable[After]) -> AfterCounts:
    """How many of each, in all of what is given."""
    total = AfterCounts()
    for case in cases:
        total += _one(case)
    return total


def after_by_municipality(cases: Iterable[After]) -> dict[str, AfterCounts]:
    """The same of each municipality, by code."""
    by_code: dict[str, list[After]] = {}
    for case in cases:
        by_code.setdefault(case.municipality, []).append(case)
    return {code: count_after(by_code[code]) for code in sorted(by_code)}


def _one(case: After) -> AfterCounts:
    if not case.wrong:
        return AfterCounts(cases=1, **{"right" if case.wrong is False else "cannot_be_seen": 1})
    told = case.told
    if told is None or told.did is None:
        return AfterCounts(cases=1, wrong=1, not_told=1, citizen_unknown=1, overdue=int(case.overdue))
    citizen = f"citizen_{told.citizen.value}" if told.citizen else "citizen_unknown"
    return AfterCounts(cases=1, wrong=1, late=int(case.late), **{_done(told): 1, citizen: 1})


def _done(told: Told) -> str:
    """The one number a case is counted in. A new decision of which nobody said what it gave is not made up: the form
    asks for it, and a row without it counts as reopened, which is all that is known."""
    if told.did is Did.NEW_DECISION:
        return told.effect.value if told.effect else Did.REOPENED.value
    return told.did.value if told.did else "not_told"


def share(part: int, whole: int) -> Decimal | None:
    """A whole percent; None of fewer than FEW cases, where one more or less would move it too much."""
    return percent(part, whole) if whole >= FEW else None
