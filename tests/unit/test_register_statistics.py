"""The numbers of a register: small ones counted by hand, and what holds of all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.appeals.groupings import Member
from sagsbarometer.appeals.layouts.expand import expand
from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.needs import COUNT, needs
from sagsbarometer.appeals.statistics import register_cells
from sagsbarometer.kernel.periods import Grain, coarsest, parse_period
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.results import Circumstances
from tests.registers_in_tests import CATALOGUE, as_of, case, cube, layout_of, results

SERVICE, CHILD, ACTIVE = "serviceloven", "barnets_lov", "lov_om_aktiv_socialpolitik"
PEDAGOGY, EARNINGS_OLD, EARNINGS_NEW = (
    "voksne_socialpaedagogisk_bistand_85",
    "tabt_arbejdsfortjeneste_42_43_tilbagebetaling",
    "social_tabt_arbejdsfortjeneste_87_88",
)
HEAD = 'layout: small\ntitle: {da: Prøve}\nsource: "Prøve"\n'
TABLE = HEAD + "tables:\n  - id: one\n    title: {da: T}\n    stub: {da: S}\n"
FLOW = (
    TABLE
    + """    periods: ["2023", "2024", "2023/2024"]
    columns:
      - each: period
        columns:
          - {measure: decided}
          - {measure: decided_part}
          - {measure: merits}
          - {measure: reversal_rate}
    rows:
      - each: law_area
      - total: {da: I alt}
"""
)


def decided(year: int, outcome: str | None, area: str | None = SERVICE, **more: Any) -> dict[str, Any]:
    return case(decided_on=date(year, 6, 1), outcome=outcome, law_area=area, **more)


# Four cases of serviceloven in 2023 (two reversed, one upheld, one lapsed), one of aktivloven in 2023; in 2024 one each
# of serviceloven (upheld) and barnets lov (remitted), and one still pending.
BY_HAND = [
    decided(2023, "remitted"),
    decided(2023, "amended"),
    decided(2023, "upheld"),
    decided(2023, "lapsed"),
    decided(2023, "annulled", ACTIVE),
    decided(2024, "upheld"),
    decided(2024, "remitted", CHILD),
    case(received_on=date(2024, 1, 5), law_area=SERVICE),
]


def counts(cell: Cell) -> tuple[int, int, int]:
    return cell.numerator, cell.denominator, cell.unknown


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("decided|||2023", (5, 5, 0)),
        ("decided|||2024", (2, 2, 0)),
        ("decided|||2023/2024", (7, 7, 0)),
        (f"decided|law_area={SERVICE}||2023", (4, 4, 0)),
        (f"decided|law_area={ACTIVE}||2024", (0, 0, 0)),
        (f"decided_part|law_area={SERVICE}||2023", (4, 5, 0)),
        (f"decided_part|law_area={SERVICE}||2023/2024", (5, 7, 0)),
        (f"merits|law_area={SERVICE}||2023", (3, 4, 0)),
        (f"reversal_rate|law_area={SERVICE}||2023", (2, 3, 0)),
        (f"reversal_rate|law_area={SERVICE}||2023/2024", (2, 4, 0)),
        ("reversal_rate|||2023", (3, 4, 0)),
        ("reversal_rate|||2024", (1, 2, 0)),
    ],
)
def test_small_register_counted_by_hand(tmp_path: Path, ref: str, expected: tuple[int, int, int]) -> None:
    assert counts(results(layout_of(tmp_path, FLOW), BY_HAND).at(ref)) == expected


def test_a_complete_count_has_no_interval_and_speaks_for_no_other_case(tmp_path: Path) -> None:
    cell = results(layout_of(tmp_path, FLOW), BY_HAND).at("reversal_rate|||2023")
    assert (cell.low, cell.high, cell.interval_method) == (None, None, "complete_count")
    assert (cell.generalisable, cell.presentation) == ("no", "")
    assert cell.why_not.startswith("Alle afgjorte klagesager i perioden er talt med")
    assert (cell.value, cell.bound_low, cell.bound_high) == (Decimal("75.000000"),) * 3


def test_a_group_that_nobody_registered_may_be_any(tmp_path: Path) -> None:
    rows = [*BY_HAND, decided(2023, "remitted", None)]
    found = results(layout_of(tmp_path, FLOW), rows)
    assert counts(found.at("decided|||2023")) == (6, 6, 0)  # in the total it is known
    assert counts(found.at(f"decided|law_area={SERVICE}||2023")) == (4, 4, 1)
    assert counts(found.at(f"decided_part|law_area={SERVICE}||2023")) == (4, 5, 1)
    assert counts(found.at(f"reversal_rate|law_area={SERVICE}||2023")) == (2, 3, 0)  # only who is in it
    cell = found.at(f"decided|law_area={SERVICE}||2023")
    assert (cell.value, cell.bound_low, cell.bound_high) == (4, 4, 5)


def test_a_case_without_a_subject_can_only_be_of_its_law_area(tmp_path: Path) -> None:
    rows = [
        decided(2023, "upheld", SERVICE, case_subject=EARNINGS_OLD, keywords="reasons"),
        decided(2023, "upheld", SERVICE, case_subject=None, keywords="reasons"),
        decided(2023, "upheld", ACTIVE, case_subject=None, keywords="reasons"),  # lost earnings is not there
        decided(2023, "upheld", None, case_subject=None, keywords="reasons"),
        decided(2024, "upheld", SERVICE, case_subject=None, keywords="reasons"),  # nor here any longer
    ]
    found = results(layout_of(tmp_path, WORDS), rows)
    assert counts(found.at("keyword_cases|keyword=reasons;series=lost_earnings||2023")) == (1, 1, 2)
    assert counts(found.at("keyword_cases|keyword=reasons;series=lost_earnings||2024")) == (0, 0, 0)


def test_an_outcome_nobody_registered_is_unknown_where_the_case_is_decided(tmp_path: Path) -> None:
    found = results(layout_of(tmp_path, FLOW), [decided(2023, None), decided(2023, "upheld")])
    assert counts(found.at("merits|||2023")) == (1, 1, 1)
    assert counts(found.at("reversal_rate|||2023")) == (0, 1, 1)


# --- keywords ---

WORDS = (
    TABLE
    + """    where: {series: lost_earnings}
    periods: ["2022", "2023", "2024", "2022/2024"]
    columns: [{each: period}]
    rows:
      - {measure: keyword_cases, top: keyword, format: label, label: {da: Ord}}
      - {measure: keyword_cases, top: keyword, label: {da: Sager}}
      - {each: keyword, measure: keyword_cases}
