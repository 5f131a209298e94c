"""A small made-up edition of a register: tables with every kind of place, and the figures of registers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell, ResultSet, ref
from sagsbarometer.measures.grid import Grid, GridColumn, GridRow, Place
from sagsbarometer.measures.measure import Break, Figure, FigureRow, Kind, Measure, Part
from sagsbarometer.reporting.contract import Condition, Decision, Edition, Standing
from tests.reports_in_tests import measure, share

MERITS, REVERSED, DECIDED = "realitetsbehandlede sager", "omgjorte sager", "alle afgjorte sager"
YEARS = ("2022", "2023", "2024")
AREAS = {
    "serviceloven": "Serviceloven",
    "barnets_lov": "Barnets lov",
    "friplejeboligloven": "Friplejeboligloven",
}

# Year and law area: upheld, remitted, amended or annulled, lapsed.
OUTCOMES: dict[tuple[str, str], tuple[int, int, int, int]] = {
    ("2022", "serviceloven"): (620, 300, 80, 100),
    ("2023", "serviceloven"): (610, 310, 80, 110),
    ("2024", "serviceloven"): (270, 205, 25, 60),
    ("2024", "barnets_lov"): (1280, 800, 220, 240),
    ("2024", "friplejeboligloven"): (5, 1, 2, 0),
}
# Year: cases with each criticism keyword, and in how many nobody wrote any down.
KEYWORDS: dict[str, tuple[int, int, int]] = {
    "2022": (190, 120, 0),
    "2023": (150, 150, 0),
    "2024": (80, 230, 40),
}


def _complete(cell: Cell) -> Cell:
    """The cell of a count of every case: no interval, and bounds only where something is unknown."""
    return replace(
        cell,
        low=None,
        high=None,
        interval_method="complete_count",
        bound_low=cell.bound_low if cell.unknown else None,
        bound_high=cell.bound_high if cell.unknown else None,
        generalisable="no",
        why_not="Alle er talt med.",
        presentation="",
        data_date="2025-04-11",
    )


def rate(id: str, yes: int, no: int, row: str, period: str, unknown: int = 0) -> Cell:
    """A share of a group in a period."""
    return _complete(share(id, yes, no, unknown, row=row, period=period))


def cases(id: str, number: int, row: str, period: str, base: int | None = None, unknown: int = 0) -> Cell:
    """A number of cases; with unknown ones it has bounds."""
    cell = share(id, number, (base or number) - number, unknown, row=row, period=period, unit="cases")
    cell = replace(_complete(cell), value=Decimal(number))
    if not unknown:
        return cell
    return replace(cell, bound_low=Decimal(number), bound_high=Decimal(number + unknown))


def _added(year: str, areas: tuple[str, ...]) -> tuple[int, int, int, int] | None:
    found = [numbers for (on, area), numbers in OUTCOMES.items() if on == year and area in areas]
    return tuple(map(sum, zip(*found, strict=True))) if found else None  # type: ignore[return-value]


def cells() -> tuple[Cell, ...]:
    """Every number of the tables and figures below."""
    made: list[Cell] = []
    for year in YEARS:
        for area in ("", *AREAS):
            numbers = _added(year, (area,) if area else tuple(AREAS))
            if numbers is None:
                continue
            upheld, remitted, amended, lapsed = numbers
            row = f"law_area={area}" if area else ""
            merits = upheld + remitted + amended
            made += [
                cases("decided", merits + lapsed, row, year),
                cases("merits", merits, row, year, merits + lapsed),
                cases("upheld", upheld, row, year, merits + lapsed),
                cases("remitted", remitted, row, year, merits + lapsed),
                cases("lapsed", lapsed, row, year, merits + lapsed),
                rate("remitted_share", remitted, merits - remitted, row, year),
                rate("reversal_rate", remitted + amended, upheld, row, year),
            ]
        facts, reasons, unknown = KEYWORDS[year]
        for keyword, number in (("facts", facts), ("reasons", reasons)):
            made.append(
                cases("keyword_cases", number, f"keyword={keyword};series=topic", year, None, unknown)
            )
        made.append(
            rate(
                "reversal_rate",
                4 if year == "2022" else 40,
                5 if year == "2022" else 60,
                "series=topic",
                year,
            )
        )
    made += [
        rate("failing", 0, 0, f"condition=law/1/{id};series=topic", "2024", 84) for id in ("age", "alone")
    ]
    made.append(rate("timely", 60, 20, "", "2024", 20))
    made.append(rate("empty", 0, 0, "", "2024"))
    return tuple(made)


def at(measure: str, row: str, period: str, format: str = "count") -> Place:
    """The place of one number."""
    return Place((ref(measure, row, "", period),), format)


def _columns() -> tuple[GridColumn, ...]:
    return tuple(
        GridColumn(f"{year}_{id}", {"da": label}, {"da": year})
        for year in YEARS
        for id, label in (("merits", "Antal"), ("reversal_rate", "Omgørelsesprocent"))
    )


def _row(id: str, label: str, level: int, area: str) -> GridRow:
    places: list[Place | None] = []
    for year in YEARS:
        there = not area or (year, area) in OUTCOMES
        row = f"law_area={area}" if area else ""
        places += [
            at("merits", row, year) if there else None,
            at("reversal_rate", row, year, "percent") if there else None,
        ]
    return GridRow(id, {"da": label}, level, tuple(places))


BY_AREA = Grid(
    "by_area",
    "9.1",
    {"da": "Sager efter lovområde"},
    {"da": "Bortfaldne er ikke med i de {by_area.total.2024_merits:count} sager.\n* Efter § 5, stk. 2."},
    {"da": "Lovområde"},
    _columns(),
    (
        _row("total", "I alt", 0, ""),
        *(
            _row(area, f"{label}*" if area == "friplejeboligloven" else label, 2, area)
            for area, label in AREAS.items()
        ),
        GridRow("heading", {"da": "Heraf:"}, 1, (), is_heading=True),
        GridRow(
            "lapsed",
            {"da": "Bortfaldne"},
            1,
            tuple(at("lapsed", "", year) if n else None for year in YEARS for n in (1, 0)),
        ),
    ),
    {},
)
TOPIC = Grid(
    "topic",
    "9.2",
    {"da": "Et emne over tid"},
    {},
    {"da": "Afgørelser"},
    tuple(GridColumn(year, {"da": year}, {}) for year in YEARS),
    (
        GridRow(
            "rate",
            {"da": "Omgjort"},
            1,
            tuple(at("reversal_rate", "series=topic", year, "percent") for year in YEARS),
        ),
        GridRow(
            "keyword",
            {"da": "Hyppigste kritikemneord"},
            1,
            tuple(
                Place(
                    tuple(
                        ref("keyword_cases", f"keyword={id};series=topic", "", year)
                        for id in ("facts", "reasons")
                    ),
                    "label",
                    True,
                )
                for year in YEARS
            ),
        ),
        GridRow(
            "keyword_cases",
            {"da": "Sager med det"},
            1,
            tuple(
                Place(
                    tuple(
                        ref("keyword_cases", f"keyword={id};series=topic", "", year)
                        for id in ("facts", "reasons")
                    ),
                    "count",
                    True,
                )
                for year in YEARS
            ),
        ),
        GridRow("timely", {"da": "Til tiden"}, 1, (None, None, at("timely", "", "2024", "percent"))),
        GridRow("empty", {"da": "Ingen sager"}, 1, (None, None, at("empty", "", "2024", "percent"))),
    ),
    {
        "keyword=facts": {"da": "Undersøgelsesprincippet (officialprincippet)"},
        "keyword=reasons": {"da": "Begrundelse"},
    },
)
GRIDS = (BY_AREA, TOPIC)

_YEAR_PARTS = tuple(Part(year, {"da": year}) for year in YEARS)


def _figure(
    id: str, number: str, kind: str, title: str, rows: tuple[FigureRow, ...], parts: tuple[Part, ...] = ()
) -> Figure:
    return Figure(id, number, kind, {"da": title}, {}, rows, parts, (), False, {"da": "Alle er talt med."})


def _over_time(id: str, label: str, row: str, *breaks: Break) -> FigureRow:
    years = {year: ref("reversal_rate", row, "", year) for year in YEARS}
    if row == "law_area=barnets_lov":
        years = {"2024": years["2024"]}
    return FigureRow(id, {"da": label}, years, breaks=breaks)


NARROWER = Break("2024-01-01", "narrower_basket", {}, "same_content")
FLOW = _figure(
    "flow",
    "1",
    "columns",
    "Afgjorte sager",
    tuple(
        FigureRow(
            year,
            {"da": year},
            {id: ref(id, "", "", year) for id in ("upheld", "remitted", "lapsed")},
            ref("decided", "", "", year),
        )
        for year in YEARS
    ),
    (
        Part("upheld", {"da": "Stadfæstet"}),
        Part("remitted", {"da": "Hjemvist"}),
        Part("lapsed", {"da": "Bortfaldet"}),
    ),
)
OVER_TIME = _figure(
    "over_time",
    "2",
    "series",
    "Omgørelser over tid",
    (
        _over_time("topic", "Et emne", "series=topic", NARROWER),
        _over_time("barnets_lov", "Barnets lov", "law_area=barnets_lov", Break("2024-01-01", "new_area")),
        _over_time("total", "I alt", ""),
    ),
    _YEAR_PARTS,
)
ONE = _figure(
    "one",
    "",
    "series",
    "Et emne",
    (_over_time("topic", "Et emne", "series=topic", Break("2023", "changed", {}, "changed")),),
    _YEAR_PARTS,
)
RATES = _figure(
    "rates",
    "3",
    "bars",
    "Omgjort efter lovområde",
    tuple(
        FigureRow(area, {"da": label}, {"": ref("reversal_rate", f"law_area={area}", "", "2024")})
        for area, label in AREAS.items()
    ),
)
STEPS = _figure(
    "steps",
    "",
    "ladder",
    "Trin for trin",
    tuple(
        FigureRow(
            id,
            {},
            {"": ref("failing", f"condition=law/1/{id};series=topic", "", "2024")},
            condition=f"law/1/{id}",
        )
        for id in ("age", "alone")
    ),
)
FIGURES = (FLOW, OVER_TIME, ONE, RATES, STEPS)

REPORT = """---
title: "Klagesager: en prøve"
file: prove
---

