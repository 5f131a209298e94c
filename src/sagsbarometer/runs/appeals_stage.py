"""The first half of an import: rows of a source as registrations on disk, and what could not be read beside them."""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sagsbarometer.appeals.codes import Codes
from sagsbarometer.appeals.intake.mapping import Plan
from sagsbarometer.appeals.intake.reading import ReadBatch, Reader
from sagsbarometer.appeals.intake.told import Files
from sagsbarometer.appeals.registration import LINE, REGISTERED_AT
from sagsbarometer.deliveries.stream import Batch, RowSource
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.store.register import ORIGIN_SAID
from sagsbarometer.store.staging import RowsFile

Tell = Callable[[str], None]

TOLD_EVERY = 3.0  # seconds
_LAST_LINE = 2**31 - 1
_THREADS = 4  # at most; the columns of a batch are read beside one another


@dataclass(frozen=True, slots=True)
class Staged:
    """What was read of a source: `rows` is missing where there was none, `faults` where all could be read. `words` are
    the source's words for outcomes with what they became; `span` the first and last moment of registration.
    """

    rows: Path | None
    faults: Path | None
    read: int
    files: Files
    origins: tuple[str, ...]
    words: Counter[tuple[str, str, str]]
    span: tuple[datetime, datetime] | None
    filled: frozenset[str] = frozenset()  # columns that every row has
    sha256: str = ""  # of the rows of a table, which is no file


def stage(source: RowSource, plan: Plan, codes: Codes, number: int, folder: Path, tell: Tell) -> Staged:
    """Reads a whole source into `folder`. Raises Faults FIL-1xx, and REGISTER-115 for more lines than have numbers."""
    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        reader = Reader(plan, codes, source.header, number, run=pool.map)
        writer = _Writer(folder)
        progress = _Progress(source, tell)
        lines = _Lines()
        digest = hashlib.sha256() if source.kind == "sql" else None
        try:
            for batch in _ahead(source.batches()):
                writer.add(reader.read(batch, lines.of(batch)))
                progress.add(len(batch))
                if digest:
                    digest.update(_content(batch))
        finally:
            writer.close({ORIGIN_SAID.decode(): min(reader.origins, default="")})
    progress.done()
    return Staged(
        rows=writer.rows.path if writer.rows.rows else None,
        faults=writer.faults.path if writer.faults.rows else None,
        read=writer.rows.rows,
        files=Files(tuple(lines.starts) or ((source.name, 0),)),
        origins=tuple(sorted(reader.origins)),
        words=reader.words,
        span=writer.span,
        filled=frozenset(writer.filled),
        sha256=digest.hexdigest() if digest else "",
    )


def _content(batch: Batch) -> bytes:
    """The texts of a batch as bytes."""
    import pyarrow as pa

    names = [str(place) for place in range(len(batch.columns))]
    content: bytes = pa.RecordBatch.from_arrays(list(batch.columns), names=names).serialize().to_pybytes()
    return content


def _ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same batches, one of them being read while the one before is at work."""
    with ThreadPoolExecutor(1) as pool:
        coming: Future[Batch | None] = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch


class _Lines:
    """A number for every row that no other row of the delivery has; in the first file the row as seen there."""

    def __init__(self) -> None:
        self.starts: list[tuple[str, int]] = []
        self._last = 0  # of the delivery
        self._row = 0  # of the file

    def of(self, batch: Batch) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        if not len(batch):
            return batch.numbers
        first, last = batch.numbers[0].as_py(), batch.numbers[-1].as_py()
        if not self.starts or batch.file != self.starts[-1][0] or first <= self._row:
            self.starts.append((batch.file, self._last))
        start = self.starts[-1][1]
        self._row, self._last = last, start + last
        if self._last > _LAST_LINE:
            fault = f"Leveringen har flere end {danish(_LAST_LINE)} rækker."
            raise Faults(
                [Problem("REGISTER-115", Place(batch.file), fault, "Del den op i flere leveringer.")]
            )
        return pc.add(batch.numbers, pa.scalar(start, pa.int64())) if start else batch.numbers


class _Writer:
    """Writes what is read while the next batch is being read."""

    def __init__(self, folder: Path) -> None:
        self.rows, self.faults = RowsFile(folder / "rows.parquet"), RowsFile(folder / "faults.parquet")
        self.span: tuple[datetime, datetime] | None = None
        self.filled: set[str] = set()
        self._pool = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def add(self, read: ReadBatch) -> None:
        if self._writing is not None:
            self._writing.result()
        self._writing = self._pool.submit(self._write, read)

    def _write(self, read: ReadBatch) -> None:
        import pyarrow.compute as pc

        ends = pc.min_max(read.rows[REGISTERED_AT]).as_py()
        if ends["min"] is not None:
            first, last = self.span or (ends["min"], ends["max"])
            self.span = (min(first, ends["min"]), max(last, ends["max"]))
        whole = {name for name in read.rows.column_names if not read.rows[name].null_count}
        self.filled = self.filled & whole if self.rows.rows else whole
        self.rows.write(read.rows)
        if read.faults is not None:
            self.faults.write(read.faults.sort_by(LINE))

    def close(self, said: dict[str, str]) -> None:
        try:
            if self._writing is not None:
                self._writing.result()
        finally:
            self._pool.shutdown()
            self.rows.close(said)
            self.faults.close()


class _Progress:
    """Tells every few seconds how far it has come."""

    def __init__(self, source: RowSource, tell: Tell) -> None:
        self.source, self.tell = source, tell
        self.rows = 0
        self.started = self.told = time.monotonic()

    def add(self, rows: int) -> None:
        self.rows += rows
        now = time.monotonic()
        if now - self.told >= TOLD_EVERY:
            self.told = now
            part = self.source.position / self.source.size if self.source.size else 0
            far = f" ({min(99, round(100 * part))} %)" if part else ""
            self.tell(f"Læst {danish(self.rows)} rækker{far}, {self.speed(now)} i sekundet")

    def speed(self, now: float) -> str:
        return danish(round(self.rows / max(now - self.started, 0.001)))

    def done(self) -> None:
        now = time.monotonic()
        if now - self.started >= TOLD_EVERY:
            self.tell(f"Læst {danish(self.rows)} rækker i alt, {self.speed(now)} i sekundet")
