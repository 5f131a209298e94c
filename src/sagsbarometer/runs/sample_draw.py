"""A draw: a plan and a list of cases in, a sample folder out; or the authorities that a two-stage plan draws."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.mapping import ORIGINS
from sagsbarometer.deliveries.table_cells import safe_name
from sagsbarometer.kernel.ids import file_hash, municipality_code, shown
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.reporting.pages.sample_draw import Words, sample_report
from sagsbarometer.runs.known import deliveries_listed
from sagsbarometer.runs.made_of import json_bytes, software
from sagsbarometer.runs.sample_files import MOST_RECEIPT_DAYS, in_register, read_day, read_list, read_plan
from sagsbarometer.sampling.draw import draw
from sagsbarometer.sampling.drawn import Drawn
from sagsbarometer.sampling.eligible import Rule
from sagsbarometer.sampling.first_stage import FirstStage, first_stage
from sagsbarometer.sampling.listing import Listing, canonical, sha256
from sagsbarometer.sampling.plan import TWO_STAGE, Plan
from sagsbarometer.sampling.sheet import KIND, SCHEMA_VERSION, as_fraction, to_csv
from sagsbarometer.sampling.verifying import Circumstances, whole
from sagsbarometer.store.folder import listing, refuse_existing, write_whole
from sagsbarometer.store.sample import ABOUT, FRAME, PLAN, SAMPLE

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What to draw from. `plan`: plan.json or its folder; `frame`: the list of cases, None to be told which authorities
    a two-stage plan asks for one; `on`: the day that the list tells of. `register` and `match`: the board's own
    register, and its column with the ids of the list. `without`: authorities known to have sent none.
    """

    plan: Path
    frame: Path | None = None
    out: Path | None = None
    on: str = ""
    register: Path | None = None
    match: str = "case_id"
    without: Sequence[str] = ()
    receipt_days: int = 0
    origin: str = "real"
    force: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What was drawn. Without a list only `authorities` is there, of a two-stage plan. `data` is for `--json`."""

    plan: Plan
    data: dict[str, Any]
    drawn: Drawn | None = None
    authorities: FirstStage | None = None
    notes: tuple[Problem, ...] = ()
    files: tuple[str, ...] = ()


def sample_draw(job: Job, tell: Tell = lambda line: None, today: date | None = None) -> Done:
    """Draws, checks what must hold of the draw and writes the folder. `tell` is given one Danish line per step.
    `today`, which only who asks knows, gives a note where the list tells of a day to come.

    Raises Faults when anything stops it; `job.out` is then as it was. Codes: PLAN-121; UDTRAEK-1xx of the list, the
    days, the register and the options; those of file, register and folder.
    """
    started = time.monotonic()
    plan, plan_bytes = read_plan(job.plan)
    stage = first_stage(plan) if plan.method == TWO_STAGE else None
    if job.frame is None and stage is not None:
        return Done(plan, {"schema_version": SCHEMA_VERSION, **_first(plan, stage)}, None, stage)
    if job.frame is None or job.out is None:
        fault = (
            said("Der mangler en liste over sager.")
            if job.frame is None
            else said("Der mangler et sted at skrive til.")
        )
        remedy = said("Skriv --frame LISTE og --out MAPPE. Kun en plan i to trin kan spørges uden liste.")
        raise Faults(
            [Problem("UDTRAEK-116", Place("--frame" if job.frame is None else "--out"), fault, remedy)]
        )
    refuse_existing(job.out, job.force)
    _check_options(job)
    rule, register = _rule(job, plan, tell)
    tell("Læser listen over sager")
    without = frozenset(municipality_code(code) for code in job.without)
    listed, notes = read_list(job.frame, plan, rule, without)
    notes += _to_come(rule, today)
    tell("Trækker lod og efterprøver udtrækket")
    drawn = draw(plan, listed)
    about = _about(job, plan, listed, drawn, rule, register, sha256(plan_bytes))
    names = load_catalogue(shipped("law")).municipalities
    tell("Skriver stikprøven")
    words = Words({code: item.name for code, item in names.items()}, job.origin, _day(rule.on))
    files = sample_report(plan, listed, drawn, about, words)
    files |= {PLAN: plan_bytes, FRAME: canonical(listed), SAMPLE: to_csv(drawn), ABOUT: json_bytes(about)}
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "origin": job.origin,
        "data_date": _day(rule.on),
        "software": software(),
        "files": listing(files),
    }
    run = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
    }
    files |= {"manifest.json": json_bytes(manifest)}
    write_whole(job.out, {**files, "run.json": json_bytes(run)}, job.force)
    return Done(plan, about, drawn, stage, tuple(notes), tuple(sorted(files)))


def _to_come(rule: Rule, today: date | None) -> list[Problem]:
    if today is None or rule.on is None or rule.on <= today:
        return []
    fault = said(
        "{day} er ikke kommet endnu, men klagefristerne er set fra den dag.",
        day=rule.on.isoformat(),
    )
    return [Problem("UDTRAEK-127", Place("--on"), fault, said("Skriv den dag, listen er lavet."), Level.NOTE)]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _first(plan: Plan, stage: FirstStage) -> dict[str, Any]:
    """What is told where there is no list yet: the authorities to ask, and how many cases each is to give."""
    return {
        "kind": "first_stage",
        "plan": plan.id,
        "frame_authorities": len(stage.probabilities),
        "authorities": [
            {
                "authority": code,
                "probability": as_fraction(stage.probabilities[code]),
                "call_in": sum(cell.call_in for cell in plan.cells if cell.authority == code),
            }
            for code in stage.drawn
        ],
    }


def _check_options(job: Job) -> None:
    problems = []
    if job.origin not in ORIGINS:
        fault = said("{origin} er ikke noget, sagerne kan være.", origin=shown(job.origin))
        problems.append(
            Problem(
                "UDTRAEK-125",
                Place("--origin"),
                fault,
                said("Skriv en af: {words}.", words=", ".join(ORIGINS)),
            )
        )
    if not 0 <= job.receipt_days <= MOST_RECEIPT_DAYS:
        fault = said("Så mange dage kan der ikke gå fra afgørelse til modtagelse.")
        remedy = said("Skriv et helt tal fra 0 til {most}.", most=str(MOST_RECEIPT_DAYS))
        problems.append(Problem("UDTRAEK-126", Place("--receipt-days"), fault, remedy))
    if problems:
        raise Faults(problems)


def _rule(job: Job, plan: Plan, tell: Tell) -> tuple[Rule, dict[str, Any] | None]:
    """How the list is judged, and what is written of the register it is held against."""
    weeks = plan.appeal_deadline_weeks
    if weeks and not job.on:
        fault = said(
            "Planen tager kun sager, hvor klagefristen på {weeks} uger er udløbet, men --on mangler.",
            weeks=str(weeks),
        )
        remedy = said(
            "Skriv --on med den dag, listen er lavet: en sag er sikker, når fristen var udløbet inden da."
        )
        raise Faults([Problem("UDTRAEK-121", Place("--on"), fault, remedy)])
    on = read_day(job.on, "--on") if job.on else None
    if job.register is None:
        return Rule(weeks, on, job.receipt_days), None
    tell("Åbner registret og efterprøver leveringerne")
    found, register = in_register(job.register, job.match)
    told = {"match": job.match, "origin": register.origin, "deliveries": deliveries_listed(register)}
    return Rule(weeks, on, job.receipt_days, found), told


def _about(
    job: Job,
    plan: Plan,
    listed: Listing,
    drawn: Drawn,
    rule: Rule,
    register: dict[str, Any] | None,
    plan_hash: str,
) -> dict[str, Any]:
    """`sample.json`: everything but the rows. No clock time: the same inputs give the same bytes."""
    assert job.frame is not None
    of = Circumstances(
        job.origin,
        plan_hash,
        sha256(canonical(listed)),
        {"file": safe_name(job.frame.name), "sha256": file_hash(job.frame)},
        {"weeks": rule.weeks, "on": _day(rule.on), "receipt_days": rule.receipt_days},
        register,
        tuple(municipality_code(code) for code in job.without),
    )
    told = whole(plan, listed, drawn, of)
    if wrong := [item["cell"] for item in told["identities"] if not item["holds"]]:
        raise AssertionError(f"the sums of {len(wrong)} cells do not hold")
    return told
