"""Numbers that are worked out row by row: totals, means and ratios, differences between groups, shares with errors of
reading taken out, and changes since an earlier round. All of one table of cases in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sagsbarometer.estimation import change as rounds
from sagsbarometer.estimation.asked import By
from sagsbarometer.estimation.cells import LEVEL, About
from sagsbarometer.estimation.design import Design, Estimate
from sagsbarometer.estimation.groups import Domain
from sagsbarometer.estimation.intervals import Limits, limits, t_limits
from sagsbarometer.estimation.linear import Linear, difference, mean, ratio, total
from sagsbarometer.estimation.more_file import RATIO, TOTAL
from sagsbarometer.estimation.totals import estimate, estimate_share
from sagsbarometer.estimation.two_phase import Corrected, corrected_share
from sagsbarometer.estimation.variance import covariance

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Bools, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A number that is asked for, with what each row says. `kind`: more_file.SHARE, TOTAL, MEAN or RATIO.

    `y` and `over` are nan where unknown; `base` is false where the case is not in the base. `counts`: y is 1 or 0, so
    that a total is a number of cases.
    """

    id: str
    kind: str
    definition: str
    y: Floats
    base: Bools
    over: Floats | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The final answers: 1, 0, or nan where the case was not read twice; `groups`: labels within which those were
    drawn; `unsettled` cases were read twice without a final yes or no."""

    id: str
    answers: Floats
    groups: Sequence[str]
    unsettled: int


@dataclass(frozen=True, slots=True, eq=False)
class CaseRows:
    """A table of cases: how they were drawn, what they are grouped by, what they say. `units`: labels of the units
    drawn at the first stage, as both rounds know them; None where nobody told."""

    design: Design
    groups: Mapping[str, Sequence[str | None]]  # by grouping, as row keys name it
    asked: tuple[Asked, ...]
    truths: tuple[Truth, ...] = ()
    units: Sequence[str] | None = None

    def domain(self, by: By, domain: Domain) -> Bools | None:
        """The rows of a group; None of all."""
        import numpy as np

        if not by:
            return None
        inside = np.ones(self.design.rows, dtype=np.bool_)
        for name, value in zip(by, domain, strict=True):
            inside &= np.array([of == value for of in self.groups[name]], dtype=np.bool_)
        return inside


@dataclass(frozen=True, slots=True)
class Number:
    """A total, mean or ratio, in the unit of its column, or a number of cases. None where no answer is known.

    `low` and `high`: what a number of cases is if all `unknown` were no, or yes; None of other numbers.
    """

    id: str
    kind: str
    definition: str
    by: By
    domain: Domain
    of: Estimate | None
    limits: Limits | None
    unknown: int
    low: float | None = None
    high: float | None = None
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """A number of one group less that of another, in its unit (a share 0..1), with the covariance of the two."""

    id: str
    kind: str
    definition: str
    by: str
    one: str
    other: str
    first: Estimate | None
    second: Estimate | None
    of: Estimate | None
    covariance: float | None
    limits: Limits | None


@dataclass(frozen=True, slots=True)
class Correction:
    """A share with errors of reading taken out; `found` is None where no case of the group was read twice."""

    id: str
    definition: str
    by: By
    domain: Domain
    found: Corrected | None
    limits: Limits | None
    first_limits: Limits | None
    unsettled: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A number less that of an earlier round, in its unit. `same`: both rounds define it alike; `recognised`: the
    units of one round could be found in the other."""

    id: str
    kind: str
    definition: str
    by: By
    domain: Domain
    of: rounds.Change
    limits: Limits | None
    same: bool
    recognised: bool


def linear(design: Design, asked: Asked, domain: Bools | None) -> Linear | None:
    """The number with its influence; None where nothing is known, or there is nothing to divide by."""
    inside = asked.base if domain is None else asked.base & domain
    try:
        if asked.kind == TOTAL:
            found = total(design, asked.y, inside)
            return found if found.members.any() else None
        if asked.kind == RATIO:
            return ratio(design, asked.y, asked.over, inside)
        return mean(design, asked.y, inside)
    except ValueError:
        return None


def number(rows: CaseRows, asked: Asked, by: By, domain: Domain) -> Number:
    """A total, mean or ratio of a group. Raises SingleUnit (see `design.design`)."""
    import numpy as np

    group = rows.domain(by, domain)
    inside = (asked.base if group is None else asked.base & group) & (rows.design.weights > 0)
    unknown = np.isnan(asked.y) if asked.over is None else np.isnan(asked.y) | np.isnan(asked.over)
    found = linear(rows.design, asked, group)
    told = None if found is None else estimate(rows.design, found)
    if told is not None and asked.kind not in (TOTAL, RATIO):
        told = estimate_share(rows.design, asked.y, inside)
    low = high = None
    if asked.kind == TOTAL and asked.counts:
        low, high = bounds(rows.design.weights, asked, inside)
    reach = None if told is None else t_limits(told)
    if reach is not None and asked.kind == TOTAL and asked.counts:  # there are no fewer cases than none
        reach = replace(reach, low=max(reach.low, 0.0))
    many = int((unknown & inside).sum())
    return Number(
        asked.id, asked.kind, asked.definition, by, domain, told, reach, many, low, high, asked.counts
    )


