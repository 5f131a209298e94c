"""How long things take that a person waits for: `./run bench`. Median of a few runs, in fresh processes."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.load import load_form
from sagsbarometer.measures.count import count
from sagsbarometer.measures.define import define_measures
from sagsbarometer.review.answers import direct_plan, read_answers
from sagsbarometer.store.engine import opened_rows

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
    parser = argparse.ArgumentParser(
        prog="./run bench",
        description="Mål, hvor lang tid ting tager. »./run bench appeals« måler årsstatistikken på et stort register.",
    )
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
            show(seconds(command, number), what)
        answers, rows = Path(folder) / "demo" / "data" / "answers.csv", 10_000
        show(checking(answers, Path(folder), rows), f"{rows:,} svar læst og kontrolleret".replace(",", "."))
        frozen, rows = Path(folder) / "demo" / "resultater" / "dataset" / "rows.parquet", 1_000_000
        show(counting(frozen, Path(folder), rows), f"Alle mål talt på {rows:,} sager".replace(",", "."))
    return 0


def show(taken: float, what: str) -> None:
    """One line."""
    print(f"{taken:.2f}".replace(".", ",").rjust(8), "s ", what, flush=True)


def checking(answers: Path, folder: Path, wanted: int) -> float:
    """Seconds to read and check `wanted` answers: the demo's, again and again under new ids."""
    header, *lines = answers.read_text(encoding="utf-8").splitlines()
    many = (f"{number}-{lines[number % len(lines)]}" for number in range(wanted))
    path = folder / "many.csv"
    path.write_text("\n".join([header, *many]), encoding="utf-8")
    form = shipped_form()
    started = time.perf_counter()
    table = read_table(path)
    read_answers(table, form, direct_plan(form, table), None)
    return time.perf_counter() - started


def counting(frozen: Path, folder: Path, wanted: int) -> float:
    """Seconds to count every measure on `wanted` frozen rows, the engine's start included."""
    rows = pq.read_table(frozen)
    path = folder / "many.parquet"
    pq.write_table(pa.concat_tables([rows] * (wanted // rows.num_rows)), path)
    form = shipped_form()
    started = time.perf_counter()
    with opened_rows(path) as (table, execute):
        count(table, define_measures(form), form.names, execute)
    return time.perf_counter() - started


def shipped_form() -> Form:
    """The form of the demo."""
    return load_form(shipped("studies") / "barometer_97" / "form.yaml", load_catalogue(shipped("law")))


if __name__ == "__main__":
    sys.exit(main())
