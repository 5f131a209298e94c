"""`sagsbarometer check`: hold published documents against themselves and each other; a report against itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import FINDINGS, STOPPED, faults_stop, print_json, step, stop
from sagsbarometer.kernel.problems import Faults, Place, Problem

REPORTS = frozenset({".html", ".htm", ".xhtml", ".docx", ".docm", ".doc", ".pdf", ".md", ".markdown"})


def register(app: Commands) -> None:
    """Adds the command to the program."""
    app.command(name="check")(check)


def check(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="RAPPORT|MAPPE",
            help="Et dokuments mappe, en mappe med flere, eller en rapport: .html, .docx, .pdf eller .md.",
        ),
    ],
    results: Annotated[
        list[Path] | None,
        typer.Option("--results", metavar="MAPPE", help="Beregnede resultater; kan skrives flere gange."),
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FIL", help="Skriv modsigelserne som CSV.")
    ] = None,
    claims: Annotated[bool, typer.Option("--claims", help="Vis hvert udsagn med sin dom.")] = False,
    brief: Annotated[
        bool, typer.Option("--brief", help="Vis kun modsigelser, der er sikre eller ikke kendte.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")] = False,
) -> None:
    """Hold offentliggjorte tabeller og udsagn op mod sig selv, hinanden og beregnede resultater.

    Kræver ingen data. Slutter med 0, når netop de kendte modsigelser findes, ellers 1. I en rapport læses tabeller
    og tal af filen selv; så er 1 kun det, der er sikkert forkert.
    """
    if folder.suffix.lower() in REPORTS and not folder.is_dir():
        _report(folder, bool(results) or write is not None, claims, brief, json)
        return
    from sagsbarometer.checking.check import check_folder
    from sagsbarometer.checking.check_report import as_json, as_lines
    from sagsbarometer.checking.finding import write_csv
    from sagsbarometer.datafiles.shipped import shipped
    from sagsbarometer.store.results import load_results

    with faults_stop(STOPPED):
        loaded = [load_results(path).results for path in results or []]
        report = check_folder(folder, shipped("published"), loaded)
    if write is not None:
        write.write_text(write_csv(report.contradictions), encoding="utf-8")
    if json:
        print_json(as_json(report))
    else:
        print("\n".join(as_lines(report, claims, brief)))
    if not report.ok:
        stop(FINDINGS)


def _report(path: Path, others: bool, every: bool, brief: bool, json: bool) -> None:
    """A finished report: ends with 1 where something in it is certainly wrong."""
    from sagsbarometer.checking.paper_told import as_json, as_lines
    from sagsbarometer.runs.check_report import check_report

    with faults_stop(STOPPED, json):
        if others:
            fault = "--results og --write hører til en mappe; en rapport holdes kun op mod sig selv."
            raise Faults(
                [Problem("CHECK-207", Place(path.name), fault, "Udelad dem; --json giver alt som data.")]
            )
        report = check_report(path, (lambda _: None) if brief else step)
    if json:
        print_json(as_json(report))
    else:
        print("\n".join(as_lines(report, every, brief)))
    if not report.ok:
        stop(FINDINGS)
