"""What a step is asked with: hours, days and texts as they are kept in the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sagsbarometer.kernel.ids import holds_cpr
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.release.hours import read_hour, read_written, written

# What each step carries, by the option it is given with.
CARRIES: Mapping[str, tuple[str, ...]] = {
    "approve": (),
    "refuse": ("reason",),
    "schedule": ("at",),
    "shorten": ("at", "reason"),
    "publish": (),
    "access": ("name", "reason", "from"),
    "withdraw": ("reason",),
}


def details_of(action: str, given: Mapping[str, str]) -> dict[str, str]:
    """What the step carries, checked and as the log has it.

    Raises Faults with everything wrong: UDGIV-111 an hour or a day that is none, UDGIV-112 a text that may not be kept,
    UDGIV-113 a step that is not asked for in this way, or something it does not carry or lacks.
    """
    if action not in CARRIES:
        fault, remedy = "Trinnet findes ikke her.", f"Skriv et af: {', '.join(CARRIES)}."
        raise Faults([Problem("UDGIV-113", Place("--action"), fault, remedy)])
    problems = [
        Problem("UDGIV-113", Place(f"--{key}"), "Det hører ikke til dette trin.", "Slet det.")
        for key, value in given.items()
        if value and key not in CARRIES[action]
    ]
    details = {}
    for key in CARRIES[action]:
        try:
            details[key] = _kept(key, given.get(key, ""))
        except Faults as faults:
            problems += faults.problems
    if problems:
        raise Faults(problems)
    return details


def _kept(key: str, text: str) -> str:
    place = Place(f"--{key}")
    if key == "at":
        if not text.strip():
            fault, remedy = "Tidspunktet mangler.", "Skriv det som 2027-04-26 08:00."
            raise Faults([Problem("UDGIV-111", place, fault, remedy)])
        return written(read_hour(text))
    if key == "from":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise Faults(
                [Problem("UDGIV-111", place, "Det er ikke en dag.", "Skriv den som 2027-04-24.")]
            ) from None
    if key == "name" and not text.strip():
        raise Faults([Problem("UDGIV-113", place, "Navnet mangler.", "Skriv en person eller en rolle.")])
    return plain(text, f"--{key}")


def fit_details(action: str, details: Mapping[str, str]) -> None:
    """Raises Faults UDGIV-125 where what a signed request carries is not what `details_of` gives for the step: it may
    have been made by another program, or by hand."""
    try:
        if set(details) != set(CARRIES[action]) or not all(_fits(key, text) for key, text in details.items()):
            raise ValueError(action)
    except (KeyError, ValueError):
        fault = "Det, der er underskrevet, er ikke skrevet, som trinnet skal være."
        remedy = "Lav en ny med release request, og underskriv den."
        raise Faults([Problem("UDGIV-125", Place("--signed"), fault, remedy)]) from None


def _fits(key: str, text: str) -> bool:
    if key == "at":
        read_written(text)
        return True
    try:
        return _kept(key, text) == text
    except Faults:
        return False


def plain(text: str, option: str) -> str:
    """A text as it is kept and shown to all, on one line. Raises Faults UDGIV-112 where it looks like a CPR number."""
    flat = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if holds_cpr(flat):
        fault = "Her står noget, der ligner et CPR-nummer."
        raise Faults(
            [Problem("UDGIV-112", Place(option), fault, "Skriv teksten uden; den bliver offentlig.")]
        )
    return flat
