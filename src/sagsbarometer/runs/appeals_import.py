"""An import: files of registrations in, one more delivery in the register or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sagsbarometer import __version__
from sagsbarometer.appeals.codes import codes_of
from sagsbarometer.appeals.intake.mapping import Plan, Written, plan_of, read_mapping
from sagsbarometer.appeals.intake.report import Report, note_of
from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.returned import fault_table
from sagsbarometer.deliveries.stream import RowSource
from sagsbarometer.deliveries.table_cells import MAX_BYTES, MAX_ROWS, safe_name
from sagsbarometer.kernel.ids import content_hash, file_hash
from sagsbarometer.kernel.problems import Faults, Problem, errors
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.runs.appeals_judge import (
    Judged,
    judge_staged,
    known_cases,
    with_withdrawals,
    withdrawals,
)
from sagsbarometer.runs.appeals_stage import Staged, stage
from sagsbarometer.runs.returned import return_file, return_rows
from sagsbarometer.runs.sources import open_input
from sagsbarometer.store.register import ORIGIN_SAID, Register, existing_register
from sagsbarometer.store.register_write import (
    Appended,
    Delivery,
    Outdated,
    append_delivery,
    next_number,
    refuse_others,
    renumbered,
)
from sagsbarometer.store.source_table import is_address
from sagsbarometer.store.staging import prepare_judging, prepare_reading, staging

Tell = Callable[[str], None]
_LARGE = 1_000_000_000  # bytes; nobody waits in silence for more


@dataclass(frozen=True, slots=True)
class Job:
    """What to import, how it is read, and into which register.

    `files` is a file, several of the same columns, or the connection string of a database with `table`. `full`: cases
    the delivery no longer has are withdrawn. `registered_at`: the moment of all rows, where the source has none.
    `dry_run`: everything but the writing. `today`: the day in Denmark that no registration should be after; None asks
    of none.
    """

    files: Path | str | Sequence[Path | str] = field(repr=False)  # may be an address with a password
    mapping: Path
    register: Path
    dry_run: bool = False
    full: bool = False
    registered_at: str = ""
    table: str = ""
    today: date | None = None

    @property
    def inputs(self) -> list[str]:
        """What is to be read, as it was written."""
        given = [self.files] if isinstance(self.files, str | Path) else self.files
        return [str(item) for item in given]

    @property
    def options(self) -> dict[str, str]:
        """What makes another delivery of the same file and mapping."""
        said = {
            "delivery": "full" if self.full else "",
            "registered_at": self.registered_at,
            "table": self.table,
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `added` is False when the register had the very same delivery already, and in a dry run;
    `late` tells that figures as of days since `first_registered` may become others. `number` is 0 in a dry run, and
    `report` is None where the file was not read because it was there.
    """

    added: bool
    number: int
    rows: int
    cases: int
    new_cases: int
    known_cases: int
    withdrawn: int
    first_registered: datetime
    last_registered: datetime
    late: bool
    remarks: tuple[Problem, ...]
    remarks_file: Path | None
    report: Report | None = None
    report_file: Path | None = None


class Refused(Faults):
    """Faults of the rows of a file, with the report of all of them."""

    def __init__(self, problems: Sequence[Problem], report: Report) -> None:
        super().__init__(problems)
        self.report = report