def bounds(weights: Floats, asked: Asked, inside: Bools) -> tuple[float, float]:
    """Σ w of the cases that say yes, and of those that may."""
    from math import fsum

    import numpy as np

    weighed = weights[inside & asked.base]
    y = asked.y[inside & asked.base]
    return fsum((weighed * np.nan_to_num(y)).tolist()), fsum((weighed * np.nan_to_num(y, nan=1.0)).tolist())


def compared(rows: CaseRows, asked: Asked, by: str, one: str, other: str) -> Difference:
    """The number of the group `one` less that of `other`, with value ± t √v. Raises SingleUnit."""
    import numpy as np

    parts = [linear(rows.design, asked, rows.domain((by,), (name,))) for name in (one, other)]
    told = [None if part is None else estimate(rows.design, part) for part in parts]
    named = (asked.id, asked.kind, asked.definition, by, one, other, told[0], told[1])
    first, second = parts
    if first is None or second is None:
        return Difference(*named, None, None, None)
    apart = difference(first, second)
    found = estimate(rows.design, apart)
    both = covariance(
        rows.design, np.column_stack([first.influence, second.influence]), first.members | second.members
    )
    return Difference(*named, found, float(both[0, 1]), t_limits(found))


def corrected(rows: CaseRows, asked: Asked, truth: Truth, by: By, domain: Domain, about: About) -> Correction:
    """The share with errors of reading taken out: `two_phase.corrected_share` of the cases in the base.

    Cases outside the base were read by nobody twice, and have no part in the draw of those that were. ValueError where
    a group has fewer than two of several read twice; SingleUnit.
    """
    import numpy as np

    group = rows.domain(by, domain)
    inside = asked.base if group is None else asked.base & group
    first = np.where(asked.base, asked.y, 0.0)
    answers = np.where(asked.base, truth.answers, 0.0)
    labels = [f"i {name}" if base else "u" for name, base in zip(truth.groups, asked.base, strict=True)]
    seen = inside & ~np.isnan(answers) & ~np.isnan(first) & (rows.design.weights > 0)
    if not seen.any():
        return Correction(asked.id, asked.definition, by, domain, None, None, None, truth.unsettled)
    found = corrected_share(rows.design, first, answers, labels, domain=inside)
    share = found.share
    how = (about.method, LEVEL, about.standard)
    reach = limits(share, *how) if 0 <= share.value <= 1 else t_limits(share)
    first_reach = limits(found.first, *how)
    return Correction(asked.id, asked.definition, by, domain, found, reach, first_reach, truth.unsettled)


def changed(earlier: CaseRows, later: CaseRows, id: str, by: By, domain: Domain) -> Changed | None:
    """What has happened to a number since the earlier round; None where one of them has none.

    Without labels of units in both rounds none is taken to be shared. Raises ValueError where the labels are not one
    for each drawn unit, and SingleUnit.
    """
    before, now = (next(item for item in rows.asked if item.id == id) for rows in (earlier, later))
    parts = [
        linear(rows.design, item, rows.domain(by, domain)) for rows, item in ((earlier, before), (later, now))
    ]
    first, second = parts
    if first is None or second is None or before.kind != now.kind:
        return None
    recognised = earlier.units is not None and later.units is not None
    units = [
        list(rows.units or ())
        if recognised
        else [f"{name} {unit}" for unit in rows.design.stages[0].units.tolist()]
        for name, rows in (("1", earlier), ("2", later))
    ]
    found = rounds.change(
        rounds.Round(earlier.design, first, units[0]), rounds.Round(later.design, second, units[1])
    )
    return Changed(
        id,
        now.kind,
        now.definition,
        by,
        domain,
        found,
        t_limits(found.difference),
        before.definition == now.definition,
        recognised,
    )


@dataclass(frozen=True, slots=True)
class More:
    """All that was asked beside the shares. `labels`: what totals, means and ratios are called, by id.

    `earlier`: what the earlier round is called. `generalisable` and `why_not` of a change: those of both rounds.
    """

    numbers: tuple[Number, ...] = ()
    differences: tuple[Difference, ...] = ()
    corrections: tuple[Correction, ...] = ()
    changes: tuple[Changed, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    earlier: str = ""
    generalisable: str = ""
    why_not: str = ""

    def counted(self, id: str) -> bool:
        """Whether a total is a number of cases."""
        return any(item.counts for item in self.numbers if item.id == id)
