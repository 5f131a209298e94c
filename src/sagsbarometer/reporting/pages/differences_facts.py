"""What must be known of each difference between shares: of what it is, how it is made, and what its interval says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sagsbarometer.reporting.document import Table
from sagsbarometer.reporting.numbers import amount, danish, missing
from sagsbarometer.reporting.pages.facts import About, Facts, slug

if TYPE_CHECKING:
    from sagsbarometer.appeals.analyses.compared import Course, Difference
    from sagsbarometer.measures.cells import Cell
    from sagsbarometer.reporting.pages.differences import Differences

_NOT = "Nej: alle sager er talt med, og intervallet siger ikke noget om sager, der ikke er klaget over."
COMMON = About("", "", unknown="sager uden kendt svar er ikke regnet med", generalisable=_NOT)
POINTS, COURSE, INTERVAL = "Procentpoint", "Procentpoint om året", "Procesinterval"
_NEWCOMBE = "Newcombes metode 10, 95 procent"
_TREND = "Cochran-Armitage, 95 procent"


def rate_facts(facts: Facts, of: Differences, table: Table) -> Table:
    """The process interval of each share: the share itself has the card of its cell."""
    formula = (
        "Wilsons interval om procenten, når hver sag ses som ét udfald af en proces med fast sandsynlighed; tallet er "
        "en fuld optælling."
    )
    about = About(f"{of.label}, procesinterval", formula, "Sager", of.base, INTERVAL, "Wilson, 95 procent")
    names = [f"{slug(item.group or 'alle')}.{slug(item.period.id)}" for item in of.compared.rates]
    return facts.table("procent", table, {INTERVAL: about}, names=names, heads=2)


def difference_facts(facts: Facts, of: Differences, items: Sequence[Difference], table: Table) -> Table:
    """Each difference with the two shares it is made of."""
    abouts: list[Mapping[str, About]] = [
        {
            POINTS: About(
                f"{of.label}, forskel i procentpoint",
                "Den ene procent minus den anden, regnet af de nøjagtige antal og afrundet én gang.",
                f"{danish(item.cell.denominator)} og {danish(item.other.denominator)} {of.base}",
                interval=INTERVAL,
                method=_NEWCOMBE,
                counted=f"{_share(item.cell)} minus {_share(item.other)}",
            )
        }
        for item in items
    ]
    return facts.table("forskel", table, abouts, names=[name_of(item) for item in items], heads=3)


def course_facts(facts: Facts, of: Differences, table: Table) -> Table:
    """The trend of each group, and its tests."""
    base = f"{of.base} i alle perioderne"
    abouts = {
        COURSE: About(
            f"{of.label}, udvikling i procentpoint om året",
            "Den rette linje gennem procenterne, vejet med antallet af sager.",
            base,
            interval=INTERVAL,
            method=_TREND,
        ),
        "p, ingen udvikling": About(
            "p, ingen udvikling",
            "Så tit ville linjen være så stejl, hvis der ingen udvikling var (Cochran-Armitages test).",
            base,
            interval="intet: det er en sandsynlighed",
        ),
        "p, ret linje": About(
            "p, ret linje",
            "Så tit ville procenterne ligge så langt fra linjen, hvis de fulgte den (Cochran-Armitages test).",
            base,
            interval="intet: det er en sandsynlighed",
        ),
    }
    return facts.table(
        "udvikling", table, abouts, names=[slug(item.group or "alle") for item in of.compared.courses]
    )


def name_of(item: Difference) -> str:
    """What addresses a difference: its group and period, and those it is held against."""
    parts = (item.group or "alle", item.period.id, item.other_group or "alle", item.other_period.id)
    return ".".join(map(slug, parts))


def difference_key(item: Difference) -> str:
    """The address of a difference in points."""
    return f"forskel.{name_of(item)}.procentpoint"


def course_key(item: Course, column: str = "procentpoint_om_aaret") -> str:
    """The address of a number of a trend."""
    return f"udvikling.{slug(item.group or 'alle')}.{column}"


def _share(cell: Cell) -> str:
    return missing(cell) or f"{amount(cell)} ({danish(cell.numerator)} af {danish(cell.denominator)})"
