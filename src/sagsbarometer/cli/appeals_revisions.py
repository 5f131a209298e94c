"""`sagsbarometer appeals revisions` and `appeals triangle`: what moved in a register, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from sagsbarometer.cli.engine import USAGE_CODES, Engine
from sagsbarometer.cli.show import FINDINGS, STOPPED, USAGE, print_json, refuse, say, step, stop
from sagsbarometer.kernel.problems import Faults

# What is the fault of whoever wrote the command, not of what lies in the register.
_ASKED = ("MAPPE-", "LAYOUT-111", "LAYOUT-12", "REGISTER-131", *USAGE_CODES)

Register = Annotated[
    Path, typer.Option("--register", metavar="MAPPE", help="Registret, som appeals import skrev.")
]
Layout = Annotated[
    str, typer.Option("--layout", metavar="LAYOUT", help="Navnet på et layout, eller en mappe med et.")
]
Out = Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Mappen, resultaterne skrives i.")]
Force = Annotated[bool, typer.Option("--force", help="Erstat resultater fra en tidligere kørsel.")]
Json = Annotated[bool, typer.Option("--json", help="Skriv svaret som JSON på stdout.")]


def revisions(
    register: Register,
    layout: Layout,
    first: Annotated[str, typer.Option("--from", metavar="DATO", help="Den tidligste dag (2024-06-30).")],
    last: Annotated[str, typer.Option("--to", metavar="DATO", help="Den seneste dag (2025-04-11).")],
    out: Out,
    force: Force = False,
    engine: Engine = "",
    as_json: Json = False,
) -> None:
    """Se, hvad der har flyttet sig i et layouts tabeller mellem to dage, og hvorfor.

    Slutter med 1, når noget tal har flyttet sig, og med 0, når intet har.
    """
    from sagsbarometer.reporting.numbers import danish
    from sagsbarometer.runs.appeals_revisions import Job, as_data, revise

    try:
        done = revise(Job(register, layout, first, last, out, force, engine), step)
    except Faults as faults:
        _refused(faults, out, as_json)
    numbers = danish(len(done.comparison.revisions))
    say(f"{danish(done.moved) if done.moved else 'Ingen'} af {numbers} tal har flyttet sig.")
    for number in done.comparison.reached_back:
        say(
            f"Levering {number} kom senere, men rækker tilbage før --from: tallene dengang kan have været andre."
        )
    say(f"Skrev {len(done.files)} filer i {out}. Begynd med {out / 'index.html'}")
    if as_json:
        print_json(as_data(done))
    if done.moved:
        stop(FINDINGS)


def triangle(
    measure: Annotated[str, typer.Argument(metavar="MÅL", help="Målet, for eksempel reversal_rate.")],
    register: Register,
    out: Out,
    by: Annotated[
        str, typer.Option("--by", metavar="GRUPPERING", help="En trekant for hver gruppe også.")
    ] = "",
    every: Annotated[
        str, typer.Option("--every", metavar="PERIODE", help="Perioderne: year, quarter eller month.")
    ] = "year",
    dates: Annotated[
        str,
        typer.Option(
            "--dates",
            metavar="DAGE",
            help="Dagene, registret ses på: year, quarter, month, eller dage med komma imellem. Ellers den sidste "
            "registrering i hver levering.",
        ),
    ] = "",
    layout: Annotated[str, typer.Option("--layout", metavar="LAYOUT", help="Et layout med egne mål.")] = "",
    force: Force = False,
    engine: Engine = "",
    as_json: Json = False,
) -> None:
    """Se et tal for hver periode, som det var kendt på flere dage, og hvor langt det plejer at flytte sig."""
    from sagsbarometer.reporting.pages.triangle import age_words
    from sagsbarometer.runs.appeals_triangle import Job, as_data
    from sagsbarometer.runs.appeals_triangle import triangle as make

    try:
        done = make(Job(register, measure, out, by, every, dates, layout, force, engine), step)
    except Faults as faults:
        _refused(faults, out, as_json)
    for item in done.seen.ages:
        say(age_words(item, done.seen.measure.unit))
    say(f"Skrev {len(done.files)} filer i {out}. Begynd med {out / 'index.html'}")
    if as_json:
        print_json(as_data(done))


def _refused(faults: Faults, out: Path, json_: bool) -> NoReturn:
    usage = all(problem.code.startswith(_ASKED) for problem in faults.problems)
    refuse(faults, json_, USAGE if usage else STOPPED, f" Intet er skrevet til {out}.")
