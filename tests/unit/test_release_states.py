"""The state table: every state × step × actor, refusals as well as openings; and what nobody can bring about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.datafiles.located import parse_yaml
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.release.events import Event
from sagsbarometer.release.history import Asked, History, judged, replay
from sagsbarometer.release.hours import written
from sagsbarometer.release.people import ROLES, Actor, People, User
from sagsbarometer.release.states import (
    FACTS,
    Situation,
    buttons,
    diagram,
    limits,
    load_table,
    matrix,
    may,
    open_to,
    read_table,
)
from sagsbarometer.store.release import sealed
from tests.conftest import ROOT

TABLE = load_table()
NOW = datetime(2027, 4, 26, 6, 0, tzinfo=UTC)
EARLIER, LATER, LATEST = NOW - timedelta(days=1), NOW + timedelta(days=1), NOW + timedelta(days=2)

# Written by hand from the task, not from the file: what leads from which state to which.
OPEN = {
    "propose": {"none": "proposed"},
    "approve": {"proposed": "approved_once", "approved_once": "approved"},
    "refuse": dict.fromkeys(("proposed", "approved_once", "approved", "scheduled"), "refused"),
    "schedule": {"approved": "scheduled", "scheduled": "scheduled"},
    "shorten": {"scheduled": "scheduled"},
    "publish": {"scheduled": "published"},
    "access": {state: state for state in ("proposed", "approved_once", "approved", "scheduled")},
    "read": {
        state: state
        for state in (
            "proposed", "approved_once", "approved", "scheduled", "published", "refused", "withdrawn"
        )
    },
    "amend": dict.fromkeys(("published", "refused", "withdrawn"), "proposed"),
    "withdraw": {"published": "withdrawn"},
}  # fmt: skip
WHO = {
    "propose": {"author"},
    "approve": {"approver"},
    "refuse": {"author", "approver"},
    "schedule": {"publisher"},
    "shorten": {"approver"},
    "publish": {"publisher"},
    "access": {"publisher"},
    "read": {"author", "approver", "publisher"},
    "amend": {"author"},
    "withdraw": {"publisher"},
}


def person(name: str, *roles: str, also: str = "") -> Actor:
    marks = {f"login:{name}"} | ({also} if also else set())
    return Actor(name, name, "machine", frozenset(marks), frozenset(roles))


ANNA = person("anna", "author")
BO, CARLA = person("bo", "approver"), person("carla", "approver")


def ready(action: str, state: str) -> Situation:
    """Everything the step needs is there."""
    return Situation(
        state=state,
        facts=FACTS,
        authors=(ANNA,),
        approved_by=(BO, CARLA) if action != "approve" else (),
        hour=LATEST if action == "shorten" else EARLIER,
        now=NOW,
        wanted=LATER,
        reason="Derfor.",
    )


@pytest.mark.parametrize("role", [*ROLES, ""])
@pytest.mark.parametrize("state", sorted(TABLE.states))
@pytest.mark.parametrize("action", sorted(TABLE.actions))
def test_every_step_from_every_state_by_every_role(action: str, state: str, role: str) -> None:
    verdict = may(person("eva", *filter(None, [role])), action, ready(action, state), TABLE)
    assert verdict.allowed == (state in OPEN[action] and role in WHO[action])
    assert verdict.state == (OPEN[action][state] if verdict.allowed else state)
    assert verdict.allowed != bool(verdict.problems)
    assert verdict.allowed != bool(verdict.lacking)


def test_the_hand_written_table_has_every_step() -> None:
    assert set(OPEN) == set(WHO) == set(TABLE.actions)


# How each requirement is taken away, so that nothing else is.
AWAY = {
    "not_author": lambda at: replace(at, authors=(person("eva"),)),
    "not_approved_before": lambda at: replace(at, approved_by=(person("eva"),)),
    "not_shortened_before": lambda at: replace(at, shortened_by=(person("eva"),)),
    "two_approvers": lambda at: replace(at, approved_by=(BO, ANNA)),
    "to_come": lambda at: replace(at, wanted=NOW),
    "not_earlier": lambda at: replace(at, hour=LATEST),
    "earlier": lambda at: replace(at, wanted=LATEST),
    "hour_passed": lambda at: replace(at, hour=NOW + timedelta(seconds=1)),
    "reason": lambda at: replace(at, reason="  "),
}


def cases() -> Iterator[tuple[str, str, str]]:
    for action, rule in TABLE.actions.items():
        for state in rule.from_:
            yield from ((action, state, need) for need in rule.needs if need != "insider")


@pytest.mark.parametrize(("action", "state", "need"), sorted(cases()))
def test_each_thing_a_step_needs_stops_it_alone(action: str, state: str, need: str) -> None:
    ready_ = ready(action, state)
    lacking = replace(ready_, facts=FACTS - {need}) if need in FACTS else AWAY[need](ready_)
    actor = person("eva", *ROLES)
    assert may(actor, action, ready_, TABLE).allowed
    verdict = may(actor, action, lacking, TABLE)
    assert not verdict.allowed
    assert verdict.lacking == (need,)
    told = TABLE.requirements[need].fault
    assert verdict.problems[0].fault.startswith(told.partition("{")[0])
    assert "{" not in verdict.problems[0].fault


def test_the_steps_need_what_was_asked_for() -> None:
    gates = {"protected", "attacked", "scanned", "no_local"}
    needs = {action: set(rule.needs) for action, rule in TABLE.actions.items()}
    assert needs["propose"] >= gates
    assert needs["amend"] >= gates | {"reason"}
    assert needs["approve"] >= gates | {"not_author", "not_approved_before", "unchanged"}
    assert needs["publish"] >= gates | {"two_approvers", "hour_passed", "unchanged", "same_files"}
    assert needs["shorten"] >= {"not_author", "not_shortened_before", "reason"}
    assert "reason" in needs["withdraw"]
    assert "reason" in needs["refuse"]


def test_all_reasons_are_told_at_once() -> None:
    verdict = may(ANNA, "publish", Situation("scheduled", now=NOW), TABLE)
    assert verdict.lacking == ("role", *TABLE.actions["publish"].needs)


@pytest.mark.parametrize(
    ("approved_by", "two"),
    [
        ((BO, CARLA), True),
        ((BO,), False),
        ((BO, BO), False),
        ((BO, person("bo_hjemme", also="login:bo")), False),
        ((ANNA, BO), False),
        ((ANNA, BO, CARLA), True),
        ((person("k1", also="key:1"), person("k2", also="key:1")), False),
    ],
)
def test_two_names_for_one_are_one(approved_by: tuple[Actor, ...], two: bool) -> None:
    at = replace(ready("publish", "scheduled"), approved_by=approved_by)
    assert may(person("eva", *ROLES), "publish", at, TABLE).allowed == two


def test_a_reader_on_the_list_may_read_and_nothing_else() -> None:
    outside = person("minister")
    at = ready("read", "scheduled")
    assert not may(outside, "read", at, TABLE).allowed
    inside = replace(at, insiders=(person("x", also="login:minister"),))
    assert may(outside, "read", inside, TABLE).allowed
    assert [id for id in TABLE.actions if may(outside, id, inside, TABLE).allowed] == ["read"]


def test_buttons_are_the_steps_that_are_open() -> None:
    at = replace(ready("publish", "scheduled"), wanted=None, reason="")
    assert set(buttons(person("eva", "publisher"), at, TABLE)) == {"schedule", "publish", "access", "read"}
    assert buttons(person("eva", "publisher"), at, TABLE, "en")["publish"] == "Publish"
    early = replace(at, hour=LATER)
    assert set(buttons(person("eva", "publisher"), early, TABLE)) == {"schedule", "access", "read"}
    assert "amend" in buttons(ANNA, replace(at, state="published", facts=frozenset()), TABLE)


def test_the_document_has_the_diagram_and_the_table() -> None:
    text = (ROOT / "docs" / "udgivelse.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram(TABLE)}```" in text
    assert matrix(TABLE) in text


SOURCE = (shipped("publishing") / "states.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("approved_once: approved,", "approved_onse: approved,"),
        ("who: [approver]", "who: [aprover]"),
        ("[two_approvers, to_come", "[two_aprovers, to_come"),
        ("  refused: {da: Afvist", "  lost: {da: Afvist"),
        ("    new: true\n", "    nwe: true\n"),
        ("schema_version: 1", "schema_version: 2"),
        ("sat {hour}, og nu", "sat {then}, og nu"),
    ],
)
def test_a_misspelt_table_is_told(old: str, new: str) -> None:
    if old not in SOURCE:
        old = old.rstrip(",")
        new = new.rstrip(",")
    assert old in SOURCE
    with pytest.raises(Faults) as told:
        read_table(parse_yaml(SOURCE.replace(old, new, 1), "states.yaml"))
    assert {item.code for item in told.value.problems} == {"UDGIV-109"}


def test_words_are_in_both_languages() -> None:
    for rule in TABLE.actions.values():
        for words in (rule.words, rule.done):
            assert set(words) == {"da", "en"}
    for item in (*TABLE.states.values(), *TABLE.roles.values()):
        assert set(item) == {"da", "en"}
    assert all(re.search(r"[.]$", item.fault) for item in TABLE.requirements.values())


# --- what no sequence of steps can bring about ---

# Five people. Some have two users of the machine, which may log in as each other.
PEOPLE = {
    "anna": (User(1, "anna"), User(1, "anna_admin")),
    "bo": (User(2, "bo"), User(20, "bo_test", "bo")),
    "carla": (User(3, "carla"),),
    "dorte": (User(4, "dorte"),),
    "eva": (User(5, "eva"), User(5, "eva2")),
}
ACTIONS = ("approve", "refuse", "schedule", "shorten", "publish", "access", "amend", "withdraw", "read")
# Mostly what may lead to a publication, by anybody, so that many get there.
STEP = st.tuples(
    st.sampled_from((*ACTIONS, "approve", "approve", "schedule", "shorten", "publish", "publish")),
    st.sampled_from(sorted(PEOPLE)),
    st.integers(0, 1),  # which of their users
    st.integers(0, 4),  # hours to the next step
    st.integers(-1, 6),  # the hour wanted, from now
    st.booleans() | st.just(True) | st.just(True),  # whether the files are as they were
)
ORDER = ("approve", "approve", "approve", "schedule", "shorten", "shorten", "publish", "publish")


def in_order(drawn: list[tuple]) -> list[tuple]:  # type: ignore[type-arg]
    """The drawn steps, the first of them as in ORDER."""
    return [(action, *step[1:]) for action, step in zip(ORDER, drawn, strict=False)] + drawn[len(ORDER) :]


def by_two(drawn: list[tuple]) -> list[tuple]:  # type: ignore[type-arg]
    """The same, and the first two by two others than the author, so that what follows is what decides."""
    first, second, *rest = in_order(drawn)
    return [("approve", "bo", *first[2:5], True), ("approve", "carla", *second[2:5], True), *rest]


MANY = st.lists(STEP, min_size=8, max_size=25)
STEPS = MANY | MANY.map(in_order) | MANY.map(by_two)


def begun() -> History:
    return History("r", "t", People(), "begin")


def with_step(history: History, event: Event) -> History:
    return replay(begun(), (*history.events, sealed(history, event)), TABLE)


PUBLISHED = [0]


@given(STEPS)
def test_nothing_is_published_without_two_others_the_hour_and_the_same_bytes(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    now, author = NOW, People().by_user(PEOPLE["anna"][0])
    gates = ["attacked", "no_local", "protected", "scanned"]
    first = Event(0, now, "propose", 1, "content 1", "author", author, {"facts": gates})
    history = with_step(begun(), first)
    # What happened, told by who it really was: the oracle knows nothing of marks, roles and the table.
    trace: list[tuple[str, str, int, datetime | None]] = [("propose", "anna", 1, None)]
    for action, name, which, wait, offset, intact in steps:
        now += timedelta(hours=wait)
        user = PEOPLE[name][which % len(PEOPLE[name])]
        actor = People().by_user(user)
        wanted = now + timedelta(hours=offset)
        details: dict[str, object] = {
            "reason": "Derfor.",
            "at": written(wanted),
            "name": "x",
            "from": "2027-01-01",
        }
        facts = frozenset({"unchanged", "same_files"} if intact else ()) | (
            set(gates) if action == "amend" else set()
        )
        verdict = judged(history, actor, Asked(action, now, details, facts), TABLE)
        version = history.subject(action, TABLE)
        if not verdict.allowed or version is None:
            continue
        new = action == "amend"
        number = len(history.versions) + 1 if new else version.number
        content = f"content {number}"
        event = Event(
            0, now, action, number, content, verdict.role, actor, details | ({"facts": gates} if new else {})
        )
        history = with_step(history, event)
        trace.append((action, name, number, wanted))
        if action == "publish":
            PUBLISHED[0] += 1
            assert intact
            mine = [item for item in trace if item[2] == number]
            made = {item[1] for item in mine if item[0] in ("propose", "amend")}
            approved = {item[1] for item in mine if item[0] == "approve"} - made
            assert len(approved) >= 2
            assert hour_allows(mine, made, now)


def test_some_of_the_sequences_are_published() -> None:
    """Else the test above says nothing."""
    PUBLISHED[0] = 0
    test_nothing_is_published_without_two_others_the_hour_and_the_same_bytes()
    assert PUBLISHED[0] >= 3, PUBLISHED


def hour_allows(mine: list[tuple[str, str, int, datetime | None]], made: set[str], now: datetime) -> bool:
    """Whether the last hour set for the version has come, or one that two others than its makers asked for since."""
    last = max(at for at, item in enumerate(mine) if item[0] == "schedule")
    hours = {mine[last][3]}
    for hour in {item[3] for item in mine[last:] if item[0] == "shorten"}:
        if len({item[1] for item in mine[last:] if item[0] == "shorten" and item[3] == hour} - made) >= 2:
            hours.add(hour)
    return any(hour is not None and hour <= now for hour in hours)


@pytest.mark.parametrize(
    ("action", "state", "told"),
    [
        ("publish", "scheduled", "der er sat 26. april 2027 kl. 8.00, og nu er det 25. april 2027 kl. 8.00"),
        (
            "shorten",
            "scheduled",
            "der er bedt om 27. april 2027 kl. 8.00, og der er sat 26. april 2027 kl. 8.00",
        ),
        (
            "schedule",
            "approved",
            "der er bedt om 24. april 2027 kl. 8.00, og nu er det 25. april 2027 kl. 8.00",
        ),
        (
            "schedule",
            "scheduled",
            "der er bedt om 24. april 2027 kl. 8.00, og der er sat 26. april 2027 kl. 8.00",
        ),
    ],
)
def test_a_wrong_hour_is_told_with_the_hours(action: str, state: str, told: str) -> None:
    hour = datetime(2027, 4, 26, 6, tzinfo=UTC)
    wanted = hour + timedelta(days=1 if action == "shorten" else -2)
    at = Situation(
        state, FACTS, hour=hour if state == "scheduled" else None, now=hour - timedelta(days=1), wanted=wanted
    )
    faults = [problem.fault for problem in may(person("eva", *ROLES), action, at, TABLE).problems]
    assert any(told in fault for fault in faults), faults


def test_for_each_step_that_is_open_it_is_told_for_whom() -> None:
    anna, bo, carla = person("anna", "author"), person("bo", "approver"), person("carla", "approver")
    at = Situation("approved_once", FACTS, authors=(anna,), approved_by=(bo,))
    found = open_to([(actor, at) for actor in (anna, bo, carla)], TABLE)
    assert found["approve"] == (carla,)
    assert found["refuse"] == (anna, bo, carla)
    assert set(found) == {id for actor in (anna, bo, carla) for id in buttons(actor, at, TABLE)}
    assert limits(TABLE, "approve") == "godkender, ikke en forfatter, har ikke godkendt før"
