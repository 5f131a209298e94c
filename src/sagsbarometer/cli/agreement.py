"""`sagsbarometer agreement`: how well those who read the same cases agree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import STOPPED, USAGE, print_json, refuse, say, step
from sagsbarometer.kernel.problems import Faults

_ASKED = ("ENIGHED-109", "MAPPE-")

File = Annotated[Path, typer.Argument(metavar="FIL", help="Svarene: CSV, XLSX eller Parquet.")]
Wide = Annotated[bool, typer.Option("--wide", help="Én række pr. sag og en kolonne pr. bedømmer.")]
Scale = Annotated[str, typer.Option("--scale", metavar="SKALA", help="nominal, ordinal eller interval.")]
Categories = Annotated[
    str, typer.Option("--categories", metavar="SVAR", help="Alle svar i rækkefølge: lav,middel,høj.")
]
Weights = Annotated[
    str, typer.Option("--weights", metavar="VÆGTE", help="linear, quadratic, ordinal …; ellers skalaens.")
]
Metric = Annotated[
    str, typer.Option("--metric", metavar="VÆGTE", help="Vægte for Krippendorffs alfa; ellers skalaens.")
]
By = Annotated[str, typer.Option("--by", metavar="DELING", help='pair, week, begge eller ingen ("").')]
Population = Annotated[
    int | None, typer.Option("--population", metavar="TAL", help="Sager, dobbeltlæsningen er trukket af.")
]
Single = Annotated[
    str, typer.Option("--single", metavar="MÅDE", help="Sager læst én gang: left_out eller counted.")
]
Level = Annotated[str, typer.Option("--level", metavar="DEL", help="Intervallernes sikkerhed.")]
Bootstrap = Annotated[int, typer.Option("--bootstrap", metavar="TAL", help="Trækninger; 0 for ingen.")]
Seed = Annotated[str, typer.Option("--seed", metavar="TEKST", help="Trækningernes startværdi.")]
Column = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="DEL=NAVN", help="En kolonne med et andet navn: item=sagsnr."),
]
Origin = Annotated[
    str, typer.Option("--origin", metavar="OPHAV", help="real, synthetic, training eller reconstructed.")
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="MAPPE", help="Mappen til rapport og data; ellers kun tallene her."),
]
Json = Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")]
Force = Annotated[bool, typer.Option("--force", help="Erstat resultater fra en tidligere kørsel.")]


def register(app: Commands) -> None:
    """Puts the command among those of `app`."""
    app.command("agreement")(agreement)


def agreement(
    file: File,
    wide: Wide = False,
    scale: Scale = "nominal",
    categories: Categories = "",
    weights: Weights = "",
    metric: Metric = "",
    by: By = "pair,week",
    population: Population = None,
    single: Single = "left_out",
    level: Level = "0.95",
    bootstrap: Bootstrap = 1000,
    seed: Seed = "1",
    column: Column = None,
    origin: Origin = "real",
    out: Out = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Vis, hvor enige de er, der har læst de samme sager, ud over det, et tilfælde giver.

    Filen har en række pr. svar: item, rater, rating og evt. question, week, weight, stratum og population.
    """
    from sagsbarometer.reporting.pages.agreement_report import summary_lines
    from sagsbarometer.runs.agreement import Job
    from sagsbarometer.runs.agreement import agreement as run

    columns = tuple(column or ())
    counted = (wide, scale, categories, weights, metric, by, population, single, level, bootstrap, seed)
    try:
        done = run(Job(file, *counted, columns, origin, out, force), step)
    except Faults as faults:
        asked = all(problem.code.startswith(_ASKED) for problem in faults.problems)
        nothing = f" Intet er skrevet til {out}." if out else ""
        refuse(faults, json, USAGE if asked else STOPPED, nothing)
    for line in summary_lines(done.read):
        # With --json stdout is data alone.
        say(line) if json else print(line)
    if out is not None:
        say(f"Skrev {len(done.files) + 1} filer i {out}. Begynd med {out / 'index.html'}")
    if json:
        print_json(done.data)
