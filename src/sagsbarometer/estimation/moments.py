"""Estimates for all domains and variables at once, from the counts of the grouped pass.

What `variance` does row by row is done here on groups of rows that are alike, by the same formulas:

    share   p = Σ w·yes / Σ w·known                                       (Hájek; over the domain's known cases)
    spread  z = w·(yes − p) / Σ w·known  of a known case in the domain, 0 of any other     (Taylor linearisation)
    v       = Σ_h n_h/(n_h−1) · Σ_i l_i · (z_i − z̄_h)²                              (over the units i of stratum h)

where a unit's z is the sum of its cases', n_h the units drawn in the stratum and l the share not drawn: 1−n_h/N_h, in
a draw in proportion to size 1−π_i (Brewer), and 1 of a draw with replacement. All units of the sample are in n_h and
z̄_h, also those without a case in the domain. A second stage adds π_i times the same sum over the cases of each drawn
unit. With poststrata the weights are w·N_g/Σ_g w, and z loses its weighted mean within the poststratum.

Shares are 0..1, variances in their square.

Sources: Särndal, Swensson & Wretman, Model Assisted Survey Sampling (1992), 4.3, 5.5-5.7 and 10.3; Brewer, Combined
Survey Sampling Inference (2002); R's survey 4.1-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagsbarometer.estimation.asked import Drawing
from sagsbarometer.estimation.design import Estimate
from sagsbarometer.estimation.grouped_design import (
    GroupedDesign,
    GroupedStage,
    counted,
    grouped_design,
    summed,
)
from sagsbarometer.estimation.groups import Domain, Groups, Labels
from sagsbarometer.estimation.variance import factors

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Bools, Floats, Ints

    Several = tuple[Floats, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """D domains of one grouping and K variables, every array [D, K].

    `share` and `variance` are nan where no case is known. `yes`, `known`, `base`: cases, unweighted. `weight` and
    `squares`: Σ w and Σ w² of the known cases. `low` and `high`: the share of the whole base if every unknown case
    were no, or yes. `freedom` is the drawn units less their strata, of those with a known case; `complete` whether
    nothing was left undrawn where they lie, and `finite` whether it is known of how many they were drawn. `alike` is
    the share of `weight` in strata that were not read completely and whose known cases of the domain all say the same:
    the variance knows nothing of what is unread there.
    """

    domains: tuple[Domain, ...]
    share: Floats
    variance: Floats
    yes: Ints
    known: Ints
    base: Ints
    weight: Floats
    squares: Floats
    low: Floats
    high: Floats
    freedom: Ints
    complete: Bools
    finite: Bools
    alike: Floats
    estimator: str

    def estimate(self, domain: int, variable: int) -> Estimate | None:
        """One share as an estimate; None where no case is known. `deff` is as `totals.estimate_share` has it."""
        at = domain, variable
        cases, weight, share = int(self.known[at]), float(self.weight[at]), float(self.share[at])
        if not cases:
            return None
        variance = float(self.variance[at])
        simply = 0.0
        if cases > 1 and weight > cases:
            simply = share * (1 - share) / (cases - 1) * (1 - cases / weight)
        return Estimate(
            value=share,
            variance=variance,
            freedom=int(self.freedom[at]),
            cases=cases,
            weight=weight,
            deff=variance / simply if simply > 0 else None,
            estimator=self.estimator,
            kish=weight**2 / float(self.squares[at]),
            complete=bool(self.complete[at]),
            finite=bool(self.finite[at]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Entries:
    """Values z of units that are alike: `times` of them; `cell` is stratum · D + domain. Units with 0 are left out."""

    value: Floats
    times: Floats
    left: Floats
    cell: Ints


def moments(
    groups: Groups, drawing: Drawing, totals: Mapping[Domain, float] | None = None
) -> tuple[Moments, ...]:
    """The moments of every grouping of `groups.domains`, in that order.

    `totals`: how many cases there are in each poststratum. Raises SingleUnit where a stratum has one drawn unit of
    several and the rule is to fail; Misfit as `grouped_design`.
    """
    design = grouped_design(groups, drawing, totals or {})
    return tuple(_of_grouping(groups, design, labels) for labels in groups.domains)


def _of_grouping(groups: Groups, design: GroupedDesign, labels: Labels) -> Moments:
    import numpy as np

    shape = len(labels.names), groups.yes.shape[1]
    share, variance, weight, squares, low, high, alike = (np.empty(shape) for _ in range(7))
    cases = {name: np.empty(shape, dtype=np.int64) for name in ("yes", "known", "base", "freedom")}
    complete, finite = (np.empty(shape, dtype=np.bool_) for _ in range(2))
    for k in range(shape[1]):
        of = {"yes": groups.yes[:, k], "known": groups.known[:, k], "base": groups.base[:, k]}
        for name, rows in of.items():
            cases[name][:, k] = counted(labels.codes, rows, shape[0])
        yes, known, base = (summed(labels.codes, design.weight * rows, shape[0]) for rows in of.values())
        with np.errstate(invalid="ignore", divide="ignore"):
            share[:, k], low[:, k], high[:, k] = yes / known, yes / base, (yes + (base - known)) / base
        weight[:, k] = known
        squares[:, k] = summed(labels.codes, design.weight**2 * of["known"], shape[0])
        present = [_present(stage, labels, of["known"]) for stage in design.stages]
        cases["freedom"][:, k] = _units(design.stages[0], labels, of["known"]) - present[0].sum(axis=0)
        complete[:, k] = _complete(design, labels, of["known"])
        endless = np.where(design.stages[0].left < 1, 0, of["known"])
        finite[:, k] = counted(labels.codes, endless, shape[0]) == 0
        with np.errstate(invalid="ignore", divide="ignore"):
            alike[:, k] = _alike(design, labels, of["yes"], of["known"]) / known
        spread = _spread(groups, design, labels, k, share[:, k], present)
        with np.errstate(invalid="ignore", divide="ignore"):
            variance[:, k] = spread / known**2
    estimator = "hajek" if design.poststrata is None else "poststratified"
    return Moments(
        labels.names,
        share,
        variance,
        **cases,
        weight=weight,
        squares=squares,
        low=low,
        high=high,
        complete=complete,
        finite=finite,
        alike=alike,
        estimator=estimator,
    )


def _present(stage: GroupedStage, labels: Labels, known: Ints) -> Bools:
    """[H, D]: whether a known case of the domain lies in the stratum."""
    import numpy as np

    found = np.zeros((len(stage.drawn), len(labels.names)), dtype=np.bool_)
    seen = known > 0
    found[stage.stratum[seen], labels.codes[seen]] = True
    return found


def _units(stage: GroupedStage, labels: Labels, known: Ints) -> Ints:
    """[D]: how many drawn units have a known case of the domain."""
    import numpy as np

    many = len(labels.names)
    if stage.unit is None:
        return counted(labels.codes, known, many)
    seen = known > 0
    pairs = np.unique(stage.unit[seen] * many + labels.codes[seen])
    return np.bincount(pairs % many, minlength=many).astype(np.int64)


def _complete(design: GroupedDesign, labels: Labels, known: Ints) -> Bools:
    """[D]: whether every stage drew all there was where the known cases lie."""
    import numpy as np

    found = counted(labels.codes, known, len(labels.names)) > 0
    for stage in design.stages:
        undrawn = np.where(stage.complete[stage.stratum], 0, known)
        found &= counted(labels.codes, undrawn, len(labels.names)) == 0
    return found


def _alike(design: GroupedDesign, labels: Labels, yes: Ints, known: Ints) -> Floats:
    """[D]: the weight of the known cases that lie in strata not read completely, all of a kind, at every such stage."""
    import numpy as np

    many = len(labels.names)
    alike, unread = (known > 0), np.zeros(len(known), dtype=np.bool_)
    for stage in design.stages:
        cell = stage.stratum * many + labels.codes
        said, of = (counted(cell, rows, len(stage.drawn) * many)[cell] for rows in (yes, known))
        complete = stage.complete[stage.stratum]
        alike &= complete | (said == 0) | (said == of)
        unread |= ~complete
    return summed(labels.codes, np.where(alike & unread, design.weight * known, 0.0), many)


def _spread(
    groups: Groups, design: GroupedDesign, labels: Labels, k: int, share: Floats, present: list[Bools]
) -> Floats:
    """[D]: what the sums over units come to, in weighted cases squared: the variance of Σ w·(y − p)."""
    import numpy as np

    many, codes, rule = len(labels.names), labels.codes, design.single_unit
    yes, known = groups.yes[:, k], groups.known[:, k]
    of = np.where(np.isnan(share), 0.0, share)
    found = np.zeros(many)
    if design.poststrata is None:
        p = of[codes]
        values: Several = (design.weight * (1 - p), -design.weight * p)
        for stage, here in zip(design.stages, present, strict=True):
            entries = _entries(stage, codes, many, values, (yes, known - yes))
            # Of a draw with unequal probabilities all strata are asked about, as in `variance`.
            concerned = np.ones_like(here) if design.stages[0].unequal else here
            found += _between(stage, entries, concerned, rule)
        return found
    for domain in range(many):
        values, times = _dense(groups, design, codes == domain, yes, known, float(of[domain]))
        for stage in design.stages:
            entries = _entries(stage, np.zeros_like(codes), 1, values, times)
            found[domain] += _between(stage, entries, np.ones((len(stage.drawn), 1), dtype=np.bool_), rule)[0]
    return found


def _dense(
    groups: Groups, design: GroupedDesign, inside: Bools, yes: Ints, known: Ints, p: float
) -> tuple[Several, tuple[Ints, ...]]:
    """With poststrata every row has a value: a known case's own, less the mean of its poststratum."""
    import numpy as np

    assert design.poststrata is not None
    codes, earlier = design.poststrata, design.earlier
    yes, no = np.where(inside, yes, 0), np.where(inside, known - yes, 0)
    spread = earlier * (yes * (1 - p) - no * p)
    many = int(codes.max()) + 1
    mean = summed(codes, spread, many) / summed(codes, earlier * groups.rows, many)
    away = design.weight * mean[codes]
    values = (design.weight * (1 - p) - away, -design.weight * p - away, -away)
    return values, (yes, no, groups.rows - yes - no)


