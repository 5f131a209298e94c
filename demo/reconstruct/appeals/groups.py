"""Groups of cases that are alike in all that is printed, and the series that follow a topic over the years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from demo.reconstruct.appeals.printed import ascii_id
from demo.reconstruct.appeals.whole_numbers import Outcomes

UPHELD, REMITTED, AMENDED, LAPSED = "upheld", "remitted", "amended_or_annulled", "lapsed"
ON_THE_MERITS = (UPHELD, REMITTED, AMENDED)  # in the order of Outcomes
SERVICES, CHILDREN = "Serviceloven", "Barnets lov"


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that differ in nothing but the day. Ids of the printed labels."""

    law_area: str
    case_subject: str  # "" where only the law area is printed
    outcome: str
    period: str  # `2022`, `2022-12`, `2018-01/2021-12`
    cases: int


@dataclass(frozen=True, slots=True)
class Series:
    """One of the five topics of the report of 2026: its table, and its case subjects as printed."""

    id: str
    table: str
    before: str  # in table 2 of the knowledge review: to 2023 for children, still in use for adults
    since: str  # in table 4.8 of the annual report: 2024


SERIES = (
    Series(
        "home_training",
        "4.1",
        "Pasningstilbud, hjemmetræning m.m. §§32, 32a, 36, 39-40 + tilbagebet.",
        "Social - Hjemmetræning, særlige dagtilbud og klubtilbud §§ 82-85",
    ),
    Series(
        "lost_earnings",
        "4.2",
        "Tabt arbejdsfortjeneste §§ 42,43 + tilbagebetaling",
        "Social - Tabt arbejdsfortjeneste §§ 87, 88",
    ),
    Series(
        "social_pedagogical_support",
        "4.3",
        "Voksne - Socialpædagogisk bistand - § 85",
        "Voksne - Socialpædagogisk bistand - § 85",
    ),
    Series(
        "accompaniment_adults",
        "4.4",
        "Voksne - ledsageordning - § 97",
        "Voksne - ledsageordning - § 97",
    ),
    Series("personal_and_practical_help", "4.5", "Hjemmehjælp § 83", "Hjemmehjælp § 83"),
)


def parted(area: str, subject: str, period: str, outcomes: Outcomes) -> Iterator[Group]:
    """A group for each outcome; law area and case subject as printed."""
    for outcome, cases in zip(ON_THE_MERITS, outcomes, strict=True):
        yield Group(ascii_id(area), ascii_id(subject), outcome, period, cases)


def lapsed(area: str, period: str, cases: int) -> Group:
    """Cases that were not decided on the merits, of which only the law area is printed."""
    return Group(ascii_id(area), "", LAPSED, period, cases)


def bounds(period: str) -> tuple[date, date]:
    """The first and the last day of a period of whole years or months."""
    first, _, last = period.partition("/")
    year, _, month = (last or first).partition("-")
    start, _, month_of_start = first.partition("-")
    end = date(int(year) + 1, 1, 1) if month in ("", "12") else date(int(year), int(month) + 1, 1)
    return date(int(start), int(month_of_start or "1"), 1), end - timedelta(days=1)
