"""The cases of a study that count: read, and settled where they were read by two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sagsbarometer.forms.case import Case, complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.review.answers import ReviewedCase
from sagsbarometer.review.course import CaseState, Course
from sagsbarometer.review.differences import Decided, settled
from sagsbarometer.web.reviewing.finding import course_of
from sagsbarometer.web.reviewing.models import CaseReview, Decision, Reading
from sagsbarometer.web.reviewing.newest import decisions_by, with_declared

COUNTED = (CaseState.SUBMITTED, CaseState.SETTLED, CaseState.LOCKED)


@dataclass(frozen=True, slots=True)
class Counted:
    """The cases that count, sorted by municipality and id, and how many are practice or anchors."""

    cases: tuple[ReviewedCase, ...]
    practice: int


def counted(study: Any, form: Form, cases: frozenset[str] | None = None) -> Counted:
    """Of a study, or of some of its cases. Cases of practice and anchors are never among them."""
    chosen = CaseReview.objects.filter(study=study)
    chosen = chosen if cases is None else chosen.filter(pk__in=cases)
    reviews = list(chosen.select_related("case").prefetch_related("readings__case"))
    measured = [review for review in reviews if review.use == "measure"]
    courses = {review.case_id: course_of(review, review.readings.all()) for review in measured}
    wanted = [review for review in measured if courses[review.case_id].state in COUNTED]
    readings = {review.case_id: _counting(review, courses[review.case_id]) for review in wanted}
    given = with_declared(form, [reading for held in readings.values() for reading in held])
    decided = _decisions(form, [case for case, held in readings.items() if len(held) == 2])
    found = [
        ReviewedCase(
            review.case_id,
            review.case.municipality,
            _case(form, [given[reading.id] for reading in readings[review.case_id]],
                  decided.get(review.case_id, {})),
        )
        for review in wanted
    ]  # fmt: skip
    found.sort(key=lambda case: (case.municipality_id, case.case_id))
    return Counted(tuple(found), len(reviews) - len(measured))


def answers_of_reading(form: Form, reading: Reading) -> dict[str, Answer]:
    """What one reading says by itself: of an anchor, which counts in nothing."""
    return dict(_case(form, [with_declared(form, [reading])[reading.id]], {}).answers)


def settled_before(form: Form, review: Any) -> dict[str, Answer]:
    """What counted of a known case while it was measured: the suggestion for its key. Nothing where it was not read."""
    held = [
        reading
        for reading in review.readings.select_related("case").order_by("place")
        if not reading.handed_over_at and reading.place <= review.measured_places
    ]
    if not held:
        return {}
    given = with_declared(form, held)
    decided = _decisions(form, [review.case_id]).get(review.case_id, {})
    return dict(_case(form, [given[reading.id] for reading in held], decided).answers)


def _counting(review: Any, course: Course) -> list[Reading]:
    places = (1, 2) if course.second_drawn else (1,)
    held = [
        reading for reading in review.readings.all() if not reading.handed_over_at and reading.place in places
    ]
    return sorted(held, key=lambda reading: int(reading.place))


def _case(form: Form, given: list[dict[str, Answer]], decided: dict[str, Decided]) -> Any:
    if len(given) == 2:
        return settled(form, given[0], given[1], decided).case
    return case_of(form, given[0])


def case_of(form: Form, given: Mapping[str, Answer], language: str = "da") -> Case:
    """What one reader answered as a case. What was answered before another answer routed it away is kept in the
    reading, and counts in nothing."""
    routed = complete(form, given)
    asked = {id: answer for id, answer in given.items() if routed.answers[id].state.value != "not_asked"}
    return complete(form, asked, language)


def _decisions(form: Form, cases: list[str]) -> dict[str, dict[str, Decided]]:
    return decisions_by(form, Decision.objects.filter(case__in=cases).order_by("number"), "case_id")
