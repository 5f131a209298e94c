"""Who can sign in to the demo. None of them exists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A log-in. `study`: whether the role is held in the demo's study only; `municipality`: of a contact."""

    email: str
    name: str
    role: str
    what: str
    study: bool = True
    municipality: str = ""


HOUSE = (
    Person(
        "ada@demo.example", "Ada Opdigtet", "administrator", "personer, rettigheder og hændelser", study=False
    ),
    Person(
        "anna@demo.example",
        "Anna Opdigtet",
        "analyst",
        "planlægger, skriver breve, sorterer, erstatter og fordeler",
        study=False,
    ),
    Person("rikke@demo.example", "Rikke Opdigtet", "reviewer", "sorterer og læser sager"),
    Person(
        "rasmus@demo.example",
        "Rasmus Opdigtet",
        "reviewer",
        "sorterer og læser sager; inhabil i sager fra én kommune",
    ),
    Person("dorte@demo.example", "Dorte Opdigtet", "adjudicator", "afgør tvivl og forskelle"),
    Person("gorm@demo.example", "Gorm Opdigtet", "approver", "godkender tal"),
    Person("sune@demo.example", "Sune Opdigtet", "supervisor", "ser, hvor langt indsamlingen er"),
    Person("eva@demo.example", "Eva Opdigtet", "editor", "redaktør"),
)


def contact(code: str) -> Person:
    """The contact of a municipality; every one has one."""
    return Person(
        f"kommune-{code}@demo.example", f"Kontakt {code} Opdigtet", "municipal_contact", "", True, code
    )
