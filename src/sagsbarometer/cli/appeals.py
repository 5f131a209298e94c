"""`sagsbarometer appeals`: a register of appeal cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.appeals_authorities import authorities
from sagsbarometer.cli.appeals_compare import compare
from sagsbarometer.cli.appeals_import import import_
from sagsbarometer.cli.appeals_inspect import inspect
from sagsbarometer.cli.appeals_revisions import revisions
from sagsbarometer.cli.appeals_scenario import scenario
from sagsbarometer.cli.appeals_waiting import waiting
from sagsbarometer.cli.danish import Commands, ListCommand
from sagsbarometer.cli.engine import USAGE_CODES, Engine
from sagsbarometer.cli.show import STOPPED, USAGE, say, show_problems, step, stop, summary
from sagsbarometer.kernel.problems import Faults

app = Commands("Klagesager: et register af dem, og statistik af registret, som det stod på en dato.")
app.command("inspect")(inspect)
app.command("import")(import_)


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
app.command("compare", cls=ListCommand)(compare)
app.command("revisions")(revisions)
app.command("waiting")(waiting)
app.command("scenario")(scenario)