"""
)


def earnings(year: int, words: str | None, outcome: str = "remitted") -> dict[str, Any]:
    subject = EARNINGS_OLD if year < 2024 else EARNINGS_NEW
    return decided(year, outcome, case_subject=subject, keywords=words)


WITH_WORDS = [
    earnings(2022, "duty_to_investigate|reasons"),
    earnings(2022, "duty_to_investigate"),
    earnings(2023, "reasons|time_limits"),
    earnings(2023, "reasons"),
    earnings(2023, "duty_to_investigate", outcome="upheld"),
    earnings(2024, "duty_to_investigate|reasons"),
    earnings(2024, ""),
    earnings(2024, None),
    earnings(2024, "duty_to_investigate", outcome="lapsed"),  # not on the merits
]
KEY = "keyword_cases|keyword={};series=lost_earnings||{}"


@pytest.mark.parametrize(
    ("word", "period", "expected"),
    [
        ("duty_to_investigate", "2022", (2, 0)),
        ("reasons", "2022", (1, 0)),
        ("reasons", "2023", (2, 0)),
        ("duty_to_investigate", "2023", (1, 0)),  # not the most used one that year, and still counted in all
        ("duty_to_investigate", "2024", (1, 1)),
        ("reasons", "2024", (1, 1)),
        ("time_limits", "2024", (0, 1)),
        # All cases with the word in all years: 2 + 1 + 1, not only of 2022 where it is the most used.
        ("duty_to_investigate", "2022/2024", (4, 1)),
        ("reasons", "2022/2024", (4, 1)),
    ],
)
def test_a_case_counts_under_each_of_its_keywords(
    tmp_path: Path, word: str, period: str, expected: tuple[int, int]
) -> None:
    cell = results(layout_of(tmp_path, WORDS), WITH_WORDS).at(KEY.format(word, period))
    assert (cell.numerator, cell.unknown) == expected
    bounds = (cell.bound_low, cell.bound_high)
    assert bounds == ((expected[0], sum(expected)) if expected[1] else (None, None))


def test_top_points_to_every_word_the_law_has(tmp_path: Path) -> None:
    layout = layout_of(tmp_path, WORDS)
    grid = expand(layout, {}).grids[0]
    place = grid.rows[0].places[3]
    assert place is not None
    assert place.top
    assert set(place.refs) == {KEY.format(word, "2022/2024") for word in CATALOGUE.criticism_keywords}
    assert grid.labels["keyword=reasons"] == CATALOGUE.criticism_keywords["reasons"].label
    # As many cases have each of two words over the whole period: both are the most used.
    found = results(layout, WITH_WORDS)
    assert {ref for ref in place.refs if found.at(ref).numerator == 4} == {
        KEY.format("duty_to_investigate", "2022/2024"),
        KEY.format("reasons", "2022/2024"),
    }


def test_a_series_goes_on_across_the_change_of_law(tmp_path: Path) -> None:
    text = TABLE + (
        '    periods: ["2023", "2024"]\n    columns: [{each: period, measure: merits}]\n'
        "    rows: [{each: series, values: [lost_earnings]}]\n"
    )
    rows = [
        decided(2023, "upheld", case_subject=EARNINGS_OLD),
        decided(2024, "upheld", CHILD, case_subject=EARNINGS_NEW),
        decided(2024, "upheld", case_subject=EARNINGS_OLD),  # no longer part of it
    ]
    found = results(layout_of(tmp_path, text), rows)
    assert counts(found.at("merits|series=lost_earnings||2023")) == (1, 1, 0)
    assert counts(found.at("merits|series=lost_earnings||2024")) == (1, 1, 0)


LADDER = (
    TABLE
    + """    where: {series: lost_earnings}
    periods: ["2024"]
    columns: [{measure: failing_condition}]
    rows: [{each: condition, values: [barnets_lov/87/hours, barnets_lov/87/rate]}]
