"""What the pages of a plan show beside its fields: the frame, the sample worked out, and where one is."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.appeals.analyses.tiles import FILE as TILES
from sagsbarometer.appeals.analyses.tiles import Tile, read_tiles
from sagsbarometer.collection.plan_fields import FrameAuthority, Stratum, StudyPlan
from sagsbarometer.collection.plan_sample import sample_of, wanted_of
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.sample_plan_words import points
from sagsbarometer.sampling.planning import Planned
from sagsbarometer.sampling.size import margin_of
from sagsbarometer.web.planning import folders

SLUGS = {
    "commission": "opdrag",
    "provision": "bestemmelse",
    "population": "population",
    "sample": "stikproeve",
    "criteria": "kriterier",
    "letters": "breve",
    "calendar": "kalender",
    "review": "laesning",
    "figures": "figurer",
}
IDS = {slug: id for id, slug in SLUGS.items()}
_STRATUM = re.compile(r"([a-z][a-z0-9_]{0,39})\s*:\s*(\S.{0,79})")
_ALTERNATIVES = (50, 100, 200, 300, 385, 500, 750, 1000, 1500, 2000)


def crumbs_of(study: Any, *here: str) -> list[tuple[str, str | None]]:
    """The way to a page of a study."""
    trail: list[tuple[str, str | None]] = [(_("Undersøgelser"), reverse("planning:list"))]
    trail.append((study.name, reverse("planning:study", args=[study.id]) if here else None))
    return trail + [(label, None) for label in here]


def read_strata(text: str) -> tuple[tuple[Stratum, ...], list[str]]:
    """The kinds of cases, one a line as `id: name`, and what is wrong with the lines."""
    found: dict[str, Stratum] = {}
    wrong = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _STRATUM.fullmatch(line.strip())
        if match is None or match[1] in found:
            wrong.append(
                _("Slags sager, linje %(n)s: skriv et id og et navn, fx grant: Bevilling.") % {"n": number}
            )
        else:
            found[match[1]] = Stratum(id=match[1], label=match[2])
    return tuple(found.values()), wrong


def strata_text(strata: tuple[Stratum, ...]) -> str:
    """The kinds as `read_strata` reads them."""
    return "\n".join(f"{item.id}: {item.label}" for item in strata)


def blank_frame() -> tuple[FrameAuthority, ...]:
    """Denmark's municipalities with their tiles, without addresses and numbers."""
    tiles = {tile.id: tile for tile in read_tiles(shipped("layouts") / TILES)}
    found = []
    for code, item in folders.catalogue().municipalities.items():
        tile = tiles.get(code)
        own = FrameAuthority(code=code, name=item.name)
        if tile:
            own = own.model_copy(update={"short": tile.short, "column": tile.column, "row": tile.row})
        found.append(own)
    return tuple(found)


def frame_rows(plan: StudyPlan) -> dict[str, Any]:
    """The frame as a table."""
    own = plan.population
    kinds = list(own.strata)
    rows: list[dict[str, Any]] = []
    for item in own.authorities:
        sizes = [item.sizes.get(kind.id, 0) for kind in kinds] if kinds else [sum(item.sizes.values())]
        rows.append({"code": item.code, "name": item.name, "email": item.email, "sizes": sizes})
    heads = [kind.label for kind in kinds] or [_("Sager")]
    return {"heads": heads, "rows": rows, "total": sum(sum(row["sizes"]) for row in rows)}


def tiles_of(plan: StudyPlan) -> tuple[Tile, ...]:
    """The tiles of the frame; Denmark's where the frame has none of its own."""
    own = [
        Tile(item.code, item.name, item.short or item.name[:4], item.column, item.row)
        for item in plan.population.authorities
        if item.column is not None and item.row is not None
    ]
    return tuple(own) or read_tiles(shipped("layouts") / TILES)


def worked(study: Any, plan: StudyPlan) -> Planned | None:
    """The sample worked out, None where that cannot be done yet."""
    try:
        return sample_of(plan, study.name) if plan.population.authorities else None
    except Faults:
        return None


def sample_facts(study: Any, plan: StudyPlan) -> dict[str, Any] | None:
    """The sample in words and tables."""
    of = worked(study, plan)
    if of is None or of.plan is None or of.frame is None or of.whole is None:
        return None
    labels = {item.id: item.label for item in plan.population.strata}
    wanted = wanted_of(of)
    kinds = [item.id for item in plan.population.strata] or [""]
    have: dict[str, int] = {}
    for row in of.frame.rows:
        have[row.authority] = have.get(row.authority, 0) + row.size
    rows: list[dict[str, Any]] = [
        {
            "name": of.frame.name(code),
            "has": have[code],
            "asked": [own.get(kind, 0) for kind in kinds],
            "sum": sum(own.values()),
        }
        for code, own in wanted.items()
    ]
    groups = [
        (_("Alle sager"), of.whole),
        *((labels.get(item.group, item.group), item) for own in (of.domains or {}).values() for item in own),
    ]
    return {
        "cases": danish(of.plan.take),
        "call_in": danish(of.plan.call_in),
        "population": danish(of.frame.size),
        "authorities": len(wanted),
        "heads": [labels.get(kind, kind) or _("Sager") for kind in kinds],
        "rows": rows,
        "groups": [
            {
                "label": label,
                "size": danish(item.size),
                "take": danish(round(item.take)),
                "margin": _margin(item.margin),
            }
            for label, item in groups
        ],
        "alternatives": [
            {"cases": danish(cases), "margin": _margin(_at(of, cases)), "own": cases == of.size.cases}
            for cases in sorted({*_ALTERNATIVES, of.size.cases})
            if cases <= (of.frame.size or cases)
        ],
        "probability": of.plan.probability,
        "map": bool(set(wanted) & {tile.id for tile in tiles_of(plan)}),
        "largest": max(row["sum"] for row in rows) if rows else 0,
        "smallest": min(row["sum"] for row in rows) if rows else 0,
    }


def _at(of: Planned, cases: int) -> float:
    share = float(of.file.target.share)
    level, effect = float(of.file.target.level), of.design_effect
    return margin_of(share, cases, level=level, population=of.reckoned_population, design_effect=effect)


def _margin(value: float | None) -> str:
    return "–" if value is None else f"± {points(value)}"
