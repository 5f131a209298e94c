"""The five series of the report of 2026: how many of each outcome in each year, and what changed after April."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from demo.reconstruct.appeals.groups import ON_THE_MERITS, SERIES, Series
from demo.reconstruct.appeals.printed import ANNUAL, REPORT, TENTHS_COLUMN, WHOLE, Printed, ascii_id
from demo.reconstruct.appeals.whole_numbers import Outcomes, distance, outcomes_of, tenths

SERIES_YEARS = ("2019", "2020", "2021", "2022", "2023")  # 2024 is counted in table 4.8


@dataclass(frozen=True, slots=True)
class Correction:
    """Cases of 2024 whose outcome was registered anew after the annual report was drawn."""

    case_subject: str
    before: str
    after: str
    cases: int


def series_years(printed: Printed, series: Series) -> dict[str, Outcomes]:
    """The outcomes of each year, as near the printed percentages as whole cases can be.

    Where the text has the percentage of the whole period with a decimal, the nearest that give it too; where
    none do, as without it.
    """
    ways = {year: fitting(printed, series, year) for year in SERIES_YEARS}
    found = {year: ways[year][0] for year in SERIES_YEARS}
    for row in printed.rows(REPORT, series.table, TENTHS_COLUMN, WHOLE):
        key = (REPORT, series.table, row, TENTHS_COLUMN, WHOLE)
        if better := _whole_period(printed, series, ways, printed.cells[key].printed):
            printed.text(*key)  # only now is it used
            found = better
    return found


def _whole_period(
    printed: Printed, series: Series, ways: Mapping[str, list[Outcomes]], wanted: str
) -> dict[str, Outcomes]:
    """The nearest outcomes of the years that give the percentage over all of them; empty where none do."""
    last = december(printed, series)
    cost = {
        (year, way): distance(way, _shares(printed, series, year))
        for year, found in ways.items()
        for way in found
    }
    fits = [
        (sum((cost[item] for item in zip(ways, choice, strict=True)), Fraction(0)), choice)
        for choice in product(*ways.values())
        if _tenths_of(last, *choice) == wanted
    ]
    return dict(zip(ways, min(fits)[1], strict=True)) if fits else {}


def _tenths_of(*years: Outcomes) -> str:
    return tenths(sum(year.reversed for year in years), sum(year.merits for year in years))


def fitting(printed: Printed, series: Series, year: str) -> list[Outcomes]:
    """Every way the cases of a year can be parted to give its printed percentages, the nearest first.

    Raises ValueError when there is none.
    """
    shares = _shares(printed, series, year)
    reversal = series_number(printed, series, "reversal_pct", year)
    found = outcomes_of(series_number(printed, series, "merits", year), shares, reversal)
    if not found:
        raise ValueError((series.table, year, shares, reversal))
    return found


def _shares(printed: Printed, series: Series, year: str) -> Outcomes:
    columns = ("pct_upheld", "pct_remitted", "pct_amended_or_annulled")
    return Outcomes(*(series_number(printed, series, column, year) for column in columns))


def december(printed: Printed, series: Series) -> Outcomes:
    """The outcomes of 2024 in the report of 2026: those nearest table 4.8, and of these nearest the print.

    Raises ValueError when the two reports have different numbers of cases.
    """
    april = annual_outcomes(printed, series.since)
    if april.merits != series_number(printed, series, "merits", "2024"):
        raise ValueError((series.table, april))
    # The first of those with as few moves is the nearest to the print.
    return min(fitting(printed, series, "2024"), key=lambda item: _moved(april, item))


def annual_outcomes(printed: Printed, subject: str) -> Outcomes:
    """The counts of table 4.8."""
    columns = ("upheld", "remitted", "amended_or_annulled")
    return Outcomes(*(printed.number(ANNUAL, "4.8", subject, column, "2024") for column in columns))


def corrections(printed: Printed) -> list[Correction]:
    """The fewest cases that must change for the counts of table 4.8 to be printed as in the report of 2026.

    Of several ways with as few, the one nearest the printed percentages. Raises ValueError when the reports
    have different numbers of cases.
    """
    return [item for series in SERIES for item in _corrections(printed, series)]


def _corrections(printed: Printed, series: Series) -> list[Correction]:
    pairs = zip(annual_outcomes(printed, series.since), december(printed, series), strict=True)
    gains = [new - old for old, new in pairs]
    found = []
    for before, lost in enumerate(gains):
        for after, won in enumerate(gains):
            if cases := min(max(-lost, 0), max(won, 0)):
                outcomes = (ON_THE_MERITS[before], ON_THE_MERITS[after])
                found.append(Correction(ascii_id(series.since), *outcomes, cases))
    return found


def _moved(april: Outcomes, december: Outcomes) -> int:
    return sum(max(new - old, 0) for old, new in zip(april, december, strict=True))


def series_number(printed: Printed, series: Series, column: str, year: str) -> int:
    """A number of one of tables 4.1-4.5."""
    row = printed.row(REPORT, series.table, column, year)
    return printed.number(REPORT, series.table, row, column, year)


def series_text(printed: Printed, series: Series, column: str, year: str) -> str:
    """A label of one of tables 4.1-4.5."""
    return printed.text(REPORT, series.table, printed.row(REPORT, series.table, column, year), column, year)
