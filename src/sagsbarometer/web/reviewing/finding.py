"""From readings and cases to what `may` needs to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sagsbarometer.review.course import Course, ReadingState
from sagsbarometer.web.reviewing.models import CaseReview, Doubt, Reading
from sagsbarometer.web.rights.may import State
from sagsbarometer.web.rights.state_of import case_state, find_case


def course_of(review: CaseReview, readings: Iterable[Reading]) -> Course:
    """The course of a case, from its review and all its readings."""
    places = {
        reading.place: ReadingState(reading.state) for reading in readings if not reading.handed_over_at
    }
    return Course(
        first=places.get(1),
        second=places.get(2),
        second_drawn=review.second_drawn,
        differs=review.differs,
        decided=review.decided_at is not None,
        locked=review.locked_at is not None,
        withdrawn=review.withdrawn_at is not None,
    )


def review_state(review: CaseReview) -> State:
    """Of a case that is read, with its case (and that one's study and request) and readings."""
    readings = list(review.readings.all())
    course = course_of(review, readings)
    return replace(
        case_state(review.case),
        # Who handed a reading over has seen the case, and read nothing of it blind any more.
        readers=frozenset(reading.reader_id for reading in readings if not reading.handed_over_at),
        blind=review.second_drawn and not course.both_in,
        course=course.state.value,
    )


def reading_state(reading: Reading) -> State:
    """Of one reading. Handed over it is nobody's own."""
    return replace(
        review_state(reading.review),
        owner="" if reading.handed_over_at else reading.reader_id,
        reading_state=reading.state,
    )


def blind_to(user: str) -> frozenset[str]:
    """The cases a person reads together with another, and not both are in: nothing of the other's is theirs to see."""
    mine = Reading.objects.filter(reader=user, handed_over_at=None, review__second_drawn=True)
    reviews = CaseReview.objects.filter(pk__in=mine.values("case_id")).prefetch_related("readings")
    return frozenset(
        review.case_id for review in reviews if not course_of(review, review.readings.all()).both_in
    )


def find_case_as_read(address: Mapping[str, Any]) -> State | None:
    """By `case` of the address: with who reads it and whether they do so blind, where it is read."""
    return find_review(address) or find_case(address)


_OF_A_REVIEW = ("case__study", "case__request")


def find_review(address: Mapping[str, Any]) -> State | None:
    """By `case` of the address; None for a case that nobody was to read."""
    found = CaseReview.objects.select_related(*_OF_A_REVIEW).filter(pk=address["case"]).first()
    return review_state(found) if found else None


def find_reading(address: Mapping[str, Any]) -> State | None:
    """By `reading` of the address."""
    found = _readings().filter(pk=address["reading"]).first()
    return reading_state(found) if found else None


def find_review_of_study(address: Mapping[str, Any]) -> State | None:
    """As `find_review`; None where the case is of another study than the address says."""
    return _of_study(find_review(address), address)


def find_reading_of_study(address: Mapping[str, Any]) -> State | None:
    """As `find_reading`; None where the reading is of another study than the address says."""
    return _of_study(find_reading(address), address)


def _of_study(state: State | None, address: Mapping[str, Any]) -> State | None:
    return state if state and state.study == address["study"] else None


def find_doubt(address: Mapping[str, Any]) -> State | None:
    """By `doubt` of the address: the state of the reading it is about."""
    found = Doubt.objects.filter(pk=address["doubt"]).values_list("reading_id", flat=True).first()
    return find_reading({"reading": found}) if found else None


# Large, and asked of no reading: read where somebody does ask. An answer is saved in milliseconds.
UNREAD = ("review__case__study__plan", "review__case__request__drawn")


def find_doubt_of_study(address: Mapping[str, Any]) -> State | None:
    """As `find_doubt`; None where the doubt is of another study than the address says."""
    return _of_study(find_doubt(address), address)


def _readings() -> Any:
    joined = (f"review__{path}" for path in _OF_A_REVIEW)
    return Reading.objects.select_related("review", *joined).defer(*UNREAD)
