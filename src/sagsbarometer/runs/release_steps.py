"""A step of a release: who asks, whether it may be, and then the line that says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.release.events import Event
from sagsbarometer.release.history import Asked, Version, judged
from sagsbarometer.release.hours import written
from sagsbarometer.release.signing import Request
from sagsbarometer.release.states import Verdict, load_table
from sagsbarometer.runs.release_asked import fit_details
from sagsbarometer.runs.release_who import Shown, Who, show_who
from sagsbarometer.store.release import Release, open_release, refuse_conflict, take
from sagsbarometer.store.release_verify import changed

Folders = Mapping[str, Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Step:
    """A step somebody wants to take at `now`. `details`: `at` (as `hours.written`), `reason`, `name`, `from`.

    `seen`: the receipt of the log as it was shown to who decides, "" where nothing was shown before.
    """

    folder: Path
    action: str
    who: Who
    now: datetime
    details: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The release after a step, and the line that tells of it."""

    release: Release
    event: Event

    @property
    def version(self) -> Version:
        """The version the step was about."""
        return self.release.history.versions[self.event.version - 1]


def step(asked: Step, before: Callable[[Release], None] = lambda release: None) -> Taken:
    """Takes a step that needs no new files. `before` is given the release right before it is taken, and never for
    somebody who may not take it: what they would be shown is under embargo.

    Raises Faults as `open_release`, `show_who`, `decided` and `take`.
    """
    release = open_release(asked.folder)
    if asked.seen:
        refuse_conflict(release, asked.seen)
    version = subject_of(release, asked.action)
    shown = who_asks(release, asked, version)
    verdict = decided(release, shown, asked, facts_now(release, version))
    before(release)
    return finish(release, event_of(asked, shown, verdict, version.number, version.content))


def subject_of(release: Release, action: str) -> Version:
    """The version that an action is about; the newest where there is none it could be about."""
    version = release.history.subject(action, load_table())
    return version if version is not None else release.history.versions[-1]


def who_asks(release: Release, asked: Step, version: Version) -> Shown:
    """Who takes the step, and what it carries. Raises Faults as `show_who`."""
    wanted = request_for(release, asked, version)
    shown = show_who(asked.who, release.history.people, wanted, version.proposed, release.history.used)
    if asked.who.signed is not None:
        fit_details(asked.action, shown.details)
        _fit_role(shown, asked.action)
    return shown


def _fit_role(shown: Shown, action: str) -> None:
    """Raises Faults UDGIV-125 where somebody signed in a role that is not theirs, or not one the step is taken in."""
    role = shown.signed.request.role if shown.signed else ""
    if role not in load_table().actions[action].who or role not in shown.actor.roles:
        fault = "Den er underskrevet i en rolle, personen ikke har, eller som trinnet ikke tages i."
        remedy = "Lav en ny med release request og --role, og underskriv den."
        raise Faults([Problem("UDGIV-125", Place("--signed"), fault, remedy)])


def request_for(release: Release, asked: Step, version: Version, role: str = "") -> Request:
    """What is asked for, to be signed; in `role`, or the last that the table gives the step."""
    rule = load_table().actions[asked.action]
    return Request(
        release=release.history.release,
        title=release.history.title,
        version=version.number,
        content=version.content,
        action=asked.action,
        role=role or rule.who[-1],
        hour=written(asked.now),
        details=dict(asked.details),
    )


def facts_now(release: Release, version: Version) -> frozenset[str]:
    """What can be seen of the files of a version as they lie there: whether they are as they were proposed."""
    return frozenset() if changed(release, version.number) else frozenset({"unchanged"})


def decided(release: Release, shown: Shown, asked: Step, facts: frozenset[str]) -> Verdict:
    """The verdict on a step that may be taken. Raises Faults UDGIV-101 to 103 with every reason why not."""
    wanted = Asked(asked.action, asked.now, shown.details, facts)
    verdict = judged(release.history, shown.actor, wanted, load_table())
    if not verdict.allowed:
        raise refused(verdict, asked.folder)
    return verdict


def refused(verdict: Verdict, folder: Path) -> Faults:
    """Every reason why a step may not be taken, and of which release."""
    return Faults(replace(item, place=Place(str(folder))) for item in verdict.problems)


def event_of(
    asked: Step, shown: Shown, verdict: Verdict, number: int, content: str, facts: object = None
) -> Event:
    """The line of a step, without its number and hash."""
    details: dict[str, object] = dict(shown.details)
    if facts is not None:
        details["facts"] = facts
    role = shown.signed.request.role if shown.signed else verdict.role
    return Event(0, asked.now, asked.action, number, content, role, shown.actor, details, shown.signed)


def finish(release: Release, event: Event, folders: Folders | None = None) -> Taken:
    """The step on disk. Raises Faults as `take`."""
    after = take(release, event, folders)
    return Taken(after, after.history.events[-1])
