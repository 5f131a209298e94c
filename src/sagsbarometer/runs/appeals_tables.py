"""The tables of a layout from a register as of a date: cells, tables, figures and report, all of them or none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sagsbarometer.appeals.analyses.real_names import refuse_real_names
from sagsbarometer.appeals.cube import Cubes, cubes
from sagsbarometer.appeals.layouts.expand import Sheets, expand, without_empty
from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.needs import views
from sagsbarometer.appeals.statistics import register_cells, seen
from sagsbarometer.appeals.undated import lacking_in, told, undated, with_undated
from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.returned import fault_table
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem, errors
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.measure import Measure
from sagsbarometer.measures.results import Circumstances
from sagsbarometer.reporting.files import read_sources
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.runs import delivered
from sagsbarometer.runs.appeals_edition import build_register_edition, register_texts
from sagsbarometer.runs.days import as_of_day, refuse_before_first
from sagsbarometer.runs.edition import LANGUAGES
from sagsbarometer.runs.index import index_page
from sagsbarometer.runs.known import deliveries_listed, known_by, reached_back_notes
from sagsbarometer.runs.made_of import front_page_taken, json_bytes, software
from sagsbarometer.runs.opened_register import opened_register
from sagsbarometer.runs.register_layout import layout_of, settled_for
from sagsbarometer.runs.report_files import in_language, results_files
from sagsbarometer.store.engine_names import name_of
from sagsbarometer.store.folder import listing, refuse_existing, write_whole
from sagsbarometer.store.register import Register, read_register
from sagsbarometer.store.results import SCHEMA_VERSION

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What to make of which register, as it stood when, and where it goes. `layout`: a shipped id, or a folder.

    `engine` is where to count: "" (DuckDB) or a connection string, which may hold a password.
    """

    register: Path
    layout: str
    as_of: str
    out: Path
    force: bool = False
    engine: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """What a run made."""

    out: Path
    results: ResultSet
    remarks: tuple[Problem, ...]
    files: tuple[str, ...]


def make_tables(job: Job, tell: Tell = lambda line: None) -> Done:
    """Makes the tables. `tell` is given one Danish line per step.

    Raises Faults when anything stops it; `job.out` is then as it was. Codes: LAYOUT-111 no such layout, LAYOUT-121 the
    date is none, LAYOUT-122 nothing was registered by then, LAYOUT-124 the layout has nothing for the register; and
    those of layout, law, register and texts; FORSKEL-101 real names beside cases that are not real.
    """
    started = time.monotonic()
    refuse_existing(job.out, job.force)
    day = as_of_day(job.as_of)
    tell("Åbner registret og efterprøver leveringerne")
    whole = read_register(job.register)
    refuse_before_first(whole, day)
    register = known_by(whole, day)
    tell("Læser lov og layout")
    catalogue = load_catalogue(shipped("law"))
    layout = layout_of(job.layout, register, catalogue)
    tell(f"Tæller sagerne, som de stod {danish_date(day)}")
    layout, counted = _counted(register, layout, day, job.engine, tell)
    sheets = expand(layout, seen(counted, layout), day)
    tell(f"Regner {danish(len(sheets.wanted))} tal af {danish(counted.cases)} sager")
    of = Circumstances(False, day.isoformat(), register.origin, complete=layout.why_not["da"])
    cells = register_cells(counted, sheets.wanted, layout, of)
    _refuse_real_names(register, layout, catalogue, sheets, cells)
    sheets = without_empty(sheets, cells)
    measures = _used(layout, sheets)
    rows = {"count": counted.cases, "undated": undated(counted, layout)}
    results = ResultSet(cells, _manifest(register, layout, catalogue, measures, day, rows))
    tell("Skriver tabeller, figurer og rapport")
    files, remarks = _files(register, layout, catalogue, results, measures, sheets)
    run = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
        "engine": name_of(job.engine),
    }
    write_whole(job.out, {**files, "run.json": json_bytes(run)}, job.force)
    notes = (*remarks, *reached_back_notes(whole, day), *_undated_notes(results, job.register.name))
    return Done(job.out, results, notes, tuple(sorted(files)))


