"""The day a register is asked about: read as people write it, and refused where the register has nothing by then."""

from __future__ import annotations

from datetime import date, datetime

from sagsbarometer.appeals.as_of import end_of
from sagsbarometer.kernel.dates import COPENHAGEN, danish_date, parse_date
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.store.register import Register

_REMEDY = "Skriv den som 2025-04-11 eller 11-04-2025."


def as_of_day(text: str, option: str = "--as-of") -> date:
    """The day that `text` names, as 2025-04-11 or 11-04-2025. Raises Faults LAYOUT-121 at `option`."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if (
        day is None or not date.min.year < day.year < date.max.year
    ):  # a day has one after it, in every time zone
        fault = f"{shown(text)} er ingen dato."
        raise Faults([Problem("LAYOUT-121", Place(option), fault, _REMEDY)])
    return day


def refuse_before_first(register: Register, day: date, option: str = "--as-of") -> None:
    """LAYOUT-122 where nothing was registered by `day`: a table of noughts would look like one of no cases."""
    deliveries = register.manifest["deliveries"]
    first = min((datetime.fromisoformat(entry["first_registered"]) for entry in deliveries), default=None)
    if first is None or first >= end_of(day):
        begins = f": det begynder {danish_date(first.astimezone(COPENHAGEN))}" if first else ""
        fault = f"Registret har ingen registreringer {danish_date(day)} eller før{begins}."
        raise Faults([Problem("LAYOUT-122", Place(option), fault, "Vælg en senere dato.")])
