"""How a cell is printed: rounded half up, once, from the counts, or from the value of an estimate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import WITHHELD, Cell
from sagsbarometer.reporting.words import say

DASH = "–"  # where there is no number; never 0
_SPELT = 10  # counts up to this one have a word
_HUNDRED = Decimal(100)


class FormatFault(ValueError):
    """The format does not exist, or says nothing about a number of this unit. Holds a Danish sentence."""


def danish(value: Decimal | int) -> str:
    """`12.345,6`: dot between thousands, comma before decimals, a true minus."""
    return number_words("da", value)


def number_words(language: str, value: Decimal | int) -> str:
    """`12.345,6`, in English `12,345.6`; a true minus."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.translate(_MARKS.get(language, _MARKS["da"]))


_MARKS = {"da": str.maketrans(",.-", ".,−"), "en": str.maketrans("-", "−")}


def percent_words(language: str, number: str) -> str:
    """`53 %`, in English `53%`."""
    return f"{number}{say(language, 'number.percent_sign')}"


def missing(cell: Cell, language: str = "da") -> str:
    """Why a share or mean has no value, in words; empty when it has one. `[c]` where the number is withheld."""
    if cell.hidden:
        return WITHHELD
    if cell.unit in ("cases", "municipalities") or cell.denominator:
        return ""
    if cell.unknown == 1:
        return say(language, "number.unseen_one")
    if cell.unknown:
        return say(language, "number.unseen", number=number_words(language, cell.unknown))
    return say(language, "number.no_cases")


def rounded_percent(cell: Cell, decimals: int = 0) -> Decimal | None:
    """The share in percent, rounded half up; None where nothing is known."""
    return None if cell.exact is None else round_half_up(cell.exact, decimals)


def limits(low: Decimal, high: Decimal, decimals: int = 0, language: str = "da") -> str:
    """The ends of an interval in percent: `48-58`. Where one of them is close to nought or to a hundred both keep
    two decimals, so that a limit that is not nought does not print as nought."""
    near = any(0 < end < 1 or _HUNDRED - 1 < end < _HUNDRED for end in (low, high))
    ends = (
        round_half_up(end) if end in (0, _HUNDRED) else round_half_up(end, 2 if near else decimals)
        for end in (low, high)
    )
    return "-".join(number_words(language, end) for end in ends)


def difference(cell: Cell, other: Cell, format: str, language: str = "da") -> tuple[str, bool]:
    """How much `cell` lies above `other`, and whether it does not: `pp` for two shares, from their counts and rounded
    once; `count` for two numbers of cases. `–` and the reason where one of them has no value.

    Raises FormatFault for other formats or units.
    """
    if format not in _DIFFERENCES or {cell.unit, other.unit} - _DIFFERENCES[format]:
        raise FormatFault("En forskel skrives :pp mellem to procenter og :count mellem to antal.")
    if cell.hidden or other.hidden:
        return WITHHELD, False
    if reason := missing(cell, language) or missing(other, language):
        return f"{DASH} ({reason})", False
    apart = (
        Fraction(whole(cell) - whole(other))
        if format == "count"
        else exact_percent(cell) - exact_percent(other)
    )
    told = number_words(language, round_half_up(apart))
    return f"{told} {say(language, 'number.points')}" if format == "pp" else told, apart < 0


def told(cell: Cell, number: int, language: str = "da") -> str:
    """A count of `cell` as it is printed: its base, its unknown; `[c]` where the cell is withheld."""
    return WITHHELD if cell.hidden else number_words(language, number)


def exact_percent(cell: Cell) -> Fraction:
    """The share in percent of a cell that has one; ask `missing` first."""
    return cell.exact or Fraction(0)


def counts_words(cell: Cell, language: str = "da") -> str:
    """`21 af 385`; of an estimate `vægtet, 21 af 385`, because the counts alone do not give its share."""
    if cell.hidden:
        return WITHHELD
    counts = _counts(cell, language, "number.of")
    if cell.estimator == "two_phase":  # the counts are those of one reading
        return say(language, "number.corrected", counts=counts)
    return say(language, "number.weighted", counts=counts) if cell.estimator else counts


def _counts(cell: Cell, language: str, key: str) -> str:
    part, whole = (number_words(language, count) for count in (cell.numerator, cell.denominator))
    return say(language, key, part=part, whole=whole)


_DIFFERENCES = {
    "pp": frozenset({"percent"}),
    "count": frozenset({"percent", "cases", "municipalities"}),
}


def interval_limits(cell: Cell, decimals: int = 0, language: str = "da") -> str:
    """`48-58`; empty when the cell has no interval."""
    if cell.low is None or cell.high is None:
        return ""
    if cell.unit != "percent":
        return "-".join(number_words(language, round_half_up(end, 1)) for end in (cell.low, cell.high))
    return limits(cell.low, cell.high, decimals, language)


def bound_limits(cell: Cell, language: str = "da") -> str:
    """`18,6-91,6`: the share or the count if every unknown were no, and if every one were yes; empty when it has
    none."""
    if cell.bound_low is None or cell.bound_high is None:
        return ""
    decimals = 1 if cell.unit in ("percent", "weeks") else 0
    ends = (cell.bound_low, cell.bound_high)
    return "-".join(number_words(language, round_half_up(end, decimals)) for end in ends)


