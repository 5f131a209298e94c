"""What is withheld under which profile, which sums are found, and what an attacker is told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.appeals.layouts.layout import load_layout
from sagsbarometer.disclosure.apply import apply
from sagsbarometer.disclosure.attack import attack
from sagsbarometer.disclosure.known import rounded_to, rounded_within
from sagsbarometer.disclosure.model import system_of
from sagsbarometer.disclosure.profile import load_profiles, profile_named
from sagsbarometer.disclosure.protect import protect
from sagsbarometer.disclosure.system import Hidden, Shown, System
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.count import Counts
from sagsbarometer.measures.measure import Kind
from sagsbarometer.measures.results import Circumstances, make_cell
from tests.disclosure_in_tests import OPEN, PROFILES, STRICT, system_from
from tests.registers_in_tests import CATALOGUE, MEASURES, ROOT

REGISTER = load_layout(ROOT / "layouts" / "annual_report_2024", MEASURES, CATALOGUE).measures
NATIONAL = PROFILES["national_official"]
OF = Circumstances(False, "2025-04-11", "synthetic", complete="alle")


def cell(measure: str, yes: int, no: int = 0, row: str = "", period: str = "2024", unknown: int = 0) -> Cell:
    return make_cell(REGISTER[measure], Counts(yes=yes, no=no, unknown=unknown), OF, row=row, period=period)


def made(*cells: Cell, **more: object) -> System:
    return system_of(ResultSet(cells), REGISTER, **more)  # type: ignore[arg-type]


def outcomes(upheld: int, remitted: int, amended: int, lapsed: int, row: str = "") -> list[Cell]:
    """A row as the yearly report has it: every outcome, the sums of them and the rate."""
    merits, total = upheld + remitted + amended, upheld + remitted + amended + lapsed
    counts = {"upheld": upheld, "remitted": remitted, "amended_or_annulled": amended, "lapsed": lapsed}
    counts |= {"merits": merits, "decided": total}
    found = [cell(id, number, total - number, row) for id, number in counts.items()]
    return [*found, cell("reversal_rate", remitted + amended, upheld, row)]


def exactly(system: System, *hidden: str) -> dict[str, int | None]:
    """The cells that can be worked out when these are withheld, with the number."""
    found = attack(system, Hidden(frozenset(hidden)), OPEN)
    return {ref: item.low for item in found if item.kind == "exact" for ref in item.refs}


# --- profiles ---


def test_the_shipped_profiles_say_what_they_do_in_two_languages() -> None:
    assert list(PROFILES) == ["as_published", "national_official", "open_local", "strict"]
    for profile in PROFILES.values():
        assert {"da", "en"} <= set(profile.label)
        assert profile.source
    assert PROFILES["as_published"].needs_decision
    assert (STRICT.threshold, STRICT.rounding, STRICT.zero) == (10, 5, "withheld")
    assert OPEN.coalitions == (1, 5)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("threshold: 1", "BESKYT-101"),
        ("interval: 1", "BESKYT-101"),
        ("rounding: 3", "BESKYT-101"),
        ("withholds: nothing", "BESKYT-101"),
        ("withholds: local", "BESKYT-101"),
        ("zero: maybe", "BESKYT-101"),
        ("coalitions: [0]", "BESKYT-101"),
        ("label: {da: En}", "BESKYT-101"),
        ("misspelt: 1", "BESKYT-101"),
        ("", "BESKYT-102"),
    ],
)
def test_a_profile_that_does_not_hold_together_is_refused(tmp_path: Path, change: str, code: str) -> None:
    keys = {
        "label": "{da: En, en: One}",
        "about": "{da: En, en: One}",
        "source": "vores",
        "withholds": "all",
        "threshold": "10",
        "interval": "5",
    }
    if change:
        name, _, value = change.partition(": ")
        keys[name] = value
    text = "\n".join(f"    {name}: {value}" for name, value in keys.items())
    one = f"  - id: one\n{text}\n"
    (tmp_path / "profiles.yaml").write_text(f"profiles:\n{one}{one if not change else ''}", encoding="utf-8")
    with pytest.raises(Faults) as faults:
        load_profiles(tmp_path)
    assert {item.code for item in faults.value.problems} == {code}


def test_a_profile_that_is_not_there_is_told_of_with_those_that_are() -> None:
    with pytest.raises(Faults) as faults:
        profile_named("open", PROFILES)
    assert faults.value.problems[0].code == "BESKYT-103"
    assert "open_local" in faults.value.problems[0].remedy


def test_as_published_withholds_nothing() -> None:
    results = ResultSet(tuple(outcomes(40, 1, 2, 3)))
    system = system_of(results, REGISTER)
    hidden = protect(system, PROFILES["as_published"])
    assert not hidden.refs
    assert not attack(system, hidden, PROFILES["as_published"])
    assert apply(results, hidden, PROFILES["as_published"]) == results


# --- which sums are found ---


def test_measures_of_the_same_cases_are_parts_of_each_other() -> None:
    """What is not remitted, upheld or lapsed is amended or annulled; a rate with its base is a count as well."""
    one_of = {"amended_or_annulled": ("amended", "annulled"), "reversed": ("amended", "annulled", "remitted")}
    system = made(*outcomes(40, 10, 3, 20), one_of=one_of)
    assert exactly(system, "amended_or_annulled|||2024") == {"amended_or_annulled|||2024": 3}
    withheld = protect(system, OPEN)
    assert "amended_or_annulled|||2024" in withheld.refs
    assert len(withheld.refs) > 1
    assert not exactly(system, *withheld.refs)


def test_a_rate_of_a_known_base_is_a_count_and_tells_its_complement() -> None:
    hidden = protect(made(cell("reversal_rate", 38, 2)), OPEN)
    assert hidden.refs == {"reversal_rate|||2024"}
    assert protect(made(cell("reversal_rate", 35, 5)), OPEN).refs == frozenset()


def test_a_group_is_what_the_total_has_beside_the_others() -> None:
    areas = [
        cell("decided", number, row=f"law_area={name}") for name, number in (("a", 2), ("b", 30), ("c", 50))
    ]
    system = made(*areas, cell("decided", 82))
    assert exactly(system, "decided|law_area=a||2024") == {"decided|law_area=a||2024": 2}
    hidden = protect(system, OPEN)
    assert hidden.refs == {"decided|law_area=a||2024", "decided|law_area=b||2024"}
    assert hidden.primary == {"decided|law_area=a||2024"}


def test_groups_under_groups_are_known_by_their_parents() -> None:
    cells = [
        cell("decided", number, row=f"case_subject={name}")
        for name, number in (("x", 3), ("y", 40), ("z", 9))
    ]
    area = cell("decided", 43, row="law_area=a")
    parents = {"case_subject=x": "law_area=a", "case_subject=y": ["law_area=a"]}
    assert exactly(made(*cells, area, parents=parents), "decided|case_subject=x||2024")
    assert not exactly(made(*cells, area), "decided|case_subject=x||2024")


def test_groups_that_lack_cases_leave_a_rest_that_is_protected_too() -> None:
    cells = [cell("decided", 40, row="office=a"), cell("decided", 57, row="office=b"), cell("decided", 100)]
    found = attack(made(*cells), Hidden(frozenset()), OPEN)
    assert [(item.kind, item.low) for item in found] == [("exact", 3)]
    assert protect(made(*cells), OPEN).refs


def test_years_add_up_and_overlap() -> None:
    years = [
        cell("decided", number, period=year) for year, number in (("2022", 20), ("2023", 3), ("2024", 30))
    ]
    both = cell("decided", 53, period="2022/2024")
    assert exactly(made(*years, both), "decided|||2023")
    rolling = [cell("decided", 50, period="2023-01/2023-12"), cell("decided", 52, period="2023-02/2024-01")]
    month = cell("decided", 4, period="2023-01")
    # January 2024 is 52 less 46: it follows, and is no small number. January 2023 is.
    system = made(*rolling, month, cell("decided", 46, period="2023-02/2023-12"))
    assert exactly(system, "decided|||2023-01") == {"decided|||2023-01": 4}


def test_a_sum_that_does_not_hold_is_not_used() -> None:
    """A case has several keywords: they give more than the total, and a keyword's complement is still a number."""
    cells = [cell("keyword_cases", number, row=f"keyword={name}") for name, number in (("a", 20), ("b", 30))]
    system = made(*cells, cell("keyword_cases", 32))
    assert "rows" not in system.found
    assert {item.low for item in attack(system, Hidden(frozenset()), OPEN)} == {2}


