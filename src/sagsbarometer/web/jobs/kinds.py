"""Which kinds of work there are. An app registers its own in its `jobs.py`, which is found when Django starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sagsbarometer.kernel.said import said
from sagsbarometer.web.rights.routes import Finder, nowhere

# How far work has come: done, total, and what is said of it in Danish, without content of cases.
Tell = Callable[[int, int, str], None]
Work = Callable[[Any, Mapping[str, Any], Tell], None]
After = Callable[[Mapping[str, Any]], str]


class Stopped(Exception):
    """Raised by `tell` in work that a person asked to stop, or that the worker has to leave."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work. `action` on what `find` makes of the arguments is asked again when it runs."""

    name: str
    work: Work
    action: str
    find: Finder
    title: str  # Danish, what the page is headed with
    after: After | None  # the address of the page to go on to when it is done
    system: bool  # may be asked for by the house itself (actor `system:…`), for whom no rights are asked


KINDS: dict[str, Kind] = {}


def kind(
    name: str,
    action: str,
    find: Finder = nowhere,
    *,
    title: str = said("Opgave"),
    after: After | None = None,
    system: bool = False,
) -> Callable[[Work], Work]:
    """Registers a function `(job, arguments, tell)` as a kind of work. Raises ValueError for a name used twice.

    Work may be done again from the beginning: after a power cut, a kill or an error it is tried up to three times. So
    it begins by looking at what is done already. It writes through `acting`, in pieces, and calls `tell` between them.
    """

    def registered(work: Work) -> Work:
        if name in KINDS and KINDS[name].work.__qualname__ != work.__qualname__:
            raise ValueError(f"kind used twice: {name}")
        KINDS[name] = Kind(name, work, action, find, title, after, system)
        return work

    return registered
