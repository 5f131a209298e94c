"""The sample drawn: curves of precision, and a map of tiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sagsbarometer.appeals.analyses.tiles import Tile
from sagsbarometer.kernel.said import said
from sagsbarometer.reporting.charts.chart_curves import CurveLine, Mark, Plot, curves_scene
from sagsbarometer.reporting.charts.drawing import to_svg
from sagsbarometer.reporting.charts.scene import DARK, FILL, LIGHT
from sagsbarometer.reporting.pages.curve_report import curve_edition, grid
from sagsbarometer.reporting.pages.sample_plan_map import map_figure
from sagsbarometer.sampling.alternatives import Terms, margin_curve
from sagsbarometer.sampling.planning import Planned
from sagsbarometer.sampling.size import margin_of

_STEPS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000)
_LEAST_AXIS = 400
_APART = 0.15  # shares nearer than this have curves on top of each other


def precision_svg(of: Planned) -> str:
    """The margins of the plan's share and two others by the number of cases."""
    share = float(of.file.target.share)
    share = share if 0 < share < 1 else 0.5
    terms = Terms(float(of.file.target.level), of.reckoned_population, of.design_effect)
    most = max(2 * of.size.cases, _LEAST_AXIS)
    shares = [share, *(other for other in (0.5, 0.2, 0.1) if abs(other - share) >= _APART)][:3]
    lines = tuple(
        CurveLine(
            f"{round(100 * one)} %",
            tuple((x, 100 * y) for x, y in margin_curve(one, most, terms)),
            colour,
            2.5,
        )
        for one, colour in zip(shares, (DARK, FILL, LIGHT), strict=False)
    )
    at = margin_of(
        share,
        of.size.cases,
        level=terms.level,
        population=terms.population,
        design_effect=terms.design_effect,
    )
    mark = (
        Mark(float(of.size.cases), 100 * at, str(said("{n} sag", "{n} sager", n=of.size.cases)))
        if at
        else None
    )
    plot = Plot("", lines, str(said("Brugbare sager; procentpoint op ad")), _STEPS, percent=False, mark=mark)
    return to_svg(curves_scene((plot,), narrow=False))


def map_svg(tiles: Sequence[Tile], called: Mapping[str, int]) -> str:
    """The map of tiles with the cases of each."""
    edition = curve_edition(str(said("Stikprøve")), str(said("planen")), "real", "", "")
    return map_figure(edition, tiles, called, grid("1", "", (), ()), False).wide
