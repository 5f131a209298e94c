"""The draw: from the lists of those who sent one, once each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sagsbarometer.collection.plan_draw import drawn_of
from sagsbarometer.collection.plan_steps import plan_of
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.web.planning import folders
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.planning.shown import crumbs_of

_WAITING, _READY, _DRAWN = "waiting", "ready", "drawn"


def draw(request: HttpRequest, study: str) -> HttpResponse:
    """Who has sent a list and whose is drawn from; a POST draws from those that wait. A list that is drawn from stays
    as it is, so a second POST draws nothing twice."""
    found = get_object_or_404(Study, pk=study)
    if request.method == "POST":
        try:
            number = draw_from(found)
        except Faults as faults:
            messages.warning(request, " ".join(f"{item.fault} {item.remedy}" for item in faults.problems))
            return redirect("planning:draw", study)
        said = _("Der er trukket lod hos %(n)s.") % {"n": number} if number else _("Ingen lister venter.")
        messages.success(request, said)
        return redirect("planning:draw", study)
    rows = _rows(found)
    context = {
        "study": found,
        "rows": rows,
        "ready": sum(row["state"] == _READY for row in rows),
        "waiting": sum(row["state"] == _WAITING for row in rows),
        "crumbs": crumbs_of(found, _("Lodtrækning")),
    }
    return render(request, "planning/draw.html", context)


def draw_from(study: Study) -> int:
    """Draws from the newest list of each who sent one and is not drawn from; from how many. Inside `acting`.

    Raises Faults UDTRAEK-113 where the lists have nothing that can be drawn, PLAN-121 where the plan of the sample is
    damaged.
    """
    from sagsbarometer.web.delivering.models import FrameList, Request

    requests = {
        item.id: item
        for item in Request.objects.select_for_update(of=("self",))
        .filter(study=study)
        .select_related("authority")
        if not item.drawn
    }
    lists: dict[str, Any] = {}
    for frame in FrameList.objects.filter(request__in=requests).order_by("at"):
        lists[frame.request_id] = frame.rows  # the newest stays
    if not lists:
        return 0
    codes = {requests[id].authority.code: requests[id] for id in lists}
    by_code = {code: lists[request.id] for code, request in codes.items()}
    for code, order in drawn_of(folders.sample_plan(study), by_code, plan_of(study.plan).criteria).items():
        own = codes[code]
        own.drawn = list(order)
        own.revision += 1
        own.save(update_fields=["drawn", "revision"])
    return sum(bool(request.drawn) for request in codes.values())


def _rows(study: Study) -> list[dict[str, Any]]:
    from sagsbarometer.web.delivering.models import FrameList, Request

    listed = {
        frame.request_id: len(frame.rows)
        for frame in FrameList.objects.filter(request__study=study).order_by("at")
    }
    rows = []
    for item in Request.objects.filter(study=study).select_related("authority").order_by("authority__code"):
        state = _DRAWN if item.drawn else _READY if item.id in listed else _WAITING
        asked = sum(item.wanted.values())
        rows.append(
            {
                "name": item.authority.name,
                "state": state,
                "listed": listed.get(item.id),
                "asked": asked,
                "reserves": max(len(item.drawn) - asked, 0),
            }
        )
    return rows
