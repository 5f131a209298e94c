"""»Mine sager«: what is next, how much is left, and what waits for an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.pace import Pace, pace_of
from sagsbarometer.web.reviewing import looks, reread_settling
from sagsbarometer.web.reviewing.finding import LEARNING, reading_state, review_state
from sagsbarometer.web.reviewing.known import is_exercise
from sagsbarometer.web.reviewing.models import CaseReview, Doubt, LeniencyShown, Reading
from sagsbarometer.web.reviewing.moves import open_in
from sagsbarometer.web.reviewing.shown import UNDER_WAY, title
from sagsbarometer.web.rights.asking import only

_TOLD = timedelta(days=14)  # how long it is told that a case was taken out or handed over
_MOST_DONE = 10


@dataclass(frozen=True, slots=True)
class Mine:
    """A reading on the desk: the reader's own, and nothing of anybody else's."""

    reading: Any
    title: str
    study: str
    state: str
    left: str  # »forfalden«, »i dag«, »om 3 dage«; "" without a deadline
    late: bool
    exercise: bool = False


def desk(request: HttpRequest) -> HttpResponse:
    """All that waits for the one who looks."""
    readings = own_readings(request)
    waiting = waiting_of(request, readings)
    done = sorted(
        (reading for reading in readings if reading.state == ReadingState.SUBMITTED.value),
        key=lambda reading: reading.submitted_at, reverse=True,
    )  # fmt: skip
    today = timezone.localdate()
    context = {
        "waiting": [_mine(reading, today) for reading in waiting],
        "next": waiting[0] if waiting else None,
        "begins": bool(waiting) and "begin" in open_in(request, waiting[0]),
        "done": [_mine(row, today) for row in done if not is_exercise(row)][:_MOST_DONE],
        "exercises": [_mine(row, today) for row in done if is_exercise(row)],
        "pace": pace(
            [row.submitted_at for row in done if not is_exercise(row)],
            [row for row in waiting if not is_exercise(row)],
            today,
        ),
        "gone": _gone(request, readings),
        "asks": list(_asks(request)),
        "measured": LeniencyShown.objects.filter(user=request.user, ended_at=None).exists(),
        "looks": _looks(request, readings),
    }
    return render(request, "reviewing/desk.html", context)


def following(request: HttpRequest) -> HttpResponse:
    """Opens the next case; back to the desk where there is none."""
    found = next_of(request)
    if found is None:
        messages.info(request, _("Du har ingen sager tilbage at læse."))
        return redirect("reviewing:desk")
    return redirect("reviewing:reading", found.id)


def own_readings(request: HttpRequest) -> list[Any]:
    """The readings of the one who looks, also those of cases that were taken out."""
    found = (
        Reading.objects.filter(reader=request.user, handed_over_at=None)
        .select_related("review__case__study", "review__case__request__authority")
        .prefetch_related("review__readings")
    )
    return only(request, "read_case", found, reading_state)


def next_of(request: HttpRequest) -> Any:
    """The reading that comes first; None where all are in."""
    return next(iter(waiting_of(request, own_readings(request))), None)


def waiting_of(request: HttpRequest, readings: Iterable[Any]) -> list[Any]:
    """Of somebody's readings those that wait for them, the next first."""
    return in_order(row for row in readings if "submit" in open_in(request, row))


def in_order(readings: Iterable[Any]) -> list[Any]:
    """What was opened again first, then what is begun, then by deadline and by when it was given out."""
    return sorted(
        readings,
        key=lambda reading: (
            reading.state != ReadingState.REOPENED.value,
            reading.due or date.max,
            reading.state != ReadingState.BEGUN.value,
            reading.assigned_at,
            reading.id,
        ),
    )


