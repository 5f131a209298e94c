"""`sagsbarometer form`: check, document and hand out a form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import (
    FINDINGS,
    USAGE,
    as_json,
    faults_stop,
    print_json,
    say,
    show_problems,
    stop,
    summary,
)
from sagsbarometer.kernel.problems import errors

if TYPE_CHECKING:
    from sagsbarometer.forms.form import Form

app = Commands("Formularer: kontrollér, beskriv og lav ark til udfyldning.")
FormFile = Annotated[Path, typer.Argument(metavar="FIL", help="Formularen (form.yaml).")]
OutFile = Annotated[Path | None, typer.Option("--out", "-o", metavar="FIL", help="Hvor der skrives.")]
Json = Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")]


@app.command()
def check(file: FormFile, json: Json = False) -> None:
    """Vis alle fejl i en formular på én gang: fil og linje, spørgsmål, fejl og hvad du gør.

    Slutter med 0, når der ingen fejl er, ellers 1.
    """
    from sagsbarometer.catalogue.catalogue import load_catalogue
    from sagsbarometer.datafiles.shipped import shipped
    from sagsbarometer.forms.check import check_form

    with faults_stop():
        catalogue = load_catalogue(shipped("law"))
    form, problems = check_form(file, catalogue)
    faulty = bool(errors(problems))
    if json:
        print_json({"schema_version": 1, "file": str(file), "ok": not faulty, "problems": as_json(problems)})
    else:
        show_problems(problems)
        if form is not None and not faulty:
            parts = (
                f"{len(form.questions)} spørgsmål, {len(form.derived)} afledte, {len(form.checks)} kontroller"
            )
            print(f"{form.id} version {form.version}: {parts}, {len(form.measures)} mål. Ingen fejl.")
    if faulty:
        stop(FINDINGS, "" if json else summary(problems))


@app.command()
def doc(file: FormFile, out: OutFile = None) -> None:
    """Skriv formularens dokumentation som Markdown (på stdout, når --out mangler)."""
    from sagsbarometer.forms.document import document

    text = document(_loaded(file))
    if out is None:
        print(text, end="")
    else:
        out.write_text(text, encoding="utf-8")
        say(f"Skrev {out}")


@app.command()
def template(
    file: FormFile,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FIL", help="Excel-filen, der skrives (.xlsx).")
    ],
    force: Annotated[bool, typer.Option("--force", help="Erstat en fil, der findes.")] = False,
) -> None:
    """Lav et Excel-ark til udfyldning: én række til hver sag, valglister og vejledning."""
    from sagsbarometer.forms.template import template as excel

    if out.suffix.lower() != ".xlsx":
        stop(USAGE, f"{out} skal ende på .xlsx.")
    if out.exists() and not force:
        stop(USAGE, f"{out} findes allerede og kan være udfyldt. Vælg et andet navn, eller brug --force.")
    out.write_bytes(excel(_loaded(file)))
    say(f"Skrev {out}")


def _loaded(file: Path) -> Form:
    from sagsbarometer.catalogue.catalogue import load_catalogue
    from sagsbarometer.datafiles.shipped import shipped
    from sagsbarometer.forms.load import load_form

    with faults_stop():
        return load_form(file, load_catalogue(shipped("law")))
