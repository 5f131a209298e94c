"""Known cases given to readers, as far as each may have them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from sagsbarometer.review.course import ReadingState
from sagsbarometer.web.accounts.models import Disqualification
from sagsbarometer.web.reviewing.cases_read import readers_of
from sagsbarometer.web.reviewing.finding import ANCHOR, LEARNING
from sagsbarometer.web.reviewing.models import CaseReview, KeyAnswer, Reading


@dataclass(frozen=True)
class Giving:
    """What can be given to whom, what was chosen of it, and what is wrong with the choice."""

    cases: list[dict[str, Any]]
    readers: list[Any]
    chosen_cases: list[Any]
    chosen_readers: list[Any]
    due: date | None
    usual_due: str  # the deadline most measured readings have: another would tell an anchor apart
    errors: list[tuple[str, str]]


def giving(request: HttpRequest, study: Any, known: list[dict[str, Any]]) -> Giving:
    """Of what was sent. `known`: the known cases that the one who gives may see."""
    cases = [item for item in known if item["keys"] and not item["review"].withdrawn_at]
    readers = readers_of(study.id)
    wanted = set(request.POST.getlist("cases"))
    chosen_cases = [item["review"] for item in cases if item["review"].case_id in wanted]
    chosen_readers = [user for user in readers if user.id in request.POST.getlist("readers")]
    errors = []
    if not chosen_cases:
        errors.append(("id_cases", _("Vælg mindst én sag.")))
    if not chosen_readers:
        errors.append(("id_readers", _("Vælg mindst én læser.")))
    due, typed = None, request.POST.get("due", "")
    try:
        due = date.fromisoformat(typed) if typed else None
    except ValueError:
        errors.append(("id_due", _("Skriv fristen som en dato.")))
    return Giving(cases, readers, chosen_cases, chosen_readers, due, _usual_due(study), errors)


def _usual_due(study: Any) -> str:
    waiting = Reading.objects.filter(case__study=study, handed_over_at=None, review__use="measure").exclude(
        state=ReadingState.SUBMITTED.value
    )
    counts = Counter(due for due in waiting.values_list("due", flat=True))
    usual = max(counts, key=lambda due: (counts[due], str(due)), default=None)
    return usual.isoformat() if usual else ""


def give_known(study: Any, to_give: Giving) -> tuple[int, list[str]]:
    """How many readings were made, and why not the others. Inside `acting`, with the row of the study locked."""
    made, refused = 0, []
    for review in to_give.chosen_cases:
        row = (
            CaseReview.objects.select_for_update(of=("self",))
            .select_related("case__request__authority")
            .get(pk=review.pk)
        )
        held = list(Reading.objects.filter(case=row.case_id))
        next_place = max([row.measured_places, *(reading.place for reading in held)]) + 1
        for reader in to_give.chosen_readers:
            why = _why_not(row, reader, held)
            if why is None:
                continue  # theirs already
            if why:
                refused.append(why)
                continue
            Reading.objects.create(
                case_id=row.case_id, review=row, reader=reader, place=next_place, form_version=study.version,
                due=to_give.due,
            )  # fmt: skip
            next_place, made = next_place + 1, made + 1
    return made, refused


def _why_not(review: Any, reader: Any, held: list[Any]) -> str | None:
    """Why a reader may not have a case; "" where they may, None where they have it."""
    theirs = [row for row in held if row.reader_id == reader.id]
    told = {"name": reader.name, "number": review.case.number, "of": review.case.request.authority.name}
    if review.use not in (LEARNING, ANCHOR):
        return _("Sag %(number)s, %(of)s er med i målingen igen.") % told
    if any(not row.handed_over_at and row.place > review.measured_places for row in theirs):
        return None
    partial = Disqualification.objects.filter(user=reader)
    if (
        partial.filter(case=review.case_id).exists()
        or partial.filter(municipality=review.case.municipality).exists()
    ):
        return _("%(name)s er inhabil i sag %(number)s, %(of)s.") % told
    if theirs:
        return _("%(name)s har læst sag %(number)s, %(of)s før og kan ikke få den.") % told
    if review.use == ANCHOR and KeyAnswer.objects.filter(case=review.case_id, by=reader).exists():
        return _("%(name)s har skrevet facit til sag %(number)s, %(of)s og kan ikke måles på den.") % told
    return ""


def may_be_given(review: Any, reader: Any, held: list[Any]) -> bool:
    """Whether a reader may have a known case, and has it not. `held`: all its readings."""
    return _why_not(review, reader, held) == ""
