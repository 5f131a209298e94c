"""Writes `golden.csv`: coefficients of `ratings.csv` by irrCAC 0.4.4 (Python), 14 digits.

`whole`: all of it; `twice`: items with two ratings or more; `two`: the first two raters, the items both rated;
`spaced`: `twice` with the answers 1, 2, 4 and 8.

irrCAC has an environment of its own, as it wants an old SciPy: `python golden.py` there, in this folder.
"""

import csv

import pandas as pd
from irrCAC.raw import CAC  # type: ignore[import-not-found]

WEIGHTS = ("identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar")
METHODS = {
    "gwet": "gwet",
    "fleiss": "fleiss",
    "cohen": "conger",
    "krippendorff": "krippendorff",
    "brennan_prediger": "bp",
}


def rows(name: str, table: pd.DataFrame):
    for weights in WEIGHTS:
        for population in (float("inf"), 150):
            counted = CAC(table.copy(), weights=weights, N=population, digits=14)
            for id, method in METHODS.items():
                found = getattr(counted, method)()["est"]
                low, high = found["confidence_interval"]
                of = "" if population == float("inf") else int(population)
                value = found["coefficient_value"]
                yield [name, id, weights, of, value, found["pa"], found["pe"], found["se"], low, high]


whole = pd.read_csv("ratings.csv").set_index("item")
twice = whole[whole.notna().sum(axis=1) > 1]
spaced = twice.replace({3: 4, 4: 8})
two = whole[["rater1", "rater2"]].dropna()
with open("golden.csv", "w", encoding="utf-8", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["data", "coefficient", "weights", "population", "value", "pa", "pe", "se", "low", "high"])
    for name, table in (("whole", whole), ("twice", twice), ("two", two), ("spaced", spaced)):
        for row in rows(name, table):
            out.writerow(row)
