"""Tables 4.2-4.5 and 4.8 of the annual report: every decided case of 2022, 2023 and 2024."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from demo.reconstruct.appeals.groups import CHILDREN, ON_THE_MERITS, SERVICES, Group, lapsed, parted
from demo.reconstruct.appeals.printed import ANNUAL, Printed
from demo.reconstruct.appeals.series import annual_outcomes
from demo.reconstruct.appeals.whole_numbers import Outcomes, counts_of, fit, nearest, shared

TOTALS = ("Afgjorte sager i alt", "Bortfaldne", "Realitetsbehandlede sager")


def year_2024(printed: Printed, area_of: Mapping[str, str]) -> Iterator[Group]:
    """The 145 case subjects of table 4.8, and the lapsed cases of each law area (table 4.2 less table 4.4)."""
    for subject, area in area_of.items():
        yield from parted(area, subject, "2024", annual_outcomes(printed, subject))
    for area in _areas(printed, "2024"):
        decided = printed.number(ANNUAL, "4.2", area, "decided", "2024")
        yield lapsed(area, "2024", decided - printed.number(ANNUAL, "4.4", area, "merits", "2024"))


def earlier_year(printed: Printed, year: str, known: Sequence[Group]) -> Iterator[Group]:
    """The decided cases of 2022 or 2023 beyond the known ones of the year, which are all of Serviceloven.

    Raises ValueError when the known cases do not go into the totals.
    """
    areas = _areas(printed, year)
    not_decided = _lapsed(printed, areas, year)
    merits = [
        printed.number(ANNUAL, "4.2", area, "decided", year) - part
        for area, part in zip(areas, not_decided, strict=True)
    ]
    for area, part, outcomes in zip(areas, not_decided, _outcomes(printed, areas, merits, year), strict=True):
        rest = outcomes
        if area == SERVICES:
            rest = Outcomes(
                *(all_ - _cases(known, name) for all_, name in zip(outcomes, ON_THE_MERITS, strict=True))
            )
            if min(rest) < 0:
                raise ValueError((year, outcomes, rest))
        yield from parted(area, "", year, rest)
        yield lapsed(area, year, part)


def _cases(groups: Sequence[Group], outcome: str) -> int:
    return sum(group.cases for group in groups if group.outcome == outcome)


def _areas(printed: Printed, year: str) -> list[str]:
    return [row for row in printed.rows(ANNUAL, "4.2", "decided", year) if row not in TOTALS]


def _lapsed(printed: Printed, areas: Sequence[str], year: str) -> list[int]:
    """Lapsed cases by law area: the printed total, handed out as they lapsed in 2024.

    In a small law area not every number of cases on the merits has a count that is printed as the reversal
    percentage; there the nearest number that has one is taken.
    """
    total = printed.number(ANNUAL, "4.2", "Bortfaldne", "decided", year)
    decided = [printed.number(ANNUAL, "4.2", area, "decided", year) for area in areas]
    shares = [printed.number(ANNUAL, "4.5", area, "reversal_pct", year) for area in areas]
    weights = [number * _share_lapsed(printed, area) for number, area in zip(decided, areas, strict=True)]
    low, high = [0] * len(areas), decided[:]
    while True:
        found = shared(total, weights, high, low)
        for place, (cases, share) in enumerate(zip(decided, shares, strict=True)):
            if not counts_of(share, cases - found[place]):
                able = [number for number in range(cases) if counts_of(share, cases - number)]
                low[place] = high[place] = nearest(Fraction(found[place]), able)
                break
        else:
            return found


def _outcomes(printed: Printed, areas: Sequence[str], merits: Sequence[int], year: str) -> list[Outcomes]:
    """Outcomes by law area: reversals as printed in 4.5, with the sums of table 4.3."""
    remitted, amended = (
        printed.number(ANNUAL, "4.3", "", column, year) for column in ("remitted", "amended_or_annulled")
    )
    shares = [printed.number(ANNUAL, "4.5", area, "reversal_pct", year) for area in areas]
    ranges = [counts_of(share, number) for share, number in zip(shares, merits, strict=True)]
    wanted = [Fraction(share * number, 100) for share, number in zip(shares, merits, strict=True)]
    reversed_ = fit(remitted + amended, wanted, [item[0] for item in ranges], [item[-1] for item in ranges])
    weights = [number * _share_amended(printed, area) for number, area in zip(reversed_, areas, strict=True)]
    parts = shared(amended, weights, reversed_)
    return [
        Outcomes(all_ - some, some - part, part)
        for all_, some, part in zip(merits, reversed_, parts, strict=True)
    ]


def _share_lapsed(printed: Printed, area: str) -> Fraction:
    """The share of decided cases that lapsed in 2024."""
    merits = sum(item.merits for item in _in_2024(printed, area))
    decided = sum(printed.number(ANNUAL, "4.2", name, "decided", "2024") for name in _names_in_2024(area))
    return 1 - Fraction(merits, decided)


def _share_amended(printed: Printed, area: str) -> Fraction:
    """The share of reversals in 2024 that were amended or annulled."""
    found = _in_2024(printed, area)
    return Fraction(sum(item.amended for item in found), sum(item.reversed for item in found))


def _in_2024(printed: Printed, area: str) -> list[Outcomes]:
    return [annual_outcomes(printed, name) for name in _names_in_2024(area)]


def _names_in_2024(area: str) -> tuple[str, ...]:
    """What was the law area in 2024: Barnets lov was taken out of Serviceloven."""
    return (SERVICES, CHILDREN) if area == SERVICES else (area,)
