"""Agreement drawn: a point for each number with its interval, on an axis to 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.charts.chart_parts import LABEL, NARROW, TICK, VALUE, WIDE
from sagsbarometer.reporting.charts.charts import passed_on
from sagsbarometer.reporting.charts.drawing import to_svg
from sagsbarometer.reporting.charts.figure import FigureContent
from sagsbarometer.reporting.charts.fonts import text_width, wrap
from sagsbarometer.reporting.charts.scene import DARK, GRID, INK, MUTED, Dot, Line, Scene
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Table
from sagsbarometer.reporting.pages.curve_report import table_csv

_LEADING = 1.3
_ROW = 26.0
_DOT = 90.0
_LABELS = 236.0  # room for the names at the left of a page
_EDGE = 12.0
_At = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Point:
    """A row: its name, its number, the ends of its interval, and how they are told. None: there is no number."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    text: str


def points_scene(points: Sequence[Point], narrow: bool) -> Scene:
    """The points under one another. The axis begins at 0, or at -1 where something lies below."""
    width = NARROW if narrow else WIDE
    scene = Scene(width, 0, width, width, height=4)  # across in pixels
    values = max((text_width(point.text, VALUE, True) for point in points), default=0.0)
    left = _EDGE if narrow else _LABELS
    right = width - _EDGE - (0.0 if narrow else values + 14)
    ends = [end for point in points for end in (point.value, point.low) if end is not None]
    least = -1.0 if any(end < 0 for end in ends) else 0.0

    def at(value: float) -> float:
        return round(left + (value - least) / (1 - least) * (right - left), 2)

    top = scene.height
    for point in points:
        lines = wrap(point.label, (width if narrow else _LABELS - 24), LABEL)
        height = len(lines) * LABEL * _LEADING
        if narrow:
            for number, line in enumerate(lines):
                scene.write(0, scene.height + (number + 0.5) * LABEL * _LEADING, line, size=LABEL)
            scene.height += height
        row = _ROW if narrow else max(_ROW, height + 6)
        middle = scene.height + row / 2
        if not narrow:
            for number, line in enumerate(lines):
                y = middle - height / 2 + (number + 0.5) * LABEL * _LEADING
                scene.write(0, y, line, size=LABEL)
        _point(scene, point, middle, at)
        if narrow:
            scene.write(
                width,
                middle - row / 2 - LABEL * _LEADING / 2,
                point.text,
                size=VALUE,
                bold=True,
                align="right",
            )
            _grid(scene, at, least, scene.height, scene.height + row)
        else:
            scene.write(right + 14, middle, point.text, size=VALUE, bold=True)
        scene.height += row + (8 if narrow else 0)
    if not narrow:
        _grid(scene, at, least, top, scene.height + 4)
    for value in _ticks(least):
        scene.write(at(value), scene.height + 14, _tick(value), size=TICK, colour=MUTED, align="center")
    scene.height += 28
    return scene


def points_figure(
    edition: Edition, number: str, title: str, points: Sequence[Point], table: Table, note: str
) -> FigureContent:
    """The figure with all that is told of it."""
    id = f"figur_{number}"
    caption = f"Figur {number}: {title}"
    wide, narrow = (points_scene(points, own) for own in (False, True))
    told = "; ".join(f"{point.label}: {point.text}" for point in points[:20])
    alt = f"Punkter med intervaller på en akse til 1. {told}{'; …' if len(points) > 20 else ''}."
    return FigureContent(
        figure=Figure(id, number, "drawn", {"da": title}, {}, (), (), (), False, {}),
        caption=caption,
        alt=alt,
        wide=to_svg(wide),
        narrow=to_svg(narrow),
        picture=passed_on(edition, caption, wide, (note,), alt),
        notes=(note,),
        source=edition.source_line,
        table=replace(
            table, caption=f"Tallene bag figur {number}: {title}", anchor="", grid="", files=(), figure=id
        ),
        csv=table_csv(table),
        stem=f"figurer/{id}",
    )


def _point(scene: Scene, point: Point, middle: float, at: _At) -> None:
    if point.low is not None and point.high is not None:
        low, high = at(max(point.low, -1.0)), at(point.high)
        scene.over.append(Line(low, middle, high, middle, INK, 1.75))
        for end in (low, high):
            scene.over.append(Line(end, middle - 5, end, middle + 5, INK, 1.75))
    if point.value is not None:
        scene.dots.append(Dot(at(point.value), middle, _DOT, DARK))


def _grid(scene: Scene, at: _At, least: float, top: float, bottom: float) -> None:
    for value in _ticks(least):
        colour, width = (MUTED, 1.25) if value == 0 else (GRID, 1.0)
        scene.under.append(Line(at(value), top, at(value), bottom, colour, width))


def _ticks(least: float) -> tuple[float, ...]:
    return (-1.0, -0.5, 0.0, 0.5, 1.0) if least < 0 else (0.0, 0.25, 0.5, 0.75, 1.0)


def _tick(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",").replace("-", "−")
