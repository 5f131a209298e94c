"""`sagsbarometer release`: the steps a version goes through, each by somebody who may take it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sagsbarometer.cli.release_who import At, Folder, Json, Key, Reason, SignedFile, gate_stops, now, who_from
from sagsbarometer.cli.show import print_json, say
from sagsbarometer.cli.show import step as progress

if TYPE_CHECKING:
    from sagsbarometer.store.release import Release

Cases = Annotated[
    list[Path] | None,
    typer.Option("--cases", metavar="MAPPE", help="Resultater, hvis sagers id'er og navne der søges efter."),
]


def propose(
    protected: Annotated[
        Path, typer.Argument(metavar="MAPPE", help="Beskyttede resultater fra disclosure protect.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="UDGIVELSE", help="Mappen til udgivelsen.")],
    title: Annotated[str, typer.Option("--title", metavar="TEKST", help="Ellers resultaternes egen.")] = "",
    author: Annotated[
        list[str] | None,
        typer.Option("--author", metavar="NAVN", help="En forfatter mere ud over dig; kan gentages."),
    ] = None,
    people: Annotated[
        Path | None,
        typer.Option(
            "--people", metavar="FIL", help="Hvem der må hvad; ellers må enhver bruger af maskinen."
        ),
    ] = None,
    with_: Annotated[
        list[Path] | None,
        typer.Option("--with", metavar="UDGIVELSE", help="En udgivelse fra før, der kan regnes sammen med."),
    ] = None,
    cases: Cases = None,
    key: Key = None,
    json: Json = False,
) -> None:
    """Foreslå en udgivelse. Den bliver en mappe, som aldrig ændres, og som to andre skal godkende."""
    from sagsbarometer.runs.release_default import default_gate
    from sagsbarometer.runs.release_propose import Proposal, propose

    with gate_stops(json):
        who = who_from(key, None)
        job = Proposal(protected, out, who, now(), title, tuple(author or ()), people, tuple(with_ or ()))
        release = propose(job, default_gate(cases or ()), progress)
    (say if json else print)(f"Foreslået: »{release.history.title}«, udgave 1, i {out}.")
    _tell_sought(cases)
    _tell_next(
        out, "To, der ikke er forfattere, skal godkende: release show, derefter release approve.", json
    )


def amend(
    folder: Folder,
    protected: Annotated[Path, typer.Argument(metavar="MAPPE", help="De nye beskyttede resultater.")],
    note: Annotated[str, typer.Option("--note", metavar="TEKST", help="Hvorfor; står på siden.")],
    author: Annotated[
        list[str] | None, typer.Option("--author", metavar="NAVN", help="En forfatter mere; kan gentages.")
    ] = None,
    with_: Annotated[
        list[Path] | None, typer.Option("--with", metavar="UDGIVELSE", help="En anden udgivelse fra før.")
    ] = None,
    cases: Cases = None,
    key: Key = None,
    json: Json = False,
) -> None:
    """Foreslå en rettet udgave. De ændrede tal listes af programmet, og begge godkendere skal godkende igen."""
    from sagsbarometer.runs.release_default import default_gate
    from sagsbarometer.runs.release_propose import Amendment, amend
    from sagsbarometer.runs.release_view import change_words

    with gate_stops(json):
        who = who_from(key, None)
        job = Amendment(folder, protected, who, now(), note, tuple(author or ()), tuple(with_ or ()))
        taken = amend(job, default_gate(cases or ()), progress)
        found = change_words(taken.release, taken.version.number)
    tell = say if json else print
    many = "Ingen tal er ændret" if not found else f"{len(found)} tal er ikke som før"
    tell(f"Foreslået: udgave {taken.version.number}. {many}.")
    for change in found:
        tell(f"  {change.line}")
    _tell_sought(cases)
    _tell_next(folder, "To skal godkende den igen.", json)


def approve(folder: Folder, key: Key = None, signed: SignedFile = None, json: Json = False) -> None:
    """Godkend den nyeste udgave. Det vises, hvad der godkendes: tal, skjulte tal, ændringer og bemærkninger."""
    from sagsbarometer.runs.release_view import contents, contents_lines

    def show(release: Release) -> None:
        for line in contents_lines(contents(release, len(release.history.versions)), release):
            (say if json else print)(line)

    _step(folder, "approve", {}, key, signed, json, show)


def refuse(
    folder: Folder, reason: Reason = "", key: Key = None, signed: SignedFile = None, json: Json = False
) -> None:
    """Afvis den nyeste udgave, før den er offentliggjort. En ny foreslås med release amend."""
    _step(folder, "refuse", {"reason": reason}, key, signed, json)


def schedule(
    folder: Folder, at: At = "", key: Key = None, signed: SignedFile = None, json: Json = False
) -> None:
    """Sæt tidspunktet for den godkendte udgave. Indtil da er den under embargo. Det kan kun gøres senere siden."""
    _step(folder, "schedule", {"at": at}, key, signed, json)


def shorten(
    folder: Folder,
    at: At = "",
    reason: Reason = "",
    key: Key = None,
    signed: SignedFile = None,
    json: Json = False,
) -> None:
    """Bed om at fremskynde tidspunktet. Det sker, når to godkendere, der ikke er forfattere, beder om det samme."""
    _step(folder, "shorten", {"at": at, "reason": reason}, key, signed, json)


def publish(folder: Folder, key: Key = None, signed: SignedFile = None, json: Json = False) -> None:
    """Offentliggør den godkendte udgave. Afvises før tidspunktet, og hvis en eneste byte er en anden end godkendt."""
    from sagsbarometer.runs.release_default import default_gate
    from sagsbarometer.runs.release_publish import publish
    from sagsbarometer.runs.release_steps import Step

    with gate_stops(json):
        who = who_from(key, signed)
        taken = publish(Step(folder, "publish", who, now()), default_gate())
    _told(folder, taken, json)
    _tell_next(folder, "Skriv den offentlige mappe med release export.", json)


def withdraw(
    folder: Folder, reason: Reason = "", key: Key = None, signed: SignedFile = None, json: Json = False
) -> None:
    """Træk den offentliggjorte udgave tilbage. Siden bliver stående med begrundelsen."""
    _step(folder, "withdraw", {"reason": reason}, key, signed, json)


def access_add(
    folder: Folder,
    name: Annotated[str, typer.Argument(metavar="NAVN", help="Person eller rolle. Står på siden bagefter.")],
    reason: Reason = "",
    since: Annotated[str, typer.Option("--from", metavar="DATO", help="Fra hvilken dag; ellers i dag.")] = "",
    key: Key = None,
    signed: SignedFile = None,
    json: Json = False,
) -> None:
    """Giv en adgang før tid. Hvem, hvorfor og fra hvornår står på siden, når tallene er offentliggjort."""
    from sagsbarometer.cli.show import danish_today

    details = {"name": name, "reason": reason, "from": since or danish_today().isoformat()}
    _step(folder, "access", details, key, signed, json)


def _step(
    folder: Path,
    action: str,
    given: Mapping[str, str],
    key: Path | None,
    signed: Path | None,
    json: bool,
    before: Callable[[Release], None] = lambda release: None,
) -> None:
    """Takes a step and tells of it; `before` is called right before it is taken. What a signed request carries stands
    in it, and nothing is then given beside."""
    from sagsbarometer.runs.release_asked import details_of
    from sagsbarometer.runs.release_steps import Step, step

    with gate_stops(json):
        details = details_of(action, given) if signed is None else {}
        taken = step(Step(folder, action, who_from(key, signed), now(), details), before)
    _told(folder, taken, json)


def _told(folder: Path, taken: object, json: bool) -> None:
    from sagsbarometer.release.states import load_table
    from sagsbarometer.runs.release_steps import Taken
    from sagsbarometer.runs.release_view import receipt_line, state_words, status, step_lines

    assert isinstance(taken, Taken)
    done = load_table().actions[taken.event.action].done["da"].capitalize()
    history, event = taken.release.history, taken.event
    told = status(taken.release, None, event.at)
    tell = say if json else print
    whom = f" til {event.details['name']} fra {event.details['from']}" if event.action == "access" else ""
    tell(
        f"{done}{whom} af {event.actor.words}. Udgave {taken.version.number}: {state_words(taken.version).lower()}."
    )
    if event.action == "shorten" and not taken.version.shortened_for:
        tell("Tidspunktet er det samme, til én godkender mere beder om det.")
    say("Muligt nu, og for hvem:")
    for line in step_lines(told, history):
        say(line)
    tell(receipt_line(history))
    if json:
        print_json(told)


def _tell_sought(cases: list[Path] | None) -> None:
    """Says what the scan did not look for."""
    if not cases:
        say("Sagernes id'er og navne er ikke søgt efter i filerne. Det sker med --cases RESULTATER.")


def _tell_next(folder: Path, words: str, json: bool) -> None:
    say(words)
    if json:
        from sagsbarometer.runs.release_view import status
        from sagsbarometer.store.release import open_release

        print_json(status(open_release(folder), None, now()))
