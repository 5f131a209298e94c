"""Files of ratings: what is read, and what is refused with its row."""

from __future__ import annotations

import pytest

from sagsbarometer.agreement.agree import Scale
from sagsbarometer.agreement.by import Row
from sagsbarometer.agreement.rows import Given, Reading, read_rows
from sagsbarometer.deliveries.tables import RawRow, RawTable
from sagsbarometer.kernel.problems import Faults


def table(text: str) -> RawTable:
    """A table from lines of words with `;` between."""
    header, *lines = [tuple(part.strip() for part in line.split(";")) for line in text.strip().splitlines()]
    return RawTable(
        "svar.csv", header, tuple(RawRow(number, cells) for number, cells in enumerate(lines, 2)), "csv"
    )


def read(text: str, **how: object) -> Given:
    return read_rows(table(text), Reading(**how))  # type: ignore[arg-type]


def faults(text: str, **how: object) -> list[tuple[str, int | None]]:
    """Codes and rows of what is wrong."""
    with pytest.raises(Faults) as raised:
        read(text, **how)
    assert all(problem.place.file == "svar.csv" for problem in raised.value.problems)
    return [(problem.code, problem.place.row) for problem in raised.value.problems]


LONG = """
item;rater;rating
a;x;ja
a;y;nej
"""


def test_a_long_file_has_a_row_a_rating() -> None:
    text = """
    question;item;rater;rating;week;weight;stratum;population
    q;a;x;ja;2026-02-23;1,5;s;10
    q;a;y;nej;2026-W10;1.5;s;10
    q;b;y;;;2;t;20
    """
    given = read(text)
    assert given.rows == (
        Row("a", "x", "ja", "q", "2026-W09", 1.5, "s", 10),
        Row("a", "y", "nej", "q", "2026-W10", 1.5, "s", 10),
    )
    assert given.blank == 1


def test_a_wide_file_has_a_column_a_rater() -> None:
    given = read("item;x;week;y;z\na;ja;u1;nej;\nb;;u2;nej;nej", wide=True)
    assert [(row.item, row.rater, row.answer, row.week) for row in given.rows] == [
        ("a", "x", "ja", "u1"),
        ("a", "y", "nej", "u1"),
        ("b", "y", "nej", "u2"),
        ("b", "z", "nej", "u2"),
    ]
    assert given.blank == 2


def test_columns_may_be_called_something_else() -> None:
    names = {"item": "Sagsnr.", "rater": "Jurist", "rating": "Svar", "week": "Uge"}
    assert read("Sagsnr.;Jurist;Svar;Uge\na;x;1;u\na;y;2;u", names=names).rows[0] == Row(
        "a", "x", "1", week="u"
    )
    assert faults(LONG, names={"week": "Uge"}) == [("ENIGHED-101", 1)]


def test_numbers_are_one_answer_however_they_are_written() -> None:
    text = "item;rater;rating\na;x;1,50\na;y;1.5\nb;x;2\nb;y;2,0\nc;x;-0\nc;y;0"
    given = read(text, scale=Scale.INTERVAL)
    assert [row.answer for row in given.rows] == ["1.5", "1.5", "2", "2", "0", "0"]


@pytest.mark.parametrize(
    ("column", "cells", "weighing"),
    [("weight", ("1", "1"), "column"), ("population", ("9", "90"), "strata"), ("week", ("u", "u"), "alike")],
)
def test_strata_are_put_together_by_a_weight_or_by_their_cases(
    column: str, cells: tuple[str, str], weighing: str
) -> None:
    other = "s" if weighing == "alike" else "t"
    lines = [
        f"a;x;1;s;{cells[0]}",
        f"a;y;1;s;{cells[0]}",
        f"b;x;1;{other};{cells[1]}",
        f"b;y;2;{other};{cells[1]}",
    ]
    assert read("\n".join([f"item;rater;rating;stratum;{column}", *lines])).weighing == weighing


def test_a_population_for_all_is_that_of_every_row() -> None:
    assert {row.population for row in read(LONG, population=7).rows} == {7}


