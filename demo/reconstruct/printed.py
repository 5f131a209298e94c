"""The printed numbers, read from the repository's published figures by what they count."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

Constraint = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Printed:
    """The constraints of `joint_constraints.csv`, looked up by their filter (`info_defect=material`)."""

    constraints: tuple[Constraint, ...]

    def number(self, counted: str, within: str | None = None, kind: str = "count") -> int:
        """How many cases, municipalities or days the document gives for a filter.

        Where it gives a range, the number nearest the printed percentage, the lower of two as near; without a
        percentage the middle of the range, rounded down. Raises KeyError when nothing is printed for the
        filter, and ValueError when two constraints give it different numbers.
        """
        numbers = {self._chosen(item) for item in self._matching(kind, counted, within)}
        if not numbers:
            raise KeyError((kind, counted, within))
        if len(numbers) > 1:
            raise ValueError((kind, counted, within, sorted(numbers)))
        return numbers.pop()

    def days_in_all(self, counted: str, cases: int) -> int:
        """The printed mean in weeks times `cases`, in whole days: the middle of the range, rounded down."""
        (item,) = self._matching("mean_weeks", counted, None)
        middle = (Fraction(item["count_min"]) + Fraction(item["count_max"])) / 2
        return int(middle * 7 * cases)

    def most(self, counted: str, kind: str) -> int:
        """The upper end of a range that bounds every group."""
        (item,) = self._matching(kind, counted, None)
        return int(item["count_max"])

    def rows(self) -> list[str]:
        """The printed rows whose number a constraint fixes, in the order of the constraints, each once."""
        return list(dict.fromkeys(row for item in self.constraints for row in item["rows"].split()))

    def _matching(self, kind: str, counted: str, within: str | None) -> Iterator[Constraint]:
        for item in self.constraints:
            if (item["kind"], item["filter"]) == (kind, counted) and within in (None, item["base_filter"]):
                yield item

    def _chosen(self, item: Constraint) -> int:
        low, high = int(item["count_min"]), int(item["count_max"])
        if low == high or not item["percent"]:
            return (low + high) // 2
        base = self.number(item["base_filter"], within="")
        printed = Fraction(int(item["percent"]), 100)
        return min(range(low, high + 1), key=lambda number: (abs(Fraction(number, base) - printed), number))


def read_printed(folder: Path) -> Printed:
    """The constraints of a published document."""
    with (folder / "joint_constraints.csv").open(encoding="utf-8", newline="") as file:
        return Printed(tuple(csv.DictReader(file)))