"""
)


def test_a_part_per_grouping_is_of_the_cases_of_its_other_groups(tmp_path: Path) -> None:
    def failing(condition: str | None, **more: Any) -> dict[str, Any]:
        return {**earnings(2024, ""), "condition": condition, **more}

    rows = [
        failing("barnets_lov/87/hours"),
        failing("barnets_lov/87/rate"),
        failing("barnets_lov/87/change"),
        failing(None),
        failing("barnets_lov/87/hours", outcome="upheld"),  # not reversed
        failing("barnets_lov/87/hours", case_subject=PEDAGOGY),  # of another series
        failing("barnets_lov/87/hours", case_subject=None, law_area=CHILD),  # of nobody knows which
    ]
    layout = layout_of(tmp_path, LADDER)
    key = "failing_condition|condition=barnets_lov/87/{};series=lost_earnings||2024"
    found = results(layout, rows)
    assert counts(found.at(key.format("hours"))) == (1, 3, 1)
    # One of three, and perhaps that of nobody knows which condition, and that of nobody knows which series.
    assert (found.at(key.format("hours")).bound_low, found.at(key.format("hours")).bound_high) == (25, 60)
    assert (found.at(key.format("rate")).bound_low, found.at(key.format("rate")).bound_high) == (20, 50)
    # Where nobody registered the condition there is no share, only how many cases there are.
    silent = results(layout, [failing(None), failing(None)])
    assert counts(silent.at(key.format("rate"))) == (0, 0, 2)
    assert silent.at(key.format("rate")).value is None


# --- what is not there is not unknown ---

COURT = TABLE + (
    '    periods: ["2023", "2024"]\n    columns: [{each: period}]\n    rows:\n'
    + "".join(
        f"      - {{measure: {id}}}\n" for id in ("court_cases", "court_won", "court_win_rate", "received")
    )
    + "      - {measure: received, each: outcome, values: [upheld]}\n"
)


def test_a_case_counts_in_court_once_in_the_year_of_the_judgment(tmp_path: Path) -> None:
    rows = [
        decided(2021, "upheld", court_judged_on=date(2023, 2, 1), court_result="won"),
        decided(2023, "upheld", court_judged_on=date(2024, 2, 1), court_result="lost"),
        decided(2023, "upheld", court_judged_on=date(2024, 3, 1), court_result="won"),
        decided(2023, "upheld", court_judged_on=date(2024, 3, 1)),
        decided(2024, "upheld"),
    ]
    found = results(layout_of(tmp_path, COURT), rows)
    assert counts(found.at("court_cases|||2023")) == (1, 1, 0)
    assert counts(found.at("court_cases|||2024")) == (3, 3, 0)
    assert counts(found.at("court_won|||2024")) == (1, 2, 1)
    assert counts(found.at("court_win_rate|||2024")) == (1, 2, 1)
    assert (found.at("court_win_rate|||2024").bound_low, found.at("court_win_rate|||2024").bound_high) == (
        Decimal("33.333333"),
        Decimal("66.666667"),
    )


def test_a_pending_case_has_no_outcome_that_could_be_unknown(tmp_path: Path) -> None:
    rows = [
        case(received_on=date(2024, 1, 5)),
        case(received_on=date(2024, 1, 5), decided_on=date(2024, 2, 1)),
        case(received_on=date(2024, 1, 5), decided_on=date(2024, 2, 1), outcome="upheld"),
    ]
    found = results(layout_of(tmp_path, COURT), rows)
    assert counts(found.at("received|||2024")) == (3, 3, 0)
    assert counts(found.at("received|outcome=upheld||2024")) == (1, 1, 1)


NAMED = (
    HEAD
    + """groups:
  - id: mine
    label: {da: Mine}
    condition: "case_subject == 'voksne_socialpaedagogisk_bistand_85' and decided_on >= 2024-03-01"
  - {id: rest, label: {da: Resten}, condition: "case_subject == 'hjemmehjaelp_83'"}
