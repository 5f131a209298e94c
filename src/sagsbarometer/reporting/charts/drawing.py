"""A scene as SVG: byte for byte what Vega draws of its specification, written without Vega.

Vega starts an engine for JavaScript to place what a scene has already placed, and that was half the time of a report.
What it writes of so few kinds of marks is a page of rules; `tests/unit/test_report_drawing.py` holds the two against
each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from sagsbarometer.reporting.charts import fonts
from sagsbarometer.reporting.charts.scene import STROKE, Box, Dot, Line, Scene, Words, styles

_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_MIDDLE = 0.3  # of the size of the letters: how far under its middle a line of words stands
_DOT_STROKE = 2  # Vega writes this width on every dot, though none has a stroke
_DOT_DIGITS = 1000  # a circle is told in thousandths
_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-6, 1e21  # numbers that JavaScript writes without an exponent
# What JavaScript takes off the ends of a text; Python's own `strip` takes a few others.
_BLANK = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f"
    "\u205f\u3000\ufeff"
)


def to_svg(scene: Scene, margin: int = 0) -> str:
    """The picture as SVG text, with a margin in pixels; the same bytes for the same scene."""
    width, height = number(scene.width), number(round(scene.height))
    size = f'width="{number(scene.width + 2 * margin)}" height="{number(round(scene.height) + 2 * margin)}"'
    seen = f'viewBox="0 0 {number(scene.width + 2 * margin)} {number(round(scene.height) + 2 * margin)}"'
    across = _across(scene)
    layers = [
        _group(_line(line, across) for line in scene.under),
        _group(_box(box, across) for box in scene.boxes),
        _group(_line(line, across) for line in scene.hatch),
        _group(_box(box, across) for box in scene.plates),
        _group(_line(line, across) for line in scene.over),
        _group(_dot(dot, across) for dot in scene.dots),
        *(_group(_text(words, across) for words in rows) for _, rows in styles(scene.words)),
    ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
        f'{size} {seen}><rect {size} fill="white"/>'
        f'<g fill="none" stroke-miterlimit="10" transform="translate({margin},{margin})"><g>'
        f'<g transform="translate(0,0)"><path d="M0,0h{width}v{height}h-{width}Z"/><g>{"".join(layers)}</g>'
        '<path d="" display="none"/></g></g></g></svg>'
    )


def number(value: float) -> str:
    """A number as JavaScript writes it: the fewest digits that are only this number, but a whole number with every
    digit it has. From 2**53 JavaScript writes noughts for the last of them, which no picture is large enough to have.

    Raises ValueError for what is not a number, and OverflowError for infinity.
    """
    if value == int(value) and abs(value) < _LARGEST_PLAIN:
        return str(int(value))
    told = repr(float(value))  # a number of numpy's has a `repr` of its own
    digits, exponent, power = told.partition("e")
    if not exponent:
        return told
    if abs(value) < _SMALLEST_PLAIN or abs(value) >= _LARGEST_PLAIN:
        return f"{digits}e{int(power):+d}"
    sign, digits = ("-", digits[1:]) if value < 0 else ("", digits)
    return f"{sign}0.{'0' * (-int(power) - 1)}{digits.replace('.', '')}"


def _across(scene: Scene) -> Callable[[float], float]:
    """Where a value of the axis stands, in pixels, reckoned in the order that Vega does: to the last bit the same."""
    left, right, limit = scene.left, scene.right, scene.limit

    def place(value: float) -> float:
        part = value / limit
        return left * (1 - part) + right * part

    return place


def _group(marks: Iterable[str]) -> str:
    inside = "".join(marks)
    return f"<g>{inside}</g>" if inside else ""


def _line(line: Line, across: Callable[[float], float]) -> str:
    x = across(line.x)
    return (
        f'<line transform="translate({number(x)},{number(line.y)})" x2="{number(across(line.x2) - x)}" '
        f'y2="{number(line.y2 - line.y)}" stroke="{line.colour}" stroke-width="{number(line.width)}"/>'
    )


def _box(box: Box, across: Callable[[float], float]) -> str:
    left, right = sorted((across(box.start), across(box.end)))
    top, bottom = sorted((box.top, box.bottom))
    wide, tall = right - left, bottom - top
    return (
        f'<path d="M{number(left)},{number(top)}h{number(wide)}v{number(tall)}h{number(-wide)}Z" '
        f'fill="{box.fill}" stroke="{box.stroke}" stroke-width="{STROKE}"/>'
    )


def _dot(dot: Dot, across: Callable[[float], float]) -> str:
    radius = math.sqrt(dot.size) / 2
    right, left = (number(_nearest(way * radius * _DOT_DIGITS) / _DOT_DIGITS) for way in (1, -1))
    arc = f"A{right},{right},0,1,1,"
    circle = f"{arc}{left},0{arc}{right},0" if radius else ""
    return (
        f'<path transform="translate({number(across(dot.x))},{number(dot.y)})" d="M{right},0{circle}" '
        f'fill="{dot.colour}" stroke-width="{_DOT_STROKE}" opacity="1"/>'
    )


def _text(words: Words, across: Callable[[float], float]) -> str:
    down = words.y + _nearest(_MIDDLE * words.size)
    text = words.text.strip(_BLANK).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f'<text text-anchor="{_ANCHORS[words.align]}" transform="translate({number(across(words.x))},{number(down)})" '
        f'font-family="{fonts.LISTED}" font-size="{number(words.size)}px" '
        f'font-style="{"italic" if words.italic else "normal"}" font-weight="{600 if words.bold else 400}" '
        f'fill="{words.colour}"{f">{text}</text>" if text else "/>"}'
    )


def _nearest(value: float) -> int:
    """The nearest whole number; of two that are as near, the larger, as in JavaScript."""
    whole = math.floor(value)
    return whole + (value - whole >= 0.5)
