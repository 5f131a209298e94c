"""Estimates for all cases from those that were drawn: a file with its design, or a sample with what its cases say."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.table_cells import safe_name
from sagsbarometer.estimation.cells import Estimated, estimated
from sagsbarometer.estimation.design import FAIL
from sagsbarometer.estimation.groups import read_groups
from sagsbarometer.estimation.intervals import BETA
from sagsbarometer.estimation.moments import Moments, moments
from sagsbarometer.estimation.query import grouped_query
from sagsbarometer.kernel.ids import file_hash
from sagsbarometer.measures.cells import write_csv
from sagsbarometer.reporting.pages.estimate_data import as_data, estimates_csv
from sagsbarometer.reporting.pages.estimate_more import corrected_measures
from sagsbarometer.reporting.pages.estimate_more_cells import more_measures
from sagsbarometer.reporting.pages.estimate_report import Told, estimate_report
from sagsbarometer.reporting.pages.estimate_words import Subject
from sagsbarometer.runs.estimate_asked import (
    Question,
    asked,
    group_names,
    refuse_misfit,
    refuse_names,
    refuse_too_many,
)
from sagsbarometer.runs.estimate_more import earlier_round, more_of
from sagsbarometer.runs.estimate_rows import Rows
from sagsbarometer.runs.made_of import definitions, json_bytes, software
from sagsbarometer.store.engine import opened_rows
from sagsbarometer.store.engine_names import name_of
from sagsbarometer.store.folder import listing, refuse_existing, write_whole
from sagsbarometer.store.results import SCHEMA_VERSION

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What to estimate. `data`: a file of cases, or a folder of `study run`; `design`: how its rows were drawn and
    what is asked; `sample`: a folder of `sample draw` that tells the draw instead. `by`: groupings, `region` or
    `region,result`; `poststrata`: a file with known numbers of cases; `form`: of a results folder. `before`: the
    data of an earlier round, with `before_design` or `before_sample` as its draw (none: the same design). `engine` may
    hold a password.
    """

    data: Path
    design: Path | None = None
    sample: Path | None = None
    by: tuple[str, ...] = ()
    interval: str = BETA
    single_unit: str = FAIL
    poststrata: Path | None = None
    form: Path | None = None
    out: Path | None = None
    force: bool = False
    engine: str = field(default="", repr=False)
    before: Path | None = None
    before_design: Path | None = None
    before_sample: Path | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What a run found. `data` is for `--json`; `files` are the names of those it wrote."""

    told: Told
    data: dict[str, Any]
    files: tuple[str, ...] = ()


def estimate(job: Job, tell: Tell = lambda line: None) -> Done:
    """Estimates and, with `out`, writes them. `tell` is given one Danish line per step.

    Raises Faults when anything stops it; `job.out` is then as it was. Codes: ESTIMAT-101 to 118; those of the file, the
    sample, the results, the form, the engine and the folder; FORSKEL-101 real names beside cases that are not real.
    """
    started = time.monotonic()
    if job.out is not None:
        refuse_existing(job.out, job.force)
    tell("Læser lov, design og sager")
    catalogue = load_catalogue(shipped("law"))
    with TemporaryDirectory(prefix="sagsbarometer-") as folder:
        question = asked(job, catalogue, Path(folder))
        tell(_step(len(question.measures), len(question.by) - 1))
        found = _found(question, job.engine, tell)
        domains = [
            (by, domain) for by, own in zip(question.by, found.moments, strict=True) for domain in own.domains
        ]
        earlier = earlier_round(job, catalogue, Path(folder) / "before")
        if earlier is not None or question.asks_more:
            tell("Regner resten række for række")
        more = more_of(job, question, domains, earlier, catalogue)
    numbers = tuple(_numbers(question, found))
    pairs = {pair for by, domain in domains for pair in zip(by, domain, strict=True)}
    pairs |= {(item.by, group) for item in more.differences for group in (item.one, item.other)}
    groups = sorted((name, group) for name, group in pairs if group)
    refuse_names(question.about.origin, groups, catalogue)
    told = Told(
        question.subject,
        question.measures,
        question.by,
        numbers,
        group_names(groups, catalogue),
        question.about,
        more,
    )
    done = Done(told, as_data(told))
    if job.out is None:
        return done
    tell("Skriver rapport, figurer og tabeller")
    files = estimate_report(told, question.sources)
    files["cells.csv"] = write_csv(told.cells).encode()
    files["estimater.csv"] = estimates_csv(told).encode()
    files["estimater.json"] = json_bytes(done.data)
    files["definitions.json"] = definitions(
        {**question.measures, **corrected_measures(told), **more_measures(told)}
    )
    files["manifest.json"] = json_bytes({**_manifest(job, question, earlier), "files": listing(files)})
    run = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
        "engine": name_of(job.engine),
    }
    write_whole(job.out, {**files, "run.json": json_bytes(run)}, job.force)
    return Done(told, done.data, tuple(sorted(files)))


def _step(shares: int, groupings: int) -> str:
    more = f" og {groupings} {'opdeling' if groupings == 1 else 'opdelinger'}" if groupings else ""
    return f"Regner {shares} {'andel' if shares == 1 else 'andele'} for alle sager{more} i ét gennemløb"


@dataclass(frozen=True, slots=True)
class _Found:
    """The moments of every grouping; `all`: with the cases that never came in."""

    moments: tuple[Moments, ...]
    all: tuple[Moments, ...] | None


def _found(question: Question, engine: str, tell: Tell) -> _Found:
    read = _moments(question, question.rows, engine, tell)
    every = None if question.all is None else _moments(question, question.all, engine, tell)
    return _Found(read, every)


def _moments(question: Question, rows: Rows, engine: str, tell: Tell) -> tuple[Moments, ...]:
    """One grouped pass and what is made of it."""
    with opened_rows(rows.path, columns=rows.types, engine=engine, tell=tell) as (table, execute):
        counted = execute(grouped_query(table, rows.drawing, rows.variables, rows.by))
    with refuse_misfit(rows):
        groups = read_groups(counted, rows.drawing, rows.variables, rows.by)
        refuse_too_many(groups)
        return moments(groups, rows.drawing, question.totals)


def _numbers(question: Question, found: _Found) -> list[Estimated]:
    measures = [(id, measure.hash) for id, measure in question.measures.items()]
    numbers: list[Estimated] = []
    for at, by in enumerate(question.by):
        every = None if found.all is None else found.all[at]
        numbers += estimated(found.moments[at], by, measures, question.about, every)
    return numbers


def _manifest(job: Job, question: Question, earlier: Question | None) -> dict[str, Any]:
    """What the numbers were made of. No clock time: the same inputs give the same bytes."""
    subject = question.subject
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "results",
        "estimate": {
            "id": subject.id,
            "title": dict(subject.title),
            "design": dict(subject.design),
            "interval": job.interval,
            "single_unit": job.single_unit,
            "by": [list(by) for by in question.by],
            "probability_sample": subject.probability,
            "remark": dict(subject.remark),
            **_sample(subject),
        },
        "sources": dict(question.sources),
        "before": None if earlier is None else dict(earlier.sources),
        "poststrata": _file(job.poststrata),
        "origin": question.about.origin,
        "data_date": question.about.data_date,
        "software": software(),
    }


def _sample(subject: Subject) -> dict[str, Any]:
    """How many of the sample were read, and whom the numbers say nothing of."""
    standing = subject.standing
    if standing is None:
        return {}
    counts = {"issued": len(standing.units), "read": standing.answered, "missing": standing.missing}
    return {"sample": {**counts, "not_covered": subject.not_covered}}


def _file(path: Path | None) -> Mapping[str, str] | None:
    return None if path is None else {"file": safe_name(path.name), "sha256": file_hash(path)}
