"""`sagsbarometer audit verify|anchor|lookups`: events held against themselves, the rows and what is kept outside."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import FINDINGS, STOPPED, faults_stop, print_json, say, stop
from sagsbarometer.cli.workplace_home import HomeOption, started, the_home
from sagsbarometer.kernel.problems import Faults, Place, Problem

if TYPE_CHECKING:
    from sagsbarometer.web.events.chain import Anchor, Break
    from sagsbarometer.web.events.present import Differs

_MOST = 200  # rows named
audit_app = Commands("Hændelseskæden: hver ændring og hver læsning af en sag.")
_KINDS = {
    "changed": "Hændelse {seq} er ikke den, der blev skrevet.",
    "unlinked": "Hændelse {seq} hænger ikke sammen med den før.",
    "rewritten": "Hændelse {seq} er en anden end den, ankeret kender: kæden er skrevet om.",
    "cut": "Hændelse {seq} til {until} mangler: kæden er skåret af, efter ankeret blev lavet.",
}


def register(app: Commands) -> None:
    """Adds the commands to the program."""
    for command in (verify, anchor, lookups):
        audit_app.command()(command)
    app.add_typer(audit_app, name="audit")


@audit_app.callback()
def _audit() -> None:
    """Hændelseskæden: hver ændring og hver læsning af en sag."""


def verify(
    home: HomeOption = None,
    anchor: Annotated[
        Path | None,
        typer.Option("--anchor", metavar="FIL", help="Ankre, der er gemt uden for arbejdspladsen."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")] = False,
) -> None:
    """Se hele kæden efter, hold hver vogtet række op mod sin sidste hændelse, og se, om tabellerne er vogtet.

    Slutter med 1, når noget er galt, og nævner den første hændelse og de rækker, der ikke er, som hændelserne siger. En
    kæde, der er skrevet helt om eller skåret af, kan kun ses med et anker: gem dem et andet sted.
    """
    folder = the_home(home)
    with started(folder) as house, faults_stop(json_=json):
        from sagsbarometer.web.events.guard import unguarded
        from sagsbarometer.web.events.present import Held, differences
        from sagsbarometer.web.events.verifying import verify_chain

        known = [*_anchors(house.anchors), *(_anchors(anchor, wanted=True) if anchor else [])]
        verdict = verify_chain(known)
        held = Held()
        rows = list(islice(differences(held), _MOST))
        open_tables = unguarded()
    if json:
        first = verdict.first_break
        print_json({
            "schema_version": 1, "events": verdict.events, "head": verdict.head, "anchors": verdict.anchors,
            "first_bad": {"seq": first.seq, "kind": first.kind, "until": first.until} if first else None,
            "rows": held.rows, "rows_of_destroyed_keys": held.closed,
            "bad_rows": [asdict(row) for row in rows], "open_tables": open_tables,
        })  # fmt: skip
    findings = [_said(verdict.first_break)] if verdict.first_break else []
    findings += [_row_said(row) for row in rows]
    findings += [f"Der er flere: kun de første {_MOST} rækker er nævnt."] if len(rows) == _MOST else []
    findings += [f"Tabellen {table} er ikke vogtet. Kør sagsbarometer migrate." for table in open_tables]
    for line in findings:
        say(line)
    if verdict.first_break:
        stop(FINDINGS, f"{verdict.events} hændelser er i orden før det.")
    if findings:
        stop(FINDINGS, f"{verdict.events} hændelser er i orden.")
    say(f"{verdict.events} hændelser er i orden. De er holdt op mod {_count(verdict.anchors)}.")
    gone = f" Af {held.closed} er kun set, at de er der: deres studie er slettet." if held.closed else ""
    say(f"{held.rows} rækker er, som hændelserne siger.{gone}")


def _row_said(row: Differs) -> str:
    where = f"Rækken {row.id} i {row.table}"
    if row.kind == "changed":
        return f"{where} er en anden, end dens sidste hændelse siger ({', '.join(row.columns) or 'kan ikke læses'})."
    if row.kind == "missing":
        return f"{where} er væk, og ingen hændelse siger, at den er fjernet."
    return f"{where} er der, og ingen hændelse siger, hvor den kommer fra."


def anchor(
    home: HomeOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FIL", help="Tilføj ankeret til en fil et andet sted.")
    ] = None,
) -> None:
    """Skriv kædens hoved ned: nummer og fingeraftryk, én linje JSON. Gem det et sted, arbejdspladsen ikke kan nå."""
    from sagsbarometer.web.events.chain import anchor_line

    with started(the_home(home)) as house, faults_stop():
        from sagsbarometer.web.events.verifying import make_anchor, verify_chain

        known = _anchors(house.anchors)
        # A head of a chain that is broken would vouch for it.
        if (first := verify_chain(known).first_break) is not None:
            stop(FINDINGS, f"{_said(first)} Der er ikke lavet noget anker.")
        made = make_anchor()
    if made is None:
        stop(STOPPED, "Der er ingen hændelser endnu.")
    line = anchor_line(made)
    if out is None:
        print(line)
        return
    with out.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    say(f"Ankeret for hændelse {made.seq} er tilføjet {out}.")


def lookups(
    case: Annotated[str, typer.Option("--case", metavar="ID", help="Sagens id, som det står i adressen.")],
    home: HomeOption = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FIL", help="Skriv CSV i en ny fil.")] = None,
) -> None:
    """Skriv, hvornår en sag er læst og ændret, og hvorfor, som CSV. Uden navne: den kan gives til borgeren."""
    with started(the_home(home)), faults_stop():
        from sagsbarometer.web.delivering.models import Case
        from sagsbarometer.web.events.acting import acting, record
        from sagsbarometer.web.events.looking import lookups_csv

        study = Case.objects.filter(pk=case).values_list("study_id", flat=True).first()
        if study is None:
            raise Faults(
                [Problem("KAEDE-102", Place(), "Sagen findes ikke.", "Brug id'et fra sagens adresse.")]
            )
        with acting("system:operator", "access_request"):
            record("read_lookups", "events_event", "", study=study, case=case)
        text = lookups_csv(case)
    if out is None:
        print(text, end="")
        return
    with out.open("x", encoding="utf-8-sig") as file:
        file.write(text)
    say(f"Skrevet: {out}.")


def _anchors(path: Path, *, wanted: bool = False) -> list[Anchor]:
    """The anchors of a file. Raises Faults KAEDE-101 for what is none."""
    from sagsbarometer.web.events.chain import anchors_of

    if not path.exists() and not wanted:
        return []
    try:
        found = list(anchors_of(path.read_text(encoding="utf-8").splitlines()))
    except UnicodeDecodeError:
        found = []
    except ValueError as error:
        place = Place(path.name, line=int(str(error)))
        raise Faults([Problem("KAEDE-101", place, "Linjen er ikke et anker.", _REMEDY)]) from error
    if wanted and not found:
        raise Faults([Problem("KAEDE-101", Place(path.name), "Filen har ingen ankre.", _REMEDY)])
    return found


_REMEDY = "Brug en fil, som sagsbarometer audit anchor skrev."


def _said(found: Break) -> str:
    if found.kind == "missing":
        many = f"{found.seq} til {found.until}" if found.until > found.seq else f"{found.seq}"
        return f"Hændelse {many} mangler."
    return _KINDS[found.kind].format(seq=found.seq, until=found.until)


def _count(anchors: int) -> str:
    return "ingen ankre: lav et med sagsbarometer audit anchor" if not anchors else f"{anchors} ankre"
