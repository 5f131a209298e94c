"""Authorities beside funnel limits, from a register as of a date: a folder that says how far chance alone goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sagsbarometer.appeals.analyses.question import Question, by_name, group_name
from sagsbarometer.appeals.analyses.tiles import FILE, Tile, read_tiles
from sagsbarometer.appeals.groupings import Grouping
from sagsbarometer.appeals.undated import lacking_in
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.periods import parse_period
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import write_csv
from sagsbarometer.measures.funnel import Group, funnel
from sagsbarometer.reporting.pages.authorities import Authorities, authority_table, limits_table, tiles_table
from sagsbarometer.reporting.pages.authorities_data import authority_csv, authority_data
from sagsbarometer.reporting.pages.authorities_figures import COMMON, authority_figures, limit_facts
from sagsbarometer.reporting.pages.authorities_text import authority_document
from sagsbarometer.reporting.pages.facts import Facts, write_all_numbers
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
FEWEST = 10  # cases: fewer say nothing of a group beside limits
_LEAST = 2  # groups: one alone is beside itself
# What groups of a grouping are called, one and many; others are just groups.
WORDS: Mapping[str, tuple[str, str]] = {
    "authority": ("myndighed", "myndigheder"),
    "office": ("kontor", "kontorer"),
    "region": ("region", "regioner"),
}


@dataclass(frozen=True, slots=True)
class Job:
    """Which share of which register, by which groups, in which period, and where it goes.

    `tiles` is a map of tiles of one's own; the municipalities' is used where none is given and it fits the groups.
    """

    register: Path
    as_of: str
    period: str
    out: Path
    measure: str = "reversal_rate"
    by: str = "authority"
    where: Mapping[str, str] = field(default_factory=dict)
    tiles: Path | None = None
    force: bool = False
    engine: str = field(default="", repr=False)  # may hold a password


@dataclass(frozen=True, slots=True)
class Done:
    """What a run found and made."""

    out: Path
    found: Authorities
    files: tuple[str, ...]


def authorities(job: Job, tell: Tell = lambda line: None) -> Done:
    """Makes the folder. `tell` is given one Danish line per step.

    Raises Faults when anything stops it; `job.out` is then as it was. Codes: FORSKEL-101 (refused: real names beside
    cases that are not real), FORSKEL-102 to 106, 108 too few groups to compare; those of law, register and folder.
    """
    started = time.monotonic()
    refuse_existing(job.out, job.force)
    tiles = read_tiles(job.tiles) if job.tiles else ()
    question = Question(job.measure, (job.period,), job.by, job.where)
    said = answer(job.register, job.as_of, question, tell=tell, engine=job.engine)
    if said.grouping is None or said.grouping.several:
        fault = "En sag kan være i flere af grupperne, så de er ikke hver for sig."
        raise Faults([Problem("FORSKEL-103", Place("--by"), fault, "Vælg authority, office eller region.")])
    tell("Regner grænserne")
    found = _found(said, said.grouping, tiles or _shipped_tiles(said))
    tell("Skriver siden, regnearket og data")
    files = _files(found, said)
    run = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
        "engine": name_of(job.engine),
    }
    write_whole(job.out, {**files, "run.json": json_bytes(run)}, job.force)
    return Done(job.out, found, tuple(sorted(files)))


def as_data(done: Done) -> dict[str, Any]:
    """What was found as plain data, for `--json`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "authorities",
        **authority_data(done.found),
        "undated": dict(lacking_in(done.found.edition.results.manifest)),
        "out": str(done.out),
        "files": [*done.files, "run.json"],
    }


def _found(said: Answer, grouping: Grouping, tiles: tuple[Tile, ...]) -> Authorities:
    period = said.question.periods[0]
    names = {id: group_name(grouping, id) for id in said.groups} | {
        tile.id: tile.name for tile in tiles if tile.id in said.groups
    }
    cells = {id: said.cell(id, period) for id in by_name(names)}
    groups = [Group(id, cell.numerator, cell.denominator) for id, cell in cells.items() if cell.denominator]
    if len(groups) < _LEAST:
        fault = "Der er færre end to grupper med sager, hvor svaret kendes, så der er intet at sammenligne."
        raise Faults(
            [Problem("FORSKEL-108", Place("--by"), fault, "Vælg en anden gruppering eller periode.")]
        )
    one, many = WORDS.get(grouping.id, ("gruppe", "grupper"))
    measure = said.measure
    spread = funnel(groups, FEWEST)
    where = [group_name(said.layout.groupings[id], value) for id, value in said.question.where.items()]
    period_words = ", ".join([*where, parse_period(period).danish])
    title = f"{many.capitalize()}: {measure.label['da'].lower()}, {period_words}"
    return Authorities(
        edition=said.edition({"da": title}),
        funnel=spread,
        total=said.cell("", period),
        cells=cells,
        names=names,
        one=one,
        many=many,
        label=measure.label["da"],
        base=measure.base_label["da"],
        period=period_words,
        fewest=FEWEST,
        tiles=tiles,
    )


def _shipped_tiles(said: Answer) -> tuple[Tile, ...]:
    """The municipalities' tiles where the groups are municipalities; none where they are something else."""
    if said.question.by != "authority":
        return ()
    tiles = read_tiles(shipped("layouts") / FILE)
    return tiles if {tile.id for tile in tiles} & set(said.groups) else ()


def _files(found: Authorities, said: Answer) -> dict[str, bytes]:
    """Every file of the folder but run.json."""
    facts = Facts(COMMON)
    document = authority_document(found, facts)
    drawn = limit_facts(found, authority_figures(found), facts)
    edition = replace(found.edition, facts=facts.known)
    cards = cards_of(edition, [document])
    sheets = [(found.many.capitalize(), authority_table(found)), ("Grænser", limits_table(found))]
    if found.tiles:
        sheets.append(("Fliser", tiles_table(found)))
    files = {
        "index.html": write_html(document, edition, drawn, cards),
        "index.pdf": write_pdf(document, found.edition, drawn),
        TABLES: write_tables(found.edition, sheets),
        "myndigheder.csv": authority_csv(found).encode(),
        "cells.csv": write_csv(said.results.cells).encode(),
        "definitions.json": definitions({said.measure.id: said.measure}),
    }
    if is_apart(document):
        files[CARDS_PAGE] = write_all_numbers(cards)
    for figure in drawn.values():
        files[f"{figure.stem}.svg"] = figure.picture.encode()
        files[f"{figure.stem}.csv"] = figure.csv.encode()
    layout = {"id": "authorities", "title": {"da": found.heading}}
    manifest = {**said.results.manifest, "layout": layout, "files": listing(files)}
    return {**files, "manifest.json": json_bytes(manifest)}
