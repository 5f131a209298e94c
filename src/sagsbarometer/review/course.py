"""The course of a case through the reading, as a table: what state it is in, and which steps are open from there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from sagsbarometer.kernel.said import said


class ReadingState(StrEnum):
    """Where one reading of a case stands."""

    ASSIGNED = "assigned"
    BEGUN = "begun"
    SUBMITTED = "submitted"
    REOPENED = "reopened"  # submitted before, and given back with a reason


class CaseState(StrEnum):
    """Where a case stands. What a reader is shown of a blind case is the state of their own reading instead."""

    UNASSIGNED = "unassigned"
    ASSIGNED = "assigned"
    BEGUN = "begun"
    SUBMITTED = "submitted"
    SECOND_READING = "second_reading"  # one of two readings is in
    DIFFERENCE = "difference"  # both are in, and they differ
    SETTLED = "settled"  # read twice: alike, or each difference is decided
    REOPENED = "reopened"
    LOCKED = "locked"  # part of what figures are computed from
    WITHDRAWN = "withdrawn"  # the case left the study while it was read


@dataclass(frozen=True, slots=True)
class Course:
    """What the state of a case follows from. `differs` is about two readings that are both in."""

    first: ReadingState | None = None
    second: ReadingState | None = None
    second_drawn: bool = False
    differs: bool = False
    decided: bool = False
    locked: bool = False
    withdrawn: bool = False

    @property
    def both_in(self) -> bool:
        """Whether nothing of the case is being read blind any more: a reader may see the other's answers."""
        wanted = (self.first, self.second) if self.second_drawn else (self.first,)
        return all(reading is ReadingState.SUBMITTED for reading in wanted)

    @property
    def state(self) -> CaseState:
        """The state of the case."""
        readings = (self.first, self.second) if self.second_drawn else (self.first,)
        if self.withdrawn:
            return CaseState.WITHDRAWN
        if self.locked:
            return CaseState.LOCKED
        if ReadingState.REOPENED in readings:
            return CaseState.REOPENED
        if self.both_in:
            return self._read()
        if ReadingState.SUBMITTED in readings:
            return CaseState.SECOND_READING
        if ReadingState.BEGUN in readings:
            return CaseState.BEGUN
        return CaseState.ASSIGNED if ReadingState.ASSIGNED in readings else CaseState.UNASSIGNED

    def _read(self) -> CaseState:
        if not self.second_drawn:
            return CaseState.SUBMITTED
        return CaseState.DIFFERENCE if self.differs and not self.decided else CaseState.SETTLED


