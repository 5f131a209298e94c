"""How fast a file becomes a delivery, beside DuckDB's own conversion of it to Parquet: `./run bench appeals`.

Each in a process of its own: `python -m tests.bench_import SIDE FILE FOLDER` prints seconds and peak in MiB as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

# What an extract of such a case system has; no provision, because the generated ones are none of the law's.
COLUMNS = (
    "case_id received_on decided_on outcome law_area case_subject authority occasion result office statutory_priority "
    "reasons keywords registered_at"
).split()
MAPPING = """mapping: bench
rest: same
columns:
  origin: {constant: synthetic}
"""
# Without what an import would refuse or remark on: here the rows are what counts.
_WRITTEN = {
    "registered_at": "strftime(registered_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')",
    "outcome": "case when decided_on is not null then coalesce(outcome, 'upheld') end",
    "reasons": "case when outcome in ('amended', 'annulled', 'amended_or_annulled', 'remitted') then reasons end",
}
WRITE = "write"
OURS, BY_DUCKDB = "appeals import", "DuckDB CSV → Parquet"


def write_csv(deliveries: Sequence[Path], path: Path, rows: int) -> None:
    """The first `rows` registrations of some deliveries as a CSV file of 14 columns."""
    import duckdb

    paths = ", ".join(f"'{delivery}'" for delivery in deliveries)
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    asked = ", ".join(f"{_WRITTEN.get(name, name)} as {name}" for name in COLUMNS)
    connection.execute(
        f"copy (select {asked} from read_parquet([{paths}]) order by delivery, line limit {rows}) "
        f"to '{path}' (format csv, delimiter ';', header)"
    )


def by_import(file: Path, folder: Path) -> None:
    """What `appeals import` does."""
    from sagsbarometer.runs.appeals_import import Job, import_registrations

    mapping = folder / "mapping.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    import_registrations(Job(file, mapping, folder / "register"))


def by_duckdb(file: Path, folder: Path) -> None:
    """DuckDB alone: it finds types and writes the same kind of Parquet; no rule is tried and nothing is told."""
    import duckdb

    duckdb.connect().execute(f"copy (from read_csv('{file}')) to '{folder}/x.parquet' (compression zstd)")


SIDES = {OURS: by_import, BY_DUCKDB: by_duckdb}


def main(side: str, file: str, folder: str, rows: str = "") -> int:
    """One side, once; or with `WRITE` the file, of the first `rows` registrations in a folder of deliveries."""
    if side == WRITE:
        write_csv(sorted(Path(folder).glob("*.parquet")), Path(file), int(rows))
        print("null")
        return 0
    started = time.perf_counter()
    SIDES[side](Path(file), Path(folder))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
