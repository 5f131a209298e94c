"""A register of everything that may make engines disagree, and its cubes in plain Python."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sagsbarometer.appeals.clocks import Clock
from sagsbarometer.appeals.columns import columns_of
from sagsbarometer.appeals.layouts.needs import Columns as View
from sagsbarometer.appeals.registration import (
    COLUMNS,
    COURT_RESULTS,
    OCCASIONS,
    OMBUDSMAN_RESULTS,
    OUTCOMES,
    RESULTS,
    WITHDRAWN,
)
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.periods import truncated
from tests import registers_in_tests as plain
from tests.bench_register import SCHEMA

Row = dict[str, Any]
OWN = columns_of(
    {"emne": {"type": "code"}, "note": {"type": "text"}, "beloeb": {"type": "int"}, "hast": {"type": "bool"}}
)
# The nights an hour is missing or comes twice, the last day of a year, a leap day, and one when all is over.
DAYS = (
    date(2023, 12, 31),
    date(2024, 2, 29),
    date(2024, 3, 30),
    date(2024, 3, 31),
    date(2024, 10, 26),
    date(2024, 10, 27),
    date(2025, 4, 11),
)
_TICK = timedelta(microseconds=1)
# What COPY, SQL or a shell could take for something else.
TEXTS = [
    "101",
    "751",
    "Økøbing",
    "a,b",
    'sagde "nej"',
    "\\N",
    "NULL",
    "to\nlinjer",
    " ",
    "\\.",
    "', drop table x; --",
    "Ω中",
]
_TYPES = {Type.DATE: pa.date32(), Type.INT: pa.int32(), Type.BOOL: pa.bool_()}
_SUBJECTS = ["voksne_socialpaedagogisk_bistand_85", "social_tabt_arbejdsfortjeneste_87_88"]
_SUBJECTS += ["merudgiftydelse_41_tilbagebetaling", "ikke_i_loven"]
CODES: Mapping[str, Sequence[str]] = {
    "outcome": OUTCOMES,
    "law_area": ("serviceloven", "barnets_lov", "sygedagpengeloven"),
    "case_subject": _SUBJECTS,
    "occasion": OCCASIONS,
    "result": RESULTS,
    "court_result": COURT_RESULTS,
    "ombudsman_result": OMBUDSMAN_RESULTS,
    "keywords": ("", "reasons", "reasons|time_limits", "duty_to_investigate"),
    "reasons": ("", "facts_or_reasons"),
    "condition": ("serviceloven/97/age", "barnets_lov/87/eligible_child"),
    "provision": ("serviceloven/85", "barnets_lov/87", "serviceloven/32 a"),
}


def deliveries(size: int, seed: int = 7) -> list[list[Row]]:
    """Registrations in the order of three deliveries: one of an old register, one as today, one with own columns."""
    draw = random.Random(seed)
    cases = [f"{year}-{number:05d}" for number in range(size // 3) for year in (23, 24)] + [
        "æ 1",
        "Æ 1",
        "e\u0301",
        "é",
    ]
    found: list[list[Row]] = []
    for number in (1, 2, 3):
        types = OWN.types if number == 3 else COLUMNS
        rows = []
        for line in draw.sample(range(2, size + 2), size // 3):
            row = {name: _value(draw, name, type) for name, type in types.items()}
            if number == 1:
                row |= dict.fromkeys(_NEW)
            row |= {
                "case_id": draw.choice(cases),
                "registered_at": _moment(draw),
                "delivery": number,
                "line": line,
            }
            row[WITHDRAWN] = None if number == 1 else draw.random() < 0.05
            rows.append(row)
        found.append(rows)
    return found


_NEW = (
    "applied_on",
    "complete_on",
    "processing_days",
    "statutory_priority",
    "ombudsman_closed_on",
    "new_decision_on",
)


def written(folder: Path, rows: Sequence[Sequence[Row]]) -> list[Path]:
    """The deliveries as Parquet. The first lacks the columns there were none of then."""
    paths = []
    for number, delivery in enumerate(rows, start=1):
        own = (
            [pa.field(id, _TYPES.get(item.type, pa.string())) for id, item in OWN.own.items()]
            if number == 3
            else []
        )
        left_out = {WITHDRAWN, *_NEW} if number == 1 else set()
        schema = pa.schema([field for field in [*SCHEMA, *own] if field.name not in left_out])
        paths.append(folder / f"{number:04d}.parquet")
        pq.write_table(pa.Table.from_pylist([dict(row) for row in delivery], schema=schema), paths[-1])
    return paths


def _moment(draw: random.Random) -> datetime:
    """At or around the end of one of the days, often the very same; or any time."""
    if draw.random() < 0.3:
        return datetime(2022, 1, 1, tzinfo=UTC) + timedelta(
            seconds=draw.randrange(100_000_000), microseconds=draw.randrange(3)
        )
    day = draw.choice(DAYS)
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), plain.COPENHAGEN).astimezone(
        UTC
    )
    return midnight + draw.choice(
        [-2 * _TICK, -_TICK, 0 * _TICK, _TICK, -timedelta(hours=1), timedelta(hours=1)]
    )


def _value(draw: random.Random, name: str, type: Type) -> Any:
    if draw.random() < 0.12:
        return None
    if type is Type.DATE:
        base = draw.choice(
            [date(2023, 12, 29), date(2024, 2, 27), date(2024, 3, 30), date(2022, 6, 29), date(1969, 12, 30)]
        )
        return base + timedelta(days=draw.randrange(5) + draw.choice([0, 0, 91, 366]))
    if type is Type.INT:
        return draw.choice([0, 1, 41, 400, 2**31 - 1, -3])
    if type is Type.BOOL:
        return draw.random() < 0.5
    return draw.choice(CODES.get(name, TEXTS))


def as_of(rows: Sequence[Sequence[Row]], day: date) -> list[Row]:
    """The cases as they stood, every column of the register in each."""
    known = plain.as_of((row for delivery in rows for row in delivery), day)
    return [{name: row.get(name) for name in OWN.types} for row in known]


def cube(cases: Sequence[Row], view: View, clocks: Mapping[str, Clock]) -> Counter[tuple[Any, ...]]:
    """Each combination of the columns of a view, and how many cases have it."""

    def value(row: Row, name: str) -> Any:
        if name in clocks:
            return days(row, clocks[name])
        found = row[name]
        return truncated(found, view[name]) if isinstance(found, date) else found

    return Counter(tuple(value(row, name) for name in view) for row in cases)


def days(row: Row, clock: Clock) -> int | None:
    """A clock of a case: None where a date is missing or the days are negative."""
    last = row[clock.to]
    if clock.by_outcome:
        if row["outcome"] is None or row["outcome"] in clock.unclear:
            return None
        last = row[clock.by_outcome.get(row["outcome"], clock.to)]
    first = row[clock.from_]
    if first is None or last is None or last < first:
        return None
    return int((last - first).days)
