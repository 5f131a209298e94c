"""`sagsbarometer appeals`: a register of appeal cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.appeals_authorities import authorities
from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.engine import USAGE_CODES, Engine
from sagsbarometer.cli.show import STOPPED, USAGE, say, show_problems, step, stop, summary
from sagsbarometer.kernel.problems import Faults

app = Commands("Klagesager: et register af dem, og statistik af registret, som det stod på en dato.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FIL", help="Registreringerne: CSV, XLSX eller Parquet.")],
    mapping: Annotated[
        Path, typer.Option("--mapping", metavar="FIL", help="Hvordan filens kolonner læses (YAML).")
    ],
    register: Annotated[
        Path,
        typer.Option("--register", metavar="MAPPE", help="Registret; det oprettes, hvis det ikke er der."),
    ],
) -> None:
    """Læg en fil med registreringer i et register, eller opret registret.

    Én fejl stopper alt: registret er urørt, kommandoen slutter med 3, og filen kommer tilbage med fejlene mærket.
    """
    from sagsbarometer.kernel.dates import danish_date, danish_day
    from sagsbarometer.reporting.numbers import danish
    from sagsbarometer.runs.appeals_import import Job, import_registrations
    from sagsbarometer.runs.returned import LIST, returned_folder

    try:
        done = import_registrations(Job(file, mapping, register), step)
    except Faults as faults:
        rows = any(problem.place.row for problem in faults.problems)
        back = returned_folder(register)
        show_problems(faults.problems, f"Alle står i {back / LIST}." if rows else "")
        returned = f" Din fil med fejlene mærket: {back}" if rows else ""
        code = USAGE if all(problem.code == "REGISTER-131" for problem in faults.problems) else STOPPED
        stop(code, f"{summary(faults.problems)}. Registret er urørt.{returned}")
    show_problems(done.remarks, f"Alle står i {done.remarks_file}.")
    if not done.added:
        say(f"Registret har allerede filen: den er levering {done.number}. Intet er ændret.")
        return
    say(f"Levering {done.number}: {danish(done.rows)} registreringer af {danish(done.cases)} sager.")
    say(f"Nye sager: {danish(done.new_cases)}. Sager, der var der før: {danish(done.known_cases)}.")
    first, last = (
        danish_date(danish_day(moment)) for moment in (done.first_registered, done.last_registered)
    )
    say(f"Første registrering {first}, sidste {last}.")
    if done.late:
        say(f"Registret havde senere registreringer: tal for datoer fra {first} kan nu blive andre.")


@app.command()
def tables(
    register: Annotated[
        Path, typer.Option("--register", metavar="MAPPE", help="Registret, som appeals import skrev.")
    ],
    layout: Annotated[
        str, typer.Option("--layout", metavar="LAYOUT", help="Navnet på et layout, eller en mappe med et.")
    ],
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATO", help="Sagerne, som de stod den dag (2025-04-11).")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Mappen, resultaterne skrives i.")],
    force: Annotated[
        bool, typer.Option("--force", help="Erstat resultater fra en tidligere kørsel.")
    ] = False,
    engine: Engine = "",
) -> None:
    """Lav et layouts tabeller, figurer og rapport af registret, som det stod på en dato.

    Senere registreringer ændrer intet ved tal for en dato, der er gået.
    """
    from sagsbarometer.runs.appeals_tables import Job, make_tables

    try:
        done = make_tables(Job(register, layout, as_of, out, force, engine), step)
    except Faults as faults:
        show_problems(faults.problems)
        asked = ("MAPPE-", "LAYOUT-111", "LAYOUT-12", "REGISTER-131", *USAGE_CODES)
        usage = all(problem.code.startswith(asked) for problem in faults.problems)
        stop(USAGE if usage else STOPPED, f"{summary(faults.problems)}. Intet er skrevet til {out}.")
    show_problems(done.remarks)
    say(f"Skrev {len(done.files)} filer i {out}. Begynd med {out / 'index.html'}")


app.command("authorities")(authorities)
