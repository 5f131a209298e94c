"""The law as data: what a form, a checklist or a report may point to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sagsbarometer.datafiles.located import Located, read_yaml
from sagsbarometer.datafiles.validated import Strict, Word, validated
from sagsbarometer.kernel.ids import content_hash
from sagsbarometer.kernel.problems import Faults, Problem

Words = dict[str, Word]
Day = Annotated[Word, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]


class InForce(Strict):
    """A period, both days included; empty where we do not know or there is no end."""

    from_: Day = Field("", alias="from")
    to: Day = ""
    note: Word = ""


class Condition(Strict):
    """One step that must be assessed under a provision; the spine of everything."""

    id: Word
    label: Words
    wording: Words
    source: Word
    principle_decisions: list[Word] = []


class Provision(Strict):
    """A section of an act with its conditions in the order they are assessed."""

    provision: Word
    title: Words
    in_force: InForce
    last_checked: Day
    source: Word
    conditions: list[Condition]


class Requirement(Strict):
    """Something a decision must live up to. The two classes are never added up."""

    id: Word
    class_: Literal["legal_defect", "case_handling_rule"] = Field(alias="class")
    label: Words
    citations: list[Word]
    in_force: InForce
    last_checked: Day
    applies: Words
    applies_if: Word = ""  # row language on the names of a form
    wording: Words
    source: Word


class PrincipleDecision(Strict):
    """A binding decision, numbered N-YY."""

    number: Word
    about: Words
    status: Word
    source: Word
    last_checked: Day


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All law data. Conditions are keyed `provision/condition`, e.g. `serviceloven/97/age`."""

    requirements: Mapping[str, Requirement]
    provisions: Mapping[str, Provision]
    conditions: Mapping[str, Condition]
    principle_decisions: Mapping[str, PrincipleDecision]
    hash: str


class _Requirements(Strict):
    requirements: list[Requirement]


class _PrincipleDecisions(Strict):
    principle_decisions: list[PrincipleDecision]


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue in a `law/` folder. Raises Faults (LOV-101, LOV-102) with every fault of every file."""
    problems: list[Problem] = []
    data: dict[str, object] = {}

    def read(path: Path) -> Located | None:
        try:
            located = read_yaml(path, f"law/{path.relative_to(folder).as_posix()}")
        except Faults as faults:
            problems.extend(faults.problems)
            return None
        data[path.relative_to(folder).as_posix()] = located.data
        return located

    requirements: list[Requirement] = []
    if located := read(folder / "requirements.yaml"):
        file, found = validated(located, _Requirements, code="LOV-101")
        problems += found + _twice(
            located, "requirements", [item.id for item in file.requirements] if file else []
        )
        requirements = list(file.requirements) if file else []
    decisions: list[PrincipleDecision] = []
    if located := read(folder / "principle_decisions.yaml"):
        cited, found = validated(located, _PrincipleDecisions, code="LOV-101")
        decisions = list(cited.principle_decisions) if cited else []
        problems += found + _twice(located, "principle_decisions", [item.number for item in decisions])
    provisions: list[Provision] = []
    for path in sorted((folder / "provisions").glob("*.yaml")):
        if located := read(path):
            provision, found = validated(located, Provision, code="LOV-101")
            problems += found
            if provision:
                problems += _twice(located, "conditions", [item.id for item in provision.conditions])
                problems += _uncited(located, provision, {item.number for item in decisions})
                provisions.append(provision)
    if problems:
        raise Faults(problems)
    return Catalogue(
        requirements={item.id: item for item in requirements},
        provisions={item.provision: item for item in provisions},
        conditions={f"{item.provision}/{step.id}": step for item in provisions for step in item.conditions},
        principle_decisions={item.number: item for item in decisions},
        hash=content_hash(data),
    )


def _twice(located: Located, key: str, ids: list[str]) -> list[Problem]:
    return [
        Problem("LOV-102", located.place(key, index), f"»{id}« findes to gange.", "Slet eller omdøb den ene.")
        for index, id in enumerate(ids)
        if id in ids[:index]
    ]


def _uncited(located: Located, provision: Provision, known: set[str]) -> list[Problem]:
    return [
        Problem(
            "LOV-102",
            located.place("conditions", index, "principle_decisions"),
            f"Principmeddelelse {number} kendes ikke.",
            "Tilføj den i principle_decisions.yaml.",
        )
        for index, condition in enumerate(provision.conditions)
        for number in condition.principle_decisions
        if number not in known
    ]
