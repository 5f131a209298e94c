"""The days of a study: a list by month, and a file for one's own calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _

from sagsbarometer.collection.plan_days import Day, days_of
from sagsbarometer.collection.plan_steps import plan_of
from sagsbarometer.kernel.deadlines import CALENDARS
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.planning.shown import crumbs_of


def calendar(request: HttpRequest, study: str) -> HttpResponse:
    """What happens when, month by month, with the holidays of those months and how the deadline was counted."""
    found = get_object_or_404(Study, pk=study)
    plan = plan_of(found.plan)
    own = CALENDARS[plan.calendar.calendar]
    months = [
        {
            "title": _title(year, month),
            "days": [_row(item) for item in items if item.ours],
            "holidays": [_row(item) for item in items if not item.ours],
        }
        for (year, month), items in _by_month(days_of(plan))
    ]
    context = {
        "study": found,
        "months": [month for month in months if month["days"]],
        "source": own.source,
        "label": own.label,
        "crumbs": crumbs_of(found, _("Kalender")),
    }
    return render(request, "planning/calendar.html", context)


def _title(year: int, month: int) -> str:
    name = str(MONTHS[month])
    return f"{name[:1].upper()}{name[1:]} {year}"


def _by_month(days: Iterable[Day]) -> Iterator[tuple[tuple[int, int], list[Day]]]:
    for month, items in groupby(days, key=lambda item: (item.day.year, item.day.month)):
        yield month, list(items)


def _row(item: Day) -> dict[str, Any]:
    return {"day": item.day, "weekday": str(WEEKDAYS[item.day.weekday()]), "what": item.what}


def ics(request: HttpRequest, study: str) -> HttpResponse:
    """The study's own days as iCalendar (RFC 5545), whole days."""
    found = get_object_or_404(Study, pk=study)
    stamp = (
        (found.changed_at or found.made_at or datetime.now(UTC)).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    )
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//sagsbarometer//arbejdsplads//DA",
        "CALSCALE:GREGORIAN",
    ]
    for item in days_of(plan_of(found.plan)):
        if not item.ours:
            continue
        lines += [
            "BEGIN:VEVENT",
            f"UID:{found.id}-{item.id}@sagsbarometer",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{item.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{item.day + timedelta(days=1):%Y%m%d}",
            *_folded(f"SUMMARY:{_escaped(f'{item.what} ({found.name})')}"),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    text = "\r\n".join([*lines, "END:VCALENDAR", ""])
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="kalender.ics"'
    return response


def _escaped(text: str) -> str:
    return (
        text.replace("\\", "\\\\")
        .replace(";", "\\;")
        .replace(",", "\\,")
        .replace("\n", "\\n")
        .replace("\r", "")
    )


def _folded(line: str) -> list[str]:
    """A line in pieces of at most 75 octets, as RFC 5545 has it, no letter cut in two."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 74:
            pieces.append(piece)
            piece = " "
        piece += letter
    return [*pieces, piece]
