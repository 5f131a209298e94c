"""`sagsbarometer disclosure`: withhold numbers, try to work them out again, look a folder through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import (
    FINDINGS,
    OK,
    REFUSED,
    STOPPED,
    as_json,
    print_json,
    refuse,
    say,
    show_problems,
    step,
    stop,
)
from sagsbarometer.kernel.problems import Faults

if TYPE_CHECKING:
    from sagsbarometer.runs.disclosure import Done

app = Commands("Beskyttelse: skjul tal, angrib dem, og se en mappe igennem for det, der ikke må ud.")

Before = Annotated[
    list[Path] | None,
    typer.Option("--with", metavar="MAPPE", help="En tidligere udgivelse; kan skrives flere gange."),
]
Register = Annotated[
    Path | None,
    typer.Option(
        "--register",
        metavar="REGISTER",
        help="Det register, tallene er af: så prøves også myndigheder, der trækker egne sager fra.",
    ),
]
Layout = Annotated[
    str,
    typer.Option(
        "--layout",
        metavar="LAYOUT",
        help="Tabellernes layout, hvis det ikke følger med programmet; med --register.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")]


@app.callback()
def disclosure() -> None:
    """Beskyttelse: skjul tal, angrib dem, og se en mappe igennem for det, der ikke må ud."""


@contextmanager
def _policy_stops(json_: bool) -> Iterator[None]:
    """Faults end the command: with 4 where policy forbids it, else with 3."""
    from sagsbarometer.runs.disclosure_search import Refused

    try:
        yield
    except Refused as faults:
        refuse(faults, json_, REFUSED, " Intet er skrevet.")
    except Faults as faults:
        refuse(faults, json_, STOPPED, " Intet er skrevet.")


@app.command()
def protect(
    results: Annotated[Path, typer.Argument(metavar="RESULTATER", help="Mappen fra en kørsel.")],
    profile: Annotated[
        str,
        typer.Option(
            "--profile", metavar="PROFIL", help="as_published, national_official, open_local eller strict."
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="MAPPE", help="Hvor de beskyttede resultater skrives.")
    ],
    before: Before = None,
    register: Register = None,
    layout: Layout = "",
    decision: Annotated[
        str,
        typer.Option(
            "--decision",
            metavar="TEKST",
            help="Beslutningen om intet at skjule (as_published); ordene, eller en tekstfil med dem.",
        ),
    ] = "",
    text: Annotated[
        list[Path] | None,
        typer.Option("--text", metavar="FIL", help="En rettet tekst i stedet for den med samme navn."),
    ] = None,
    show_reasons: Annotated[
        bool,
        typer.Option(
            "--show-reasons", help="Vis, hvilke tal der er små, og hvilke der skjuler andre. Må ikke deles."
        ),
    ] = False,
    json: Json = False,
    force: Annotated[bool, typer.Option("--force", help="Erstat mappen, hvis den er fra en kørsel.")] = False,
) -> None:
    """Skjul de tal, der kan røbe nogen, og så mange andre, at de ikke kan regnes ud; angrib dem, og skriv alt igen.

    Slutter med 4, når noget stadig kan regnes ud, eller undersøgelsen har tal om en enkelt kommune.
    """
    from sagsbarometer.runs.disclosure import Job, protect_results

    with _policy_stops(json):
        more = (tuple(before or ()), _decision(decision), tuple(text or ()))
        job = Job(results, profile, out, *more, force, register, layout)
        done = protect_results(job, step)
    if json:
        print_json(_protected(done, show_reasons))
    else:
        for line in _lines(done, show_reasons):
            print(line)
    show_problems(done.remarks)
    say(f"Skrev {len(done.files) + 1} filer i {out}. Næste: sagsbarometer release propose {out}")


def _decision(told: str) -> str:
    """The words of a decision, or those of the file it names. Raises Faults BESKYT-202."""
    from sagsbarometer.kernel.problems import Place, Problem

    try:
        path = Path(told)
        return path.read_text(encoding="utf-8") if told and path.is_file() else told
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            fault = "Filen med beslutningen kan ikke læses som UTF-8."
            raise Faults([Problem("BESKYT-202", Place("--decision"), fault, "Angiv en tekstfil.")]) from error
        return told  # words too long to be the name of a file


def _protected(done: Done, with_reasons: bool) -> dict[str, object]:
    from sagsbarometer.runs.disclosure_kept import as_data

    return {
        "schema_version": 1,
        "profile": done.profile.id,
        "out": str(done.out),
        "files": list(done.files),
        **as_data(done.kept, with_reasons),
        "municipalities_counted": done.members,
        "problems": as_json(done.remarks),
    }


def _lines(done: Done, with_reasons: bool) -> Iterator[str]:
    """What was withheld, table by table, for the analyst."""
    from sagsbarometer.runs.disclosure_words import coalitions_told

    told = done.kept
    yield f"Profil {done.profile.id}: {done.profile.label['da']}"
    shown = told.cells - told.hidden
    yield f"{shown} af {told.cells} tal vises; {told.hidden} er skjult. Angrebet fandt intet."
    if done.members:
        yield f"Også prøvet: {done.members} {done.whose}, der trækker egne sager fra, alene og flere sammen."
        if done.by_members:
            yield coalitions_told(done.by_members, done.members, done.whose)
    for item in told.tables:
        if item.hidden:
            yield (
                f"  {item.name}: {item.hidden} af {item.cells} skjult, {float(item.share):.0f} % vises "
                f"(slettes hele rækker: {float(item.share_by_deletion):.0f} %)"
            )
    if with_reasons:
        yield "Må ikke deles: det hjælper den, der vil regne de skjulte tal ud."
        yield from (f"  lille eller følsomt: {ref}" for ref in told.primary)
        yield from (f"  skjult for de andres skyld: {ref}" for ref in told.secondary)


@app.command()
def attack(
    protected: Annotated[Path, typer.Argument(metavar="BESKYTTET", help="Mappen fra disclosure protect.")],
    source: Annotated[
        Path | None,
        typer.Option(
            "--source", metavar="RESULTATER", help="De rigtige tal: så prøves også kommuner med egne sager."
        ),
    ] = None,
    before: Before = None,
    register: Register = None,
    layout: Layout = "",
    json: Json = False,
) -> None:
    """Prøv at regne de skjulte tal ud: af summer, af forskelle til tidligere udgivelser, og med egne sager.

    Slutter med 0, når intet kan regnes ud, ellers 4. Det, der findes, vises med tal: del det ikke.
    """
    from sagsbarometer.runs.disclosure import attack_results

    with _policy_stops(json):
        found = attack_results(protected, source, tuple(before or ()), step, register, layout)
    if json:
        findings = [
            {
                "kind": item.kind,
                "quantity": item.quantity,
                "cells": list(item.refs),
                "low": item.low,
                "high": item.high,
                "by": list(item.by),
                "text": item.text,
            }
            for item in found
        ]
        print_json({"schema_version": 1, "findings": findings})
    else:
        for item in found:
            print(item.text)
    if found:
        stop(REFUSED, f"{len(found)} fund. Resultaterne må ikke udgives.")
    say("Intet kan regnes ud.")


@app.command()
def scan(
    folder: Annotated[Path, typer.Argument(metavar="MAPPE", help="Det, der skal ud.")],
    cases: Annotated[
        list[Path] | None,
        typer.Option(
            "--cases",
            metavar="SAGER",
            help="Resultater eller en tabel: sagernes id’er og navne søges. Kan skrives flere gange.",
        ),
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--names", metavar="FIL.csv:KOLONNE", help="Navne at søge efter; kan skrives flere gange."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Se hver byte i en mappe igennem: noget, der ligner CPR-numre, sagers id’er og navne; også skjult i filerne.

    Siger hvor, aldrig hvad. Det, der ikke kan læses, er et fund. Slutter med 0, når der intet er, ellers 1.
    """
    from sagsbarometer.runs.scan import Cases, as_data, cases_of, names_of, problems
    from sagsbarometer.runs.scan import scan as look

    with _policy_stops(json):
        sought = sum([*map(cases_of, cases or ()), *map(names_of, names or ())], Cases())
        scanned = look(folder, sought, step)
    if json:
        print_json({**as_data(scanned), "sought": list(sought.sources)})
    show_problems(problems(scanned), "Brug --json for dem alle.")
    for source in sought.sources:
        say(f"Søgte efter {source}.")
    say(f"{scanned.files} filer, {len(scanned.findings)} fund.")
    stop(FINDINGS if scanned.findings else OK)
