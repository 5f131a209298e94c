"""A plan with everything settled: seed, and how many cases of each authority and stratum. What a draw reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said

SCHEMA_VERSION = 1
KIND = "plan"
SIMPLE, STRATIFIED, SYSTEMATIC, PPS, TWO_STAGE = "simple", "stratified", "systematic", "pps", "two_stage"
NEWEST_FIRST, CHOSEN_AUTHORITIES = "newest_first", "chosen_authorities"
PROBABILITY = (SIMPLE, STRATIFIED, SYSTEMATIC, PPS, TWO_STAGE)
# A plan file allows no more, so a plan that has more was changed by hand.
MOST_SEED, MOST_WEEKS, MOST_RESERVE = 200, 520, 10  # characters; weeks; reserves per case drawn
DECLARED = (NEWEST_FIRST, CHOSEN_AUTHORITIES)


@dataclass(frozen=True, slots=True)
class PlanCell:
    """The cases of one authority in one stratum, in whole cases.

    `size` is how many there are, `take` how many usable ones are wanted, and `call_in` how many are drawn to have them.
    In a two-stage plan `take` and `call_in` are what the authority delivers if it is drawn; in a simple one they are
    what can be expected of it, for there the draw alone decides.
    """

    authority: str
    stratum: tuple[str, ...]  # one value per name of Plan.strata
    size: int
    take: int
    call_in: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that can be drawn from.

    `take` and `call_in` are cases in all: what is wanted to be usable, and what is drawn. `reserve` is a share 0..1 of
    what is drawn: how many more are given an order in the same draw. `size_column` names the column of the frame list
    that probability goes by (pps). `authorities`: how many are drawn at the first stage, 0 where there is none.
    `remark` is of a declared selection without known probabilities, by language; empty for all others.
    `appeal_deadline_weeks`: a case nobody appealed is safe only after these weeks, 0 where the plan does not ask.
    `target` holds what the number was worked out from, and `sources` SHA-256 of plan and frame, as text.
    """

    id: str
    title: Mapping[str, str]
    seed: str
    method: str
    strata: tuple[str, ...]
    cells: tuple[PlanCell, ...]  # sorted by authority and stratum
    take: int
    call_in: int
    reserve: Decimal = Decimal(0)
    size_column: str = ""
    authorities: int = 0
    remark: Mapping[str, str] | None = None
    appeal_deadline_weeks: int = 0
    target: Mapping[str, str] | None = None
    sources: Mapping[str, str] | None = None

    @property
    def probability(self) -> bool:
        """Whether each case has a known probability, so that what is drawn speaks for all."""
        return self.method in PROBABILITY

    def to_json(self) -> dict[str, Any]:
        """Plain data, as `plan.json` holds it; `from_json` gives the same plan again."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": KIND,
            "id": self.id,
            "title": dict(self.title),
            "seed": self.seed,
            "method": self.method,
            "probability": self.probability,
            "strata": list(self.strata),
            "take": self.take,
            "call_in": self.call_in,
            "reserve": str(self.reserve),
            "size_column": self.size_column,
            "authorities": self.authorities,
            "remark": dict(self.remark or {}),
            "appeal_deadline_weeks": self.appeal_deadline_weeks,
            "target": dict(self.target or {}),
            "sources": dict(self.sources or {}),
            "cells": [
                {
                    "authority": cell.authority,
                    "stratum": list(cell.stratum),
                    "size": cell.size,
                    "take": cell.take,
                    "call_in": cell.call_in,
                }
                for cell in self.cells
            ],
        }


def from_json(value: Any, name: str = "plan.json") -> Plan:
    """The plan that `to_json` made plain. Raises Faults PLAN-121 where `value` is none; `name` is the file's."""
    try:
        plan = _plan(value)
    except (AttributeError, InvalidOperation, KeyError, TypeError, ValueError):
        raise Faults([_no_plan(name)]) from None
    if not _holds(plan):
        raise Faults([_no_plan(name)])
    return plan


def _plan(value: Any) -> Plan:
    if value["schema_version"] != SCHEMA_VERSION or value["kind"] != KIND:
        raise ValueError
    return Plan(
        id=_text(value["id"]),
        title=_texts(value["title"]),
        seed=_text(value["seed"]),
        method=_text(value["method"]),
        strata=tuple(_text(name) for name in value["strata"]),
        cells=tuple(
            PlanCell(
                _text(cell["authority"]),
                tuple(_text(part) for part in cell["stratum"]),
                _count(cell["size"]),
                _count(cell["take"]),
                _count(cell["call_in"]),
            )
            for cell in value["cells"]
        ),
        take=_count(value["take"]),
        call_in=_count(value["call_in"]),
        reserve=Decimal(_text(value["reserve"])),
        size_column=_text(value["size_column"]),
        authorities=_count(value["authorities"]),
        remark=_texts(value["remark"]),
        appeal_deadline_weeks=_count(value["appeal_deadline_weeks"]),
        target=_texts(value["target"]),
        sources=_texts(value["sources"]),
    )


def _holds(plan: Plan) -> bool:
    """Whether the parts fit each other: a plan changed by hand must not be drawn from."""
    keys = [(cell.authority, cell.stratum) for cell in plan.cells]
    return (
        plan.method in (*PROBABILITY, *DECLARED)
        and 0 < len(plan.seed) <= MOST_SEED
        and plan.seed.isprintable()
        and all(map(str.strip, (plan.id, plan.title.get("da", ""))))
        and plan.appeal_deadline_weeks <= MOST_WEEKS
        and keys == sorted(set(keys))
        and all(len(cell.stratum) == len(plan.strata) for cell in plan.cells)
        and all(cell.take <= cell.call_in <= cell.size for cell in plan.cells)
        and plan.take <= plan.call_in
        and (plan.method == TWO_STAGE or plan.take == sum(cell.take for cell in plan.cells))
        and (plan.method == TWO_STAGE or plan.call_in == sum(cell.call_in for cell in plan.cells))
        and (plan.method == TWO_STAGE) == (plan.authorities > 0)
        and plan.probability != bool(plan.remark)
        and plan.reserve.is_finite()
        and 0 <= plan.reserve <= MOST_RESERVE
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: Any) -> dict[str, str]:
    return {_text(key): _text(text) for key, text in value.items()}


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError
    return value


def _no_plan(name: str) -> Problem:
    return Problem(
        "PLAN-121",
        Place(name),
        said("Filen er ingen plan, som sample plan har skrevet, eller den er ændret siden."),
        said(
            "Brug plan.json, som den blev skrevet; lav planen om med sample plan, hvis den skal "
            "være en anden."
        ),
    )
