"""The cells of a plan: its cases shared out among authorities and strata, and how many are called in to have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TypeVar

from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.sampling.allocation import (
    NEYMAN,
    TooFew,
    TooMany,
    fair_parts,
    rounded,
    share_out,
    weight,
)
from sagsbarometer.sampling.crossing import Crossed, fitted, whole_table
from sagsbarometer.sampling.frame import Frame, stratum_word
from sagsbarometer.sampling.plan import PPS, SIMPLE, STRATIFIED, SYSTEMATIC, TWO_STAGE, PlanCell
from sagsbarometer.sampling.plan_file import Allocation, PlanFile

_Cell = TypeVar("_Cell")
_NAMED = 5  # authorities named in a message
_ALL_CELLS = (STRATIFIED, SYSTEMATIC, PPS)  # a cell nothing is drawn from would be spoken for by nobody


def cells_of(file: PlanFile, frame: Frame, cases: int) -> tuple[PlanCell, ...]:
    """The cells, sorted by authority and stratum; their `take` sum to `cases`, except in a two-stage plan, where they
    are what each authority delivers if it is drawn.

    Raises Faults: PLAN-104 an unknown stratum or authority, PLAN-116 a standard deviation that is missing, PLAN-131 the
    smallest numbers are too many, PLAN-132 the largest too few, PLAN-133 a stratum, PLAN-134 numbers of authorities and
    of strata that do not go together.
    """
    if file.draw.method == TWO_STAGE:
        cells = _two_stage(file, frame, cases)
    elif file.draw.method == SIMPLE:
        sizes = [row.size for row in frame.rows]
        take = share_out(cases, [Fraction(size) for size in sizes], None, sizes)
        cells = _called(file, frame, take)
    else:
        cells = _called(file, frame, _Sharing(file, frame).take(cases))
    return tuple(sorted(cells, key=lambda cell: (cell.authority, cell.stratum)))


def _called(file: PlanFile, frame: Frame, take: Sequence[int]) -> list[PlanCell]:
    """The cells with what is called in: all of them together the cases by the usable share, rounded up; no cell more
    than it has."""
    sizes = [row.size for row in frame.rows]
    high = [size if own else 0 for size, own in zip(sizes, take, strict=True)]
    call_in = min(ceil(sum(take) / Fraction(file.usable)), sum(high))
    called = share_out(call_in, [Fraction(own) for own in take], take, high)
    return [
        PlanCell(row.authority, row.stratum, row.size, own, more)
        for row, own, more in zip(frame.rows, take, called, strict=True)
    ]


def _two_stage(file: PlanFile, frame: Frame, cases: int) -> list[PlanCell]:
    """What each authority delivers if it is drawn: the same number, by the size of its strata, one of each at least."""
    each, called = (
        ceil(Fraction(number) / file.draw.authorities)
        for number in (cases, ceil(cases / Fraction(file.usable)))
    )
    cells: list[PlanCell] = []
    for authority in frame.authorities:
        rows = [row for row in frame.rows if row.authority == authority]
        sizes = [row.size for row in rows]
        weights = [Fraction(size) for size in sizes]
        low = [min(1, size) for size in sizes]
        take = share_out(min(max(each, sum(low)), sum(sizes)), weights, low, sizes)
        more = share_out(min(max(called, sum(take)), sum(sizes)), weights, take, sizes)
        cells += [
            PlanCell(row.authority, row.stratum, row.size, own, all_)
            for row, own, all_ in zip(rows, take, more, strict=True)
        ]
    return cells


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The fewest and most usable cases of cells, authorities (rows) and strata (columns)."""

    low: list[list[int]]
    high: list[list[int]]
    rows_low: list[int]
    rows_high: list[int]

    @property
    def columns_low(self) -> list[int]:
        return [sum(line) for line in zip(*self.low, strict=True)]

    @property
    def columns_high(self) -> list[int]:
        most = [
            [min(cell, row) for cell in line] for line, row in zip(self.high, self.rows_high, strict=True)
        ]
        return [sum(line) for line in zip(*most, strict=True)]


