"""Where the cases of a plan come from: a tile for each authority with the number it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sagsbarometer.appeals.analyses.tiles import Tile
from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.charts.chart_parts import NARROW, WIDE, Key, draw_keys
from sagsbarometer.reporting.charts.charts import passed_on
from sagsbarometer.reporting.charts.drawing import to_svg
from sagsbarometer.reporting.charts.figure import FigureContent
from sagsbarometer.reporting.charts.scene import (
    DARK,
    FILL,
    INK,
    LIGHT,
    MUTED,
    PALE,
    Box,
    Scene,
)
from sagsbarometer.reporting.charts.tile_chart import Place, lay_out, tile_words
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Table
from sagsbarometer.reporting.numbers import DASH, danish
from sagsbarometer.reporting.pages.curve_report import table_csv

ID = "figur_2"
_FILLS = {1: (PALE,), 2: (PALE, FILL), 3: (PALE, LIGHT, DARK), 4: (PALE, LIGHT, FILL, DARK)}
_OUTSIDE, _EDGE = "#ffffff", "#b9c3c9"


def class_edges(numbers: Sequence[int]) -> tuple[int, ...]:
    """The least number of each class but the first: quarters of the authorities as near as whole numbers allow."""
    known = sorted(number for number in numbers if number > 0)
    quarters = (known[len(known) * part // 4] for part in (1, 2, 3)) if known else ()
    return tuple(sorted({edge for edge in quarters if edge > known[0]}))


def class_words(edges: Sequence[int], number: int, most: int) -> str:
    """`1-2`, `3-5`, `6 og flere`, of a class."""
    low = edges[number - 1] if number else 1
    if number == len(edges):
        return f"{danish(low)} og flere" if most > low else danish(low)
    high = edges[number] - 1
    return danish(low) if low == high else f"{danish(low)}-{danish(high)}"


def map_figure(
    edition: Edition, tiles: Sequence[Tile], called: Mapping[str, int], table: Table, two_stage: bool
) -> FigureContent:
    """The map of tiles; `called` are the cases each authority is asked for, by id."""
    title = (
        "Sager, hver myndighed sender, hvis den trækkes" if two_stage else "Sager, hver myndighed skal sende"
    )
    wide, narrow = (_scene(tiles, called, own) for own in (False, True))
    asked = [called[tile.id] for tile in tiles if called.get(tile.id)]
    alt = (
        f"Kort af {danish(len(tiles))} fliser med antallet af sager på hver; {danish(len(asked))} myndigheder skal "
        f"sende sager, {danish(min(asked, default=0))}-{danish(max(asked, default=0))} hver. Alle tal står i tabellen."
    )
    note = "Note: Fliserne ligger omtrent, som områderne gør, men er lige store. Tallet er de sager, der indkaldes."
    return FigureContent(
        figure=Figure(ID, "2", "drawn", {"da": title}, {}, (), (), (), False, {}),
        caption=f"Figur 2: {title}",
        alt=alt,
        wide=to_svg(wide),
        narrow=to_svg(narrow),
        picture=passed_on(edition, f"Figur 2: {title}", wide, (note,), alt),
        notes=(note,),
        source=edition.source_line,
        table=table,
        csv=table_csv(table),
        stem=f"figurer/{ID}",
    )


def _scene(tiles: Sequence[Tile], called: Mapping[str, int], narrow: bool) -> Scene:
    width = NARROW if narrow else WIDE
    scene = Scene(width, 0, width, width, height=4)  # across in pixels
    numbers = [called.get(tile.id, 0) for tile in tiles]
    edges = class_edges(numbers)
    fills, most = _FILLS[len(edges) + 1], max(numbers, default=0)
    keys = [Key(fill, f"{class_words(edges, number, most)} sager") for number, fill in enumerate(fills)]
    draw_keys(scene, keys, stack=narrow)

    def draw(tile: Tile, place: Place) -> None:
        x, y, side = place
        cases = called.get(tile.id, 0)
        if not cases:
            scene.boxes.append(Box(x, x + side, y, y + side, _OUTSIDE, _EDGE, tile.name))
            tile_words(scene, tile.short, DASH, place, MUTED)
            return
        fill = fills[sum(cases >= edge for edge in edges)]
        scene.fill(x, x + side, y, y + side, fill, f"{tile.name}: {danish(cases)} sager")
        tile_words(scene, tile.short, danish(cases), place, "#ffffff" if fill in (DARK, FILL) else INK)

    lay_out(scene, tiles, narrow, draw)
    return scene
