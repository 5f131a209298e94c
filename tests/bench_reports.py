"""Every report of every template in every format, against Typst and vl-convert alone: `./run bench reports`.

Both sides get the same Typst sources and the same Vega-Lite specifications; ours also reads the results, checks the
texts, and writes pages, Word documents, workbooks and data. Each run is a process of its own, and the sides take turns.
The shortest run of each side is told: what others do on the machine only makes a run longer.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sagsbarometer.reporting.numbers import danish
from tests.bench_appeals import ROOT, load, say, shown

GOAL = 1.5  # times as long as Typst and vl-convert alone, at most
CELLS = (1_000, 10_000)
LONGEST = 600  # seconds, of one protection


def main() -> int:
    """Measures and shows; always 0, because a time is no fault."""
    parser = argparse.ArgumentParser(
        prog="./run bench reports",
        description="Mål, hvor lang tid alle rapporter i alle formater tager, mod Typst og vl-convert alene med samme "
        "indhold, og hvor lang tid beskyttelse af 1.000 og 10.000 celler tager.",
    )
    parser.add_argument("--runs", type=int, default=3, help="gange, hver måles (den korteste vises)")
    parser.add_argument(
        "--results",
        type=Path,
        action="append",
        metavar="MAPPE",
        help="resultater (ellers demoens, der laves først)",
    )
    parser.add_argument(
        "--cells", default=",".join(map(str, CELLS)), help="celler, der beskyttes; tom: ingen"
    )
    asked = parser.parse_args()
    versions = f"Typst {version('typst')}, vl-convert {version('vl-convert-python')}"
    say(f"{os.cpu_count()} kerner, belastning {load()}. {versions}.")
    with tempfile.TemporaryDirectory() as folder:
        results = asked.results or _results(Path(folder))
        _reports(results, Path(folder), asked.runs)
    for cells in filter(None, asked.cells.split(",")):
        _protection(int(cells), asked.runs)
    say(f"\nBelastning {load()}.")
    return 0


def _results(folder: Path) -> list[Path]:
    """The results of the demo: both tracks, every layout and template it has."""
    say("Laver resultaterne med demoen …")
    line = [sys.executable, ROOT / "demo" / "run_demo.py", "--no-serve", "--folder", folder / "demo"]
    subprocess.run(list(map(str, line)), cwd=ROOT, check=True, capture_output=True)
    return sorted(path.parent for path in (folder / "demo" / "resultater").glob("*/edition.json"))


def _reports(results: Sequence[Path], folder: Path, runs: int) -> None:
    calls = folder / "calls.pickle"
    say("Ser efter, hvad rapporterne beder Typst og vl-convert om …")
    _side("record", calls, *results)
    ours: list[list[float]] = []
    raw: list[list[float]] = []
    for number in range(runs):
        ours.append(_side("ours", *results))
        raw.append(_side("raw", calls))
        say(
            f"  gang {number + 1}: {shown(ours[-1][1], 1)} s mod {shown(raw[-1][1], 1)} s, "
            f"i processortid {shown(ours[-1][2], 1)} s mod {shown(raw[-1][2], 1)} s; belastning {load()}"
        )
    say(f"\nRapporter af {len(results)} mapper med resultater, {runs} gange på skift (den korteste):")
    say(f"  sagsbarometer         {_times(ours)}   {danish(int(ours[0][0]))} filer, alle formater")
    say(f"  Typst og vl-convert   {_times(raw)}   {danish(int(raw[0][0]))} PDF'er og billeder")
    ratio, work = (_least(ours, column) / _least(raw, column) for column in (1, 2))
    say(f"  Forhold {shown(ratio, 2)} (mål: højst {shown(GOAL, 1)}); i processortid {shown(work, 2)}.")


def _least(runs: Sequence[Sequence[float]], column: int) -> float:
    return min(run[column] for run in runs)


def _times(runs: Sequence[Sequence[float]]) -> str:
    return f"{shown(_least(runs, 1), 2)} s ({shown(_least(runs, 2), 2)} s processortid)"


def _protection(cells: int, runs: int) -> None:
    taken = []
    for _ in range(runs):
        one = _side("protect", cells, most=LONGEST)
        if one is None:
            say(f"\nBeskyttelse af {danish(cells)} celler: over {LONGEST} s, og derfor stoppet.")
            return
        taken.append(one)
        if one[2] > LONGEST / 10:  # another would say nearly the same
            break
    seconds = _least(taken, 2)
    say(
        f"\nBeskyttelse af {danish(taken[0][0])} celler: {shown(seconds, 2)} s (den korteste af {len(taken)}); "
        f"{danish(taken[0][1])} holdes tilbage."
    )


def _side(*arguments: object, most: float | None = None) -> Any:
    """What a run of one side says, as data; None where it says nothing, or is stopped after `most` seconds."""
    line = [sys.executable, "-m", "tests.bench_reports_sides", *map(str, arguments)]
    try:
        done = subprocess.run(line, cwd=ROOT, check=False, capture_output=True, text=True, timeout=most)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        sys.exit(f"{arguments[0]} gik i stå:\n{done.stderr[-2_000:]}")
    return json.loads(done.stdout) if done.stdout.strip() else None


if __name__ == "__main__":
    sys.exit(main())
