"""Which house a command works on, and the program started on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sagsbarometer.cli.show import STOPPED, USAGE, stop

if TYPE_CHECKING:
    from sagsbarometer.web.home import Home

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", metavar="MAPPE", help="Arbejdspladsens mappe (ellers SAGSBAROMETER_HOME)."),
]


def the_home(home: Path | None) -> Path:
    """The house a command works on: --home, or SAGSBAROMETER_HOME. Ends the command where there is none."""
    given = home or (Path(os.environ["SAGSBAROMETER_HOME"]) if os.environ.get("SAGSBAROMETER_HOME") else None)
    if given is None:
        stop(USAGE, "Angiv mappen med --home, eller sæt SAGSBAROMETER_HOME.")
    if not (given / "config.toml").is_file():
        stop(USAGE, f"{given} er ikke lavet af sagsbarometer init.")
    return given.absolute()


@contextmanager
def started(folder: Path) -> Iterator[Home]:
    """The program started on a house. What is wrong with its keys, settings or database ends the command, in words."""
    import tomllib

    from sagsbarometer.documents.vault import KeyGone
    from sagsbarometer.web.boot import boot, database_away
    from sagsbarometer.web.home import Home

    try:
        boot(folder)
    except KeyGone as gone:
        stop(
            STOPPED,
            f"Nøglen {folder / 'keys' / str(gone)} mangler. Hent den fra kopien af nøglerne (docs/drift.md).",
        )
    except tomllib.TOMLDecodeError as error:
        stop(USAGE, f"{folder / 'config.toml'} kan ikke læses: linje {getattr(error, 'lineno', '?')}.")
    except ValueError as error:
        stop(USAGE, str(error))
    try:
        yield Home(folder)
    except database_away():
        stop(STOPPED, "Databasen kan ikke nås eller læses. Er den startet, og er DATABASE_URL rigtig?")
