"""Answers in from a file: the sheet to fill in, what is wrong row by row, a look before it is taken, and a receipt."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.deliveries.apart import marked_apart, read_apart
from sagsbarometer.deliveries.tables import RawTable
from sagsbarometer.documents.refusals import problem_of
from sagsbarometer.documents.vault import KeyGone, Tampered, seal, unseal
from sagsbarometer.forms.template import template
from sagsbarometer.kernel.problems import Faults, Level, Problem
from sagsbarometer.review.answers_in import NUMBER, READER, AllIn
from sagsbarometer.review.declared import declared_in
from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.documents import arriving
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.home import this_home
from sagsbarometer.web.identifiers import once_key, random_id
from sagsbarometer.web.jobs import ask
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.planning.folders import form_of
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing import brought
from sagsbarometer.web.reviewing.cases_read import crumbs
from sagsbarometer.web.reviewing.models import AnswersFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MARKED = ".answers"
_HOUR = 60 * 60
_MOST = 200  # faults shown on the page; the file has them all
_MOST_MAPPING = 200_000  # bytes


def sheet(request: Any, study: str) -> HttpResponse:
    """The sheet to fill in, with a row for each reading that waits."""
    found = get_object_or_404(Study, pk=study)
    form = form_of(found)
    columns = ("case_id", "municipality_id", NUMBER, READER)
    rows = brought.waiting_rows(found, form, request.user)
    book = template(form, language_shown(), columns, rows, frozenset(declared_in(form)))
    name = f'attachment; filename="svar-{study}-skal-udfyldes.xlsx"'
    return HttpResponse(book, content_type=XLSX, headers={"Content-Disposition": name})


def bring(request: Any, study: str) -> HttpResponse:
    """Shows how, and what came in earlier; or takes a file and looks it through."""
    found = get_object_or_404(Study, pk=study)
    if request.method != "POST":
        return _form(request, found)
    arriving.sweep()
    file, mapping = request.FILES.get("file"), request.FILES.get("mapping")
    code = arriving.refused(request)
    if code or file is None:
        words = problem_of(code).fault if code else _("Vælg filen med svarene.")
        return _form(request, found, errors=[("id_file", words)])
    if mapping is not None and mapping.size > _MOST_MAPPING:
        return _form(request, found, errors=[("id_mapping", _("Mappingen er for stor."))])
    path, name = Path(file.temporary_file_path()), f"svar{Path(file.name).suffix[:6]}"
    try:
        text = "" if mapping is None else mapping.read().decode("utf-8-sig", "replace")
        digest = hashlib.sha256(path.read_bytes() + b"\0" + text.encode()).hexdigest()
        if earlier := AnswersFile.objects.filter(study=found, sha256=digest, state="taken").first():
            messages.info(request, _("Filen er lagt ind før. Intet er lagt ind igen."))
            if earlier.by_id != request.user.id:
                return redirect("reviewing:bring", study)
            return redirect("reviewing:brought", study, earlier.id)
        table = read_apart(path, name)
        told = brought.checked(found, table, text, request.user)
        made = _kept(request, found, table, text, told, digest)
    except Faults as faults:
        return _form(request, found, **_faulty(request, found, path, name, faults.problems))
    finally:
        for each in (file, mapping):
            if each is not None:
                each.close()
    return redirect("reviewing:brought", study, made.id)


def _kept(request: Any, study: Any, table: RawTable, mapping: str, told: AllIn, digest: str) -> AnswersFile:
    """The row of a file without faults, its content locked; an earlier one that waits is dropped."""
    once = once_key(f"answers:{study.id}:{request.user.id}", request.POST.get("once"))
    with acting(request.user.id, request.purpose):
        if there := AnswersFile.objects.filter(once=once, study=study, by=request.user).first():
            return there
        for old in AnswersFile.objects.filter(study=study, by=request.user, state="checked"):
            old.state, old.rows = "dropped", b""
            old.revision += 1
            old.save(update_fields=["state", "rows", "revision"])
        row = AnswersFile(study=study, sha256=digest, kind=table.kind, once=once, by=request.user)
        row.cases = len({item.case for item in told.readings})
        row.readings = len(told.readings)
        row.answers = sum(len(item.answers) for item in told.readings)
        brought.keep(row, table, mapping)
        row.save(force_insert=True)
    return row


def file(request: Any, study: str, file: str) -> HttpResponse:
    """A file that was sent: who read what, to be taken in; or the receipt of it."""
    row = _own(request, study, file)
    context: dict[str, Any] = {"study": row.study, "file": row, "crumbs": _crumbs(row.study, _("En fil"))}
    if row.state == "checked":
        try:
            told = brought.checked(row.study, *brought.opened_table(row), request.user)
            context |= {"readers": _by_reader(told), "remarks": told.remarks}
        except Faults as faults:
            wrong = [problem for problem in faults.problems if problem.level is not Level.NOTE]
            context |= {"problems": wrong[:_MOST], "more": max(len(wrong) - _MOST, 0)}
        except (KeyGone, Tampered) as error:
            raise Http404 from error
    elif row.state == "taken":
        context["why_not"] = brought.why_not_undone(row)
    return render(request, "reviewing/brought.html", context)


def take(request: Any, study: str, file: str) -> HttpResponse:
    """Asks for a file to be taken in."""
    row = _own(request, study, file)
    if row.state != "checked":
        return redirect("reviewing:brought", study, file)
    arguments = {"study": study, "file": row.id}
    job = ask(
        "reviewing.bring_answers", arguments, actor=request.user.id, study=study,
        once=f"bring-{row.id}-{request.POST.get('once', '')[:24]}",
    )  # fmt: skip
    return redirect("jobs:job", job.id)


def undo(request: Any, study: str, file: str) -> HttpResponse:
    """Takes a file out again, as long as nothing else was done with its readings."""
    row = get_object_or_404(
        AnswersFile.objects.select_for_update(of=("self",)).select_related("study"),
        pk=file, study=study, by=request.user,
    )  # fmt: skip
    if row.state == "taken":
        if why := brought.why_not_undone(row):
            messages.error(request, _("Filen kan ikke fortrydes. %(why)s") % {"why": why})
        else:
            brought.undo(row)
            messages.success(request, _("Filen er fortrudt. Sagerne venter igen på at blive læst."))
    return redirect("reviewing:brought", study, file)


def marked(request: Any, study: str, file: str) -> HttpResponse:
    """The same file back with its faults marked, to the one who sent it, for an hour."""
    path = arriving.folder() / f"{file}{_MARKED}"
    if not file.isalnum() or not path.exists() or time.time() - path.stat().st_mtime > _HOUR:
        raise Http404
    try:
        key = this_home().keys.study(study)
        opened = unseal(key, path.read_bytes(), f"answers:{study}:{request.user.id}:{file}")
    except (KeyGone, Tampered) as error:
        raise Http404 from error
    ending, _newline, content = opened.partition(b"\n")
    kind = XLSX if ending == b"xlsx" else "text/csv; charset=utf-8"
    name = f'attachment; filename="svar-med-fejl.{ending.decode()}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": name})


def _own(request: Any, study: str, file: str) -> AnswersFile:
    return get_object_or_404(
        AnswersFile.objects.select_related("study", "by"), pk=file, study=study, by=request.user
    )


def _form(request: Any, study: Any, *, errors: Any = (), **more: Any) -> HttpResponse:
    files = AnswersFile.objects.filter(study=study).exclude(state__in=("dropped", "checked"))
    context = {
        "study": study,
        "files": files.select_related("by").order_by("-taken_at"),
        "waiting": AnswersFile.objects.filter(study=study, by=request.user, state="checked").first(),
        "once": random_id(24),
        "errors": errors,
        "crumbs": _crumbs(study),
        **more,
    }
    return render(request, "reviewing/bring.html", context, status=422 if errors else 200)


def _faulty(request: Any, study: Any, path: Path, name: str, problems: tuple[Problem, ...]) -> dict[str, Any]:
    wrong = [problem for problem in problems if problem.level is not Level.NOTE]
    return {
        "problems": wrong[:_MOST],
        "more": max(len(wrong) - _MOST, 0),
        "marked": _marked(request, study, path, name, wrong),
        "errors": [("faults", _("Der er fejl i filen, så intet er lagt ind."))],
    }


def _marked(request: Any, study: Any, path: Path, name: str, problems: Sequence[Problem]) -> str:
    """The file with its faults, locked away for this person until it is fetched or an hour is over; "" for none."""
    id = secrets.token_hex(16)
    out = arriving.folder() / f"{id}.out"
    written = out
    try:
        written = marked_apart(path, problems, out, name)
        content, ending = written.read_bytes(), written.suffix.lstrip(".")
    except (Faults, OSError):  # it cannot be read at all
        return ""
    finally:
        out.unlink(missing_ok=True)
        written.unlink(missing_ok=True)
    about = f"answers:{study.id}:{request.user.id}:{id}"
    sealed = seal(this_home().keys.study(study.id), f"{ending}\n".encode() + content, about)
    (arriving.folder() / f"{id}{_MARKED}").write_bytes(sealed)
    return id


def _by_reader(told: AllIn) -> list[tuple[str, int, int]]:
    readings = Counter(item.reader for item in told.readings)
    answers = Counter[str]()
    for item in told.readings:
        answers[item.reader] += len(item.answers)
    names = User.objects.filter(pk__in=readings).order_by("name", "id")
    return [(user.name, readings[user.id], answers[user.id]) for user in names]


def _crumbs(study: Any, *last: str) -> list[tuple[str, str | None]]:
    ways = [
        *crumbs(study),
        (_("Svar og tal"), reverse("reviewing:answers", args=[study.id])),
        (_("Læg svar ind"), reverse("reviewing:bring", args=[study.id]) if last else None),
    ]
    return [*ways, *((label, None) for label in last)]
