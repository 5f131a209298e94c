"""The cases of a study as they were frozen, and the counts of them: few are counted here and many by an engine, which
gives the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import State, choice_column, state_column
from sagsbarometer.measures.count import UNIT_COLUMN, Counts, count, count_by_unit
from sagsbarometer.measures.count_few import Case, are_few, count_few, count_few_by_unit
from sagsbarometer.measures.measure import Measure
from sagsbarometer.review.answers import Reviewed
from sagsbarometer.store.dataset import number_of_rows, read_rows
from sagsbarometer.store.engine import opened_rows

Measures = Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class Frozen:
    """The cases that a form was answered for: how many, the file of their rows, and how to get them one by one."""

    form: Form
    number: int
    rows: bytes
    cases: Callable[[], list[Case]]

    def counts(self, measures: Measures) -> dict[str, Counts]:
        """The counts of every measure over all cases."""
        if are_few(self.number, len(measures)):
            return count_few(self.cases(), measures)
        with self._opened() as (table, execute):
            return count(table, measures, self.form.names, execute)

    def counts_by_unit(self, measures: Measures) -> dict[str, dict[str, Counts]]:
        """As `counts`, apart for each municipality with cases, by its code in order."""
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


def frozen_of(form: Form, reviewed: Reviewed, rows: bytes) -> Frozen:
    """The cases of a file of answers; `rows` is what they were frozen as."""

    def cases() -> list[Case]:
        return [(case.municipality_id, case.case.answers) for case in reviewed.cases]

    return Frozen(form, len(reviewed.cases), rows, cases)


def frozen_in(form: Form, path: Path) -> Frozen:
    """The cases of a file of frozen rows."""

    def cases() -> list[Case]:
        return [(str(row[UNIT_COLUMN]), _answers(form, row)) for row in read_rows(path)]

    return Frozen(form, number_of_rows(path), path.read_bytes(), cases)


def _answers(form: Form, row: Mapping[str, Any]) -> dict[str, Answer]:
    """The answers that a row was made of, but for what stood in free text: nothing is counted of that."""
    found: dict[str, Answer] = {}
    for id, name in form.names.items():
        state = State(row[state_column(id)] or State.NOT_ANSWERED)
        value: Any = None
        if state is State.ANSWERED:
            if name.type is Type.CODES:
                value = frozenset(code for code in name.codes if row[choice_column(id, code)])
            else:
                value = "" if name.type is Type.TEXT else row[id]
            if value is None:  # not as we write it: nobody knows what it was
                state = State.CANNOT_BE_SEEN
        found[id] = Answer(state, value)
    return found
