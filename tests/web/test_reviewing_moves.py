"""The table of steps is what the pages do: each step in each state over HTTP, and every route that moves a case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse

from sagsbarometer.review.course import STEPS, CaseState, Course, ReadingState, after, is_open
from sagsbarometer.web.reviewing.moves import ROUTES_OF
from sagsbarometer.web.reviewing.steps import WITHDRAWN
from tests.conftest import SOAK
from tests.web.calls_in_tests import WRITERS, posted, reached_from
from tests.web.cast import LAUNCHED, Cast
from tests.web.courses_in_tests import WAYS, courses, laid_out, signed_in, standing
from tests.web.house_in_tests import Houses
from tests.web.test_routes import Snapshot

COURSES = courses()
# Routes that move a reading which is in no measured case's course: of known cases, and of those read once more.
BESIDE = frozenset(
    {
        "reviewing:practice",
        "reviewing:practice_back",
        "reviewing:practice_give",
        "reviewing:anew",
        "reviewing:reread_assign",
    }
)
FEW = {course.state: name for name, course in sorted(COURSES.items())}  # one of each state
WALKED = tuple(COURSES) if SOAK else tuple(FEW.values())


@pytest.fixture(scope="module")
def house(houses: Houses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cast, Snapshot]]:
    """One house for all of the walk, put back after each step."""
    place = houses.copy("sqlite", tmp_path_factory.mktemp("moves") / "home", with_cast=True)
    yield Cast.of(place.home), Snapshot(place.home.folder)
    houses.drop(place)


def reached(course: Course, step: str) -> set[Course]:
    """What a case may look like when a step was taken, with each reading that it can be taken with."""
    found: set[Course] = set()
    waiting = [course]
    while waiting:
        new = set(after(waiting.pop(), step)) - found
        found |= new
        waiting += new
    return found


@pytest.mark.parametrize("name", WALKED)
def test_each_step_is_offered_and_taken_where_the_table_says_and_nowhere_else(
    house: tuple[Cast, Snapshot], name: str
) -> None:
    from sagsbarometer.web.reviewing.finding import course_of

    cast, kept = house
    course = COURSES[name]
    for id in STEPS:
        kept.back()
        review = laid_out(cast, course, id)
        assert course_of(review, review.readings.all()) == course, id
        before, open_ = standing(review), is_open(course, id)
        assert WAYS[id].offered(cast, review) is open_, (id, "offered")
        if id == "take_back" and not review.readings.exclude(file=None).exists():
            continue  # no file to undo
        WAYS[id].take(cast, review)
        review = type(review).objects.get(pk=review.pk)
        if open_:
            now = course_of(review, review.readings.all())
            assert now in reached(course, id), id
            assert now.state in STEPS[id].after, id
            assert standing(review) != before, (id, "not taken")
        else:
            assert standing(review) == before, (id, "taken")


def test_every_state_is_walked() -> None:
    assert {COURSES[name].state for name in WALKED} == set(CaseState)
    assert set(WAYS) == set(STEPS)


def test_every_route_that_moves_a_case_is_named_by_a_step() -> None:
    moving = {route for route in posted() if WRITERS & reached_from(route)}
    named = {route for routes in ROUTES_OF.values() for route in routes}
    assert set(ROUTES_OF) == set(STEPS)
    assert moving == named | BESIDE
    assert not named & BESIDE


def test_what_writes_the_course_of_a_case_is_found() -> None:
    """Else the test above would hold of nothing."""
    assert {
        "sagsbarometer.web.reviewing.submitting:hand_in",
        "sagsbarometer.web.reviewing.answering:begin",
        "sagsbarometer.web.reviewing.assigning:make",
        "sagsbarometer.web.reviewing.steps:take_out",
        "sagsbarometer.web.reviewing.steps:reopen",
        "sagsbarometer.web.reviewing.settling:compare",
        "sagsbarometer.web.reviewing.drawing:draw_among",
        "sagsbarometer.web.reviewing.jobs:freeze",
        "sagsbarometer.web.reviewing.taking:unlock",
        "sagsbarometer.web.reviewing.brought:undo",
    } <= WRITERS


@pytest.mark.parametrize("why", sorted(WITHDRAWN))
def test_a_case_taken_out_for_any_reason_is_read_on_when_it_is_judged_to_be_in(
    house: tuple[Cast, Snapshot], why: str
) -> None:
    cast, kept = house
    kept.back()
    review = laid_out(cast, Course(first=ReadingState.BEGUN), "restore")
    assert WAYS["withdraw"].offered(cast, review)
    signed_in(cast.anna).post(reverse("reviewing:withdraw", args=[LAUNCHED, review.pk]), {"why": why})
    review.refresh_from_db()
    assert review.withdrawn_why == why
    WAYS["restore"].take(cast, review)
    review.refresh_from_db()
    assert (review.withdrawn_at, review.withdrawn_why) == (None, "")
