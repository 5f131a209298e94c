"""Builds om_2023.csv: the 385 cases of Handicapsagsbarometret 2023 as far as the printed counts say, and no further.

Printed, or following from what is printed (published/handicapsagsbarometret_2023, joint_constraints.csv): 385 cases
(J01), 180 of them with a material defect (J11), 74 full and 18 partial refusals (J05, J04), and at least 18 defects
among those 92, for so many had a material defect in their reasons (J19). How many of the other defects were in refusals
is not printed. So the answer is written four times: with the fewest and the most defects that refusals can have had, of
full refusals and of all. The rows are reconstructed; none is a case.
"""

from __future__ import annotations

import csv
from pathlib import Path

CASES, DEFECTS, FULL, PARTIAL, LEAST = 385, 180, 74, 18, 18
COLUMNS = ("mangel_fulde_faerrest", "mangel_fulde_flest", "mangel_alle_faerrest", "mangel_alle_flest")


def rows() -> list[tuple[str, ...]]:
    """The header and one row per case: full refusals first, then partial ones, then grants."""
    refused = FULL + PARTIAL
    answers = [
        _defects(FULL, 0),
        _defects(FULL, FULL),
        _defects(refused, LEAST),
        _defects(refused, refused),
    ]
    found = [("case_id", "fuldt_afslag", "afslag", *COLUMNS)]
    for at in range(CASES):
        groups = (_said(at < FULL), _said(at < refused))
        found.append((f"r{at + 1:03d}", *groups, *(_said(column[at]) for column in answers)))
    return found


def _defects(group: int, inside: int) -> list[bool]:
    """Which cases have a defect when `inside` of the first `group` do."""
    outside = DEFECTS - inside
    return [at < inside if at < group else at - group < outside for at in range(CASES)]


def _said(yes: bool) -> str:
    return "ja" if yes else "nej"


if __name__ == "__main__":
    path = Path(__file__).resolve().parent / "om_2023.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows())
