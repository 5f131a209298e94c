"""The course of a case: every case that steps can lead to, walked."""

from __future__ import annotations

from collections.abc import Iterator

from sagsbarometer.review.course import STEPS, CaseState, Course, ReadingState, after, open_steps


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


def test_every_state_is_reached_and_only_what_is_taken_out_is_an_end() -> None:
    assert {course.state for _, _, course in WALKED} | {Course().state} == set(CaseState)
    ends = {there.state for _, _, there in WALKED if not open_steps(there)}
    assert ends == {CaseState.WITHDRAWN}


def test_what_is_locked_is_read_and_decided() -> None:
    for _, step, there in WALKED:
        if step == "lock":
            assert there.both_in
            assert there.decided or not there.differs


def test_a_reading_that_is_in_changes_only_by_being_opened_again() -> None:
    for here, step, there in WALKED:
        for before, now in ((here.first, there.first), (here.second, there.second)):
            if before is ReadingState.SUBMITTED and now is not ReadingState.SUBMITTED:
                assert (step, now) == ("reopen", ReadingState.REOPENED)


def test_a_decision_falls_when_a_reading_it_is_about_changes() -> None:
    for here, step, there in WALKED:
        if here.decided and step in ("reopen", "submit"):
            assert not there.decided


def test_nothing_is_open_to_the_other_before_both_are_in() -> None:
    for _, _, there in WALKED:
        if there.second_drawn and there.both_in:
            assert (there.first, there.second) == (ReadingState.SUBMITTED, ReadingState.SUBMITTED)
