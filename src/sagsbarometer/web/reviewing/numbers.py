"""The numbers of a freezing inside the workplace, and the way from each to its cases."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.load import load_form
from sagsbarometer.forms.wording import words
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.define import define_measures
from sagsbarometer.reporting.numbers import amount, bound_limits, counts_words, interval_limits
from sagsbarometer.runs.walk import cases_behind, cases_of, cells_of
from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.planning.folders import catalogue
from sagsbarometer.web.reviewing.cases_read import crumbs
from sagsbarometer.web.reviewing.finding import rereads, review_state
from sagsbarometer.web.reviewing.jobs import folder_of_freeze
from sagsbarometer.web.reviewing.models import CaseReview, Freeze
from sagsbarometer.web.reviewing.rereading import box
from sagsbarometer.web.rights.asking import only

# What is shown of a results folder: what is meant to be read. The coded rows are had by `answers_file` alone.
_SHOWN = frozenset({".html", ".svg", ".png", ".pdf", ".docx", ".xlsx", ".csv"})
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; sandbox allow-popups"
)


def numbers(request: HttpRequest, study: str, number: int) -> HttpResponse:
    """Every number of a freezing with its base, unknowns and interval, each leading to its cases."""
    frozen = _frozen(study, number)
    from sagsbarometer.web.findings.after_pages import beside

    language = get_language() or "da"
    folder = folder_of_freeze(study, number)
    measures = define_measures(_form(folder))
    cells = {cell.result: cell for cell in cells_of(folder / "results")}
    context = {
        "study": frozen.study,
        "freeze": frozen,
        "rows": [
            (id, words(measure.label, language), _told(cells[id], language))
            for id, measure in measures.items()
            if id in cells
        ],
        "report": (folder / "results" / "index.html").exists(),
        "after": beside(request, study, cases_of(folder / "results")),
        "again": box(request, frozen),
        "crumbs": _crumbs(frozen),
    }
    return render(request, "reviewing/numbers.html", context)


def behind(request: HttpRequest, study: str, number: int, measure: str) -> HttpResponse:
    """The cases a number was counted of: those that are yes, no and unknown, as far as one may see them."""
    frozen = _frozen(study, number)
    _not_of_rereaders(request, study)
    language = get_language() or "da"
    folder = folder_of_freeze(study, number)
    form = _form(folder)
    wanted = define_measures(form).get(measure)
    if wanted is None:
        raise Http404
    said = cases_behind(folder / "results", form, measure)
    cell = next(cell for cell in cells_of(folder / "results") if cell.result == measure)
    reviews = CaseReview.objects.filter(study=study, pk__in=said).select_related(
        "case__study", "case__request__authority"
    )
    seen = {review.case_id: review for review in only(request, "see_reading", reviews, review_state)}
    groups = [
        (heading, _listed(said, kind, seen), sum(value == kind for value in said.values()))
        for kind, heading in (
            ("yes", _("Tæller med")), ("no", _("Tæller ikke, men hører til grundlaget")),
            ("unknown", _("Kan ikke ses eller er ikke besvaret")),
        )
    ]  # fmt: skip
    context = {
        "study": frozen.study,
        "freeze": frozen,
        "label": words(wanted.label, language),
        "base": words(wanted.base_label, language),
        "told": _told(cell, language),
        "groups": groups,
        "gone": sum(value != "outside" for value in said.values()) - sum(len(group[1]) for group in groups),
        "crumbs": [*_crumbs(frozen, last=False), (words(wanted.label, language), None)],
    }
    return render(request, "reviewing/behind.html", context)


def file(request: HttpRequest, study: str, number: int, path: str) -> HttpResponse:
    """A file of the results that is meant to be read. It runs nothing and reaches nothing of the workplace."""
    _frozen(study, number)
    _not_of_rereaders(request, study)
    folder = (folder_of_freeze(study, number) / "results").resolve()
    wanted = (folder / path).resolve()
    if not wanted.is_relative_to(folder) or not wanted.is_file() or wanted.suffix not in _SHOWN:
        raise Http404
    type = mimetypes.guess_type(wanted.name)[0] or "application/octet-stream"
    return HttpResponse(
        wanted.read_bytes(),
        content_type=f"{type}; charset=utf-8" if type.startswith("text/") else type,
        headers={"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"},
    )


def _listed(said: dict[str, str], kind: str, seen: dict[str, Any]) -> list[Case]:
    cases = [seen[case].case for case, value in said.items() if value == kind and case in seen]
    return sorted(cases, key=lambda case: (case.municipality, case.number))


def _told(cell: Cell, language: str) -> dict[str, str]:
    return {
        "amount": amount(cell, language),
        "counts": counts_words(cell, language) if cell.value is not None else "",
        "interval": interval_limits(cell, language=language) if cell.low is not None else "",
        "bounds": bound_limits(cell, language) if cell.unknown and cell.bound_low is not None else "",
        "why_not": cell.why_not if cell.generalisable != "yes" else "",
    }


def _form(folder: Path) -> Form:
    return load_form(folder / "study" / "form.yaml", catalogue())


def _frozen(study: str, number: int) -> Freeze:
    """Raises Http404 also where the folder is gone: it is the truth, and the row only points to it."""
    if not (folder_of_freeze(study, number) / "results").is_dir():
        raise Http404
    return get_object_or_404(Freeze.objects.select_related("study", "by"), study=study, number=number)


def _not_of_rereaders(request: HttpRequest, study: str) -> None:
    """Raises Http404 for who reads some of the cases once more: which have a finding is not theirs to know. Only
    somebody who was given the right to see figures afterwards comes here."""
    if rereads(str(request.user.pk), study):
        raise Http404


def _crumbs(frozen: Freeze, *, last: bool = True) -> list[tuple[str, str | None]]:
    here = _("Låsning %(number)s") % {"number": frozen.number}
    address = None if last else reverse("reviewing:numbers", args=[frozen.study_id, frozen.number])
    return [
        *crumbs(frozen.study),
        (_("Svar og tal"), reverse("reviewing:answers", args=[frozen.study_id])),
        (here, address),
    ]
