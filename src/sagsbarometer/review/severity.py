"""Which answers are milder and which are stricter: declared beside the form (`leniency.yaml`), never guessed.

Outside the form and its hash: how answers are ordered changes no answer and no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from sagsbarometer.datafiles.located import Located, read_yaml
from sagsbarometer.datafiles.validated import Strict, Word, validated
from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.review.known import Held, against

FILE = "leniency.yaml"
NO_TICK, ANY_TICK = "no_tick", "any_tick"  # of a question with several to tick
_TICKS = (NO_TICK, ANY_TICK)


class _Order(Strict):
    questions: list[Word]
    mild_to_strict: list[Word | list[Word]]


class _File(Strict):
    orders: list[_Order]


@dataclass(frozen=True, slots=True)
class Order:
    """The level of each answer, 0 the mildest. An answer without one is neither mild nor strict."""

    levels: Mapping[str, int]

    @property
    def steps(self) -> int:
        """From the mildest to the strictest."""
        return max(self.levels.values())

    def level(self, answer: Answer) -> int | None:
        """The level of an answer; None where it has none."""
        if answer.state is not State.ANSWERED:
            return None
        value = answer.value
        if isinstance(value, frozenset):
            return self.levels.get(ANY_TICK if value else NO_TICK)
        if isinstance(value, bool):
            return self.levels.get("yes" if value else "no")
        return self.levels.get(str(value))


class Side(StrEnum):
    """An answer beside the key. Stricter: it finds more wrong with the decision."""

    AGREES = "agrees"
    MILDER = "milder"
    STRICTER = "stricter"
    OTHER = "other"  # another answer that is neither


@dataclass(frozen=True, slots=True)
class Compared:
    """A question answered by both. `distance`: -1 as mild as can be, 1 as strict; None where it is not ordered."""

    question: str
    side: Side
    distance: Fraction | None


def compared(
    form: Form, orders: Mapping[str, Order], given: Mapping[str, Answer], keys: Mapping[str, Answer]
) -> tuple[Compared, ...]:
    """The questions with a key that the reader was asked and answered, in the form's order.

    What was routed away by another answer, or left blank, is not compared: it would count one difference twice.
    """
    found = []
    for question in form.questions:
        key, answer = keys.get(question.id), given.get(question.id)
        if key is None or answer is None or answer.state in (State.NOT_ASKED, State.NOT_ANSWERED):
            continue
        found.append(_compared(question, orders.get(question.id), answer, key))
    return tuple(found)


def _compared(question: Question, order: Order | None, answer: Answer, key: Answer) -> Compared:
    same = against(question.id, answer, key).held is Held.AGREES
    mine, theirs = (order.level(answer), order.level(key)) if order else (None, None)
    if order is None or mine is None or theirs is None:
        return Compared(question.id, Side.AGREES if same else Side.OTHER, None)
    distance = Fraction(mine - theirs, order.steps)
    side = Side.MILDER if distance < 0 else Side.STRICTER if distance else Side.AGREES
    # Two answers of the same level that are not the same: the ticks are others, or the outcome is.
    return Compared(question.id, side if same or distance else Side.OTHER, distance)


def load_orders(path: Path, form: Form) -> dict[str, Order]:
    """The orders of a form, by question. Raises Faults (LEMP-1xx) with everything that is wrong."""
    located = read_yaml(path, path.name)
    file, problems = validated(located, _File, code="LEMP-101")
    if file is None:
        raise Faults(problems)
    questions = {question.id: question for question in form.questions}
    orders: dict[str, Order] = {}
    for at, item in enumerate(file.orders):
        levels = _levels(item.mild_to_strict)
        problems += _shape(located, at, item, levels)
        for place, id in enumerate(item.questions):
            where = located.place("orders", at, "questions", place, question=id)
            if id not in questions:
                fault, remedy = (
                    said("Spørgsmålet {id} er ikke i skemaet.", id=shown(id)),
                    said("Ret navnet, eller slet det."),
                )
                problems.append(Problem("LEMP-102", where, fault, remedy))
            elif id in orders:
                fault, remedy = (
                    said("Spørgsmålet {id} står to gange.", id=shown(id)),
                    said("Behold det ét sted."),
                )
                problems.append(Problem("LEMP-103", where, fault, remedy))
            elif unknown := sorted(set(levels) - set(_answers(questions[id]))):
                codes = ", ".join(shown(code) for code in unknown)
                fault = said("Spørgsmålet {id} har ikke svaret {codes}.", id=shown(id), codes=codes)
                known = ", ".join(_answers(questions[id])) or said("ingen: det kan ikke ordnes")
                problems.append(Problem("LEMP-104", where, fault, said("Svarene er {known}.", known=known)))
            else:
                orders[id] = Order(levels)
    if problems:
        raise Faults(problems)
    return orders


def _levels(written: Iterable[str | list[str]]) -> dict[str, int]:
    return {
        code: level
        for level, codes in enumerate(written)
        for code in ([codes] if isinstance(codes, str) else codes)
    }


def _shape(located: Located, at: int, item: _Order, levels: Mapping[str, int]) -> list[Problem]:
    """LEMP-105 where there are not two levels, or a code stands twice."""
    flat = [code for codes in item.mild_to_strict for code in ([codes] if isinstance(codes, str) else codes)]
    if len(item.mild_to_strict) > 1 and len(flat) == len(levels) and [] not in item.mild_to_strict:
        return []
    fault = said("En rækkefølge skal have mindst to trin, og hvert svar må kun stå ét sted i den.")
    remedy = said("Skriv svarene fra mildest til strengest; svar på samme trin i en liste.")
    return [Problem("LEMP-105", located.place("orders", at, "mild_to_strict"), fault, remedy)]


def _answers(question: Question) -> tuple[str, ...]:
    if question.type is Type.CODES:
        return _TICKS
    return ("yes", "no") if question.type is Type.BOOL else question.codes