def _entries(
    stage: GroupedStage, domains: Ints, many: int, values: Several, times: tuple[Ints, ...]
) -> _Entries:
    """The values of the units: of rows as they are, of clusters the sum of their rows'."""
    import numpy as np

    cell = stage.stratum * many + domains
    if stage.unit is None:
        several = len(values)
        counts = np.concatenate(times).astype(np.float64)
        return _Entries(np.concatenate(values), counts, np.tile(stage.left, several), np.tile(cell, several))
    pairs, first, pair = np.unique(stage.unit * many + domains, return_index=True, return_inverse=True)
    total = np.zeros(len(domains))
    for value, number in zip(values, times, strict=True):
        total = total + value * number
    return _Entries(summed(pair, total, len(pairs)), np.ones(len(pairs)), stage.left[first], cell[first])


def _between(stage: GroupedStage, entries: _Entries, present: Bools, rule: str) -> Floats:
    """[D]: Σ_h a_h · n_h/(n_h−1) · Σ_i l_i (z_i − z̄_h)²; a_h is the probability of what the stratum lies in.

    `present` [H, D]: the strata that the domain's number rests on.
    """
    import numpy as np

    strata, many = present.shape
    drawn = np.repeat(stage.drawn, many)

    def of_all(values: Floats) -> Floats:
        return summed(entries.cell, values, strata * many)

    here, weighed = of_all(entries.times), of_all(entries.times * entries.left)
    mean = np.where(drawn > 1, of_all(entries.times * entries.value) / drawn, 0.0)
    spread = of_all(entries.times * entries.left * (entries.value - mean[entries.cell]) ** 2)
    # Units without a case in the domain: their value is 0.
    elsewhere = np.where(here < drawn, np.maximum(np.repeat(stage.left_in_all, many) - weighed, 0.0), 0.0)
    spread = (spread + elsewhere * mean**2).reshape(strata, many)
    factor, scale = _factors(stage, present, rule)
    found: Floats = (stage.above[:, None] * factor * spread).sum(axis=0) * scale
    return found


def _factors(stage: GroupedStage, present: Bools, rule: str) -> tuple[Floats, Floats]:
    """n/(n−1), or what the rule for single units makes of it, [H, D] or [H, 1]; and the factor of each sum, [D]."""
    import numpy as np

    def of(strata: Bools) -> tuple[Floats, Bools, float]:
        return factors(stage.drawn, stage.complete, strata, rule, stage.names, stage.number)

    lonely = (stage.drawn == 1) & ~stage.complete
    if not present[lonely].any():
        return of(np.any(present, axis=1, keepdims=False))[0][:, None], np.ones(present.shape[1])
    found = [of(column) for column in present.T]
    return np.column_stack([factor for factor, _, _ in found]), np.array([scale for _, _, scale in found])
