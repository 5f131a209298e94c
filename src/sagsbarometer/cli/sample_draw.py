"""`sagsbarometer sample draw`, `verify` and `replace`: which cases, drawn so that anyone can draw them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sagsbarometer.cli.show import (
    FINDINGS,
    REFUSED,
    STOPPED,
    as_json,
    danish_today,
    faults_stop,
    print_json,
    refuse,
    say,
    show_problems,
    step,
    stop,
    summary,
)
from sagsbarometer.kernel.problems import Faults

if TYPE_CHECKING:
    from sagsbarometer.runs.sample_draw import Done

Json = Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")]
_FOLDER = typer.Argument(metavar="MAPPE", help="Mappen, som sample draw skrev.")
# Against the rules of the draw, or of the law: not to be done, whoever asks.
_NOT_TO_BE_DONE = frozenset({"UDTRAEK-141", "UDTRAEK-142", "UDTRAEK-143"})


def draw(
    plan: Annotated[
        Path, typer.Argument(metavar="PLAN", help="plan.json eller mappen, som sample plan skrev.")
    ],
    frame: Annotated[
        Path | None,
        typer.Option("--frame", metavar="LISTE", help="Listen over sager: id, authority og planens strata."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="MAPPE", help="Mappen til stikprøven.")] = None,
    on: Annotated[
        str, typer.Option("--on", metavar="DATO", help="Den dag, listen er lavet; klagefristen ses fra den.")
    ] = "",
    register: Annotated[
        Path | None,
        typer.Option(
            "--register", metavar="MAPPE", help="Eget register af klagesager; sager i det vælges fra."
        ),
    ] = None,
    match: Annotated[
        str, typer.Option("--match", metavar="KOLONNE", help="Registrets kolonne med listens id'er.")
    ] = "case_id",
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="KODE", help="En myndighed uden liste; kan gentages."),
    ] = None,
    receipt_days: Annotated[
        int,
        typer.Option(
            "--receipt-days", metavar="DAGE", help="Fra afgørelse til modtagelse, hvor den ikke er oplyst."
        ),
    ] = 0,
    origin: Annotated[
        str,
        typer.Option(
            "--origin", metavar="ORD", help="Hvad sagerne er: real, reconstructed, synthetic, training."
        ),
    ] = "real",
    json: Json = False,
    force: Annotated[
        bool, typer.Option("--force", help="Erstat et udtræk, hvor intet er skiftet ud.")
    ] = False,
) -> None:
    """Træk lod blandt en listes sager efter en plan. Uden liste: vis de myndigheder, en plan i to trin trækker.

    Frøet står i planen, så enhver kan trække igen og få det samme. Reserverne får deres rækkefølge i samme træk.
    """
    from sagsbarometer.runs.sample_draw import Job, sample_draw

    job = Job(plan, frame, out, on, register, match, tuple(without or ()), receipt_days, origin, force)
    try:
        done = sample_draw(job, step, danish_today())
    except Faults as faults:
        refuse(faults, json, STOPPED, _nothing(faults, frame, out))
    show_problems(done.notes)
    _show(done, say if json else print)  # with --json stdout is data alone
    if out is not None and done.files:
        say(f"Skrev {len(done.files) + 1} filer i {out}. Begynd med {out / 'index.html'}")
    if json:
        print_json(done.data)


def _nothing(faults: Faults, frame: Path | None, out: Path | None) -> str:
    """What is told of a draw that was refused; a list with faults goes back with them marked."""
    from sagsbarometer.runs.returned import return_file

    if out is None:
        return ""
    more = f" Intet er skrevet til {out}."
    if frame is not None and any(item.place.row for item in faults.problems):
        folder = return_file(frame, faults.problems, out)
        more += f" Listen med fejlene mærket ligger i {folder}."
        more += " Den er en kopi med alle id'er: pas på den som på listen."
    return more


def _show(done: Done, tell: Callable[[str], None]) -> None:
    from sagsbarometer.reporting.pages.sample_draw_words import drawn_words, remarks

    if done.drawn is None:
        for item in done.data["authorities"]:
            tell(f"{item['authority']}: {item['call_in']} sager, sandsynlighed {item['probability']}")
        return
    tell(drawn_words(done.drawn, done.data["drawable"]))
    for line in remarks(done.data, done.drawn):
        tell(line)


def verify(
    folder: Annotated[Path, _FOLDER],
    frame: Annotated[
        Path | None, typer.Option("--frame", metavar="LISTE", help="Listen, som den blev leveret.")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="PLAN", help="Planen, som den er offentliggjort.")
    ] = None,
    log_hash: Annotated[
        str,
        typer.Option(
            "--log-hash", metavar="KVITTERING", help="Den sidste kvittering for udskiftningerne, I har gemt."
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Træk lod igen efter plan, frø og liste, og se, om det giver den samme stikprøve."""
    from sagsbarometer.reporting.numbers import danish
    from sagsbarometer.runs.sample_verify import Job, sample_verify

    with faults_stop(STOPPED, json):
        done = sample_verify(Job(folder, frame, plan, log_hash), step)
    show_problems((*done.notes, *done.differences))
    if json:
        print_json({**done.data, "problems": as_json((*done.notes, *done.differences))})
    if not done.same:
        stop(FINDINGS, f"Udtrækket er ikke det samme: {summary(done.differences)}.")
    log = done.counts["replacements"]
    words = (
        f" {danish(log)} {'udskiftning følger' if log == 1 else 'udskiftninger følger'} reglerne."
        if log
        else ""
    )
    tell = say if json else print
    tell(f"Samme udtræk: {danish(done.counts['selected'])} af {danish(done.counts['cases'])} sager.{words}")
    tell(_receipt(done.sample.receipt))
    if log_hash:
        tell(f"Den gemte kvittering er for de første {done.sample.line_of(log_hash)} af dem.")
    tell("Siden, tabellerne og figurerne er kun holdt op mod mappens egne kontrolsummer.")


