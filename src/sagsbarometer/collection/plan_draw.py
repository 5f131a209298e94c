"""Drawing cases from the lists that authorities sent: who is selected, who is in reserve, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sagsbarometer.collection.plan_fields import Criteria
from sagsbarometer.sampling.draw import draw
from sagsbarometer.sampling.drawn import Role
from sagsbarometer.sampling.listing import Listing, ListRow, listing
from sagsbarometer.sampling.plan import Plan

_IN_ORDER = (Role.SELECTED, Role.RESERVE)
Lists = Mapping[str, Iterable[Mapping[str, str]]]  # by authority: rows with id, stratum and decided


def drawn_of(plan: Plan, lists: Lists, criteria: Criteria) -> dict[str, tuple[str, ...]]:
    """The ids of each authority's list that were drawn, those of a kind together, selected before reserves.

    A case that was decided outside the period cannot be drawn; one whose day is not told can, and is looked at when it
    comes. Each authority and kind is drawn by itself, so it does not matter which lists are there yet. An id is one
    authority's own: its random number is of both together. Raises Faults UDTRAEK-113 where there is nothing to draw.
    """
    order = draw(plan, listed(plan, lists, criteria)).rows
    picked = sorted((row for row in order if row.role in _IN_ORDER), key=lambda row: (row.stratum, row.order))
    return {
        authority: tuple(own_of(row.id) for row in picked if row.authority == authority)
        for authority in lists
    }


def listed(plan: Plan, lists: Lists, criteria: Criteria) -> Listing:
    """What is drawn from: the cases of the lists that are not decided outside the period."""
    rows = []
    for authority, given in lists.items():
        for row in given:
            decided = date.fromisoformat(row["decided"]) if row.get("decided") else None
            if decided is None or _within(decided, criteria):
                id, stratum = id_of(authority, row["id"]), (row["stratum"],) if plan.strata else ()
                rows.append(ListRow(id, authority, stratum, decided))
    return listing(plan.strata, rows)


def id_of(authority: str, own: str) -> str:
    """What a case of an authority's list is called in the draw."""
    return f"{authority}/{own}"


def own_of(id: str) -> str:
    """As `id_of` undone: what the authority calls it."""
    return id.partition("/")[2]


def _within(day: date, criteria: Criteria) -> bool:
    from_, to = criteria.from_, criteria.to
    return (not from_ or day >= date.fromisoformat(from_)) and (not to or day <= date.fromisoformat(to))
