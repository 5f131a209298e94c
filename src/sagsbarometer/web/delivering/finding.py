"""What the addresses of `delivering` are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagsbarometer.web.rights.may import State
from sagsbarometer.web.rights.state_of import request_state


def find_receipt(address: Mapping[str, Any]) -> State | None:
    """By `receipt` of the address: the state of the request it is of."""
    from sagsbarometer.web.delivering.models import Receipt

    found = (
        Receipt.objects.select_related("request__study", "request__authority")
        .filter(pk=address["receipt"])
        .first()
    )
    return request_state(found.request) if found else None
