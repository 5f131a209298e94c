"""XLSX as a stream: a sheet has at most a million rows, and the careful reader of `tables` keeps them whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sagsbarometer.deliveries.stream import ROWS, Batch, Reading
from sagsbarometer.deliveries.stream_cells import arrays_of
from sagsbarometer.deliveries.tables import read_table


class XlsxRows:
    """The rows of a sheet; see `RowSource`."""

    kind, form = "xlsx", "Excel"

    def __init__(self, path: Path, reading: Reading, name: str) -> None:
        """Reads the sheet. Raises Faults (FIL-1xx) with all that is wrong with it."""
        self._table = read_table(path, name, reading.sheet, reading.header)
        self.name, self.header = self._table.file, self._table.header
        self.size = path.stat().st_size
        self.position = 0

    def batches(self, rows: int = ROWS) -> Iterator[Batch]:
        """The rows; see `RowSource`."""
        import pyarrow as pa

        table = self._table
        for start in range(0, len(table.rows), rows):
            part = table.rows[start : start + rows]
            columns = arrays_of([row.cells for row in part], len(table.header))
            self.position = self.size * (start + len(part)) // len(table.rows)
            yield Batch(tuple(columns), pa.array([row.number for row in part], pa.int64()), self.name)
