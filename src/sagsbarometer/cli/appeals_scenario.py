"""`sagsbarometer appeals scenario`: a queue month by month under assumptions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.appeals_authorities import refused
from sagsbarometer.cli.engine import Engine
from sagsbarometer.cli.show import print_json, say, step
from sagsbarometer.kernel.problems import Faults

Receipts = Annotated[
    str, typer.Option("--receipts", metavar="TAL", help="Sager ind om måneden: 2000 eller 2000,2100.")
]
Capacity = Annotated[
    str, typer.Option("--capacity", metavar="TAL", help="Afgørelser, der er plads til om måneden.")
]
Lapse = Annotated[
    str, typer.Option("--lapse", metavar="DEL", help="Del af de ventende, der bortfalder om måneden: 0,02.")
]


def scenario(
    receipts: Receipts = "",
    capacity: Capacity = "",
    months: Annotated[int, typer.Option("--months", metavar="TAL", help="Hvor mange måneder frem.")] = 24,
    register: Annotated[
        Path | None,
        typer.Option(
            "--register", metavar="MAPPE", help="Et register, hvor det, der ikke er angivet, tages fra."
        ),
    ] = None,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATO", help="Registret, som det stod den dag (2025-04-11).")
    ] = "",
    pending: Annotated[
        int | None, typer.Option("--pending", metavar="TAL", help="Sager, der venter ved starten.")
    ] = None,
    pending_age: Annotated[
        str, typer.Option("--pending-age", metavar="UGER", help="Hvor gamle de er i gennemsnit.")
    ] = "",
    order: Annotated[
        str, typer.Option("--order", metavar="ORDEN", help="oldest_first, random eller newest_first.")
    ] = "oldest_first",
    lapse: Lapse = "",
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
    """Regn køen frem måned for måned: hvor mange der venter, hvor gamle de er, og hvor længe de afgjorte tog.

    Et regneeksempel under antagelser, ikke en prognose. Det, der ikke er angivet, tages fra registrets seneste tolv
    måneder.
    """
    from sagsbarometer.reporting.pages.scenario_report import NO_FORECAST, scenario_words
    from sagsbarometer.runs.appeals_scenario import Job
    from sagsbarometer.runs.appeals_scenario import scenario as run

    job = Job(
        receipts, capacity, months, register, as_of, pending, pending_age, order, lapse, out, force, engine
    )
    try:
        done = run(job, step)
    except Faults as faults:
        refused(faults, json, f" Intet er skrevet til {out}." if out else "")
    for line in (NO_FORECAST, *done.found.told, *scenario_words(done.found)):
        words = line.replace("*", "")
        # With --json stdout is data alone.
        say(words) if json else print(words)
    if out is not None:
        say(f"Skrev {len(done.files) + 1} filer i {out}. Begynd med {out / 'index.html'}")
    if json:
        print_json(done.data)
