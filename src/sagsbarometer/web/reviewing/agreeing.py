"""How alike the readers answer: agreement on what was read twice, as each handed it in. Nothing is changed by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.agreement.agree import USUAL, Way
from sagsbarometer.agreement.by import PAIR, WEEK, Group, Question, Row, questions
from sagsbarometer.agreement.coefficients import COHEN, GWET, PERCENT
from sagsbarometer.agreement.diagnostics import COMMON_ANSWER, ONE_ANSWER, RARE_ANSWER, Finding
from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer, Value
from sagsbarometer.forms.states import State
from sagsbarometer.forms.wording import words
from sagsbarometer.reporting.pages.agreement_words import (
    ends,
    finding_words,
    group_name,
    in_percent,
    of,
    too_few_words,
    two,
)
from sagsbarometer.review.declared import given_by_municipality, without_declared
from sagsbarometer.review.rated import Rated, changed, rated
from sagsbarometer.review.ratings import Rating, ReadBy, category, ratings
from sagsbarometer.web.languages import shown as language
from sagsbarometer.web.planning.folders import form_of
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.cases_read import Read, all_read, crumbs
from sagsbarometer.web.reviewing.first_in import first_in
from sagsbarometer.web.reviewing.newest import newest
from sagsbarometer.web.reviewing.unlike import said_of

_SHOWN = Way(coefficients=(PERCENT, GWET, COHEN))  # kappa is what AC1 is held against; the rest is not shown
_OF_AN_ANSWER = (ONE_ANSWER, RARE_ANSWER, COMMON_ANSWER)  # findings that name a category


@dataclass(frozen=True, slots=True)
class _Both:
    """A case that two have handed in. `first`: what each answered then, routed; `later`: by id of what is compared, how
    many of the two say something else now."""

    read: Read
    first: tuple[ReadBy, ...]
    later: Counter[str]


def agreement(request: HttpRequest, study: str) -> HttpResponse:
    """Per question, and in it per pair and week, with what is to be known of each number."""
    found = get_object_or_404(Study, pk=study)
    form = form_of(found)
    told = all_read(request, study)
    both = _read_by_two(form, told.cases)
    said = ratings(form, {item.read.review.case_id: item.first for item in both})
    unset = _unset(form, said)
    rows = [
        # The cases read by two are a draw of all that are read.
        Row(one.case, one.reader, one.said, one.thing, one.week, population=len(told.cases))
        for one in said
        if one.thing not in unset
    ]
    counted = {item.id: item for item in questions(rows, _SHOWN) if item.whole}
    later = sum((item.later for item in both), Counter[str]())
    context = {
        "study": found,
        "twice": len(both),
        "hidden": told.hidden,
        "parts": _parts(form, counted, unset, later),
        "later": later.total(),
        "later_cases": sum(item.later.total() > 0 for item in both),
        "crumbs": crumbs(found, _("Enighed")),
    }
    return render(request, "reviewing/agreement.html", context)


def _read_by_two(form: Form, cases: Sequence[Read]) -> list[_Both]:
    """The cases that two have handed in, each on their own. One that is opened again is among them all the same: what
    is done to an answer later moves no number."""
    drawn = [item for item in cases if item.course.second_drawn and not item.course.withdrawn]
    readings = [reading for item in drawn for reading in item.readings]
    first, now = first_in(form, readings), newest(form, [reading.id for reading in readings])
    names = _names(readings)
    found = []
    for item in drawn:
        if len(item.readings) != 2 or any(reading.id not in first for reading in item.readings):
            continue
        read, later = [], Counter[str]()
        case = item.review.case
        declared = given_by_municipality(form, case.declared, case.declared_states)
        for reading in item.readings:
            held = first[reading.id]
            read.append(
                ReadBy(names[reading.reader_id], _week(held.at), _routed(form, held.answers, declared))
            )
            if held.reopened:
                later.update(changed(form, read[-1].answers, _routed(form, now[reading.id], declared)))
        found.append(_Both(item, tuple(read), later))
    return found


def _routed(
    form: Form, answers: Mapping[str, Answer], declared: Mapping[str, Answer]
) -> Mapping[str, Answer]:
    """What the reader answered of what was asked: a form may ask by what the municipality declared."""
    return without_declared(form, complete(form, {**answers, **declared}).answers)


def _names(readings: Sequence[Any]) -> dict[str, str]:
    """What each reader is called: two of one name are told apart, and are two."""
    people = {reading.reader_id: reading.reader for reading in readings}
    alike = Counter(person.name for person in people.values())
    return {
        id: person.name if alike[person.name] == 1 else f"{person.name} ({person.email})"
        for id, person in people.items()
    }


def _week(at: Any) -> str:
    year, week, _day = timezone.localtime(at).isocalendar()
    return f"{year}-W{week:02}"


def _unset(form: Form, said: Sequence[Rating]) -> frozenset[str]:
    """The ticks that nobody set, where all said the same: they are named, and no number is made of them."""
    ways: dict[str, set[str]] = {}
    for rating in said:
        ways.setdefault(rating.thing, set()).add(rating.said)
    ticks = {item.id for item in rated(form) if item.tick is not None}
    return frozenset(
        id for id in ticks & ways.keys() if len(ways[id]) == 1 and category(True) not in ways[id]
    )


def _parts(
    form: Form, counted: Mapping[str, Question], unset: Collection[str], later: Counter[str]
) -> list[dict[str, Any]]:
    """By question of the form: its line, or where several may be ticked one of each tick that somebody set, and those
    that nobody did."""
    found: dict[str, dict[str, Any]] = {}
    for item in rated(form):
        of_it = counted.get(item.id)
        if of_it is None and item.id not in unset:
            continue
        question = item.question
        part = found.setdefault(
            question.id,
            {
                "label": words(question.label, language()),
                "ticks": item.tick is not None,
                "rows": [],
                "none": [],
            },
        )
        label = words(item.tick.label, language()) if item.tick is not None else part["label"]
        if of_it is None:
            part["none"].append(label)
        else:
            part["rows"].append(_line(of_it, item, label, later[item.id]))
    return list(found.values())


def _line(counted: Question, item: Rated, label: str, later: int) -> dict[str, Any]:
    whole = counted.whole
    assert whole is not None
    percent, gwet = of(whole, PERCENT), of(whole, GWET)
    return {
        "label": label,
        "items": whole.items,
        "percent": in_percent(percent.value) if percent and percent.value is not None else "–",
        "percent_ends": ends(percent.low, percent.high) if percent else "–",
        "gwet": two(gwet.value) if gwet else "–",
        "gwet_ends": ends(gwet.low, gwet.high) if gwet else "–",
        "later": later,
        "findings": [finding_words(_named(finding, item), USUAL) for finding in counted.findings],
        "groups": [
            (title, [_group(group) for group in counted.groups.get(division, ())],
             too_few_words(division, counted.too_few[division]) if counted.too_few.get(division) else "")
            for division, title in ((PAIR, _("Par")), (WEEK, _("Uge")))
        ],
    }  # fmt: skip


def _named(finding: Finding, item: Rated) -> Finding:
    """With the answer it is about as the form words it."""
    if finding.code not in _OF_AN_ANSWER:
        return finding
    values: list[Value | State] = [True, False, *item.question.codes, *State]
    told = {category(value): said_of(item.question, value) for value in reversed(values)}
    return replace(finding, name=told.get(finding.name, finding.name))


def _group(group: Group) -> tuple[str, int, str, str]:
    percent, gwet = of(group.agreement, PERCENT), of(group.agreement, GWET)
    told = in_percent(percent.value) if percent and percent.value is not None else "–"
    return group_name(group), group.agreement.items, told, two(gwet.value) if gwet else "–"
