"""`sagsbarometer appeals waiting`: how long cases wait, with those that still wait counted in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.appeals_authorities import refused
from sagsbarometer.cli.engine import Engine
from sagsbarometer.cli.show import print_json, say, step
from sagsbarometer.kernel.problems import Faults


def waiting(
    register: Annotated[
        Path, typer.Option("--register", metavar="MAPPE", help="Registret, som appeals import skrev.")
    ],
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATO", help="Sagerne, som de stod den dag (2025-04-11).")
    ],
    received: Annotated[
        str,
        typer.Option(
            "--received", metavar="PERIODE", help="Modtaget i 2024, 2024-03 …; ellers de sidste 24 måneder."
        ),
    ] = "",
    by: Annotated[
        str,
        typer.Option("--by", metavar="GRUPPERING", help="law_area, office, authority eller en egen kolonne."),
    ] = "",
    priority: Annotated[
        str,
        typer.Option(
            "--priority",
            metavar="MÅDE",
            help="Sager med forrang efter loven: apart (for sig) eller together.",
        ),
    ] = "apart",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="MAPPE", help="Mappen til rapport og tabeller; ellers kun tallene her."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Erstat resultater fra en tidligere kørsel.")
    ] = False,
    engine: Engine = "",
) -> None:
    """Vis, hvor længe sager venter: »halvdelen venter X uger eller længere«, med de sager regnet med, der venter endnu.

    Bortfald er en anden måde at slutte på; afgjort, bortfaldet og venter endnu er tilsammen alle sager.
    """
    from sagsbarometer.reporting.pages.waiting_report import summary_lines
    from sagsbarometer.runs.appeals_waiting import Job
    from sagsbarometer.runs.appeals_waiting import waiting as run

    try:
        done = run(Job(register, as_of, received, by, priority, out, force, engine), step)
    except Faults as faults:
        refused(faults, json, f" Intet er skrevet til {out}." if out else "")
    for line in summary_lines(done.found, done.words.named):
        # With --json stdout is data alone.
        say(line) if json else print(line)
    if out is not None:
        say(f"Skrev {len(done.files) + 1} filer i {out}. Begynd med {out / 'index.html'}")
    if json:
        print_json(done.data)
