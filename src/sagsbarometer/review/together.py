"""Answers that hardly ever stand together though each is common: cases to look at, never a mistake in themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer, Value
from sagsbarometer.forms.order import depends_on
from sagsbarometer.forms.states import State
from sagsbarometer.review.rated import Rated, rated

EXPECTED = 5  # cases with both, were the answers independent: with fewer, few says nothing
SELDOM = 5  # times as many expected as there are: where it is fewer times, it is not seldom
RARE = 0.05  # how often chance alone would list anything at all, of all the pairs that were looked at

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """One of two answers: a code, yes or no, or with `tick` that the choice is ticked. `cases` that have it, of those
    in which both questions were answered."""

    question: str
    value: Value
    tick: bool
    cases: int


@dataclass(frozen=True, slots=True)
class Seldom:
    """Two answers that stand together in fewer cases than `expected`, were they independent of each other.

    `of`: cases in which both questions were answered; `cases`: the ids of those with both answers. `chance`: how often
    so few come by chance (Fisher's exact test, one-sided), times the number of pairs that were looked at; at most 1.
    """

    first: Part
    second: Part
    of: int
    expected: Fraction
    cases: tuple[str, ...]
    chance: float


def seldom_together(form: Form, cases: Sequence[tuple[str, Mapping[str, Answer]]]) -> tuple[Seldom, ...]:
    """Every pair of answers in the data that stands together seldom, the rarest first.

    `cases`: the id of each and its routed answers; a case once. A pair is looked at where both answers are so common
    that `EXPECTED` cases should have both, and where neither question decides whether the other is asked, or offered a
    choice. It is listed where some cases have both, `SELDOM` times as many were expected, and chance alone would list
    any pair at all as seldom as `RARE` (each pair's own chance, times the pairs looked at). Two choices of one question
    are no pair: that one is ticked and another is not is how it is answered.
    """
    from scipy.stats import hypergeom

    things, answered, has = _laid_out(form, cases)
    apart = _apart(form, things)
    both = answered.T @ answered  # cases in which both questions were answered
    own = has.T @ answered  # of them, those with the first answer
    together = has.T @ has
    # `both` times the cases expected: whole numbers, so that no limit is missed by rounding.
    product = own * own.T
    looked = np.triu((both > 0) & (product >= EXPECTED * both) & apart, k=1)
    pairs = int(looked.sum())
    few = looked & (together > 0) & (SELDOM * together * both <= product)
    found = []
    for one, other in np.argwhere(few).tolist():
        n, first, second = int(both[one, other]), int(own[one, other]), int(own[other, one])
        seen = int(together[one, other])
        chance = min(1.0, pairs * float(hypergeom.cdf(seen, n, first, second)))
        if chance < RARE:
            held = np.flatnonzero(has[:, one] & has[:, other]).tolist()
            parts = (_part(things[one], first), _part(things[other], second))
            ids = tuple(cases[place][0] for place in held)
            found.append(Seldom(*parts, n, Fraction(first * second, n), ids, chance))
    return tuple(sorted(found, key=lambda item: item.chance))


_Thing = tuple[Rated, Value]


def _laid_out(
    form: Form, cases: Sequence[tuple[str, Mapping[str, Answer]]]
) -> tuple[list[_Thing], Ints, Ints]:
    """Every answer that can be given; and by case (down) and answer (across), 1 where its question was answered, and 1
    where the answer was this one. A state is no answer here: that something cannot be seen is said of much at once."""
    things = list(_things(form))
    columns: dict[str, list[int]] = {}
    for column, (item, _value) in enumerate(things):
        columns.setdefault(item.id, []).append(column)
    answered = np.zeros((len(cases), len(things)), dtype=np.int64)
    has = np.zeros_like(answered)
    for item in rated(form):
        own = columns[item.id]
        for row, (_id, answers) in enumerate(cases):
            said = item.said(answers)
            if said is not None and not isinstance(said, State):
                answered[row, own] = 1
                has[row, [column for column in own if things[column][1] == said]] = 1
    return things, answered, has


def _things(form: Form) -> Iterator[_Thing]:
    for item in rated(form):
        if item.tick is not None:
            yield item, True
        elif item.question.codes:
            yield from ((item, code) for code in item.question.codes)
        else:
            yield from ((item, True), (item, False))


def _apart(form: Form, things: Sequence[_Thing]) -> NDArray[np.bool_]:
    """Whether neither of two questions follows from the other."""
    behind = depends_on(form)
    ids = [item.question.id for item, _value in things]
    return np.array(
        [[a != b and a not in behind[b] and b not in behind[a] for b in ids] for a in ids], dtype=np.bool_
    ).reshape(len(ids), len(ids))


def _part(thing: _Thing, cases: int) -> Part:
    item, value = thing
    return Part(
        item.question.id, value if item.tick is None else item.tick.code, item.tick is not None, cases
    )
