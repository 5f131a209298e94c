"""A plan as written, its frame, and what comes of them: every fault at once, sums that hold, precision as counted."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from math import sqrt
from typing import Any

import numpy as np
import pytest

from sagsbarometer.catalogue.municipalities import Municipality
from sagsbarometer.datafiles.located import parse_yaml
from sagsbarometer.deliveries.tables import RawRow, RawTable
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.reporting.pages.sample_plan_words import answer, points
from sagsbarometer.sampling.frame import Frame, read_frame
from sagsbarometer.sampling.plan import Plan, from_json
from sagsbarometer.sampling.plan_file import PlanFile, read_plan_file
from sagsbarometer.sampling.planning import Planned, exact_size, how_many, planned
from sagsbarometer.sampling.precision import burdens, expected, weight_effect
from sagsbarometer.sampling.size import (
    Change,
    change_power,
    cluster_effect,
    margin_of,
    sample_size,
    smallest_change,
)

KNOWN = {
    "901": Municipality("901", "Agerby", "Region Øst", ""),
    "902": Municipality("902", "Birkelund", "Region Vest", ""),
}
COUNTS = """
authority;result;size
901;grant;80
901;refusal;20
902;grant;40
902;refusal;10
0903;grant;12
903;refusal;0
"""


def written(text: str) -> PlanFile:
    return read_plan_file(parse_yaml(f'plan: p\ntitle: {{da: "Prøve"}}\n{text}', "plan.yaml"))


def table(text: str) -> RawTable:
    header, *lines = (tuple(line.split(";")) for line in text.strip().splitlines())
    return RawTable("ramme.csv", header, tuple(RawRow(at, line) for at, line in enumerate(lines, 2)), "csv")


def frame(text: str = COUNTS, strata: tuple[str, ...] = ("result",)) -> Frame:
    return read_frame(table(text), strata, KNOWN)


def plan_of(text: str, counts: str = COUNTS) -> Planned:
    file = written(text)
    return planned(file, frame(counts, file.strata), "frø", {"frame_sha256": "0"})


def taken(of: Planned) -> dict[tuple[str, ...], int]:
    assert of.plan is not None
    return {(cell.authority, *cell.stratum): cell.take for cell in of.plan.cells}


def codes(call: Any, *arguments: Any) -> list[str]:
    with pytest.raises(Faults) as faults:
        call(*arguments)
    return [problem.code for problem in faults.value.problems]


# --- what is written ---


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("target: {share: 0.5}", "PLAN-102"),
        ("target: {margin: 0.05, cases: 100}", "PLAN-102"),
        ("target: {margin: 0.05, share: 0}", "PLAN-102"),
        ("target: {change: {from: 0.4, to: 0.4}}", "PLAN-102"),
        ("target: {margin: 0.05, assurance: 0.9}", "PLAN-102"),
        ("target: {cases: 100, domain: 0.2}", "PLAN-102"),
        ("target: {margin: 0.05}\ndraw: {method: newest_first}", "PLAN-103"),
        ('target: {margin: 0.05}\ndraw: {method: simple, remark: {da: "x"}}', "PLAN-103"),
        ("target: {margin: 0.05}\ndraw: {method: two_stage}", "PLAN-103"),
        ("target: {margin: 0.05}\ndraw: {method: stratified, authorities: 4}", "PLAN-103"),
        ('target: {margin: 0.05}\ndraw: {method: chosen_authorities, remark: {da: "x"}}', "PLAN-103"),
        ("target: {margin: 0.05}\ndraw: {method: pps}", "PLAN-103"),
        ("target: {margin: 0.05}\ndraw: {method: simple, size: size}", "PLAN-103"),
        ("target: {margin: 0.05}\ndraw: {method: simple, likeness: 0.1}", "PLAN-103"),
        ("target: {margin: 0.05}\nstrata: [authority]", "PLAN-104"),
        ("target: {margin: 0.05}\nstrata: [result, result]", "PLAN-104"),
        ("target: {margin: 0.05}\nallocation: {minimum: 5, maximum: 2}", "PLAN-104"),
        ("target: {margin: 0.05}\nallocation: {strata_shares: {refusal: 0.5}}", "PLAN-104"),
        ("target: {margin: 0.05}\nstrata: [r]\nallocation: {strata_shares: {a: 0.6, b: 0.5}}", "PLAN-104"),
        ("target: {margin: 0.05}\ndraw: {method: simple}\nallocation: {minimum: 1}", "PLAN-104"),
        ("target: {margin: 5}", "PLAN-101"),
        ("target: {margin: 0.05}\nseed: 1010101234", "YAML-105"),
        ('target: {margin: 0.05}\nseed: "a\\tb"', "PLAN-101"),
        ("target: {margin: 0.05}\nunknown: 1", "PLAN-101"),
    ],
)
def test_a_plan_that_does_not_hold_together_is_told(text: str, code: str) -> None:
    assert codes(written, text) == [code]


def test_everything_wrong_with_a_plan_is_told_at_once_with_its_line() -> None:
    with pytest.raises(Faults) as faults:
        written('target: {share: 0.5}\ndraw: {method: pps}\nstrata: [authority]\nseed: "a\\tb"\n')
    told = [(problem.code, problem.place.line) for problem in faults.value.problems]
    assert told == [("PLAN-102", 3), ("PLAN-103", 4), ("PLAN-104", 5), ("PLAN-101", 6)]


def test_a_number_may_have_a_comma() -> None:
    assert written('target: {margin: "0,05"}\nusable: 0.85').target.margin == Decimal("0.05")


# --- the frame ---


def test_a_frame_knows_names_and_regions_and_codes_without_noughts() -> None:
    found = frame()
    assert found.authorities == ("901", "902", "903")
    assert (found.name("901"), found.name("903")) == ("Agerby", "903")
    assert found.groups("region") == ("Region Øst", "Region Øst", "Region Vest", "Region Vest", "", "")
    assert found.size == 162


def test_everything_wrong_with_a_frame_is_told_at_once() -> None:
    text = (
        COUNTS.replace("901;grant;80", "901;grant;mange").replace("902;refusal", "902;grant") + ";refusal;3\n"
    )
    assert codes(frame, text) == ["PLAN-112", "PLAN-113", "PLAN-112"]
    assert codes(frame, "authority;result\n901;grant\n") == ["PLAN-111"]
    assert codes(frame, "authority;result;size\n901;grant;0\n") == ["PLAN-115"]
    assert codes(frame, "authority;name;result;size\n901;A;grant;1\n901;B;refusal;1\n") == ["PLAN-114"]
    assert codes(frame, "authority;result;size;share\n901;grant;1;1,5\n") == ["PLAN-112"]


def test_a_cpr_number_in_a_frame_is_not_shown() -> None:
    with pytest.raises(Faults) as faults:
        frame("authority;result;size\n010180-1234;grant;1\n")
    assert "010180" not in str(faults.value)
    assert codes(frame, "authority;result;size\n901;010180-1234;1\n") == ["PLAN-112"]


def test_rows_told_apart_by_a_column_the_plan_does_not_use_are_counted_together() -> None:
    text = "authority;result;kind;size;share\n901;grant;new;30;0,2\n901;grant;old;10;0,6\n"
    (row,) = frame(text).rows
    assert (row.size, row.share, row.more.get("kind")) == (40, Fraction(3, 10), None)
    assert [row.size for row in frame(text, ("result", "kind")).rows] == [30, 10]
    assert frame(text.replace("0,6", "")).rows[0].share is None
    assert codes(frame, text.replace("old", "new")) == ["PLAN-113"]


# --- where ---


def test_each_cell_with_cases_gives_at_least_one_and_the_sum_holds() -> None:
    found = taken(plan_of("target: {cases: 20}\nstrata: [result]"))
    assert sum(found.values()) == 20
    assert found["903", "refusal"] == 0
    assert all(number for key, number in found.items() if key != ("903", "refusal"))


def test_shares_of_strata_and_bounds_of_authorities_hold_together() -> None:
    text = (
        "target: {cases: 30}\nstrata: [result]\n"
        "allocation: {minimum: 6, maximum: 14, strata_shares: {refusal: 0.5}}"
    )
    found = taken(plan_of(text))
    assert sum(cases for (_, result), cases in found.items() if result == "refusal") == 15
    for authority in ("901", "902", "903"):
        assert 6 <= sum(cases for (own, _), cases in found.items() if own == authority) <= 14


@pytest.mark.parametrize("among", ["authority", "stratum", "both"])
@pytest.mark.parametrize("method", ["proportional", "square_root", "neyman", "equal"])
def test_every_way_of_sharing_out_sums_to_the_plan(among: str, method: str) -> None:
    counts = "\n".join(
        line + (";share" if number == 0 else f";0,{number}")
        for number, line in enumerate(COUNTS.strip().splitlines())
    )
    text = f"target: {{cases: 41}}\nstrata: [result]\nallocation: {{method: {method}, among: {among}, minimum: 3}}"
    found = taken(plan_of(text, counts))
    assert sum(found.values()) == 41
    assert all(
        sum(cases for (own, _), cases in found.items() if own == code) >= 3 for code in ("901", "902", "903")
    )


def test_proportional_sharing_is_proportional() -> None:
    found = taken(plan_of("target: {cases: 81}\nstrata: [result]"))
    assert found == {
        ("901", "grant"): 40,
        ("901", "refusal"): 10,
        ("902", "grant"): 20,
        ("902", "refusal"): 5,
        ("903", "grant"): 6,
        ("903", "refusal"): 0,
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("target: {cases: 4}\nstrata: [result]", "PLAN-131"),
        ("target: {cases: 10}\nstrata: [result]\nallocation: {maximum: 1}", "PLAN-131"),
        ("target: {cases: 20}\nallocation: {minimum: 8}", "PLAN-131"),
        ("target: {cases: 40}\nallocation: {maximum: 12}", "PLAN-132"),
        ("target: {cases: 100}\nstrata: [result]\nallocation: {strata_shares: {refusal: 0.5}}", "PLAN-133"),
        ("target: {cases: 100}\nstrata: [result]\nallocation: {strata_shares: {refusal: 0.9}}", "PLAN-133"),
        ("target: {cases: 20}\nstrata: [result]\nallocation: {strata_shares: {other: 0.5}}", "PLAN-104"),
        (
            "target: {cases: 20}\nstrata: [result]\nallocation: {strata_shares: {grant: 0.5, refusal: 0.4}}",
            "PLAN-133",
        ),
        ("target: {cases: 20}\nallocation: {method: neyman}\nstrata: [result]", "PLAN-116"),
        ("target: {cases: 163}\nstrata: [result]", "PLAN-136"),
        ("target: {cases: 20}\nstrata: [result]\ndraw: {method: two_stage, authorities: 4}", "PLAN-136"),
        ("target: {cases: 20}\nstrata: [result]\ndomains: [office]", "PLAN-137"),
        (
            "target: {cases: 20}\nstrata: [result]\n"
            "draw: {method: chosen_authorities, chosen: [999], remark: {da: x}}",
            "PLAN-104",
        ),
        (
            "target: {margin: 0.02}\nstrata: [result]\ndraw: {method: two_stage, authorities: 2, likeness: 0.1}",
            "PLAN-135",
        ),
        ("target: {margin: 0.0000001}\nstrata: [result]", "PLAN-138"),
    ],
)
def test_what_cannot_be_shared_out_says_which_bound(text: str, code: str) -> None:
    counts = COUNTS
    if "strata" not in text:
        text += "\nstrata: [result]"
    assert codes(plan_of, text, counts) == [code]


def test_numbers_that_hold_one_by_one_but_not_together_are_told() -> None:
    counts = "authority;result;size\n901;grant;100\n902;refusal;100\n"
    text = (
        "target: {cases: 50}\nstrata: [result]\nallocation: {among: authority, strata_shares: {refusal: 0.8}}"
    )
    assert codes(plan_of, text, counts) == ["PLAN-134"]
    found = taken(plan_of(text.replace("among: authority", "among: stratum"), counts))
    assert found == {("901", "grant"): 10, ("902", "refusal"): 40}


def test_called_in_are_the_usable_by_the_usable_share_and_no_more_than_there_are() -> None:
    done = plan_of("target: {cases: 81}\nstrata: [result]\nusable: 0.85")
    assert done.plan is not None
    assert done.plan.call_in == 96  # 81 / 0.85 = 95.3
    assert sum(cell.call_in for cell in done.plan.cells) == 96
    assert all(cell.take <= cell.call_in <= cell.size for cell in done.plan.cells)
    every = plan_of("target: {cases: 160}\nstrata: [result]\nusable: 0.85").plan
    assert every is not None
    assert every.call_in == 162


def test_a_declared_selection_may_leave_cells_out_and_says_so() -> None:
    text = (
        "target: {cases: 20}\nstrata: [result]\n"
        "draw: {method: chosen_authorities, chosen: [902], remark: {da: kun én}}"
    )
    done = plan_of(text)
    assert done.plan is not None
    assert {cell.authority for cell in done.plan.cells if cell.take} == {"902"}
    assert not done.plan.probability
    assert done.whole is not None
    assert done.whole.uncovered == 112


# --- two stages ---


def test_two_stages_give_each_authority_the_same_and_every_stratum_a_case() -> None:
    done = plan_of(
        "target: {cases: 20}\nstrata: [result]\ndraw: {method: two_stage, authorities: 2, size: size}"
    )
    assert done.plan is not None
    each = {name: called for name, (_, called, _) in burdens(done.plan).items()}
    assert each == {"901": 10, "902": 10, "903": 10}
    assert all(cell.call_in or not cell.size for cell in done.plan.cells)
    assert done.plan.take == 20
    few = taken(plan_of("target: {cases: 4}\nstrata: [result]\ndraw: {method: two_stage, authorities: 2}"))
    assert (few["901", "grant"], few["901", "refusal"]) == (1, 1)  # by size alone it would be 2 and 0


def test_likeness_is_solved_for_the_number_of_cases() -> None:
    file = written("target: {margin: 0.05}\ndraw: {method: two_stage, authorities: 60, likeness: 0.05}")
    size, effect = how_many(file, None)
    assert effect == cluster_effect(size.cases / 60, 0.05)
    assert size.cases == 540  # nine from each of 60: 384.1 · (1 + 8 · 0.05) = 537.8
    assert 384.146 * cluster_effect(8, 0.05) > 480  # and eight are too few


# --- precision ---


def test_the_expected_margin_is_the_variance_of_all_samples() -> None:
    """All samples of two small strata, one by one: 2 of 4 with 2 yes, and 3 of 5 with 2 yes."""
    first, second = (1, 1, 0, 0), (1, 1, 0, 0, 0)
    found = [
        Fraction(4, 9) * Fraction(sum(one), 2) + Fraction(5, 9) * Fraction(sum(other), 3)
        for one, other in product(combinations(first, 2), combinations(second, 3))
    ]
    mean = sum(found, Fraction(0)) / len(found)
    variance = sum(((value - mean) ** 2 for value in found), Fraction(0)) / len(found)
    counts = "authority;result;size;share\n901;grant;4;0,5\n902;grant;5;0,4\n"
    file = written("target: {cases: 5}\nstrata: [result]")
    own = frame(counts)
    done = planned(file, own, "frø", {})
    assert taken(done) == {("901", "grant"): 2, ("902", "grant"): 3}
    assert done.plan is not None
    (whole,) = expected(done.plan, own)
    assert whole.share == pytest.approx(float(mean))
    assert whole.error == pytest.approx(sqrt(variance), rel=1e-12)
    # A design effect is of all of the plan, so it is the least that the variance can be, and not on top of it.
    (doubled,) = expected(done.plan, own, design_effect=2.0)
    assert doubled.error == pytest.approx(sqrt(2 * Fraction(4, 8) * mean * (1 - mean) / 5), rel=1e-12)
    (lower,) = expected(done.plan, own, design_effect=0.5)
    assert lower.error == pytest.approx(sqrt(variance / 2), rel=1e-12)


def test_a_simple_draw_has_the_margin_of_its_size() -> None:
    done = plan_of("target: {cases: 60}\nstrata: [result]\ndraw: {method: simple}")
    assert done.whole is not None
    assert done.whole.margin == pytest.approx(margin_of(0.5, 60, population=162), rel=1e-12)
    assert done.weight_effect == 1


def test_cases_that_are_alike_get_no_finite_correction() -> None:
    text = "target: {cases: 60}\nstrata: [result]\ndraw: {method: two_stage, authorities: 3, size: size, likeness: 0.1}"
    done = plan_of(text, "authority;result;size\n901;a;90\n902;a;90\n903;a;90\n904;a;90\n")
    assert done.whole is not None
    assert done.design_effect == pytest.approx(1 + 19 * 0.1)
    assert done.whole.margin == pytest.approx(margin_of(0.5, 60, design_effect=2.9), rel=1e-12)


def test_domains_are_told_by_group_and_what_cannot_be_shown_is() -> None:
    done = plan_of("target: {cases: 81}\nstrata: [result]\ndomains: [region, result]")
    assert done.domains is not None
    regions = {item.group: item for item in done.domains["region"]}
    assert {group: item.take for group, item in regions.items()} == {
        "Region Øst": 50,
        "Region Vest": 25,
        "": 6,
    }
    assert regions["Region Øst"].shown
    assert not regions[""].shown


def test_unequal_weights_cost_what_kish_says() -> None:
    done = plan_of("target: {cases: 60}\nstrata: [result]\nallocation: {method: equal}")
    assert done.plan is not None
    weights = [cell.size / cell.take for cell in done.plan.cells for _ in range(cell.take)]
    kish = len(weights) * sum(own**2 for own in weights) / sum(weights) ** 2
    assert weight_effect(done.plan) == pytest.approx(kish, rel=1e-12)
    assert kish > 1.1


def test_a_design_effect_is_counted_once() -> None:
    text = "target: {margin: 0.05}\nstrata: [result]\ndesign_effect: 1.5\nallocation: {method: equal}"
    done = plan_of(text, "authority;result;size\n901;grant;60000\n902;grant;20000\n")
    assert 1 < done.weight_effect < 1.5
    assert done.whole is not None
    assert done.whole.margin == pytest.approx(0.05, rel=0.01)
    assert done.effect == 1.5


def test_authorities_drawn_alike_weigh_as_their_sizes() -> None:
    """All ways to draw 2 of 4 authorities, with answers that have nothing to do with them: the variance of the weighted
    share, given the authorities, is as much wider than one of equal weights as is told."""
    sizes = {"901": 200, "902": 400, "903": 1000, "904": 2400}
    counts = "authority;result;size\n" + "\n".join(f"{name};a;{size}" for name, size in sizes.items()) + "\n"
    text = "target: {cases: 100}\nstrata: [result]\ndraw: {method: two_stage, authorities: 2}"
    done = plan_of(text, counts)
    drawn = list(combinations(sizes.values(), 2))
    kish = [2 * sum(size**2 for size in pair) / sum(pair) ** 2 for pair in drawn]
    told = 4 * sum(size**2 for size in sizes.values()) / sum(sizes.values()) ** 2
    assert done.weight_effect == pytest.approx(told, rel=1e-12)
    assert told > sum(kish) / len(kish) > 1.2, "told no lower than it is"
    assert done.whole is not None
    assert done.whole.margin == pytest.approx(
        margin_of(0.5, 100, population=4000, design_effect=told), rel=1e-12
    )
    assert done.likeness_missing
    by_size = plan_of(text.replace("authorities: 2", "authorities: 2, size: size"), counts)
    assert by_size.weight_effect < 1.2
    alike = plan_of(text.replace("authorities: 2", "authorities: 2, likeness: 0.02"), counts)
    assert alike.effect == pytest.approx(told * cluster_effect(50, 0.02))
    assert alike.whole is not None
    assert alike.whole.margin == pytest.approx(margin_of(0.5, 100, design_effect=alike.effect), rel=1e-12)
    assert not alike.likeness_missing


def test_cases_drawn_by_size_have_the_margin_of_their_weights() -> None:
    """2,000 draws of 60 of 600 cases by their sizes: the weighted share varies as the plan told with `size_effect`, and
    more than it tells without, which is then said."""
    random = np.random.default_rng(4)
    sizes = random.uniform(5, 50, 600)
    cost = sizes.mean() * (1 / sizes).mean()
    answers = (random.random(600) < 0.5).astype(float)
    found = []
    for _ in range(2000):
        order = random.permutation(600)
        reach = np.cumsum(60 * sizes[order] / sizes.sum())
        drawn = order[np.searchsorted(reach, np.arange(60) + random.random())]
        found.append(np.average(answers[drawn], weights=1 / sizes[drawn]))
    counts = "authority;result;size\n901;a;600\n"
    text = "target: {cases: 60}\nstrata: [result]\ndraw: {method: pps, size: size}"
    bare, told = plan_of(text, counts), plan_of(text[:-1] + f", size_effect: {cost:.3f}}}", counts)
    assert bare.whole is not None
    assert told.whole is not None
    assert told.whole.error == pytest.approx(np.std(found), rel=0.06)
    assert (bare.whole.error or 1) < 0.93 * np.std(found)
    assert told.weight_effect == pytest.approx(cost, rel=1e-3)
    assert (bare.size_effect_missing, told.size_effect_missing) == (True, False)
    assert codes(written, "target: {cases: 60}\ndraw: {size_effect: 1.2}") == ["PLAN-103"]


def test_too_few_cases_for_the_usable_ones_that_are_wanted_are_told() -> None:
    done = plan_of("target: {cases: 160}\nstrata: [result]\nusable: 0.5")
    assert done.reachable == 81
    text = " ".join(answer(done))
    assert "*Det kan ikke nås*" in text
    assert f"±{points(margin_of(0.5, 81, population=162))} procentpoint" in text
    assert "Kunne så mange bruges, ville man kende" in text
    assert plan_of("target: {cases: 81}\nstrata: [result]\nusable: 0.5").reachable is None
    file = written("target: {margin: 0.05}\nusable: 0.4")
    assert Planned(file, *how_many(file, 400)).reachable == 160
    assert Planned(file, *how_many(file, 4000)).reachable is None


def test_the_exact_number_is_told_where_the_normal_one_promises_too_much() -> None:
    file = written("target: {share: 0.02, margin: 0.02}")
    size, _ = how_many(file, None)
    found = exact_size(file, None)
    assert found is not None
    assert (size.cases, found.cases) == (189, sample_size(0.02, 0.02, method="exact").cases)
    assert f"*{found.cases} sager* til (method: exact" in " ".join(answer(Planned(file, size, 1.0)))
    for other in ("{share: 0.5, margin: 0.05}", "{share: 0.02, margin: 0.02, method: exact}", "{cases: 50}"):
        assert exact_size(written(f"target: {other}"), None) is None


def test_cells_with_one_case_are_told_and_can_be_avoided() -> None:
    done = plan_of("target: {cases: 20}\nstrata: [result]")
    assert done.single == sum(cases == 1 for cases in taken(done).values()) > 0
    assert "--single-unit" in " ".join(answer(done))
    more = plan_of("target: {cases: 20}\nstrata: [result]\nallocation: {minimum_per_cell: 2}")
    assert more.single == 0
    assert min(cases for cases in taken(more).values() if cases) == 2
    few = "target: {cases: 9}\nstrata: [result]\nallocation: {minimum_per_cell: 2}"
    assert codes(plan_of, few) == ["PLAN-131"]


def test_the_number_that_reaches_the_margin_as_shared_out_is_told() -> None:
    counts = "authority;result;size\n901;grant;9000\n902;grant;900\n"
    text = "target: {margin: 0.05}\nstrata: [result]\nallocation: {method: equal}"
    done = plan_of(text, counts)
    assert done.enough is not None
    assert done.enough > done.size.cases
    again = plan_of(text.replace("margin: 0.05", f"cases: {done.enough}"), counts)
    fewer = plan_of(text.replace("margin: 0.05", f"cases: {done.enough - 20}"), counts)
    assert again.whole is not None
    assert fewer.whole is not None
    assert (again.whole.margin or 1) <= 0.05 < (fewer.whole.margin or 0)
    assert plan_of("target: {margin: 0.1}\nstrata: [result]").enough is None


def test_the_smallest_change_is_seen_and_a_smaller_one_is_not() -> None:
    fall = smallest_change(0.47, 385)
    assert fall is not None
    assert change_power(Change(0.47, 0.47 - fall), 385) == pytest.approx(0.8, abs=1e-9)
    assert smallest_change(0.02, 10) is None


# --- plan.json ---


def test_a_plan_is_the_same_when_it_has_been_written_and_read() -> None:
    done = plan_of("target: {cases: 41}\nstrata: [result]\nusable: 0.85\ndraw: {reserve: 0.2}")
    assert done.plan is not None
    assert from_json(json.loads(json.dumps(done.plan.to_json()))) == done.plan


@pytest.mark.parametrize(
    "change",
    [
        {"seed": ""},
        {"method": "other"},
        {"take": 40},
        {"call_in": 500},
        {"reserve": "-1"},
        {"authorities": 3},
        {"remark": {"da": "x"}},
        {"kind": "results"},
        {"schema_version": 2},
        {"strata": []},
        {"cells": "none"},
    ],
)
def test_a_plan_changed_by_hand_is_refused(change: dict[str, Any]) -> None:
    plan = plan_of("target: {cases: 41}\nstrata: [result]").plan
    assert plan is not None
    assert codes(from_json, {**plan.to_json(), **change}) == ["PLAN-121"]


def test_a_cell_that_calls_in_more_than_it_has_is_refused() -> None:
    plan = plan_of("target: {cases: 41}\nstrata: [result]").plan
    assert isinstance(plan, Plan)
    first, *others = plan.cells
    wrong = replace(plan, cells=(replace(first, size=first.call_in - 1), *others))
    assert codes(from_json, wrong.to_json()) == ["PLAN-121"]
    assert codes(from_json, None) == ["PLAN-121"]
