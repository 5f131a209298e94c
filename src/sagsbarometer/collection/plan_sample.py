"""The sample of a study's plan, worked out by the stage that knows how: how many cases, from whom, how precise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sagsbarometer.collection.plan_fields import FrameAuthority, Sample, StudyPlan
from sagsbarometer.collection.plan_frame import FRAME
from sagsbarometer.datafiles.located import Located
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.sampling.frame import Frame, FrameRow
from sagsbarometer.sampling.plan_file import PlanFile, read_plan_file
from sagsbarometer.sampling.planning import Planned, planned

KIND = "kind"  # the one stratum column
_FILE = said("stikprøven")


def frame_of(plan: StudyPlan) -> Frame:
    """The frame of the sampling stage: one row for each authority and kind of case. No kinds: one row each.

    Raises Faults PLAN-115 where nobody has a case.
    """
    kinds = [stratum.id for stratum in plan.population.strata]
    rows = [
        FrameRow(authority.code, (kind,) if kind else (), _size(authority, kind))
        for authority in plan.population.authorities
        for kind in (kinds or [""])
    ]
    if not any(row.size for row in rows):
        fault = said("Der er ingen sager i rammen.")
        remedy = said("Skriv i rammen, hvor mange sager hver myndighed har.")
        raise Faults([Problem("PLAN-115", Place(FRAME), fault, remedy)])
    names = {authority.code: authority.name for authority in plan.population.authorities}
    return Frame((KIND,) if kinds else (), tuple(rows), names)


def sample_of(plan: StudyPlan, title: str) -> Planned:
    """The sample worked out. Raises Faults PLAN-1xx with everything that does not go together."""
    frame = frame_of(plan)
    return planned(_file(plan, title, frame), frame, plan.sample.seed or "intet frø", {})


def wanted_of(planned_: Planned) -> dict[str, dict[str, int]]:
    """What each authority is asked for: cases to send by kind ("" where the plan has none), authorities in order."""
    wanted: dict[str, dict[str, int]] = {}
    for cell in planned_.plan.cells if planned_.plan else ():
        if cell.call_in:
            wanted.setdefault(cell.authority, {})[cell.stratum[0] if cell.stratum else ""] = cell.call_in
    return wanted


def _size(authority: FrameAuthority, kind: str) -> int:
    return authority.sizes.get(kind, 0) if kind else sum(authority.sizes.values())


def _file(plan: StudyPlan, title: str, frame: Frame) -> PlanFile:
    """The plan as the sampling stage reads it from a file, so that it is checked as one."""
    own, kinds = plan.sample, [stratum.id for stratum in plan.population.strata]
    each, cases = own.each or 0, own.cases
    if own.target == "each":
        have: dict[str, int] = {}
        for row in frame.rows:
            have[row.authority] = have.get(row.authority, 0) + row.size
        cases = sum(min(each, size) for size in have.values())
    data: dict[str, Any] = {
        "plan": "study_plan",
        "title": {"da": title or "Stikprøven"},
        "target": _target(own, cases),
        "usable": _part(own.usable),
        "strata": [KIND] if kinds else [],
        "labels": {stratum.id: stratum.label for stratum in plan.population.strata},
        "allocation": _allocation(own, kinds),
        "domains": [KIND] if kinds else [],
        "draw": {"method": own.method, "reserve": _part(own.reserve)},
    }
    if own.method != "stratified":
        data["draw"]["remark"] = {"da": own.remark} if own.remark else {}
    if own.method == "chosen_authorities":
        data["draw"]["chosen"] = list(frame.authorities)
    if plan.criteria.not_appealed and plan.criteria.appeal_weeks:
        data["appeal_deadline"] = {"weeks": plan.criteria.appeal_weeks}
    return read_plan_file(Located(_FILE, data, {}))


def _target(own: Sample, cases: int | None) -> dict[str, Any]:
    base: dict[str, Any] = {"share": _part(own.share), "level": _part(own.level)}
    if own.target == "margin":
        return base if own.margin is None else {**base, "margin": _part(own.margin)}
    return base if cases is None else {**base, "cases": cases}


def _allocation(own: Sample, kinds: list[str]) -> dict[str, Any]:
    if own.target == "each":
        each = own.each or 0
        return {"method": "proportional", "among": "authority", "minimum": each, "maximum": max(each, 1)}
    given: dict[str, Any] = {"method": own.allocation, "minimum": own.minimum}
    if own.maximum is not None:
        given["maximum"] = own.maximum
    if own.even and kinds:
        # The last one takes what is left: thirds as written are never more than the whole together.
        part = (Decimal(1) / len(kinds)).quantize(Decimal("0.000001"), rounding="ROUND_DOWN")
        given["strata_shares"] = {kind: str(part) for kind in kinds}
    return given


def _part(percent: Decimal) -> str:
    text = f"{(percent / 100).normalize():f}"
    return text[:15]
