"""Cases registered twice at one moment are found as by counting every pair."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sagsbarometer.appeals.intake.repeats import Repeats
from sagsbarometer.store.staging import RowsFile, opened_files
from tests.conftest import trials

_MOMENTS = [datetime(2024, 1, day, 9, 30, tzinfo=UTC) for day in range(1, 5)]
_ROWS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", None]), st.sampled_from([*_MOMENTS, None])), max_size=14
)


def saved(folder: Path, rows: list[tuple[str | None, datetime | None]]) -> Path:
    file = RowsFile(folder / "rows.parquet")
    columns = {
        "case_id": pa.array([case for case, _ in rows], pa.string()),
        "registered_at": pa.array([moment for _, moment in rows], pa.timestamp("us", "UTC")),
        "line": pa.array(range(2, len(rows) + 2), pa.int32()),
    }
    file.write(pa.table(columns))
    file.close()
    return file.path


@settings(max_examples=trials(200))
@given(rows=_ROWS, most=st.integers(1, 3))
def test_repeats_are_those_of_every_pair(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str | None, datetime | None]], most: int
) -> None:
    folder = tmp_path_factory.mktemp("repeats")
    with opened_files(folder, {"rows": [saved(folder, rows)]}) as opened:
        repeats = Repeats.of(opened.tables["rows"], opened.execute, opened.keep)
        found, more = repeats.first(most)
        assert repeats.sums() == (
            len({case for case, _ in rows if case}),
            sum(None not in row for row in rows),
        )
    pairs = Counter(row for row in rows if None not in row)
    assert more == sum(n - 1 for n in pairs.values())
    expected = []
    for case, moment in dict.fromkeys(row for row in rows if pairs[row] > 1):
        lines = [line for line, row in enumerate(rows, start=2) if row == (case, moment)]
        expected.append((case, lines))
    assert found == expected[:most]
