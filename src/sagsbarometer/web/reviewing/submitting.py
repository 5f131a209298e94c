"""Handing a reading in: what stops it, the questions that are asked first, and on to the next case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Question
from sagsbarometer.forms.wording import words
from sagsbarometer.kernel.ids import may_hold_cpr
from sagsbarometer.review import evidence
from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.reading import Asked, Sheet
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.reviewing import law, shown
from sagsbarometer.web.reviewing.answering import begin, fragments
from sagsbarometer.web.reviewing.desk import next_of
from sagsbarometer.web.reviewing.doubting import open_doubts
from sagsbarometer.web.reviewing.known import is_exercise
from sagsbarometer.web.reviewing.models import Overruling
from sagsbarometer.web.reviewing.moves import open_in, reading_takes
from sagsbarometer.web.reviewing.page import DIVIDE
from sagsbarometer.web.reviewing.pinning import pinned
from sagsbarometer.web.reviewing.sealing import locked
from sagsbarometer.web.reviewing.settling import compare
from sagsbarometer.web.reviewing.shown import Opened
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.middleware import refusal

MOST_REASON = 500  # characters


@dataclass(frozen=True, slots=True)
class Remaining:
    """What stands between a reading and handing it in."""

    missing: tuple[tuple[str, str], ...]  # question and label
    hard: tuple[Asked, ...]
    refused: tuple[tuple[str, str], ...]
    soft: tuple[Asked, ...]  # asked one by one
    blank: tuple[tuple[str, str], ...]  # may be left, and counts as unknown
    unpinned: tuple[tuple[str, str], ...]  # answers that have to point at where in the case they are seen

    @property
    def stops(self) -> bool:
        """Whether it cannot be handed in."""
        return bool(self.missing or self.hard or self.refused or self.soft or self.unpinned)


def remaining(open_: Opened, found: Sheet) -> Remaining:
    """What is left to do of a reading."""
    checks, language = open_.open_checks(found), language_shown()
    labels = {item.id: words(item.label, language) for item in open_.form.questions}

    def named(ids: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        return tuple((id, labels[id]) for id in ids)

    return Remaining(
        named(found.missing),
        tuple(item for item in checks if item.hard),
        named(found.refused) + _out_of_force(open_, labels),
        tuple(item for item in checks if not item.hard),
        named(found.blank),
        named(tuple(item.id for item in _unpinned(open_))),
    )


def _out_of_force(open_: Opened, labels: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Answers that lean on a norm which did not hold: the day of the decision was changed after it was cited."""
    return tuple(
        (id, f"{labels.get(id, id)} {fault.fault} {fault.remedy}") for id, fault in law.out_of_force(open_)
    )


def _unpinned(open_: Opened) -> tuple[Question, ...]:
    answers = complete(open_.form, open_.counted).answers
    return evidence.missing(open_.form, answers, pinned(open_.reading))


def submit(request: HttpRequest, reading: str) -> HttpResponse:
    """GET: what remains. POST: hands it in and goes on; sent twice it is handed in once."""
    open_ = shown.opened(reading, lock=request.method == "POST")
    if (divide := request.POST.get("left", "")[:2]).isdecimal():
        request.session[DIVIDE] = int(divide)
    left = remaining(open_, open_.sheet())
    if request.method != "POST":
        return _remains(request, open_, left)
    rights = open_.rights
    if no := refusal(request, asked(request, "submit_reading", rights), "submit_reading", rights):
        return no
    if open_.reading.state != ReadingState.SUBMITTED.value:
        shut = bool(shown.stopped(open_)) or not reading_takes(open_.reading, "submit")
        if left.stops or shut:
            return _remains(request, open_, left, status=409 if shut else 422)
        begin(open_)
        hand_in(open_)
        messages.success(request, _("%(case)s er afleveret.") % {"case": shown.title(open_.case)})
        if doubts := open_doubts(open_.reading):
            said = ngettext("Sagen har %(n)s åben tvivl.", "Sagen har %(n)s åbne tvivl.", doubts) % {
                "n": doubts
            }
            messages.info(request, said)
    if is_exercise(open_.reading):
        return redirect("reviewing:learned", open_.reading.id)
    following = next_of(request)
    if following is None:
        return redirect("reviewing:desk")
    return redirect("reviewing:reading", following.id)


