"""What must be known of each number of an estimate that is no cell: its standard error, and what it is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sagsbarometer.reporting.document import TableCell
from sagsbarometer.reporting.pages.facts import About, Facts

if TYPE_CHECKING:
    from sagsbarometer.reporting.contract import Edition
    from sagsbarometer.reporting.pages.estimate_report import Told

_LINEAR = "Taylor-linearisering af udtrækket"
_IT_IS_ONE = "intet: tallet siger selv, hvor sikkert skønnet er"
_CASES = "Sager"
_ERROR = About(
    "Standardfejl",
    "Kvadratroden af skønnets varians, som den følger af udtrækket.",
    _CASES,
    "læste sager",
    _IT_IS_ONE,
    made=_LINEAR,
)
_FREEDOM = About(
    "Frihedsgrader",
    "Trukne enheder minus strata, som Students t-fordeling bruger dem i intervallet.",
    _CASES,
    "læste sager",
    _IT_IS_ONE,
    made=_LINEAR,
)
LAST: Mapping[str, About] = {"Standardfejl": _ERROR, "Frihedsgrader": _FREEDOM}
ERRORS: Mapping[str, About] = {
    **LAST,
    "Standardfejl": replace(_ERROR, title="Standardfejl, procentpoint"),
    "Effektive sager": About(
        "Effektive sager",
        "Hvor mange sager, simpelt trukket af en uendelig bestand, der ville give den samme varians.",
        _CASES,
        "læste sager",
        _IT_IS_ONE,
        made=_LINEAR,
    ),
    "Designeffekt": About(
        "Designeffekt",
        "Variansen divideret med den, en simpel stikprøve af samme størrelse fra den samme bestand ville have.",
        _CASES,
        "læste sager",
        _IT_IS_ONE,
        made=_LINEAR,
    ),
}
NUMBERS: Mapping[str, About] = {
    **LAST,
    _CASES: About(
        "Læste sager",
        "Antallet af sager, der er læst og kendte.",
        "læste sager",
        interval="intet: det er talt",
    ),
    "Ukendte": About(
        "Ukendte", "Antallet af læste sager uden kendt svar.", "læste sager", interval="intet: det er talt"
    ),
}
_OF_PAIR = "se forskellen i samme række"
DIFFERENCES: Mapping[str, About] = {
    **{label: replace(about, base="de to gruppers læste sager", of="") for label, about in LAST.items()},
    "Første": About(
        "Den første gruppes tal",
        "Skønnet for den første gruppe alene.",
        "gruppens læste sager",
        interval=_OF_PAIR,
    ),
    "Anden": About(
        "Den anden gruppes tal",
        "Skønnet for den anden gruppe alene.",
        "gruppens læste sager",
        interval=_OF_PAIR,
    ),
}
CORRECTIONS: Mapping[str, About] = {
    "Læst én gang": About(
        "Andelen, som læst én gang", "Den vægtede andel af den første læsning.", "læste sager"
    ),
    "Rettet": About(
        "Andelen, rettet for læsefejl",
        "De dobbeltlæste siger, hvor mange af første læsnings ja og nej der er det; andelen er vægtet efter det.",
        "Læst to gange",
        "sager læst to gange",
        "95-procents-interval",
        made="to faser",
    ),
    "Læst to gange": About(
        "Sager læst to gange", "Antallet af sager.", "læste sager", interval="intet: det er talt"
    ),
    "Andet svar": About(
        "Sager med et andet svar anden gang",
        "Antallet af de dobbeltlæste, hvor det endelige svar er et andet.",
        "Læst to gange",
        "sager læst to gange",
        interval="intet: det er talt",
    ),
}
CHANGES: Mapping[str, About] = {
    **{label: replace(about, base="begge runders læste sager", of="") for label, about in LAST.items()},
    "Før": About(
        "Tallet i den tidligere runde",
        "Skønnet af den tidligere rundes stikprøve.",
        "den tidligere rundes læste sager",
        interval="se ændringen i samme række",
    ),
    "Nu": About(
        "Tallet nu",
        "Skønnet af denne rundes stikprøve.",
        "denne rundes læste sager",
        interval="se ændringen i samme række",
    ),
    "Enheder i begge": About(
        "Enheder i begge runder",
        "Antallet af trukne enheder, som begge runder har.",
        "trukne enheder",
        interval="intet: det er talt",
    ),
}
_SPEAKS = {
    "yes": "Ja, sagerne er trukket tilfældigt.",
    "as_if_random": "Kun hvis sagerne kan regnes som trukket tilfældigt.",
}


def facts_of(told: Told) -> Facts:
    """What is known before any table: whether the numbers speak for all cases."""
    about = told.about
    speaks = _SPEAKS.get(about.generalisable, "Nej.")
    why = f" {about.why_not}" if about.why_not and about.generalisable != "yes" else ""
    return Facts(About("", "", unknown="se tallet i samme række", generalisable=f"{speaks}{why}"))


def opened(
    edition: Edition, row: Sequence[TableCell], *cells: tuple[str, tuple[int, ...]]
) -> tuple[TableCell, ...]:
    """The row where the places named with each key open the card of its cell, if the edition has it."""
    places = {at: key for key, where in cells for at in where if edition.has_cell(key)}
    return tuple(
        replace(cell, ref=places[at]) if at in places and any(map(str.isdigit, cell.text)) else cell
        for at, cell in enumerate(row)
    )
