"""`may` in templates: a button stands only where it works."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from sagsbarometer import __version__
from sagsbarometer.web.home import this_home
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.may import NOWHERE, Answer, State


def rights(request: HttpRequest) -> dict[str, Any]:
    """`may`, asked with the state of the page when no other is given; the version; whether all of it is invented."""

    def may(action: str, state: State | None = None) -> bool:
        where = state if state is not None else getattr(request, "state", NOWHERE)
        return asked(request, action, where) is Answer.YES

    return {
        "may": may,
        "version": __version__,
        "here": _here(request),
        "demonstration": bool(this_home().config.get("demonstration")),
    }


def _here(request: HttpRequest) -> str:
    """The address of the page, for coming back to it: rights.numbers has seen to what stands in it."""
    return request.get_full_path()
