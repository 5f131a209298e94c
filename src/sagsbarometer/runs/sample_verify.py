"""A draw made again from its published inputs, and held against what the folder says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem
from sagsbarometer.runs.sample_files import read_list, read_plan
from sagsbarometer.sampling.draw import draw
from sagsbarometer.sampling.drawn import Drawn
from sagsbarometer.sampling.eligible import IN_REGISTER, Rule, judged
from sagsbarometer.sampling.listing import Listing, canonical, from_canonical, sha256
from sagsbarometer.sampling.plan import Plan
from sagsbarometer.sampling.sheet import SCHEMA_VERSION, to_csv
from sagsbarometer.sampling.verifying import differing, identities, said, said_otherwise
from sagsbarometer.store.sample import (
    ABOUT,
    FRAME,
    LOG,
    PLAN,
    SAMPLE,
    Sample,
    changed_files,
    parse_sample,
    standing,
    unreadable,
)

Tell = Callable[[str], None]
_SHOWN = 20  # ids in one message


@dataclass(frozen=True, slots=True)
class Job:
    """The folder to verify. `frame`: the list as it was delivered, and `plan` the plan as it was published, where they
    are to be had from elsewhere than the folder."""

    folder: Path
    frame: Path | None = None
    plan: Path | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was found. `differences` is empty where the draw is the same; `rows` are the ids that differ."""

    sample: Sample
    differences: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    rows: tuple[str, ...]
    repeated: Drawn | None

    @property
    def same(self) -> bool:
        """Whether everything is as the folder says."""
        return not self.differences

    @property
    def counts(self) -> dict[str, int]:
        """Cases that could be drawn, cases selected when it was drawn again, lines of the log."""
        selected = sum(cell.selected for cell in self.repeated.cells) if self.repeated else 0
        return {
            "cases": len(self.sample.drawn.rows),
            "selected": selected,
            "replacements": len(self.sample.log),
        }

    @property
    def data(self) -> dict[str, Any]:
        """What was found, as plain data; the problems are added by who shows them."""
        return {"schema_version": SCHEMA_VERSION, "same": self.same, **self.counts, "rows": list(self.rows)}


def sample_verify(job: Job, tell: Tell = lambda line: None) -> Done:
    """Draws again and compares. `tell` is given one Danish line per step.

    What is different is in `Done.differences`: UDTRAEK-151 a file is not as it was written, 152 the cases that come out
    are others, 153 a sum does not hold, 154 the plan or the list is another than the one recorded, 155 a replacement is
    not as it was written or against the rules. Raises Faults UDTRAEK-131 and 132 where there is nothing to compare
    with, and those of a file given that cannot be read.
    """
    tell("Holder filerne op mod deres kontrolsummer")
    found = [_changed(name) for name in changed_files(job.folder)]
    sample = parse_sample(job.folder, fits=False)
    plan, faults = _plan(job, sample)
    found += faults
    listed: Listing | None = None
    notes: list[Problem] = []
    if plan is not None:
        listed, faults, notes = _listed(job, sample, plan)
        found += faults
    if plan is None or listed is None:
        return Done(sample, tuple(found), tuple(notes), (), None)
    tell("Trækker lod igen")
    repeated, rows, faults = _again(plan, listed, sample)
    found += faults
    if repeated is not None:
        tell("Følger udskiftningerne")
        found += _followed(repeated, sample, listed, plan)
    return Done(sample, tuple(found), tuple(notes), tuple(rows), repeated)


def _followed(repeated: Drawn, sample: Sample, listed: Listing, plan: Plan) -> list[Problem]:
    """The log, followed from the draw as it was made again: a folder cannot vouch for itself."""
    try:
        now = standing(repeated, sample.log, sha256(to_csv(repeated)))
    except Faults as faults:
        return [_of(problem, "UDTRAEK-155") for problem in faults.problems]
    return _sums(now, listed, plan)


def _of(problem: Problem, code: str) -> Problem:
    return Problem(code, problem.place, problem.fault, problem.remedy)


def _changed(name: str) -> Problem:
    fault = "Filen er ikke, som den blev skrevet, eller den mangler."
    remedy = "Sammenlign med sikkerhedskopien eller den, der er offentliggjort."
    return Problem("UDTRAEK-151", Place(name), fault, remedy)


def _other(where: str, fault: str) -> Problem:
    return Problem(
        "UDTRAEK-154", Place(where), fault, "Find ud af, hvilken af dem lodtrækningen blev gjort med."
    )


def _plan(job: Job, sample: Sample) -> tuple[Plan | None, list[Problem]]:
    """The plan to draw from: the one given, else that of the folder, None where it is none any longer. Raises Faults
    PLAN-121 where the one given is none."""
    recorded = sample.about.get("plan_sha256")
    path = job.plan or job.folder / PLAN
    try:
        plan, content = read_plan(path)
    except Faults:
        if job.plan is not None:
            raise
        return None, [_other(PLAN, "Planen kan ikke læses.")]
    if sha256(content) == recorded:
        return plan, []
    return plan, [
        _other(str(path), "Planen har en anden kontrolsum end den, stikprøven siger, den er trukket efter.")
    ]


