"""From what stands in an address to what `may` needs to know of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagsbarometer.web.rights.may import State


def _found(model: str, key: object) -> State | None:
    from django.apps import apps

    return State() if apps.get_model("accounts", model).objects.filter(pk=key).exists() else None


def find_person(address: Mapping[str, Any]) -> State | None:
    """By `person` of the address: about no thing in particular, when there is such a person."""
    return _found("User", address["person"])


def find_invitation(address: Mapping[str, Any]) -> State | None:
    """By `invitation` of the address."""
    return _found("Invitation", address["invitation"])


def find_membership(address: Mapping[str, Any]) -> State | None:
    """By `membership` of the address."""
    return _found("Membership", address["membership"])


def find_disqualification(address: Mapping[str, Any]) -> State | None:
    """By `disqualification` of the address."""
    return _found("Disqualification", address["disqualification"])
