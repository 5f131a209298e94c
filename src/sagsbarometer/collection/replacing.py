"""Which case takes the place of one that goes out: the next in the order of the draw, or the next of the same kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sagsbarometer.sampling.replacing import Reason

How = Literal["reserve", "next_of_kind", "used_up", "none_of_kind"]


@dataclass(frozen=True, slots=True)
class Next:
    """What is asked for instead. `reserve`: the pseudonymous id of the list, "" without a draw. With `used_up` and
    `none_of_kind` nothing is asked for and the place stays empty: nobody picks freely."""

    how: How
    reserve: str = ""

    @property
    def asked(self) -> bool:
        """Whether a case is asked for."""
        return self.how in ("reserve", "next_of_kind")


def next_case(
    stratum: str,
    order: Sequence[str],
    strata: Mapping[str, str],
    taken: Collection[str],
    none_of: Collection[str],
) -> Next:
    """What takes the place of a case that went out.

    `order`: the ids the draw laid down for the municipality, selected before reserves, empty in a study that drew
    nothing; `strata`: the stratum of each id on the municipality's list; `taken`: the ids already asked for. The next
    in order of the same stratum that is not taken is the one (as `sampling.replacing.next_reserve` within a
    cell). Without a draw it is the next case of the same kind of the same municipality, unless it has said that it
    has no more.
    """
    if order:
        left = (id for id in order if strata.get(id, "") == stratum and id not in taken)
        reserve = next(left, "")
        return Next("reserve", reserve) if reserve else Next("used_up")
    return Next("none_of_kind") if stratum in none_of else Next("next_of_kind")


def reason_of(chosen: Collection[str], known: Mapping[str, Reason]) -> str:
    """The one reason that stands in the log of a draw, of those a case went out for; "" for none.

    The first of the list that says the case does not belong to what is measured: one such is enough, whatever else
    is in its way. Else the first.
    """
    there = [id for id in known if id in chosen]
    outside = [id for id in there if known[id].scope == "out_of_scope"]
    return next(iter([*outside, *there]), "")


def asked_with(wanted: Mapping[str, int], stratum: str) -> dict[str, int]:
    """What a municipality is asked for with one more of a stratum."""
    return {**wanted, stratum: wanted.get(stratum, 0) + 1}
