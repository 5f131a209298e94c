"""The pieces of a chart: rows of bars, one whole bar, legends, axis, the ladder's spine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sagsbarometer.measures.cells import WITHHELD
from sagsbarometer.reporting.charts.fonts import text_width, wrap
from sagsbarometer.reporting.charts.scene import (
    DARK,
    GRID,
    INK,
    MUTED,
    UNKNOWN,
    Align,
    Dot,
    Line,
    Scene,
    is_plain,
    words_on,
)
from sagsbarometer.reporting.numbers import percent_words

WIDE, NARROW = 680.0, 340.0  # pixels: a page, and a telephone

LABEL, VALUE, SMALL, TICK = 14.0, 14.0, 13.0, 12.0
_LINE = 1.3  # of the size
_BAR = 24.0
_GAP = 16.0  # between rows
_SPINE = 13.0  # where the ladder's numbers stand
_INSET = 34.0  # the room they take
_DOT = 452.0  # square pixels: a radius of 12
_FEW_PIECES = 2
_BESIDE, _BESIDE_NARROW = 210.0, 170.0  # what stands beside a bar is no wider, or it stands on lines
_ON_LINES, _ON_LINES_NARROW = 150.0, 110.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar in percent, with what may be written on it."""

    start: float
    end: float
    fill: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart."""

    label: str
    strong: str  # `53 %`
    weak: str  # `(205 af 385)`
    segments: tuple[Segment, ...]
    low: float | None = None
    high: float | None = None
    remark: str = ""  # in place of a bar, where there is nothing to draw


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a curve is drawn: dash and gap in pixels, none where it is whole."""

    colour: str
    width: float
    dash: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend."""

    fill: str
    label: str
    strong: str = ""
    weak: str = ""
    line: Stroke | None = None  # of a curve: its sample is drawn as it is


def draw_rows(scene: Scene, bars: Sequence[Bar], narrow: bool, ladder: bool) -> None:
    """Rows of bars with an axis under them, from the scene's present height on."""
    top = scene.height
    inset = _INSET if ladder else 0.0
    value_at = scene.right + 14
    strong = max((text_width(bar.strong, VALUE, True) for bar in bars), default=0)
    weak = _on_lines(bars, narrow, ladder)
    spine: list[float] = []
    for place, bar in enumerate(bars):
        scene.height += _GAP / 2
        width = scene.width if narrow else scene.left - 14
        lines = wrap(bar.label, width - inset, LABEL)
        label_height = len(lines) * LABEL * _LINE
        row_height = max(_BAR, VALUE * _LINE * (1 + len(weak[place])) if weak else 0)
        if narrow:
            _label(scene, lines, scene.height, inset)
            spine.append(scene.height + LABEL * _LINE / 2)
            scene.height += label_height + 2
        else:
            row_height = max(row_height, label_height)
            _label(scene, lines, scene.height + (row_height - label_height) / 2, inset)
            spine.append(scene.height + row_height / 2)
        middle = scene.height + row_height / 2
        if narrow:  # the label stands above its bar, so the axis must not run through it
            _grid(scene, middle - _BAR / 2 - 4, middle + _BAR / 2 + 4, narrow)
        _bar(scene, bar, middle)
        _value(scene, bar, value_at, middle, strong, weak[place] if weak else None)
        scene.height += row_height + _GAP / 2
    if ladder:
        _draw_spine(scene, spine)
    if not narrow:
        _grid(scene, top, scene.height + 4, narrow)
    _ticks(scene, narrow)


def draw_steps(scene: Scene, labels: Sequence[str]) -> None:
    """The steps of a ladder with nothing beside them."""
    spine: list[float] = []
    for label in labels:
        lines = wrap(label, scene.width - _INSET, LABEL)
        spine.append(scene.height + LABEL * _LINE / 2 + 3)
        _label(scene, lines, scene.height + 3, _INSET)
        scene.height += len(lines) * LABEL * _LINE + 10
    _draw_spine(scene, spine)


def draw_whole(scene: Scene, segments: Sequence[Segment]) -> None:
    """One tall bar across the whole width."""
    top, bottom = scene.height, scene.height + 44
    for segment in segments:
        scene.fill(segment.start, segment.end, top, bottom, segment.fill)
        _inside(scene, segment, (top + bottom) / 2)
    scene.height = bottom + 14


