"""How well those who read the same cases agree: the numbers alone, or a folder with report, tables and data."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sagsbarometer.agreement.agree import Scale, Single, Way
from sagsbarometer.agreement.by import DIVISIONS, Question, questions
from sagsbarometer.agreement.rows import COLUMNS, Given, Reading, read_rows
from sagsbarometer.agreement.weights import IDENTITY, KRIPPENDORFF_ORDINAL, NAMES
from sagsbarometer.deliveries.table_cells import safe_name
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.kernel.ids import file_hash, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.reporting.contract import ORIGIN_DA
from sagsbarometer.reporting.pages.agreement_data import agreement_data, coefficients_csv, raters_csv
from sagsbarometer.reporting.pages.agreement_report import Read, agreement_report
from sagsbarometer.runs.made_of import json_bytes, software
from sagsbarometer.runs.returned import return_file
from sagsbarometer.store.folder import listing, refuse_existing, write_whole
from sagsbarometer.store.results import SCHEMA_VERSION

Tell = Callable[[str], None]
FEWEST_SETS, MOST_SETS = 100, 100_000
_LEVEL = re.compile(r"0[.,]\d{1,6}")


@dataclass(frozen=True, slots=True)
class Job:
    """Which ratings, how they are read and counted, and where it goes. `categories`: all answers in order with commas
    (or `|`) between; `column`: `part=name` for columns of other names; `by`: of pair and week, with commas; `level` as
    text, 0.95; `bootstrap`: sets drawn, 0 for none; `out`: a folder, None for the numbers alone."""

    file: Path
    wide: bool = False
    scale: str = "nominal"
    categories: str = ""
    weights: str = ""
    metric: str = ""
    by: str = "pair,week"
    population: int | None = None
    single: str = "left_out"
    level: str = "0.95"
    bootstrap: int = 1000
    seed: str = "1"
    column: tuple[str, ...] = ()
    origin: str = "real"
    out: Path | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What a run found; `files` are the names of those it wrote."""

    read: Read
    files: tuple[str, ...] = ()

    @property
    def found(self) -> tuple[Question, ...]:
        """Every question."""
        return self.read.questions

    @property
    def data(self) -> dict[str, Any]:
        """The numbers as `--json` prints them."""
        return agreement_data(self.read)


def agreement(job: Job, tell: Tell = lambda line: None) -> Done:
    """Counts the agreement and, with `out`, writes it. `tell` is given one Danish line per step.

    Raises Faults when anything stops it; `job.out` is then as it was, and where rows are at fault the file is returned
    with them marked beside it. Codes: ENIGHED-101 to 108 the file (`agreement.rows`), ENIGHED-109 a choice that does
    not exist or does not fit the others; FIL-1xx, MAPPE-10x.
    """
    started = time.monotonic()
    if job.out is not None:
        refuse_existing(job.out, job.force)
    way, reading, by = _asked(job)
    tell("Læser svarene")
    given = _given(job, reading)
    tell(f"Regner enigheden{f' og trækker {job.bootstrap} gange' if job.bootstrap else ''}")
    found = _counted(given, way, reading, by)
    read = Read(
        source=safe_name(job.file.name),
        origin=job.origin,
        way=way,
        categories=reading.categories,
        population=job.population,
        blank=given.blank,
        questions=found,
        weighing=given.weighing,
    )
    if job.out is None:
        return Done(read)
    tell("Skriver rapport, tabeller og data")
    made_of = _manifest(job, way, reading, by, given.weighing)
    files = agreement_report(read, made_of)
    files["enighed.json"] = json_bytes(agreement_data(read))
    files["enighed.csv"] = coefficients_csv(found).encode()
    files["bedoemmere.csv"] = raters_csv(found).encode()
    manifest = {**made_of, "files": listing(files)}
    files["manifest.json"] = json_bytes(manifest)
    run = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
    }
    write_whole(job.out, {**files, "run.json": json_bytes(run)}, job.force)
    return Done(read, tuple(sorted(files)))


def _given(job: Job, reading: Reading) -> Given:
    """The ratings; the file is returned with its faults marked where there is a folder to put it beside."""
    try:
        return read_rows(read_table(job.file), reading)
    except Faults as faults:
        if job.out is not None and any(problem.place.row for problem in faults.problems):
            return_file(job.file, faults.problems, job.out)
        raise


