"""The queue on the database: each piece of work is taken by one worker, and taken up again when that one dies.

A piece is taken by an UPDATE that holds only while nobody else has taken it, which is atomic on SQLite and PostgreSQL.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from sagsbarometer.kernel.ids import hidden_cpr
from sagsbarometer.kernel.said import kept, said
from sagsbarometer.web.jobs.models import Job

MOST_TRIES = 3
LOST_AFTER = timedelta(seconds=60)  # without a sign of life
BEAT = 1.0  # seconds between signs of life
_LONGEST = 400  # signs, as the column
GAVE_UP = said("Arbejdet blev afbrudt tre gange og prøves ikke mere.")


def claim(worker: str, now: datetime | None = None) -> Job | None:
    """The next piece of work, now this worker's; None when there is nothing to do."""
    now = now or timezone.now()
    due = Q(state="waiting") & (Q(due_at=None) | Q(due_at__lte=now))
    lost = Q(state="running") & Q(seen_at__lt=now - LOST_AFTER)
    for job in Job.objects.filter(due | lost).order_by("asked_at", "id")[:20]:
        mine = Job.objects.filter(
            pk=job.pk, state=job.state, tries=job.tries, worker=job.worker, seen_at=job.seen_at
        )
        if job.stop_asked:
            mine.update(state="stopped", ended_at=now, worker="")
        elif job.tries >= MOST_TRIES:
            mine.update(state="failed", said=GAVE_UP, ended_at=now, worker="")
        elif mine.update(
            state="running", tries=F("tries") + 1, worker=worker, seen_at=now, done=0, total=0, said=""
        ):
            return Job.objects.get(pk=job.pk)
    return None


def beat(job: Job, worker: str, done: int, total: int, said: str) -> bool:
    """A sign of life with how far the work is. False when it has to stop: asked to, or no longer this worker's."""
    mine = Job.objects.filter(pk=job.pk, state="running", worker=worker, tries=job.tries)
    was_mine = mine.update(seen_at=timezone.now(), done=done, total=total, said=_told(said))
    return bool(was_mine) and not Job.objects.filter(pk=job.pk, stop_asked=True).exists()


def end(job: Job, worker: str, state: str, *, said: str | None = None, done: int = 0, total: int = 0) -> bool:
    """The work is over: `done`, `failed` or `stopped`. False where it was no longer this worker's."""
    changes = {"state": state, "ended_at": timezone.now(), "worker": "", "done": done, "total": total}
    if said is not None:
        changes["said"] = _told(said)
    return bool(
        Job.objects.filter(pk=job.pk, state="running", worker=worker, tries=job.tries).update(**changes)
    )


def put_back(job: Job, worker: str, *, wait: timedelta, said: str = "", counts: bool = True) -> None:
    """The work waits to be tried again; a try that does not count was ended by the worker being stopped."""
    Job.objects.filter(pk=job.pk, state="running", worker=worker, tries=job.tries).update(
        state="waiting",
        worker="",
        said=_told(said),
        due_at=timezone.now() + wait if wait else F("due_at"),
        tries=F("tries") if counts else F("tries") - 1,
    )


def release_lost(host: str) -> int:
    """Work that dead workers of this host had, ready to be taken at once: how much. Call it as the host's only one."""
    long_ago = timezone.now() - 2 * LOST_AFTER
    return int(Job.objects.filter(state="running", worker__startswith=f"{host}:").update(seen_at=long_ago))


def ask_to_stop(job_id: str) -> None:
    """A waiting piece is stopped now; a running one at its next step. One that is over stays as it ended."""
    now = timezone.now()
    if not Job.objects.filter(pk=job_id, state="waiting").update(
        state="stopped", ended_at=now, stop_asked=True
    ):
        Job.objects.filter(pk=job_id, state="running").update(stop_asked=True)


def _told(text: str) -> str:
    return hidden_cpr(kept(text, _LONGEST))