def test_two_cells_that_clash_are_two_quantities() -> None:
    cells = [cell("decided", 40), cell("merits", 30, 9)]  # one case nobody can place is not in the second
    assert made(*cells).found.get("not_sets", 0) + len(made(*cells).relations) > 0
    assert not protect(made(cells[0], cell("merits", 30, 10)), OPEN).failed


def test_times_of_few_cases_are_withheld_and_their_sums_of_days_bound() -> None:
    def mean(days: Mapping[int, int], row: str = "") -> Cell:
        return make_cell(REGISTER["board_mean"], Counts(days=days), OF, row=row, period="2024")

    cells = [mean({100: 2}, "law_area=a"), mean({50: 20}, "law_area=b"), mean({60: 30}, "law_area=c")]
    total = mean({100: 2, 50: 20, 60: 30})
    hidden = protect(made(*cells, total), OPEN)
    assert "board_mean|law_area=a||2024" in hidden.refs
    assert len(hidden.refs) > 1  # else its sum of days is the total's less the others'
    median = make_cell(REGISTER["board_median"], Counts(days={100: 3}), OF, period="2024")
    assert protect(made(median), OPEN).refs == {"board_median|||2024"}


# --- who is protected ---


def test_national_figures_stand_and_local_ones_do_not() -> None:
    cells = [cell("decided", 3, row="law_area=a"), cell("decided", 4, row="authority=101")]
    cells += [cell("decided", 30, row="authority=102"), cell("decided", 60, row="authority=103")]
    hidden = protect(made(*cells, cell("decided", 94)), NATIONAL)
    assert hidden.primary == {"decided|authority=101||2024"}
    assert "decided|law_area=a||2024" not in hidden.refs
    assert "decided|||2024" not in hidden.refs


