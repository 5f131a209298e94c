"""Sheets as they are kept: locked with the key of their study, and gone with it."""

from __future__ import annotations

import json
from typing import Any

from django.shortcuts import get_object_or_404

from sagsbarometer.documents.vault import seal
from sagsbarometer.review.sheet import SheetContent, from_json, to_json
from sagsbarometer.web.findings.models import ReadingSheet, Sheet
from sagsbarometer.web.home import this_home
from sagsbarometer.web.reviewing.finding import ANCHOR
from sagsbarometer.web.reviewing.models import CaseReview, Reading
from sagsbarometer.web.reviewing.sealing import opened


def content_of(sheet: Sheet | ReadingSheet) -> SheetContent | None:
    """What a sheet says; None where it was purged."""
    text = opened(sheet, "content")
    return from_json(json.loads(text)) if text else None


def put(sheet: Sheet | ReadingSheet, content: SheetContent) -> None:
    """Locks what a sheet says into its row, which is not saved here."""
    text = json.dumps(to_json(content), ensure_ascii=False, sort_keys=True)
    key = this_home().keys.study(str(sheet.case.study_id))
    sheet.content = seal(key, text.encode(), f"{sheet._meta.db_table}.content:{sheet.pk}")
    sheet.answers, sheet.wrong = content.facts.answers, content.facts.wrong


def new(case: Any, reading: Any = None, **values: Any) -> Sheet | ReadingSheet:
    """A sheet that is not saved yet: of a case, or of the reading of an anchor."""
    if reading is None:
        return Sheet(case=case, **values)
    return ReadingSheet(case=case, reading=reading, **values)


def all_of(case: str, reading: Any = None) -> Any:
    """The sheets of a case, or those of a reading of an anchor, the newest first."""
    rows: Any = Sheet.objects.filter(case=case)
    if reading is not None:
        rows = ReadingSheet.objects.filter(reading=reading)
    return rows.select_related("case__study", "case__request__authority", "release", "by").order_by("-number")


def newest_of(case: str, reading: Any = None) -> Any:
    """The sheet that counts; None where nobody has written one."""
    return all_of(case, reading).first()


def released_of(case: str, reading: Any = None) -> list[Any]:
    """The sheets that were shown to the municipality, the newest first; of an anchor those that say so."""
    return list(all_of(case, reading).filter(state="released"))


def anchor_reading(case: str, user: str) -> Any:
    """What somebody handed in of an anchor: the reading their own sheet is of. None for a case that is measured."""
    review = CaseReview.objects.filter(pk=case, use=ANCHOR).first()
    if review is None:
        return None
    rows = Reading.objects.filter(
        case=case, reader=user, handed_over_at=None, state="submitted", place__gt=review.measured_places
    )
    return get_object_or_404(rows.select_related("case"))


def newest_by_case(study: str) -> dict[str, Any]:
    """The sheet that counts of each case of a study that has one, without what it says."""
    rows = Sheet.objects.filter(case__study=study).defer("content").select_related("release", "by")
    return {row.case_id: row for row in rows.order_by("number")}
