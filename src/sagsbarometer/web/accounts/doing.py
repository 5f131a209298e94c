"""Acts of accounts: inside the work of a request, or as work of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sagsbarometer.web.events.acting import acting, working


@contextmanager
def in_acting(actor: str, purpose: str) -> Iterator[None]:
    """The work going on, or where there is none a transaction with its events."""
    if working() is not None:
        yield
    else:
        with acting(actor, purpose):
            yield
