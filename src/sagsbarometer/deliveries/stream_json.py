"""JSON lines: an object a line, its keys the columns, in the order they are first met."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from sagsbarometer.deliveries.stream import ROWS, Batch
from sagsbarometer.deliveries.stream_arrow import header_from
from sagsbarometer.deliveries.stream_cells import arrays_of
from sagsbarometer.deliveries.table_cells import MAX_COLUMNS, MAX_PROBLEMS, Cells, Cleaner, Findings, as_text
from sagsbarometer.deliveries.tables import checked_rows
from sagsbarometer.kernel.ids import shown

MAX_LINE = 16 << 20  # bytes
_BOM = b"\xef\xbb\xbf"
_REMEDY = 'Skriv ét objekt pr. linje, fx {"sagsnr": "1", "modtaget": "2024-03-05"}.'


class JsonRows:
    """The rows of a file of JSON lines; see `RowSource`. It is read twice: no line says which keys will come."""

    kind, form = "jsonl", "JSON-linjer"

    def __init__(self, path: Path, findings: Findings) -> None:
        """Finds the columns. Raises Faults with every line that is no plain object."""
        self.name, self._path = findings.file, path
        self.size, self.position = path.stat().st_size, 0
        keys: dict[str, None] = {}
        for number, row in self._objects(findings):
            keys.update(dict.fromkeys(row))
            if len(keys) > MAX_COLUMNS:
                fault = f"Filens linjer har tilsammen flere end {MAX_COLUMNS} navne."
                findings.stop("FIL-109", fault, "Fjern dem, der ikke bruges.", row=number)
            if len(findings.problems) >= MAX_PROBLEMS:
                break
        findings.raise_any()
        if not keys:
            findings.stop("FIL-102", "Filen har ingen rækker.", _REMEDY)
        self._keys = tuple(keys)
        self._header = header_from(keys, findings)
        self.header = self._header.names

    def batches(self, rows: int = ROWS) -> Iterator[Batch]:
        """The rows; see `RowSource`."""
        import pyarrow as pa

        findings, clean = Findings(self.name), Cleaner()
        waiting: list[tuple[int, Cells]] = []
        most = min(rows, 20_000)  # Python's objects take their room

        def batch() -> Batch:
            kept = list(checked_rows(iter(waiting), self._header, False, findings, stream=True))
            waiting.clear()
            columns = arrays_of([row.cells for row in kept], len(self.header))
            return Batch(tuple(columns), pa.array([row.number for row in kept], pa.int64()), self.name)

        for number, row in self._objects(findings):
            waiting.append((number, tuple(clean(row.get(key, "")) for key in self._keys)))
            if len(waiting) >= most and len(full := batch()):
                yield full
            if len(findings.problems) >= MAX_PROBLEMS:
                break
        if waiting and len(last := batch()):
            yield last
        findings.raise_any()

    def _objects(self, findings: Findings) -> Iterator[tuple[int, dict[str, str]]]:
        """Line number and cells of every line that is a plain object."""
        self.position = 0
        with self._path.open("rb") as file:
            for number, line in enumerate(_lines(file), start=1):
                self.position += len(line)
                if len(line) > MAX_LINE:
                    fault = f"Linjen er længere end {MAX_LINE >> 20} MB."
                    findings.stop("FIL-123", fault, _REMEDY, row=number)
                text = line.removeprefix(_BOM) if number == 1 else line
                if not text.strip():
                    continue
                try:
                    value = json.loads(
                        text.decode(),
                        object_pairs_hook=_Pairs,
                        parse_int=str,
                        parse_float=str,
                        parse_constant=str,
                    )
                except (ValueError, RecursionError):
                    findings.add("FIL-123", "Linjen er ikke gyldig JSON i UTF-8.", _REMEDY, row=number)
                    continue
                if row := _row(value, number, findings):
                    yield number, row


class _Pairs(list[tuple[str, Any]]):
    """The pairs of an object, as they stand: a key may be there twice."""


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(MAX_LINE + 1):
        yield line


def _row(value: object, number: int, findings: Findings) -> dict[str, str] | None:
    if not isinstance(value, _Pairs):
        findings.add("FIL-123", "Linjen er ikke et objekt.", _REMEDY, row=number)
        return None
    row: dict[str, str] = {}
    for key, item in value:
        if key in row:
            findings.add("FIL-123", f"Navnet {shown(key)} står to gange i linjen.", _REMEDY, row=number)
        plain = item if not isinstance(item, list) or isinstance(item, _Pairs) else _list(item)
        if (plain is None and item is not None) or isinstance(plain, _Pairs):
            fault = f"{shown(key)} er et objekt eller en liste i en liste; det kan ikke være en celle."
            findings.add("FIL-124", fault, "Skriv felterne hver for sig, med hver sit navn.", row=number)
            continue
        row[key] = plain if isinstance(plain, str) else as_text(plain)
    try:
        "".join((*row, *row.values())).encode()
    except UnicodeEncodeError:
        findings.add("FIL-123", "Linjen har halve tegn (\\ud800–\\udfff).", _REMEDY, row=number)
        return None
    return row


def _list(items: list[Any]) -> str | None:
    """Several codes as one cell; None where an item is no plain value, or could not be told apart again."""
    texts = []
    for item in items:
        if isinstance(item, list) or "|" in (text := as_text(item)):
            return None
        texts.append(text)
    return "|".join(text for text in texts if text)
