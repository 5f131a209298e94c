"""The demo: rows built from the published counts, run, held against the published figures, and shown."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sagsbarometer.reporting.numbers import amount, bound_limits, interval_limits
from sagsbarometer.store.results import load_results

HERE = Path(__file__).resolve().parent
PUBLISHED = HERE.parent / "published" / "handicapsagsbarometret_2023"
# The day the figures the rows are built from were made public.
DATA_DATE = "2024-04-26"
HEADLINES = (
    "in_accordance",
    "any_defect_share",
    "fact_finding_defect_material",
    "party_hearing_defect_any",
    "deadline_kept",
    "action_plan_offered",
)


def main() -> int:
    """Runs the demo; 0 when every published figure came out as expected."""
    options = _options()
    started = time.monotonic()
    folder = Path(options.folder)
    data, study, out = folder / "data", folder / "studie", folder / "resultater"
    _clear(folder, data, study)
    _step("Bygger 385 sager af de offentliggjorte tal", [HERE / "reconstruct" / "build.py", "--out", data])
    frame = ["--frame", data / "municipalities.csv", "--data-date", DATA_DATE]
    _step("Opretter studiet", ["-m", "sagsbarometer.cli.main", "study", "new", "barometer_97", study, *frame])
    run = ["study", "run", study, "--answers", data / "answers.csv", "--out", out, "--force"]
    _step("Kontrollerer, fryser, tæller og skriver rapporten", ["-m", "sagsbarometer.cli.main", *run])
    print("\nHolder resultaterne op mod de offentliggjorte tal:\n", flush=True)
    verify = ["figures", "verify", "--brief", "--published", PUBLISHED, "--results", out]
    known = ["--expect", PUBLISHED / "known.csv"]
    verdict = _python(["-m", "sagsbarometer.cli.main", *verify, *known])
    _show(out, time.monotonic() - started)
    if options.no_serve or verdict:
        return verdict
    return _python(["-m", "sagsbarometer.cli.main", "report", "serve", out, "--port", str(options.port)])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./run demo", description="Fra 385 sager til den offentliggjorte rapport."
    )
    parser.add_argument("--no-serve", action="store_true", help="vis ikke resultaterne på en side bagefter")
    parser.add_argument("--port", type=int, default=8000, help="porten; den næste ledige, når den er optaget")
    parser.add_argument("--folder", default=str(HERE.parent / "demo-ud"), help="mappen, demoen skriver i")
    return parser.parse_args()


def _clear(folder: Path, *parts: Path) -> None:
    """Removes what an earlier demo left, and never anything else."""
    mark = folder / "demo.txt"
    if folder.exists() and any(folder.iterdir()) and not mark.is_file():
        sys.exit(f"{folder} findes og er ikke fra en demo. Vælg en anden mappe med --folder.")
    for part in parts:
        shutil.rmtree(part, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text("Skrevet af ./run demo. Mappen kan slettes.\n", encoding="utf-8")


def _step(what: str, arguments: Sequence[object]) -> None:
    print(f"== {what}", flush=True)
    if code := _python(arguments):
        sys.exit(code)


def _python(arguments: Sequence[object]) -> int:
    return subprocess.run([sys.executable, *map(str, arguments)], check=False).returncode


def _show(out: Path, seconds: float) -> None:
    loaded = load_results(out)
    print("\nNogle af tallene (rekonstruerede data):\n")
    for id in HEADLINES:
        cell = loaded.results.cell(id)
        label = loaded.definitions[id]["label"]["da"]
        share = f"{cell.numerator:>4} af {cell.denominator}"
        unknown = f", {cell.unknown} ukendte: {bound_limits(cell)}" if cell.unknown else ""
        print(f"  {label[:52]:<53}{share:<12}{amount(cell):>6}  ({interval_limits(cell, 1)}{unknown})")
    print(
        "\nI parentes: 95-procents-interval, som om sagerne var trukket tilfældigt, og grænser for de ukendte."
    )
    print(f"\nFærdig på {seconds:.0f} sekunder. Filerne ligger i {out}:")
    for name in (
        "index.html",
        "rapport.html",
        "rapport.pdf",
        "hvor-knaekker-det.html",
        "tabeller.xlsx",
        "cells.csv",
    ):
        print(f"  {name}")
    print("\nPrøv nu:  ./run sagsbarometer measures list\n", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
