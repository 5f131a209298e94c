"""The queue worker: takes one piece of work at a time, asks for its rights again, and does it."""

from __future__ import annotations

import fcntl
import logging
import os
import platform
import threading
import time
import traceback
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import close_old_connections, connection
from django.db.utils import DatabaseError

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.kernel.said import said
from sagsbarometer.web.jobs import queue, routines
from sagsbarometer.web.jobs.kinds import KINDS, Kind, Stopped
from sagsbarometer.web.jobs.models import Job

LOG = logging.getLogger("sagsbarometer.jobs")
IDLE = 0.5  # seconds between looks at an empty queue
BESIDE = 10.0  # seconds between looks at what is done beside the queue
ROUND = 30.0  # seconds between looks at what is done by itself
NOT_ALLOWED = said("Du har ikke længere ret til det, så intet er gjort.")
UNKNOWN = said("Programmet kender ikke denne slags opgave.")
STOPPED = said("Afbrudt, som du bad om.")
AGAIN = said("Noget gik galt. Det prøves igen om lidt.")


class Beats(threading.Thread):
    """Signs of life from a connection of its own, so that what is said is seen while the work is in a transaction."""

    def __init__(self, job: Job, worker: str) -> None:
        super().__init__(daemon=True)
        self._job, self._worker = job, worker
        self.progress = (0, 0, "")
        self.must_stop = threading.Event()
        self._over = threading.Event()

    def run(self) -> None:
        """Until the work is over. A database that is busy is asked again at the next beat."""
        try:
            while not self._over.wait(queue.BEAT):
                try:
                    if not queue.beat(self._job, self._worker, *self.progress):
                        self.must_stop.set()
                except DatabaseError:
                    connection.close()
        finally:
            connection.close()

    def finish(self) -> None:
        """No more beats after this returns."""
        self._over.set()
        self.join()


class Worker:
    """Does work until `leave` is set."""

    def __init__(self, name: str, leave: threading.Event) -> None:
        self.name, self._leave = name, leave

    def run(self) -> None:
        """The loop. A database that is away for a while ends nothing."""
        looked = -ROUND
        while not self._leave.is_set():
            try:
                if time.monotonic() - looked > ROUND:
                    looked = time.monotonic()
                    routines.run_due()
                did = self.once()
            except DatabaseError as error:
                LOG.warning("database: %s", type(error).__name__)
                connection.close()
                did = False
            if not did:
                self._leave.wait(IDLE)

    def once(self) -> bool:
        """Does the next piece of work; False when there is none."""
        close_old_connections()
        job = queue.claim(self.name)
        if job is None:
            return False
        known = KINDS.get(job.kind)
        if known is None:
            queue.end(job, self.name, "failed", said=UNKNOWN)
        elif not allowed(known, job.actor, job.arguments):
            queue.end(job, self.name, "failed", said=NOT_ALLOWED)
        else:
            self._do(job, known)
        return True

    def _do(self, job: Job, known: Kind) -> None:
        beats = Beats(job, self.name)

        def tell(done: int, total: int, words: str = "") -> None:
            beats.progress = (done, total, words)
            if beats.must_stop.is_set() or self._leave.is_set():
                raise Stopped

        beats.start()
        fault: BaseException | None = None
        try:
            known.work(job, job.arguments, tell)
        except Exception as error:
            fault = error
        finally:
            beats.finish()
        # Work that left the connection inside a transaction would take our own marks with it.
        if connection.in_atomic_block:
            connection.close()
        self._ended(job, beats, fault)

    def _ended(self, job: Job, beats: Beats, fault: BaseException | None) -> None:
        done, total, told = beats.progress
        if fault is None:
            queue.end(job, self.name, "done", said=told, done=done, total=total)
        elif isinstance(fault, Stopped):
            if beats.must_stop.is_set():
                queue.end(job, self.name, "stopped", said=STOPPED, done=done, total=total)
            else:
                queue.put_back(job, self.name, wait=timedelta(), counts=False)
        elif isinstance(fault, Faults):
            queue.end(job, self.name, "failed", said=fault.problems[0].fault, done=done, total=total)
        else:
            self._failed(job, fault, done, total)

    def _failed(self, job: Job, fault: BaseException, done: int, total: int) -> None:
        """Tried again twice, later; what is told is the kind of error and its place, never its words."""
        LOG.error("job %s %s", job.kind, job.id, exc_info=fault)
        if job.tries < queue.MOST_TRIES:
            wait = timedelta(seconds=10 * job.tries**2)
            queue.put_back(job, self.name, wait=wait, said=AGAIN)
            return
        frames = traceback.extract_tb(fault.__traceback__)
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        told = said(
            "Noget gik galt ({kind}, {place}). Meld det til den, der driver arbejdspladsen.",
            kind=type(fault).__name__,
            place=place,
        )
        queue.end(job, self.name, "failed", said=told, done=done, total=total)


def allowed(known: Kind, actor: str, arguments: Mapping[str, Any]) -> bool:
    """Whether the one who asked may still do it. A second factor was shown when it was asked for."""
    from sagsbarometer.web.accounts.models import User
    from sagsbarometer.web.rights.asking import actor_of
    from sagsbarometer.web.rights.may import Answer, may

    if actor.startswith("system:"):
        return known.system
    state = known.find(arguments)
    user = User.objects.filter(pk=actor).first()
    if state is None or user is None:
        return False
    who = actor_of(user, second_factor=True)
    return may(who, known.action, state, factor_roles=settings.SECOND_FACTOR_ROLES) is Answer.YES


def only_one(folder: Path) -> IO[bytes]:
    """The lock of the house's worker on this host: one at a time. Raises BlockingIOError when there is one."""
    file = (folder / "worker.lock").open("ab")
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file


def work(folder: Path, leave: threading.Event) -> None:
    """The worker of a house on this host until `leave` is set; first takes up what a dead one had."""
    host = platform.node() or "host"
    lock = _wait_for_lock(folder, leave)
    if lock is None:
        return
    with lock:
        try:
            queue.release_lost(host)
        except DatabaseError as error:
            LOG.warning("database: %s", type(error).__name__)
        threading.Thread(target=_beside, args=(leave,), daemon=True).start()
        Worker(f"{host}:{os.getpid()}", leave).run()


def _beside(leave: threading.Event) -> None:
    """What takes long and nobody asked for, until we are to leave; then it is cut off where it is."""
    while not leave.wait(BESIDE):
        try:
            routines.run_due(beside=True)
        except Exception as error:  # nobody would see that it ended
            LOG.error("beside the queue: %s", type(error).__name__)
        connection.close()


def _wait_for_lock(folder: Path, leave: threading.Event) -> IO[bytes] | None:
    """The lock, when one that was killed has let go of it; None when we are asked to leave meanwhile."""
    while True:
        try:
            return only_one(folder)
        except BlockingIOError:
            if leave.wait(1):
                return None
