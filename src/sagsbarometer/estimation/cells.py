"""Estimates as cells, like all other numbers: printed from the weighted value, with the unweighted counts beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sagsbarometer.estimation.asked import By
from sagsbarometer.estimation.design import Estimate
from sagsbarometer.estimation.groups import Domain
from sagsbarometer.estimation.intervals import BETA, COMPLETE, NAMES, NCHS, SIMPLE, effective, limits
from sagsbarometer.estimation.moments import Moments
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import COMPLETE_COUNT, Cell
from sagsbarometer.measures.intervals import Interval, nchs_verdict

if TYPE_CHECKING:
    from sagsbarometer.estimation.intervals import Limits

LEVEL = 0.95
ALIKE = "strata_alike"  # what a number is remarked with


@dataclass(frozen=True, slots=True)
class About:
    """What holds for every number of a run. `generalisable` and `why_not` are those of `Cell`: a selection that was not
    drawn has its remark in `why_not`. `method` and `standard` are those of `intervals.limits`."""

    generalisable: str
    why_not: str
    data_date: str
    origin: str
    method: str = BETA
    standard: str = SIMPLE


@dataclass(frozen=True, slots=True)
class Estimated:
    """A share as a cell, with what a cell has no room for. `of` is None where no case is known.

    `effective` is the effective sample size, p(1−p)/v in cases; None where there is no variance. `alike` is as
    `Moments` has it.
    """

    cell: Cell
    of: Estimate | None
    by: By
    domain: Domain
    alike: float = 0.0

    @property
    def alike_share(self) -> Decimal:
        """`alike` as a decimal, 0..1 with six decimals."""
        return round_half_up(Decimal(repr(self.alike)), 6) if self.alike == self.alike else Decimal(0)

    @property
    def remark(self) -> str:
        """ALIKE where strata with more than half of the cases tell the variance nothing; else ""."""
        inside = self.of is not None and 0 < self.of.value < 1  # else the interval is exact, and that is told
        return ALIKE if inside and self.alike > 0.5 else ""

    @property
    def effective(self) -> float | None:
        """Cases that would say as much if they were drawn simply from an endless number."""
        return None if self.of is None else self.of.effective


def row_key(by: By, domain: Domain) -> str:
    """The row of a cell: `region=Fyn;result=refusal`, by the names of the groupings; "" of all cases together."""
    pairs = sorted(zip(by, domain, strict=True))
    return ";".join(f"{name}={value or ''}" for name, value in pairs)


def estimated(
    found: Moments,
    by: By,
    measures: Sequence[tuple[str, str]],
    about: About,
    bounds: Moments | None = None,
) -> Iterator[Estimated]:
    """The shares of one grouping: every measure of the first domain, then of the next.

    `by` names the groupings as they stand in row keys; `measures` are the id and the definition of each variable, in
    order. `bounds` has the same domains and variables with the cases in it that never came in, as unknown: its bounds
    are told instead of those of `found`, and its unknown cases.
    """
    places = {} if bounds is None else {name: number for number, name in enumerate(bounds.domains)}
    for number, domain in enumerate(found.domains):
        wide, at = (found, number) if bounds is None else (bounds, places[domain])
        for k, (id, definition) in enumerate(measures):
            unknown = int(wide.base[at, k] - wide.known[at, k])
            ends = Ends(_percent(wide.low[at, k]), _percent(wide.high[at, k]))
            counts = Counted(int(found.yes[number, k]), int(found.known[number, k]), unknown)
            of = found.estimate(number, k)
            cell = share_cell(id, definition, row_key(by, domain), of, counts, ends, about, found.estimator)
            yield Estimated(cell, of, by, domain, float(found.alike[number, k]))


@dataclass(frozen=True, slots=True)
class Counted:
    """The cases behind a share, unweighted: those that say yes, those known, and those unknown."""

    yes: int
    known: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Ends:
    """The least and the greatest a share can be, in percent; None where there is no case."""

    low: Decimal | None
    high: Decimal | None


def share_cell(
    id: str,
    definition: str,
    row: str,
    of: Estimate | None,
    counts: Counted,
    ends: Ends,
    about: About,
    estimator: str = "hajek",
) -> Cell:
    """One share as a cell. Its verdict goes by the interval of the presentation standard itself, whatever is shown.

    Where every case was read there is no interval; it is a complete count only if every answer is known, too.
    """
    told = None if of is None else limits(of, about.method, LEVEL, about.standard)
    whole = told is not None and told.method == COMPLETE
    shown = None if told is None or whole else told
    method = NAMES[shown.method] if shown else COMPLETE_COUNT if whole and not counts.unknown else ""
    return Cell(
        result=id,
        row=row,
        column="",
        period="",
        numerator=counts.yes,
        denominator=counts.known,
        unknown=counts.unknown,
        value=None if of is None else _percent(of.value),
        unit="percent",
        low=None if shown is None else _percent(shown.low),
        high=None if shown is None else _percent(shown.high),
        interval_method=method,
        bound_low=ends.low,
        bound_high=ends.high,
        generalisable=about.generalisable,
        why_not=about.why_not,
        presentation="" if of is None or whole else _verdict(of, counts),
        definition=definition,
        data_date=about.data_date,
        origin=about.origin,
        estimator=estimator,
    )


def _verdict(of: Estimate, counts: Counted) -> str:
    told = limits(of, BETA, LEVEL, NCHS)
    if told is None:  # nothing is known of its error
        return "suppress"
    return nchs_verdict(
        counts.yes,
        counts.known,
        _interval(told),
        share=_percent(of.value),
        effective=effective(of, LEVEL, NCHS),
        freedom=of.freedom,
    )


def _interval(told: Limits) -> Interval:
    return Interval(_percent(told.low) or Decimal(0), _percent(told.high) or Decimal(0))


def _percent(share: float) -> Decimal | None:
    """A share of 0..1 in percent with six decimals; None of what is no number."""
    return None if share != share else round_half_up(Decimal(repr(float(share))) * 100, 6)