tables:
  - id: one
    title: {da: T}
    stub: {da: S}
    periods: ["2024"]
    columns: [{measure: merits}]
    rows: [{each: group}]
"""
)


def test_a_group_of_the_layouts_own_may_ask_for_days(tmp_path: Path) -> None:
    layout = layout_of(tmp_path, NAMED)
    assert needs(layout).grain is Grain.DAY
    rows = [
        decided(2024, "upheld", case_subject=PEDAGOGY),
        case(decided_on=date(2024, 2, 29), outcome="upheld", case_subject=PEDAGOGY),
        decided(2024, "upheld"),
    ]
    found = results(layout, rows)
    assert counts(found.at("merits|group=mine||2024")) == (1, 1, 1)
    assert counts(found.at("merits|group=rest||2024")) == (0, 0, 1)


# --- as of a date ---


def test_reference_takes_the_last_registration_before_midnight_in_denmark() -> None:
    from datetime import UTC, datetime

    def written(at: datetime, delivery: int, line: int, outcome: str) -> dict[str, Any]:
        return {
            **decided(2024, outcome),
            "case_id": "1",
            "registered_at": at,
            "delivery": delivery,
            "line": line,
        }

    late = written(
        datetime(2025, 4, 11, 22, 0, tzinfo=UTC), 1, 2, "amended"
    )  # midnight in Denmark: the next day
    rows = [
        written(datetime(2025, 4, 11, 21, 59, tzinfo=UTC), 1, 3, "upheld"),
        written(datetime(2025, 4, 11, 21, 59, tzinfo=UTC), 2, 1, "remitted"),
        late,
    ]
    assert [row["outcome"] for row in as_of(rows, date(2025, 4, 11))] == ["remitted"]
    assert [row["outcome"] for row in as_of(rows, date(2025, 4, 12))] == ["amended"]
    assert as_of(rows, date(2025, 4, 10)) == []


# --- what holds of every register ---

OUTCOMES = ["upheld", "amended", "annulled", "amended_or_annulled", "remitted", "lapsed", "dismissed", None]
SUBJECTS = [EARNINGS_OLD, EARNINGS_NEW, PEDAGOGY, None]
ROWS = st.lists(
    st.builds(
        lambda year, outcome, area, subject, words: decided(
            year, outcome, area, case_subject=subject, keywords=words
        ),
        st.sampled_from([2022, 2023, 2024]),
        st.sampled_from(OUTCOMES),
        st.sampled_from([SERVICE, CHILD, ACTIVE, None]),
        st.sampled_from(SUBJECTS),
        st.sampled_from(["", "reasons", "duty_to_investigate|reasons", None]),
    ),
    max_size=40,
)


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return layout_of(tmp_path_factory.mktemp("flow"), FLOW)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return layout_of(tmp_path_factory.mktemp("words"), WORDS)


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return layout_of(tmp_path_factory.mktemp("ladder"), LADDER)


@given(rows=ROWS)
def test_counts_add_up_over_groups_and_periods(flow: Layout, rows: list[dict[str, Any]]) -> None:
    found = results(flow, rows)
    areas = list(flow.groupings["law_area"].values or {})
    for measure in ("decided", "merits"):
        for period in ("2023", "2024"):
            # A place where the law was not in force is no number, so it is counted here.
            parts = [_part(found, flow, rows, measure, area, period) for area in areas]
            total = found.at(f"{measure}|||{period}")
            unknown_area = [row for row in rows if row["law_area"] is None]
            rest = results(flow, unknown_area).at(f"{measure}|||{period}")
            assert sum(part.numerator for part in parts) + rest.numerator == total.numerator
        whole = found.at(f"{measure}|||2023/2024")
        years = [found.at(f"{measure}|||{year}") for year in ("2023", "2024")]
        assert whole.numerator == sum(year.numerator for year in years)
        assert whole.unknown == sum(year.unknown for year in years)


def _part(
    found: ResultSet, layout: Layout, rows: list[dict[str, Any]], measure: str, area: str, period: str
) -> Cell:
    try:
        return found.at(f"{measure}|law_area={area}||{period}")
    except KeyError:
        return results(layout, [row for row in rows if row["law_area"] == area]).at(f"{measure}|||{period}")


@given(rows=ROWS)
def test_shares_are_of_their_own_counts_and_bounds_hold_them(
    flow: Layout, rows: list[dict[str, Any]]
) -> None:
    reversing = {"amended", "annulled", "amended_or_annulled", "remitted"}
    for cell in results(flow, rows):
        within = parse_period(cell.period)
        area = cell.row.partition("=")[2]
        base = [
            row for row in rows if within.holds(row["decided_on"]) and (not area or row["law_area"] == area)
        ]
        if cell.result == "reversal_rate":
            merits = [row for row in base if row["outcome"] in {"upheld", *reversing}]
            unknown = sum(row["outcome"] is None for row in base)
            assert counts(cell) == (sum(row["outcome"] in reversing for row in merits), len(merits), unknown)
        if cell.bound_low is not None and cell.bound_high is not None and cell.value is not None:
            assert cell.bound_low <= cell.value <= cell.bound_high


@given(rows=ROWS, filled=st.sampled_from(["upheld", "amended", "remitted", "lapsed", "dismissed"]))
def test_whatever_the_unknown_outcomes_are_the_rate_is_within_its_bounds(
    flow: Layout, rows: list[dict[str, Any]], filled: str
) -> None:
    known = {
        cell.key: cell
        for cell in results(flow, [{**row, "outcome": row["outcome"] or filled} for row in rows])
    }
    for cell in results(flow, rows):
        truth = known.get(cell.key)
        if cell.unit == "percent" and truth is not None and truth.value is not None:
            assert cell.bound_low is not None
            assert cell.bound_high is not None
            assert cell.bound_low <= truth.value <= cell.bound_high


@given(rows=ROWS, filled=st.sampled_from(["", "reasons", "duty_to_investigate|reasons"]))
def test_whatever_the_unknown_keywords_are_the_count_is_within_its_bounds(
    words: Layout, rows: list[dict[str, Any]], filled: str
) -> None:
    known = [{**row, "keywords": filled if row["keywords"] is None else row["keywords"]} for row in rows]
    before, after = results(words, rows), results(words, known)
    for cell in before:
        truth = after.at(cell.ref)
        assert cell.numerator <= truth.numerator <= cell.numerator + cell.unknown
        assert truth.unknown <= cell.unknown


CHILD_OTHER = "boern_ksb_diverse_barnets_lov"
CONDITIONS = ["barnets_lov/87/hours", "barnets_lov/87/rate", None]
FAILING = st.lists(
    st.tuples(
        st.sampled_from(["upheld", "remitted", None]),
        st.sampled_from([CHILD, SERVICE, None]),
        st.booleans(),  # whether the subject is known
        st.sampled_from(CONDITIONS),
        st.booleans(),  # what is not known, is: of the series
        st.sampled_from(CONDITIONS[:2]),
        st.sampled_from(["upheld", "remitted"]),
    ),
    max_size=12,
)


@given(drawn=FAILING)
def test_whatever_is_unknown_of_any_grouping_the_part_is_within_its_bounds(
    ladder: Layout, drawn: list[tuple[Any, ...]]
) -> None:
    seen, true = [], []
    for outcome, area, known, condition, in_it, at, ended in drawn:
        really = CHILD if in_it and area != SERVICE else SERVICE if area is None else area
        subject = (
            EARNINGS_NEW if really == CHILD and in_it else PEDAGOGY if really == SERVICE else CHILD_OTHER
        )
        told = subject if known and area is not None else None
        seen.append(decided(2024, outcome, area, case_subject=told, condition=condition))
        true.append(decided(2024, outcome or ended, really, case_subject=subject, condition=condition or at))
    truth = results(ladder, true)
    for cell in results(ladder, seen):
        value = truth.at(cell.ref).value
        if value is not None:
            assert cell.bound_low is not None
            assert cell.bound_high is not None
            assert cell.bound_low <= value <= cell.bound_high


@given(rows=ROWS)
def test_every_number_is_as_counting_the_cases_one_by_one(words: Layout, rows: list[dict[str, Any]]) -> None:
    merits = {"upheld", "amended", "annulled", "amended_or_annulled", "remitted"}
    for cell in results(words, rows):
        word = cell.row.split(";")[0].partition("=")[2]
        within = parse_period(cell.period)

        def subject(row: dict[str, Any]) -> bool | None:
            before = row["decided_on"].year < 2024
            if row["case_subject"] is None:  # it can be in the series only where its law area has the subject
                return None if row["law_area"] in (None, SERVICE if before else CHILD) else False
            return row["case_subject"] == (EARNINGS_OLD if row["decided_on"].year < 2024 else EARNINGS_NEW)

        def held(row: dict[str, Any], word: str = word) -> bool | None:
            return None if row["keywords"] is None else word in row["keywords"].split("|")

        def judged(row: dict[str, Any]) -> bool | None:  # decided, but nobody knows how
            return None if row["outcome"] is None else row["outcome"] in merits

        verdicts = [
            _both(judged(row), _both(subject(row), held(row)))
            for row in rows
            if within.holds(row["decided_on"])
        ]
        assert (cell.numerator, cell.unknown) == (verdicts.count(True), verdicts.count(None))


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def test_fifty_thousand_combinations_are_counted_in_about_a_second(flow: Layout) -> None:
    """The cube is counted in Python: it must not be what a run waits for."""
    from pathlib import Path as Folder

    from sagsbarometer.appeals.layouts.layout import load_layout

    root = Folder(__file__).resolve().parents[2]
    layout = load_layout(
        root / "layouts" / "annual_report_2024", root / "layouts" / "measures.yaml", CATALOGUE
    )
    subjects = list(CATALOGUE.case_subjects.values())
    outcomes = OUTCOMES[:-1]
    combinations = [
        {
            **case(
                decided_on=date(2015 + index % 10, 1, 1),
                outcome=outcomes[index % 7],
                case_subject=subjects[index % len(subjects)].id,
                law_area=subjects[index % len(subjects)].law_area,
                court_judged_on=date(2022 + index % 3, 1, 1) if index % 11 == 0 else None,
                court_result=("won", "lost")[index % 2] if index % 11 == 0 else None,
            ),
        }
        for index in range(50_000)
    ]
    need = needs(layout)
    columns = {name: [row[name] for row in combinations] for name in need.columns} | {COUNT: [3] * 50_000}
    wanted = expand(layout, {}).wanted
    started = time.process_time()
    cells = register_cells(columns, wanted, layout, Circumstances(False, "", "synthetic", complete="x"))
    assert time.process_time() - started < 5  # measured: 0.5 s; the machine may be shared
    assert len(cells) == len(wanted) > 1_000


# --- grains ---


@pytest.mark.parametrize(
    ("day", "end", "grain"),
    [
        (date(2024, 1, 1), False, Grain.YEAR),
        (date(2023, 12, 31), True, Grain.YEAR),
        (date(2024, 7, 1), False, Grain.MONTH),
        (date(2024, 2, 29), True, Grain.MONTH),
        (date(2024, 2, 28), True, Grain.DAY),
        (date(2024, 1, 2), False, Grain.DAY),
    ],
)
def test_dates_are_kept_as_fine_as_a_limit_needs(day: date, end: bool, grain: Grain) -> None:
    assert coarsest(day, end) is grain


def test_periods_of_months_need_months(tmp_path: Path) -> None:
    text = TABLE + (
        '    periods: ["2018-01/2022-11"]\n    columns: [{measure: merits}]\n    rows: [{total: {da: I alt}}]\n'
    )
    layout = layout_of(tmp_path, text)
    assert needs(layout).grain is Grain.MONTH
    rows = [case(decided_on=date(2022, month, 15), outcome="upheld") for month in (11, 12)]
    assert results(layout, rows).at("merits|||2018-01/2022-11").numerator == 1


def test_a_series_that_changes_inside_a_year_needs_finer_dates(tmp_path: Path) -> None:
    text = TABLE + (
        '    periods: ["2023"]\n    columns: [{measure: merits}]\n    rows: [{each: series, values: [lost_earnings]}]\n'
    )
    layout = layout_of(tmp_path, text)
    assert needs(layout).grain is Grain.YEAR
    members = {"lost_earnings": (Member(EARNINGS_OLD, date.min, date(2023, 6, 30)),)}
    series = replace(layout.groupings["series"], members=members)
    shorter = replace(layout, groupings={**layout.groupings, "series": series})
    assert needs(shorter).grain is Grain.MONTH
    rows = [
        case(decided_on=date(2023, month, 30), outcome="upheld", case_subject=EARNINGS_OLD)
        for month in (6, 7)
    ]
    assert results(shorter, rows).at("merits|series=lost_earnings||2023").numerator == 1


@pytest.mark.parametrize(
    "text", ["", "24", "2024/2023", "2024/2024", "2024/2025-01", "2024-13", "2024-1", "1/2/3"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_period(text)


def test_periods_in_danish() -> None:
    cases: list[tuple[str, str]] = [
        ("2024", "2024"),
        ("2019/2024", "2019-2024"),
        ("2018-01/2022-11", "januar 2018-november 2022"),
        ("2024-01-05/2024-02-01", "5. januar 2024-1. februar 2024"),
    ]
    danish: Callable[[str], str] = lambda text: parse_period(text).danish  # noqa: E731
    assert [danish(text) for text, _ in cases] == [words for _, words in cases]


def test_offices_are_those_the_register_has(tmp_path: Path) -> None:
    text = TABLE + ('    periods: ["2023"]\n    columns: [{measure: merits}]\n    rows: [{each: office}]\n')
    rows = [decided(2023, "upheld", office="b"), decided(2023, "upheld", office="a;b|c=d%")]
    layout = layout_of(tmp_path, text)
    found = results(layout, rows)
    assert [cell.row for cell in found] == ["office=a%3Bb%7Cc%3Dd%25", "office=b"]
    assert [cell.numerator for cell in found] == [1, 1]
    assert all(found.at(cell.ref) is cell for cell in found)


def test_the_cube_of_no_cases_gives_noughts(tmp_path: Path) -> None:
    found = results(layout_of(tmp_path, FLOW), [])
    assert {cell.numerator for cell in found} == {0}
    assert found.at("reversal_rate|||2023").value is None
    assert cube([], ("outcome",), Grain.YEAR) == {"outcome": [], COUNT: []}
