"""The plan of a study step by step: what is missing, when it can be launched, and what an amendment may change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sized
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from math import ceil
from typing import Any

from pydantic import ValidationError

from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.catalogue.lookup import conditions_of
from sagsbarometer.collection.plan_fields import LETTERS, STEPS, StudyPlan, asks, words
from sagsbarometer.collection.plan_sample import sample_of
from sagsbarometer.datafiles.located import Located
from sagsbarometer.datafiles.validated import validated
from sagsbarometer.kernel.deadlines import CALENDARS, deadline, ends
from sagsbarometer.kernel.ids import holds_cpr
from sagsbarometer.kernel.problems import Faults, Problem
from sagsbarometer.kernel.said import said

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NAMED = 5  # authorities named in a sentence


class StepState(StrEnum):
    """How far a step is."""

    EMPTY = "empty"
    BEGUN = "begun"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Missing:
    """What a step lacks, with the field it is about; `warns` only: a launch does not wait for it."""

    field: str
    text: str
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What a plan is held against: the law, the figures of the form, and the faults of the letters' texts by kind."""

    catalogue: Catalogue
    figures: tuple[str, ...]
    letter_faults: Mapping[str, str] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step with its state and what it lacks."""

    id: str
    title: str
    state: StepState
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that is another than it was, in words."""

    step: str
    field: str
    label: str
    before: str
    after: str
    may: bool  # whether it may be amended after the launch


def plan_of(data: Mapping[str, Any]) -> StudyPlan:
    """The plan in stored data. Raises pydantic's ValidationError where it is none."""
    return StudyPlan.model_validate(dict(data))


def stored(plan: StudyPlan) -> dict[str, Any]:
    """The plan as JSON takes it; `plan_of` gives it back."""
    return plan.model_dump(mode="json")


def with_step(
    plan: StudyPlan, step: str, given: Mapping[str, Any]
) -> tuple[StudyPlan | None, list[tuple[str, str]]]:
    """The plan with the fields of a step set, or None and each fault as (field, sentence)."""
    model = type(getattr(plan, step))
    data = {**stored(plan)[step], **given}
    part, problems = validated(Located(step, data, {}), model, code="PLAN-201")
    if part is not None:
        return plan.model_copy(update={step: part}), []
    try:
        model.model_validate(data)
    except ValidationError as error:
        fields = [str(item["loc"][0]) for item in error.errors(include_url=False) if item["loc"]]
        told = [_said_of(problem) for problem in problems]
        return None, list(zip(fields, told, strict=False))
    return None, [("", problem.fault) for problem in problems]


def _said_of(problem: Problem) -> str:
    """A fault without the field's id, for its label stands above it on the screen."""
    own = problem.fault.partition(": ")[2]
    return own or said("Kan ikke bruges. {remedy}", remedy=problem.remedy)


def steps_of(plan: StudyPlan, around: Around) -> tuple[Step, ...]:
    """All steps in order."""
    return tuple(step_of(plan, id, around) for id in STEPS)


def step_of(plan: StudyPlan, id: str, around: Around) -> Step:
    """One step. A step nobody has written in is empty, whatever its defaults are worth. Raises KeyError."""
    own, blank = getattr(plan, id), getattr(StudyPlan(), id)
    missing = (*_unfilled(plan, id), *_RULES[id](plan, around))
    if id == "sample":  # a seed is made with the study
        blank = blank.model_copy(update={"seed": own.seed})
    begun = own != blank
    done = not any(not item.warns for item in missing)
    state = StepState.COMPLETE if begun and done else StepState.BEGUN if begun else StepState.EMPTY
    return Step(id, STEPS[id], state, missing)


def can_launch(plan: StudyPlan, around: Around) -> bool:
    """Whether every step is complete."""
    return all(step.state is StepState.COMPLETE for step in steps_of(plan, around))


