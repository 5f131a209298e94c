"""The command `sagsbarometer`."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import Annotated

import typer

from sagsbarometer import __version__
from sagsbarometer.cli import figures, form, measures, report, study
from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import INTERRUPTED, STOPPED, say

app = Commands(
    "Mål den juridiske kvalitet af myndigheders afgørelser, fra den enkelte sag til det offentliggjorte tal."
)
app.add_typer(form.app, name="form")
app.add_typer(measures.app, name="measures")
app.add_typer(study.app, name="study")
app.add_typer(figures.app, name="figures")
app.add_typer(report.app, name="report")


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
    try:
        app()
    except SystemExit as end:
        if end.code == INTERRUPTED:  # what Typer makes of KeyboardInterrupt
            say("Afbrudt. Intet er skrevet.")
        raise
    except OSError as error:
        say(
            f"Fejl SYSTEM-101 {error.filename or ''}\n  {error.strerror or error}\n  → Se efter plads og rettigheder."
        )
        sys.exit(STOPPED)


def _terminated(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