def import_registrations(job: Job, tell: Tell = lambda line: None) -> Imported:
    """Imports a delivery. `tell` is given one Danish line per step, and every few seconds how far it has come.

    Raises Faults when anything stops the import, Refused where that are the rows; the register is then as it was. When
    rows are at fault, and it is no dry run, the file is returned with its faults marked in `returned_folder(register)`.
    """
    tell("Læser loven og registret")
    register = existing_register(job.register)
    written = read_mapping(job.mapping)
    if _bytes(job) >= _LARGE:
        tell("Regner fingeraftrykket af det, der skal læses")
    with ThreadPoolExecutor(1) as pool:  # the content of the source, while what takes as long is made ready
        described = pool.submit(_source, job)
        catalogue = load_catalogue(shipped("law"))
        prepare_reading()
        source = described.result()
    reading = _Reading(job, written, catalogue, source)
    if register and not job.dry_run and (entry := reading.there(register)):
        return _unchanged(job, entry)  # it would be read as it was: spare the reading
    tell(f"Læser {source['file']}")
    opened = open_input(job.inputs, written.reading(job.table))
    codes = codes_of(catalogue)
    plan = plan_of(written, opened.header, codes.lists, codes.reach, job.registered_at)
    if register:
        refuse_others(register, "", plan.own)
    with staging(None if job.dry_run else job.register) as folder, ThreadPoolExecutor(1) as pool:
        pool.submit(prepare_judging)  # while rows are read
        try:
            staged = stage(opened, plan, codes, next_number(register), folder, tell)
            tell(f"Kontrollerer {danish(staged.read)} registreringer")
            origin = register.origin if register else ""
            judged = judge_staged(staged, plan, codes, folder, origin, job.today)
            if errors(judged.problems):
                raise Refused(judged.problems, judged.report)
        except Faults as faults:
            if not job.dry_run:
                _give_back(job, opened, faults.problems, tell)
            raise
        reading.source["sha256"] = reading.source["sha256"] or staged.sha256
        if job.dry_run:
            return _tried(reading, plan, staged, judged, register, folder)
        tell("Skriver leveringen")
        return _written(reading, plan, staged, judged, folder)


@dataclass(frozen=True, slots=True)
class _Reading:
    job: Job
    written: Written
    catalogue: Catalogue
    source: dict[str, Any]

    @property
    def mapping(self) -> dict[str, str]:
        path = self.job.mapping
        return {"file": safe_name(path.name), "sha256": file_hash(path)}

    @property
    def read_by(self) -> dict[str, str]:
        return {"law": self.catalogue.hash, "sagsbarometer": __version__}

    def there(self, register: Register) -> Mapping[str, Any] | None:
        """The delivery that is this very file, read as it would be now."""
        entry = register.last_of(self.source["sha256"], self.mapping["sha256"], self.job.options)
        return entry if entry and entry["read_by"] == self.read_by else None


def _bytes(job: Job) -> int:
    """How much is to be read; 0 of a table, and of what is no file."""
    paths = [Path(text) for text in job.inputs if not is_address(text)]
    return sum(path.stat().st_size for path in paths if path.is_file())


def _source(job: Job) -> dict[str, Any]:
    """What the list of a register says of a source. That of a table is known when it is read."""
    if any(is_address(text) for text in job.inputs):
        return {"file": safe_name(job.table) or "databasen", "sha256": ""}
    paths = [Path(text) for text in job.inputs]
    # What is no file is told of by who reads it; a pipe or a device has no end.
    files = [
        {"file": safe_name(path.name), "sha256": file_hash(path) if path.is_file() else ""} for path in paths
    ]
    if len(files) == 1:
        return dict(files[0])
    name = f"{files[0]['file']} og {len(files) - 1} til"
    return {"file": name, "sha256": content_hash([file["sha256"] for file in files]), "files": files}


def _give_back(job: Job, opened: RowSource, problems: Sequence[Problem], tell: Tell) -> None:
    if not any(problem.place.row for problem in problems):
        return
    tell("Skriver filen med fejlene mærket")
    small = opened.kind != "sql" and opened.size <= MAX_BYTES and len(job.inputs) == 1
    if small and max(problem.place.row or 0 for problem in problems) <= MAX_ROWS:
        return_file(Path(job.inputs[0]), problems, job.register)
    else:
        return_rows(opened, problems, job.register)


def _withdrawing(
    reading: _Reading, plan: Plan, staged: Staged, judged: Judged, register: Register | None, folder: Path
) -> tuple[Judged, int]:
    """How many cases the delivery takes out of this register, with what is to be said of it. Raises Refused."""
    if not (reading.job.full or plan.full):
        return judged, 0
    taken, said = withdrawals(judged, register, folder, staged, reading.source["file"], plan.levels)
    judged = replace(judged, problems=(*judged.problems, *said))
    if errors(said):
        raise Refused(judged.problems, judged.report)
    return judged, taken


