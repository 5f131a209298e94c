"""The build fails on a route that nobody declared, and on a declaration of what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver

from sagsbarometer.web.rights.actions import ACTIONS, ROLES
from sagsbarometer.web.rights.routes import ROUTES
from sagsbarometer.web.rights.words import WORDS


def names(patterns: Iterable[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, str]]:
    """Each route as (`app:name`, its pattern); the name is "" for a route that has none."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from names(pattern.url_patterns, inner)
        else:
            yield (f"{space}{pattern.name}" if pattern.name else "", str(pattern.pattern))


def routes_declared(app_configs: Any = None, **more: Any) -> list[CheckMessage]:
    """What is wrong with the declarations of routes, for `manage.py check` and before the server starts."""
    there = list(names(get_resolver().url_patterns))
    known = {name for name, _ in there}
    faults = [
        Error(f"Route »{name or pattern}« is not declared in ROUTES.", id="rights.E001")
        for name, pattern in there
        if name not in ROUTES
    ]
    faults += [
        Error(f"»{name}« is declared and is no route.", id="rights.E002")
        for name in ROUTES
        if name not in known
    ]
    faults += [
        Error(f"Route »{name}« needs »{action}«, which is no action.", id="rights.E003")
        for name, needs in ROUTES.items()
        for action in (needs.see, needs.do)
        if action and action not in ACTIONS
    ]
    return faults


def table_holds(app_configs: Any = None, **more: Any) -> list[CheckMessage]:
    """What is wrong with the table of actions."""
    faults: list[CheckMessage] = []
    for action, rule in ACTIONS.items():
        if rule.roles - set(ROLES):
            faults.append(Error(f"»{action}« names a role that is not there.", id="rights.E004"))
        if bool(rule.roles) + rule.open + rule.own != 1:
            faults.append(
                Error(f"»{action}« has to be for roles, for all or about oneself.", id="rights.E005")
            )
        if rule.seen_by and rule.seen_by not in ACTIONS:
            faults.append(Error(f"»{action}« is seen by what is no action.", id="rights.E006"))
        if action not in WORDS:
            faults.append(Error(f"»{action}« has no words in rights/words.py.", id="rights.E007"))
    return faults