def _undated_notes(results: ResultSet, register: str) -> list[Problem]:
    """LAYOUT-127, a note, where cases are in no period because a date is not registered."""
    said = told(lacking_in(results.manifest))
    remedy = "Det står også under tabellerne. Se efter i udtrækket, om datoen kan findes."
    return [Problem("LAYOUT-127", Place(register), said["da"], remedy, Level.NOTE)] if said else []


def as_data(done: Done) -> dict[str, Any]:
    """The results as plain data: the day, what is written where, and every number."""
    manifest = done.results.manifest
    return {
        "schema_version": SCHEMA_VERSION,
        "data_date": manifest["data_date"],
        "origin": manifest["origin"],
        "cases": manifest["rows"]["count"],  # type: ignore[index]
        "undated": dict(lacking_in(manifest)),
        "out": str(done.out),
        "files": list(done.files),
        "cells": [_plain(cell) for cell in done.results],
    }


def _plain(cell: Cell) -> dict[str, Any]:
    numbers = ("numerator", "denominator", "unknown")
    told = {name: getattr(cell, name) for name in ("result", "row", "period", *numbers, "unit", "definition")}
    for name in ("value", "bound_low", "bound_high"):
        number = getattr(cell, name)
        told[name] = None if number is None else str(number)  # exact: a float is not
    return told


def _counted(register: Register, layout: Layout, day: date, engine: str, tell: Tell) -> tuple[Layout, Cubes]:
    """The layout as it is for this register, and the finest counts it needs, by one query."""
    with opened_register(register, engine, tell) as (deliveries, execute):
        made = settled_for(layout, deliveries, execute, day)
        return made, cubes(deliveries, day, with_undated(made, views(made)), made.clocks, execute)


def _refuse_real_names(
    register: Register, layout: Layout, catalogue: Catalogue, sheets: Sheets, cells: Iterable[Cell]
) -> None:
    """Raises Faults FORSKEL-101 where a table would have a real authority's name beside cases that are not real. A
    group without a case is no number of anybody."""
    some = {cell.ref for cell in cells if cell.numerator or cell.denominator}
    shown = {pair for item in sheets.wanted if item.ref in some for pair in item.where}
    groups = [(layout.groupings[grouping], id) for grouping, id in sorted(shown)]
    refuse_real_names(register.origin, groups, catalogue, Place("--layout"))


def _used(layout: Layout, sheets: Sheets) -> dict[str, Measure]:
    used = {item.measure for item in sheets.wanted}
    return {id: measure for id, measure in layout.measures.items() if id in used}


def _manifest(
    register: Register,
    layout: Layout,
    catalogue: Catalogue,
    measures: Mapping[str, Measure],
    day: date,
    rows: Mapping[str, Any],
) -> dict[str, Any]:
    """What the results were made of. No clock time: the same inputs give the same bytes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "results",
        "layout": {"id": layout.id, "hash": layout.hash, "title": dict(layout.title)},
        "register": {"deliveries": deliveries_listed(register)},
        "origin": register.origin,
        "data_date": day.isoformat(),
        "law": {"hash": catalogue.hash},
        "rows": dict(rows),
        "measures": {id: measure.hash for id, measure in measures.items()},
        "software": software(),
    }


def _files(
    register: Register,
    layout: Layout,
    catalogue: Catalogue,
    results: ResultSet,
    measures: Mapping[str, Measure],
    sheets: Sheets,
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Every file of the results folder but run.json, and what is to be told of the texts."""
    editions = [
        build_register_edition(
            title=layout.title,
            source=layout.source,
            selection=layout.selection,
            few_cases=layout.few_cases,
            results=results,
            measures=measures,
            figures=sheets.figures,
            grids=sheets.grids,
            catalogue=catalogue,
            language=language,
            given=layout.given,
        )
        for language in LANGUAGES
    ]
    edition = editions[0]
    texts = register_texts(edition, layout.texts)
    documents, told = read_sources(edition, in_language(texts, edition.language))
    told = (*told, *front_page_taken(documents))
    if errors(told):
        raise Faults(told)
    files = {
        **results_files(editions, documents, texts),
        delivered.FILE: delivered.delivered_page(edition, register).encode(),
    }
    if told:
        files["bemaerkninger.csv"] = fault_table(told).encode()
    titles = {document.file: document.title for document in documents}
    files["index.html"] = index_page(edition, titles, files).encode()
    files["manifest.json"] = json_bytes({**results.manifest, "files": listing(files)})
    return files, told
