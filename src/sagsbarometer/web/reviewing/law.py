"""The law beside a question, its rules of the codebook and its earlier answers; and the norms an answer leans on."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.forms.form import Question
from sagsbarometer.forms.language.tree import names
from sagsbarometer.forms.wording import words
from sagsbarometer.kernel.problems import Problem
from sagsbarometer.review.law_at_hand import KINDS, decided_on, law_at_hand, norm_name, unfit
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.languages import in_shown
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.planning.folders import catalogue
from sagsbarometer.web.reviewing import codebook, shown
from sagsbarometer.web.reviewing.lately import lately
from sagsbarometer.web.reviewing.models import Citation
from sagsbarometer.web.reviewing.shown import Opened
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.may import Answer as May
from sagsbarometer.web.rights.middleware import refusal

_FIELD = re.compile(r"\{\w+\}")


def beside(request: HttpRequest, reading: str, question: str) -> HttpResponse:
    """What stands beside a question: fetched when it is asked for, else a page of its own."""
    open_ = shown.opened(reading)
    return _panel(request, open_, question_of(open_, question))


def cite(request: HttpRequest, reading: str, question: str) -> HttpResponse:
    """The answer leans on a norm; one that did not hold on the day of the decision is refused. Twice is once."""
    open_ = shown.opened(reading, lock=True)
    asked_of = question_of(open_, question)
    if no := closed(request, open_):
        return no
    norm = request.POST.get("norm", "")[:120]
    fault = unfit(catalogue(), norm, decision_day(open_))
    if fault is None and not _standing(open_, question).filter(norm=norm).exists():
        Citation.objects.create(reading=open_.reading, question=question, norm=norm, by=request.user)
    return _panel(request, open_, asked_of, fault=fault)


def uncite(request: HttpRequest, reading: str, citation: str) -> HttpResponse:
    """Takes a citation off; a second time changes nothing."""
    return _set(request, reading, citation, removed=True)


def recite(request: HttpRequest, reading: str, citation: str) -> HttpResponse:
    """Undoes that a citation was taken off, where the norm may still be cited."""
    return _set(request, reading, citation, removed=False)


def _set(request: HttpRequest, reading: str, citation: str, *, removed: bool) -> HttpResponse:
    open_ = shown.opened(reading, lock=True)
    if no := closed(request, open_):
        return no
    row = Citation.objects.select_for_update().filter(pk=citation, reading=reading).first()
    if row is None:
        raise Http404
    question, fault = question_of(open_, row.question), None
    if removed and row.removed_at is None:
        row.removed_at = timezone.now()
        row.save(update_fields=["removed_at"])
    elif not removed and row.removed_at is not None:
        again = _standing(open_, row.question).filter(norm=row.norm).exists()
        fault = unfit(catalogue(), row.norm, decision_day(open_))
        if fault is None and not again:
            row.removed_at = None
            row.save(update_fields=["removed_at"])
    return _panel(request, open_, question, fault=fault, removed=row if row.removed_at else None)


def closed(request: HttpRequest, open_: Opened) -> HttpResponse | None:
    """Asked again now that the row is locked: it may have been handed in or over a moment ago."""
    rights = open_.rights
    return refusal(request, asked(request, "answer_case", rights), "answer_case", rights)


def question_of(open_: Opened, question: str) -> Question:
    """A question the reader is asked. Raises Http404."""
    if question in open_.hidden or question not in open_.questions:
        raise Http404
    return open_.questions[question]


def decision_day(open_: Opened) -> Any:
    """The day of the decision, from the reader's answer or the municipality's; None before it is known."""
    return decided_on({**open_.municipality, **open_.given})


def out_of_force(open_: Opened) -> list[tuple[str, Problem]]:
    """The citations of a reading that cannot stand, with why: the day of the decision was changed after them."""
    day, law = decision_day(open_), catalogue()
    rows = open_.reading.citations.filter(removed_at=None).order_by("at", "id")
    found = [(row.question, unfit(law, row.norm, day)) for row in rows]
    return [(question, fault) for question, fault in found if fault is not None]


def sentences(study: Any, question: str, language: str) -> list[str]:
    """The standard sentences of a finding that are about a question, with a gap for what a case fills in."""
    from sagsbarometer.web.findings.making import layout_of  # it stands on the readings, and so on this app

    about = (
        item
        for item in layout_of(study).file.sentences
        if item.part == question or (item.when is not None and question in names(item.when))
    )
    return list(dict.fromkeys(_FIELD.sub("…", words(item.text, language)) for item in about))


def _standing(open_: Opened, question: str) -> Any:
    return open_.reading.citations.filter(question=question, removed_at=None)


def _panel(
    request: HttpRequest,
    open_: Opened,
    question: Question,
    *,
    fault: Problem | None = None,
    removed: Citation | None = None,
) -> HttpResponse:
    part = bool(request.headers.get("HX-Request"))
    posted = request.method == "POST"
    if posted and not part and fault is None:
        return redirect("reviewing:law", open_.reading.id, question.id)
    language, law = language_shown(), catalogue()
    hand = law_at_hand(law, open_.form, question, decision_day(open_), timezone.localdate(), language)
    cited = {row.norm: row for row in _standing(open_, question.id).order_by("at", "id")}
    context = {
        "reading": open_.reading,
        "question": question,
        "label": in_shown(question.label, question.id),
        "hand": hand,
        "kinds": KINDS,
        "norms": [(norm, str(KINDS[norm.kind]), cited.pop(norm.id, None)) for norm in hand.norms],
        "others": [(row, norm_name(law, norm, language)) for norm, row in cited.items()],
        "rules": codebook.rules_shown(request.user.id, open_.case.study_id).filter(question=question.id),
        "sentences": sentences(open_.case.study, question.id, language),
        "study": open_.case.study,
        "editable": not shown.stopped(open_) and asked(request, "answer_case", open_.rights) is May.YES,
        "fault": fault,
        "removed": removed,
        "removed_name": norm_name(law, removed.norm, language) if removed else "",
        "title": shown.title(open_.case),
        "crumbs": [
            (_("Mine sager"), reverse("reviewing:desk")),
            (shown.title(open_.case), reverse("reviewing:reading", args=[open_.reading.id])),
            (_("Lov og tidligere svar"), None),
        ],
    }
    status = 422 if fault else 200
    if posted:  # inside `acting` already
        context["lately"] = lately(request, open_, question)
    else:
        with acting(request.user.id, "reading"):
            context["lately"] = lately(request, open_, question)
    template = "reviewing/law_part.html" if part else "reviewing/law.html"
    return render(request, template, context, status=status)
