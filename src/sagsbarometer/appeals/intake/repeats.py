"""How many cases a delivery has, and those that are registered several times at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.intake.moments import microseconds
from sagsbarometer.appeals.registration import LINE, REGISTERED_AT

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

_PAIR = ["case_id", REGISTERED_AT]


@dataclass(frozen=True, slots=True)
class Repeats:
    """Asks this of rows on disk. `counted` has the cases with two equal moments, or more than two of any kind, one by
    one, and all others as one row without an id: what is asked further is asked of few.
    """

    rows: ir.Table
    counted: ir.Table
    execute: Callable[[Any], pa.Table]

    @staticmethod
    def of(rows: ir.Table, execute: Callable[[Any], pa.Table], keep: Callable[[Any], ir.Table]) -> Repeats:
        """Goes through the rows. `keep` makes a table of an expression."""
        import ibis

        named = rows.filter(rows.case_id.notnull())
        moment = microseconds()(named[REGISTERED_AT])
        each = named.group_by("case_id").aggregate(n=named[REGISTERED_AT].count(), mixed=moment.bit_xor())
        several = (each.n > 2) | ((each.n == 2) & (each.mixed == 0))  # two that are equal cancel out
        counted = each.group_by(several=ibis.ifelse(several, each.case_id, ibis.null("string")))
        return Repeats(rows, keep(counted.aggregate(cases=each.count(), named=each.n.sum())), execute)

    def sums(self) -> tuple[int, int]:
        """How many cases there are, and how many rows have a case and a moment."""
        sums = self.counted.aggregate(cases=self.counted.cases.sum(), named=self.counted.named.sum())
        row = self.execute(sums).to_pylist()[0]
        return int(row["cases"] or 0), int(row["named"] or 0)

    def first(self, most: int) -> tuple[list[tuple[str, list[int]]], int]:
        """The first cases that have several registrations at one moment, with their lines; and how many rows there are
        too many, of all cases.
        """
        import ibis

        run, rows = self.execute, self.rows
        several = self.counted.filter(self.counted.several.notnull())
        named = rows.filter(rows[REGISTERED_AT].notnull())
        named = named.semi_join(several, named.case_id == several.several)
        counted = named.group_by(_PAIR).aggregate(
            n=named.count(), first=named[LINE].min(), last=named[LINE].max(), sum=named[LINE].sum()
        )
        repeated = counted.filter(counted.n > 1)
        repeated = repeated.mutate(more=(repeated.n - 1).sum().over(ibis.window()))
        groups = run(repeated.order_by("first").limit(most)).to_pylist()
        lines = {(row["case_id"], row[REGISTERED_AT]): _lines(row) for row in groups}
        if many := [row["case_id"] for row in groups if row["n"] > 3]:
            among = rows.filter(rows.case_id.isin(many), rows[REGISTERED_AT].notnull())
            found: dict[tuple[str, Any], list[int]] = {}
            for row in run(among.select(*_PAIR, LINE).order_by(LINE)).to_pylist():
                found.setdefault((row["case_id"], row[REGISTERED_AT]), []).append(row[LINE])
            lines = {key: found.get(key, known) for key, known in lines.items()}
        return [(case, rows) for (case, _), rows in lines.items()], groups[0]["more"] if groups else 0


def _lines(row: Mapping[str, Any]) -> list[int]:
    """The lines of up to three rows, by the first, the last and their sum."""
    first, last = row["first"], row["last"]
    return [first, last] if row["n"] == 2 else [first, int(row["sum"]) - first - last, last]
