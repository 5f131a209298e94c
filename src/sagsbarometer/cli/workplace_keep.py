"""`sagsbarometer backup|restore|archive|purge` and `keys rotate`: keeping what the workplace holds, and ending it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import (
    FINDINGS,
    OK,
    STOPPED,
    USAGE,
    faults_stop,
    print_json,
    say,
    show_problems,
    stop,
    summary,
)
from sagsbarometer.cli.show import as_json as problems_as_json
from sagsbarometer.cli.workplace_home import HomeOption, started, the_home
from sagsbarometer.kernel.problems import Problem

Study = Annotated[str, typer.Argument(metavar="STUDIE", help="Studiets id, som det står i adressen.")]
Json = Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")]
OPERATOR = "system:operator"
keys_app = Commands("Nøglerne, som alt i arbejdspladsen er låst med.")


def register(app: Commands) -> None:
    """Adds the commands to the program."""
    for command in (backup, restore, archive, purge, recover):
        app.command()(command)
    keys_app.command()(rotate)
    app.add_typer(keys_app, name="keys")


@keys_app.callback()
def _keys() -> None:
    """Nøglerne, som alt i arbejdspladsen er låst med."""


def backup(
    folder: Annotated[Path, typer.Argument(metavar="MAPPE", help="En ny mappe til backuppen.")],
    home: HomeOption = None,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Tag nøglerne med. Så kan den, der har backuppen, læse alt.")
    ] = False,
) -> None:
    """Tag en backup, også mens arbejdspladsen er i brug. Nøglerne er ikke med: gem dem et andet sted."""
    from sagsbarometer.web.keeping.backup import back_up
    from sagsbarometer.web.keeping.manifest import files_of

    with started(the_home(home)) as house, faults_stop():
        back_up(house, folder, with_keys=with_keys)
    say(f"Backup i {folder}: {len(files_of(folder))} filer.")
    if not with_keys:
        say(f"Nøglerne er ikke med. Uden {house.folder / 'keys'} kan backuppen ikke læses.")


def restore(
    folder: Annotated[Path, typer.Argument(metavar="MAPPE", help="Backuppen.")],
    into: Annotated[
        Path | None, typer.Option("--into", metavar="MAPPE", help="En ny mappe til arbejdspladsen.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Se kun backuppen efter: hver fil og databasen.")
    ] = False,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", metavar="MAPPE", help="Kopien af nøglerne, når de ikke er i backuppen."),
    ] = None,
    purged: Annotated[
        Path | None,
        typer.Option(
            "--purged", metavar="FIL", help="Det nyeste purged.jsonl, når det er nyere end backuppen."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Genskab arbejdspladsen fra en backup i en ny mappe, eller se backuppen efter.

    Det, der er slettet siden backuppen, bliver slettet igen. Slutter med 1, når noget er ændret eller mangler.
    """
    from sagsbarometer.web.keeping.manifest import check_backup
    from sagsbarometer.web.keeping.restore import check_database
    from sagsbarometer.web.keeping.restore import restore as run

    if check:
        problems = check_backup(folder) or check_database(folder)
        _tell_checked(problems, folder, json)
        return
    if into is None:
        stop(USAGE, "Angiv en ny mappe med --into, eller se backuppen efter med --check.")
    with faults_stop(json_=json):
        told = run(folder, into, keys=keys, purged=purged, url=os.environ.get("DATABASE_URL", ""))
    show_problems(told.problems)
    for study in told.again:
        say(f"Studiet {study} var slettet efter backuppen og er slettet igen.")
    say(f"Genskabt i {into}, som det var {told.made_at}.")
    if json:
        again = {"schema_version": 1, "made_at": told.made_at, "purged_again": told.again}
        print_json(again | {"problems": problems_as_json(told.problems)})
    stop(FINDINGS if told.problems else OK)


def _tell_checked(problems: Sequence[Problem], folder: Path, json: bool) -> None:
    show_problems(problems)
    if json:
        print_json({"schema_version": 1, "ok": not problems, "problems": problems_as_json(problems)})
    if problems:
        stop(FINDINGS, summary(problems))
    say(f"{folder} er, som den blev skrevet.")


def archive(
    study: Study,
    out: Annotated[
        Path, typer.Option("--out", metavar="MAPPE", help="En ny mappe til arkivet, uden for huset.")
    ],
    home: HomeOption = None,
    coded_only: Annotated[
        bool, typer.Option("--coded-only", help="Kun de kodede rækker: ingen dokumenter og ingen fri tekst.")
    ] = False,
) -> None:
    """Arkivér et afsluttet studie: rækker, hændelser, plan, og dokumenterne låst op. Bagefter kan det slettes.

    Arkivet er sagernes indhold i klar tekst: læg det et sted, hvor det må ligge.
    """
    from sagsbarometer.web.keeping.archive import archive as run

    with started(the_home(home)) as house, faults_stop():
        if out.absolute().is_relative_to(house.folder):
            stop(USAGE, "Læg arkivet uden for arbejdspladsens mappe.")
        run(house, study, out, OPERATOR, documents=not coded_only)
    say(f"Arkiveret i {out}. Slet dokumenter og fri tekst i huset med: sagsbarometer purge {study}")


def purge(
    study: Study,
    home: HomeOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Slet uden at spørge.")] = False,
) -> None:
    """Slet et arkiveret studies dokumenter, fri tekst og nøgle. Det kan ikke gøres om. De kodede rækker bliver.

    Overlever også, at en ældre backup genskabes.
    """
    from sagsbarometer.web.keeping.purge import purge as run

    folder = the_home(home)
    if not yes:
        if not sys.stdin.isatty():
            stop(USAGE, "Sig --yes, når der ikke kan spørges.")
        if typer.prompt("Skriv studiets id for at slette", err=True) != study:
            stop(STOPPED, "Det var et andet id. Intet er slettet.")
    with started(folder) as house, faults_stop():
        run(house, study, OPERATOR)
    say("Slettet: dokumenter, fri tekst og nøgle. Slet også gamle kopier af nøglen og gamle backupper.")


def recover(
    email: Annotated[str, typer.Argument(metavar="E-MAIL", help="Den, der ikke kan komme ind.")],
    home: HomeOption = None,
) -> None:
    """Luk en ind igen, der har mistet adgangskode eller telefon: skriv et link, hvor adgangskoden sættes én gang.

    To trin slås fra, og personen logges ud overalt. Det står i hændelseskæden.
    """
    from sagsbarometer.web.keeping.house import recover as run

    with started(the_home(home)) as house, faults_stop():
        link = run(email, str(house.config.get("address", "http://localhost:8000")))
    say(
        "To trin er slået fra, og alle sessioner er afsluttet. Giv personen linket; det virker én gang og i tre dage:"
    )
    print(link)


def rotate(home: HomeOption = None) -> None:
    """Lav en ny hovednøgle, og lås studiernes nøgler med den. Tag derefter en ny kopi af nøglerne.

    Afbrydes det, køres det bare igen.
    """
    from sagsbarometer.web.keeping.keys import rotate_master

    with started(the_home(home)) as house, faults_stop():
        number = rotate_master(house)
    say(
        f"Ny hovednøgle. {number} nøgler er låst med den. Tag en ny kopi af {house.folder / 'keys'}, og slet den gamle."
    )
