"""A click that comes too late: what was wanted beside what stands now, who did that and when, and a way on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.events.looking import moment
from sagsbarometer.web.events.models import Event
from sagsbarometer.web.receiving import facts
from sagsbarometer.web.receiving.case_page import case_crumbs, verdict_words
from sagsbarometer.web.receiving.models import Replacement, Return, Screening

_KEY = 40  # characters of a form's key
# What can be done in which states of a case, as long as it is not replaced, and the words of doing it all the same.
_POSSIBLE = {
    "verdict": ("submitted", "screened_in", "excluded"),
    "undo": ("screened_in", "excluded"),
    "return": ("submitted",),
    "replace": ("excluded",),
}
_ALL_THE_SAME = {
    "verdict": gettext_lazy("Gem mit i stedet"),
    "undo": gettext_lazy("Fortryd alligevel"),
    "return": gettext_lazy("Send tilbage alligevel"),
    "replace": gettext_lazy("Erstat alligevel"),
}


def key_of(request: HttpRequest) -> str:
    """The key of the form that was sent; "" without one."""
    return request.POST.get("once", "")[:_KEY]


def moved_on(request: Any, case: str) -> Any:
    """The case that is in another state than the click takes; None where that is not why it was refused."""
    if request.state.study_state != "launched":
        return None
    return Case.objects.select_related("study", "request__authority").get(pk=case)


def late(
    request: HttpRequest,
    found: Any,
    act: str,
    wanted: Mapping[str, str],
    resend: Sequence[tuple[str, Any]] = (),
) -> HttpResponse:
    """The page with both. `act`: what was wanted, a key of `_POSSIBLE`; `resend`: what is sent with it, once more."""
    replaced = Replacement.objects.filter(case=found).select_related("by", "instead").first()
    now = _standing(found, replaced)
    if act != "verdict":
        now.pop(_("Afgørelse"), None)  # the status says it
    final = replaced is not None or found.state not in _POSSIBLE[act]
    who, at = (replaced.by, replaced.at) if replaced else _last_change(found)
    choose = _why_not(act, found.state, replaced) if final else _("Vælg, hvad der skal gælde.")
    own = who is not None and who.id == getattr(request.user, "id", None)
    context = {
        "title": _("Du har selv ændret sagen") if own else _("En anden nåede det først"),
        "lead": " ".join((_who_did(found, who, at, own), _("Det, du ville, er ikke gjort."), choose)),
        "told": [
            (label, now.get(label, ""), wanted.get(label, ""))
            for label in dict.fromkeys([*now, *wanted])
            if now.get(label) or wanted.get(label)
        ],
        "act": True,
        "final": final,
        "hidden": list(resend),
        "revision": found.revision,
        "save": _ALL_THE_SAME[act],
        "action": request.path,
        "keep_url": reverse("receiving:case", args=[found.study_id, found.id]),
        "crumbs": case_crumbs(found),
    }
    return render(request, "conflict.html", context, status=409)


def _standing(found: Any, replaced: Any) -> dict[str, str]:
    """What stands now, in words, by what it is called."""
    status = str(found.get_state_display())
    if found.state == "submitted":
        status = _("Venter på at blive sorteret")
    if replaced and replaced.instead:
        status += "; " + _("erstattet af sag %(number)s") % {"number": replaced.instead.number}
    elif replaced:
        status += "; " + _("pladsen står tom")
    told = {_("Status"): status}
    if found.state == "returned" and (back := found.returns.order_by("-at").first()):
        told[_("Begrundelse")] = str(Return.REASONS.get(back.reason, ""))
    if verdict := Screening.objects.filter(case=found).first():
        told |= dict(verdict_words(verdict, facts.reasons()))
    return told


def _last_change(found: Any) -> tuple[Any, datetime | None]:
    """Who changed the case last, and when: a verdict that was undone is in no row of its own any more."""
    event = (
        Event.objects.filter(thing=Case._meta.db_table, thing_id=found.id, act__in=("insert", "update"))
        .order_by("-seq")
        .defer("content")
        .first()
    )
    return (User.objects.filter(pk=event.actor).first(), moment(event.at)) if event else (None, None)


def _who_did(found: Any, who: Any, at: datetime | None, own: bool) -> str:
    told = {
        "number": found.number,
        "name": found.request.authority.name,
        "who": who.name if who else "",
        "when": date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else "",
    }
    if own:
        return _("Du ændrede sag %(number)s fra %(name)s den %(when)s, måske i et andet vindue.") % told
    if who and at:
        return _("%(who)s ændrede sag %(number)s fra %(name)s den %(when)s, efter at du åbnede siden.") % told
    return _("Sag %(number)s fra %(name)s er ændret, siden du åbnede den.") % told


def _why_not(act: str, state: str, replaced: Any) -> str:
    """Why it cannot be done any more, and what can."""
    if replaced and act == "replace":
        return _("Sagen er allerede erstattet, og der bedes ikke om flere.")
    if replaced and replaced.instead:
        return _(
            "Kommunen er bedt om en anden sag i stedet. Derfor kan afgørelsen ikke ændres eller fortrydes."
        )
    if replaced:
        return _("Det er noteret, at pladsen står tom. Derfor kan afgørelsen ikke ændres eller fortrydes.")
    if state == "returned":
        return _("Sagen ligger hos kommunen, til den bliver afleveret igen.")
    if state == "withdrawn":
        return _("Kommunen har trukket sagen tilbage.")
    if act == "return":
        return _("Sagen er sorteret. Fortryd afgørelsen først, hvis den skal sendes tilbage.")
    return _("Kun en sag, der er udgået, kan erstattes.")
