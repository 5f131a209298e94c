"""Rules about codes, asked of the combinations of values that rows have instead of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.intake.rules import Rule
from sagsbarometer.forms.language.types import Type

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Combined = list[tuple[tuple[Any, ...], int]]  # values, and how many rows have them
Key = tuple[str, tuple[date, ...]]  # a column, and the cuts it is asked with


@dataclass(frozen=True, slots=True)
class Combinations:
    """Asks of rows with columns of these types. `seen` tells of a rule whether all it asks for could be read, as an
    expression; None where everything could.
    """

    rows: ir.Table
    types: Mapping[str, Type]
    execute: Callable[[Any], pa.Table]
    seen: Callable[[Rule], Any]

    def breaking(self, rule: Rule) -> Combined:
        """The combinations that break a rule."""
        broken_by = rule.broken_by
        return sorted(item for item in self._counted([rule])[rule] if broken_by and broken_by(*item[0]))

    def broken(self, rules: Sequence[Rule]) -> dict[Rule, int]:
        """How many rows break each of some rules: those about columns of few values are asked in one go."""
        together = [rule for rule in rules if self.seen(rule) is None and not self._has_text(rule)]
        counted = self._counted(together) if together else {}
        for rule in rules:
            if rule not in counted:
                counted |= self._counted([rule])
        return {
            rule: sum(n for values, n in counted[rule] if rule.broken_by and rule.broken_by(*values))
            for rule in rules
        }

    def _has_text(self, rule: Rule) -> bool:
        return any(self.types[column] is Type.TEXT for column in rule.columns)

    def _counted(self, rules: Sequence[Rule]) -> dict[Rule, Combined]:
        """What the rows have of the columns of rules that are seen in the same rows."""
        seen = self.seen(rules[0])
        rows = self.rows if seen is None else self.rows.filter(seen)
        keys = list(dict.fromkeys(key for rule in rules for key in self._keys(rule)))
        asked = {f"k{place}": self._asked(rows, *key) for place, key in enumerate(keys)}
        counted = self.execute(rows.group_by(**asked).aggregate(n=rows.count()))
        cells = {key: counted[f"k{place}"].to_pylist() for place, key in enumerate(keys)}
        numbers = counted["n"].to_pylist()
        found: dict[Rule, Combined] = {}
        for rule in rules:
            sums: Counter[tuple[Any, ...]] = Counter()
            for values, n in zip(
                zip(*(cells[key] for key in self._keys(rule)), strict=True), numbers, strict=True
            ):
                sums[values] += n
            found[rule] = list(sums.items())
        return found

    def _keys(self, rule: Rule) -> list[Key]:
        return [(column, rule.cuts if self.types[column] is Type.DATE else ()) for column in rule.columns]

    def _asked(self, rows: ir.Table, column: str, cuts: Sequence[date]) -> Any:
        """What a rule is given of a column: its code.

        Of a date it is whether there is one, or how many of the rule's `cuts` it is not before; of a set whether it has
        any.
        """
        match self.types[column]:
            case Type.DATE if cuts:
                return sum((rows[column] >= cut).cast("int32") for cut in cuts)
            case Type.DATE:
                return rows[column].notnull()
            case Type.CODES:
                return (rows[column] != "").fill_null(False)
            case _:
                return rows[column]
