"""A table of numbers or words that came from elsewhere: shown with its source, and never counted with ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GivenColumn:
    """A column by its id. `kind`: text, or value for numbers as they were given, with a dot before decimals."""

    id: str
    label: Text
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Given:
    """One such table. `rows` has a cell for each column, "" where nothing is given; `row_ids` is what texts call the
    rows. `why`: why we do not have the numbers ourselves. `mark`: other words than those that mark it as given."""

    id: str
    title: Text
    source: Text
    columns: tuple[GivenColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    row_ids: tuple[str, ...] = ()
    number: str = ""
    why: Text | None = None
    mark: Text | None = None

    def cell(self, row: str, column: str) -> str | None:
        """What stands at a row and column; None where there is no such place."""
        ids = [item.id for item in self.columns]
        if row not in self.row_ids or column not in ids:
            return None
        return self.rows[self.row_ids.index(row)][ids.index(column)]
