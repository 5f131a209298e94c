"""A first look at an extract: what it holds and what is dirty in it, and a first mapping that can be edited."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from sagsbarometer.appeals.codes import codes_of
from sagsbarometer.appeals.inspecting.columns import ColumnProfile
from sagsbarometer.appeals.inspecting.inspection import Inspection
from sagsbarometer.appeals.inspecting.mapping import guesses, mapping_text, own_type
from sagsbarometer.appeals.inspecting.roles import Roles
from sagsbarometer.appeals.inspecting.told import Finding, code_counts, examples, findings
from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.stream import Reading
from sagsbarometer.deliveries.table_cells import MAX_PROBLEMS
from sagsbarometer.kernel.problems import Faults, Place, Problem, errors
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.runs.sources import open_input
from sagsbarometer.runs.top_rows import below_titles

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What to look at: files of the same columns, or the connection string of a database with `table`. The mapping is
    written to `out`, which is not replaced unless `force` says so.
    """

    files: tuple[str, ...] = field(repr=False)  # may be an address with a password
    table: str = ""
    out: Path | None = None
    force: bool = False
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    header: int = 0

    @property
    def reading(self) -> Reading:
        """How the file is to be read."""
        return Reading(self.encoding, self.separator, self.sheet, self.header, self.table)


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was seen. `problems` are faults of the file: the rows they are about were not looked at. `stopped` are the
    files that have so many that they were not read on, with the last row that was."""

    name: str
    kind: str
    form: str
    inspection: Inspection
    roles: Roles
    findings: tuple[Finding, ...]
    mapping: str
    problems: tuple[Problem, ...]
    written: Path | None
    stopped: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Everything as plain data."""
        profiles = self.inspection.profiles
        return {
            "file": self.name,
            "kind": self.kind,
            "form": self.form,
            "rows": self.inspection.rows,
            "stopped": [{"file": file, "row": row} for file, row in self.stopped.items()],
            "columns": [_column(profile, self._use(index)) for index, profile in enumerate(profiles)],
            "guesses": [
                {"column": target, "from": name, "why": why}
                for target, name, why in guesses(self.inspection, self.roles)
            ],
            "dates": [
                {
                    "first": profiles[first].name,
                    "second": profiles[second].name,
                    "both": pair.both,
                    "after": pair.after,
                    "same": pair.same,
                    "before": pair.before,
                    "before_mended_by_exchange": pair.mended,
                }
                for (first, second), pair in self.inspection.between.pairs.items()
                if first < second
            ],
            "day_counts": [
                {
                    "column": profiles[number].name,
                    "first": profiles[first].name,
                    "second": profiles[second].name,
                    "known": count.known,
                    "agree": count.agree,
                    "one_off": count.one_off,
                    "exchanged": {"first": count.first, "second": count.second, "both": count.both},
                    "exchanged_by_month": {
                        f"{year}-{month:02}": times for (year, month), times in sorted(count.months.items())
                    },
                    "other": count.other,
                }
                for (number, first, second), count in self.inspection.between.counts.items()
                if 2 * (count.agree + count.one_off) >= count.known > 0
            ],
            "findings": [
                {"kind": found.kind, "column": found.column, "rows": found.rows, "text": found.text}
                for found in self.findings
            ],
            "mapping": self.mapping,
        }

    def _use(self, index: int) -> str:
        for target, place in self.roles.columns.items():
            if place == index:
                return target
        return "own" if own_type(self.inspection.profiles[index]) else "ignore"

    def uses(self) -> list[tuple[ColumnProfile, str]]:
        """Every column with what it is guessed to be used for: a column of the register, `own` or `ignore`."""
        return [(profile, self._use(index)) for index, profile in enumerate(self.inspection.profiles)]


def _column(profile: ColumnProfile, use: str) -> dict[str, Any]:
    return {
        "name": profile.name,
        "type": profile.kind,
        "use": use,
        "filled": profile.filled,
        "empty": profile.empty,
        "distinct": profile.distinct,
        "examples": examples(profile),
        "first_day": _day(profile.first_day),
        "last_day": _day(profile.last_day),
        "date_orders": dict(sorted(profile.orders.items())),
        "odd": dict(sorted(profile.odd.items())),
        "like_cpr": profile.cpr,
        "perhaps_cpr": profile.spaced_cpr + profile.short_cpr if profile.personal else 0,
        "counts": [{"text": text, "rows": count} for text, count in code_counts(profile)],
    }


def _day(number: int | None) -> str | None:
    return None if number is None else date.fromordinal(number).isoformat()


