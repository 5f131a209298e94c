"""What the runs of a sample read: the plan, the list of cases, and ids from the board's own register."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.kernel.dates import parse_date
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.sampling.eligible import Rule, judged
from sagsbarometer.sampling.listing import YEARS, Listing, listing_of
from sagsbarometer.sampling.plan import Plan, from_json
from sagsbarometer.store.register import Register, read_register

PLAN = "plan.json"
MOST_RECEIPT_DAYS = 366  # from a decision to its receipt


def read_plan(path: Path) -> tuple[Plan, bytes]:
    """The plan in a file, or in the folder that `sample plan` wrote, with its bytes.

    Raises Faults: PLAN-122 where there is no such file, PLAN-121 where it holds no plan.
    """
    file = path / PLAN if path.is_dir() else path
    if not file.is_file():
        fault = (
            said("Der er ingen plan her.")
            if not path.is_dir()
            else said("Mappen har ingen {plan}.", plan=PLAN)
        )
        remedy = said(
            "Peg på plan.json eller på mappen, som sample plan skrev med --out; uden en ramme "
            "skriver den ingen."
        )
        raise Faults([Problem("PLAN-122", Place(str(file)), fault, remedy)])
    try:
        content = file.read_bytes()
        value = json.loads(content.decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        content, value = b"", None
    return from_json(value, str(file)), content


def read_day(text: str, option: str) -> date:
    """The day that `text` names. Raises Faults UDTRAEK-121 at `option`."""
    try:
        day = parse_date(text)
        if day.year in YEARS:
            return day
        fault = said("Året {year} kan ikke passe.", year=str(day.year))
    except ValueError:
        fault = said("{text} er ingen dato.", text=shown(text))
    raise Faults([Problem("UDTRAEK-121", Place(option), fault, said("Skriv den som 2026-03-31."))])


def read_list(
    path: Path, plan: Plan, rule: Rule, without: frozenset[str] = frozenset()
) -> tuple[Listing, list[Problem]]:
    """The list of cases, judged, with notes. Raises Faults as `read_table` and `listing_of`, and UDTRAEK-122 where the
    plan goes by the appeal deadline and the list has no days."""
    listed, notes = listing_of(read_table(path), plan, without)
    if rule.weeks and not any(row.decided_on or row.received_on for row in listed.rows):
        fault = said(
            "Planen kræver, at klagefristen er udløbet, men ingen af listens sager har en dato "
            "for afgørelsen."
        )
        remedy = said("Tilføj kolonnen decided_on, gerne også received_on.")
        raise Faults([Problem("UDTRAEK-122", Place(path.name), fault, remedy)])
    return judged(listed, rule), notes


def in_register(folder: Path, match: str) -> tuple[frozenset[str], Register]:
    """Every value that the column `match` has had in the register, as text, and the register.

    A case withdrawn since is among them: that somebody appealed is what counts. Raises Faults as `read_register`, and
    UDTRAEK-124 where no delivery has the column.
    """
    import pyarrow.parquet as pq

    register = read_register(folder)
    found: set[str] = set()
    known = False
    for path in register.paths:
        if match not in pq.read_schema(path).names:
            continue
        known = True
        column = pq.read_table(path, columns=[match]).column(0).unique()
        found |= {str(value).strip() for value in column.to_pylist() if value is not None}
    if not known:
        fault = said("Registret har ingen kolonne {match}.", match=shown(match))
        remedy = said("Skriv navnet på den kolonne i registret, som har de samme id'er som listen.")
        raise Faults([Problem("UDTRAEK-124", Place("--match"), fault, remedy)])
    return frozenset(found), register
