"""Writes `golden.csv`: the mean over cases, Student's interval and the exact sign test of `answers.csv`, by SciPy.

The code under test uses the quantile function of Student's t and counts the binomial by whole numbers; here SciPy's
own tests are asked: `ttest_1samp(...).confidence_interval(0.95)` and `binomtest(..., 0.5)`. `python golden.py`, in
this folder.
"""

import csv
import random
from collections import defaultdict

from scipy.stats import binomtest, ttest_1samp

chance = random.Random("ankersager")
rows = []
for reader, tilt in (("mild", -0.5), ("strict", 0.5), ("even", 0.0), ("few", 0.2)):
    for case in range(2 if reader == "few" else 14):
        for question in range(chance.randint(1, 6)):
            weights = (2 - 2 * tilt, 2 - tilt, 6, 2 + tilt, 2 + 2 * tilt)
            distance = chance.choices((-1, -0.5, 0, 0.5, 1), weights)[0]
            rows.append([reader, f"c{case:02}", f"q{question}", distance])
with open("answers.csv", "w", encoding="utf-8", newline="") as file:
    csv.writer(file, lineterminator="\n").writerows([["reader", "case", "question", "distance"], *rows])

with open("golden.csv", "w", encoding="utf-8", newline="") as file:
    write = csv.writer(file, lineterminator="\n").writerow
    write(["reader", "cases", "mean", "low", "high", "milder_cases", "stricter_cases", "chance"])
    for reader in ("mild", "strict", "even", "few"):
        cases = defaultdict(list)
        for row in rows:
            if row[0] == reader:
                cases[row[1]].append(row[3])
        means = [sum(cases[case]) / len(cases[case]) for case in sorted(cases)]
        test = ttest_1samp(means, 0)
        ends = test.confidence_interval(0.95)
        below, above = sum(mean < 0 for mean in means), sum(mean > 0 for mean in means)
        sign = binomtest(below, below + above, 0.5).pvalue if below + above else ""
        write(
            [
                reader,
                len(means),
                sum(means) / len(means),
                max(ends.low, -1),
                min(ends.high, 1),
                below,
                above,
                sign,
            ]
        )
