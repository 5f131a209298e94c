"""What came after, beside the figures of a freezing in a results folder: HOME/datasets/<study>/<n>/after. The counts,
and the shares that a re-reading corrected.

The folder of the freezing is as it was. This one is made anew whenever somebody asks, and says of which day it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.said import plain, said
from sagsbarometer.web.findings.counting_after import NUMBERS, Counted, numbers_of
from sagsbarometer.web.jobs.kinds import Tell, kind
from sagsbarometer.web.rights.state_of import find_study

# What computes is read in by who needs it: this file is read by every command of the workplace.
if TYPE_CHECKING:
    from sagsbarometer.runs.after import AfterNumber
    from sagsbarometer.runs.reread import CorrectedShare

_SECTIONS = (
    ("Indsigelser", "objected sent upheld not_upheld open withdrawn"),
    ("Afgørelserne", "wrong right cannot_be_seen"),
    ("Hvad der skete med de forkerte sager", "reopened more same less maintained not_told overdue late"),
    ("Bevillinger, der blev taget tilbage", "revoked"),
    ("Besked til borgeren", "citizen_yes citizen_later citizen_no citizen_unknown"),
)

_NO_MARKS = str.maketrans("[]", "()")  # what marks a piece of a text ends at them


def numbers_after(told: Counted) -> tuple[AfterNumber, ...]:
    """Every number with its base: what is known of it, and what is not. Their ids begin with `after_`."""
    from sagsbarometer.runs.after import AfterNumber

    found = numbers_of(told)
    return tuple(
        AfterNumber(
            f"after_{id}",
            plain(item.words),
            item.count,
            item.known,
            item.unknown,
            plain(found[item.base or id].words),
        )
        for id, item in found.items()
    )


def text_after(day: date, corrected: Sequence[CorrectedShare] = ()) -> str:
    """A report of the counts, and of the shares that a re-reading corrected, each bound to its number."""
    lines = ["---", "title: Efter målingen", "file: efter", "scope: short", "---", ""]
    return "\n".join([*lines, *_corrected_lines(corrected), *_lines(day)]) + "\n"


def _corrected_lines(corrected: Sequence[CorrectedShare]) -> Iterator[str]:
    if not corrected:
        return
    from sagsbarometer.estimation.more_file import CORRECTED

    yield from (
        "## Genlæsning", "",
        "Et tilfældigt udsnit af sagerne er læst igen af andre, som ikke vidste, hvad der var fundet. Tallene står, "
        "som de blev regnet; ved siden af står, hvad de er, når læsefejl er rettet, med et "
        "interval på [95]{.fixed} procent.", "",
    )  # fmt: skip
    for share in corrected:
        new = f"cases.{share.of}{CORRECTED}"
        ends = f" ({{{new}:interval}})" if share.interval else ""
        remarks = re.sub(r"[0-9]+", r"[\g<0>]{.fixed}", "; ".join(share.remarks))  # limits, no results
        noted = f". Bemærk: {remarks}." if remarks else ""
        # A number in a name (»15 timer om måneden«) is no result.
        name = f"[{share.label.translate(_NO_MARKS)}]{{.fixed}}"
        as_read = f"{name}: {{cases.{share.of}:percent}} som læst"
        yield f"- {as_read}, {{{new}:percent}}{ends} rettet for læsefejl{noted}"
    yield from ("", "## Efter frigivelsen", "")


def _lines(day: date) -> Iterator[str]:
    words = {id: plain(label) for id, label, _of, _base in NUMBERS}
    yield (
        f"Tallene er talt op {danish_date(day)}, efter målingen. Indsigelser, taget til følge eller ej, og hvad "
        "kommunerne siden gjorde, ændrer ingen af målingens tal."
    )
    yield ""
    yield (
        "Kommunerne kunne gøre indsigelse mod {cases.after_sheets:count} fundark i {cases.after_cases:count} sager."
    )
    for heading, ids in _SECTIONS:
        yield from ("", f"## {heading}", "")
        yield from (f"- {words[id]}: {{cases.after_{id}:count}}" for id in ids.split())


def _page(arguments: Mapping[str, Any]) -> str:
    return reverse("reviewing:numbers", args=[arguments["study"], arguments["number"]])


@kind(
    "findings.after_folder", action="freeze_study", find=find_study,
    title=said("Lægger tallene for det, der skete efter, ved siden af målingens"), after=_page,
)  # fmt: skip
def make_folder(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """Writes the folder of one freezing, of its own cases alone. Done again, it is made anew."""
    from sagsbarometer.runs.after import write_after
    from sagsbarometer.runs.reread import corrected_of
    from sagsbarometer.runs.walk import cases_of
    from sagsbarometer.web.findings.counting_after import counted_after
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze
    from sagsbarometer.web.reviewing.reread_cases import form_of_freeze

    folder = folder_of_freeze(arguments["study"], int(arguments["number"]))
    told = counted_after(arguments["study"], cases_of(folder / "results"))
    tell(0, 1, said("Skriver tallene"))
    shares = corrected_of(folder, form_of_freeze(folder))
    text = text_after(told.day, shares)
    cells = [share.cell for share in shares]
    write_after(folder / "results", numbers_after(told), text, told.day, folder / "after", cells)
    tell(1, 1, said("Tallene er skrevet"))
