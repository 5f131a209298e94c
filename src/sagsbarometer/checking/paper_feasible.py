"""Percentages of a table whose counts are not printed: whether any whole counts of the printed base give them.

Which column is the base is read from the numbers: seven cases give eight percentages of a hundred and one, so a column
whose percentages are all among those its base gives is of that base, and hardly by chance. A break is never more than a
question: the base may be another in one row (only those that are known), or the percentages may be weighted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, comb, floor, log10

from sagsbarometer.checking.feasible import Printed as Share
from sagsbarometer.checking.feasible import Row, conflicts
from sagsbarometer.checking.paper_finding import Found, Looked, Sure, amount, place, printed
from sagsbarometer.checking.paper_grid import DERIVED, TOTAL, Figure, Laid, Line
from sagsbarometer.checking.paper_numbers import PERCENT, Printed

_ASK = 3.0  # digits
_MOST = 500  # a base so large gives every whole percentage
_ELSE = "Basen kan være en anden, end tabellen ser ud til, eller tallet kan være vægtet."


def counts_of(number: Printed, base: int) -> range:
    """The counts of `base` that are printed so, a half rounded either way."""
    low = ceil((number.exact - number.half) * base / 100)
    high = floor((number.exact + number.half) * base / 100)
    return range(max(low, 0), min(high, base) + 1)


class _Based:
    """A column of percentages with the column that is its base, and how many digits speak for it."""

    def __init__(self, percent: Line, base: Line, rows: Sequence[int], tries: int) -> None:
        self.percent, self.base = percent, base
        self.kept: list[int] = []
        self.broken: list[int] = []
        self.evidence = -log10(max(tries, 1))
        for at in rows:
            number, whole = percent.at[at], base.at[at]
            if number is None or whole is None or not 0 < whole.number.exact <= _MOST:
                continue
            if not counts_of(number.number, int(whole.number.exact)):
                self.broken.append(at)
                continue
            self.kept.append(at)
            if number.number.exact not in (0, 100):
                every = 100 * 10**number.number.decimals + 1
                self.evidence -= log10(min(int(whole.number.exact) + 1, every) / every)
        self.evidence -= log10(comb(len(self.kept) + len(self.broken), len(self.broken)))

    @property
    def rule(self) -> bool:
        """Whether it is one."""
        return self.evidence >= _ASK and len(self.broken) <= max(1, len(self.kept) // 4)

    def at(self, at: int) -> tuple[Figure, Figure]:
        """The percentage and its base in a row that has both."""
        number, whole = self.percent.at[at], self.base.at[at]
        assert number is not None
        assert whole is not None
        return number, whole


def check_feasible(
    table: Laid,
    counts: Sequence[Line],
    percents: Sequence[Line],
    others: Sequence[str],
    ordinary: Callable[[int], bool],
    hundred: Sequence[Line],
    looked: Looked,
) -> None:
    """Every column of percentages that no printed counts explain: alone, with the total, and `hundred` together."""
    rows = [at for at in range(len(others)) if ordinary(at)]
    based: dict[str, _Based] = {}
    for percent in percents:
        looked.on_time()
        if DERIVED.search(percent.name):
            continue
        tried = [_Based(percent, base, rows, len(counts)) for base in counts]
        best = max((item for item in tried if item.rule), key=lambda item: item.evidence, default=None)
        if best is None:
            continue
        based[percent.name] = best
        _tell_alone(table, best, looked)
        _tell_total(table, best, others, rows, looked)
    together = [based[line.name] for line in hundred if line.name in based]
    if len(hundred) == len(together) > 1 and len({item.base.name for item in together}) == 1:
        _tell_together(table, together, looked)


def _tell_alone(table: Laid, based: _Based, looked: Looked) -> None:
    for at in (*based.kept, *based.broken):
        looked.count("feasible", based.at(at))
    for at in based.broken:
        number, whole = based.at(at)
        base = whole.number.exact
        near = round(number.number.exact * base / 100)
        told = (
            f"Trykt er {printed(number.number, PERCENT)} af {amount(base)}; intet helt antal giver det. Nærmest er "
            f"{near} af {amount(base)}, {amount(Fraction(100 * near) / base)} %. {_ELSE}"
        )
        _found(table, number, told, (number, whole), looked)


def _tell_total(
    table: Laid, based: _Based, others: Sequence[str], rows: Sequence[int], looked: Looked
) -> None:
    """The counts that the rows allow, added up, against those that the total's own percentage allows."""
    parts = [at for at in rows if not TOTAL.fullmatch(others[at])]
    if based.broken or len(parts) < 2 or any(at not in based.kept for at in parts):
        return
    for total in (at for at in rows if TOTAL.fullmatch(others[at])):
        number, whole = based.percent.at[total], based.base.at[total]
        each = [based.at(at) for at in parts]
        if number is None or whole is None:
            continue
        if sum((base.number.exact for _, base in each), Fraction(0)) != whole.number.exact:
            continue
        ranges = [counts_of(share.number, int(base.number.exact)) for share, base in each]
        low, high = sum(item[0] for item in ranges), sum(item[-1] for item in ranges)
        own = counts_of(number.number, int(whole.number.exact))
        looked.count("feasible", (number, whole, *(share for share, _ in each)))
        if own and own[0] <= high and own[-1] >= low:
            continue
        given = amount(Fraction(low)) if low == high else f"{amount(Fraction(low))}-{amount(Fraction(high))}"
        told = (
            f"Trykt er {printed(number.number, PERCENT)} af {amount(whole.number.exact)}; rækkernes procenter giver "
            f"tilsammen {given}. {_ELSE}"
        )
        _found(table, number, told, (number, whole), looked)


def _tell_together(table: Laid, together: Sequence[_Based], looked: Looked) -> None:
    """Parts of a hundred, each of which some count gives, though no counts give them all."""
    names = [str(index) for index in range(len(together))]
    for at in sorted(set.intersection(*(set(item.kept) for item in together))):
        looked.on_time()
        figures = [item.at(at)[0] for item in together]
        whole = together[0].at(at)[1]
        if any(figure.number.decimals for figure in figures):
            continue
        shares = tuple(
            Share(name, frozenset({name}), int(figure.number.exact))
            for name, figure in zip(names, figures, strict=True)
        )
        row = Row("", int(whole.number.exact), shares)
        if not any(
            len(conflict.printed) > 1 and conflict.closed_too for conflict in conflicts([row], None, names)
        ):
            continue
        list_ = ", ".join(printed(figure.number) for figure in figures)
        told = (
            f"Trykt er {list_} % af {amount(whole.number.exact)}; hver for sig er der antal, der giver dem, men ikke "
            f"tilsammen. {_ELSE}"
        )
        _found(table, figures[0], told, (*figures, whole), looked)


def _found(table: Laid, at: Figure, told: str, figures: Sequence[Figure], looked: Looked) -> None:
    cells = tuple(figure.key for figure in figures)
    looked.found.append(Found(Sure.QUESTION, "feasible", place(table, at), told, "", cells, firm=False))
