"""The law beside a question: its condition, requirements, provision and principle decisions as of the decision's day.

What was not in force on that day cannot be cited. A provision is never in force before its act; where nothing says
when it began itself, that is said, and it may be cited as long as its act was in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sagsbarometer.catalogue import lookup
from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.catalogue.citations import citation_of, danish_citation
from sagsbarometer.catalogue.schema import Act, Condition, Period, PrincipleDecision, Provision, Requirement
from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.tree import names
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.wording import words
from sagsbarometer.kernel.problems import Place, Problem
from sagsbarometer.kernel.said import all_said, said
from sagsbarometer.review.reading_facts import DECIDED

KINDS = all_said(
    {
        "condition": "Betingelse",
        "requirement": "Krav",
        "provision": "Bestemmelse",
        "principle": "Principmeddelelse",
    }
)
_CENTURY = 70  # principle decisions are numbered N-YY; those of 70 and later are of the last century


@dataclass(frozen=True, slots=True)
class Norm:
    """One norm as it stood on a day. `held`: it was in force, as far as is known; `instead`: what was, where that is
    known; `unknown`: what is not known about when it began; `address`: of the act's text."""

    id: str  # `condition:serviceloven/97/age`
    kind: str
    name: str
    wording: str
    source: str
    held: bool
    period: str
    instead: str = ""
    remark: str = ""
    unknown: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class AtHand:
    """The law beside a question on `day`. `known`: it is the day of the decision; else it is the day it is read."""

    day: date
    known: bool
    norms: tuple[Norm, ...]


def decided_on(answers: Mapping[str, Answer]) -> date | None:
    """The day of the decision of a case; None before it is answered."""
    answer = answers.get(DECIDED)
    return answer.value if answer is not None and isinstance(answer.value, date) else None


def law_at_hand(
    catalogue: Catalogue, form: Form, question: Question, decided: date | None, today: date, language: str
) -> AtHand:
    """What a question is about, in the order condition, requirements, provision, principle decisions."""
    day = decided or today
    ids = norms_of(catalogue, form, question)
    return AtHand(day, decided is not None, tuple(_norm(catalogue, id, day, language) for id in ids))


def norms_of(catalogue: Catalogue, form: Form, question: Question) -> tuple[str, ...]:
    """The ids of the norms beside a question."""
    condition = catalogue.conditions.get(question.condition)
    requirements = [catalogue.requirements[id] for id in _requirements(catalogue, form, question)]
    provisions = [question.condition.rpartition("/")[0]] if condition else []
    provisions += [cited for item in requirements for cited in item.citations]
    if not provisions and form.provision:
        provisions = [form.provision]
    held = [found.provision for id in provisions if (found := lookup.nearest(catalogue, id)) is not None]
    numbers = [number for item in (condition, *requirements) if item for number in item.principle_decisions]
    return _once(
        [f"condition:{question.condition}"] if condition else [],
        (f"requirement:{item.id}" for item in requirements),
        (f"provision:{id}" for id in held),
        (f"principle:{number}" for number in numbers if number in catalogue.principle_decisions),
    )


def _requirements(catalogue: Catalogue, form: Form, question: Question) -> list[str]:
    """Of the questions' own names, and of the derived variables that stand directly before or behind it."""
    found = [question.id.removesuffix("_defect")]
    routed = names(question.ask_if)
    found += [
        item.requirement
        for item in form.derived
        if item.requirement and (item.id in routed or question.id in names(item.expression))
    ]
    return [id for id in dict.fromkeys(found) if id in catalogue.requirements]


def _once(*lists: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id for ids in lists for id in ids))


def unfit(catalogue: Catalogue, norm: str, decided: date | None) -> Problem | None:
    """Why a norm cannot be cited in a case that was decided on a day; None where it can."""
    kind, _, id = norm.partition(":")
    if not _known(catalogue, kind, id):
        return Problem(
            "LOV-301", Place(), said("Reglen står ikke i lovens data."), said("Vælg en af dem, der vises.")
        )
    if decided is None:
        return Problem(
            "LOV-302",
            Place(question=DECIDED),
            said("Det kan ikke siges, om reglen gjaldt, før afgørelsens dato er besvaret."),
            said("Svar på, hvornår afgørelsen er truffet."),
        )
    found = _norm(catalogue, norm, decided, "da")
    if found.held:
        return None
    remedy = (
        said("Henvis til {norm}.", norm=found.instead)
        if found.instead
        else said("Henvis til en regel, der gjaldt den dag.")
    )
    fault = said("{norm} gjaldt ikke {day}, da afgørelsen blev truffet.", norm=found.name, day=decided)
    return Problem("LOV-303", Place(), fault, remedy)


def norm_name(catalogue: Catalogue, norm: str, language: str) -> str:
    """What a norm is called; its id where the catalogue no longer has it."""
    kind, _, id = norm.partition(":")
    return _norm(catalogue, norm, date.max, language).name if _known(catalogue, kind, id) else id


def _known(catalogue: Catalogue, kind: str, id: str) -> bool:
    return {
        "condition": id in catalogue.conditions,
        "requirement": id in catalogue.requirements,
        "provision": id in catalogue.provisions,
        "principle": id in catalogue.principle_decisions,
    }.get(kind, False)


def _norm(catalogue: Catalogue, norm: str, day: date, language: str) -> Norm:
    kind, _, id = norm.partition(":")
    if kind == "condition":
        return _condition(catalogue, id, catalogue.conditions[id], day, language)
    if kind == "requirement":
        return _requirement(catalogue, catalogue.requirements[id], day, language)
    if kind == "provision":
        return _provision(catalogue, catalogue.provisions[id], day, language)
    return _principle(catalogue.principle_decisions[id], day, language)


