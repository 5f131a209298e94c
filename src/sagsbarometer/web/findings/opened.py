"""A case as its sheet is written: the answers that count, what follows from them, and the sheet there is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sagsbarometer.web.findings import kept, making
from sagsbarometer.web.findings.making import Layout, Made
from sagsbarometer.web.reviewing.counting import answers_of_reading


@dataclass
class Opened:
    """One case. What is worked out is worked out once."""

    study: Any
    case: Any
    layout: Layout
    made: Made
    sheet: Any
    reading: Any = None  # of an anchor: the reading that the sheet is of

    @property
    def hash(self) -> str:
        """Of the answers that count now."""
        return self.made.facts.answers

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The parts of a sheet, in order."""
        return self.layout.file.parts


def opened(study: str, case: str, user: str, *, lock: bool = False) -> Opened | None:
    """None where the case does not count (any more). `lock`: until the transaction ends nobody else writes of it.

    Of an anchor each who read it has their own. Raises Http404 where `user` has handed none in.
    """
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.reviewing.models import CaseReview

    if lock:
        CaseReview.objects.select_for_update().get(pk=case)
    row = Case.objects.select_related("study", "request__authority").get(pk=case, study=study)
    layout, reading = making.layout_of(row.study), kept.anchor_reading(case, user)
    if reading is None:
        answers = making.answers_of(row.study, layout, [case]).get(case)
    else:
        answers = answers_of_reading(layout.form, reading)
    if answers is None:
        return None
    made = making.made_of(row.study, layout, case, answers, reading)
    return Opened(row.study, row, layout, made, kept.newest_of(case, reading), reading)
