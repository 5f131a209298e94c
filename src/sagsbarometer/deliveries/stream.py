"""Files of any size as one stream of rows: batches of text columns, every row with the number it is seen under.

What `tables` reads whole, this reads piece by piece with the same cells and the same faults: an extract of a case
system may be larger than memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sagsbarometer.deliveries.table_cells import Findings, safe_name
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 200_000  # of a batch, at most
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows one after the other. `columns` are utf8 arrays without nulls, one per column of the source: cells as
    stripped text, "" for an empty one. `numbers` (int64) are the rows as seen in `file`: in CSV the line a row starts
    on, in JSON lines the line, elsewhere the record with the header as row 1.
    """

    columns: tuple[pa.StringArray, ...]
    numbers: pa.Int64Array
    file: str = ""  # the file the rows are from, safe to show

    def __len__(self) -> int:
        """How many rows."""
        return len(self.numbers)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read; "" and 0 mean: find out."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    header: int = 0  # the row of the column names, from 1, as seen in the file
    table: str = ""  # of a database


class RowSource(Protocol):
    """Rows that can be read from the beginning as often as wanted, in bounded memory."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    @property
    def kind(self) -> str:
        """`csv`, `xlsx`, `parquet`, `jsonl` or `sql`."""

    @property
    def form(self) -> str:
        """How it is written, in Danish: `CSV, semikolon, Windows-1252`. Final when all batches are read."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""

    @property
    def size(self) -> int:
        """Bytes in all; 0 where nobody knows."""

    @property
    def position(self) -> int:
        """Bytes read so far by the `batches` last asked for."""

    def batches(self, rows: int = ROWS) -> Iterator[Batch]:
        """The rows, at most `rows` at a time. Blank rows are left out.

        Rows at fault are left out too and reading goes on; Faults (FIL-1xx) with all of them, in the order of the
        file, is raised after the last batch, or at once where reading cannot go on or after a thousand.
        """


FIND_OUT = Reading()


def open_source(paths: Sequence[Path], reading: Reading = FIND_OUT, names: Sequence[str] = ()) -> RowSource:
    """The rows of one or more files; the columns of a file after the first may stand in another order.

    `names` are what the user calls the files, where `paths` are temporary ones. Raises Faults (FIL-1xx) for what is
    wrong with any file or header, FIL-125 where the headers differ, FIL-127 where `reading` cannot be followed.
    """
    called = names or [path.name for path in paths]
    sources: list[RowSource] = []
    problems: list[Problem] = []
    for path, name in zip(paths, called, strict=True):
        try:
            sources.append(_open_one(path, reading, name))
        except Faults as faults:
            problems.extend(faults.problems)
    if problems:
        raise Faults(problems)
    if len(sources) == 1:
        return sources[0]
    return _Several.of(sources)


def _open_one(path: Path, reading: Reading, name: str) -> RowSource:
    from sagsbarometer.deliveries.tables import file_kind

    findings = Findings(safe_name(name))
    match file_kind(path, findings, name, stream=True):
        case "xlsx":
            from sagsbarometer.deliveries.stream_xlsx import XlsxRows

            return XlsxRows(path, reading, name)
        case "parquet":
            from sagsbarometer.deliveries.stream_arrow import parquet_rows

            return parquet_rows(path, findings)
        case "jsonl":
            from sagsbarometer.deliveries.stream_json import JsonRows

            return JsonRows(path, findings)
        case _:
            from sagsbarometer.deliveries.stream_csv import CsvRows

            return CsvRows(path, reading, findings)


@dataclass
class _Several:
    """Several sources as one."""

    sources: Sequence[RowSource]
    orders: Sequence[tuple[int, ...]]  # of each source: where the columns of the first stand in it
    _at: int = 0

    @staticmethod
    def of(sources: Sequence[RowSource]) -> _Several:
        """The sources as one. Raises Faults (FIL-125) for each whose columns are not those of the first."""
        first, *rest = sources
        problems = [fault for source in rest if (fault := _other_header(first, source))]
        if problems:
            raise Faults(problems)
        return _Several(
            sources, [tuple(source.header.index(name) for name in first.header) for source in sources]
        )

    @property
    def name(self) -> str:
        return f"{self.sources[0].name} og {len(self.sources) - 1} til"

    @property
    def kind(self) -> str:
        return self.sources[0].kind

    @property
    def form(self) -> str:
        return "; ".join(dict.fromkeys(source.form for source in self.sources))

    @property
    def header(self) -> tuple[str, ...]:
        return self.sources[0].header

    @property
    def size(self) -> int:
        return sum(source.size for source in self.sources)

    @property
    def position(self) -> int:
        done = sum(source.size for source in self.sources[: self._at])
        return done + (self.sources[self._at].position if self._at < len(self.sources) else 0)

    def batches(self, rows: int = ROWS) -> Iterator[Batch]:
        problems: list[Problem] = []
        for at, (source, order) in enumerate(zip(self.sources, self.orders, strict=True)):
            self._at = at
            try:
                for batch in source.batches(rows):
                    yield replace(batch, columns=tuple(batch.columns[index] for index in order))
            except Faults as faults:
                problems.extend(faults.problems)
        self._at = len(self.sources)
        if problems:
            raise Faults(problems)


def _other_header(first: RowSource, other: RowSource) -> Problem | None:
    missing = [name for name in first.header if name not in other.header]
    extra = [name for name in other.header if name not in first.header]
    if not missing and not extra:
        return None
    said = [
        f"{what}: {', '.join(shown(name) for name in names[:_MOST_NAMED])}"
        + (" …" if len(names) > _MOST_NAMED else "")
        for what, names in (("Den mangler", missing), ("Den har desuden", extra))
        if names
    ]
    fault = f"Filen har ikke de samme kolonner som {first.name}. {'. '.join(said)}."
    remedy = "Giv filerne de samme kolonnenavne, eller læs dem hver for sig med hver sin mapping."
    return Problem("FIL-125", Place(other.name, row=1), fault, remedy)
