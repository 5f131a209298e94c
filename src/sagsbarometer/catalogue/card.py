"""All that the catalogue knows of a provision on a day, as plain data: for a screen, a file or a page."""

from __future__ import annotations

from datetime import date
from typing import Any

from sagsbarometer.catalogue import lookup
from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.catalogue.citations import danish_citation
from sagsbarometer.catalogue.schema import (
    BasketChange,
    CaseSubject,
    Period,
    Provision,
    Requirement,
    Succession,
    Words,
)

KIND_DA = {
    "same_content": "samme indhold",
    "moved": "flyttet; kilden siger ikke, om indholdet er det samme",
    "changed": "ændret indhold",
    "continues": "gælder fortsat",
    "narrower_basket": "snævrere kurv",
    "wider_basket": "bredere kurv",
    "other_basket": "en anden kurv",
    "split_basket": "delt i flere sagsemner",
}
SCOPE_DA = {"child": "for børn", "adult": "for voksne", "all": "for alle"}
_REPAYMENT = {"da": "tilbagebetaling", "en": "repayment"}


def provision_card(catalogue: Catalogue, id: str, day: date, language: str = "da") -> dict[str, Any]:
    """The provision `id` on the day. Raises KeyError when the catalogue holds neither it nor a wider one.

    Where it is not in force on the day, `instead` names what is, and conditions, case subjects, requirements and
    principle decisions are those of it.
    """
    provision = lookup.nearest(catalogue, id)
    if provision is None:
        raise KeyError(id)
    card = _Card(catalogue, day, language)
    return card.whole(id, provision)


