"""The list a municipality makes for the draw: pseudonymous ids, one row a case, and nothing that leads to a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sagsbarometer.deliveries.tables import RawTable, read_table
from sagsbarometer.documents.refusals import problem_of
from sagsbarometer.kernel.dates import parse_date
from sagsbarometer.kernel.ids import file_hash, is_like_cpr, is_short_cpr, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.web.delivering import keeping
from sagsbarometer.web.delivering.models import FrameList, Request
from sagsbarometer.web.delivering.pages import crumbs
from sagsbarometer.web.documents import arriving
from sagsbarometer.web.events.acting import acting

# As the draw takes it after the code (docs/udtraek.md); a SHA-256 fits.
_ID = re.compile(r"[^\W_][\w.:/ -]{0,63}")
_MANY_SHORT = 0.5  # a column where more than this share may be CPR numbers without their first nought
_FEW = 20  # rows: with fewer, a share says nothing


def frame(request: Any, request_id: str) -> HttpResponse:
    """Shows how, or takes a list."""
    found = Request.objects.select_related("study", "authority").get(pk=request_id)
    labels = keeping.labels_of(found)
    newest = FrameList.objects.filter(request=found).order_by("-at").first()
    context: dict[str, Any] = {
        "found": found,
        "labels": labels.items(),
        "several": len(labels) > 1,
        "newest": newest,
        "drawn": bool(found.drawn),
        "crumbs": crumbs(found, (_("Liste til lodtrækning"), None)),
    }
    if request.method != "POST":
        return render(request, "delivering/frame.html", context)
    if found.drawn:  # what was drawn from does not change
        return render(request, "rights/locked.html", status=409)
    file, code = request.FILES.get("file"), arriving.refused(request)
    if code or file is None:
        words = problem_of(code).fault if code else _("Vælg listen.")
        return render(
            request, "delivering/frame.html", context | {"errors": [("id_file", words)]}, status=422
        )
    path = Path(file.temporary_file_path())
    try:
        rows = rows_of(read_table(path, f"liste{Path(file.name).suffix[:6]}"), labels)
        digest = file_hash(path)
    except Faults as faults:
        context |= {"problems": faults.problems[:200], "errors": [("faults", _("Listen er ikke taget ind."))]}
        return render(request, "delivering/frame.html", context, status=422)
    finally:
        file.close()
    with acting(request.user.id, request.purpose):
        keeping.held(request_id)
        last = FrameList.objects.filter(request=found).order_by("-at").first()
        if last is None or last.file_hash != digest:
            FrameList.objects.create(request=found, rows=rows, file_hash=digest)
    messages.success(request, _("Listen er taget ind: %(n)s sager.") % {"n": len(rows)})
    return redirect("delivering:frame", request_id)


def rows_of(table: RawTable, labels: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows of a list: `id`, `stratum` and `decided`. Raises Faults AFLEV-201 to 206 with everything wrong."""
    columns = {name.strip().casefold(): index for index, name in enumerate(table.header)}
    names = {
        "id": ("id", "løbenummer", "loebenummer"),
        "stratum": ("slags", "stratum"),
        "decided": ("afgjort", "dato"),
    }
    at = {
        key: next((columns[name] for name in known if name in columns), None) for key, known in names.items()
    }
    problems = _columns(table, at, several=len(labels) > 1)
    if problems:
        raise Faults(problems)
    by_name = {name.casefold(): id for id, name in labels.items()} | {id.casefold(): id for id in labels}
    found: list[dict[str, str]] = []
    seen: dict[str, int] = {}
    for row in table.rows:
        cells = {key: row.cells[index] if index is not None else "" for key, index in at.items()}
        problems += _row(table, row.number, cells, seen, by_name)
        only = next(iter(labels), "") if len(labels) < 2 else ""
        stratum = by_name.get(cells["stratum"].casefold(), only)
        found.append({"id": cells["id"], "stratum": stratum, "decided": _day(cells["decided"])})
    short = sum(is_short_cpr(row["id"]) for row in found)
    if len(found) >= _FEW and short > _MANY_SHORT * len(found):
        fault = said("Numrene kan være CPR-numre, der har mistet det første nul.")
        problems.append(
            Problem(
                "AFLEV-203", Place(table.file), fault, said("Brug løbenumre, som kun I kan føre tilbage.")
            )
        )
    if not found:
        problems.append(
            Problem("AFLEV-206", Place(table.file), said("Listen er tom."), said("Skriv én sag pr. række."))
        )
    if problems:
        raise Faults(problems)
    return found


def _columns(table: RawTable, at: Mapping[str, int | None], *, several: bool) -> list[Problem]:
    place = Place(table.file, row=table.header_row)
    problems = []
    if at["id"] is None:
        problems.append(
            Problem(
                "AFLEV-201",
                place,
                said("Kolonnen »id« mangler."),
                said("Giv kolonnen med løbenumre navnet id."),
            )
        )
    if several and at["stratum"] is None:
        remedy = said("Tilføj en kolonne »slags« med, hvilken slags sag det er.")
        problems.append(Problem("AFLEV-201", place, said("Kolonnen »slags« mangler."), remedy))
    extra = sorted({*range(len(table.header))} - {index for index in at.values() if index is not None})
    if extra:
        fault = said("Listen har {n} kolonne for meget.", "Listen har {n} kolonner for meget.", n=len(extra))
        remedy = said("Behold kun id, slags og afgjort: mere skal ikke bruges til lodtrækningen.")
        problems.append(Problem("AFLEV-202", place, fault, remedy))
    return problems


def _row(
    table: RawTable, number: int, cells: Mapping[str, str], seen: dict[str, int], kinds: Mapping[str, str]
) -> list[Problem]:
    def told(code: str, column: str, fault: str, remedy: str) -> Problem:
        return Problem(code, Place(table.file, row=number, column=column), fault, remedy)

    problems, id = [], cells["id"]
    if any(is_like_cpr(cell) for cell in cells.values()):
        fault = said("Rækken har noget, der ligner et CPR-nummer. Det vises ikke her.")
        return [
            told("AFLEV-203", "id", fault, said("Brug et løbenummer, som kun I kan føre tilbage til sagen."))
        ]
    if not _ID.fullmatch(id):
        problems.append(
            told(
                "AFLEV-204",
                "id",
                said("Løbenummeret mangler, er for langt eller har tegn, der ikke kan bruges."),
                said("Skriv højst 64 bogstaver, tal og tegn som - / . eller _."),
            )
        )
    elif id in seen:
        fault = said("Løbenummeret står også i række {row}.", row=seen[id])
        problems.append(told("AFLEV-204", "id", fault, said("Hver sag skal have sit eget.")))
    seen.setdefault(id, number)
    if len(set(kinds.values())) > 1 and cells["stratum"].casefold() not in kinds:
        fault = said("Slags {kind} kendes ikke.", kind=shown(cells["stratum"]))
        problems.append(
            told(
                "AFLEV-205",
                "slags",
                fault,
                said("Skriv en af: {kinds}.", kinds=", ".join(sorted(set(kinds.values())))),
            )
        )
    if cells["decided"] and not _day(cells["decided"]):
        problems.append(
            told("AFLEV-205", "afgjort", said("Datoen kan ikke læses."), said("Skriv den som 20-12-2026."))
        )
    return problems


def _day(text: str) -> str:
    try:
        found: date = parse_date(text)
    except ValueError:
        return ""
    return found.isoformat()
