"""A case goes out of a sample, and the next reserve of its cell takes its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.runs.sample_files import read_day
from sagsbarometer.sampling.drawn import Drawn, Role
from sagsbarometer.sampling.replacing import Asked, Reason, Replacement, load_reasons, replaced
from sagsbarometer.sampling.sheet import SCHEMA_VERSION
from sagsbarometer.store.sample import Sample, append_replacement, open_sample

REASONS = "replacement_reasons.yaml"


@dataclass(frozen=True, slots=True)
class Job:
    """Which case goes out of which sample, and why. `on`: the day it was decided. `wanted`: the reserve that somebody
    means is next, "" for whichever is. `no_reserve`: nobody takes the place, as the sample was drawn large enough."""

    folder: Path
    case: str
    reason: str
    on: str
    note: str = ""
    wanted: str = ""
    no_reserve: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The line that was written, and how its cell stands. `used_up`: a reserve was wanted, and there was none."""

    line: Replacement
    reason: Reason
    now: Drawn
    used_up: bool
    reserves: int  # left in the cell
    receipt: Mapping[str, Any]  # of the log, as `store.sample` tells it

    @property
    def data(self) -> dict[str, Any]:
        """The line as `--json` prints it."""
        return {
            "schema_version": SCHEMA_VERSION,
            "number": self.line.number,
            "case": self.line.case,
            "reason": self.line.reason,
            "scope": self.line.scope,
            "replacement": self.line.replacement,
            "on": self.line.on.isoformat(),
            "used_up": self.used_up,
            "reserves_left": self.reserves,
            "receipt": dict(self.receipt),
        }


def reasons() -> dict[str, Reason]:
    """The reasons that there are, by id."""
    return load_reasons(shipped("studies") / REASONS)


def sample_replace(job: Job, today: date | None = None) -> Done:
    """Writes the line. `today`, which only who asks knows, is the last day it can have been decided: a day to come
    in the log would keep every later replacement out.

    Raises Faults UDTRAEK-121, 131 to 133, and 141 to 147; nothing is then written.
    """
    day: date = read_day(job.on, "--on")
    if today is not None and day > today:
        fault = said("{day} er en dag, der ikke er kommet endnu.", day=day.isoformat())
        remedy = said("Skriv den dag, hvor udskiftningen blev besluttet, eller slet --on, hvis det er i dag.")
        raise Faults([Problem("UDTRAEK-147", Place("--on"), fault, remedy)])
    known = reasons()
    asked = Asked(job.case.strip(), job.reason, day, job.note, not job.no_reserve, job.wanted)

    def make(sample: Sample, now: Drawn) -> Replacement:
        return replaced(now, sample.log, sample.begin, asked, known)

    sample = append_replacement(job.folder, make)
    line, now = sample.log[-1], sample.now
    cell = next(row.cell for row in now.rows if row.id == line.case)
    left = sum(row.cell == cell and row.role is Role.RESERVE for row in now.rows)
    return Done(line, known[line.reason], now, asked.reserve and not line.replacement, left, sample.receipt)


def line_of(folder: Path, case: str) -> Replacement | None:
    """The line with which a case went out; None where it has not. Raises Faults UDTRAEK-131 to 133."""
    return next((line for line in open_sample(folder).log if line.case == case), None)
