"""The rows an estimate is made of, whoever they come from, in the one form that is counted: text for what a row
belongs to and weighs, 1, 0 or null for what it answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagsbarometer.deliveries.stream import RowSource
from sagsbarometer.estimation.asked import By, Drawing, Variable
from sagsbarometer.estimation.design_file import DesignFile, VariableFile
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.ids import holds_cpr, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem

if TYPE_CHECKING:
    import pyarrow as pa

_MOST = 100  # faults told of one kind
# Long enough for any weight; an exponent without end would be worked out as digits.
_NUMBER = re.compile(r"\d{1,18}(\.\d{1,20})?(e[+-]?\d{1,2})?|\d{1,18}/\d{1,18}")
_LARGEST = 10**15  # a weight or a number of cases; the squares must still be numbers
_FORBIDDEN = ("|", ";", "=")  # they part the keys of cells


@dataclass(frozen=True, slots=True)
class Rows:
    """A table on disk with canonical columns: `k0`, `k1` … are texts, `y0`, `b0` … whole numbers.

    `names` is what each text column is called where it comes from, for messages.
    """

    path: Path
    drawing: Drawing
    variables: tuple[Variable, ...]
    by: tuple[By, ...]
    names: Mapping[str, str]

    @property
    def types(self) -> dict[str, Type]:
        """Every column with its type, as an engine is told of them."""
        numbers = [name for item in self.variables for name in (item.column, item.base) if name]
        return dict.fromkeys(self.names, Type.TEXT) | dict.fromkeys(numbers, Type.INT)


@dataclass
class Columns:
    """Names of columns, each with a canonical one."""

    by_name: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """The canonical name; "" of none."""
        return self.by_name.setdefault(name, f"k{len(self.by_name)}") if name else ""

    def all(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of several."""
        return tuple(self.of(name) for name in names)


def canonical_variables(count: int) -> tuple[Variable, ...]:
    """The variables, in order."""
    return tuple(Variable(f"v{number}", f"y{number}", f"b{number}") for number in range(count))


