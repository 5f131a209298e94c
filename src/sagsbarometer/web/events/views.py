"""The pages of the event chain, for who looks after the house."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.documents.vault import Tampered
from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.events.acting import acting, record
from sagsbarometer.web.events.looking import (
    PAGE,
    Wanted,
    before_again,
    lookups,
    lookups_csv,
    matching,
    moment,
)
from sagsbarometer.web.events.models import Event
from sagsbarometer.web.events.sealing import Reading, read
from sagsbarometer.web.events.words import PURPOSES, SHOWN, act_on, word
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.finding import blind_to, read_again_since


def event_list(request: HttpRequest) -> HttpResponse:
    """Who did what, when and why: newest first, fifty a page. What was read here is an event too."""
    wanted = Wanted.of(request.GET)
    blind = blind_to(str(request.user.pk))
    found = matching(wanted, str(request.user.pk), blind)
    found = before_again(found, str(request.user.pk), read_again_since(str(request.user.pk)))
    before = request.GET.get("foer", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(seq__lt=int(before))
    rows = list(found.defer("content")[: PAGE + 1])
    _tell(request, "read_events", "oversight", wanted.given, case=wanted.case, study=wanted.study)
    older = urlencode({**wanted.given, "foer": rows[PAGE - 1].seq}) if len(rows) > PAGE else ""
    context = {
        "wanted": wanted,
        "rows": _shown(rows[:PAGE]),
        "blind": bool(blind),
        "older": older,
        "newest": urlencode(wanted.given) if before else None,
        "people": User.objects.order_by("name", "email"),
        "studies": Study.objects.order_by("name"),
        "crumbs": [(_("Hændelser"), None)],
    }
    return render(request, "events/list.html", context, status=422 if wanted.fault else 200)


def event(request: HttpRequest, seq: int) -> HttpResponse:
    """One event: which columns changed, and of people and roles what stood there before and after."""
    asker = str(request.user.pk)
    one = Event.objects.filter(pk=seq) if seq < 1 << 63 else Event.objects.none()
    found = before_again(one, asker, read_again_since(asker)).first()
    if found is None or (
        found.case in blind_to(str(request.user.pk)) and found.actor != str(request.user.pk)
    ):
        raise Http404
    try:
        reading, tampered = read(found), False
    except (Tampered, ValueError):
        reading, tampered = Reading(), True
    shown = found.thing in SHOWN
    _tell(request, "read_events", "oversight", {"seq": seq}, case=found.case, study=found.study)
    context = {
        "event": _shown([found])[0],
        "reading": reading,
        "tampered": tampered,
        "shown": shown,
        "columns": _columns(reading, shown=shown),
        "crumbs": [(_("Hændelser"), reverse("events:list")), (str(found.seq), None)],
    }
    return render(request, "events/event.html", context)


def case_lookups(request: HttpRequest, case: str) -> HttpResponse:
    """What a citizen may be told: when their case was read or changed, and what for. No names of staff."""
    study = Case.objects.values_list("study_id", flat=True).get(pk=case)
    _tell(request, "read_lookups", "access_request", {}, case=case, study=study)
    if request.GET.get("som") == "csv":
        reply = HttpResponse("\ufeff" + lookups_csv(case), content_type="text/csv; charset=utf-8")
        reply["Content-Disposition"] = f'attachment; filename="opslag-{case}.csv"'
        return reply
    context = {
        "case": case,
        "rows": list(lookups(case)),
        "crumbs": [(_("Hændelser"), reverse("events:list")), (_("Opslag i en sag"), None)],
    }
    return render(request, "events/lookups.html", context)


def _tell(
    request: HttpRequest, act: str, purpose: str, content: dict[str, Any], *, case: str, study: str
) -> None:
    """Records the look. Only what exists is named: what somebody typed is content, and locked."""
    of_case = Case.objects.filter(pk=case).values_list("study_id", flat=True).first() if case else None
    known = of_case or (study if Study.objects.filter(pk=study).exists() else "")
    with acting(str(request.user.pk), purpose):
        record(act, "events_event", "", study=known, case=case if of_case else "", content=content)


def _shown(rows: list[Event]) -> list[dict[str, Any]]:
    names = dict(User.objects.filter(pk__in={row.actor for row in rows}).values_list("pk", "name"))
    studies = dict(Study.objects.filter(pk__in={row.study for row in rows}).values_list("pk", "name"))
    return [
        {
            "seq": row.seq,
            "at": moment(row.at),
            "who": names.get(row.actor, row.actor),
            "what": act_on(row.act, row.thing),
            "study": studies.get(row.study, row.study),
            "case": row.case,
            "purpose": word(PURPOSES, row.purpose),
        }
        for row in rows
    ]


def _columns(reading: Reading, *, shown: bool) -> list[dict[str, Any]]:
    before, after = reading.before or {}, reading.after or {}
    return [
        {"name": name} | ({"before": before.get(name, "–"), "after": after.get(name, "–")} if shown else {})
        for name in reading.columns
    ]
