"""Tables as the rebuilt data are read and written: CSV with a header row, the same bytes for the same rows."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows by the names of their columns."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """The text of a table; what a row lacks is empty. Raises ValueError for what no column is for."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def checksum(content: bytes) -> str:
    """SHA-256, as 64 characters."""
    return hashlib.sha256(content).hexdigest()
