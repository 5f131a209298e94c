"""What of a register can have mattered on a day: nothing else may show in an edition of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sagsbarometer.appeals.as_of import end_of
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.problems import Level, Place, Problem
from sagsbarometer.store.register import Register


def known_by(register: Register, day: date) -> Register:
    """The register without the deliveries that have no registration from before the end of `day`.

    So an edition of a day that has gone is the same, whatever is delivered later of later days: deliveries that only
    have later registrations are not named in it, nor are the columns only they have.
    """
    kept = [
        (entry, path)
        for entry, path in zip(register.manifest["deliveries"], register.paths, strict=True)
        if _first(entry) < end_of(day)
    ]
    manifest = {**register.manifest, "deliveries": [entry for entry, _ in kept]}
    if own := register.manifest.get("own"):
        there = {name for _, path in kept for name in _columns(path)}
        manifest["own"] = {id: column for id, column in own.items() if id in there}
    return replace(register, manifest=manifest, paths=tuple(path for _, path in kept))


def reached_back(register: Register, day: date) -> tuple[int, ...]:
    """The numbers of the deliveries with registrations from before the end of `day` that came when the register
    already had later ones: an edition of `day` made before they came can have been another."""
    found = []
    later = False
    for entry in register.manifest["deliveries"]:
        if later and _first(entry) < end_of(day):
            found.append(int(entry["number"]))
        later = later or datetime.fromisoformat(entry["last_registered"]) >= end_of(day)
    return tuple(found)


def reached_back_notes(register: Register, day: date) -> list[Problem]:
    """LAYOUT-125, a note, where a delivery reaches back before `day`."""
    numbers = reached_back(register, day)
    if not numbers:
        return []
    fault = (
        f"Levering {', '.join(map(str, numbers))} kom, da registret havde senere registreringer, men rækker tilbage "
        f"til {danish_date(day)} eller før."
    )
    remedy = "En udgave for den dag, lavet før leveringen kom, kan have andre tal. Se docs/revisioner.md."
    return [Problem("LAYOUT-125", Place(register.folder.name), fault, remedy, Level.NOTE)]


def deliveries_listed(register: Register) -> list[dict[str, Any]]:
    """The deliveries as a manifest lists them."""
    return [
        {key: entry[key] for key in ("number", "sha256", "rows", "cases")}
        for entry in register.manifest["deliveries"]
    ]


def _first(entry: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["first_registered"])


def _columns(path: Any) -> list[str]:
    import pyarrow.parquet as pq

    names: list[str] = pq.read_schema(path).names
    return names
