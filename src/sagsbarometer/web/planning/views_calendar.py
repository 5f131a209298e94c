"""The days of a study: a list by month, and a file for one's own calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from sagsbarometer.collection.plan_days import days_of
from sagsbarometer.collection.plan_steps import plan_of
from sagsbarometer.kernel.deadlines import CALENDARS
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.planning.shown import crumbs_of

_MONTHS = "januar februar marts april maj juni juli august september oktober november december".split()
_WEEKDAYS = "mandag tirsdag onsdag torsdag fredag lørdag søndag".split()


def calendar(request: HttpRequest, study: str) -> HttpResponse:
    """What happens when, with the holidays around it and how the deadline was counted."""
    found = get_object_or_404(Study, pk=study)
    plan = plan_of(found.plan)
    own = CALENDARS[plan.calendar.calendar]
    months = [
        {
            "title": f"{_MONTHS[month - 1].capitalize()} {year}",
            "days": [
                {
                    "day": item.day,
                    "weekday": _WEEKDAYS[item.day.weekday()],
                    "what": item.what,
                    "ours": item.ours,
                }
                for item in items
            ],
        }
        for (year, month), items in groupby(days_of(plan), key=lambda item: (item.day.year, item.day.month))
    ]
    context = {
        "study": found,
        "months": months,
        "source": own.source,
        "label": own.label,
        "crumbs": crumbs_of(found, _("Kalender")),
    }
    return render(request, "planning/calendar.html", context)


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
