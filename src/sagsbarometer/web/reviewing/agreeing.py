"""How alike the readers answer: agreement on what was read twice, and lists to look at. Nothing is changed by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sagsbarometer.agreement.agree import USUAL
from sagsbarometer.agreement.by import PAIR, WEEK, Group, Question, Row, questions
from sagsbarometer.agreement.coefficients import GWET, PERCENT
from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import STATE_DA, State
from sagsbarometer.forms.wording import words, yes_no
from sagsbarometer.kernel.problems import Level
from sagsbarometer.reporting.pages.agreement_words import (
    ends,
    finding_words,
    group_name,
    in_percent,
    of,
    too_few_words,
    two,
)
from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.unusual import Far, far_from_the_rest
from sagsbarometer.web.planning.folders import form_of
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.cases_read import Read, all_read, crumbs
from sagsbarometer.web.reviewing.models import Reading
from sagsbarometer.web.reviewing.newest import newest

_NOTHING = (State.NOT_ASKED, State.NOT_ANSWERED)


def agreement(request: HttpRequest, study: str) -> HttpResponse:
    """Per question, and in it per pair and week, with what is to be known of each number."""
    found = get_object_or_404(Study, pk=study)
    form = form_of(found)
    told = all_read(request, study)
    twice = [
        item
        for item in told.cases
        if item.course.second_drawn and item.course.both_in and not item.course.withdrawn
    ]
    rows = _ratings(form, twice, len(told.cases))
    labels = {question.id: words(question.label, _language()) for question in form.questions}
    order = [question.id for question in form.questions]
    counted = sorted(questions(rows), key=lambda item: order.index(item.id))
    context = {
        "study": found,
        "twice": len(twice),
        "hidden": told.hidden,
        "several": sum(question.type is Type.CODES for question in form.questions),
        "rows": [_line(item, labels[item.id]) for item in counted if item.whole],
        "crumbs": crumbs(found, _("Enighed")),
    }
    return render(request, "reviewing/agreement.html", context)


def looks(request: HttpRequest, study: str) -> HttpResponse:
    """Lists to look at: answers that go together in a way the form asks about, and readers far from the rest."""
    found = get_object_or_404(Study, pk=study)
    form, language = form_of(found), _language()
    told = all_read(request, study)
    done = [
        (item, reading)
        for item in told.cases
        if item.review.use == "measure" and item.review.withdrawn_at is None
        for reading in item.readings
        if reading.state == ReadingState.SUBMITTED.value
    ]
    given = newest(form, [reading.id for _item, reading in done])
    completed = [(item, reading, complete(form, given[reading.id], language)) for item, reading in done]
    names = {reading.reader_id: reading.reader.name for _item, reading in done}
    far = far_from_the_rest(form, [(reading.reader_id, case.answers) for _item, reading, case in completed])
    context = {
        "study": found,
        "hidden": told.hidden,
        "unusual": [
            (item.review.case, reading.reader.name, finding)
            for item, reading, case in completed
            for finding in case.findings
            if finding.level is Level.WARNING
        ],
        "far": [_far_line(form, item, names) for item in far],
        "crumbs": crumbs(found, _("Se efter")),
    }
    return render(request, "reviewing/looks.html", context)


def _ratings(form: Form, twice: Sequence[Read], cases: int) -> list[Row]:
    """A rating per reading and question that was asked of both. The cases are a draw of all that are read."""
    given = newest(form, [reading.id for item in twice for reading in item.readings])
    rows = []
    for item in twice:
        routed = [complete(form, given[reading.id]).answers for reading in item.readings]
        for question in form.questions:
            if question.type not in (Type.BOOL, Type.CODE):
                continue
            answers = [answered[question.id] for answered in routed]
            if any(answer.state in _NOTHING for answer in answers):
                continue
            rows += [
                Row(item.review.case_id, reading.reader.name, _rating(answer), question.id, _week(reading),
                    population=cases)
                for reading, answer in zip(item.readings, answers, strict=True)
            ]  # fmt: skip
    return rows


def _rating(answer: Answer) -> str:
    if answer.state is not State.ANSWERED:
        return answer.state.value
    return {True: "yes", False: "no"}[answer.value] if isinstance(answer.value, bool) else str(answer.value)


def _week(reading: Reading) -> str:
    if reading.submitted_at is None:
        return ""
    year, week, _day = timezone.localtime(reading.submitted_at).isocalendar()
    return f"{year}-W{week:02}"


def _line(item: Question, label: str) -> dict[str, Any]:
    whole = item.whole
    assert whole is not None
    percent, gwet = of(whole, PERCENT), of(whole, GWET)
    return {
        "label": label,
        "items": whole.items,
        "percent": in_percent(percent.value) if percent and percent.value is not None else "–",
        "percent_ends": ends(percent.low, percent.high) if percent else "–",
        "gwet": two(gwet.value) if gwet else "–",
        "gwet_ends": ends(gwet.low, gwet.high) if gwet else "–",
        "findings": [finding_words(finding, USUAL) for finding in item.findings],
        "groups": [
            (title, [_group(group) for group in item.groups.get(division, ())],
             too_few_words(division, item.too_few[division]) if item.too_few.get(division) else "")
            for division, title in ((PAIR, _("Par")), (WEEK, _("Uge")))
        ],
    }  # fmt: skip


def _group(group: Group) -> tuple[str, int, str, str]:
    percent, gwet = of(group.agreement, PERCENT), of(group.agreement, GWET)
    told = in_percent(percent.value) if percent and percent.value is not None else "–"
    return group_name(group), group.agreement.items, told, two(gwet.value) if gwet else "–"


def _far_line(form: Form, far: Far, names: Mapping[str, str]) -> dict[str, Any]:
    question, language = form.question(far.question), _language()
    labels = {choice.code: words(choice.label, language) for choice in question.choices}
    if isinstance(far.value, State):
        said = str(STATE_DA[far.value])
    else:
        said = (
            yes_no(language)[0 if far.value else 1] if isinstance(far.value, bool) else labels[str(far.value)]
        )
    return {
        "reader": names[far.reader],
        "question": words(question.label, language),
        "value": said,
        "own": far.own,
        "others": far.others,
        "chance": "< 0,1 %" if far.chance < 0.001 else f"{100 * far.chance:.1f} %".replace(".", ","),
    }


def _language() -> str:
    return get_language() or "da"
