"""What would have been found without the reviewers' errors: cases read once, and a random part of them read twice.

Phase 1 is the sample, every case with the answer of one reading. Phase 2 is a simple random draw from it, within
groups if so decided (cases with and without a finding, say), whose cases also have the answer that two readings and
an adjudication end with. That answer is taken as the truth. One-sided second readings, of findings only or of cases
somebody objected to, are no random draw and correct nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagsbarometer.estimation.design import Design, Estimate
from sagsbarometer.estimation.freedom import degrees
from sagsbarometer.estimation.linear import mean
from sagsbarometer.estimation.phases import Subsample, first_variance, second_variance
from sagsbarometer.estimation.totals import estimate_share

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Bools, Floats, Ints

FEW_TWICE, FEW_CHANGED = 30, 5


@dataclass(frozen=True, slots=True)
class Corrected:
    """A share corrected for errors of reading; all shares 0..1.

    `share` is the corrected one and `first` what the single readings say; `correction` is their difference.
    `variances`: the part of the corrected share's variance that comes from drawing cases, and from reading only some
    of them twice. `twice` cases were read twice and `changed` of them got another answer: between `misread_low` and
    `misread_high` of all cases, weights aside (95 percent, Clopper & Pearson). `remarks` are codes of what makes it
    uncertain beyond the interval: few_twice (fewer than 30), few_changed (fewer than 5: the variance of the
    correction is itself a guess), none_changed (no error was seen, so the interval holds none of it: look at
    misread_high), outside (the correction leads below 0 or above 1).
    """

    share: Estimate
    first: Estimate
    correction: float
    variances: tuple[float, float]
    twice: int
    changed: int
    misread_low: float
    misread_high: float
    remarks: tuple[str, ...]


def corrected_share(
    design: Design, first: Any, truth: Any, groups: Any = None, within: Any = None, domain: Any = None
) -> Corrected:
    """The share of yes with the reviewers' errors taken out, by the regression estimator in two phases.

    `first`: 0 or 1 per row, the single reading; `truth`: 0 or 1 where the case was read twice, nan elsewhere;
    `groups`: a label per row, within which the second readings were drawn (none: of all); `within`: labels that get a
    correction each (none: one for all); `domain`: the cases the share is of, which get a correction of their own.
    Cases whose first reading is unknown (nan) leave the base, as in `totals.estimate_share`.

    With the weights w of the sample, n_g cases in a group and m_g of them read twice (k = n_g/m_g): weights c·k of
    the second phase are made to agree with the first (Σ c k w x = Σ w x for x = 1 and x = first reading, in each
    label of `within`), and the share is Σ c k w y / Σ w. For readings 0 and 1 this is: among cases found to be yes,
    the part that are yes, times the share found; plus the same of no. Without it a case read twice is all that
    counts; with it those read once do too, the more the better readings agree with the truth.

    Variance V = V₁ + V₂: V₁ is what the sample's design says of the true answers, estimated from those read twice by
    how likely each pair was to be read twice; V₂ = Σ_g (1-m/n) m/(m-1) Σ (v-v̄)² of the residuals of the regression.
    Degrees of freedom: cases read twice less groups, at most those of the sample.

    Raises ValueError where an answer is neither 0 nor 1, nothing was read twice, a group has fewer than two cases
    read twice and more cases than that, or a label of `within`, or the domain, none read twice.

    Source: Särndal, Swensson & Wretman (1992), chapter 9; R's twophase(method="full") with calibrate(phase=2).
    """
    import numpy as np

    readings, answers = _answers(design, first, truth)
    found = estimate_share(design, readings, domain)
    members = mean(design, readings, domain).members
    twice = ~np.isnan(answers)
    sample = Subsample.of(twice, groups)
    calibrated = _calibrated(design, np.where(members, readings, 0.0), members, sample, within)
    weights = np.where(members, design.weights, 0.0)
    true = np.where(twice, answers, 0.0)
    share = float((calibrated.weights * weights * true).sum()) / found.weight
    influence = np.where(twice, weights * (true - share) / found.weight, 0.0)
    # As R: the sample's part with the calibrated weights too, which differ from n/m by the factor c.
    factor = np.divide(calibrated.weights, sample.expansion, out=np.zeros(design.rows), where=twice)
    variances = (
        max(first_variance(design, influence * factor, sample), 0.0),
        second_variance(calibrated.unexplained(influence, sample), sample),
    )
    told = Estimate(
        value=share,
        variance=sum(variances),
        freedom=min(found.freedom, sample.freedom(members)),
        cases=found.cases,
        weight=found.weight,
        estimator="two_phase",
        kish=found.kish,
        finite=found.finite,
    )
    return _told(told, found, variances, readings[members & twice], answers[members & twice])


def twice_share(design: Design, truth: Any, groups: Any = None) -> tuple[Estimate, tuple[float, float]]:
    """The share from the cases read twice alone, Σ k w y / Σ k w, and its two variances: see `corrected_share`.

    `truth` may be any number per row, nan where the case was read once: of an error (truth less first reading) the mean
    is how far the single readings are off.
    """
    import numpy as np

    answers = np.asarray(truth, dtype=np.float64)
    twice = ~np.isnan(answers)
    sample = Subsample.of(twice, groups)
    expanded = design.weights * sample.expansion
    base = float(expanded.sum())
    true = np.where(twice, answers, 0.0)
    share = float((expanded * true).sum()) / base
    influence = np.where(twice, design.weights * (true - share) / base, 0.0)
    variances = (
        max(first_variance(design, influence, sample), 0.0),
        second_variance(influence * sample.expansion, sample),
    )
    freedom = min(degrees(design), sample.freedom(twice))
    return (
        Estimate(share, sum(variances), freedom, int(twice.sum()), base, estimator="two_phase"),
        variances,
    )


def rogan_gladen(found: Estimate, sensitivity: Estimate, specificity: Estimate) -> Estimate:
    """The share corrected with errors known from elsewhere: (p + sp - 1)/(se + sp - 1), all 0..1.

    `sensitivity` se: the part of true yes that is read as yes; `specificity` sp: the part of true no that is read as
    no. The three must come from different cases. With J = se + sp - 1 and the corrected share q, the variance is (v_p
    + q² v_se + (1-q)² v_sp)/J². An error that is simply given has the variance 0. Can come out below 0 or above 1.

    Raises ValueError where J is not positive: then readings tell nothing.

    Source: Rogan & Gladen, American Journal of Epidemiology 107 (1978) 71-76.
    """
    power = sensitivity.value + specificity.value - 1
    if power <= 0:
        raise ValueError("readings no better than chance")
    share = (found.value + specificity.value - 1) / power
    spread = found.variance + share**2 * sensitivity.variance + (1 - share) ** 2 * specificity.variance
    told = [each.freedom for each in (found, sensitivity, specificity) if each.variance > 0]
    return Estimate(
        value=share,
        variance=spread / power**2,
        freedom=min(told, default=found.freedom),
        cases=found.cases,
        weight=found.weight,
        estimator="rogan_gladen",
        kish=found.kish,
        finite=found.finite,
    )


def _answers(design: Design, first: Any, truth: Any) -> tuple[Floats, Floats]:
    """Both columns, looked through."""
    import numpy as np

    columns = [np.asarray(column, dtype=np.float64) for column in (first, truth)]
    readings, answers = columns
    if any(column.shape != (design.rows,) for column in columns):
        raise ValueError("answers and rows")
    if not all(np.isin(column[~np.isnan(column)], (0, 1)).all() for column in columns):
        raise ValueError("an answer that is neither 0 nor 1")
    return readings, answers


@dataclass(frozen=True, slots=True, eq=False)
class _Calibrated:
    """Weights of the second phase made to agree with the first in cells of rows."""

    weights: Floats  # per row c·k, 0 where read once
    cells: Ints  # per row
    base: Floats  # per row w

    def unexplained(self, column: Floats, sample: Subsample) -> Floats:
        """Per row c·k times what of the column (w included) its cell does not explain: x - w·(Σ k w x)/(Σ k w²)."""
        import numpy as np

        up = sample.expansion
        above = np.bincount(self.cells, weights=up * self.base * column)
        below = np.bincount(self.cells, weights=up * self.base**2)
        slope = np.divide(above, below, out=np.zeros(len(above)), where=below > 0)
        return self.weights * (column - self.base * slope[self.cells])


def _calibrated(
    design: Design, readings: Floats, members: Bools, sample: Subsample, within: Any
) -> _Calibrated:
    """c = 1 + w·(Σ₁ w - Σ₂ k w)/(Σ₂ k w²) in each cell: a label of `within` and a reading.

    A cell of which nobody read a case twice is joined with the other reading of its label.
    """
    import numpy as np

    labels = np.zeros(design.rows) if within is None else np.asarray(within)
    if labels.shape != (design.rows,):
        raise ValueError(f"{labels.shape} labels of {design.rows} rows")
    codes = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    base, up = np.where(members, design.weights, 0.0), sample.expansion
    cells = 2 * codes + readings.astype(np.int64)
    many = 2 * (int(codes.max()) + 1)
    seen = np.bincount(cells, weights=up * base, minlength=many) > 0
    cells = np.where(seen[cells], cells, cells ^ 1)
    if not seen[cells[base > 0]].all():
        raise ValueError("a label without cases read twice")
    first = np.bincount(cells, weights=base, minlength=many)
    second = np.bincount(cells, weights=up * base, minlength=many)
    squares = np.bincount(cells, weights=up * base**2, minlength=many)
    slope = np.divide(first - second, squares, out=np.zeros(many), where=squares > 0)
    return _Calibrated(up * (1 + base * slope[cells]), cells, base)


def _told(
    share: Estimate, found: Estimate, variances: tuple[float, float], readings: Floats, answers: Floats
) -> Corrected:
    """The result, from both answers of the cases read twice."""
    from sagsbarometer.measures.intervals import clopper_pearson

    twice, changed = len(answers), int((answers != readings).sum())
    limits = clopper_pearson(changed, twice)
    return Corrected(
        share=share,
        first=found,
        correction=share.value - found.value,
        variances=variances,
        twice=twice,
        changed=changed,
        misread_low=float(limits.low) / 100,
        misread_high=float(limits.high) / 100,
        remarks=_remarks(share.value, twice, changed),
    )


def _remarks(share: float, twice: int, changed: int) -> tuple[str, ...]:
    """Codes of what the interval does not hold."""
    found = ["few_twice"] if twice < FEW_TWICE else []
    if changed == 0:
        found.append("none_changed")
    elif changed < FEW_CHANGED:
        found.append("few_changed")
    return (*found, *(["outside"] if not 0 <= share <= 1 else []))
