"""Differences between periods and groups, from a register as of a date: in words, as data, and as a folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sagsbarometer.appeals.analyses.compared import Compared, compared
from sagsbarometer.appeals.analyses.question import Question, group_name
from sagsbarometer.appeals.groupings import row_key
from sagsbarometer.appeals.undated import lacking_in
from sagsbarometer.kernel.periods import Period, parse_period
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import Cell, write_csv
from sagsbarometer.measures.measure import Break
from sagsbarometer.reporting.pages.differences import Differences
from sagsbarometer.reporting.pages.differences_data import differences_csv, differences_data
from sagsbarometer.reporting.pages.differences_text import difference_document, difference_tables
from sagsbarometer.reporting.pages.facts import write_all_numbers
from sagsbarometer.reporting.writers.html import TABLES, write_html
from sagsbarometer.reporting.writers.html_cards import CARDS_PAGE, cards_of, is_apart
from sagsbarometer.reporting.writers.pdf import write_pdf
from sagsbarometer.reporting.writers.xlsx import write_tables
from sagsbarometer.runs.appeals_asked import Answer, answer
from sagsbarometer.runs.made_of import definitions, json_bytes
from sagsbarometer.store.engine_names import name_of
from sagsbarometer.store.folder import listing, refuse_existing, write_whole
from sagsbarometer.store.results import SCHEMA_VERSION

Tell = Callable[[str], None]
_MOST_GROUPS = 6  # held against each other: fifteen pairs a period


@dataclass(frozen=True, slots=True)
class Job:
    """Which share of which register, in which periods, and perhaps by which groups.

    With `groups` only those are shown, and each is held against the others; else every group of `by` by itself. Without
    `out` nothing is written.
    """

    register: Path
    as_of: str
    measure: str
    periods: tuple[str, ...]
    by: str = ""
    groups: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    out: Path | None = None
    force: bool = False
    engine: str = field(default="", repr=False)  # may hold a password


@dataclass(frozen=True, slots=True)
class Done:
    """What a run found, and what it wrote where."""

    found: Differences
    out: Path | None
    files: tuple[str, ...]


def compare(job: Job, tell: Tell = lambda line: None) -> Done:
    """Finds the differences, and writes them where `job.out` says. `tell` is given one Danish line per step.

    Raises Faults when anything stops it; nothing is then written. Codes: FORSKEL-101 (refused), 102 to 107, 109 there
    are not two things to compare; those of law, register and folder.
    """
    started = time.monotonic()
    if job.out:
        refuse_existing(job.out, job.force)
    _refuse_too_little(job)
    said = answer(
        job.register,
        job.as_of,
        Question(job.measure, job.periods, job.by, job.where),
        job.groups,
        tell,
        job.engine,
    )
    if job.groups and said.grouping is not None and said.grouping.several:
        fault = "En sag kan være i flere af grupperne, så to af dem er ikke hver for sig."
        raise Faults(
            [Problem("FORSKEL-103", Place("--groups"), fault, "Udelad --groups, eller vælg en anden --by.")]
        )
    tell("Regner forskelle og intervaller")
    found = _found(said, job.groups)
    if job.out is None:
        return Done(found, None, ())
    tell("Skriver siden, regnearket og data")
    files = _files(found, said)
    run = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
        "engine": name_of(job.engine),
    }
    write_whole(job.out, {**files, "run.json": json_bytes(run)}, job.force)
    return Done(found, job.out, tuple(sorted(files)))


def as_data(done: Done) -> dict[str, Any]:
    """What was found as plain data, for `--json`."""
    written = {"out": str(done.out), "files": [*done.files, "run.json"]} if done.out else {}
    data = {**differences_data(done.found), "undated": dict(lacking_in(done.found.edition.results.manifest))}
    return {"schema_version": SCHEMA_VERSION, "kind": "comparison", **data, **written}


def _refuse_too_little(job: Job) -> None:
    """FORSKEL-109 where there is nothing to hold against another, or more than can be read; 103 groups of nothing."""
    problems = []
    if job.groups and not job.by:
        fault = "Det er ikke sagt, hvad grupperne er grupper af."
        problems.append(Problem("FORSKEL-103", Place("--groups"), fault, "Tilføj --by, fx --by law_area."))
    if len(job.periods) < 2 and len(job.groups) < 2:
        fault = "Der skal være mindst to perioder, eller mindst to grupper, at sammenligne."
        problems.append(Problem("FORSKEL-109", Place("--periods"), fault, "Skriv fx --periods 2023 2024."))
    if len(set(job.groups)) != len(job.groups) or len(job.groups) > _MOST_GROUPS:
        fault = f"Hver gruppe nævnes én gang, og højst {_MOST_GROUPS}."
        problems.append(
            Problem("FORSKEL-109", Place("--groups"), fault, "Vælg de grupper, der betyder noget.")
        )
    if problems:
        raise Faults(problems)


def _found(said: Answer, groups: tuple[str, ...]) -> Differences:
    periods = [parse_period(text) for text in said.question.periods]
    rows = ("", *said.groups) if said.grouping and not groups else said.groups or ("",)
    cells = {(group, period.id): _cell(said, group, period.id) for group in rows for period in periods}
    result: Compared = compared(cells, rows, groups, periods, {group: _breaks(said, group) for group in rows})
    names = {id: group_name(said.grouping, id) for id in said.groups} if said.grouping else {}
    label = said.measure.label["da"]
    title = f"{label}: {_period_words(periods)}"
    where = [group_name(said.layout.groupings[id], value) for id, value in said.question.where.items()]
    title += f" ({', '.join(where)})" if where else ""
    return Differences(
        edition=said.edition({"da": title}),
        compared=result,
        names=names,
        label=label,
        base=said.measure.base_label["da"],
        title=title,
    )


def _cell(said: Answer, group: str, period: str) -> Cell:
    """The number of a group in a period; one of no cases where it had none, as before its law was in force."""
    try:
        return said.cell(group, period)
    except KeyError:
        whole = said.cell("", period)
        row = row_key({**said.question.where, said.question.by: group})
        empty = replace(whole, row=row, numerator=0, denominator=0, unknown=0, unknown_group=0, value=None)
        return replace(empty, low=None, high=None, bound_low=None, bound_high=None)


def _period_words(periods: list[Period]) -> str:
    told = [period.danish for period in sorted(periods, key=lambda period: period.first)]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} og {told[-1]}"


def _breaks(said: Answer, group: str) -> tuple[Break, ...]:
    """The breaks of the law behind a group, and behind the groups that the question narrows to."""
    asked = {**said.question.where, **({said.question.by: group} if group else {})}
    values = [(said.layout.groupings[id].values or {}).get(value) for id, value in asked.items()]
    found = [item for value in values for item in (value.breaks if value else ())]
    # An area's break may be its series' too.
    told = {(item.date, item.kind, item.law): item for item in found}
    return tuple(Break(item.date, item.kind, item.note, item.law) for item in told.values())


def _files(found: Differences, said: Answer) -> dict[str, bytes]:
    """Every file of the folder but run.json."""
    document, edition = difference_document(found)
    cards = cards_of(edition, [document])
    files = {
        "index.html": write_html(document, edition, {}, cards),
        "index.pdf": write_pdf(document, edition, {}),
        TABLES: write_tables(found.edition, difference_tables(found)),
        "forskelle.csv": differences_csv(found).encode(),
        "cells.csv": write_csv(said.results.cells).encode(),
        "definitions.json": definitions({said.measure.id: said.measure}),
    }
    if is_apart(document):
        files[CARDS_PAGE] = write_all_numbers(cards)
    layout = {"id": "comparison", "title": {"da": found.title}}
    manifest = {**said.results.manifest, "layout": layout, "files": listing(files)}
    return {**files, "manifest.json": json_bytes(manifest)}