def _mine(reading: Any, today: date) -> Mine:
    days = (reading.due - today).days if reading.due else None
    left = ""
    if days is not None and reading.state in UNDER_WAY:
        left = (
            _("overskredet")
            if days < 0
            else _("i dag")
            if days == 0
            else _("i morgen")
            if days == 1
            else _("om %(n)s dage") % {"n": days}
        )
    return Mine(
        reading, title(reading.review.case), reading.review.case.study.name,
        Reading.STATES[reading.state], left, days is not None and days < 0, is_exercise(reading),
    )  # fmt: skip


def pace(submitted: list[datetime], waiting: list[Any], today: date) -> Pace:
    """How many were handed in this week and before, held against what is left."""
    return pace_of([timezone.localdate(moment) for moment in submitted], [row.due for row in waiting], today)


def _gone(request: HttpRequest, readings: list[Any]) -> list[tuple[str, str]]:
    """Cases that are no longer the reader's to read, told for a fortnight."""
    since = timezone.now() - _TOLD
    told = [
        (title(row.review.case), _("taget ud af læsningen"))
        for row in readings
        if row.review.withdrawn_at and row.review.withdrawn_at > since
    ]
    handed = (
        Reading.objects.filter(reader=request.user, handed_over_at__gt=since)
        .exclude(review__use=LEARNING)  # begun anew, or over
        .filter(file=None)  # what a file brought in, and was undone, is nobody else's
        .select_related("review__case__request__authority")
    )
    return told + [(title(row.review.case), _("givet til en anden læser")) for row in handed]


def _looks(request: HttpRequest, readings: list[Any]) -> list[tuple[str, str, int]]:
    """Answers to look at again, by case: its name, its page and how many."""
    mine = {row.id: row for row in readings}
    count: dict[str, int] = {}
    for id in looks.mine(request.user.id).filter(reading__in=list(mine)).values_list("reading_id", flat=True):
        count[id] = count.get(id, 0) + 1
    return [
        (title(mine[id].review.case), reverse("reviewing:reading", args=[id]), number)
        for id, number in sorted(count.items(), key=lambda item: title(mine[item[0]].review.case))
    ]


def _asks(request: HttpRequest) -> Iterable[tuple[str, int, str]]:
    """What waits for an answer of the one who looks: a text, how many, and where."""
    for row in _doubts(request, Doubt.objects.filter(by=request.user, state="answered")):
        if row.reading.reader_id == request.user.id:
            where = f"{reverse('reviewing:reading', args=[row.reading_id])}#q-{row.question}"
            yield _("Din tvivl er besvaret: %(case)s") % {"case": title(row.reading.review.case)}, 1, where
    others = _doubts(request, Doubt.objects.filter(state="open").exclude(by=request.user))
    for study, number in _by_study(row.reading.review.case.study for row in others):
        yield _("Tvivl at svare på: %(study)s") % {"study": study.name}, number, _address("doubts", study)
    reviews = (
        CaseReview.objects.filter(differs=True, decided_at=None)
        .select_related("case__study", "case__request")
        .prefetch_related("readings")
    )
    again = reread_settling.waiting(request)
    for study in sorted(again, key=lambda item: str(item.name)):
        text = _("Forskelle ved genlæsning: %(study)s") % {"study": study.name}
        yield text, again[study], _address("reread_differences", study)
    apart = only(request, "settle_difference", reviews, review_state)
    for study, number in _by_study(row.case.study for row in apart):
        yield (
            _("Forskelle at afgøre: %(study)s") % {"study": study.name},
            number,
            _address("differences", study),
        )


def _doubts(request: HttpRequest, doubts: Any) -> list[Any]:
    """Those that the one who looks may discuss: nothing of a case they read blind beside another."""
    rows = doubts.select_related(
        "reading__review__case__study", "reading__review__case__request__authority"
    ).prefetch_related("reading__review__readings")
    return only(request, "discuss_doubt", rows, lambda row: reading_state(row.reading))


def _by_study(studies: Iterable[Any]) -> list[tuple[Any, int]]:
    found = Counter(studies)
    return sorted(found.items(), key=lambda item: item[0].name)


def _address(route: str, study: Any) -> str:
    return reverse(f"reviewing:{route}", args=[study.id])