def changes(
    before: StudyPlan, after: StudyPlan, labels: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[Changed, ...]:
    """Each field that differs, in the order of the steps; what has no words of its own is told by its numbers.
    `labels`: by field, as of `words`."""
    found: list[Changed] = []
    for step in STEPS:
        old, new = getattr(before, step), getattr(after, step)
        asked = asks(step)
        for name in type(new).model_fields:
            was, is_ = getattr(old, name), getattr(new, name)
            if was == is_:
                continue
            if ask := asked.get(name):
                own = (labels or {}).get(name)
                told = (words(ask, was, own), words(ask, is_, own))
                found.append(Changed(step, name, ask.label, *told, ask.amend))
            else:
                label = {"authorities": said("Rammen"), "strata": said("Slags sager")}[name]
                found.append(Changed(step, name, label, _rows(was), _rows(is_), False))
    return tuple(found)


def _rows(held: Sized) -> str:
    return said("{n} række", "{n} rækker", n=len(held))


def amendable(step: str) -> tuple[str, ...]:
    """The fields of a step that may be changed after the launch: what no drawn case depends on."""
    return tuple(name for name, ask in asks(step).items() if ask.amend)


def refused(before: StudyPlan, after: StudyPlan, reason: str) -> tuple[Missing, ...]:
    """Why an amendment cannot be made; nothing where it can."""
    told = changes(before, after)
    found = [
        Missing(
            item.field,
            said(
                "»{label}« kan ikke ændres, når undersøgelsen er i gang: sagerne er valgt efter det.",
                label=item.label,
            ),
        )
        for item in told
        if not item.may
    ]
    if not told:
        found.append(Missing("", said("Der er ikke ændret noget.")))
    if not reason.strip():
        found.append(Missing("reason", said("Skriv, hvorfor planen ændres.")))
    elif holds_cpr(reason):
        found.append(Missing("reason", said("Her står noget, der ligner et CPR-nummer. Fjern det.")))
    return tuple(found)


def delivery_deadline(plan: StudyPlan, called_in: date | None = None) -> date | None:
    """The last day to deliver, counted from the call-in; None where the plan has no such day."""
    own = plan.calendar
    start = called_in or (date.fromisoformat(own.call_in_on) if own.call_in_on else None)
    return start and ends(start, own.deadline_count, own.deadline_unit, CALENDARS[own.calendar])


def _unfilled(plan: StudyPlan, step: str) -> list[Missing]:
    own = getattr(plan, step)
    return [
        Missing(name, ask.missing)
        for name, ask in asks(step).items()
        if ask.missing and not getattr(own, name)
    ]


def _commission(plan: StudyPlan, around: Around) -> list[Missing]:
    due, release = plan.commission.due, plan.calendar.release_on
    if due and release and release > due:
        text = said(
            "Tallene offentliggøres {release}, efter at undersøgelsen skal være afleveret {due}.",
            release=date.fromisoformat(release),
            due=date.fromisoformat(due),
        )
        return [Missing("due", text)]
    return []


def _provision(plan: StudyPlan, around: Around) -> list[Missing]:
    own = plan.provision
    if not own.provision:
        text = said("Vælg bestemmelsen, eller sæt kryds ved, at undersøgelsen ikke er om én bestemmelse.")
        return [] if own.none else [Missing("provision", text)]
    if own.provision not in around.catalogue.provisions:
        return [Missing("provision", said("Bestemmelsen findes ikke i lovens data."))]
    known = conditions_of(around.catalogue, own.provision)
    if known and not own.conditions:
        return [Missing("conditions", said("Vælg de betingelser, sagerne læses efter."))]
    if strange := [id for id in own.conditions if id not in known]:
        return [
            Missing("conditions", said("{n} af betingelserne hører ikke til bestemmelsen.", n=len(strange)))
        ]
    return []


def _population(plan: StudyPlan, around: Around) -> list[Missing]:
    own = plan.population
    if not own.authorities:
        return [
            Missing(
                "authorities",
                said("Læg en ramme ind: de myndigheder, der har sagerne, og hvor mange de har."),
            )
        ]
    found = []
    if not any(sum(item.sizes.values()) for item in own.authorities):
        found.append(Missing("authorities", said("Skriv i rammen, hvor mange sager hver myndighed har.")))
    without = [item.name for item in own.authorities if not _MAIL.fullmatch(item.email)]
    if without:
        names = ", ".join(without[:_NAMED])
        text = said("E-mail mangler til {names}: breve kan kun hentes.", names=names)
        if more := max(len(without) - _NAMED, 0):
            text = said("E-mail mangler til {names} og {n} mere: breve kan kun hentes.", names=names, n=more)
        found.append(Missing("authorities", text, warns=True))
    return found


def _sample(plan: StudyPlan, around: Around) -> list[Missing]:
    own = plan.sample
    if own.method != "stratified" and not own.remark:
        return [Missing("remark", said("Skriv, hvordan sagerne er valgt: forbeholdet skal følge tallene."))]
    needed = {"margin": own.margin, "cases": own.cases, "each": own.each}[own.target]
    if not needed:
        return [Missing(own.target, said("Skriv det tal, antallet af sager bestemmes af."))]
    if not plan.population.authorities:
        return [Missing("method", said("Stikprøven kan først regnes, når der er en ramme."))]
    try:
        worked = sample_of(plan, around.title)
    except Faults as faults:
        return [
            Missing("target", said("{fault} {remedy}", fault=problem.fault, remedy=problem.remedy))
            for problem in faults.problems
        ]
    if worked.reachable:
        text = said(
            "Der ventes kun {n} brugbar sag, selv om alle kaldes ind.",
            "Der ventes kun {n} brugbare sager, selv om alle kaldes ind.",
            n=worked.reachable,
        )
        return [Missing("usable", text, warns=True)]
    return []


def _criteria(plan: StudyPlan, around: Around) -> list[Missing]:
    own = plan.criteria
    if own.from_ and own.to and own.from_ > own.to:
        return [Missing("to", said("Perioden slutter, før den begynder."))]
    if own.not_appealed and not own.appeal_weeks:
        return [
            Missing(
                "appeal_weeks",
                said("Skriv klagefristen, så en sag først tages, når ingen kan klage over den."),
            )
        ]
    return []


def _letters(plan: StudyPlan, around: Around) -> list[Missing]:
    found = [Missing(kind, around.letter_faults[kind]) for kind in LETTERS if kind in around.letter_faults]
    if plan.letters.email and not _MAIL.fullmatch(plan.letters.email):
        found.append(Missing("email", said("E-mailen kan ikke bruges.")))
    return found


def _calendar(plan: StudyPlan, around: Around) -> list[Missing]:
    own = plan.calendar
    found: list[Missing] = []
    order = ["notice_on", "call_in_on", "review_from", "review_to", "release_on"]
    labels = {name: ask.label for name, ask in asks("calendar").items()}
    days = [(name, getattr(own, name)) for name in order if getattr(own, name)]
    for (first, early), (second, late) in pairwise(days):
        if late < early:
            text = said("»{late}« ligger før »{early}«.", late=labels[second], early=labels[first])
            found.append(Missing(second, text))
    last = delivery_deadline(plan)
    if last and own.review_to and own.review_to < last.isoformat():
        found.append(
            Missing("review_to", said("Læsningen slutter, før fristen til at aflevere ({day}).", day=last))
        )
    safe = safe_from(plan)
    if safe and own.call_in_on and own.call_in_on < safe.isoformat():
        text = said(
            "Klagefristen for de sidste afgørelser løber til {day}. Kald først sager ind bagefter, eller slut perioden "
            "før.",
            day=safe - timedelta(days=1),
        )
        found.append(Missing("call_in_on", text))
    return found


def safe_from(plan: StudyPlan) -> date | None:
    """The first day no decision of the period can be appealed any more; None where that is not asked."""
    own = plan.criteria
    if not (own.not_appealed and own.appeal_weeks and own.to):
        return None
    return deadline(date.fromisoformat(own.to), own.appeal_weeks) + timedelta(days=1)


def _review(plan: StudyPlan, around: Around) -> list[Missing]:
    own, calendar = plan.review, plan.calendar
    if not (own.readers and own.per_week and calendar.review_from and calendar.review_to):
        return []
    try:
        cases = sample_of(plan, around.title).size.cases if plan.population.authorities else 0
    except Faults:
        return []
    readings = ceil(cases * (1 + own.double / 100))
    days = (date.fromisoformat(calendar.review_to) - date.fromisoformat(calendar.review_from)).days + 1
    reach = own.readers * own.per_week * max(days, 0) // 7
    if reach < readings:
        text = said(
            "Planen kræver {needed} læsninger, men der er tid til {reach}.", needed=readings, reach=reach
        )
        return [Missing("readers", text, warns=True)]
    return []


def _figures(plan: StudyPlan, around: Around) -> list[Missing]:
    strange = [id for id in plan.figures.figures if id not in around.figures]
    return [Missing("figures", said("Formularen har ikke figuren {id}.", id=id)) for id in strange[:_NAMED]]


_RULES = {
    "commission": _commission,
    "provision": _provision,
    "population": _population,
    "sample": _sample,
    "criteria": _criteria,
    "letters": _letters,
    "calendar": _calendar,
    "review": _review,
    "figures": _figures,
}
