"""How counting and importing grow, and what other engines take: parts of `./run bench appeals`."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench_import import BY_DUCKDB, OURS, SIDES, WRITE
from tests.clusters_in_tests import postgres_cluster, postgres_programs

ROOT = Path(__file__).resolve().parents[1]
RATIO_GOAL = 11.0  # times the time for ten times the rows
PEAK_GOAL = 6 * 1024.0  # MiB
IMPORT_GOAL = 0.5  # times DuckDB's rows per second


def told(*command: str) -> Any:
    """What a measuring process printed, as JSON. Raises CalledProcessError."""
    done = subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True)
    return json.loads(done.stdout.splitlines()[-1])


def counting(folder: Path, runs: int) -> tuple[float, float]:
    """Median seconds and largest peak (MiB) of the annual report's tables of a register, a new process each time."""
    with tempfile.TemporaryDirectory() as out:
        command = ("-m", "tests.bench_sides", "sagsbarometer", str(folder), str(Path(out) / "numbers.json"))
        found = [told(*command) for _ in range(runs)]
    return statistics.median(item["seconds"] for item in found), max(item["peak"] for item in found)


def importing(folder: Path, rows: int, runs: int) -> dict[str, tuple[float, float]]:
    """Rows per second and peak (MiB) of each side on the same CSV file, taking turns."""
    found: dict[str, list[Any]] = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "extract.csv"
        # In a process of its own: what this one has used, those it starts are said to have used.
        told("-m", "tests.bench_import", WRITE, str(file), str(folder), str(rows))
        for _ in range(runs):
            for side, taken in found.items():
                made = Path(place) / "made"
                made.mkdir()
                taken.append(told("-m", "tests.bench_import", side, str(file), str(made)))
                shutil.rmtree(made)
    return {
        side: (
            rows / statistics.median(item["seconds"] for item in taken),
            max(item["peak"] for item in taken),
        )
        for side, taken in found.items()
    }


def import_ratio(found: dict[str, tuple[float, float]]) -> float:
    """How fast an import is beside DuckDB's conversion."""
    return found[OURS][0] / found[BY_DUCKDB][0]


def engines(folder: Path) -> dict[str, tuple[str, float, float] | None]:
    """Of each other engine: what it does first, the seconds of that, and of counting. None where it is not here."""
    found: dict[str, tuple[str, float, float] | None] = {"PySpark local[2]": None, "PostgreSQL": None}
    if shutil.which("java"):
        taken = told("-m", "tests.bench_scale", "local[2]", str(folder))
        if taken:
            found["PySpark local[2]"] = ("start", taken["first"], taken["seconds"])
    if postgres_programs():
        with postgres_cluster() as address:
            taken = told("-m", "tests.bench_scale", address, str(folder))
        if taken:
            found["PostgreSQL"] = ("kopi", taken["first"], taken["seconds"])
    return found


def main(engine: str, folder: str) -> int:
    """One other engine, once: prints as JSON the seconds until the register is there, and of counting."""
    try:
        import psycopg  # noqa: F401
        import pyspark  # noqa: F401
    except ImportError:
        print("null")
        return 0
    from sagsbarometer.appeals.cube import cubes
    from sagsbarometer.appeals.layouts.needs import views
    from sagsbarometer.appeals.registration import COLUMNS
    from sagsbarometer.store.engine import opened_rows
    from tests.bench_sides import DAY, annual_report

    layout = annual_report()
    paths = sorted(Path(folder).glob("*.parquet"))
    started = time.perf_counter()
    with opened_rows(*paths, columns=COLUMNS, engine=engine) as (deliveries, execute):
        first = time.perf_counter() - started
        started = time.perf_counter()
        cases = cubes(deliveries, DAY, views(layout), layout.clocks, execute).cases
        seconds = time.perf_counter() - started
    print(json.dumps({"first": first, "seconds": seconds, "cases": cases}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
