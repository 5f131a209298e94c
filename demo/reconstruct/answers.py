"""A case as a row of answers, in the columns of the form `ledsagelse_97`."""

from __future__ import annotations

from collections.abc import Iterable

from demo.reconstruct.cases import FAULTS, GRANT, MISSING, NEEDS, PARTIAL_REFUSAL, Case

ORIGIN = "reconstructed"
CANNOT_BE_SEEN = "cannot_be_seen"
STEPS = (
    "step_age",
    "step_lasting_reduction",
    "step_cannot_go_out_alone",
    "step_no_social_pedagogical_content",
    "step_self_chosen_activities",
    "step_fifteen_hours",
    "step_hours_covered_in_housing",
)
STEP_FAULTS = ("facts_missing", "wrongly_assessed", "rule_misread", "fettered")
# The condition that a kind of missing facts is about.
STEP_OF_MISSING = {
    "support_needs": "step_no_social_pedagogical_content",
    "activities": "step_self_chosen_activities",
    "other_rules": "step_hours_covered_in_housing",
}
# Defects that sit on some condition, without the document saying on which.
UNPLACED = ("wrong_assessment", "legal_basis", "fettered_discretion")


def answers(number: int, case: Case) -> dict[str, str]:
    """The row of a case: column to text, "" where the question is not asked or nothing is published."""
    return {
        "case_id": f"r{number:03}",
        "municipality_id": case.municipality,
        "origin": ORIGIN,
        # Not published. No figure uses it, but with an unknown occasion nobody could say for sure where
        # reasons and appeal guidance were owed.
        "occasion": "new_application",
        "result": case.result,
        "form": "written",
        **_steps(case),
        **_defects(case),
        # What an appeal had led to is published only as far as this: no material defect means upheld.
        "would_be_outcome": "" if case.material else "upheld",
        **_case_handling(case),
    }


def _steps(case: Case) -> dict[str, str]:
    facts = {STEP_OF_MISSING[kind] for kind in case.missing}
    unplaced = any(name in case.defects for name in UNPLACED)
    cells: dict[str, str] = {}
    for step in STEPS:
        if step in facts:
            cells |= _ticks(step, STEP_FAULTS, {"facts_missing"})
        elif unplaced:
            cells |= _all(step, STEP_FAULTS, CANNOT_BE_SEEN)
        else:
            cells |= _ticks(step, STEP_FAULTS, set())
    return cells


def _defects(case: Case) -> dict[str, str]:
    def severity(name: str) -> str:
        return case.defects.get(name, "none")

    return {
        "fact_finding_defect": severity("fact_finding"),
        **(_ticks if case.missing else _not_asked)("fact_finding_missing", MISSING, case.missing),
        "party_hearing_defect": severity("party_hearing"),
        "reasons_defect": severity("reasons") if case.not_wholly_granted else "",
        "legal_basis_defect": severity("legal_basis"),
        **(_ticks if case.faults else _not_asked)("legal_basis_fault", FAULTS, case.faults),
        "fettered_discretion": severity("fettered_discretion"),
        "wrong_assessment": severity("wrong_assessment"),
    }


def _case_handling(case: Case) -> dict[str, str]:
    known = case.deadline != "unknown"
    granted = case.result in (GRANT, PARTIAL_REFUSAL)
    assessed = {"yes": "1", "no": "0", "unknown": CANNOT_BE_SEEN}
    offered = {"offered": "1", "not_offered": "0", "unknown": CANNOT_BE_SEEN}
    lacking = case.overall_assessment == "no"
    return {
        "appeal_guidance_given": "0" if case.guidance == "missing" else "1",
        "appeal_guidance_meets_25": {"meets": "1", "inadequate": "0", "missing": ""}[case.guidance],
        "application_date": case.application_date.isoformat() if known else CANNOT_BE_SEEN,
        "decision_date": case.decision_date.isoformat(),
        "deadline_days": str(case.deadline_days) if known else CANNOT_BE_SEEN,
        "deadline": case.deadline if known else CANNOT_BE_SEEN,
        "overall_assessment": assessed[case.overall_assessment],
        **(_ticks if lacking else _not_asked)("other_needs", NEEDS, case.needs),
        "citizen_action_plan_offered": offered[case.action_plan] if granted else "",
    }


def _ticks(question: str, choices: Iterable[str], chosen: set[str]) -> dict[str, str]:
    return {f"{question}.{choice}": "1" if choice in chosen else "0" for choice in choices}


def _not_asked(question: str, choices: Iterable[str], _: set[str]) -> dict[str, str]:
    return _all(question, choices, "")


def _all(question: str, choices: Iterable[str], text: str) -> dict[str, str]:
    return {f"{question}.{choice}": text for choice in choices}
