"""`sagsbarometer init|serve|migrate|doctor`: running the workplace."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli import workplace_keep
from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import FINDINGS, STOPPED, USAGE, faults_stop, print_json, say, stop
from sagsbarometer.cli.workplace_home import HomeOption, started, the_home

NoInput = Annotated[bool, typer.Option("--no-input", help="Spørg ikke om noget.")]


def register(app: Commands) -> None:
    """Adds the commands to the program."""
    for command in (init, serve, migrate, doctor):
        app.command()(command)
    workplace_keep.register(app)


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="MAPPE", help="En ny mappe til alt, arbejdspladsen gemmer.")
    ],
    email: Annotated[
        str, typer.Option("--email", metavar="ADRESSE", help="Den første administrators e-mail.")
    ] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAVN", help="Den første administrators navn.")] = "",
    address: Annotated[
        str, typer.Option("--address", metavar="URL", help="Adressen, brugerne skriver i browseren.")
    ] = "http://127.0.0.1:8000",
    organisation: Annotated[
        str, typer.Option("--organisation", metavar="NAVN", help="Myndighedens navn.")
    ] = "",
    no_input: NoInput = False,
) -> None:
    """Lav arbejdspladsens mappe: nøgler, config.toml, en tom database og den første administrator.

    Der spørges om det, der mangler. Uden adgangskode skrives et link på stdout, hvor den sættes én gang.
    Skriver aldrig oven i noget.
    """
    from sagsbarometer.web.keeping.house import First, make_house

    asks = not no_input and sys.stdin.isatty()
    email = email or (typer.prompt("E-mail", err=True) if asks else "")
    name = name or (typer.prompt("Navn", err=True) if asks else "")
    if not email or not name:
        stop(USAGE, "--email og --name skal angives, når der ikke kan spørges.")
    password = _new_password() if asks else ""
    with faults_stop():
        made = make_house(
            folder, address=address, organisation=organisation, first=First(email, name, password)
        )
    say(f"Lavet: {folder}. Gem en kopi af {folder / 'keys'} et andet sted: uden nøglerne kan intet læses.")
    say(f"Start den med: sagsbarometer serve --home {folder}")
    if made.link:
        say("Sæt administratorens adgangskode her. Linket virker én gang og i tre dage:")
        print(made.link)


def _new_password() -> str:
    """Asked for twice; nothing where a link is wanted."""
    password: str = typer.prompt(
        "Adgangskode (mindst 12 tegn; tom for et link)",
        hide_input=True,
        default="",
        show_default=False,
        err=True,
    )
    if password and typer.prompt("Igen", hide_input=True, err=True) != password:
        stop(USAGE, "De to er ikke ens.")
    return password


def serve(
    home: HomeOption = None,
    host: Annotated[
        str,
        typer.Option("--host", metavar="ADRESSE", help="0.0.0.0 for alle; sæt TLS foran, se docs/drift.md."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="TAL", min=1, max=65535, help="Porten.")] = 8000,
    workers: Annotated[
        int, typer.Option("--workers", metavar="TAL", min=1, max=64, help="Processer, der svarer.")
    ] = 2,
) -> None:
    """Kør arbejdspladsen: webserveren og opgavekøen. Stop med Ctrl-C.

    En proces, der går ned, startes igen. Databasen opdateres ikke af sig selv: sig sagsbarometer migrate.
    """
    from sagsbarometer.web.boot import let_go
    from sagsbarometer.web.jobs.serve import port_taken
    from sagsbarometer.web.jobs.serve import serve as run
    from sagsbarometer.web.keeping.migrating import refuse_old_database

    folder = the_home(home)
    if port_taken(host, port):
        stop(
            STOPPED,
            f"Porten {port} er optaget, eller {host} kan ikke bruges. Vælg en anden med --port eller --host.",
        )
    with started(folder), faults_stop():
        refuse_old_database()
        let_go()
    if not run(folder.absolute(), host, port, workers, say):
        stop(STOPPED)
    say("Stoppet.")


def migrate(
    home: HomeOption = None,
    backup: Annotated[
        Path | None, typer.Option("--backup", metavar="MAPPE", help="Hvor databasen kopieres hen først.")
    ] = None,
) -> None:
    """Opdatér databasen til denne udgave af programmet. Den kopieres først. Stop arbejdspladsen imens."""
    from sagsbarometer.web.keeping.migrating import migrate as run

    folder = the_home(home)
    with started(folder) as house, faults_stop():
        did = run(house, backup, say)
    say("Databasen er opdateret." if did else "Databasen er allerede opdateret.")


def doctor(
    home: HomeOption = None,
    json: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt.")] = False,
) -> None:
    """Se arbejdspladsen efter: udgaver, database, plads, ur, rettigheder, nøgler, log og backup.

    Slutter med 0, når alt er i orden, ellers 1.
    """
    from sagsbarometer.web.keeping.doctor import examine

    with started(the_home(home)) as house:
        findings = examine(house)
    if json:
        listed = [
            {"name": it.name, "ok": it.is_well, "said": it.said, "remedy": it.remedy} for it in findings
        ]
        print_json({"schema_version": 1, "ok": all(it.is_well for it in findings), "findings": listed})
    else:
        for it in findings:
            print(
                f"{'ok  ' if it.is_well else 'FEJL'}  {it.name}: {it.said}"
                + (f"\n      → {it.remedy}" if it.remedy else "")
            )
    if not all(it.is_well for it in findings):
        stop(FINDINGS)
