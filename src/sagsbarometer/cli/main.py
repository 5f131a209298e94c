"""The command `sagsbarometer`."""

from __future__ import annotations

import errno
import signal
import sys
import traceback
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from sagsbarometer import __version__
from sagsbarometer.cli import (
    agreement,
    appeals,
    check,
    disclosure,
    estimate,
    figures,
    form,
    law,
    measures,
    release,
    report,
    sample,
    study,
    workplace,
    workplace_audit,
)
from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import INTERRUPTED, STOPPED, say, tell_program

_WORDS = {
    errno.ENOSPC: "Disken er fuld.",
    errno.EDQUOT: "Pladsen er brugt op.",
    errno.EACCES: "Rettigheder mangler.",
    errno.EPERM: "Rettigheder mangler.",
    errno.EROFS: "Der kan ikke skrives her.",
    errno.ENOENT: "Filen eller mappen findes ikke.",
    errno.EEXIST: "Her er allerede en fil.",
    errno.ENOTDIR: "Det er ikke en mappe.",
    errno.EISDIR: "Det er en mappe.",
    errno.ENAMETOOLONG: "Navnet er for langt.",
}

app = Commands(
    "Mål den juridiske kvalitet af myndigheders afgørelser, fra den enkelte sag til det offentliggjorte tal."
)
app.add_typer(law.app, name="law")
app.add_typer(form.app, name="form")
app.add_typer(measures.app, name="measures")
app.add_typer(sample.app, name="sample")
app.add_typer(study.app, name="study")
agreement.register(app)
estimate.register(app)
app.add_typer(appeals.app, name="appeals")
app.add_typer(figures.app, name="figures")
check.register(app)
app.add_typer(report.app, name="report")
app.add_typer(disclosure.app, name="disclosure")
app.add_typer(release.app, name="release")
workplace.register(app)
workplace_audit.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"sagsbarometer {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Vis versionen.")
    ] = False,
) -> None:
    """Kommandoerne følger en sags vej: formular, studie, tal og rapport."""


def main() -> None:
    """Runs the command. Ctrl-C and a polite kill end with 130 and leave nothing partial."""
    signal.signal(signal.SIGTERM, _terminated)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, TextIOWrapper
        ):  # a name or a sign the terminal cannot show is no reason to stop
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except SystemExit as end:
        if end.code == INTERRUPTED:  # what Typer makes of KeyboardInterrupt
            say("Afbrudt. Intet er skrevet.")
        raise
    except OSError as error:
        remedy = "Se efter plads og rettigheder."
        say(f"Fejl SYSTEM-101 {error.filename or ''}\n  {_said(error)}\n  → {remedy}")
        tell_program("SYSTEM-101", _said(error), remedy)
        sys.exit(STOPPED)
    except Exception as error:
        # Never the error's own words: they may hold what stands in a cell.
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__}, {Path(last.filename).name}:{last.lineno}"
        fault, remedy = f"Programmet mødte noget, det ikke kender ({where}).", "Meld det som en fejl."
        say(f"Fejl SYSTEM-102\n  {fault}\n  → {remedy}")
        tell_program("SYSTEM-102", fault, remedy)
        sys.exit(STOPPED)


def _said(error: OSError) -> str:
    return _WORDS.get(error.errno or 0) or error.strerror or str(error)


def _terminated(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
