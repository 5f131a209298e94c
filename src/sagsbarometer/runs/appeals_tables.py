"""The tables of a layout from a register as of a date: cells, tables, figures and report, all of them or none."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sagsbarometer.appeals.as_of import end_of
from sagsbarometer.appeals.cube import cube
from sagsbarometer.appeals.expand import Sheets, expand
from sagsbarometer.appeals.layout import FILE, MEASURES, Layout, load_layout
from sagsbarometer.appeals.needs import COUNT, needs
from sagsbarometer.appeals.statistics import Cube, register_cells, seen
from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.returned import fault_table
from sagsbarometer.kernel.dates import COPENHAGEN, danish_date
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem, errors
from sagsbarometer.measures.cells import ResultSet, write_csv
from sagsbarometer.measures.measure import Measure
from sagsbarometer.measures.results import Circumstances
from sagsbarometer.reporting.files import write_documents
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.runs.appeals_edition import build_register_edition, read_register_texts
from sagsbarometer.runs.index import index_page
from sagsbarometer.runs.made_of import definitions, front_page_taken, json_bytes, software
from sagsbarometer.runs.opened_register import opened_register
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
    date is none, LAYOUT-122 nothing was registered by then; and those of layout, law, register and texts.
    """
    started = time.monotonic()
    refuse_existing(job.out, job.force)
    day = _day(job.as_of)
    tell("Læser lov og layout")
    catalogue = load_catalogue(shipped("law"))
    layout = load_layout(layout_folder(job.layout), shipped("layouts") / MEASURES, catalogue)
    tell("Åbner registret og efterprøver leveringerne")
    register = read_register(job.register)
    _begun(register, day)
    tell(f"Tæller sagerne, som de stod {danish_date(day)}")
    counted = _counted(register, layout, day, job.engine, tell)
    sheets = expand(layout, seen(counted, layout))
    tell(f"Regner {danish(len(sheets.wanted))} tal af {danish(sum(counted[COUNT]))} sager")
    of = Circumstances(False, day.isoformat(), register.origin, complete=layout.why_not["da"])
    cells = register_cells(counted, sheets.wanted, layout, of)
    measures = _used(layout, sheets)
    results = ResultSet(cells, _manifest(register, layout, catalogue, measures, day, sum(counted[COUNT])))
    tell("Skriver tabeller, figurer og rapport")
    files, remarks = _files(layout, catalogue, results, measures, sheets)
    run = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
        "engine": name_of(job.engine),
    }
    write_whole(job.out, {**files, "run.json": json_bytes(run)}, job.force)
    return Done(job.out, results, remarks, tuple(sorted(files)))


def layout_folder(layout: str) -> Path:
    """The folder of a layout that is shipped, by its id, or of one's own. Raises Faults LAYOUT-111."""
    own = {path.parent.name: path.parent for path in sorted(shipped("layouts").glob(f"*/{FILE}"))}
    folder = own.get(layout, Path(layout))
    if not (folder / FILE).is_file():
        fault = f"Layoutet {shown(layout)} findes ikke."
        remedy = f"Angiv en mappe med {FILE}, eller et af: {', '.join(own)}."
        raise Faults([Problem("LAYOUT-111", Place(), fault, remedy)])
    return folder


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text or day.year >= date.max.year:
        fault = f"{shown(text)} er ingen dato."
        raise Faults([Problem("LAYOUT-121", Place("--as-of"), fault, "Skriv den som 2025-04-11.")])
    return day


def _begun(register: Register, day: date) -> None:
    """LAYOUT-122 where nothing was registered on the day: a table of noughts would look like one of no cases."""
    deliveries = register.manifest["deliveries"]
    first = min((datetime.fromisoformat(entry["first_registered"]) for entry in deliveries), default=None)
    if first is None or first >= end_of(day):
        begins = f": det begynder {danish_date(first.astimezone(COPENHAGEN))}" if first else ""
        fault = f"Registret har ingen registreringer {danish_date(day)} eller før{begins}."
        raise Faults([Problem("LAYOUT-122", Place("--as-of"), fault, "Vælg en senere dato.")])


def _counted(register: Register, layout: Layout, day: date, engine: str, tell: Tell) -> Cube:
    """The finest counts the layout needs, by one query."""
    need = needs(layout)
    with opened_register(register, engine, tell) as (deliveries, execute):
        counted: Cube = execute(cube(deliveries, day, need.columns, need.grain)).to_pydict()
    return counted


def _used(layout: Layout, sheets: Sheets) -> dict[str, Measure]:
    used = {item.measure for item in sheets.wanted}
    return {id: measure for id, measure in layout.measures.items() if id in used}


def _manifest(
    register: Register,
    layout: Layout,
    catalogue: Catalogue,
    measures: Mapping[str, Measure],
    day: date,
    cases: int,
) -> dict[str, Any]:
    """What the results were made of. No clock time: the same inputs give the same bytes."""
    deliveries = [
        {key: entry[key] for key in ("number", "sha256", "rows", "cases")}
        for entry in register.manifest["deliveries"]
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "results",
        "layout": {"id": layout.id, "hash": layout.hash, "title": dict(layout.title)},
        "register": {"deliveries": deliveries},
        "origin": register.origin,
        "data_date": day.isoformat(),
        "law": {"hash": catalogue.hash},
        "rows": {"count": cases},
        "measures": {id: measure.hash for id, measure in measures.items()},
        "software": software(),
    }


def _files(
    layout: Layout,
    catalogue: Catalogue,
    results: ResultSet,
    measures: Mapping[str, Measure],
    sheets: Sheets,
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Every file of the results folder but run.json, and what is to be told of the texts."""
    edition = build_register_edition(
        title=layout.title,
        source=layout.source,
        selection=layout.selection,
        few_cases=layout.few_cases,
        results=results,
        measures=measures,
        figures=sheets.figures,
        grids=sheets.grids,
        catalogue=catalogue,
    )
    documents, told = read_register_texts(edition, layout.texts)
    told = (*told, *front_page_taken(documents))
    if errors(told):
        raise Faults(told)
    files = {
        "cells.csv": write_csv(results.cells).encode(),
        "definitions.json": definitions(measures),
        **write_documents(edition, documents),
    }
    if told:
        files["bemaerkninger.csv"] = fault_table(told).encode()
    titles = {document.file: document.title for document in documents}
    files["index.html"] = index_page(edition, titles, files).encode()
    files["manifest.json"] = json_bytes({**results.manifest, "files": listing(files)})
    return files, told
