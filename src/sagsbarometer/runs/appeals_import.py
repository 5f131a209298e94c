"""An import: a file of registrations in, one more delivery in the register or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sagsbarometer import __version__
from sagsbarometer.appeals.codes import Codes, codes_of
from sagsbarometer.appeals.importing import Registrations, read_registrations
from sagsbarometer.appeals.mapping import load_mapping
from sagsbarometer.appeals.registration import COLUMNS
from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.returned import fault_table
from sagsbarometer.deliveries.table_cells import safe_name
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.kernel.ids import file_hash
from sagsbarometer.kernel.problems import Faults, Problem
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.runs.returned import return_file
from sagsbarometer.store.register import Appended, Delivery, append_delivery, existing_register

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What to import, how it is read, and into which register."""

    file: Path
    mapping: Path
    register: Path


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `added` is False when the register had the very same delivery already; `late` tells that
    figures as of days since `first_registered` may become others.
    """

    added: bool
    number: int
    rows: int
    cases: int
    new_cases: int
    known_cases: int
    first_registered: datetime
    last_registered: datetime
    late: bool
    remarks: tuple[Problem, ...]
    remarks_file: Path | None


def import_registrations(job: Job, tell: Tell = lambda line: None) -> Imported:
    """Imports a file. `tell` is given one Danish line per step.

    Raises Faults when anything stops the import; the register is then as it was. When rows are at fault, the file is
    returned with its faults marked in the folder `returned_folder(job.register)`.
    """
    tell("Læser loven og registret")
    catalogue = load_catalogue(shipped("law"))
    register = existing_register(job.register)
    source = {"file": safe_name(job.file.name), "sha256": _hash(job.file)}
    mapping = {"file": safe_name(job.mapping.name), "sha256": _hash(job.mapping)}
    read_by = {"law": catalogue.hash, "sagsbarometer": __version__}
    entry = register.last_of(source["sha256"], mapping["sha256"]) if register else None
    if entry and entry["read_by"] == read_by:  # it would be read as it was: spare the reading
        return _imported(job, Appended(entry, 0, int(entry["cases"]), added=False), ())
    registrations = _read(job, codes_of(catalogue), register.origin if register else "", tell)
    tell("Skriver leveringen")
    delivery = Delivery(
        types=COLUMNS,
        columns=registrations.columns,
        registered_at=registrations.registered_at,
        lines=registrations.lines,
        origin=registrations.origin,
        source=source,
        mapping=mapping,
        read_by=read_by,
        remarks=fault_table(registrations.remarks).encode() if registrations.remarks else b"",
    )
    return _imported(job, append_delivery(job.register, delivery), registrations.remarks)


def _read(job: Job, codes: Codes, origin: str, tell: Tell) -> Registrations:
    try:
        tell(f"Læser {safe_name(job.file.name)}")
        table = read_table(job.file)
        plan = load_mapping(job.mapping, table.header, codes.lists)
        tell(f"Kontrollerer {danish(len(table.rows))} registreringer")
        return read_registrations(table, plan, codes, origin)
    except Faults as faults:
        if any(problem.place.row for problem in faults.problems):
            return_file(job.file, faults.problems, job.register)
        raise


def _hash(path: Path) -> str:
    # What is no file is told of by who reads it; a pipe or a device has no end.
    return file_hash(path) if path.is_file() else ""


def _imported(job: Job, appended: Appended, remarks: tuple[Problem, ...]) -> Imported:
    entry = appended.entry
    file = entry.get("remarks", {}).get("file")
    return Imported(
        added=appended.added,
        number=int(entry["number"]),
        rows=int(entry["rows"]),
        cases=int(entry["cases"]),
        new_cases=appended.new_cases,
        known_cases=appended.known_cases,
        first_registered=datetime.fromisoformat(entry["first_registered"]),
        last_registered=datetime.fromisoformat(entry["last_registered"]),
        late=appended.late,
        remarks=remarks,
        remarks_file=job.register / file if file else None,
    )
