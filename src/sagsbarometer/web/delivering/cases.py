"""One case of a delivery: its short form and its documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.collection.short_form import routed
from sagsbarometer.documents import limits
from sagsbarometer.documents.persons import masked
from sagsbarometer.documents.refusals import problem_of
from sagsbarometer.documents.vault import KeyGone
from sagsbarometer.web.delivering import answering, keeping, rules
from sagsbarometer.web.delivering.models import Case, Request
from sagsbarometer.web.delivering.pages import crumbs
from sagsbarometer.web.documents import arriving, storing
from sagsbarometer.web.documents.models import Document
from sagsbarometer.web.events.acting import acting, record
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.languages import in_shown
from sagsbarometer.web.receiving.facts import taken_of

_NUMBER = "own_number"


def new(request: HttpRequest, request_id: str) -> HttpResponse:
    """A case more."""
    if request.method != "POST":
        found = Request.objects.select_related("study", "authority").get(pk=request_id)
        form = keeping.form_of(found)
        return render(request, "delivering/case.html", _page(found, None, answering.read(form, {}), "", {}))
    found = keeping.held(request_id)
    once = keeping.once_key(found, request.POST.get("once"))
    again = Case.objects.filter(once=once, request=found).first()
    if again is not None:  # sent twice, it is one case
        return redirect("delivering:case", again.id)
    result, number, errors = _sent(request, found, None)
    if errors:
        return render(request, "delivering/case.html", _page(found, None, result, number, errors), status=422)
    case = keeping.new_case(found, once)
    keeping.put(case, number, result, found)
    case.save(force_insert=True)
    messages.success(request, _("Sagen er gemt som kladde. Tilføj dens dokumenter."))
    return redirect("delivering:case", case.id)


def case(request: Any, case: str) -> HttpResponse:
    """Shows a case, or saves its short form."""
    if request.method != "POST":
        found = Case.objects.select_related("request__study", "request__authority").get(pk=case)
        with acting(request.user.id, request.purpose):
            record(
                "read_case",
                "delivering_case",
                found.id,
                study=found.study_id,
                case=found.id,
                purpose=request.purpose,
            )
        form = keeping.form_of(found.request)
        given = keeping.answers(form, found)
        result = answering.Read(routed(form, given), answering.typed_of(form, given))
        missing = answering.errors_of(form, result, missing=False)
        return render(
            request,
            "delivering/case.html",
            _page(found.request, found, result, keeping.own_number(found), missing),
        )
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case)
    asked = Request.objects.select_related("study", "authority").get(pk=locked.request_id)
    result, number, errors = _sent(request, asked, locked)
    if errors:
        return render(
            request, "delivering/case.html", _page(asked, locked, result, number, errors), status=422
        )
    form = keeping.form_of(asked)
    same = keeping.own_number(locked) == number and _same(form, keeping.answers(form, locked), result)
    if not same and request.POST.get("revision", "") != str(locked.revision):
        return _conflict(request, asked, locked, result, number)
    if not same:
        keeping.put(locked, number, result, asked)
        locked.revision += 1
        locked.save(update_fields=["own_number", "stratum", "declared", "declared_states", "revision"])
    messages.success(request, _("Gemt."))
    return redirect("delivering:case", case)


def _sent(
    request: HttpRequest, asked: Request, own: Case | None
) -> tuple[answering.Read, str, dict[str, str]]:
    """What a page sent: the answers, the own number, and all that is wrong. What is missing is not wrong yet."""
    form = keeping.form_of(asked)
    result = answering.read(form, request.POST)
    number = " ".join(request.POST.get(_NUMBER, "").split())
    errors = answering.errors_of(form, result, missing=False)
    fault = keeping.number_fault(number, asked)
    others = [case for case in keeping.cases_of(asked) if own is None or case.id != own.id]
    if not fault and number in keeping.numbers_of(others):
        fault = _("En sag med det nummer er her allerede.")
    if fault:
        errors = {_NUMBER: fault, **errors}
    return result, number, errors


def _same(form: Any, stored: Mapping[str, Any], result: answering.Read) -> bool:
    return routed(form, stored).answers == result.case.answers


def _conflict(
    request: HttpRequest, asked: Request, stored: Case, mine: answering.Read, number: str
) -> HttpResponse:
    """Both versions beside each other; each answer that differs is chosen."""
    form = keeping.form_of(asked)
    answers = routed(form, keeping.answers(form, stored)).answers
    theirs, ours = answering.typed_of(form, answers), answering.typed_of(form, mine.case.answers)
    rows = [
        (
            _NUMBER,
            _("Sagens nummer hos jer"),
            keeping.own_number(stored),
            number,
            keeping.own_number(stored),
            number,
        )
    ]
    for question in form.questions:
        told = [
            answering.answer_words(question, item.get(question.id)) for item in (answers, mine.case.answers)
        ]
        values = [
            item.get(question.id) or item.get(question.id + answering.STATE, "") for item in (theirs, ours)
        ]
        label = in_shown(question.label, question.id)
        rows.append((question.id, label, told[0], told[1], values[0], values[1]))
    context = {
        "title": _("En anden har ændret sagen"),
        "lead": _(
            "Sagen er ændret, siden du åbnede den. Dit er ikke gemt endnu. Vælg ved hvert svar, hvad der gælder."
        ),
        "rows": [row for row in rows if row[2] != row[3]],
        "hidden": [(row[0], row[5]) for row in rows if row[2] == row[3] and row[5]],
        "revision": stored.revision,
        "action": reverse("delivering:case", args=[stored.id]),
        "keep_url": reverse("delivering:case", args=[stored.id]),
        "crumbs": crumbs(asked, (_("Sag %(number)s") % {"number": stored.number}, None)),
    }
    return render(request, "conflict.html", context, status=409)


def _page(
    asked: Request, case: Case | None, result: answering.Read, number: str, errors: Mapping[str, str]
) -> dict[str, Any]:
    form = keeping.form_of(asked)
    documents = keeping.documents_of([case])[case.id] if case else []
    name = _("Sag %(number)s") % {"number": case.number} if case else _("Ny sag")
    order = [_NUMBER, *(question.id for question in form.questions)]
    return {
        "found": asked,
        "case": case,
        "open": case is None or case.state in rules.OPEN,
        "own_number": number,
        "number_error": errors.get(_NUMBER, ""),
        "drawn": list(taken_of(asked)) if asked.drawn else [],
        "sections": answering.fields(form, result.typed, result.case, errors),
        "warnings": [f"{finding.fault} {finding.remedy}" for finding in result.warnings],
        "errors": [(f"id_{id}", errors[id]) for id in order if id in errors],
        "missing": len(result.missing),
        "documents": [
            (document, masked(storing.name_of(document)), _why(document)) for document in documents
        ],
        "limits": limits.told(),
        "once": random_id(24),
        "crumbs": crumbs(asked, (name, None)),
    }


def _why(document: Document) -> Any:
    return problem_of(document.refusal) if document.state == "refused" else None


def upload(request: Any, case: str) -> HttpResponse:
    """Files of a case: checked, locked away, and told of on the page of the case."""
    found = Case.objects.select_related("request__study", "request__authority").get(pk=case)
    if code := arriving.refused(request):
        return _refused(request, found, code)
    files = request.FILES.getlist("files")
    if not files:
        return _refused(request, found, "", _("Vælg mindst én fil."))
    try:
        taken = storing.take(found, files, user=request.user.id, purpose=request.purpose)
    except (storing.NotOpen, KeyGone):
        return render(request, "rights/locked.html", status=409)
    if taken.problems:
        return _refused(request, found, taken.problems[0].code)
    if taken.ready:
        messages.success(request, _("Filer lagt i sagen: %(n)s.") % {"n": taken.ready})
    if taken.known:
        messages.info(request, _("Filer, der allerede lå i sagen: %(n)s.") % {"n": taken.known})
    if taken.refused:
        messages.error(
            request,
            _("Filer, der ikke kunne tages ind: %(n)s. Se hvorfor ud for dem.") % {"n": taken.refused},
        )
    return redirect("delivering:case", case)


def _refused(request: HttpRequest, found: Case, code: str, words: str = "") -> HttpResponse:
    form = keeping.form_of(found.request)
    given = keeping.answers(form, found)
    result = answering.Read(routed(form, given), answering.typed_of(form, given))
    context = _page(found.request, found, result, keeping.own_number(found), {})
    if code:
        problem = problem_of(code)
        words = f"{problem.fault} {problem.remedy} ({code})"
    context["errors"] = [("id_files", words)]
    context["files_error"] = words
    return render(request, "delivering/case.html", context, status=422)


def withdraw(request: HttpRequest, case: str) -> HttpResponse:
    """Takes a draft away with its documents. One that stands in for another case was asked for, and stays."""
    found = Case.objects.select_for_update(of=("self",)).get(pk=case)
    if found.state == "draft" and found.replaces_id is None:
        for document in Document.objects.filter(case=found).exclude(state="removed"):
            storing.remove(document)
        found.state, found.own_number, found.declared, found.declared_states = "withdrawn", b"", {}, {}
        found.revision += 1
        found.save(update_fields=["state", "own_number", "declared", "declared_states", "revision"])
        messages.success(request, _("Kladden og dens filer er fjernet."))
    return redirect("delivering:request", found.request_id)