def hindmost(readings: Iterable[ReadingState]) -> ReadingState | None:
    """Where a case stands whose readers each read on their own, as practice or an anchor: with who waits longest."""
    held = set(readings)
    order = (ReadingState.REOPENED, ReadingState.BEGUN, ReadingState.ASSIGNED, ReadingState.SUBMITTED)
    return next((state for state in order if state in held), None)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done with a case. `reading`: with one reading of it.

    `action` is the right it takes (web/rights/actions.py); `reason`: it is not done without one. Which routes take it
    stands in web/reviewing/moves.py.
    """

    id: str
    label: str
    before: frozenset[CaseState]
    after: frozenset[CaseState]
    action: str
    reading: bool = False
    reason: bool = False


def _states(words: str) -> frozenset[CaseState]:
    return frozenset(CaseState(word) for word in words.split())


_READ = "submitted second_reading difference settled"
_OPEN = f"unassigned assigned begun {_READ} reopened"

STEPS: dict[str, Step] = {
    step.id: step
    for step in (
        Step("assign", said("Tildel"), _states("unassigned assigned begun second_reading reopened"),
             _states("assigned begun second_reading reopened"), "assign_readings"),
        Step("hand_over", said("Overdrag"), _states("assigned begun second_reading reopened"),
             _states("assigned begun second_reading reopened"), "assign_readings"),
        Step("begin", said("Begynd"), _states("assigned begun second_reading reopened"),
             _states("begun second_reading reopened"), "read_case", reading=True),
        # Also of a reading nobody has answered in: where every question may be left, it is begun as it is handed in.
        Step("submit", said("Aflever"), _states("assigned begun second_reading reopened"),
             _states("second_reading reopened submitted difference settled"), "submit_reading", reading=True),
        Step("bring", said("Læg svar ind"), _states("unassigned assigned begun second_reading reopened"),
             _states("second_reading reopened submitted difference settled"), "bring_answers"),
        Step("take_back", said("Fortryd svar fra fil"), _states(f"{_READ} reopened withdrawn"),
             _states("unassigned assigned begun reopened withdrawn"), "bring_answers"),
        Step("draw_second", said("Læses af to"), _states("unassigned assigned begun submitted reopened"),
             _states("unassigned assigned begun second_reading reopened"), "draw_second"),
        Step("settle", said("Afgør forskellene"), _states("difference settled"), _states("difference settled"),
             "settle_difference"),
        Step("reopen", said("Åbn igen"), _states(_READ), _states("reopened"), "reopen_reading", reading=True,
             reason=True),
        Step("withdraw", said("Tag ud af læsningen"), _states(_OPEN), _states("withdrawn"), "assign_readings",
             reason=True),
        Step("restore", said("Tag med igen"), _states("withdrawn"), _states(_OPEN), "screen_case"),
        Step("lock", said("Lås"), _states("submitted settled"), _states("locked"), "freeze_study"),
        Step("unlock", said("Lås op"), _states("locked"), _states("submitted settled"), "freeze_study", reason=True),
    )
}  # fmt: skip


def open_steps(course: Course) -> tuple[Step, ...]:
    """The steps that the state of a case lets anybody take; who may is asked apart."""
    return tuple(step for step in STEPS.values() if is_open(course, step.id))


def is_open(course: Course, step: str, place: int = 0) -> bool:
    """Whether the state of a case lets a step be taken; with `place` 1 or 2, with that one of its readings."""
    made = after(course, step)
    if not place:
        return any(True for _ in made)
    which = "first" if place == 1 else "second"
    return any(getattr(one, which) is not getattr(course, which) for one in made)


def after(course: Course, step: str) -> Iterator[Course]:
    """What a case may look like after a step: none where the step is not open.

    More than one where it is done with the first or the second reading, or where only the answers tell whether
    two readings differ. It may look as before: given to another reader, or decided in one difference of several.
    Raises KeyError for a step that is not in the table.
    """
    if course.state in STEPS[step].before:
        yield from _STEPPED[step](course)


def _places(course: Course) -> tuple[str, ...]:
    return ("first", "second") if course.second_drawn else ("first",)


def _with(course: Course, place: str, reading: ReadingState | None) -> Course:
    changed: Course = replace(course, second=reading) if place == "second" else replace(course, first=reading)
    return changed


def _assigned(course: Course) -> Iterator[Course]:
    for place in _places(course):
        if getattr(course, place) is None:
            yield _with(course, place, ReadingState.ASSIGNED)


def _handed_over(course: Course) -> Iterator[Course]:
    # With another reader it is read from the beginning.
    for place in _places(course):
        if getattr(course, place) not in (None, ReadingState.SUBMITTED):
            yield _with(course, place, ReadingState.ASSIGNED)


def _begun(course: Course) -> Iterator[Course]:
    for place in _places(course):
        if getattr(course, place) is ReadingState.ASSIGNED:
            yield _with(course, place, ReadingState.BEGUN)


def _submitted(course: Course) -> Iterator[Course]:
    for place in _places(course):
        if getattr(course, place) not in (None, ReadingState.SUBMITTED):
            yield from _compared(_with(course, place, ReadingState.SUBMITTED))


def _brought(course: Course) -> Iterator[Course]:
    # From a file comes a reading nobody has begun on.
    for place in _places(course):
        if getattr(course, place) in (None, ReadingState.ASSIGNED):
            yield from _compared(_with(course, place, ReadingState.SUBMITTED))


def _compared(made: Course) -> Iterator[Course]:
    differing = (False, True) if made.both_in and made.second_drawn else (False,)
    yield from (replace(made, differs=differs, decided=False) for differs in differing)


def _taken_back(course: Course) -> Iterator[Course]:
    """Who had been given the case before the file came has it again. Not where another reading of it stands, or
    something was decided."""
    if course.decided:
        return
    made = [replace(course, differs=False)]
    handed_in = [place for place in _places(course) if getattr(course, place) is ReadingState.SUBMITTED]
    for place in handed_in:
        made = [_with(one, place, reading) for one in made for reading in (None, ReadingState.ASSIGNED)]
    yield from made if handed_in else ()


def _reopened(course: Course) -> Iterator[Course]:
    # What was decided between two readings falls with the one that is changed.
    undone = replace(course, differs=False, decided=False)
    for place in _places(course):
        if getattr(course, place) is ReadingState.SUBMITTED:
            yield _with(undone, place, ReadingState.REOPENED)


def _drawn(course: Course) -> Iterator[Course]:
    if not course.second_drawn:
        yield replace(course, second_drawn=True)


def _settled(course: Course) -> Iterator[Course]:
    # What was decided can be decided otherwise, and then leave something to decide again.
    if course.differs:
        yield from (replace(course, decided=decided) for decided in (True, False))


_STEPPED: dict[str, Callable[[Course], Iterator[Course]]] = {
    "assign": _assigned,
    "hand_over": _handed_over,
    "begin": _begun,
    "submit": _submitted,
    "bring": _brought,
    "take_back": _taken_back,
    "draw_second": _drawn,
    "settle": _settled,
    "reopen": _reopened,
    "withdraw": lambda course: iter((replace(course, withdrawn=True),)),
    "restore": lambda course: iter((replace(course, withdrawn=False),)),
    "lock": lambda course: iter((replace(course, locked=True),)),
    "unlock": lambda course: iter((replace(course, locked=False),)),
}
