"""Who gave which answer to what: ratings as arrays, from rows, from a table with a column per rater, or from counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Ratings of one question: a place of `item_of`, `rater_of` and `category_of` a rating, in order of item and rater.

    `categories` are all answers there are, in their order, also those nobody gave. Per item: `weights`, the sampling
    weight of its double reading (of any scale); `strata`, the stratum it was drawn in; `fractions`, the share of that
    stratum's cases that was drawn, 0 to 1 (0: a small part of many).
    """

    items: tuple[str, ...]
    raters: tuple[str, ...]
    categories: tuple[str, ...]
    item_of: Ints
    rater_of: Ints
    category_of: Ints
    weights: Floats
    strata: Ints
    fractions: Floats

    @property
    def per_item(self) -> Ints:
        """How many ratings each item has."""
        return np.bincount(self.item_of, minlength=len(self.items))

    @property
    def counts(self) -> Floats:
        """How many gave each answer: items x categories."""
        items, categories = len(self.items), len(self.categories)
        places = self.item_of * categories + self.category_of
        return np.bincount(places, minlength=items * categories).reshape(items, categories).astype(np.float64)

    def kept(self, places: NDArray[np.bool_] | Ints) -> Ratings:
        """The ratings at the places (rising, or a truth value each), with the items and raters that then have any. The
        categories stay."""
        items, item_of = np.unique(self.item_of[places], return_inverse=True)
        raters, rater_of = np.unique(self.rater_of[places], return_inverse=True)
        return Ratings(
            tuple(self.items[number] for number in items),
            tuple(self.raters[number] for number in raters),
            self.categories,
            item_of.astype(np.int64),
            rater_of.astype(np.int64),
            self.category_of[places],
            self.weights[items],
            self.strata[items],
            self.fractions[items],
        )

    def of_items(self, wanted: NDArray[np.bool_]) -> Ratings:
        """The ratings of the items wanted, one truth value an item."""
        return self.kept(wanted[self.item_of])

    def of_raters(self, *numbers: int) -> Ratings:
        """The ratings of some raters alone, by their place in `raters`."""
        return self.kept(np.isin(self.rater_of, numbers))

    def without_rater(self, number: int) -> Ratings:
        """The ratings of everybody else."""
        return self.kept(self.rater_of != number)

    @property
    def several(self) -> Ratings:
        """The ratings of items that were read at least twice."""
        return self.of_items(self.per_item > 1)


def from_long(
    items: Sequence[str],
    raters: Sequence[str],
    answers: Sequence[str],
    *,
    categories: Sequence[str] | None = None,
    weights: Mapping[str, float] | None = None,
    strata: Mapping[str, str] | None = None,
    populations: Mapping[str, int] | int | None = None,
    drawn_once: bool = False,
) -> Ratings:
    """Ratings of one question from rows: an item, a rater and an answer each.

    `categories`: the answers there are, in order; else those given, numbers by size and words by letter. By item:
    `weights` and `strata` (one where none are given). `populations`: how many cases the double reading was drawn from,
    per stratum or in all; without it, so many that what was drawn is a small part. Drawn were the items with two
    ratings or more, and with `drawn_once` those with one too. Without `weights` an item weighs N_h/n_h, the cases of
    its stratum by those drawn; without `populations` too, all weigh alike, which is right for one stratum and for
    strata of which the same part was drawn.

    Raises ValueError for parts that do not fit: lengths, an answer that is none of the categories, two answers of one
    rater to one item, a weight that is not above 0, fewer cases than were drawn.
    """
    if not len(items) == len(raters) == len(answers):
        raise ValueError("items, raters and answers are of different length")
    known = tuple(categories) if categories is not None else in_order(answers)
    places = {category: number for number, category in enumerate(known)}
    if len(places) != len(known) or any(answer not in places for answer in answers):
        raise ValueError("categories")
    item_ids, item_of = _numbered(items)
    rater_ids, rater_of = _numbered(raters)
    order = np.lexsort((rater_of, item_of))
    keys = (item_of * max(len(rater_ids), 1) + rater_of)[order]
    if np.any(keys[1:] == keys[:-1]):
        raise ValueError("a rater rated an item twice")
    stratum_ids, stratum_of = _numbered(["" if strata is None else strata[item] for item in item_ids])
    drawn = np.bincount(item_of) > (0 if drawn_once else 1)
    if weights is not None:
        weight = np.array([float(weights[item]) for item in item_ids])
    else:
        weight = _stratum_weights(stratum_ids, stratum_of, populations, drawn)
    if np.any(~np.isfinite(weight)) or np.any(weight <= 0):
        raise ValueError("weights")
    return Ratings(
        item_ids,
        rater_ids,
        known,
        item_of[order],
        rater_of[order],
        np.array([places[answer] for answer in answers], dtype=np.int64)[order],
        weight,
        stratum_of,
        _fractions(stratum_ids, stratum_of, populations, drawn),
    )


