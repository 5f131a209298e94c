"""The sheets of anchors follow those of the cases beside them, so that their readers see no difference.

They are in a table of their own, which nothing but the pages of their readers reads: no list, release, municipality,
file or figure can come to hold one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction

from sagsbarometer.review.sheet import SheetContent
from sagsbarometer.review.sheet_sentences import suggested
from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.findings import kept, making
from sagsbarometer.web.findings.models import Sheet, SheetRelease
from sagsbarometer.web.reviewing.counting import answers_of_reading, counted
from sagsbarometer.web.reviewing.finding import ANCHOR, as_if_locked
from sagsbarometer.web.reviewing.models import CaseReview, Reading
from sagsbarometer.web.rights.asking import actor_of


def drafts(study: Any, by: str) -> None:
    """A draft for each anchor that is handed in and has none: when all cases beside it get theirs. Inside `acting`.
    Where `by` is partial the cases beside it get none."""
    actor = actor_of(User.objects.get(pk=by))
    held = Reading.objects.filter(
        case__study=study,
        review__use=ANCHOR,
        handed_over_at=None,
        state="submitted",
        review__withdrawn_at=None,
    )
    held = held.exclude(case__municipality__in=actor.disqualified_municipalities)
    for reading in _of_anchors(held.exclude(case__in=actor.disqualified_cases)):
        if kept.newest_of(reading.case_id, reading) is None:
            _drafted(study, reading, by)


def follow(study: Any, made: SheetRelease) -> None:
    """What is said to be released of anchors when a release is made: what is ready in its municipalities, and where
    nothing measured is left there, the rest. Inside `acting`."""
    out = set(Sheet.objects.filter(release=made).values_list("case__municipality", flat=True))
    if not out:
        return
    over, layout = out - _with_more(study, out), making.layout_of(study)
    for reading in _of_anchors(as_if_locked(study.id).filter(case__municipality__in=out)):
        sheet = kept.newest_of(reading.case_id, reading)
        if sheet is None and reading.case.municipality in over:
            sheet = _drafted(study, reading, made.by_id)
        if sheet is None or sheet.state == "released":
            continue
        same = sheet.answers == making.hash_of(layout, answers_of_reading(layout.form, reading))
        if same and (sheet.state == "ready" or reading.case.municipality in over):
            sheet.state, sheet.release, sheet.revision = "released", made, sheet.revision + 1
            sheet.save(update_fields=["state", "release", "revision"])


def _of_anchors(readings: Any) -> Iterator[Any]:
    """Those since the case became an anchor."""
    for reading in readings.select_related("case", "review").order_by("id"):
        if reading.place > reading.review.measured_places:
            yield reading


def _drafted(study: Any, reading: Any, by: str) -> Any:
    """A draft that is saved; where its reader began on one meanwhile, theirs."""
    layout = making.layout_of(study)
    answers = answers_of_reading(layout.form, reading)
    made = making.made_of(study, layout, reading.case_id, answers, reading)
    sheet = kept.new(reading.case, reading, number=1, by_id=by)
    kept.put(sheet, SheetContent(made.facts, suggested(made.sentences)))
    try:
        with transaction.atomic():
            sheet.save(force_insert=True)
    except IntegrityError:
        sheet = kept.newest_of(reading.case_id, reading)
        if sheet is None:
            raise
    return sheet


def _with_more(study: Any, municipalities: set[str]) -> set[str]:
    """The municipalities with a locked case whose newest sheet is not released."""
    counts = {case.case_id for case in counted(study, making.layout_of(study).form).cases}
    newest = kept.newest_by_case(study.id)
    locked = CaseReview.objects.filter(pk__in=counts, case__municipality__in=municipalities)
    return {
        where
        for case, where in locked.exclude(locked_at=None).values_list("case_id", "case__municipality")
        if case not in newest or newest[case].state != "released"
    }
