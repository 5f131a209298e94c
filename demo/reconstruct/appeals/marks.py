"""Criticism keywords and reasons for reversal, on as many cases as are printed to have them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from demo.reconstruct.allocate import shuffled
from demo.reconstruct.appeals.cases import Case
from demo.reconstruct.appeals.groups import LAPSED, SERIES, UPHELD, bounds
from demo.reconstruct.appeals.printed import KNOWLEDGE, SINCE_2018, Printed, ascii_id
from demo.reconstruct.appeals.series import SERIES_YEARS, series_number, series_text
from demo.reconstruct.appeals.whole_numbers import count_of, shared

KEYWORDS = {
    "Undersøgelsesprincippet (officialprincippet)": "duty_to_investigate",
    "Begrundelse": "reasons",
    "Tidsfrister": "time_limits",
}
REASONS = {"Oplysningsgrundlag/begrundelse": "facts_or_reasons"}
# The areas of figure 1 whose share stands in the text, by the case subject of table 2.
FIGURE_1 = {
    "forbrugsgoder": "Forbrugsgoder - §113",
    "genoptræning": "Voksne - genoptræning - § 86",
    "længerevarende botilbud": "Voksne – længerevarende botilbud - § 108",
    "selvudpeget hjælp": "Voksne - selvudpeget hjælp - §§ 94-94b",
    "pasningstilbud og hjemmetræning": "Pasningstilbud, hjemmetræning m.m. §§32, 32a, 36, 39-40 + tilbagebet.",
}


def mark(cases: Sequence[Case], printed: Printed, rng: random.Random) -> None:
    """Puts the printed keywords and reasons on cases; on all other cases both stay unknown.

    Cases with several registrations are passed over. Raises ValueError when there are too few cases.
    """
    marker = _Marker(cases, rng)
    for series in SERIES:
        for year in (*SERIES_YEARS, "2024"):
            subject = ascii_id(series.since if year == "2024" else series.before)
            keyword = KEYWORDS[series_text(printed, series, "most_used_criticism_keyword", year)]
            number = series_number(printed, series, "cases_with_criticism_keyword", year)
            marker.add_keyword(subject, year, keyword, number)
            reason = REASONS[series_text(printed, series, "most_used_decision_reason", year)]
            number = series_number(printed, series, "cases_with_decision_reason", year)
            marker.add_reason(subject, year, reason, number)
    for area, subject in FIGURE_1.items():
        for label, keyword in KEYWORDS.items():
            if (KNOWLEDGE, "figur 1", area, label, SINCE_2018) in printed.cells:
                share = printed.number(KNOWLEDGE, "figur 1", area, label, SINCE_2018)
                whole = printed.number(KNOWLEDGE, "2", subject, "merits", SINCE_2018)
                marker.top_up(ascii_id(subject), keyword, count_of(share, whole))


class _Marker:
    """The cases that can carry a mark, by case subject, and how often a keyword may be used in a year."""

    def __init__(self, cases: Sequence[Case], rng: random.Random) -> None:
        self.rng = rng
        self.cases: dict[str, list[Case]] = {}
        self.most: dict[tuple[str, str], int] = {}  # by case subject and year: the printed number
        self.top: dict[tuple[str, str], str] = {}  # the keyword it is for
        for case in cases:
            if case.registrations[0].outcome != LAPSED and len(case.registrations) == 1:
                self.cases.setdefault(case.case_subject, []).append(case)

    def add_keyword(self, subject: str, period: str, keyword: str, number: int) -> None:
        """Puts the most used keyword of a year on so many cases, upheld ones too (document 002 says they can)."""
        self.most[subject, period] = number
        self.top[subject, period] = keyword
        self._keyword(self._within(subject, period), keyword, number)

    def add_reason(self, subject: str, period: str, reason: str, number: int) -> None:
        """Puts a reason on so many reversed cases."""
        able = [case for case in self._within(subject, period) if case.registrations[0].outcome != UPHELD]
        for case in self._drawn(able, number):
            reasons = (case.registrations[0].reasons or frozenset()) | {reason}
            case.registrations[0] = replace(case.registrations[0], reasons=reasons)

    def top_up(self, subject: str, keyword: str, number: int) -> None:
        """Puts a keyword on more cases, until so many from 2018 to November 2022 have it.

        In a year that is printed with a most used keyword, no other comes up to it.
        """
        periods = ("2018", "2019", "2020", "2021", "2022-01/2022-11")
        able = {period: self._without(subject, period, keyword) for period in periods}
        has = sum(len(self._within(subject, period)) - len(able[period]) for period in periods)
        high = [min(len(able[period]), self._room(subject, period[:4], keyword)) for period in periods]
        weights = [Fraction(len(able[period])) for period in periods]
        for period, more in zip(periods, shared(number - has, weights, high), strict=True):
            self._keyword(able[period], keyword, more)

    def _room(self, subject: str, year: str, keyword: str) -> int:
        if (subject, year) not in self.most:
            return len(self.cases[subject])
        return 0 if self.top[subject, year] == keyword else self.most[subject, year] - 1

    def _keyword(self, able: Sequence[Case], keyword: str, number: int) -> None:
        for case in self._drawn(able, number):
            keywords = (case.registrations[0].keywords or frozenset()) | {keyword}
            case.registrations[0] = replace(case.registrations[0], keywords=keywords)

    def _drawn(self, able: Sequence[Case], number: int) -> list[Case]:
        if number > len(able):
            raise ValueError((number, len(able)))
        return shuffled(able, self.rng)[:number]

    def _within(self, subject: str, period: str) -> list[Case]:
        first, last = bounds(period)
        return [case for case in self.cases[subject] if first <= case.decided_on <= last]

    def _without(self, subject: str, period: str, keyword: str) -> list[Case]:
        cases = self._within(subject, period)
        return [case for case in cases if keyword not in (case.registrations[0].keywords or ())]
