"""A register of invented cases with authorities that are not there: 901 and on."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sagsbarometer.runs.appeals_import import Job, import_registrations

MAPPING = "mapping: egne\nrest: same\n"
_REVERSED, _UPHELD = "remitted", "upheld"


def rows(
    counts: Mapping[str, Sequence[int]],
    year: int = 2024,
    column: str = "authority",
    origin: str = "synthetic",
    more: Mapping[str, str] | None = None,
) -> list[dict[str, str]]:
    """Cases decided in a year: of each group the second number, of which the first are reversed."""
    found = []
    for group, (reversals, cases) in counts.items():
        for number in range(cases):
            found.append(
                {
                    "case_id": f"{year}-{column}-{group}-{number}",
                    "registered_at": f"{year}-12-31 10:00",
                    "origin": origin,
                    "received_on": f"{year}-02-01",
                    "decided_on": f"{year}-06-01",
                    "outcome": _REVERSED if number < reversals else _UPHELD,
                    "law_area": "serviceloven",
                    column: group,
                    **(more or {}),
                }
            )
    return found


def register(folder: Path, registrations: Iterable[Mapping[str, str]], mapping: str = MAPPING) -> Path:
    """A register with these registrations, in a folder of its own under `folder`."""
    listed = list(registrations)
    header = list(dict.fromkeys(name for row in listed for name in row))
    source, plan = folder / "udtraek.csv", folder / "mapping.yaml"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", delimiter=";")
        writer.writeheader()
        writer.writerows(listed)
    plan.write_text(mapping, encoding="utf-8")
    import_registrations(Job(source, plan, folder / "register"))
    return folder / "register"


def invented(number: int) -> dict[str, tuple[int, int]]:
    """So many authorities of different sizes around a third; the second far above it, the third far below."""
    found = {}
    for index in range(number):
        cases = 12 + 17 * (index % 11) + 3 * index
        found[str(901 + index)] = ((cases * (30 + 2 * (index % 5))) // 100, cases)
    codes = list(found)
    found[codes[1]] = (found[codes[1]][1] * 9 // 10, found[codes[1]][1])
    found[codes[2]] = (0, 80)
    found[codes[3]] = (2, 6)
    return found
