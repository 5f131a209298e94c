"""How far a delivery is, and what keeps it from being sent: decided from plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sagsbarometer.kernel.said import all_said, said

# Why a municipality has none, or no more, of a kind.
NONE_REASONS = all_said(
    {
        "none_decided": "Vi har ikke truffet flere afgørelser af den slags i perioden",
        "not_in_scope": "De sager, vi har, opfylder ikke kriterierne",
        "appealed": "De sager, vi har, er påklaget",
        "cannot_be_found": "Vi kan ikke finde sagerne i vores system",
        "closed": "Sagerne er slettet eller afleveret til arkiv",
    }
)
OPEN = frozenset({"draft", "returned"})
GONE = frozenset({"withdrawn"})


@dataclass(frozen=True, slots=True)
class Made:
    """A case as far as the delivery goes. `missing`: answers that are asked and not given."""

    number: int
    stratum: str
    state: str
    documents: int
    missing: int
    faults: tuple[str, ...] = ()
    without_decision: bool = False
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """How far one kind of case has come."""

    stratum: str
    label: str
    wanted: int
    delivered: int
    drafts: int
    none: str  # the reason there are no more, in words
    none_code: str = ""

    @property
    def lacking(self) -> int:
        """Cases still to be made."""
        return max(self.wanted - self.delivered - self.drafts, 0)

    @property
    def too_many(self) -> int:
        """Cases beyond what was asked for."""
        return max(self.delivered + self.drafts - self.wanted, 0)


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a delivery back: its code, of which case (None: of all of it), why, and what to do."""

    code: str
    case: int | None
    fault: str
    remedy: str


def rows(
    wanted: Mapping[str, int], none_of: Mapping[str, str], labels: Mapping[str, str], made: Iterable[Made]
) -> list[Row]:
    """A row for each kind that is asked for, or that something was made of."""
    cases = [case for case in made if case.state not in GONE]
    kinds = list(dict.fromkeys([*wanted, *(case.stratum for case in cases)]))
    return [
        Row(
            kind,
            labels.get(kind, kind) or said("Sager"),
            int(wanted.get(kind, 0)),
            sum(case.stratum == kind and case.state not in OPEN for case in cases),
            sum(case.stratum == kind and case.state in OPEN for case in cases),
            NONE_REASONS.get(none_of.get(kind, ""), ""),
            none_of.get(kind, ""),
        )
        for kind in kinds
    ]


def faults(kinds: Iterable[Row], made: Iterable[Made]) -> list[Fault]:
    """Everything that keeps the delivery back; nothing when it may be sent. It is sent as a whole."""
    found: list[Fault] = []
    drafts = [case for case in made if case.state in OPEN]
    for case in drafts:
        if case.missing:
            fault = said("Der mangler et svar.", "Der mangler {n} svar.", n=case.missing)
            found.append(Fault("AFLEV-101", case.number, fault, said("Svar, eller vælg »kan ikke ses«.")))
        found += [
            Fault("AFLEV-102", case.number, fault, said("Ret svaret i skemaet.")) for fault in case.faults
        ]
        if not case.documents and not case.without_decision:
            fault, remedy = said("Der er ingen dokumenter."), said("Tilføj sagens dokumenter.")
            found.append(Fault("AFLEV-103", case.number, fault, remedy))
    for row in kinds:
        if row.lacking and not row.none:
            fault = said(
                "{kind}: der mangler en sag.", "{kind}: der mangler {n} sager.", n=row.lacking, kind=row.label
            )
            remedy = said("Tilføj dem, eller sig, at I ikke har flere, og hvorfor.")
            found.append(Fault("AFLEV-104", None, fault, remedy))
        if row.too_many:
            fault = said(
                "{kind}: der er en sag for meget.",
                "{kind}: der er {n} sager for meget.",
                n=row.too_many,
                kind=row.label,
            )
            remedy = said(
                "Fjern de overskydende: I skal ikke sende flere borgeres oplysninger, end der er bedt om."
            )
            found.append(Fault("AFLEV-105", None, fault, remedy))
    if not found and not drafts and not any(row.none for row in kinds):
        found.append(Fault("AFLEV-106", None, said("Der er ikke noget at aflevere."), said("Tilføj en sag.")))
    return found


def days_left(deadline: date | None, today: date) -> str:
    """How long there is left, in words."""
    if deadline is None:
        return said("Der er ikke sat en frist.")
    left = (deadline - today).days
    if left < 0:
        return said(
            "Fristen var {day}, i går. I kan stadig aflevere.",
            "Fristen var {day}, for {n} dage siden. I kan stadig aflevere.",
            n=-left,
            day=deadline,
        )
    if left == 0:
        return said("Fristen er i dag, {day}.", day=deadline)
    return said("Fristen er {day}, i morgen.", "Fristen er {day}, om {n} dage.", n=left, day=deadline)
