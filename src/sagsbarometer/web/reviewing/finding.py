"""From readings and cases to what `may` needs to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery

from sagsbarometer.review.course import CaseState, Course, ReadingState, hindmost
from sagsbarometer.web.reviewing.models import CaseReview, Decision, Doubt, Freeze, Reading
from sagsbarometer.web.rights.may import State
from sagsbarometer.web.rights.state_of import case_state, find_case

MEASURED, LEARNING, ANCHOR = "measure", "learning", "anchor"  # CaseReview.use


def practising(review: CaseReview, readings: Iterable[Reading]) -> list[Reading]:
    """The readings of a known case since it became one, by place; none of a case that is measured."""
    if review.use == MEASURED:
        return []
    held = [row for row in readings if not row.handed_over_at and row.place > review.measured_places]
    return sorted(held, key=lambda row: int(row.place))


def course_of(review: CaseReview, readings: Iterable[Reading]) -> Course:
    """The course of a case, from its review and all its readings. Of a known case: of those that practise on it or are
    measured by it, each on their own."""
    if review.use != MEASURED:
        return Course(
            first=hindmost(ReadingState(reading.state) for reading in practising(review, readings)),
            withdrawn=review.withdrawn_at is not None,
        )
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


def own_course(reading: Reading) -> tuple[Course, int]:
    """The course that a reading is part of, and its place there. Of a known case, and of one that is read once more,
    each reading has its own."""
    review = reading.review
    if review.use == MEASURED and not reading.reread_id:
        readings = [row for row in review.readings.all() if not row.reread_id]
        return course_of(review, readings), reading.place
    return Course(first=ReadingState(reading.state), withdrawn=review.withdrawn_at is not None), 1


def review_state(review: CaseReview) -> State:
    """Of a case that is read, with its case (and that one's study and request) and readings."""
    readings = list(review.readings.all())
    course = course_of(review, readings)
    if review.use != MEASURED:
        return _known_state(review, readings, course)
    again = [reading for reading in readings if reading.reread_id and not reading.handed_over_at]
    readings = [reading for reading in readings if not reading.reread_id]
    return replace(
        case_state(review.case),
        # Who handed a reading over has seen the case, and read nothing of it blind any more.
        readers=frozenset(reading.reader_id for reading in readings if not reading.handed_over_at),
        blind=review.second_drawn and not course.both_in,
        unseen_by=frozenset(reading.reader_id for reading in again if reading.reread.finished_at is None),
        course=course.state.value,
    )


def _reread_state(reading: Reading) -> State:
    """Of a case that is read once more, as one that nobody read before: until all is adjudicated it is there for
    nobody who reads or read the case, but for its own reader."""
    own, _place = own_course(reading)
    held = [row for row in reading.review.readings.all() if not row.handed_over_at]
    return replace(
        case_state(reading.review.case),
        readers=frozenset(row.reader_id for row in held),
        blind=reading.reread is not None and reading.reread.finished_at is None,
        owner="" if reading.handed_over_at else reading.reader_id,
        reading_state=reading.state,
        course=own.state.value,
    )


def _known_state(review: CaseReview, readings: list[Reading], course: Course) -> State:
    """Of a known case: nobody reads it with another, and who still is to hand it in sees nothing of anybody's.

    To its readers an anchor is as a case that they alone read, so no address tells it apart. To those who lead the
    reading and still are to hand theirs in it is as one read by two.
    """
    held = practising(review, readings)
    return replace(
        case_state(review.case),
        readers=frozenset(row.reader_id for row in held if review.use == LEARNING),
        unseen_by=frozenset(row.reader_id for row in held if row.state != ReadingState.SUBMITTED.value),
        course=course.state.value,
        alone=_alone(review, held),
    )


def _alone(review: CaseReview, held: list[Reading]) -> frozenset[tuple[str, str]]:
    """Who reads an anchor, each with how it stands to them: locked too, when the cases beside it are."""
    if review.use != ANCHOR or not held:
        return frozenset()
    handed_in = [row.id for row in held if row.state == ReadingState.SUBMITTED.value]
    locked = set()
    if handed_in:
        rows = as_if_locked(review.study_id).filter(pk__in=handed_in)
        locked = set(rows.values_list("id", flat=True))
    return frozenset(
        (row.reader_id, CaseState.LOCKED.value if row.id in locked else own_course(row)[0].state.value)
        for row in held
    )


def not_locked(path: str = "") -> Q:
    """The readings that are read on, by the `path` to them.

    An anchor never locks, and a case that is read again is locked all along: to their readers they are as the cases
    beside them, which lock when they are frozen, handed in, and are open before.
    """
    newest = Freeze.objects.filter(study=OuterRef(OuterRef(f"{path}review__study"))).order_by("-number")
    frozen = Freeze.objects.filter(
        pk=Subquery(newest.values("pk")[:1]), unlocked_at=None, at__gte=OuterRef(f"{path}submitted_at")
    )
    handed_in = Q(**{f"{path}state": ReadingState.SUBMITTED.value})
    again = Q(**{f"{path}reread__isnull": False, f"{path}reread__finished_at": None}) & ~handed_in
    locked_anchor = Q(**{f"{path}review__use": ANCHOR}) & handed_in & Exists(frozen)
    return (Q(**{f"{path}review__locked_at": None}) | again) & ~locked_anchor


def as_if_locked(study: str) -> Any:
    """The readings of anchors that are, to their readers, as those of cases that are locked."""
    held = Reading.objects.filter(case__study=study, review__use=ANCHOR, handed_over_at=None)
    return held.filter(~not_locked(), state=ReadingState.SUBMITTED.value, review__withdrawn_at=None)


def reading_state(reading: Reading) -> State:
    """Of one reading. Handed over it is nobody's own. Of a known case it has a course of its own, and so has one of a
    locked case that is read once more."""
    if reading.reread_id:
        return _reread_state(reading)
    state = review_state(reading.review)
    if reading.review.use != MEASURED:
        own = frozenset() if reading.handed_over_at else frozenset({reading.reader_id})
        alone, _place = own_course(reading)
        state = replace(state, readers=own, course=alone.state.value, alone=frozenset())
    return replace(
        state,
        owner="" if reading.handed_over_at else reading.reader_id,
        reading_state=reading.state,
    )


def blind_to(user: str) -> frozenset[str]:
    """The cases a person reads together with another, and not both are in: nothing of the other's is theirs to see.
    Also the known cases they still are to hand in, and the locked ones they read once more."""
    mine = Reading.objects.filter(reader=user, handed_over_at=None)
    together = mine.filter(review__second_drawn=True, review__use=MEASURED)
    reviews = CaseReview.objects.filter(pk__in=together.values("case_id")).prefetch_related("readings")
    known = mine.exclude(review__use=MEASURED).exclude(state=ReadingState.SUBMITTED.value)
    again = mine.filter(reread__finished_at=None).exclude(reread=None)
    told = {review.case_id for review in reviews if not course_of(review, review.readings.all()).both_in}
    told |= set(known.filter(place__gt=F("review__measured_places")).values_list("case_id", flat=True))
    return frozenset(told | set(again.values_list("case_id", flat=True)))


def rereads(user: str, study: str) -> bool:
    """Whether somebody reads a locked case of a study once more: what was found in it is not theirs to know."""
    again = Reading.objects.filter(reader=user, handed_over_at=None, reread__study=study)
    return again.filter(reread__finished_at=None).exists()


def read_again_since(user: str) -> list[tuple[str, Any]]:
    """The cases a person has read that others now read once more, each with when it was drawn: what is done with them
    from then on is not theirs to know until it is finished."""
    mine = Reading.objects.filter(reader=user, reread=None).values("case_id")
    again = Reading.objects.filter(case_id__in=mine, handed_over_at=None, reread__finished_at=None)
    return list(again.exclude(reread=None).exclude(reader=user).values_list("case_id", "reread__at"))


def anchors_unread(user: str, study: str) -> int:
    """How many anchors of a study somebody still is to hand in: not theirs to know of, so left out of what they see."""
    return CaseReview.objects.filter(study=study, use=ANCHOR, pk__in=blind_to(user)).count()


def handed_in(study: str, user: str) -> int:
    """How many readings of a study are handed in, as far as a person may know: of a case they read blind, their own. An
    anchor of theirs, and a case they read once more, count to them as any other: the number rises as they hand in."""
    done = Reading.objects.filter(
        case__study=study, case__state="screened_in", state=ReadingState.SUBMITTED.value, handed_over_at=None
    )
    own = done.filter(reader=user).exclude(review__use=LEARNING)
    others = done.filter(review__use=MEASURED, place__in=(1, 2)).exclude(reader=user)
    return own.count() + others.exclude(case__in=blind_to(user)).count()


def reread_state(reading: Reading) -> State:
    """Of a re-reading that is to be adjudicated: not by who read the case, nor by who decided in it before."""
    before = Decision.objects.filter(case=reading.case_id).values_list("by_id", flat=True)
    state = _reread_state(reading)
    return replace(state, readers=state.readers | frozenset(before))


def find_reread(address: Mapping[str, Any]) -> State | None:
    """By `reading` of the address; None for one that is no re-reading of the study there."""
    found = (
        _readings().filter(pk=address["reading"], case__study=address["study"]).exclude(reread=None).first()
    )
    return reread_state(found) if found else None


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


def find_known(address: Mapping[str, Any]) -> State | None:
    """By `case` and `study` of the address; None for a case that is measured."""
    known = CaseReview.objects.exclude(use=MEASURED).filter(pk=address["case"], study=address["study"])
    return find_review(address) if known.exists() else None


def find_exercise(address: Mapping[str, Any]) -> State | None:
    """By `reading` of the address: of a case that is practised on, the reader's own also when they have begun anew."""
    row = _readings().filter(pk=address["reading"], review__use=LEARNING).first()
    if row is None or row.place <= row.review.measured_places:
        return None
    return replace(reading_state(row), owner=row.reader_id)


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