def _listed(job: Job, sample: Sample, plan: Plan) -> tuple[Listing | None, list[Problem], list[Problem]]:
    """The list to draw from: made anew of the file given, else that of the folder; None where it cannot be read."""
    found: list[Problem] = []
    content = _bytes(job.folder / FRAME)
    if sha256(content) != sample.about.get("frame_sha256"):
        found.append(
            _other(FRAME, "Listen har en anden kontrolsum end den, stikprøven siger, den er trukket af.")
        )
    try:
        kept: Listing | None = from_canonical(content, plan.strata)
    except ValueError:
        kept = None
        found.append(_other(FRAME, "Listen kan ikke læses."))
    if kept is None:
        return None, found, []
    rule = _rule(job.folder, sample, plan, kept)
    if sample.about["rule"]["weeks"] != plan.appeal_deadline_weeks:
        found.append(_other(ABOUT, "Klagefristen er en anden end planens."))
    notes: list[Problem] = [_not_tried(len(rule.in_register))] if rule.in_register else []
    if job.frame is None:
        # What was left out for the register's sake is taken from the list; the rest is judged again.
        listed = judged(kept, rule)
        if wrong := _apart(listed, kept):
            found.append(_other(FRAME, f"{_ids(wrong)} er valgt fra uden grund, eller er med uden at måtte."))
    else:
        without = frozenset(str(code) for code in sample.about.get("without", ()))
        listed, more = read_list(job.frame, plan, rule, without)
        notes += more
        if wrong := _apart(listed, kept):
            found.append(_other(job.frame.name, f"Listen er en anden end mappens: {_ids(wrong)}."))
    if not wrong and canonical(listed) != content:
        found.append(_other(FRAME, "Listen er ikke i den faste form: rækkerne er flyttet om."))
    return listed, found, notes


def _not_tried(cases: int) -> Problem:
    fault = f"Sager valgt fra, fordi de var i registret: {cases}. Det er ikke prøvet igen."
    remedy = "Lav udtrækket igen med sample draw og registret for også at prøve det."
    return Problem("UDTRAEK-156", Place(FRAME), fault, remedy, Level.NOTE)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _rule(folder: Path, sample: Sample, plan: Plan, kept: Listing) -> Rule:
    """How the list was judged: the deadline of the plan, on the day that the sample says."""
    appealed = frozenset(row.id for row in kept.rows if row.left_out == IN_REGISTER)
    try:
        told = sample.about["rule"]
        if told.keys() != {"weeks", "on", "receipt_days"}:
            raise KeyError("rule")
        on = date.fromisoformat(told["on"]) if told["on"] else None
        if plan.appeal_deadline_weeks and on is None:
            raise ValueError("on")
        return Rule(plan.appeal_deadline_weeks, on, int(told["receipt_days"]), appealed)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Faults([unreadable(folder)]) from None


def _apart(one: Listing, other: Listing) -> list[str]:
    first, second = ({row.id: row for row in listed.rows} for listed in (one, other))
    return sorted(id for id in first.keys() | second.keys() if first.get(id) != second.get(id))


def _ids(ids: list[str]) -> str:
    """`»a«, »b« og 3 til`."""
    told = ", ".join(shown(id) for id in ids[:_SHOWN])
    return told + (f" og {len(ids) - _SHOWN} til" if len(ids) > _SHOWN else "")


def _again(plan: Plan, listed: Listing, sample: Sample) -> tuple[Drawn | None, list[str], list[Problem]]:
    try:
        repeated = draw(plan, listed)
    except Faults as faults:
        return None, [], [_of(problem, "UDTRAEK-152") for problem in faults.problems]
    rows = differing(repeated, sample.drawn)
    found = []
    if rows:
        fault = f"Trækkes der igen, kommer {len(rows)} sager anderledes ud end i {SAMPLE}: {_ids(rows)}."
        remedy = "Frøet, planen, listen eller stikprøven er ændret siden udtrækket."
        found.append(Problem("UDTRAEK-152", Place(SAMPLE), fault, remedy))
    if parts := said_otherwise(sample.about, said(plan, listed, repeated)):
        fault = f"sample.json siger noget andet end lodtrækningen om: {', '.join(parts)}."
        found.append(Problem("UDTRAEK-152", Place(ABOUT), fault, "Filen er ændret siden udtrækket."))
    return repeated, rows, found


def _sums(now: Drawn, listed: Listing, plan: Plan) -> list[Problem]:
    wrong = [item for item in identities(now, listed, plan) if not item.holds]
    return [
        Problem(
            "UDTRAEK-153",
            Place(LOG if item.kind in ("cases", "within") else SAMPLE),
            f"Vægtene i cellen {shown(item.scope)} giver {item.found} og skulle give {item.wanted}.",
            "Meld det som en fejl i programmet.",
        )
        for item in wrong
    ]
