"""A random re-reading of locked cases: drawn, given to readers who know nothing of them, and the figures corrected."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.wording import words
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.rereading import (
    GROUPS,
    WITH,
    drawn,
    from_plain,
    margin,
    number_of,
    plain,
    refusal,
    vouched,
)
from sagsbarometer.runs.reread import NUMBERS, findings, groups_of, usual_finding
from sagsbarometer.runs.walk import cells_of
from sagsbarometer.web.identifiers import once_key, random_id
from sagsbarometer.web.jobs import ask
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.reviewing import reread_cases as cases
from sagsbarometer.web.reviewing.assigning import day_of, tell_of
from sagsbarometer.web.reviewing.cases_read import crumbs
from sagsbarometer.web.reviewing.finding import rereads
from sagsbarometer.web.reviewing.jobs import folder_of_freeze
from sagsbarometer.web.reviewing.models import Freeze, Reread

_USUAL = {WITH: 60, GROUPS[1]: 60}  # cases of each group that are proposed, or all there are
_MISREAD = (5, 10, 20)  # percent of a group read wrong: what the precision is told for
REMARKS = {
    "few_changed": gettext_lazy("Færre end 5 fik et andet svar, så rettelsens usikkerhed er selv usikker."),
    "none_changed": gettext_lazy("Ingen fik et andet svar, så intervallet rummer ingen læsefejl."),
    "outside": gettext_lazy("Rettelsen fører ud over 0 eller 100 procent, så tallet vises ikke."),
    "none_twice": gettext_lazy("Ingen sag i grundlaget er genlæst."),
}


def reread(request: HttpRequest, study: str, number: int) -> HttpResponse:
    """Before the draw: how many, and how precise. After it: how far it is. A POST draws, once for each freezing."""
    frozen = _frozen(request, study, number, lock=request.method == "POST")
    made = Reread.objects.filter(freeze=frozen).select_related("freeze", "by").first()
    if made is not None:
        if request.method == "POST":
            return redirect("reviewing:reread", study, number)
        return _progress(request, made)
    return _draw(request, frozen)


def _draw(request: HttpRequest, frozen: Freeze) -> HttpResponse:
    folder = folder_of_freeze(frozen.study_id, frozen.number)
    form = cases.form_of_freeze(folder)
    known, sent = findings(form), request.POST if request.method == "POST" else request.GET
    measure = sent.get("measure", "")
    measure = measure if measure in known else usual_finding(form)
    if not measure:
        raise Http404
    groups = groups_of(folder / "results", form, measure)
    sizes = {name: len(held) for name, held in groups.items()}
    typed = {name: sent.get(name, str(min(_USUAL[name], sizes[name]))) for name in GROUPS}
    numbers = {name: number_of(typed[name], sizes[name]) for name in GROUPS}
    errors = _faults(frozen, sizes, numbers)
    whole = {name: many or 0 for name, many in numbers.items()}
    if request.method == "POST" and not errors:
        _make(request, frozen, measure, groups, whole)
        messages.success(request, _("Der er trukket lod. Giv nu sagerne til læsere, der ikke har læst dem."))
        return redirect("reviewing:reread", frozen.study_id, frozen.number)
    told = [] if errors else [(part, _points(margin(sizes, whole, Fraction(part, 100)))) for part in _MISREAD]
    context = {
        **_about(frozen, form, measure),
        "measures": [(id, words(item.label, language_shown())) for id, item in known.items()],
        "groups": [(name, sizes[name], typed[name]) for name in GROUPS],
        "precision": told,
        "readers": len(cases.able(frozen.study_id)),
        "once": random_id(24),
        "errors": errors if request.method == "POST" or "measure" in request.GET else [],
    }
    status = 422 if errors and request.method == "POST" else 200
    return render(request, "reviewing/reread_draw.html", context, status=status)


def _faults(frozen: Freeze, sizes: dict[str, int], numbers: dict[str, int | None]) -> list[tuple[str, str]]:
    errors = [
        (f"id_{name}", _("Skriv et antal fra 0 til %(n)s, eller en andel som 25 %%.") % {"n": sizes[name]})
        for name, many in numbers.items()
        if many is None
    ]
    if not errors and (why := refusal(sizes, {name: many or 0 for name, many in numbers.items()})):
        errors.append((f"id_{WITH}", why))
    newest = Freeze.objects.filter(study=frozen.study_id).order_by("-number")[0]
    # Unlocking the newest lets the cases of all be read on.
    if frozen.unlocked_at is not None or newest.unlocked_at is not None:
        errors.append(("", _("Svarene er låst op. Kun låste sager kan genlæses.")))
    return errors


def _make(
    request: HttpRequest, frozen: Freeze, measure: str, groups: dict[str, list[str]], numbers: dict[str, int]
) -> None:
    seed = random_id(24)
    found = drawn(groups, numbers, seed)
    Reread.objects.create(
        study=frozen.study, freeze=frozen, measure=measure, seed=seed, groups=plain(found), by=request.user,
        hash=vouched(seed, found), once=once_key(f"reread:{frozen.id}", request.POST.get("once")),
    )  # fmt: skip


def _progress(request: HttpRequest, made: Reread) -> HttpResponse:
    folder = folder_of_freeze(made.study_id, made.freeze.number)
    found = from_plain(made.groups)
    away = made.readings.filter(handed_over_at=None).exclude(state=ReadingState.SUBMITTED.value)
    context = {
        **_about(made.freeze, cases.form_of_freeze(folder), made.measure),
        "made": made,
        "groups": [(name, len(found[name].cases), len(found[name].drawn)) for name in GROUPS],
        "standing": cases.standing(made),
        "readers": cases.able(made.study_id),
        "waiting": len(cases.without_reader(made)),
        "away": sorted(
            {(row.reader_id, row.reader.name) for row in away.select_related("reader")}, key=lambda of: of[1]
        ),
        "rows": rows_of(made),
        "once": random_id(24),
    }
    return render(request, "reviewing/reread.html", context)


def assign(request: HttpRequest, study: str, number: int) -> HttpResponse:
    """Gives the drawn cases to readers who have not read them; those that somebody cannot read after all, to others."""
    made = _made(request, study, number)
    here = redirect("reviewing:reread", study, number)
    chosen = [user for user in cases.able(study) if user.id in request.POST.getlist("readers")]
    leaving = request.POST.get("from", "")
    due: date | None = day_of(request.POST.get("due", ""))
    if made.finished_at is not None:
        return here
    if not chosen or leaving in {user.id for user in chosen}:
        messages.error(request, _("Vælg mindst én læser, som skal have sagerne."))
        return here
    if leaving:
        cases.take_back(made, leaving)
    tell_of(request, cases.give(made, chosen, due))
    return here


def compute(request: HttpRequest, study: str, number: int) -> HttpResponse:
    """Asks for the corrected figures, when all that were drawn are read and adjudicated."""
    made = _made(request, study, number)
    if made.finished_at is None and not cases.standing(made).complete:
        messages.error(request, _("Der er ikke regnet: alle de trukne skal være læst og afgjort først."))
        return redirect("reviewing:reread", study, number)
    arguments = {"study": study, "number": number}
    job = ask("reviewing.reread", arguments, actor=request.user.id, study=study,
              once=f"reread-{made.id}-{request.POST.get('once', '')[:24]}")  # fmt: skip
    return redirect("jobs:job", job.id)


def box(request: HttpRequest, frozen: Freeze) -> dict[str, Any]:
    """The part of the page of numbers about the re-reading; nothing for who reads cases of it."""
    if rereads(str(request.user.pk), frozen.study_id):
        return {}
    made = Reread.objects.filter(freeze=frozen).select_related("freeze").first()
    return {
        "made": made,
        "standing": cases.standing(made) if made is not None and made.finished_at is None else None,
        "rows": rows_of(made) if made is not None else [],
        "once": random_id(24),
    }


def rows_of(made: Reread) -> list[dict[str, Any]]:
    """The corrected figures that were written, each beside the one it corrects."""
    folder = folder_of_freeze(made.study_id, made.freeze.number)
    path = folder / "reread" / NUMBERS
    if made.finished_at is None or not path.is_file():
        return []
    measures = findings(cases.form_of_freeze(folder))
    before = {cell.result: cell for cell in cells_of(folder / "results")}
    return [
        _row(item, words(measures[item["result"]].label, language_shown()), before[item["result"]])
        for item in json.loads(path.read_text(encoding="utf-8"))
        if item["result"] in measures
    ]


def _row(item: dict[str, Any], label: str, before: Any) -> dict[str, Any]:
    there = item.get("value") is not None and "outside" not in item["remarks"]
    return {
        "id": item["result"],
        "label": label,
        "before": _percent(before.value) if before.value is not None else "–",
        "value": _percent(item["value"]) if there else "–",
        "interval": f"{_percent(item['low'])}-{_percent(item['high'])}" if there and item.get("low") else "",
        "twice": item.get("read_twice", 0),
        "changed": item.get("changed", 0),
        "misread": _percent(item["misread_high"]) if "none_changed" in item["remarks"] else "",
        "few": "few_twice" in item["remarks"],
        "remarks": [str(REMARKS[code]) for code in item["remarks"] if code in REMARKS],
        "unsettled": item.get("unsettled", 0),
    }


def _percent(value: Any) -> str:
    return danish(round_half_up(Fraction(str(value)), 1))


def _points(value: float) -> str:
    return danish(round_half_up(Fraction(repr(value)), 1))


def _about(frozen: Freeze, form: Form, measure: str) -> dict[str, Any]:
    return {
        "study": frozen.study,
        "freeze": frozen,
        "measure": measure,
        "label": words(findings(form)[measure].label, language_shown()),
        "crumbs": crumbs_of(frozen, (_("Genlæsning"), None)),
    }


def crumbs_of(frozen: Freeze, *last: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """The way to a page of a freezing."""
    return [
        *crumbs(frozen.study),
        (_("Svar og tal"), reverse("reviewing:answers", args=[frozen.study_id])),
        (_("Låsning %(number)s") % {"number": frozen.number},
         reverse("reviewing:numbers", args=[frozen.study_id, frozen.number])),
        *last,
    ]  # fmt: skip


def _frozen(request: HttpRequest, study: str, number: int, *, lock: bool) -> Freeze:
    """Raises Http404 also where its folder is gone, and for who reads cases of it once more."""
    if not (folder_of_freeze(study, number) / "results").is_dir() or rereads(str(request.user.pk), study):
        raise Http404
    held = Freeze.objects.select_related("study", "by")
    if lock:
        held = held.select_for_update(of=("self",))
    return get_object_or_404(held, study=study, number=number)


def _made(request: HttpRequest, study: str, number: int) -> Reread:
    frozen = _frozen(request, study, number, lock=True)
    return get_object_or_404(
        Reread.objects.select_for_update(of=("self",)).select_related("freeze"), freeze=frozen
    )
