"""The annual report's tables of a large register, against SQL written by hand: `./run bench appeals`.

Every run is a process of its own, and the sides take turns, so that what else the machine does falls on all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from sagsbarometer.reporting.numbers import danish
from tests.bench_sides import NOTHING, SIDES, Numbers

ROOT = Path(__file__).resolve().parents[1]
GENERATOR = Path(__file__).with_name("bench_register.py")
KEPT = ROOT / ".cache" / "bench"
OURS, BY_HAND = "sagsbarometer", "DuckDB SQL"
GOAL = 1.3  # times the SQL written by hand


@dataclass(slots=True)
class Measured:
    """What the runs of one side took. `peak` is the largest, in MiB."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peak: float = 0.0
    numbers: Numbers = field(default_factory=dict)

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.seconds)


def main() -> int:
    """Measures and shows. 1 where two sides do not give the same numbers."""
    parser = argparse.ArgumentParser(
        prog="./run bench appeals",
        description="Mål årsstatistikken på et stort register mod håndskrevet SQL.",
    )
    parser.add_argument("--rows", type=int, default=10_000_000, help="registreringer i registret")
    parser.add_argument("--runs", type=int, default=5, help="gange, hver måles (medianen vises)")
    asked = parser.parse_args()
    folder = register(asked.rows)
    versions = f"DuckDB {version('duckdb')}, Ibis {version('ibis-framework')}"
    say(f"{os.cpu_count()} kerner, belastning {load()}. {versions}. Måles på skift, {asked.runs} gange.\n")
    measured = measure(folder, asked.runs)
    say("                 median     mindst     størst  processor  hukommelse")
    right = [show(side, taken, measured[BY_HAND].numbers) for side, taken in measured.items()]
    ratio = measured[OURS].median / measured[BY_HAND].median
    say(f"\n{danish(len(measured[OURS].numbers))} tal. Belastning {load()}.")
    say(f"Forhold til håndskrevet SQL: {shown(ratio, 2)} (mål: højst {shown(GOAL, 1)}).")
    return int(not all(right))


def show(side: str, taken: Measured, expected: Numbers) -> bool:
    """A line for a side; whether its numbers are the expected ones."""
    if not taken.seconds:
        say(f"{side:14} ikke installeret")
        return True
    right = without_nothing(taken.numbers) == without_nothing(expected)
    times = (taken.median, min(taken.seconds), max(taken.seconds), statistics.median(taken.processor))
    told = "".join(f"{shown(value, 2):>9} s" for value in times)
    say(f"{side:14}{told} {shown(taken.peak, 0):>7} MiB   {'de samme tal' if right else 'ANDRE TAL'}")
    return right


def say(line: str) -> None:
    """One line, at once."""
    print(line, flush=True)


def load() -> str:
    """What the machine has to do, on average over the last minute."""
    return shown(os.getloadavg()[0], 1)


def shown(value: float, decimals: int) -> str:
    """A measured number in Danish."""
    return danish(Decimal(f"{value:.{decimals}f}"))


def register(rows: int) -> Path:
    """The folder of a generated register; made when this generator has not made it before."""
    folder = KEPT / f"{rows}-{sha256(GENERATOR.read_bytes()).hexdigest()[:12]}"
    if not folder.is_dir():
        say(f"Laver et register med {danish(rows)} opdigtede registreringer. Det gemmes til næste gang.")
        KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT) as beside:
            made = Path(beside) / "register"
            command = [sys.executable, "-m", "tests.bench_register", str(made), str(rows)]
            subprocess.run(command, cwd=ROOT, check=True)
            made.rename(folder)
    return folder


def measure(folder: Path, runs: int) -> dict[str, Measured]:
    """Every side, `runs` times each in turn; those that are not installed have no seconds."""
    measured = {side: Measured() for side in SIDES}
    with tempfile.TemporaryDirectory() as out:
        for _ in range(runs):
            for side, taken in measured.items():
                run(side, taken, folder, Path(out) / "numbers.json")
    return measured


def run(side: str, taken: Measured, folder: Path, out: Path) -> None:
    """One run, added to what was taken. Raises CalledProcessError when it fails."""
    command = [sys.executable, "-m", "tests.bench_sides", side, str(folder), str(out)]
    told = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    if told is None:
        return
    taken.seconds.append(told["seconds"])
    taken.processor.append(told["processor"])
    taken.peak = max(taken.peak, told["peak"])
    numbers = json.loads(out.read_text(encoding="utf-8"))
    taken.numbers = {key: tuple(counts) for key, counts in numbers.items()}


def without_nothing(numbers: Numbers) -> Numbers:
    """Without what has no cases: SQL gives no row for a group it never met."""
    return {key: counts for key, counts in numbers.items() if counts != NOTHING}


if __name__ == "__main__":
    sys.exit(main())