def _receipt(receipt: Mapping[str, Any]) -> str:
    lines = receipt["lines"]
    return f"Kvittering for {lines} {'udskiftning' if lines == 1 else 'udskiftninger'}: {receipt['sha256']}"


def replace(
    folder: Annotated[Path, _FOLDER],
    case: Annotated[str, typer.Option("--case", metavar="ID", help="Sagen, der går ud.")],
    reason: Annotated[
        str, typer.Option("--reason", metavar="ÅRSAG", help="Hvorfor; listen står i docs/udtraek.md.")
    ],
    on: Annotated[
        str, typer.Option("--on", metavar="DATO", help="Dagen, det blev besluttet; ellers i dag.")
    ] = "",
    note: Annotated[
        str, typer.Option("--note", metavar="TEKST", help="Højst 200 tegn; intet om personen.")
    ] = "",
    wanted: Annotated[
        str,
        typer.Option("--with", metavar="ID", help="Den reserve, der ventes at stå for tur; afvises ellers."),
    ] = "",
    no_reserve: Annotated[
        bool,
        typer.Option(
            "--no-reserve", help="Tag ingen reserve ind: der er trukket flere, end der skal bruges."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Lad en sag gå ud med en årsag, og tag den næste reserve i samme celle ind. Ingen anden kan tages."""
    from sagsbarometer.runs.sample_replace import Job, sample_replace

    job = Job(folder, case, reason, on or danish_today().isoformat(), note, wanted, no_reserve)
    try:
        done = sample_replace(job, danish_today())
    except Faults as faults:
        forbidden = any(item.code in _NOT_TO_BE_DONE for item in faults.problems)
        refuse(faults, json, REFUSED if forbidden else STOPPED, " Intet er skrevet.")
    tell = say if json else print
    line = done.line
    what = (
        "tæller ikke med i det, der måles" if line.scope == "out_of_scope" else "hører til, men kan ikke fås"
    )
    tell(f"Nr. {line.number}: {line.case} er gået ud ({done.reason.label['da'].lower()}); den {what}.")
    if line.replacement:
        left = f"{done.reserves} {'reserve' if done.reserves == 1 else 'reserver'}"
        tell(f"{line.replacement} er taget ind. Cellen har {left} tilbage.")
    tell(_receipt(done.receipt))
    if json:
        print_json(done.data)
    if done.used_up:
        stop(
            FINDINGS,
            "Cellen har ikke flere reserver, så pladsen står tom. Stikprøven gælder stadig: vægtene i cellen følger de "
            "sager, der er. Skal der flere til, laves en ny plan og et nyt udtræk; der vælges aldrig frit.",
        )
