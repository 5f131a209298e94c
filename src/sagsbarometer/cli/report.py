"""`sagsbarometer report`: build reports of results, tell where a number stands, show results on a plain page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.report_build import build
from sagsbarometer.cli.report_letters import letters, notes
from sagsbarometer.cli.show import USAGE, faults_stop, say

app = Commands("Rapporter: byg dem af resultater, og vis dem i en browser.")
app.command("build")(build)
app.command("letters")(letters)
app.command("notes")(notes)


@app.callback()
def report() -> None:
    """Rapporter: byg dem af resultater, og vis dem i en browser."""


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(metavar="MAPPE", help="Resultater, eller en mappe med flere.")],
    port: Annotated[int, typer.Option("--port", help="Porten; den næste ledige, når den er optaget.")] = 8000,
) -> None:
    """Vis resultaterne på http://127.0.0.1. Kun denne maskine kan se siden. Stop med Ctrl-C."""
    from sagsbarometer.runs.front import front_page
    from sagsbarometer.runs.serve import server_for
    from sagsbarometer.store.results import load_results

    with faults_stop(USAGE):
        front = ""
        if (folder / "manifest.json").exists() or not folder.is_dir():
            load_results(folder)
        else:
            front = front_page(folder)
        server = server_for(folder, port, front)
    say(f"Se resultaterne på http://127.0.0.1:{server.server_port}/  (stop med Ctrl-C)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        say("Stoppet.")
    finally:
        server.server_close()
