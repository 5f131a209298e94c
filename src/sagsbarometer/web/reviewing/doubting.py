"""Doubts about answers: asked by the reader, discussed, answered by who decides, closed. Their words are locked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.documents.persons import masked_words
from sagsbarometer.review.declared import value_words
from sagsbarometer.review.doubts import (
    MOST_WORDS,
    STEP_DA,
    STEPS,
    WORDLESS,
    DoubtState,
    DoubtStep,
    allowed,
    words_fault,
)
from sagsbarometer.web.events.acting import acting, record
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.languages import in_shown
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.planning.folders import form_at
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing import shown
from sagsbarometer.web.reviewing.finding import reading_state
from sagsbarometer.web.reviewing.models import Doubt, DoubtRemark, Reading
from sagsbarometer.web.reviewing.sealing import locked, unlocked
from sagsbarometer.web.rights.asking import asked, only
from sagsbarometer.web.rights.may import Answer as May
from sagsbarometer.web.rights.middleware import refusal

_KEY = 20  # characters of a page's key that are kept


@dataclass(frozen=True, slots=True)
class Told:
    """A doubt as it is told: its remarks in words."""

    doubt: Any
    state: str
    remarks: tuple[tuple[Any, str], ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """A doubt with what can be done with it, and what stands in its field."""

    told: Told
    steps: tuple[tuple[str, str], ...]
    once: str
    typed: str = ""
    fault: str = ""


def asking(request: HttpRequest, reading: str, question: str) -> HttpResponse:
    """GET: the doubts about an answer of one's own. POST: asks another; sent twice it is asked once."""
    from sagsbarometer.web.reviewing.law import question_of

    posted = request.method == "POST"
    open_ = shown.opened(reading, lock=posted)
    question_of(open_, question)
    if not posted:
        return _beside(request, open_.reading, question)
    rights = open_.rights
    if no := refusal(request, asked(request, "discuss_doubt", rights), "discuss_doubt", rights):
        return no
    once, words = f"{reading}-{request.POST.get('once', '')[:_KEY]}", _sent(request)
    if not DoubtRemark.objects.filter(once=once).exists():
        if fault := words_fault(words):
            return _beside(request, open_.reading, question, typed=words, fault=fault)
        doubt = Doubt.objects.create(reading=open_.reading, question=question, by=request.user)
        _add(doubt, words, once, request.user, answers=False)
    return _beside(request, open_.reading, question)


def _beside(
    request: HttpRequest, reading: Reading, question: str, *, typed: str = "", fault: str = "", of: Any = None,
    conflict: bool = False,
) -> HttpResponse:  # fmt: skip
    """What stands beside a question on its reader's page. `of`: the doubt whose field `typed` and `fault` are about."""
    part = bool(request.headers.get("HX-Request"))
    if request.method == "POST" and not part and not fault:
        return redirect("reviewing:asking", reading.id, question)
    rows = list(reading.doubts.filter(question=question).order_by("at").prefetch_related("remarks__by"))
    threads = [
        thread(request, row, reading, typed=typed if row == of else "", fault=fault if row == of else "")
        for row in rows
    ]
    study = reading.case.study_id
    label = in_shown(form_at(study, reading.form_version).question(question).label, question)
    context = {
        "reading": reading,
        "question": {"id": question, "label": label},
        "label": label,
        "threads": threads,
        "typed": "" if of else typed,
        "fault": "" if of else fault,
        "once": random_id(_KEY),
        "most": MOST_WORDS,
        "study": reading.case.study,
        "asks": asked(request, "discuss_doubt", reading_state(reading)) is May.YES,
        "title": shown.title(reading.case),
        "crumbs": [
            (_("Mine sager"), reverse("reviewing:desk")),
            (shown.title(reading.case), reverse("reviewing:reading", args=[reading.id])),
            (_("Tvivl"), None),
        ],
    }
    template = "reviewing/doubt_part.html" if part else "reviewing/doubt_asking.html"
    reply = render(request, template, context, status=409 if conflict else 422 if fault else 200)
    if conflict:
        reply["X-Answer"] = "conflict"
    return reply


