"""Where two readings differ, and what counts then: all that was answered and decided is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.documents.vault import seal
from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import STATE_DA, State
from sagsbarometer.forms.wording import by_section, words
from sagsbarometer.kernel.ids import may_hold_cpr
from sagsbarometer.kernel.problems import Level
from sagsbarometer.review.differences import Beside, Decided, Settled, beside, pair_hash, settled
from sagsbarometer.review.kept_answers import Refused, from_sent, kept
from sagsbarometer.web.home import this_home
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.planning.folders import form_at
from sagsbarometer.web.reviewing.cases_read import all_read, crumbs
from sagsbarometer.web.reviewing.finding import MEASURED, course_of
from sagsbarometer.web.reviewing.models import CaseReview, Decision, Reading
from sagsbarometer.web.reviewing.moves import case_takes, open_to
from sagsbarometer.web.reviewing.newest import decisions_by, read, shown, with_declared
from sagsbarometer.web.reviewing.sealing import opened

_MOST = 1000  # characters of a reason
_DIFFERENT = ("difference", "settled")


def compare(review: CaseReview) -> None:
    """Says of a case that is read by two whether its readings differ, and whether that is decided. Inside `acting`,
    after a reading was handed in or something was decided."""
    readings = _readings(review) if review.use == MEASURED else []
    if len(readings) != 2 or not course_of(review, readings).both_in:
        return
    form = form_at(review.study_id, max(reading.form_version for reading in readings))
    first, second = _answers(form, readings)
    differs = any(not item.same for item in beside(form, first, second))
    done = is_done(settled(form, first, second, decisions_of(form, review.case_id)))
    review.differs = differs
    review.decided_at = (review.decided_at or timezone.now()) if differs and done else None
    review.revision += 1
    review.save(update_fields=["differs", "decided_at", "revision"])


def decisions_of(form: Form, case: str) -> dict[str, Decided]:
    """What was decided last of each question of a case."""
    rows = Decision.objects.filter(case=case).order_by("number")
    return decisions_by(form, rows, "case_id").get(case, {})


def differences(request: HttpRequest, study: str) -> HttpResponse:
    """The cases in which two readings differ: those that wait, or those that are decided."""
    wanted = request.GET.get("vis", "difference")
    wanted = wanted if wanted in _DIFFERENT else "difference"
    told = all_read(request, study)
    cases = [item for item in told.cases if item.review.differs and item.course.state.value == wanted]
    found = told.cases[0].review.study if told.cases else None
    from sagsbarometer.web.planning.models import Study

    found = found or get_object_or_404(Study, pk=study)
    context = {
        "study": found,
        "cases": cases,
        "shown": wanted,
        "hidden": told.hidden,
        "views": [("difference", _("Venter på en afgørelse")), ("settled", _("Afgjort"))],
        "crumbs": crumbs(found, _("Forskelle")),
    }
    return render(request, "reviewing/differences.html", context)


def difference(request: HttpRequest, study: str, case: str) -> HttpResponse:
    """The two readings of a case beside each other; a POST decides one question."""
    review = get_object_or_404(
        CaseReview.objects.select_related("study", "case__request__authority"), pk=case, study=study
    )
    # Not of a known case: those who read it do so alone. Nor of a locked one that one alone has read.
    readings = _readings(review) if review.use == MEASURED else []
    if len(readings) != 2:
        raise Http404
    form = form_at(review.study_id, max(reading.form_version for reading in readings))
    first, second = _answers(form, readings)
    pairs = {item.question: item for item in beside(form, first, second)}
    if request.method == "POST":
        if not case_takes(review, "settle"):
            return render(request, "rights/locked.html", status=409)
        return _decide(request, review, form, readings, pairs)
    return _page(request, review, form, readings, pairs)


def _decide(request: HttpRequest, review: CaseReview, form: Form, readings: Sequence[Reading],
            pairs: Mapping[str, Beside]) -> HttpResponse:  # fmt: skip
    """One decision, kept beside those before it."""
    once = request.POST.get("once", "")[:40]
    here = redirect("reviewing:difference", study=review.study_id, case=review.case_id)
    if once and Decision.objects.filter(once=once, case=review.case_id).exists():
        return here
    sent = sent_decision(request, form, pairs)
    if isinstance(sent, tuple):
        return _page(request, review, form, readings, pairs, errors=[sent])
    question, item, reason = sent.question, sent.item, sent.reason
    row = Decision(
        case_id=review.case_id, question=question.id, side=sent.side, answers=pair_hash(item.first, item.second),
        state=kept(sent.answer)[0], value=kept(sent.answer)[1],
        number=sent.number, once=once or random_id(24), by=request.user,
    )  # fmt: skip
    key = this_home().keys.study(review.study_id)
    row.reason = seal(key, reason.encode(), f"reviewing_decision.reason:{row.id}") if reason else b""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return _page(
            request, review, form, readings, pairs, errors=[(f"q_{question.id}", taken())], status=409
        )
    compare(review)
    if review.decided_at:
        messages.success(request, _("Alle forskelle i sagen er afgjort."))
        return here
    return redirect(f"{here.url}?efter={question.id}")


@dataclass(frozen=True, slots=True)
class SentDecision:
    """What was decided of a question, as the page sent it. `number`: of the decision it makes."""

    question: Question
    item: Beside
    side: str
    answer: Answer
    reason: str
    number: int


def sent_decision(
    request: HttpRequest, form: Form, pairs: Mapping[str, Beside]
) -> SentDecision | tuple[str, str]:
    """What was sent, or what is wrong with it: the id of the field, and the words."""
    item = pairs.get(request.POST.get("question", ""))
    side = request.POST.get("side", "")
    if item is None or side not in Decision.SIDES:
        return "", _("Vælg en side.")
    question = form.question(item.question)
    reason = request.POST.get("reason", "").strip()
    states = [state for state in request.POST.getlist("third_state") if state]
    third = from_sent(question, request.POST.getlist("third"), states)
    answer = {"first": item.first, "second": item.second}.get(side, third)
    if isinstance(answer, Refused) or (side == "third" and answer.state is State.NOT_ANSWERED):
        why = answer.why if isinstance(answer, Refused) else _("Vælg eller skriv det tredje svar.")
        return f"third_{question.id}", why
    if wrong := _reason_fault(side, reason):
        return f"reason_{question.id}", wrong
    return SentDecision(question, item, side, answer, reason, _number(request.POST.get("number", "")) + 1)


def taken() -> str:
    """What is told to the last of two who decide at once."""
    return _("En anden har afgjort spørgsmålet imens. Intet af dit er gemt; se afgørelsen her, og vælg igen.")


def _reason_fault(side: str, reason: str) -> str:
    if side == "third" and not reason:
        return _("Skriv, hvorfor ingen af de to svar skal gælde.")
    if len(reason) > _MOST:
        return _("Begrundelsen er for lang: højst %(n)s tegn.") % {"n": _MOST}
    return _("Begrundelsen ligner noget med et CPR-nummer. Skriv den uden.") if may_hold_cpr(reason) else ""


def _page(request: HttpRequest, review: CaseReview, form: Form, readings: Sequence[Reading],
          pairs: Mapping[str, Beside], *, errors: Any = (), status: int = 422) -> HttpResponse:  # fmt: skip
    made = decisions_of(form, review.case_id)
    outcome = settled(form, *_answers(form, readings), made)
    lately = {row.question: row for row in Decision.objects.filter(case=review.case_id).order_by("number")}
    context = {
        "study": review.study,
        "review": review,
        "case": review.case,
        "readings": readings,
        "can_settle": "settle" in open_to(request, review, readings),
        **page_parts(request, form, pairs, outcome, lately, errors),
        "crumbs": [
            *crumbs(review.study),
            (_("Forskelle"), reverse("reviewing:differences", args=[review.study_id])),
            (_("Sag %(number)s") % {"number": review.case.number}, None),
        ],
    }
    return render(request, "reviewing/difference.html", context, status=status if errors else 200)


def page_parts(
    request: HttpRequest,
    form: Form,
    pairs: Mapping[str, Beside],
    outcome: Settled,
    lately: Mapping[str, Any],
    errors: Any,
) -> dict[str, Any]:
    """What the page of differences shows. `lately`: the newest decision of each question."""
    everything = request.GET.get("vis") == "alle"
    sections = []
    for section, questions in by_section(form):
        rows = [
            _row(question, pairs[question.id], lately.get(question.id), outcome)
            | _chosen(request, question.id, errors)
            for question in questions
            if _is_shown(pairs[question.id], everything)
        ]
        if rows:
            sections.append((words(section.title, language_shown()), rows))
    after = request.GET.get("efter", "")
    return {
        "sections": sections,
        "everything": everything,
        "open": outcome.open,
        "focus": next((id for id in _from(outcome.open, after, form)), ""),
        "broken": [item for item in outcome.case.findings if item.level is Level.ERROR and not outcome.open],
        "once": random_id(24),
        "errors": errors,
        "reasons": _typed(request, errors),
    }


def _chosen(request: HttpRequest, question: str, errors: Any) -> dict[str, Any]:
    """A third answer that was refused stands in its fields again."""
    sent = request.POST if errors and request.POST.get("question") == question else QueryDict()
    third = sent.getlist("third")
    return {
        "third": third,
        "third_text": third[0] if third else "",
        "third_state": sent.get("third_state", ""),
    }


def _typed(request: HttpRequest, errors: Any) -> dict[str, str]:
    """A reason that was refused stands in its field again."""
    return {request.POST.get("question", ""): request.POST.get("reason", "")} if errors else {}


def _row(question: Question, item: Beside, row: Any, outcome: Settled) -> dict[str, Any]:
    language = language_shown()
    counts = row is not None and row.answers == pair_hash(item.first, item.second)
    decided = read(question, row.state, row.value) if counts else None
    return {
        "question": question,
        "label": words(question.label, language),
        "first": shown(question, item.first, language),
        "second": shown(question, item.second, language),
        "same": item.same,
        "waits": any(id in outcome.open for id in item.follows),
        "open": question.id in outcome.open,
        "asked": outcome.case.answers[question.id].state is not State.NOT_ASKED,
        "decided": shown(question, decided, language) if decided else "",
        "side": row.get_side_display() if counts else "",
        "by": row.by.name if counts else "",
        "at": row.at if counts else None,
        "reason": opened(row, "reason") if counts else "",
        "number": row.number if row is not None else 0,
        "kind": question.type.value,
        "choices": [(choice.code, words(choice.label, language)) for choice in question.choices],
        "allowed": [(state.value, STATE_DA[state]) for state in sorted(question.allow)],
    }


def _is_shown(item: Beside, everything: bool) -> bool:
    return everything or not item.same


def _from(waiting: Sequence[str], after: str, form: Form) -> list[str]:
    """The questions that wait, those after `after` first."""
    order = [question.id for question in form.questions]
    place = order.index(after) if after in order else -1
    return sorted(waiting, key=lambda id: (order.index(id) <= place, order.index(id)))


def is_done(outcome: Settled) -> bool:
    """Whether nothing is left to decide, and what was decided can stand together."""
    return not outcome.open and not any(item.level is Level.ERROR for item in outcome.case.findings)


def _readings(review: CaseReview) -> list[Reading]:
    return list(
        Reading.objects.filter(review=review, handed_over_at=None, reread=None)
        .select_related("reader", "case")
        .order_by("place")
    )


def _answers(form: Form, readings: Sequence[Reading]) -> tuple[dict[str, Answer], dict[str, Answer]]:
    given = with_declared(form, readings)
    first, second = (given[reading.id] for reading in readings)
    return first, second


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