class _Sharing:
    """A frame as a table, authorities by strata, and its cases shared out."""

    def __init__(self, file: PlanFile, frame: Frame) -> None:
        self.file, self.frame = file, frame
        self.own = file.allocation or Allocation()
        self.authorities, self.strata = frame.authorities, frame.levels
        known = {(row.authority, row.stratum): row for row in frame.rows}
        self.size = [[0] * len(self.strata) for _ in self.authorities]
        self.weights = [[Fraction(0)] * len(self.strata) for _ in self.authorities]
        self._check_names()
        for at, authority in enumerate(self.authorities):
            for s, stratum in enumerate(self.strata):
                row = known.get((authority, stratum))
                if row is None or (file.draw.chosen and authority not in file.draw.chosen):
                    continue
                self.size[at][s] = row.size
                self.weights[at][s] = weight(self.own.method, row.size, row.spread or Fraction(0))
        self.bounds = self._bounds()

    def take(self, cases: int) -> list[int]:
        """The usable cases of each row of the frame."""
        bounds = self.bounds
        self._enough(cases)
        columns = self._shares(cases)
        parts = self._parts(cases, columns)
        rows = share_out(cases, [sum(line, Fraction(0)) for line in parts], bounds.rows_low, bounds.rows_high)
        if columns is None:
            sums = [sum(line, Fraction(0)) for line in zip(*parts, strict=True)]
            columns = self._within_columns(cases, sums)
        floats = [[float(part) for part in line] for line in parts]
        near = fitted(floats, rows, columns, bounds.low, bounds.high)
        try:
            table = whole_table(near, rows, columns, bounds.low, bounds.high)
        except Crossed as crossed:
            raise Faults([self._crossed(crossed)]) from None
        place = {
            (authority, stratum): table[at][s]
            for at, authority in enumerate(self.authorities)
            for s, stratum in enumerate(self.strata)
        }
        return [place[row.authority, row.stratum] for row in self.frame.rows]

    def _bounds(self) -> _Bounds:
        each = self.own.minimum_per_cell if self.file.draw.method in _ALL_CELLS else 0
        low = [[min(each, size) for size in line] for line in self.size]
        have = [sum(line) for line in self.size]
        rows_low = [max(sum(line), min(self.own.minimum, all_)) for line, all_ in zip(low, have, strict=True)]
        most = self.own.maximum
        rows_high = [all_ if most is None else min(most, all_) for all_ in have]
        tight = [at for at, (least, top) in enumerate(zip(rows_low, rows_high, strict=True)) if least > top]
        if tight:
            fault = said(
                "maximum er {most}, men det er for lidt til {listed}: i hvert stratum med sager skal "
                "der trækkes {least}.",
                most=str(most),
                listed=self._listed(tight),
                least=self._least_words(),
            )
            raise Faults([self._fault("PLAN-131", fault, said("Hæv maximum, eller brug færre strata."))])
        return _Bounds(low, self.size, rows_low, rows_high)

    def _enough(self, cases: int) -> None:
        """Raises Faults PLAN-131 or 132 where the bounds of authorities leave no room for that number."""
        least, most = sum(self.bounds.rows_low), sum(self.bounds.rows_high)
        if cases < least:
            every = self.file.draw.method in _ALL_CELLS
            why: str = said("minimum")
            if every:
                why = said("{least} i hvert stratum hos hver myndighed", least=self._least_words())
            if every and self.own.minimum > 1:
                why = said("{why} og minimum", why=why)
            fault = said(
                "Planen er på {cases} sager, men de mindste antal er tilsammen {least} ({why}).",
                cases=str(cases),
                least=str(least),
                why=why,
            )
            remedy = said(
                "Brug færre strata, et lavere minimum, flere sager, eller draw: {method: two_stage}."
            )
            raise Faults([self._fault("PLAN-131", fault, remedy)])
        if cases > most:
            capped = self.own.maximum is not None and most < sum(map(sum, self.size))
            why = (
                said("maximum er {maximum} for hver myndighed", maximum=str(self.own.maximum))
                if capped
                else said("flere sager har de ikke")
            )
            fault = said(
                "Planen er på {cases} sager, men de største antal er tilsammen {most} ({why}).",
                cases=str(cases),
                most=str(most),
                why=why,
            )
            remedy = said("Hæv maximum, eller brug færre sager.") if capped else said("Brug færre sager.")
            raise Faults([self._fault("PLAN-132", fault, remedy)])

    def _least_words(self) -> str:
        least = self.own.minimum_per_cell
        return (
            said("mindst én sag")
            if least == 1
            else said("mindst {least} sager (minimum_per_cell)", least=str(least))
        )

    def _shares(self, cases: int) -> list[int] | None:
        """The cases of each stratum where `strata_shares` give some of them; None where they give none."""
        shares: Mapping[str, object] = self.own.strata_shares
        if not shares:
            return None
        given = [self.own.strata_shares.get(stratum_word(stratum)) for stratum in self.strata]
        parts = [None if share is None else cases * Fraction(share) for share in given]
        left = cases - sum(part for part in parts if part is not None)
        others = [s for s, part in enumerate(parts) if part is None]
        if others:
            low, high = self.bounds.columns_low, self.bounds.columns_high
            try:
                own = fair_parts(
                    left,
                    [sum((line[s] for line in self.weights), Fraction(0)) for s in others],
                    [low[s] for s in others],
                    [high[s] for s in others],
                )
            except (TooFew, TooMany) as refused:
                raise Faults([self._rest(left, others, refused)]) from None
            for s, part in zip(others, own, strict=True):
                parts[s] = part
        elif left:
            fault = said("strata_shares er tilsammen under 1, og der er ingen andre strata til resten.")
            raise Faults([self._fault("PLAN-133", fault, said("De skal tilsammen være 1."))])
        columns = rounded([part for part in parts if part is not None], cases)
        self._columns_hold(columns)
        return list(columns)

    def _columns_hold(self, columns: Sequence[int]) -> None:
        problems = []
        ends = zip(self.strata, columns, self.bounds.columns_low, self.bounds.columns_high, strict=True)
        for stratum, cases, low, high in ends:
            if not low <= cases <= high:
                limit = (
                    said("højst {high}", high=str(high))
                    if cases > high
                    else said("mindst {low}", low=str(low))
                )
                word = shown(stratum_word(stratum))
                fault = said(
                    "Stratum {word} skal have {cases} sager, men kan få {limit}.",
                    word=word,
                    cases=str(cases),
                    limit=limit,
                )
                problems.append(
                    self._fault(
                        "PLAN-133", fault, said("Ret strata_shares, maximum eller antallet af sager.")
                    )
                )
        if problems:
            raise Faults(problems)

    def _parts(self, cases: int, columns: Sequence[int] | None) -> list[list[Fraction]]:
        """The fair part of each cell, before rows and columns are rounded."""
        bounds, own = self.bounds, self.own
        if own.among == "authority":
            rows = fair_parts(cases, self._row_weights(), bounds.rows_low, bounds.rows_high)
            return [
                [part * size / sum(line) if sum(line) else Fraction(0) for size in line]
                for part, line in zip(rows, self.size, strict=True)
            ]
        totals: Sequence[int | Fraction] | None = columns
        if totals is None and own.among == "stratum":
            weights = self._column_weights()
            totals = self._within_columns(cases, weights)
        if totals is None:
            flat = fair_parts(cases, _flat(self.weights), _flat(bounds.low), _flat(bounds.high))
            width = len(self.strata)
            return [list(flat[at * width : (at + 1) * width]) for at in range(len(self.authorities))]
        cells = self.size if own.among == "stratum" else self.weights
        down = [
            fair_parts(
                totals[s],
                [Fraction(line[s]) for line in cells],
                [line[s] for line in bounds.low],
                [line[s] for line in bounds.high],
            )
            for s in range(len(self.strata))
        ]
        return [list(line) for line in zip(*down, strict=True)]

    def _within_columns(self, cases: int, weights: Sequence[Fraction]) -> list[int]:
        low, high = self.bounds.columns_low, self.bounds.columns_high
        return list(share_out(cases, weights, low, high))

    def _row_weights(self) -> list[Fraction]:
        return [self._together(line, own) for line, own in zip(self.size, self.weights, strict=True)]

    def _column_weights(self) -> list[Fraction]:
        sizes, weights = zip(*self.size, strict=True), zip(*self.weights, strict=True)
        return [self._together(line, own) for line, own in zip(sizes, weights, strict=True)]

    def _together(self, sizes: Sequence[int], weights: Sequence[Fraction]) -> Fraction:
        """What several cells count as one: Neyman's weights add up, the others go by the size of all."""
        if self.own.method == NEYMAN:
            return sum(weights, Fraction(0))
        return weight(self.own.method, sum(sizes))

    def _check_names(self) -> None:
        problems = []
        words = {stratum_word(stratum) for stratum in self.strata}
        for word in self.own.strata_shares:
            if word not in words:
                fault = said(
                    "strata_shares nævner {word}, men det stratum er ikke i rammen.", word=shown(word)
                )
                listed = ", ".join(sorted(words)) or said("ingen")
                problems.append(self._fault("PLAN-104", fault, said("I rammen er: {listed}.", listed=listed)))
        for code in self.file.draw.chosen:
            if code not in self.authorities:
                fault = said("chosen nævner {code}, men den myndighed er ikke i rammen.", code=shown(code))
                problems.append(
                    self._fault("PLAN-104", fault, said("Se efter koden; den står uden nuller foran."))
                )
        if self.own.method == NEYMAN:
            for row in self.frame.rows:
                if row.size and row.spread is None:
                    name = self._row_name(row.authority)
                    fault = said(
                        "Neymans fordeling kræver share eller sd, men {name} har det ikke.", name=name
                    )
                    remedy = said("Skriv den ventede andel i kolonnen share, eller vælg en anden fordeling.")
                    problems.append(self._fault("PLAN-116", fault, remedy))
                    break
        if problems:
            raise Faults(problems)

    def _rest(self, left: Fraction | int, others: Sequence[int], refused: TooFew | TooMany) -> Problem:
        words = ", ".join(stratum_word(self.strata[s]) for s in others)
        limit = (
            said("mindst {least}", least=str(refused.least))
            if isinstance(refused, TooFew)
            else said("højst {most}", most=str(refused.most))
        )
        fault = said(
            "strata_shares lader {left} sager være tilbage til {words}, som kan få {limit}.",
            left=f"{float(left):g}",
            words=shown(words),
            limit=limit,
        )
        return self._fault("PLAN-133", fault, said("Ret strata_shares, maximum eller antallet af sager."))

    def _crossed(self, crossed: Crossed) -> Problem:
        fault = said(
            "{listed} skal tilsammen levere {wanted} sager, men kan højst levere {most}, når "
            "hvert stratum skal have sit antal.",
            listed=self._listed(crossed.rows),
            wanted=str(crossed.wanted),
            most=str(crossed.most),
        )
        remedy = said("Brug allocation: {among: stratum}, løsn minimum og maximum, eller ret strata_shares.")
        return self._fault("PLAN-134", fault, remedy)

    def _listed(self, rows: Sequence[int]) -> str:
        names = [self._row_name(self.authorities[at]) for at in rows[:_NAMED]]
        listed = ", ".join(names)
        more = len(rows) - _NAMED
        return said("{listed} og {more} til", listed=listed, more=str(more)) if more > 0 else listed

    def _row_name(self, authority: str) -> str:
        return shown(self.frame.name(authority))

    def _fault(self, code: str, fault: str, remedy: str) -> Problem:
        return Problem(code, Place(self.file.plan), fault, remedy)


def _flat(table: Sequence[Sequence[_Cell]]) -> list[_Cell]:
    return [cell for line in table for cell in line]
