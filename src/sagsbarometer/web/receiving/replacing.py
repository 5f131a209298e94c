"""A case that went out is replaced, or a case is sent back: the municipality is asked for something again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.collection.replacing import Next, asked_with, next_case
from sagsbarometer.kernel.problems import Faults, Problem
from sagsbarometer.web.delivering.keeping import last_number, own_number, seal_number
from sagsbarometer.web.delivering.models import Case, Request
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.languages import in_shown
from sagsbarometer.web.receiving import facts, letters, samples
from sagsbarometer.web.receiving.late import key_of, late, moved_on
from sagsbarometer.web.receiving.models import Replacement, Return, Screening
from sagsbarometer.web.receiving.overview import crumbs

# A municipality that was done has something to deliver again.
_AGAIN = {"delivered": "reopened", "finished": "reopened"}


def following(case: Any) -> Next:
    """What would be asked for instead of a case, as the draw laid it down or as the next of its kind."""
    request = case.request
    strata = facts.listed_of(request)
    order = [str(id) for id in request.drawn]
    return next_case(case.stratum, order, strata, facts.taken_of(request), request.none_of)


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
    return _page(request, study, case)


def _page(request: HttpRequest, study: str, case: str, faults: Sequence[Problem] = ()) -> HttpResponse:
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
        "reasons": [in_shown(known[code].label) for code in chosen if code in known],
        "letter": letters.preview(found) if then.asked else "",
        "once": key_of(request) or random_id(24),
        "errors": [("", f"{item.fault} {item.remedy} ({item.code})") for item in faults],
        "crumbs": crumbs(
            found.study, (_("Sortering"), reverse("receiving:queue", args=[study])), name, (_("Erstat"), None)
        ),
    }
    return render(request, "receiving/replace.html", context, status=409 if faults else 200)


def _replace(request: HttpRequest, study: str, case: str) -> HttpResponse:
    """Asks for another case in one transaction, then makes the letter: printing it takes a while, and what was asked
    for stands without it."""
    try:
        samples.prepare(get_object_or_404(Request, cases=case))
    except Faults as faults:
        return _page(request, study, case, faults.problems)
    refused: Sequence[Problem] = ()
    with acting(request.user.id, "replacement") as work:
        found, asked = held(case)
        before = Replacement.objects.filter(case=found).first()
        if before or found.state != "excluded" or request.POST.get("revision", "") != str(found.revision):
            work.undo()
            return _asked_before(request, found, before)
        then = following(found)
        row = _asked_instead(found, asked, then, request)
        try:
            _write_down(found, asked, then)
        except Faults as faults:
            work.undo()
            refused = faults.problems
    if refused:
        return _page(request, study, case, refused)
    if then.asked and (letter := letters.made(found.study, found.municipality, request.user.id)):
        with acting(request.user.id, "replacement"):
            row.letter = letter
            row.save(update_fields=["letter"])
    return _done(request, row)


def _done(request: HttpRequest, row: Replacement, *, again: bool = False) -> HttpResponse:
    """Back to the case, told what came of it. `again`: the letter may be in the making still."""
    if row.instead_id is None:
        said = _("Der er ikke nogen at tage ind: pladsen står tom, og det fremgår af indsamlingen.")
        messages.warning(request, said)
    elif row.letter:
        messages.success(
            request, _("Kommunen er bedt om en sag mere. Brevet er lavet: send det under Breve.")
        )
    elif again:
        messages.success(request, _("Kommunen er bedt om en sag mere. Se brevet under Breve."))
    else:
        messages.warning(
            request, _("Kommunen er bedt om en sag mere, men brevet kunne ikke laves. Se under Breve.")
        )
    return redirect("receiving:case", study=row.case.study_id, case=row.case_id)


def _asked_before(request: HttpRequest, found: Any, before: Replacement | None) -> HttpResponse:
    """To the same click once more its reply; to another one what stands now."""
    once = key_of(request)
    if before and once and before.once == once:
        return _done(request, before, again=True)
    return late(
        request, found, "replace", {_("Status"): _("Erstattes af en anden sag")}, [("once", random_id(24))]
    )


def late_replace(request: HttpRequest, study: str, case: str) -> HttpResponse | None:
    """The reply to who replaces a case that is not out any more."""
    found = moved_on(request, case)
    return found and _asked_before(request, found, Replacement.objects.filter(case=found).first())


def _write_down(found: Any, asked: Any, then: Next) -> None:
    """The line of the log, where lots were drawn; last, so that nothing of ours can fail after it but the commit."""
    if asked.drawn:
        verdict = Screening.objects.get(case=found)
        samples.write_down(asked, own_number(found), verdict.reasons, then.reserve)


def _asked_instead(found: Any, asked: Any, then: Next, request: Any) -> Replacement:
    """The replacement, and the case that is asked for."""
    row = Replacement(
        case=found, how=then.how, reserve=then.reserve, by_id=request.user.id, once=key_of(request)
    )
    if then.asked:
        row.instead = Case.objects.create(
            study_id=found.study_id, request=asked, municipality=found.municipality, number=last_number(asked) + 1,
            stratum=found.stratum, state="draft", replaces=found, once=f"replaces-{found.id}",
        )  # fmt: skip
        if then.reserve:  # the municipality knows which by its own number
            seal_number(row.instead, then.reserve)
            row.instead.save(update_fields=["own_number"])
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
        if (
            _is_sent_back(request, found)
            or found.state != "submitted"
            or request.POST.get("revision", "") != str(found.revision)
        ):
            return _too_late_to_send_back(request, found)
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
        "once": key_of(request) or random_id(24),
        "crumbs": crumbs(found.study, where, name, (_("Send tilbage"), None)),
    }
    return render(request, "receiving/return.html", context, status=422 if errors else 200)


def _sent_back(request: HttpRequest, found: Any, asked: Any, reason: str) -> HttpResponse:
    Return.objects.create(case=found, reason=reason, by_id=request.user.id, once=key_of(request))
    found.state = "returned"
    found.revision += 1
    found.save(update_fields=["state", "revision"])
    if asked.state in _AGAIN:
        _again(asked)
    return _back(request, found)


def _back(request: HttpRequest, found: Any) -> HttpResponse:
    messages.success(request, _("Sagen er sendt tilbage. Kommunen kan se hvorfor, når den logger ind."))
    return redirect("receiving:queue", study=found.study_id)


def _is_sent_back(request: HttpRequest, found: Any) -> bool:
    """By this very click, sent once more."""
    return bool(key_of(request)) and found.returns.filter(once=key_of(request)).exists()


def _too_late_to_send_back(request: HttpRequest, found: Any) -> HttpResponse:
    """To the same click once more its reply; to another one what stands now."""
    if _is_sent_back(request, found):
        return _back(request, found)
    reason = request.POST.get("reason", "")
    wanted = {
        _("Status"): str(Case.STATES["returned"]),
        _("Begrundelse"): str(Return.REASONS.get(reason, "")),
    }
    return late(request, found, "return", wanted, [("once", random_id(24)), ("reason", reason)])


def late_return(request: HttpRequest, study: str, case: str) -> HttpResponse | None:
    """The reply to who sends back a case that waits no more."""
    found = moved_on(request, case)
    return found and _too_late_to_send_back(request, found)
