"""What moved in a layout's tables between two days of a register: one query, and a folder that says it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sagsbarometer.appeals.analyses.revisions import Summary, groups_seen, revisions, summary
from sagsbarometer.appeals.analyses.transitions import (
    Transitions,
    changes_query,
    read_changes,
    read_transitions,
    transitions_query,
)
from sagsbarometer.appeals.cube import cubes
from sagsbarometer.appeals.layouts.expand import Sheets, expand
from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.needs import views
from sagsbarometer.appeals.undated import Undated, lacking_in, undated, undated_views
from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.measures.results import Circumstances
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.known_facts import page_files
from sagsbarometer.reporting.pages.revisions import (
    Comparison,
    moves_csv,
    revision_document,
    revision_tables,
    revisions_csv,
)
from sagsbarometer.reporting.writers.html import TABLES
from sagsbarometer.reporting.writers.pdf import write_pdf
from sagsbarometer.reporting.writers.xlsx import write_tables
from sagsbarometer.runs.appeals_edition import build_register_edition
from sagsbarometer.runs.days import as_of_day, refuse_before_first
from sagsbarometer.runs.known import deliveries_listed, known_by, reached_back
from sagsbarometer.runs.made_of import json_bytes, software
from sagsbarometer.runs.opened_register import opened_register
from sagsbarometer.runs.register_layout import layout_of, settled_for
from sagsbarometer.store.engine_names import name_of
from sagsbarometer.store.folder import listing, refuse_existing, write_whole
from sagsbarometer.store.register import Register, read_register
from sagsbarometer.store.results import SCHEMA_VERSION

Tell = Callable[[str], None]
KIND = "revisions"


@dataclass(frozen=True, slots=True)
class Job:
    """Which layout of which register, between which days, and where it goes. `layout`: a shipped id, or a folder."""

    register: Path
    layout: str
    first: str
    last: str
    out: Path
    force: bool = False
    engine: str = field(default="", repr=False)  # may hold a password


@dataclass(frozen=True, slots=True)
class Done:
    """What a run found and made. `moved` is how many numbers are others, or are made of other cases."""

    out: Path
    comparison: Comparison
    moved: int
    files: tuple[str, ...]


def revise(job: Job, tell: Tell = lambda line: None) -> Done:
    """Finds what moved. `tell` is given one Danish line per step.

    Raises Faults when anything stops it; `job.out` is then as it was. Codes: LAYOUT-123 the days do not follow each
    other, and those of `make_tables`.
    """
    started = time.monotonic()
    refuse_existing(job.out, job.force)
    first, last = _days(job)
    tell("Læser lov og layout")
    catalogue = load_catalogue(shipped("law"))
    tell("Åbner registret og efterprøver leveringerne")
    whole = read_register(job.register)
    refuse_before_first(whole, first, "--from")
    register = known_by(whole, last)
    layout = layout_of(job.layout, register, catalogue)
    tell(f"Holder sagerne {danish_date(first)} op mod sagerne {danish_date(last)}")
    layout, found, told, lacking = _counted(register, layout, first, last, job.engine, tell)
    sheets = expand(layout, groups_seen(found, layout), last)
    tell(f"Sammenligner {danish(len(sheets.wanted))} tal")
    before, after = (
        Circumstances(False, day.isoformat(), register.origin, complete=layout.why_not["da"])
        for day in (first, last)
    )
    moved_by = revisions(found, sheets.wanted, layout, before, after)
    manifest = _manifest(register, layout, catalogue, sheets, first, last, told, lacking)
    edition = _edition(layout, catalogue, sheets, ResultSet(tuple(item.after for item in moved_by), manifest))
    by_ref = {item.wanted.ref: item for item in moved_by}
    of = Comparison(edition, first, last, by_ref, told, reached_back(whole, first))
    tell("Skriver siden, regnearket og data")
    files = _files(of)
    run = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
        "engine": name_of(job.engine),
    }
    write_whole(job.out, {**files, "run.json": json_bytes(run)}, job.force)
    moved = sum(revision.moved for revision in of.revisions.values())
    return Done(job.out, of, moved, tuple(sorted(files)))


def _days(job: Job) -> tuple[date, date]:
    first, last = as_of_day(job.first, "--from"), as_of_day(job.last, "--to")
    if first >= last:
        fault = f"{danish_date(first)} er ikke før {danish_date(last)}."
        raise Faults([Problem("LAYOUT-123", Place("--from"), fault, "Skriv den tidligste dag i --from.")])
    return first, last


def _counted(
    register: Register, layout: Layout, first: date, last: date, engine: str, tell: Tell
) -> tuple[Layout, list[Transitions], Summary, Undated]:
    """The layout as it is for this register on the last day; what cases were on the one day and are on the other, for
    each set of columns it needs; what changed of them at all; and which are in no period on the last day."""
    with opened_register(register, engine, tell) as (deliveries, execute):
        layout = settled_for(layout, deliveries, execute, last)
        asked = views(layout)
        columns = sorted({name for view in asked for name in view} - set(layout.clocks))
        found = [
            read_transitions(
                view,
                execute(transitions_query(deliveries, first, last, view, layout.clocks)).to_pydict(),
            )
            for view in asked
        ]
        changed = execute(changes_query(deliveries, first, last, columns)).to_pydict()
        extra = undated_views(layout)
        lacking = undated(cubes(deliveries, last, extra, layout.clocks, execute), layout) if extra else {}
    return layout, found, summary(read_changes(columns, changed), layout), lacking


def _manifest(
    register: Register,
    layout: Layout,
    catalogue: Catalogue,
    sheets: Sheets,
    first: date,
    last: date,
    told: Summary,
    lacking: Undated,
) -> dict[str, Any]:
    """What the revisions were made of. No clock time: the same inputs give the same bytes."""
    used = {item.measure for item in sheets.wanted}
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "layout": {"id": layout.id, "hash": layout.hash, "title": dict(layout.title)},
        "register": {"deliveries": deliveries_listed(register)},
        "origin": register.origin,
        "from": first.isoformat(),
        "data_date": last.isoformat(),
        "law": {"hash": catalogue.hash},
        "rows": {"before": told.before, "after": told.after, "undated": lacking},
        "measures": {id: measure.hash for id, measure in layout.measures.items() if id in used},
        "software": software(),
    }


def _edition(layout: Layout, catalogue: Catalogue, sheets: Sheets, results: ResultSet) -> Edition:
    used = {item.measure for item in sheets.wanted}
    return build_register_edition(
        title=layout.title,
        source=layout.source,
        selection=layout.selection,
        few_cases=layout.few_cases,
        results=results,
        measures={id: measure for id, measure in layout.measures.items() if id in used},
        figures=(),
        grids=sheets.grids,
        catalogue=catalogue,
    )


def _files(of: Comparison) -> dict[str, bytes]:
    """Every file of the folder but run.json."""
    document, facts = revision_document(of)
    files = {
        **page_files(document, of.edition, facts),
        "index.pdf": write_pdf(document, of.edition, {}),
        TABLES: write_tables(of.edition, revision_tables(of)),
        "revisions.csv": revisions_csv(of).encode(),
        "moves.csv": moves_csv(of).encode(),
    }
    manifest = {**of.edition.results.manifest, "files": listing(files)}
    return {**files, "manifest.json": json_bytes(manifest)}


def as_data(done: Done) -> dict[str, Any]:
    """What was found as plain data, for `--json`: the cases, and every number that moved with why."""
    of = done.comparison
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "from": of.first.isoformat(),
        "to": of.last.isoformat(),
        "origin": of.edition.origin,
        "out": str(done.out),
        "files": [*done.files, "run.json"],
        "cases": {
            "before": of.summary.before,
            "after": of.summary.after,
            "new": of.summary.new,
            "removed": of.summary.removed,
            "changed": of.summary.changed,
            "changed_by": {reason.value: cases for reason, cases in of.summary.by.items()},
        },
        "undated": dict(lacking_in(of.edition.results.manifest)),
        "reached_back": list(of.reached_back),
        "numbers": len(of.revisions),
        "moved": [_number(revision) for revision in of.revisions.values() if revision.moved],
    }


def _number(revision: Any) -> Mapping[str, Any]:
    def side(cell: Any) -> dict[str, Any]:
        value = None if cell.value is None else str(cell.value)
        counts = {name: getattr(cell, name) for name in ("numerator", "denominator", "unknown")}
        return {**counts, "value": value}

    return {
        "number": revision.wanted.ref,
        "unit": revision.before.unit,
        "before": side(revision.before),
        "after": side(revision.after),
        "moves": [
            {"count": move.count, "reason": move.reason.value, "in": move.in_, "out": move.out}
            for move in revision.moves
        ],
    }
