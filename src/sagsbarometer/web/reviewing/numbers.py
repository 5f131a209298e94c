"""The numbers of a freezing inside the workplace, one by one and as the figures of its report show them."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.wording import words
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.define import define_figures, define_measures
from sagsbarometer.measures.measure import Measure
from sagsbarometer.reporting.numbers import amount, bound_limits, counts_words, interval_limits
from sagsbarometer.runs.walk import cases_of, cells_of
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.reviewing.cases_read import crumbs
from sagsbarometer.web.reviewing.finding import rereads
from sagsbarometer.web.reviewing.jobs import folder_of_freeze
from sagsbarometer.web.reviewing.models import Freeze
from sagsbarometer.web.reviewing.reread_cases import form_of_freeze
from sagsbarometer.web.reviewing.rereading import box

# What is shown of a results folder: what is meant to be read. The coded rows are had by `answers_file` alone.
_SHOWN = frozenset({".html", ".svg", ".png", ".pdf", ".docx", ".xlsx", ".csv"})
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; sandbox allow-popups"
)


def numbers(request: HttpRequest, study: str, number: int) -> HttpResponse:
    """Every number of a freezing with its base, unknowns and interval, each leading to its cases."""
    frozen = frozen_at(study, number)
    from sagsbarometer.web.findings.after_pages import beside

    language = language_shown()
    folder = folder_of_freeze(study, number)
    form = form_of_freeze(folder)
    measures = define_measures(form)
    cells = {cell.result: cell for cell in cells_of(folder / "results")}
    context = {
        "study": frozen.study,
        "freeze": frozen,
        "rows": [
            (id, words(measure.label, language), told(cells[id], language))
            for id, measure in measures.items()
            if id in cells
        ],
        "figures": _figures(form, measures, cells, language),
        "report": (folder / "results" / "index.html").exists(),
        "after": beside(request, study, cases_of(folder / "results")),
        "again": box(request, frozen),
        "crumbs": crumbs_to(frozen),
    }
    return render(request, "reviewing/numbers.html", context)


def file(request: HttpRequest, study: str, number: int, path: str) -> HttpResponse:
    """A file of the results that is meant to be read. It runs nothing and reaches nothing of the workplace."""
    frozen_at(study, number)
    not_of_rereaders(request, study)
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


def _figures(
    form: Form, measures: Mapping[str, Measure], cells: Mapping[str, Cell], language: str
) -> list[dict[str, Any]]:
    """The figures of the report, each row and part with its number. A row has the same places as the others: where some
    have a whole, so have all."""

    def place(id: str) -> dict[str, Any] | None:
        if id not in cells:
            return None
        return {
            "id": id,
            "label": words(measures[id].label, language),
            "told": told(cells[id], language),
        }

    found = []
    for figure in define_figures(form):
        keys = [part.id for part in figure.parts] or [""]
        total = any(row.total for row in figure.rows) and bool(figure.parts)
        rows = [
            {
                "label": words(row.label, language),
                "places": [
                    *(place(row.cells.get(key, "")) for key in keys),
                    *([place(row.total)] if total else []),
                ],
            }
            for row in figure.rows
        ]
        found.append({
            "title": words(figure.title, language), "number": figure.number, "total": total, "rows": rows,
            "parts": [words(part.label, language) for part in figure.parts],
            "also": [place(id) for id in figure.also], "across": len(keys) + total,
        })  # fmt: skip
    return found


def told(cell: Cell, language: str) -> dict[str, Any]:
    """A number with what has to be said about it."""
    return {
        "amount": amount(cell, language),
        "counts": counts_words(cell, language) if cell.value is not None else "",
        "interval": interval_limits(cell, language=language) if cell.low is not None else "",
        "bounds": bound_limits(cell, language) if cell.unknown and cell.bound_low is not None else "",
        "why_not": cell.why_not if cell.generalisable != "yes" else "",
        "weighted": bool(cell.estimator),
    }


def frozen_at(study: str, number: int) -> Freeze:
    """A freezing. Raises Http404 also where its folder is gone: it is the truth, and the row only points to it."""
    if not (folder_of_freeze(study, number) / "results").is_dir():
        raise Http404
    return get_object_or_404(Freeze.objects.select_related("study", "by"), study=study, number=number)


def not_of_rereaders(request: HttpRequest, study: str) -> None:
    """Raises Http404 for who reads some of the cases once more: which have a finding is not theirs to know. Only
    somebody who was given the right to see figures afterwards comes here."""
    if rereads(str(request.user.pk), study):
        raise Http404


def crumbs_to(frozen: Freeze, *, last: bool = True) -> list[tuple[str, str | None]]:
    """The way to the numbers of a freezing; with a link to them where that is not the last."""
    here = _("Låsning %(number)s") % {"number": frozen.number}
    address = None if last else reverse("reviewing:numbers", args=[frozen.study_id, frozen.number])
    return [
        *crumbs(frozen.study),
        (_("Svar og tal"), reverse("reviewing:answers", args=[frozen.study_id])),
        (here, address),
    ]
