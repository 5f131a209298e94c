"""A sheet fetched as PDF, by the house and by the municipality it is for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from sagsbarometer.web.delivering.keeping import shown_number
from sagsbarometer.web.events.acting import acting, record
from sagsbarometer.web.findings import kept
from sagsbarometer.web.findings.listing import sheet_of
from sagsbarometer.web.findings.models import Sheet
from sagsbarometer.web.findings.sheet_pdf import About, sheet_pdf
from sagsbarometer.web.home import this_home


def pdf(request: HttpRequest, study: str, case: str, number: int) -> HttpResponse:
    """Any number of a sheet; a draft is marked as one."""
    return _file(request, sheet_of(case, number, str(request.user.pk)), "findings")


def own_pdf(request: HttpRequest, sheet: str) -> HttpResponse:
    """A released one, by the municipality."""
    rows = Sheet.objects.select_related("case__study", "case__request__authority", "release", "by")
    return _file(request, get_object_or_404(rows, pk=sheet, state="released"), request.purpose)


def _file(request: HttpRequest, sheet: Any, purpose: str) -> HttpResponse:
    case, content = sheet.case, kept.content_of(sheet)
    if content is None:
        return render(request, "findings/gone.html", status=410)
    with acting(request.user.id, purpose):
        record(
            "read_sheet", sheet._meta.db_table, sheet.id, study=case.study_id, case=case.id, purpose=purpose
        )
    release = sheet.release
    made = sheet_pdf(
        content,
        About(
            study=case.study.name,
            municipality=case.request.authority.name,
            case=case.number,
            number=sheet.number,
            released=timezone.localdate(release.at) if release else None,
            object_until=release.object_until if release else None,
            own_number=shown_number(case),
            origin="synthetic" if this_home().config.get("demonstration") else "real",
        ),
    )
    name = f"fund-{case.municipality}-{case.number}-{sheet.number}.pdf"  # numbers alone: nothing that names anybody
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
