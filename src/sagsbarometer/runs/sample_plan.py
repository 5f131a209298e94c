"""A plan worked out: how many cases, where, and how precise, before anyone is asked; the numbers, or a folder."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sagsbarometer.appeals.analyses.tiles import FILE as TILES
from sagsbarometer.appeals.analyses.tiles import Tile, read_tiles
from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.located import Located, read_yaml
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.kernel.ids import file_hash, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.reporting.pages.sample_plan import plan_report
from sagsbarometer.reporting.pages.sample_plan_words import answer
from sagsbarometer.runs.made_of import json_bytes, software
from sagsbarometer.sampling.frame import Frame, read_frame
from sagsbarometer.sampling.numbers import new_seed as seed_of_ours
from sagsbarometer.sampling.plan import KIND, from_json
from sagsbarometer.sampling.plan_file import PlanFile, read_plan_file
from sagsbarometer.sampling.planning import Planned, exact_size, how_many, planned, target_words
from sagsbarometer.sampling.precision import Expected, burdens
from sagsbarometer.store.folder import listing, refuse_existing, write_whole
from sagsbarometer.store.results import SCHEMA_VERSION

Tell = Callable[[str], None]
PLAN, WRITTEN = "plan.json", "plan.yaml"
_MOST = 10**9
_OPTIONS = "valgene"  # what faults call a plan that was given as options


@dataclass(frozen=True, slots=True)
class Job:
    """A plan file, or the same as options: `share`, `margin` and the rest are text such as `0.05`, "" where not given.

    `frame` is in place of the one the plan names; `population` the cases in all, where there is no frame.
    """

    file: Path | None = None
    share: str = ""
    margin: str = ""
    level: str = ""
    method: str = ""
    population: int | None = None
    deff: str = ""
    usable: str = ""
    domain: str = ""
    assurance: str = ""
    before: str = ""
    after: str = ""
    power: str = ""
    alpha: str = ""
    overlap: str = ""
    correlation: str = ""
    frame: Path | None = None
    out: Path | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What was worked out; `files` are the names of those it wrote."""

    found: Planned
    files: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The answer in Danish, a line each."""
        return tuple(line.replace("*", "") for line in answer(self.found))

    @property
    def data(self) -> dict[str, Any]:
        """The numbers as `--json` prints them."""
        return plain(self.found)


def plan(job: Job, tell: Tell = lambda line: None, new_seed: Callable[[], str] = seed_of_ours) -> Done:
    """Works the plan out and, with `out`, writes it. `tell` is given one Danish line per step.

    A plan without a seed gets one of `new_seed`; where it replaces a folder of the same plan, it keeps the one it had:
    a seed is not drawn again until it pleases. Raises Faults when anything stops it; `job.out` is then as it was.
    Codes: PLAN-1xx, YAML-1xx, FIL-1xx of the frame, MAPPE-10x.
    """
    started = time.monotonic()
    if job.out is not None:
        refuse_existing(job.out, job.force)
    located = _located(job)
    file = read_plan_file(located)
    path = _frame_path(job, file)
    if path is None:
        size, effect = how_many(file, job.population)
        found = Planned(file, size, effect)
    else:
        tell("Læser rammen")
        frame = _frame(path, file)
        written = sha256(_written(job, located, path)).hexdigest()
        sources = {"frame_sha256": file_hash(path), "plan_sha256": written}
        tell("Fordeler sagerne")
        found = planned(file, frame, file.seed or _seed(job, file, new_seed), sources)
    if job.out is None:
        return Done(found)
    tell("Skriver planen og dens rapport")
    files = plan_report(found, _tiles())
    files["planlagt.json"] = json_bytes(plain(found))
    files |= _inputs(job, located, path, found, set(files))
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "plan": file.plan,
        "origin": file.origin,
        "sources": dict(found.plan.sources or {}) if found.plan else {},
        "software": software(),
        "files": listing(files),
    }
    files["manifest.json"] = json_bytes(manifest)
    run = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
    }
    write_whole(job.out, {**files, "run.json": json_bytes(run)}, job.force)
    return Done(found, tuple(sorted(files)))


def plain(of: Planned) -> dict[str, Any]:
    """Everything as one object: cases are whole numbers, shares 0..1 with six decimals as text."""
    exactly = exact_size(of.file, of.size.population, of.authorities)
    told: dict[str, Any] = {
        "schema_version": 1,
        "cases": of.plan.take if of.plan else of.size.cases,
        "call_in": of.plan.call_in if of.plan else of.size.call_in,
        "population": of.size.population,
        "endless": _six(of.size.endless),
        "target": target_words(of.file, of.design_effect),
        "probability": of.plan.probability if of.plan else None,
        "plan": of.plan.to_json() if of.plan else None,
        "enough": of.enough,
        "exact": None if exactly is None else {"cases": exactly.cases, "call_in": exactly.call_in},
        "reachable": of.reachable,
        "single_case_cells": of.single,
        "unsaid": [
            name
            for name, missing in (("size_effect", of.size_effect_missing), ("likeness", of.likeness_missing))
            if missing and of.plan
        ],
        "weight_effect": _six(of.weight_effect) if of.plan else None,
        "expected": [],
        "burden": [],
    }
    if of.plan is not None:
        groups = [of.whole, *(item for own in (of.domains or {}).values() for item in own)]
        told["expected"] = [_plain_expected(item) for item in groups if item is not None]
        told["burden"] = [
            {"authority": authority, "size": size, "call_in": called, "with_reserves": most}
            for authority, (size, called, most) in burdens(of.plan).items()
        ]
    return told


def _plain_expected(item: Expected) -> dict[str, Any]:
    known = item.margin is not None
    return {
        "domain": item.domain,
        "group": item.group,
        "size": item.size,
        "take": _six(item.take),
        "share": _six(item.share) if known else None,
        "standard_error": _six(item.error),
        "margin": _six(item.margin),
        "effective": _six(item.effective),
        "uncovered": item.uncovered,
        "shown": item.shown,
    }


def _six(value: float | None) -> str | None:
    return None if value is None else f"{value:.6f}"


def _located(job: Job) -> Located:
    """The plan as written, or as the options say it. Raises Faults PLAN-107 where both do."""
    options = {
        "share": job.share,
        "margin": job.margin,
        "level": job.level,
        "method": job.method,
        "domain": job.domain,
        "assurance": job.assurance,
    }
    change = {
        "from": job.before,
        "to": job.after,
        "power": job.power,
        "alpha": job.alpha,
        "overlap": job.overlap,
        "correlation": job.correlation,
    }
    effects = {"design_effect": job.deff, "usable": job.usable}
    given = {name: text for name, text in {**options, **change, **effects}.items() if text}
    if job.population is not None and (
        job.file is not None or job.frame is not None or not 0 < job.population <= _MOST
    ):
        fault = "--population er sager i alt, mindst 1; med en plan eller en ramme kommer de fra rammen."
        raise Faults([Problem("PLAN-107", Place("--population"), fault, "Ret tallet, eller slet valget.")])
    if job.file is not None:
        if given:
            fault = f"Der er både en plan og valg, der står i den: {', '.join(given)}."
            raise Faults(
                [Problem("PLAN-107", Place(str(job.file)), fault, "Ret planen, eller slet valgene.")]
            )
        return read_yaml(job.file)
    target: dict[str, Any] = {name: text for name, text in options.items() if text}
    if moved := {name: text for name, text in change.items() if text}:
        target["change"] = moved
    elif "margin" not in target:
        target["margin"] = "0.05"
    data = {"plan": "plan", "title": {"da": "Hvor mange sager"}, "target": target}
    return Located(_OPTIONS, data | {name: text for name, text in effects.items() if text}, {})


def _frame_path(job: Job, file: PlanFile) -> Path | None:
    if job.frame is not None or not file.frame:
        return job.frame
    return (job.file.parent if job.file else Path()) / file.frame


def _frame(path: Path, file: PlanFile) -> Frame:
    if not path.is_file():
        fault = f"Rammen {shown(path.name)} findes ikke."
        raise Faults(
            [Problem("PLAN-110", Place(file.plan), fault, "Ret frame i planen, eller brug --frame.")]
        )
    municipalities = load_catalogue(shipped("law")).municipalities
    return read_frame(read_table(path), file.strata, municipalities)


def _seed(job: Job, file: PlanFile, new_seed: Callable[[], str]) -> str:
    """The seed of the plan that is replaced, where it is the same plan; else a new one."""
    if job.out is not None and (job.out / PLAN).is_file():
        try:
            before = from_json(json.loads((job.out / PLAN).read_text(encoding="utf-8")))
        except (OSError, ValueError, Faults):
            return new_seed()
        if before.id == file.plan:
            return before.seed
    return new_seed()


def _tiles() -> tuple[Tile, ...]:
    return read_tiles(shipped("layouts") / TILES)


def _inputs(
    job: Job, located: Located, frame: Path | None, found: Planned, taken: set[str]
) -> dict[str, bytes]:
    """What the plan was made of, beside it, and the plan as a draw reads it; `taken` are the names of other files."""
    files = {WRITTEN: _written(job, located, frame)}
    if frame is not None and found.plan is not None:
        # By the name the plan calls it, so that the folder's plan can be worked out again where it lies.
        named = found.file.frame
        usable = Path(named).name == named and Path(named).suffix == frame.suffix and named not in taken
        files[named if usable else _frame_name(frame)] = frame.read_bytes()
        files[PLAN] = json_bytes(found.plan.to_json())
    return files


def _written(job: Job, located: Located, frame: Path | None) -> bytes:
    """The plan file as it was given, or one that says what the options say."""
    import yaml

    if job.file is not None:
        return job.file.read_bytes()
    data = located.data | ({"frame": _frame_name(frame)} if frame is not None else {})
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()


def _frame_name(frame: Path) -> str:
    return f"ramme{frame.suffix.lower() or '.csv'}"