def _counted(given: Given, way: Way, reading: Reading, by: Sequence[str]) -> tuple[Question, ...]:
    try:
        return questions(given.rows, way, categories=reading.categories or None, by=by)
    except ValueError:
        # What is left once the rows are right: weights that the answers cannot have.
        fault = f"Vægtene {shown(way.weights_used)} kan ikke regnes af de svar: to af dem har summen 0."
        raise Faults([Problem("ENIGHED-109", Place("--weights"), fault, "Vælg andre vægte.")]) from None


def _asked(job: Job) -> tuple[Way, Reading, tuple[str, ...]]:
    """How to count, how to read and how to divide. Raises Faults ENIGHED-109 with all that is wrong."""
    problems: list[Problem] = []

    def refuse(option: str, fault: str, remedy: str) -> None:
        problems.append(Problem("ENIGHED-109", Place(option), fault, remedy))

    def choice(option: str, text: str, known: Sequence[str]) -> None:
        if text not in known:
            fault = f"{shown(text)} kendes ikke."
            refuse(option, fault, f"Vælg en af: {', '.join(item for item in known if item)}.")

    by = tuple(part.strip() for part in job.by.split(",") if part.strip())
    choice("--scale", job.scale, [scale.value for scale in Scale])
    choice("--weights", job.weights, ("", *NAMES))
    choice("--metric", job.metric, ("", *NAMES, KRIPPENDORFF_ORDINAL))
    choice("--single", job.single, [single.value for single in Single])
    choice("--origin", job.origin, tuple(ORIGIN_DA))
    for part in by:
        choice("--by", part, DIVISIONS)
    if job.scale == Scale.NOMINAL.value and not {job.weights, job.metric} <= {"", IDENTITY}:
        fault = "Vægte kræver svar med en rækkefølge."
        refuse("--scale", fault, "Vælg --scale ordinal eller interval, eller udelad vægtene.")
    if not _LEVEL.fullmatch(job.level) or not 0.5 <= float(job.level.replace(",", ".")) < 1:
        refuse("--level", f"{shown(job.level)} er ikke et sikkerhedsniveau.", "Skriv fx 0.95.")
    if job.bootstrap and not FEWEST_SETS <= job.bootstrap <= MOST_SETS:
        fault = f"Der kan trækkes {FEWEST_SETS} til {MOST_SETS} gange."
        refuse("--bootstrap", fault, "Skriv 1000, eller 0 for slet ikke.")
    if job.population is not None and job.population < 1:
        refuse("--population", "Der skal være mindst én sag at trække af.", "Skriv antallet af sager.")
    categories = _categories(job.categories, refuse)
    names = _names(job.column, refuse)
    if problems:
        raise Faults(problems)
    scale = Scale(job.scale)
    way = Way(
        scale=scale,
        weights=job.weights,
        metric=job.metric,
        single=Single(job.single),
        level=float(job.level.replace(",", ".")),
        sets=job.bootstrap,
        seed=job.seed,
    )
    # Numbers have the order and the distance they have.
    known = () if scale is Scale.INTERVAL else categories
    reading = Reading(scale, job.wide, names, known, job.population, way.single is Single.COUNTED)
    return way, reading, by


def _categories(text: str, refuse: Callable[[str, str, str], None]) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split("|" if "|" in text else ",")) if text else ()
    if text and (len(parts) < 2 or "" in parts or len(set(parts)) < len(parts)):
        refuse("--categories", "Svarene skal være mindst to og forskellige.", "Skriv fx ja,nej.")
    return parts


def _names(texts: Sequence[str], refuse: Callable[[str, str, str], None]) -> dict[str, str]:
    """What the columns are called, by what they are."""
    names: dict[str, str] = {}
    for text in texts:
        part, sign, name = text.partition("=")
        if part not in COLUMNS or not sign or not name or part in names:
            fault = f"{shown(text)} siger ikke, hvad en kolonne hedder."
            refuse(
                "--column", fault, f"Skriv fx --column item=sagsnr. Før lighedstegnet: {', '.join(COLUMNS)}."
            )
        names[part] = name
    return names


def _manifest(job: Job, way: Way, reading: Reading, by: Sequence[str], weighing: str) -> dict[str, Any]:
    """What the numbers were made of. No clock time: the same inputs give the same bytes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "agreement",
        "agreement": {
            "scale": way.scale.value,
            "weights": way.weights_used,
            "metric": way.metric_used,
            "single": way.single.value,
            "level": str(way.level),
            "bootstrap": way.sets,
            "seed": way.seed,
            "categories": list(reading.categories),
            "population": job.population,
            "weighing": weighing,
            "by": list(by),
        },
        "source": {"file": safe_name(job.file.name), "sha256": file_hash(job.file)},
        "origin": job.origin,
        "data_date": "",
        "software": software(),
    }
