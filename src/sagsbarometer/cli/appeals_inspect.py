"""`sagsbarometer appeals inspect`: what it is asked, and what it tells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sagsbarometer.cli.show import STOPPED, USAGE, as_json, print_json, refuse, say, show_problems, step
from sagsbarometer.kernel.problems import Faults

if TYPE_CHECKING:
    from sagsbarometer.runs.appeals_inspect import Inspected

_WIDEST = 36  # signs of a column's name in the list


def inspect(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FIL",
            help="Udtrækket: CSV, XLSX, Parquet eller JSON-linjer, også flere med de samme kolonner; eller adressen på "
            "en database.",
        ),
    ],
    table: Annotated[str, typer.Option("--table", metavar="TABEL", help="Tabellen i databasen.")] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FIL", help="Filen, mappingen skrives i; ellers skrives den i terminalen."
        ),
    ] = None,
    encoding: Annotated[
        str,
        typer.Option(
            "--encoding", metavar="TEGNSÆT", help="Filens tegnsæt, hvis det ikke findes af sig selv."
        ),
    ] = "",
    separator: Annotated[
        str, typer.Option("--separator", metavar="TEGN", help="Tegnet mellem kolonnerne i en CSV-fil.")
    ] = "",
    sheet: Annotated[str, typer.Option("--sheet", metavar="ARK", help="Arket i en Excel-fil.")] = "",
    header: Annotated[
        int,
        typer.Option(
            "--header", metavar="RÆKKE", help="Rækken med kolonnenavnene; 0: den første, der er skrevet i."
        ),
    ] = 0,
    force: Annotated[bool, typer.Option("--force", help="Erstat filen i --out.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Det hele som JSON.")] = False,
) -> None:
    """Se på et ukendt udtræk, og skriv et første udkast til en mapping.

    Siger, hvad kolonnerne indeholder, hvad der er snavset, og hvilken kolonne der nok er hvad. Indholdet af fritekst og
    id'er vises aldrig.
    """
    from sagsbarometer.runs.appeals_inspect import Job
    from sagsbarometer.runs.appeals_inspect import inspect as look

    try:
        done = look(Job(tuple(files), table, out, force, encoding, separator, sheet, header), step)
    except Faults as faults:
        usage = all(problem.code == "MAPPE-104" for problem in faults.problems)
        refuse(faults, json_, USAGE if usage else STOPPED, " Intet er skrevet.")
    if json_:
        print_json({"schema_version": 1, **done.as_json(), "problems": as_json(done.problems)})
    elif out is None:
        print(done.mapping, end="")
    _told(done)


def _told(done: Inspected) -> None:
    from sagsbarometer.appeals.inspecting.columns import KINDS
    from sagsbarometer.appeals.inspecting.told import share
    from sagsbarometer.reporting.numbers import danish

    rows = done.inspection.rows
    say(f"{done.name}: {done.form}, {danish(rows)} rækker, {len(done.inspection.profiles)} kolonner.")
    say("")
    width = min(_WIDEST, max(len(name) for name in ("kolonne", *done.inspection.header)))
    say(f"{'kolonne':{width}}  {'indhold':<11}  {'tom':>8}  bliver til")
    for profile, use in done.uses():
        name = profile.name if len(profile.name) <= width else f"{profile.name[: width - 1]}…"
        say(f"{name:{width}}  {KINDS[profile.kind]:<11}  {share(profile.empty, rows):>8}  {use}")
    if done.findings:
        say("")
        say("Det skal du se på:")
        for found in done.findings:
            say(f"- {found.text}")
    show_problems(done.problems)
    if done.written is not None:
        say("")
        say(
            f"Skrev {done.written}. Ret den, og prøv: sagsbarometer appeals import … --mapping {done.written} --dry-run"
        )
