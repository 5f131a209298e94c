"""Readings for tests: a case assigned to somebody, answered as far as a test wants it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.web.cast import LAUNCHED, Cast


def reading_of(
    cast: Cast,
    who: str = "rikke",
    municipality: str = "905",
    *,
    place: int = 1,
    case: Any = None,
    due: date | None = None,
    second: bool | None = None,
) -> Any:
    """A reading assigned to one of PEOPLE: of the first screened-in case of a municipality, or of `case`.

    `place` 2 makes the case one that is read by two.
    """
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.reviewing.models import CaseReview, Reading

    case = case or cast.case(municipality, "screened_in")
    with acting("system:tests", "readings"):
        review, _ = CaseReview.objects.get_or_create(case=case, defaults={"study_id": case.study_id})
        if second if second is not None else place == 2:
            review.second_drawn = True
            review.save()
        return Reading.objects.create(
            case=case,
            review=review,
            reader=cast.person(who),
            place=place,
            form_version=case.study.version,
            due=due,
        )


def screened_in(cast: Cast, number: int = 1, municipality: str = "905", study: str = LAUNCHED) -> list[Any]:
    """`number` more cases that are in the measurement, declared as the cast's."""
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.events.acting import acting

    first = cast.case(municipality, "screened_in", study)
    highest = Case.objects.filter(request=first.request).order_by("-number")[0].number
    with acting("system:tests", "readings"):
        return [
            Case.objects.create(
                study=first.study,
                request=first.request,
                municipality=municipality,
                number=highest + more,
                stratum=first.stratum,
                state="screened_in",
                declared=first.declared,
                declared_states=first.declared_states,
                submitted_at=first.submitted_at,
            )
            for more in range(1, number + 1)
        ]


def answered(reading: Any, answers: Mapping[str, Any]) -> None:
    """Gives answers as if the reader had: a value, or a state as `forms.states` writes it with `state:` before."""
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.identifiers import random_id
    from sagsbarometer.web.reviewing.models import Answer

    with acting(reading.reader_id, "reading"):
        for question, value in answers.items():
            state = value[6:] if isinstance(value, str) and value.startswith("state:") else "answered"
            kept = (
                None
                if state != "answered"
                else sorted(value)
                if isinstance(value, (set, frozenset))
                else value
            )
            number = reading.answers.filter(question=question).count() + 1
            Answer.objects.create(
                reading=reading, question=question, number=number, state=state, value=kept,
                once=random_id(24), by_id=reading.reader_id,
            )  # fmt: skip
        if reading.state == "assigned":
            reading.state = "begun"
            reading.save()


def submitted(reading: Any) -> None:
    """Hands a reading in, whatever is missing."""
    from django.utils import timezone

    from sagsbarometer.web.events.acting import acting

    with acting(reading.reader_id, "reading"):
        reading.state, reading.submitted_at = "submitted", timezone.now()
        reading.revision += 1
        reading.save()


# Every question of studies/barometer_97 that is asked of a refusal without defects, answered.
REFUSAL: Mapping[str, Any] = {
    "occasion": "new_application",
    "result": "refusal",
    "form": "written",
    **{
        f"step_{step}": []
        for step in (
            "age lasting_reduction cannot_go_out_alone no_social_pedagogical_content self_chosen_activities"
        ).split()
    },
    "step_fifteen_hours": "state:not_relevant",
    "step_hours_covered_in_housing": "state:not_relevant",
    "fact_finding_defect": "none",
    "party_hearing_defect": "none",
    "discretion_used": False,
    "reasons_defect": "none",
    "legal_basis_defect": "none",
    "fettered_discretion": "none",
    "wrong_assessment": "none",
    "would_be_outcome": "upheld",
    "appeal_guidance_given": True,
    "appeal_guidance_meets_25": True,
    "application_date": "2026-03-02",
    "decision_date": "2026-04-20",
    "deadline_days": 56,
    "deadline": "kept",
    "boundary_85_in_play": False,
    "overall_assessment": True,
}