def test_no_figure_per_municipality_from_cases_that_were_read() -> None:
    read = {"m": replace(REGISTER["complete_share"], id="m", date="")}
    local = make_cell(read["m"], Counts(yes=200, no=300), OF, row="municipality_id=101")
    for profile in (NATIONAL, OPEN, STRICT):
        assert protect(system_of(ResultSet((local,)), read), profile).refs == {local.ref}


def test_nought_and_all_are_flagged_or_withheld() -> None:
    system = made(cell("reversal_rate", 0, 40), cell("court_win_rate", 40, 0))
    hidden = protect(system, OPEN)
    assert not hidden.refs
    assert hidden.flagged == ("court_win_rate|||2024", "reversal_rate|||2024")
    assert protect(system, STRICT).refs == {"court_win_rate|||2024", "reversal_rate|||2024"}


def test_cases_nobody_can_place_count_as_others() -> None:
    system = made(cell("reversal_rate", 20, 30, unknown=2))
    assert protect(system, OPEN).refs
    assert not protect(system, replace(OPEN, unknown="ignored")).refs


# --- earlier releases, and those who take part ---


def test_what_is_out_already_cannot_be_withheld() -> None:
    system = made(cell("decided", 3))
    hidden = protect(system, OPEN, [Shown("før", system)])
    assert hidden.refs == {"decided|||2024"}
    assert hidden.failed == ("decided_on|all||2024",)
    assert [item.kind for item in attack(system, hidden, OPEN, [Shown("før", system)])] == ["exact"]


def test_an_earlier_total_tells_what_this_release_withholds() -> None:
    areas = [
        cell("decided", number, row=f"law_area={name}") for name, number in (("a", 2), ("b", 30), ("c", 50))
    ]
    alone = protect(made(*areas), OPEN)
    assert alone.refs == {"decided|law_area=a||2024"}
    earlier = [Shown("før", made(*areas[1:], cell("decided", 82)))]
    assert attack(made(*areas), alone, OPEN, earlier)
    both = protect(made(*areas), OPEN, earlier)
    assert both.failed  # b, c and the total are out: nothing hides a any more


def test_few_new_cases_since_an_earlier_release_are_protected() -> None:
    old = replace(cell("decided", 40), data_date="2024-12-31")
    earlier = [Shown("før", made(old))]
    few, many = made(cell("decided", 42)), made(cell("decided", 60))
    assert [item.kind for item in attack(few, Hidden(frozenset()), OPEN, earlier)] == ["difference"]
    assert protect(few, OPEN, earlier).refs == {"decided|||2024"}
    assert not protect(many, OPEN, earlier).refs
    assert not protect(made(cell("decided", 40)), OPEN, earlier).refs


@given(st.lists(st.integers(0, 25), min_size=6, max_size=6), st.integers(0, 5))
def test_knowing_more_never_frees_a_number(numbers: list[int], shown: int) -> None:
    areas = [cell("decided", number, row=f"law_area={at}") for at, number in enumerate(numbers)]
    system = made(*areas, cell("decided", sum(numbers)))
    earlier = [Shown("før", made(areas[shown], cell("decided", sum(numbers))))]
    assert protect(system, OPEN).refs <= protect(system, OPEN, earlier).refs


