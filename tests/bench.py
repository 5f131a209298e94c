"""How long things take that a person waits for: `./run bench`. Median of a few runs, in fresh processes."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN = str(ROOT / "run")


def seconds(command: list[str], times: int) -> float:
    """The median wall time of a command. Raises CalledProcessError when it fails."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def main() -> int:
    """Measures and shows a line for each."""
    parser = argparse.ArgumentParser(prog="./run bench", description="Mål, hvor lang tid ting tager.")
    parser.add_argument("--times", type=int, default=5, help="gange, hver ting måles (medianen vises)")
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        demo = [RUN, "demo", "--no-serve", "--folder", str(Path(folder) / "demo")]
        for what, command, number in (
            ("Python alene", [sys.executable, "-c", ""], times),
            ("./run uden noget at gøre", [RUN, "true"], times),
            ("sagsbarometer --help", [RUN, "sagsbarometer", "--help"], times),
            ("demoen fra ende til anden", demo, 1),
        ):
            took = f"{seconds(command, number):.2f}".replace(".", ",")
            print(f"{took:>8} s  {what}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
