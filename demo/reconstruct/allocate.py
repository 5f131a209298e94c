"""Who gets what, when only the totals are known."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def skewed(rng: random.Random) -> float:
    """A number from 0 to 1, small ones more often."""
    number = rng.random()
    return number * number  # a product is the same on every machine, a power need not be


def shuffled(items: Iterable[Item], rng: random.Random) -> list[Item]:
    """The items in random order."""
    # random() is the one method whose sequence Python promises to keep from version to version.
    return [item for _, item in sorted(((rng.random(), place), item) for place, item in enumerate(items))]


def labelled(items: Sequence[Item], totals: Mapping[str, int], rng: random.Random) -> list[tuple[Item, str]]:
    """Each item with one label, so that every label is used as often as its total says.

    Raises ValueError when the totals do not add up to the number of items.
    """
    labels = [label for label, total in totals.items() for _ in range(total)]
    return list(zip(shuffled(items, rng), labels, strict=True))


def covered(
    items: Sequence[Item], totals: Mapping[str, int], rng: random.Random
) -> list[tuple[Item, set[str]]]:
    """Each item with one or more labels, every label on as many items as its total says.

    The labels are laid one after the other round a ring of the items: none is on an item twice while its
    total is no more than the ring, and no item is left out while the totals go round at least once. Raises
    ValueError when they do not.
    """
    if max(totals.values()) > len(items) or sum(totals.values()) < len(items):
        raise ValueError((len(items), dict(totals)))
    ring = [(item, set[str]()) for item in shuffled(items, rng)]
    place = 0
    for label, total in totals.items():
        for _ in range(total):
            ring[place % len(ring)][1].add(label)
            place += 1
    return ring


def spread(total: int, places: int, low: int, high: int, rng: random.Random) -> list[int]:
    """`places` whole numbers from `low` to `high` with the sum `total`, more of them small than large.

    Drawn with a skew, then moved by one at random places until the sum is right. Raises ValueError when no
    such numbers exist.
    """
    if not low * places <= total <= high * places:
        raise ValueError((total, places, low, high))
    numbers = [low + int((high - low) * skewed(rng)) for _ in range(places)]
    while rest := total - sum(numbers):
        step = 1 if rest > 0 else -1
        place = int(rng.random() * places)
        if low <= numbers[place] + step <= high:
            numbers[place] += step
    return numbers


def dealt(
    total: int, weights: Mapping[str, float], limits: Mapping[str, int], rng: random.Random
) -> dict[str, int]:
    """`total` things dealt one by one to those with room left, in chance proportional to the weights.

    Raises ValueError when there is not room for all.
    """
    if total > sum(limits.values()):
        raise ValueError((total, sum(limits.values())))
    hands = dict.fromkeys(weights, 0)
    for _ in range(total):
        open_to = [name for name in weights if hands[name] < limits[name]]
        mark = rng.random() * sum(weights[name] for name in open_to)
        chosen = open_to[-1]
        for name in open_to:
            mark -= weights[name]
            if mark < 0:
                chosen = name
                break
        hands[chosen] += 1
    return hands
