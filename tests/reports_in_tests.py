"""A small made-up edition with one figure of each kind, for the tests of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from sagsbarometer.forms.language.tree import TRUE, Compare, Literal, Node, StateOf
from sagsbarometer.kernel.problems import Faults, Problem
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.measure import Figure, FigureRow, Kind, Measure, Part
from sagsbarometer.reporting.contract import Condition, Edition, Requirement, Standing
from sagsbarometer.reporting.document import Document
from sagsbarometer.reporting.files import read_texts
from sagsbarometer.reporting.texts.text import check_report

ALL = "alle gennemgåede sager"

# Measure: label, words of the base, yes, no, unknown.
SHARES: Mapping[str, tuple[str, str, int, int, int]] = {
    "right": ("Afgørelsen er rigtig", ALL, 205, 180, 0),
    "reasons": ("Begrundelse", "sager med krav om begrundelse", 74, 18, 0),
    "hearing": ("Manglende partshøring", ALL, 0, 385, 0),
    "nobody": ("Sager, som ingen har", "sager, der ikke findes", 0, 0, 0),
    "defect": ("Retlig mangel", ALL, 165, 220, 0),
    "defect_material": ("Mangel med betydning", ALL, 162, 223, 0),
    "defect_immaterial": ("Mangel uden betydning", ALL, 3, 382, 0),
    "kept": ("Frist overholdt", ALL, 212, 173, 0),
    "exceeded": ("Frist overskredet", ALL, 101, 284, 0),
    "not_seen": ("Frist kan ikke ses", ALL, 72, 313, 0),
    "plan": ("Handleplan tilbudt", "sager med bevilling", 58, 26, 227),
    "breaks_age": ("Trin alder", ALL, 0, 0, 385),
    "breaks_alone": ("Trin alene", ALL, 21, 304, 60),
}


def share(id: str, yes: int, no: int, unknown: int, **other: Any) -> Cell:
    """The cell of a share. Its interval is made up: five points to each side, cut at the ends."""
    known, base = yes + no, yes + no + unknown
    value = round_half_up(Fraction(100 * yes, known), 6) if known else None
    given: dict[str, Any] = {
        "result": id,
        "row": "",
        "column": "",
        "period": "",
        "numerator": yes,
        "denominator": known,
        "unknown": unknown,
        "value": value,
        "unit": "percent",
        "low": None if value is None else max(Decimal(0), value - 5),
        "high": None if value is None else min(Decimal(100), value + 5),
        "interval_method": "made up" if known else "",
        "bound_low": round_half_up(Fraction(100 * yes, base), 6) if base else None,
        "bound_high": round_half_up(Fraction(100 * (yes + unknown), base), 6) if base else None,
        "generalisable": "as_if_random",
        "why_not": "",
        "presentation": "present" if known else "",
        "definition": f"hash of {id}",
        "data_date": "2022-12-20",
        "origin": "reconstructed",
    }
    return Cell(**{**given, **other})


def other(id: str, unit: str, value: str | None, numerator: int, denominator: int) -> Cell:
    """The cell of a count, a time or a number of municipalities."""
    none = {"low": None, "high": None, "interval_method": "", "bound_low": None, "bound_high": None}
    cell = share(id, 0, 0, 0, unit=unit, value=None if value is None else Decimal(value), **none)
    return replace(cell, numerator=numerator, denominator=denominator)


def measure(id: str, label: str, base: str, kind: Kind = Kind.SHARE, unit: str = "percent") -> Measure:
    """A measure; `not_seen` counts by the state of an answer alone, the others by a value."""
    counts: Node = Compare("!=", StateOf("deadline"), Literal("answered")) if id == "not_seen" else TRUE
    return Measure(
        id=id,
        kind=kind,
        label={"da": label, "en": id},
        base=TRUE,
        base_label={"da": base},
        counts=counts,
        value="",
        unit=unit,
        source="en kilde",
        base_text="true",
        counts_text=f"{id} == 'yes'",
        hash=f"hash of {id}",
    )


def _figure(id: str, number: str, kind: str, title: str, rows: tuple[FigureRow, ...], **given: Any) -> Figure:
    defaults: dict[str, Any] = {"parts": (), "also": (), "generalisable": True, "why_not": {}}
    words = {"da": given.pop("note", "En note om grundlaget.")}
    return Figure(id, number, kind, {"da": title}, words, rows, **{**defaults, **given})


def _row(id: str, condition: str = "") -> FigureRow:
    return FigureRow(id, {}, {"": id}, condition=condition)


FIGURES: tuple[Figure, ...] = (
    _figure(
        "figure_1",
        "1",
        "bars",
        "Lever sagerne op til kravene?",
        (_row("right"), _row("reasons"), _row("hearing"), _row("nobody")),
        generalisable=False,
        why_not={"da": "for få sager"},
    ),
    _figure(
        "figure_2",
        "2",
        "stacked",
        "Retlige mangler",
        (
            FigureRow(
                "fact_finding",
                {"da": "Utilstrækkelig sagsoplysning"},
                {"material": "defect_material", "immaterial": "defect_immaterial"},
                "defect",
            ),
        ),
        parts=(Part("material", {"da": "Med betydning"}), Part("immaterial", {"da": "Uden betydning"})),
    ),
    _figure(
        "figure_3",
        "3",
        "shares",
        "Er fristen overholdt?",
        (_row("kept"), _row("exceeded"), _row("not_seen")),
        also=("plan", "overrun", "longest"),
    ),
    _figure(
        "ladder",
        "",
        "ladder",
        "Hvor knækker det?",
        (_row("breaks_age", "law/1/age"), _row("breaks_alone", "law/1/alone")),
    ),
)

REPORT = """---
title: "Sagsbarometer: en prøve"
subtitle: "Servicelovens § 97"
---

