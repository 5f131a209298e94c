"""What is true where a re-reading and the locked answers differ: adjudicated by somebody who read neither, and who is
not told which of the two is which.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.documents.vault import seal
from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.differences import pair_hash
from sagsbarometer.review.kept_answers import kept
from sagsbarometer.web.home import this_home
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.cases_read import crumbs
from sagsbarometer.web.reviewing.finding import reread_state
from sagsbarometer.web.reviewing.jobs import folder_of_freeze
from sagsbarometer.web.reviewing.models import Reading, Reread, RereadDecision
from sagsbarometer.web.reviewing.reread_cases import Both, all_both, form_of_freeze
from sagsbarometer.web.reviewing.settling import page_parts, sent_decision, taken
from sagsbarometer.web.rights.asking import only


def differences(request: HttpRequest, study: str) -> HttpResponse:
    """The re-readings that the one who looks may adjudicate: those that wait first."""
    found = get_object_or_404(Study, pk=study)
    both = [item for reread in _open(study) for item in _theirs(request, reread) if item.differs]
    context = {
        "study": found,
        "cases": sorted(both, key=lambda item: (item.done, item.reading.case_id)),
        "waiting": sum(not item.done for item in both),
        "crumbs": crumbs(found, _("Genlæsning")),
    }
    return render(request, "reviewing/reread_differences.html", context)


def waiting(request: HttpRequest) -> dict[Any, int]:
    """How many wait for the one who looks, by study."""
    told: dict[Any, int] = {}
    for reread in Reread.objects.filter(finished_at=None).select_related("study", "freeze"):
        many = sum(item.differs and not item.done for item in _theirs(request, reread))
        if many:
            told[reread.study] = told.get(reread.study, 0) + many
    return told


def _open(study: str) -> Any:
    return Reread.objects.filter(study=study, finished_at=None).select_related("freeze")


def _theirs(request: HttpRequest, reread: Reread) -> list[Both]:
    rows = reread.readings.filter(handed_over_at=None, state=ReadingState.SUBMITTED.value)
    rows = rows.select_related("reread", "review__case__study", "review__case__request__authority", "case")
    held = only(request, "settle_reread", rows.prefetch_related("review__readings"), reread_state)
    return all_both(reread, held) if held else []


def difference(request: HttpRequest, study: str, reading: str) -> HttpResponse:
    """The two beside each other, which of them first being drawn; a POST decides one question."""
    held = Reading.objects.select_related("reread__freeze", "review__study", "case__request__authority")
    row = get_object_or_404(held.exclude(reread=None), pk=reading, case__study=study, handed_over_at=None)
    if row.reread is None or row.reread.finished_at is not None:
        raise Http404
    both = next(iter(all_both(row.reread, [row])), None)
    if both is None:
        raise Http404
    if request.method == "POST":
        return _decide(request, both)
    return _page(request, both)


def _decide(request: HttpRequest, both: Both) -> HttpResponse:
    row = both.reading
    once = request.POST.get("once", "")[:40]
    here = redirect("reviewing:reread_difference", study=row.review.study_id, reading=row.id)
    if once and RereadDecision.objects.filter(once=once, reading=row).exists():
        return here
    form = _form(both)
    sent = sent_decision(request, form, both.pairs)
    if isinstance(sent, tuple):
        return _page(request, both, errors=[sent])
    state, value = kept(sent.answer)
    made = RereadDecision(
        reading=row, question=sent.question.id, side=sent.side, state=state, value=value, number=sent.number,
        answers=pair_hash(sent.item.first, sent.item.second), once=once or random_id(24), by=request.user,
    )  # fmt: skip
    if sent.reason:
        key = this_home().keys.study(row.review.study_id)
        made.reason = seal(key, sent.reason.encode(), f"reviewing_rereaddecision.reason:{made.id}")
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return _page(request, both, errors=[(f"q_{sent.question.id}", taken())], status=409)
    if all_both(_reread(row), [row])[0].done:
        messages.success(request, _("Alle forskelle i sagen er afgjort."))
        return redirect("reviewing:reread_differences", row.review.study_id)
    return redirect(f"{here.url}?efter={sent.question.id}")


def _page(request: HttpRequest, both: Both, *, errors: Any = (), status: int = 422) -> HttpResponse:
    row = both.reading
    lately = {item.question: item for item in row.reread_decisions.order_by("number").select_related("by")}
    context = {
        "study": row.review.study,
        "review": row.review,
        "case": row.case,
        "readings": [
            SimpleNamespace(reader=SimpleNamespace(name=name)) for name in (_("Læsning A"), _("Læsning B"))
        ],
        "settling": "settle_reread",
        "told": _(
            "Sagen er læst igen efter en tilfældig lodtrækning. Det siges ikke, hvilken læsning der er den nye."
        ),
        **page_parts(request, _form(both), both.pairs, both.outcome, lately, errors),
        "crumbs": [
            *crumbs(row.review.study),
            (_("Genlæsning"), reverse("reviewing:reread_differences", args=[row.review.study_id])),
            (_("Sag %(number)s") % {"number": row.case.number}, None),
        ],
    }
    return render(request, "reviewing/difference.html", context, status=status if errors else 200)


def _form(both: Both) -> Any:
    reread = _reread(both.reading)
    return form_of_freeze(folder_of_freeze(reread.study_id, reread.freeze.number))


def _reread(row: Reading) -> Reread:
    assert row.reread is not None
    return row.reread
