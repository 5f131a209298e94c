"""What else design.yaml may ask: differences between groups, a final answer beside the first, and how a kind of number
is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import StringConstraints

from sagsbarometer.datafiles.validated import Strict, Word
from sagsbarometer.kernel.ids import shown

if TYPE_CHECKING:
    from sagsbarometer.estimation.design_file import DesignFile, VariableFile

SHARE, TOTAL, MEAN, RATIO = "share", "total", "mean", "ratio"
CORRECTED = "_corrected"  # after the id of a share: the share with errors of reading taken out

Wrong = tuple[tuple[str | int, ...], str, str]  # where, what, and what to do
_Column = Annotated[str, StringConstraints(min_length=1)]


class TruthFile(Strict):
    """The column with the final answer of the cases that were drawn at random to be read twice; empty elsewhere.

    `drawn_within`: columns; in each of their groups a part was drawn by itself. None: one draw among all.
    """

    column: _Column
    drawn_within: list[_Column] = []


class CompareFile(Strict):
    """The group `one` less the group `other`, of the column `by`."""

    by: _Column
    one: Word
    other: Word


def wrong_kinds(found: DesignFile) -> Iterator[Wrong]:
    """What does not fit together among the variables and comparisons: where, what, and the remedy."""
    ids = {variable.id for variable in found.variables}
    for number, variable in enumerate(found.variables):
        at: tuple[str | int, ...] = ("variables", number)
        for fault, remedy in _wrong_kind(variable):
            yield at, f"{shown(variable.id)}: {fault}", remedy
        if variable.truth and variable.id + CORRECTED in ids:
            fault = f"{shown(variable.id + CORRECTED)} er navnet på den rettede andel."
            yield at, fault, "Giv den anden et andet id."
    for number, item in enumerate(found.compare):
        if item.one == item.other:
            yield ("compare", number), "En gruppe kan ikke sammenlignes med sig selv.", "Skriv to grupper."


def _wrong_kind(variable: VariableFile) -> Iterator[tuple[str, str]]:
    words = bool(variable.yes), bool(variable.no)
    if variable.kind == SHARE and not all(words):
        yield "en andel skal sige, hvilke svar der er ja, og hvilke der er nej.", "Skriv yes og no."
    if variable.kind == TOTAL and any(words) and not all(words):
        yield (
            "kun det ene af yes og no er skrevet.",
            "Skriv begge for at tælle sager, ingen for at lægge tal sammen.",
        )
    if variable.kind in (MEAN, RATIO) and any(words):
        yield (
            "et gennemsnit eller forhold regnes af tal, ikke af ja og nej.",
            "Slet yes og no, eller skriv kind: share.",
        )
    if variable.kind == RATIO and not variable.over:
        yield "et forhold skal sige, hvad der deles med.", "Skriv over: <kolonne>."
    if variable.kind != RATIO and variable.over:
        yield "kun et forhold har over.", "Skriv kind: ratio, eller slet over."
    if variable.kind != SHARE and variable.truth:
        yield "kun en andel kan rettes for læsefejl.", "Slet truth, eller skriv kind: share."
