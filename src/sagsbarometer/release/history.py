"""How a release stands: worked out from its log alone, each step judged again by the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sagsbarometer.kernel.dates import danish_day
from sagsbarometer.release.events import NOTED, Event, broken, digests, head
from sagsbarometer.release.hours import read_written
from sagsbarometer.release.people import ANYONE, KEY, MACHINE, Actor, People
from sagsbarometer.release.states import NONE, Situation, Table, Verdict, may

# What can only be seen when a step is taken; a step in the log had it.
_SEEN_THEN = frozenset({"unchanged", "same_files"})


class Unlawful(ValueError):
    """The log has a line that is not as it was written, or a step that was not allowed."""

    def __init__(self, number: int, why: str = "") -> None:
        self.number = number
        self.why = why
        super().__init__(f"{number}: {why}")


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody who may see a release before its hour: who, why, and from which day (ISO)."""

    name: str
    reason: str
    since: str
    decided: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One version and how it stands. `note` is why it was made, `reason` why it was refused or withdrawn."""

    number: int
    content: str
    state: str
    proposed: datetime
    facts: frozenset[str]
    authors: tuple[Actor, ...]
    note: str = ""
    approved_by: tuple[Actor, ...] = ()
    hour: datetime | None = None
    shortened: tuple[tuple[datetime, Actor], ...] = ()
    shortened_for: str = ""
    published: datetime | None = None
    reason: str = ""
    ended: datetime | None = None
    replaces: int | None = None  # the version that was public when this one became it


@dataclass(frozen=True, slots=True)
class History:
    """A release as its log tells it. `begin` is the hash the log goes on from."""

    release: str
    title: str
    people: People
    begin: str
    events: tuple[Event, ...] = ()
    versions: tuple[Version, ...] = ()
    access: tuple[Access, ...] = ()

    @property
    def newest(self) -> Version | None:
        """The version that was proposed last."""
        return self.versions[-1] if self.versions else None

    @property
    def public(self) -> Version | None:
        """The version that is published now, if any."""
        return next((item for item in reversed(self.versions) if item.state == "published"), None)

    @property
    def withdrawn(self) -> Version | None:
        """The version that was withdrawn last, where none is published now."""
        ended = [item for item in self.versions if item.state == "withdrawn"]
        return max(ended, key=lambda item: item.number) if ended and self.public is None else None

    @property
    def head(self) -> str:
        """What stands for the whole log."""
        return head(self.events, self.begin)

    @property
    def used(self) -> frozenset[str]:
        """Digests of the signed requests that were used."""
        return digests(self.events)

    def steps_since(self, earlier: str) -> tuple[Event, ...]:
        """What happened after the log ended with `earlier`, readings apart; all of it where it never did."""
        at = next((n for n, event in enumerate(self.events, 1) if event.sha256 == earlier), 0)
        return tuple(event for event in self.events[at:] if event.action != "read")

    def subject(self, action: str, table: Table) -> Version | None:
        """The version that an action is about."""
        return self.public if table.actions[action].of == "public" else self.newest


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to do, and what is known about the files now. `details` may hold `at` and `reason`."""

    action: str
    now: datetime
    details: Mapping[str, Any] = field(default_factory=dict)
    facts: frozenset[str] = frozenset()

    @property
    def wanted(self) -> datetime | None:
        """The hour asked for. Raises ValueError where the log, or a request, has none that can be read."""
        return read_written(self.details["at"]) if self.details.get("at") else None


def situation(history: History, asked: Asked, table: Table) -> Situation:
    """What `may` judges the step on."""
    rule, version = table.actions[asked.action], history.subject(asked.action, table)
    wanted, reason = asked.wanted, str(asked.details.get("reason", ""))
    if version is None:
        # Nothing is published, but there are versions: their state says why this cannot be.
        state = history.newest.state if history.newest else NONE
        return Situation(state, asked.facts, now=asked.now, wanted=wanted, reason=reason)
    known = asked.facts if rule.new else version.facts | (asked.facts & _SEEN_THEN)
    return Situation(
        state=version.state,
        facts=known,
        # Whoever made an earlier version made what this one still has of it.
        authors=tuple(actor for item in history.versions[: version.number] for actor in item.authors),
        approved_by=version.approved_by,
        shortened_by=tuple(actor for hour, actor in version.shortened if hour == wanted),
        insiders=tuple(history.people.named(item.name) for item in history.access if _open(item, asked.now)),
        hour=version.hour,
        now=asked.now,
        wanted=wanted,
        reason=reason,
    )


def _open(item: Access, now: datetime) -> bool:
    return item.since <= danish_day(now).isoformat()


def judged(history: History, actor: Actor, asked: Asked, table: Table) -> Verdict:
    """Whether the step may be taken, as the release stands."""
    return may(actor, asked.action, situation(history, asked, table), table)


