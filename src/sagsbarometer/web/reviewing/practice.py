"""»Øvelse og ankersager«: cases with a key, who gets them, and what the key says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import STATE_DA, State
from sagsbarometer.forms.wording import by_section, words
from sagsbarometer.kernel.ids import may_hold_cpr
from sagsbarometer.review.declared import value_words
from sagsbarometer.review.kept_answers import NO_TICK, NOTHING, Refused, from_sent
from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.planning.folders import form_of
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.cases_read import crumbs
from sagsbarometer.web.reviewing.counting import settled_before
from sagsbarometer.web.reviewing.finding import (
    ANCHOR,
    LEARNING,
    MEASURED,
    blind_to,
    practising,
    review_state,
)
from sagsbarometer.web.reviewing.giving_known import Giving, give_known, giving
from sagsbarometer.web.reviewing.known import (
    MOST_WHY,
    WHY_NOT,
    Key,
    begun,
    counted_before,
    given_back,
    make_known,
    newest_keys,
    why_not,
    with_key,
    write_key,
)
from sagsbarometer.web.reviewing.models import CaseReview, KeyAnswer
from sagsbarometer.web.rights.asking import only
from sagsbarometer.web.rights.state_of import case_state

_ONCE = 24  # characters of a page's key that are kept: the number of the question is put after it
Errors = list[tuple[str, str]]


def practice(request: HttpRequest, study: str) -> HttpResponse:
    """The known cases of a study, and those that can become one. A POST makes one known."""
    found = get_object_or_404(Study.objects.select_for_update(), pk=study)
    errors: Errors = []
    if request.method == "POST":
        case, use = request.POST.get("case", ""), request.POST.get("use", "")
        if use not in (LEARNING, ANCHOR):
            errors.append(("id_use", _("Vælg, hvad sagen skal bruges til.")))
        if not case or case not in {row.id for row in _visible(request, study)}:
            errors.append(("id_case", _("Vælg en sag.")))
        if not errors:
            already = CaseReview.objects.filter(pk=case, use=use).exists()  # the second click of two
            # One's own that is not in: the same of an anchor as of any other, whatever they are.
            own = case in blind_to(str(request.user.pk))
            refused = "being_read" if own else "" if already else make_known(found, case, use)
            if not refused:
                return redirect("reviewing:key", study, case)
            errors.append(("id_case", str(WHY_NOT[refused])))
    context = {
        "study": found,
        "known": known_cases(request, found),
        "open": _candidates(request, study),
        "use": request.POST.get("use", ""),
        "case": request.POST.get("case", ""),
        "errors": errors,
        "crumbs": crumbs(found, _("Øvelse og ankersager")),
    }
    return render(request, "reviewing/practice.html", context, status=422 if errors else 200)


def known_cases(request: HttpRequest, study: Any) -> list[dict[str, Any]]:
    """The known cases that the one who looks may see: none that they still are to hand in themselves."""
    reviews = (
        CaseReview.objects.filter(study=study)
        .exclude(use=MEASURED)
        .select_related("case__study", "case__request__authority")
        .prefetch_related("readings__reader")
        .order_by("use", "case__municipality", "case__number")
    )
    form = form_of(study)
    return [
        {
            "review": review,
            "case": review.case,
            "keys": sum(
                key.answer.state is not State.NOT_ANSWERED
                for key in newest_keys(form, review.case_id).values()
            ),
            "readings": practising(review, review.readings.all()),
            "begun": begun(review),
        }
        for review in only(request, "see_reading", reviews, review_state)
    ]


def _visible(request: HttpRequest, study: str) -> list[Any]:
    rows = (
        Case.objects.filter(study=study, state="screened_in")
        .select_related("study", "request__authority", "review")
        .prefetch_related("review__readings")
        .order_by("municipality", "number")
    )
    return only(request, "see_case", rows, case_state)


def _candidates(request: HttpRequest, study: str) -> list[tuple[Any, str]]:
    """The cases that can become known, each with where its key can come from."""
    before = counted_before(study)
    found = []
    for row in _visible(request, study):
        review = getattr(row, "review", None)
        if not why_not(row, review, before):
            read = review is not None and any(not item.handed_over_at for item in review.readings.all())
            found.append((row, _("læst: svarene foreslås som facit") if read else _("ikke læst")))
    return found


def key(request: HttpRequest, study: str, case: str) -> HttpResponse:
    """The key of a known case, question by question; a POST writes what was changed, all or nothing."""
    review = get_object_or_404(
        CaseReview.objects.select_related("study", "case__request__authority"), pk=case, study=study
    )
    form = form_of(review.study)
    now = newest_keys(form, review.case_id)
    if request.method != "POST":
        return _key_page(request, review, form, _start(form, review, now), now)
    once = request.POST.get("once", "")[:_ONCE] or random_id(_ONCE)
    here = redirect("reviewing:practice", study)
    if KeyAnswer.objects.filter(case=case, once__startswith=f"{once}-").exists():
        return here
    typed, errors = _typed(request, form, review.case, now)
    if errors:
        return _key_page(request, review, form, typed, now, errors=errors)
    changed = {id: item for id, item in typed.items() if _differs(item, now.get(id))}
    beaten = [id for id, item in changed.items() if item.number != (now[id].number if id in now else 0)]
    if not beaten:
        beaten = _write(review, form, changed, once, request.user)
    if beaten:
        now = newest_keys(form, review.case_id)
        errors = [(f"v_{id}", _beaten(form.question(id), now.get(id))) for id in beaten]
        newer = {
            id: Key(item.answer, item.why, now[id].number if id in now else 0) for id, item in typed.items()
        }
        return _key_page(request, review, form, newer, now, errors=errors, status=409)
    messages.success(request, _("Facit er gemt."))
    return here


def _write(review: Any, form: Form, changed: Mapping[str, Key], once: str, by: Any) -> list[str]:
    """The questions that somebody else wrote at the same moment; then nothing of it is written."""
    order = {question.id: place for place, question in enumerate(form.questions)}
    now = ""
    try:
        with transaction.atomic():
            for now, item in changed.items():
                write_key(review.case, form.question(now), item, f"{once}-{order[now]}", by)
    except IntegrityError:
        return [now]
    return []


def _beaten(question: Question, theirs: Key | None) -> str:
    said = value_words(question, theirs.answer, language_shown()) if theirs else ""
    label = words(question.label, language_shown())
    return _(
        "%(label)s: en anden har skrevet facit imens: »%(said)s«. Intet af dit er gemt. Gem igen, hvis dit skal gælde."
    ) % {"label": label, "said": said or _("intet facit")}


def _differs(typed: Key, now: Key | None) -> bool:
    if now is None:
        return typed.answer.state is not State.NOT_ANSWERED
    return (typed.answer.state, typed.answer.value, typed.why) != (
        now.answer.state,
        now.answer.value,
        now.why,
    )


def _start(form: Form, review: Any, now: Mapping[str, Key]) -> dict[str, Key]:
    """The key as it is, and where none was written yet what the case was settled to."""
    suggested = settled_before(form, review) if not now else {}
    nothing = (State.NOT_ASKED, State.NOT_ANSWERED)
    found = {
        question.id: Key(suggested[question.id], "", 0)
        for question in with_key(form, review.case)
        if question.id in suggested and suggested[question.id].state not in nothing
    }
    return found | dict(now)


def _typed(
    request: HttpRequest, form: Form, case: Any, now: Mapping[str, Key]
) -> tuple[dict[str, Key], Errors]:
    """What was sent, by question, and what cannot stand."""
    found: dict[str, Key] = {}
    errors: Errors = []
    for question in with_key(form, case):
        id = question.id
        states = [state for state in request.POST.getlist(f"s_{id}") if state]
        sent = from_sent(question, request.POST.getlist(f"v_{id}"), states)
        why = request.POST.get(f"w_{id}", "").replace("\r\n", "\n").strip()
        number = request.POST.get(f"n_{id}", "")
        label = words(question.label, language_shown())
        if isinstance(sent, Refused):
            errors.append((f"v_{id}", f"{label}: {sent.why}"))
            sent = now[id].answer if id in now else NOTHING
        if len(why) > MOST_WHY:
            errors.append(
                (f"w_{id}", _("%(label)s: skriv højst %(most)s tegn.") % {"label": label, "most": MOST_WHY})
            )
        elif may_hold_cpr(why):
            errors.append(
                (f"w_{id}", _("%(label)s: teksten ligner noget med et CPR-nummer.") % {"label": label})
            )
        elif why and sent.state is State.NOT_ANSWERED:
            errors.append((f"v_{id}", _("%(label)s: vælg også et facit.") % {"label": label}))
        found[id] = Key(sent, why, int(number) if number.isascii() and number.isdigit() else 0)
    return found, errors


def _key_page(request: HttpRequest, review: Any, form: Form, typed: Mapping[str, Key], now: Mapping[str, Key],
              *, errors: Sequence[tuple[str, str]] = (), status: int = 422) -> HttpResponse:  # fmt: skip
    language = language_shown()
    wanted = {question.id for question in with_key(form, review.case)}
    wrong = {field for field, _said in errors}
    sections = [
        (
            words(section.title, language),
            [
                _row(question, typed.get(question.id), wrong)
                for question in questions
                if question.id in wanted
            ],
        )
        for section, questions in by_section(form)
    ]
    context = {
        "study": review.study,
        "review": review,
        "case": review.case,
        "sections": [item for item in sections if item[1]],
        "suggested": not now and bool(typed) and request.method != "POST",
        "once": random_id(_ONCE),
        "most": MOST_WHY,
        "begun": begun(review),
        "handed_in": sum(row.state == "submitted" for row in practising(review, review.readings.all())),
        "errors": errors,
        "crumbs": [
            *crumbs(review.study),
            (_("Øvelse og ankersager"), reverse("reviewing:practice", args=[review.study_id])),
            (_("Sag %(number)s") % {"number": review.case.number}, None),
        ],
    }
    return render(request, "reviewing/key.html", context, status=status if errors else 200)


def _row(question: Question, item: Key | None, wrong: set[str]) -> dict[str, Any]:
    language, answer = language_shown(), item.answer if item else NOTHING
    value = answer.value
    chosen = value if isinstance(value, frozenset) else {_code(answer)} if value is not None else set()
    choices = (
        [("yes", _("ja")), ("no", _("nej"))]
        if question.type is Type.BOOL
        else [(choice.code, words(choice.label, language)) for choice in question.choices]
    )
    return {
        "id": question.id,
        "label": words(question.label, language),
        "kind": question.type.value,
        "choices": [(code, said, code in chosen) for code, said in choices],
        "no_tick": NO_TICK,
        "ticked_none": value == frozenset(),
        "typed": "" if value is None or isinstance(value, frozenset | bool) else _written(value),
        "states": [
            (state.value, STATE_DA[state], answer.state is state)
            for state in State
            if state in question.allow
        ],
        "why": item.why if item else "",
        "number": item.number if item else 0,
        "wrong": f"v_{question.id}" in wrong or f"w_{question.id}" in wrong,
    }


def _code(answer: Answer) -> str:
    return {True: "yes", False: "no"}[answer.value] if isinstance(answer.value, bool) else str(answer.value)


def _written(value: Any) -> str:
    return value.strftime("%d-%m-%Y") if isinstance(value, date) else str(value)


def back(request: HttpRequest, study: str, case: str) -> HttpResponse:
    """Gives a known case back to the measurement, while nobody has read in it."""
    review = get_object_or_404(
        CaseReview.objects.select_for_update(of=("self",)).exclude(use=MEASURED), pk=case, study=study
    )
    if given_back(review):
        messages.success(request, _("Sagen er med i målingen igen. Facit er bevaret, men bruges ikke."))
    else:
        said = _(
            "Sagen kan ikke gå tilbage til målingen: nogen har læst i den og kender, eller er målt på, dens facit."
        )
        messages.error(request, said)
    return redirect("reviewing:practice", study)


def give_out(request: HttpRequest, study: str) -> HttpResponse:
    """Gives known cases to chosen readers. Given twice it is once."""
    found = get_object_or_404(Study.objects.select_for_update(), pk=study)
    to_give: Giving = giving(request, found, known_cases(request, found))
    errors: Errors = []
    if request.method == "POST":
        errors = to_give.errors
        if not errors:
            given, refused = give_known(found, to_give)
            said = ngettext("%(n)s læsning er fordelt.", "%(n)s læsninger er fordelt.", given) % {"n": given}
            messages.success(request, said)
            for line in refused:
                messages.warning(request, line)
            return redirect("reviewing:practice", study)
    context = {
        "study": found,
        "cases": to_give.cases,
        "readers": to_give.readers,
        "chosen_cases": request.POST.getlist("cases"),
        "chosen": request.POST.getlist("readers"),
        "due": request.POST.get("due", "") or to_give.usual_due,
        "errors": errors,
        "crumbs": [
            *crumbs(found),
            (_("Øvelse og ankersager"), reverse("reviewing:practice", args=[study])),
            (_("Fordel"), None),
        ],
    }
    return render(request, "reviewing/practice_give.html", context, status=422 if errors else 200)
