"""Cases in each state of the table of steps, and each step taken as the pages take it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from sagsbarometer.review.course import STEPS, Course, ReadingState, after, open_steps
from tests.web.cast import LAUNCHED, Cast
from tests.web.mails_in_tests import do_waiting
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted
from tests.web.test_reviewing_answers_in import lines, send
from tests.web.test_reviewing_second import OTHER, post

WHO = ("rikke", "rasmus")  # who reads at place 1 and 2


def courses() -> dict[str, Course]:
    """One case of each state and set of open steps that steps can lead to, by what it is called in a test."""
    seen, waiting = {Course()}, [Course()]
    while waiting:
        here = waiting.pop(0)
        for step in STEPS:
            for there in after(here, step):
                if there not in seen:
                    seen.add(there)
                    waiting.append(there)
    found: dict[tuple[str, tuple[str, ...]], Course] = {}
    for course in sorted(seen, key=_plainest):
        found.setdefault((course.state.value, tuple(step.id for step in open_steps(course))), course)
    return {_called(course): course for course in found.values()}


def _plainest(course: Course) -> tuple[bool, str]:
    return course.second_drawn, str(course)


def _called(course: Course) -> str:
    parts = [course.state.value, course.first and course.first.value, course.second and course.second.value]
    more = ("two" if course.second_drawn else "one", "decided" if course.decided else None)
    return "-".join(part for part in (*parts, *more) if part)


def laid_out(cast: Cast, course: Course, step: str) -> Any:
    """A new case that stands so, the only one of its study that is in the measurement; its review.

    What was handed in came from one file where it is to be taken back. A case that is to be handed in is answered.
    """
    from django.utils import timezone

    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.reviewing.models import CaseReview

    case = screened_in(cast)[0]
    with acting("system:tests", "courses"):
        for other in Case.objects.filter(study=LAUNCHED, state="screened_in").exclude(pk=case.pk):
            other.state = "excluded"
            other.save()
        review = CaseReview.objects.create(case=case, study_id=LAUNCHED, second_drawn=course.second_drawn)
    for place, state in ((1, course.first), (2, course.second)):
        if state is not None:
            _read(cast, case, place, state, OTHER if place == 2 and course.differs else REFUSAL, step)
    review.refresh_from_db()
    if course.both_in and course.second_drawn:
        _compared(cast, review, course.decided)
    if step == "take_back":
        _from_a_file(cast, case)
    with acting("system:tests", "courses"):
        if course.locked:
            review.locked_at = timezone.now()
        if course.withdrawn:
            review.withdrawn_at, review.withdrawn_why = timezone.now(), "excluded"
            if step == "restore":
                case.state = "excluded"
                case.save()
        review.save()
        _freeze(cast)
    return CaseReview.objects.get(pk=case.pk)


def _read(cast: Cast, case: Any, place: int, state: ReadingState, said: Any, step: str) -> None:
    from sagsbarometer.web.events.acting import acting

    reading = reading_of(cast, WHO[place - 1], case=case, place=place, second=False)
    if state is not ReadingState.ASSIGNED or step == "submit":
        answered(reading, said)
    if state is ReadingState.SUBMITTED:
        submitted(reading)
        return
    with acting("system:tests", "courses"):
        reading.state = state.value
        reading.save()


def _compared(cast: Cast, review: Any, decided: bool) -> None:
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.reviewing.settling import compare

    with acting("system:tests", "compare"):
        compare(review)
    if decided:
        for question in ("wrong_assessment", "would_be_outcome"):
            sent = {"question": question, "side": "second", "number": "0"}
            reply = signed_in(cast.dorte).post(
                reverse("reviewing:difference", args=[LAUNCHED, review.pk]), sent
            )
            assert reply.status_code == 302
        review.refresh_from_db()


def _from_a_file(cast: Cast, case: Any) -> None:
    from django.utils import timezone

    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.reviewing.models import Answer, AnswersFile, Reading

    held = list(Reading.objects.filter(case=case, state="submitted"))
    answers = Answer.objects.filter(reading__in=held).count()
    with acting(cast.anna.id, "answers_in"):
        file = AnswersFile.objects.create(
            study=case.study, state="taken", sha256="a" * 64, kind="csv", cases=1, readings=len(held),
            answers=answers, once="from-a-file", by=cast.anna, taken_at=timezone.now(),
        )  # fmt: skip
        for reading in held:
            reading.file = file
            reading.save()


def _freeze(cast: Cast) -> None:
    from django.utils import timezone

    from sagsbarometer.web.reviewing.models import Freeze

    Freeze.objects.create(
        study=cast.launched, number=1, cases=1, data_date=timezone.localdate(), form_version=1,
        rows_hash="b" * 64, job="c" * 16, by=cast.anna,
    )  # fmt: skip


def signed_in(person: Any) -> Any:
    """A client of somebody."""
    from django.test import Client

    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def standing(review: Any) -> tuple[Any, ...]:
    """All that the course of a case follows from, and what was decided in it."""
    from sagsbarometer.web.reviewing.models import CaseReview, Decision, Reading

    row = CaseReview.objects.get(pk=review.pk)
    readings = Reading.objects.filter(case=review.pk).order_by("id").values_list(
        "id", "place", "state", "handed_over_at", "reader_id"
    )  # fmt: skip
    flags = (row.use, row.second_drawn, row.differs, row.decided_at, row.locked_at, row.withdrawn_at)
    return flags, tuple(readings), Decision.objects.filter(case=review.pk).count()


@dataclass(frozen=True)
class Way:
    """How a step is taken over HTTP: whether the page offers it, and doing it as an old page would."""

    offered: Callable[[Cast, Any], bool]
    take: Callable[[Cast, Any], Any]


def _has(name: str, mark: str) -> Callable[[Cast, Any], bool]:
    def offered(cast: Cast, review: Any) -> bool:
        return mark in _page(cast.anna, reverse(f"reviewing:{name}", args=[LAUNCHED]))

    return offered


def _page(person: Any, address: str) -> str:
    return str(signed_in(person).get(address).content.decode())


def _posts(cast: Cast, review: Any, name: str, *ids: Any, **sent: Any) -> Any:
    return post(signed_in(cast.anna), name, *ids, **sent)


def _readings(review: Any) -> list[Any]:
    return list(review.readings.filter(handed_over_at=None).order_by("place"))


def _desk_begins(cast: Cast, review: Any) -> bool:
    return any("Begynd <kbd" in _page(row.reader, reverse("reviewing:desk")) for row in _readings(review))


def _may_submit(cast: Cast, review: Any) -> bool:
    return any(
        f'action="{reverse("reviewing:submit", args=[row.id])}"'
        in _page(row.reader, reverse("reviewing:reading", args=[row.id]))
        for row in _readings(review)
    )


def _each(review: Any, name: str, *more: str, **sent: Any) -> None:
    """By the reader of each reading, the last first, until something happens."""
    before = standing(review)
    for row in reversed(_readings(review)):
        signed_in(row.reader).post(reverse(f"reviewing:{name}", args=[row.id, *more]), sent)
        if standing(review) != before:
            return


def _begin(cast: Cast, review: Any) -> None:
    _each(review, "answer", "occasion", value="cessation", number="0", once="k" * 20)


def _file_of(review: Any) -> bytes:
    held = {row.place: row.reader for row in _readings(review) if row.state != "assigned"}
    free = [row.reader for row in _readings(review) if row.state == "assigned"]
    reader = (free or [None])[0]
    name = reader.email if reader else f"{WHO[1 if 1 in held else 0]}@example.dk"
    return lines({"case_id": review.pk, "municipality_id": "905", "reader": name})


def _bring_offered(cast: Cast, review: Any) -> bool:
    reply = send(signed_in(cast.anna), _file_of(review), once="looked-at")
    return reply.status_code == 302 and "/laeg-ind/" in _page(cast.anna, reply.url)


def _bring(cast: Cast, review: Any) -> None:
    reply = send(signed_in(cast.anna), _file_of(review), once="brought")
    if reply.status_code == 302:
        file = reply.url.rstrip("/").rpartition("/")[2]
        _posts(cast, review, "brought_take", file, once="1")
        do_waiting()


def _file(review: Any) -> str:
    from sagsbarometer.web.reviewing.models import AnswersFile

    return str(AnswersFile.objects.get(once="from-a-file").id)


def _take_back_offered(cast: Cast, review: Any) -> bool:
    if not review.readings.filter(file__isnull=False).exists():
        return False
    return "/fortryd/" in _page(cast.anna, reverse("reviewing:brought", args=[LAUNCHED, _file(review)]))


def _difference(cast: Cast, review: Any) -> str:
    return _page(cast.dorte, reverse("reviewing:difference", args=[LAUNCHED, review.pk]))


def _settle(cast: Cast, review: Any) -> None:
    numbers = re.findall(r'name="number" value="(\d+)"', _difference(cast, review)) or ["0"]
    sent = {"question": "wrong_assessment", "side": "first", "number": numbers[0]}
    signed_in(cast.dorte).post(reverse("reviewing:difference", args=[LAUNCHED, review.pk]), sent)


def _reopen_offered(cast: Cast, review: Any) -> bool:
    html = _page(cast.anna, reverse("reviewing:overview", args=[LAUNCHED]))
    return any(reverse("reviewing:reopen", args=[LAUNCHED, row.id]) in html for row in _readings(review))


def _reopen(cast: Cast, review: Any) -> None:
    before = standing(review)
    for row in _readings(review):
        if standing(review) == before:
            _posts(cast, review, "reopen", row.id, reason="Se den igen.")


def _withdraw_offered(cast: Cast, review: Any) -> bool:
    address = reverse("reviewing:withdraw", args=[LAUNCHED, review.pk])
    return address in _page(cast.anna, reverse("reviewing:overview", args=[LAUNCHED]))


def _restore(cast: Cast, review: Any) -> None:
    address = reverse("receiving:case", args=[LAUNCHED, review.pk])
    html = _page(cast.anna, address)
    hidden = {name: re.findall(rf'name="{name}" value="([^"]*)"', html)[0] for name in ("revision", "once")}
    signed_in(cast.anna).post(address, {**hidden, "verdict": "in", "as_declared": "1"})


def _lock(cast: Cast, review: Any) -> None:
    if _posts(cast, review, "answers", once="l" * 24).status_code == 302:
        do_waiting()


WAYS: dict[str, Way] = {
    "assign": Way(
        _has("assign", 'name="readers"'),
        lambda cast, review: _posts(cast, review, "assign", readers=[cast.rikke.id, cast.rasmus.id]),
    ),
    "hand_over": Way(
        _has("hand_over", 'name="from"'),
        lambda cast, review: [
            _posts(cast, review, "hand_over", **{"from": who.id, "readers": [cast.disa.id]})
            for who in (cast.rikke, cast.rasmus)
        ][:1],
    ),
    "begin": Way(_desk_begins, _begin),
    "submit": Way(_may_submit, lambda cast, review: _each(review, "submit")),
    "bring": Way(_bring_offered, _bring),
    "take_back": Way(
        _take_back_offered,
        lambda cast, review: _posts(cast, review, "brought_undo", _file(review)),
    ),
    "draw_second": Way(
        _has("draw", 'name="share"'), lambda cast, review: _posts(cast, review, "draw", share="100", once="d")
    ),
    "settle": Way(lambda cast, review: 'name="side"' in _difference(cast, review), _settle),
    "reopen": Way(_reopen_offered, _reopen),
    "withdraw": Way(
        _withdraw_offered, lambda cast, review: _posts(cast, review, "withdraw", review.pk, why="excluded")
    ),
    # Judging a case is a page of its own, open in every state of the reading: it has no button for this.
    "restore": Way(lambda cast, review: review.withdrawn_at is not None, _restore),
    "lock": Way(_has("answers", "Lås, og regn</button>"), _lock),
    "unlock": Way(
        _has("answers", "/laas-op/"),
        lambda cast, review: _posts(cast, review, "unlock", "1", reason="En fejl i skemaet."),
    ),
}
