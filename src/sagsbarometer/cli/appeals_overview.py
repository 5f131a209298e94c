"""`sagsbarometer appeals overview`: from an extract to its tables in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from sagsbarometer.cli.appeals_authorities import REAL_NAMES
from sagsbarometer.cli.appeals_import import Full, RegisteredAt, Table, as_data, refused, told
from sagsbarometer.cli.engine import USAGE_CODES, Engine
from sagsbarometer.cli.show import (
    REFUSED,
    STOPPED,
    USAGE,
    danish_today,
    print_json,
    refuse,
    say,
    show_problems,
    step,
)
from sagsbarometer.kernel.problems import Faults


def overview(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FIL", help="Registreringerne, som til appeals import."),
    ],
    mapping: Annotated[
        Path, typer.Option("--mapping", metavar="FIL", help="Hvordan filens kolonner læses (YAML).")
    ],
    register: Annotated[
        Path,
        typer.Option("--register", metavar="MAPPE", help="Registret; det oprettes, hvis det ikke er der."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Mappen, tallene skrives i.")],
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of", metavar="DATO", help="Sagerne, som de stod den dag; ellers den sidste i filen."
        ),
    ] = "",
    full: Full = False,
    registered_at: RegisteredAt = "",
    table: Table = "",
    force: Annotated[bool, typer.Option("--force", help="Erstat tal fra en tidligere kørsel.")] = False,
    engine: Engine = "",
    json_: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")] = False,
) -> None:
    """Læg et udtræk i et register, og lav overblikket over det: sager, udfald, tider, emner og myndigheder.

    Det samme som appeals import og derefter appeals tables med layoutet overview. Rapporten siger, hvad der er galt
    med udtrækket.
    """
    from sagsbarometer.kernel.dates import danish_date
    from sagsbarometer.runs.appeals_import import Refused
    from sagsbarometer.runs.appeals_overview import Job, overview

    job = Job(files, mapping, register, out, as_of, full, registered_at, table, force, engine, danish_today())
    try:
        done = overview(job, step)
    except Refused as faults:
        refused(faults, register, False, json_)
    except Faults as faults:
        _stopped(faults, out, json_)
    told(done.imported, False)
    show_problems(done.tables.remarks)
    files_ = list(done.tables.files)
    say(
        f"Overblik pr. {danish_date(done.day)}: {len(files_)} filer i {out}. Begynd med {out / 'overblik.html'}"
    )
    if json_:
        made = {"as_of": done.day.isoformat(), "out": str(out), "files": files_}
        print_json({**as_data(done.imported, False), **made})


def _stopped(faults: Faults, out: Path, json_: bool) -> NoReturn:
    asked = ("MAPPE-", "LAYOUT-12", "REGISTER-131", *USAGE_CODES)
    usage = all(problem.code.startswith(asked) for problem in faults.problems)
    refused_ = any(problem.code == REAL_NAMES for problem in faults.problems)
    code = REFUSED if refused_ else USAGE if usage else STOPPED
    refuse(faults, json_, code, f" Intet er skrevet til {out}.")
