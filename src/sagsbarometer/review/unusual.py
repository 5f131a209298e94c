"""Where a reader answers unlike the others: a list to look at, never a judgement and never a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer, Type, Value
from sagsbarometer.forms.states import State

FEWEST = 10  # cases of the reader, and of the others
RARE = 0.01  # how seldom so large a difference comes of chance alone, before it is listed


@dataclass(frozen=True, slots=True)
class Far:
    """One answer that one reader gives more or less often than the others. `chance`: how often a difference at least as
    large comes where all answer alike (Fisher's exact test, two-sided)."""

    reader: str
    question: str
    value: Value | State
    own: tuple[int, int]  # cases with the answer, of cases answered
    others: tuple[int, int]
    chance: float


def far_from_the_rest(form: Form, readings: Sequence[tuple[str, Mapping[str, Answer]]]) -> tuple[Far, ...]:
    """Every answer that a reader gives so much more or less often than all the others together, the rarest first.

    `readings`: who read, and the answers. Only yes and no, codes, and states that say something. Cases are given out
    evenly and mixed, so readers meet alike cases; where they do not, a difference may be one of the cases. Many answers
    are compared: of a hundred, one is listed by chance alone. Nobody with fewer than `FEWEST` cases is compared.
    """
    from scipy.stats import fisher_exact

    found = []
    for question in form.questions:
        if question.type not in (Type.BOOL, Type.CODE):
            continue
        said: dict[str, Counter[Value | State]] = {}
        for reader, answers in readings:
            if (key := _said(answers.get(question.id))) is not None:
                said.setdefault(reader, Counter())[key] += 1
        whole = sum(said.values(), Counter())
        for reader, own in said.items():
            mine, all_others = own.total(), whole.total() - own.total()
            if mine < FEWEST or all_others < FEWEST:
                continue
            for value in sorted(whole, key=str):
                more, theirs = own[value], whole[value] - own[value]
                table = [[more, mine - more], [theirs, all_others - theirs]]
                chance = float(fisher_exact(table).pvalue)
                if chance < RARE:
                    far = Far(reader, question.id, value, (more, mine), (theirs, all_others), chance)
                    found.append(far)
    return tuple(sorted(found, key=lambda far: (far.chance, far.reader, far.question, str(far.value))))


def _said(answer: Answer | None) -> Value | State | None:
    """What is compared of an answer; None for what was not asked or not answered."""
    if answer is None or answer.state in (State.NOT_ASKED, State.NOT_ANSWERED):
        return None
    return answer.value if answer.state is State.ANSWERED else answer.state
