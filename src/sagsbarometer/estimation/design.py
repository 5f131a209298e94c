"""How the cases were drawn, row by row, and what an estimate is.

A design is told with arrays of one value per row (a case that was read): weights, strata, clusters and how many units
there were to draw from. Nothing here knows the answers. Domains are no designs: the cases outside a domain stay in
the design.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

# What a stratum with one drawn unit of several adds to the variance; the names of R's `survey.lonely.psu`.
FAIL = "fail"  # nothing can be said: SingleUnit is raised
CERTAINTY = "certainty"  # nothing: as if there was no other unit to draw
REMOVE = "remove"  # the same number as certainty; the name says that it is left out
ADJUST = "adjust"  # its distance from the mean of all, instead of from its own
AVERAGE = "average"  # what the other strata add on average
SINGLE_UNIT_RULES = (FAIL, CERTAINTY, REMOVE, ADJUST, AVERAGE)

ROUNDING = 1e-24  # a variance of a share below this is none
COMPLETE = 1e-7  # a stratum of which less than this is left out was drawn completely, as in R


class SingleUnit(ValueError):
    """A stratum has one drawn unit of several, so that its variance cannot be estimated, and no rule says what to do.

    `strata` holds the labels of all such strata and `stage` the stage, the first being 1.
    """

    def __init__(self, strata: Sequence[str], stage: int) -> None:
        self.strata, self.stage = tuple(strata), stage
        super().__init__(f"one unit alone at stage {stage}: {', '.join(self.strata)}")


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One stage of a draw. Codes count from 0; M units were drawn in H strata.

    At the second stage each unit of the first makes strata of its own, so a stage can be read alone.
    """

    units: Ints  # per row: which drawn unit it belongs to
    strata: Ints  # per unit: its stratum
    drawn: Ints  # per stratum: units drawn, n
    left: Floats | None  # per unit: the share not drawn, 1-n/N or 1-π; None: drawn with replacement
    above: Floats  # per stratum: the probability of the unit of the stages above that it lies in; 1 at the first stage
    labels: tuple[str, ...]  # per stratum: what it is called in a message


@dataclass(frozen=True, slots=True, eq=False)
class Poststrata:
    """Groups whose number of cases is known, and the weights before and after they were made to agree with it."""

    groups: Ints  # per row
    weights: Floats  # per row, after
    earlier: Floats  # per row, before


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A draw. `weights` are what a case counts for, the inverse of its probability (and post-stratified, if it was).

    `single_unit` is one of SINGLE_UNIT_RULES. A case with the weight 0 takes no part in any number.
    """

    weights: Floats
    stages: tuple[Stage, ...]
    single_unit: str = FAIL
    poststrata: tuple[Poststrata, ...] = ()

    @property
    def rows(self) -> int:
        """How many cases there are in the design."""
        return len(self.weights)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number for all cases, from those drawn. `value` is in the unit of what was asked: a share is 0..1.

    `freedom` is the degrees of freedom: drawn units less strata among the cases the number rests on. `cases` counts
    those cases, unweighted, and `weight` is their weight together: how many cases they speak for. `deff` is the
    design effect: the variance over that of a simple random sample of as many cases without replacement, None where
    that is not to be told. `estimator` names the formula: hajek, horvitz_thompson, poststratified, ratio, difference
    … `kish` is the cases' effective number by their weights alone, (Σw)²/Σw²; `complete` says that nothing was left
    undrawn, so that the number has no sampling error; `finite` that something was left of which the number is known,
    so that `weight` is how many cases there are to speak for.
    """

    value: float
    variance: float
    freedom: int
    cases: int
    weight: float
    deff: float | None = None
    estimator: str = "hajek"
    kish: float | None = None
    complete: bool = False
    finite: bool = False

    @property
    def error(self) -> float:
        """The standard error: the square root of the variance, in the unit of the value."""
        return sqrt(self.variance)

    @property
    def effective(self) -> float | None:
        """The effective sample size of a share, p(1-p)/v: as many cases drawn simply would be as good.

        None where the variance is 0, as it is at none and at all, or so small that it is what rounding left of 0.
        """
        return self.value * (1 - self.value) / self.variance if self.variance > ROUNDING else None


def design(
    *,
    rows: int | None = None,
    weights: Any = None,
    strata: Any = (),
    clusters: Sequence[Any] = (),
    populations: Sequence[Any] = (),
    probabilities: Sequence[Any] = (),
    single_unit: str = FAIL,
) -> Design:
    """A design from one value per row.

    `strata`: labels of the first stage, or a tuple of such, one per stage; none: one stratum. `clusters`: labels of
    the drawn units, one array per stage (a label of the second stage counts within its unit of the first); none: each
    row is a drawn unit. `populations`: how many units there were in the row's stratum, one array per stage; inf or
    none at all: drawn with replacement, or so many that it does not matter. `probabilities` instead: the probability
    of the row's unit at each stage, which may differ within a stratum (drawn in proportion to size); then the
    variance is Brewer's. Without `weights` they follow: the product of N/n, or of 1/π, over the stages.

    The same as R's svydesign(ids=~clusters, strata=, fpc=, weights=, nest=TRUE), and pps="brewer" with probabilities.
    Raises ValueError where the arrays do not fit together: unequal lengths, a unit in two strata, fewer units than were
    drawn, a probability outside 0..1, a negative weight, an unknown rule.
    """
    import numpy as np

    from sagsbarometer.estimation.stages import stages_of

    if single_unit not in SINGLE_UNIT_RULES:
        raise ValueError(f"single_unit={single_unit!r}")
    layers = strata if isinstance(strata, tuple) else (strata,)
    given = [*([weights] if weights is not None else []), *layers, *clusters, *populations, *probabilities]
    if not given and rows is None:
        raise ValueError("nothing says how many rows there are")
    size = len(given[0]) if rows is None else rows
    stages, probability = stages_of(size, layers, clusters, populations, probabilities)
    if weights is None and np.any(np.isnan(probability)):
        probability = np.ones(size)  # with replacement and no weights: all count alike
    found = 1 / probability if weights is None else np.asarray(weights, dtype=np.float64)
    if found.shape != (size,) or not np.all(np.isfinite(found)) or np.any(found < 0):
        raise ValueError("a weight that is no number from 0")
    return Design(found, stages, single_unit)
