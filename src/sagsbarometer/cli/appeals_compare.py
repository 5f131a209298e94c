"""`sagsbarometer appeals compare`: differences with process intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.appeals_authorities import (
    AsOf,
    Force,
    Json,
    Register,
    Share,
    Where,
    chosen_groups,
    refused,
)
from sagsbarometer.cli.engine import Engine
from sagsbarometer.cli.show import print_json, say, step
from sagsbarometer.kernel.problems import Faults


def compare(
    register: Register,
    as_of: AsOf,
    periods: Annotated[
        list[str], typer.Option("--periods", metavar="PERIODE …", help="Perioderne, fx 2022 2023 2024.")
    ],
    measure: Share = "reversal_rate",
    by: Annotated[
        str, typer.Option("--by", metavar="GRUPPERING", help="Hver gruppe for sig, fx law_area eller series.")
    ] = "",
    groups: Annotated[
        list[str] | None,
        typer.Option("--groups", metavar="GRUPPE …", help="Kun disse grupper, og dem mod hinanden."),
    ] = None,
    where: Where = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="MAPPE", help="Skriv side, regneark og data hertil.")
    ] = None,
    json: Json = False,
    force: Force = False,
    engine: Engine = "",
) -> None:
    """Vis forskelle mellem perioder og grupper i procentpoint, med procesinterval.

    Tre eller flere perioder giver også en udvikling. Få sager er mærket, og brud i loven er nævnt.
    """
    from sagsbarometer.runs.appeals_compare import Job, as_data
    from sagsbarometer.runs.appeals_compare import compare as run

    try:
        chosen = chosen_groups(where or [])
        job = Job(
            register, as_of, measure, tuple(periods), by, tuple(groups or ()), chosen, out, force, engine
        )
        done = run(job, step)
    except Faults as faults:
        refused(faults, json, f" Intet er skrevet til {out}." if out else "")
    from sagsbarometer.reporting.pages.differences_text import difference_lines, reading_lines

    if json:
        print_json(as_data(done))
    else:
        for line in difference_lines(done.found):
            print(line)
    for line in reading_lines(done.found):
        say(line)
    if done.found.edition.origin_label:
        say(f"{done.found.edition.origin_label}.")
    if out:
        say(f"Skrev {len(done.files) + 1} filer i {out}. Begynd med {out / 'index.html'}")
