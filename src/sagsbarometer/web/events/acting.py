"""Who is acting, and for what: without it no guarded table can be written."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sagsbarometer.web.events.models import Pending


class NotActing(RuntimeError):
    """A thing is recorded, or acting is begun, where it cannot be. An error of the program, never of a person."""


@dataclass
class Work:
    """What is being done in one transaction."""

    actor: str
    purpose: str
    undone: bool = False
    thread: int = field(default_factory=threading.get_ident)

    def undo(self) -> None:
        """Nothing of it is kept."""
        self.undone = True


_work: ContextVar[Work | None] = ContextVar("sagsbarometer_work", default=None)


def working() -> Work | None:
    """The work that is going on in this thread; None where nobody is acting."""
    work = _work.get()
    # A context can be carried into another thread; the transaction cannot.
    return work if work is not None and work.thread == threading.get_ident() else None


@contextmanager
def acting(actor: str, purpose: str) -> Iterator[Work]:
    """One transaction with its events: all of it, or nothing. `actor` is a user id or `system:<what>`.

    On disk when it returns. Raises NotActing inside another `acting`: what belongs together has one actor and one
    purpose.
    """
    from django.db import connection, transaction

    from sagsbarometer.web.events.sealing import seal

    if (outer := working()) is not None:
        raise NotActing(f"acting for {purpose!r} inside acting for {outer.purpose!r}")
    if not actor or not purpose:
        raise NotActing("acting without an actor or a purpose")
    work = Work(actor, purpose)
    token = _work.set(work)
    try:
        with transaction.atomic(durable=True):
            connection.begin_acting()
            yield work
            if work.undone:
                transaction.set_rollback(True)
            elif not transaction.get_rollback():
                seal(work.actor, work.purpose)
    finally:
        connection.end_acting()
        _work.reset(token)


def record(act: str, thing: str, thing_id: str, *, study: str = "", case: str = "", purpose: str = "",
           content: dict[str, Any] | None = None) -> None:  # fmt: skip
    """Adds an event that is no change of a row: a document read, a CPR number shown, somebody signed in.

    `content` is locked by the key of the study. Raises NotActing outside `acting`.
    """
    if working() is None:
        raise NotActing(f"{act} recorded outside acting")
    if act in ("insert", "update", "delete"):
        raise NotActing(f"{act} is what the triggers record")
    said = {"study": study, "case": case, "purpose": purpose, "content": content or {}}
    Pending.objects.create(
        thing=thing, thing_id=thing_id, act=act, after=json.dumps(said, ensure_ascii=False)
    )
