"""What must hold between the values of a registration. Each rule is one line of data: part of it may be made soft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sagsbarometer.appeals.codes import Codes
from sagsbarometer.kernel.problems import Level

REGISTERED_DAY = "registered_day"  # the day in Denmark of registered_at


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that a registration may break. `broken` is given the values of `columns`, None where unknown.

    The problem stands at the first of `columns` that the file has.
    """

    code: str
    columns: tuple[str, ...]
    broken: Callable[..., bool]
    fault: str
    remedy: str
    level: Level = Level.ERROR


def rules(codes: Codes) -> tuple[Rule, ...]:
    """Every rule, hard ones first."""
    return (*_hard_dates(codes), *_hard_codes(codes), *_soft(codes))


def _hard_dates(codes: Codes) -> tuple[Rule, ...]:
    known = "Ret den dato, der er forkert, eller gør den tom."
    later = "Datoen er efter den dag, registreringen er lavet."
    return (
        Rule(
            "REGISTER-105",
            ("decided_on", "received_on"),
            _before,
            "Sagen er afgjort, før den er modtaget.",
            known,
        ),
        Rule(
            "REGISTER-105",
            ("court_judged_on", "decided_on"),
            _before,
            "Der er dom, før sagen er afgjort.",
            known,
        ),
        Rule(
            "REGISTER-106",
            ("outcome", "decided_on"),
            lambda outcome, decided: outcome in codes.merits and decided is None,
            "Sagen er afgjort i realiteten, men datoen mangler.",
            "Skriv datoen for afgørelsen.",
        ),
        Rule(
            "REGISTER-107",
            ("decided_on", "outcome"),
            lambda decided, outcome: decided is not None and outcome is None,
            "Sagen er afgjort, men udfaldet mangler.",
            "Skriv udfaldet, eller gør datoen tom, hvis sagen er i gang.",
        ),
        # A registration tells what was known when it was made. Counted as of its own day, such a case would be decided
        # before it was.
        *(
            Rule("REGISTER-109", (column, REGISTERED_DAY), _after, later, known)
            for column in ("received_on", "decided_on", "court_judged_on")
        ),
    )


def _hard_codes(codes: Codes) -> tuple[Rule, ...]:
    return (
        Rule(
            "REGISTER-103",
            ("condition",),
            lambda condition: condition is not None and condition not in codes.conditions,
            "Betingelsen er ikke blandt dem, lovens data kender.",
            "Skriv den som i lovens data, fx serviceloven/97/age, eller gør den tom.",
        ),
        Rule(
            "REGISTER-108",
            ("case_subject", "law_area"),
            lambda subject, area: (
                None not in (subject, area) and codes.law_area_of.get(subject, area) != area
            ),
            "Sagsemnet hører til et andet lovområde end det, der står.",
            "Ret det ene, eller lad lovområdet følge af emnet (law_area under ignore:).",
        ),
        Rule(
            "REGISTER-108",
            ("condition", "provision"),
            lambda condition, provision: _foreign(condition, provision, codes),
            "Betingelsen hører til en anden bestemmelse end den, der står.",
            "Ret den ene.",
        ),
    )


def _soft(codes: Codes) -> tuple[Rule, ...]:
    return (
        Rule(
            "REGISTER-121",
            ("case_subject", "decided_on"),
            lambda subject, decided: _out_of_force(subject, decided, codes.in_force),
            "Sagsemnet er ikke i brug på den dag, sagen er afgjort.",
            "Se efter, om emnet eller datoen er forkert.",
            Level.WARNING,
        ),
        Rule(
            "REGISTER-123",
            ("reasons", "outcome"),
            lambda reasons, outcome: bool(reasons) and outcome is not None and outcome not in codes.reversals,
            "Her er en årsag til, at afgørelsen ikke holdt, men udfaldet siger ikke, at den blev ændret.",
            "Se efter, om udfaldet er rigtigt.",
            Level.WARNING,
        ),
        Rule(
            "REGISTER-124",
            ("outcome", "decided_on"),
            lambda outcome, decided: outcome is not None and outcome not in codes.merits and decided is None,
            "Sagen er sluttet, men datoen mangler: den tælles ikke i nogen periode.",
            "Skriv den dag, sagen sluttede.",
            Level.WARNING,
        ),
        Rule(
            "REGISTER-125",
            ("court_result", "court_judged_on"),
            lambda result, judged: (result is None) is not (judged is None),
            "Af dommens dato og resultat er kun det ene oplyst.",
            "Skriv det andet, hvis det vides.",
            Level.WARNING,
        ),
        Rule(
            "REGISTER-126",
            ("provision",),
            lambda provision: provision is not None and provision not in codes.provisions,
            "Bestemmelsen er ikke blandt dem, lovens data kender.",
            "Skriv den som i lovens data, fx serviceloven/85, hvis den er der.",
            Level.WARNING,
        ),
    )


def _before(late: date | None, early: date | None) -> bool:
    return late is not None and early is not None and late < early


def _after(day: date | None, registered: date | None) -> bool:
    return day is not None and registered is not None and day > registered


def _foreign(condition: str | None, provision: str | None, codes: Codes) -> bool:
    """Whether a condition we know is of another provision than the one given, or the one it shares conditions with."""
    if condition not in codes.conditions or provision is None:
        return False
    home = condition.rpartition("/")[0]
    return home not in (provision, codes.conditions_of.get(provision))


def _out_of_force(subject: str | None, day: Any, in_force: Mapping[str, tuple[date, date]]) -> bool:
    if subject is None or day is None or subject not in in_force:
        return False
    first, last = in_force[subject]
    return not first <= day <= last
