"""From rows to what is counted after a release: sheets, objections, and what happened to the wrong cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from sagsbarometer.kernel.said import Said, said
from sagsbarometer.review.aftermath import (
    After,
    AfterCounts,
    Citizen,
    Did,
    Effect,
    Told,
    after_by_municipality,
    count_after,
    is_late,
)
from sagsbarometer.review.objections import (
    Objected,
    ObjectionCounts,
    ObjectionState,
    ReleasedSheet,
    count_objections,
    objections_by_municipality,
)
from sagsbarometer.web.findings.finding_after import RELEASED
from sagsbarometer.web.findings.models import Aftermath, Objection, Sheet


@dataclass(frozen=True, slots=True)
class Counted:
    """What came after, in all and by municipality, as it stood on a day."""

    objections: ObjectionCounts
    after: AfterCounts
    objections_by: Mapping[str, ObjectionCounts]
    after_by: Mapping[str, AfterCounts]
    day: date


# What is counted: id, words, which of the two it is of, and the number it is a part of ("" for a base).
NUMBERS: tuple[tuple[str, Said, str, str], ...] = (
    ("sheets", said("Fundark, der kunne gøres indsigelse mod"), "objections", ""),
    ("cases", said("Sager med et frigivet fund"), "objections", ""),
    ("objected", said("Sager med indsigelse"), "objections", "cases"),
    ("sent", said("Indsigelser sendt"), "objections", ""),
    ("upheld", said("Indsigelser taget til følge"), "objections", "sent"),
    ("not_upheld", said("Indsigelser ikke taget til følge"), "objections", "sent"),
    ("open", said("Indsigelser, der ikke er besvaret"), "objections", "sent"),
    ("withdrawn", said("Indsigelser trukket tilbage"), "objections", "sent"),
    ("wrong", said("Sager med en forkert afgørelse"), "after", "cases"),
    ("right", said("Sager uden en forkert afgørelse"), "after", "cases"),
    ("cannot_be_seen", said("Sager, hvor det ikke kan ses"), "after", "cases"),
    ("reopened", said("Genoptaget, ikke afgjort endnu"), "after", "wrong"),
    ("more", said("Ny afgørelse: borgeren fik mere"), "after", "wrong"),
    ("same", said("Ny afgørelse: samme resultat"), "after", "wrong"),
    ("less", said("Ny afgørelse: borgeren fik mindre"), "after", "wrong"),
    ("revoked", said("En bevilling blev taget tilbage"), "after", "wrong"),
    ("maintained", said("Afgørelsen fastholdes"), "after", "wrong"),
    ("not_told", said("Kommunen har ikke fortalt noget (ukendt)"), "after", "wrong"),
    ("overdue", said("Heraf efter fristen"), "after", "not_told"),
    ("late", said("Fortalt efter fristen"), "after", "wrong"),
    ("citizen_yes", said("Borgeren har fået besked"), "after", "wrong"),
    ("citizen_later", said("Borgeren har ikke fået besked endnu"), "after", "wrong"),
    ("citizen_no", said("Borgeren får ikke besked"), "after", "wrong"),
    ("citizen_unknown", said("Besked til borgeren: ukendt"), "after", "wrong"),
)

# Of a number that is a part: what of its base nobody knows. What is not here is known of all of it.
_UNKNOWN = {
    **dict.fromkeys(("upheld", "not_upheld"), "open"),
    **dict.fromkeys(("wrong", "right"), "cannot_be_seen"),
    **dict.fromkeys(("reopened", "more", "same", "less", "revoked", "maintained", "late"), "not_told"),
    **dict.fromkeys(("citizen_yes", "citizen_no", "citizen_later"), "citizen_unknown"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """One of NUMBERS: how many, of how many that are known, and how many more are unknown. A base is of itself."""

    id: str
    words: Said
    base: str  # the id of what it is a part of; "" for a base
    count: int
    known: int
    unknown: int


def counted_after(study: str, cases: Collection[str] | None = None) -> Counted:
    """Of a study; with `cases` of those alone. Words are not opened for it."""
    sheets = [
        sheet
        for sheet in Sheet.objects.filter(case__study=study, state=RELEASED)
        .defer("content")
        .select_related("release", "case")
        .order_by("number")
        if cases is None or sheet.case_id in cases
    ]
    newest = {sheet.case_id: sheet for sheet in sheets}  # the highest number is the last
    released = [ReleasedSheet(sheet.case_id, sheet.case.municipality) for sheet in sheets]
    objected = [
        Objected(case, newest[case].case.municipality, ObjectionState(state))
        for case, state in Objection.objects.filter(case__in=newest).values_list("case_id", "state")
    ]
    after = _after(newest)
    return Counted(
        count_objections(released, objected),
        count_after(after),
        objections_by_municipality(released, objected),
        after_by_municipality(after),
        timezone.localdate(),
    )


def _after(newest: Mapping[str, Any]) -> list[After]:
    first: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for row in Aftermath.objects.filter(case__in=newest).defer("reason").order_by("number"):
        first.setdefault(row.case_id, row)
        last[row.case_id] = row
    now = timezone.now()
    return [
        After(
            case,
            sheet.case.municipality,
            sheet.wrong,
            _told(last[case]) if case in last else None,
            late=case in first and is_late(sheet.release.tell_until, first[case].at),
            overdue=case not in first and is_late(sheet.release.tell_until, now),
        )
        for case, sheet in newest.items()
    ]


def _told(row: Any) -> Told:
    effect = Effect(row.effect) if row.effect else None
    return Told(Did(row.did), row.on, effect, "", Citizen(row.told), row.told_on)


def numbers_of(told: Counted, code: str = "") -> dict[str, Number]:
    """All of NUMBERS by id: in all, or of one municipality."""
    objections = told.objections_by.get(code, ObjectionCounts()) if code else told.objections
    after = told.after_by.get(code, AfterCounts()) if code else told.after
    counts = {
        id: int(getattr(objections if of == "objections" else after, id)) for id, _words, of, _base in NUMBERS
    }
    made = {}
    for id, words, _of, base in NUMBERS:
        unknown = counts[_UNKNOWN[id]] if id in _UNKNOWN else 0
        made[id] = Number(id, words, base, counts[id], counts[base or id] - unknown, unknown)
    return made


def rows_of(told: Counted) -> list[tuple[str, str, str, int, int, int]]:
    """Every number as a row: municipality ("" for all), id, words, the count, known and unknown. Sorted, with no words
    of anybody's: the same counts on the same day are the same rows."""
    return [
        (code, item.id, str(item.words), item.count, item.known, item.unknown)
        for code in ("", *sorted(told.after_by))
        for item in numbers_of(told, code).values()
    ]
