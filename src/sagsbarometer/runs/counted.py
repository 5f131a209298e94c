"""The counts of a study's cases, made of the rows they were frozen as, which the manifest has the hash of: few are
counted here and many by an engine, which gives the same numbers."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer, Name, Type, Value
from sagsbarometer.forms.states import State, choice_column, state_column
from sagsbarometer.measures.count import UNIT_COLUMN, Counts, count, count_by_unit
from sagsbarometer.measures.count_few import Case, are_few, count_few, count_few_by_unit
from sagsbarometer.measures.measure import Measure
from sagsbarometer.store.dataset import number_of_rows, read_rows
from sagsbarometer.store.engine import opened_rows

Measures = Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class Frozen:
    """The cases that a form was answered for: how many, and the Parquet file of their rows."""

    form: Form
    number: int
    rows: bytes

    def cases(self) -> list[Case]:
        """Every case with its answers. Raises ValueError where the rows are none that were frozen with this form."""
        try:
            rows = read_rows(io.BytesIO(self.rows))
            return [(str(row[UNIT_COLUMN]), _answers(self.form, row)) for row in rows]
        except (OSError, KeyError) as error:  # the bytes are damaged, or a column is not there
            raise ValueError("not the rows of this form") from error

    def counts(self, measures: Measures) -> dict[str, Counts]:
        """The counts of every measure over all cases. Raises ValueError as `cases`."""
        if are_few(self.number, len(measures)):
            return count_few(self.cases(), measures)
        with self._opened() as (table, execute):
            return count(table, measures, self.form.names, execute)

    def counts_by_unit(self, measures: Measures) -> dict[str, dict[str, Counts]]:
        """As `counts`, apart for each municipality with cases, by its code in order. Raises ValueError as `cases`."""
        if are_few(self.number, len(measures)):
            return count_few_by_unit(self.cases(), measures)
        with self._opened() as (table, execute):
            return count_by_unit(table, measures, self.form.names, execute)

    @contextmanager
    def _opened(self) -> Iterator[tuple[Any, Any]]:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "rows.parquet"
            path.write_bytes(self.rows)
            with opened_rows(path) as opened:
                yield opened


def frozen_of(form: Form, rows: bytes) -> Frozen:
    """The cases of frozen rows, a Parquet file's bytes. Raises ValueError where they are none."""
    try:
        return Frozen(form, number_of_rows(io.BytesIO(rows)), rows)
    except OSError as error:
        raise ValueError("no Parquet file") from error


def frozen_in(form: Form, path: Path) -> Frozen:
    """The cases of a file of frozen rows. Raises OSError, or ValueError as `frozen_of`."""
    return frozen_of(form, path.read_bytes())


def _answers(form: Form, row: Mapping[str, Any]) -> dict[str, Answer]:
    """The answers that a row was made of, but for what stood in free text: nothing is counted of that.

    Raises ValueError where a value does not go with its state, or the state is none: nobody knows what it was.
    """
    found: dict[str, Answer] = {}
    for id, name in form.names.items():
        state = State(row[state_column(id)])
        value: Value | None
        if name.type is Type.TEXT:
            value = "" if state is State.ANSWERED else None
        else:
            value = _chosen(name, row) if name.type is Type.CODES else row[id]
        found[id] = Answer(state, value)
    return found


def _chosen(name: Name, row: Mapping[str, Any]) -> frozenset[str] | None:
    """The codes that were chosen; None where every choice is null. Raises ValueError where only some are."""
    held = {code: row[choice_column(name.id, code)] for code in name.codes}
    if None not in held.values():
        return frozenset(code for code, chosen in held.items() if chosen)
    if any(chosen is not None for chosen in held.values()):
        raise ValueError(f"{name.id}: some choices are null")
    return None
