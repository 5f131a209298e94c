"""Small releases: a protected folder of a few numbers, a gate that can be told what to find, and people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sagsbarometer.kernel.problems import Place, Problem
from sagsbarometer.measures.cells import Cell, withheld, write_csv
from sagsbarometer.release.people import User
from sagsbarometer.reporting.contract import Standing
from sagsbarometer.runs.release_asked import details_of
from sagsbarometer.runs.release_gate import Gate
from sagsbarometer.runs.release_propose import Amendment, Proposal, amend, propose
from sagsbarometer.runs.release_publish import publish
from sagsbarometer.runs.release_steps import Step, Taken, step
from sagsbarometer.runs.release_who import Who
from sagsbarometer.store.folder import listing, write_whole
from sagsbarometer.store.release import Release

ANNA, BO, CARLA, DORTE = (User(1001 + at, name) for at, name in enumerate(("anna", "bo", "carla", "dorte")))
START = datetime(2027, 4, 1, 9, 0, tzinfo=UTC)
HOUR = "2027-04-26 08:00"  # 06:00 UTC: summer time
OUT = datetime(2027, 4, 26, 6, 0, tzinfo=UTC)


def after(**time: float) -> datetime:
    """A moment so long after the release was proposed."""
    return START + timedelta(**time)


def cell(result: str, yes: int, of: int, row: str = "") -> Cell:
    """A share."""
    value = Decimal(100 * yes) / Decimal(of)
    return Cell(
        result, row, "", "", yes, of, 0, round(value, 6), "percent", None, None, "", None, None, "yes", "", "present",
        f"hash_{result}", "2027-03-01", "synthetic",
    )  # fmt: skip


CELLS = (cell("any_defect", 53, 100), cell("delay", 21, 100), withheld(cell("rare", 2, 100)))


def protected(folder: Path, cells: Sequence[Cell] = CELLS, **manifest: object) -> Path:
    """A folder as `disclosure protect` writes it, of these numbers."""
    labels = {"any_defect": "Andel med en mangel", "delay": "Fristen overskredet", "rare": "Sjælden mangel"}
    definitions = {
        id: {"hash": f"hash_{id}", "label": {"da": words}, "questions": [], "derived": {}}
        for id, words in labels.items()
    }
    files = {
        "cells.csv": write_csv(cells).encode(),
        "definitions.json": json.dumps(definitions).encode(),
        "edition.json": b"{}\n",
        "rapport.html": b"<p>KLADDE</p>",
    }
    told = {
        "schema_version": 1,
        "kind": "results",
        "origin": "synthetic",
        "data_date": "2027-03-01",
        "study": {"id": "maaling", "title": {"da": "En måling"}},
        "protection": {"profile": "strict", "hidden": 1, "attack": {"done": True, "findings": 0}},
        "files": listing(files),
        **manifest,
    }
    write_whole(folder, {**files, "manifest.json": json.dumps(told).encode()})
    return folder


def told(text: str) -> Problem:
    """Something found."""
    return Problem("SKAN-101", Place("rapport.html"), text, "Fjern det.")


@dataclass
class Findings:
    """What the gate finds, and how often its reports were made. `program`: what the reports look like."""

    attack: list[Problem] = field(default_factory=list)
    scan: list[Problem] = field(default_factory=list)
    program: str = "1"
    built: list[str] = field(default_factory=list)
    earlier: list[Path] = field(default_factory=list)

    @property
    def gate(self) -> Gate:
        """The gate that finds just this."""

        def attack(folder: Path, earlier: Sequence[Path]) -> list[Problem]:
            self.earlier[:] = earlier
            return self.attack

        def build(folder: Path, standing: Standing) -> dict[str, bytes]:
            self.built.append(standing.stage)
            numbers = (folder / "cells.csv").read_text()
            text = f"<p>{standing.mark()} {standing.release} program {self.program}\n{numbers}</p>"
            return {"rapport.html": text.encode(), "index.html": b"<p>alle filer</p>"}

        return Gate(attack, lambda folder: self.scan, build)


def proposed(tmp: Path, who: User = ANNA, findings: Findings | None = None, **job: object) -> Path:
    """A release proposed by Anna; its folder."""
    source = protected(tmp / "beskyttet") if "protected" not in job else Path(str(job.pop("protected")))
    work = Proposal(source, tmp / "udgivelse", Who(who), START, **job)  # type: ignore[arg-type]
    propose(work, (findings or Findings()).gate)
    return work.out


def take(
    folder: Path, action: str, who: User | Who, now: datetime, gate: Gate | None = None, **given: str
) -> Taken:
    """A step, as the command takes it. `since` stands for `from`."""
    given = {("from" if key == "since" else key): value for key, value in given.items()}
    asked = Step(folder, action, who if isinstance(who, Who) else Who(who), now, details_of(action, given))
    return publish(asked, gate or Findings().gate) if action == "publish" else step(asked)


def scheduled(tmp: Path, **job: object) -> Path:
    """A release approved by Bo and Carla, with an hour."""
    folder = proposed(tmp, **job)  # type: ignore[arg-type]
    take(folder, "approve", BO, after(hours=1))
    take(folder, "approve", CARLA, after(hours=2))
    take(folder, "schedule", DORTE, after(hours=3), at=HOUR)
    return folder


def out(tmp: Path, **job: object) -> Path:
    """A release that is published."""
    folder = scheduled(tmp, **job)
    take(folder, "publish", DORTE, OUT)
    return folder


def amended(folder: Path, source: Path, now: datetime, note: str = "Én sag var talt to gange.") -> Release:
    """The release with a new version proposed by Anna."""
    return amend(Amendment(folder, source, Who(ANNA), now, note), Findings().gate).release
