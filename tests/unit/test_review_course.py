"""The course of a case: every case that steps can lead to, walked."""

from __future__ import annotations

from collections.abc import Iterator

from sagsbarometer.review.course import (
    STEPS,
    CaseState,
    Course,
    ReadingState,
    after,
    is_open,
    open_steps,
)


def reachable() -> Iterator[tuple[Course, str, Course]]:
    """Every step from every case that steps can lead to, from a case nobody was given."""
    seen, waiting = {Course()}, [Course()]
    while waiting:
        here = waiting.pop()
        for step in STEPS:
            for there in after(here, step):
                yield here, step, there
                if there not in seen:
                    seen.add(there)
                    waiting.append(there)


WALKED = tuple(reachable())


def test_each_step_goes_where_the_table_says_and_nowhere_else() -> None:
    for id, step in STEPS.items():
        assert {here.state for here, taken, _ in WALKED if taken == id} == step.before, id
        assert {there.state for _, taken, there in WALKED if taken == id} == step.after, id


# Written by hand, state by state: what can be done with a case that stands so, with whichever of its readings.
OPEN = {
    "unassigned": "assign bring draw_second withdraw",
    "assigned": "assign hand_over begin submit bring draw_second withdraw",
    "begun": "assign hand_over begin submit bring draw_second withdraw",
    "submitted": "take_back draw_second reopen withdraw lock",
    "second_reading": "assign hand_over begin submit bring take_back reopen withdraw",
    "difference": "take_back settle reopen withdraw",
    "settled": "take_back settle reopen withdraw lock",
    "reopened": "assign hand_over begin submit bring take_back draw_second withdraw",
    "locked": "unlock",
    "withdrawn": "take_back restore",
}


def test_what_can_be_done_in_each_state_is_what_we_say() -> None:
    found: dict[str, set[str]] = {}
    for here, step, _ in WALKED:
        found.setdefault(here.state.value, set()).add(step)
    assert found == {state: set(steps.split()) for state, steps in OPEN.items()}


def test_every_state_is_reached_and_none_is_an_end() -> None:
    assert {course.state for _, _, course in WALKED} | {Course().state} == set(CaseState)
    assert all(open_steps(there) for _, _, there in WALKED)
    out = {step.id for _, _, there in WALKED if there.withdrawn for step in open_steps(there)}
    assert out == {"restore", "take_back"}


def test_a_step_is_open_in_the_reading_that_it_changes() -> None:
    assigned, submitted = ReadingState.ASSIGNED, ReadingState.SUBMITTED
    here = Course(first=submitted, second=assigned, second_drawn=True)
    assert [is_open(here, step, 1) for step in ("begin", "submit", "reopen")] == [False, False, True]
    assert [is_open(here, step, 2) for step in ("begin", "submit", "reopen")] == [True, True, False]
    assert is_open(here, "hand_over")
    assert not is_open(Course(first=submitted, locked=True), "reopen", 1)


def test_what_is_locked_is_read_and_decided() -> None:
    for _, step, there in WALKED:
        if step == "lock":
            assert there.both_in
            assert there.decided or not there.differs


def test_a_reading_that_is_in_changes_only_by_being_opened_again() -> None:
    for here, step, there in WALKED:
        for before, now in ((here.first, there.first), (here.second, there.second)):
            if before is ReadingState.SUBMITTED and now is not ReadingState.SUBMITTED:
                assert step == "take_back" or (step, now) == ("reopen", ReadingState.REOPENED)


def test_what_is_decided_is_not_taken_back_with_a_file() -> None:
    assert not [here for here, step, _ in WALKED if step == "take_back" and here.decided]


def test_a_decision_falls_when_a_reading_it_is_about_changes() -> None:
    for here, step, there in WALKED:
        if here.decided and step in ("reopen", "submit"):
            assert not there.decided


def test_nothing_is_open_to_the_other_before_both_are_in() -> None:
    for _, _, there in WALKED:
        if there.second_drawn and there.both_in:
            assert (there.first, there.second) == (ReadingState.SUBMITTED, ReadingState.SUBMITTED)
