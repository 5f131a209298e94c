"""Findings for tests: a case that was read and locked, and a sheet of it that a municipality was shown."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.web.cast import Cast
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted

_numbers = itertools.count(1)

# A refusal whose facts are missing at one step, materially, to the citizen's harm; and a late case.
WRONG: Mapping[str, Any] = {
    **REFUSAL,
    "step_cannot_go_out_alone": ["facts_missing"],
    "fact_finding_defect": "material",
    "fact_finding_missing": ["support_needs"],
    "fact_finding_direction": "to_harm",
    "would_be_outcome": "remitted",
    "deadline": "exceeded",
    "new_date_given": False,
}


def read_case(
    cast: Cast,
    municipality: str = "902",
    answers: Mapping[str, Any] = WRONG,
    *,
    locked: bool = True,
    who: str = "rikke",
) -> Any:
    """A new case of a municipality that `who` read and handed in; `locked` as a freezing locks it."""
    from django.utils import timezone

    from sagsbarometer.web.events.acting import acting

    case = screened_in(cast, 1, municipality)[0]  # of 902, 903 or 905: the cast has one that is with there
    reading = reading_of(cast, who, case=case)
    answered(reading, answers)
    submitted(reading)
    if locked:
        with acting("system:tests", "findings"):
            reading.review.locked_at = timezone.now()
            reading.review.save()
    return case


def written(
    case: Any, *, state: str = "draft", by: Any = None, words: str = "Sagen var ikke oplyst godt nok."
) -> Any:
    """The next sheet of a case, of its answers as they are now, with the sentences that are suggested and `words`."""
    from sagsbarometer.review.sheet import SheetContent, Words
    from sagsbarometer.review.sheet_sentences import suggested
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.findings import kept, making
    from sagsbarometer.web.findings.models import Sheet

    layout = making.layout_of(case.study)
    answers = making.answers_of(case.study, layout, [case.id])[case.id]
    made = making.made_of(case.study, layout, case.id, answers)
    newest = kept.newest_of(case.id)
    sheet = Sheet(case=case, number=(newest.number if newest else 0) + 1, state=state, by=by or _analyst())
    own = (Words("fact_finding_defect", "", words),) if made.facts.defects else ()
    kept.put(sheet, SheetContent(made.facts, suggested(made.sentences) + own))
    with acting("system:tests", "findings"):
        sheet.save(force_insert=True)
    return sheet


def released(
    case: Any,
    *,
    object_until: date = date(2027, 1, 4),
    tell_until: date = date(2027, 3, 1),
    words: str = "Sagen var ikke oplyst godt nok.",
) -> Any:
    """A sheet of a case that its municipality was shown."""
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.findings.models import SheetRelease

    sheet = written(case, state="ready", words=words)
    with acting("system:tests", "findings"):
        sheet.release = SheetRelease.objects.create(
            study_id=case.study_id, object_until=object_until, tell_until=tell_until,
            once=f"released{next(_numbers)}", by=_analyst(),
        )  # fmt: skip
        sheet.state = "released"
        sheet.save()
    return sheet


def released_sheet(
    cast: Cast, municipality: str = "902", answers: Mapping[str, Any] = WRONG, **more: Any
) -> Any:
    """A sheet that a municipality was shown, of a case of its own that was read and locked."""
    return released(read_case(cast, municipality, answers), **more)


def _analyst() -> Any:
    from sagsbarometer.web.accounts.models import User

    return User.objects.get(email="anna@example.dk")
