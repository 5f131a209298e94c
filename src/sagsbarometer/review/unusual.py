"""Where a reader answers unlike the others: a list to look at, never a judgement and never a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer, Value
from sagsbarometer.forms.states import State
from sagsbarometer.review.rated import Rated, rated

FEWEST = 10  # cases of the reader, and of the others
RARE = 0.01  # how seldom so large a difference comes of chance alone, before it is listed


@dataclass(frozen=True, slots=True)
class Far:
    """One answer that one reader gives more or less often than the others. `tick`: the code of the one it is about,
    where several may be ticked. `chance`: how often a difference at least as large comes where all answer alike
    (Fisher's exact test, two-sided)."""

    reader: str
    question: str
    value: Value | State
    own: tuple[int, int]  # cases with the answer, of cases answered
    others: tuple[int, int]
    chance: float
    tick: str = ""


def far_from_the_rest(form: Form, readings: Sequence[tuple[str, Mapping[str, Answer]]]) -> tuple[Far, ...]:
    """Every answer that a reader gives so much more or less often than all the others together, the rarest first.

    `readings`: who read, and the routed answers. Only yes and no, codes, ticks, and states that say something. Cases
    are given out evenly and mixed, so readers meet alike cases; where they do not, a difference may be one of the
    cases. Many answers are compared: of a hundred, one is listed by chance alone. Nobody with fewer than `FEWEST` cases
    is compared.
    """
    from scipy.stats import fisher_exact

    found = []
    for item in rated(form):
        said: dict[str, Counter[Value | State]] = {}
        for reader, answers in readings:
            if (key := item.said(answers)) is not None:
                said.setdefault(reader, Counter())[key] += 1
        whole = sum(said.values(), Counter())
        for reader, own in said.items():
            mine, all_others = own.total(), whole.total() - own.total()
            if mine < FEWEST or all_others < FEWEST:
                continue
            for value in sorted(whole, key=str):
                if not _own(item, value):
                    continue
                more, theirs = own[value], whole[value] - own[value]
                table = [[more, mine - more], [theirs, all_others - theirs]]
                chance = float(fisher_exact(table).pvalue)
                if chance < RARE:
                    tick = item.tick.code if item.tick is not None and value is True else ""
                    about = (reader, item.question.id, value, (more, mine), (theirs, all_others))
                    found.append(Far(*about, chance, tick))
    return tuple(
        sorted(found, key=lambda far: (far.chance, far.reader, far.question, far.tick, str(far.value)))
    )


def _own(item: Rated, value: Value | State) -> bool:
    """Whether an answer is told of here. That a tick is left out is the other side of that it is set; and a state is
    the whole question's, so it is told with the first tick."""
    if item.tick is None:
        return True
    return value is True or (isinstance(value, State) and item.tick is item.question.choices[0])
