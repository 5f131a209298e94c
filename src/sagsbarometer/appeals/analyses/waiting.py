"""Who waits beside whom: the cases of a register in populations, and in groups of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sagsbarometer.appeals.analyses.question import by_name, group_name
from sagsbarometer.appeals.analyses.waits import CAUSES, Queue, Wait, queue_of
from sagsbarometer.appeals.groupings import NAMED, SERIES, Grouping
from sagsbarometer.forms.language.types import Type

# Cases the law puts before others wait otherwise than the rest, so they are counted apart where anybody knows them.
ALL, ORDINARY, PRIORITY, UNKNOWN = "all", "ordinary", "priority", "unknown_priority"
_APART: Mapping[bool | None, str] = {False: ORDINARY, True: PRIORITY, None: UNKNOWN}
# Known of a case only when it is decided: among those that wait nobody has it.
_AFTERWARDS = frozenset({"outcome", "reason", "keyword", "condition", "court_result", "ombudsman_result"})


@dataclass(frozen=True, slots=True)
class Group:
    """Cases alike in one way; `id` is None where nobody knows the way of them."""

    id: str | None
    queue: Queue


@dataclass(frozen=True, slots=True)
class Population:
    """Cases that are counted together: ALL of them, or by whether the law puts them before others."""

    id: str
    whole: Queue
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long the cases received from `first` to `last` waited, as it was known on `day`.

    `priority_known`: whether the register says of any case if the law puts it before others. `compared`: of how many of
    the finished cases the register has the case system's own days too, `disagree`: of how many of those the dates give
    others.
    """

    day: date
    first: date
    last: date
    by: str
    populations: tuple[Population, ...]
    priority_known: bool
    without_receipt: int
    compared: int = 0
    disagree: int = 0


def fit(grouping: Grouping, types: Mapping[str, Type]) -> bool:
    """Whether cases can be grouped so while they wait: one column, one group a case, known from the start."""
    return (
        (grouping.id == grouping.column or bool(grouping.group_of))
        and grouping.id not in (SERIES, NAMED)
        and grouping.id not in _AFTERWARDS
        and types.get(grouping.column) in (Type.CODE, Type.TEXT, Type.BOOL)
    )


def is_afterwards(id: str) -> bool:
    """Whether a grouping is known only when the case is decided."""
    return id in _AFTERWARDS


def waiting_of(
    rows: Sequence[Wait],
    day: date,
    first: date,
    last: date,
    grouping: Grouping | None,
    apart: bool,
) -> Waiting:
    """The populations of the rows. `apart`: by priority, where the register has any case with it."""
    known = any(row.priority is not None for row in rows)
    split = apart and any(row.priority for row in rows)
    kinds: dict[str, list[Wait]] = {}
    for row in rows:
        kinds.setdefault(_APART[row.priority] if split else ALL, []).append(row)
    finished = [row for row in rows if row.inside and row.kind in CAUSES]
    populations = tuple(
        Population(id, queue_of(kinds[id]), _groups(kinds[id], grouping))
        for id in (ALL, ORDINARY, PRIORITY, UNKNOWN)
        if id in kinds
    )
    return Waiting(
        day,
        first,
        last,
        grouping.id if grouping else "",
        tuple(item for item in populations if item.whole.curve.cases or item.whole.pending),
        known,
        sum(row.cases for row in rows if row.days is None),
        sum(row.compared for row in finished),
        sum(row.disagree for row in finished),
    )


def _groups(rows: Sequence[Wait], grouping: Grouping | None) -> tuple[Group, ...]:
    """The groups in the law's order, others by their names, those nobody knows at the end. Never by how long they
    wait."""
    if grouping is None:
        return ()
    found: dict[str | None, list[Wait]] = {}
    for row in rows:
        if row.days is not None:
            group = row.group if not grouping.group_of else grouping.group_of.get(row.group or "")
            found.setdefault(group, []).append(row)
    known = [id for id in found if id is not None]
    listed = [id for id in grouping.values or () if id in found]
    others = by_name({id: group_name(grouping, id) for id in known if id not in listed})
    ids: list[str | None] = [*listed, *others, *([None] if None in found else [])]
    groups = (Group(id, queue_of(found[id])) for id in ids)
    return tuple(item for item in groups if item.queue.curve.cases or item.queue.pending)
