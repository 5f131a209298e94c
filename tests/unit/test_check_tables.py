"""Tables held against themselves and each other: each rule finds what breaks it, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from sagsbarometer.checking.check import Report
from sagsbarometer.checking.check_report import as_lines
from sagsbarometer.checking.roundings import Rounding
from tests.checks_in_tests import STRUCTURE, TABLE, checked, found, tables

SUMS = STRUCTURE + "    sums: [{total: {kind: total}, parts: {kind: part}, columns: [a, b, n]}]\n"
ADDS = STRUCTURE + "    adds: [{total: n, parts: [a, b]}]\n"
SHARES = STRUCTURE + "    shares: [{percent: share, part: [a], base: n}]\n"


@pytest.mark.parametrize(
    "structure", [SUMS, ADDS, SHARES, STRUCTURE + "    at_most: [{part: a, whole: n}]\n"]
)
def test_a_table_that_holds_has_no_contradictions(tmp_path: Path, structure: str) -> None:
    report = tables(tmp_path, structure)
    assert report.ok
    assert not report.contradictions
    assert sum(report.documents[0].tally.compared.values()) > 0


@pytest.mark.parametrize(
    ("structure", "before", "after", "ids"),
    [
        (SUMS, "5,5,10", "5,6,10", ["table_1/sum/i_alt/b"]),
        (SUMS, "Nord,part,1", "Nord,part,2", ["table_1/sum/i_alt/a"]),
        (ADDS, "4,3,7", "4,4,7", ["table_1/parts/syd/n"]),
        (SHARES, "7,57", "7,58", ["table_1/share/syd/share"]),
        (SHARES, "Syd,part,4", "Syd,part,5", ["table_1/share/syd/share"]),
        (STRUCTURE + "    at_most: [{part: a, whole: n}]\n", "4,3,7", "8,3,7", ["table_1/at_most/syd/a"]),
    ],
)
def test_rule_finds_what_breaks_it(
    tmp_path: Path, structure: str, before: str, after: str, ids: list[str]
) -> None:
    assert before in TABLE
    report = tables(tmp_path, structure, TABLE.replace(before, after))
    assert found(report) == {f"doc/{id}": "certain" for id in ids}
    assert not report.ok


@pytest.mark.parametrize(("part", "ids"), [(4, []), (5, ["doc/table_1/at_most/a/x"])])
def test_a_part_of_a_whole_that_is_printed_as_a_percentage(tmp_path: Path, part: int, ids: list[str]) -> None:
    """40 percent of 10 cases are 4, and no reason can be given in more of them."""
    structure = """tables:
  - id: table_1
    file: table_1.csv
    key: [label]
    counts: [x, n]
    percents: [p]
    at_most: [{part: x, whole: p, of: n}]
"""
    assert list(found(tables(tmp_path, structure, f"label,x,n,p\nA,{part},10,40\n"))) == ids


def test_places_lines_and_values_of_a_contradiction(tmp_path: Path) -> None:
    report = tables(tmp_path, SHARES, TABLE.replace("7,57", "7,58"))
    (item,) = report.contradictions
    left, right = item.finding.left, item.finding.right
    assert (left.document, left.place, left.line, left.value) == (
        "doc",
        "doc/table_1.csv:3:share",
        "12",
        "58",
    )
    assert (right.place, right.line, right.value) == ("doc/table_1.csv:3:a", "12", "57,14 %")
    assert "4 af 7 er 57,14 %" in item.explanation


def test_sums_of_each_group_on_its_own(tmp_path: Path) -> None:
    table = "law,part,n\nAlt,,10\nA,,4\nA,x,1\nA,y,3\nB,,6\nB,x,6\n"
    structure = """tables:
  - id: table_1
    file: table_1.csv
    key: [law, part]
    counts: [n]
    sums:
      - {total: {law: {not: Alt}, part: ""}, parts: {part: {not: ""}}, by: law, columns: [n]}
      - {total: {law: Alt}, parts: {law: {not: Alt}, part: ""}, columns: [n]}
