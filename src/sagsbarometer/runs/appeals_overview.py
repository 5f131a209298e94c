"""One go from an extract to its overview: a delivery in a register, and the tables any register gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sagsbarometer.kernel.dates import danish_day
from sagsbarometer.runs import appeals_import, appeals_tables
from sagsbarometer.store.folder import refuse_existing

Tell = Callable[[str], None]
LAYOUT = "overview"


@dataclass(frozen=True, slots=True)
class Job:
    """What to import and how it is read, into which register, and where the tables go.

    `files`, `table`, `full`, `registered_at` and `today` as for an import. `as_of`: the day of the tables, "" for that
    of the last registration delivered.
    """

    files: Path | str | Sequence[Path | str] = field(repr=False)  # may be an address with a password
    mapping: Path
    register: Path
    out: Path
    as_of: str = ""
    full: bool = False
    registered_at: str = ""
    table: str = ""
    force: bool = False
    engine: str = field(default="", repr=False)  # may hold a password
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The import, the tables, and the day they are of."""

    imported: appeals_import.Imported
    tables: appeals_tables.Done
    day: date


def overview(job: Job, tell: Tell = lambda line: None) -> Done:
    """Imports, and makes the tables of the layout `overview`. `tell` is given one Danish line per step.

    Raises Faults as `appeals_import.import_registrations` and `appeals_tables.make_tables`; where the tables cannot be
    made, the delivery is in the register all the same, and the same call later goes on from there.
    """
    refuse_existing(job.out, job.force)  # before the long work
    imported = appeals_import.import_registrations(
        appeals_import.Job(
            job.files,
            job.mapping,
            job.register,
            full=job.full,
            registered_at=job.registered_at,
            table=job.table,
            today=job.today,
        ),
        tell,
    )
    day = job.as_of or danish_day(imported.last_registered).isoformat()
    tables = appeals_tables.make_tables(
        appeals_tables.Job(job.register, LAYOUT, day, job.out, job.force, job.engine), tell
    )
    return Done(imported, tables, date.fromisoformat(str(tables.results.manifest["data_date"])))
