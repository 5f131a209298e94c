"""`report build`: the reports of a results folder, made again; and where a number stands in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sagsbarometer.cli.show import (
    STOPPED,
    USAGE,
    as_json,
    faults_stop,
    print_json,
    refuse,
    say,
    show_problems,
    step,
    stop,
)
from sagsbarometer.kernel.problems import Faults

if TYPE_CHECKING:
    from sagsbarometer.reporting.explain import Explained
    from sagsbarometer.runs.report_build import BuildJob

_ASKED = ("MAPPE-", "RESULTAT-", "RAPPORT-141", "RAPPORT-142", "RAPPORT-143", "RAPPORT-149", "RAPPORT-150")
_KINDS = {
    "sentence": "sætning",
    "heading": "overskrift",
    "footnote": "fodnote",
    "condition": "betingelse",
    "figure": "figur",
    "table": "tabel",
    "alt": "billedtekst",
    "note": "note",
}


def build(
    results: Annotated[Path, typer.Argument(metavar="RESULTATER", help="Mappen fra en kørsel.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="MAPPE", help="Mappen, rapporterne skrives i.")
    ] = None,
    text: Annotated[
        list[Path] | None,
        typer.Option("--text", metavar="FIL", help="En tekst i stedet for resultaternes egne; kan gentages."),
    ] = None,
    language: Annotated[str, typer.Option("--language", metavar="SPROG", help="da eller en.")] = "da",
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous", metavar="RESULTATER", help="En tidligere runde, som stilles ved siden af."
        ),
    ] = None,
    formats: Annotated[
        str,
        typer.Option(
            "--formats",
            metavar="LISTE",
            help="Hvilke af html,pdf,docx,xlsx,svg,png,csv,parquet,json; ellers alle.",
        ),
    ] = "",
    explain: Annotated[
        list[str] | None,
        typer.Option(
            "--explain",
            metavar="TAL",
            help="Vis, hvor tallet står, og skriv intet; kan gentages (figure_2.reasons).",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Erstat en rapport fra en tidligere kørsel.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")] = False,
) -> None:
    """Byg rapporterne af resultater igen: i andre formater, på et andet sprog, med en anden tekst eller en runde før.

    De samme resultater giver de samme filer, byte for byte.
    """
    from sagsbarometer.runs.report_build import BuildJob
    from sagsbarometer.runs.report_files import ALL

    asked = frozenset(part.strip() for part in formats.split(",") if part.strip()) or ALL
    if out is None and not explain:
        stop(USAGE, "--out mangler.")
    job = BuildJob(results, out or Path(), tuple(text or ()), language, previous, asked, force)
    if explain:
        _explain(job, explain, json)
        return
    _build(job, json)


def _build(job: BuildJob, json: bool) -> None:
    """Writes the reports, and tells what was written or why nothing was."""
    from sagsbarometer.runs.report_build import build as built

    try:
        done = built(job, step)
    except Faults as faults:
        usage = all(problem.code.startswith(_ASKED) for problem in faults.problems)
        refuse(faults, json, USAGE if usage else STOPPED, f" Intet er skrevet til {job.out}.")
    show_problems(done.remarks)
    say(f"Skrev {len(done.files)} filer i {done.out}. Begynd med {done.out / 'index.html'}")
    if json:
        told = {"out": str(done.out), "files": list(done.files), "problems": as_json(done.remarks)}
        print_json({"schema_version": 1, **told})


def _explain(job: BuildJob, cells: list[str], json: bool) -> None:
    """The places that each of the cells touches, on the screen or as an object."""
    from sagsbarometer.runs.report_build import explained

    with faults_stop(USAGE, json):
        found = explained(job, cells)
    if json:
        print_json({"schema_version": 1, "cells": [_plain(item) for item in found]})
        return
    for item in found:
        places = "1 sted" if len(item.places) == 1 else f"{len(item.places)} steder"
        print(f"{'before.' if item.before else ''}{item.ref}: {places}")
        for place in item.places:
            where = f"{place.file}:{place.line}" if place.line else place.file or "uden for teksterne"
            told = ": ".join(part for part in (place.name, place.words) if part)
            kind = _KINDS[place.kind] + (" (forskel)" if place.difference else "")
            print(f"  {where}  {kind}  {told}")


def _plain(item: Explained) -> dict[str, Any]:
    return {
        "cell": item.ref,
        "previous_round": item.before,
        "places": [
            {
                "kind": place.kind,
                "file": place.file,
                "line": place.line or None,
                "name": place.name,
                "words": place.words,
                "difference": place.difference,
            }
            for place in item.places
        ],
    }