"""
    assert found(tables(tmp_path, structure, table)) == {}
    assert list(found(tables(tmp_path, structure, table.replace("A,y,3", "A,y,2")))) == [
        "doc/table_1/sum/a/n"
    ]
    wrong = tables(tmp_path, structure, table.replace("B,,6", "B,,7"))
    assert list(found(wrong)) == ["doc/table_1/sum/alt/n", "doc/table_1/sum/b/n"]


def test_rounded_parts_may_miss_a_rounded_total_by_half_a_unit_each(tmp_path: Path) -> None:
    structure = STRUCTURE.replace("[a, b, n]", "[n]") + "    numbers: [a, b]\n    sums:\n"
    structure += "      - {total: {kind: total}, parts: {kind: part}, columns: [a]}\n"
    table = "label,kind,a,b,n,share\nNord,part,1.4,,1,1\nSyd,part,2.4,,1,1\nI alt,total,{},,1,1\n"
    assert found(tables(tmp_path, structure, table.format("3.9"))) == {}  # 1.44 + 2.44 is 3.88
    assert list(found(tables(tmp_path, structure, table.format("4.0")))) == ["doc/table_1/sum/i_alt/a"]


def test_a_share_of_the_total_of_another_row(tmp_path: Path) -> None:
    rule = "    shares: [{percent: share, part: [n], base: n, base_row: {kind: total}}]\n"
    table = TABLE.replace("3,33", "3,30").replace("7,57", "7,70").replace("10,50", "10,100")
    assert found(tables(tmp_path, STRUCTURE + rule, table)) == {}
    wrong = tables(tmp_path, STRUCTURE + rule, table.replace("7,70", "7,71"))
    assert list(found(wrong)) == ["doc/table_1/share/syd/share"]


def test_a_share_of_counts_in_another_table(tmp_path: Path) -> None:
    structure = """tables:
  - {id: table_1, file: table_1.csv, key: [label], counts: [a, b, n]}
  - id: table_2
    file: table_2.csv
    key: [name]
    percents: [p]
    shares: [{percent: p, part: [a], base: n, from: {table: table_1, on: {name: label}, same: {Hele landet: I alt}}}]
"""
    other = "name,p\nSyd,57\nHele landet,{}\n"
    assert found(tables(tmp_path, structure, table_2__csv=other.format(50))) == {}
    wrong = tables(tmp_path, structure, table_2__csv=other.format(51))
    assert list(found(wrong)) == ["doc/table_2/share/hele_landet/p"]


def test_a_sum_of_rounded_parts_is_recognised(tmp_path: Path) -> None:
    """18 of 385 is 5 percent and 3 is 1; together they are 21, which is 5.45, and not 6."""
    table = "label,x,y,px,py,p,n\nA,18,3,5,1,6,385\n"
    structure = """tables:
  - id: table_1
    file: table_1.csv
    key: [label]
    counts: [x, y, n]
    percents: [px, py, p]
    shares: [{percent: p, part: [x, y], base: n, printed_parts: [px, py]}]
"""
    report = tables(tmp_path, structure, table)
    (item,) = report.contradictions
    assert "21 af 385 er 5,45 %" in item.explanation
    assert "summen af de afrundede dele" in item.explanation
    right = tables(tmp_path, structure, table.replace(",6,385", ",5,385"))
    assert found(right) == {}
    assert (right.documents[0].tally.apart, right.documents[0].tally.with_parts) == (1, 1)


def test_the_rule_of_rounding_is_told(tmp_path: Path) -> None:
    table = "label,a,n,share\nA,1,8,12\nB,3,8,38\nC,1,3,33\n"
    structure = """tables:
  - id: table_1
    file: table_1.csv
    title: Tabel 1
    key: [label]
    counts: [a, n]
    percents: [share]
    shares: [{percent: share, part: [a], base: n}]
