"""What must hold of every draw, and what tells two draws apart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sagsbarometer.sampling.draw import short
from sagsbarometer.sampling.drawn import Drawn, DrawnRow
from sagsbarometer.sampling.eligible import left_out
from sagsbarometer.sampling.first_stage import first_stage
from sagsbarometer.sampling.listing import Listing
from sagsbarometer.sampling.plan import PPS, TWO_STAGE, Plan
from sagsbarometer.sampling.sheet import KIND, SCHEMA_VERSION, as_fraction, plain


@dataclass(frozen=True, slots=True)
class Identity:
    """A sum over what was issued that must be a number known beforehand, both exact. `kind`: `cases` (Σ 1/π = N, per
    cell), `size` (Σ x/π = X, per cell), `authorities` (Σ x/π or Σ 1/π over authorities), `within` (Σ 1/π of the second
    stage, per cell of a drawn authority). `scope` is a cell's key, "" for the whole."""

    kind: str
    scope: str
    found: Fraction
    wanted: Fraction

    @property
    def holds(self) -> bool:
        """Whether both are the same number."""
        return self.found == self.wanted


def identities(drawn: Drawn, listed: Listing, plan: Plan) -> tuple[Identity, ...]:
    """What must hold of a draw with known probabilities; none where nobody knows them.

    Equal chances: Σ 1/π = N in each cell, also after replacements. PPS: Σ x/π = X in each cell as it was drawn, while
    Σ 1/π is N on average only; reserves called in make both hold on average only, so such cells are not among them.
    Two stages: the sum of the first over authorities, and Σ 1/π of the second in each cell.
    """
    if not drawn.probability:
        return ()
    issued: dict[str, list[DrawnRow]] = {}
    for row in drawn.issued():
        issued.setdefault(row.cell, []).append(row)
    if drawn.method == TWO_STAGE:
        return (*_authorities(plan), *_cases(drawn, issued))
    return tuple(_sizes(drawn, listed, issued) if drawn.method == PPS else _cases(drawn, issued))


def _cases(drawn: Drawn, issued: dict[str, list[DrawnRow]]) -> Iterator[Identity]:
    kind = "within" if drawn.method == TWO_STAGE else "cases"
    for cell in drawn.cells:
        if not cell.issued:
            continue
        rows = issued.get(cell.key, [])
        found = sum((_first(drawn, row) / _known(row) for row in rows), Fraction(0))
        yield Identity(kind, cell.key, found, Fraction(cell.population))


def _first(drawn: Drawn, row: DrawnRow) -> Fraction:
    return drawn.authorities.get(row.authority, Fraction(1))


def _known(row: DrawnRow) -> Fraction:
    if not row.probability:
        raise ValueError(row.cell)
    return row.probability


def _sizes(drawn: Drawn, listed: Listing, issued: dict[str, list[DrawnRow]]) -> Iterator[Identity]:
    sizes = {row.id: row.size or Fraction(0) for row in listed.drawable}
    whole: dict[str, Fraction] = {}
    for row in drawn.rows:
        whole[row.cell] = whole.get(row.cell, Fraction(0)) + sizes[row.id]
    for cell in drawn.cells:
        if cell.issued and cell.issued == cell.selected:
            found = sum((sizes[row.id] / _known(row) for row in issued.get(cell.key, [])), Fraction(0))
            yield Identity("size", cell.key, found, whole[cell.key])


def _authorities(plan: Plan) -> Iterator[Identity]:
    stage = first_stage(plan)
    by_size = bool(plan.size_column)
    sizes = stage.sizes if by_size else dict.fromkeys(stage.sizes, Fraction(1))
    found = sum((sizes[code] / stage.probabilities[code] for code in stage.drawn), Fraction(0))
    yield Identity("authorities", "", found, sum(sizes.values(), Fraction(0)))


def estimated_cases(drawn: Drawn) -> Fraction | None:
    """Σ 1/π over what was issued: N itself where chances are equal, else an estimate of it. None where unknown."""
    if not drawn.probability:
        return None
    return sum((1 / _known(row) for row in drawn.issued()), Fraction(0))


def differing(first: Drawn, second: Drawn) -> list[str]:
    """The ids of the cases that two samples say different things of, sorted."""
    one, other = ({row.id: row for row in drawn.rows} for drawn in (first, second))
    return sorted(id for id in one.keys() | other.keys() if one.get(id) != other.get(id))


def said(plan: Plan, listed: Listing, drawn: Drawn) -> dict[str, Any]:
    """All that `sample.json` says of a draw that follows from the plan and the list, as plain data; so that whoever
    draws again can hold every word of it against what it should be."""
    total = estimated_cases(drawn)
    return {
        "title": dict(plan.title),
        "cases": len(listed.rows),
        "drawable": len(listed.drawable),
        "left_out": left_out(listed),
        "drawn": plain(drawn),
        "short": [
            {"cell": key, "wanted": wanted, "had": had} for key, (wanted, had) in short(plan, drawn).items()
        ],
        "identities": [
            {
                "kind": item.kind,
                "cell": item.scope,
                "found": as_fraction(item.found),
                "wanted": as_fraction(item.wanted),
                "holds": item.holds,
            }
            for item in identities(drawn, listed, plan)
        ],
        "sum_of_weights": "" if total is None else as_fraction(total),
    }


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What `sample.json` says of a draw that does not follow from plan and list: where they came from, how the list was
    judged. `list`: name and SHA-256 of the file; `rule`: weeks, day and days to receipt; `register`: the board's own
    register, None where it was not asked; `without`: the authorities that sent no list."""

    origin: str
    plan_sha256: str
    frame_sha256: str
    list: Mapping[str, Any]
    rule: Mapping[str, Any]
    register: Mapping[str, Any] | None
    without: tuple[str, ...]


def whole(plan: Plan, listed: Listing, drawn: Drawn, of: Circumstances) -> dict[str, Any]:
    """`sample.json`, every key of it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "origin": of.origin,
        "plan_sha256": of.plan_sha256,
        "frame_sha256": of.frame_sha256,
        "list": dict(of.list),
        "rule": dict(of.rule),
        "register": None if of.register is None else dict(of.register),
        "without": sorted(of.without),
        **said(plan, listed, drawn),
    }


def said_otherwise(about: Mapping[str, Any], should: Mapping[str, Any]) -> list[str]:
    """The keys that `sample.json` has otherwise, lacks or has and should not, sorted."""
    one, other = (
        {key: json.dumps(value, sort_keys=True) for key, value in side.items()} for side in (about, should)
    )
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
