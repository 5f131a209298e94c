"""Many cases at once from a workbook: all of it, or the same file back with its faults marked."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sagsbarometer.deliveries.returned import returned_file
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.documents.refusals import problem_of
from sagsbarometer.documents.vault import KeyGone, Tampered, seal, unseal
from sagsbarometer.forms.template import template
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.review.answers import direct_plan, read_answers
from sagsbarometer.web.delivering import bundles, keeping
from sagsbarometer.web.delivering.answering import Read
from sagsbarometer.web.delivering.models import Case, Request
from sagsbarometer.web.delivering.pages import crumbs
from sagsbarometer.web.documents import arriving, storing
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.home import this_home
from sagsbarometer.web.identifiers import random_id

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST = 200  # faults shown on the page; the file has them all
_MARKED = ".marked"


def workbook(request: HttpRequest, request_id: str) -> HttpResponse:
    """The workbook to fill in."""
    found = Request.objects.select_related("study", "authority").get(pk=request_id)
    book = template(keeping.form_of(found))
    return HttpResponse(
        book, content_type=XLSX, headers={"Content-Disposition": 'attachment; filename="sager.xlsx"'}
    )


def many(request: Any, request_id: str) -> HttpResponse:
    """Shows how, or takes a filled-in workbook."""
    found = Request.objects.select_related("study", "authority").get(pk=request_id)
    context: dict[str, Any] = {
        "found": found,
        "once": random_id(24),
        "crumbs": crumbs(found, (_("Mange på én gang"), None)),
    }
    if request.method != "POST":
        return render(request, "delivering/many.html", context)
    arriving.sweep()
    file = request.FILES.get("file")
    code = arriving.refused(request)
    if code or file is None:
        words = problem_of(code).fault if code else _("Vælg det udfyldte ark.")
        return render(request, "delivering/many.html", context | {"errors": [("id_file", words)]}, status=422)
    path, name = Path(file.temporary_file_path()), f"ark{Path(file.name).suffix[:6]}"
    archive = request.FILES.get("archive")
    try:
        rows = _read(path, name, found)
        once = keeping.once_key(found, request.POST.get("once"))
        if archive is None:
            made = _kept(request, found, rows, once, {})
        else:
            cases = {item.case_id: (row, case) for row, item, case in rows}
            with bundles.taken(
                Path(archive.temporary_file_path()), cases, found.study_id, request.user.id
            ) as bundle:
                made = _kept(request, found, rows, once, bundle)
    except Faults as faults:
        wrong = [problem for problem in faults.problems if problem.level is not Level.NOTE]
        context |= {
            "problems": wrong[:_MOST],
            "more": max(len(wrong) - _MOST, 0),
            "rows": len({problem.place.row for problem in wrong if problem.place.row}),
            "marked": _marked(request, found, path, name, faults.problems),
            "errors": [("faults", _("Der er fejl, så ingen sager er oprettet."))],
        }
        return render(request, "delivering/many.html", context, status=422)
    finally:
        file.close()
        if archive is not None:
            archive.close()
    if made is None:
        return render(request, "rights/locked.html", status=409)
    told = _("Sager oprettet som kladder: %(n)s.")
    if archive is None:
        told = _("Sager oprettet som kladder: %(n)s. Tilføj deres dokumenter.")
    messages.success(request, told % {"n": made})
    return redirect("delivering:request", request_id)


Row = tuple[int, Any, Case]  # its number in the sheet, what was answered, and the case it becomes


def _read(path: Path, name: str, found: Request) -> list[Row]:
    form = keeping.form_of(found)
    table = read_table(path, name)
    reviewed = read_answers(table, form, direct_plan(form, table), frozenset({found.authority.code}))
    problems = []
    column = bundles.COLUMN if bundles.COLUMN in table.header else None
    for row, case in zip(table.rows, reviewed.cases, strict=True):
        if fault := keeping.number_fault(case.case_id, found):
            place = Place(table.file, row=row.number, column=column)
            problems.append(Problem("SVAR-103", place, fault, said("Ret nummeret.")))
    if problems:
        raise Faults(problems)
    return [
        (row.number, item, Case(study_id=found.study_id, request=found, municipality=found.authority.code))
        for row, item in zip(table.rows, reviewed.cases, strict=True)
    ]


def _kept(request: Any, asked: Request, rows: list[Row], once: str, bundle: bundles.Bundle) -> int | None:
    """Makes the cases with their documents, which leave the bundle; how many. None where the delivery was closed
    meanwhile. Raises Faults AFLEV-107."""
    with acting(request.user.id, request.purpose):
        found = keeping.held(asked.id)
        before = Case.objects.filter(request=found, once__startswith=f"{once}-").count()
        if before:  # sent twice, it is one delivery
            return before
        if found.state not in ("called_in", "reopened") or found.study.state != "launched":
            return None
        there = keeping.numbers_of(keeping.cases_of(found))
        if twice := [row for row, item, _case in rows if item.case_id in there]:
            fault = said("En sag med det nummer er her allerede.")
            remedy = said("Slet rækken, eller ret sagen på siden.")
            places = [Place(row=row, column=bundles.COLUMN) for row in twice]
            raise Faults([Problem("AFLEV-107", place, fault, remedy) for place in places])
        last = keeping.last_number(found)
        for number, (_row, item, case) in enumerate(rows, start=last + 1):
            case.number, case.once = number, f"{once}-{number}"
            keeping.put(case, item.case_id, Read(item.case, {}), found)
            case.save(force_insert=True)
            storing.add(case, bundle.get(item.case_id, ()))
    bundle.clear()
    return len(rows)


def _marked(request: Any, found: Request, path: Path, name: str, problems: Any) -> str:
    """The file with its faults, locked away for this person until it is fetched or an hour is over; "" for none."""
    id = secrets.token_hex(16)
    out = arriving.folder() / f"{id}.out"
    written = out
    try:
        written = returned_file(path, problems, out, name)
        content, ending = written.read_bytes(), written.suffix.lstrip(".")
    except Faults:  # it cannot be read at all
        return ""
    finally:
        out.unlink(missing_ok=True)
        written.unlink(missing_ok=True)
    key = this_home().keys.study(found.study_id)
    (arriving.folder() / f"{id}{_MARKED}").write_bytes(
        seal(key, f"{ending}\n".encode() + content, f"marked:{found.id}:{request.user.id}:{id}")
    )
    return id


def marked(request: Any, request_id: str, file: str) -> HttpResponse:
    """The same file back with its faults marked, to the one who sent it."""
    found = Request.objects.get(pk=request_id)
    path = arriving.folder() / f"{file}{_MARKED}"
    if not file.isalnum() or not path.exists() or time.time() - path.stat().st_mtime > 60 * 60:
        raise Http404
    try:
        about = f"marked:{found.id}:{request.user.id}:{file}"
        opened = unseal(this_home().keys.study(found.study_id), path.read_bytes(), about)
    except (KeyGone, Tampered) as error:
        raise Http404 from error
    ending, _newline, content = opened.partition(b"\n")
    kind = XLSX if ending == b"xlsx" else "text/csv; charset=utf-8"
    name = f'attachment; filename="sager-med-fejl.{ending.decode()}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": name})
