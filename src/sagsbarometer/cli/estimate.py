"""`sagsbarometer estimate`: shares for all cases from those that were drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.engine import USAGE_CODES, Engine
from sagsbarometer.cli.show import REFUSED, STOPPED, USAGE, print_json, refuse, say, step
from sagsbarometer.kernel.problems import Faults

_ASKED = ("MAPPE-", "ESTIMAT-108", "ESTIMAT-110", *USAGE_CODES)
_REAL_NAMES = "FORSKEL-101"


def register(app: Commands) -> None:
    """Adds the command."""
    app.command()(estimate)


def estimate(
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="Sagerne: CSV, XLSX, Parquet, eller mappen fra study run.")
    ],
    design: Annotated[
        Path | None,
        typer.Option(
            "--design", metavar="FIL", help="Hvordan sagerne er trukket, og hvad der spørges om (YAML)."
        ),
    ] = None,
    sample: Annotated[
        Path | None, typer.Option("--sample", metavar="MAPPE", help="Stikprøven, som sample draw skrev.")
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by", metavar="OPDELING …", help="Fx region, eller region,result for begge på én gang."
        ),
    ] = None,
    interval: Annotated[
        str,
        typer.Option(
            "--interval", metavar="METODE", help="beta (Korn-Graubard), logit, likelihood, mean eller wilson."
        ),
    ] = "beta",
    single_unit: Annotated[
        str,
        typer.Option(
            "--single-unit",
            metavar="REGEL",
            help="Strata med én trukket enhed: fail, certainty, remove, adjust eller average.",
        ),
    ] = "fail",
    poststrata: Annotated[
        Path | None,
        typer.Option("--poststrata", metavar="FIL", help="Kendte antal: grupper og kolonnen total (CSV)."),
    ] = None,
    form: Annotated[
        Path | None, typer.Option("--form", metavar="FIL", help="Skemaet bag en mappe fra study run.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="MAPPE", help="Skriv rapport, figurer og data hertil.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Erstat resultater fra en tidligere kørsel.")
    ] = False,
    engine: Engine = "",
) -> None:
    """Regn andele om til alle sager, med intervaller, der følger af, hvordan sagerne blev trukket.

    Hvordan det var, siger en designfil eller en stikprøve. Ukendte svar gættes ikke, men vises som grænser.
    """
    from sagsbarometer.reporting.estimate_report import summary_lines
    from sagsbarometer.runs.estimate import Job
    from sagsbarometer.runs.estimate import estimate as run

    job = Job(
        data, design, sample, tuple(by or ()), interval, single_unit, poststrata, form, out, force, engine
    )
    try:
        done = run(job, step)
    except Faults as faults:
        more = f" Intet er skrevet til {out}." if out else ""
        refuse(faults, json, _code(faults), more)
    if json:
        print_json(done.data)
    else:
        for line in summary_lines(done.told):
            print(line)
    if out is not None:
        say(f"Skrev {len(done.files) + 1} filer i {out}. Begynd med {out / 'index.html'}")


def _code(faults: Faults) -> int:
    codes = {problem.code for problem in faults.problems}
    if codes == {_REAL_NAMES}:
        return REFUSED
    return USAGE if all(code.startswith(_ASKED) for code in codes) else STOPPED
