"""`sagsbarometer figures`: hold published figures against results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import FINDINGS, USAGE, faults_stop, print_json, stop

app = Commands("Offentliggjorte tal: hold dem op mod resultater.")


@app.callback()
def figures() -> None:
    """Offentliggjorte tal: hold dem op mod resultater."""


@app.command()
def verify(
    published: Annotated[
        Path, typer.Option("--published", metavar="MAPPE", help="Mappe med cells.yaml, eller flere af dem.")
    ],
    results: Annotated[Path, typer.Option("--results", metavar="MAPPE", help="Mappen fra study run.")],
    expect: Annotated[
        Path | None, typer.Option("--expect", metavar="FIL", help="CSV med de forskelle, der ventes.")
    ] = None,
    brief: Annotated[bool, typer.Option("--brief", help="Vis kun det, der ikke er ens.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")] = False,
) -> None:
    """Sammenlign hvert trykt tal med et resultat: ens, forskelligt eller ikke til at regne, og hvorfor.

    Slutter med 0, når netop de ventede forskelle findes, ellers 1.
    """
    from sagsbarometer.checking.published import load_expected, load_published
    from sagsbarometer.checking.published import verify as judge
    from sagsbarometer.checking.report import as_json, as_lines
    from sagsbarometer.store.results import load_results

    with faults_stop(USAGE):
        documents = load_published(published)
        expected = load_expected(expect) if expect else ()
        verdict = judge(documents, load_results(results).results, expected)
    if json:
        print_json(as_json(verdict))
    else:
        print("\n".join(as_lines(verdict, brief)))
    if not verdict.ok:
        stop(FINDINGS)
