"""Cases of the demo given out and read: some by two, some with differences to settle, most of them waiting."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from demo.workplace.cases import SEED

SINGLE = 24  # readings handed in of cases read by one; those drawn for two, some 20 cases, are all read
BEGUN = 6  # half read
SHARE = Decimal(10)  # percent read by two
_HANDED_IN = 30  # days back, at most

_STEPS = (
    "age lasting_reduction cannot_go_out_alone no_social_pedagogical_content self_chosen_activities".split()
)
_UPHELD: dict[str, Any] = {
    "occasion": "new_application",
    "result": "refusal",
    "form": "written",
    **{f"step_{step}": [] for step in _STEPS},
    "step_fifteen_hours": None,
    "step_hours_covered_in_housing": None,
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
    "citizen_action_plan_offered": True,
}
_WRONG: dict[str, Any] = {
    **_UPHELD,
    "step_cannot_go_out_alone": ["wrongly_assessed"],
    "wrong_assessment": "material",
    "wrong_assessment_direction": "to_harm",
    "would_be_outcome": "remitted",
}
_NOT_WHOLE: dict[str, Any] = {**_UPHELD, "overall_assessment": False}
# What a reading finds, where the citizen got all of it and elsewhere; None among the answers: not relevant.
_FOUND = {True: (_UPHELD, _UPHELD, _NOT_WHOLE), False: (_UPHELD, _WRONG)}
_DECLARED = ("occasion", "result")  # found as the municipality declared them

KNOWN = ("learning", "learning", "anchor", "anchor")  # cases with a key, and what each is used for
KEY: dict[str, tuple[Any, str]] = {
    "result": ("refusal", ""),
    "step_age": ([], ""),
    "step_cannot_go_out_alone": (
        ["wrongly_assessed"],
        "Det står i sagen, at borgeren ikke kan færdes alene. Kommunen har lagt det modsatte til grund.",
    ),
    "reasons_defect": ("none", ""),
    "wrong_assessment": (
        "material",
        "En vigtig oplysning er ladt ude, og med den var resultatet blevet et andet.",
    ),
    "wrong_assessment_direction": ("to_harm", ""),
    "would_be_outcome": ("remitted", "En mangel med væsentlig betydning og »ikke stadfæstet« er det samme."),
}


def readings(study: Any, users: Mapping[str, Any], today: date) -> int:
    """Draws who is read by two, gives all cases out, and reads some. How many readings there are."""
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.reviewing.assigning import give, waiting
    from sagsbarometer.web.reviewing.drawing import draw_among
    from sagsbarometer.web.reviewing.models import Reading

    readers = [users["rikke@demo.example"], users["rasmus@demo.example"]]
    analyst = users["anna@demo.example"]
    with acting(analyst.id, "assigning"):
        draw_among(study, f"demo-{SEED}", SHARE, "demo", analyst)
    known = _made_known(study, analyst)
    with acting(analyst.id, "assigning"):
        give(study, waiting(study.id), readers, today + timedelta(days=28))
    rows = list(
        Reading.objects.filter(case__study=study, review__use="measure")
        .select_related("case", "review", "reader")
        .order_by("-review__second_drawn", "case__municipality", "case__number", "place")
    )
    rows.sort(key=lambda row: (not row.review.second_drawn, row.case.declared.get("result") == "grant"))
    chance = random.Random(SEED)
    read = sum(row.review.second_drawn for row in rows) + SINGLE
    for place, row in enumerate(rows[: read + BEGUN]):
        found = _FOUND[row.case.declared.get("result") == "grant"]
        _read(row, found[chance.randrange(len(found))], half=place >= read, today=today, chance=chance)
    _compare(study, analyst, rows[:read])
    _read_known(known, readers, today, chance)
    return len(rows)


def _made_known(study: Any, analyst: Any) -> list[Any]:
    """Four cases that are not measured, with a key: two to practise on, two to measure readers by."""
    from sagsbarometer.forms.language.types import Answer
    from sagsbarometer.forms.states import State
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.identifiers import random_id
    from sagsbarometer.web.planning.folders import form_of
    from sagsbarometer.web.reviewing.known import Key, make_known, write_key
    from sagsbarometer.web.reviewing.models import CaseReview

    form = form_of(study)
    partial = [item.municipality for item in _partial()]
    free = Case.objects.filter(study=study, state="screened_in", review=None).exclude(
        municipality__in=partial
    )
    chosen = list(free.order_by("-municipality", "number")[: len(KNOWN)])
    for case, use in zip(chosen, KNOWN, strict=True):
        with acting(analyst.id, "practice"):
            make_known(study, case.id, use)
            for question, (value, why) in KEY.items():
                answer = Answer(State.ANSWERED, frozenset(value) if isinstance(value, list) else value)
                write_key(case, form.question(question), Key(answer, why, 0), random_id(24), analyst)
    return [CaseReview.objects.get(pk=case.pk) for case in chosen]


def _partial() -> Any:
    from sagsbarometer.web.accounts.models import Disqualification

    return Disqualification.objects.exclude(municipality="")


def _read_known(known: Sequence[Any], readers: Sequence[Any], today: date, chance: random.Random) -> None:
    """Rikke has handed one exercise in; both have read the anchors, Rikke one of them mildly."""
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.reviewing.models import Reading

    found = {"learning": (_UPHELD, None), "anchor": (_UPHELD, _WRONG)}
    seen = {"learning": 0, "anchor": 0}
    for review in known:
        for place, reader in enumerate(readers, start=1):
            with acting(reader.id, "practice"):
                row = Reading.objects.create(
                    case_id=review.case_id, review=review, reader=reader, place=place,
                    form_version=review.study.version, due=today + timedelta(days=28),
                )  # fmt: skip
            given = found[review.use][place - 1 if not seen["anchor"] else -1]
            if given is not None and not (review.use == "learning" and seen["learning"]):
                _read(row, given, half=False, today=today, chance=chance)
        seen[review.use] += 1


def _read(row: Any, found: Mapping[str, Any], *, half: bool, today: date, chance: random.Random) -> None:
    """A reading's answers; half of them where it is not done."""
    from demo.workplace.fill import moment
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.identifiers import random_id
    from sagsbarometer.web.reviewing.models import Answer

    at = moment(today - timedelta(days=chance.randint(1, _HANDED_IN)), chance.randrange(10_000))
    given = _asked(row, found)
    given = given[: len(given) // 2 if half else None]
    with acting(row.reader_id, "reading"):
        Answer.objects.bulk_create(
            Answer(
                reading=row, question=question, number=1, value=value, at=at,
                state="not_relevant" if value is None else "answered",
                once=random_id(24), by_id=row.reader_id,
            )
            for question, value in given
        )  # fmt: skip
        row.state, row.begun_at = ("begun" if half else "submitted"), at
        row.submitted_at = None if half else at
        row.revision += 1
        row.save()


def _asked(row: Any, found: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What is found of what is asked in the case: a grant asks for no reasons and no guidance on appeal."""
    from sagsbarometer.forms.case import complete
    from sagsbarometer.forms.states import State
    from sagsbarometer.review.kept_answers import from_kept
    from sagsbarometer.web.planning.folders import form_of

    form = form_of(row.case.study)
    found = {**found, **{id: row.case.declared[id] for id in _DECLARED if row.case.declared.get(id)}}
    kept = {
        id: from_kept(form.question(id), "not_relevant" if value is None else "answered", value)
        for id, value in found.items()
    }
    routed = complete(form, kept).answers
    return [(id, value) for id, value in found.items() if routed[id].state is not State.NOT_ASKED]


def _compare(study: Any, analyst: Any, read: Sequence[Any]) -> None:
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.reviewing.models import CaseReview
    from sagsbarometer.web.reviewing.settling import compare

    drawn = CaseReview.objects.filter(pk__in={row.case_id for row in read}, second_drawn=True)
    with acting(analyst.id, "reading"):
        for review in drawn:
            compare(review)
