"""What the addresses of sheets that were released, objections and what happened after are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sagsbarometer.review.course import ReadingState
from sagsbarometer.web.findings.models import Objection, Sheet
from sagsbarometer.web.reviewing.finding import find_review_of_study
from sagsbarometer.web.reviewing.models import Reading
from sagsbarometer.web.rights.may import State
from sagsbarometer.web.rights.state_of import case_state

RELEASED = "released"
_CASE = ("case__study", "case__request")


def find_own_sheet(address: Mapping[str, Any]) -> State | None:
    """By `sheet` of the address: the state of its case. None for a sheet that nobody released."""
    found = Sheet.objects.select_related(*_CASE).filter(pk=address["sheet"], state=RELEASED).first()
    return case_state(found.case) if found else None


def find_own_objection(address: Mapping[str, Any]) -> State | None:
    """By `objection` of the address: the state of its case."""
    found = Objection.objects.select_related(*_CASE).filter(pk=address["objection"]).first()
    return case_state(found.case) if found else None


def find_objection(address: Mapping[str, Any]) -> State | None:
    """By `study` and `objection` of the address: of its case as it is read. Who began a reading and handed it over has
    seen the case too, and who wrote a number of its sheet said what was found: both are among its readers here."""
    found = Objection.objects.filter(pk=address["objection"]).values_list("case_id", flat=True).first()
    state = find_review_of_study({**address, "case": found}) if found else None
    if state is None:
        return None
    began = Reading.objects.filter(case=found).exclude(state=ReadingState.ASSIGNED.value)
    wrote = Sheet.objects.filter(case=found).values_list("by_id", flat=True)
    return replace(state, readers=state.readers.union(began.values_list("reader_id", flat=True), wrote))


def find_case_after(address: Mapping[str, Any]) -> State | None:
    """By `study` and `case` of the address; None for a case without a sheet that was released."""
    if not Sheet.objects.filter(case=address["case"], state=RELEASED).exists():
        return None
    return find_review_of_study(address)
