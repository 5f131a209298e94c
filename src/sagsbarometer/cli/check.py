"""`sagsbarometer check`: hold published documents against themselves and each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import FINDINGS, STOPPED, faults_stop, print_json, stop


def register(app: Commands) -> None:
    """Adds the command to the program."""
    app.command(name="check")(check)


def check(
    folder: Annotated[
        Path, typer.Argument(metavar="MAPPE", help="Et dokuments mappe, eller en mappe med flere.")
    ],
    results: Annotated[
        list[Path] | None,
        typer.Option("--results", metavar="MAPPE", help="Beregnede resultater; kan skrives flere gange."),
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FIL", help="Skriv modsigelserne som CSV.")
    ] = None,
    claims: Annotated[bool, typer.Option("--claims", help="Vis hvert udsagn med sin dom.")] = False,
    brief: Annotated[
        bool, typer.Option("--brief", help="Vis kun modsigelser, der er sikre eller ikke kendte.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")] = False,
) -> None:
    """Hold offentliggjorte tabeller og udsagn op mod sig selv, hinanden og beregnede resultater.

    Kræver ingen data. Slutter med 0, når netop de kendte modsigelser findes, ellers 1.
    """
    from sagsbarometer.checking.check import check_folder
    from sagsbarometer.checking.check_report import as_json, as_lines
    from sagsbarometer.checking.finding import write_csv
    from sagsbarometer.datafiles.shipped import shipped
    from sagsbarometer.store.results import load_results

    with faults_stop(STOPPED):
        loaded = [load_results(path).results for path in results or []]
        report = check_folder(folder, shipped("published"), loaded)
    if write is not None:
        write.write_text(write_csv(report.contradictions), encoding="utf-8")
    if json:
        print_json(as_json(report))
    else:
        print("\n".join(as_lines(report, claims, brief)))
    if not report.ok:
        stop(FINDINGS)