def whole(cell: Cell) -> int:
    """The count a cell tells: definite yes of a share, else the number of cases or municipalities."""
    if cell.unit == "percent" or cell.value is None:
        return cell.numerator
    return int(round_half_up(cell.value))


def amount(cell: Cell, language: str = "da") -> str:
    """The value with its unit, as short as in tables and figures: `53 %`, `11,5 uger`, `98 kommuner`; in English `53%`,
    `11.5 weeks`."""
    if cell.hidden:
        return WITHHELD
    if missing(cell):
        return DASH
    match cell.unit:
        case "percent":
            return percent_words(language, _share(cell, language))
        case "weeks" | "days":
            return _time(cell, language)
        case "municipalities":
            return _with_unit(Decimal(whole(cell)), "municipalities", language)
        case "own" | "percentage_points":  # of an estimate that is no share: in the unit of its column
            return DASH if cell.value is None else number_words(language, round_half_up(cell.value, 1))
        case _:
            return number_words(language, whole(cell))


def printed(cell: Cell, format: str, language: str = "da") -> str:
    """`cell` in one of FORMATS; `–` and the reason where it has no value.

    Raises FormatFault when there is no such format or it does not fit the unit.
    """
    if format not in FORMATS:
        raise FormatFault(f"Formatet »{format}« findes ikke. Formaterne er {', '.join(FORMATS)}.")
    units, write, always = FORMATS[format]
    if cell.unit not in units:
        raise FormatFault(f"Formatet »{format}« passer ikke til et tal i enheden »{cell.unit}«.")
    if cell.hidden:
        return WITHHELD
    if not always and (reason := missing(cell, language)):
        return f"{DASH} ({reason})"
    return write(cell, language)


def _with_unit(value: Decimal, unit: str, language: str) -> str:
    words = say(language, f"{'one' if value == 1 else 'many'}.{unit}")
    return f"{number_words(language, value)} {words}"


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


def _time(cell: Cell, language: str) -> str:
    value = rounded_time(cell)
    return DASH if value is None else _with_unit(value, cell.unit, language)


def _share(cell: Cell, language: str, decimals: int = 0) -> str:
    return number_words(language, round_half_up(exact_percent(cell), decimals))


def _percent(cell: Cell, language: str, decimals: int = 0) -> str:
    return f"{_share(cell, language, decimals)} {say(language, 'many.percent')}"


def _interval(cell: Cell, language: str, decimals: int = 0) -> str:
    limits = interval_limits(cell, decimals, language)
    if not limits:
        return f"{DASH} ({say(language, 'number.no_interval')})"
    return f"{limits} {say(language, f'many.{cell.unit}')}"


def _with_interval(cell: Cell, language: str) -> str:
    limits = interval_limits(cell, language=language)
    return f"{_share(cell, language)} ({limits})" if limits else _share(cell, language)


def _bounds(cell: Cell, language: str) -> str:
    if limits := bound_limits(cell, language):
        return f"{limits} {say(language, 'many.percent')}"
    return f"{DASH} ({say(language, 'number.no_bounds')})"


def _count(cell: Cell, language: str) -> str:
    return number_words(language, whole(cell))


def _at_least(cell: Cell, language: str) -> str:
    number = _count(cell, language)
    return say(language, "number.at_least", number=number) if cell.unknown else number


def _word(cell: Cell, language: str) -> str:
    count = whole(cell)
    return say(language, f"count.{count}") if 0 <= count <= _SPELT else number_words(language, count)


_SHARE = frozenset({"percent"})
_COUNTS = frozenset({"percent", "cases", "municipalities"})
_EVERY = _COUNTS | {"days", "weeks"}

# Format: the units it fits, how it is written, and whether it is told even of an empty base.
FORMATS: Mapping[str, tuple[frozenset[str], Callable[[Cell, str], str], bool]] = {
    "count": (_COUNTS, _count, False),
    "at_least": (_COUNTS, _at_least, False),
    "words": (_COUNTS, _word, False),
    "base": (_EVERY, lambda cell, language: number_words(language, cell.base), True),
    "known": (_EVERY, lambda cell, language: number_words(language, cell.denominator), True),
    "unknown": (_EVERY, lambda cell, language: number_words(language, cell.unknown), True),
    "of": (_COUNTS, lambda cell, language: _counts(cell, language, "number.out_of"), False),
    "percent": (_SHARE, _percent, False),
    "percent_1": (_SHARE, lambda cell, language: _percent(cell, language, 1), False),
    "percent_short": (_SHARE, _share, False),
    "interval": (_EVERY, _interval, False),
    "interval_1": (_SHARE, lambda cell, language: _interval(cell, language, 1), False),
    "with_interval": (_SHARE, _with_interval, False),
    "bounds": (_SHARE, _bounds, True),
    "weeks": (frozenset({"weeks"}), _time, False),
    "days": (frozenset({"days"}), _time, False),
}