def test_a_municipality_can_take_its_own_cases_away() -> None:
    system = made(cell("decided", 40, row="law_area=a"), cell("decided", 60, row="law_area=b"))
    a = "decided_on|all|law_area=a|2024"
    own = {"101": {a: 20}, "102": {a: 12}, "103": {a: 5}, "104": {a: 3}}
    found = attack(system, Hidden(frozenset()), OPEN, contributions=own)
    # One alone leaves 20 others. All four leave nobody, so there is nobody to tell of; without the last three are left.
    assert not found
    own.pop("104")
    (finding,) = attack(system, Hidden(frozenset()), OPEN, contributions=own)
    assert finding.by == ("101", "102", "103")
    assert (finding.low, finding.high) == (3, 3)
    assert "trække" in finding.text
    hidden = Hidden(frozenset({"decided|law_area=a||2024"}))
    assert not attack(system, hidden, OPEN, contributions=own)


# --- what is written ---


def test_withheld_cells_have_no_numbers() -> None:
    results = ResultSet(tuple(outcomes(40, 10, 3, 20)))
    hidden = protect(system_of(results, REGISTER), OPEN)
    for item in apply(results, hidden, OPEN):
        if item.ref in hidden.refs:
            assert (item.hidden, item.numerator, item.denominator, item.value) == ("c", 0, 0, None)
        else:
            assert item == results.at(item.ref)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 40))
def test_nothing_of_a_rounded_cell_betrays_more_than_its_rounded_counts(
    yes: int, no: int, unknown: int
) -> None:
    def strict(yes: int, no: int, unknown: int) -> Cell:
        sampled = Circumstances(True, "2025-04-11", "synthetic")
        one = make_cell(
            REGISTER["reversal_rate"], Counts(yes=yes, no=no, unknown=unknown), sampled, period="2024"
        )
        return apply(ResultSet((one,)), Hidden(frozenset()), STRICT).cells[0]

    one = strict(yes, no, unknown)
    for step in (-2, -1, 1, 2):
        other = strict(max(0, yes + step), max(0, no - step) if yes + step >= 0 else no, unknown)
        if (one.numerator, one.denominator, one.unknown) == (
            other.numerator,
            other.denominator,
            other.unknown,
        ):
            assert other == one
    assert one.numerator % 5 == one.denominator % 5 == one.unknown % 5 == 0
    if one.denominator:
        assert one.exact is not None
        assert one.exact <= 100


def test_a_rounded_time_keeps_no_sum_and_an_estimate_is_withheld() -> None:
    mean = make_cell(REGISTER["board_mean"], Counts(days={100: 12, 31: 1}), OF, period="2024")
    weighted = replace(cell("reversal_rate", 40, 60), estimator="hajek", value=Decimal("41.234567"))
    one, other = apply(ResultSet((mean, weighted)), Hidden(frozenset()), STRICT)
    assert (one.numerator, one.denominator, one.bound_low) == (0, 15, None)
    assert one.value == one.value.to_integral_value() if one.value is not None else False
    assert other.hidden == "c"


@given(st.integers(0, 1000), st.sampled_from([5, 10]))
def test_a_rounded_number_tells_exactly_these(number: int, base: int) -> None:
    low, high = rounded_within(number, base)
    same = [other for other in range(1100) if rounded_to(other, base) == rounded_to(number, base)]
    assert (low, high) == (same[0], same[-1])


def test_protected_results_stand_the_same_attack_as_a_reader_makes() -> None:
    rows = [
        item
        for n, row in enumerate([(40, 10, 3, 20), (30, 22, 12, 9), (50, 6, 17, 31)])
        for item in outcomes(*row, f"law_area=a{n}")
    ]
    results = ResultSet((*rows, *outcomes(120, 38, 32, 60)))
    for profile in (OPEN, STRICT):
        system = system_of(results, REGISTER)
        hidden = protect(system, profile)
        assert not attack(system, hidden, profile)
        shown = system_of(apply(results, hidden, profile), REGISTER, rounding=profile.rounding)
        assert not attack(shown, Hidden(frozenset()), profile)
    few = Hidden(frozenset({"amended_or_annulled|law_area=a0||2024"}))
    seen = system_of(apply(results, few, OPEN), REGISTER)
    assert attack(seen, Hidden(frozenset()), OPEN)


def test_municipalities_are_counted_and_not_protected() -> None:
    places = {"m": replace(REGISTER["decided"], id="m", kind=Kind.MUNICIPALITIES, unit="municipalities")}
    counted = make_cell(places["m"], Counts(units=98, with_yes=3), OF, period="2024")
    assert not protect(system_of(ResultSet((counted,)), places), OPEN).refs


def test_a_guard_switched_off_is_seen() -> None:
    """The tests' own attack on a system whose protection was left out finds what the rules would have prevented."""
    table = {"a": 2, "b": 30, "sum": 32}
    system = system_from(table, [("sum", ("a", "b"))])
    assert attack(system, Hidden(frozenset({"a"})), OPEN)
    assert not attack(system, protect(system, OPEN), OPEN)
