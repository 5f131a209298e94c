"""`sagsbarometer appeals compare`: differences with process intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.appeals_authorities import chosen_groups, refuse
from sagsbarometer.cli.engine import Engine
from sagsbarometer.cli.show import print_json, say, step
from sagsbarometer.kernel.problems import Faults


def compare(
    register: Annotated[
        Path, typer.Option("--register", metavar="MAPPE", help="Registret, som appeals import skrev.")
    ],
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATO", help="Sagerne, som de stod den dag (2025-04-11).")
    ],
    periods: Annotated[
        list[str], typer.Option("--periods", metavar="PERIODE …", help="Perioderne, fx 2022 2023 2024.")
    ],
    measure: Annotated[
        str, typer.Option("--measure", metavar="MÅL", help="En andel, se appeals measures.")
    ] = "reversal_rate",
    by: Annotated[
        str, typer.Option("--by", metavar="GRUPPERING", help="Hver gruppe for sig, fx law_area eller series.")
    ] = "",
    groups: Annotated[
        list[str] | None,
        typer.Option("--groups", metavar="GRUPPE …", help="Kun disse grupper, og dem mod hinanden."),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="GRUPPERING=GRUPPE", help="Kun de sager; kan gives flere gange."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="MAPPE", help="Skriv side, regneark og data hertil.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Erstat resultater fra en tidligere kørsel.")
    ] = False,
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
        refuse(faults, f" Intet er skrevet til {out}." if out else "")
    from sagsbarometer.reporting.differences_text import difference_lines, reading_lines

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
