"""A role in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from sagsbarometer.web.rights.actions import ROLES

register = template.Library()


@register.simple_tag
def role_words(held: Any) -> str:
    """The role of a membership or an invitation, with where it is held."""
    words = str(ROLES.get(held.role, held.role))
    if held.municipality:
        words += _(" for kommune %s") % held.municipality
    return words + (_(" i »%s«") % held.study.name if held.study else _(" i alle undersøgelser"))
