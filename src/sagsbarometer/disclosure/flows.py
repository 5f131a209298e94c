"""Stock and flow: what is open after a period is what was open before it, and came in, less what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sagsbarometer.disclosure.relations import Relations
from sagsbarometer.disclosure.system import CASES, LATENT, UNKNOWN
from sagsbarometer.kernel.periods import Period, parse_period

_TO = "->"  # in the family of a stock, between the day it begins by and the day it ends by


@dataclass(frozen=True, slots=True)
class _Step:
    """One period of a stock, as places of quantities: open at its end and before it, received in it and decided."""

    after: int
    before: int
    received: int
    decided: int


def flows(sums: Relations) -> None:
    """Adds to the sums those that stocks make with what came in and went out."""
    for ends in _stocks(sums).values():
        for same in ends.values():
            for other in same[1:]:  # the end of December is that of the year
                sums.add(same[0][1], (other[1],), "stocks")
        steps = list(_steps(sums, ends))
        known = [lacking for step in steps if (lacking := _lacks(sums, step)) is not None]
        fit = all(abs(lacking) <= sums.play(3) for lacking in known)
        for step in steps:
            lacking = _lacks(sums, step)
            # Where a number is withheld the sum is taken to hold if its like do.
            if lacking is not None or fit:
                _add(sums, step, lacking or 0)


_Ends = Mapping[date, list[tuple[Period, int]]]


def _stocks(sums: Relations) -> Mapping[object, _Ends]:
    """For each stock in a row, its quantities by the day they are of."""
    found: dict[object, dict[date, list[tuple[Period, int]]]] = defaultdict(lambda: defaultdict(list))
    for index, item in enumerate(sums.quantities):
        if _TO in item.what.split("|")[0] and item.kind == CASES and not item.structural and item.period:
            period = parse_period(item.period)
            found[(item.what, item.row, item.edition)][period.last].append((period, index))
    return found


def _steps(sums: Relations, ends: _Ends) -> Iterator[_Step]:
    for same in ends.values():
        for period, after in same:
            item = sums.quantities[after]
            family, _, rest = item.what.partition("|")
            began, _, ended = family.partition(_TO)
            before = ends.get(period.first - timedelta(days=1))
            received, decided = (
                sums.place.get((f"{day}|{rest}", item.row, item.period, item.edition))
                for day in (began, ended)
            )
            if before and received is not None and decided is not None:
                yield _Step(after, before[0][1], received, decided)


def _lacks(sums: Relations, step: _Step) -> int | None:
    """What is open after and was decided, less what was open before and came in; None where a number is not known."""
    numbers = [_sum(sums, parts) for parts in (_out(step), _into(step))]
    return None if None in numbers else (numbers[0] or 0) - (numbers[1] or 0)


def _out(step: _Step) -> tuple[int, int]:
    return step.after, step.decided


def _into(step: _Step) -> tuple[int, int]:
    return step.before, step.received


def _add(sums: Relations, step: _Step, lacking: int) -> None:
    """A sum nobody shows, made in two ways. What one has more than the other is cases without a date."""
    like = sums.quantities[step.after]
    lacking = 0 if abs(lacking) <= sums.play(3) else lacking
    larger = _sum(sums, _out(step) if lacking >= 0 else _into(step))
    made = replace(like, what=f"{like.what} through", value=larger, kind=LATENT, cases=None, structural=True)
    whole = sums.quantity(made)
    for parts, less in ((_out(step), lacking < 0), (_into(step), lacking > 0)):
        undated = replace(made, what=f"{like.what} undated", value=abs(lacking), kind=UNKNOWN)
        sums.add(whole, (*parts, *((sums.quantity(undated),) if less else ())), "stocks")


def _sum(sums: Relations, parts: tuple[int, int]) -> int | None:
    values = [sums.quantities[part].value for part in parts]
    return None if None in values else sum(value or 0 for value in values)
