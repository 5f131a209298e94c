"""Answers to look at again: given before a rule of the codebook or another form came. Nothing changes by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.forms.states import State
from sagsbarometer.kernel.said import all_said
from sagsbarometer.review.changed_form import What, changed_questions
from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.declared import value_words
from sagsbarometer.web.languages import in_shown
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.planning.folders import form_at
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing import shown
from sagsbarometer.web.reviewing.finding import (
    LEARNING,
    MEASURED,
    as_if_locked,
    blind_to,
    not_locked,
    read_again_since,
    reading_state,
)
from sagsbarometer.web.reviewing.models import Answer, CodebookRule, Look, Reading
from sagsbarometer.web.rights.asking import asked, only
from sagsbarometer.web.rights.may import Answer as May
from sagsbarometer.web.rights.state_of import case_state

WHY = all_said({"rule": "Ny regel i kodebogen", "form": "Skemaet er ændret"})
_JOINED = ("reading__review__case__study", "reading__review__case__request__authority", "rule")


@dataclass(frozen=True, slots=True)
class Again:
    """One answer to look at again, as it is told."""

    look: Any
    case: str
    label: str
    said: str  # the answer as it stands
    why: str
    rule: str
    submitted: bool
    there: bool  # the question is still in the form


def for_rule(rule: CodebookRule) -> int:
    """Lists every answer to the question of a rule that was given before it: how many were laid before their readers.
    Those that are locked are listed for who leads the reading, and for their readers if they are let free again. Inside
    `acting`."""
    answered = _answered(rule.study_id, rule.question)
    readings = [row for row in _read_on(rule.study_id) if row.id in answered]
    made = _list(readings, rule.question, "rule", rule)
    shut = [*_locked(rule.study_id), *as_if_locked(rule.study_id)]
    _list([row for row in shut if row.id in answered], rule.question, "rule", rule)
    # Who read a case before is not told that it is read again.
    before = {case for case, _at in read_again_since(rule.by_id)}
    return sum(not (row.reread_id and row.case_id in before) for row in made)


def for_form(study: Any, old: int, new: int) -> int:
    """After another form came: moves readings under way to it, and lists what was answered by the old. Inside `acting`.

    What was handed in stays as it was read; a question that is new in the form is listed there too.
    """
    changed = changed_questions(form_at(study, old), form_at(study, new))
    # A case that is read again is read with the form it was locked with.
    readings = [row for row in _read_on(study.id) if not row.reread_id]
    listed = 0
    for item in changed:
        answered = _answered(study.id, item.question)
        chosen = [
            row
            for row in readings
            if row.id in answered or (What.NEW in item.what and row.state == ReadingState.SUBMITTED.value)
        ]
        listed += len(_list(chosen, item.question, "form"))
    for row in readings:
        if row.state != ReadingState.SUBMITTED.value:
            row.form_version, row.revision = new, row.revision + 1
            row.save(update_fields=["form_version", "revision"])
    return listed


def _read_on(study: str) -> Any:
    """The readings of a study that still count and are not locked. Of anchors too, as of any other case; an exercise
    is over when it is handed in."""
    return (
        Reading.objects.select_for_update(of=("self",))
        .filter(not_locked(), case__study=study, handed_over_at=None, review__withdrawn_at=None)
        .exclude(review__use=LEARNING, state=ReadingState.SUBMITTED.value)
    )


def _locked(study: str) -> Any:
    """The readings of cases whose answers are locked."""
    held = Reading.objects.filter(case__study=study, handed_over_at=None, reread=None)
    return held.filter(review__use=MEASURED, review__withdrawn_at=None).exclude(review__locked_at=None)


def _answered(study: str, question: str) -> frozenset[str]:
    """The readings with an answer to a question that stands."""
    newest: dict[str, str] = {}
    rows = Answer.objects.filter(reading__case__study=study, question=question).order_by("number")
    for reading, state in rows.values_list("reading_id", "state"):
        newest[reading] = state
    return frozenset(id for id, state in newest.items() if state != State.NOT_ANSWERED.value)


def _list(
    readings: Iterable[Reading], question: str, why: str, rule: CodebookRule | None = None
) -> list[Reading]:
    """One look for each that has not that one already; those that got one."""
    waiting = Look.objects.filter(question=question, why=why, rule=rule, done_at=None)
    known = set(waiting.values_list("reading_id", flat=True))
    made = [row for row in readings if row.id not in known]
    for row in made:
        Look.objects.create(reading=row, question=question, why=why, rule=rule)
    return made


def seen_by(user: str) -> Q:
    """The looks that say nothing of what somebody may not see: no rule of a doubt in the other reading of a case that
    they read blind, and none of a rule that was ended."""
    blind = Q(rule__doubt__reading__case__in=blind_to(user)) & ~Q(rule__doubt__reading__reader=user)
    return ~blind & Q(rule__ended_at=None)


def mine(user: str) -> Any:
    """The looks that wait for somebody, of their own readings."""
    found = Look.objects.filter(
        seen_by(user), not_locked("reading__"), reading__reader=user, reading__handed_over_at=None, done_at=None,
        reading__review__withdrawn_at=None,
    )  # fmt: skip
    return found.select_related(*_JOINED).order_by("reading__case_id", "question", "at", "id")


def again(request: HttpRequest) -> HttpResponse:
    """One's own answers to look at again, by case."""
    rows = mine(request.user.id).prefetch_related("reading__review__readings")
    found = only(request, "read_case", rows, lambda look: reading_state(look.reading))
    return render(request, "reviewing/looks_again.html", {"cases": _by_case(found), "crumbs": _crumbs()})


