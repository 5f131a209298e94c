"""What is read from a report's own numbers and words: lines for none, percentages without counts, shares in words."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from sagsbarometer.checking.feasible import Printed as Share
from sagsbarometer.checking.feasible import Row, conflicts
from sagsbarometer.checking.paper import Paper
from sagsbarometer.checking.paper_check import check_paper
from sagsbarometer.checking.paper_feasible import counts_of
from sagsbarometer.checking.paper_finding import Sure
from sagsbarometer.checking.paper_numbers import Printed
from sagsbarometer.checking.paper_prose import Outcome
from sagsbarometer.checking.paper_spelled import spelled
from sagsbarometer.checking.read_html import read_html
from sagsbarometer.kernel.rounding import round_half_up
from tests.checked_reports_in_tests import on_time, rules
from tests.conftest import trials


def page(*rows: str, text: str = "") -> Paper:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.split('|'))}</tr>" for row in rows)
    body = f"<p>{text}</p><p>Tabel 1: Sager</p><table>{cells}</table>"
    return read_html(f'<html lang="da"><body>{body}</body></html>'.encode(), "r.html", on_time)


def found(*rows: str, text: str = "") -> list[tuple[str, Sure]]:
    return [(item.rule, item.sure) for item in check_paper(page(*rows, text=text), rules()).looked.found]


# --- a line for none --------------------------------------------------------------------------------------------------

OUTCOMES = ("Emne|Stadfæstet|Ændret|Hjemvist|I alt", "a|112|–|48|160", "b|240|12|91|343", "c|88|—|12|100")


def test_a_line_that_is_none_in_one_row_is_none_in_the_next() -> None:
    assert found(*OUTCOMES, "d|301|-|77|378") == []
    assert found(*OUTCOMES, "d|301|-|77|387") == [("parts", Sure.QUESTION)]


def test_a_line_that_is_none_nowhere_may_be_what_is_not_known() -> None:
    assert found("Emne|Stadfæstet|Ændret|I alt", "a|112|48|160", "b|240|91|331", "c|301|–|387") == []


# --- percentages without their counts -------------------------------------------------------------------------------

BASED = (
    "Kommune|Antal afgørelser|Med fejl, pct.",
    "Nordby|12|25",
    "Sydby|7|43",
    "Østby|9|33",
    "Vestby|15|40",
)


def test_a_percentage_that_no_whole_count_gives_is_asked() -> None:
    assert found(*BASED, "Midtby|8|38") == []
    report = check_paper(page(*BASED, "Midtby|8|35"), rules())
    (item,) = report.looked.found
    assert (item.rule, item.sure) == ("feasible", Sure.QUESTION)
    assert item.told.startswith("Trykt er 35 % af 8; intet helt antal giver det. Nærmest er 3 af 8, 37,5 %.")
    assert report.looked.compared["feasible"] == 5


def test_a_half_may_be_rounded_either_way() -> None:
    assert found(*BASED, "Midtby|8|37") == []


def test_the_total_is_held_against_the_counts_its_rows_allow() -> None:
    """3, 3, 3, 6 and 3 of 51 are 35 percent, and nothing else is."""
    assert found(*BASED, "Midtby|8|38", "I alt|51|35") == []
    assert found(*BASED, "Midtby|8|38", "I alt|51|37") == [("feasible", Sure.QUESTION)]


def test_parts_of_a_hundred_are_held_against_their_base_together() -> None:
    """3, 13 and 83 of 40 are 99 with what rounding takes, and 1, 5 and 33 are 39."""
    head = "Kommune|Antal|Ja, pct.|Nej, pct.|Ved ikke, pct."
    good = (
        "Nordby|12|25|50|25",
        "Sydby|7|14|43|43",
        "Østby|9|33|33|33",
        "Vestby|15|40|40|20",
        "By|8|25|50|25",
    )
    assert found(head, *good) == []
    assert found(head, *good, "Midtby|40|3|13|85") == []
    assert found(head, *good, "Midtby|40|3|13|83") == [("feasible", Sure.QUESTION)]


def test_percentages_of_something_else_make_no_rule() -> None:
    random_ = random.Random(6)
    asked = 0
    for _ in range(trials(2_000)):
        rows = [f"by {at}|{random_.randint(5, 40)}|{random_.randint(1, 99)}" for at in range(8)]
        asked += bool(found("Kommune|Antal medarbejdere|Sygefravær, pct.", *rows))
    assert asked <= trials(2_000) / 100


def test_percentages_of_true_counts_are_never_asked() -> None:
    """By one rule of rounding, of any number of cases."""
    random_ = random.Random(7)
    for _ in range(trials(2_000)):
        cases = [random_.randint(1, 60) for _ in range(8)]
        yes = [random_.randint(0, base) for base in cases]
        rows = [
            f"by {at}|{base}|{share(n, base)}" for at, (n, base) in enumerate(zip(yes, cases, strict=True))
        ]
        rows.append(f"I alt|{sum(cases)}|{share(sum(yes), sum(cases))}")
        assert found("Kommune|Antal sager|Omgjort, pct.", *rows) == [], rows


def share(some: int, base: int) -> str:
    return str(round_half_up(Fraction(100 * some, base), 1)).replace(".", ",")


@pytest.mark.parametrize(
    ("percent", "decimals", "base"), [(33, 0, 7), (1, 0, 40), (99, 0, 3), (50, 0, 1), (29, 0, 7)]
)
def test_the_counts_of_a_percentage_are_those_that_the_flow_allows(
    percent: int, decimals: int, base: int
) -> None:
    row = Row("", base, (Share("", frozenset({"a"}), percent),))
    alone = not conflicts([row], None, ["a", "b"])
    assert bool(counts_of(Printed(Fraction(percent), decimals, ""), base)) == alone


# --- shares in words --------------------------------------------------------------------------------------------------

RATES = ("Lovområde|Omgørelsesprocent", "Serviceloven|28", "Barnets lov|52", "Sygedagpengeloven|22")


@pytest.mark.parametrize(
    ("text", "words", "low", "high"),
    [
        ("Det gjaldt tre ud af fire afgørelser.", "tre ud af fire", 73, 77),
        ("Det gjaldt 9 ud af 10 afgørelser.", "9 ud af 10", 88, 92),
        ("Næsten hver anden afgørelse blev omgjort.", "næsten hver anden", 42, 50),
        ("Godt halvdelen blev omgjort.", "Godt halvdelen", 50, 58),
        ("More than three out of four were reversed.", "more than three out of four", 75, 100),
    ],
)
def test_shares_in_words(text: str, words: str, low: int, high: int) -> None:
    (one,) = spelled(text, "en" if "of" in text.split() else "da", rules())
    assert (one.words, round(one.low), one.high) == (words, low, high)


@pytest.mark.parametrize(
    "text",
    [
        "Der holdes møde hver anden måned.",
        "I 201 ud af 385 sager manglede det.",
        "Se § 3 ud af 4.",
        "Det er 3 ud af 4 procent.",
        "Fire ud af tre gik.",
    ],
)
def test_what_is_no_share_in_words(text: str) -> None:
    assert spelled(text, "da", rules()) == []


def test_a_share_in_words_is_held_against_the_figure_its_sentence_speaks_of() -> None:
    for text in (
        "Omgørelsesprocenten på serviceloven er godt hver fjerde.",
        "Omgørelsesprocenten efter barnets lov er over halvdelen.",
    ):
        report = check_paper(page(*RATES, text=text), rules())
        assert [said.outcome for said in report.said] == [Outcome.FITS], text
    wrong = check_paper(
        page(*RATES, text="Omgørelsesprocenten på sygedagpengeloven er tre ud af fire."), rules()
    )
    (item,) = wrong.looked.found
    assert (item.rule, item.sure) == ("said", Sure.QUESTION)
    assert "»tre ud af fire«, 73-77 %" in item.told


def test_a_share_in_words_is_never_more_than_a_question_and_seldom_that() -> None:
    for text in (
        "Tre ud af fire kommuner svarede.",  # nothing in the table is about it
        "Omgørelsesprocenten på serviceloven var 28 procent, næsten hver tredje.",
        "Halvdelen af omgørelserne efter serviceloven skyldes procenten af fejl, 28.",
        "9 ud af 10 afgørelser efter serviceloven er rigtige.",
    ):
        report = check_paper(page(*RATES, text=text), rules())
        assert report.looked.found == [], text
        assert report.ok


# --- tables side by side --------------------------------------------------------------------------------------------


def test_a_column_of_remarks_is_not_the_start_of_another_table() -> None:
    rows = (
        "Emne|Sager|Bemærkning|Omgjort|Omgjort, pct.",
        "a|112|få|48|43",
        "b|343|mange|91|27",
        "c|100||12|12",
    )
    report = check_paper(page(*rows, "d|387|ny|301|78", "e|250|ny|61|24"), rules())
    assert report.looked.compared["share"] == 5


def test_two_tables_by_year_with_a_gap_between() -> None:
    rows = ("År|Sager|Omgjort||År|Sager|Omgjort", "2019|112|48||2022|200|50", "2020|100|12||2023|300|70")
    report = check_paper(page(*rows, "I alt|212|60||I alt|500|120"), rules())
    assert [table.rows for table in report.tables] == [("2019", "2020", "I alt"), ("2022", "2023", "I alt")]
    assert report.looked.compared["sum"] == 4
    assert (report.tables[1].all[0].column, report.tables[1].name) == (6, "Tabel 1")
