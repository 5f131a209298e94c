"""All counts of a run in one grouped pass over the frozen rows; engines return counts and whole sums only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagsbarometer.forms.language.compile import compile_truth
from sagsbarometer.forms.language.tree import state_names, value_names
from sagsbarometer.forms.language.types import Name
from sagsbarometer.forms.states import State, state_column
from sagsbarometer.measures.measure import Measure

if TYPE_CHECKING:
    import ibis.expr.types as ir

Execute = Callable[["ir.Table"], Any]  # runs an expression and returns a pyarrow Table
UNIT_COLUMN = "municipality_id"
_OUTSIDE, _YES, _NO, _UNKNOWN = range(4)


@dataclass(frozen=True, slots=True)
class Counts:
    """What one measure counts: definite yes and no, and unknown, in its base.

    For a numeric measure: `yes` is the sum in days, `no` the number of cases where the value is known.
    `with_yes`/`units` count municipalities with a definite yes, and with a case in the base; `undecided` those
    where only unknown cases could make a yes. Registers only: `days` is how many cases took how many days, and `maybe`
    what is known of cases nobody can tell are in the group.
    """

    yes: int = 0
    no: int = 0
    unknown: int = 0
    minimum: int | None = None
    maximum: int | None = None
    units: int = 0
    with_yes: int = 0
    undecided: int = 0
    days: Mapping[int, int] | None = None
    maybe: Maybe | None = None
    unknown_group: int = 0  # of `unknown`, those that may be in another group


@dataclass(frozen=True, slots=True)
class Maybe:
    """Cases that may be in a group: as `Counts` has them of those that certainly are."""

    yes: int = 0
    no: int = 0
    unknown: int = 0
    days: Mapping[int, int] | None = None


def counting_query(table: ir.Table, measures: Iterable[Measure], names: Mapping[str, Name]) -> ir.Table:
    """One query that counts every measure per municipality: a scan of the rows, however many measures.

    Each row gets its verdict on each measure once; the counts are made of the verdicts.
    """
    ordered = list(measures)
    verdicts = {f"m{index}": _verdict(table, measure, names) for index, measure in enumerate(ordered)}
    values = {
        f"m{index}_value": table[measure.value] for index, measure in enumerate(ordered) if measure.value
    }
    judged = table.select(table[UNIT_COLUMN], **verdicts, **values)
    columns: dict[str, Any] = {}
    for index, measure in enumerate(ordered):
        columns |= {
            f"m{index}_{part}": value for part, value in _columns(judged, f"m{index}", measure).items()
        }
    return judged.group_by(UNIT_COLUMN).aggregate(**columns)


def count(
    table: ir.Table, measures: Mapping[str, Measure], names: Mapping[str, Name], execute: Execute
) -> dict[str, Counts]:
    """The counts of every measure over all rows, rolled up from the counts per municipality."""
    ordered = list(measures.values())
    rows = execute(counting_query(table, ordered, names)).to_pydict() if ordered else {}
    return {measure.id: rolled_up(rows, f"m{index}_") for index, measure in enumerate(ordered)}


def count_by_unit(
    table: ir.Table, measures: Mapping[str, Measure], names: Mapping[str, Name], execute: Execute
) -> dict[str, dict[str, Counts]]:
    """As `count`, apart for each municipality with rows, by its code in order. The same query counts them all."""
    ordered = list(measures.values())
    rows = execute(counting_query(table, ordered, names)).to_pydict() if ordered else {UNIT_COLUMN: []}
    counted: dict[str, dict[str, Counts]] = {}
    for place, code in sorted(enumerate(rows[UNIT_COLUMN]), key=lambda item: str(item[1])):
        own = {name: [column[place]] for name, column in rows.items()}
        counted[str(code)] = {
            measure.id: rolled_up(own, f"m{index}_") for index, measure in enumerate(ordered)
        }
    return counted


def verdict_query(table: ir.Table, measures: Iterable[Measure], names: Mapping[str, Name]) -> ir.Table:
    """What each row says of each measure: a column per measure by its id, beside `case_id`. 0 is outside the base;
    inside it 1 is yes, 2 no and 3 unknown.
    """
    return table.select(
        table["case_id"], **{measure.id: _verdict(table, measure, names) for measure in measures}
    )


def _verdict(table: ir.Table, measure: Measure, names: Mapping[str, Name]) -> Any:
    """What one row says: outside the base, or yes, no or unknown inside it."""
    import ibis

    base = compile_truth(measure.base, table, names)
    asked = _asked(table, asked_of(measure))
    if measure.value:
        yes, no = table[state_column(measure.value)] == State.ANSWERED.value, ibis.literal(False)
    else:
        yes = compile_truth(measure.counts, table, names) if measure.counts else ibis.literal(True)
        no = ~yes
    inside = (base & asked).fill_null(False)
    return ibis.cases((~inside, _OUTSIDE), (yes, _YES), (no, _NO), else_=_UNKNOWN)


def _columns(judged: ir.Table, verdict: str, measure: Measure) -> dict[str, Any]:
    said = judged[verdict]
    counts = {"yes": _cases(said == _YES), "base": _cases(said != _OUTSIDE)}
    if not measure.value:
        return {**counts, "no": _cases(said == _NO)}
    value, known = judged[f"{verdict}_value"], said == _YES
    return {
        **counts,
        "sum": value.sum(where=known),
        "min": value.min(where=known),
        "max": value.max(where=known),
    }


def _cases(where: Any) -> Any:
    """How many cases it holds for. A sum of noughts and ones: hundreds of counts with a filter each are far slower."""
    import ibis

    return ibis.ifelse(where, 1, 0).sum()


def asked_of(measure: Measure) -> frozenset[str]:
    """The questions of a measure that a case leaves its base by, where one is not relevant to the case."""
    if measure.value:
        return frozenset({measure.value})
    # Who asks for the state says what to do with each; who asks for the value means a case that has one.
    return value_names(measure.counts) - state_names(measure.counts)


def _asked(table: ir.Table, questions: frozenset[str]) -> Any:
    import ibis

    asked: Any = ibis.literal(True)
    for question in sorted(questions):
        asked = asked & (table[state_column(question)] != State.NOT_RELEVANT.value)
    return asked


def rolled_up(rows: Mapping[str, list[Any]], prefix: str) -> Counts:
    """The counts of a measure from what `counting_query` has of each municipality, in the columns with a prefix."""

    def column(part: str) -> list[Any]:
        return rows.get(prefix + part, [])

    def total(part: str) -> int:
        return sum(int(value or 0) for value in column(part))

    least = [value for value in column("min") if value is not None]
    most = [value for value in column("max") if value is not None]
    if f"{prefix}sum" in rows:
        return Counts(
            yes=total("sum"),
            no=total("yes"),
            unknown=total("base") - total("yes"),
            minimum=min(least) if least else None,
            maximum=max(most) if most else None,
        )
    units = list(zip(column("yes"), column("no"), column("base"), strict=True))
    return Counts(
        yes=total("yes"),
        no=total("no"),
        unknown=total("base") - total("yes") - total("no"),
        units=sum(base > 0 for _, _, base in units),
        with_yes=sum(yes > 0 for yes, _, _ in units),
        undecided=sum(yes == 0 and base > no for yes, no, base in units),
    )
