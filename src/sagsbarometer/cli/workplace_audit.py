"""`sagsbarometer audit verify|anchor|lookups`: the event chain held against itself and what was kept outside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import FINDINGS, STOPPED, faults_stop, print_json, say, stop
from sagsbarometer.cli.workplace_home import HomeOption, started, the_home
from sagsbarometer.kernel.problems import Faults, Place, Problem

if TYPE_CHECKING:
    from sagsbarometer.web.events.chain import Anchor, Break

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
    """Se hele kæden efter, og om tabellerne er vogtet. Slutter med 1, når noget er galt, og nævner den første række.

    En kæde, der er skrevet helt om eller skåret af, kan kun ses med et anker: gem dem et andet sted.
    """
    folder = the_home(home)
    with started(folder) as house, faults_stop(json_=json):
        from sagsbarometer.web.events.guard import unguarded
        from sagsbarometer.web.events.verifying import verify_chain

        known = [*_anchors(house.anchors), *(_anchors(anchor, wanted=True) if anchor else [])]
        verdict = verify_chain(known)
        open_tables = unguarded()
    findings = [_said(verdict.first_break)] if verdict.first_break else []
    findings += [f"Tabellen {table} er ikke vogtet. Kør sagsbarometer migrate." for table in open_tables]
    if json:
        first = verdict.first_break
        print_json({
            "schema_version": 1, "events": verdict.events, "head": verdict.head, "anchors": verdict.anchors,
            "first_bad": {"seq": first.seq, "kind": first.kind, "until": first.until} if first else None,
            "open_tables": open_tables,
        })  # fmt: skip
    for line in findings:
        say(line)
    if findings:
        stop(FINDINGS, f"{verdict.events} hændelser er i orden før det.")
    say(f"{verdict.events} hændelser er i orden. De er holdt op mod {_count(verdict.anchors)}.")


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
