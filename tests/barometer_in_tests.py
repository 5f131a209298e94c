"""The invented country of docs/eksempel/barometer, measured over and over: what the tutorial does once."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from sagsbarometer.datafiles.located import read_yaml
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.estimation.design import ADJUST, Design, Estimate, design
from sagsbarometer.estimation.intervals import limits
from sagsbarometer.estimation.totals import estimate_share
from sagsbarometer.estimation.two_phase import corrected_share
from sagsbarometer.sampling.draw import draw
from sagsbarometer.sampling.drawn import Drawn, DrawnRow
from sagsbarometer.sampling.eligible import Rule, judged
from sagsbarometer.sampling.frame import read_frame
from sagsbarometer.sampling.listing import Listing, ListRow, listing
from sagsbarometer.sampling.plan import NEWEST_FIRST, STRATIFIED, Plan
from sagsbarometer.sampling.plan_file import read_plan_file
from sagsbarometer.sampling.planning import planned
from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "eksempel" / "barometer"
LISTED_ON = date(2027, 2, 15)
FOUND, MISTAKEN = 0.88, 0.07  # how often a reader sees a defect that is there, and one that is not


def script(name: str) -> ModuleType:
    """A script of the example, imported."""
    spec = importlib.util.spec_from_file_location(f"barometer_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@cache
def country() -> ModuleType:
    """byg.py: all decisions, and the truth about them."""
    return script("byg")


@cache
def cases() -> dict[str, Any]:
    """Every decision by id."""
    return {case.id: case for case in country().country()}


@cache
def listed() -> Listing:
    """The frame list as `sample draw` judges it."""
    rows = (
        ListRow(case.id, case.authority, (case.result,), case.decided_on, appealed=case.appealed)
        for case in country().country()
    )
    return judged(listing(("result",), rows), Rule(4, LISTED_ON))


@cache
def plan() -> Plan:
    """plan.yaml worked out on frame.csv."""
    file = read_plan_file(read_yaml(FOLDER / "plan.yaml"))
    frame = read_frame(read_table(FOLDER / "frame.csv"), file.strata, {})
    made = planned(file, frame, file.seed, {}).plan
    assert made is not None
    return made


@dataclass(frozen=True)
class Sample:
    """One draw, read. Arrays have one value per case that was issued, in the order of ids."""

    drawn: Drawn
    rows: tuple[DrawnRow, ...]
    belongs: np.ndarray[Any, Any]
    refusal: np.ndarray[Any, Any]
    true: np.ndarray[Any, Any]
    first: np.ndarray[Any, Any]
    chance: np.random.Generator

    @property
    def design(self) -> Design:
        """Of all that was issued: a case that turns out not to belong stays in it, outside every domain."""
        cells = self.drawn.by_key()
        return design(
            strata=np.array([row.cell for row in self.rows]),
            populations=[np.array([float(cells[row.cell].population) for row in self.rows])],
            single_unit=ADJUST,  # a case alone in its cell is compared with all: see the tutorial
        )


def sample(seed: int, method: str = STRATIFIED) -> Sample:
    """A draw of its own seed, read by readers who are wrong as often as FOUND and MISTAKEN say."""
    remark = {"da": "De nyeste sager."} if method == NEWEST_FIRST else {}
    drawn = draw(replace(plan(), seed=f"{method} {seed}", method=method, remark=remark), listed())
    rows = tuple(row for row in drawn.rows if row.issued)
    chance = np.random.default_rng(seed)
    about = [cases()[row.id] for row in rows]
    true = np.array([float(case.defect) for case in about])
    first = (chance.random(len(rows)) < np.where(true == 1, FOUND, MISTAKEN)).astype(float)
    belongs = np.array([not case.out for case in about])
    return Sample(
        drawn,
        rows,
        belongs,
        np.array([case.result == country().REFUSAL for case in about]),
        true,
        first,
        chance,
    )


def by_truth(read: Sample) -> Estimate:
    """The share of defects if nobody was ever wrong."""
    return estimate_share(read.design, read.true, read.belongs)


def of_refusals(read: Sample) -> Estimate:
    """The same of refusals."""
    return estimate_share(read.design, read.true, read.belongs & read.refusal)


def by_first_reading(read: Sample) -> Estimate:
    """The share as it was read, errors and all."""
    return estimate_share(read.design, read.first, read.belongs)


def by_both_readings(read: Sample, part: float = 0.4) -> Estimate:
    """The share corrected by a random `part` of the cases that were read again and settled."""
    inside = np.flatnonzero(read.belongs)
    twice = read.chance.permutation(inside)[: round(part * len(inside))]
    settled = np.where(read.belongs, np.nan, 0.0)  # a case that does not belong is not read at all
    settled[twice] = read.true[twice]
    first = np.where(read.belongs, read.first, 0.0)
    return corrected_share(read.design, first, settled, groups=read.belongs, domain=read.belongs).share


@cache
def covered(runs: int, method: str = STRATIFIED) -> dict[str, float]:
    """In which share (0..1) of so many draws, seeds 0 and up, the truth is within the interval of each estimate."""
    estimates: dict[str, tuple[Callable[[Sample], Estimate], float]] = {
        "truth": (by_truth, country().truth()),
        "refusals": (of_refusals, country().truth(country().REFUSAL)),
        "first_reading": (by_first_reading, country().truth()),
        "both_readings": (by_both_readings, country().truth()),
    }
    hits: Counter[str] = Counter()
    for seed in range(runs):
        read = sample(seed, method)
        for name, (estimate, truth) in estimates.items():
            found = limits(estimate(read))
            assert found is not None
            hits[name] += found.low <= truth <= found.high
    return {name: hits[name] / runs for name in estimates}
