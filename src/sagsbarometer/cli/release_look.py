"""`sagsbarometer release`: see how a release stands, what is in it, and whether it is as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from sagsbarometer.cli.release_who import At, Folder, Json, Key, Reason, gate_stops, now, who_from
from sagsbarometer.cli.show import FINDINGS, STOPPED, as_json, print_json, say, show_problems, stop, summary
from sagsbarometer.kernel.problems import Faults, Place, Problem


def status(
    folder: Folder,
    log: Annotated[bool, typer.Option("--log", help="Vis også hvert trin.")] = False,
    json: Json = False,
) -> None:
    """Vis, hvordan en udgivelse står, hvem der har gjort hvad, og hvad du kan nu."""
    from sagsbarometer.runs.release_view import log_lines, status, status_lines
    from sagsbarometer.runs.release_who import Who, actor_noted, operating_user
    from sagsbarometer.store.release import open_release

    with gate_stops(json):
        release = open_release(folder)
        actor = actor_noted(Who(operating_user()), release.history.people)
        told = status(release, actor, now())
    if json:
        print_json(told)
        return
    for line in (*status_lines(told, release.history), *(log_lines(release.history) if log else ())):
        print(line)


def list_(
    folder: Annotated[Path, typer.Argument(metavar="MAPPE", help="En mappe med flere udgivelser.")],
    json: Json = False,
) -> None:
    """Vis hver udgivelse i en mappe, og hvordan den står."""
    from sagsbarometer.runs.release_view import releases_in, state_words

    if not folder.is_dir():
        fault = "Mappen findes ikke."
        with gate_stops(json):
            raise Faults([Problem("UDGIV-131", Place(str(folder)), fault, "Angiv en mappe med udgivelser.")])
    rows = []
    for name, release in releases_in(folder):
        newest = release.history.newest if release else None
        words = state_words(newest) if newest else "Loggen holder ikke: se release verify"
        title = release.history.title if release else ""
        rows.append(
            {"folder": name, "title": title, "version": newest.number if newest else 0, "state": words}
        )
    if json:
        print_json({"schema_version": 1, "releases": rows})
        return
    if not rows:
        say(f"Der er ingen udgivelser lige under {folder}.")
    for row in rows:
        print(f"{row['folder']}: »{row['title']}«, udgave {row['version']}: {row['state']}")


def show(
    folder: Folder,
    version: Annotated[int, typer.Option("--version", metavar="TAL", help="Udgaven; ellers den nyeste.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="MAPPE", help="Skriv rapporterne her, mærket med embargoen."),
    ] = None,
    key: Key = None,
    json: Json = False,
) -> None:
    """Vis, hvad der er i en udgave. Før den er offentliggjort, skrives hver læsning i loggen med navn."""
    from sagsbarometer.runs.release_default import default_gate
    from sagsbarometer.runs.release_read import read
    from sagsbarometer.runs.release_view import contents_lines

    with gate_stops(json):
        done = read(folder, who_from(key, None), now(), version, out, default_gate())
    if json:
        print_json({"schema_version": 1, **done.contents})
    else:
        for line in contents_lines(done.contents, done.release):
            print(line)
    if done.noted:
        say(f"Læsningen er skrevet i loggen: {done.release.history.events[-1].actor.words}.")
    if out is not None:
        say(f"Skrev {done.files} filer i {out}.")


def verify(
    folder: Folder,
    receipt: Annotated[
        str, typer.Option("--receipt", metavar="KVITTERING", help="En kvittering, I har gemt fra før.")
    ] = "",
    cut: Annotated[
        bool, typer.Option("--cut", help="Skær en halv sidste linje af loggen; det skrives i loggen.")
    ] = False,
    json: Json = False,
) -> None:
    """Se, om hver byte og hver linje er, som den blev skrevet, og om alle underskrifter holder."""
    from sagsbarometer.release.people import People
    from sagsbarometer.runs.release_who import Who, actor_noted, operating_user
    from sagsbarometer.store.release import cut_torn
    from sagsbarometer.store.release_verify import verify_release

    if cut:
        with gate_stops(json):
            gone = cut_torn(folder, actor_noted(Who(operating_user()), People()), now())
        say(f"Skar {gone} byte af." if gone else "Loggen havde ingen halv linje.")
    release, problems = verify_release(folder, receipt)
    show_problems(problems)
    if json:
        print_json({"schema_version": 1, "same": not problems, "problems": as_json(problems)})
    if problems:
        stop(
            STOPPED if release is None else FINDINGS,
            f"Udgivelsen er ikke, som den blev skrevet: {summary(problems)}.",
        )
    if release is not None and not json:
        history = release.history
        print(
            f"Alt er, som det blev skrevet: {_many(len(history.versions), 'udgave', 'udgaver')}, "
            f"{_many(len(history.events), 'linje', 'linjer')} i loggen."
        )
        print(f"Kvittering: {history.head}")


def _many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def key(
    name: Annotated[str, typer.Argument(metavar="NAVN", help="Hvis nøglen er, fx anna.")],
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Mappen til nøglerne.")],
    locked: Annotated[bool, typer.Option("--locked", help="Lås nøglen med en adgangskode.")] = False,
) -> None:
    """Lav et par nøgler: NAVN.key er din alene, NAVN.pub gives til den, der laver listen over personer."""
    from getpass import getpass

    from sagsbarometer.runs.release_who import make_key

    passphrase = getpass("Adgangskode: ") if locked else ""
    if locked and passphrase != getpass("Igen: "):
        stop(STOPPED, "De to adgangskoder er ikke ens. Intet er skrevet.")
    with gate_stops():
        private, public, hex_ = make_key(name, out, passphrase)
    say(f"Skrev {private} (hemmelig: den deles aldrig) og {public}.")
    print(hex_)


def request(
    folder: Folder,
    action: Annotated[
        str,
        typer.Option(
            "--action", metavar="TRIN", help="approve, refuse, schedule, shorten, publish, access, withdraw."
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FIL", help="Filen til anmodningen, fx request.json.")
    ],
    role: Annotated[
        str, typer.Option("--role", metavar="ROLLE", help="author, approver eller publisher.")
    ] = "",
    at: At = "",
    reason: Reason = "",
    name: Annotated[str, typer.Option("--name", metavar="NAVN", help="Hvem der får adgang (access).")] = "",
    since: Annotated[
        str, typer.Option("--from", metavar="DATO", help="Adgang fra hvilken dag (access).")
    ] = "",
) -> None:
    """Skriv en anmodning om et trin til en fil, som underskrives på en anden maskine med release sign."""
    from sagsbarometer.runs.release_read import make_request

    given: Mapping[str, str] = {"at": at, "reason": reason, "name": name, "from": since}
    with gate_stops():
        asked = make_request(folder, action, role, given, now(), out)
    say(f"Skrev {out}: {action}, udgave {asked.version} af »{asked.title}«. Underskriv den med release sign.")


def sign(
    file: Annotated[Path, typer.Argument(metavar="ANMODNING", help="Filen fra release request.")],
    key: Annotated[Path, typer.Option("--key", metavar="FIL", help="Din nøgle.")],
    out: Annotated[Path, typer.Option("--out", metavar="FIL", help="Den underskrevne fil, fx signed.json.")],
) -> None:
    """Underskriv en anmodning. Læs først, hvad der står i den: udgivelse, udgave, trin og tidspunkt."""
    from getpass import getpass

    from sagsbarometer.runs.release_read import write_new
    from sagsbarometer.runs.release_who import asks_passphrase, sign_request

    with gate_stops():
        passphrase = getpass("Adgangskode til nøglen: ") if asks_passphrase(key) else ""
        asked, content = sign_request(file, key, passphrase)
        write_new(out, content)
    say(
        f"Underskrevet: {asked.action} som {asked.role}, udgave {asked.version} af »{asked.title}«, {asked.hour}."
    )
    for name, text in asked.details.items():
        say(f"  {name}: {text}")


def export(
    folder: Folder,
    public: Annotated[Path, typer.Option("--public", metavar="MAPPE", help="Den offentlige mappe.")],
    force: Annotated[bool, typer.Option("--force", help="Erstat en offentlig mappe fra før.")] = False,
    json: Json = False,
) -> None:
    """Skriv det, offentligheden får: den nyeste offentliggjorte udgave med sin side, sine rettelser og sin historie."""
    from sagsbarometer.runs.release_export import export

    with gate_stops(json):
        done = export(folder, public, force)
    words = (
        "trukket tilbage: kun siden" if done.version.state == "withdrawn" else f"udgave {done.version.number}"
    )
    (say if json else print)(f"Skrev {len(done.files)} filer i {public} ({words}).")
    if json:
        print_json({"schema_version": 1, "version": done.version.number, "files": list(done.files)})


def access_package(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTATER", help="Mappen fra study run, med datasættet.")
    ],
    municipality: Annotated[
        str, typer.Option("--municipality", metavar="KODE", help="Kommunens kode, som den står i svarfilen.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Mappen til pakken.")],
    study: Annotated[
        Path | None,
        typer.Option("--study", metavar="MAPPE", help="Studiet med skemaet, hvis det er jeres eget."),
    ] = None,
    release: Annotated[
        Path | None,
        typer.Option("--release", metavar="UDGIVELSE", help="Skriv i dens log, at pakken er lavet."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Erstat en pakke fra før.")] = False,
    json: Json = False,
) -> None:
    """Lav en pakke til aktindsigt: svarene om kommunens egne sager, og hvad der ikke kan sluttes af dem."""
    from sagsbarometer.runs.access_package import Job, access_package
    from sagsbarometer.runs.release_who import Who, operating_user

    with gate_stops(json):
        job = Job(results, municipality, out, Who(operating_user()), now(), study, release, force)
        done = access_package(job)
    (say if json else print)(f"Skrev {done.cases} sager i {out}. Begynd med {out / 'laes_mig.html'}")
    if json:
        print_json({"schema_version": 1, "cases": done.cases, "files": list(done.files)})
