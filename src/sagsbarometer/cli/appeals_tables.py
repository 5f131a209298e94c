"""`appeals tables` and `appeals measures`: the tables of a layout, and what can be measured."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sagsbarometer.cli.appeals_authorities import REAL_NAMES
from sagsbarometer.cli.engine import USAGE_CODES, Engine
from sagsbarometer.cli.show import (
    REFUSED,
    STOPPED,
    USAGE,
    as_json,
    faults_stop,
    print_json,
    refuse,
    say,
    show_problems,
    step,
)
from sagsbarometer.kernel.problems import Faults

_ASKED = ("MAPPE-", "LAYOUT-111", "LAYOUT-12", "REGISTER-131", *USAGE_CODES)


def tables(
    register: Annotated[
        Path, typer.Option("--register", metavar="MAPPE", help="Registret, som appeals import skrev.")
    ],
    layout: Annotated[
        str, typer.Option("--layout", metavar="LAYOUT", help="Navnet på et layout, eller en mappe med et.")
    ],
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATO", help="Sagerne, som de stod den dag (2025-04-11).")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Mappen, resultaterne skrives i.")],
    force: Annotated[
        bool, typer.Option("--force", help="Erstat resultater fra en tidligere kørsel.")
    ] = False,
    engine: Engine = "",
    json: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")] = False,
) -> None:
    """Lav et layouts tabeller, figurer og rapport af registret, som det stod på en dato.

    Senere registreringer ændrer intet ved tal for en dato, der er gået. Layoutet overview passer til ethvert register.
    """
    from sagsbarometer.runs.appeals_tables import Job, as_data, make_tables

    try:
        done = make_tables(Job(register, layout, as_of, out, force, engine), step)
    except Faults as faults:
        usage = all(problem.code.startswith(_ASKED) for problem in faults.problems)
        refused = any(problem.code == REAL_NAMES for problem in faults.problems)
        code = REFUSED if refused else USAGE if usage else STOPPED
        refuse(faults, json, code, f" Intet er skrevet til {out}.")
    show_problems(done.remarks)
    say(f"Skrev {len(done.files)} filer i {out}. Begynd med {out / 'index.html'}")
    if json:
        print_json({**as_data(done), "problems": as_json(done.remarks)})


def measures(
    json: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")] = False,
) -> None:
    """Vis alt, der kan måles i et register: mål og ure, hver med formel, enhed og kilde."""
    from sagsbarometer.appeals.layouts.layout import MEASURES, bare_layout
    from sagsbarometer.catalogue.catalogue import load_catalogue
    from sagsbarometer.datafiles.shipped import shipped
    from sagsbarometer.reporting.tables.lists import rule
    from sagsbarometer.runs.made_of import definition

    with faults_stop(json_=json):
        layout = bare_layout(shipped("layouts") / MEASURES, load_catalogue(shipped("law")))
    clocks: list[dict[str, Any]] = [
        {
            "id": clock.id,
            "from": clock.from_,
            "to": clock.to,
            "by_outcome": dict(clock.by_outcome),
            "label": dict(clock.label),
            "source": clock.source,
        }
        for clock in layout.clocks.values()
    ]
    if json:
        listed = [{"id": id, **definition(measure)} for id, measure in layout.measures.items()]
        print_json({"schema_version": 1, "clocks": clocks, "measures": listed})
        return
    for clock in clocks:
        print(f"{clock['id']}  [ur, hele dage]  {clock['label']['da']}")
        print(f"    fra {clock['from']} til {clock['to']}" + _instead(clock["by_outcome"]))
        print(f"    kilde:  {clock['source']}")
    for id, measure in layout.measures.items():
        print(f"{id}  [{measure.kind}, {measure.unit}]  {measure.label['da']}")
        print(f"    formel: {measure.formula.get('da', '')}")
        print(f"    base:   {measure.base_text}  ({measure.base_label['da']})")
        print(f"    tæller: {'alle i basen' if rule(measure) == 'true' else rule(measure)}")
        when = "periodens sidste dag" if measure.stock else measure.date
        print(f"    dato:   {when}" + (f"; for én {measure.per} ad gangen" if measure.per else ""))
        print(f"    kilde:  {measure.source}")


def _instead(by_outcome: dict[str, str]) -> str:
    return "".join(f"; er udfaldet {code}, til {column}" for code, column in by_outcome.items())
