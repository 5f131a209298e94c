"""Questions to the catalogue: what is in force on a day, what came of it, and where its cases are counted.

A provision may be asked for by a finer reference than is held: `serviceloven/42/1` finds `serviceloven/42`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.catalogue.citations import Citation, citation_of, section_order
from sagsbarometer.catalogue.schema import (
    Amendment,
    BasketChange,
    CaseSubject,
    Condition,
    LawArea,
    Period,
    PrincipleDecision,
    Provision,
    Requirement,
    Series,
    Succession,
)


def nearest(catalogue: Catalogue, id: str) -> Provision | None:
    """The provision with this id, else the nearest that holds it, else None. ValueError when `id` is no citation."""
    step: Citation | None = citation_of(id)
    while step is not None:
        if step.id in catalogue.provisions:
            return catalogue.provisions[step.id]
        step = step.wider
    return None


def within(catalogue: Catalogue, id: str) -> tuple[str, ...]:
    """The provisions that a reference read with another (jf.) or a range stands for, in the order of their sections;
    the reference itself where it is held as it is written, or nothing lies within it."""
    asked = citation_of(id)
    if id in catalogue.provisions or not (asked.under or asked.to):
        return (id,)
    inside = [citation_of(item) for item in catalogue.provisions]
    found = [item for item in inside if asked.covers(item) and bool(item.under) is bool(asked.under)]
    return tuple(
        item.id for item in sorted(found, key=lambda item: (section_order(item.section), item.id))
    ) or (id,)


def provision_on(catalogue: Catalogue, id: str, day: date) -> Provision | None:
    """The nearest provision, when it is in force on the day; else None."""
    provision = nearest(catalogue, id)
    return provision if provision is not None and provision.in_force.holds(day) else None


def conditions_of(catalogue: Catalogue, id: str) -> Mapping[str, Condition]:
    """The conditions of the nearest provision, or of the one it shares them with, by key and in their order."""
    provision = nearest(catalogue, id)
    if provision is not None and provision.conditions_of:
        provision = catalogue.provisions[provision.conditions_of]
    if provision is None:
        return {}
    return {f"{provision.provision}/{condition.id}": condition for condition in provision.conditions}


def conditions_on(catalogue: Catalogue, id: str, day: date) -> Mapping[str, Condition]:
    """As `conditions_of`, those that hold on the day; none when the provision is not in force."""
    if provision_on(catalogue, id, day) is None:
        return {}
    conditions = conditions_of(catalogue, id)
    return {key: condition for key, condition in conditions.items() if condition.in_force.holds(day)}


def successors(catalogue: Catalogue, id: str, on: date | None = None) -> tuple[Succession, ...]:
    """The edges from the provision, or from parts of it: all of them, or those that have taken effect by `on`."""
    return _edges(catalogue, id, "from_", on)


def predecessors(catalogue: Catalogue, id: str, on: date | None = None) -> tuple[Succession, ...]:
    """The edges to the provision, or to parts of it; a provision that continued is not its own predecessor."""
    return tuple(edge for edge in _edges(catalogue, id, "to", on) if edge.kind != "continues")


def _edges(catalogue: Catalogue, id: str, side: str, on: date | None) -> tuple[Succession, ...]:
    asked = citation_of(id)
    found = []
    for edge in catalogue.succession:
        end = citation_of(getattr(edge, side))
        if (asked.covers(end) or end.covers(asked)) and (on is None or edge.date <= on.isoformat()):
            found.append(edge)
    return tuple(found)


def amendments_of(catalogue: Catalogue, id: str) -> tuple[Amendment, ...]:
    """The changes of a provision that kept its place."""
    asked = citation_of(id)
    return tuple(
        item
        for item in catalogue.amendments
        if any(asked.covers(part) or part.covers(asked) for part in map(citation_of, item.provisions))
    )


# --- where the cases are counted ---


def subjects_of(catalogue: Catalogue, id: str, day: date) -> tuple[CaseSubject, ...]:
    """The case subjects whose provisions hold this one on the day, the narrowest first."""
    asked = citation_of(id)
    found = []
    for subject in catalogue.case_subjects.values():
        if not subject.in_force.holds(day) or any(
            citation_of(item).covers(asked) for item in subject.exceptions
        ):
            continue
        widths = [
            _width(citation)
            for citation, period in _covered(subject)
            if period.holds(day) and citation.covers(asked)
        ]
        if widths:
            found.append((min(widths), subject.id, subject))
    return tuple(subject for _, _, subject in sorted(found, key=lambda item: item[:2]))


def subjects_within(catalogue: Catalogue, id: str, day: date) -> tuple[CaseSubject, ...]:
    """The case subjects that cover a part of the provision on the day, and not all of it."""
    asked = citation_of(id)
    whole = {subject.id for subject in subjects_of(catalogue, id, day)}
    return tuple(
        subject
        for subject in catalogue.case_subjects.values()
        if subject.in_force.holds(day)
        and subject.id not in whole
        and any(period.holds(day) and asked.covers(citation) for citation, period in _covered(subject))
    )


def subject_of(catalogue: Catalogue, id: str, day: date) -> CaseSubject | None:
    """The narrowest case subject that holds the provision on the day, or None."""
    found = subjects_of(catalogue, id, day)
    return found[0] if found else None


def _covered(subject: CaseSubject) -> tuple[tuple[Citation, Period], ...]:
    return tuple(
        (citation_of(item), subject.in_force)
        if isinstance(item, str)
        else (citation_of(item.provision), item)
        for item in subject.provisions
    )


def _width(citation: Citation) -> tuple[int, int, str]:
    """How wide a reference is: the numbers it spans, then whether it is cut down to a stk. or a jf."""
    if not citation.section:
        return (10_000, 0, "")
    first, last = section_order(citation.section), section_order(citation.to or citation.section)
    cut = bool(citation.paragraph or citation.number or citation.under)
    return (last[0] - first[0], 0 if cut else 1, last[1] if citation.to else "")


def law_area_of(catalogue: Catalogue, subject: str) -> LawArea:
    """The law area of a case subject. Raises KeyError when there is no such subject."""
    return catalogue.law_areas[catalogue.case_subjects[subject].law_area]


def series_of(catalogue: Catalogue, subject: str, day: date) -> tuple[Series, ...]:
    """The series that a case subject is part of on the day."""
    return tuple(
        series
        for series in catalogue.series.values()
        if any(member.case_subject == subject and member.holds(day) for member in series.members)
    )


def series_members(catalogue: Catalogue, series: str, day: date) -> tuple[CaseSubject, ...]:
    """The case subjects of a series on the day. Raises KeyError when there is no such series."""
    members = catalogue.series[series].members
    return tuple(catalogue.case_subjects[member.case_subject] for member in members if member.holds(day))


def baskets_from(catalogue: Catalogue, subject: str) -> tuple[BasketChange, ...]:
    """What became of a case subject."""
    return tuple(change for change in catalogue.basket_changes if change.from_ == subject)


def baskets_to(catalogue: Catalogue, subject: str) -> tuple[BasketChange, ...]:
    """What a case subject came of; one that went on is not its own predecessor."""
    return tuple(
        change for change in catalogue.basket_changes if subject in change.to and change.from_ != subject
    )


# --- what is said about it ---


def requirements_on(catalogue: Catalogue, id: str, day: date) -> tuple[Requirement, ...]:
    """The requirements to a decision under the provision on the day: the general ones and its own."""
    asked = citation_of(id)
    return tuple(
        item
        for item in catalogue.requirements.values()
        if item.in_force.holds(day)
        and (not item.provisions or any(citation_of(part).covers(asked) for part in item.provisions))
    )


def requirements_citing(catalogue: Catalogue, id: str) -> tuple[Requirement, ...]:
    """The requirements that rest on the provision, or on a part of it."""
    asked = citation_of(id)
    return tuple(
        item
        for item in catalogue.requirements.values()
        if any(asked.covers(part) or part.covers(asked) for part in map(citation_of, item.citations))
    )


def decisions_of(catalogue: Catalogue, id: str) -> tuple[PrincipleDecision, ...]:
    """The principle decisions that are tied to the provision, to one of its conditions or to its own requirements."""
    asked = citation_of(id)
    numbers = {
        number
        for condition in conditions_of(catalogue, id).values()
        for number in condition.principle_decisions
    }
    for requirement in catalogue.requirements.values():
        if any(citation_of(part).covers(asked) for part in requirement.provisions):
            numbers |= set(requirement.principle_decisions)
    return tuple(
        item
        for item in catalogue.principle_decisions.values()
        if item.number in numbers
        or any(
            part.section and (part.covers(asked) or asked.covers(part))
            for part in map(citation_of, item.provisions)
        )
    )
