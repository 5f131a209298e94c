"""From a number of a freezing to its cases: all of them, or those of one group."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sagsbarometer.forms.wording import words
from sagsbarometer.measures.behind import Behind, behind, by_group, counts_cases, has_value
from sagsbarometer.measures.define import define_measures
from sagsbarometer.measures.measure import Measure
from sagsbarometer.runs.walk import cases_behind, cells_of, municipalities_of
from sagsbarometer.web.languages import shown as language
from sagsbarometer.web.planning.folders import catalogue
from sagsbarometer.web.planning.models import Authority
from sagsbarometer.web.receiving.facts import strata_names
from sagsbarometer.web.reviewing.finding import review_state
from sagsbarometer.web.reviewing.jobs import folder_of_freeze
from sagsbarometer.web.reviewing.models import CaseReview, Freeze
from sagsbarometer.web.reviewing.numbers import crumbs_to, frozen_at, not_of_rereaders, told
from sagsbarometer.web.reviewing.reread_cases import form_of_freeze
from sagsbarometer.web.rights.asking import only


@dataclass(frozen=True, slots=True)
class Division:
    """A way to divide the cases of a number: what it is called, the group of each case, and what each is called."""

    id: str
    title: str
    group_of: Mapping[str, str]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A group of a number with its counts, and the way to its cases."""

    name: str
    address: str
    yes: int
    known: int
    unknown: int


@dataclass(slots=True)
class Listed:
    """Some of what is behind a number. `number`: how many there are; `cases` those that may be seen, of municipalities
    (`units`) by what each is called."""

    heading: str
    number: int
    cases: list[Any] = field(default_factory=list)
    units: list[tuple[str, list[Any]]] = field(default_factory=list)


def cases(request: HttpRequest, study: str, number: int, measure: str) -> HttpResponse:
    """The cases a number was counted of, as far as one may see them: yes, no and unknown, of all or of one group.

    A group is told of only to who may see every case in it; the others are one number, without names.
    """
    frozen = frozen_at(study, number)
    not_of_rereaders(request, study)
    folder = folder_of_freeze(study, number)
    form = form_of_freeze(folder)
    wanted = define_measures(form).get(measure)
    if wanted is None:
        raise Http404
    said = cases_behind(folder / "results", form, measure)
    unit_of = municipalities_of(folder / "results")
    reviews = CaseReview.objects.filter(study=study, pk__in=said).prefetch_related("readings__reread")
    held = list(reviews.select_related("case__study", "case__request__authority"))
    seen = {row.case_id: row.case for row in only(request, "see_reading", held, review_state)}
    divisions = list(_divisions(frozen, unit_of, {row.case_id: row.case.stratum for row in held}))
    group = request.GET.get("gruppe", "")[:80]
    chosen = _chosen(wanted, said, divisions, group, seen) if group else None
    cell = next(cell for cell in cells_of(folder / "results") if cell.result == measure)
    found = chosen[1] if chosen else behind(wanted, said, unit_of)
    shown = _listed(wanted, found, seen, said, unit_of, divisions[0].names)
    context = {
        "study": frozen.study,
        "freeze": frozen,
        "measure": measure,
        "label": words(wanted.label, language()),
        "base": words(wanted.base_label, language()),
        "told": told(cell, language()),
        "chosen": _line(chosen[0], "", found) if chosen else None,
        "value": has_value(wanted),
        "units": found.units,
        "groups": shown,
        "gone": _gone(found, shown),
        "divisions": [] if chosen else _divided(wanted, said, divisions, seen),
        "crumbs": [*crumbs_to(frozen, last=False), (words(wanted.label, language()), None)],
    }
    return render(request, "reviewing/behind.html", context)


def _divisions(
    frozen: Freeze, unit_of: Mapping[str, str], stratum_of: Mapping[str, str]
) -> Iterable[Division]:
    """By municipality (first), by region where the municipalities are the country's own, by kind of case."""
    names = dict(Authority.objects.filter(study=frozen.study_id).values_list("code", "name"))
    yield Division("kommune", _("Kommuner"), unit_of, names)
    known = catalogue().municipalities
    regions = {case: known[code].region for case, code in unit_of.items() if code in known}
    if len(regions) == len(unit_of):
        yield Division("region", _("Regioner"), regions, {name: name for name in regions.values()})
    kinds = {case: stratum for case, stratum in stratum_of.items() if stratum}
    yield Division("slags", _("Slags sager"), kinds, strata_names(frozen.study))


def _chosen(
    measure: Measure,
    said: Mapping[str, str],
    divisions: Iterable[Division],
    group: str,
    seen: Collection[str],
) -> tuple[str, Behind]:
    """The group asked for, by name. Raises Http404 where there is none, or it holds a case that may not be seen."""
    kind, _colon, id = group.partition(":")
    for division in divisions:
        if division.id == kind and counts_cases(measure):
            found = by_group(measure, said, division.group_of).get(id)
            if found is not None and found.base.issubset(seen):
                return division.names.get(id, id), found
    raise Http404


def _divided(
    measure: Measure, said: Mapping[str, str], divisions: Iterable[Division], seen: Collection[str]
) -> list[tuple[str, list[Line], int]]:
    """Each division with its groups, and how many cases of the base are in groups that cannot be shown. One group
    alone is no division."""
    if not counts_cases(measure):
        return []
    found = []
    for division in divisions:
        groups = by_group(measure, said, division.group_of)
        if len(groups) < 2:
            continue
        open_ones = {id: item for id, item in groups.items() if item.base.issubset(seen)}
        lines = [
            _line(
                division.names.get(id, id), "?" + urlencode({"gruppe": f"{division.id}:{id}"}, safe=":"), item
            )
            for id, item in open_ones.items()
        ]
        hidden = sum(len(item.base) for id, item in groups.items() if id not in open_ones)
        found.append((division.title, sorted(lines, key=lambda line: line.name), hidden))
    return found


def _line(name: str, address: str, found: Behind) -> Line:
    return Line(name, address, len(found.yes), found.known, len(found.unknown))


def _listed(
    measure: Measure, found: Behind, seen: Mapping[str, Any], said: Mapping[str, str],
    unit_of: Mapping[str, str], names: Mapping[str, str],
) -> list[Listed]:  # fmt: skip
    headings = (
        _("Indgår i tallet") if has_value(measure) else _("Tæller med"),
        _("Tæller ikke, men hører til grundlaget"),
        _("Kan ikke ses eller er ikke besvaret"),
    )
    shown = []
    for heading, ids in zip(headings, (found.yes, found.no, found.unknown), strict=True):
        part = Listed(heading, len(ids))
        if found.units:
            part.units = [
                (names[id], of) for id in ids if id in names and (of := _of_unit(id, seen, said, unit_of))
            ]
            part.units.sort(key=lambda unit: unit[0])
        else:
            part.cases = _in_order(seen[id] for id in ids if id in seen)
        shown.append(part)
    return shown


def _of_unit(
    unit: str, seen: Mapping[str, Any], said: Mapping[str, str], unit_of: Mapping[str, str]
) -> list[Any]:
    """The cases of a municipality in the base; none where one of them may not be seen."""
    own = [case for case, word in said.items() if word != "outside" and unit_of[case] == unit]
    return _in_order(seen[case] for case in own) if all(case in seen for case in own) else []


def _in_order(cases: Iterable[Any]) -> list[Any]:
    return sorted(cases, key=lambda case: (case.municipality, case.number))


def _gone(found: Behind, shown: Iterable[Listed]) -> int:
    """How many of the base are not listed."""
    return len(found.base) - sum(len(part.units) if found.units else len(part.cases) for part in shown)
