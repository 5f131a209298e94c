"""The map of tiles: the shipped one against what is known of the municipalities, and files that do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from sagsbarometer.appeals.analyses.tiles import FILE, Tile, read_tiles
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.funnel import Group, funnel
from sagsbarometer.reporting.charts.fonts import text_width
from sagsbarometer.reporting.charts.scene import UNKNOWN
from sagsbarometer.reporting.charts.tile_chart import classes, tile_scene
from tests.registers_in_tests import CATALOGUE, ROOT

TILES = read_tiles(ROOT / "layouts" / FILE)
# Municipalities that border each other, all over the country.
NEIGHBOURS = (
    "101 147;157 173;151 190;210 217;219 270;253 269;265 350;306 316;316 326;320 390;329 340;330 340;360 376;370 390;"
    "410 420;430 479;440 461;450 479;461 480;510 540;510 580;530 575;550 580;561 573;607 621;607 630;615 766;657 756;"
    "661 671;665 671;706 707;706 751;710 740;727 746;730 846;740 791;746 751;760 657;773 787;779 791;810 813;813 860;"
    "820 849;840 851;846 840;849 860"
).split(";")
HEADER = "code,name,short,column,row\n"


def test_every_municipality_has_a_tile_under_its_name() -> None:
    places = CATALOGUE.municipalities.values()
    assert {tile.id: tile.name for tile in TILES} == {item.code: item.name for item in places}
    assert len(TILES) == 98


def test_no_two_tiles_lie_on_each_other_or_are_called_the_same() -> None:
    assert len({(tile.column, tile.row) for tile in TILES}) == 98
    assert len({tile.short for tile in TILES}) == 98
    assert all(text_width(tile.short, 11.5, bold=True) < 37 for tile in TILES)


@pytest.mark.parametrize("pair", NEIGHBOURS)
def test_neighbours_lie_near_each_other(pair: str) -> None:
    one, other = ({tile.id: tile for tile in TILES}[code] for code in pair.split())
    assert max(abs(one.column - other.column), abs(one.row - other.row)) <= 3


def test_bornholm_lies_apart() -> None:
    places = {tile.id: tile for tile in TILES}
    island = places.pop("400")
    nearest = min(
        max(abs(tile.column - island.column), abs(tile.row - island.row)) for tile in places.values()
    )
    assert nearest > 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("code,name\n901,A\n", 1),
        (HEADER, None),
        (HEADER + "901,A,A,0,0\n901,B,B,1,0\n", 3),
        (HEADER + "901,A,A,0,0\n902,B,B,0,0\n", 3),
        (HEADER + "901,A,A,20,0\n", 2),
        (HEADER + "901,A,A,x,0\n", 2),
        (HEADER + "901,,A,0,0\n", 2),
        (HEADER + "901,A,Alt for lang,0,0\n", 2),
        ('"', None),
    ],
)
def test_file_that_does_not_fit_is_told_with_its_line(tmp_path: Path, text: str, line: int | None) -> None:
    path = tmp_path / "tiles.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Faults) as caught:
        read_tiles(path)
    assert [(item.code, item.place.line) for item in caught.value.problems] == [("FORSKEL-105", line)]


def placed(*shares: tuple[int, int]) -> dict[str, object]:
    groups = [Group(str(901 + number), *share) for number, share in enumerate(shares)]
    return {item.group.id: item for item in funnel(groups, 10).groups}


def test_classes_hold_every_share_once_and_their_words_say_where() -> None:
    items = placed((20, 100), (30, 100), (33, 100), (40, 100), (99, 100), (3, 9))
    of = classes(items.values())  # type: ignore[arg-type]
    assert of.edges == tuple(sorted(of.edges))
    for item in items.values():
        if item.limits:  # type: ignore[attr-defined]
            share = 100 * item.group.successes / item.group.trials  # type: ignore[attr-defined]
            number = of.of(item)  # type: ignore[arg-type]
            low = of.edges[number - 1] if number else 0
            high = of.edges[number] if number < len(of.edges) else 101
            assert low <= share < high
            assert str(low if number else high) in of.words(number)


def test_few_cases_are_hatched_and_have_no_number_and_none_is_left_white() -> None:
    tiles = [Tile(str(901 + number), f"By {number}", f"B{number}", number, 0) for number in range(4)]
    items = placed((30, 100), (40, 100), (3, 9))
    for narrow in (False, True):
        scene = tile_scene(tiles, items, narrow)  # type: ignore[arg-type]
        words = [item.text for item in scene.words]
        assert words.count("få") == 1
        assert "33 %" not in words
        assert "–" in words
        assert any(box.fill == UNKNOWN and "få sager" in box.tip for box in scene.boxes)
        assert all(0 <= item.x <= scene.width for item in scene.words)


def test_wide_map_is_cut_in_parts_on_a_telephone() -> None:
    items = placed(*[(10 + number % 20, 50) for number in range(98)])
    tiles = [
        Tile(str(901 + number), tile.name, tile.short, tile.column, tile.row)
        for number, tile in enumerate(TILES)
    ]
    wide, narrow = (tile_scene(tiles, items, narrow) for narrow in (False, True))  # type: ignore[arg-type]
    assert narrow.width < wide.width
    assert narrow.height > wide.height
    assert len({(box.start, box.top) for box in narrow.boxes if "%" in box.tip}) == 98
