"""What follows from the answers so far, and from which of them: requirements that apply, and the deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sagsbarometer.forms.form import Derived, Form
from sagsbarometer.forms.language.evaluate import term, truth
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.order import depends_on
from sagsbarometer.forms.states import State
from sagsbarometer.forms.wording import words, yes_no
from sagsbarometer.kernel.dates import danish_date, english_date
from sagsbarometer.kernel.deadlines import CLOSING, ends
from sagsbarometer.kernel.said import said
from sagsbarometer.review.declared import DAYS, value_words

# The names that forms use for the municipality's own deadline (retssikkerhedsloven § 3, stk. 2).
RECEIVED, DECIDED = "application_date", "decision_date"
_WEEKDAYS = "mandag tirsdag onsdag torsdag fredag lørdag søndag".split()
_WEEKDAYS_EN = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that follows. `value` is "" while an answer it hangs on is missing."""

    id: str
    section: str  # under which it is shown: that of the last question it hangs on
    label: str
    value: str
    why: tuple[tuple[str, str], ...]  # question and answer, in words
    note: str
    source: str
    requirement: str


def facts_of(form: Form, answers: Mapping[str, Answer], language: str) -> tuple[Fact, ...]:
    """Every derived variable of a form that applies, and the last day of the municipality's own deadline."""
    behind = _behind(form)
    place = {question.id: number for number, question in enumerate(form.questions)}
    found = []
    for item in form.derived:
        if answers[item.id].state is State.NOT_ASKED:
            continue
        leaves = sorted((id for id in behind[item.id] if id in place), key=place.__getitem__)
        if not leaves:
            continue
        why = _enough(form, item, leaves, answers, behind[item.id])
        found.append(
            Fact(
                item.id,
                form.questions[place[leaves[-1]]].section,
                words(item.label, language),
                _words(answers[item.id], language),
                tuple(_because(form, id, answers[id], language) for id in why),
                "",
                item.source,
                item.requirement,
            )
        )
    deadline = _deadline(form, answers, language)
    return (*found, deadline) if deadline else tuple(found)


_known: dict[str, dict[str, frozenset[str]]] = {}


def _behind(form: Form) -> dict[str, frozenset[str]]:
    """What each name hangs on, worked out once for a form: it is asked at each save."""
    if form.hash not in _known:
        _known[form.hash] = depends_on(form)
    return _known[form.hash]


def _words(answer: Answer, language: str) -> str:
    if answer.state is not State.ANSWERED:
        return ""
    if isinstance(answer.value, bool):
        return yes_no(language)[0 if answer.value else 1]
    return str(answer.value)


def _because(form: Form, id: str, answer: Answer, language: str) -> tuple[str, str]:
    question = form.question(id)
    return words(question.label, language), value_words(question, answer, language)


def _enough(
    form: Form, item: Derived, leaves: list[str], answers: Mapping[str, Answer], behind: frozenset[str]
) -> tuple[str, ...]:
    """Of the answers it hangs on, a part that gives the same alone: why it is as it is. Empty where it is unknown."""
    wanted = answers[item.id]
    if wanted.state is not State.ANSWERED:
        return ()
    key = (form.hash, item.id, tuple(answers[id] for id in leaves))
    if key not in _why:
        if len(_why) > _MOST_WHY:
            _why.clear()
        between = [one for one in _in_order(form) if one.id in behind or one is item]
        kept = {id: answers[id] for id in leaves if answers[id].state is not State.NOT_ANSWERED}
        for id in list(kept):
            without = {name: answer for name, answer in kept.items() if name != id}
            if _computed(item, between, without) == wanted:
                kept = without
        _why[key] = tuple(kept)
    return _why[key]


# Each save asks for all of them, before and after, and changes few.
_MOST_WHY = 5000
_why: dict[tuple[str, str, tuple[Answer, ...]], tuple[str, ...]] = {}


def _in_order(form: Form) -> list[Derived]:
    derived = {item.id: item for item in form.derived}
    return [derived[id] for id in form.order if id in derived]


def _computed(item: Derived, between: list[Derived], given: Mapping[str, Answer]) -> Answer:
    known = dict(given)
    for one in between:
        unasked = one.ask_if is not None and truth(one.ask_if, known) is False
        known[one.id] = Answer(State.NOT_ASKED) if unasked else term(one.expression, known)
    return known[item.id]


def _deadline(form: Form, answers: Mapping[str, Answer], language: str) -> Fact | None:
    """The last day by the Danish calendar: the day of receipt is not counted, and no deadline ends on a day off."""
    known = {question.id: question for question in form.questions}
    if DAYS not in known or RECEIVED not in known or known[RECEIVED].type is not Type.DATE:
        return None
    received, days = answers[RECEIVED].value, answers[DAYS].value
    if not isinstance(received, date) or not isinstance(days, int) or days < 1:
        return None
    try:
        counted, last = received + timedelta(days=days), ends(received, days, "days", CLOSING)
    except (OverflowError, ValueError):  # a year no calendar has
        return None
    day = danish_date if language == "da" else english_date
    weekdays = _WEEKDAYS if language == "da" else _WEEKDAYS_EN
    told = []
    if last != counted:
        told.append(
            said(
                "{n} dag ender {weekday} {day}. Det er ingen hverdag, så fristen løb til den næste.",
                "{n} dage ender {weekday} {day}. Det er ingen hverdag, så fristen løb til den næste.",
                n=days,
                weekday=weekdays[counted.weekday()],
                day=day(counted),
            )
        )
    decided = answers[DECIDED].value if DECIDED in known else None
    if isinstance(decided, date):
        late = decided.toordinal() - last.toordinal()
        told.append(
            said("Afgørelsen kom {n} dag efter.", "Afgørelsen kom {n} dage efter.", n=late)
            if late > 0
            else said("Afgørelsen kom inden for fristen.")
        )
    return Fact(
        "deadline_ends", known[DAYS].section, str(said("Kommunens frist løb til og med")),
        f"{weekdays[last.weekday()]} {day(last)}",
        tuple(_because(form, id, answers[id], language) for id in (RECEIVED, DAYS)),
        " ".join(str(item) for item in told), "retssikkerhedsloven § 3, stk. 2", "",
    )  # fmt: skip
