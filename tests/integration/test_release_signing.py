"""Signed steps: what a signature is over, and everything it is refused for."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from sagsbarometer.datafiles.located import parse_yaml
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.release.events import Event
from sagsbarometer.release.people import Actor, User, read_people
from sagsbarometer.release.signing import read_signed, request_bytes, sign
from sagsbarometer.runs.release_read import make_request, read
from sagsbarometer.runs.release_steps import Step, step
from sagsbarometer.runs.release_view import status, status_lines
from sagsbarometer.runs.release_who import Who, make_key, sign_request
from sagsbarometer.store.release import append, open_release, sealed
from sagsbarometer.store.release_verify import verify_release
from tests.releases_in_tests import (
    ANNA,
    BO,
    CARLA,
    DORTE,
    HOUR,
    OUT,
    Findings,
    after,
    amended,
    proposed,
    protected,
    take,
)

SENDER = User(999, "post")  # who sits at the machine and hands in what others signed


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    for name in ("bo", "carla", "fremmed"):
        make_key(name, folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path, keys: Path) -> Path:
    """A release whose two approvers must sign."""
    public = {name: (keys / f"{name}.pub").read_text().strip() for name in ("bo", "carla")}
    people = [
        {"id": "anna", "name": "Anna A", "roles": ["author"], "user": "anna"},
        {"id": "bo", "name": "Bo B", "roles": ["approver"], "user": "bo", "key": public["bo"]},
        {"id": "carla", "name": "Carla C", "roles": ["approver", "publisher"], "key": public["carla"]},
        {"id": "dorte", "name": "Dorte D", "roles": ["publisher"], "user": "dorte"},
    ]
    path = tmp_path / "people.yaml"
    path.write_text(yaml.safe_dump({"schema_version": 1, "people": people}, allow_unicode=True))
    return proposed(tmp_path, people=path)


def signed_file(
    folder: Path, keys: Path, name: str, action: str = "approve", hours: float = 1, **given: str
) -> Path:
    """A request made, signed by somebody elsewhere, and sent back."""
    at = folder.parent / f"{name}_{action}_{hours}.json"
    make_request(folder, action, "", given, after(hours=hours), at)
    _, content = sign_request(at, keys / f"{name}.key")
    at.write_bytes(content)
    return at


def hand_in(folder: Path, file: Path, action: str = "approve", hours: float = 5) -> Any:
    return step(Step(folder, action, Who(SENDER, signed=file), after(hours=hours)))


def refused(folder: Path, file: Path, action: str = "approve", hours: float = 5) -> str:
    with pytest.raises(Faults) as raised:
        hand_in(folder, file, action, hours)
    assert len(open_release(folder).history.events) == 1
    return " ".join(f"{item.code} {item.fault}" for item in raised.value.problems)


def test_the_whole_way_signed(folder: Path, keys: Path) -> None:
    hand_in(folder, signed_file(folder, keys, "bo"))
    take(folder, "approve", Who(SENDER, key=keys / "carla.key"), after(hours=6))
    taken = step(
        Step(
            folder,
            "schedule",
            Who(SENDER, signed=signed_file(folder, keys, "carla", "schedule", 6, at=HOUR)),
            after(hours=7),
        )
    )
    assert taken.version.hour == OUT
    take(folder, "publish", DORTE, OUT)
    release, problems = verify_release(folder)
    assert problems == ()
    assert release is not None
    told = "\n".join(status_lines(status(release, None, OUT), release.history))
    assert "Bo B (underskrevet med nøgle), Carla C (underskrevet med nøgle)" in told
    assert "Anna A (oplyst af maskinen, ikke bevist)" in told


def test_a_key_is_for_its_owner_alone(keys: Path) -> None:
    assert stat.S_IMODE(os.stat(keys / "bo.key").st_mode) == 0o600
    assert b"PRIVATE" not in (keys / "bo.pub").read_bytes()
    with pytest.raises(Faults) as raised:
        make_key("bo", keys)
    assert raised.value.problems[0].code == "UDGIV-127"


def test_a_locked_key_needs_its_passphrase(tmp_path: Path, folder: Path) -> None:
    private, _, _ = make_key("laast", tmp_path, "hemmelig")
    assert b"ENCRYPTED" in private.read_bytes()
    at = tmp_path / "request.json"
    make_request(folder, "approve", "", {}, after(hours=1), at)
    for wrong in ("", "forkert"):
        with pytest.raises(Faults) as raised:
            sign_request(at, private, wrong)
        assert raised.value.problems[0].code == "UDGIV-126"
    assert read_signed(sign_request(at, private, "hemmelig")[1], "x").holds


def test_one_signature_is_used_once(tmp_path: Path, folder: Path, keys: Path) -> None:
    file = signed_file(folder, keys, "bo")
    hand_in(folder, file)
    with pytest.raises(Faults) as raised:
        hand_in(folder, file)
    assert "allerede brugt" in str(raised.value)


def test_a_schedule_is_not_played_again(folder: Path, keys: Path) -> None:
    hand_in(folder, signed_file(folder, keys, "bo"))
    hand_in(folder, signed_file(folder, keys, "carla"))
    first = signed_file(folder, keys, "carla", "schedule", 6, at=HOUR)
    hand_in(folder, first, "schedule", 7)
    with pytest.raises(Faults) as raised:
        hand_in(folder, first, "schedule", 8)
    assert {item.code for item in raised.value.problems} == {"UDGIV-125"}


def test_a_signature_for_another_version_is_refused(tmp_path: Path, folder: Path, keys: Path) -> None:
    old = signed_file(folder, keys, "bo")
    carla = signed_file(folder, keys, "carla", "refuse", 2, reason="Forkert.")
    hand_in(folder, carla, "refuse", 3)
    amended(folder, protected(tmp_path / "nye"), after(hours=4))
    with pytest.raises(Faults) as raised:
        hand_in(folder, old)
    assert "en anden udgave" in str(raised.value)
    assert "før udgaven blev foreslået" in str(raised.value)


def test_a_signature_for_another_release_is_refused(tmp_path: Path, folder: Path, keys: Path) -> None:
    other = proposed(tmp_path / "b", title="En anden", people=tmp_path / "people.yaml")
    assert "en anden udgivelse" in refused(folder, signed_file(other, keys, "bo"))


def test_a_signature_for_another_step_is_refused(folder: Path, keys: Path) -> None:
    assert "et andet trin" in refused(folder, signed_file(folder, keys, "bo", "refuse", reason="Nej."))


def test_a_key_not_on_the_list_is_refused(folder: Path, keys: Path) -> None:
    assert "UDGIV-121" in refused(folder, signed_file(folder, keys, "fremmed"))


def test_a_signature_from_the_future_is_refused(folder: Path, keys: Path) -> None:
    assert "i fremtiden" in refused(folder, signed_file(folder, keys, "bo", hours=100))


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "release": lambda said: said["request"].update(release="0" * 16),
    "title": lambda said: said["request"].update(title="Noget andet"),
    "version": lambda said: said["request"].update(version=2),
    "content": lambda said: said["request"].update(content="0" * 64),
    "action": lambda said: said["request"].update(action="refuse"),
    "role": lambda said: said["request"].update(role="publisher"),
    "hour": lambda said: said["request"].update(hour="2027-04-01T09:30:00Z"),
    "details": lambda said: said["request"].update(details={"reason": "x"}),
    "signature": lambda said: said.update(
        signature=("1" if said["signature"][0] == "0" else "0") + said["signature"][1:]
    ),
    "empty": lambda said: said.update(signature=""),
    "key": lambda said: said.update(key=said["key"].upper()),
}


@pytest.mark.parametrize("part", sorted(CHANGES))
def test_a_changed_byte_is_refused(folder: Path, keys: Path, part: str) -> None:
    file = signed_file(folder, keys, "bo")
    said = json.loads(file.read_text())
    CHANGES[part](said)
    file.write_text(json.dumps(said))
    assert "UDGIV-125 Underskriften passer ikke" in refused(folder, file)


def test_the_key_of_another_listed_person_does_not_make_it_theirs(folder: Path, keys: Path) -> None:
    file = signed_file(folder, keys, "bo")
    said = json.loads(file.read_text())
    said["key"] = (keys / "carla.pub").read_text().strip()
    file.write_text(json.dumps(said))
    assert "passer ikke" in refused(folder, file)


def test_a_role_one_does_not_have_is_refused(folder: Path, keys: Path) -> None:
    at = folder.parent / "r.json"
    request = make_request(folder, "refuse", "author", {"reason": "x"}, after(hours=1), at)
    forged = sign(request, (keys / "bo.key").read_bytes())
    at.write_text(forged.model_dump_json())
    assert "en rolle, personen ikke har" in refused(folder, at, "refuse")


def test_who_has_a_key_must_sign(folder: Path) -> None:
    with pytest.raises(Faults) as raised:
        take(folder, "approve", BO, after(hours=1))
    assert raised.value.problems[0].code == "UDGIV-122"
    assert read(folder, Who(BO), after(hours=1), 0, None, Findings().gate).noted  # a reading is noted by name


def test_who_is_not_on_the_list_may_nothing(folder: Path) -> None:
    stranger = Who(User(5000, "fremmed"))
    with pytest.raises(Faults) as raised:
        take(folder, "approve", stranger, after(hours=1))
    assert "UDGIV-102" in str(raised.value)
    with pytest.raises(Faults) as raised:
        read(folder, stranger, after(hours=1), 0, None, Findings().gate)
    assert "listen over adgang" in str(raised.value)
    take(folder, "access", DORTE, after(hours=2), name="fremmed", reason="Presse", since="2027-04-01")
    assert read(folder, stranger, after(hours=3), 0, None, Findings().gate).noted


def test_a_line_whose_signature_was_left_out_is_not_believed(folder: Path, keys: Path) -> None:
    hand_in(folder, signed_file(folder, keys, "bo"))
    release = open_release(folder)
    event = release.history.events[-1]
    log = folder / "log.jsonl"
    begun = log.read_bytes().splitlines(keepends=True)[0]
    for changed in (
        {"signed": None},
        {"signed": None, "actor": CARLA_BY_MACHINE},
        {"details": {"reason": "føjet til"}},
        {"role": "author"},
    ):
        log.write_bytes(begun)
        forged = Event(**{**{name: getattr(event, name) for name in FIELDS}, **changed})
        append(log, sealed(open_release(folder).history, forged).line)
        with pytest.raises(Faults) as raised:
            open_release(folder)
        assert raised.value.problems[0].code == "UDGIV-133", changed


def test_a_line_with_a_signature_that_was_used_is_not_believed(folder: Path, keys: Path) -> None:
    hand_in(folder, signed_file(folder, keys, "bo"))
    hand_in(folder, signed_file(folder, keys, "carla"))
    hand_in(folder, signed_file(folder, keys, "carla", "schedule", 6, at=HOUR), "schedule", 7)
    release = open_release(folder)
    append(folder / "log.jsonl", sealed(release.history, release.history.events[-1]).line)
    with pytest.raises(Faults) as raised:
        open_release(folder)
    assert raised.value.problems[0].code == "UDGIV-133"


FIELDS = ("number", "at", "action", "version", "content", "role", "actor", "details", "signed")
CARLA_BY_MACHINE = Actor("carla", "Carla C", "machine", frozenset({"person:carla", "login:carla"}))


@pytest.mark.parametrize(
    ("twice", "value"),
    [("id", "bo"), ("name", "Bo B"), ("name", "BO b"), ("user", "bo"), ("user", "BO"), ("key", "a" * 64)],
)
def test_two_names_for_one_are_told_in_the_list(twice: str, value: str) -> None:
    one = {"id": "bo", "name": "Bo B", "roles": ["approver"], "user": "bo", "key": "a" * 64}
    other = {
        "id": "eva",
        "name": "Eva E",
        "roles": ["approver"],
        "user": "eva",
        "key": "b" * 64,
        twice: value,
    }
    if twice == "id":
        other["id"] = "bo"
    text = yaml.safe_dump({"schema_version": 1, "people": [one, other]})
    with pytest.raises(Faults) as raised:
        read_people(parse_yaml(text, "people.yaml"))
    assert {item.code for item in raised.value.problems} == {"UDGIV-124"}
    assert "tæller ikke som to" in str(raised.value)


@pytest.mark.parametrize(
    "people",
    [
        "[]",
        "[{id: bo, name: Bo, roles: [approver]}]",
        "[{id: bo, name: Bo, roles: [boss], user: bo}]",
        "[{id: bo, name: Bo, roles: [author, approver, publisher], user: bo}]",  # nobody to approve with
        "[{id: bo, name: Bo, roles: [], user: bo}]",
        "[{id: Bo, name: Bo, roles: [approver], user: bo}]",
        "[{id: bo, name: Bo, roles: [approver], key: abc}]",
        "[{id: bo, name: Bo, roles: [approver], user: bo, rolle: x}]",
        "[{id: bo, name: Bo 010190-1234, roles: [approver], user: bo}]",
    ],
)
def test_a_list_that_does_not_hold_together_is_told(people: str) -> None:
    with pytest.raises(Faults) as raised:
        read_people(parse_yaml(f"schema_version: 1\npeople: {people}\n", "people.yaml"))
    assert {item.code for item in raised.value.problems} == {"UDGIV-124"}
    assert "010190" not in str(raised.value)


def test_a_file_that_is_no_request_is_told(tmp_path: Path, folder: Path, keys: Path) -> None:
    for content in (
        b"",
        b"{}",
        b"\xff",
        b"[" * 5000,
        json.dumps({"kind": "signed_release_request"}).encode(),
    ):
        file = tmp_path / "x.json"
        file.write_bytes(content)
        assert "UDGIV-125" in refused(folder, file)
    with pytest.raises(Faults) as raised:
        hand_in(folder, tmp_path / "none.json")
    assert raised.value.problems[0].code == "UDGIV-128"


def test_a_person_with_a_key_and_a_user_is_one(tmp_path: Path, keys: Path) -> None:
    """An author by user does not approve by key."""
    public = (keys / "bo.pub").read_text().strip()
    people = [
        {"id": "bo", "name": "Bo", "roles": ["author", "approver"], "user": "bo", "key": public},
        {"id": "dorte", "name": "Dorte", "roles": ["approver", "publisher"], "user": "dorte"},
    ]
    path = tmp_path / "people.yaml"
    path.write_text(yaml.safe_dump({"schema_version": 1, "people": people}))
    with pytest.raises(Faults) as raised:
        proposed(tmp_path, BO, people=path)
    assert raised.value.problems[0].code == "UDGIV-122"
    with pytest.raises(Faults) as raised:
        proposed(tmp_path, ANNA, people=path, protected=tmp_path / "beskyttet")
    assert raised.value.problems[0].code == "UDGIV-102"
    assert CARLA != BO


def test_a_signature_over_the_same_words_for_something_else_is_none(folder: Path, keys: Path) -> None:
    """What is signed begins with what it is for, so that no text with the same words can be signed elsewhere."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    file = signed_file(folder, keys, "bo")
    signed = read_signed(file.read_bytes(), file.name)
    key = load_pem_private_key((keys / "bo.key").read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    bare = json.dumps(signed.request.model_dump(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    told = json.loads(file.read_text()) | {"signature": key.sign(bare.encode()).hex()}
    file.write_text(json.dumps(told))
    with pytest.raises(Faults) as raised:
        hand_in(folder, file)
    assert {item.code for item in raised.value.problems} == {"UDGIV-125"}


@pytest.mark.parametrize(
    ("part", "words"),
    [({"name": "Bo 010203-1234"}, "CPR"), ({"user": "010203-1234"}, "CPR"), ({"user": ""}, "hverken bruger")],
)
def test_a_person_nobody_can_be_or_nobody_may_name_is_told(part: dict[str, str], words: str) -> None:
    people: list[dict[str, object]] = [
        {"id": "anna", "name": "Anna A", "roles": ["author"], "user": "anna"},
        {"id": "bo", "name": "Bo B", "roles": ["approver"], "user": "bo"} | part,
        {"id": "carla", "name": "Carla C", "roles": ["approver"], "user": "carla"},
        {"id": "dorte", "name": "Dorte D", "roles": ["publisher"], "user": "dorte"},
    ]
    text = yaml.safe_dump({"schema_version": 1, "people": people}, allow_unicode=True)
    with pytest.raises(Faults) as raised:
        read_people(parse_yaml(text, "people.yaml"))
    assert [(item.code, words in item.fault) for item in raised.value.problems] == [("UDGIV-124", True)]
    assert "010203" not in str([item.fault for item in raised.value.problems])


def test_who_is_logged_in_as_one_and_runs_as_another_of_the_list_is_neither(tmp_path: Path) -> None:
    people: list[dict[str, object]] = [
        {"id": "anna", "name": "Anna A", "roles": ["author"], "user": "anna"},
        {"id": "bo", "name": "Bo B", "roles": ["approver"], "user": "bo"},
        {"id": "carla", "name": "Carla C", "roles": ["approver"], "user": "carla"},
        {"id": "dorte", "name": "Dorte D", "roles": ["publisher"], "user": "dorte"},
    ]
    path = tmp_path / "people.yaml"
    path.write_text(yaml.safe_dump({"schema_version": 1, "people": people}))
    folder = proposed(tmp_path, people=path)
    with pytest.raises(Faults) as raised:
        take(folder, "approve", User(1002, "bo", "carla"), after(hours=1))
    assert {item.code for item in raised.value.problems} == {"UDGIV-123"}


@pytest.mark.parametrize("details", [{"reason": "Om 010203-1234"}, {"at": "2027-04-26"}])
def test_what_another_program_signed_must_be_what_the_step_carries(
    folder: Path, keys: Path, tmp_path: Path, details: dict[str, str]
) -> None:
    request = make_request(folder, "refuse", "", {"reason": "Forkert."}, after(hours=1), tmp_path / "bo.json")
    odd = request.model_copy(update={"details": details})
    file = tmp_path / "signed.json"
    file.write_bytes(request_bytes(sign(odd, (keys / "bo.key").read_bytes())))
    with pytest.raises(Faults) as raised:
        hand_in(folder, file, "refuse")
    assert ["som trinnet skal være" in item.fault for item in raised.value.problems] == [True]
