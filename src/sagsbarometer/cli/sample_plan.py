"""`sagsbarometer sample plan`: how many cases, and where, before anyone is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.show import STOPPED, USAGE, print_json, refuse, say, step
from sagsbarometer.kernel.problems import Faults


def _text(name: str, metavar: str, help: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(name, metavar=metavar, help=help)
    return option


File = Annotated[Path | None, typer.Argument(metavar="PLAN", help="Planen, en YAML-fil.")]
Share = Annotated[str, _text("--share", "ANDEL", "Den andel, der ventes: 0.5 (ellers den).")]
Margin = Annotated[str, _text("--margin", "ANDEL", "Plus og minus: 0.05 (ellers den).")]
Level = Annotated[str, _text("--level", "ANDEL", "Sikkerheden: 0.95 (ellers den).")]
Method = Annotated[str, _text("--method", "MÅDE", "normal (ellers den) eller exact.")]
Population = Annotated[
    int | None, typer.Option("--population", metavar="SAGER", help="Hvor mange sager der er i alt.")
]
Effect = Annotated[str, _text("--deff", "TAL", "Designeffekten: 1.5.")]
Usable = Annotated[str, _text("--usable", "ANDEL", "Den del, der ventes at kunne bruges: 0.85.")]
Domain = Annotated[str, _text("--domain", "ANDEL", "Målet gælder en del af sagerne: 0.19 er 19 procent.")]
Assurance = Annotated[str, _text("--assurance", "ANDEL", "Hvor sikkert delen skal have sager nok: 0.95.")]
Before = Annotated[str, _text("--before", "ANDEL", "En ændring skal ses: andelen før.")]
After = Annotated[str, _text("--after", "ANDEL", "Andelen efter.")]
Power = Annotated[str, _text("--power", "ANDEL", "Hvor tit den skal ses: 0.8 (ellers den).")]
Alpha = Annotated[str, _text("--alpha", "ANDEL", "Testens niveau, tosidet: 0.05 (ellers den).")]
Overlap = Annotated[str, _text("--overlap", "ANDEL", "Den del, der er med i begge runder.")]
Correlation = Annotated[
    str, _text("--correlation", "TAL", "Hvor meget de ligner sig selv fra runde til runde.")
]
Frame = Annotated[
    Path | None,
    typer.Option("--frame", metavar="FIL", help="Rammen: sager pr. myndighed (ellers planens)."),
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="MAPPE", help="Mappen til planen; ellers kun tallene her.")
]
Json = Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")]
Force = Annotated[bool, typer.Option("--force", help="Erstat en tidligere plan.")]


def plan(
    file: File = None,
    share: Share = "",
    margin: Margin = "",
    level: Level = "",
    method: Method = "",
    population: Population = None,
    deff: Effect = "",
    usable: Usable = "",
    domain: Domain = "",
    assurance: Assurance = "",
    before: Before = "",
    after: After = "",
    power: Power = "",
    alpha: Alpha = "",
    overlap: Overlap = "",
    correlation: Correlation = "",
    frame: Frame = None,
    out: Out = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Regn ud, hvor mange sager der skal til, og fordel dem på myndigheder, før nogen er spurgt.

    Med valg alene svares der på hvor mange; med en plan også på hvorfra og hvor præcist, og frøet til lodtrækningen
    skrives ned.
    """
    from sagsbarometer.runs.sample_plan import Job
    from sagsbarometer.runs.sample_plan import plan as run

    # The options bear the names of the job's fields.
    given = {name: value for name, value in locals().items() if name in Job.__dataclass_fields__}
    try:
        done = run(Job(**given), step)
    except Faults as faults:
        usage = (file is None and frame is None) or any(own.code == "PLAN-107" for own in faults.problems)
        refuse(faults, json, USAGE if usage else STOPPED, f" Intet er skrevet til {out}." if out else "")
    for line in done.words:
        # With --json stdout is data alone.
        say(line) if json else print(line)
    if out is not None:
        say(f"Skrev {len(done.files) + 1} filer i {out}. Begynd med {out / 'index.html'}")
    if json:
        print_json(done.data)
