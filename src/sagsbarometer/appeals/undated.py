"""Cases that are in no period: what is counted has happened to them, but the date it goes by is not registered."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sagsbarometer.appeals.cube import Cubes
from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.needs import COUNT, Columns, covers, dates_asked
from sagsbarometer.kernel.periods import Grain
from sagsbarometer.measures.measure import Text

# A date, and the column that is filled where it must have one; "" where every case must. Of other dates nobody can tell
# whether they are missing or still to come.
_SHOWN_BY: Mapping[str, str] = MappingProxyType(
    {
        "received_on": "",
        "decided_on": "outcome",
        "court_judged_on": "court_result",
        "ombudsman_closed_on": "ombudsman_result",
        "applied_on": "",
        "authority_decided_on": "",
        "appealed_on": "",
    }
)
_WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "received_on": {"da": "uden dato for modtagelsen", "en": "without a date of receipt"},
        "decided_on": {
            "da": "med udfald, men uden dato for afgørelsen",
            "en": "with an outcome but no date of decision",
        },
        "court_judged_on": {
            "da": "med resultat i retten, men uden dato for dommen",
            "en": "with a result in court but no date of judgment",
        },
        "ombudsman_closed_on": {
            "da": "med resultat hos ombudsmanden, men uden dato for det",
            "en": "with a result from the ombudsman but no date of it",
        },
        "applied_on": {"da": "uden dato for ansøgningen", "en": "without a date of application"},
        "authority_decided_on": {
            "da": "uden dato for myndighedens afgørelse",
            "en": "without a date of the authority's decision",
        },
        "appealed_on": {"da": "uden dato for klagen", "en": "without a date of appeal"},
    }
)
Undated = Mapping[str, int]  # date to how many cases lack it; those that none lacks are not in it


def with_undated(layout: Layout, views: tuple[Columns, ...]) -> tuple[Columns, ...]:
    """The cubes of a layout, with those beside them that it takes to tell which cases lack a date."""
    more = (asked for asked in _asked(layout).values() if not any(covers(view, asked) for view in views))
    return (*views, *more)


def undated_views(layout: Layout) -> tuple[Columns, ...]:
    """The cubes alone that it takes; none where no period goes by a date that could be missing."""
    return tuple(_asked(layout).values())


def undated(cube: Mapping[str, Any] | Cubes, layout: Layout) -> Undated:
    """How many cases the periods of a layout leave out, by the date they lack. The cubes are `with_undated`; one cube
    for all has `columns`."""
    found = {date: _lacking(cube, date, asked) for date, asked in _asked(layout).items()}
    return {date: cases for date, cases in found.items() if cases}


def lacking_in(manifest: Mapping[str, Any]) -> Undated:
    """The same as a manifest of results has it."""
    found: Undated = manifest.get("rows", {}).get("undated", {})
    return found


def told(cases: Undated) -> Text:
    """What a reader must know of them, in a sentence of each language; {} where no case lacks a date."""
    if not cases:
        return {}
    da, en = (
        ", ".join(
            f"{_number(number, one, many, sign)} {_WORDS[date][language]}" for date, number in cases.items()
        )
        for language, one, many, sign in (("da", "sag", "sager", "."), ("en", "case", "cases", ","))
    )
    return {"da": f"Ikke med i nogen periode: {da}.", "en": f"In no period: {en}."}


def _number(number: int, one: str, many: str, sign: str) -> str:
    return f"{number:,} {one if number == 1 else many}".replace(",", sign)


def columns(layout: Layout) -> frozenset[str]:
    """The columns that tell which cases lack a date."""
    return frozenset(name for asked in _asked(layout).values() for name in asked)


def _asked(layout: Layout) -> dict[str, Columns]:
    """The dates that periods of the layout go by, each with what tells whether one is missing."""
    dates = dates_asked(layout)
    return {
        date: {name: Grain.YEAR for name in (date, by) if name}
        for date, by in _SHOWN_BY.items()
        if date in dates
    }


def _lacking(cube: Mapping[str, Any] | Cubes, date: str, asked: Columns) -> int:
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(cube, Cubes):
        fit = [table for view, table in zip(cube.views, cube.tables, strict=True) if covers(view, asked)]
        table = min(fit, key=lambda table: table.num_rows)
    else:
        table = pa.table({name: cube[name] for name in (*asked, COUNT)})
    lacking = table.filter(pc.is_null(table[date]))
    for by in asked:
        if by != date:
            lacking = lacking.filter(pc.is_valid(lacking[by]))
    return pc.sum(lacking[COUNT]).as_py() or 0
