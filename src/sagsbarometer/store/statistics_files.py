"""Rows as SPSS and Stata files, with labels and true types; same rows, same bytes with the same libraries."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sagsbarometer.forms.labelled import Column, short_names

_MOST_LABEL = 80  # characters of a label in Stata
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def spss(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], title: str, day: date) -> bytes:
    """A .sav file. `day` stands in it as the day it was made: that of the data, for the clock is no content."""
    made = _written("sav", columns, rows, {column.name: column.name for column in columns}, title)
    # Of the header: 9 characters of the day from byte 84 and 8 of the hour (PSPP, System File Format, "File Header").
    stamp = f"{day.day:02} {_MONTHS[day.month - 1]} {day.year % 100:02}00:00:00".encode()
    return made[:84] + stamp + made[84 + len(stamp) :]


def stata(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], title: str, day: date) -> bytes:
    """A .dta file (Stata 14 and later). Names are shortened to 28 characters (`labelled.short_names`)."""
    made = _written(
        "dta", columns, rows, short_names([column.name for column in columns]), title[:_MOST_LABEL]
    )
    head, tag, rest = made.partition(b"<timestamp>")
    if not tag:
        raise ValueError("no timestamp")
    stamp = f"{day.day:02} {_MONTHS[day.month - 1]} {day.year} 00:00".encode()
    return head + tag + bytes([len(stamp)]) + stamp + rest[1 + rest[0] :]


def _written(
    kind: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    title: str,
) -> bytes:
    import pyarrow as pa
    import pyreadstat

    types = {"text": pa.string(), "number": pa.float64(), "date": pa.date32()}
    table = pa.table(
        {
            names[column.name]: pa.array([column.value(row) for row in rows], types[column.kind])
            for column in columns
        }
    )
    longest = None if kind == "sav" else _MOST_LABEL
    labels: dict[str, str | None] = {names[column.name]: column.label[:longest] for column in columns}
    values: dict[str, dict[int | float, str]] = {}
    for column in columns:
        if column.labels:
            values[names[column.name]] = {float(number): label for number, label in column.labels.items()}
    with TemporaryDirectory(prefix="sagsbarometer-") as folder:
        path = Path(folder) / f"rows.{kind}"
        write = pyreadstat.write_sav if kind == "sav" else pyreadstat.write_dta
        write(
            table.to_pandas(date_as_object=True),
            os.fspath(path),
            file_label=title[:64],
            column_labels=labels,
            variable_value_labels=values,
            variable_format=_formats(kind, columns, names),
        )
        return path.read_bytes()


def _formats(kind: str, columns: Sequence[Column], names: Mapping[str, str]) -> dict[str, str]:
    whole = "F8.0" if kind == "sav" else "%12.0g"
    return {names[column.name]: whole for column in columns if column.kind == "number"}
