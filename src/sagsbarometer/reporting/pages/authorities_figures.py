"""Authorities drawn: the funnel, and a tile for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.charts.charts import passed_on
from sagsbarometer.reporting.charts.drawing import to_svg
from sagsbarometer.reporting.charts.figure import FigureContent
from sagsbarometer.reporting.charts.funnel_chart import funnel_scene
from sagsbarometer.reporting.charts.scene import Scene
from sagsbarometer.reporting.charts.tile_chart import tile_scene
from sagsbarometer.reporting.document import Table
from sagsbarometer.reporting.numbers import amount, danish
from sagsbarometer.reporting.pages.authorities import Authorities, limits_table, tiles_table
from sagsbarometer.reporting.pages.authorities_data import authority_csv
from sagsbarometer.reporting.pages.facts import About, Facts

FUNNEL, TILES = "figur_1", "figur_2"
_NO_INTERVAL = "intet: grænserne siger selv, hvor langt tilfældet rækker"
_UNKNOWN = "sager uden kendt svar er ikke regnet med"
_NOT = "Nej: alle sager er talt med, og grænserne siger ikke noget om andre sager."


COMMON = About("", "", interval=_NO_INTERVAL, unknown=_UNKNOWN, generalisable=_NOT)


def limit_facts(
    of: Authorities, drawn: Mapping[str, FigureContent], facts: Facts
) -> dict[str, FigureContent]:
    """The figures with what must be known of the limits behind the funnel: a share has the card of its cell."""
    table = drawn[FUNNEL].table
    abouts = {
        column.label: About(
            f"{column.label}: grænserne for {of.label.lower()}",
            "Mellem dem ville procenten ligge så tit, hvis hver sag var som alle sagers gennemsnit; »udvidet« regner "
            "med, at der er mere forskel på dem, end tilfældet giver.",
            "Sager",
            of.base,
        )
        for column in table.columns
        if column.kind == "range"
    }
    told = facts.table("graenser", table, abouts)
    return {**drawn, FUNNEL: replace(drawn[FUNNEL], table=told)}


def authority_figures(of: Authorities) -> dict[str, FigureContent]:
    """The funnel, and the tiles where there are any, by id."""
    few = sum(item.limits is None for item in of.funnel.groups)
    left_out = f"{danish(few)} {of.one if few == 1 else of.many}" if few else ""
    notes = [
        f"Hvert punkt er {_article(of.one)}; vandret dens sager (aksen er trukket sammen mod højre), lodret procenten. "
        "Den vandrette streg er procenten af alle sager tilsammen. Navne står ved punkter uden for de ydre grænser."
    ]
    if left_out:
        notes.append(f"{left_out} med under {of.fewest} sager er ikke tegnet; tallene står i tabellen.")
    across = f"antal sager ({of.base})"
    drawn = {
        FUNNEL: _content(
            of,
            FUNNEL,
            f"Figur 1: {of.heading}, og hvor langt tilfældet rækker",
            tuple(funnel_scene(of.funnel, of.names, across, narrow) for narrow in (False, True)),
            notes,
            _funnel_words(of),
            limits_table(of),
        )
    }
    if of.tiles:
        placed = {item.group.id: item for item in of.funnel.groups if item.group.trials}
        drawn[TILES] = _content(
            of,
            TILES,
            f"Figur 2: {of.heading}, på en flise hver",
            tuple(tile_scene(of.tiles, placed, narrow) for narrow in (False, True)),
            [
                "Fliserne ligger omtrent, som områderne gør, men er lige store. Farven viser procenten og ikke, om den "
                f"er god eller dårlig; skraveret er under {of.fewest} sager."
            ],
            _tile_words(of),
            tiles_table(of),
        )
    return drawn


def _article(word: str) -> str:
    return f"{'et' if word in ('kontor',) else 'en'} {word}"


def _content(
    of: Authorities,
    id: str,
    title: str,
    scenes: tuple[Scene, ...],
    notes: Sequence[str],
    alt: str,
    table: Table,
) -> FigureContent:
    wide, narrow = scenes
    number, _, words = title.partition(": ")
    figure = Figure(id, number.removeprefix("Figur "), "drawn", {"da": words}, {}, (), (), (), False, {})
    return FigureContent(
        figure=figure,
        caption=title,
        alt=alt,
        wide=to_svg(wide),
        narrow=to_svg(narrow),
        picture=passed_on(of.edition, title, wide, [f"Note: {notes[0]}", *notes[1:]], alt),
        notes=(f"Note: {notes[0]}", *notes[1:]),
        source=of.edition.source_line,
        table=table,
        csv=authority_csv(of),
        stem=f"figurer/{id}",
    )


def _funnel_words(of: Authorities) -> str:
    """The funnel for a reader who does not see it; every number stands in the table."""
    drawn = [item for item in of.funnel.groups if item.limits]
    beyond = [of.name(item.group.id) for item in drawn if abs(item.wide or 0) > 1]
    between = sum(abs(item.wide or 0) == 1 for item in drawn)
    told = f"uden for de ydre grænser: {', '.join(beyond)}" if beyond else "ingen uden for de ydre grænser"
    return (
        f"Tragtdiagram med {danish(len(drawn))} {of.many} om procenten af alle, {amount(of.all)}. "
        f"{danish(between)} mellem de indre og de ydre grænser; {told}. Alle tal står i tabellen."
    )


def _tile_words(of: Authorities) -> str:
    shown = [item for item in of.funnel.groups if item.limits]
    return (
        f"Kort af {danish(len(of.tiles))} fliser med procenten på hver; {danish(len(shown))} har mindst {of.fewest} "
        "sager. Alle tal står i tabellen."
    )
