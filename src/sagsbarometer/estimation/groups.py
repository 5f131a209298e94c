"""What the grouped pass gave, as arrays: groups in one fixed order, however the engine sent them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sagsbarometer.estimation.asked import By, Drawing, Variable
from sagsbarometer.estimation.query import ROWS, key_columns

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Floats, Ints


class Misfit(ValueError):
    """What the rows say of the draw cannot be. `what` is one of the words below, `column` the column it is about."""

    EMPTY = "empty"
    NUMBER = "not a number above 0"
    ANSWER = "answers that are neither 0 nor 1, or answered outside the base"
    DIFFERS = "differs within a stratum or a unit"
    MORE = "more drawn than there were"
    ABOVE_ONE = "a probability above 1"
    POSTSTRATA = "poststrata without cases on both sides"

    def __init__(self, what: str, column: str = "", groups: Sequence[str] = ()) -> None:
        self.what, self.column, self.groups = what, column, tuple(groups)
        super().__init__(": ".join(part for part in (column, what, ", ".join(groups)) if part))


Domain = tuple[str | None, ...]  # a value per column of the grouping; None where the rows have none


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Labels by code: `names` sorted, None first where there is one; `codes` one per group."""

    names: tuple[Domain, ...]
    codes: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """G groups of rows that are alike in all that a number depends on but the answers, and K variables.

    `rows` [G]; `yes`, `known` and `base` [G, K]: how many rows. The columns that hold numbers are floats [G], None
    where the drawing names none. `domains` are the groupings asked for, in that order.
    """

    rows: Ints
    yes: Ints
    known: Ints
    base: Ints
    strata: Labels
    clusters: Labels | None
    second: Labels | None  # strata within a cluster, its label first
    poststrata: Labels | None
    weight: Floats | None
    population: Floats | None
    probability: Floats | None
    second_population: Floats | None
    domains: tuple[Labels, ...]


def read_groups(
    counted: Any, drawing: Drawing, variables: Sequence[Variable], by: Iterable[By] = ()
) -> Groups:
    """The groups from what `grouped_query` gave, as a pyarrow Table.

    Raises Misfit for a weight, population or probability that is no number above 0, a stratum or cluster without a
    name, and answers that are none.
    """
    import numpy as np

    by = tuple(by)
    keys = {name: _key(counted[name]) for name in key_columns(drawing, by)}
    rows = counted.num_rows
    # Each combination comes once, so there is only one such order.
    order = np.lexsort([key.codes for key in reversed(keys.values())]) if keys else np.arange(rows)
    taken = counted.take(order)
    keys = {name: _Key(key.values, key.codes[order]) for name, key in keys.items()}

    def labels(names: Sequence[str], needed: bool = False) -> Labels:
        return _labels([keys[name] for name in names], rows, names if needed else ())

    def number(name: str) -> Floats | None:
        return _numbers(keys[name], name) if name else None

    yes, known, base = _counts(taken, variables)
    return Groups(
        rows=_integers(taken[ROWS]),
        yes=yes,
        known=known,
        base=base,
        strata=labels(drawing.strata, True),
        clusters=labels((*drawing.strata, drawing.cluster), True) if drawing.cluster else None,
        second=labels((*drawing.strata, drawing.cluster, *drawing.second_strata), True)
        if drawing.second_population
        else None,
        poststrata=labels(drawing.poststrata, True) if drawing.poststrata else None,
        weight=number(drawing.weight),
        population=number(drawing.population),
        probability=number(drawing.probability),
        second_population=number(drawing.second_population),
        domains=tuple(labels(names) for names in by),
    )


def _counts(taken: Any, variables: Sequence[Variable]) -> tuple[Ints, Ints, Ints]:
    import numpy as np

    rows = _integers(taken[ROWS])
    yes, known, base = (np.empty((len(rows), len(variables)), dtype=np.int64) for _ in range(3))
    for number, variable in enumerate(variables):
        yes[:, number] = _integers(taken[f"v{number}_yes"])
        known[:, number] = rows if variable.complete else _integers(taken[f"v{number}_known"])
        base[:, number] = _integers(taken[f"v{number}_base"]) if variable.base else rows
    if np.any(yes > known) or np.any(known > base) or np.any(yes < 0):
        raise Misfit(Misfit.ANSWER)
    return yes, known, base


def _integers(column: Any) -> Ints:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    found: Ints = pc.fill_null(column.cast(pa.int64()), 0).to_numpy().astype(np.int64)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Key:
    """A column by code: `values` sorted, None first where there is one."""

    values: tuple[Any, ...]
    codes: Ints


def _key(column: Any) -> _Key:
    """Numbers stay as they are, anything else is text: so all engines sort alike."""
    import numpy as np
    import pyarrow as pa

    coded = (column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column).dictionary_encode(
        "encode"
    )
    kept = pa.types.is_floating(column.type) or pa.types.is_decimal(column.type)
    found = [
        value if value is None or kept or isinstance(value, str) else _text(value)
        for value in coded.dictionary.to_pylist()
    ]
    values = tuple(sorted(set(found), key=_rank))
    code = {value: number for number, value in enumerate(values)}
    place = np.array([code[value] for value in found], dtype=np.int64)
    return _Key(values, place[coded.indices.to_numpy(zero_copy_only=False)])


def _rank(value: Any) -> tuple[bool, Any]:
    return value is not None, value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _labels(keys: Sequence[_Key], rows: int, needed: Sequence[str]) -> Labels:
    import numpy as np

    for key, name in zip(keys, needed, strict=False):
        if None in key.values or "" in key.values:
            raise Misfit(Misfit.EMPTY, name)
    if not keys:
        return Labels(((),), np.zeros(rows, dtype=np.int64))
    codes = np.zeros(rows, dtype=np.int64)
    for key in keys:
        codes = np.unique(codes * len(key.values) + key.codes, return_inverse=True)[1].reshape(-1)
    first = np.unique(codes, return_index=True)[1]
    columns = [[_shown(key.values[code]) for code in key.codes[first]] for key in keys]
    return Labels(tuple(zip(*columns, strict=True)), codes.astype(np.int64))


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)


def _numbers(key: _Key, name: str) -> Floats:
    """Floats above 0 from whole numbers, floats, decimals or text; a fraction is divided once, exactly rounded."""
    import numpy as np

    found = []
    for value in key.values:
        try:
            number = float(Fraction(value)) if value is not None else 0.0
        except (ValueError, OverflowError, ZeroDivisionError):
            number = 0.0
        if not number > 0:
            raise Misfit(Misfit.NUMBER, name)
        found.append(number)
    return np.array(found, dtype=np.float64)[key.codes]
