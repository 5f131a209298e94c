"""From the readings of a case to the facts of its sheet and the sentences that fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.kernel.problems import Faults, Problem
from sagsbarometer.review.sheet import Facts, Place
from sagsbarometer.review.sheet_facts import Pinned, answers_hash, facts_of_case
from sagsbarometer.review.sheet_file import NAME, SheetFile, load_sheet_file, of_form
from sagsbarometer.review.sheet_sentences import Fitting, fitting
from sagsbarometer.web.planning.folders import catalogue, folder_of, form_of
from sagsbarometer.web.reviewing.counting import counted
from sagsbarometer.web.reviewing.documents_shown import named
from sagsbarometer.web.reviewing.models import Citation, Pin
from sagsbarometer.web.reviewing.pinning import about
from sagsbarometer.web.reviewing.sealing import unlocked


@dataclass(frozen=True, slots=True)
class Layout:
    """How the sheets of a study are made. `problems`: why its own sheet.yaml is not used, or that it has none."""

    form: Form
    file: SheetFile
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """What can be said of a case now."""

    facts: Facts
    sentences: tuple[Fitting, ...]


def layout_of(study: Any) -> Layout:
    """The form of a study and its sheet.yaml; a sheet made of the form alone where that is missing or does not fit."""
    form = form_of(study)
    path = folder_of(study) / NAME
    if not path.is_file():
        return Layout(form, of_form(form))
    try:
        return Layout(form, _file(path, path.stat().st_mtime_ns, form))
    except Faults as faults:
        return Layout(form, of_form(form), faults.problems)


_files: dict[tuple[Path, int, str], SheetFile] = {}


def _file(path: Path, changed: int, form: Form) -> SheetFile:
    key = (path, changed, form.hash)
    if key not in _files:
        _files[key] = load_sheet_file(path, form)
    return _files[key]


def answers_of(
    study: Any, layout: Layout, cases: Iterable[str] | None = None
) -> dict[str, Mapping[str, Answer]]:
    """The answers that count, of the cases of a study that are read and settled: all of them, or those of `cases`."""
    told = counted(study, layout.form, None if cases is None else frozenset(cases))
    return {case.case_id: case.case.answers for case in told.cases}


def made_of(
    study: Any, layout: Layout, case: str, answers: Mapping[str, Answer], reading: Any = None
) -> Made:
    """The facts of a case and the sentences that fit them; with `reading`, of what that one says alone."""
    law = catalogue()
    facts = facts_of_case(layout.form, layout.file, answers, pinned_of(study, case, reading), law)
    return Made(facts, fitting(layout.form, layout.file, answers, facts, law))


def hash_of(layout: Layout, answers: Mapping[str, Answer]) -> str:
    """Of answers, to be held against that of a sheet."""
    return answers_hash(layout.form, answers)


def pinned_of(study: Any, case: str, reading: Any = None) -> Pinned:
    """What both readers pinned and cited, in the order they did. Readings that were handed over are not among them."""
    whose: dict[str, Any] = {"reading__place__in": (1, 2)} if reading is None else {"reading": reading}
    held: dict[str, Any] = {
        "reading__case": case,
        "reading__handed_over_at": None,
        "removed_at": None,
        **whose,
    }
    places: dict[str, list[Place]] = {}
    name = cache(named)
    for row in Pin.objects.filter(**held).select_related("document").order_by("reading__place", "at", "id"):
        quote = unlocked(study.id, row.quote, about(row))
        places.setdefault(row.question, []).append(Place(name(row.document), row.page, quote))
    norms: dict[str, list[str]] = {}
    for cited in Citation.objects.filter(**held).order_by("reading__place", "at", "id"):
        norms.setdefault(cited.question, []).append(cited.norm)
    return Pinned(places, norms)
