"""The form of a study tried out: its questions and routing, with answers nobody keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import STATE_DA, State
from sagsbarometer.kernel.ids import holds_cpr
from sagsbarometer.kernel.problems import Level, errors
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.languages import in_shown
from sagsbarometer.web.planning import folders, saving
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.planning.shown import crumbs_of
from sagsbarometer.web.planning.views import held

_STATE = "state:"  # before a state among the answers to choose from


def preview(request: HttpRequest, study: str) -> HttpResponse:
    """The form as those who read will meet it; a button tries the routing, and htmx does it at each answer."""
    found = get_object_or_404(Study, pk=study)
    form = folders.form_of(found)
    given = _given(form, request.POST) if request.method == "POST" else {}
    context = {
        "study": found,
        "form": form,
        "title": in_shown(form.title, form.id),
        "sections": _sections(form, given),
        "derived": _derived(form, given),
        "findings": _findings(form, given) if given else [],
        "uploaded": found.template == folders.UPLOADED,
        "once": random_id(24),
        "crumbs": crumbs_of(found, _("Formular")),
    }
    part = bool(getattr(request, "htmx", False))
    return render(request, "planning/form_part.html" if part else "planning/form.html", context)


def upload(request: HttpRequest, study: str) -> HttpResponse:
    """Another form in the place of an uploaded one, while the study is planned."""
    found = held(request, study)
    file = request.FILES.get("form")
    if found.template != folders.UPLOADED:
        messages.warning(request, _("Undersøgelsen bruger en skabelons formular. Lav en ny med din egen."))
        return redirect("planning:form", study)
    if file is None or file.size is None or file.size > folders.MOST_FORM:
        messages.warning(request, _("Vælg en form.yaml på højst 2 MB."))
        return redirect("planning:form", study)
    text, problems = folders.checked_form(file.read())
    if not text or errors(problems):
        context = {"study": found, "problems": problems, "crumbs": crumbs_of(found, _("Formular"))}
        return render(request, "planning/form_faults.html", context, status=422)
    (folders.folder_of(found) / "form.yaml").write_text(text, encoding="utf-8")
    found.revision += 1
    found.save()
    messages.success(request, _("Formularen er skiftet."))
    return redirect("planning:form", study)


def amend_form(request: HttpRequest, study: str) -> HttpResponse:
    """Another form for a study under way, as a new version with a reason; what is to be looked at again is listed."""
    found = held(request, study)
    once, reason = request.POST.get("once", ""), request.POST.get("reason", "").strip()[:500]
    if saving.made_by_form(found, once):
        return redirect("planning:versions", study)
    file = request.FILES.get("form")
    if not reason or file is None or file.size is None or file.size > folders.MOST_FORM:
        messages.warning(request, _("Vælg en form.yaml på højst 2 MB, og skriv, hvorfor formularen ændres."))
        return redirect("planning:form", study)
    if holds_cpr(reason):
        messages.error(request, _("Begrundelsen ligner noget med et CPR-nummer. Skriv den uden."))
        return redirect("planning:form", study)
    text, problems = folders.checked_form(file.read())
    if not text or errors(problems):
        context = {"study": found, "problems": problems, "crumbs": crumbs_of(found, _("Formular"))}
        return render(request, "planning/form_faults.html", context, status=422)
    looks = saving.amend_form(found, text, reason, request.user, once)
    messages.success(
        request,
        _("Formularen er ændret: version %(n)s. %(looks)s svar er lagt til at blive set igen.")
        % {"n": found.version, "looks": looks},
    )
    return redirect("planning:versions", study)


def _given(form: Form, posted: Any) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for question in form.questions:
        values = [value for value in posted.getlist(f"q_{question.id}") if value]
        answer = _answer(question, values)
        if answer is not None:
            answers[question.id] = answer
    return answers


def _answer(question: Question, values: list[str]) -> Answer | None:
    if not values:
        return None
    first = values[0]
    if first.startswith(_STATE):
        state = first.removeprefix(_STATE)
        return Answer(State(state), None) if state in question.allow else None
    if question.type is Type.BOOL:
        return Answer(State.ANSWERED, first == "true")
    if question.type is Type.CODE:
        return Answer(State.ANSWERED, first) if first in question.codes else None
    if question.type is Type.CODES:
        return Answer(State.ANSWERED, frozenset(value for value in values if value in question.codes))
    if question.type is Type.INT:
        return (
            Answer(State.ANSWERED, int(first))
            if first.isascii() and first.isdigit() and len(first) < 10
            else None
        )
    if question.type is Type.DATE:
        try:
            return Answer(State.ANSWERED, date.fromisoformat(first))
        except ValueError:
            return None
    return None  # free text is not tried: it decides nothing


def _sections(form: Form, given: Mapping[str, Answer]) -> list[dict[str, Any]]:
    case = complete(form, given)
    sections = []
    for section in form.sections:
        questions = [
            _shown(question, case.answers, given)
            for question in form.questions
            if question.section == section.id and case.answers[question.id].state is not State.NOT_ASKED
        ]
        away = sum(
            question.section == section.id and case.answers[question.id].state is State.NOT_ASKED
            for question in form.questions
        )
        sections.append({"title": in_shown(section.title, section.id), "questions": questions, "away": away})
    return sections


def _shown(question: Question, answers: Mapping[str, Answer], given: Mapping[str, Answer]) -> dict[str, Any]:
    own = given.get(question.id)
    chosen: set[str] = set()
    value = ""
    if own is not None:
        if own.state is not State.ANSWERED:
            chosen = {f"{_STATE}{own.state.value}"}
        elif isinstance(own.value, bool):
            chosen = {"true" if own.value else "false"}
        elif isinstance(own.value, frozenset):
            chosen = {str(item) for item in own.value}
        else:
            value = str(own.value)
            chosen = {value}
    options = [("true", _("Ja")), ("false", _("Nej"))] if question.type is Type.BOOL else []
    options += [
        (choice.code, in_shown(choice.label, choice.code))
        for choice in question.choices
        if choice.show_if is None or truth(choice.show_if, answers) is not False
    ]
    states = [
        (f"{_STATE}{state.value}", str(STATE_DA[state]).capitalize()) for state in sorted(question.allow)
    ]
    return {
        "id": question.id,
        "label": in_shown(question.label, question.id),
        "help": in_shown(question.help),
        "source": question.source,
        "required": question.required,
        "many": question.type is Type.CODES,
        "kind": question.type.value,
        "options": [(code, label, code in chosen) for code, label in options + (states if options else [])],
        "states": [(code, label, code in chosen) for code, label in states] if not options else [],
        "value": value,
    }


def _derived(form: Form, given: Mapping[str, Answer]) -> list[tuple[str, str]]:
    case = complete(form, given)
    told = []
    for item in form.derived:
        answer = case.answers[item.id]
        value: object = str(STATE_DA[answer.state]) if answer.state is not State.ANSWERED else answer.value
        words = (_("ja") if value else _("nej")) if isinstance(value, bool) else str(value)
        told.append((in_shown(item.label, item.id), words))
    return told


def _findings(form: Form, given: Mapping[str, Answer]) -> list[tuple[str, str]]:
    """What the form says of the answers so far; what is merely not answered yet is left out."""
    found = [item for item in complete(form, given).findings if item.code != "SVAR-202"]
    return [
        (_("Advarsel") if item.level is Level.WARNING else _("Fejl"), f"{item.fault} {item.remedy}")
        for item in found
    ]
