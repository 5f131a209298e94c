"""`may` and the menu, for templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.may import NOWHERE, Answer, State

register = template.Library()

# Route, the words, and the action that has to be somebody's somewhere for the item to stand in the menu.
_MENU = (
    ("planning:list", _("Undersøgelser"), "list_studies"),
    ("reviewing:desk", _("Mine sager"), "list_readings"),
    ("delivering:mine", _("Aflevering"), "see_request"),
    ("accounts:people", _("Personer"), "see_people"),
    ("events:list", _("Hændelser"), "read_audit"),
    ("jobs:mine", _("Opgaver i gang"), "see_jobs"),
)


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], action: str, state: State | None = None) -> bool:
    """Whether the one who looks may do an action: on what is given, else on what the page is about."""
    request = context["request"]
    where = state if state is not None else getattr(request, "state", NOWHERE)
    return asked(request, action, where) is Answer.YES


@register.simple_tag(takes_context=True)
def menu(context: dict[str, Any]) -> list[dict[str, Any]]:
    """What the one who looks can go to: label, address and whether it is where they are."""
    request = context["request"]
    items = []
    for route, label, action in _MENU:
        if not _anywhere(request, action):
            continue
        address = reverse(route)
        items.append({"label": label, "url": address, "here": request.path.startswith(address)})
    return items


def _anywhere(request: Any, action: str) -> bool:
    """Whether an action is theirs in the house or in any study or municipality they hold a role in."""
    asked(request, action)
    where = {State(study=grant.study, municipality=grant.municipality) for grant in request.actor.grants}
    return any(asked(request, action, state) is Answer.YES for state in [NOWHERE, *where])
