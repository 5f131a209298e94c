"""Studies: the list, a new one, its task list, and a page for each step of its plan."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sagsbarometer.catalogue.lookup import conditions_of
from sagsbarometer.collection.plan_fields import STEPS, Ask, StudyPlan, words
from sagsbarometer.collection.plan_steps import StepState, amendable, plan_of, step_of, steps_of, with_step
from sagsbarometer.kernel.said import said
from sagsbarometer.web.languages import in_shown
from sagsbarometer.web.planning import folders, saving
from sagsbarometer.web.planning.answers import answers, choices_of, labels_of
from sagsbarometer.web.planning.forms import NewStudy, StepForm, initial
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.planning.shown import (
    IDS,
    SLUGS,
    crumbs_of,
    frame_rows,
    sample_facts,
    strata_text,
)
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.may import Answer
from sagsbarometer.web.rights.state_of import study_state

_STATE_TAGS = {
    StepState.EMPTY: (said("Ikke begyndt"), "workplace-tag-empty"),
    StepState.BEGUN: (said("Begyndt"), "workplace-tag-begun"),
    StepState.COMPLETE: (said("Færdig"), "workplace-tag-done"),
}


def studies(request: HttpRequest) -> HttpResponse:
    """The studies one may see, newest first. Who runs the house sees that they are there and how long they are kept:
    what stands in a plan is not theirs."""
    pages = (("see_study", "planning:study"), ("see_keeping", "keeping:show"))
    rows = []
    for study in Study.objects.order_by("-made_at", "id"):
        state = study_state(study)
        page = next((page for action, page in pages if asked(request, action, state) is Answer.YES), "")
        if page:
            kind = folders.KINDS.get(study.kind, study.kind)
            rows.append({"study": study, "kind": kind, "page": page, "url": reverse(page, args=[study.id])})
    context = {
        "rows": rows,
        "only_keeping": bool(rows) and not any(row["page"] == "planning:study" for row in rows),
        "crumbs": [(_("Undersøgelser"), None)],
    }
    return render(request, "planning/list.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """A new study from a template or from a form of one's own."""
    form = NewStudy(
        request.POST or None,
        request.FILES or None,
        initial={"once": secrets.token_hex(16), "template": "barometer_97"},
    )
    options = [
        (id, f"{folders.KINDS[file.kind]}: {in_shown(file.title)}")
        for id, file in folders.templates().items()
    ]
    form.fields["template"].choices = [*options, (folders.UPLOADED, _("Min egen formular"))]
    form.fields["kind"].choices = list(folders.KINDS.items())
    context: dict[str, Any] = {
        "form": form,
        "crumbs": [(_("Undersøgelser"), reverse("planning:list")), (_("Ny"), None)],
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "planning/new.html", context, status=422 if request.method == "POST" else 200)
    data = form.cleaned_data
    text = ""
    if data["template"] == folders.UPLOADED:
        upload = data["form"]
        if upload is None or upload.size > folders.MOST_FORM:
            form.add_error("form", _("Vælg en form.yaml på højst 2 MB."))
            return render(request, "planning/new.html", context, status=422)
        text, problems = folders.checked_form(upload.read())
        if problems and (not text or any(problem.level == "error" for problem in problems)):
            context["problems"] = problems
            form.add_error("form", _("Formularen har fejl. De står herunder."))
            return render(request, "planning/new.html", context, status=422)
        kind = data["kind"] or "barometer"
    else:
        kind = folders.templates()[data["template"]].kind
    study = saving.create(data["name"], data["template"], kind, text, request.user, data["once"])
    return redirect("planning:study", study.id)


def study(request: HttpRequest, study: str) -> HttpResponse:
    """The task list of a study."""
    found = get_object_or_404(Study, pk=study)
    plan = plan_of(found.plan)
    steps = [
        {
            "title": step.title,
            "url": reverse("planning:step", args=[study, SLUGS[step.id]]),
            "tag": _STATE_TAGS[step.state],
            "missing": [item for item in step.missing if not item.warns],
            "warnings": [item for item in step.missing if item.warns],
        }
        for step in steps_of(plan, folders.around(found, plan))
    ]
    done = sum(item["tag"] == _STATE_TAGS[StepState.COMPLETE] for item in steps)
    context = {
        "study": found,
        "kind": folders.KINDS.get(found.kind, found.kind),
        "steps": steps,
        "done": done,
        "total": len(steps),
        "draws": plan.sample.method == "stratified",
        "crumbs": crumbs_of(found),
    }
    return render(request, "planning/study.html", context)