class _Card:
    def __init__(self, catalogue: Catalogue, day: date, language: str) -> None:
        self.catalogue = catalogue
        self.day = day
        self.language = language

    def whole(self, id: str, provision: Provision) -> dict[str, Any]:
        """Every part."""
        own = provision.provision
        act = self.catalogue.acts[own.partition("/")[0]]
        held = provision.in_force.holds(self.day)
        instead = () if held else self._instead(own)
        asked = [id] if held else list(instead) or [own]
        return {
            "provision": own,
            "citation": self.cited(own),
            "asked": id,
            "title": self.words(provision.title),
            "area": provision.area,
            "act": {"id": act.id, "title": self.words(act.title), "eli": act.eli},
            "on": self.day.isoformat(),
            "holds": held,
            "instead": [{"provision": other, "citation": self.cited(other)} for other in instead],
            "in_force": {**_period(provision.in_force), "note": provision.in_force.note},
            "note": provision.note,
            "conditions": self._conditions(asked),
            "successors": [self._edge(edge, edge.to) for edge in lookup.successors(self.catalogue, own)],
            "predecessors": [
                self._edge(edge, edge.from_) for edge in lookup.predecessors(self.catalogue, own)
            ],
            "amendments": self._amendments(own),
            "case_subjects": self._subjects(asked),
            "requirements": [] if provision.area == "procedure" else self._requirements(asked),
            "basis_of": [
                self._requirement(item)
                for item in lookup.requirements_citing(self.catalogue, own)
                if not item.provisions
            ],
            "principle_decisions": self._decisions(asked),
            "source": provision.source,
            "last_checked": provision.last_checked,
        }

    def words(self, words: Words) -> str:
        """In the language, else in Danish."""
        return words.get(self.language) or words["da"]

    def cited(self, id: str) -> str:
        """The reference in words."""
        return danish_citation(id, self.catalogue.acts)

    def _instead(self, id: str) -> tuple[str, ...]:
        """What holds in its place on the day: what came after it, or what was there before it."""
        after = [edge.to for edge in lookup.successors(self.catalogue, id, self.day)]
        before = [edge.from_ for edge in lookup.predecessors(self.catalogue, id)]
        for others in (after, before):
            held = [
                other for other in others if lookup.provision_on(self.catalogue, other, self.day) is not None
            ]
            if held:
                return tuple(dict.fromkeys(held))
        return ()

    def _conditions(self, ids: list[str]) -> list[dict[str, Any]]:
        return [
            {
                "key": key,
                "label": self.words(condition.label),
                "wording": self.words(condition.wording),
                "attention": [
                    {"wording": self.words(item.wording), "source": item.source}
                    for item in condition.attention
                ],
                "principle_decisions": condition.principle_decisions,
                "source": condition.source,
            }
            for id in ids
            for key, condition in lookup.conditions_on(self.catalogue, id, self.day).items()
        ]

    def _edge(self, edge: Succession, other: str) -> dict[str, Any]:
        return {
            "from": edge.from_,
            "to": edge.to,
            "citation": self.cited(other),
            "title": self.words(self.catalogue.provisions[other].title),
            "date": edge.date,
            "scope": edge.scope,
            "kind": edge.kind,
            "note": self.words(edge.note) if edge.note else "",
            "source": edge.source,
        }

    def _amendments(self, id: str) -> list[dict[str, Any]]:
        return [
            {"date": item.date, "scope": item.scope, "note": self.words(item.note), "source": item.source}
            for item in lookup.amendments_of(self.catalogue, id)
        ]

    def _subjects(self, ids: list[str]) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for id in ids:
            for subject in lookup.subjects_of(self.catalogue, id, self.day):
                found.setdefault(subject.id, self._subject(subject, part=False))
            for subject in lookup.subjects_within(self.catalogue, id, self.day):
                found.setdefault(subject.id, self._subject(subject, part=True))
        return list(found.values())

    def _subject(self, subject: CaseSubject, *, part: bool) -> dict[str, Any]:
        area = lookup.law_area_of(self.catalogue, subject.id)
        changes = [
            *lookup.baskets_to(self.catalogue, subject.id),
            *lookup.baskets_from(self.catalogue, subject.id),
        ]
        return {
            "id": subject.id,
            "label": self.words(subject.label),
            "part_of_provision": part,
            "law_area": {"id": area.id, "label": self.words(area.label)},
            "in_force": _period(subject.in_force),
            "note": subject.note,
            "series": [
                {"id": series.id, "label": self.words(series.label)}
                for series in lookup.series_of(self.catalogue, subject.id, self.day)
            ],
            "changes": [self._change(change) for change in changes],
            "source": subject.source,
        }

    def _change(self, change: BasketChange) -> dict[str, Any]:
        return {
            "from": self.words(self.catalogue.case_subjects[change.from_].label),
            "to": [self.words(self.catalogue.case_subjects[id].label) for id in change.to],
            "date": change.date,
            "kind": change.kind,
            "lost": [self._part(item) for item in change.lost],
            "gained": [self._part(item) for item in change.gained],
            "note": self.words(change.note),
            "source": change.source,
        }

    def _part(self, item: str) -> str:
        return self.words(_REPAYMENT) if item == "repayment" else self.cited(item)

    def _requirements(self, ids: list[str]) -> list[dict[str, Any]]:
        found = {item.id: item for id in ids for item in lookup.requirements_on(self.catalogue, id, self.day)}
        return [self._requirement(item) for item in found.values()]

    def _requirement(self, item: Requirement) -> dict[str, Any]:
        return {
            "id": item.id,
            "class": item.class_,
            "label": self.words(item.label),
            "only_here": bool(item.provisions),
            "citations": [self.cited(citation) for citation in item.citations],
            "applies": self.words(item.applies),
            "wording": self.words(item.wording),
            "source": item.source,
        }

    def _decisions(self, ids: list[str]) -> list[dict[str, Any]]:
        found = {item.number: item for id in ids for item in lookup.decisions_of(self.catalogue, id)}
        return [
            {
                "number": item.number,
                "about": self.words(item.about) if item.about else "",
                "keywords": item.keywords,
                "status": item.status,
                "source": item.source,
            }
            for item in found.values()
        ]


def _period(period: Period) -> dict[str, str]:
    return {"from": period.from_, "to": period.to}