"""
    report = tables(tmp_path, structure, table)
    fit = report.documents[0].fit
    assert fit.hits == {
        Rounding.HALF_UP: 2,
        Rounding.HALF_EVEN: 3,
        Rounding.HALF_DOWN: 2,
        Rounding.HALF_ODD: 1,
    }
    # A half that went the other way is a difference that rounding explains.
    assert found(report) == {"doc/table_1/share/a/share": "explainable"}
    text = "\n".join(as_lines(report))
    assert "halv op 2, halv til lige 3, halv ned 2, halv til ulige 1" in text
    assert "uafgjort: Tabel 1, A, share: 1 af 8 er 12,5, trykt 12" in text


@pytest.mark.parametrize(("last", "sound"), [(33, True), (34, True), (35, True), (32, False), (36, False)])
def test_parts_against_a_hundred(tmp_path: Path, last: int, sound: bool) -> None:
    """Three rounded parts give more than 98.5 and at most 101.5: with 33 and 33 the third is 33 to 35."""
    structure = STRUCTURE.replace("[a, b, n]", "[n]").replace("[share]", "[a, b, share]")
    structure += "    hundred: [{columns: [a, b, share]}, {column: n}]\n"
    structure = structure.replace("counts: [n]\n    percents: [a, b, share]", "percents: [a, b, n, share]")
    table = f"label,kind,a,b,n,share\nNord,part,33,33,50,{last}\nSyd,part,20,30,50,50\n"
    report = tables(tmp_path, structure.replace("[11, 12, 13]", "[11, 12]"), table)
    assert found(report) == ({} if sound else {"doc/table_1/hundred/nord/a+b+share": "certain"})


@pytest.mark.parametrize(
    ("last", "verdict"), [(50, None), (51, None), (49, "explainable"), (52, "certain"), (48, "certain")]
)
def test_two_parts_may_give_101_but_99_only_when_halves_go_down(
    tmp_path: Path, last: int, verdict: str | None
) -> None:
    """50.5 and 49.5 are printed 51 and 50; no two shares rounded half up give 50 and 49."""
    structure = "tables:\n  - {id: table_1, file: table_1.csv, key: [label], percents: [p],\n"
    structure += "     hundred: [{column: p, by: kind}]}\n"
    table = f"label,kind,p\nNord,x,50\nSyd,x,{last}\n"
    assert found(tables(tmp_path, structure, table)) == (
        {"doc/table_1/hundred/x/p": verdict} if verdict else {}
    )


LONG = """measure,year,value
cases,2019,{}
cases,2020,100
cases,All,{}
upheld,2019,{}
upheld,2020,40
upheld,All,{}
reversed,2019,50
reversed,2020,60
reversed,All,{}
"""
TURNED = """tables:
  - id: table_1
    file: table_1.csv
    title: Tabel 1
    key: [year]
    turn: {name: measure, by: year, value: value}
    counts: [cases]
    percents: [upheld, reversed]
    sums: [{total: {year: All}, parts: {year: {not: All}}, columns: [cases]}]
    feasible:
      - {base: cases, atoms: [u, r], parts: {upheld: [u], reversed: [r]}, total: {year: All}}
