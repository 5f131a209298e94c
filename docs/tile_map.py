"""Lays the municipalities out as tiles: `./run python docs/tile_map.py MUNICIPALITIES.csv > layouts/tile_map.csv`.

MUNICIPALITIES.csv has the columns code, name, region, lat and lon: a point inside each municipality, as the public
address register gives it. The points of each part of the country are stretched to fill a block of tiles, and each
municipality gets the tile that makes the sum of squared moves the least. The same points give the same tiles.

Made once, from points of October 2024; the layout is ours, and no boundary of a map is in it.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from scipy.optimize import linear_sum_assignment

FUNEN = frozenset("410 420 430 440 450 461 479 480 482 492".split())
BORNHOLM = "400"
# Part of the country: its upper left tile, and how many tiles wide and high its block is.
BLOCKS = {
    "jutland": (0, 0, 6, 10),
    "funen": (5, 9, 4, 4),
    "zealand": (9, 3, 7, 9),
    "bornholm": (16, 11, 1, 1),
}
# How much a place among the others weighs against the place on the map: the capital is crowded.
_EVEN = 0.5
# What fits on a tile; ours, no two alike.
SHORT = """
101 Kbh 147 Frb 151 Ball 153 Brby 155 Drag 157 Gent 159 Glad 161 Glos 163 Herl 165 Alb 167 Hvid 169 HTaa 173 Lyng
175 Rødo 183 Ish 185 Tårn 187 Vall 190 Fure 201 Alle 210 Fborg 217 Hels 219 Hill 223 Hørs 230 Rude 240 Eged 250 Fsund
253 Grev 259 Køge 260 Hals 265 Rosk 269 Solr 270 Grib 306 Odsh 316 Holb 320 Faxe 326 Kalu 329 Rsted 330 Slag 336 Stev
340 Sorø 350 Lejr 360 Loll 370 Næst 376 Guld 390 Vord 400 Bornh 410 Midd 420 Asse 430 Faab 440 Kert 450 Nyb 461 Oden
479 Svend 480 Nfyn 482 Lang 492 Ærø 510 Hade 530 Bill 540 Sønd 550 Tønd 561 Esb 563 Fanø 573 Vard 575 Vejen 580 Aabe
607 Fcia 615 Hors 621 Kold 630 Vejle 657 Hern 661 Hols 665 Lemv 671 Stru 706 Sdjur 707 Ndjur 710 Favr 727 Odder
730 Rand 740 Silk 741 Sams 746 Skan 751 Aarh 756 Ikast 760 Ring 766 Hede 773 Mors 779 Skive 787 This 791 Vib 810 Brsl
813 Fhavn 820 Vesth 825 Læsø 840 Reb 846 Mari 849 Jamm 851 Aalb 860 Hjør
""".split()


def main() -> None:
    """Writes the tiles to standard output."""
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    short = dict(zip(SHORT[::2], SHORT[1::2], strict=True))
    tiles: dict[str, tuple[int, int]] = {}
    for block in BLOCKS:
        tiles |= _laid_out([row for row in rows if _block(row) == block], block)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("code", "name", "short", "column", "row"))
    writer.writerows((row["code"], row["name"], short[row["code"]], *tiles[row["code"]]) for row in rows)


def _block(row: Mapping[str, str]) -> str:
    if row["code"] == BORNHOLM:
        return "bornholm"
    if row["code"] in FUNEN:
        return "funen"
    return "zealand" if row["region"] in ("Region Hovedstaden", "Region Sjælland") else "jutland"


def _laid_out(rows: Sequence[Mapping[str, str]], block: str) -> dict[str, tuple[int, int]]:
    """Code to column and row of the tile."""
    left, top, width, height = BLOCKS[block]
    across = [part * (width - 1) for part in _stretched([float(row["lon"]) for row in rows])]
    down = [(1 - part) * (height - 1) for part in _stretched([float(row["lat"]) for row in rows])]
    places = [(column, line) for line in range(height) for column in range(width)]
    # Whole thousandths, so that the least sum is the same on every machine.
    moves = [
        [round(((x - column) ** 2 + (y - line) ** 2) * 1000) for column, line in places]
        for x, y in zip(across, down, strict=True)
    ]
    chosen = zip(*linear_sum_assignment(moves), strict=True)
    return {rows[i]["code"]: (left + places[j][0], top + places[j][1]) for i, j in chosen}


def _stretched(values: Sequence[float]) -> list[float]:
    """Each value between 0 and 1: half its place on the map, half its place among the others."""
    low, high = min(values), max(values)
    order = sorted(range(len(values)), key=lambda index: values[index])
    among = {index: place / max(1, len(values) - 1) for place, index in enumerate(order)}
    return [
        _EVEN * among[index] + (1 - _EVEN) * ((value - low) / (high - low) if high > low else 0.0)
        for index, value in enumerate(values)
    ]


if __name__ == "__main__":
    main()
