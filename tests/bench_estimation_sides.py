"""Shares with standard errors of a generated sample, by sagsbarometer and by others, each timed in its own process.

A side writes `share` and `error`, a row per domain and a column per variable. Only what a side needs is imported,
so that one can be run by a Python that has not the others. Each but R and svy, which take minutes, is run once before
it is timed: what a program imports is no part of a method. They alone are spared reading the file.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STRATA, DOMAINS, VARIABLES = 120, 98, 20
NAMES = [f"y{number:02d}" for number in range(1, VARIABLES + 1)]


def make(folder: Path, rows: int) -> None:
    """A sample of cases: strata with a finite population, domains that cut across them, answers of 0 or 1."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet as pq

    draw = np.random.default_rng(97)
    stratum = draw.choice(STRATA, rows, p=draw.dirichlet(np.full(STRATA, 5.0)))
    domain = draw.choice(DOMAINS, rows, p=draw.dirichlet(np.full(DOMAINS, 3.0)))
    drawn = np.bincount(stratum, minlength=STRATA)
    there = np.ceil(drawn * draw.uniform(1.05, 8, STRATA)).astype(int)
    columns = {"h": stratum, "dom": domain, "N": there[stratum], "w": (there / drawn)[stratum]}
    for number, base in enumerate(draw.uniform(0.02, 0.6, VARIABLES)):
        chance = np.clip(base + 0.1 * np.sin(stratum + number) + 0.05 * np.cos(domain), 0.01, 0.95)
        columns[NAMES[number]] = (draw.random(rows) < chance).astype(np.int8)
    table = pa.table(columns)
    pq.write_table(table, folder / "sample.parquet")
    pyarrow.csv.write_csv(table, folder / "sample.csv")


def by_sagsbarometer(folder: Path) -> Callable[[], Any]:
    """As `estimate` does it between an opened sample and its cells, each share as an estimate with its base."""
    from sagsbarometer.estimation.asked import Drawing, Variable
    from sagsbarometer.estimation.groups import read_groups
    from sagsbarometer.estimation.moments import moments
    from sagsbarometer.estimation.query import grouped_query
    from sagsbarometer.store.engine import opened_rows

    drawing = Drawing(strata=("h",), population="N")  # the weights follow
    variables = [Variable(name, name) for name in NAMES]
    by = [("dom",)]

    def side() -> Any:
        import numpy as np

        with opened_rows(folder / "sample.parquet") as (table, execute):
            counted = execute(grouped_query(table, drawing, variables, by))
        (found,) = moments(read_groups(counted, drawing, variables, by), drawing)
        told = [[found.estimate(d, k) for k in range(VARIABLES)] for d in range(len(found.domains))]
        order = np.argsort([int(name) for (name,) in found.domains])
        share = np.array([[each.value for each in row] for row in told])[order]
        return share, np.array([[each.error for each in row] for row in told])[order]

    return side


def by_hand(folder: Path) -> Callable[[], Any]:
    """The formula as it stands: sums of weights and of their squares, with and without the answer."""
    answers = ",".join(f"sum(w * {name}) a_{name}, sum(w * w * {name}) b_{name}" for name in NAMES)
    query = f"select h, dom, count(*) n, sum(w) sw, sum(w * w) sw2, max(N) cap, {answers}"

    def side() -> Any:
        import duckdb
        import numpy as np

        with duckdb.connect() as connection:
            found = connection.sql(
                f"{query} from '{folder / 'sample.parquet'}' group by all order by all"
            ).fetchnumpy()

        def grid(name: str) -> Any:
            out = np.zeros((STRATA, DOMAINS))
            out[found["h"], found["dom"]] = found[name]
            return out

        n, cap = grid("n"), grid("cap").max(axis=1)[:, None]
        sums = ((grid(f"a_{name}"), grid(f"b_{name}")) for name in NAMES)
        return _linearised(grid("sw"), grid("sw2"), n.sum(axis=1)[:, None], cap, sums)

    return side


def by_shortcut(folder: Path) -> Callable[[], Any]:
    """What somebody writes who knows that no answer is unknown, and that all weights of a stratum are the same."""
    answers = ",".join(f"sum({name}) {name}" for name in NAMES)
    query = f"select h, dom, count(*) n, any_value(w) w, any_value(N) cap, {answers} from '{folder / 'sample.parquet'}'"

    def side() -> Any:
        import duckdb
        import numpy as np

        with duckdb.connect() as connection:
            found = connection.sql(f"{query} group by all order by all").fetchnumpy()
        shape = (STRATA, DOMAINS)

        def grid(name: str) -> Any:
            out = np.zeros(shape)
            out[found["h"], found["dom"]] = found[name]
            return out

        n = grid("n")
        w, cap = grid("w").max(axis=1)[:, None], grid("cap").max(axis=1)[:, None]
        sums = ((w * y, w * w * y) for y in map(grid, NAMES))
        return _linearised(w * n, w * w * n, n.sum(axis=1)[:, None], cap, sums)

    return side


def _linearised(weight: Any, squared: Any, drawn: Any, cap: Any, sums: Any) -> Any:
    import numpy as np

    scale = (1 - drawn / cap) * drawn / (drawn - 1)
    total = weight.sum(axis=0)
    share, error = np.empty((DOMAINS, VARIABLES)), np.empty((DOMAINS, VARIABLES))
    for number, (first, second) in enumerate(sums):
        p = first.sum(axis=0) / total
        apart = first - p * weight
        spread = second - 2 * p * second + p * p * squared
        share[:, number] = p
        error[:, number] = np.sqrt((scale * (spread - apart**2 / drawn)).sum(axis=0)) / total
    return share, error


def by_svy(folder: Path) -> Callable[[], Any]:
    """The Python package svy, on rows already read."""
    import numpy as np
    import polars
    import svy

    rows = polars.read_parquet(folder / "sample.parquet")

    def side() -> Any:
        drawn = svy.Sample(rows, svy.Design(stratum="h", wgt="w", pop_size="N"))
        found = [item.to_polars().sort("dom") for item in drawn.estimation.mean(NAMES, by="dom")]
        return (
            np.column_stack([item["est"].to_numpy() for item in found]),
            np.column_stack([item["se"].to_numpy() for item in found]),
        )

    return side


SIDES = {
    "sagsbarometer": by_sagsbarometer,
    "DuckDB + numpy": by_hand,
    "DuckDB + numpy, genvej": by_shortcut,
    "svy": by_svy,
}


def main() -> int:
    """`make FOLDER ROWS`, or a side and the folder: the seconds it took on stdout, null where it is not installed."""
    what, folder = sys.argv[1], Path(sys.argv[2])
    if what == "make":
        make(folder, int(sys.argv[3]))
        return 0
    try:
        side = SIDES[what](folder)
        import numpy as np
    except ImportError:
        print("null")
        return 0
    if what != "svy":
        side()
    started = time.perf_counter()
    share, error = side()
    seconds = time.perf_counter() - started
    np.savez(folder / f"{what}.npz", share=share, error=error)
    print(json.dumps(seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
