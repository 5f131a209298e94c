"""The cases of a study that are read, as the one who looks may know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.review.course import Course
from sagsbarometer.web.accounts.models import Membership, User
from sagsbarometer.web.planning.shown import crumbs_of
from sagsbarometer.web.reviewing.finding import LEARNING, MEASURED, course_of, review_state
from sagsbarometer.web.reviewing.models import CaseReview, Reading
from sagsbarometer.web.rights.asking import only


@dataclass(frozen=True, slots=True)
class Read:
    """A case that is read: its review, the readings that count (the first first), and its course."""

    review: CaseReview
    readings: tuple[Reading, ...]
    course: Course


@dataclass(frozen=True, slots=True)
class AllRead:
    """What may be known of the cases that are measured; practice and anchors are in none of it.

    `hidden`: cases that the one who looks reads blind, left out of every list and number. An anchor they still are to
    hand in is told of as one read by two: that it is an anchor is not theirs to know.
    """

    cases: tuple[Read, ...]
    hidden: int


def all_read(request: HttpRequest, study: str) -> AllRead:
    """Every case of a study that is read to be measured, by municipality and number."""
    reviews = list(
        CaseReview.objects.filter(study=study)
        .select_related("case__study", "case__request__authority")
        .prefetch_related("readings__reader")
        .order_by("case__municipality", "case__number")
    )
    open_ones = only(request, "see_reading", reviews, review_state)
    shut = {review.case_id for review in reviews} - {review.case_id for review in open_ones}
    measured = tuple(_read(review) for review in open_ones if review.use == MEASURED)
    return AllRead(measured, sum(review.use != LEARNING for review in reviews if review.case_id in shut))


def _read(review: Any) -> Read:
    readings = sorted(
        (row for row in review.readings.all() if not row.handed_over_at and not row.reread_id),
        key=lambda reading: int(reading.place),
    )
    return Read(review, tuple(readings), course_of(review, readings))


def readers_of(study: str) -> list[User]:
    """Who can be given cases of a study: its reviewers and those of the whole house, by name."""
    held = Membership.objects.filter(role="reviewer", user__is_active=True)
    ids = {user for user, of in held.values_list("user_id", "study_id") if of in (None, study)}
    return list(User.objects.filter(pk__in=ids).order_by("name", "id"))


def crumbs(study: Any, *last: str) -> list[tuple[str, str | None]]:
    """The way to a page about the reading of a study; to the page about all of it without more."""
    ways: list[tuple[str, str | None]] = list(crumbs_of(study, _("Læsning")))
    ways[-1] = (ways[-1][0], reverse("reviewing:overview", args=[study.id]))
    return [*ways, *((label, None) for label in last)]
