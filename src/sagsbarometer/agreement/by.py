"""Agreement per question, and in it per pair of raters and per week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sagsbarometer.agreement.agree import USUAL, Agreement, Single, Way, agree
from sagsbarometer.agreement.bootstrap import seed_of
from sagsbarometer.agreement.diagnostics import STRATA_NOT_READ, Finding, Rater, findings, raters
from sagsbarometer.agreement.ratings import Ints, Ratings, from_long

FEWEST = 10  # items: a pair or a week with fewer is counted, not measured
PAIR, WEEK = "pair", "week"
DIVISIONS = (PAIR, WEEK)


@dataclass(frozen=True, slots=True)
class Row:
    """One rating. `weight` (None: not known, that of its stratum is used), `stratum` and `population` (cases in the
    stratum, None where not known) are the item's."""

    item: str
    rater: str
    answer: str
    question: str = ""
    week: str = ""
    weight: float | None = None
    stratum: str = ""
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Some ratings of a question: those of a pair (two names) or a week (one)."""

    names: tuple[str, ...]
    agreement: Agreement
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `whole` is None where no item was read twice; `too_few` counts the pairs and weeks that have fewer
    than `FEWEST` items read twice."""

    id: str
    whole: Agreement | None
    findings: tuple[Finding, ...] = ()
    raters: tuple[Rater, ...] = ()
    groups: Mapping[str, tuple[Group, ...]] = field(default_factory=dict)
    too_few: Mapping[str, int] = field(default_factory=dict)


def questions(
    rows: Sequence[Row],
    way: Way = USUAL,
    *,
    categories: Sequence[str] | None = None,
    by: Sequence[str] = DIVISIONS,
) -> tuple[Question, ...]:
    """Every question by its id, divided `by` pair, week or neither. `categories` as `ratings.from_long`; without them
    each question has the answers that somebody gave it, and its pairs and weeks have the same.

    An item is of the last week in which somebody rated it. Raises ValueError as `from_long` and `agree`, and where some
    rows have a weight and others have not.
    """
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.question, []).append(row)
    return tuple(_question(id, found[id], way, categories, by) for id in sorted(found))


def _question(
    id: str, rows: Sequence[Row], way: Way, categories: Sequence[str] | None, by: Sequence[str]
) -> Question:
    ratings = _ratings(rows, categories, way.single is Single.COUNTED)
    if not ratings.several.items:
        return Question(id, None)
    whole = agree(ratings, replace(way, seed=seed_of([way.seed, id])))
    people = raters(ratings, way)
    groups: dict[str, tuple[Group, ...]] = {}
    too_few: dict[str, int] = {}
    for division in by:
        parts, too_few[division] = _pairs(ratings) if division == PAIR else _weeks(ratings, rows)
        groups[division] = tuple(
            _group(id, division, names, own, way) for names, own in sorted(parts.items())
        )
    told = _not_covered(rows, way.single is Single.COUNTED) + findings(whole, people)
    return Question(id, whole, told, people, groups, too_few)


def _group(id: str, division: str, names: tuple[str, ...], ratings: Ratings, way: Way) -> Group:
    agreement = agree(ratings, replace(way, seed=seed_of([way.seed, id, division, *names])))
    people = raters(ratings, way) if division == WEEK else ()
    return Group(names, agreement, findings(agreement, people))


def _ratings(rows: Sequence[Row], categories: Sequence[str] | None, drawn_once: bool) -> Ratings:
    """The ratings of one question; the cases the double reading was drawn from are its strata's."""
    known = all(row.population is not None for row in rows)
    weights = {row.item: row.weight for row in rows if row.weight is not None}
    if weights and any(row.weight is None for row in rows):
        raise ValueError("weights: some rows have none")
    return from_long(
        [row.item for row in rows],
        [row.rater for row in rows],
        [row.answer for row in rows],
        categories=categories,
        weights=weights or None,
        strata={row.item: row.stratum for row in rows},
        populations={row.stratum: row.population or 0 for row in rows} if known else None,
        drawn_once=drawn_once,
    )


def _not_covered(rows: Sequence[Row], drawn_once: bool) -> tuple[Finding, ...]:
    """Strata of which nothing was drawn: how many, and the share of the cases that is in them."""
    read: dict[str, dict[str, int]] = {}
    cases: dict[str, int] = {}
    for row in rows:
        items = read.setdefault(row.stratum, {})
        items[row.item] = items.get(row.item, 0) + 1
        cases[row.stratum] = row.population or 0
    without = [name for name, items in read.items() if max(items.values()) < 2] if not drawn_once else []
    if not without or any(row.population is None for row in rows):
        return ()
    share = sum(cases[name] for name in without) / sum(cases.values())
    return (Finding(STRATA_NOT_READ, len(without), share),)


def _pairs(ratings: Ratings) -> tuple[dict[tuple[str, ...], Ratings], int]:
    """The ratings of each pair of raters, of the items both read; and how many pairs share fewer than `FEWEST`.

    The part of the cases is the one the two read: that others read the rest says nothing of these two.
    """
    several = ratings.several
    first, second = _places(several)
    size = len(several.raters)
    keys = several.rater_of[first] * size + several.rater_of[second]
    order = np.argsort(keys, kind="stable")
    pairs, starts, shared = np.unique(keys[order], return_index=True, return_counts=True)
    found: dict[tuple[str, ...], Ratings] = {}
    read = np.bincount(several.strata)
    for place in np.flatnonzero(shared >= FEWEST):
        own = order[starts[place] : starts[place] + shared[place]]
        one, other = divmod(int(pairs[place]), size)
        places = np.sort(np.concatenate([first[own], second[own]]))
        kept = several.kept(places)
        part = (np.bincount(kept.strata, minlength=len(read)) / np.maximum(read, 1))[kept.strata]
        found[several.raters[one], several.raters[other]] = replace(kept, fractions=kept.fractions * part)
    return found, len(pairs) - len(found)


def _places(ratings: Ratings) -> tuple[Ints, Ints]:
    """The places of both ratings of every pair of ratings of an item, the rater that comes first first."""
    each = ratings.per_item
    starts = np.cumsum(each) - each
    number = np.arange(len(ratings.item_of))
    after = (starts + each)[ratings.item_of] - number - 1  # how many of the item's ratings follow
    first = np.repeat(number, after)
    second = first + 1 + np.arange(len(first)) - np.repeat(np.cumsum(after) - after, after)
    return first, second


def _weeks(ratings: Ratings, rows: Sequence[Row]) -> tuple[dict[tuple[str, ...], Ratings], int]:
    """The ratings of the items of each week, their last; and how many weeks have fewer than `FEWEST` read twice."""
    last: dict[str, str] = {}
    for row in rows:
        last[row.item] = max(last.get(row.item, ""), row.week)
    of = np.array([last[item] for item in ratings.items])
    parts = {(week,): ratings.of_items(of == week) for week in sorted(set(last.values()))}
    read = {names: len(own.several.items) for names, own in parts.items()}
    found: dict[tuple[str, ...], Ratings] = {}
    found |= {names: own for names, own in parts.items() if read[names] >= FEWEST}
    return found, sum(0 < number < FEWEST for number in read.values())