# Hovedresultater

I {figure_1.right:percent} af sagerne er afgørelsen rigtig ({figure_1.right:of}). Det ses i [@figure_1].[^law]

::figure figure_1

::box En regel
Reglen står i § 97, stk. 2.
::end

## Mangler

- Der er mangler i {figure_2.defect:percent} af {cases.reviewed:count} sager fra {cases.places:count}
  kommuner.
- Andelen ligger i spændet {figure_2.defect:interval}.

::figure figure_2

## Frist

Handleplan: {figure_3.plan:bounds}. Overskridelsen er {figure_3.overrun:weeks} og højst
{figure_3.longest:days}.

::figure figure_3

# Stigen

::figure ladder

::pagebreak

::annex Definitioner

::definitions

::requirements

::conditions

[^law]: Se § 5 og principmeddelelse 52-15.
"""


def cells(**given: Any) -> tuple[Cell, ...]:
    """The cells of every measure; `given` overrides fields of all of them."""
    made = [share(id, yes, no, unknown) for id, (_, _, yes, no, unknown) in SHARES.items()]
    made += [
        other("reviewed", "cases", "385", 385, 385),
        other("places", "municipalities", "98", 98, 98),
        other("overrun", "weeks", "11.500707", 8131, 101),
        other("longest", "days", "212", 212, 101),
    ]
    return tuple(replace(cell, **given) for cell in made)


def edition(**given: Any) -> Edition:
    """The edition; `given` overrides its fields."""
    measures = {id: measure(id, label, base) for id, (label, base, *_) in SHARES.items()}
    measures |= {
        "reviewed": measure("reviewed", "Gennemgåede sager", ALL, Kind.COUNT, "cases"),
        "places": measure("places", "Kommuner", "kommuner", Kind.MUNICIPALITIES, "municipalities"),
        "overrun": measure("overrun", "Overskridelse i gennemsnit", "sager", Kind.MEAN, "weeks"),
        "longest": measure("longest", "Længste overskridelse", "sager", Kind.MAXIMUM, "days"),
    }
    fields: dict[str, Any] = {
        "title": "Sagsbarometer",
        "subtitle": "En prøve",
        "source": "Kilde: Eksempelstyrelsen",
        "language": "da",
        "origin": "reconstructed",
        "data_date": "2022-12-20",
        "standing": Standing(),
        "selection": "Sagerne er de nyeste og ikke trukket tilfældigt.",
        "version": "0.0.0",
        "measures": measures,
        "figures": FIGURES,
        "results": ResultSet(cells()),
        "requirements": (
            Requirement(
                "legal_defect", "Begrundelse", ("forvaltningsloven § 24, stk. 1",), "Altid.", "Sig hvorfor."
            ),
            Requirement("case_handling_rule", "Frist", ("retssikkerhedsloven § 3",), "Altid.", "Hold den."),
        ),
        "conditions": (
            Condition("law/1/age", "Alder", "Borgeren er ung nok.", "loven"),
            Condition("law/1/alone", "Kan ikke færdes alene", "Borgeren kan ikke gå alene.", "loven"),
        ),
    }
    return Edition(**{**fields, **given})


def read_report(source: str, file: str, edition: Edition) -> tuple[Document, tuple[Problem, ...]]:
    """The document of one text and its warnings. Raises Faults with all of them when there is a fault."""
    document, problems = check_report(source, file, edition)
    if document is None:
        raise Faults(problems)
    return document, problems


def text_problems(edition: Edition, texts: Sequence[Path]) -> tuple[Problem, ...]:
    """Every fault and warning of the texts, without drawing or writing anything."""
    return read_texts(edition, texts)[1]