def _tried(
    reading: _Reading, plan: Plan, staged: Staged, judged: Judged, register: Register | None, folder: Path
) -> Imported:
    judged, withdrawn = _withdrawing(reading, plan, staged, judged, register, folder)
    known = known_cases(judged.rows, register, folder)
    first, last = _span(judged)
    earlier = register.manifest["deliveries"] if register else []
    late = any(first <= datetime.fromisoformat(entry["last_registered"]) for entry in earlier)
    return Imported(
        added=False,
        number=0,
        rows=judged.report.kept,
        cases=judged.cases,
        new_cases=judged.cases - known,
        known_cases=known,
        withdrawn=withdrawn,
        first_registered=first,
        last_registered=last,
        late=late,
        remarks=judged.problems,
        remarks_file=None,
        report=judged.report,
    )


def _span(judged: Judged) -> tuple[datetime, datetime]:
    if judged.span is None:
        raise AssertionError("unreachable: a registration without a moment stops the import")
    return judged.span


def _written(reading: _Reading, plan: Plan, staged: Staged, judged: Judged, folder: Path) -> Imported:
    """The delivery in the register. Where that has grown meanwhile, the delivery is made ready once more."""
    job, number = reading.job, 0
    first, last = _span(judged)
    full = job.full or plan.full
    while True:
        register = existing_register(job.register)
        number = next_number(register)
        _number(judged.rows, number, staged)
        known = known_cases(judged.rows, register, folder)
        said, withdrawn = _withdrawing(reading, plan, staged, judged, register, folder)
        rows = said.rows
        if withdrawn:
            rows, withdrawn = with_withdrawals(judged, register, number, folder, staged)
        delivery = Delivery(
            rows=rows,
            number=number,
            origin=staged.origins[0],
            source=reading.source,
            mapping=reading.mapping,
            read_by=reading.read_by,
            first_registered=first,
            last_registered=last,
            said={
                "cases": judged.cases,
                "withdrawn": withdrawn,
                "left_out": dict(judged.report.left_out),
                "rules": note_of(judged.report.findings),
            },
            own=plan.own,
            options=job.options,
            kind="full" if full else "incremental",
            remarks=fault_table(said.problems).encode() if said.problems else b"",
            report=("\n".join(judged.report.lines()) + "\n").encode(),
        )
        try:
            appended = append_delivery(job.register, delivery)
        except Outdated:
            continue
        return _imported(job, appended, said, known, withdrawn)


def _number(rows: Path, number: int, staged: Staged) -> None:
    """The rows say which delivery they are of; another import may have taken the number they had."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(rows) as file:
        group = file.metadata.row_group(0)
        column = file.schema_arrow.names.index("delivery")
        there = group.column(column).statistics.min
    if there != number:
        renumbered(rows, number, {ORIGIN_SAID.decode(): min(staged.origins, default="")})


def _imported(job: Job, appended: Appended, judged: Judged, known: int, withdrawn: int) -> Imported:
    entry = appended.entry
    if not appended.added:
        return _unchanged(job, entry, judged)
    return Imported(
        added=True,
        number=int(entry["number"]),
        rows=int(entry["rows"]) - withdrawn,
        cases=judged.cases,
        new_cases=judged.cases - known,
        known_cases=known,
        withdrawn=withdrawn,
        first_registered=datetime.fromisoformat(entry["first_registered"]),
        last_registered=datetime.fromisoformat(entry["last_registered"]),
        late=appended.late,
        remarks=judged.problems,
        remarks_file=_beside(job, entry, "remarks"),
        report=judged.report,
        report_file=_beside(job, entry, "report"),
    )


def _unchanged(job: Job, entry: Mapping[str, Any], judged: Judged | None = None) -> Imported:
    return Imported(
        added=False,
        number=int(entry["number"]),
        rows=int(entry["rows"]) - int(entry.get("withdrawn", 0)),
        cases=int(entry["cases"]),
        new_cases=0,
        known_cases=int(entry["cases"]),
        withdrawn=0,
        first_registered=datetime.fromisoformat(entry["first_registered"]),
        last_registered=datetime.fromisoformat(entry["last_registered"]),
        late=False,
        remarks=judged.problems if judged else (),
        remarks_file=_beside(job, entry, "remarks"),
        report=judged.report if judged else None,
        report_file=_beside(job, entry, "report"),
    )


def _beside(job: Job, entry: Mapping[str, Any], key: str) -> Path | None:
    file = entry.get(key, {}).get("file")
    return job.register / file if file else None
