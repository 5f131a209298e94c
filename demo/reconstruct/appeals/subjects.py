"""Table 2 of the knowledge review: the cases of 17 case subjects from January 2018 to November 2022."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from demo.reconstruct.appeals.groups import SERIES, SERVICES, Group, Series, parted
from demo.reconstruct.appeals.printed import (
    ANNUAL,
    KNOWLEDGE,
    POINTS,
    POINTS_COLUMN,
    POINTS_PERIOD,
    SINCE_2018,
    THIS_YEAR,
    Printed,
    ascii_id,
)
from demo.reconstruct.appeals.series import annual_outcomes, series_years
from demo.reconstruct.appeals.whole_numbers import Outcomes, count_of, fit, nearest, percent

TOTAL = "I alt"
# What these subjects became in 2024 (law_succession.csv of the report of 2026).
SUCCESSORS = {
    "Merudgiftydelse §41 + tilbagebetaling": ("Social - Merudgifter § 86",),
    "Personlig hjælp og ledsagelse §§44, 45 + tilbagebetaling": (
        "Social - Ledsagelse § 89",
        "Social - Afløsning og aflastning § 90, jf. SEL § 84",
        "Social - Personlig og praktisk hjælp og vedligeholdelsestræning § 90, jf. SEL § 83 og 86",
    ),
}


def subject_groups(printed: Printed) -> Iterator[Group]:
    """The cases of table 2, and those of the five series to the end of 2023."""
    series_of = {series.before: series for series in SERIES}
    for subject in printed.rows(KNOWLEDGE, "2", "reversal_pct", SINCE_2018):
        if subject in series_of:
            yield from _series(printed, series_of[subject])
        elif subject != TOTAL:
            yield from _other(printed, subject)


def _series(printed: Printed, series: Series) -> Iterator[Group]:
    years = series_years(printed, series)
    to_november, december = _before_december(printed, series, years)
    # 2018 is printed nowhere by itself; it is what table 2 has beyond the other years.
    counted = [years["2019"], years["2020"], years["2021"], to_november]
    cases, reversed_ = _whole(printed, series.before)
    of_2018 = cases - sum(item.merits for item in counted)
    split = _split(of_2018, reversed_ - sum(item.reversed for item in counted), counted)
    periods = {
        "2018": split,
        "2019": years["2019"],
        "2020": years["2020"],
        "2021": years["2021"],
        "2022-01/2022-11": to_november,
        "2022-12": december,
        "2023": years["2023"],
    }
    for period, outcomes in periods.items():
        yield from parted(SERVICES, series.before, period, outcomes)


def _before_december(
    printed: Printed, series: Series, years: Mapping[str, Outcomes]
) -> tuple[Outcomes, Outcomes]:
    """The outcomes of 2022 to November, and in December."""
    whole = years["2022"]
    cases = printed.number(KNOWLEDGE, "2", series.before, "merits", THIS_YEAR)
    part = Fraction(cases, whole.merits)
    reversed_ = nearest(whole.reversed * part, range(max(0, cases - whole.upheld), whole.reversed + 1))
    if series.before in POINTS:
        share = percent(years["2021"].reversed, years["2021"].merits) - _points(printed, series.before)
        reversed_ = count_of(share, cases)
    remitted, amended = fit(
        reversed_, [whole.remitted * part, whole.amended * part], [0, 0], [whole.remitted, whole.amended]
    )
    found = Outcomes(cases - reversed_, remitted, amended)
    return found, Outcomes(*(all_ - some for all_, some in zip(whole, found, strict=True)))


def _other(printed: Printed, subject: str) -> Iterator[Group]:
    cases, reversed_ = _whole(printed, subject)
    if subject in POINTS:
        first, periods = "2018-01/2020-12", _two_years(printed, subject)
    else:
        number = printed.number(KNOWLEDGE, "2", subject, "merits", THIS_YEAR)
        part = nearest(Fraction(reversed_ * number, cases), range(number + 1))
        first, periods = "2018-01/2021-12", {THIS_YEAR: (number, part)}
    rest = (
        cases - sum(all_ for all_, _ in periods.values()),
        reversed_ - sum(part for _, part in periods.values()),
    )
    later = [annual_outcomes(printed, name) for name in _later_names(printed, subject)]
    for period, (number, part) in {first: rest, **periods}.items():
        yield from parted(SERVICES, subject, period, _split(number, part, later))


def _two_years(printed: Printed, subject: str) -> dict[str, tuple[int, int]]:
    """Cases and reversals of 2021 and of 2022 to November that are the printed points apart.

    2021 has a fourth of the cases of 2018 to 2021; the two together are reversed as often as the whole period.
    """
    this = printed.number(KNOWLEDGE, "2", subject, "merits", THIS_YEAR)
    year = (printed.number(KNOWLEDGE, "2", subject, "merits", SINCE_2018) - this) // 4
    points = _points(printed, subject)
    share = printed.number(KNOWLEDGE, "2", subject, "reversal_pct", SINCE_2018)
    low = round(share - Fraction(points * year, year + this))
    return {"2021": (year, count_of(low + points, year)), THIS_YEAR: (this, count_of(low, this))}


def _points(printed: Printed, subject: str) -> int:
    return printed.number(KNOWLEDGE, "tekst", subject, POINTS_COLUMN, POINTS_PERIOD)


def _whole(printed: Printed, subject: str) -> tuple[int, int]:
    """Cases and reversals of the whole of table 2's period."""
    cases = printed.number(KNOWLEDGE, "2", subject, "merits", SINCE_2018)
    return cases, count_of(printed.number(KNOWLEDGE, "2", subject, "reversal_pct", SINCE_2018), cases)


def _later_names(printed: Printed, subject: str) -> tuple[str, ...]:
    """The rows of table 4.8 with the subject's cases of 2024; the dashes are printed otherwise there."""
    later = printed.rows(ANNUAL, "4.8", "merits", "2024")
    return SUCCESSORS.get(subject) or tuple(row for row in later if ascii_id(row) == ascii_id(subject))


def _split(cases: int, reversed_: int, like: list[Outcomes]) -> Outcomes:
    """Outcomes with so many reversals, parted as in the others: table 2 does not part them."""
    if not 0 <= reversed_ <= cases:
        raise ValueError((cases, reversed_))
    share = Fraction(sum(item.amended for item in like), sum(item.reversed for item in like))
    amended = nearest(reversed_ * share, range(reversed_ + 1))
    return Outcomes(cases - reversed_, reversed_ - amended, amended)
