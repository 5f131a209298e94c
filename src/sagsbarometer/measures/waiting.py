"""How long cases wait, with those that still wait counted in: Aalen-Johansen and Kaplan-Meier from counts per day.

A case leaves the queue for one of several causes (decided; lapsed), or is still open after so many days: then all we
know is that it waited at least that long. Leaving the open cases out would leave out the long waits.

Inputs are whole counts of whole days. Arithmetic is decimal with 60 digits and rounded to 30 once, so that the same
counts give the same digits on every machine, in any order.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext

_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
_LIMITS = Context(prec=28, rounding=ROUND_HALF_EVEN)
_KEPT = Decimal(1).scaleb(-30)
_Z = Decimal("1.959963984540054235524594430521")  # the normal quantile of 97.5 percent
_HALF = Decimal("0.5")
METHOD = "log_log_95"


@dataclass(frozen=True, slots=True)
class Exits:
    """Cases by how many whole days after their receipt they left, one mapping a cause; and by how many days those still
    open have waited."""

    causes: tuple[str, ...]
    ended: Mapping[str, Mapping[int, int]]
    open: Mapping[int, int]

    @property
    def cases(self) -> int:
        """All of them."""
        return sum(sum(days.values()) for days in (*self.ended.values(), self.open))


@dataclass(frozen=True, slots=True)
class Limits:
    """Both ends of a 95 percent interval, as shares."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """How things stand at the end of a day; shares of the cases as if none had been open, 0 to 1.

    `ended` follows the causes. A variance is that of the share beside it.
    """

    day: int
    at_risk: int  # open at the start of the day
    left: tuple[int, ...]  # on the day, by cause
    open: int  # have waited just this long and are still open
    waiting: Decimal
    ended: tuple[Decimal, ...]
    waiting_variance: Decimal
    ended_variance: tuple[Decimal, ...]

    @property
    def waiting_limits(self) -> Limits | None:
        """The interval of the share still waiting; None where it is 0 or 1."""
        return log_log(self.waiting, self.waiting_variance)

    def ended_limits(self, cause: int) -> Limits | None:
        """The interval of the share that left for a cause; None where it is 0 or 1."""
        return log_log(self.ended[cause], self.ended_variance[cause])


@dataclass(frozen=True, slots=True)
class Curve:
    """The steps of a queue in order of their day, one for each day on which a case left or is known to be open."""

    causes: tuple[str, ...]
    cases: int
    steps: tuple[Step, ...]

    @property
    def known_to(self) -> int:
        """The last day anything is known of; -1 where there are no cases."""
        return self.steps[-1].day if self.steps else -1

    def at(self, day: int) -> Step | None:
        """How things stand `day` days after receipt; None after the last day that anything is known of, unless nobody
        waited any longer."""
        index = bisect_right(self.steps, day, key=lambda step: step.day)
        if not self.steps or (day > self.known_to and self.steps[-1].waiting > 0):
            return None
        return self.steps[index - 1] if index else _start(self)

    def at_risk(self, day: int) -> int:
        """How many were open at the start of a day."""
        index = bisect_left(self.steps, day, key=lambda step: step.day)
        return self.steps[index].at_risk if index < len(self.steps) else 0

    def half_waits(self, share: Decimal = _HALF) -> int | None:
        """The first day after which at most `share` of the cases still wait: »half wait X days or
        longer«. None where more
        than that still wait on the last day anything is known of."""
        return next((step.day for step in self.steps if step.waiting <= share), None)

    def half_waits_limits(self, share: Decimal = _HALF) -> tuple[int | None, int | None]:
        """The 95 percent interval of `half_waits`: the first days on which the lower and the upper limit of the share
        still waiting are at most `share`. An end is None where its limit does not get so low.

        Source: Brookmeyer & Crowley, Biometrics 38 (1982) 29-41.
        """
        ends: list[int | None] = [None, None]
        for step in self.steps:
            limits = step.waiting_limits
            if limits is None and step.waiting > share:
                continue
            low, high = (limits.low, limits.high) if limits else (step.waiting, None)
            if ends[0] is None and low <= share:
                ends[0] = step.day
            if high is not None and high <= share:
                ends[1] = step.day
                break
        return ends[0], ends[1]

    def reaches(self, cause: int, share: Decimal) -> int | None:
        """The first day on which at least `share` of the cases have left for a cause; None where it does not come."""
        return next((step.day for step in self.steps if step.ended[cause] >= share), None)


def waiting_curve(exits: Exits) -> Curve:
    """The cumulative incidence of each cause (Aalen-Johansen) and the share still waiting (Kaplan-Meier).

    A case that has waited just n days and is open counts as waiting on day n. Variances are Greenwood's, and for a
    cause the one that follows from the same multinomial variance of the hazards. Raises ValueError for a negative day
    or count.

    Source: Andersen, Borgan, Gill & Keiding, Statistical Models Based on Counting Processes, 1993, sections IV.3-IV.4;
    the numbers are those of `survfit` in R's package survival.
    """
    counts = [exits.ended.get(cause, {}) for cause in exits.causes]
    days = sorted({day for part in (*counts, exits.open) for day, cases in part.items() if cases})
    if any(value < 0 for part in (*counts, exits.open) for item in part.items() for value in item):
        raise ValueError("a negative day or count")
    at_risk = exits.cases
    sums = [_Sums() for _ in exits.causes]
    waiting, greenwood = Decimal(1), Decimal(0)
    steps: list[Step] = []
    with localcontext(_EXACT):
        for day in days:
            left = tuple(part.get(day, 0) for part in counts)
            every = sum(left)
            for own, cases in zip(sums, left, strict=True):
                own.add(waiting, at_risk, every, cases)
            waiting = waiting * (at_risk - every) / at_risk
            if every < at_risk:
                greenwood += Decimal(every) / (at_risk * (at_risk - every))
            open_ = exits.open.get(day, 0)
            steps.append(
                Step(
                    day,
                    at_risk,
                    left,
                    open_,
                    waiting.quantize(_KEPT),
                    tuple(own.share.quantize(_KEPT) for own in sums),
                    (waiting * waiting * greenwood).quantize(_KEPT),
                    tuple(max(own.variance, Decimal(0)).quantize(_KEPT) for own in sums),
                )
            )
            at_risk -= every + open_
    return Curve(exits.causes, exits.cases, tuple(steps))


def log_log(share: Decimal, variance: Decimal) -> Limits | None:
    """The 95 percent interval on the scale of log(-log(share)), which stays between 0 and 1; None for 0 and 1.

    Source: Kalbfleisch & Prentice, The Statistical Analysis of Failure Time Data; `conf.type = "log-log"` in R.
    """
    if not 0 < share < 1:
        return None
    with localcontext(_LIMITS) as context:
        log = context.ln(share)
        apart = (_Z * variance.sqrt() / (share * -log)).exp()
        return Limits((log * apart).exp(), (log / apart).exp())


class _Sums:
    """The share of one cause, and the running sums its variance is made of.

    Var F(t) = sum over s <= t of (F(t)-F(s))^2 d/(n(n-d)) + S(s-)^2 k(n-k)/n^3 - 2 (F(t)-F(s)) S(s-) k/n^2, where of n
    open d left on the day s, k of them for this cause. Written out in powers of F(t), each sum is kept once.
    """

    def __init__(self) -> None:
        self.share = Decimal(0)
        self._squared = self._linear = self._plain = Decimal(0)

    def add(self, before: Decimal, at_risk: int, every: int, own: int) -> None:
        """One day: `before` waited at its start."""
        risk = Decimal(at_risk)
        self.share += before * own / risk
        leave = Decimal(every) / (risk * (at_risk - every)) if every < at_risk else Decimal(0)
        together = before * own / (risk * risk)
        self._squared += leave
        self._linear += leave * self.share + together
        self._plain += (
            leave * self.share * self.share
            + before * before * own * (at_risk - own) / (risk * risk * risk)
            + 2 * together * self.share
        )

    @property
    def variance(self) -> Decimal:
        """That of the share as it is now."""
        return self.share * self.share * self._squared - 2 * self.share * self._linear + self._plain


def _start(curve: Curve) -> Step:
    """Before anything happened."""
    none = (Decimal(0),) * len(curve.causes)
    return Step(0, curve.cases, (0,) * len(curve.causes), 0, Decimal(1), none, Decimal(0), none)
