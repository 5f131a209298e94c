"""The finding of a case as a sheet: what was answered, with evidence and norms, and what a lawyer says of it.

Facts are kept with the words, as they were when it was written: what was shown to somebody says the same for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

RESULT, CASE_HANDLING, CLOSING = "result", "case_handling", "closing"
IMMATERIAL, MATERIAL = "immaterial", "material"


@dataclass(frozen=True, slots=True)
class Told:
    """A question with its answer, both in words."""

    id: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the case it is seen. `page` is 0 in a document without pages; `quote` may be empty."""

    document: str
    page: int
    quote: str


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect in the decision. `conditions`: the conditions of the provision it was found at."""

    id: str
    label: str
    severity: str  # IMMATERIAL or MATERIAL
    materiality: str  # the same in the form's words
    direction: str
    details: tuple[Told, ...]
    conditions: tuple[str, ...]
    evidence: tuple[Place, ...]
    norms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Handling:
    """A case-handling rule, which is no defect of the decision. `followed` is None where it cannot be said."""

    id: str
    label: str
    value: str
    followed: bool | None
    evidence: tuple[Place, ...]
    norms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found in a case, as it was answered."""

    form: str  # the title of the form
    decided: str  # the day of the decision in words, "" where it is not known
    told: tuple[Told, ...]
    outcome: Told | None  # what the case would have become, where the study asks for it
    wrong: (
        bool | None
    )  # whether the decision was wrong; None where the study does not say it or it is unknown
    defects: tuple[Defect, ...]
    clear: tuple[str, ...]  # what was examined and found to be in order
    unknown: tuple[Told, ...]  # what was examined and could not be decided, and why
    handling: tuple[Handling, ...]
    answers: str  # hash of the answers it is of


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence of the sheet. `id` is that of the standard sentence it began as, "" for one of the lawyer's own."""

    part: str
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetContent:
    """All of a sheet."""

    facts: Facts
    words: tuple[Words, ...]

    def of(self, part: str) -> tuple[str, ...]:
        """The sentences of a part, in their order."""
        return tuple(item.text for item in self.words if item.part == part)


def to_json(content: SheetContent) -> dict[str, Any]:
    """As it is kept. The same content gives the same."""
    return asdict(content)


def from_json(data: Mapping[str, Any]) -> SheetContent:
    """What `to_json` made. Raises KeyError or TypeError for anything else."""
    facts = data["facts"]
    return SheetContent(
        Facts(
            form=facts["form"],
            decided=facts["decided"],
            told=_told(facts["told"]),
            outcome=Told(**facts["outcome"]) if facts["outcome"] else None,
            wrong=facts["wrong"],
            defects=tuple(_defect(item) for item in facts["defects"]),
            clear=tuple(facts["clear"]),
            unknown=_told(facts["unknown"]),
            handling=tuple(Handling(**{**item, **_shown_of(item)}) for item in facts["handling"]),
            answers=facts["answers"],
        ),
        tuple(Words(**item) for item in data["words"]),
    )


def _told(items: Any) -> tuple[Told, ...]:
    return tuple(Told(**item) for item in items)


def _defect(item: Mapping[str, Any]) -> Defect:
    more = {"details": _told(item["details"]), "conditions": tuple(item["conditions"])}
    return Defect(**{**item, **_shown_of(item), **more})


def _shown_of(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"evidence": tuple(Place(**place) for place in item["evidence"]), "norms": tuple(item["norms"])}
