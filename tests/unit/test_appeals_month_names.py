"""Dates with the names of months, in an import and in the draft of its mapping."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sagsbarometer.appeals.codes import Codes, codes_of
from sagsbarometer.appeals.intake.dates import NAMED, Dates, format_fault
from sagsbarometer.appeals.intake.mapping import plan_of, read_mapping
from sagsbarometer.appeals.intake.month_names import NAMES, month_of
from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.runs.appeals_inspect import Job, inspect


@pytest.fixture(scope="module")
def law() -> Codes:
    return codes_of(load_catalogue(shipped("law")))


def test_every_language_has_twelve_months_and_no_name_is_of_two() -> None:
    months: dict[str, set[int]] = defaultdict(set)
    for language, written in NAMES.items():
        assert len(written.split()) == 12, language
        for month, names in enumerate(written.split(), start=1):
            for name in names.split("|"):
                months[name].add(month)
                assert month_of(name) == month_of(name.upper()) == month
    assert {name: found for name, found in months.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 March 2021", date(2021, 3, 12)),
        ("12. marts 2021", date(2021, 3, 12)),
        ("3 août 2021", date(2021, 8, 3)),
        ("1er janvier 2020", date(2020, 1, 1)),
        ("3 de agosto de 2021", date(2021, 8, 3)),
        ("03-Aug-2023", date(2023, 8, 3)),
        ("9. MÄRZ 2024", date(2024, 3, 9)),
        ("7 września 2022", date(2022, 9, 7)),
        ("Mar 3, 2024", date(2024, 3, 3)),
        ("March 3rd, 2024", date(2024, 3, 3)),
        ("5 Μαρτίου 2024", date(2024, 3, 5)),
        ("5. maj 2024 kl. 10:42", date(2024, 5, 5)),
    ],
)
def test_a_named_month_is_read(text: str, day: date) -> None:
    assert Dates(NAMED).day(text) == day


@pytest.mark.parametrize(
    ("orders", "text"),
    [
        (("iso", "day_first"), "12 March 2021"),  # only where the mapping says so
        (("day_month_name",), "Mar 3, 2024"),
        (NAMED, "03-Aug-23"),  # whose century is for a format to say
        (NAMED, "31 June 2024"),
        (NAMED, "12 Blursday 2024"),
        (("month_name_day",), "5. maj 2024 kl. 10:42"),
    ],
)
def test_what_is_no_such_date_is_refused(orders: tuple[str, ...], text: str) -> None:
    with pytest.raises(ValueError):
        Dates(orders).day(text)


@pytest.mark.parametrize(
    ("format", "text", "day"),
    [
        ("%d-%b-%y", "03-Aug-23", date(2023, 8, 3)),
        ("%d. %B %Y", "12. marts 2021", date(2021, 3, 12)),
        ("%d %b. %Y", "12 févr. 2021", date(2021, 2, 12)),
        ("%B %d %Y %H:%M", "marzo 5 2024 10:42", date(2024, 3, 5)),
    ],
)
def test_a_format_may_name_the_month(format: str, text: str, day: date) -> None:
    assert format_fault(format) == ""
    assert Dates((), (format,)).day(text) == day
    with pytest.raises(ValueError):
        Dates((), (format,)).day("03-08-23")  # digits are no name


def test_a_moment_may_name_the_month() -> None:
    assert Dates(NAMED).moment("Mar 3, 2024 10:42") == datetime(2024, 3, 3, 9, 42, tzinfo=UTC)
    assert "March" in Dates(NAMED, ("%d %B %y",)).example()


@pytest.mark.parametrize(
    ("names", "orders", "formats"),
    [
        ("%d %B %Y", ("day_month_name",), ()),
        ("%b %d, %Y", ("month_name_day",), ()),
        ("%d-%b-%y", (), ("%d-%b-%y",)),
    ],
)
def test_inspect_drafts_what_the_import_reads(
    tmp_path: Path, law: Codes, names: str, orders: tuple[str, ...], formats: tuple[str, ...]
) -> None:
    path = tmp_path / "udtraek.csv"
    first = date(2021, 1, 3)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Case No", "Received", "Closed"])
        for number in range(60):
            days = (first + timedelta(11 * number), first + timedelta(11 * number + 40))
            writer.writerow([f"C{number}", *(day.strftime(names) for day in days)])
    done = inspect(Job((str(path),)))
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(done.mapping, encoding="utf-8")
    plan = plan_of(read_mapping(mapping), ("Case No", "Received", "Closed"), law.lists)
    for target in ("received_on", "decided_on"):
        dates = plan.sources[target].dates
        assert (dates.orders, dates.formats) == (orders, formats)
        assert dates.day(first.strftime(names)) == first
