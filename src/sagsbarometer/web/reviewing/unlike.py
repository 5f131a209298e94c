"""Lists to look at: answers that seldom go together, and readers far from the rest. Nothing is changed by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.types import Answer, Value
from sagsbarometer.forms.states import STATE_DA, State
from sagsbarometer.forms.wording import words, yes_no
from sagsbarometer.kernel.problems import Level
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.declared import given_by_municipality, without_declared
from sagsbarometer.review.together import Part, seldom_together
from sagsbarometer.review.unusual import Far, far_from_the_rest
from sagsbarometer.web.languages import decimal_words
from sagsbarometer.web.languages import shown as language
from sagsbarometer.web.planning.folders import form_of
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.cases_read import Read, all_read, crumbs
from sagsbarometer.web.reviewing.counting import case_of, counted
from sagsbarometer.web.reviewing.newest import newest

MOST = 50  # pairs of answers that are shown


@dataclass(frozen=True, slots=True)
class Unlike:
    """Two answers that stand together in few cases, in words, and those cases."""

    first: str
    second: str
    of: int
    counts: tuple[int, int]
    expected: str
    cases: tuple[Any, ...]


def looks(request: HttpRequest, study: str) -> HttpResponse:
    """Lists to look at: answers that go together in a way the form asks about, or that hardly ever do in these cases,
    and readers far from the rest."""
    found = get_object_or_404(Study, pk=study)
    form = form_of(found)
    told = all_read(request, study)
    done = [
        (item, reading)
        for item in told.cases
        if item.review.use == "measure" and item.review.withdrawn_at is None
        for reading in item.readings
        if reading.state == ReadingState.SUBMITTED.value
    ]
    given = newest(form, [reading.id for _item, reading in done])
    completed = [
        (item, reading, case_of(form, given[reading.id] | _declared(form, item), language()))
        for item, reading in done
    ]
    names = {reading.reader_id: reading.reader.name for _item, reading in done}
    far = far_from_the_rest(
        form,
        [(reading.reader_id, without_declared(form, case.answers)) for _item, reading, case in completed],
    )
    visible = {item.review.case_id: item.review.case for item in told.cases}
    seldom = _seldom(found, form, visible)
    context = {
        "study": found,
        "hidden": told.hidden,
        "unusual": [
            (item.review.case, reading.reader.name, finding)
            for item, reading, case in completed
            for finding in case.findings
            if finding.level is Level.WARNING
        ],
        "seldom": seldom[:MOST],
        "more": max(0, len(seldom) - MOST),
        "far": [_far_line(form, item, names) for item in far],
        "crumbs": crumbs(found, _("Se efter")),
    }
    return render(request, "reviewing/looks.html", context)


def _declared(form: Form, item: Read) -> dict[str, Answer]:
    """What the municipality answered: the form asks whether it fits what was found."""
    return given_by_municipality(form, item.review.case.declared, item.review.case.declared_states)


def _seldom(study: Any, form: Form, visible: Mapping[str, Any]) -> list[Unlike]:
    """Of the answers that count, in the cases that the one who looks may see: no other moves a number here."""
    cases = counted(study, form, frozenset(visible)).cases
    return [
        Unlike(
            _part(form, found.first), _part(form, found.second), found.of,
            (found.first.cases, found.second.cases),
            _about(found.expected), tuple(visible[case] for case in found.cases),
        )
        for found in seldom_together(form, [(case.case_id, case.case.answers) for case in cases])
    ]  # fmt: skip


def _part(form: Form, part: Part) -> str:
    question = form.question(part.question)
    label = words(question.label, language())
    return f"{label}{'' if label.endswith('?') else ':'} {said_of(question, part.value)}"


def _about(expected: Fraction) -> str:
    return str(round_half_up(expected))


def _far_line(form: Form, far: Far, names: Mapping[str, str]) -> dict[str, Any]:
    question = form.question(far.question)
    return {
        "reader": names[far.reader],
        "question": words(question.label, language()),
        "value": said_of(question, far.tick or far.value),
        "own": far.own,
        "others": far.others,
        "chance": decimal_words("< 0.1 %" if far.chance < 0.001 else f"{100 * far.chance:.1f} %"),
    }


def said_of(question: Question, value: Value | State) -> str:
    """An answer, a tick or a state in words."""
    if isinstance(value, State):
        return str(STATE_DA[value])
    if isinstance(value, bool):
        return yes_no(language())[0 if value else 1]
    labels = {choice.code: words(choice.label, language()) for choice in question.choices}
    return labels.get(str(value), str(value))
