"""Which action each route needs, and about what. A route that is not declared is refused, and fails the build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sagsbarometer.web.rights.may import State

# From what stands in the address to the state of what is asked about; None where there is no such thing.
Finder = Callable[[Mapping[str, Any]], State | None]


def nowhere(address: Mapping[str, Any]) -> State | None:
    """For routes about no thing in particular."""
    return State()


@dataclass(frozen=True, slots=True)
class Needs:
    """What a route needs: an action for reading it (`see`), and one for each method that changes (`do`)."""

    see: str = ""  # GET and HEAD; "" refuses them
    do: str = ""  # POST; "" refuses it
    find: Finder = field(default=nowhere)
    purpose: str = ""  # said in the event when a case or a document is read or changed here
    whole: bool = True  # a POST is one transaction; False where the view itself says what belongs together
    # The reply to who comes too late to change a thing (LOCKED), as the view takes it; it writes nothing. None, or
    # None from it: the page that tells of the states alone.
    late: Callable[..., Any] | None = None

    def action(self, method: str) -> str:
        """The action a method needs; "" where the route does not take it."""
        return self.see if method in ("GET", "HEAD") else self.do if method == "POST" else ""

    @property
    def absent(self) -> bool:
        """Whether the route is there in name only: a library asks for its address, and nobody gets a reply."""
        return not (self.see or self.do)


ABSENT = Needs()

ROUTES: dict[str, Needs] = {}


def declare(routes: Mapping[str, Needs]) -> None:
    """Adds the routes of an app (`app:name`). Raises ValueError for a name that is declared twice."""
    if twice := set(ROUTES) & set(routes):
        raise ValueError(f"declared twice: {sorted(twice)}")
    ROUTES.update(routes)
