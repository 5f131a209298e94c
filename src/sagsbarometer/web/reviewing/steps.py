"""What is done with one case or one reading by who leads the reading: taken out, or given back to its reader."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sagsbarometer.documents.vault import seal
from sagsbarometer.kernel.ids import may_hold_cpr
from sagsbarometer.review.course import ReadingState
from sagsbarometer.web.home import this_home
from sagsbarometer.web.reviewing.models import CaseReview, Reading
from sagsbarometer.web.reviewing.moves import case_takes, reading_takes

# Why a case is taken out of the reading: codes, so that nothing of the case is written down.
WITHDRAWN = {
    "excluded": gettext_lazy("Den hører alligevel ikke til i målingen"),
    "sent_by_mistake": gettext_lazy("Kommunen har sendt en forkert sag"),
    "nobody_may": gettext_lazy("Ingen læser må have med den at gøre"),
}
_MOST_REASON = 500  # characters


def withdraw(request: HttpRequest, study: str, case: str) -> HttpResponse:
    """Takes a case out of the reading. Its reader is told when they next save or look."""
    review = get_object_or_404(
        CaseReview.objects.select_for_update(of=("self",)).select_related(
            "case__request__authority", "study"
        ),
        pk=case,
        study=study,
    )
    why = request.POST.get("why", "")
    if why not in WITHDRAWN:
        messages.error(request, _("Vælg, hvorfor sagen tages ud."))
    elif review.withdrawn_at is not None:  # the second click of two
        pass
    elif not case_takes(review, "withdraw"):
        messages.error(request, _("Sagen er låst, og kan ikke tages ud. Lås svarene op først."))
    else:
        take_out(review, why)
        messages.success(request, _("Sagen er taget ud af læsningen."))
    return redirect("reviewing:overview", study)


def take_out(review: CaseReview, why: str) -> None:
    """The case is read no more. Inside `acting`."""
    review.withdrawn_at, review.withdrawn_why = timezone.now(), why
    review.revision += 1
    review.save(update_fields=["withdrawn_at", "withdrawn_why", "revision"])


def follow(case: Any) -> None:
    """A case that leaves the measurement while it is read is read no more; judged to be in it, it is read on, whyever
    it was taken out. Inside `acting`, after the state of the case was changed. What is locked stays as it was computed
    from."""
    review = CaseReview.objects.select_for_update().filter(pk=case.pk, locked_at=None).first()
    if review is None:
        return
    if case.state != "screened_in" and review.withdrawn_at is None:
        take_out(review, "excluded")
    elif case.state == "screened_in" and review.withdrawn_at is not None:
        review.withdrawn_at, review.withdrawn_why = None, ""
        review.revision += 1
        review.save(update_fields=["withdrawn_at", "withdrawn_why", "revision"])


def reopen(request: HttpRequest, study: str, reading: str) -> HttpResponse:
    """Gives a reading back to its reader, with a reason that is locked. What was settled by it is open again."""
    found = get_object_or_404(
        Reading.objects.select_for_update(of=("self",)).select_related("review", "case", "reader"),
        pk=reading,
        case__study=study,
    )
    reason = request.POST.get("reason", "").strip()
    if not reason or len(reason) > _MOST_REASON or may_hold_cpr(reason):
        messages.error(request, _("Skriv, hvorfor læsningen åbnes igen, højst 500 tegn og uden CPR-numre."))
        return redirect("reviewing:overview", study)
    if found.reread_id:
        messages.error(request, _("En genlæsning kan ikke åbnes igen: forskellene afgøres af en anden."))
    elif reading_takes(found, "reopen"):
        key = this_home().keys.study(study)
        found.state = ReadingState.REOPENED.value
        found.reason = seal(key, reason.encode(), f"reviewing_reading.reason:{found.id}")
        found.revision += 1
        found.save(update_fields=["state", "reason", "revision"])
        found.review.differs, found.review.decided_at = False, None
        found.review.revision += 1
        found.review.save(update_fields=["differs", "decided_at", "revision"])
        messages.success(request, _("Læsningen er åbnet igen for %(name)s.") % {"name": found.reader.name})
    return redirect("reviewing:overview", study)
