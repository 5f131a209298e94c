"""Reading a release before it is out, each time with a line in its log; and the files that are signed elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.release.events import Event
from sagsbarometer.release.history import Asked, judged
from sagsbarometer.release.people import User
from sagsbarometer.release.signing import Request, request_bytes
from sagsbarometer.release.states import load_table
from sagsbarometer.runs.made_of import json_bytes
from sagsbarometer.runs.release_asked import details_of
from sagsbarometer.runs.release_gate import Gate
from sagsbarometer.runs.release_publish import embargoed
from sagsbarometer.runs.release_steps import Step, refused, request_for, subject_of
from sagsbarometer.runs.release_view import contents
from sagsbarometer.runs.release_who import Who, actor_noted, show_who
from sagsbarometer.store.folder import listing, write_whole
from sagsbarometer.store.release import Release, open_release, public_files, refuse_inside, refuse_taken, take
from sagsbarometer.store.release_verify import changed

_NOBODY = Who(User(0, ""))  # a request is anybody's until it is signed
_PUBLIC = frozenset({"published", "superseded"})


@dataclass(frozen=True, slots=True)
class Read:
    """What was read, whether a line was written about it, and how many files were given out."""

    release: Release
    contents: Mapping[str, Any]
    noted: bool
    files: int


def read(folder: Path, who: Who, now: datetime, number: int, out: Path | None, gate: Gate) -> Read:
    """What is in a version (0: the newest), and its reports in `out`. What is not out yet is read by name: the line in
    the log is written first.

    Raises Faults UDGIV-103 for somebody who may not read it, UDGIV-114 where there is no such version, UDGIV-136 where
    it is not as it was proposed, and as `open_release` and `write_whole`.
    """
    release = open_release(folder)
    versions = release.history.versions
    number = number or len(versions)
    if not 1 <= number <= len(versions):
        fault = f"Udgivelsen har {len(versions)} udgaver."
        raise Faults([Problem("UDGIV-114", Place("--version"), fault, "Vælg en af dem.")])
    version = versions[number - 1]
    if out is not None:
        refuse_inside(folder, out)
        refuse_taken(out)
    if problems := changed(release, number):
        raise Faults(problems)
    told = contents(release, number)
    noted = version.state not in _PUBLIC
    if noted:
        newest = versions[-1]
        asked = Step(folder, "read", who, now)
        wanted = request_for(release, asked, newest)
        shown = (
            show_who(who, release.history.people, wanted, newest.proposed, release.history.used)
            if who.key
            else None
        )
        actor = shown.actor if shown else actor_noted(who, release.history.people)
        verdict = judged(release.history, actor, Asked("read", now), load_table())
        if not verdict.allowed:
            raise refused(verdict, folder)
        signed = shown.signed if shown else None
        role = signed.request.role if signed else verdict.role
        line = Event(0, now, "read", newest.number, newest.content, role, actor, {}, signed)
        release = take(release, line)
    files: dict[str, bytes] = {}
    if out is not None:
        files = public_files(release, number) if version.published else embargoed(release, number, gate)
        about = {"schema_version": 1, "kind": "report", "release": release.history.release, "version": number}
        files = {name: content for name, content in files.items() if name != "manifest.json"}
        told_of = {**files, "manifest.json": json_bytes({**about, "files": listing(files)})}
        write_whole(out, told_of, private=not version.published)
    return Read(release, told, noted, len(files))


def make_request(
    folder: Path, action: str, role: str, given: Mapping[str, str], now: datetime, out: Path
) -> Request:
    """Writes a request to be signed to a new file, and gives it. Raises Faults UDGIV-111 to 113, UDGIV-127 where the
    file is there, and as `open_release`."""
    release = open_release(folder)
    details = details_of(action, given)
    rule = load_table().actions[action]
    if role and role not in rule.who:
        fault = f"Trinnet tages ikke som {role}."
        raise Faults([Problem("UDGIV-113", Place("--role"), fault, f"Vælg {' eller '.join(rule.who)}.")])
    asked = Step(folder, action, _NOBODY, now, details)
    request = request_for(release, asked, subject_of(release, action), role)
    write_new(out, request_bytes(request))
    return request


def write_new(path: Path, content: bytes) -> None:
    """A new file, whole; never over another, never through a link. Raises Faults UDGIV-127 where there is one."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    except FileExistsError:
        fault = "Filen findes allerede."
        raise Faults([Problem("UDGIV-127", Place(str(path)), fault, "Vælg et andet navn.")]) from None
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
