"""What the addresses of sheets are about, as the house writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagsbarometer.web.reviewing.finding import MEASURED, find_review_of_study
from sagsbarometer.web.reviewing.models import CaseReview
from sagsbarometer.web.rights.may import State


def find_sheet_case(address: Mapping[str, Any]) -> State | None:
    """By `study` and `case` of the address; None for a case that is not measured: it has no finding of its own."""
    if not CaseReview.objects.filter(pk=address["case"], use=MEASURED).exists():
        return None
    return find_review_of_study(address)
