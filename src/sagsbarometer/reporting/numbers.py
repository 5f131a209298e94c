"""How a cell is printed in Danish: rounded half up, once, from the counts, or from the value of an estimate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell

DASH = "–"  # where there is no number; never 0
_WORDS = ("ingen", "én", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti")
_UNITS = {"weeks": ("uge", "uger"), "days": ("dag", "dage"), "municipalities": ("kommune", "kommuner")}
_HUNDRED = Decimal(100)


class FormatFault(ValueError):
    """The format does not exist, or says nothing about a number of this unit. Holds a Danish sentence."""


def danish(value: Decimal | int) -> str:
    """`12.345,6`: dot between thousands, comma before decimals, a true minus."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.translate(str.maketrans(",.-", ".,−"))


def missing(cell: Cell) -> str:
    """Why a share or mean has no value, in Danish; empty when it has one."""
    if cell.unit in ("cases", "municipalities") or cell.denominator:
        return ""
    if cell.unknown == 1:
        return "kan ikke ses i den ene sag i grundlaget"
    if cell.unknown:
        return f"kan ikke ses i nogen af de {danish(cell.unknown)} sager i grundlaget"
    return "ingen sager i grundlaget"


def rounded_percent(cell: Cell, decimals: int = 0) -> Decimal | None:
    """The share in percent, rounded half up; None where nothing is known."""
    return None if cell.exact is None else round_half_up(cell.exact, decimals)


def limits(low: Decimal, high: Decimal, decimals: int = 0) -> str:
    """The ends of an interval in percent: `48-58`. Where one of them is close to nought or to a hundred both keep
    two decimals, so that a limit that is not nought does not print as nought."""
    near = any(0 < end < 1 or _HUNDRED - 1 < end < _HUNDRED for end in (low, high))
    ends = (
        round_half_up(end) if end in (0, _HUNDRED) else round_half_up(end, 2 if near else decimals)
        for end in (low, high)
    )
    return "-".join(danish(end) for end in ends)


def difference(cell: Cell, other: Cell, format: str) -> tuple[str, bool]:
    """How much `cell` lies above `other`, and whether it does not: `pp` for two shares, from their counts and rounded
    once; `count` for two numbers of cases. `–` and the reason where one of them has no value.

    Raises FormatFault for other formats or units.
    """
    if format not in _DIFFERENCES or {cell.unit, other.unit} - _DIFFERENCES[format]:
        raise FormatFault("En forskel skrives :pp mellem to procenter og :count mellem to antal.")
    if reason := missing(cell) or missing(other):
        return f"{DASH} ({reason})", False
    apart = (
        Fraction(whole(cell) - whole(other))
        if format == "count"
        else exact_percent(cell) - exact_percent(other)
    )
    return f"{danish(round_half_up(apart))}{' procentpoint' if format == 'pp' else ''}", apart < 0


def exact_percent(cell: Cell) -> Fraction:
    """The share in percent of a cell that has one; ask `missing` first."""
    return cell.exact or Fraction(0)


def counts_words(cell: Cell) -> str:
    """`21 af 385`; of an estimate `vægtet, 21 af 385`, because the counts alone do not give its share."""
    counts = f"{danish(cell.numerator)} af {danish(cell.denominator)}"
    if cell.estimator == "two_phase":  # the counts are those of one reading
        return f"vægtet og rettet, {counts} læst som ja"
    return f"vægtet, {counts}" if cell.estimator else counts


_DIFFERENCES = {
    "pp": frozenset({"percent"}),
    "count": frozenset({"percent", "cases", "municipalities"}),
}


def interval_limits(cell: Cell, decimals: int = 0) -> str:
    """`48-58`; empty when the cell has no interval."""
    if cell.low is None or cell.high is None:
        return ""
    if cell.unit != "percent":
        return f"{danish(round_half_up(cell.low, 1))}-{danish(round_half_up(cell.high, 1))}"
    return limits(cell.low, cell.high, decimals)


def bound_limits(cell: Cell) -> str:
    """`18,6-91,6`: the share or the count if every unknown were no, and if every one were yes; empty when it has
    none."""
    if cell.bound_low is None or cell.bound_high is None:
        return ""
    decimals = 1 if cell.unit in ("percent", "weeks") else 0
    return "-".join(danish(round_half_up(end, decimals)) for end in (cell.bound_low, cell.bound_high))


def whole(cell: Cell) -> int:
    """The count a cell tells: definite yes of a share, else the number of cases or municipalities."""
    if cell.unit == "percent" or cell.value is None:
        return cell.numerator
    return int(round_half_up(cell.value))


