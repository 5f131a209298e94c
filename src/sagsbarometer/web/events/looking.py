"""Looking events up: by person, case, study and day; and what a citizen may be told of look-ups in their case."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from sagsbarometer.kernel.dates import COPENHAGEN
from sagsbarometer.kernel.said import said
from sagsbarometer.web.events.models import Event
from sagsbarometer.web.events.words import PURPOSES, act_on, word

PAGE = 50
CSV_HEAD = (said("Dato"), said("Klokken"), said("Hvad"), said("Formål"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are asked for; "" for any."""

    person: str = ""
    case: str = ""
    study: str = ""
    day: str = ""  # 2026-01-31, in Danish time

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """From a form; longer than any id is nobody's."""
        return cls(**{field.name: str(query.get(field.name, "")).strip()[:40] for field in fields(cls)})

    @property
    def fault(self) -> str:
        """What is wrong with the day; "" for nothing."""
        return "" if not self.day or _day(self.day) else said("Skriv dagen som 2026-01-31.")

    @property
    def given(self) -> dict[str, str]:
        """What was filled in."""
        return {field.name: getattr(self, field.name) for field in fields(self) if getattr(self, field.name)}


@dataclass(frozen=True, slots=True)
class Lookup:
    """One act in a case, without who did it."""

    at: datetime  # Danish time
    what: str
    purpose: str


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def matching(wanted: Wanted, asker: str, blind: Collection[str]) -> Any:
    """The events asked for, newest first; none where the day is no day. Of the cases the asker reads `blind`, the
    asker's own alone."""
    found = Event.objects.order_by("-seq")
    if blind:
        found = found.exclude(~Q(actor=asker), case__in=blind)
    for name, column in (("person", "actor"), ("case", "case"), ("study", "study")):
        if value := getattr(wanted, name):
            found = found.filter(**{column: value})
    if wanted.day:
        day = _day(wanted.day)
        if day is None:
            return found.none()
        # `at` is text that sorts as time does: a Danish day is a span of UTC, 23, 24 or 25 hours long.
        begins, ends = (_utc(one) for one in (day, day + timedelta(days=1)))
        found = found.filter(at__gte=begins, at__lt=ends)
    return found


def before_again(found: Any, asker: str, again: Collection[tuple[str, datetime]]) -> Any:
    """Without what others have done in cases the asker has read, and that are read `again` since a moment."""
    for since in {at for _case, at in again}:
        cases = [case for case, at in again if at == since]
        text = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        found = found.exclude(~Q(actor=asker), case__in=cases, at__gte=text)
    return found


def _utc(day: date) -> str:
    return datetime.combine(day, time(), COPENHAGEN).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def moment(event_at: str) -> datetime:
    """When an event was, as Danish time."""
    return datetime.fromisoformat(event_at.replace("Z", "+00:00")).astimezone(COPENHAGEN)


def lookups(case: str) -> Iterator[Lookup]:
    """Every reading and change of a case, oldest first, with its purpose and without names (GDPR article 15)."""
    for event in Event.objects.filter(case=case).order_by("seq").defer("content").iterator(chunk_size=1000):
        yield Lookup(moment(event.at), act_on(event.act, event.thing), word(PURPOSES, event.purpose))


def lookups_csv(case: str) -> str:
    """The same as CSV with semicolons, as Danish spreadsheets open it: of 06.16 they would make 616."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\n")
    writer.writerow([str(head) for head in CSV_HEAD])
    writer.writerows(
        (f"{one.at:%d-%m-%Y}", f"{one.at:%H:%M}", _plain(one.what), _plain(one.purpose))
        for one in lookups(case)
    )
    return written.getvalue()


def _plain(text: str) -> str:
    """Never a formula, whatever a purpose begins with."""
    text = str(text)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
