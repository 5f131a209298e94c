"""Cases that together give every printed number. Where nothing is printed, what meets in a case is chance."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from demo.reconstruct.allocate import covered, dealt, labelled, shuffled, skewed, spread
from demo.reconstruct.printed import Printed

GRANT, PARTIAL_REFUSAL, REFUSAL = "grant", "partial_refusal", "refusal"
NOT_WHOLLY_GRANTED = (PARTIAL_REFUSAL, REFUSAL)
# The defects of the form and what the published constraints call them.
DEFECTS = {
    "fact_finding": "info_defect",
    "party_hearing": "hearing_defect",
    "reasons": "reasons_defect",
    "legal_basis": "legal_basis_defect",
    "fettered_discretion": "rule_bound_defect",
    "wrong_assessment": "assessment_defect",
}
MISSING = {
    "support_needs": "info_missing_support=1",
    "activities": "info_missing_activities=1",
    "other_rules": "info_missing_other_rules=1",
}
FAULTS = {"rule_misread": "legal_basis_rule_misread=1", "wrong_provision": "legal_basis_wrong_provision=1"}
NEEDS = {
    "social_pedagogical_85": "may_need_85=1",
    "personal_practical_83": "may_need_83=1",
    "respite": "may_need_respite=1",
}
# When the document says the decisions were made (appendix 1).
FIRST_DAY, LAST_DAY = date(2019, 1, 1), date(2022, 12, 20)
# Deadlines a municipality may have published, in days. Invented: the document does not print them.
DEADLINES = (28, 42, 56, 70, 84)


@dataclass(slots=True)
class Case:
    """One invented case. `defects` holds the severity of each defect it has."""

    municipality: str
    result: str
    defects: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)  # kinds of facts
    faults: set[str] = field(default_factory=set)  # what the lack of legal basis consists in
    guidance: str = ""  # `meets`, `inadequate` or `missing`
    deadline: str = ""  # `kept`, `exceeded` or `unknown`
    deadline_days: int = 0
    overrun: int = 0  # days after the deadline
    application_date: date = LAST_DAY
    decision_date: date = LAST_DAY
    action_plan: str = ""  # `offered`, `not_offered`, `unknown`, or "" where none was owed
    overall_assessment: str = ""  # `yes`, `no` or `unknown`
    needs: set[str] = field(default_factory=set)

    @property
    def not_wholly_granted(self) -> bool:
        """Whether reasons and appeal guidance were owed: every decision is taken to be in writing."""
        return self.result in NOT_WHOLLY_GRANTED

    @property
    def material(self) -> bool:
        """Whether a defect is material."""
        return "material" in self.defects.values()


def make_cases(printed: Printed, municipalities: Sequence[str], rng: random.Random) -> list[Case]:
    """All cases, sorted by municipality and day of decision."""
    cases = _results(printed, municipalities, rng)
    _material_defects(printed, cases, rng)
    _immaterial_defects(printed, cases, rng)
    _kinds(printed, cases, rng)
    _guidance(printed, cases, rng)
    _deadlines(printed, cases, rng)
    _dates(cases, rng)
    _action_plans(printed, cases, rng)
    _overall_assessments(printed, cases, rng)
    return sorted(cases, key=lambda case: (case.municipality, case.decision_date))


def _results(printed: Printed, municipalities: Sequence[str], rng: random.Random) -> list[Case]:
    """Refusals first: how many a municipality has is printed. Grants then follow an invented size."""
    refused = "decision=partial|denial"
    most = printed.most(refused, "group_range")
    size = {code: 0.2 + 3 * skewed(rng) for code in municipalities}
    # The municipalities without a refusal are drawn among the smaller half.
    smaller = sorted(municipalities, key=lambda code: size[code])[: len(municipalities) // 2]
    without = set(shuffled(smaller, rng)[: printed.number(refused, kind="group_zero")])
    refusals = {code: 0 if code in without else 1 for code in municipalities}
    largest = max(municipalities, key=lambda code: size[code])
    refusals[largest] = most  # the range is printed up to here, so somebody has as many
    room = {code: most - count if count else 0 for code, count in refusals.items()}
    left = printed.number(refused) - sum(refusals.values())
    for code, extra in dealt(left, size, room, rng).items():
        refusals[code] += extra
    grants = {code: 1 if code in without else 0 for code in municipalities}
    total = printed.number("decision=grant")
    room = dict.fromkeys(municipalities, total)
    for code, extra in dealt(total - sum(grants.values()), size, room, rng).items():
        grants[code] += extra
    refused_in = [code for code, count in refusals.items() for _ in range(count)]
    kinds = {PARTIAL_REFUSAL: printed.number("decision=partial"), REFUSAL: printed.number("decision=denial")}
    cases = [Case(code, GRANT) for code, count in grants.items() for _ in range(count)]
    return cases + [Case(code, kind) for code, kind in labelled(refused_in, kinds, rng)]


def _material_defects(printed: Printed, cases: list[Case], rng: random.Random) -> None:
    """Which cases have a material defect, then which: most lack facts, and the rest must have another one.

    How the material cases fall on grants and refusals is not printed: in proportion.
    """
    total = printed.number("material_defect=1")
    refused = [case for case in cases if case.not_wholly_granted]
    granted = [case for case in cases if not case.not_wholly_granted]
    among_refused = (2 * total * len(refused) + len(cases)) // (2 * len(cases))  # rounded half up
    chosen = shuffled(refused, rng)[:among_refused] + shuffled(granted, rng)[: total - among_refused]
    _give("fact_finding", "material", shuffled(chosen, rng), printed.number("info_defect=material"))
    left = {
        name: printed.number(f"{DEFECTS[name]}=material")
        for name in ("wrong_assessment", "legal_basis", "reasons", "fettered_discretion")
    }
    # A case without a material lack of facts has its material defect from what is left, in chance
    # proportional to how much is left of each.
    for case in chosen:
        if not case.material:
            possible = [name for name, count in left.items() for _ in range(count) if _may_have(case, name)]
            name = possible[int(rng.random() * len(possible))]
            case.defects[name] = "material"
            left[name] -= 1
    for name, count in left.items():
        open_to = [case for case in chosen if name not in case.defects and _may_have(case, name)]
        _give(name, "material", shuffled(open_to, rng), count)


def _immaterial_defects(printed: Printed, cases: list[Case], rng: random.Random) -> None:
    """One immaterial defect in each case that has immaterial ones only; those left over join one of these.

    The narrowest first: fettered discretion is printed for a full refusal, reasons are owed only where the
    citizen did not get all.
    """
    if printed.number("hearing_defect=immaterial|material"):
        raise ValueError("hearing_defect")  # nothing printed tells which cases could have it
    spare = shuffled([case for case in cases if not case.defects], rng)
    empty = printed.number("any_defect=1 & material_defect=0")
    chosen: list[Case] = []
    for name in ("fettered_discretion", "reasons", "wrong_assessment", "fact_finding", "legal_basis"):
        for _ in range(printed.number(f"{DEFECTS[name]}=immaterial")):
            among = spare if empty else shuffled(chosen, rng)
            case = next(case for case in among if name not in case.defects and _may_have(case, name))
            case.defects[name] = "immaterial"
            if empty:
                spare.remove(case)
                chosen.append(case)
                empty -= 1


def _may_have(case: Case, defect: str) -> bool:
    if defect == "fettered_discretion":
        return case.result == REFUSAL
    return defect != "reasons" or case.not_wholly_granted


def _give(defect: str, severity: str, to: Sequence[Case], count: int) -> None:
    if count > len(to):
        raise ValueError((defect, severity, count, len(to)))
    for case in to[:count]:
        case.defects[defect] = severity


def _kinds(printed: Printed, cases: list[Case], rng: random.Random) -> None:
    """What is missing, and what the lack of legal basis consists in: one kind or more in each such case."""
    uninformed = [case for case in cases if "fact_finding" in case.defects]
    for case, kinds in covered(uninformed, _numbers(printed, MISSING), rng):
        case.missing = kinds
    baseless = [case for case in cases if "legal_basis" in case.defects]
    for case, kinds in covered(baseless, _numbers(printed, FAULTS), rng):
        case.faults = kinds


def _numbers(printed: Printed, filters: Mapping[str, str]) -> dict[str, int]:
    return {name: printed.number(counted) for name, counted in filters.items()}


def _guidance(printed: Printed, cases: list[Case], rng: random.Random) -> None:
    """Appeal guidance, apart where it was owed and where it was not."""
    given_in_all = printed.number("guidance_compliant=yes", within="guidance_given=1")
    meets_owed = printed.number("guidance_compliant=yes", within="decision=partial|denial")
    for owed, meets in ((1, meets_owed), (0, given_in_all - meets_owed)):
        given = printed.number(f"guidance_given=1 & guidance_required={owed}")
        missing = printed.number(f"guidance_given=0 & guidance_required={owed}")
        group = [case for case in cases if case.not_wholly_granted == bool(owed)]
        totals = {"meets": meets, "inadequate": given - meets, "missing": missing}
        for case, label in labelled(group, totals, rng):
            case.guidance = label


def _deadlines(printed: Printed, cases: list[Case], rng: random.Random) -> None:
    """Kept, exceeded or unknown; the overruns have the printed smallest, largest and mean."""
    totals = {name: printed.number(f"deadline={name}") for name in ("kept", "exceeded", "unknown")}
    for case, label in labelled(cases, totals, rng):
        case.deadline = label
    late = [case for case in cases if case.deadline == "exceeded"]
    low = printed.number("overrun_days", kind="min")
    high = printed.number("overrun_days", kind="max")
    days = printed.days_in_all("overrun_days", len(late))
    overruns = [low, high, *spread(days - low - high, len(late) - 2, low, high, rng)]
    for case, overrun in zip(shuffled(late, rng), overruns, strict=True):
        case.overrun = overrun


def _dates(cases: list[Case], rng: random.Random) -> None:
    """Invented days that give the overruns. The newest decisions were called in, refusals back to 2019."""
    codes = sorted({case.municipality for case in cases})
    deadline = {code: DEADLINES[int(rng.random() * len(DEADLINES))] for code in codes}
    for case in cases:
        reach = (LAST_DAY - FIRST_DAY).days if case.not_wholly_granted and rng.random() < 0.5 else 350
        decided = LAST_DAY - timedelta(days=int((reach - 6) * skewed(rng)))
        # Friday at the latest: nothing is decided in a weekend.
        case.decision_date = decided - timedelta(days=max(0, decided.weekday() - 4))
        case.deadline_days = deadline[case.municipality]
        over = case.overrun if case.deadline == "exceeded" else -int((case.deadline_days - 6) * skewed(rng))
        taken = case.deadline_days + over
        case.application_date = case.decision_date - timedelta(days=taken)


def _action_plans(printed: Printed, cases: list[Case], rng: random.Random) -> None:
    granted = [case for case in cases if case.result in (GRANT, PARTIAL_REFUSAL)]
    totals = {name: printed.number(f"action_plan={name}") for name in ("offered", "not_offered", "unknown")}
    for case, label in labelled(granted, totals, rng):
        case.action_plan = label


def _overall_assessments(printed: Printed, cases: list[Case], rng: random.Random) -> None:
    """Whether one was made and, where not, the other needs the case points to: one or more in each."""
    totals = {name: printed.number(f"holistic={name}") for name in ("yes", "no", "unknown")}
    for case, label in labelled(cases, totals, rng):
        case.overall_assessment = label
    lacking = [case for case in cases if case.overall_assessment == "no"]
    for case, needs in covered(lacking, _numbers(printed, NEEDS), rng):
        case.needs = needs