def amount(cell: Cell) -> str:
    """The value with its unit, as short as in tables and figures: `53 %`, `11,5 uger`, `98 kommuner`."""
    if missing(cell):
        return DASH
    match cell.unit:
        case "percent":
            return f"{danish(round_half_up(exact_percent(cell)))} %"
        case "weeks" | "days":
            return _time(cell, cell.unit)
        case "municipalities":
            return _with_unit(Decimal(whole(cell)), "municipalities")
        case _:
            return danish(whole(cell))


def printed(cell: Cell, format: str) -> str:
    """`cell` in one of FORMATS; `–` and the reason where it has no value.

    Raises FormatFault when there is no such format or it does not fit the unit.
    """
    if format not in FORMATS:
        raise FormatFault(f"Formatet »{format}« findes ikke. Formaterne er {', '.join(FORMATS)}.")
    units, write, always = FORMATS[format]
    if cell.unit not in units:
        raise FormatFault(f"Formatet »{format}« passer ikke til et tal i enheden »{cell.unit}«.")
    if not always and (reason := missing(cell)):
        return f"{DASH} ({reason})"
    return write(cell)


def _with_unit(value: Decimal, unit: str) -> str:
    one, many = _UNITS[unit]
    return f"{danish(value)} {one if value == 1 else many}"


def exact_time(cell: Cell) -> Fraction | None:
    """A time in its unit, exact; None where it has none.

    A mean is its sum of days over its cases. A quantile or a limit is a whole day, its numerator; the value tells which
    of the two the cell is, because both give it.
    """
    if cell.value is None:
        return None
    per_unit = 7 if cell.unit == "weeks" else 1
    of = (Fraction(cell.numerator, cell.denominator) if cell.denominator else None, Fraction(cell.numerator))
    for days in of:
        if days is not None and round_half_up(days / per_unit, 6) == cell.value:
            return days / per_unit
    return Fraction(cell.value)


def rounded_time(cell: Cell) -> Decimal | None:
    """A time as it is printed: whole days as they are, else with one decimal, rounded half up once."""
    exact = exact_time(cell)
    if exact is None:
        return None
    return round_half_up(exact, 0 if cell.unit == "days" and exact.denominator == 1 else 1)


def _time(cell: Cell, unit: str) -> str:
    value = rounded_time(cell)
    return DASH if value is None else _with_unit(value, unit)


def _share(cell: Cell, decimals: int = 0) -> str:
    return danish(round_half_up(exact_percent(cell), decimals))


def _interval(cell: Cell, decimals: int = 0) -> str:
    limits = interval_limits(cell, decimals)
    if not limits:
        return f"{DASH} (intet interval)"
    return f"{limits} {'procent' if cell.unit == 'percent' else _UNITS[cell.unit][1]}"


def _with_interval(cell: Cell) -> str:
    limits = interval_limits(cell)
    return f"{_share(cell)} ({limits})" if limits else _share(cell)


def _bounds(cell: Cell) -> str:
    limits = bound_limits(cell)
    return f"{limits} procent" if limits else f"{DASH} (ingen grænser)"


def _at_least(cell: Cell) -> str:
    return f"{'mindst ' if cell.unknown else ''}{danish(whole(cell))}"


def _word(cell: Cell) -> str:
    count = whole(cell)
    return _WORDS[count] if 0 <= count < len(_WORDS) else danish(count)


_SHARE = frozenset({"percent"})
_COUNTS = frozenset({"percent", "cases", "municipalities"})
_EVERY = _COUNTS | {"days", "weeks"}

# Format: the units it fits, how it is written, and whether it is told even of an empty base.
FORMATS: Mapping[str, tuple[frozenset[str], Callable[[Cell], str], bool]] = {
    "count": (_COUNTS, lambda cell: danish(whole(cell)), False),
    "at_least": (_COUNTS, _at_least, False),
    "words": (_COUNTS, _word, False),
    "base": (_EVERY, lambda cell: danish(cell.base), True),
    "known": (_EVERY, lambda cell: danish(cell.denominator), True),
    "unknown": (_EVERY, lambda cell: danish(cell.unknown), True),
    "of": (_COUNTS, lambda cell: f"{danish(cell.numerator)} ud af {danish(cell.denominator)}", False),
    "percent": (_SHARE, lambda cell: f"{_share(cell)} procent", False),
    "percent_1": (_SHARE, lambda cell: f"{_share(cell, 1)} procent", False),
    "percent_short": (_SHARE, _share, False),
    "interval": (_EVERY, _interval, False),
    "interval_1": (_SHARE, lambda cell: _interval(cell, 1), False),
    "with_interval": (_SHARE, _with_interval, False),
    "bounds": (_SHARE, _bounds, True),
    "weeks": (frozenset({"weeks"}), lambda cell: _time(cell, "weeks"), False),
    "days": (frozenset({"days"}), lambda cell: _time(cell, "days"), False),
}