"""


@pytest.mark.parametrize(
    ("printed", "ids"),
    [
        ((100, 200, 50, 45, 55), []),
        ((100, 200, 51, 45, 55), ["feasible/2019/upheld+reversed"]),
        ((100, 200, 50, 46, 54), ["feasible_sum/all/reversed", "feasible_sum/all/upheld"]),
        ((100, 200, 50, 45, 54), ["feasible/all/upheld+reversed", "feasible_sum/all/reversed"]),
        ((100, 201, 50, 46, 54), ["sum/all/cases"]),  # nothing is said of a period whose cases do not add up
    ],
)
def test_feasible_percentages_of_a_turned_table(
    tmp_path: Path, printed: tuple[int, ...], ids: list[str]
) -> None:
    report = tables(tmp_path, TURNED, LONG.format(*printed))
    assert sorted(found(report)) == [f"doc/table_1/{id}" for id in ids]


def test_possible_counts_are_told(tmp_path: Path) -> None:
    report = tables(tmp_path, TURNED, LONG.format(100, 200, 51, 45, 55))
    (item,) = report.contradictions
    assert "51 % af 100 er 51 sager; 50 % af 100 er 50 sager" in item.explanation
    assert (item.finding.left.place, item.finding.right.place) == (
        "doc/table_1.csv:5:value",
        "doc/table_1.csv:8:value",
    )


def test_an_impossible_percentage(tmp_path: Path) -> None:
    report = tables(tmp_path, TURNED, "measure,year,value\ncases,2019,3\nupheld,2019,50\nreversed,2019,\n")
    (item,) = report.contradictions
    assert item.explanation == "Intet antal af 3 giver 50 %."


def test_an_impossible_percentage_that_a_half_could_explain(tmp_path: Path) -> None:
    """1 of 8 is 12.5, which somebody may have printed as 12."""
    report = tables(tmp_path, TURNED, "measure,year,value\ncases,2019,8\nupheld,2019,12\nreversed,2019,\n")
    assert found(report) == {"doc/table_1/feasible/2019/upheld": "explainable"}


def test_a_year_without_its_number_of_cases_says_nothing_of_the_period(tmp_path: Path) -> None:
    report = tables(
        tmp_path, TURNED, LONG.format("", 200, 50, 46, 54).replace("cases,2020,100", "cases,2020,120")
    )
    assert list(found(report)) == ["doc/table_1/sum/all/cases"]
    own = tables(tmp_path, TURNED, LONG.format("", 200, 50, 45, 54))
    assert list(found(own)) == ["doc/table_1/feasible/all/upheld+reversed", "doc/table_1/sum/all/cases"]


def test_two_rules_about_one_place_give_two_findings(tmp_path: Path) -> None:
    report = (
        tables(
            tmp_path,
            SHARES + "      - {percent: share, part: [b], base: n}\n".replace("      -", "    ,"),
            TABLE,
        )
        if False
        else None
    )
    twice = STRUCTURE + "    shares:\n" + "      - {percent: share, part: [a], base: n}\n" * 2
    report = tables(tmp_path, twice, TABLE.replace("7,57", "7,58"))
    assert [item.finding.id for item in report.contradictions] == [
        "doc/table_1/share/syd/share",
        "doc/table_1/share/syd/share/2",
    ]


WORDS = """measure,year,value
word,2019,A
word,2020,{}
word,All,A
cases,2019,10
cases,2020,7
cases,All,{}
"""
MOST = """tables:
  - id: table_1
    file: table_1.csv
    key: [year]
    turn: {name: measure, by: year, value: value}
    counts: [cases]
    most_used: [{label: word, count: cases, total: {year: All}}]
"""


@pytest.mark.parametrize(
    ("word", "cases", "verdict"),
    [
        ("A", 17, None),
        ("A", 16, "certain"),
        ("B", 12, None),  # 10 and 2 of the other year's at most 7
        ("B", 17, None),
        ("B", 18, "certain"),
        ("B", 9, "certain"),
        ("B", 10, "explainable"),  # only the year in which it is the most used
    ],
)
def test_most_used_word_of_the_whole_period(
    tmp_path: Path, word: str, cases: int, verdict: str | None
) -> None:
    report = tables(tmp_path, MOST, WORDS.format(word, cases))
    assert found(report) == ({"doc/table_1/most_used/all/cases": verdict} if verdict else {})


def test_a_wide_table_is_turned_with_names(tmp_path: Path) -> None:
    structure = """tables:
  - id: table_1
    file: table_1.csv
    key: [year]
    turn: {name: label, by: year, columns: {2023: v1, 2024: v2}, names: {Sager i alt: all}}
    counts: [all, won, lost]
    adds: [{total: all, parts: [won, lost]}]
