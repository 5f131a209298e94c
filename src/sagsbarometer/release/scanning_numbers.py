"""Where CPR numbers may stand in a long text: told by how its digits lie, so that little of it is read sign by sign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sagsbarometer.kernel.ids import cpr_spans, is_short_cpr

_BESIDE = 140  # signs: a checksum, which a number in it is not taken out of, is shorter
_SHORT_TEXT = 400  # signs that are read at once faster than they are counted
_FARTHEST = 14  # places from a digit in a cell to that in the next
_BACKWARDS = re.compile(
    r"(?<![\w.,:/+-])\d{4}-?\d\d(?:[1-9]0|[012]1)(?:[1-9]0|\d[12]|[01]3)(?![\w:/+-]|[.,]\d)"
)
_WHOLE = re.compile(r"\.0+$")


def cpr_places(plain: str, apart: bool = True) -> list[tuple[int, str]]:
    """Start and digits of what looks like a CPR number in a text that `read_plain` gave: what `cpr_spans` finds."""
    if len(plain) < _SHORT_TEXT:
        return [(start, digits) for start, _, digits in cpr_spans(plain, apart)]
    at, value = _digits(plain)
    found: dict[int, str] = {}
    for start, end in _around(plain, _starts(at, value, apart)):
        found |= {start + first: digits for first, _, digits in cpr_spans(plain[start:end], apart)}
    return sorted(found.items())


def short_numbers(plain: str, parted: str) -> Iterator[str]:
    """The values, parted by the signs of `parted`, that are CPR numbers which lost their nought."""
    at, _ = _digits(plain)
    if len(at) < 9:
        return
    import numpy as np

    gap = np.diff(at)
    alone = np.concatenate(([True], gap > 1, [True]))
    start = at[: len(at) - 8][(at[8:] - at[:-8] == 8) & alone[: len(at) - 8] & alone[9:]]
    ends = re.compile(f"[{parted}]")
    for place in start:
        after = ends.search(plain, int(place))
        before = max(plain.rfind(sign, 0, int(place)) for sign in parted)
        value = plain[before + 1 : after.start() if after else len(plain)]
        if is_short_cpr(whole := _WHOLE.sub("", value.strip())):
            yield f"0{whole}"


def _digits(plain: str) -> tuple[Any, Any]:
    """The place of every digit, and what it is."""
    import numpy as np

    if plain.isascii():
        codes = np.frombuffer(plain.encode(), np.uint8)
    else:
        codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), np.uint32)
    value = codes - codes.dtype.type(48)  # what is below wraps around to much more than nine
    at = np.flatnonzero(value <= 9)
    return at, value[at]


def _starts(at: Any, value: Any, apart: bool) -> Any:
    """First and last place of ten (or twelve) digits that lie as those of a CPR number may; a few that do not, too."""
    import numpy as np

    if len(at) < 10:
        return ()
    gap = np.diff(at)
    spread = 2 if apart else 1  # from a day to its month, and from that to its year
    alone = np.concatenate(([True], gap > 1, [True]))  # no digit right before the one that stands here

    def lie(*most: int) -> Any:
        """Where digits stand at most so far apart, begin a number, and end one."""
        count = len(at) - len(most)
        if count <= 0:
            return np.zeros(0, dtype=bool)
        fits = alone[:count] & alone[len(most) + 1 :][:count] & (value[:count] <= 3)
        for number, far in enumerate(most):
            fits &= gap[number : number + count] <= far
        return fits

    ten = np.flatnonzero(lie(1, spread, 1, spread, 1, 6 if apart else 2, 1, 1, 1))
    spans = [np.column_stack((at[ten], at[ten + 9]))]
    if apart:
        twelve = np.flatnonzero(lie(1, 2, 1, 2, 1, 1, 1, 4, 1, 1, 1))
        spans.append(np.column_stack((at[twelve], at[twelve + 11])))
        loose = np.concatenate(([0], np.cumsum((gap >= 2) & (gap <= 4))))
        nine = np.flatnonzero(loose[9:] - loose[:-9] == 9)
        spans.append(np.column_stack((at[nine], at[nine + 9])))
    return np.concatenate(spans)


def _around(plain: str, spans: Any) -> Iterator[tuple[int, int]]:
    """The parts of a text with these places in them, each with so much on both sides that it reads as in the whole."""
    last = -1
    held: tuple[int, int] | None = None
    for first, end in sorted((int(first), int(end)) for first, end in spans):
        if held and first - _BESIDE <= last:
            last = max(last, end + 1 + _BESIDE)
            held = (held[0], last)
            continue
        if held:
            yield _widened(plain, *held)
        last = end + 1 + _BESIDE
        held = (max(0, first - _BESIDE), last)
    if held:
        yield _widened(plain, *held)


def _widened(plain: str, start: int, end: int) -> tuple[int, int]:
    """A part of a text that ends in no word."""
    while start > 0 and plain[start - 1].isalnum():
        start -= 1
    while end < len(plain) and plain[end - 1].isalnum():
        end += 1
    return start, min(end, len(plain))


def backwards(plain: str) -> Iterator[tuple[int, str]]:
    """Start and digits, from the last to the first, of what is a CPR number when it is read from behind."""
    at, _ = _digits(plain)
    if len(at) < 10:
        return
    import numpy as np

    close = np.flatnonzero(at[9:] - at[:-9] <= 10)
    for start, end in _around(plain, np.column_stack((at[close], at[close + 9]))):
        for found in _BACKWARDS.finditer(plain[start:end]):
            yield start + found.start(), found.group().replace("-", "")[::-1]


def one_by_one(plain: str, parted: str) -> Iterator[tuple[int, str]]:
    """Start and digits of a CPR number with each digit in a cell of its own: ten such cells beside each other and no
    more, parted by the signs of `parted`."""
    at, _ = _digits(plain)
    if len(at) < 10:
        return
    import numpy as np

    gap = np.diff(at)
    loose = np.concatenate(([0], np.cumsum((gap >= 2) & (gap <= _FARTHEST))))
    if not bool((loose[9:] - loose[:-9] == 9).any()):
        return
    run = re.compile(rf"(?<![^{parted}])\d(?:[{parted}]{{1,{_FARTHEST - 1}}}\d(?![^{parted}]))+")
    for found in run.finditer(plain):
        digits = re.sub(r"\D", "", found.group())
        if len(digits) == 10 and cpr_spans(digits, False):
            yield found.start(), digits