def step(request: HttpRequest, study: str, step: str) -> HttpResponse:
    """A page for a step: what it asks, what it still lacks, and what follows from it."""
    found = held(request, study)
    id = IDS.get(step)
    if id is None:
        raise Http404
    plan = plan_of(found.plan)
    if request.method != "POST":
        form = StepForm(
            id,
            None,
            choices_of(found, plan, id),
            initial=initial(id, getattr(plan, id)) | {"revision": found.revision},
        )
        return step_page(request, found, plan, id, form)
    form = StepForm(id, None, choices_of(found, plan, id), request.POST)
    if not form.is_valid():
        return step_page(request, found, plan, id, form, 422)
    given = form.given()
    if form.cleaned_data["revision"] != found.revision and with_step(plan, id, given)[0] != plan:
        return conflict(request, found, plan, id, given)  # what is saved already, sent twice, is none
    if id == "provision" and given["provision"] != plan.provision.provision:
        # The conditions that stood there are another provision's: all of the new one's, until somebody chooses.
        law = folders.catalogue()
        given["conditions"] = (
            list(conditions_of(law, given["provision"])) if given["provision"] in law.provisions else []
        )
    changed, faults = with_step(plan, id, given)
    if changed is None:
        form.told(faults)
        return step_page(request, found, plan, id, form, 422)
    if changed != plan:
        saving.save_plan(found, changed, request.user)
    left = [
        item.text for item in step_of(changed, id, folders.around(found, changed)).missing if not item.warns
    ]
    messages.success(request, _("Gemt.") if not left else _("Gemt. Trinet mangler stadig noget."))
    onward = request.POST.get("next") == "study" and not left
    return redirect("planning:study", study) if onward else redirect("planning:step", study, step)


def held(request: HttpRequest, study: str) -> Study:
    """The study; for a POST so that nobody else changes it until this is over. Raises Http404."""
    rows = Study.objects.select_for_update() if request.method == "POST" else Study.objects.all()
    return get_object_or_404(rows, pk=study)


def conflict(
    request: HttpRequest, study: Study, plan: StudyPlan, step: str, given: dict[str, Any]
) -> HttpResponse:
    """Somebody saved in the meantime: both versions, and neither is lost."""
    labels = labels_of(study, plan)
    told = []
    for name, ask, theirs in answers(study, plan, step):
        mine = _plain(ask, given[name], labels.get(name)) if name in given else theirs.value
        if mine != theirs.value:
            told.append((ask.label, theirs.value, mine))
    # What was written stands in the fields still, on the newest revision: it can be saved, merged or let go.
    again = StepForm(
        step, tuple(given), choices_of(study, plan, step), initial={**given, "revision": study.revision}
    )
    saved = {
        "who": study.changed_by.name if study.changed_by else "",
        "title": STEPS[step],
        "when": date_format(timezone.localtime(study.changed_at), "DATETIME_FORMAT")
        if study.changed_at
        else "",
    }
    context = {
        "title": _("En anden nåede det først"),
        "lead": _(
            "%(who)s gemte »%(title)s« %(when)s, mens du skrev. Dit er ikke gemt endnu, og intet er tabt."
        )
        % saved,
        "told": told,
        "form": again,
        "hidden": [(name, value) for name in ("reason", "once") if (value := request.POST.get(name, ""))],
        "save": _("Gem det her"),
        "action": request.path,
        "keep_url": reverse("planning:step", args=[study.id, SLUGS[step]]),
        "crumbs": crumbs_of(study, STEPS[step]),
    }
    return render(request, "conflict.html", context, status=409)


def _plain(ask: Ask, value: Any, labels: Mapping[str, str] | None) -> str:
    """What was sent, which need not be a value of the field."""
    try:
        return words(ask, value, labels)
    except ValueError:
        return str(value)


def step_page(
    request: HttpRequest,
    study: Study,
    plan: StudyPlan,
    id: str,
    form: StepForm,
    status: int = 200,
    problems: list[str] | None = None,
    strata: str | None = None,
) -> HttpResponse:
    """The page of a step: `form` with its faults, `problems` of its file; `strata` as they were typed."""
    told = step_of(plan, id, folders.around(study, plan))
    context: dict[str, Any] = {
        "study": study,
        "step": told,
        "form": form,
        "missing": [
            (f"id_{item.field}" if item.field in form.fields else "", item.text) for item in told.missing
        ],
        "answers": [said for _name, _ask, said in answers(study, plan, id)],
        "problems": problems or [],
        "amend": reverse("planning:amend", args=[study.id, SLUGS[id]]) if amendable(id) else "",
        "crumbs": crumbs_of(study, STEPS[id]),
    }
    if id == "population":
        context["strata"] = strata if strata is not None else strata_text(plan.population.strata)
        context["frame"] = frame_rows(plan)
    if id == "sample":
        context["sample"] = sample_facts(study, plan)
    return render(request, "planning/step.html", context, status=status)
