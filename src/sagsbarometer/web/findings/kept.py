"""Sheets as they are kept: locked with the key of their study, and gone with it."""

from __future__ import annotations

import json
from typing import Any

from sagsbarometer.documents.vault import seal
from sagsbarometer.review.sheet import SheetContent, from_json, to_json
from sagsbarometer.web.findings.models import Sheet
from sagsbarometer.web.home import this_home
from sagsbarometer.web.reviewing.sealing import opened


def content_of(sheet: Sheet) -> SheetContent | None:
    """What a sheet says; None where it was purged."""
    text = opened(sheet, "content")
    return from_json(json.loads(text)) if text else None


def put(sheet: Sheet, content: SheetContent) -> None:
    """Locks what a sheet says into its row, which is not saved here."""
    text = json.dumps(to_json(content), ensure_ascii=False, sort_keys=True)
    key = this_home().keys.study(str(sheet.case.study_id))
    sheet.content = seal(key, text.encode(), f"{Sheet._meta.db_table}.content:{sheet.pk}")
    sheet.answers, sheet.wrong = content.facts.answers, content.facts.wrong


def newest_of(case: str) -> Sheet | None:
    """The sheet of a case that counts; None where nobody has written one."""
    return Sheet.objects.filter(case=case).select_related("case", "release", "by").order_by("-number").first()


def released_of(case: str) -> list[Sheet]:
    """The sheets of a case that were shown to the municipality, the newest first."""
    rows = Sheet.objects.filter(case=case, state="released").select_related("case", "release", "by")
    return list(rows.order_by("-number"))


def newest_by_case(study: str) -> dict[str, Any]:
    """The sheet that counts of each case of a study that has one, without what it says."""
    rows = Sheet.objects.filter(case__study=study).defer("content").select_related("release", "by")
    return {row.case_id: row for row in rows.order_by("number")}
