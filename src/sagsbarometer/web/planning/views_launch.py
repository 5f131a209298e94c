"""From a plan to a study under way, and its versions after that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.collection.plan_fields import STEPS, StudyPlan
from sagsbarometer.collection.plan_steps import (
    amendable,
    can_launch,
    changes,
    plan_of,
    refused,
    step_of,
    steps_of,
    with_step,
)
from sagsbarometer.kernel.said import said
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.planning import folders, saving
from sagsbarometer.web.planning.answers import answers, choices_of, labels_of
from sagsbarometer.web.planning.forms import StepForm, initial
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.planning.shown import IDS, SLUGS, crumbs_of, sample_facts
from sagsbarometer.web.planning.views import conflict, held


def check(request: HttpRequest, study: str) -> HttpResponse:
    """All answers on one page, each with its way back, and the button that starts the study."""
    found = get_object_or_404(Study, pk=study)
    return _check_page(request, found, plan_of(found.plan))


def _check_page(request: HttpRequest, found: Study, plan: StudyPlan, status: int = 200) -> HttpResponse:
    steps = []
    for step in steps_of(plan, folders.around(found, plan)):
        said = [own for _name, _ask, own in answers(found, plan, step.id)]
        url = reverse("planning:step", args=[found.id, SLUGS[step.id]])
        steps.append({"title": step.title, "url": url, "answers": said, "missing": step.missing})
    blocking = [
        (step["title"], step["url"], item.text)
        for step in steps
        for item in step["missing"]
        if not item.warns
    ]
    context: dict[str, Any] = {
        "study": found,
        "steps": steps,
        "blocking": blocking,
        "sample": sample_facts(found, plan),
        "authorities": len(plan.population.authorities),
        "once": request.POST.get("once") or random_id(24),
        "crumbs": crumbs_of(found, _("Se svarene efter")),
    }
    return render(request, "planning/check.html", context, status=status)


def launch(request: HttpRequest, study: str) -> HttpResponse:
    """Starts the study: the plan is locked as version 1. Sent twice, it is started once."""
    found = Study.objects.select_for_update().get(pk=study)
    once = request.POST.get("once", "")
    if found.state != "planning":
        if saving.made_by_form(found, once):
            return redirect("planning:study", study)
        return render(request, "rights/locked.html", status=409)
    plan = plan_of(found.plan)
    if request.POST.get("revision") != str(found.revision):
        messages.warning(request, _("Planen er ændret, siden du så den. Se den efter igen."))
        return _check_page(request, found, plan, 409)
    if not can_launch(plan, folders.around(found, plan)):
        return _check_page(request, found, plan, 422)
    saving.launch(found, request.user, once)
    messages.success(request, _("Undersøgelsen er sat i gang. Planen er låst som version 1."))
    return redirect("planning:study", study)


def close(request: HttpRequest, study: str) -> HttpResponse:
    """Ends the study: nothing more can be delivered."""
    found = Study.objects.select_for_update().get(pk=study)
    if request.POST.get("sure") != "yes":
        messages.warning(request, _("Sæt krydset, før du afslutter undersøgelsen."))
        return redirect("planning:study", study)
    saving.close(found, request.user)
    messages.success(request, _("Undersøgelsen er afsluttet."))
    return redirect("planning:study", study)


def amend(request: HttpRequest, study: str, step: str) -> HttpResponse:
    """Changes a step of a study under way, as a new version with a reason; only what no chosen case depends on."""
    found = held(request, study)
    id = IDS.get(step)
    if id is None or not amendable(id):
        raise Http404
    once = request.POST.get("once", "")
    if saving.made_by_form(found, once):
        return redirect("planning:versions", study)
    plan = plan_of(found.plan)
    fields, choices = amendable(id), choices_of(found, plan, id)
    if request.method != "POST":
        start = initial(id, getattr(plan, id)) | {"revision": found.revision}
        return _amend_page(request, found, plan, id, StepForm(id, fields, choices, initial=start))
    form = StepForm(id, fields, choices, request.POST)
    if not form.is_valid():
        return _amend_page(request, found, plan, id, form, 422)
    given = form.given()
    if form.cleaned_data["revision"] != found.revision:
        return conflict(request, found, plan, id, given)
    reason = request.POST.get("reason", "").strip()[:500]
    changed, faults = with_step(plan, id, given)
    if changed is None:
        form.told(faults)
        return _amend_page(request, found, plan, id, form, 422)
    around = folders.around(found, changed)
    refusals = [(item.field, item.text) for item in refused(plan, changed, reason)]
    refusals += [(item.field, item.text) for item in step_of(changed, id, around).missing if not item.warns]
    if refusals:
        form.told([fault for fault in refusals if fault[0] != "reason"])
        said = next((text for field, text in refusals if field == "reason"), "")
        return _amend_page(request, found, plan, id, form, 422, said)
    saving.amend(found, changed, reason, request.user, once)
    messages.success(request, _("Planen er ændret: version %(n)s.") % {"n": found.version})
    return redirect("planning:versions", study)


def versions(request: HttpRequest, study: str) -> HttpResponse:
    """Each version with its reason and what it changed."""
    found = get_object_or_404(Study, pk=study)
    rows: list[dict[str, Any]] = []
    before: StudyPlan | None = None
    for version in found.versions.select_related("made_by").order_by("number"):
        plan = plan_of(version.plan)
        told = changes(before, plan, labels_of(found, plan)) if before is not None else ()
        items = [
            {"step": STEPS[item.step], "label": item.label, "before": item.before, "after": item.after}
            for item in told
        ]
        rows.append({"version": version, "reason": said(version.reason), "changes": items})
        before = plan
    context = {"study": found, "rows": rows[::-1], "crumbs": crumbs_of(found, _("Versioner"))}
    return render(request, "planning/versions.html", context)


def _amend_page(
    request: HttpRequest,
    study: Study,
    plan: StudyPlan,
    id: str,
    form: StepForm,
    status: int = 200,
    said: str = "",
) -> HttpResponse:
    fixed = [said for _name, ask, said in answers(study, plan, id) if not ask.amend]
    context = {
        "study": study,
        "title": STEPS[id],
        "form": form,
        "fixed": fixed,
        "reason": request.POST.get("reason", ""),
        "reason_fault": said,
        "once": request.POST.get("once") or random_id(24),
        "crumbs": crumbs_of(study, _("Ændr %(step)s") % {"step": str(STEPS[id]).lower()}),
    }
    return render(request, "planning/amend.html", context, status=status)
