"""Sheets that were released, with what came after them, as pages of the municipality and of the house show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.documents.persons import masked_words
from sagsbarometer.kernel.said import said
from sagsbarometer.review.aftermath import is_late
from sagsbarometer.review.objections import ANSWERS, ObjectionState, is_taken
from sagsbarometer.review.sheet import CASE_HANDLING, CLOSING, RESULT, SheetContent
from sagsbarometer.web.accounts.models import Membership
from sagsbarometer.web.delivering.rules import days_left
from sagsbarometer.web.events.acting import acting, record
from sagsbarometer.web.findings.finding_after import RELEASED
from sagsbarometer.web.findings.models import Aftermath, Objection, Sheet
from sagsbarometer.web.reviewing.sealing import opened

ANSWERED = frozenset(state.value for state in ANSWERS)


@dataclass(frozen=True, slots=True)
class ObjectionTold:
    """An objection in words. `part` is "" where it is about all of the sheet."""

    row: Any
    part: str
    words: str
    reason: str

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it, and it still stands."""
        return bool(self.row.state == ObjectionState.OPEN.value)

    @property
    def is_answered(self) -> bool:
        """Whether it was upheld or not."""
        return self.row.state in ANSWERED


@dataclass(frozen=True, slots=True)
class AfterTold:
    """One row of what happened, in words. `late`: told after the day it was asked for. `by`: who wrote it, as the one
    who looks is told."""

    row: Any
    reason: str
    late: bool
    by: str


@dataclass(frozen=True, slots=True)
class Line:
    """A case of the lists: its newest released sheet, and where its objections and its aftermath stand."""

    sheet: Any
    objection: Any  # the newest that was not withdrawn, or None
    after: Any  # the newest row, or None
    may_object: bool
    overdue: bool

    @property
    def asked(self) -> bool:
        """Whether the municipality is asked to tell what happened, and has not."""
        return self.sheet.wrong is True and self.after is None


def words_of(model: Any, column: str) -> str:
    """The locked words of a row as they may stand on a page; that they are gone, where their key was destroyed."""
    if model.case.study.state == "purged":
        return _("(slettet)")
    return masked_words(opened(model, column))


def looked(request: Any, act: str, row: Any) -> None:
    """Writes down that a row of a case was read. Of a study that was purged nothing is left to read, nor a key to write
    it with."""
    if row.case.study.state != "purged":
        with acting(request.user.id, request.purpose):
            record(act, row._meta.db_table, row.pk, study=row.case.study_id, case=row.case_id)


def parts_of(content: SheetContent | None) -> list[tuple[str, str]]:
    """What of a sheet can be objected to, by id and in words, in its order."""
    if content is None:
        return []
    found = [(RESULT, _("Resultat"))]
    found += [(item.id, item.label) for item in content.facts.defects]
    if content.facts.handling or content.of(CASE_HANDLING):
        found.append((CASE_HANDLING, _("Sagsbehandlingsregler")))
    if content.of(CLOSING):
        found.append((CLOSING, _("Hvad nu")))
    return found


def objections_told(rows: Iterable[Any], parts: Iterable[tuple[str, str]]) -> list[ObjectionTold]:
    """Objections in words, the oldest first. A part that the sheet no longer has is told as all of it."""
    labels = dict(parts)
    return [
        ObjectionTold(row, labels.get(row.part, ""), words_of(row, "words"), words_of(row, "reason") if row.reason
                      or row.state in ANSWERED else "")
        for row in rows
    ]  # fmt: skip


def after_told(rows: Iterable[Any], tell_until: date, *, house: bool = False) -> list[AfterTold]:
    """What happened to a case, the newest first. `house`: shown to the house, with the name of whoever wrote it.

    Who wrote it for the municipality may have read the case: the municipality is told its own people's names only.
    """
    rows = list(rows)
    named = {row.by_id: row.by.name for row in rows} if house else _as_theirs(rows)
    return [
        AfterTold(
            row,
            words_of(row, "reason") if row.did == "maintained" else "",
            is_late(tell_until, row.at),
            named[row.by_id],
        )
        for row in sorted(rows, key=lambda row: -row.number)
    ]


def _as_theirs(rows: list[Any]) -> dict[str, str]:
    """By id, whoever wrote of a case as its municipality is told it. Of one who holds no role any more it cannot be
    seen on which side they were, so no name is told."""
    held: dict[str, set[str]] = {}
    memberships = Membership.objects.filter(user__in={row.by_id for row in rows})
    for user, role in memberships.values_list("user", "role"):
        held.setdefault(user, set()).add(role)

    def told(person: Any) -> str:
        if not (roles := held.get(person.id)):
            return _("en tidligere bruger")
        own = roles == {"municipal_contact"}
        return str(person.name) if own else settings.ORGANISATION or _("undersøgelsen")

    return {row.by_id: told(row.by) for row in rows}


def lines_of(sheets: Iterable[Any]) -> list[Line]:
    """The newest released sheet of each case among `sheets`, in their order, with what came after."""
    newest: dict[str, Any] = {}
    for sheet in sheets:
        if sheet.case_id not in newest or newest[sheet.case_id].number < sheet.number:
            newest[sheet.case_id] = sheet
    objections = {
        row.case_id: row
        for row in Objection.objects.filter(case__in=newest)
        .exclude(state=ObjectionState.WITHDRAWN.value)
        .order_by("at", "id")
    }
    after = {row.case_id: row for row in Aftermath.objects.filter(case__in=newest).order_by("number")}
    now = timezone.now()
    return [
        Line(
            sheet,
            objections.get(case),
            after.get(case),
            is_taken(sheet.release.object_until, now),
            sheet.wrong is True and case not in after and is_late(sheet.release.tell_until, now),
        )
        for case, sheet in newest.items()
    ]


def released_sheets(**of: Any) -> Any:
    """The sheets that were released, with their case, study, municipality and release."""
    return (
        Sheet.objects.filter(state=RELEASED, **of)
        .select_related("case__study", "case__request__authority", "release", "by")
        .order_by("case__study__name", "case__study_id", "case__municipality", "case__number", "number")
    )


def deadline_words(day: date) -> str:
    """How long there is left to tell what happened, in words."""
    left = (day - timezone.localdate()).days
    if left < 0:
        return said("Fristen var {day}. I kan stadig fortælle det.", day=day)
    return days_left(day, timezone.localdate())


def decided_day(case: Any) -> date | None:
    """The day of the decision as the municipality declared it; None where it did not."""
    try:
        return date.fromisoformat(str(case.declared.get("decision_date", "")))
    except ValueError:
        return None