def replay(history: History, events: Sequence[Event], table: Table) -> History:
    """The release after these events, which begin where `history` (nothing but its people and beginning) does.

    Raises Unlawful at the first line that is not as it was written, was not allowed, or whose signature does not hold:
    a log that somebody with a text editor has improved is not believed.
    """
    if (number := broken(events, history.begin)) is not None:
        raise Unlawful(number, "linjen er ikke, som den blev skrevet")
    for event in events:
        history = _taken(history, event, table)
    return history


def _taken(history: History, event: Event, table: Table) -> History:
    if history.events and event.at < history.events[-1].at:
        raise Unlawful(event.number, "tidspunktet er før det forrige trins")
    actor = _believed(history, event)
    after = replace(history, events=(*history.events, event))
    if event.action in NOTED:
        return after
    try:
        facts = frozenset(event.details.get("facts", ())) | _SEEN_THEN
        asked = Asked(event.action, event.at, event.details, facts)
        verdict = judged(history, actor, asked, table)
        version = history.subject(event.action, table)
        number = (
            len(history.versions) + 1 if table.actions[event.action].new else version.number if version else 0
        )
        content = event.content if table.actions[event.action].new else version.content if version else ""
        if not verdict.allowed or (event.version, event.content) != (number, content):
            raise Unlawful(event.number, "trinnet var ikke tilladt")
        if event.role not in table.actions[event.action].who or event.role not in (ANYONE, *actor.roles):
            raise Unlawful(event.number, "rollen er ikke personens")
        return applied(after, event, actor, verdict.state)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, Unlawful):
            raise
        raise Unlawful(event.number, "linjen kan ikke læses") from None


def _believed(history: History, event: Event) -> Actor:
    """Who took a step, with the roles the list gives; a step that must be signed and is not was not taken by them."""
    people, told = history.people, event.actor
    if event.signed is None:
        noted = event.action == "read" or event.action in NOTED
        if told.how != MACHINE or (people.signs(told.marks) and not noted):
            raise Unlawful(event.number, "underskriften mangler")
        return replace(told, roles=people.roles(told.marks))
    said = event.signed.request
    listed = [item for item in people.listed if item.key == event.signed.key]
    same = (said.release, said.version, said.content, said.action, said.role, said.details) == (
        history.release,
        event.version,
        event.content,
        event.action,
        event.role,
        {
            key: value for key, value in event.details.items() if key != "facts"
        },  # they are part of the content
    )
    if (
        not listed
        or told.how != KEY
        or not same
        or not event.signed.holds
        or event.signed.digest in history.used
    ):
        raise Unlawful(event.number, "underskriften passer ikke")
    actor = people.by_key(event.signed.key)
    if actor.marks != told.marks:
        raise Unlawful(event.number, "underskriften er en andens")
    return actor


def applied(history: History, event: Event, actor: Actor, state: str) -> History:
    """The release after a step that was allowed. `history` has the event already."""
    versions, details = list(history.versions), event.details
    if event.action in ("propose", "amend"):
        authors = (
            actor,
            *(history.people.named(name) for name in split_names(str(details.get("authors", "")))),
        )
        facts, note = frozenset(details.get("facts", ())), str(details.get("reason", ""))
        versions.append(Version(event.version, event.content, state, event.at, facts, authors, note))
        return replace(history, versions=tuple(versions))
    if event.action == "access":
        entry = Access(str(details["name"]), str(details["reason"]), str(details["from"]), event.at)
        return replace(history, access=(*history.access, entry))
    at = event.version - 1
    versions[at] = replace(versions[at], state=state, **_changed(versions[at], event, actor))
    if event.action == "publish":
        before = history.public
        versions[at] = replace(versions[at], replaces=before.number if before else None)
        if before:
            versions[before.number - 1] = replace(before, state="superseded", ended=event.at)
    return replace(history, versions=tuple(versions))


def split_names(text: str) -> tuple[str, ...]:
    """Names that stand in one text with semicolons between."""
    return tuple(name.strip() for name in text.split(";") if name.strip())


def _changed(version: Version, event: Event, actor: Actor) -> dict[str, Any]:
    """What a step changes of its version beside the state."""
    match event.action:
        case "approve":
            return {"approved_by": (*version.approved_by, actor)}
        case "refuse" | "withdraw":
            return {"reason": str(event.details["reason"]), "ended": event.at}
        case "schedule":
            return {"hour": read_written(event.details["at"]), "shortened": ()}
        case "shorten":
            hour = read_written(event.details["at"])
            asked = (*version.shortened, (hour, actor))
            agreed = (
                sum(item == hour for item, _ in asked) > 1
            )  # the second is never the first: the table says so
            if not agreed:
                return {"shortened": asked}
            return {"shortened": asked, "hour": hour, "shortened_for": str(event.details["reason"])}
        case "publish":
            return {"published": event.at}
    return {}