def _condition(catalogue: Catalogue, id: str, found: Condition, day: date, language: str) -> Norm:
    """It holds where it is in force, and a provision that has it is: its own, or one that shares its conditions."""
    own = id.rpartition("/")[0]
    under = _under(catalogue, own, day)
    held = bool(under) and found.in_force.holds(day)
    remark = (
        str(said("Den dag gjaldt den efter {provision}.", provision=_cited(catalogue, under)))
        if held and under != own
        else ""
    )
    provision = catalogue.provisions[under or own]
    return Norm(
        f"condition:{id}", "condition", words(found.label, language), words(found.wording, language), found.source,
        held, _period(catalogue.provisions[own].in_force), "", remark,
        _unknown(provision.in_force, _begun(catalogue, provision)),
    )  # fmt: skip


def _under(catalogue: Catalogue, own: str, day: date) -> str:
    """The provision by which conditions kept at `own` held on a day; "" where none did."""
    if _held(catalogue, catalogue.provisions[own], day):
        return own
    sharing = (item for item in catalogue.provisions.values() if item.conditions_of == own)
    return next((item.provision for item in sharing if _held(catalogue, item, day)), "")


def _held(catalogue: Catalogue, found: Provision, day: date) -> bool:
    """Whether a provision was in force as far as is known: it, and each act that it stands in or is read with."""
    acts = _acts_of(catalogue, [found.provision])
    return found.in_force.holds(day) and all(act.in_force.holds(day) for act in acts)


def _acts_of(catalogue: Catalogue, ids: Iterable[str]) -> list[Act]:
    """The acts that provisions stand in, and those they are read with (jf.)."""
    cited = [citation_of(id) for id in ids]
    parts = [part for item in cited for part in (item, item.under) if part is not None]
    return [catalogue.acts[id] for id in dict.fromkeys(part.act for part in parts)]


def _requirement(catalogue: Catalogue, found: Requirement, day: date, language: str) -> Norm:
    """It holds in its own period, and where it rests on acts, while one of them is in force."""
    acts = _acts_of(catalogue, [*found.citations, *found.provisions])
    held = found.in_force.holds(day) and (not acts or any(act.in_force.holds(day) for act in acts))
    return Norm(
        f"requirement:{found.id}", "requirement", words(found.label, language), words(found.wording, language),
        found.source, held, _period(found.in_force), "", words(found.applies, language),
        _unknown(found.in_force, min((act.in_force.from_ for act in acts), default="")),
    )  # fmt: skip


def _provision(catalogue: Catalogue, found: Provision, day: date, language: str) -> Norm:
    held = _held(catalogue, found, day)
    instead = "" if held else ", ".join(_cited(catalogue, id) for id in _instead(catalogue, found, day))
    name = f"{_cited(catalogue, found.provision)}: {words(found.title, language)}"
    act = _acts_of(catalogue, [found.provision])[0]
    return Norm(
        f"provision:{found.provision}", "provision", name, "", found.source, held, _period(found.in_force), instead,
        found.in_force.note, _unknown(found.in_force, _begun(catalogue, found)), act.eli,
    )  # fmt: skip


def _begun(catalogue: Catalogue, found: Provision) -> str:
    """The first day that the acts of a provision let it be in force; "" where one of them has no day."""
    begun = [act.in_force.from_ for act in _acts_of(catalogue, [found.provision])]
    return max(begun) if all(begun) else ""


def _unknown(period: Period, begun: str) -> str:
    """What to say where nothing tells when a norm came into force. `begun`: the first day it can have been."""
    if period.from_:
        return ""
    if not begun:
        return str(said("Dato for ikrafttræden er ikke oplyst."))
    day = date.fromisoformat(begun)
    return str(
        said("Dato for ikrafttræden er ikke oplyst; tidligst {day}, da loven trådte i kraft.", day=day)
    )


def _instead(catalogue: Catalogue, found: Provision, day: date) -> list[str]:
    """What held on the day in the place of a provision that did not: before it came, or after it went."""
    edges = [edge.from_ for edge in lookup.predecessors(catalogue, found.provision)]
    edges += [edge.to for edge in lookup.successors(catalogue, found.provision, day)]
    near = [lookup.nearest(catalogue, id) for id in edges]
    return list(dict.fromkeys(item.provision for item in near if item and _held(catalogue, item, day)))


def _principle(found: PrincipleDecision, day: date, language: str) -> Norm:
    """Nobody can have followed one that was made in a later year. The data hold no day, and none of the texts."""
    year = principle_year(found.number)
    about = words(found.about, language) if found.about else found.keywords
    return Norm(
        f"principle:{found.number}", "principle", str(said("Principmeddelelse {number}", number=found.number)),
        about, found.source, year <= day.year, str(said("fra {year}", year=year)), "",
        str(said("Kun omtalt: vi har ikke dens tekst.")),
        str(said("Dag for offentliggørelse er ikke oplyst, kun året.")),
    )  # fmt: skip


def principle_year(number: str) -> int:
    """The year of `78-15`: 2015."""
    short = int(number.rpartition("-")[2])
    return (1900 if short >= _CENTURY else 2000) + short


def _cited(catalogue: Catalogue, id: str) -> str:
    return danish_citation(id, catalogue.acts)


def _period(period: Period) -> str:
    """`fra 1. januar 2024`; "" where no limit is known."""
    first = date.fromisoformat(period.from_) if period.from_ else None
    last = date.fromisoformat(period.to) if period.to else None
    if first and last:
        return str(said("{first} til {last}", first=first, last=last))
    if first:
        return str(said("fra {first}", first=first))
    return str(said("til {last}", last=last)) if last else ""
