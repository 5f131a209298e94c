"""Builds klager.csv: an invented extract of a case system, with the faults such extracts have.

No case, body or number in it is real. The same seed gives the same bytes: `./run python docs/eksempel/byg.py`.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADER = ("Case no.", "Filed", "Closed", "Authority", "Topic", "Ruling", "Days", "Channel")
FIRST, LAST = date(2021, 1, 4), date(2024, 12, 20)
SWITCHED = date(2023, 4, 1)  # from here on the system swaps day and month where both can be a month
TOPICS = {  # how often, the share found justified, the days it takes
    "Transport of patients": (30, 0.22, 70),
    "Home help": (26, 0.31, 95),
    "Aids and equipment": (20, 0.40, 120),
    "Housing support": (14, 0.28, 150),
    "Cost of care": (10, 0.18, 60),
}
# As typed: one body by several names, in several scripts. Invented, all of them.
BODIES = (
    ("Δήμος Άνω Λιβάδι", "ΔΗΜΟΣ ΑΝΩ ΛΙΒΑΔΙ", "Δήμος  Άνω Λιβάδι"),
    ("Община Синева", "ОБЩИНА СИНЕВА", 'Община "Синева"'),
    ("עיריית גבעת התמר", "עיריית גבעת-התמר"),
    ("Lillevik kommune", "LILLEVIK KOMMUNE", "Lillevik  Kommune"),
    ("Comune di Valfiorita", "Comune di Valfiorita."),
    ("Gemeinde Oberau", "Gemeinde Oberau"),
)


def extract(rows: int, seed: int = 2024) -> list[tuple[str, ...]]:
    """The rows under the header."""
    draw = random.Random(seed)
    made: list[tuple[str, ...]] = []
    for number in range(1, rows + 1):
        filed = FIRST + timedelta(days=draw.randrange((LAST - FIRST).days))
        topic = draw.choices(list(TOPICS), [weight for weight, *_ in TOPICS.values()])[0]
        _, justified, days = TOPICS[topic]
        took = max(1, round(draw.gammavariate(2.2, days / 2.2)))
        closed = filed + timedelta(days=took)
        open_ = closed > LAST
        ruling = _ruling(draw, justified)
        if open_ or draw.random() < 0.01:  # open; or closed without a word of how
            ruling = ""
        made.append(
            (
                f"{number}/{filed.year % 100}",
                _written(filed, filed),
                "" if open_ else _written(closed, closed),
                draw.choice(draw.choice(BODIES)),
                topic if draw.random() > 0.01 else "",
                ruling,
                "" if open_ else str(took),
                draw.choice(("Online", "Online", "E-mail", "Letter")),
            )
        )
    for twice in draw.sample(range(len(made)), max(2, rows // 400)):  # delivered twice
        made.append(made[twice])
    return made


def text(rows: int, seed: int = 2024, separator: str = ";", newline: str = "\r\n") -> str:
    """The extract as a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=newline)
    writer.writerow(HEADER)
    writer.writerows(extract(rows, seed))
    return out.getvalue()


def _ruling(draw: random.Random, justified: float) -> str:
    if draw.random() < 0.12:
        return draw.choice(("Withdrawn", "Withdrawn", "Not within remit"))
    if draw.random() < justified:
        return "Justified" if draw.random() > 0.15 else "Partly justified"
    return "Unjustified"


def _written(day: date, seen: date) -> str:
    """US order; and after the switch the other way round where nobody can see it."""
    if seen >= SWITCHED and day.day <= 12:
        return f"{day.day:02d}/{day.month:02d}/{day.year}"
    return f"{day.month:02d}/{day.day:02d}/{day.year}"


def main() -> int:
    """Writes klager.csv beside this file."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1200
    (HERE / "klager.csv").write_bytes(text(rows).encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
