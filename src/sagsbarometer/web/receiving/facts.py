"""From the rows of a study to what the pure rules of `collection` count, and back to what a page shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from django.db.models import Count as Counted
from django.db.models import Max
from django.utils import timezone

from sagsbarometer.collection.burden import Burden, Times, burden
from sagsbarometer.collection.progress import PER_WEEK, Arrived, Asked, Progress, progress
from sagsbarometer.collection.screening import APPEAL_WEEKS, Criteria, day_of
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.said import said
from sagsbarometer.sampling.replacing import Reason, load_reasons
from sagsbarometer.web.delivering.models import Case, Request
from sagsbarometer.web.receiving.models import Replacement, Return, Screening

NOTHING = said("uden slags")  # a stratum that has no name


def today() -> date:
    """The day it is in Denmark."""
    return timezone.localdate()


def _day(moment: Any) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def reasons() -> dict[str, Reason]:
    """The reasons a case may go out for, by code."""
    return load_reasons(shipped("studies") / "replacement_reasons.yaml")


def part(study: Any, name: str) -> Mapping[str, Any]:
    """One step of the plan; empty where it was never filled in."""
    found = (study.plan or {}).get(name)
    return found if isinstance(found, dict) else {}


def strata_names(study: Any) -> dict[str, str]:
    """What the kinds of cases of a study are called, by id."""
    listed = part(study, "population").get("strata") or []
    return {
        item["id"]: item.get("label") or item["id"]
        for item in listed
        if isinstance(item, dict) and item.get("id")
    }


def stratum_name(names: Mapping[str, str], stratum: str) -> str:
    """The name of one; its id where the plan has none."""
    return names.get(stratum) or stratum or NOTHING


def criteria_of(case: Any) -> Criteria:
    """What the plan asks of a case; for one that replaces another, counted from when it was asked for."""
    said = part(case.study, "criteria")
    called_in = _day(case.request.called_in_at)
    if case.replaces_id:
        called_in = _day(case.made_at)
    weeks = said.get("appeal_weeks", APPEAL_WEEKS)
    return Criteria(
        first=day_of(said.get("from_")),
        last=day_of(said.get("to")),
        called_in=called_in if said.get("not_appealed", True) else None,
        appeal_weeks=int(weeks or 0),
        replaces=bool(case.replaces_id),
    )


def reading_plan(study: Any) -> tuple[int, Fraction]:
    """Cases a reader reads in a week, and the share that two read."""
    said = part(study, "review")
    double = Fraction(str(said.get("double") or 0)) / 100
    return int(said.get("per_week") or PER_WEEK), double


def _targets(study: Any, asked: Iterable[Asked]) -> dict[str, int]:
    """Cases the study is to end with, by stratum: of those first asked for, the share that the plan takes to be usable.

    More were asked for than are needed where some are known to go out (in 2023, 15 to 20 percent more).
    """
    first: dict[str, int] = {}
    for item in asked:
        for stratum, number in item.wanted.items():
            first[stratum] = first.get(stratum, 0) + number
    later = Replacement.objects.filter(case__study=study, instead__isnull=False).values_list(
        "instead__stratum"
    )
    for stratum, number in later.annotate(n=Counted("id")).order_by():
        first[stratum] = max(first.get(stratum, 0) - number, 0)
    usable = Fraction(str(part(study, "sample").get("usable") or 100)) / 100
    return {stratum: ceil(number * usable) for stratum, number in first.items()}


def listed_of(request: Any) -> dict[str, str]:
    """The kind of each case on the municipality's newest list, by its id there."""
    frame = request.frame_lists.order_by("-at").first()
    return {str(row.get("id")): str(row.get("stratum") or "") for row in (frame.rows if frame else ())}


def taken_of(request: Any) -> dict[str, str]:
    """The drawn ids that were asked for, with their kinds: as many of each from the front as the municipality was asked
    for, and every reserve called in; in the order of the draw."""
    strata, order = listed_of(request), [str(id) for id in request.drawn]
    called = Replacement.objects.filter(case__request=request).exclude(reserve="")
    taken = set(called.values_list("reserve", flat=True))
    for stratum, wanted in request.wanted.items():
        of_kind = [id for id in order if strata.get(id, "") == stratum]
        taken |= set(of_kind[: int(wanted)])
    return {id: strata.get(id, "") for id in order if id in taken}


def progress_of(study: Any, on: date | None = None) -> Progress:
    """The collection of a study as it stands."""
    requests = Request.objects.filter(study=study).select_related("authority").order_by("authority__code")
    asked = [
        Asked(
            item.authority.code, item.authority.name, {name: int(n) for name, n in item.wanted.items()},
            frozenset(item.none_of), item.state, item.deadline,
        )
        for item in requests
    ]  # fmt: skip
    verdicts = {item.case_id: item for item in Screening.objects.filter(case__study=study).only(
        "case_id", "verdict", "reasons", "finding", "at"
    )}  # fmt: skip
    cases = Case.objects.filter(study=study).exclude(state="withdrawn")
    rows = cases.values_list("id", "municipality", "stratum", "state", "submitted_at")
    arrived = [_arrived(row, verdicts.get(row[0])) for row in rows]
    return progress(asked, arrived, on or today(), _targets(study, asked))


def _arrived(row: tuple[Any, ...], verdict: Any) -> Arrived:
    _, code, stratum, state, submitted = row
    if verdict is None:
        return Arrived(code, stratum, state, _day(submitted))
    return Arrived(
        code, stratum, state, _day(submitted), _day(verdict.at), tuple(verdict.reasons), verdict.finding
    )


def burdens_of(study: Any, on: date | None = None) -> list[Burden]:
    """What each municipality was put to."""
    last = dict(
        Case.objects.filter(study=study, submitted_at__isnull=False)
        .values_list("municipality")
        .annotate(last=Max("submitted_at"))
    )
    times = {
        item.authority.code: Times(
            _day(item.called_in_at), _day(last.get(item.authority.code) or item.delivered_at)
        )
        for item in Request.objects.filter(study=study).select_related("authority")
    }
    replaced = Replacement.objects.filter(case__study=study, instead__isnull=False)
    returned = Return.objects.filter(case__study=study)
    return burden(
        progress_of(study, on).municipalities,
        times,
        dict(replaced.values_list("case__municipality").annotate(n=Counted("id")).order_by()),
        dict(returned.values_list("case__municipality").annotate(n=Counted("id")).order_by()),
    )


def exclusions_of(study: Any) -> dict[str, dict[str, int]]:
    """How many cases went out, {reason: {stratum: cases}}. A case with two reasons counts under both."""
    counted: dict[str, dict[str, int]] = {}
    out = Screening.objects.filter(case__study=study, case__state="excluded", verdict="out")
    for chosen, stratum in out.values_list("reasons", "case__stratum"):
        for reason in chosen:
            row = counted.setdefault(reason, {})
            row[stratum] = row.get(stratum, 0) + 1
    return counted
