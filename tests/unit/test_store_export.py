"""Cells as Parquet: every column as Arrow itself would make it, and every number as it was."""

from __future__ import annotations

import io
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.measures.cells import TAKEN, Cell
from sagsbarometer.store.export import _column, cells_parquet
from tests.reports_in_tests import share

_TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]))
_DECIMALS = st.none() | st.decimals(-(10**17), 10**17, places=6)
_COLUMNS = (
    st.tuples(st.just(pa.string()), st.lists(_TEXTS))
    | st.tuples(st.just(pa.int64()), st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)))
    | st.tuples(st.just(pa.decimal128(24, 6)), st.lists(_DECIMALS))
    | st.tuples(st.just(pa.date32()), st.lists(st.none() | st.dates()))
)


@given(_COLUMNS)
def test_a_column_laid_out_here_is_the_one_arrow_makes(of: tuple[Any, list[Any]]) -> None:
    kind, values = of
    made = _column(kind, values)
    assert made.equals(pa.array(values, kind))
    assert made.to_pylist() == values


def test_cells_come_back_as_they_were() -> None:
    cells = [
        share("ret", 205, 180, 12),
        replace(share("ænder €\0", 0, 0, 0), data_date=""),
        replace(share("borte", 7, 5, 0), hidden="c"),
    ]
    table = pq.read_table(io.BytesIO(cells_parquet(cells, {"origin": "made up"})))
    assert table.schema.metadata[b"origin"] == b"made up"
    assert table.column_names == [item.name for item in fields(Cell)]
    rows = table.to_pylist()
    first = {name: getattr(cells[0], name) for name in table.column_names}
    assert rows[0] == first | {"data_date": date(2022, 12, 20)}
    assert rows[0]["value"] == Decimal("53.246753")
    assert (rows[1]["result"], rows[1]["data_date"], rows[1]["value"]) == ("ænder €\0", None, None)
    assert [rows[2][name] for name in TAKEN] == [None] * len(TAKEN)


def test_no_cells_are_a_table_with_no_rows() -> None:
    assert pq.read_table(io.BytesIO(cells_parquet([], {}))).num_rows == 0


def test_a_number_with_more_places_than_there_is_room_for_is_refused() -> None:
    with pytest.raises(ValueError, match="6 places"):
        cells_parquet([replace(share("ret", 1, 2, 0), value=Decimal("0.1234567"))], {})
