"""`sagsbarometer estimate`: shares and other numbers for all cases from those that were drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.appeals_authorities import REAL_NAMES, Force, Json
from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.engine import USAGE_CODES, Engine
from sagsbarometer.cli.show import REFUSED, STOPPED, USAGE, print_json, refuse, say, step
from sagsbarometer.kernel.problems import Faults

_ASKED = ("MAPPE-", "ESTIMAT-108", "ESTIMAT-110", *USAGE_CODES)


Data = Annotated[
    Path, typer.Argument(metavar="DATA", help="Sagerne: CSV, XLSX, Parquet, eller mappen fra study run.")
]
Design = Annotated[
    Path | None,
    typer.Option(
        "--design", metavar="FIL", help="Hvordan sagerne er trukket, og hvad der spørges om (YAML)."
    ),
]
Sample = Annotated[
    Path | None, typer.Option("--sample", metavar="MAPPE", help="Stikprøven, som sample draw skrev.")
]
By = Annotated[
    list[str] | None,
    typer.Option("--by", metavar="OPDELING …", help="Fx region, eller region,result for begge på én gang."),
]
Interval = Annotated[
    str,
    typer.Option(
        "--interval", metavar="METODE", help="beta (Korn-Graubard), logit, likelihood, mean eller wilson."
    ),
]
SingleUnit = Annotated[
    str,
    typer.Option(
        "--single-unit",
        metavar="REGEL",
        help="Strata med én trukket enhed: fail, certainty, remove, adjust eller average.",
    ),
]
Poststrata = Annotated[
    Path | None,
    typer.Option("--poststrata", metavar="FIL", help="Kendte antal: grupper og kolonnen total (CSV)."),
]
Form = Annotated[
    Path | None, typer.Option("--form", metavar="FIL", help="Skemaet bag en mappe fra study run.")
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="MAPPE", help="Skriv rapport, figurer og data hertil.")
]


Before = Annotated[
    Path | None,
    typer.Option("--before", metavar="DATA", help="Sagerne i en tidligere runde: vis ændringen siden."),
]
BeforeDesign = Annotated[
    Path | None,
    typer.Option("--before-design", metavar="FIL", help="Designet bag --before; ellers --design."),
]
BeforeSample = Annotated[
    Path | None, typer.Option("--before-sample", metavar="MAPPE", help="Stikprøven bag --before.")
]


def register(app: Commands) -> None:
    """Adds the command."""
    app.command()(estimate)


def estimate(
    data: Data,
    design: Design = None,
    sample: Sample = None,
    by: By = None,
    interval: Interval = "beta",
    single_unit: SingleUnit = "fail",
    poststrata: Poststrata = None,
    form: Form = None,
    out: Out = None,
    json: Json = False,
    force: Force = False,
    engine: Engine = "",
    before: Before = None,
    before_design: BeforeDesign = None,
    before_sample: BeforeSample = None,
) -> None:
    """Regn andele, antal og gennemsnit om til alle sager, med intervaller efter, hvordan sagerne blev trukket.

    Hvordan det var, siger en designfil eller en stikprøve. Ukendte svar gættes ikke, men vises som grænser.
    """
    from sagsbarometer.reporting.pages.estimate_report import summary_lines
    from sagsbarometer.runs.estimate import Job
    from sagsbarometer.runs.estimate import estimate as run

    job = Job(
        data,
        design,
        sample,
        tuple(by or ()),
        interval,
        single_unit,
        poststrata,
        form,
        out,
        force,
        engine,
        before,
        before_design,
        before_sample,
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
    if codes == {REAL_NAMES}:
        return REFUSED
    return USAGE if all(code.startswith(_ASKED) for code in codes) else STOPPED
