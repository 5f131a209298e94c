"""A provision's card as lines of Danish for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sagsbarometer.catalogue.card import KIND_DA, SCOPE_DA
from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.catalogue.citations import danish_citation
from sagsbarometer.catalogue.schema import CaseSubject
from sagsbarometer.kernel.dates import danish_date

_WIDTH = 110
_CLASSES = {
    "legal_defect": "Retlige krav",
    "case_handling_rule": "Sagsbehandlingsregler",
    "other_requirement": "Andre krav",
}


def card_lines(card: Mapping[str, Any]) -> Iterator[str]:
    """The card of `provision_card`, part by part, at most 110 characters a line."""
    yield f"{card['citation']} · {card['title']}"
    yield from _text(_state(card))
    if card["note"]:
        yield from _text(card["note"])
    yield from _text(f"Lov: {card['act']['title']}. ELI: {card['act']['eli'] or 'ikke oplyst'}.")
    if card["area"] != "procedure":
        yield from _conditions(card)
    yield from _edges("Afløser", card["successors"], "Vi kender ingen afløser.")
    yield from _edges("Forgænger", card["predecessors"], "")
    yield from _amendments(card)
    if card["area"] != "procedure":
        yield from _subjects(card)
    yield from _decisions(card)
    yield from _requirements(card)
    yield ""
    yield from _text(f"Kilde: {card['source']}.")
    yield f"Sidst kontrolleret {_day(card['last_checked'])}."


def covered_words(catalogue: Catalogue, subject: CaseSubject, day: date) -> str:
    """The provisions a case subject covers on the day, and what it leaves out."""
    covered = []
    for item in subject.provisions:
        if isinstance(item, str):
            covered.append(danish_citation(item, catalogue.acts))
        elif item.holds(day):
            scope = "" if item.scope == "all" else f" ({SCOPE_DA[item.scope]})"
            covered.append(danish_citation(item.provision, catalogue.acts) + scope)
    left = [danish_citation(item, catalogue.acts) for item in subject.exceptions]
    return "; ".join(covered) + (f"; undtaget {'; '.join(left)}" if left else "")


def _text(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def _listed(citations: list[str]) -> str:
    return "; ".join(citations)  # a citation has commas of its own


def _day(text: str) -> str:
    return danish_date(date.fromisoformat(text)) if len(text) == len("2024-01-01") else text


def _state(card: Mapping[str, Any]) -> str:
    """Whether it holds on the day, since when and until when, and what took its place."""
    period, day = card["in_force"], _day(card["on"])
    since = f"fra {_day(period['from'])}" if period["from"] else "begyndelsen er ikke oplyst"
    until = f"til {_day(period['to'])}" if period["to"] else "ingen slutdag er oplyst"
    note = f" {period['note']}" if period["note"] else ""
    others = [item["citation"] for item in card["instead"]]
    instead = f" Den dag gælder i stedet {_listed(others)}." if others else ""
    return f"Gælder {'' if card['holds'] else 'ikke '}den {day}.{instead} Periode: {since}, {until}.{note}"


def _conditions(card: Mapping[str, Any]) -> Iterator[str]:
    conditions = card["conditions"]
    yield ""
    if not conditions:
        yield "Betingelser: ikke skrevet ind endnu."
        return
    others = [item["citation"] for item in card["instead"]]
    yield from _text(
        f"Betingelser{' efter ' if others else ''}{_listed(others)}, i den rækkefølge de vurderes"
    )
    for number, item in enumerate(conditions, 1):
        yield f"  {number}. {item['label']}  [{item['key']}]"
        yield from _text(item["wording"], "     ")
        for attention in item["attention"]:
            yield from _text(f"Opmærksomhed: {attention['wording']}", "       ")
        if item["principle_decisions"]:
            yield from _text(f"Principmeddelelser: {', '.join(item['principle_decisions'])}.", "       ")


def _edges(title: str, edges: list[dict[str, Any]], none: str) -> Iterator[str]:
    if edges or none:
        yield ""
        yield title if edges else none
    for edge in edges:
        when = f"fra {_day(edge['date'])}, {SCOPE_DA[edge['scope']]}"
        yield from _text(f"{edge['citation']} · {edge['title']}, {when}: {KIND_DA[edge['kind']]}.", "  ")
        if edge["note"]:
            yield from _text(edge["note"], "    ")
        yield from _text(f"Kilde: {edge['source']}.", "    ")


def _amendments(card: Mapping[str, Any]) -> Iterator[str]:
    if card["amendments"]:
        yield ""
        yield "Ændringer på stedet"
    for item in card["amendments"]:
        yield from _text(
            f"{_day(item['date'])}, {SCOPE_DA[item['scope']]}: {item['note']} Kilde: {item['source']}.", "  "
        )


def _subjects(card: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    if not card["case_subjects"]:
        yield f"Sagsemne den {_day(card['on'])}: intet kendt."
        return
    yield f"Sagsemne i klagestatistikken den {_day(card['on'])}"
    for item in card["case_subjects"]:
        part = " (en del af bestemmelsen)" if item["part_of_provision"] else ""
        yield from _text(f"»{item['label']}«, lovområdet {item['law_area']['label']}{part}", "  ")
        if item["note"]:
            yield from _text(item["note"], "    ")
        if item["series"]:
            yield from _text(f"Serie: {', '.join(found['label'] for found in item['series'])}.", "    ")
        for change in item["changes"]:
            yield from _text(_change(change), "    ")
        yield from _text(f"Kilde: {item['source']}.", "    ")


def _change(change: Mapping[str, Any]) -> str:
    to = ", ".join(f"»{label}«" for label in change["to"])
    went = "" if change["to"] == [change["from"]] else f"»{change['from']}« blev til {to}. "
    lost = f" Uden {', '.join(change['lost'])}." if change["lost"] else ""
    gained = f" Med {', '.join(change['gained'])}." if change["gained"] else ""
    kind = KIND_DA[change["kind"]]
    return f"{_day(change['date'])}: {went}{kind[0].upper()}{kind[1:]}.{lost}{gained} {change['note']}"


def _decisions(card: Mapping[str, Any]) -> Iterator[str]:
    if card["principle_decisions"]:
        yield ""
        yield "Principmeddelelser (vi har ikke teksten; kun det, dokumenterne siger)"
    for item in card["principle_decisions"]:
        said = item["about"] or f"Emneord: {item['keywords']}."
        yield from _text(f"{item['number']}: {said} Kilde: {item['source']}.", "  ")


def _requirements(card: Mapping[str, Any]) -> Iterator[str]:
    if card["requirements"]:
        yield ""
        yield "Krav til afgørelsen (hvornår hvert af dem gælder, står i law/requirements.yaml)"
    for class_, title in _CLASSES.items():
        general = [
            item["label"]
            for item in card["requirements"]
            if item["class"] == class_ and not item["only_here"]
        ]
        if general:
            yield from _text(f"{title}: {', '.join(general)}.", "  ")
    for item in card["requirements"]:
        if item["only_here"]:
            yield from _requirement(item)
    if card["basis_of"]:
        yield ""
        yield "Krav, der bygger på bestemmelsen"
    for item in card["basis_of"]:
        yield from _requirement(item)


def _requirement(item: Mapping[str, Any]) -> list[str]:
    applies = item["applies"].removesuffix(".")
    return _text(f"{item['label']} ({applies}): {item['wording']} Kilde: {item['source']}.", "  ")