def doubt(request: HttpRequest, study: str, doubt: str) -> HttpResponse:
    """GET: one doubt with the answer it is about. POST: a step of it, made on the revision that was seen."""
    if request.method != "POST":
        with acting(request.user.id, "doubts"):
            found = _found(study, doubt)
            case = found.reading.case
            record("read_doubt", "reviewing_doubt", found.id, study=study, case=case.id)
        return _page(request, found)
    found = _found(study, doubt, lock=True)
    rights = reading_state(found.reading)
    if no := refusal(request, asked(request, "discuss_doubt", rights), "discuss_doubt", rights):
        return no
    once, words = f"{doubt}-{request.POST.get('once', '')[:_KEY]}", _sent(request)
    if DoubtRemark.objects.filter(once=once).exists():
        return _after(request, found)
    if request.POST.get("step", "") not in set(DoubtStep):
        return _after(request, found, typed=words, fault=_("Vælg, hvad du vil gøre ved tvivlen."))
    if request.POST.get("revision", "") != str(found.revision):
        fault = _(
            "Der er kommet nyt i tvivlen, siden du så den. Intet af dit er gemt: læs det, og send igen."
        )
        return _after(request, found, typed=words, fault=fault, conflict=True)
    if fault := _step(request, found, words, once):
        return _after(request, found, typed=words, fault=fault)
    return _after(request, found)


def _step(request: HttpRequest, found: Doubt, words: str, once: str) -> str:
    """Takes a step: what is wrong with it, or ""."""
    step = DoubtStep(request.POST["step"])
    if step not in dict(_steps(request, found)):
        return _("Det kan du ikke gøre ved tvivlen.")
    if (words or step not in WORDLESS) and (fault := words_fault(words)):
        return fault
    if words:
        _add(found, words, once, request.user, answers=step is DoubtStep.ANSWER)
    found.state = STEPS[DoubtState(found.state), step].value
    found.revision += 1
    found.save(update_fields=["state", "revision"])
    return ""


def _add(found: Doubt, words: str, once: str, by: Any, *, answers: bool) -> None:
    row = DoubtRemark(doubt=found, answers=answers, once=once, by=by)
    row.words = locked(found.reading.case.study_id, words, _about(row))
    row.save(force_insert=True)


def _after(
    request: HttpRequest, found: Doubt, *, typed: str = "", fault: str = "", conflict: bool = False
) -> HttpResponse:
    """The reply to a step: on the reader's page what stands beside the question, else the doubt's own page."""
    if request.headers.get("HX-Request") and found.reading.reader_id == request.user.id:
        return _beside(
            request, found.reading, found.question, typed=typed, fault=fault, of=found, conflict=conflict
        )
    if fault:
        return _page(request, found, typed=typed, fault=fault, status=409 if conflict else 422)
    messages.success(request, _("Gemt i tvivlen."))
    return redirect("reviewing:doubt", found.reading.case.study_id, found.id)


def _page(
    request: HttpRequest, found: Doubt, *, typed: str = "", fault: str = "", status: int = 200
) -> HttpResponse:
    from sagsbarometer.web.reviewing import codebook

    open_ = shown.opened(found.reading_id)
    question = open_.questions.get(found.question)
    given = open_.answer_of(open_.newest.get(found.question))
    study = open_.case.study
    label = in_shown(question.label, found.question) if question else found.question
    context = {
        "study": study,
        "doubt": found,
        "thread": thread(request, found, open_.reading, typed=typed, fault=fault),
        "reading": open_.reading,
        "own": open_.reading.reader_id == request.user.id and not open_.reading.handed_over_at,
        "case": open_.case,
        "title": shown.title(open_.case),
        "label": label,
        "help": in_shown(question.help) if question else "",
        "answer": value_words(question, given, language_shown()) if question else "",
        "rules": codebook.rules_shown(request.user.id, study.id).filter(question=found.question),
        "crumbs": [*_crumbs(study), (_("Tvivl"), reverse("reviewing:doubts", args=[study.id])), (label, None)],
    }  # fmt: skip
    return render(request, "reviewing/doubt.html", context, status=status)


