"""Waiting as data: what `--json` prints, and the whole curve as CSV. Times in whole days, shares of 0 to 1."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sagsbarometer.appeals.analyses.waiting import Population, Waiting
from sagsbarometer.appeals.analyses.waits import Queue
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.times import quantile
from sagsbarometer.measures.waiting import METHOD, Limits
from sagsbarometer.reporting.pages.waiting_tables import WEEKS
from sagsbarometer.reporting.pages.waiting_words import TENTH

Named = Callable[[str | None], str]
_HEADER = (
    "population",
    "dag",
    "i_gang_ved_dagens_start",
    "aarsag",
    "sluttet_den_dag",
    "andel",
    "andel_nedre",
    "andel_oevre",
)
_WAITING = "waiting"


def plain(waiting: Waiting, named: Named) -> dict[str, Any]:
    """Everything as one object."""
    return {
        "schema_version": 1,
        "as_of": waiting.day.isoformat(),
        "received": {"first": waiting.first.isoformat(), "last": waiting.last.isoformat()},
        "by": waiting.by,
        "priority_known": waiting.priority_known,
        "without_receipt": waiting.without_receipt,
        # Of the finished cases: how many have the case system's own days too, and of how many the dates give others.
        "processing_days": {"compared": waiting.compared, "disagree": waiting.disagree},
        "populations": [_population(item, named) for item in waiting.populations],
    }


def curves_csv(waiting: Waiting) -> str:
    """Every day of every population's curve, one row a cause and one for those that wait."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADER)
    for population in waiting.populations:
        curve = population.whole.curve
        for step in curve.steps:
            for number, cause in enumerate(curve.causes):
                ends = _ends(step.ended_limits(number))
                row = (cause, step.left[number], _share(step.ended[number]), *ends)
                writer.writerow((population.id, step.day, step.at_risk, *row))
            row = (_WAITING, step.open, _share(step.waiting), *_ends(step.waiting_limits))
            writer.writerow((population.id, step.day, step.at_risk, *row))
    return out.getvalue()


def _population(population: Population, named: Named) -> dict[str, Any]:
    return {
        "id": population.id,
        **_queue(population.whole),
        "groups": [
            {"id": group.id, "label": named(group.id), **_queue(group.queue)} for group in population.groups
        ],
    }


def _queue(queue: Queue) -> dict[str, Any]:
    curve = queue.curve
    low, high = curve.half_waits_limits()
    return {
        "cases": curve.cases,
        "left": {
            cause: sum(step.left[number] for step in curve.steps) for number, cause in enumerate(curve.causes)
        },
        "open": sum(step.open for step in curve.steps),
        "left_out": dict(queue.left_out),
        "half_waits_at_least_days": curve.half_waits(),
        "half_waits_interval_days": [low, high],
        "tenth_waits_at_least_days": curve.half_waits(TENTH),
        "interval_method": METHOD,
        "at_weeks": [_at(queue, week) for week in WEEKS],
        "decided_days": _days(queue.decided),
        "finished_days": _days(queue.finished),
        "pending_days": _days(queue.pending),
    }


def _at(queue: Queue, week: int) -> dict[str, Any]:
    step = queue.curve.at(7 * week)
    if step is None:
        return {"weeks": week, "waiting": None}
    limits = step.waiting_limits
    return {
        "weeks": week,
        "waiting": _share(step.waiting),
        "waiting_interval": None if limits is None else list(_ends(limits)),
        **{cause: _share(share) for cause, share in zip(queue.curve.causes, step.ended, strict=True)},
    }


def _days(days: Mapping[int, int]) -> dict[str, Any]:
    """Sum and number, so that any mean can be made; median and nine of ten."""
    return {
        "cases": sum(days.values()),
        "sum": sum(day * cases for day, cases in days.items()),
        "median": quantile(days, 50),
        "p90": quantile(days, 90),
    }


def _share(share: Decimal) -> str:
    return str(round_half_up(share, 6))


def _ends(limits: Limits | None) -> tuple[str, str]:
    return ("", "") if limits is None else (_share(limits.low), _share(limits.high))
