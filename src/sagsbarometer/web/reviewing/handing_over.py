"""Handing over: what a colleague has not handed in is read by others, when they are away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.second_reading import Assigned, Place, assigned
from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing import reread_cases
from sagsbarometer.web.reviewing.assigning import load_of, make, reader_of, tell_of
from sagsbarometer.web.reviewing.cases_read import all_read, crumbs, readers_of
from sagsbarometer.web.reviewing.finding import ANCHOR, blind_to
from sagsbarometer.web.reviewing.giving_known import may_be_given
from sagsbarometer.web.reviewing.models import Reading, Reread
from sagsbarometer.web.reviewing.moves import case_takes

Errors = list[tuple[str, str]]


def hand_over(request: HttpRequest, study: str) -> HttpResponse:
    """Gives what a colleague has not handed in to others: an illness, a holiday. They begin anew.

    Anchors and cases read once more go too: alone on the desk of who is away, they would be seen to be that. The last
    are told of on the page of the re-reading only.
    """
    found = get_object_or_404(Study.objects.select_for_update(), pk=study)
    # What the one who asks reads blind is left out: whose it is, is not theirs to know.
    blind = blind_to(str(request.user.pk))
    known = {read.review.case_id for read in all_read(request, study).cases}
    own = _own(study, known)
    readers = readers_of(study)
    errors: Errors = []
    if request.method == "POST":
        leaving = request.POST.get("from", "")
        chosen = [user for user in readers if user.id in request.POST.getlist("readers")]
        if not leaving:
            errors.append(("id_from", _("Vælg, hvis sager der skal læses af andre.")))
        if not chosen or leaving in {user.id for user in chosen}:
            errors.append(("id_readers", _("Vælg mindst én anden læser.")))
        if not errors:
            done = _handed_over(found, [row for row in own if row.reader_id == leaving], chosen)
            anchors = _anchors_over(found, leaving, chosen)
            rereads = Reread.objects.select_for_update(of=("self",)).select_related("freeze")
            for reread in rereads.filter(study=found, finished_at=None):
                reread_cases.hand_over(reread, leaving, chosen)
            tell_of(request, done, sum(given for case, given in anchors.items() if case not in blind))
            return redirect("reviewing:overview", study)
    unfinished = Counter(row.reader_id for row in own)
    unfinished.update(_anchors(study).exclude(case__in=blind).values_list("reader_id", flat=True))
    context = {
        "study": found,
        "from": [
            (user, unfinished[user.id])
            for user in User.objects.filter(pk__in=unfinished).order_by("name", "id")
        ],
        "leaving": request.POST.get("from", ""),
        "readers": load_of(study, readers, blind),
        "chosen": request.POST.getlist("readers"),
        "errors": errors,
        "crumbs": crumbs(found, _("Overdrag sager")),
    }
    return render(request, "reviewing/hand_over.html", context, status=422 if errors else 200)


def _own(study: str, known: Collection[str]) -> list[Reading]:
    """The readings of some cases that can be handed over."""
    held = Reading.objects.filter(case__study=study, handed_over_at=None, case_id__in=known, reread=None)
    held = held.exclude(state=ReadingState.SUBMITTED.value).select_related("case", "review")
    return [row for row in held.prefetch_related("review__readings") if case_takes(row.review, "hand_over")]


def _handed_over(study: Any, readings: list[Reading], readers: Collection[User]) -> Assigned:
    """The readings that somebody chosen may read ended, and made anew for them. The rest stay where they are."""
    reading_now: dict[str, set[str]] = {}
    cases = [reading.case_id for reading in readings]
    for case, reader in Reading.objects.filter(case_id__in=cases, handed_over_at=None).values_list(
        "case_id", "reader_id"
    ):
        reading_now.setdefault(case, set()).add(reader)
    places = [
        Place(
            reading.case_id, reading.place, reading.case.municipality, frozenset(reading_now[reading.case_id])
        )
        for reading in readings
    ]
    done = assigned(places, [reader_of(user, load) for user, load in load_of(study.id, readers)], study.id)
    ending = [reading for reading in readings if (reading.case_id, reading.place) in done.to]
    for reading in ending:
        _end(reading)
    due = {(reading.case_id, reading.place): reading.due for reading in ending}
    make(study, done, due)
    return done


def _anchors(study: str) -> Any:
    """The readings of anchors that are not handed in."""
    found = Reading.objects.filter(
        case__study=study, review__use=ANCHOR, review__withdrawn_at=None, handed_over_at=None,
        place__gt=F("review__measured_places"),
    )  # fmt: skip
    return found.exclude(state=ReadingState.SUBMITTED.value)


def _anchors_over(study: Any, leaving: str, readers: Collection[User]) -> dict[str, bool]:
    """Ends somebody's anchors, each given to the one chosen who has the least, of those who may have it; by case,
    whether somebody got it. One that is left with its reader would be seen to be one."""
    load = {user.id: many for user, many in load_of(study.id, readers)}
    given: dict[str, bool] = {}
    rows = _anchors(study.id).filter(reader=leaving).select_for_update(of=("self",))
    for reading in rows.select_related("review__case__request__authority").order_by("case_id"):
        _end(reading)
        held = list(Reading.objects.filter(case=reading.case_id))
        able = [user for user in readers if may_be_given(reading.review, user, held)]
        given[reading.case_id] = bool(able)
        if able:
            chosen = min(able, key=lambda user: (load[user.id], user.id))
            load[chosen.id] += 1
            Reading.objects.create(
                case_id=reading.case_id, review=reading.review, reader=chosen, due=reading.due,
                place=max(row.place for row in held) + 1, form_version=study.version,
            )  # fmt: skip
    return given


def _end(reading: Reading) -> None:
    reading.handed_over_at = timezone.now()
    reading.revision += 1
    reading.save(update_fields=["handed_over_at", "revision"])
