"""What the house does by itself, each thing at its interval, and once however many processes serve the house.

An app registers its own in its `routines.py`, which is found when Django starts. The queue worker looks each half
minute whether any is due. When it was last done stands in the database, so a restart neither forgets nor repeats it.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from sagsbarometer.kernel.ids import hidden_cpr
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.kernel.said import kept
from sagsbarometer.web.jobs.models import Routine

LOG = logging.getLogger("sagsbarometer.routines")
AGAIN = timedelta(hours=1)  # after a fault, or where it was cut off
_LONGEST = 200  # signs, as the columns

Do = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Known:
    """A routine: what it is called in Danish, how often, and the work, which says in Danish what it did."""

    name: str
    title: str
    every: timedelta
    do: Do
    beside: bool = False  # takes long, so it is done beside the queue
    again: timedelta = AGAIN  # after a fault, or where it was cut off


@dataclass(frozen=True, slots=True)
class Seen:
    """A routine as it stands. `late`: it should have been done, long ago."""

    title: str
    every: timedelta
    row: Routine
    late: bool


ROUTINES: dict[str, Known] = {}


def routine(
    name: str, title: str, every: timedelta, *, beside: bool = False, again: timedelta = AGAIN
) -> Callable[[Do], Do]:
    """Registers a function as a routine. Raises ValueError for a name used twice.

    The function may be cut off anywhere, and is then done again from the beginning. One that takes more than a moment
    is done `beside` the queue, which would wait for it.
    """

    def registered(do: Do) -> Do:
        if name in ROUTINES and ROUTINES[name].do.__qualname__ != do.__qualname__:
            raise ValueError(f"routine used twice: {name}")
        ROUTINES[name] = Known(name, title, every, do, beside, again)
        return do

    return registered


def run_due(now: datetime | None = None, *, beside: bool = False) -> list[str]:
    """Does what is due, of what takes a moment or of what is done beside the queue; the names of what this process
    did."""
    mine = [known for known in ROUTINES.values() if known.beside is beside]
    return [known.name for known in mine if _run(known, now or timezone.now())]


def seen(now: datetime | None = None) -> Iterator[Seen]:
    """All routines in the order of their names, also those that never were done."""
    now = now or timezone.now()
    rows = {row.name: row for row in Routine.objects.all()}
    for known in sorted(ROUTINES.values(), key=lambda one: one.title):
        row = rows.get(known.name, Routine(name=known.name))
        late = row.begun_at is not None and now - (row.ended_at or row.begun_at) > 2 * known.every + AGAIN
        yield Seen(known.title, known.every, row, late)


def _run(known: Known, now: datetime) -> bool:
    if not _take(known, now):
        return False
    try:
        told = known.do()
    except Exception as error:  # one routine never keeps another from being done
        LOG.error("routine %s", known.name, exc_info=error)
        if connection.in_atomic_block:
            connection.close()
        _end(known, now + known.again, fault=_told(error))
    else:
        _end(known, now + known.every, ended_at=timezone.now(), said=kept(told, _LONGEST), fault="")
    return True


def _take(known: Known, now: datetime) -> bool:
    """Whether it is due and now ours: the UPDATE holds for one process only; one that dies lets go by time."""
    row = Routine.objects.filter(name=known.name).first()
    if row is None:
        try:
            with transaction.atomic():
                Routine.objects.create(name=known.name, begun_at=now, due_at=now + known.again)
        except IntegrityError:
            return False  # another process was faster
        return True
    if row.due_at is not None and row.due_at > now:
        return False
    mine = Routine.objects.filter(name=known.name, due_at=row.due_at)
    return bool(mine.update(begun_at=now, due_at=now + known.again))


def _end(known: Known, due_at: datetime, **more: object) -> None:
    Routine.objects.filter(name=known.name).update(due_at=due_at, **more)


def _told(error: Exception) -> str:
    """A fault we know in its own words; of any other its kind and place."""
    if isinstance(error, Faults):
        return hidden_cpr(kept(error.problems[0].fault, _LONGEST))
    frames = traceback.extract_tb(error.__traceback__)
    place = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"[:_LONGEST]
