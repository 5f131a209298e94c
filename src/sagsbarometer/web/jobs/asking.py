"""Asking for work to be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sagsbarometer.web.jobs.kinds import KINDS

if TYPE_CHECKING:
    from sagsbarometer.web.jobs.models import Job


def ask(
    kind: str,
    arguments: Mapping[str, Any],
    *,
    actor: str,
    study: str = "",
    once: str | None = None,
    due_at: datetime | None = None,
) -> Job:
    """A piece of work, to be done as soon as the worker is free and not before `due_at`.

    Asked in a transaction, it exists when that is committed. The same `once` gives the same piece of work. `arguments`
    are ids, never content. Raises KeyError for a kind nobody registered, ValueError where `once` is of another kind.
    """
    from sagsbarometer.web.jobs.models import Job

    if kind not in KINDS:
        raise KeyError(kind)
    given = {"kind": kind, "arguments": dict(arguments), "actor": actor, "study": study, "due_at": due_at}
    if once is None:
        return Job.objects.create(**given)
    job, _ = Job.objects.get_or_create(once=once, defaults=given)
    if job.kind != kind:
        raise ValueError("once belongs to other work")
    return job
