"""`sagsbarometer report letters` and `report notes`: one text to many municipalities."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from sagsbarometer.cli.show import REFUSED, STOPPED, USAGE, say, show_problems, step, stop, summary
from sagsbarometer.kernel.problems import Faults

_OUT = typer.Option("--out", metavar="MAPPE", help="Mappen, brevene skrives i: en undermappe til hver.")
_FORMATS = typer.Option("--formats", metavar="LISTE", help="Af html, pdf og docx, med komma imellem.")
_FORCE = typer.Option("--force", help="Erstat breve fra en tidligere kørsel.")
_RECIPIENTS = typer.Option("--recipients", metavar="FIL", help="CSV: code, name og de felter, brevet bruger.")


def letters(
    release: Annotated[Path, typer.Argument(metavar="UDGIVELSE", help="Mappen, release propose skrev.")],
    text: Annotated[Path, typer.Option("--text", metavar="FIL", help="Brevet (Markdown med bundne tal).")],
    recipients: Annotated[Path, _RECIPIENTS],
    out: Annotated[Path, _OUT],
    cases: Annotated[
        Path | None,
        typer.Option(
            "--cases", metavar="MAPPE", help="Resultaterne, hvis sager hver kommune får sine egne af."
        ),
    ] = None,
    formats: Annotated[str, _FORMATS] = "html,pdf",
    force: Annotated[bool, _FORCE] = False,
) -> None:
    """Skriv et brev til hver kommune: før offentliggørelsen under embargo, eller bagefter med kommunens egne sager.

    Tallene er udgivelsens. Er den ikke nået så langt, slutter kommandoen med 4, og intet er skrevet.
    """
    from datetime import UTC, datetime

    from sagsbarometer.runs.letter_gate import NOT_NOW
    from sagsbarometer.runs.letters import LetterJob, write_letters

    job = LetterJob(release, text, recipients, out, datetime.now(UTC), cases, _listed(formats), force)
    try:
        done = write_letters(job, step)
    except Faults as faults:
        _refuse(faults, NOT_NOW)
    show_problems(done.remarks)
    many = "1 brev" if done.letters == 1 else f"{done.letters} breve"
    say(f"Skrev {many} i {done.out}.")


def notes(
    results: Annotated[
        Path, typer.Argument(metavar="MAPPE", help="Resultaterne af et juridisk serviceeftersyn.")
    ],
    out: Annotated[Path, _OUT],
    recipients: Annotated[Path | None, _RECIPIENTS] = None,
    language: Annotated[
        Literal["da", "en"], typer.Option("--language", metavar="SPROG", help="da eller en.")
    ] = "da",
    formats: Annotated[str, _FORMATS] = "html,pdf",
    force: Annotated[bool, _FORCE] = False,
) -> None:
    """Skriv en læringsnote til hver kommune i et serviceeftersyn, med dens egne tal og ingen andres."""
    from sagsbarometer.runs.letters import NoteJob, write_notes

    try:
        done = write_notes(NoteJob(results, out, recipients, _listed(formats), force, language), step)
    except Faults as faults:
        _refuse(faults, ())
    show_problems(done.remarks)
    many = "1 note" if done.letters == 1 else f"{done.letters} noter"
    say(f"Skrev {many} i {done.out}. Hver er kun til den kommune, mappen er opkaldt efter.")


def _listed(formats: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in formats.split(",") if part.strip()))


def _refuse(faults: Faults, by_policy: tuple[str, ...]) -> NoReturn:
    codes = {problem.code for problem in faults.problems}
    refused = bool(codes) and codes <= set(by_policy)
    usage = all(code.startswith("MAPPE-") for code in codes)
    show_problems(faults.problems)
    stop(
        REFUSED if refused else USAGE if usage else STOPPED, f"{summary(faults.problems)}. Intet er skrevet."
    )
