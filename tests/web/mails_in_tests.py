"""The queue's work done here and now, as its worker would: mails to the owners of accounts among it."""

from __future__ import annotations

import threading


def do_waiting() -> int:
    """Does all that waits in the queue; how much it was."""
    from sagsbarometer.web.jobs.worker import Worker

    worker, done = Worker("tests:1", threading.Event()), 0
    while worker.once():
        done += 1
    return done
