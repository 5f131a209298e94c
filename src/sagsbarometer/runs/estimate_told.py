"""What a reader must be told of the draw behind an estimate: how it was made, and whom the numbers do not speak for."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sagsbarometer.estimation.asked import By
from sagsbarometer.estimation.design_file import DesignFile
from sagsbarometer.estimation.from_draw import Standing
from sagsbarometer.reporting.pages.estimate_words import Absent, unread_words
from sagsbarometer.runs.estimate_sample import AUTHORITY, Joined
from sagsbarometer.sampling.drawn import Drawn
from sagsbarometer.sampling.plan import NEWEST_FIRST, from_json
from sagsbarometer.store.sample import PLAN, Sample


def told_of_file(design: DesignFile, poststrata: By) -> dict[str, str]:
    """The design as a reader is told of it: what, and by which columns."""
    second = ", ".join((*design.second.strata, design.second.population)) if design.second else ""
    told = {
        "Udtræk": stated(design),
        "Stratum": ", ".join(design.strata),
        "Trukket enhed": design.cluster,
        "Vægt": design.weight,
        "Antal at trække af": design.population,
        "Sandsynlighed": design.probability,
        "Andet trin": second,
        "Efterstratificeret efter": ", ".join(poststrata),
    }
    return {what: columns for what, columns in told.items() if columns}


def stated(design: DesignFile) -> str:
    """What is known of the draw where no column tells it; "" where one does, or nothing was drawn."""
    if not design.probability_sample or design.weight or design.population or design.probability:
        return ""
    units = " af enheder" if design.cluster else ""
    return f"oplyst: simpelt tilfældigt trukket{units}{' i hvert stratum' if design.strata else ''}"


_METHODS = {
    "simple": "simpel tilfældig",
    "stratified": "stratificeret, tilfældig inden for hver celle",
    "systematic": "systematisk inden for hver celle; variansen er regnet som for en tilfældig",
    "pps": "med sandsynlighed efter størrelse; variansen er Brewers",
    "two_stage": "i to trin: først myndigheder, så sager hos dem",
    "newest_first": "ikke trukket: de nyeste sager",
    "chosen_authorities": "ikke trukket: udvalgte myndigheder",
}


def told_of_sample(drawn: Drawn, poststrata: By) -> dict[str, str]:
    """The draw of a sample as a reader is told of it."""
    told = {
        "Plan": drawn.plan,
        "Udtræk": _METHODS[drawn.method],
        "Sager at trække af": str(sum(cell.population for cell in drawn.cells)),
        "Celler": str(len(drawn.cells)),
        "Efterstratificeret efter": ", ".join(poststrata),
    }
    return {what: words for what, words in told.items() if words}


def without(together: Joined, by: tuple[By, ...]) -> int:
    """How many groups have cases in the sample, and none that was read."""
    import pyarrow.parquet as pq

    if together.all is None:
        return 0
    found = 0
    for at in range(len(by)):
        names = list(together.rows.by[at])
        if names:
            read, every = (
                {tuple(row.values()) for row in pq.read_table(rows.path, columns=names).to_pylist()}
                for rows in (together.rows, together.all)
            )
            found += len(every - read)
    return found


def speaks_for(drawn: Drawn, standing: Standing) -> tuple[str, str]:
    """Whether the numbers speak for the cases that were drawn from, and why not. A case that was drawn and not read was
    not left out by chance, as far as anybody knows."""
    speaks = "yes" if drawn.probability else "as_if_random" if drawn.method == NEWEST_FIRST else "no"
    unread = unread_words(standing)
    if speaks == "yes" and unread:
        speaks = "as_if_random"
    return speaks, " ".join(words for words in (drawn.remark.get("da", ""), unread) if words)


def absent(sample: Sample, names: Mapping[tuple[str, str], str]) -> tuple[Absent, ...]:
    """The authorities that sent no list, with how many cases the plan counted on; `names` as `Told` has them."""
    codes = [str(code) for code in sample.about["without"]]
    if not codes:
        return ()
    plan = from_json(json.loads((sample.folder / PLAN).read_text(encoding="utf-8")))
    sizes = {code: sum(cell.size for cell in plan.cells if cell.authority == code) for code in codes}
    return tuple(Absent(code, names.get((AUTHORITY, code), code), sizes[code]) for code in codes)
