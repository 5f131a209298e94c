"""Builds dobbeltlaesning.csv: invented answers of four readers to a hundred cases, eighty of them read by two.

No case in it is real. The same seed gives the same bytes: `./run python docs/eksempel/dobbeltlaesning.py`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).parent / "dobbeltlaesning.csv"
CASES, TWICE, A_WEEK = 100, 80, 34
READERS = ["AB", "CD", "EF", "GH"]


def lines() -> Iterator[str]:
    """The rows of the file: a material defect is common and hard to see, one in the party hearing rare and easy."""
    chance = random.Random(97)
    yield "item,rater,rating,question,week"
    for case in range(1, CASES + 1):
        defect, hearing = chance.random() < 0.35, chance.random() < 0.04
        week = f"2026-W{9 + (case - 1) // A_WEEK:02d}"
        for reader in chance.sample(READERS, 2 if case <= TWICE else 1):
            for question, true, right in (("retlig_mangel", defect, 0.91), ("partshoering", hearing, 0.975)):
                seen = true if chance.random() < right else not true
                yield f"s{case:03d},{reader},{'ja' if seen else 'nej'},{question},{week}"


if __name__ == "__main__":
    FILE.write_text("\n".join(lines()) + "\n", encoding="utf-8")