def draw_keys(scene: Scene, keys: Sequence[Key], stack: bool) -> None:
    """A legend: in a row where it fits, else under one another; with values it is a list."""
    room = sum(text_width(key.label, SMALL) + 44 for key in keys)
    if not stack and room <= scene.width and not any(key.strong for key in keys):
        pixels = 0.0
        for key in keys:
            _swatch(scene, key, pixels, scene.height + 9)
            scene.write(pixels + 24, scene.height + 9, key.label, size=SMALL, colour=INK)
            pixels += text_width(key.label, SMALL) + 44
        scene.height += 26
        return
    strong = max((text_width(key.strong, VALUE, True) for key in keys), default=0)
    weak = max((text_width(key.weak, SMALL) for key in keys), default=0)
    values = strong + weak + 8 if strong else 0
    for key in keys:
        lines = wrap(key.label, scene.width - 24 - values - 14, LABEL)
        middle = scene.height + LABEL * _LINE / 2 + 3
        _swatch(scene, key, 0, middle)
        _label(scene, lines, scene.height + 3, 24)
        if key.strong:
            right = scene.width - weak - 8
            scene.write(right, middle, key.strong, size=VALUE, bold=True, align="right")
            scene.write(right + 8, middle, key.weak, size=SMALL, colour=MUTED)
        scene.height += len(lines) * LABEL * _LINE + 6
    scene.height += 4


def frame(narrow: bool, bars: Sequence[Bar], limit: float, ladder: bool) -> Scene:
    """A scene with room for the widest value at the right and, on a page, labels at the left."""
    width = NARROW if narrow else WIDE
    strong = max((text_width(bar.strong, VALUE, True) for bar in bars), default=0)
    lines = _on_lines(bars, narrow, ladder)
    weak = max(
        (text_width(line, SMALL) for of in lines or [[bar.weak] for bar in bars] for line in of), default=0
    )
    values = max(strong, weak) if lines else strong + 6 + weak
    left = 1.0 if narrow else 236.0
    if ladder and narrow:
        left = _INSET  # clear of the spine
    return Scene(width, left, width - values - 20, limit)


def _label(scene: Scene, lines: Sequence[str], top: float, pixels: float) -> None:
    for number, line in enumerate(lines):
        scene.write(pixels, top + (number + 0.5) * LABEL * _LINE, line, size=LABEL)


def _bar(scene: Scene, bar: Bar, middle: float) -> None:
    top, bottom = middle - _BAR / 2, middle + _BAR / 2
    for segment in bar.segments:
        if segment.end > segment.start:
            scene.fill(
                segment.start, segment.end, top, bottom, segment.fill, f"{bar.label}: {bar.strong} {bar.weak}"
            )
            _inside(scene, segment, middle)
    _after(scene, bar, middle)
    if bar.remark == WITHHELD:
        draw_withheld(scene, 0, scene.limit, top, bottom)
    elif bar.remark:
        scene.write(scene.left + 8, middle, bar.remark, size=SMALL, colour=MUTED, italic=True)
    if bar.low is not None and bar.high is not None:
        scene.over.append(Line(bar.low, middle, bar.high, middle, INK, 1.5))
        for end in (bar.low, bar.high):
            scene.over.append(Line(end, middle - 5, end, middle + 5, INK, 1.5))


def draw_withheld(scene: Scene, start: float, end: float, top: float, bottom: float) -> None:
    """An empty, hatched place with `[c]` on it: as large whatever the number is, so never a bar of nought."""
    scene.fill(start, end, top, bottom, UNKNOWN, WITHHELD)
    x, y = (scene.pixels(start) + scene.pixels(end)) / 2, (top + bottom) / 2
    scene.ground(x, y, text_width(WITHHELD, SMALL, True) + 8, 18)
    scene.write(x, y, WITHHELD, size=SMALL, bold=True, align="center")


def _inside(scene: Scene, segment: Segment, middle: float) -> None:
    """Words on a piece of a bar, where it is wide enough to hold them."""
    width = text_width(segment.text, SMALL, True)
    if not segment.text or not _has_room(scene, segment):
        return
    centre = (scene.pixels(segment.start) + scene.pixels(segment.end)) / 2
    if not is_plain(segment.fill):  # a clear ground, or the hatch would cross the words
        scene.ground(centre, middle, width + 10, 18, segment.fill)
    colour = words_on(segment.fill)
    scene.write(centre, middle, segment.text, size=SMALL, bold=True, colour=colour, align="center")


def _after(scene: Scene, bar: Bar, middle: float) -> None:
    """The words of the last piece beside it, where they have no room on it and there is room there."""
    drawn = [segment for segment in bar.segments if segment.end > segment.start]
    if len(drawn) < _FEW_PIECES or not drawn[-1].text or _has_room(scene, drawn[-1]):
        return
    width = text_width(drawn[-1].text, SMALL)
    left = scene.pixels(drawn[-1].end) + 5
    if left + width <= scene.right:
        scene.ground(left + width / 2, middle, width + 4, 18)
        scene.write(left, middle, drawn[-1].text, size=SMALL, colour=MUTED)


