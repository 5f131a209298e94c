"""What a chart draws, and how it becomes a Vega-Lite specification; `drawing` makes SVG of it.

Across, everything is in the unit of the axis (percent); down, in pixels. So the marks stay data: a page
that shows the chart live can ask a bar what it stands for.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from sagsbarometer.reporting.charts import fonts

INK = "#16232b"
MUTED = "#4d5c66"
GRID = "#d9dfe3"
DARK = "#0f4c66"
FILL = "#2f7b99"  # dark enough for white words on it
LIGHT = "#94c6d9"
PALE = "#dcebf1"
UNKNOWN = "#ffffff"  # hatched: what is not known has no colour of its own
HATCH = "#7d8a93"
_STRIPED = "|"  # after a colour: with upright stripes
_STRIPE, _STRIPES_APART = 2.0, 7.0
STROKE = 1  # pixels: the edge of a box
SHADES = (DARK, FILL, LIGHT, PALE)


def shades(parts: int) -> tuple[str, ...]:
    """A fill for each of so many parts, no two alike up to eight: shades that differ in lightness, so that they differ
    in grey and to who sees colours otherwise, then the same with stripes."""
    return (
        (*SHADES, *(shade + _STRIPED for shade in SHADES))[:parts]
        if parts <= 2 * len(SHADES)
        else (shades(2 * len(SHADES)) * (parts // (2 * len(SHADES)) + 1))[:parts]
    )


def colour_of(fill: str) -> str:
    """The colour of a fill, without its stripes."""
    return fill.removesuffix(_STRIPED)


def is_plain(fill: str) -> bool:
    """Whether words can stand on a fill with no ground of their own."""
    return fill != UNKNOWN and not fill.endswith(_STRIPED)


def words_on(fill: str) -> str:
    """The colour of words that can be read on a fill."""
    return "#ffffff" if colour_of(fill) in (DARK, FILL) else INK


Align = Literal["left", "center", "right"]
Spec = dict[str, Any]  # JSON: a piece of a Vega-Lite specification


@dataclass(frozen=True, slots=True)
class Box:
    """A filled piece of a bar, from `start` to `end` on the axis."""

    start: float
    end: float
    top: float
    bottom: float
    fill: str
    stroke: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x: float
    y: float
    x2: float
    y2: float
    colour: str
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled circle; `size` is its area in square pixels."""

    x: float
    y: float
    size: float
    colour: str


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; `y` is its middle."""

    x: float
    y: float
    text: str
    size: float = 14
    colour: str = INK
    align: Align = "left"
    bold: bool = False
    italic: bool = False


@dataclass(slots=True)
class Scene:
    """A drawing that grows downwards. `left` and `right` are where 0 and `limit` stand, in pixels."""

    width: float
    left: float
    right: float
    limit: float
    height: float = 0
    under: list[Line] = field(default_factory=list)  # behind the bars
    boxes: list[Box] = field(default_factory=list)
    hatch: list[Line] = field(default_factory=list)
    plates: list[Box] = field(default_factory=list)  # clear ground under words on a hatch
    over: list[Line] = field(default_factory=list)  # in front of them
    dots: list[Dot] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    language: str = "da"  # of the numbers on its axes

    def at(self, pixels: float) -> float:
        """The place on the axis that lies `pixels` from the left edge."""
        return round((pixels - self.left) * self.limit / (self.right - self.left), 4)

    def pixels(self, value: float) -> float:
        """How far from the left edge a value of the axis lies."""
        return self.left + value * (self.right - self.left) / self.limit

    def write(self, pixels: float, y: float, text: str, **style: Any) -> None:
        """Words at a place in pixels; `style` as in Words."""
        self.words.append(Words(self.at(pixels), round(y, 2), text, **style))

    def paragraph(self, pixels: float, width: float, text: str, leading: float = 1.4, **style: Any) -> None:
        """Wrapped words from the present height on, which grows."""
        size = float(style.get("size", 14))
        for line in fonts.wrap(text, width, size, bool(style.get("bold"))):
            self.write(pixels, self.height + size * leading / 2, line, **style)
            self.height += size * leading

    def fill(self, start: float, end: float, top: float, bottom: float, fill: str, tip: str = "") -> None:
        """A piece of a bar. The unknown is hatched."""
        colour = colour_of(fill)
        stroke = HATCH if fill == UNKNOWN else DARK if colour in (LIGHT, PALE) else colour
        self.boxes.append(Box(round(start, 4), round(end, 4), top, bottom, colour, stroke, tip))
        if fill == UNKNOWN:
            self._hatch(self.pixels(start), self.pixels(end), top, bottom)
        elif colour != fill:
            self._stripes(self.pixels(start), self.pixels(end), top, bottom, words_on(fill))

    def ground(self, x: float, y: float, width: float, height: float, fill: str = UNKNOWN) -> None:
        """A clear ground around a place in pixels, under words that lines would cross."""
        colour = colour_of(fill)
        left, right = self.at(x - width / 2), self.at(x + width / 2)
        self.plates.append(Box(left, right, y - height / 2, y + height / 2, colour, colour))

    def _stripes(self, left: float, right: float, top: float, bottom: float, colour: str) -> None:
        """Upright lines over a box."""
        x = left + _STRIPES_APART / 2
        while x < right - _STRIPE / 2:
            self.hatch.append(Line(self.at(x), top, self.at(x), bottom, colour, _STRIPE))
            x += _STRIPES_APART

    def _hatch(self, left: float, right: float, top: float, bottom: float) -> None:
        """Slanting lines from one edge of a box to the other, cut at its sides."""
        height, gap = bottom - top, 7.0
        foot = left - height + gap
        while foot < right:
            x, x2 = max(foot, left), min(foot + height, right)
            y, y2 = bottom - (x - foot), bottom - (x2 - foot)
            if x2 > x:
                self.hatch.append(Line(self.at(x), round(y, 2), self.at(x2), round(y2, 2), HATCH, 1.0))
            foot += gap


def to_spec(scene: Scene, margin: int = 0) -> Spec:
    """The Vega-Lite specification of a scene, with a margin in pixels.

    Written out rather than built with Altair's classes, which take a second a chart; Altair reads it in
    `charts.chart`.
    """
    across = {"domain": [0, scene.limit], "range": [scene.left, scene.right], "nice": False, "zero": False}
    layers = [
        _lines(scene.under, across),
        _boxes(scene.boxes, across),
        _lines(scene.hatch, across),
        _boxes(scene.plates, across),
        _lines(scene.over, across),
        _dots(scene.dots, across),
        *(_words(style, rows, across) for style, rows in styles(scene.words)),
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": scene.width,
        "height": round(scene.height),
        "autosize": {"type": "none"},
        "padding": margin,
        "background": "white",
        "config": {
            "font": fonts.LISTED,
            "aria": False,
            "view": {"stroke": None},
            "locale": {"number": _NUMBERS},
        },
        "layer": [layer for layer in layers if layer],
    }


_NUMBERS = {
    "decimal": ",",
    "thousands": ".",
    "grouping": [3],
    "currency": ["", " kr."],
    "percent": "\u00a0%",
    "minus": "−",
}


def _rows(items: Sequence[Box | Line | Dot | Words]) -> Spec:
    # Plain fields, so they are read one by one: `asdict` looks inside each, which takes ten times as long.
    names = [item.name for item in fields(items[0])] if items else []
    return {"values": [{name: getattr(item, name) for name in names} for item in items]}


def _x(name: str, across: Spec) -> Spec:
    return {"field": name, "type": "quantitative", "scale": across, "axis": None}


def _y(name: str) -> Spec:
    return {"field": name, "type": "quantitative", "scale": None, "axis": None}


def _as_is(name: str, kind: str = "nominal") -> Spec:
    """A field that already holds a colour or a size."""
    return {"field": name, "type": kind, "scale": None}


def _lines(rows: Sequence[Line], across: Spec) -> Spec:
    if not rows:
        return {}
    encoding = {
        "x": _x("x", across),
        "x2": {"field": "x2"},
        "y": _y("y"),
        "y2": {"field": "y2"},
        "color": _as_is("colour"),
        "strokeWidth": _as_is("width", "quantitative"),
    }
    return {"data": _rows(rows), "mark": {"type": "rule"}, "encoding": encoding}


def _boxes(rows: Sequence[Box], across: Spec) -> Spec:
    if not rows:
        return {}
    encoding = {
        "x": _x("start", across),
        "x2": {"field": "end"},
        "y": _y("top"),
        "y2": {"field": "bottom"},
        "fill": _as_is("fill"),
        "stroke": _as_is("stroke"),
        "tooltip": {"field": "tip", "type": "nominal"},
    }
    return {"data": _rows(rows), "mark": {"type": "rect", "strokeWidth": STROKE}, "encoding": encoding}


def _dots(rows: Sequence[Dot], across: Spec) -> Spec:
    if not rows:
        return {}
    encoding = {
        "x": _x("x", across),
        "y": _y("y"),
        "size": _as_is("size", "quantitative"),
        "color": _as_is("colour"),
    }
    return {
        "data": _rows(rows),
        "mark": {"type": "point", "filled": True, "opacity": 1},
        "encoding": encoding,
    }


def _words(style: tuple[Align, bool, bool], rows: Sequence[Words], across: Spec) -> Spec:
    align, bold, italic = style
    mark = {
        "type": "text",
        "align": align,
        "baseline": "middle",
        "fontWeight": 600 if bold else 400,
        "fontStyle": "italic" if italic else "normal",
    }
    encoding = {
        "x": _x("x", across),
        "y": _y("y"),
        "text": {"field": "text", "type": "nominal"},
        "size": _as_is("size", "quantitative"),
        "color": _as_is("colour"),
    }
    return {"data": _rows(rows), "mark": mark, "encoding": encoding}


def styles(words: Sequence[Words]) -> list[tuple[tuple[Align, bool, bool], list[Words]]]:
    """Words by what an encoding cannot say: to which side of their place they stand, bold or not, slanting or not."""
    groups: dict[tuple[Align, bool, bool], list[Words]] = {}
    for item in words:
        groups.setdefault((item.align, item.bold, item.italic), []).append(item)
    return sorted(groups.items())


@functools.cache
def register_fonts() -> None:
    """Tells the drawing library where our typeface is; once."""
    import vl_convert

    if fonts.present():
        vl_convert.register_font_directory(str(fonts.FOLDER))