def done(request: HttpRequest, reading: str, look: str) -> HttpResponse:
    """The answer stands, or was changed: it waits no more. A second time changes nothing."""
    row = Look.objects.select_for_update(of=("self",)).filter(pk=look, reading=reading).first()
    if row is None or not Look.objects.filter(seen_by(request.user.id), pk=look).exists():
        raise Http404
    if row.done_at is None:
        row.done_at, row.done_by = timezone.now(), request.user
        row.save(update_fields=["done_at", "done_by"])
    if request.headers.get("HX-Request"):
        context = {
            "reading": row.reading,
            "question": {"id": row.question},
            "looks": here(row.reading, row.question),
        }
        return render(request, "reviewing/looks_here.html", context)
    messages.success(request, _("Svaret er set igen."))
    return redirect("reviewing:again")


def here(reading: Reading, question: str) -> list[Any]:
    """The looks of one question that wait for the reader of a reading. Those of all are read once for a page."""
    kept = reading.__dict__.setdefault("_looks", {})
    if "all" not in kept:
        kept["all"] = list(mine(reading.reader_id).filter(reading=reading))
    return [row for row in kept["all"] if row.question == question]


def cases(request: HttpRequest, study: str) -> HttpResponse:
    """The cases of a study with answers that are to be looked at again, of those the one who looks may see."""
    found = get_object_or_404(Study, pk=study)
    rows = (
        Look.objects.filter(seen_by(request.user.id), reading__case__study=study, done_at=None)
        .filter(reading__handed_over_at=None, reading__review__withdrawn_at=None)
        .select_related(*_JOINED, "reading__reader")
        .prefetch_related("reading__review__readings")
        .order_by("reading__case_id", "reading_id", "question", "at")
    )
    seen = only(request, "see_reading", rows, lambda look: reading_state(look.reading))
    told = [
        (name, reading, looks, _address(request, reading.review.case), reading.review.locked_at is not None)
        for name, reading, looks in _by_case(seen)
    ]
    context = {
        "study": found,
        "cases": told,
        "locked": any(locked for *_parts, locked in told),
        "crumbs": [
            (_("Undersøgelser"), reverse("planning:list")),
            (found.name, reverse("planning:study", args=[study])),
            (_("Svar, der skal ses igen"), None),
        ],
    }
    return render(request, "reviewing/looks_cases.html", context)


def _address(request: HttpRequest, case: Any) -> str:
    """The page of a case; "" for who may not see it."""
    if asked(request, "see_case", case_state(case)) is not May.YES:
        return ""
    return reverse("receiving:case", args=[case.study_id, case.id])


def _by_case(rows: list[Any]) -> list[tuple[str, Any, list[Again]]]:
    """By reading: what its case is called, the reading, its looks."""
    told = []
    for _id, group in groupby(rows, key=lambda look: look.reading_id):
        looks = list(group)
        open_ = shown.opened(looks[0].reading_id)
        told.append((shown.title(open_.case), looks[0].reading, [_again(open_, look) for look in looks]))
    return told


def _again(open_: shown.Opened, look: Any) -> Again:
    question = open_.questions.get(look.question)
    form = open_.form if question is not None else _with(open_, look.question)
    asked = next((item for item in form.questions if item.id == look.question), None)
    given = open_.answer_of(open_.newest.get(look.question)) if question is not None else None
    return Again(
        look, shown.title(open_.case), in_shown(asked.label, look.question) if asked else look.question,
        value_words(question, given, language_shown()) if question is not None and given is not None else "",
        str(WHY.get(look.why, look.why)), look.rule.text if look.rule else "",
        look.reading.state == ReadingState.SUBMITTED.value, question is not None,
    )  # fmt: skip


def _with(open_: shown.Opened, question: str) -> Any:
    """A version of the form that has a question: one taken out stands in an earlier, a new one in the last."""
    study = open_.case.study
    for version in range(study.version, 0, -1):
        form = form_at(study, version)
        if any(item.id == question for item in form.questions):
            return form
    return open_.form


def _crumbs() -> list[tuple[str, str | None]]:
    return [(_("Mine sager"), reverse("reviewing:desk")), (_("Svar, der skal ses igen"), None)]