def from_wide(
    rows: Sequence[Sequence[str | None]],
    *,
    raters: Sequence[str] = (),
    categories: Sequence[str] | None = None,
    weights: Sequence[float] | None = None,
    strata: Sequence[str] | None = None,
    populations: Mapping[str, int] | int | None = None,
    drawn_once: bool = False,
) -> Ratings:
    """Ratings of one question from a table: a row an item, a column a rater, None or "" where there is no rating.

    The rest as `from_long`, `weights` and `strata` one a row. Items without ratings are left out.
    """
    width = max((len(row) for row in rows), default=0)
    names = tuple(raters) or tuple(f"{number + 1:0{len(str(width))}}" for number in range(width))
    if any(len(row) != len(names) for row in rows):
        raise ValueError("a row has another number of columns than there are raters")
    ids = [f"{number + 1:0{len(str(len(rows)))}}" for number in range(len(rows))]
    long = [
        (id, name, answer)
        for id, row in zip(ids, rows, strict=True)
        for name, answer in zip(names, row, strict=True)
        if answer not in (None, "")
    ]
    return from_long(
        [item for item, _, _ in long],
        [rater for _, rater, _ in long],
        [str(answer) for _, _, answer in long],
        categories=categories,
        weights=None if weights is None else dict(zip(ids, weights, strict=True)),
        strata=None if strata is None else dict(zip(ids, strata, strict=True)),
        populations=populations,
        drawn_once=drawn_once,
    )


def from_table(table: Sequence[Sequence[int]], categories: Sequence[str]) -> Ratings:
    """Ratings of two raters from their table: `table[a][b]` items that the first gave a and the second gave b."""
    rows = [
        (first, second)
        for first, line in zip(categories, table, strict=True)
        for second, number in zip(categories, line, strict=True)
        for _ in range(number)
    ]
    return from_wide(rows, categories=categories)


def in_order(answers: Sequence[str]) -> tuple[str, ...]:
    """The different answers: by size where all are numbers, else by letter."""
    found = sorted(set(answers))
    try:
        return tuple(sorted(found, key=lambda answer: (float(answer), answer)))
    except ValueError:
        return tuple(found)


def _numbered(texts: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    """The different texts in order, and the place of each text among them."""
    names = tuple(sorted(set(texts)))
    places = {name: number for number, name in enumerate(names)}
    return names, np.array([places[text] for text in texts], dtype=np.int64)


def _stratum_weights(
    names: Sequence[str], of: Ints, populations: Mapping[str, int] | int | None, drawn: NDArray[np.bool_]
) -> Floats:
    """The cases each item drawn stands for; 1 where they are not known, and for one stratum, where they are all alike.
    In a stratum of which nothing was drawn, those that each item there stands for."""
    if len(names) < 2 or populations is None or isinstance(populations, int):
        return np.ones(len(of))
    number = np.bincount(of[drawn], minlength=len(names))
    number = np.where(number > 0, number, np.bincount(of, minlength=len(names)))
    total = np.array([populations[name] for name in names], dtype=np.float64)
    return np.asarray((total / number)[of], dtype=np.float64)


def _fractions(
    names: Sequence[str], of: Ints, populations: Mapping[str, int] | int | None, drawn: NDArray[np.bool_]
) -> Floats:
    """The share of its stratum that was drawn, per item."""
    if populations is None:
        return np.zeros(len(of))
    if isinstance(populations, int):
        if len(names) > 1:
            raise ValueError("populations: one number for several strata")
        populations = dict.fromkeys(names, populations)
    number = np.bincount(of[drawn], minlength=len(names))
    total = np.array([populations[name] for name in names], dtype=np.float64)
    if np.any(total < number):
        raise ValueError("populations: fewer cases than were drawn")
    return np.asarray((number / total)[of], dtype=np.float64)
