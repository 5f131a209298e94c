"""`sagsbarometer appeals authorities`: authorities beside the limits that chance alone sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from sagsbarometer.cli.engine import USAGE_CODES, Engine
from sagsbarometer.cli.show import REFUSED, STOPPED, USAGE, print_json, refuse, say, step
from sagsbarometer.kernel.problems import Faults, Place, Problem

_ASKED = ("MAPPE-", "LAYOUT-12", "REGISTER-131", "FORSKEL-", "VENTE-", "SCENARIE-", *USAGE_CODES)
REAL_NAMES = "FORSKEL-101"  # real names beside cases that are not: refused by policy

# What the commands that ask a register a question have in common.
Register = Annotated[
    Path, typer.Option("--register", metavar="MAPPE", help="Registret, som appeals import skrev.")
]
AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DATO", help="Sagerne, som de stod den dag (2025-04-11).")
]
Share = Annotated[str, typer.Option("--measure", metavar="MÅL", help="En andel, se appeals measures.")]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="GRUPPERING=GRUPPE", help="Kun de sager; kan gives flere gange."),
]
Json = Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")]
Force = Annotated[bool, typer.Option("--force", help="Erstat resultater fra en tidligere kørsel.")]


def authorities(
    register: Register,
    as_of: AsOf,
    period: Annotated[
        str, typer.Option("--period", metavar="PERIODE", help="2024, 2024-Q1 eller 2022/2024.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Mappen, resultaterne skrives i.")],
    measure: Share = "reversal_rate",
    by: Annotated[
        str,
        typer.Option("--by", metavar="GRUPPERING", help="authority, office, region eller en egen kolonne."),
    ] = "authority",
    where: Where = None,
    tiles: Annotated[
        Path | None,
        typer.Option("--tiles", metavar="FIL", help="Et kort af fliser (CSV); ellers kommunernes."),
    ] = None,
    json: Json = False,
    force: Force = False,
    engine: Engine = "",
) -> None:
    """Vis myndigheder ved siden af de grænser, tilfældet alene sætter.

    Ingen rangfølge: de står efter navn, og at ligge uden for en grænse er en grund til at se efter, ikke en dom.
    """
    from sagsbarometer.runs.appeals_authorities import Job, as_data
    from sagsbarometer.runs.appeals_authorities import authorities as run

    try:
        chosen = chosen_groups(where or [])
        done = run(Job(register, as_of, period, out, measure, by, chosen, tiles, force, engine), step)
    except Faults as faults:
        refused(faults, json, f" Intet er skrevet til {out}.")
    from sagsbarometer.reporting.pages.authorities_text import said_words

    for line in said_words(done.found):
        say(line)
    say(f"Skrev {len(done.files) + 1} filer i {out}. Begynd med {out / 'index.html'}")
    if json:
        print_json(as_data(done))


def chosen_groups(texts: list[str]) -> dict[str, str]:
    """`grouping=group` as grouping to group. Raises Faults FORSKEL-103."""
    chosen: dict[str, str] = {}
    for text in texts:
        grouping, sign, group = text.partition("=")
        if not sign or not group or grouping in chosen:
            fault = "Hver gruppering skrives én gang som gruppering=gruppe."
            remedy = "Skriv fx --where law_area=serviceloven."
            raise Faults([Problem("FORSKEL-103", Place("--where"), fault, remedy)])
        chosen[grouping] = group
    return chosen


def refused(faults: Faults, json: bool, nothing: str = "") -> NoReturn:
    """Shows the faults and ends the command: 4 what may not be answered, 2 a question at fault, else 3."""
    codes = [problem.code for problem in faults.problems]
    asked = all(code.startswith(_ASKED) for code in codes)
    refuse(faults, json, REFUSED if REAL_NAMES in codes else USAGE if asked else STOPPED, nothing)
