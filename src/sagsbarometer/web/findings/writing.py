"""A lawyer writes the finding of a case: what was found to the left, and the words for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sagsbarometer.kernel.ids import words_hold_cpr
from sagsbarometer.review.sheet import CASE_HANDLING, CLOSING, RESULT, SheetContent, Words
from sagsbarometer.web.events.acting import acting, record
from sagsbarometer.web.findings import kept
from sagsbarometer.web.findings.models import Sheet
from sagsbarometer.web.findings.opened import Opened, opened
from sagsbarometer.web.findings.sheet_shown import named, shown
from sagsbarometer.web.languages import in_shown
from sagsbarometer.web.reviewing.cases_read import crumbs
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.may import Answer as May

LONGEST = 2000  # characters of a sentence
MOST = 80  # sentences of a sheet
_TITLES = {
    RESULT: gettext_lazy("Resultat"),
    CASE_HANDLING: gettext_lazy("Sagsbehandlingsregler"),
    CLOSING: gettext_lazy("Hvad nu"),
}


def write(request: HttpRequest, study: str, case: str) -> HttpResponse:
    """GET: the page. POST: saves it, marks it ready, takes it back, or begins the next number."""
    open_ = opened(study, case, str(request.user.pk), lock=request.method == "POST")
    if open_ is None:
        return render(request, "rights/locked.html", status=409)
    if request.method != "POST":
        with acting(request.user.id, "findings"):
            record("read_case", "delivering_case", case, study=study, case=case, purpose="findings")
        return _page(request, open_)
    act = request.POST.get("do", "save")
    if act == "new":
        return _new(request, open_)
    if act == "back":
        return _back(request, open_)
    return _save(request, open_, act)


def _save(request: HttpRequest, open_: Opened, act: str) -> HttpResponse:
    sheet, words = open_.sheet, _sent(request, open_)
    if sheet is not None and sheet.state == "released":
        return render(request, "rights/locked.html", status=409)
    ready = act == "ready"
    here = redirect("findings:sheet", study=open_.study.id, case=open_.case.id)
    if _is_done(request, open_, words, ready):  # the second click of two: the reply of the first
        return here
    if _moved(request, sheet):
        said = _(
            "En anden har gemt imens. Dit står i felterne; det gemte står for sig selv. Ret, og gem igen."
        )
        return _page(request, open_, errors=[("", said)], words=words, theirs=True, status=409)
    if request.POST.get("answers") != open_.hash:
        said = _(
            "Sagens svar er ændret, siden siden blev vist. Kendsgerningerne er hentet igen: se dem, og gem."
        )
        return _page(request, open_, errors=[("", said)], words=words, status=409)
    if errors := _faults(words, ready=ready):
        return _page(request, open_, errors=errors, words=words)
    made = sheet or kept.new(open_.case, open_.reading, number=1, revision=-1)
    made.state, made.by = ("ready" if ready else "draft"), request.user
    made.revision += 1
    kept.put(made, SheetContent(open_.made.facts, words))
    try:
        with transaction.atomic():
            made.save(force_insert=sheet is None)
    except IntegrityError:
        open_ = opened(open_.study.id, open_.case.id, str(request.user.pk), lock=True) or open_
        said = _("En anden har begyndt på fundet imens. Dit står i felterne; det gemte står for sig selv.")
        return _page(request, open_, errors=[("", said)], words=words, theirs=True, status=409)
    messages.success(request, _("Fundet er klar til at blive frigivet.") if ready else _("Kladden er gemt."))
    if act == "preview":
        return redirect("findings:shown", study=open_.study.id, case=open_.case.id, number=made.number)
    return here


def _back(request: HttpRequest, open_: Opened) -> HttpResponse:
    """A sheet that was ready is a draft again."""
    sheet = open_.sheet
    if sheet is None or sheet.state == "released" or (_moved(request, sheet) and sheet.state != "draft"):
        return render(request, "rights/locked.html", status=409)
    if sheet.state == "ready":
        sheet.state, sheet.revision = "draft", sheet.revision + 1
        sheet.save(update_fields=["state", "revision"])
    return redirect("findings:sheet", study=open_.study.id, case=open_.case.id)


def _new(request: HttpRequest, open_: Opened) -> HttpResponse:
    """The next number of a sheet that was released: its words, and the facts as they are now. Twice is once."""
    sheet = open_.sheet
    here = redirect("findings:sheet", study=open_.study.id, case=open_.case.id)
    number = _number(request.POST.get("number", ""))
    if sheet is not None and sheet.number == number + 1 and sheet.state == "draft":
        return here
    if sheet is None or sheet.state != "released" or sheet.number != number:
        return render(request, "rights/locked.html", status=409)
    before = kept.content_of(sheet)
    next_ = kept.new(open_.case, open_.reading, number=number + 1, by=request.user)
    kept.put(next_, SheetContent(open_.made.facts, before.words if before else ()))
    next_.save(force_insert=True)
    return here


def _sent(request: HttpRequest, open_: Opened) -> tuple[Words, ...]:
    """The words as they were sent: those there were, in the order of their numbers, then what was ticked, then one's
    own. A text that was emptied is taken off."""
    sent, parts = request.POST, open_.parts
    rows = zip(*(sent.getlist(f"item_{name}") for name in ("part", "id", "text", "place")), strict=False)
    standard = {item.id: item for item in open_.made.sentences}
    items = sorted(
        (
            (parts.index(part), 0, _number(place), at, Words(part, id[:60], _plain(text)))
            for at, (part, id, text, place) in enumerate(rows)
            if part in parts and text.strip()
        ),
        key=lambda item: item[:4],
    )
    held = {words.id for *_place, words in items if words.id}
    for at, id in enumerate(sent.getlist("add")):
        if (item := standard.get(id)) is not None and id not in held:
            items.append((parts.index(item.part), 1, 0, at, Words(item.part, id, item.text)))
    for part in parts:
        if text := _plain(sent.get(f"own_{part}", "")):
            items.append((parts.index(part), 2, 0, 0, Words(part, "", text)))
    return tuple(words for *_place, words in sorted(items, key=lambda item: item[:4]))


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _faults(words: tuple[Words, ...], *, ready: bool) -> list[tuple[str, str]]:
    errors = []
    for at, item in enumerate(words):
        if len(item.text) > LONGEST:
            errors.append((f"text_{at}", _("En sætning er for lang: højst %(n)s tegn.") % {"n": LONGEST}))
        if words_hold_cpr(item.text) or words_hold_cpr(item.id):
            said = _("En sætning har noget, der ligner et CPR-nummer. Skriv den uden.")
            errors.append((f"text_{at}", said))
    if len(words) > MOST:
        errors.append(("", _("Der er for mange sætninger: højst %(n)s.") % {"n": MOST}))
    if ready and not words:
        errors.append(("", _("Vælg eller skriv mindst én sætning, før fundet er klar.")))
    return errors


def _moved(request: HttpRequest, sheet: Any) -> bool:
    """Whether what was saved is no longer what the page showed."""
    seen = (_number(request.POST.get("number", "")), request.POST.get("revision", ""))
    return seen != ((sheet.number, str(sheet.revision)) if sheet is not None else (0, "0"))


def _is_done(request: HttpRequest, open_: Opened, words: tuple[Words, ...], ready: bool) -> bool:
    """Whether the very same was saved already, by the same person, from the same page."""
    sheet = open_.sheet
    if sheet is None or sheet.by_id != request.user.id or sheet.state != ("ready" if ready else "draft"):
        return False
    content = kept.content_of(sheet)
    return (
        _moved(request, sheet)
        and content is not None
        and content.words == words
        and sheet.answers == open_.hash
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _page(request: HttpRequest, open_: Opened, *, errors: Any = (), words: tuple[Words, ...] | None = None,
          theirs: bool = False, status: int = 422) -> HttpResponse:  # fmt: skip
    sheet, study = open_.sheet, open_.study
    state = sheet.state if sheet is not None else ""
    saved = kept.content_of(sheet) if sheet is not None else None
    held = words if words is not None else saved.words if saved else ()
    may = asked(request, "write_sheet", request.state) is May.YES
    context = {
        "study": study,
        "case": open_.case,
        "name": named(open_.case),
        "sheet": sheet,
        "state": Sheet.STATES[state] if state else "",
        "editable": may and state in ("", "draft"),
        "may_write": may,
        "facts": shown(SheetContent(open_.made.facts, ())),
        "body": shown(saved) if state in ("ready", "released") else None,
        "parts": _parts(open_, held, fresh=sheet is None and words is None),
        "changed": sheet is not None and sheet.answers != open_.hash,
        "answers": open_.hash,
        "number": sheet.number if sheet is not None else 0,
        "revision": sheet.revision if sheet is not None else 0,
        "theirs": shown(saved) if theirs else None,
        "problems": open_.layout.problems,
        "derived": open_.layout.file.derived,
        "earlier": [
            row
            for row in kept.released_of(open_.case.id, open_.reading)
            if sheet is None or row.id != sheet.id
        ],
        "longest": LONGEST,
        "errors": errors,
        "crumbs": [
            *crumbs(study),
            (_("Fund"), reverse("findings:sheets", args=[study.id])),
            (_("Sag %(number)s") % {"number": open_.case.number}, None),
        ],
    }
    return render(request, "findings/write.html", context, status=status if errors else 200)


def _parts(open_: Opened, held: tuple[Words, ...], *, fresh: bool) -> list[dict[str, Any]]:
    """Each part with its words, and the standard sentences that fit and are not among them."""
    labels = {item.question: item.label for item in open_.layout.file.defects}
    defects = {item.id: item for item in open_.made.facts.defects}
    fits = {item.id for item in open_.made.sentences}
    chosen = {item.id for item in held if item.id}
    # A part that the study's sheet no longer has: its words are not lost, they stand at the end.
    numbered = [
        (at, item if item.part in open_.parts else replace(item, part=CLOSING))
        for at, item in enumerate(held)
    ]
    parts = []
    for part in open_.parts:
        items = [
            {"at": at, "words": words, "place": place, "stale": bool(words.id) and words.id not in fits}
            for place, (at, words) in enumerate((row for row in numbered if row[1].part == part), 1)
        ]
        options = [item for item in open_.made.sentences if item.part == part and item.id not in chosen]
        if part in labels and part not in defects and not items:
            continue  # no defect there
        parts.append(
            {
                "id": part,
                "title": _TITLES.get(part) or in_shown(labels[part], part),
                "defect": defects.get(part),
                "items": items,
                "options": [(item, fresh and item.suggested) for item in options],
            }
        )
    return parts
