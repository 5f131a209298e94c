"""The frame of a study on a page: the kinds of cases, and a file of authorities."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sagsbarometer.collection.plan_fields import STEPS, FrameAuthority, Stratum, StudyPlan
from sagsbarometer.collection.plan_frame import as_csv, read_authorities
from sagsbarometer.collection.plan_steps import plan_of
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.web.planning import saving
from sagsbarometer.web.planning.forms import StepForm, initial
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.planning.shown import SLUGS, blank_frame, crumbs_of, read_strata, strata_text
from sagsbarometer.web.planning.views import held, step_page

_MOST = 1_000_000  # bytes of a file


def frame(request: HttpRequest, study: str) -> HttpResponse:
    """The kinds of cases and a file of authorities, checked whole or refused with its lines.

    `rows`: the file as text, sent again from the page of a conflict.
    """
    found = held(request, study)
    plan = plan_of(found.plan)
    upload, again = request.FILES.get("file"), request.POST.get("rows", "").encode()
    strata, wrong = read_strata(request.POST.get("strata", ""))
    problems: list[str] = list(wrong)
    authorities = plan.population.authorities
    try:
        if upload is not None or again:
            sent = upload.read(_MOST + 1) if upload is not None else again
            authorities = read_authorities(sent, strata)
        elif [item.id for item in strata] != [item.id for item in plan.population.strata]:
            authorities = ()  # their numbers are of other kinds
    except Faults as faults:
        problems += [
            f"{problem.code} {problem.place}: {problem.fault} {problem.remedy}" for problem in faults.problems
        ]
    if problems:
        form = StepForm(
            "population",
            None,
            {},
            initial=initial("population", plan.population) | {"revision": found.revision},
        )
        return step_page(
            request, found, plan, "population", form, 422, problems, request.POST.get("strata", "")
        )
    population = plan.population.model_copy(update={"strata": strata, "authorities": authorities})
    changed = plan.model_copy(update={"population": population})
    if request.POST.get("revision") != str(found.revision) and changed != plan:
        return _conflict(request, found, plan, changed)
    if changed != plan:
        saving.save_plan(found, changed, request.user)
    messages.success(request, _("Rammen er gemt: %(n)s myndigheder.") % {"n": len(authorities)})
    return redirect("planning:step", study, SLUGS["population"])


def _conflict(request: HttpRequest, study: Any, plan: StudyPlan, mine: StudyPlan) -> HttpResponse:
    """Somebody saved in the meantime: the frame that is saved and the one that was sent, where they differ."""
    theirs, own = plan.population, mine.population
    told = []
    if theirs.strata != own.strata:
        told.append((_("Slags sager"), strata_text(theirs.strata), strata_text(own.strata)))
    if theirs.authorities != own.authorities:
        told.append((_("Myndigheder, der ikke er ens"), *_apart(theirs.authorities, own.authorities)))
    who = study.changed_by.name if study.changed_by else ""
    when = date_format(timezone.localtime(study.changed_at), "DATETIME_FORMAT") if study.changed_at else ""
    said = {"who": who, "title": STEPS["population"], "when": when}
    hidden = {
        "strata": strata_text(own.strata),
        "rows": as_csv(own.authorities, own.strata) if own.authorities else "",
    }
    context = {
        "title": _("En anden nåede det først"),
        "lead": _(
            "%(who)s gemte »%(title)s« %(when)s, mens du skrev. Dit er ikke gemt endnu, og intet er tabt."
        )
        % said,
        "told": told,
        "hidden": list(hidden.items()),
        "revision": study.revision,
        "save": _("Gem min ramme i stedet"),
        "action": request.path,
        "keep_url": reverse("planning:step", args=[study.id, SLUGS["population"]]),
        "crumbs": crumbs_of(study, STEPS["population"]),
    }
    return render(request, "conflict.html", context, status=409)


def _apart(theirs: tuple[FrameAuthority, ...], own: tuple[FrameAuthority, ...]) -> tuple[str, str]:
    """The authorities that two frames do not have alike, a line each, in both."""
    return _lines(theirs, own), _lines(own, theirs)


def _lines(here: tuple[FrameAuthority, ...], there: tuple[FrameAuthority, ...]) -> str:
    rows = [item for item in here if item not in there]
    return "\n".join(
        f"{item.code} {item.name} {item.email} " + ", ".join(f"{kind}: {n}" for kind, n in item.sizes.items())
        for item in rows
    )


def frame_file(request: HttpRequest, study: str) -> HttpResponse:
    """The frame as a file to fill in: what stands in the plan, else Denmark's municipalities without numbers."""
    found = get_object_or_404(Study, pk=study)
    own = plan_of(found.plan).population
    strata: tuple[Stratum, ...] = own.strata
    text = as_csv(own.authorities or blank_frame(), strata)
    # With a mark of its encoding, or spreadsheets read æøå wrong.
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ramme.csv"'
    return response
