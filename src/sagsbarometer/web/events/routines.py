"""What is done with the event chain each day: it is anchored, and the rows are held against it."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.web.home import this_home
from sagsbarometer.web.jobs.routines import routine


@routine("anchor", said("Hændelseskæden efterses og får et anker"), timedelta(days=1))
def anchor() -> str:
    """The chain is walked and its head written down, here and where config.toml says: in a file, by mail, or both.

    Raises Faults KAEDE-103 where the chain is broken: a head of it would vouch for it.
    """
    from sagsbarometer.web.events.chain import anchor_line
    from sagsbarometer.web.events.verifying import make_anchor, verify_chain

    if (found := verify_chain().first_break) is not None:
        remedy = said("Kør sagsbarometer audit verify, og gør, som docs/haendelser.md siger.")
        fault = said(
            "Hændelseskæden er ikke, som den blev skrevet (hændelse {seq}). Kør audit verify.",
            seq=str(found.seq),
        )
        raise Faults([Problem("KAEDE-103", Place(), fault, remedy)])
    made = make_anchor()
    if made is None:
        return said("Der er ingen hændelser endnu.")
    line, where = anchor_line(made), this_home().config.get("anchor", {})
    if path := where.get("file"):
        _add(Path(path), line)
    if address := where.get("mail"):
        _mail(address, line)
    also = {
        (True, True): said("Hændelse {seq} er ankret, også i fil og mail.", seq=str(made.seq)),
        (True, False): said("Hændelse {seq} er ankret, også i fil.", seq=str(made.seq)),
        (False, True): said("Hændelse {seq} er ankret, også i mail.", seq=str(made.seq)),
        (False, False): said("Hændelse {seq} er ankret i huset alene.", seq=str(made.seq)),
    }
    return also[bool(where.get("file")), bool(where.get("mail"))]


@routine("rows", said("Tabellerne holdes op mod hændelserne"), timedelta(days=1))
def rows() -> str:
    """Each guarded row against its last event. Raises Faults KAEDE-104 where one is not what the event says."""
    from sagsbarometer.web.events.present import Held, differences

    held = Held()
    for _ in differences(held):
        pass
    if held.differs:
        remedy = said("Kør sagsbarometer audit verify, og gør, som docs/haendelser.md siger.")
        fault = said(
            "{n} række er ikke, som hændelserne siger. Kør audit verify.",
            "{n} rækker er ikke, som hændelserne siger. Kør audit verify.",
            n=held.differs,
        )
        raise Faults([Problem("KAEDE-104", Place(), fault, remedy)])
    return said("{n} række er, som hændelserne siger.", "{n} rækker er, som hændelserne siger.", n=held.rows)


def _add(path: Path, line: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _mail(address: str, line: str) -> None:
    from django.conf import settings
    from django.core.mail import send_mail

    subject = f"Anker for hændelseskæden, {settings.ORGANISATION or settings.ALLOWED_HOSTS[0]}"
    words = "Gem linjen. Den viser senere, om nogen har skrevet hændelserne om."
    send_mail(subject, f"{line}\n\n{words}\n", None, [address])
