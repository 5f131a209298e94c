"""From what the triggers saw to sealed events: locked by the key of the study and chained. And back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from sagsbarometer.documents.vault import KeyGone, Keys, unseal
from sagsbarometer.documents.vault import seal as locked
from sagsbarometer.web.events.chain import START, Link, digest
from sagsbarometer.web.events.guarded import Origins
from sagsbarometer.web.events.models import Event, Pending
from sagsbarometer.web.home import this_home
from sagsbarometer.web.rights.numbers import refuse_in

_CHANGES = ("insert", "update", "delete")
_STUDY_KEY, _HOUSE_KEY = b"s", b"h"  # the first byte of a content: which key opens the rest


@dataclass(frozen=True, slots=True)
class Reading:
    """What an event holds. `gone`: the key was destroyed, and nobody can read it again."""

    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    said: dict[str, Any] | None = None  # of a named act
    columns: tuple[str, ...] = ()  # which were changed
    gone: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """One pending row, understood."""

    row: Pending
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def values(self) -> dict[str, Any]:
        """Of the row it is about, as it is after the change, or was when it was removed."""
        return (self.after or self.before or {}) if self.row.act in _CHANGES else {}


def seal(actor: str, purpose: str) -> None:
    """Makes an event of each pending row of this transaction, in order, and empties the table."""
    seen = [_Seen(row, _read(row.before), _read(row.after)) for row in Pending.objects.order_by("pk")]
    if not seen:
        return
    connection.begin_sealing()
    head = Event.objects.order_by("-seq").values_list("seq", "digest").first()
    last, previous = head or (0, START)
    origins = Origins([one.row for one in seen], [dict(one.values) for one in seen])
    for one in seen:
        if one.after is not None and (kind := origins.kind(one.row.thing)) and one.row.act in _CHANGES:
            refuse_in(kind.model, one.after)
    keys = _Locks(this_home().keys)
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    events = []
    for number, one in enumerate(seen, start=last + 1):
        study, case, why, content = _parts(one, origins, purpose)
        link = Link(
            number, moment, actor, one.row.act, one.row.thing, one.row.thing_id, study, case, why,
            keys.lock(study, content, number), previous,
        )  # fmt: skip
        previous = digest(link)
        events.append(Event(**{name: getattr(link, name) for name in _COLUMNS}, digest=previous))
    Event.objects.bulk_create(events, batch_size=500)
    Pending.objects.all().delete()


_COLUMNS = (
    "seq",
    "at",
    "actor",
    "act",
    "thing",
    "thing_id",
    "study",
    "case",
    "purpose",
    "content",
    "previous",
)


def _read(text: str | None) -> dict[str, Any] | None:
    return None if text is None else json.loads(text)


def _parts(one: _Seen, origins: Origins, purpose: str) -> tuple[str, str, str, dict[str, Any]]:
    """Study, case, purpose and content of an event."""
    if one.row.act not in _CHANGES:
        said = one.after or {}
        return said["study"], said["case"], said["purpose"] or purpose, {"said": said["content"]}
    study, case = origins.of(one.row.thing, one.row.thing_id, one.values)
    return study, case, purpose, {"before": one.before, "after": one.after}


class _Locks:
    """The keys of one transaction, each read once."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._studies: dict[str, bytes | None] = {}

    def lock(self, study: str, content: dict[str, Any], number: int) -> bytes:
        """The content, locked. Raises KeyGone for a study that should have a key and has none."""
        key = self._of(study) if study else None
        if study and key is None:
            content = {"columns": sorted(_changed(content.get("before"), content.get("after")))}
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        if key is None:
            return _HOUSE_KEY + locked(self._keys.named("events"), plain, f"event:{number}")
        return _STUDY_KEY + locked(key, plain, f"event:{number}")

    def _of(self, study: str) -> bytes | None:
        if study not in self._studies:
            self._studies[study] = _key_of(self._keys, study)
        return self._studies[study]


def _key_of(keys: Keys, study: str) -> bytes | None:
    from sagsbarometer.web.keeping.purge import purged_studies

    try:
        return keys.study(study)
    except KeyGone:
        # What happens to a study after its key was destroyed is told without values.
        if study in purged_studies(this_home()):
            return None
        raise


def _changed(before: dict[str, Any] | None, after: dict[str, Any] | None) -> set[str]:
    names = {*(before or {}), *(after or {})}
    return {name for name in names if (before or {}).get(name) != (after or {}).get(name)}


def read(event: Event) -> Reading:
    """What an event holds. Raises Tampered where it is not what was written."""
    return Opener(this_home().keys).read(event.seq, event.study, bytes(event.content))


class Opener:
    """Reads many events, each key once."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._known: dict[str, bytes | None] = {}

    def read(self, seq: int, study: str, content: bytes) -> Reading:
        """What an event holds. Raises Tampered where it is not what was written."""
        key = self._key(study if content[:1] == _STUDY_KEY else "")
        if key is None:
            return Reading(gone=True)
        held = json.loads(unseal(key, content[1:], f"event:{seq}"))
        before, after = held.get("before"), held.get("after")
        columns = held.get("columns") or sorted(_changed(before, after))
        return Reading(before, after, held.get("said"), tuple(columns), gone="columns" in held)

    def _key(self, study: str) -> bytes | None:
        if study not in self._known:
            try:
                self._known[study] = self._keys.study(study) if study else self._keys.named("events")
            except KeyGone:
                self._known[study] = None
        return self._known[study]
