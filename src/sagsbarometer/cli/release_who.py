"""What the commands of a release share: who asks, which moment it is, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sagsbarometer.cli.show import REFUSED, STOPPED, refuse
from sagsbarometer.kernel.problems import Faults

if TYPE_CHECKING:
    from sagsbarometer.runs.release_who import Who

Json = Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")]
Folder = Annotated[Path, typer.Argument(metavar="UDGIVELSE", help="Mappen, som release propose skrev.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEKST", help="Hvorfor, i en sætning.")]
At = Annotated[
    str,
    typer.Option("--at", metavar="TID", help="Dansk tid, fx »2027-04-26 08:00«; en dato alene er kl. 8.00."),
]
Key = Annotated[Path | None, typer.Option("--key", metavar="FIL", help="Din nøgle, når du underskriver her.")]
SignedFile = Annotated[
    Path | None, typer.Option("--signed", metavar="FIL", help="En underskrevet anmodning fra release sign.")
]

# Against the rules of the gate: not to be done, whoever asks and however often.
POLICY = frozenset(
    "UDGIV-101 UDGIV-102 UDGIV-103 UDGIV-121 UDGIV-122 UDGIV-123 UDGIV-125 UDGIV-141 UDGIV-142 UDGIV-143 "
    "UDGIV-144 UDGIV-161".split()
)


def now() -> datetime:
    """The moment it is, to the second. Only a command knows; what it calls is told."""
    return datetime.now(UTC).replace(microsecond=0)


@contextmanager
def gate_stops(json_: bool = False) -> Iterator[None]:
    """Faults end the command: with 4 where the rules of the gate forbid it, else with 3. Nothing is then written."""
    try:
        yield
    except Faults as faults:
        forbidden = any(item.code in POLICY for item in faults.problems)
        refuse(faults, json_, REFUSED if forbidden else STOPPED, " Intet er skrevet.")


def who_from(key: Path | None, signed: Path | None) -> Who:
    """Who asks, by the options of a command; a locked key asks for its passphrase."""
    from sagsbarometer.runs.release_who import Who, asks_passphrase, operating_user

    passphrase = getpass("Adgangskode til nøglen: ") if key is not None and asks_passphrase(key) else ""
    return Who(operating_user(), key, passphrase, signed)
