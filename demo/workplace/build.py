"""A workplace to look around in: `python demo/workplace/build.py FOLDER`. Everything in it is invented."""

from __future__ import annotations

import argparse
import csv
import json
import secrets
import shutil
import sys
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MUNICIPALITIES = ROOT / "demo" / "workplace" / "municipalities.csv"
PUBLISHED = ROOT / "published" / "handicapsagsbarometret_2023"
PARTIAL = "rasmus@demo.example"  # may have nothing to do with one municipality
_WORDS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Built:
    """What was built, and how to get in."""

    folder: Path
    study: str
    password: str
    logins: tuple[tuple[str, str, str], ...]  # address, role, what they do
    documents: int
    seconds: float


def build(folder: Path, address: str, today: date | None = None, password: str = "") -> Built:
    """Makes the house in a new folder. The same day gives the same people, cases and documents; ids, keys and the
    password are new each time."""
    started = time.monotonic()
    from demo.reconstruct.printed import read_printed
    from demo.workplace import people as persons
    from demo.workplace.cases import scene
    from sagsbarometer.kernel.dates import COPENHAGEN
    from sagsbarometer.web.keeping.config import config_text
    from sagsbarometer.web.keeping.house import make_house

    rows = municipalities()
    set_ = scene(
        read_printed(PUBLISHED), [row["code"] for row in rows], today or datetime.now(COPENHAGEN).date()
    )
    password = password or "-".join("".join(secrets.choice(_WORDS) for _ in range(5)) for _ in range(4))
    make_house(folder, address=address, config=_config(config_text(address, "Opdigtet styrelse")))

    from demo.workplace import drawn_study, fill, findings, readings

    contacts = {row["code"]: persons.contact(row["code"]) for row in rows}
    listed = [*persons.HOUSE, *contacts.values()]
    users = fill.people(listed, password)
    senders = {code: users[person.email].id for code, person in contacts.items()}
    analyst = users["anna@demo.example"]
    few = rows[-drawn_study.MUNICIPALITIES :]
    drawn = drawn_study.study(analyst, few, set_.today)
    fill.roles(drawn, [*persons.HOUSE, *(contacts[row["code"]] for row in few)], users)
    study = fill.study(analyst, rows, set_)
    fill.roles(study, listed, users)
    fill.partial(users[PARTIAL], _waiting(set_), analyst)
    asked = fill.first_asked(set_)
    fill.letters(study, "notice", set_.called_in - timedelta(days=28), analyst, asked)
    fill.letters(study, "call_in", set_.called_in, analyst, asked)
    made = fill.cases(study, set_)
    number = fill.documents(made, set_, {row["code"]: row["name"] for row in rows}, senders)
    fill.verdicts(made, set_, users)
    fill.receipts(study, senders)
    readings.readings(study, users, set_.today)
    shown = findings.findings(study, users, senders, set_.today)
    from django.db import connections

    connections.close_all()
    logins = [(person.email, person.role, person.what) for person in persons.HOUSE]
    looks = {**_worth_a_look(set_), few[0]["code"]: "kommunal kontakt, også udtrukket ved lod"}
    found = next((code for code in shown if code not in looks), shown[0])
    looks[found] = f"{looks.get(found, 'kommunal kontakt')}, har fået fund"
    logins += [(contacts[code].email, "municipal_contact", what) for code, what in sorted(looks.items())]
    return Built(folder, study.id, password, tuple(logins), number, time.monotonic() - started)


def municipalities() -> list[dict[str, str]]:
    """The invented ones, by code."""
    with MUNICIPALITIES.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _config(text: str) -> str:
    """The usual config.toml, marked as a demonstration: every page says so."""
    return f"# Alt i denne mappe er opdigtet.\ndemonstration = true\n\n{text}"


def _worth_a_look(set_: Any) -> dict[str, str]:
    """Municipalities to sign in as: the first of the list, one that is late, one that got a case back, and one that is
    asked for another case."""
    found = {"901": "kommunal kontakt"}
    late = [
        code
        for code, asked in set_.requests.items()
        if asked.state == "called_in" and asked.deadline < set_.today
    ]
    back = [case.municipality for case in set_.cases if case.state == "returned"]
    again = [case.municipality for case in set_.cases if case.replaces and case.state == "draft"]
    for codes, what in (
        (late, "over fristen"),
        (back, "har fået en sag tilbage"),
        (again, "er bedt om en erstatningssag"),
    ):
        found[next(code for code in codes if code not in found)] = f"kommunal kontakt, {what}"
    return found


def _waiting(set_: Any) -> str:
    """A municipality with a case that waits."""
    return str(next(case.municipality for case in set_.cases if case.state == "submitted"))


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Bygger demoens arbejdsplads.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--json", action="store_true", help="fortæl det som JSON")
    options = parser.parse_args()
    shutil.rmtree(options.folder, ignore_errors=True)
    built = build(options.folder, options.address)
    if options.json:
        told = {
            name: getattr(built, name) for name in ("study", "password", "logins", "documents", "seconds")
        }
        print(json.dumps(told, ensure_ascii=False))
        return 0
    made = f"{built.documents} forskellige dokumenter"
    print(f"   385 sager fra 98 opdigtede kommuner, {made}, {built.seconds:.0f} sekunder.")
    print("   En del af sagerne er fordelt og læst; nogle er læst af to og venter på, at en forskel afgøres.")
    print(
        "   De færdige svar er låst og regnet til tal. 25 fund er frigivet, og kommuner har gjort indsigelse."
    )
    print("   En anden undersøgelse har lister fra 18 kommuner og en lodtrækning med reserver.\n")
    print(f"   Log ind med en af dem her. Adgangskoden er til alle: {built.password}\n")
    for email, role, what in built.logins:
        print(f"     {email:<28}{what}" + (f" ({_danish(role)})" if role != "municipal_contact" else ""))
    print("     kommune-<kode>@demo.example  enhver af de 98 kommuner, 901-998\n")
    return 0


def _danish(role: str) -> str:
    from sagsbarometer.web.rights.actions import ROLES

    return ROLES[role]


if __name__ == "__main__":
    # Run as a file, the folder above `demo` is not on the path.
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
