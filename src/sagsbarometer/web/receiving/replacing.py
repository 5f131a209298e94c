"""A case that went out is replaced, or a case is sent back: the municipality is asked for something again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.collection.replacing import Next, asked_with, next_case
from sagsbarometer.web.delivering.models import Case, FrameList, Request
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.receiving import facts, letters
from sagsbarometer.web.receiving.models import Replacement, Return, Screening
from sagsbarometer.web.receiving.overview import crumbs

# A municipality that was done has something to deliver again.
_AGAIN = {"delivered": "reopened", "finished": "reopened"}


def following(case: Any) -> Next:
    """What would be asked for instead of a case, as the draw laid it down or as the next of its kind."""
    request = case.request
    frame = FrameList.objects.filter(request=request).order_by("-at").first()
    strata = {str(row.get("id")): str(row.get("stratum") or "") for row in (frame.rows if frame else ())}
    order = [str(id) for id in request.drawn]
    return next_case(case.stratum, order, strata, taken_of(request, order, strata), request.none_of)


def taken_of(request: Any, order: list[str], strata: dict[str, str]) -> set[str]:
    """The drawn ids that were asked for: as many of each kind from the front as the municipality was asked for, and
    every reserve called in."""
    taken = set(
        Replacement.objects.filter(case__request=request)
        .exclude(reserve="")
        .values_list("reserve", flat=True)
    )
    for stratum, wanted in request.wanted.items():
        of_kind = [id for id in order if strata.get(id, "") == stratum]
        taken |= set(of_kind[: int(wanted)])
    return taken


def held(case: str) -> tuple[Any, Any]:
    """The case and its request, so that nobody else changes them until this is over. The request first, as everybody
    who takes both: two who waited for each other would both lose."""
    request_id = get_object_or_404(Case, pk=case).request_id
    request = Request.objects.select_for_update(of=("self",)).get(pk=request_id)
    found = (
        Case.objects.select_for_update(of=("self",))
        .select_related("study", "request__authority")
        .get(pk=case)
    )
    return found, request


def replace(request: HttpRequest, study: str, case: str) -> HttpResponse:
    """Shows what would be asked for and the letter that asks; then asks."""
    if request.method == "POST":
        return _replace(request, study, case)
    found = get_object_or_404(Case.objects.select_related("study", "request__authority"), pk=case)
    if Replacement.objects.filter(case=found).exists():
        return redirect("receiving:case", study=study, case=case)
    verdict = Screening.objects.filter(case=found).first()
    then = following(found)
    known = facts.reasons()
    name = (_("Sag %(number)s") % {"number": found.number}, reverse("receiving:case", args=[study, case]))
    chosen = verdict.reasons if verdict else ()
    context = {
        "study": found.study,
        "case": found,
        "next": then,
        "how": Replacement.HOW[then.how],
        "stratum": facts.stratum_name(facts.strata_names(found.study), found.stratum),
        "reasons": [known[code].label["da"] for code in chosen if code in known],
        "letter": letters.preview(found) if then.asked else "",
        "crumbs": crumbs(
            found.study, (_("Sortering"), reverse("receiving:queue", args=[study])), name, (_("Erstat"), None)
        ),
    }
    return render(request, "receiving/replace.html", context)


def _replace(request: HttpRequest, study: str, case: str) -> HttpResponse:
    """Asks for another case in one transaction, then makes the letter: printing it takes a while, and what was asked
    for stands without it."""
    with acting(request.user.id, "replacement") as work:
        found, asked = held(case)
        if Replacement.objects.filter(case=found).exists():  # asked for once, whoever asks again
            return redirect("receiving:case", study=study, case=case)
        if found.state != "excluded" or request.POST.get("revision", "") != str(found.revision):
            work.undo()
            return render(request, "rights/locked.html", status=409)
        then = following(found)
        row = _asked_instead(found, asked, then, request.user)
    if not then.asked:
        said = _("Der er ikke nogen at tage ind: pladsen står tom, og det fremgår af indsamlingen.")
        messages.warning(request, said)
    elif letter := letters.made(found.study, found.municipality, request.user.id):
        with acting(request.user.id, "replacement"):
            row.letter = letter
            row.save(update_fields=["letter"])
        messages.success(
            request, _("Kommunen er bedt om en sag mere. Brevet er lavet: send det under Breve.")
        )
    else:
        messages.warning(
            request, _("Kommunen er bedt om en sag mere, men brevet kunne ikke laves. Se under Breve.")
        )
    return redirect("receiving:case", study=study, case=case)


def _asked_instead(found: Any, asked: Any, then: Next, user: Any) -> Replacement:
    """The replacement, and the case that is asked for."""
    row = Replacement(case=found, how=then.how, reserve=then.reserve, by_id=user.id)
    if then.asked:
        last = Case.objects.filter(request=asked).aggregate(last=Max("number"))["last"] or 0
        row.instead = Case.objects.create(
            study_id=found.study_id, request=asked, municipality=found.municipality, number=last + 1,
            stratum=found.stratum, state="draft", replaces=found, once=f"replaces-{found.id}",
        )  # fmt: skip
        asked.wanted = asked_with(asked.wanted, found.stratum)
        _again(asked)
    row.save()
    return row


def _again(asked: Any) -> None:
    """Opens what a municipality has to deliver to once more, with time to do it."""
    asked.state = _AGAIN.get(asked.state, asked.state)
    asked.deadline = letters.new_deadline(asked.deadline)
    asked.revision += 1
    asked.save(update_fields=["wanted", "state", "deadline", "revision"])


def send_back(request: HttpRequest, study: str, case: str) -> HttpResponse:
    """The municipality gets the case back with a reason from the list: free text could say too much."""
    reason, errors = "", []
    if request.method == "POST":
        found, asked = held(case)
        reason = request.POST.get("reason", "")
        if found.state != "submitted" or request.POST.get("revision", "") != str(found.revision):
            return render(request, "rights/locked.html", status=409)
        if reason in Return.REASONS:
            return _sent_back(request, found, asked, reason)
        errors = [("id_reason", _("Vælg, hvorfor sagen sendes tilbage."))]
    else:
        found = get_object_or_404(Case.objects.select_related("study", "request__authority"), pk=case)
    name = (_("Sag %(number)s") % {"number": found.number}, reverse("receiving:case", args=[study, case]))
    where = (_("Sortering"), reverse("receiving:queue", args=[study]))
    context = {
        "study": found.study,
        "case": found,
        "reasons": Return.REASONS.items(),
        "chosen": reason,
        "errors": errors,
        "crumbs": crumbs(found.study, where, name, (_("Send tilbage"), None)),
    }
    return render(request, "receiving/return.html", context, status=422 if errors else 200)


def _sent_back(request: HttpRequest, found: Any, asked: Any, reason: str) -> HttpResponse:
    Return.objects.create(case=found, reason=reason, by_id=request.user.id)
    found.state = "returned"
    found.revision += 1
    found.save(update_fields=["state", "revision"])
    if asked.state in _AGAIN:
        _again(asked)
    messages.success(request, _("Sagen er sendt tilbage. Kommunen kan se hvorfor, når den logger ind."))
    return redirect("receiving:queue", study=found.study_id)
