"""`sagsbarometer appeals import`: what it is asked, and what it tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sagsbarometer.cli.show import (
    STOPPED,
    USAGE,
    as_json,
    danish_today,
    print_json,
    say,
    show_problems,
    step,
    stop,
    summary,
)
from sagsbarometer.kernel.problems import Faults, Problem, errors

if TYPE_CHECKING:
    from sagsbarometer.appeals.intake.report import Report
    from sagsbarometer.runs.appeals_import import Imported


_MOST_ALIKE = 3  # problems of a code shown after the report

# What any command that imports is asked.
Full = Annotated[
    bool, typer.Option("--full", help="Leveringen er hele registret: sager, den ikke har, trækkes tilbage.")
]
RegisteredAt = Annotated[
    str,
    typer.Option(
        "--registered-at",
        metavar="TID",
        help="Tidspunktet for alle rækker, når filen ikke har et (2025-04-11).",
    ),
]
Table = Annotated[str, typer.Option("--table", metavar="TABEL", help="Tabellen i databasen.")]


def import_(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FIL",
            help="Registreringerne: CSV, XLSX, Parquet eller JSON-linjer, også flere med de samme kolonner; eller "
            "adressen på en database.",
        ),
    ],
    mapping: Annotated[
        Path, typer.Option("--mapping", metavar="FIL", help="Hvordan filens kolonner læses (YAML).")
    ],
    register: Annotated[
        Path,
        typer.Option("--register", metavar="MAPPE", help="Registret; det oprettes, hvis det ikke er der."),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Vis rapporten, og skriv intet.")] = False,
    full: Full = False,
    registered_at: RegisteredAt = "",
    table: Table = "",
    json_: Annotated[bool, typer.Option("--json", help="Rapporten som JSON.")] = False,
) -> None:
    """Læg en fil med registreringer i et register, eller opret registret.

    Én fejl stopper alt: registret er urørt, kommandoen slutter med 3, og filen kommer tilbage med fejlene mærket.
    Rapporten siger, hvilke regler der er brudt; mappingen bestemmer, hvilke der stopper.
    """
    from sagsbarometer.runs.appeals_import import Job, import_registrations

    job = Job(files, mapping, register, dry_run, full, registered_at, table, danish_today())
    try:
        done = import_registrations(job, step)
    except Faults as faults:
        refused(faults, job.register, dry_run, json_)
    if json_:
        print_json(as_data(done, dry_run))
    told(done, dry_run)


def refused(faults: Faults, register: Path, dry_run: bool, json_: bool) -> NoReturn:
    """Shows why, and ends the command."""
    from sagsbarometer.runs.returned import LIST, returned_folder

    report: Report | None = getattr(faults, "report", None)
    if report is not None:
        _show(report)
    stops = errors(faults.problems) or faults.problems
    rows = any(problem.place.row for problem in faults.problems) and not dry_run
    back = returned_folder(register)
    if report is None:
        show_problems(stops, f"Alle står i {back / LIST}." if rows else "")
    else:  # the report has told how many there are of each
        few = _few(stops)
        show_problems(few)
        if len(few) < len(stops):
            where = f"står i {back / LIST}" if rows else "kommer i en fil, når du importerer uden --dry-run"
            say(f"Her er højst {_MOST_ALIKE} fejl af hver regel; alle {len(stops)} {where}.")
    if json_:
        said: dict[str, Any] = {"schema_version": 1, "imported": False, "dry_run": dry_run}
        print_json(
            {**said, "report": report and report.as_json(), "problems": as_json(faults.problems[:1000])}
        )
    returned = f" Din fil med fejlene mærket: {back}" if rows else ""
    code = USAGE if all(problem.code == "REGISTER-131" for problem in faults.problems) else STOPPED
    stop(code, f"{summary(faults.problems)}. Registret er urørt.{returned}")


def _few(problems: Sequence[Problem]) -> list[Problem]:
    """The first problems of each code; those of no row all of them."""
    told: Counter[str] = Counter()
    few = []
    for problem in problems:
        told[problem.code] += problem.place.row is not None
        if problem.place.row is None or told[problem.code] <= _MOST_ALIKE:
            few.append(problem)
    return few


def _show(report: Report) -> None:
    for line in report.lines():
        say(line)


def told(done: Imported, dry_run: bool) -> None:
    """Tells what an import did, with the report of the delivery."""
    from sagsbarometer.kernel.dates import danish_date, danish_day
    from sagsbarometer.reporting.numbers import danish

    if not dry_run and not done.added:
        say(f"Registret har allerede filen: den er levering {done.number}. Intet er ændret.")
        return
    if done.report is not None:
        _show(done.report)
    if done.remarks_file:
        say(f"{_warnings(done.remarks)}: alle står i {done.remarks_file}.")
    say("")
    head = f"Levering {done.number}" if not dry_run else "Prøve"
    say(f"{head}: {danish(done.rows)} registreringer af {danish(done.cases)} sager.")
    say(f"Nye sager: {danish(done.new_cases)}. Sager, der var der før: {danish(done.known_cases)}.")
    if done.withdrawn:
        what = "Ville blive trukket" if dry_run else "Trukket"
        say(f"{what} tilbage, fordi leveringen ikke længere har dem: {danish(done.withdrawn)} sager.")
    moments = (done.first_registered, done.last_registered)
    first, last = (danish_date(danish_day(moment)) for moment in moments)
    say(f"Første registrering {first}, sidste {last}.")
    if done.late:
        say(f"Registret har senere registreringer: tal for datoer fra {first} kan nu blive andre.")
    if dry_run:
        say("Intet er skrevet.")


def _warnings(remarks: tuple[Problem, ...]) -> str:
    return summary(remarks).partition(", ")[2] or summary(remarks)


def as_data(done: Imported, dry_run: bool) -> dict[str, Any]:
    """What an import did, as plain data."""
    return {
        "schema_version": 1,
        "imported": done.added,
        "dry_run": dry_run,
        "delivery": done.number or None,
        "rows": done.rows,
        "cases": done.cases,
        "new_cases": done.new_cases,
        "known_cases": done.known_cases,
        "withdrawn": done.withdrawn,
        "first_registered": done.first_registered.isoformat(),
        "last_registered": done.last_registered.isoformat(),
        "late": done.late,
        "report": done.report and done.report.as_json(),
        "problems": as_json(done.remarks[:1000]),
    }
