"""The annual report's tables of a large register, against SQL written by hand: `./run bench appeals`.

Every run is a process of its own, and the sides take turns, so that what else the machine does falls on all of them.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from sagsbarometer.appeals.registration import COLUMNS
from sagsbarometer.reporting.numbers import danish
from tests import bench_scale as scale
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


PARTS = ("sql", "growth", "import", "engines")


def main() -> int:
    """Measures and shows. 1 where two sides do not give the same numbers."""
    parser = argparse.ArgumentParser(
        prog="./run bench appeals",
        description="Mål årsstatistikken på et stort register mod håndskrevet SQL, hvordan tiden vokser, hvor hurtigt "
        "der importeres, og hvad andre motorer bruger.",
    )
    parser.add_argument("--rows", type=int, default=10_000_000, help="registreringer i registret")
    parser.add_argument("--runs", type=int, default=3, help="gange, hver måles (medianen vises)")
    parser.add_argument("--parts", default=",".join(PARTS), help="det, der måles: " + ", ".join(PARTS))
    asked = parser.parse_args()
    parts = asked.parts.split(",")
    if set(parts) - set(PARTS):
        parser.error(f"--parts kan være {', '.join(PARTS)}")
    tidy()
    versions = f"DuckDB {version('duckdb')}, Ibis {version('ibis-framework')}"
    say(f"{os.cpu_count()} kerner, belastning {load()}. {versions}.")
    right = against_sql(asked.rows, asked.runs) if "sql" in parts else True
    if "growth" in parts:
        growth(asked.rows, asked.runs)
    if "import" in parts:
        imports(asked.rows, asked.runs)
    if "engines" in parts:
        other_engines(asked.rows)
    say(f"\nBelastning {load()}.")
    return int(not right)


def against_sql(rows: int, runs: int) -> bool:
    """The tables of one register by every side, taking turns; whether all give the same numbers."""
    folder = register(rows)
    say(f"\nÅrsstatistikken af {danish(rows)} registreringer, {runs} gange på skift.")
    measured = measure(folder, runs)
    say("                 median     mindst     størst  processor  hukommelse")
    right = [show(side, taken, measured[BY_HAND].numbers) for side, taken in measured.items()]
    ratio = measured[OURS].median / measured[BY_HAND].median
    say(f"{danish(len(measured[OURS].numbers))} tal.")
    say(f"Forhold til håndskrevet SQL: {shown(ratio, 2)} (mål: højst {shown(GOAL, 1)}).")
    return all(right)


def growth(rows: int, runs: int) -> None:
    """How the time grows with the register."""
    say("\nHvordan tiden vokser. Hver gang en ny proces.")
    sizes = (rows // 10, rows, rows * 3)
    # Few runs of the largest: it takes as long as all the others.
    found = {size: scale.counting(register(size), runs if size <= rows else 1) for size in sizes}
    for size, (seconds, peak) in found.items():
        say(f"{danish(size):>14} registreringer{shown(seconds, 2):>9} s {shown(peak, 0):>7} MiB")
    times = [seconds for seconds, _ in found.values()]
    tenfold, threefold = times[1] / times[0], times[2] / times[1]
    per_ten = threefold ** (math.log(10) / math.log(3))
    say(
        f"10 gange så mange: {shown(tenfold, 1)} gange så lang tid. 3 gange så mange: {shown(threefold, 1)}, hvilket"
    )
    say(f"på 10 gange er {shown(per_ten, 1)} (mål: højst {shown(scale.RATIO_GOAL, 0)}).")
    peak = max(peak for _, peak in found.values())
    say(f"Mest hukommelse: {shown(peak / 1024, 1)} GB (mål: højst {shown(scale.PEAK_GOAL / 1024, 0)}).")


def imports(rows: int, runs: int) -> None:
    """How fast a CSV file becomes a delivery."""
    wanted = rows // 5
    say(f"\nEn CSV-fil med {danish(wanted)} registreringer lægges i et register, {runs} gange på skift.")
    found = scale.importing(register(rows), wanted, runs)
    for side, (per_second, peak) in found.items():
        say(f"{side:22}{shown(per_second, 0):>10} rækker/s {shown(peak, 0):>7} MiB")
    ratio, goal = scale.import_ratio(found), scale.IMPORT_GOAL
    say(f"Forhold til DuckDB: {shown(ratio, 2)} (mål: mindst {shown(goal, 1)}).")


def other_engines(rows: int) -> None:
    """What Spark and PostgreSQL take for the same cubes, each once."""
    say(f"\nAndre motorer på {danish(rows)} registreringer, hver én gang.")
    for engine, taken in scale.engines(register(rows)).items():
        if taken is None:
            say(f"{engine:18} ikke installeret")
            continue
        what, first, seconds = taken
        say(f"{engine:18} {what}{shown(first, 1):>7} s, tælling{shown(seconds, 1):>7} s")


def tidy() -> None:
    """Removes registers that another generator made: nothing measures them any more."""
    for folder in KEPT.glob("*-*"):
        size, _, print_ = folder.name.partition("-")
        if not (size.isdigit() and print_ == generator_print()):
            shutil.rmtree(folder, ignore_errors=True)
            say(f"Slettede et register fra før: {folder.name}")


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
    folder = KEPT / f"{rows}-{generator_print()}"
    if not folder.is_dir():
        say(f"Laver et register med {danish(rows)} opdigtede registreringer. Det gemmes til næste gang.")
        KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT) as beside:
            made = Path(beside) / "register"
            command = [sys.executable, "-m", "tests.bench_register", str(made), str(rows)]
            subprocess.run(command, cwd=ROOT, check=True)
            made.rename(folder)
    return folder


def generator_print() -> str:
    """What the generator is, in short: a register of another one is another register."""
    return sha256(GENERATOR.read_bytes() + repr(list(COLUMNS)).encode()).hexdigest()[:12]


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
