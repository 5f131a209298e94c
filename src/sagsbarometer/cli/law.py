"""`sagsbarometer law`: what the law said on a day, and whether its data hold together."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sagsbarometer.cli.danish import Commands
from sagsbarometer.cli.show import (
    FINDINGS,
    USAGE,
    as_json,
    danish_today,
    faults_stop,
    print_json,
    say,
    show_problems,
    stop,
    summary,
)
from sagsbarometer.kernel.dates import danish_date, parse_date
from sagsbarometer.kernel.ids import shown

if TYPE_CHECKING:
    from sagsbarometer.catalogue.catalogue import Catalogue
    from sagsbarometer.catalogue.citations import Citation

app = Commands("Loven: vis en bestemmelse på en dag, og kontrollér lovens data.")
On = Annotated[str, typer.Option("--on", metavar="DATO", help="Dagen, der spørges om (ellers i dag).")]
Json = Annotated[bool, typer.Option("--json", help="Skriv ét JSON-objekt på stdout.")]
LawFolder = Annotated[
    Path | None, typer.Argument(metavar="MAPPE", help="Mappen med lovens data (ellers den, der følger med).")
]


@app.command()
def show(
    provision: Annotated[str, typer.Argument(metavar="BESTEMMELSE", help="Som man skriver den: »SEL § 42«.")],
    on: On = "",
    json: Json = False,
) -> None:
    """Vis en bestemmelse på en dag: om den gælder, betingelser, afløser, sagsemne, krav og kilder.

    Nævnes flere, vises de efter hinanden. Slutter med 0, også når bestemmelsen ikke gælder på dagen; med 1, når lovens
    data ikke har den; med 2, når den ikke kan læses, eller loven ikke er nævnt og flere har paragraffen.
    """
    from sagsbarometer.catalogue.card import provision_card
    from sagsbarometer.cli.law_text import card_lines

    day = _day(on)
    catalogue = _catalogue(None)
    cards, missing = [], []
    for id in _asked(catalogue, provision):
        try:
            cards.append(provision_card(catalogue, id, day))
        except KeyError:
            missing.append(_not_held(catalogue, id, day))
    if json and cards:
        print_json(
            {"schema_version": 1, **cards[0]}
            if len(cards) == 1
            else {"schema_version": 1, "provisions": cards}
        )
    elif cards:
        print("\n\n".join("\n".join(card_lines(card)) for card in cards))
    if missing:
        stop(FINDINGS, "\n".join(missing))


@app.command()
def check(folder: LawFolder = None, json: Json = False) -> None:
    """Vis alle fejl i lovens data på én gang: fil og linje, fejl og hvad du gør.

    Slutter med 0, når der ingen fejl er, ellers 1. En dato for eftersyn, der ikke er kommet, er en advarsel.
    """
    from sagsbarometer.catalogue.catalogue import load_catalogue
    from sagsbarometer.catalogue.files import read_files
    from sagsbarometer.catalogue.order import checked_later
    from sagsbarometer.datafiles.shipped import shipped
    from sagsbarometer.kernel.problems import Faults, Problem

    if folder is not None and not folder.is_dir():
        stop(USAGE, f"{shown(str(folder))} er ikke en mappe.")
    problems: tuple[Problem, ...] = ()
    counts = ""
    later: list[Problem] = []
    try:
        counts = _counts(load_catalogue(folder or shipped("law")))
        later = checked_later(read_files(folder or shipped("law")), _day(""))
    except Faults as faults:
        problems = faults.problems
    if json:
        name = str(folder or "law")
        print_json(
            {
                "schema_version": 1,
                "folder": name,
                "ok": not problems,
                "problems": as_json([*problems, *later]),
            }
        )
    else:
        show_problems([*problems, *later])
        if counts:
            print(f"{counts}. Ingen fejl.")
    if problems:
        stop(FINDINGS, "" if json else summary(problems))


@app.command(name="list")
def list_(
    area: Annotated[
        str, typer.Argument(metavar="LOVOMRÅDE", help="Id på et lovområde, som serviceloven.")
    ] = "",
    on: On = "",
) -> None:
    """Vis lovområderne, eller sagsemnerne under et af dem på en dag, med de bestemmelser de dækker."""
    from sagsbarometer.catalogue.lookup import series_of
    from sagsbarometer.cli.law_text import covered_words

    day = _day(on)
    catalogue = _catalogue(None)
    if area and area not in catalogue.law_areas:
        stop(USAGE, f"Lovområdet {shown(area)} kendes ikke. Vælg et af: {', '.join(catalogue.law_areas)}.")
    subjects = [item for item in catalogue.case_subjects.values() if item.in_force.holds(day)]
    print(f"{danish_date(day)}:")
    if not area:
        for id, item in catalogue.law_areas.items():
            if item.in_force.holds(day):
                number = sum(subject.law_area == id for subject in subjects)
                print(f"  {id}: {item.label['da']} ({number} sagsemner)")
        return
    for subject in subjects:
        if subject.law_area == area:
            series = ", ".join(found.id for found in series_of(catalogue, subject.id, day))
            print(f"  {subject.label['da']}" + (f"  [serie {series}]" if series else ""))
            if covered := covered_words(catalogue, subject, day):
                print(f"    {covered}")


def _catalogue(folder: Path | None) -> Catalogue:
    from sagsbarometer.catalogue.catalogue import load_catalogue
    from sagsbarometer.datafiles.shipped import shipped

    with faults_stop():
        return load_catalogue(folder or shipped("law"))


def _day(text: str) -> date:
    if not text:
        return danish_today()
    try:
        return parse_date(text)
    except ValueError:
        stop(USAGE, f"--on: {shown(text)} er ingen dag. Skriv som 2023-12-31 eller 31-12-2023.")


def _asked(catalogue: Catalogue, text: str) -> list[str]:
    """The ids of the provisions that `text` names; ends the command when there is none, or no telling which act."""
    from sagsbarometer.catalogue.citation_text import act_named, parse_citations
    from sagsbarometer.catalogue.lookup import within

    example = "Skriv som »serviceloven § 42« eller »barnets lov § 90, jf. servicelovens § 84«."
    if act := act_named(text, catalogue.acts):
        stop(USAGE, f"{catalogue.acts[act].title['da']} er en hel lov. {example}")
    found = parse_citations(text, catalogue.acts) or _id_itself(catalogue, text)
    if not found:
        stop(USAGE, f"{shown(text)} kan ikke læses som en bestemmelse. {example}")
    if not found[0].act:
        found = _of_the_act(catalogue, text, found)
    return list(dict.fromkeys(id for item in found for id in within(catalogue, item.id)))


def _of_the_act(catalogue: Catalogue, text: str, found: tuple[Citation, ...]) -> tuple[Citation, ...]:
    """The citations in the one act that has them all; ends the command where none has, or several have."""
    from dataclasses import replace

    from sagsbarometer.catalogue.citations import danish
    from sagsbarometer.catalogue.lookup import nearest

    candidates = [tuple(replace(item, act=act) for item in found) for act in catalogue.acts]
    held = [items for items in candidates if all(nearest(catalogue, item.id) for item in items)]
    named = [" og ".join(danish(item, catalogue.acts) for item in items) for items in held]
    # A word before the sign is an act that we do not know: it is not for us to say which.
    if len(held) != 1 or not text.strip().startswith("§"):
        known = f" Mente du {' eller '.join(named)}?" if held else ""
        stop(USAGE, f"{shown(text)} nævner ingen lov, vi kender.{known}")
    say(f"Læst som {named[0]}: ingen lov er nævnt, og kun én af dem, vi har, har paragraffen.")
    return held[0]


def _id_itself(catalogue: Catalogue, text: str) -> tuple[Citation, ...]:
    """The citation of an id, as the files write it: `serviceloven/42`."""
    from sagsbarometer.catalogue.citations import citation_of

    try:
        citation = citation_of(text)
    except ValueError:
        return ()
    return (citation,) if citation.act in catalogue.acts and citation.section else ()


def _not_held(catalogue: Catalogue, id: str, day: date) -> str:
    """What can be said of a provision that the data do not hold: where its cases are counted."""
    from sagsbarometer.catalogue.citations import danish_citation
    from sagsbarometer.catalogue.lookup import law_area_of, subjects_of

    name = danish_citation(id, catalogue.acts)
    lines = [f"{name} står ikke i lovens data: vi har hverken titel, periode eller betingelser."]
    for subject in subjects_of(catalogue, id, day):
        area = law_area_of(catalogue, subject.id).label["da"]
        lines.append(
            f"  Sagsemne den {danish_date(day)}: {subject.label['da']} ({area}). Kilde: {subject.source}."
        )
    return "\n".join(lines)


def _counts(catalogue: Catalogue) -> str:
    parts = {
        "love": catalogue.acts,
        "bestemmelser": catalogue.provisions,
        "betingelser": catalogue.conditions,
        "krav": catalogue.requirements,
        "lovområder": catalogue.law_areas,
        "sagsemner": catalogue.case_subjects,
        "serier": catalogue.series,
        "principmeddelelser": catalogue.principle_decisions,
    }
    return ", ".join(f"{len(items)} {word}" for word, items in parts.items())