# Sager

I 2024 blev {by_area.barnets_lov.2024_merits:count} sager efter barnets lov prøvet, og
{by_area.barnets_lov.2024_reversal_rate:percent} omgjort. Det er
{by_area.barnets_lov.2024_reversal_rate - by_area.serviceloven.2023_reversal_rate:pp} mere end i serviceloven i 2023. Se
[@by_area] og [@flow].

::table by_area

::figure flow

# Emner

Kritikken er »{topic.keyword.2022:label}«. I figuren er det {over_time.total.2024:percent}.

::table topic

::figure over_time

::figure one

::figure rates

# Trin

::figure steps

::conditions law/1

::annex Definitioner

::definitions
"""


def edition(**given: Any) -> Edition:
    """The edition; `given` overrides its fields."""
    measures: dict[str, Measure] = {
        id: measure(id, label, base, Kind.COUNT, "cases")
        for id, label, base in (
            ("decided", "Afgjorte sager", DECIDED),
            ("merits", "Realitetsbehandlede", DECIDED),
            ("upheld", "Stadfæstede", DECIDED),
            ("remitted", "Hjemviste", DECIDED),
            ("lapsed", "Bortfaldne", DECIDED),
            ("keyword_cases", "Sager med ordet", MERITS),
        )
    }
    measures |= {
        id: measure(id, label, base)
        for id, label, base in (
            ("remitted_share", "Andel hjemvist", MERITS),
            ("reversal_rate", "Omgørelsesprocent", MERITS),
            ("failing", "Trinnet knækker", REVERSED),
            ("timely", "Til tiden", DECIDED),
            ("empty", "Ingen", DECIDED),
        )
    }
    fields: dict[str, Any] = {
        "title": "Klagesager",
        "subtitle": "",
        "source": "Kilde: Eksempelstyrelsen",
        "language": "da",
        "origin": "reconstructed",
        "data_date": "2025-04-11",
        "standing": Standing(),
        "selection": "Alle klagesager er talt med.",
        "version": "0.0.0",
        "measures": measures,
        "figures": FIGURES,
        "results": ResultSet(cells()),
        "conditions": (
            Condition("law/1/age", "Alder", "Borgeren er ung nok.", "loven", (Decision("78-15", "", ""),)),
            Condition(
                "law/1/alone",
                "Kan ikke færdes alene",
                "Borgeren kan ikke gå alene.",
                "loven",
                (),
                ("Svært.",),
            ),
            Condition("law/2/need", "Behov", "Der er et behov.", "loven"),
        ),
        "grids": GRIDS,
        "complete": True,
        "few_cases": 10,
    }
    return Edition(**{**fields, **given})


def exact(numerator: int, denominator: int) -> Decimal:
    """A share in percent with six decimals."""
    return round_half_up(Fraction(100 * numerator, denominator), 6)
