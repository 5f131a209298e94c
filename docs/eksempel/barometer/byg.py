"""Builds frame.csv and sager.csv: an invented country where somebody wants to measure decisions after § 97.

No case, municipality or share in it is real: codes 901-998, and the share of decisions with a material defect falls
over the period, as it does where a rule has sunk in. The same seed gives the same bytes:
`./run python docs/eksempel/barometer/byg.py`.
"""

from __future__ import annotations

import csv
import io
import math
import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = 97
FIRST, DAYS = date(2025, 1, 1), 730  # decisions of 2025 and 2026
GRANT, REFUSAL = "bevilling", "afslag"
REASONS = ("no_decision", "wrong_provision")


@dataclass(frozen=True, slots=True)
class Case:
    """A decision. `appealed` is known from the list; the rest is not known before the case is read: why it does not
    belong to what is measured (`out`, "" where it does), and whether it has a material defect."""

    id: str
    authority: str
    result: str
    decided_on: date
    appealed: bool
    out: str
    defect: bool


@cache
def country() -> tuple[Case, ...]:
    """All decisions, by authority and day."""
    draw = random.Random(SEED)
    found = []
    for code in range(901, 999):
        size = max(5, round(draw.lognormvariate(3.0, 0.65)))
        level = draw.gauss(0.0, 0.35)  # some authorities do better than others
        for number in range(1, size + 1):
            day = draw.randrange(DAYS)
            result = REFUSAL if draw.random() < 0.22 else GRANT
            worse = level + (0.5 if result == REFUSAL else 0.0) + 0.85 - 1.7 * day / DAYS
            share = 1 / (1 + math.exp(-worse))
            appealed = draw.random() < (0.12 if result == REFUSAL else 0.02)
            out = draw.choice(REASONS) if draw.random() < 0.03 else ""
            defect = draw.random() < share
            id_, on = f"{code}-{number:03d}", FIRST + timedelta(day)
            found.append(Case(id_, str(code), result, on, appealed, out, defect))
    return tuple(found)


def truth(result: str = "") -> float:
    """The share with a material defect, 0..1, of decisions that belong to what is measured and that nobody appealed; of
    those with one result if it is named."""
    asked = [case for case in country() if case.result == (result or case.result)]
    asked = [case for case in asked if not case.appealed and not case.out]
    return sum(case.defect for case in asked) / len(asked)


def files() -> dict[str, str]:
    """The files by name: the frame, counts that are known before any list is, and the list of cases."""
    sizes = Counter((case.authority, case.result) for case in country())
    frame = [("authority", "result", "size"), *((*cell, size) for cell, size in sorted(sizes.items()))]
    listed = [
        ("id", "authority", "result", "decided_on", "appealed"),
        *(
            (case.id, case.authority, case.result, case.decided_on.isoformat(), _said(case.appealed))
            for case in country()
        ),
    ]
    return {"frame.csv": _text(frame), "sager.csv": _text(listed)}


def _said(yes: bool) -> str:
    return "ja" if yes else "nej"


def _text(rows: list[tuple[object, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


if __name__ == "__main__":
    for name, text in files().items():
        (HERE / name).write_text(text, encoding="utf-8")
