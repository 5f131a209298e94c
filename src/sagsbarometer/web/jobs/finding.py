"""From an address to whose work it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagsbarometer.web.rights.may import State


def find_job(address: Mapping[str, Any]) -> State | None:
    """By `job` of the address: it belongs to the one who asked for it. Work of the house itself is nobody's."""
    from sagsbarometer.web.jobs.models import Job

    found = Job.objects.filter(pk=address["job"]).only("actor").first()
    return State(owner=found.actor) if found else None


def find_any_job(address: Mapping[str, Any]) -> State | None:
    """By `job` of the address, whoever asked."""
    return State() if find_job(address) else None
