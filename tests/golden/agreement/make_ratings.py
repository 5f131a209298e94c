"""Writes `ratings.csv` and `drawn.csv`: invented ratings, the same each time. `python make_ratings.py` in this folder.

`ratings.csv`: 60 items that five raters gave 1 to 4, some only once. `drawn.csv`: 90 items of three strata that two
or three raters gave a, b or c, with the weight of the draw and how many cases the stratum has.
"""

import csv
import random

CHANCE = random.Random(20260301)


def near(true: int, answers: int) -> int:
    """An answer: the true one most often, else a neighbour or any."""
    place = CHANCE.random()
    if place < 0.62:
        return true
    if place < 0.85:
        return min(max(true + CHANCE.choice((-1, 1)), 1), answers)
    return CHANCE.randint(1, answers)


def ratings() -> None:
    with open("ratings.csv", "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["item", *(f"rater{number}" for number in range(1, 6))])
        for item in range(1, 61):
            true = CHANCE.choices((1, 2, 3, 4), (5, 3, 2, 2))[0]
            row = [near(true, 4) if CHANCE.random() < 0.7 else "" for _ in range(5)]
            if not any(row):
                row[0] = true
            out.writerow([item, *row])


def drawn() -> None:
    cases = {"afslag": 120, "bevilling": 900, "delvis": 260}
    with open("drawn.csv", "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["item", "stratum", "population", "weight", "rater1", "rater2", "rater3"])
        for item in range(1, 91):
            stratum = sorted(cases)[item % 3]
            true = CHANCE.choices((1, 2, 3), (6, 3, 1))[0]
            row = ["abc"[near(true, 3) - 1] for _ in range(3)]
            if item % 4:
                row[2] = ""
            out.writerow([item, stratum, cases[stratum], round(cases[stratum] / 30, 6), *row])


ratings()
drawn()
