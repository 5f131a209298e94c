"""The revision triangle of a figure: the register asked as of each of several days, and a folder that says it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sagsbarometer.appeals.analyses.question import by_name, group_name
from sagsbarometer.appeals.analyses.real_names import refuse_real_names
from sagsbarometer.appeals.analyses.triangle import GRAINS, MOST_DAYS, Known, Triangle, ends, triangle_layout
from sagsbarometer.appeals.columns import columns_of
from sagsbarometer.appeals.cube import cubes
from sagsbarometer.appeals.layouts.expand import Wanted, expand
from sagsbarometer.appeals.layouts.layout import MEASURES, Layout, bare_layout
from sagsbarometer.appeals.layouts.needs import views
from sagsbarometer.appeals.statistics import register_cells, seen
from sagsbarometer.appeals.undated import Undated, lacking_in, undated, with_undated
from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.dates import danish_date, danish_day
from sagsbarometer.kernel.periods import parse_period
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.results import Circumstances
from sagsbarometer.reporting.pages.known_facts import page_files
from sagsbarometer.reporting.pages.triangle import (
    Seen,
    age_words,
    triangle_csv,
    triangle_document,
    triangle_tables,
)
from sagsbarometer.reporting.writers.html import TABLES
from sagsbarometer.reporting.writers.pdf import write_pdf
from sagsbarometer.reporting.writers.xlsx import write_tables
from sagsbarometer.runs.appeals_edition import build_register_edition
from sagsbarometer.runs.days import as_of_day, refuse_before_first
from sagsbarometer.runs.known import deliveries_listed, known_by
from sagsbarometer.runs.made_of import json_bytes, software
from sagsbarometer.runs.opened_register import opened_register
from sagsbarometer.runs.register_layout import layout_of, settled_for
from sagsbarometer.store.engine_names import name_of
from sagsbarometer.store.folder import listing, refuse_existing, write_whole
from sagsbarometer.store.register import Register, read_register
from sagsbarometer.store.results import SCHEMA_VERSION

Tell = Callable[[str], None]
KIND = "triangle"
_SOURCE = "registret af klagesager"
_FEW = 2  # days that a triangle takes


@dataclass(frozen=True, slots=True)
class Job:
    """Which measure of which register, seen on which days. `layout`: whose measures there are beside the shipped ones.

    `days`: "" for the last days of the deliveries; year, quarter or month; or days with commas between.
    """

    register: Path
    measure: str
    out: Path
    by: str = ""
    every: str = "year"
    days: str = ""
    layout: str = ""
    force: bool = False
    engine: str = field(default="", repr=False)  # may hold a password


@dataclass(frozen=True, slots=True)
class Done:
    """What a run found and made."""

    out: Path
    seen: Seen
    files: tuple[str, ...]


def triangle(job: Job, tell: Tell = lambda line: None) -> Done:
    """Makes the triangle. `tell` is given one Danish line per step.

    Raises Faults when anything stops it; `job.out` is then as it was. Codes: LAYOUT-126 measure, grouping, periods or
    days that cannot be; and those of `make_tables`.
    """
    started = time.monotonic()
    refuse_existing(job.out, job.force)
    tell("Åbner registret og efterprøver leveringerne")
    whole = read_register(job.register)
    days, days_are = _days(whole, job.days)
    register = known_by(whole, days[-1])
    tell("Læser lov og mål")
    catalogue = load_catalogue(shipped("law"))
    layout = triangle_layout(_layout(job, register, catalogue), job.measure, job.by, job.every)
    layout, cells, lacking = _known(register, layout, days, job.engine, tell)
    triangles = _triangles(layout, cells, days, job.by)
    if job.by:
        real = [(layout.groupings[job.by], item.group) for _, item in triangles if item.group]
        refuse_real_names(register.origin, real, catalogue, Place("--by"))
    used = {job.measure: layout.measures[job.measure]}
    latest = tuple(known.cell for known in cells.values() if known.day == days[-1])
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "question": {
            "measure": job.measure,
            "by": job.by,
            "every": job.every,
            "days": [str(day) for day in days],
        },
        "register": {"deliveries": deliveries_listed(register)},
        "origin": register.origin,
        "data_date": days[-1].isoformat(),
        "law": {"hash": catalogue.hash},
        "rows": {"undated": lacking},
        "measures": {id: measure.hash for id, measure in used.items()},
        "software": software(),
    }
    edition = build_register_edition(
        title={"da": f"Revisionstrekant: {layout.measures[job.measure].label['da']}"},
        source=layout.source or _SOURCE,
        selection=layout.selection,
        few_cases=layout.few_cases,
        results=ResultSet(latest, manifest),
        measures=used,
        figures=(),
        grids=(),
        catalogue=catalogue,
    )
    tell("Skriver siden, regnearket og data")
    found = Seen(edition, layout.measures[job.measure], triangles, days_are)
    files = _files(found)
    run = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
        "engine": name_of(job.engine),
    }
    write_whole(job.out, {**files, "run.json": json_bytes(run)}, job.force)
    return Done(job.out, found, tuple(sorted(files)))


def _layout(job: Job, register: Register, catalogue: Catalogue) -> Layout:
    if job.layout:
        return layout_of(job.layout, register, catalogue)
    return bare_layout(shipped("layouts") / MEASURES, catalogue, columns_of(register.manifest.get("own", {})))


def _days(register: Register, text: str) -> tuple[tuple[date, ...], str]:
    """The days, the oldest first, and in words what they are."""
    entries = register.manifest["deliveries"]
    lasts = sorted({danish_day(datetime.fromisoformat(entry["last_registered"])) for entry in entries})
    first = danish_day(min(datetime.fromisoformat(entry["first_registered"]) for entry in entries))
    if not text and len(lasts) >= _FEW:
        days, words = tuple(lasts), "Dagene er den sidste registrering i hver levering."
    elif not text or text in GRAINS:
        grain = text or "year"
        days = ends(GRAINS[grain], first, lasts[-1])
        words = {"year": "hvert år", "quarter": "hvert kvartal", "month": "hver måned"}[grain]
        words = f"Dagene er den sidste i {words}, og den sidste registrering."
    else:
        days = tuple(sorted({as_of_day(part.strip(), "--dates") for part in text.split(",")}))
        words = "Dagene er valgt."
        refuse_before_first(register, days[0], "--dates")
    if not _FEW <= len(days) <= MOST_DAYS:
        given = "1 dag" if len(days) == 1 else f"{len(days)} dage"
        fault = f"Det giver {given}; en trekant har {_FEW}-{MOST_DAYS}."
        remedy = "Vælg andre dage med --dates."
        if first == lasts[-1]:
            fault = (
                "Alt i registret er registreret samme dag: der er ikke noget tidligere at sammenligne med."
            )
            remedy = "Læg en senere levering i registret."
        raise Faults([Problem("LAYOUT-126", Place("--dates"), fault, remedy)])
    return days, words


def _known(
    register: Register, layout: Layout, days: Sequence[date], engine: str, tell: Tell
) -> tuple[Layout, dict[tuple[str, str, date], Known], Undated]:
    """The figure by group, period and day, only of periods that were over; and the cases that are in no period on the
    last day. One query a day."""
    found: dict[tuple[str, str, date], Known] = {}
    lacking: Undated = {}
    wanted: tuple[Wanted, ...] = ()
    with opened_register(register, engine, tell) as (deliveries, execute):
        layout = settled_for(layout, deliveries, execute, days[-1])
        asked = views(layout)
        for day in reversed(days):  # the last has every group that is shown
            tell(f"Tæller sagerne, som de stod {danish_date(day)}")
            last = day == days[-1]
            more = with_undated(layout, asked) if last else asked
            counted = cubes(deliveries, day, more, layout.clocks, execute)
            if last:
                wanted = expand(layout, seen(counted, layout), day).wanted
                lacking = undated(counted, layout)
            of = Circumstances(False, day.isoformat(), register.origin, complete=layout.why_not["da"])
            over = [item for item in wanted if parse_period(item.period).last <= day]
            cells: Sequence[Cell] = register_cells(counted, over, layout, of)
            for item, cell in zip(over, cells, strict=True):
                group = "".join(value for _, value in item.where)
                found[group, item.period, day] = Known(parse_period(item.period), day, cell)
    return layout, found, lacking


def _triangles(
    layout: Layout, cells: dict[tuple[str, str, date], Known], days: tuple[date, ...], by: str
) -> tuple[tuple[str, Triangle], ...]:
    """All cases first, then the groups by name; those without a case in any period are left out."""
    groups: dict[str, dict[tuple[str, date], Known]] = {}
    for (group, period, day), known in sorted(cells.items()):
        groups.setdefault(group, {})[period, day] = known
    kept = {
        id: known for id, known in groups.items() if not id or any(item.cell.base for item in known.values())
    }
    names = {id: group_name(layout.groupings[by], id) for id in kept if id}
    order = [*([""] if "" in kept else []), *by_name(names)]
    made = []
    for id in order:
        periods = {item.period.id: item.period for item in kept[id].values()}
        held = Triangle(id, tuple(sorted(periods.values(), key=lambda period: period.first)), days, kept[id])
        made.append((names.get(id, "Alle sager"), held))
    if not made:
        fault = "Ingen sager i registret hører til det, der spørges om, i perioder der er slut."
        raise Faults(
            [Problem("LAYOUT-126", Place("--every"), fault, "Vælg et andet mål eller kortere perioder.")]
        )
    return tuple(made)


def _files(of: Seen) -> dict[str, bytes]:
    """Every file of the folder but run.json."""
    document, facts = triangle_document(of)
    files = {
        **page_files(document, of.edition, facts),
        "index.pdf": write_pdf(document, of.edition, {}),
        TABLES: write_tables(of.edition, triangle_tables(of)),
        "triangle.csv": triangle_csv(of).encode(),
    }
    return {**files, "manifest.json": json_bytes({**of.edition.results.manifest, "files": listing(files)})}


def as_data(done: Done) -> dict[str, Any]:
    """What was found as plain data, for `--json`: every number as it was known, and how far they moved by age."""
    of = done.seen
    manifest = of.edition.results.manifest
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "question": manifest["question"],
        "undated": dict(lacking_in(manifest)),
        "unit": of.measure.unit,
        "origin": of.edition.origin,
        "out": str(done.out),
        "files": [*done.files, "run.json"],
        "by_age": [
            {
                "from_months": item.from_months,
                "to_months": item.to_months,
                "figures": item.figures,
                "mean_absolute_revision": float(item.absolute),
                "bias": float(item.bias),
                "words": age_words(item, of.measure.unit),
            }
            for item in of.ages
        ],
        "known": [
            {
                "group": triangle.group,
                "period": known.period.id,
                "as_of": known.day.isoformat(),
                "months_since": known.age,
                "numerator": known.cell.numerator,
                "denominator": known.cell.denominator,
                "unknown": known.cell.unknown,
                "value": None if known.cell.value is None else str(known.cell.value),
            }
            for _, triangle in of.triangles
            for known in triangle.known.values()
        ],
    }
