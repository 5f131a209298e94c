"""What a document says in words, judged: each judgement, each loosening word, each way of tying a claim."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from sagsbarometer.checking.check import Report, check_folder
from sagsbarometer.checking.check_report import as_json, as_lines
from sagsbarometer.checking.loosening import Judgement, judge, read_loosening
from sagsbarometer.checking.numbers import PERCENT, PLAIN, known
from sagsbarometer.datafiles.located import read_yaml
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.reporting.binding.quantities import QUANTITIES
from tests.checks_in_tests import CLAIMS, PUBLISHED, claims, codes, folder, found, shipped

EQUAL, ROUNDED = Judgement.EQUAL, Judgement.EQUAL_ROUNDED
LOOSENED, CONTRADICTS, NOT = Judgement.LOOSENED, Judgement.CONTRADICTS, Judgement.NOT_COMPUTABLE
CELL = "{cell: table_1, row: {label: Syd}, column: n}"  # 7
SHARE = "{cell: table_1, row: {label: Syd}, column: share}"  # 57
EXACT_SHARE = f"{{percent: [{{cell: table_1, row: {{label: Syd}}, column: a}}, {CELL}]}}"


def said(at: Path, value: str, unit: str, qualifier: str, expression: str, more: str = "") -> Report:
    row = f"c1,21,a quantity,{value},{unit},,2024,Tabel 1,{qualifier}\n"
    return claims(at, row, f"  - {{id: c1, value: {expression}{more}}}\n")


def judgement(report: Report) -> Judgement:
    return report.documents[0].claims[0].judgement


@pytest.mark.parametrize(
    ("value", "unit", "qualifier", "expression", "wanted"),
    [
        ("7", "cases", "", CELL, EQUAL),
        ("8", "cases", "", CELL, CONTRADICTS),
        ("57", "percent", "exact", SHARE, EQUAL),
        ("57", "percent", "", EXACT_SHARE, ROUNDED),
        ("57.1", "percent", "", EXACT_SHARE, ROUNDED),
        ("58", "percent", "", EXACT_SHARE, CONTRADICTS),
        ("57.2", "percent", "", EXACT_SHARE, CONTRADICTS),
        ("8", "cases", "knap", CELL, CONTRADICTS),  # 7 is an eighth under
        ("7", "cases", "knap", CELL, LOOSENED),
        ("60", "percent", "knap", SHARE, LOOSENED),
        ("56", "percent", "knap", SHARE, CONTRADICTS),
        ("63", "percent", "knap", SHARE, CONTRADICTS),
        ("65", "percent", "nearly", SHARE, LOOSENED),
        ("66", "percent", "nearly", SHARE, CONTRADICTS),
        ("56", "percent", "godt", SHARE, LOOSENED),
        ("58", "percent", "godt", SHARE, CONTRADICTS),
        ("53", "percent", "ca.", SHARE, LOOSENED),
        ("51", "percent", "ca.", SHARE, CONTRADICTS),
        ("6", "cases", "over", CELL, LOOSENED),
        ("7", "cases", "over", CELL, CONTRADICTS),
        ("8", "cases", "less_than", CELL, LOOSENED),
        ("7", "cases", "less_than", CELL, CONTRADICTS),
        ("7", "cases", "op til", CELL, LOOSENED),
        ("6", "cases", "op til", CELL, CONTRADICTS),
        ("7", "cases", "at_least", CELL, LOOSENED),
        ("8", "cases", "at_least", CELL, CONTRADICTS),
        ("8", "cases", "not", CELL, LOOSENED),
        ("7", "cases", "not", CELL, CONTRADICTS),
        ("0.5", "share", "over", SHARE, LOOSENED),
        ("0.6667", "share", "over", SHARE, CONTRADICTS),
        ("0.3333", "share", "", "{percent: [{number: 1}, {number: 3}]}", EQUAL),
        ("0.3333", "share", "", "{ratio: [{number: 2}, {number: 6}]}", EQUAL),
        ("4", "percentage points", "", "{difference: [{number: 61, unit: percent}, " + SHARE + "]}", EQUAL),
        ("2024-01-01", "date", "", '{text: "2024-01-01"}', EQUAL),
        ("2024-01-01", "date", "", "{date_of: doc}", CONTRADICTS),
        ("2025-04-11", "date", "", "{date_of: doc}", EQUAL),
        ("2019/2024", "period", "", '{text: "2019/2024"}', EQUAL),
    ],
)
def test_a_claim_is_judged(
    tmp_path: Path, value: str, unit: str, qualifier: str, expression: str, wanted: Judgement
) -> None:
    report = said(tmp_path, value, unit, qualifier, expression)
    assert judgement(report) is wanted
    assert list(found(report)) == (["doc/c1"] if wanted is CONTRADICTS else [])


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("{sum: [" + CELL + ", {number: 3}]}", "10"),
        ("{difference: [" + CELL + ", {number: 3}]}", "4"),
        ("{product: [" + CELL + ", {number: 3}]}", "21"),
        ("{min: [" + CELL + ", {number: 3}]}", "3"),
        ("{max: [" + CELL + ", {number: 3}]}", "7"),
        ("{rounded: {number: '5/2'}}", "3"),
        ("{rounded: {number: 2.44}, decimals: 1}", "2.4"),
        ("{sum_of: table_1, rows: {kind: part}, column: n}", "10"),
        ("{min_of: table_1, column: n}", "3"),
        ("{max_of: table_1, rows: {kind: {not: total}}, column: n}", "7"),
        ("{count_of: table_1}", "3"),
        ("{count_of: table_1, rows: {label: [Nord, Syd]}}", "2"),
        ("{count_of: table_1, where: {column: n, at_least: 7}}", "2"),
        ("{count_of: table_1, where: [{column: n, more_than: 7}]}", "1"),
        ("{count_of: table_1, where: [{column: n, at_most: 7}, {column: a, less_than: 4}]}", "1"),
        ("{count_of: table_1, where: [{column: a, more_than: {column: b}}]}", "1"),
        ("{count_of: table_1, where: [{column: a, equals: {column: b}}]}", "1"),
        ("{count_of: table_1, where: [{column: kind, differs: part}]}", "1"),
        ("{count_of: table_1, where: [{column: kind, equals: part}]}", "2"),
    ],
)
def test_small_arithmetic(tmp_path: Path, expression: str, value: str | None) -> None:
    report = said(tmp_path, value or "12", "cases", "", expression)
    assert judgement(report) is EQUAL
    if value:
        assert judgement(said(tmp_path, str(Decimal(value) + 1), "cases", "", expression)) is CONTRADICTS


def test_the_places_of_a_contradiction_are_those_of_all_its_parts(tmp_path: Path) -> None:
    report = said(tmp_path, "9", "cases", "", "{sum_of: table_1, rows: {kind: part}, column: n}")
    (item,) = report.contradictions
    assert (item.finding.left.place, item.finding.left.line, item.finding.left.value) == (
        "doc/claims.csv:2:value",
        "21",
        "9",
    )
    assert item.finding.right.place == "doc/table_1.csv:2:n; doc/table_1.csv:3:n"
    assert (item.finding.right.line, item.finding.right.value) == ("11; 12", "10")


@pytest.mark.parametrize(
    ("word", "left", "right", "wanted"),
    [
        ("en smule under", 19729, 21319, LOOSENED),
        ("en smule under", 18000, 21319, CONTRADICTS),
        ("en smule over", 100, 98, LOOSENED),
        ("omtrent", 40, 41, LOOSENED),
        ("noget lavere", 40, 41, LOOSENED),
        ("noget lavere", 41, 41, CONTRADICTS),
        ("exact", 41, 41, EQUAL),
    ],
)
def test_a_comparison_without_a_number(
    tmp_path: Path, word: str, left: int, right: int, wanted: Judgement
) -> None:
    mapping = f", against: {{number: {right}}}, word: {word}"
    report = said(tmp_path, "", "qualitative", "qualitative", f"{{number: {left}}}", mapping)
    assert judgement(report) is wanted
    if wanted is CONTRADICTS:  # what is said is what it was held against
        assert report.contradictions[0].finding.left.value == f"{right:,}".replace(",", ".")


@pytest.mark.parametrize(
    ("word", "share", "wanted"),
    [
        ("de fleste", 51, LOOSENED),
        ("de fleste", 50, CONTRADICTS),
        ("langt de fleste", 70, LOOSENED),
        ("langt de fleste", 69, CONTRADICTS),
        ("næsten alle", 90, LOOSENED),
        ("næsten alle", 89, CONTRADICTS),
        ("alle", 100, LOOSENED),
        ("alle", 99, CONTRADICTS),
    ],
)
def test_a_word_for_a_share(tmp_path: Path, word: str, share: int, wanted: Judgement) -> None:
    report = said(tmp_path, "", "qualitative", word, f"{{percent: [{{number: {share}}}, {{number: 100}}]}}")
    assert judgement(report) is wanted


def test_alle_is_not_90_of_91(tmp_path: Path) -> None:
    """The barometer says that all wrong assessments are material; 90 of 91 are."""
    report = said(tmp_path, "100", "percent", "alle", "{percent: [{number: 90}, {number: 91}]}")
    assert judgement(report) is CONTRADICTS


def test_what_rounding_could_explain_is_said_so(tmp_path: Path) -> None:
    """A printed 57 can be 57.1; that 27.3 and 27 differ is not certain."""
    report = said(tmp_path, "57.1", "percent", "", SHARE)
    assert found(report) == {"doc/c1": "explainable"}
    assert "Afrunding alene kan forklare" in report.contradictions[0].explanation
    assert found(said(tmp_path, "57.6", "percent", "", SHARE)) == {"doc/c1": "certain"}
    assert found(said(tmp_path, "57", "percent", "over", SHARE)) == {"doc/c1": "explainable"}
    assert found(said(tmp_path, "58", "percent", "over", SHARE)) == {"doc/c1": "certain"}


def test_the_worst_of_several_places_counts(tmp_path: Path) -> None:
    also = ", also: [{sum: [{number: 3}, {number: 4}]}, {number: 8}]"
    assert judgement(said(tmp_path, "7", "cases", "", CELL, also)) is CONTRADICTS
    assert judgement(said(tmp_path, "7", "cases", "", CELL, ", also: [{result: merits, as: count}]")) is EQUAL


def test_a_known_contradiction_is_expected_and_must_be_there(tmp_path: Path) -> None:
    more = ", verdict: explainable, explanation: Fordi."
    report = said(tmp_path, "8", "cases", "", CELL, more)
    assert (report.ok, found(report), report.contradictions[0].explanation) == (
        True,
        {"doc/c1": "explainable"},
        "Fordi.",
    )
    gone = said(tmp_path, "7", "cases", "", CELL, more)
    assert (gone.ok, gone.gone) == (False, ("doc/c1",))


def test_a_known_one_that_cannot_be_computed_now_is_not_missed(tmp_path: Path) -> None:
    more = ", verdict: certain, explanation: Fordi."
    report = said(tmp_path, "8", "cases", "", "{result: merits, as: count}", more)
    assert (not (report.unexpected or report.gone), judgement(report)) == (True, NOT)


def cell(result: str, numerator: int, denominator: int, data_date: str = "") -> Cell:
    blank = dict.fromkeys(("low", "high", "bound_low", "bound_high"))
    share = Decimal(100 * numerator) / denominator if denominator else None
    return Cell(
        result=result,
        row="",
        column="",
        period="2024",
        numerator=numerator,
        **{"denominator": denominator, "unknown": 0, "value": share, "unit": "percent", **blank},
        interval_method="",
        generalisable="yes",
        why_not="",
        presentation="",
        definition="d",
        data_date=data_date,
        origin="reconstructed",
    )


@pytest.mark.parametrize(
    ("value", "unit", "as_", "wanted"),
    [
        ("31", "percent", "percent", ROUNDED),
        ("5407", "cases", "count", EQUAL),
        ("17305", "cases", "base", EQUAL),
        ("31.2", "percent", "value", ROUNDED),
        ("30", "percent", "percent", CONTRADICTS),
    ],
)
def test_a_computed_cell(tmp_path: Path, value: str, unit: str, as_: str, wanted: Judgement) -> None:
    row = f"c1,21,q,{value},{unit},,2024,,\n"
    mapping = f'  - {{id: c1, value: {{result: "reversal_rate|||2024", as: {as_}}}}}\n'
    results = ResultSet((cell("reversal_rate", 5407, 17305),))
    report = claims(tmp_path, row, mapping, results)
    assert judgement(report) is wanted
    if wanted is CONTRADICTS:
        assert report.contradictions[0].finding.right.place == "reversal_rate|||2024"
    without = claims(tmp_path, row, mapping)
    assert (judgement(without), not (without.unexpected or without.gone)) == (NOT, True)


def test_a_computed_cell_of_a_day(tmp_path: Path) -> None:
    row = "c1,21,q,50,percent,,2024,,\n"
    runs = [ResultSet((cell("r", 5, 10, "2025-04-11"),)), ResultSet((cell("r", 6, 10, "2025-12-11"),))]
    mapping = '  - {id: c1, value: {result: "r|||2024", data_date: 2025-04-11}}\n'
    assert judgement(claims(tmp_path, row, mapping, *runs)) is EQUAL
    later = claims(tmp_path, row.replace("50", "60"), mapping.replace("2025-04-11", "2025-12-11"), *runs)
    assert judgement(later) is EQUAL
    absent = claims(tmp_path, row, mapping.replace("r|||2024", "x"), *runs)
    assert (judgement(absent), absent.documents[0].claims[0].remark) == (
        NOT,
        "Resultatet »x« findes ikke i de angivne resultater.",
    )


def test_a_computed_cell_that_two_runs_give_differently(tmp_path: Path) -> None:
    row, mapping = "c1,21,q,50,percent,,2024,,\n", '  - {id: c1, value: {result: "r|||2024"}}\n'
    runs = [ResultSet((cell("r", 5, 10, day),)) for day in ("2025-04-11", "2025-12-11")]
    assert judgement(claims(tmp_path, row, mapping, *runs)) is EQUAL
    other = ResultSet((cell("r", 6, 10, "2025-12-11"),))
    # The document was drawn on 11 April 2025, and that run is meant.
    assert judgement(claims(tmp_path, row, mapping, other, runs[0])) is EQUAL
    third = ResultSet((cell("r", 7, 10, "2026-01-01"),))
    assert codes(lambda: claims(tmp_path, row, mapping, other, third)) == ["CHECK-115"]


def test_what_cannot_be_computed_says_why(tmp_path: Path) -> None:
    rows = "c1,21,q,7,cases,,2024,,\nc2,22,q,8,cases,,2024,,omkring\n"
    mapping = (
        "  - {id: c1, not_computable: Figuren er et billede.}\n  - {id: c2, not_computable: Ingen kilde.}\n"
    )
    report = claims(tmp_path, rows, mapping)
    assert [item.remark for item in report.documents[0].claims] == ["Figuren er et billede.", "Ingen kilde."]
    text = "\n".join(as_lines(report, claims=True))
    assert "2 kan ikke beregnes" in text
    assert "c1 7: kan ikke beregnes (Figuren er et billede.)" in text


def test_quotes_are_shown_when_the_folder_has_them(tmp_path: Path) -> None:
    files = {
        "check.yaml": "document: doc\ntitle: T\npublisher: P\n",
        "claims.csv": "id,line_number,quote,quantity,value,unit,denominator_or_n,period,related_table,qualifier\n"
        'c1,5,"i alt syv\x1b[31m",q,7,cases,,2024,,\n',
        "claims.yaml": "document: doc\nclaims:\n  - {id: c1, value: {number: 7}}\n",
    }
    report = check_folder(folder(tmp_path, files), shipped(tmp_path))
    text = "\n".join(as_lines(report, claims=True))
    assert "c1 »i alt syv [31m« 7: ens, 7" in text
    assert "\x1b" not in text


# --- claims held against each other ---


def test_the_same_quantity_with_two_values(tmp_path: Path) -> None:
    rows = "c1,57,processing time,26.3,weeks,,2024,,\nc2,1221,processing time,21.4,weeks,,2024,,\n"
    mapping = "  - {id: c1, not_computable: x}\n  - {id: c2, not_computable: x}\n"
    report = claims(tmp_path, rows, mapping)
    assert found(report) == {"doc/same_quantity/c1-c2": "certain"}
    (item,) = report.contradictions
    assert [(spot.line, spot.value) for spot in (item.finding.left, item.finding.right)] == [
        ("57", "26.3"),
        ("1221", "21.4"),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1221,processing time", "1221,age of pending cases"),
        ("21.4,weeks,,2024", "21.4,weeks,,2023"),
        ("21.4,weeks,,2024", "21.4,weeks,42,2024"),
        ("21.4,weeks,,2024,,", "21.4,weeks,,2024,,omkring"),
        ("21.4", "26.3"),
    ],
)
def test_another_quantity_period_base_or_a_loose_word_is_not_the_same(
    tmp_path: Path, before: str, after: str
) -> None:
    rows = "c1,57,processing time,26.3,weeks,,2024,,\nc2,1221,processing time,21.4,weeks,,2024,,\n"
    assert before in rows
    mapping = "  - {id: c1, not_computable: x}\n  - {id: c2, not_computable: x}\n"
    assert found(claims(tmp_path, rows.replace(before, after), mapping)) == {}


def test_a_claim_that_contradicts_already_is_not_told_of_twice(tmp_path: Path) -> None:
    rows = "c1,57,processing time,7,cases,,2024,,\nc2,1221,processing time,8,cases,,2024,,\n"
    mapping = f"  - {{id: c1, value: {CELL}}}\n  - {{id: c2, value: {CELL}}}\n"
    assert found(claims(tmp_path, rows, mapping)) == {"doc/c2": "certain"}


@pytest.mark.parametrize(
    ("value", "base", "ids"),
    [("50", "3", ["doc/base/c1"]), ("33", "3", []), ("50", "", []), ("98", "50", [])],
)
def test_a_percentage_that_no_count_of_its_base_gives(
    tmp_path: Path, value: str, base: str, ids: list[str]
) -> None:
    row = f"c1,21,q,{value},percent,{base},2024,,\n"
    assert list(found(claims(tmp_path, row, "  - {id: c1, not_computable: x}\n"))) == ids


def test_claims_without_a_mapping_are_only_held_against_each_other(tmp_path: Path) -> None:
    files = {"claims.csv": CLAIMS + "c1,1,q,7,cases,,2024,,\nc2,2,q,8,cases,,2024,,\n"}
    report = check_folder(folder(tmp_path, files), shipped(tmp_path))
    assert list(found(report)) == ["doc/same_quantity/c1-c2"]
    assert "2 udsagn, men ingen claims.yaml" in "\n".join(as_lines(report))
    assert as_json(report)["ok"] is False


# --- the words that are shipped ---


def test_every_shipped_word_has_one_rule_with_a_reason() -> None:
    loosening = read_loosening(read_yaml(PUBLISHED / "loosening.yaml"))
    assert all(item.reason and item.words for item in loosening.words.values())
    assert {"knap", "godt", "ca.", "over", "op til", "nearly", "more_than", "about", "exact"} <= set(
        loosening.words
    )


def test_words_and_the_reports_warnings_allow_the_same() -> None:
    """»knap halvdelen« in a report of ours warns by the limits that a claim is judged by."""
    loosening = read_loosening(read_yaml(PUBLISHED / "loosening.yaml"))
    for word in ("knap", "næsten", "godt", "cirka"):
        quantity = next(item for item in QUANTITIES if item.pattern.search(f"{word} halvdelen"))
        half = known(50, PERCENT)
        assert judge(loosening.words[word], half, known(quantity.low, PERCENT))[0] is LOOSENED
        assert judge(loosening.words[word], half, known(quantity.high, PERCENT))[0] is LOOSENED
        assert judge(loosening.words[word], half, known(quantity.low - 1, PERCENT))[0] is CONTRADICTS
        assert judge(loosening.words[word], half, known(quantity.high + 1, PERCENT))[0] is CONTRADICTS


def test_knap_9_uger_and_knap_20000() -> None:
    """From the annual report: 26.3 - 17.5 = 8.8 weeks, and 19,729 cases."""
    loosening = read_loosening(read_yaml(PUBLISHED / "loosening.yaml"))
    knap = loosening.words["knap"]
    assert judge(knap, known(9, PLAIN), known(26, PLAIN))[0] is CONTRADICTS
    assert judge(knap, known(20_000, PLAIN), known(19_729, PLAIN))[0] is LOOSENED
    assert judge(knap, known(20_000, PLAIN), known(20_001, PLAIN))[0] is CONTRADICTS
    assert judge(knap, known(20_000, PLAIN), known(17_999, PLAIN))[0] is CONTRADICTS