def doubts(request: HttpRequest, study: str) -> HttpResponse:
    """The doubts of a study that the one who looks may discuss: the open first, then by question."""
    found = get_object_or_404(Study, pk=study)
    rows = _visible(request, Doubt.objects.filter(reading__case__study=study))
    labels: dict[str, str] = {}
    for row in rows:
        if row.question not in labels:
            form = form_at(study, row.reading.form_version)
            asked_of = next((item for item in form.questions if item.id == row.question), None)
            labels[row.question] = in_shown(asked_of.label, row.question) if asked_of else row.question
    order = list(DoubtState)
    rows.sort(key=lambda row: (order.index(DoubtState(row.state)), labels[row.question], row.at, row.id))
    context = {
        "study": found,
        "rows": [(row, labels[row.question], shown.title(row.reading.review.case)) for row in rows],
        "crumbs": [*_crumbs(found), (_("Tvivl"), None)],
    }
    return render(request, "reviewing/doubts.html", context)


def open_doubts(reading: Reading) -> int:
    """How many doubts of a reading nobody has answered."""
    return int(reading.doubts.filter(state=DoubtState.OPEN.value).count())


def here(reading: Reading, question: str) -> tuple[int, int]:
    """The doubts about one answer, all and those not closed. Those of all questions are read once for a page."""
    kept = reading.__dict__.setdefault("_doubts", {})
    if "all" not in kept:
        kept["all"] = list(reading.doubts.values_list("question", "state"))
    states = [state for of, state in kept["all"] if of == question]
    return len(states), sum(state == DoubtState.OPEN.value for state in states)


def told(row: Doubt) -> Told:
    """A doubt in words; who may see it was asked before."""
    study = row.reading.case.study_id
    remarks = sorted(row.remarks.all(), key=lambda remark: (remark.at, remark.id))
    said = tuple(
        (item, masked_words(unlocked(study, item.words, _about(item))) or _("(kan ikke læses mere)"))
        for item in remarks
    )
    return Told(row, str(Doubt.STATES[row.state]), said)


def thread(request: HttpRequest, row: Doubt, reading: Any, *, typed: str = "", fault: str = "") -> Thread:
    """A doubt of a reading with what the one who looks can do with it."""
    row.reading = reading
    return Thread(told(row), _steps(request, row), random_id(_KEY), typed, fault)


def _steps(request: HttpRequest, row: Doubt) -> tuple[tuple[str, str], ...]:
    if asked(request, "discuss_doubt", reading_state(row.reading)) is not May.YES:
        return ()
    steps = allowed(DoubtState(row.state), asker=row.by_id == request.user.id, judge=_judges(request, row))
    return tuple((step.value, str(STEP_DA[step])) for step in steps)


def _judges(request: HttpRequest, row: Doubt) -> bool:
    """Whether the one who looks decides how questions are to be read. Nobody decides of their own reading."""
    own = row.reading.reader_id == request.user.id
    return not own and asked(request, "write_codebook", reading_state(row.reading)) is May.YES


def _visible(request: HttpRequest, rows: Any) -> list[Any]:
    found = rows.select_related(
        "by", "reading__reader", "reading__case", "reading__review__case__study",
        "reading__review__case__request__authority",
    ).prefetch_related("reading__review__readings")  # fmt: skip
    return only(request, "see_reading", found, lambda row: reading_state(row.reading))


def _found(study: str, doubt: str, *, lock: bool = False) -> Doubt:
    rows = Doubt.objects.select_related(
        "by",
        "reading__case__study",
        "reading__review__case__study",
        "reading__review__case__request__authority",
    )
    if lock:
        rows = rows.select_for_update(of=("self",))
    return get_object_or_404(rows, pk=doubt, reading__case__study=study)


def _sent(request: HttpRequest) -> str:
    return request.POST.get("words", "").replace("\r\n", "\n").strip()


def _about(row: DoubtRemark) -> str:
    """What the words of a remark are locked as."""
    return f"reviewing_doubtremark.words:{row.id}"


def _crumbs(study: Any) -> list[tuple[str, str | None]]:
    return [
        (_("Undersøgelser"), reverse("planning:list")),
        (study.name, reverse("planning:study", args=[study.id])),
    ]