@pytest.mark.parametrize(
    ("text", "how", "expected"),
    [
        ("item;rater\na;x", {}, [("ENIGHED-101", 1)]),
        ("sag;jurist;svar\na;x;1", {}, [("ENIGHED-101", 1)] * 3),
        ("item;x\na;1", {"wide": True}, [("ENIGHED-101", 1)]),
        ("item;rater;rating\n;x;1\na;;1\na;x;1\na;y;1", {}, [("ENIGHED-102", 2), ("ENIGHED-102", 3)]),
        ("item;x;y\n;1;2\na;1;1", {"wide": True}, [("ENIGHED-102", 2)]),
        (LONG, {"categories": ("ja", "måske")}, [("ENIGHED-102", 3)]),
        ("item;rater;rating\na;x;1\na;y;to", {"scale": Scale.INTERVAL}, [("ENIGHED-102", 3)]),
        ("item;rater;rating\na;x;1\na;y;nan", {"scale": Scale.INTERVAL}, [("ENIGHED-102", 3)]),
        ("item;rater;rating\na;x;1\na;y;1\na;x;2", {}, [("ENIGHED-103", 4)]),
        ("item;rater;rating\na;x;1\nb;y;1", {}, [("ENIGHED-104", None)]),
        (LONG, {"scale": Scale.ORDINAL}, [("ENIGHED-105", None)]),
        ("item;rater;rating;weight\na;x;1;0\na;y;1;x", {}, [("ENIGHED-106", 2), ("ENIGHED-106", 3)]),
        ("item;rater;rating;weight\na;x;1;1e308\na;y;1;1e308", {}, [("ENIGHED-106", 2), ("ENIGHED-106", 3)]),
        ("item;rater;rating;weight\na;x;1;1\na;y;1;2", {}, [("ENIGHED-106", 3)]),
        ("item;rater;rating;stratum\na;x;1;s\na;y;1;t", {}, [("ENIGHED-106", 3)]),
        ("item;rater;rating;population\na;x;1;9\na;y;1;8", {}, [("ENIGHED-106", 3)]),
        ("item;rater;rating;population\na;x;1;9\na;y;1;ni", {}, [("ENIGHED-106", 3)]),
        (
            "item;rater;rating;population\na;x;1;9\na;y;1;9\nb;x;1;8\nb;y;1;8",
            {},
            [("ENIGHED-106", None)],
        ),
        (
            "item;rater;rating;population\na;x;1;9\na;y;1;9\nb;x;1;\nb;y;1;",
            {},
            [("ENIGHED-106", None)],
        ),
        ("item;rater;rating\na;x;1\na;y;1\nb;x;1\nb;y;1", {"population": 1}, [("ENIGHED-106", None)]),
        (
            "item;rater;rating\na;x;1\na;y;1\nb;x;1",
            {"population": 1, "drawn_once": True},
            [("ENIGHED-106", None)],
        ),
        (
            "item;rater;rating;stratum\na;x;1;s\na;y;1;s\nb;x;1;t\nb;y;1;t",
            {"population": 9},
            [("ENIGHED-106", None)],
        ),
        (
            "item;rater;rating;stratum\na;x;1;s\na;y;1;s\nb;x;1;t\nb;y;1;t",
            {},
            [("ENIGHED-106", None)],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_row(
    text: str, how: dict[str, object], expected: list[tuple[str, int | None]]
) -> None:
    assert faults(text, **how) == expected


def test_a_question_may_have_two_hundred_answers_and_no_more() -> None:
    lines = [f"i{number};x;{number}\ni{number};y;1" for number in range(201)]
    assert faults("item;rater;rating\n" + "\n".join(lines)) == [("ENIGHED-108", None)]
    assert read("item;rater;rating\n" + "\n".join(lines[:200])).rows


@pytest.mark.parametrize("cell", ["item", "rater", "rating", "question", "week"])
def test_what_looks_like_a_cpr_number_is_refused_and_never_shown(cell: str) -> None:
    cpr = "010190-1234"
    row = {"item": "a", "rater": "x", "rating": "1", "question": "q", "week": "u"} | {cell: cpr}
    with pytest.raises(Faults) as raised:
        read(";".join(row) + "\n" + ";".join(row.values()))
    assert [problem.code for problem in raised.value.problems] == ["ENIGHED-107"]
    assert "0101" not in str(raised.value)


def test_all_faults_are_told_at_once() -> None:
    text = "item;rater;rating;weight\n;x;1;1\na;;1;1\na;x;1;-1"
    assert [code for code, _ in faults(text)] == ["ENIGHED-102", "ENIGHED-102", "ENIGHED-106"]
