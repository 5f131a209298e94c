"""How long a study is kept, and what happens then."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.kernel.dates import COPENHAGEN
from sagsbarometer.web.home import this_home
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.jobs import ask
from sagsbarometer.web.keeping.forms import Purge, Retention
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.may import Answer
from sagsbarometer.web.rights.state_of import study_state

_LONGEST_ONCE = 40


def everything(request: HttpRequest) -> HttpResponse:
    """The studies one may see the keeping of, those that are due first."""
    studies = [
        study
        for study in Study.objects.order_by(F("retention").asc(nulls_last=True), "name")
        if asked(request, "see_keeping", study_state(study)) is Answer.YES
    ]
    today = timezone.localdate()
    rows = [
        {
            "study": study,
            "is_due": bool(study.retention and study.retention < today and study.state != "purged"),
            "url": reverse("keeping:show", args=[study.id]),
        }
        for study in studies
    ]
    return render(request, "keeping/list.html", {"rows": rows, "crumbs": [(_("Opbevaring"), None)]})


def show(request: HttpRequest, study: str) -> HttpResponse:
    """The retention date, and the way to archive and purge. A POST sets the date."""
    found = get_object_or_404(Study, pk=study)
    form = Retention(request.POST or None, initial={"retention": found.retention, "revision": found.revision})
    status = 200
    if request.method == "POST" and form.is_valid():
        saved = Study.objects.filter(pk=study, revision=form.cleaned_data["revision"]).update(
            retention=form.cleaned_data["retention"], revision=F("revision") + 1
        )
        if saved:
            messages.success(request, _("Gemt."))
            return redirect("keeping:show", study)
        return _conflict(request, found, form)
    if request.method == "POST":
        status = 422
    return render(request, "keeping/show.html", _about(found) | {"form": form}, status=status)


def _conflict(request: HttpRequest, study: Study, form: Retention) -> HttpResponse:
    """Somebody saved the study meanwhile: both dates are shown, and the form holds the newest revision."""
    mine = form.cleaned_data["retention"]
    fresh = Retention(initial={"retention": mine, "revision": study.revision})
    return render(
        request,
        "keeping/show.html",
        _about(study) | {"form": fresh, "conflict": True, "mine": mine},
        status=409,
    )


def archive(request: HttpRequest, study: str) -> HttpResponse:
    """What will be archived, to be looked at; a POST begins it."""
    found = get_object_or_404(Study, pk=study)
    if request.method == "POST":
        job = ask(
            "archive_study",
            {"study": study},
            actor=request.user.pk,
            study=study,
            once=_once(request, "archive", study),
        )
        return redirect("jobs:job", job.id)
    return render(request, "keeping/archive.html", _about(found, _("Arkivér")) | {"once": random_id(20)})


def purge(request: HttpRequest, study: str) -> HttpResponse:
    """What will be destroyed, to be looked at; a POST with the name of the study begins it."""
    found = get_object_or_404(Study, pk=study)
    form = Purge(request.POST or None, expected=found.name, initial={"once": random_id(20)})
    if request.method == "POST" and form.is_valid():
        once = _once(request, "purge", study)
        return redirect(
            "jobs:job", ask("purge_study", {"study": study}, actor=request.user.pk, study=study, once=once).id
        )
    status = 422 if request.method == "POST" else 200
    return render(
        request, "keeping/purge.html", _about(found, _("Slet indholdet")) | {"form": form}, status=status
    )


def _once(request: HttpRequest, what: str, study: str) -> str:
    return f"{what}:{study}:{request.user.pk}:{request.POST.get('once', '')[:_LONGEST_ONCE]}"[:80]


def _about(study: Study, here: str = "") -> dict[str, Any]:
    from sagsbarometer.web.documents.models import Document

    crumbs: list[tuple[str, str | None]] = [(_("Opbevaring"), reverse("keeping:list"))]
    crumbs += (
        [(study.name, reverse("keeping:show", args=[study.id])), (here, None)]
        if here
        else [(study.name, None)]
    )
    return {
        "study": study,
        "crumbs": crumbs,
        "is_due": bool(
            study.retention and study.retention < timezone.localdate() and study.state != "purged"
        ),
        "documents": Document.objects.filter(study=study).exclude(state="removed").count(),
        "cases": study.case_set.count(),
        "archives": [(path.name, _made(path)) for path in _archives(study.id)],
    }


def _archives(study: str) -> list[Path]:
    return sorted((this_home().folder / "archives").glob(f"{study}-*"))


def _made(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, COPENHAGEN)
