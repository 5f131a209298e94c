"""Reads the cases of a sample in place of four lawyers, who are wrong as often as it says here.

`laes.py udgaar STIKPROEVE` writes udgaar.csv: the cases that turn out not to belong to what is measured, and why.
`laes.py svar STIKPROEVE` writes svar.csv, an answer for each case that is in force, and laesninger.csv, both readings
of those that were drawn to be read twice. The same sample gives the same answers.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

from sagsbarometer.sampling.drawn import Drawn
from sagsbarometer.sampling.numbers import permanent
from sagsbarometer.store.sample import read_sample

sys.path.insert(0, str(Path(__file__).resolve().parent))
import byg

FOUND, MISTAKEN = 0.88, 0.07  # how often a defect that is there is seen, and one that is not
TWICE = 0.4  # the part that is read by two, who then settle what is right
SEED = "dobbeltlaesning 2027"  # written down before the draw of those
READERS = ("A", "B", "C", "D")
YES, NO = "ja", "nej"


def outside(drawn: Drawn) -> list[tuple[str, str]]:
    """The cases in force that do not belong, and the reason."""
    why = {case.id: case.out for case in byg.country()}
    return [(row.id, why[row.id]) for row in drawn.rows if row.in_force and why[row.id]]


def readings(drawn: Drawn) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """The rows of svar.csv and of laesninger.csv."""
    defect = {case.id: case.defect for case in byg.country()}
    asked = [row.id for row in drawn.rows if row.in_force]
    by_lot = sorted(asked, key=lambda id_: permanent(SEED, id_))
    twice = set(by_lot[: round(TWICE * len(asked))])
    answers, both = [], []
    for id_ in asked:
        chance = random.Random(f"laesning {id_}")
        pair = chance.sample(READERS, 2)
        read = [YES if chance.random() < (FOUND if defect[id_] else MISTAKEN) else NO for _ in pair]
        settled = (YES if defect[id_] else NO) if id_ in twice else ""
        answers.append((id_, read[0], settled))
        if id_ in twice:
            both += [(id_, reader, said) for reader, said in zip(pair, read, strict=True)]
    return answers, both


def main(what: str, folder: str) -> None:
    """Writes the files where it is called."""
    drawn = read_sample(Path(folder))
    if what == "udgaar":
        _write("udgaar.csv", ("case", "reason"), outside(drawn))
        return
    answers, both = readings(drawn)
    _write("svar.csv", ("case_id", "mangel", "mangel_efterset"), answers)
    _write("laesninger.csv", ("item", "rater", "rating"), both)


def _write(name: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with Path(name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
    sys.stdout.write(f"Skrev {name}: {len(rows)} rækker.\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