"""
    table = "label,v1,v2\nSager i alt,18,20\nwon,14,13\nlost,4,{}\n"
    assert found(tables(tmp_path, structure, table.format(7))) == {}
    assert list(found(tables(tmp_path, structure, table.format(6)))) == ["doc/table_1/parts/2024/all"]


AGREE = """agree:
  - id: both
    left: {table: table_1, columns: [n]}
    right: {table: table_2, columns: [m]}
    on: {label: name}
    same: {I alt: Hele landet}
"""
SECOND = (
    "  - {id: table_2, file: table_2.csv, title: Tabel 2, data_date: 2025-12-11, key: [name], counts: [m]}\n"
)
OTHER = "name,m\nSyd,7\nNord,3\nHele landet,{}\n"


def agreeing(at: Path, total: int, second: str = SECOND) -> Report:
    return tables(at, STRUCTURE + second + AGREE, table_2__csv=OTHER.format(total))


@pytest.mark.parametrize(
    ("total", "verdict"), [(10, None), (12, "explainable"), (15, "explainable"), (16, "certain")]
)
def test_tables_that_should_agree(tmp_path: Path, total: int, verdict: str | None) -> None:
    """Drawn on different days they may differ by later registration: here by five cases."""
    wanted = {"doc/table_1/agree/both/i_alt/n": verdict} if verdict else {}
    assert found(agreeing(tmp_path, total)) == wanted


def test_tables_of_one_day_have_no_such_excuse(tmp_path: Path) -> None:
    same_day = SECOND.replace(" data_date: 2025-12-11,", "")
    assert found(agreeing(tmp_path, 11, same_day)) == {"doc/table_1/agree/both/i_alt/n": "certain"}


def test_known_contradictions_are_expected_and_must_be_there(tmp_path: Path) -> None:
    known = """known:
  - {id: doc/table_1/sum/i_alt/b, verdict: explainable, explanation: Fordi.}
"""
    wrong = TABLE.replace("5,5,10", "5,6,10")
    report = tables(tmp_path, SUMS + known, wrong)
    (item,) = report.contradictions
    assert (report.ok, item.expected, item.verdict.value, item.explanation) == (
        True,
        True,
        "explainable",
        "Fordi.",
    )
    gone = tables(tmp_path, SUMS + known)
    assert (gone.ok, gone.contradictions, gone.gone) == (False, (), ("doc/table_1/sum/i_alt/b",))


def test_dismissed_findings_are_no_contradictions_and_must_be_there(tmp_path: Path) -> None:
    dismissed = "dismissed:\n  - {id: doc/table_1/sum/i_alt/b, reason: Ikke en sum.}\n"
    report = tables(tmp_path, SUMS + dismissed, TABLE.replace("5,5,10", "5,6,10"))
    assert (report.ok, report.contradictions, report.dismissed) == (True, (), 1)
    assert tables(tmp_path, SUMS + dismissed).gone == ("doc/table_1/sum/i_alt/b",)


def test_rows_without_names_get_them_by_position(tmp_path: Path) -> None:
    structure = """tables:
  - id: table_1
    file: table_1.csv
    key: [id]
    ids: [first, second, third]
    counts: [a, n]
    at_most: [{part: a, whole: n}]
"""
    report = tables(tmp_path, structure, TABLE.replace("4,3,7", "8,3,7"))
    assert list(found(report)) == ["doc/table_1/at_most/second/a"]


def test_a_folder_without_check_yaml_says_little_and_is_well(tmp_path: Path) -> None:
    report = checked(tmp_path, {"table_1.csv": TABLE})
    assert report.ok
    assert report.documents[0].dossier.id == "doc"