def _has_room(scene: Scene, segment: Segment) -> bool:
    room = scene.pixels(segment.end) - scene.pixels(segment.start)
    return text_width(segment.text, SMALL, True) + 10 <= room


def _on_lines(bars: Sequence[Bar], narrow: bool, ladder: bool) -> list[Sequence[str]]:
    """What stands under the number beside each bar, in lines; empty where it has room beside the number."""
    strong = max((text_width(bar.strong, VALUE, True) for bar in bars), default=0)
    weak = max((text_width(bar.weak, SMALL) for bar in bars), default=0)
    beside, room = (_BESIDE_NARROW, _ON_LINES_NARROW) if narrow else (_BESIDE, _ON_LINES)
    if not ladder and strong + 6 + weak <= beside:
        return []
    return [wrap(bar.weak, room, SMALL) if bar.weak else () for bar in bars]


def _value(
    scene: Scene, bar: Bar, pixels: float, middle: float, strong: float, lines: Sequence[str] | None
) -> None:
    """The value to the right of the bars, where it meets neither bar nor interval; on `lines` under it the rest."""
    if lines is None:
        scene.write(pixels + strong, middle, bar.strong, size=VALUE, bold=True, align="right")
        scene.write(pixels + strong + 6, middle, bar.weak, size=SMALL, colour=MUTED)
        return
    y = middle - VALUE * _LINE * len(lines) / 2
    scene.write(pixels, y, bar.strong, size=VALUE, bold=True)
    for line in lines:
        y += VALUE * _LINE
        scene.write(pixels, y, line, size=SMALL, colour=MUTED)


def _swatch(scene: Scene, key: Key, pixels: float, middle: float) -> None:
    if key.line:
        draw_stroke(scene, (pixels + 1, middle), (pixels + 20, middle), key.line)
    else:
        scene.fill(scene.at(pixels + 1), scene.at(pixels + 16), middle - 7, middle + 7, key.fill)


def draw_stroke(scene: Scene, start: tuple[float, float], end: tuple[float, float], of: Stroke) -> None:
    """A straight piece of a curve between two places in pixels, dashed where the curve is."""
    (x, y), (x2, y2) = start, end
    length = max(0.01, ((x2 - x) ** 2 + (y2 - y) ** 2) ** 0.5)
    dash, gap = of.dash or (length, 0.0)
    at = 0.0
    while at < length:
        first, last = at / length, min(1.0, (at + dash) / length)
        points = (x + (x2 - x) * first, y + (y2 - y) * first, x + (x2 - x) * last, y + (y2 - y) * last)
        across, down, across2, down2 = (round(point, 2) for point in points)
        scene.over.append(Line(scene.at(across), down, scene.at(across2), down2, of.colour, of.width))
        at += dash + gap


def _draw_spine(scene: Scene, places: Sequence[float]) -> None:
    """The ladder's numbered rungs on one upright line."""
    x = scene.at(_SPINE)
    scene.under.append(Line(x, places[0], x, places[-1], DARK, 2))
    for number, y in enumerate(places, 1):
        scene.dots.append(Dot(x, y, _DOT, DARK))
        scene.write(_SPINE, y + 0.5, str(number), size=SMALL, bold=True, colour="#ffffff", align="center")


def axis_steps(limit: float, times: int = 1) -> list[float]:
    """The values an axis tells, from nought to its end; `times` as far apart."""
    step = _STEPS[limit] * times
    return [number * step for number in range(int(limit / step) + 1)]


def _values(scene: Scene, narrow: bool) -> list[float]:
    return axis_steps(scene.limit, 2 if narrow else 1)


def _grid(scene: Scene, top: float, bottom: float, narrow: bool) -> None:
    """Upright lines behind the bars; nought is drawn firmly."""
    for value in _values(scene, narrow):
        colour, width = (GRID, 1.0) if value else (MUTED, 1.25)
        scene.under.append(Line(value, top, value, bottom, colour, width))


def _ticks(scene: Scene, narrow: bool) -> None:
    for value in _values(scene, narrow):
        align: Align = "left" if narrow and not value else "center"
        at = scene.pixels(value)
        words = percent_words(scene.language, f"{value:.0f}")
        scene.write(at, scene.height + 14, words, size=TICK, colour=MUTED, align=align)
    scene.height += 26


_STEPS = {10.0: 5.0, 20.0: 5.0, 30.0: 10.0, 40.0: 10.0, 50.0: 10.0, 60.0: 20.0, 80.0: 20.0, 100.0: 25.0}


def axis_limit(highest: float) -> float:
    """Where an axis ends that must hold `highest` percent."""
    return next(
        limit for limit in _STEPS if highest <= limit + 1e-6
    )  # parts of a hundred, added up as floats