def inspect(job: Job, tell: Tell = lambda line: None) -> Inspected:
    """Looks at an extract. `tell` is given one Danish line per step.

    Raises Faults where it cannot be read at all (FIL-1xx), or where the mapping may not be written (MAPPE-104).
    """
    if job.out is not None:
        _refuse(job.out, job.force)
    codes = codes_of(load_catalogue(shipped("law")))
    titled, separator = below_titles(job.files, job.reading)
    job = replace(job, header=job.header or titled, separator=job.separator or separator)
    source = open_input(list(job.files), job.reading)
    tell(f"Læser {source.name}")
    inspection = Inspection(source.header)
    problems: tuple[Problem, ...] = ()
    last: dict[str, int] = {}  # the last row seen of each file
    told = 0
    try:
        for batch in source.batches():
            inspection.add(batch)
            last[batch.file] = batch.numbers[-1].as_py() if len(batch) else last.get(batch.file, 0)
            if inspection.rows - told >= 1_000_000:
                told = inspection.rows
                tell(f"Har set {danish(told)} rækker")
    except Faults as faults:
        problems = faults.problems
        if not inspection.rows:
            raise
    roles = inspection.roles(codes.lists)
    stopped = _stopped(problems, last)
    found = [*_titled(titled), *_unread(problems, stopped), *findings(inspection, roles)]
    text = mapping_text(inspection, roles, found, source.name, source.form, _asked(job))
    if job.out is not None:
        _write(job.out, text, job.force)
    return Inspected(
        source.name,
        source.kind,
        source.form,
        inspection,
        roles,
        tuple(found),
        text,
        problems,
        job.out,
        stopped,
    )


def _asked(job: Job) -> Mapping[str, str | int]:
    """What the mapping must say of the file, since it was not found out."""
    said: dict[str, str | int] = {
        "encoding": job.encoding,
        "separator": job.separator,
        "sheet": job.sheet,
        "header": job.header,
    }
    return {key: value for key, value in said.items() if value}


def _titled(row: int) -> list[Finding]:
    if not row:
        return []
    text = (
        f"Over kolonnenavnene er der en titel: de er læst i række {row}. Passer det ikke, så brug --header."
    )
    return [Finding("title_rows", "", row - 1, text)]


def _stopped(problems: tuple[Problem, ...], last: Mapping[str, int]) -> dict[str, int]:
    """The files with so many faults that whoever reads them stops, and the last row that was looked at."""
    faults = Counter(problem.place.file for problem in errors(problems))
    return {file: last.get(file, 0) for file, times in faults.items() if times >= MAX_PROBLEMS}


def _unread(problems: tuple[Problem, ...], stopped: Mapping[str, int]) -> list[Finding]:
    if not (hard := errors(problems)):
        return []
    rows = len({(problem.place.file, problem.place.row) for problem in hard if problem.place.row})
    first = hard[0]
    text = (
        f"{danish(len(hard))} fejl i selve filen, i {danish(rows)} rækker; importen afviser den. Den første: "
        f"{first.code}, række {first.place.row or '?'}: {first.fault}"
    )
    partly = [
        Finding(
            "not_read_on",
            "",
            0,
            f"Efter {danish(MAX_PROBLEMS)} fejl læses der ikke videre: af {file} er der set rækker til og med "
            f"{danish(row)}, og alle antal her er kun af dem. Ret fejlene, og se igen.",
        )
        for file, row in stopped.items()
    ]
    return [*partly, Finding("unreadable_rows", "", rows, text)]


def _refuse(path: Path, force: bool) -> None:
    if path.is_dir() or path.is_symlink() or (path.exists() and not force):
        fault = (
            "Filen findes allerede."
            if path.is_file() and not path.is_symlink()
            else "Her kan ingen fil skrives."
        )
        remedy = "Vælg et andet navn til --out, eller brug --force for at erstatte filen."
        raise Faults([Problem("MAPPE-104", Place(str(path)), fault, remedy)])


def _write(path: Path, text: str, force: bool) -> None:
    """The file whole or not at all; one that has come meanwhile is not replaced either."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        if force:
            beside.replace(path)
        else:
            os.link(beside, path)
    except FileExistsError:
        _refuse(path, force=False)
    except OSError as error:
        fault = f"Filen kan ikke skrives ({type(error).__name__})."
        problem = Problem("MAPPE-104", Place(str(path)), fault, "Kontrollér sti og rettigheder.")
        raise Faults([problem]) from None
    finally:
        beside.unlink(missing_ok=True)
