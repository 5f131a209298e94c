"""A table held against itself: its sums, its percentages, its hundreds, and what its percentages leave possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sagsbarometer.checking.feasible import Conflict, Printed, Row, conflicts
from sagsbarometer.checking.finding import Finding, Verdict, computed_spot
from sagsbarometer.checking.numbers import Number, Spot, danish, whole_counts
from sagsbarometer.checking.roundings import Computable
from sagsbarometer.checking.structure import (
    AtMost,
    Elsewhere,
    Feasible,
    Hundred,
    MostUsed,
    Rows,
    Shares,
    Sums,
    TableFile,
)
from sagsbarometer.checking.table import BLANKS, Entry, Table
from sagsbarometer.kernel.ids import ascii_id
from sagsbarometer.kernel.rounding import round_half_up

TableRow = Mapping[str, Entry]
_HALF = Fraction(1, 2)


@dataclass(slots=True)
class Tally:
    """What was looked at in a document: per rule how many comparisons, the percentages, and what disagreed."""

    compared: dict[str, int] = field(default_factory=dict)
    percentages: list[Computable] = field(default_factory=list)
    apart: int = 0  # percentages that are not the sum of the printed parts beside them
    with_parts: int = 0
    findings: list[Finding] = field(default_factory=list)

    def count(self, rule: str) -> None:
        """One more comparison of a rule."""
        self.compared[rule] = self.compared.get(rule, 0) + 1


def check_table(table: Table, file: TableFile, tables: Mapping[str, Table], tally: Tally) -> None:
    """Every rule of check.yaml for one table; what is found is added to `tally`."""
    check = _Check(table, tally)
    for sums in file.sums:
        check.sums(sums)
    for adds in file.adds:
        for row in table.select(adds.rows):
            check.adds(row, adds.total, adds.parts)
    for shares in file.shares:
        check.shares(shares, tables)
    for hundred in file.hundred:
        check.hundred(hundred)
    for feasible in file.feasible:
        check.feasible(feasible)
    for most in file.most_used:
        check.most_used(most)
    for at_most in file.at_most:
        check.at_most(at_most)


class _Check:
    def __init__(self, table: Table, tally: Tally) -> None:
        self.table = table
        self.tally = tally

    def report(self, rule: str, name: str, sides: tuple[Spot, Spot], computed: str, verdict: Verdict) -> None:
        id = base = f"{self.table.document}/{self.table.id}/{rule}/{name}"
        number = 1
        while any(
            finding.id == id for finding in self.tally.findings
        ):  # two rules of one kind about one place
            number += 1
            id = f"{base}/{number}"
        self.tally.findings.append(Finding(id, self.table.document, rule, *sides, computed, verdict))

    def name(self, row: TableRow, *columns: str) -> str:
        return "/".join((ascii_id(self.table.name(row)), *columns))

    def told(self, value: Fraction | int | str, made_of: Iterable[Spot]) -> Spot:
        spots = list(made_of)
        return computed_spot(self.table.document, spots[0].place if spots else self.table.id, value, spots)

    def sums(self, rule: Sums) -> None:
        for total, parts in self._groups(rule):
            for column in rule.columns:
                printed = self.table.number(total, column)
                found = [number for row in parts if (number := self.table.number(row, column)) is not None]
                if printed is None or not found:
                    continue
                self._sum("sum", total, column, printed, found)

    def _groups(self, rule: Sums) -> Iterator[tuple[TableRow, list[TableRow]]]:
        parts = self.table.select(rule.parts)
        for total in self.table.select(rule.total):
            group = total[rule.by].text if rule.by else ""
            yield total, [row for row in parts if not rule.by or row[rule.by].text == group]

    def adds(self, row: TableRow, total: str, parts: Sequence[str]) -> None:
        printed = self.table.number(row, total)
        found = [number for column in parts if (number := self.table.number(row, column)) is not None]
        if printed is not None and len(found) == len(parts):
            self._sum("parts", row, total, printed, found)

    def _sum(self, rule: str, row: TableRow, column: str, printed: Number, parts: Sequence[Number]) -> None:
        self.tally.count(rule)
        added = sum(part.exact for part in parts)
        # Parts that were themselves rounded may miss the total by half a unit each.
        slack = sum((_slack(part) for part in (printed, *parts)), Fraction(0))
        if abs(printed.exact - added) <= slack:
            return
        spots = [spot for part in parts for spot in part.spots]
        told = f"Trykt er {danish(printed.exact)}; de {len(parts)} dele giver {danish(Fraction(added))}."
        sides = printed.spots[0], self.told(Fraction(added), spots)
        self.report(rule, self.name(row, column), sides, told, Verdict.CERTAIN)

    def shares(self, rule: Shares, tables: Mapping[str, Table]) -> None:
        for row in self.table.select(rule.rows):
            printed = self.table.number(row, rule.percent)
            source = (
                (self.table, row) if rule.counts is None else _elsewhere(self.table, row, rule.counts, tables)
            )
            if printed is None or source is None:
                continue
            counts, where = source
            low = _added(counts, where, rule.part)
            high = _added(counts, where, rule.part_high) if rule.part_high else low
            base = _base(counts, where, rule)
            if low is None or high is None or base is None or base.exact <= 0:
                continue
            self._share(row, rule, printed, (low, high, base))

    def _share(
        self, row: TableRow, rule: Shares, printed: Number, counts: tuple[Number, Number, Number]
    ) -> None:
        low, high, base = counts
        self.tally.count("share")
        parts = [
            number for name in rule.printed_parts if (number := self.table.number(row, name)) is not None
        ]
        beside = (
            sum(part.exact for part in parts) if parts and len(parts) == len(rule.printed_parts) else None
        )
        if beside is not None:
            self.tally.with_parts += 1
            self.tally.apart += beside != printed.exact
        name = f"{self.table.title}, {self.table.name(row)}, {rule.percent}"
        if low.exact == high.exact and printed.decimals == 0:
            self.tally.percentages.append(
                Computable(name, int(printed.exact), int(low.exact), int(base.exact))
            )
        places = printed.decimals or 0
        shares = [Fraction(round_half_up(100 * part.exact / base.exact, places)) for part in (low, high)]
        if shares[0] <= printed.exact <= shares[1]:
            return
        exact = 100 * low.exact / base.exact
        told = f"Trykt er {danish(printed.exact)} %; {danish(low.exact)} af {danish(base.exact)} er {danish(exact)} %."
        if beside == printed.exact:
            told += " Det trykte er summen af de afrundede dele."
        explained = abs(exact - printed.exact) == _HALF  # a half, rounded the other way
        sides = printed.spots[0], self.told(f"{danish(exact)} %", [*low.spots, *base.spots])
        verdict = Verdict.EXPLAINABLE if explained else Verdict.CERTAIN
        self.report("share", self.name(row, rule.percent), sides, told, verdict)

    def hundred(self, rule: Hundred) -> None:
        for name, numbers in self._wholes(rule):
            if len(numbers) < 2:
                continue
            self.tally.count("hundred")
            added = sum((number.exact for number in numbers), Fraction(0))
            slack = sum((_slack(number) for number in numbers), Fraction(0))
            # Rounded half up, all parts can be half a unit too large, but not all half a unit too small.
            if -slack < added - 100 <= slack:
                continue
            told = f"{len(numbers)} procenttal giver {danish(added)}; afrundet kan de give 100 ± {danish(slack)}."
            sides = self.told(added, [number.spots[0] for number in numbers]), self.told(100, [])
            verdict = Verdict.EXPLAINABLE if added - 100 == -slack else Verdict.CERTAIN
            self.report("hundred", name, sides, told, verdict)

    def _wholes(self, rule: Hundred) -> Iterator[tuple[str, list[Number]]]:
        rows = self.table.select(rule.rows)
        if rule.columns:
            for row in rows:
                found = [self.table.number(row, column) for column in rule.columns]
                yield (
                    self.name(row, "+".join(rule.columns)),
                    [number for number in found if number is not None] if None not in found else [],
                )
            return
        for group in dict.fromkeys(row[rule.by].text if rule.by else "" for row in rows):
            inside = [row for row in rows if not rule.by or row[rule.by].text == group]
            found = [self.table.number(row, rule.column) for row in inside]
            yield (
                "/".join(filter(None, (ascii_id(group), rule.column))),
                [item for item in found if item is not None],
            )

    def feasible(self, rule: Feasible) -> None:
        wholes = self.table.select(rule.total) if rule.total else []
        named = {self.table.name(row): row for row in self.table.rows}
        rows = [self._row(row, rule) for row in self.table.rows if row not in wholes]
        whole = self._row(wholes[0], rule) if wholes else None
        sound = [row for row in rows if row is not None]
        for row in (*sound, *([whole] if whole else [])):
            for _ in row.printed:
                self.tally.count("feasible")
        for conflict in conflicts(sound, whole, rule.atoms):
            self._conflict(conflict, named[conflict.row], rule)

    def _row(self, row: TableRow, rule: Feasible) -> Row | None:
        base = self.table.number(row, rule.base)
        if base is None:
            return None
        printed = [
            Printed(column, frozenset(atoms), int(number.exact))
            for column, atoms in rule.parts.items()
            if (number := self.table.number(row, column)) is not None and number.decimals == 0
        ]
        return Row(self.table.name(row), int(base.exact), tuple(printed))

    def _conflict(self, conflict: Conflict, row: TableRow, rule: Feasible) -> None:
        base = row[rule.base].text
        words = [
            f"{item.percentage} % af {base} er {_range(conflict.counts[item.column])}"
            for item in conflict.printed
        ]
        spots = [self.table.spot(row[item.column]) for item in conflict.printed]
        if conflict.with_years:
            sums = [_range(conflict.sums[item.column]) for item in conflict.printed]
            told = f"{'; '.join(words)}, men de øvrige rækker giver tilsammen {'; '.join(sums)}."
            right = self.told(", ".join(sums), [self.table.spot(row[rule.base])])
        elif len(spots) > 1:
            told = f"{'; '.join(words)}. Ingen antal giver dem på én gang."
            right = spots[1]
        else:
            told = f"Intet antal af {base} giver {conflict.printed[0].percentage} %."
            right = self.table.spot(row[rule.base])
        verdict = Verdict.CERTAIN if conflict.closed_too else Verdict.EXPLAINABLE
        kind = "feasible_sum" if conflict.with_years else "feasible"
        columns = "+".join(item.column for item in conflict.printed)
        self.report(kind, self.name(row, columns), (spots[0], right), told, verdict)

    def most_used(self, rule: MostUsed) -> None:
        """The period's count of a word that is not the most used in every year. Where it is the sum of just the years
        in which it is, the other years are missing from it, or held not one case with the word."""
        wholes = self.table.select(rule.total)
        for whole in wholes:
            printed, label = self.table.number(whole, rule.count), whole[rule.label].text
            years = [row for row in self.table.rows if row not in wholes]
            counts = [self.table.number(row, rule.count) for row in years]
            if printed is None or label in BLANKS or None in counts:
                continue
            self.tally.count("most_used")
            pairs = list(zip(years, counts, strict=True))
            same = [number for row, number in pairs if number and row[rule.label].text == label]
            others = [number for row, number in pairs if number and row[rule.label].text != label]
            low = sum(number.exact for number in same)
            high = low + sum(number.exact for number in others)
            within = f"{danish(low)} i {len(same)} af {len(years)} år"
            sides = printed.spots[0], self.told(within, [number.spots[0] for number in same])
            if not low <= printed.exact <= high:
                told = f"Trykt er {danish(printed.exact)}; årene tillader {danish(low)}-{danish(high)}."
                self.report("most_used", self.name(whole, rule.count), sides, told, Verdict.CERTAIN)
            elif others and printed.exact == low:
                told = (
                    f"{danish(printed.exact)} er summen af de {len(same)} år, hvor ordet er det hyppigste. Af de "
                    f"øvrige {len(others)} år er intet talt med: dér er dets antal ikke trykt, kun at det ikke er over "
                    f"{danish(high - low)} tilsammen."
                )
                self.report("most_used", self.name(whole, rule.count), sides, told, Verdict.EXPLAINABLE)

    def at_most(self, rule: AtMost) -> None:
        for row in self.table.select(rule.rows):
            part, whole = self.table.number(row, rule.part), self.table.number(row, rule.whole)
            base = self.table.number(row, rule.of) if rule.of else None
            if part is None or whole is None or (rule.of and base is None):
                continue
            self.tally.count("at_most")
            most = whole.exact
            if base is not None:  # the most cases that the printed percentage can stand for
                most = Fraction(max(whole_counts(int(whole.exact), int(base.exact), closed=True), default=0))
            if part.exact > most:
                told = f"{danish(part.exact)} er flere end de {danish(most)}, som de er en del af."
                sides = part.spots[0], whole.spots[0]
                self.report("at_most", self.name(row, rule.part), sides, told, Verdict.CERTAIN)


def _elsewhere(
    table: Table, row: TableRow, rule: Elsewhere, tables: Mapping[str, Table]
) -> tuple[Table, TableRow] | None:
    other = tables[rule.table]
    wanted: Rows = dict(rule.row)
    for here, there in rule.on.items():
        text = row[here].text
        wanted[there] = [rule.same.get(text, text)]
    found = other.select(wanted)
    return (other, found[0]) if len(found) == 1 else None


def _added(table: Table, row: TableRow, columns: Sequence[str]) -> Number | None:
    found = [number for column in columns if (number := table.number(row, column)) is not None]
    if len(found) != len(columns):
        return None
    exact = sum((number.exact for number in found), Fraction(0))
    return Number(exact, exact, exact, spots=tuple(spot for number in found for spot in number.spots))


def _base(table: Table, row: TableRow, rule: Shares) -> Number | None:
    if not rule.base_row:
        return table.number(row, rule.base)
    found = table.select(rule.base_row)
    return table.number(found[0], rule.base) if len(found) == 1 else None


def _slack(number: Number) -> Fraction:
    return (number.high - number.low) / 2


def _range(counts: range) -> str:
    if not counts:
        return "intet antal"
    first, last = danish(Fraction(counts[0])), danish(Fraction(counts[-1]))
    return f"{first} sager" if first == last else f"{first}-{last} sager"