def hand_in(open_: Opened) -> None:
    """The reading is in; where it was the second of two, whether they differ is known from now on."""
    row = open_.reading
    row.state, row.submitted_at = ReadingState.SUBMITTED.value, timezone.now()
    row.revision += 1
    row.save(update_fields=["state", "submitted_at", "revision"])
    if row.review.second_drawn and not row.reread_id:
        compare(row.review)


def overrule(request: HttpRequest, reading: str, check: str) -> HttpResponse:
    """Answers a soft check with a reason: it is asked again where what it is about is changed."""
    open_ = shown.opened(reading, lock=True)
    rights = open_.rights
    if no := refusal(request, asked(request, "answer_case", rights), "answer_case", rights):
        return no
    if check not in {item.id for item in open_.form.checks if not item.hard}:
        raise Http404
    found = open_.sheet()
    broken = next((item for item in open_.open_checks(found) if item.id == check), None)
    reason = request.POST.get("reason", "").strip()
    on_list = bool(request.POST.get("on_list"))
    fault = reason_fault(reason)
    here = {broken.question: {"refused": fault}} if broken is not None else {}
    if fault and broken is not None:
        if request.headers.get("HX-Request"):
            return fragments(request, open_, found, found, here, status=422)
        if on_list:
            left = remaining(open_, found)
            return _remains(request, open_, left, status=422, fault=fault, typed=reason)
        messages.error(request, fault)
        return _back(open_, broken, on_list)
    if broken is not None:
        row = Overruling(reading=open_.reading, soft_check=check, answers=broken.about, by=request.user)
        row.reason = locked(open_.case.study_id, reason, f"reviewing_overruling.reason:{row.id}")
        row.save(force_insert=True)
        open_.overrulings.append(row)
    if request.headers.get("HX-Request"):
        return fragments(request, open_, found, found, {id: {} for id in here})
    return _back(open_, broken, on_list)


def reason_fault(reason: str) -> str:
    """What is wrong with a reason; "" where nothing is."""
    if not reason:
        return _("Skriv, hvorfor svaret er rigtigt alligevel.")
    if len(reason) > MOST_REASON:
        return _("Begrundelsen er for lang: skriv højst %(most)s tegn.") % {"most": MOST_REASON}
    if may_hold_cpr(reason):
        return _("Begrundelsen ligner noget med et CPR-nummer. Skriv den uden.")
    return ""


def _back(open_: Opened, broken: Asked | None, on_list: bool) -> HttpResponse:
    if on_list:
        return redirect("reviewing:submit", open_.reading.id)
    anchor = f"#q-{broken.question}" if broken is not None and broken.question else ""
    return redirect(f"{reverse('reviewing:reading', args=[open_.reading.id])}{anchor}")


def _remains(
    request: HttpRequest, open_: Opened, left: Remaining, *, status: int = 200, **more: Any
) -> HttpResponse:
    title = shown.title(open_.case)
    context = {
        "reading": open_.reading,
        "title": title,
        "left": left,
        "check": left.soft[0] if left.soft else None,
        "stopped": shown.stopped(open_),
        "can_submit": "submit" in open_in(request, open_.reading),
        "once": random_id(20),
        "crumbs": [
            (_("Mine sager"), reverse("reviewing:desk")),
            (title, reverse("reviewing:reading", args=[open_.reading.id])),
            (_("Aflever"), None),
        ],
        **more,
    }
    return render(request, "reviewing/submit.html", context, status=status)
