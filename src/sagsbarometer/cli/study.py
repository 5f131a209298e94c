"""`sagsbarometer study`: set up a study, run it, compare two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import (
    FINDINGS,
    STOPPED,
    USAGE,
    faults_stop,
    print_json,
    say,
    show_problems,
    step,
    stop,
    summary,
)
from sagsbarometer.cli.workplace_home import HomeOption, started, the_home
from sagsbarometer.kernel.problems import Faults, Place, Problem

app = Commands("Studier: opret, kør og sammenlign.")


@app.command()
def new(
    template: Annotated[
        str, typer.Argument(metavar="SKABELON", help="Navnet på en skabelon, eller en mappe.")
    ],
    folder: Annotated[Path, typer.Argument(metavar="MAPPE", help="Studiets nye mappe.")],
    frame: Annotated[
        Path | None,
        typer.Option("--frame", metavar="FIL", help="CSV med kolonnen code: kommunerne i rammen."),
    ] = None,
    data_date: Annotated[
        str, typer.Option("--data-date", metavar="DATO", help="Datoen, data er fra (2024-04-26).")
    ] = "",
) -> None:
    """Opret et studie som kopi af en skabelon. Formular og tekster kan derefter rettes i mappen."""
    from sagsbarometer.collection.study import new_study
    from sagsbarometer.datafiles.shipped import shipped

    templates = {path.parent.name: path.parent for path in sorted(shipped("studies").glob("*/study.yaml"))}
    source = templates.get(template, Path(template))
    with faults_stop(USAGE):
        if not (source / "study.yaml").is_file():
            fault = f"Skabelonen »{template}« findes ikke."
            raise Faults([Problem("STUDIE-105", Place(), fault, f"Vælg en af: {', '.join(templates)}.")])
        new_study(source, folder, frame, data_date)
    say(
        f"Oprettede {folder}. Ret study.yaml og metodeafsnittet i report.md: de beskriver skabelonens undersøgelse."
    )
    say(f"Næste: sagsbarometer study run {folder} --answers FIL --out MAPPE")


@app.command()
def run(
    folder: Annotated[Path, typer.Argument(metavar="MAPPE", help="Studiets mappe.")],
    answers: Annotated[
        Path, typer.Option("--answers", metavar="FIL", help="Svarene: CSV, XLSX eller Parquet.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Mappen, resultaterne skrives i.")],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="FIL", help="Oversættelse af filens kolonner (YAML).")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Erstat resultater fra en tidligere kørsel.")
    ] = False,
) -> None:
    """Kontrollér svarene, frys dem, tæl, og skriv tal, figurer, tabeller og rapport.

    Én fejl stopper alt: intet bevares, kommandoen slutter med 3, og filen kommer tilbage med fejlene mærket.
    """
    from sagsbarometer.runs.returned import LIST, returned_folder
    from sagsbarometer.runs.study import Job, run_study

    job = Job(folder, answers, out, mapping, force)
    try:
        done = run_study(job, step)
    except Faults as faults:
        code = USAGE if all(problem.code.startswith("MAPPE-") for problem in faults.problems) else STOPPED
        rows = any(problem.place.row for problem in faults.problems)
        back = returned_folder(out)
        show_problems(faults.problems, f"Alle står i {back / LIST}." if rows else "")
        returned = f" Din fil med fejlene mærket: {back}" if rows else ""
        stop(code, f"{summary(faults.problems)}. Intet er skrevet til {out}.{returned}")
    show_problems(done.remarks)
    say(f"Skrev {len(done.files)} filer i {out}. Begynd med {out / 'index.html'}")


@app.command()
def freeze(
    study: Annotated[str, typer.Argument(metavar="STUDIE", help="Studiets id, som det står i adressen.")],
    by: Annotated[
        str, typer.Option("--by", metavar="E-MAIL", help="Den analytiker, der låser. Står i hændelserne.")
    ],
    home: HomeOption = None,
) -> None:
    """Lås svarene i en undersøgelse på arbejdspladsen, og regn tallene af dem, som knappen »Lås svarene« gør."""
    with started(the_home(home)), faults_stop():
        from sagsbarometer.web.reviewing.freezing import freeze_now

        number, cases, folder = freeze_now(study, by, lambda done, total, said: step(str(said)))
    say(f"Låsning {number}: {cases} sager. Svar, skema og tal ligger i {folder}")


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help="Den ene kørsels mappe.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Den anden kørsels mappe.")],
    json: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")] = False,
) -> None:
    """Vis, hvilke tal der er forskellige mellem to kørsler, og hvorfor: rækker, formular eller definitioner.

    Slutter med 0, når alle tal er ens, ellers 1.
    """
    from sagsbarometer.checking.compare import as_json, as_lines, compare_runs
    from sagsbarometer.runs.compare import loaded_run

    with faults_stop(USAGE):
        comparison = compare_runs(loaded_run(before), loaded_run(after))
    if json:
        print_json(as_json(comparison))
    else:
        print("\n".join(as_lines(comparison)))
    if comparison.cells:
        stop(FINDINGS)
