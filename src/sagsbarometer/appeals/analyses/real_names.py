"""A real authority's name or code must not stand beside numbers of cases that never were."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sagsbarometer.appeals.groupings import Grouping
from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.kernel.ids import municipality_code
from sagsbarometer.kernel.problems import Faults, Place, Problem

REAL = "real"
_CODED = ("authority", "region")  # groupings whose codes are those of authorities
_DRESS = re.compile(r"\b(kommune|region|byret|kommun)\b", re.IGNORECASE)


def refuse_real_names(
    origin: str, groups: Iterable[tuple[Grouping, str]], catalogue: Catalogue, place: Place
) -> None:
    """FORSKEL-101 where cases that are not real are counted by a real municipality or region.

    `groups` are those that numbers are shown of. A register of real cases is let through: it is a complete count, so
    nobody is judged by a sample. Names are compared without the word kommune and the s before it.
    """
    if origin == REAL:
        return
    places = catalogue.municipalities.values()
    codes = {item.code for item in places}
    names = {_bare(name) for item in places for name in (item.name, item.region)}
    for grouping, id in groups:
        listed = grouping.values is not None and grouping.id not in _CODED
        if listed:  # the law's own words
            continue
        coded = grouping.id in _CODED and municipality_code(id) in codes
        if coded or _bare(id) in names:
            fault = (
                "Registrets sager er ikke rigtige, men grupperne er rigtige kommuner eller regioner. Tal af opdigtede "
                "eller rekonstruerede sager vises ikke ved siden af et rigtigt navn."
            )
            remedy = (
                "Brug et register med rigtige sager, koder, der ikke er kommuners (901-998), eller en opdeling uden "
                "rigtige navne."
            )
            raise Faults([Problem("FORSKEL-101", place, fault, remedy)])


def _bare(name: str) -> str:
    """A name as it is compared: `Københavns Kommune` as `københavn`."""
    words, dressed = _DRESS.subn(" ", name.casefold())
    told = " ".join(words.split())
    return told.removesuffix("s") if dressed or told.endswith("s") else told