def rows_of_file(
    source: RowSource, design: DesignFile, by: Sequence[By], poststrata: By, rule: str, path: Path
) -> Rows:
    """The rows of a file whose design the file tells, written to `path`.

    Raises Faults, all at once: FIL-1xx of the file; ESTIMAT-102 a column it lacks, ESTIMAT-103 an answer nobody told
    the meaning of, ESTIMAT-104 a weight or number of units that is none, ESTIMAT-105 an empty stratum or cluster,
    ESTIMAT-111 no rows, ESTIMAT-114 a group that cannot be shown.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = Columns()
    drawing = Drawing(
        weight=columns.of(design.weight),
        strata=columns.all(design.strata),
        cluster=columns.of(design.cluster),
        population=columns.of(design.population),
        probability=columns.of(design.probability),
        second_strata=columns.all(design.second.strata if design.second else ()),
        second_population=columns.of(design.second.population if design.second else ""),
        poststrata=columns.all(poststrata),
        single_unit=rule,
    )
    domains = tuple(columns.all(names) for names in by)
    if not design.shares and not columns.by_name:  # a table has a column
        columns.of(design.others[0].source)
    _lacking(source, [*columns.by_name, *(item.source for item in design.shares)])
    names = {canonical: name for name, canonical in columns.by_name.items()}
    rows = Rows(path, drawing, canonical_variables(len(design.shares)), domains, names)
    reader = _Reader(source, design.shares, rows)
    schema = pa.schema(
        [
            pa.field(name, pa.string() if type is Type.TEXT else pa.int32())
            for name, type in rows.types.items()
        ]
    )
    counted = 0
    with pq.ParquetWriter(path, schema) as writer:
        for batch in source.batches():
            writer.write_batch(reader.batch(batch, schema))
            counted += len(batch)
    if not counted:
        remedy = "Se efter, om det er den rigtige fil."
        raise Faults([Problem("ESTIMAT-111", Place(source.name), "Filen har ingen rækker.", remedy)])
    if reader.problems:
        raise Faults(reader.problems)
    return rows


def _lacking(source: RowSource, wanted: Iterable[str]) -> None:
    absent = [name for name in dict.fromkeys(wanted) if name not in source.header]
    have = ", ".join(source.header[:30])[:1000]
    if absent:
        raise Faults(
            Problem(
                "ESTIMAT-102",
                Place(source.name),
                f"Filen har ingen kolonne {shown(name, 80)}.",
                f"Filens kolonner: {have}.",
            )
            for name in absent
        )


class _Reader:
    """Batches of text as canonical columns, and every fault on the way."""

    def __init__(self, source: RowSource, variables: Sequence[VariableFile], rows: Rows) -> None:
        self.problems: list[Problem] = []
        self._source, self._variables, self._rows = source, variables, rows
        self._place = {name: at for at, name in enumerate(source.header)}
        of = rows.drawing
        self._numbers = {of.weight, of.population, of.probability, of.second_population} - {""}
        self._needed = {*of.strata, of.cluster, *of.second_strata, *of.poststrata} - {""}
        self._shown = {name for names in rows.by for name in names}
        self._told: dict[str, int] = {}

    def batch(self, batch: Any, schema: pa.Schema) -> pa.RecordBatch:
        """The canonical columns of a batch."""
        import pyarrow as pa

        arrays: dict[str, Any] = {}
        for canonical, name in self._rows.names.items():
            arrays[canonical] = self._key(batch, canonical, name)
        for number, variable in enumerate(self._variables):
            arrays[f"y{number}"], arrays[f"b{number}"] = self._answer(batch, variable)
        return pa.RecordBatch.from_arrays([arrays[name] for name in schema.names], schema=schema)

    def _key(self, batch: Any, canonical: str, name: str) -> Any:
        import pyarrow.compute as pc

        column = batch.columns[self._place[name]]
        coded = column.dictionary_encode()
        for value in coded.dictionary.to_pylist():
            if canonical in self._numbers and not _is_number(value):
                fault = (
                    f"{shown(value)} er ikke et tal over 0 og højst 10^15." if value else "Feltet er tomt."
                )
                self._tell("ESTIMAT-104", batch, column, value, name, fault, "Skriv 12, 12.5 eller 25/2.")
            elif canonical in self._needed and not value:
                fault, remedy = "Feltet er tomt.", "Hver række skal høre til et stratum og en enhed."
                self._tell("ESTIMAT-105", batch, column, value, name, fault, remedy)
            if canonical in self._shown and (why := unfit_group(value)):
                self._tell("ESTIMAT-114", batch, column, value, name, why, "Brug et andet navn til gruppen.")
        return pc.if_else(pc.equal(column, ""), None, column)

    def _answer(self, batch: Any, variable: VariableFile) -> tuple[Any, Any]:
        """1, 0 or null; and 1 in the base, 0 outside."""
        import pyarrow as pa

        column = batch.columns[self._place[variable.source]]
        coded = column.dictionary_encode()
        values = coded.dictionary.to_pylist()
        meaning = [verdict(variable, value) for value in values]
        for value, of in zip(values, meaning, strict=True):
            if of is None:
                fault = f"Svaret {shown(value)} er ikke forklaret under {variable.id}."
                remedy = "Skriv det under yes, no, unknown eller outside."
                self._tell("ESTIMAT-103", batch, column, value, variable.source, fault, remedy)
        answers = pa.array([1 if of == YES else 0 if of == NO else None for of in meaning], pa.int32())
        base = pa.array([0 if of == OUTSIDE else 1 for of in meaning], pa.int32())
        return answers.take(coded.indices), base.take(coded.indices)

    def _tell(
        self, code: str, batch: Any, column: Any, value: str, name: str, fault: str, remedy: str
    ) -> None:
        """A fault at the first row with this value: as it is in all of them."""
        import pyarrow.compute as pc

        self._told[code] = self._told.get(code, 0) + 1
        if self._told[code] > _MOST:
            return
        first = pc.index(column, value).as_py()
        place = Place(batch.file or self._source.name, row=batch.numbers[first].as_py(), column=name)
        self.problems.append(Problem(code, place, fault, remedy))


OUTSIDE, YES, NO, UNKNOWN = range(4)  # as `count.verdict_query` has them


def verdict(variable: VariableFile, answer: str) -> int | None:
    """What an answer says; None where nobody told."""
    for of, answers in (
        (YES, variable.yes),
        (NO, variable.no),
        (UNKNOWN, variable.unknown),
        (OUTSIDE, variable.outside),
    ):
        if answer in answers:
            return of
    return None if answer else UNKNOWN


def unfit_group(value: str) -> str:
    """Why a group cannot be shown by this name, or ""."""
    if holds_cpr(value):
        return "En gruppe ligner et CPR-nummer."
    return (
        f"{shown(value)} har et tegn, der ikke kan stå i et navn: | ; =."
        if set(value) & set(_FORBIDDEN)
        else ""
    )


def _is_number(text: str) -> bool:
    try:
        return _NUMBER.fullmatch(text) is not None and 0 < Fraction(text) <= _LARGEST
    except ZeroDivisionError:
        return False
