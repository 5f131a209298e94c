"""A figure drawn: bars, parts of a rate, parts of a whole, the ladder of conditions, and numbers over time.

Every number is written beside its mark, so that a chart can be read without its axis and in grey.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sagsbarometer.forms.language.tree import Compare, Literal, Node, OneOf, state_names, value_names
from sagsbarometer.measures.cells import WITHHELD, Cell
from sagsbarometer.measures.measure import Figure, FigureRow
from sagsbarometer.reporting.charts.chart_columns import columns_scene, columns_words
from sagsbarometer.reporting.charts.chart_lines import lines_scene, lines_words
from sagsbarometer.reporting.charts.chart_multiples import multiples_scene, multiples_words
from sagsbarometer.reporting.charts.chart_parts import (
    NARROW,
    WIDE,
    Bar,
    Key,
    Segment,
    axis_limit,
    draw_keys,
    draw_rows,
    draw_steps,
    draw_whole,
    frame,
)
from sagsbarometer.reporting.charts.chart_series import series_scene, series_words
from sagsbarometer.reporting.charts.drawing import to_svg
from sagsbarometer.reporting.charts.scene import (
    DARK,
    FILL,
    LIGHT,
    MUTED,
    PALE,
    UNKNOWN,
    Scene,
    Spec,
    shades,
    to_spec,
)
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.numbers import (
    amount,
    bound_limits,
    counts_words,
    exact_percent,
    missing,
    number_words,
    percent_words,
)
from sagsbarometer.reporting.tables.table import FEW, caption, is_few, row_label
from sagsbarometer.reporting.words import say

if TYPE_CHECKING:
    import altair as alt


def specification(edition: Edition, figure: Figure, narrow: bool = False) -> Spec:
    """The Vega-Lite specification of a figure: `narrow` for a telephone.

    Raises KeyError where the results lack a number of the figure.
    """
    return to_spec(_scene(edition, figure, narrow))


def chart(edition: Edition, figure: Figure, narrow: bool = False) -> alt.LayerChart:
    """The figure as an Altair chart, for a page that shows it live; Altair has checked it against the
    schema of Vega-Lite."""
    import altair as alt

    return alt.LayerChart.from_dict(specification(edition, figure, narrow))


def svg(edition: Edition, figure: Figure, narrow: bool = False) -> str:
    """The chart alone, for a page that has its title, notes and source around it."""
    return to_svg(_scene(edition, figure, narrow))


def standalone_svg(edition: Edition, figure: Figure, notes: Sequence[str], alt: str) -> str:
    """The chart with title, notes, source and origin in the picture, so that it can be passed on alone."""
    return passed_on(edition, caption(edition, figure), _scene(edition, figure, False), notes, alt)


def passed_on(edition: Edition, title: str, drawn: Scene, notes: Sequence[str], alt: str) -> str:
    """Any scene of the width of a page as such a picture."""
    head = Scene(WIDE, drawn.left, drawn.right, drawn.limit, height=6)
    head.paragraph(0, WIDE, title, size=17, bold=True)
    head.height += 8
    foot = Scene(WIDE, drawn.left, drawn.right, drawn.limit, height=8)
    draft = f"{edition.status}. " if edition.status else ""
    for note in (*notes, f"{draft}{edition.source_line}"):
        foot.paragraph(0, WIDE, note, size=12, colour=MUTED)
    foot.height += 6
    picture = to_svg(_under_one_another(head, drawn, foot), margin=16)
    described = f"<title>{html.escape(title)}</title><desc>{html.escape(alt)}</desc>"
    opening, rest = picture.split(">", 1)
    return f'{opening} role="img">{described}{rest}'


def alt_text(edition: Edition, figure: Figure) -> str:
    """A description in words with every number drawn: a proposal, made from the cells alone."""
    language = edition.language
    rows = [_row_words(edition, figure, row) for row in figure.rows]
    if figure.kind == "ladder":
        rows = [say(language, "chart.step", number=place, words=words) for place, words in enumerate(rows, 1)]
    if figure.kind == "shares" and (left := _left_over(edition, figure)):
        rows.append(f"{say(language, 'chart.not_seen').lower()}: {number_words(language, left)}")
    return f"{chart_kind(edition, figure)}. {'. '.join(rows)}."


def chart_kind(edition: Edition, figure: Figure) -> str:
    """What kind of chart a figure is, in words: `Søjlediagram`, `Stige med 4 trin`."""
    kind, number = figure.kind, len(figure.rows)
    if kind in ("series", "lines"):
        number = len(figure.rows) if kind == "series" else len(figure.parts)
        kind = "curve" if number == 1 else "curves"
    return say(edition.language, f"chart.{kind}", number=number)


def draws_intervals(edition: Edition, figure: Figure) -> bool:
    """Whether the chart has lines that show intervals."""
    return figure.kind in ("bars", "multiples") and any(
        edition.cell(measure).low is not None and not edition.cell(measure).hidden
        for row in figure.rows
        for measure in row.cells.values()
    )


def is_unknown(counts: Node | None) -> bool:
    """Whether a measure counts what cannot be known: by the state of an answer, never by the answer."""
    return bool(state_names(counts)) and not value_names(counts) and not _asks_for_answered(counts)


def _asks_for_answered(counts: Node | None) -> bool:
    match counts:
        case Compare("==", _, Literal("answered")) | Compare("==", Literal("answered"), _):
            return True
        case OneOf(_, options):
            return Literal("answered") in options
        case _:
            return False


def _scene(edition: Edition, figure: Figure, narrow: bool) -> Scene:
    match figure.kind:
        case "bars":
            bars = [_rate(edition, row) for row in figure.rows]
            # Nothing drawn means no interval to make room for, so the axis may end where the longest bar does.
            limit = axis_limit(_furthest(bars)) if edition.complete else 100
            return _rows_scene(edition, bars, narrow, limit)
        case "stacked":
            return _stacked(edition, figure, narrow)
        case "shares":
            return (
                _whole(edition, figure, narrow)
                if _one_whole(edition, figure)
                else _many(edition, figure, narrow)
            )
        case "ladder":
            return _ladder(edition, figure, narrow)
        case "columns":
            return columns_scene(edition, figure, narrow)
        case "series":
            return series_scene(edition, figure, narrow)
        case "lines":
            return lines_scene(edition, figure, narrow)
        case "multiples":
            return multiples_scene(edition, figure, narrow)
        case _:
            raise ValueError(f"figure kind: {figure.kind}")


def _rows_scene(
    edition: Edition,
    bars: Sequence[Bar],
    narrow: bool,
    limit: float,
    keys: Sequence[Key] = (),
    ladder: bool = False,
) -> Scene:
    scene = frame(narrow, bars, limit, ladder)
    scene.language = edition.language
    scene.height = 4
    if keys:
        draw_keys(scene, keys, stack=narrow)
    draw_rows(scene, bars, narrow, ladder)
    return scene


def _furthest(bars: Sequence[Bar]) -> float:
    return max((segment.end for bar in bars for segment in bar.segments), default=100)


def _of(cell: Cell, language: str) -> str:
    if cell.unit != "percent":
        return say(language, "many.cases") if cell.unit == "cases" else ""
    return "" if missing(cell) else f"({counts_words(cell, language)})"


def _percent(cell: Cell) -> float:
    return float(exact_percent(cell))


def _only(row: FigureRow) -> str:
    return next(iter(row.cells.values()))


def _rate(edition: Edition, row: FigureRow) -> Bar:
    cell = edition.cell(_only(row))
    language = edition.language
    if reason := missing(cell, language):
        return Bar(row_label(edition, row), "", "", (), remark=reason)
    low, high = (None if end is None else float(end) for end in (cell.low, cell.high))
    segment = Segment(0, _percent(cell), FILL)
    few = FEW if is_few(edition, cell) else ""
    return Bar(
        row_label(edition, row), f"{amount(cell, language)}{few}", _of(cell, language), (segment,), low, high
    )


def _stacked(edition: Edition, figure: Figure, narrow: bool) -> Scene:
    ids = [part.id for part in figure.parts]
    few = (DARK, LIGHT, PALE)
    fills = dict(zip(ids, few[: len(ids)] if len(ids) <= len(few) else shades(len(ids)), strict=True))
    bars: list[Bar] = []
    for row in figure.rows:
        segments: list[Segment] = []
        at = 0.0
        # A part that is withheld has no length, so the parts after it have no place.
        gone = any(edition.cell(ref).hidden for ref in row.cells.values())
        for part, measure in row.cells.items():
            cell = edition.cell(measure)
            size = 0.0 if missing(cell) else _percent(cell)
            segments.append(Segment(at, at + size, fills[part], amount(cell, edition.language)))
            at += size
        total = edition.cell(row.total) if row.total else None
        language = edition.language
        strong, weak = (amount(total, language), _of(total, language)) if total else ("", "")
        bars.append(
            Bar(
                row_label(edition, row),
                strong,
                weak,
                () if gone else tuple(segments),
                remark=WITHHELD if gone else "",
            )
        )
    keys = [Key(fills[part.id], edition.words(part.label)) for part in figure.parts]
    return _rows_scene(edition, bars, narrow, axis_limit(_furthest(bars)), keys)


def _cells(edition: Edition, figure: Figure) -> list[Cell]:
    return [edition.cell(_only(row)) for row in figure.rows]


def _one_whole(edition: Edition, figure: Figure) -> bool:
    """Whether the rows are parts of one and the same base, of which every case weighs the same."""
    cells = _cells(edition, figure)
    if any(cell.estimator or cell.hidden for cell in cells):
        return False
    return (
        len({cell.base for cell in cells}) == 1 and 0 < sum(cell.numerator for cell in cells) <= cells[0].base
    )


def _left_over(edition: Edition, figure: Figure) -> int:
    """Cases of the base that no row counts: the answer is unknown."""
    if not _one_whole(edition, figure):
        return 0
    cells = _cells(edition, figure)
    return cells[0].base - sum(cell.numerator for cell in cells)


def _whole(edition: Edition, figure: Figure, narrow: bool) -> Scene:
    """One bar of a hundred percent; what cannot be seen is hatched."""
    cells = _cells(edition, figure)
    base = cells[0].base
    unknown = [is_unknown(edition.measures[cell.result].counts) for cell in cells]
    parts = [
        (row_label(edition, row), cell.numerator, hatched)
        for row, cell, hatched in zip(figure.rows, cells, unknown, strict=True)
    ]
    if left := _left_over(edition, figure):
        parts.append((say(edition.language, "chart.not_seen"), left, True))
    known = iter(_palette(sum(not hatched for _, _, hatched in parts)))
    segments: list[Segment] = []
    keys: list[Key] = []
    at = 0.0
    for label, count, hatched in parts:
        end = at + 100 * count / base
        part = _part_of(cells[0], count, base)
        text = amount(part, edition.language)
        fill = UNKNOWN if hatched else next(known)
        segments.append(Segment(at, end, fill, text))
        keys.append(Key(fill, label, text, f"({counts_words(part, edition.language)})"))
        at = end
    width = NARROW if narrow else WIDE
    scene = Scene(width, 1, width - 1, 100, height=4)
    draw_whole(scene, segments)
    draw_keys(scene, keys, stack=True)
    return scene


def _part_of(cell: Cell, count: int, base: int) -> Cell:
    """A cell with another count, to print a part like every other share."""
    return replace(cell, numerator=count, denominator=base, unknown=0)


def _palette(parts: int) -> tuple[str, ...]:
    """Colours that differ in lightness, so that they differ in grey too."""
    return {1: (DARK,), 2: (DARK, LIGHT), 3: (DARK, FILL, PALE)}.get(parts) or shades(parts)


def _many(edition: Edition, figure: Figure, narrow: bool) -> Scene:
    """A bar of a hundred percent for each row: yes, no, and what cannot be seen."""
    bars: list[Bar] = []
    for row in figure.rows:
        cell = edition.cell(_only(row))
        if cell.hidden or not cell.base:
            remark = missing(cell, edition.language)
            bars.append(Bar(row_label(edition, row), "", "", (), remark=remark))
            continue
        yes, most = _sure_and_most(cell)
        known = 100 - (most - yes)
        sure = UNKNOWN if is_unknown(edition.measures[cell.result].counts) else DARK
        segments = (Segment(0, yes, sure), Segment(yes, known, LIGHT), Segment(known, 100, UNKNOWN))
        told = amount(cell, edition.language), _of(cell, edition.language)
        bars.append(Bar(row_label(edition, row), *told, segments))
    fills = {"yes": DARK, "no": LIGHT, "not_seen": UNKNOWN}
    keys = [Key(fill, say(edition.language, f"chart.{name}")) for name, fill in fills.items()]
    return _rows_scene(edition, bars, narrow, 100, keys)


def _ladder(edition: Edition, figure: Figure, narrow: bool) -> Scene:
    """What definitely fails is dark; what may fail besides, because it cannot be seen, is hatched."""
    cells = _cells(edition, figure)
    bars = [_step(edition, row) for row in figure.rows]
    seen = [cell for cell in cells if not cell.hidden]
    language = edition.language
    if len(seen) == len(cells) and not any(cell.denominator for cell in cells):
        unseen = any(cell.unknown for cell in cells)
        why = say(language, "chart.ladder_not_registered" if unseen else "chart.ladder_no_cases")
        return _empty_ladder([bar.label for bar in bars], why, narrow)
    keys = [Key(DARK, say(language, "chart.fails"))] if any(cell.denominator for cell in seen) else []
    if any(cell.unknown and cell.denominator for cell in seen):
        keys.append(Key(UNKNOWN, say(language, "chart.may_fail")))
    return _rows_scene(edition, bars, narrow, axis_limit(_furthest(bars)), keys, ladder=True)


def _empty_ladder(labels: Sequence[str], why: str, narrow: bool) -> Scene:
    """The steps in their order and why nothing is drawn at them: an axis with nothing on it would look like nought."""
    width = NARROW if narrow else WIDE
    scene = Scene(width, 0, width, width, height=4)
    scene.paragraph(0, width, why)
    scene.height += 10
    draw_steps(scene, labels)
    return scene


def _step(edition: Edition, row: FigureRow) -> Bar:
    cell = edition.cell(_only(row))
    label = row_label(edition, row)
    if cell.hidden:
        return Bar(label, "", "", (), remark=WITHHELD)
    language = edition.language
    if not cell.denominator:
        unseen = say(language, "chart.not_registered")
        return Bar(label, "", "", (), remark=unseen if cell.unknown else missing(cell, language))
    sure, most = _sure_and_most(cell)
    segments = (Segment(0, sure, DARK), Segment(sure, most, UNKNOWN))
    part, base, unknown = (number_words(language, n) for n in (cell.numerator, cell.base, cell.unknown))
    counts = say(language, "number.of", part=part, whole=base)
    if not cell.unknown:
        return Bar(label, amount(cell, language), counts, segments)
    limits = percent_words(language, bound_limits(cell, language))
    return Bar(label, limits, say(language, "chart.unknown", counts=counts, unknown=unknown), segments)


def _sure_and_most(cell: Cell) -> tuple[float, float]:
    """The percent of the whole base that is yes, and that may be."""
    if cell.estimator and cell.bound_low is not None and cell.bound_high is not None:
        return float(cell.bound_low), float(cell.bound_high)
    return 100 * cell.numerator / cell.base, 100 * (cell.numerator + cell.unknown) / cell.base


def _row_words(edition: Edition, figure: Figure, row: FigureRow) -> str:
    if figure.kind == "series":
        return series_words(edition, figure, row)
    if figure.kind == "columns":
        return columns_words(edition, figure, row)
    if figure.kind == "lines":
        return lines_words(edition, figure, row)
    if figure.kind == "multiples":
        return multiples_words(edition, figure, row)
    label = row_label(edition, row)
    cell = edition.cell(row.total or _only(row))
    if figure.kind == "ladder":
        step = _step(edition, row)
        return f"{label}: {step.remark or f'{step.strong} ({step.weak})'}"
    language = edition.language
    if reason := missing(cell, language):
        return f"{label}: {reason}"
    words = f"{label}: {amount(cell, language)} {_of(cell, language)}"
    if figure.kind != "stacked":
        return words
    parts = {part.id: edition.words(part.label) for part in figure.parts}
    told = [
        f"{parts.get(part, part).lower()} {amount(edition.cell(id), language)}"
        for part, id in row.cells.items()
    ]
    return say(language, "chart.of_which", words=words, parts=f" {say(language, 'word.and')} ".join(told))


def _under_one_another(*scenes: Scene) -> Scene:
    """One scene of several with the same axis, each below the one before."""
    first = scenes[0]
    joined = Scene(first.width, first.left, first.right, first.limit)
    for scene in scenes:
        down = joined.height
        joined.under += [replace(line, y=line.y + down, y2=line.y2 + down) for line in scene.under]
        joined.hatch += [replace(line, y=line.y + down, y2=line.y2 + down) for line in scene.hatch]
        joined.over += [replace(line, y=line.y + down, y2=line.y2 + down) for line in scene.over]
        joined.boxes += [replace(box, top=box.top + down, bottom=box.bottom + down) for box in scene.boxes]
        joined.plates += [replace(box, top=box.top + down, bottom=box.bottom + down) for box in scene.plates]
        joined.dots += [replace(dot, y=dot.y + down) for dot in scene.dots]
        joined.words += [replace(words, y=words.y + down) for words in scene.words]
        joined.height += scene.height
    return joined
