"""The table of steps on the pages: what leads to each step, and which of them are open to the one who asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.http import HttpRequest

from sagsbarometer.review.course import STEPS, Course, is_open
from sagsbarometer.web.reviewing.finding import course_of, own_course, reading_state, review_state
from sagsbarometer.web.reviewing.models import CaseReview, Reading
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.may import Answer, State

# The routes whose POST takes a step. Some take two: a case that is handed in unread is begun by it.
ROUTES_OF: Mapping[str, tuple[str, ...]] = {
    "assign": ("reviewing:assign",),
    "hand_over": ("reviewing:hand_over",),
    "begin": ("reviewing:answer", "reviewing:undo", "reviewing:redo", "reviewing:submit"),
    "submit": ("reviewing:submit",),
    "bring": ("reviewing:brought_take",),
    "take_back": ("reviewing:brought_undo",),
    "draw_second": ("reviewing:draw",),
    "settle": ("reviewing:difference",),
    "reopen": ("reviewing:reopen",),
    # Judged out of the measurement after it was given out it is read no more, and judged back in it is read on.
    "withdraw": ("reviewing:withdraw", "receiving:case", "receiving:undo"),
    "restore": ("receiving:case",),
    "lock": ("reviewing:answers",),
    "unlock": ("reviewing:unlock",),
}


def open_to(request: HttpRequest, review: CaseReview, readings: Iterable[Reading]) -> frozenset[str]:
    """The steps with a case that its state lets be taken, and that the one who asks may take."""
    state, course = review_state(review), course_of(review, readings)
    return _may(
        request, state, [id for id, step in STEPS.items() if not step.reading and is_open(course, id)]
    )


def open_in(request: HttpRequest, reading: Reading) -> frozenset[str]:
    """The steps with one reading that are open to the one who asks; none with one that was handed over."""
    steps = [id for id, step in STEPS.items() if step.reading and reading_takes(reading, id)]
    return _may(request, reading_state(reading), steps)


def _may(request: HttpRequest, state: State, steps: Iterable[str]) -> frozenset[str]:
    return frozenset(id for id in steps if asked(request, STEPS[id].action, state) is Answer.YES)


def case_takes(review: CaseReview | None, step: str) -> bool:
    """Whether the state of a case lets a step be taken, whoever asks; also of a case that nobody was to read."""
    if review is None:
        return is_open(Course(), step)
    return is_open(course_of(review, [row for row in review.readings.all() if not row.reread_id]), step)


def reading_takes(reading: Reading, step: str) -> bool:
    """Whether a step can be taken with one reading as it stands, whoever asks."""
    course, place = own_course(reading)
    return not reading.handed_over_at and is_open(course, step, place)
