"""Shares of a large sample for many domains, against what others take: `./run bench estimation`.

Every run is a process of its own, and the sides take turns, so that what else the machine does falls on all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np

from sagsbarometer.reporting.numbers import danish
from tests.bench_appeals import KEPT, ROOT, load, say, shown
from tests.bench_estimation_sides import VARIABLES

SIDES = Path(__file__).with_name("bench_estimation_sides.py")
R = Path(__file__).with_name("bench_estimation.R")
OURS, BY_HAND, SHORTCUT = "sagsbarometer", "DuckDB + numpy", "DuckDB + numpy, genvej"
GOAL = 1.3  # times as long as what is written by hand, at most
BY_R, BY_SVY = "R svyby(svymean)", "svy"
FASTER = {BY_R: 60, BY_SVY: 200}  # times as fast as, at least
TOLERANCE = 1e-10  # relative


@dataclass(slots=True)
class Measured:
    """What the runs of one side took, in seconds, and what it found: shares and standard errors, a row per domain."""

    seconds: list[float] = field(default_factory=list)
    found: Path | None = None

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.seconds)


def main() -> int:
    """Measures and shows. 1 where two sides do not give the same numbers."""
    parser = argparse.ArgumentParser(
        prog="./run bench estimation",
        description="Mål andele med standardfejl af en stor stikprøve: 120 strata med endelig population, 98 domæner "
        "på tværs af dem, 20 variable. Mod håndskrevet DuckDB + numpy, R's survey og Pythons svy.",
    )
    parser.add_argument("--rows", type=int, default=1_000_000, help="sager i stikprøven")
    parser.add_argument("--runs", type=int, default=5, help="gange, hver måles (medianen vises)")
    parser.add_argument(
        "--svy", default=os.environ.get("SAGSBAROMETER_SVY", sys.executable), help="en Python, der har svy"
    )
    parser.add_argument("--skip", action="store_true", help="mål ikke R og svy, der tager minutter")
    asked = parser.parse_args()
    versions = f"DuckDB {version('duckdb')}, Ibis {version('ibis-framework')}, numpy {version('numpy')}"
    say(f"{os.cpu_count()} kerner, belastning {load()}. {versions}.")
    folder = sample(asked.rows)
    say(f"\n{danish(asked.rows)} sager, 120 strata, 98 domæner, 20 variable, {asked.runs} gange på skift.")
    measured = {side: Measured() for side in (OURS, BY_HAND, SHORTCUT)}
    for _ in range(asked.runs):
        for side, taken in measured.items():
            run_python(side, taken, folder)
    right = [show(side, taken, measured[OURS]) for side, taken in measured.items()]
    for side in (BY_HAND, SHORTCUT):
        goal = (
            f" (mål: højst {shown(GOAL, 1)})"
            if side == BY_HAND
            else ", som går ud fra ens vægte og intet ukendt"
        )
        say(f"Forhold til {side}: {shown(measured[OURS].median / measured[side].median, 2)}{goal}.")
    if not asked.skip:
        right += [other(side, folder, asked.svy, measured[OURS]) for side in FASTER]
    say(f"\nBelastning {load()}.")
    return int(not all(right))


def sample(rows: int) -> Path:
    """The folder of a generated sample; made when this generator has not made it before."""
    print_ = sha256(SIDES.read_bytes()).hexdigest()[:12]
    folder = KEPT / "estimation" / f"{rows}-{print_}"
    if not (folder / "sample.csv").is_file():
        for old in (KEPT / "estimation").glob("*"):
            shutil.rmtree(old)
        folder.mkdir(parents=True)
        say(f"Laver en stikprøve med {danish(rows)} opdigtede sager. Den gemmes til næste gang.")
        subprocess.run(
            [sys.executable, "-m", "tests.bench_estimation_sides", "make", str(folder), str(rows)],
            cwd=ROOT,
            check=True,
        )
    return folder


def run_python(side: str, taken: Measured, folder: Path, python: str = sys.executable) -> bool:
    """One run of a side in Python, added to what was taken; False where it is not installed."""
    command = [python, str(SIDES), side, str(folder)]
    if python == sys.executable:
        command = [python, "-m", "tests.bench_estimation_sides", side, str(folder)]
    told = json.loads(
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.splitlines()[-1]
    )
    if told is None:
        return False
    taken.seconds.append(told)
    taken.found = folder / f"{side}.npz"
    return True


def other(side: str, folder: Path, svy: str, ours: Measured) -> bool:
    """R or svy, once: they take minutes. Whether its numbers are ours."""
    taken = Measured()
    if side == BY_SVY:
        run_python(side, taken, folder, svy)
    elif (program := shutil.which("Rscript")) is not None:
        done = subprocess.run([program, str(R), str(folder)], capture_output=True, text=True, check=False)
        if done.returncode == 0:  # else it lacks the package
            taken.seconds.append(float(done.stdout.split()[-1]))
            table = np.loadtxt(folder / "r.csv", delimiter=",", skiprows=1)
            taken.found = folder / "r.npz"
            np.savez(taken.found, share=table[:, :VARIABLES], error=table[:, VARIABLES:])
    right = show(side, taken, ours)
    if taken.seconds:
        times = taken.median / ours.median
        say(f"{shown(times, 0)} gange så hurtig som {side} (mål: mindst {FASTER[side]}).")
    return right


def show(side: str, taken: Measured, ours: Measured) -> bool:
    """A line for a side; whether its numbers are ours."""
    if not taken.seconds or taken.found is None or ours.found is None:
        say(f"{side:24} ikke installeret")
        return True
    own, other = np.load(ours.found), np.load(taken.found)
    # Where nobody says yes the error is 0; what others make of it is left of rounding.
    apart = max(
        float(np.max(np.abs(own[name] - other[name]) / np.maximum(np.abs(own[name]), 1e-9)))
        for name in ("share", "error")
    )
    right = apart < TOLERANCE
    numbers = "de samme tal" if right else "ANDRE TAL"
    spread = f"{shown(min(taken.seconds), 2)}-{shown(max(taken.seconds), 2)}"
    say(f"{side:24}{shown(taken.median, 2):>8} s  ({spread})   {numbers} (største forskel {apart:.0e})")
    return right


if __name__ == "__main__":
    sys.exit(main())
