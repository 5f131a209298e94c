"""The annual report's numbers from a generated register, by sagsbarometer and by others, each timed in its own process.

A side gives every number as {key: (numerator, denominator, unknown)}, keys as `measures.cells.ref` makes them.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sagsbarometer.appeals.as_of import end_of
from sagsbarometer.appeals.cube import Cubes, cubes
from sagsbarometer.appeals.layouts.expand import expand
from sagsbarometer.appeals.layouts.layout import MEASURES, Layout, load_layout
from sagsbarometer.appeals.layouts.needs import COUNT, needs, views
from sagsbarometer.appeals.registration import COLUMNS, WITHDRAWN
from sagsbarometer.appeals.statistics import register_cells, seen
from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.measures.cells import ref
from sagsbarometer.measures.results import Circumstances
from sagsbarometer.store.engine import opened_rows

SQL = Path(__file__).with_name("bench_annual_report.sql")
DAY = date(2025, 4, 11)
NOTHING = (0, 0, 0)
ORDER = ["registered_at", "delivery", "line"]

Numbers = dict[str, tuple[int, int, int]]
Cube = Mapping[str, Sequence[Any]]


def annual_report() -> Layout:
    """The tables of the shipped layout, without its figures."""
    layouts = shipped("layouts")
    layout = load_layout(layouts / "annual_report_2024", layouts / MEASURES, load_catalogue(shipped("law")))
    return replace(layout, figures=())


def by_sagsbarometer(paths: Sequence[Path], layout: Layout) -> Numbers:
    """What `appeals tables` does between an opened register and its cells."""
    return by_engine("", paths, layout)


def by_engine(engine: str, paths: Sequence[Path], layout: Layout) -> Numbers:
    """The same on another engine."""
    with opened_rows(*paths, columns=COLUMNS, engine=engine) as (deliveries, execute):
        counted = cubes(deliveries, DAY, views(layout), layout.clocks, execute)
    return _numbers(counted, layout)


def by_sql(paths: Sequence[Path], layout: Layout) -> Numbers:
    """The SQL written by hand. It knows the layout by heart."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("set variable deliveries = $1", [[str(path) for path in paths]])
    connection.execute("set variable as_of = $1::date", [DAY])
    return {
        ref(measure, row, "", str(year)): (int(numerator), int(denominator), int(unknown))
        for measure, row, year, numerator, denominator, unknown in connection.execute(
            SQL.read_text(encoding="utf-8")
        ).fetchall()
    }


def by_polars(paths: Sequence[Path], layout: Layout) -> Numbers:
    """The cube by Polars, its numbers by sagsbarometer."""
    import polars as pl

    columns = needs(layout).columns
    dates = [name for name in columns if name.endswith("_on")]
    moment = pl.col("registered_at").to_physical().cast(pl.Int128)
    order = (moment * 10**19 + pl.col("delivery").cast(pl.Int64) * 2**32 + pl.col("line")).alias("order")
    written = pl.scan_parquet(list(paths)).filter(pl.col("registered_at") < end_of(DAY)).with_columns(order)
    counted = (
        written.join(written.group_by("case_id").agg(pl.col("order").max()), on="order", how="semi")
        .filter(~pl.col(WITHDRAWN))
        .with_columns(pl.col(dates).dt.truncate("1y"))
        .group_by(columns)
        .agg(pl.len().alias(COUNT))
        .collect(engine="streaming")
    )
    return _numbers(counted.to_dict(as_series=False), layout)


def by_pandas(paths: Sequence[Path], layout: Layout) -> Numbers:
    """The cube by pandas, its numbers by sagsbarometer."""
    import pandas as pd

    columns = list(needs(layout).columns)
    dates = [name for name in columns if name.endswith("_on")]
    every = pd.concat(
        [pd.read_parquet(path, columns=["case_id", *columns, *ORDER, WITHDRAWN]) for path in paths]
    )
    written = every[every["registered_at"] < end_of(DAY)]
    last = written.sort_values(ORDER).drop_duplicates("case_id", keep="last")
    last = last[~last[WITHDRAWN]]
    years = {name: pd.to_datetime(last[name]).dt.year for name in dates}
    counted = last.assign(**years).groupby(columns, dropna=False).size().reset_index(name=COUNT)
    found = {
        name: [None if pd.isna(value) else value for value in counted[name].tolist()] for name in counted
    }
    for name in dates:
        found[name] = [year and date(int(year), 1, 1) for year in found[name]]
    return _numbers(found, layout)


def _numbers(counted: Cube | Cubes, layout: Layout) -> Numbers:
    of = Circumstances(False, DAY.isoformat(), "synthetic", complete=layout.why_not["da"])
    wanted = expand(layout, seen(counted, layout)).wanted
    cells = register_cells(counted, wanted, layout, of)
    return {cell.ref: (cell.numerator, cell.denominator, cell.unknown) for cell in cells}


# Each with what is imported before the clock starts.
SIDES: dict[str, tuple[Callable[[Sequence[Path], Layout], Numbers], tuple[str, ...]]] = {
    "sagsbarometer": (by_sagsbarometer, ("ibis", "ibis.backends.duckdb.converter", "pyarrow.parquet")),
    "DuckDB SQL": (by_sql, ("duckdb",)),
    "Polars": (by_polars, ("polars",)),
    "pandas": (by_pandas, ("pandas", "pyarrow.parquet")),
}


def main(side: str, folder: str, out: str) -> int:
    """Writes the numbers to the file `out` and prints, as JSON, what they took: seconds, seconds of processor, and
    the peak of the process in MiB; `null` where the side's library is not installed."""
    run, libraries = SIDES[side]
    paths = sorted(Path(folder).glob("*.parquet"))
    layout = annual_report()
    try:
        for library in libraries:
            importlib.import_module(library)
    except ImportError:
        print("null")
        return 0
    started, used = time.perf_counter(), time.process_time()
    numbers = run(paths, layout)
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    Path(out).write_text(json.dumps(numbers, sort_keys=True), encoding="utf-8")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "processor": processor, "peak": peak, "numbers": len(numbers)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
