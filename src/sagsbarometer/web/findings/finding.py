"""What the addresses of sheets are about, as the house writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sagsbarometer.web.reviewing.finding import ANCHOR, MEASURED, find_review_of_study
from sagsbarometer.web.reviewing.models import CaseReview
from sagsbarometer.web.rights.may import State


def find_sheet_case(address: Mapping[str, Any]) -> State | None:
    """By `study` and `case` of the address; None for an exercise: it has no finding.

    Of an anchor each who read it has their own, and nobody else has one (`kept.anchor_reading`): to those who lead the
    reading it stands as handed in, so that how far the readers are is not told by the reply.
    """
    review = CaseReview.objects.filter(pk=address["case"], use__in=(MEASURED, ANCHOR)).first()
    if review is None:
        return None
    state = find_review_of_study(address)
    return replace(state, course="submitted") if state is not None and review.use == ANCHOR else state
