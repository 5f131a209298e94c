"""How long the cases of a register waited, as counts per day: those received in a period, and all that still wait.

One query, in which the engine subtracts dates and counts. What cannot be counted is told by how many it is, never left
out in silence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.as_of import as_of
from sagsbarometer.appeals.layouts.needs import COUNT
from sagsbarometer.measures.waiting import Curve, Exits, waiting_curve

if TYPE_CHECKING:
    import ibis.expr.types as ir

# How a case stands. The first three have left; `ended`: nobody registered how.
DECIDED, LAPSED, ENDED, OPEN = "decided", "lapsed", "ended", "open"
CAUSES = (DECIDED, LAPSED, ENDED)
# What cannot be counted, in the order it is told.
NO_RECEIPT, UNDATED, LATER, NEGATIVE = "no_receipt", "undated", "later", "negative"
LEFT_OUT = (NO_RECEIPT, UNDATED, LATER, NEGATIVE)
_KEYS = ("inside", "kind", "days", "priority", "group")
_COMPARED, _DISAGREE = "compared", "disagree"


@dataclass(frozen=True, slots=True)
class Wait:
    """Cases that are alike. `days`: until they left, or until the day asked about; None where no receipt is known.

    `inside`: received in the period asked about. `priority`: the law puts them before others; None where nobody knows.
    `compared`: how many have the case system's own days beside both dates, `disagree`: of how many they are others.
    """

    inside: bool
    kind: str
    days: int | None
    priority: bool | None
    group: str | None
    cases: int
    compared: int = 0
    disagree: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """The waits of some cases. `decided`: days of those decided on the merits, `finished`: of all that have left;
    `pending`: of all that are open on the day, whenever they were received."""

    curve: Curve
    decided: Mapping[int, int]
    finished: Mapping[int, int]
    pending: Mapping[int, int]
    left_out: Mapping[str, int]


def waits_query(
    deliveries: ir.Table, day: date, first: date, last: date, merits: Iterable[str], by: str
) -> ir.Table:
    """Each combination of what `Wait` holds, in no order. `merits`: outcomes on the merits; `by`: the column of the
    groups, "" for none."""
    import ibis

    cases = as_of(deliveries, day)
    received, decided, asked = cases["received_on"], cases["decided_on"], ibis.literal(day)
    days, own = ibis.coalesce(decided, asked).delta(received, unit="day"), cases["processing_days"]
    both = decided.notnull() & received.notnull() & own.notnull()
    keys = {
        "inside": received.between(ibis.literal(first), ibis.literal(last)).fill_null(False),
        "kind": kind_of(cases, day, merits),
        "days": days,
        "priority": cases["statutory_priority"],
        "group": cases[by].cast("string") if by else ibis.null("string"),
    }
    counts = {
        COUNT: cases.count(),
        _COMPARED: both.sum(),
        _DISAGREE: (both & (own.cast("int64") != days.cast("int64"))).fill_null(False).sum(),
    }
    return cases.group_by(**keys).aggregate(**counts)


def kind_of(cases: ir.Table, day: date, merits: Iterable[str]) -> Any:
    """How each case stands on the day: one of CAUSES or LEFT_OUT, or OPEN. NEGATIVE is told
    by `waits`."""
    import ibis

    received, decided, outcome = cases["received_on"], cases["decided_on"], cases["outcome"]
    asked = ibis.literal(day)
    return ibis.cases(
        (received.isnull(), NO_RECEIPT),
        (decided.isnull() & outcome.notnull(), UNDATED),
        ((received > asked) | (decided.notnull() & (decided > asked)), LATER),
        (decided.isnull(), OPEN),
        (outcome.isnull(), ENDED),
        (outcome.isin(sorted(merits)), DECIDED),
        else_=LAPSED,
    )


def waits(found: Mapping[str, Sequence[Any]]) -> tuple[Wait, ...]:
    """The rows of `waits_query`, in a fixed order. A case decided before it was received is told as such."""
    counts = (COUNT, _COMPARED, _DISAGREE)
    rows = zip(*(found[key] for key in (*_KEYS, *counts)), strict=True)
    told = (
        Wait(inside, NEGATIVE if days is not None and days < 0 and kind in CAUSES else kind, *rest)
        for inside, kind, *rest in rows
        for days in rest[:1]
    )
    return tuple(sorted(told, key=_order))


def queue_of(rows: Iterable[Wait]) -> Queue:
    """The curve of those received in the period, and the ages of all that are open."""
    ended: dict[str, Counter[int]] = defaultdict(Counter)
    open_: Counter[int] = Counter()
    pending: Counter[int] = Counter()
    left_out: Counter[str] = Counter()
    for row in rows:
        if row.kind in LEFT_OUT:
            left_out[row.kind] += row.cases if row.inside or row.kind == NO_RECEIPT else 0
            continue
        days = row.days or 0
        if row.kind == OPEN:
            pending[days] += row.cases
        if row.inside:
            (open_ if row.kind == OPEN else ended[row.kind])[days] += row.cases
    # Nobody asks for a curve of cases that ended nobody knows how where there are none.
    causes = tuple(cause for cause in CAUSES if cause != ENDED or ended.get(ENDED))
    exits = Exits(causes, {cause: dict(ended[cause]) for cause in causes}, dict(open_))
    return Queue(
        waiting_curve(exits),
        dict(ended[DECIDED]),
        dict(sum((ended[cause] for cause in causes), Counter())),
        dict(pending),
        {kind: left_out[kind] for kind in LEFT_OUT if left_out[kind]},
    )


def _order(row: Wait) -> tuple[Any, ...]:
    return (
        not row.inside,
        row.kind,
        -1 if row.days is None else row.days,
        str(row.priority),
        row.group or "",
    )
