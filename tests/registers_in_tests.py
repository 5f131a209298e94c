"""Registers for tests: a register as of a date and its cube in plain Python, and small layouts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from sagsbarometer.appeals.clocks import Clock
from sagsbarometer.appeals.columns import EVERY_REGISTER, Columns
from sagsbarometer.appeals.layouts.expand import expand
from sagsbarometer.appeals.layouts.layout import FILE, Layout, load_layout
from sagsbarometer.appeals.layouts.needs import COUNT, needs
from sagsbarometer.appeals.registration import COLUMNS
from sagsbarometer.appeals.statistics import register_cells, seen
from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.kernel.periods import Grain, truncated
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.measures.results import Circumstances

ROOT = Path(__file__).resolve().parents[1]
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
CATALOGUE = load_catalogue(ROOT / "law")
MEASURES = ROOT / "layouts" / "measures.yaml"

Row = Mapping[str, Any]


class _Plain(yaml.SafeDumper):
    """Writes the same part twice in full: our files have no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def case(**values: Any) -> dict[str, Any]:
    """A case with every column; what is not given is unknown."""
    return {name: values.get(name) for name in COLUMNS}


def as_of(registrations: Iterable[Row], day: date) -> list[Row]:
    """The last registration of each case before midnight after `day` in Denmark, unless it withdraws the case; ties
    by delivery and line."""
    midnight = datetime.combine(day + timedelta(days=1), time(), COPENHAGEN).astimezone(UTC)
    last: dict[str, Row] = {}
    for row in registrations:
        if row["registered_at"] >= midnight:
            continue
        before = last.get(row["case_id"])
        if before is None or _order(row) >= _order(before):
            last[row["case_id"]] = row
    return [row for row in last.values() if not row.get("withdrawn")]


def _order(row: Row) -> tuple[Any, ...]:
    return row["registered_at"], row["delivery"], row["line"]


def clock(row: Row, name: str, clocks: Mapping[str, Clock]) -> int | None:
    """The days of a clock in one case: None where they are unknown, negative, or not over."""
    item = clocks[name]
    ends = {item.to}
    if item.by_outcome:
        if row["outcome"] is None:
            return None
        possible = CATALOGUE.outcomes[row["outcome"]].one_of or [row["outcome"]]
        ends = {item.by_outcome.get(code, item.to) for code in possible}
    if len(ends) > 1:
        return None
    first, last = row[item.from_], row[ends.pop()]
    days = None if first is None or last is None else (last - first).days
    return None if days is None or days < 0 else days


def cube(
    rows: Iterable[Row],
    columns: Sequence[str],
    grain: Grain,
    clocks: Mapping[str, Clock] = MappingProxyType({}),
) -> dict[str, list[Any]]:
    """The distinct combinations of some columns with how many cases have each; dates cut to the grain."""

    def cut(row: Row, name: str) -> Any:
        value = clock(row, name, clocks) if name in clocks else row[name]
        return truncated(value, grain) if isinstance(value, date) else value

    counted = Counter(tuple(cut(row, name) for name in columns) for row in rows)
    found: dict[str, list[Any]] = {
        name: [values[index] for values in counted] for index, name in enumerate(columns)
    }
    return {**found, COUNT: list(counted.values())}


def layout_of(
    folder: Path, text: Any, measures: Path = MEASURES, columns: Columns = EVERY_REGISTER
) -> Layout:
    """A layout written as YAML or as data. Raises Faults as `load_layout`."""
    folder.mkdir(parents=True, exist_ok=True)
    written = text if isinstance(text, str) else yaml.dump(text, Dumper=_Plain, sort_keys=False)
    (folder / FILE).write_text(written, encoding="utf-8")
    return load_layout(folder, measures, CATALOGUE, columns)


def results(layout: Layout, rows: Sequence[Row], day: date | None = None) -> ResultSet:
    """Every number of a layout for cases as they stand."""
    need = needs(layout)
    counted = cube(rows, need.columns, need.grain, need.clocks)
    sheets = expand(layout, seen(counted, layout), day)
    of = Circumstances(False, "2025-04-11", "synthetic", complete=layout.why_not["da"])
    return ResultSet(register_cells(counted, sheets.wanted, layout, of))
