"""An invented register with a flow as real ones have: more comes in than is decided, and some go before others."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache
from pathlib import Path

HEADER = "case_id;registered_at;origin;received_on;decided_on;outcome;law_area;office;statutory_priority"
DAY = date(2025, 3, 31)
BEGIN = date(2022, 1, 1)
_AREAS = ("serviceloven", "barnets_lov", "sygedagpengeloven", "lov_om_aktiv_socialpolitik")


@cache
def rows(cases: int = 4000, seed: int = 5) -> tuple[str, ...]:
    """Registrations of cases as they stood on DAY. Waits grow over the years; one in nine lapses; one in twelve goes
    before others; a few have dates that cannot be right."""
    chance = random.Random(seed)
    span = (DAY - BEGIN).days
    found = []
    for number in range(cases):
        came = BEGIN + timedelta(days=int(span * chance.random() ** 0.8))
        area = chance.choice(_AREAS)
        first = chance.random() < 1 / 12
        longer = 1 + (came - BEGIN).days / span
        mean = 20 if first else (95 if area == "barnets_lov" else 140) * longer
        waited = int(chance.gammavariate(3, mean / 3))
        lapsed = chance.random() < 1 / 9
        waited = waited // 3 if lapsed else waited
        left = came + timedelta(days=waited)
        outcome = (
            chance.choice(("lapsed", "dismissed"))
            if lapsed
            else chance.choice(("upheld", "upheld", "remitted"))
        )
        ended = [left.isoformat(), outcome] if left <= DAY else ["", ""]
        received = came.isoformat()
        if number % 500 == 7:
            received = ""
        if number % 700 == 9 and left <= DAY:
            ended[0] = (came - timedelta(days=3)).isoformat()
        office = chance.choice("ABC")
        fields = [
            str(number),
            DAY.isoformat(),
            "synthetic",
            received,
            *ended,
            area,
            office,
            "ja" if first else "nej",
        ]
        found.append(";".join(fields))
    return tuple(found)


def register_in(folder: Path, text: tuple[str, ...] | list[str], office: str = "office") -> Path:
    """A register with one delivery of the rows; `office` is what the column of offices is."""
    from sagsbarometer.runs.appeals_import import Job, import_registrations

    folder.mkdir(parents=True, exist_ok=True)
    header = HEADER.replace("office", office)
    (folder / "rows.csv").write_text("\n".join([header, *text]) + "\n", encoding="utf-8")
    mapping = "mapping: own\nrest: same\nrules: {decision_before_receipt: soft}\n"
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    import_registrations(Job(folder / "rows.csv", folder / "mapping.yaml", folder / "register"))
    return folder / "register"
