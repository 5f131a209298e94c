"""Estimates from one grouped pass against R's package survey (`estimation/golden.R`), for every kind of draw."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import ibis
import pyarrow as pa
import pytest

from sagsbarometer.estimation.asked import Drawing, Variable
from sagsbarometer.estimation.groups import read_groups
from sagsbarometer.estimation.intervals import METHODS, NCHS, R, limits
from sagsbarometer.estimation.moments import Moments, moments
from sagsbarometer.estimation.query import grouped_query
from tests.golden.test_estimation import SHARES, TOTALS, golden, per, table

VARIABLES = tuple(Variable(name, name) for name in SHARES)
BY = ((), ("area",))
STRATA = ("stratum",)

DRAWINGS: dict[str, tuple[str, Drawing]] = {
    "srs": ("srs", Drawing(population="population")),
    "srs_wr": ("srs", Drawing(weight="weight")),
    "stratified": ("stratified", Drawing(strata=STRATA, population="population")),
    "stratified_wr": ("stratified", Drawing(strata=STRATA, weight="weight")),
    "stratified_post": (
        "stratified",
        Drawing(strata=STRATA, population="population", poststrata=("group",)),
    ),
    "cluster": ("cluster", Drawing(strata=STRATA, cluster="cluster", population="population")),
    "cluster_wr": ("cluster", Drawing(strata=STRATA, cluster="cluster", weight="weight")),
    "cluster_post": (
        "cluster",
        Drawing(strata=STRATA, cluster="cluster", population="population", poststrata=("group",)),
    ),
    "two_stage": (
        "two_stage",
        Drawing(strata=STRATA, cluster="cluster", population="clusters", second_population="cases"),
    ),
    "pps_brewer": ("pps", Drawing(strata=STRATA, probability="chance")),
    "pps_two_stage_brewer": (
        "pps_two_stage",
        Drawing(cluster="cluster", probability="chance", second_population="cases"),
    ),
    **{
        f"single_{rule}": ("single", Drawing(strata=STRATA, population="population", single_unit=rule))
        for rule in ("certainty", "remove", "adjust", "average")
    },
}


def rows(name: str, sample: str) -> pa.Table:
    """The sample with what R works out itself: weights as text, so that nothing is lost of a fraction."""
    t = dict(table(sample))
    size = len(t["area"])

    def whole(column: Any) -> list[int]:
        return [int(value) for value in column]

    def fractions(above: Any, below: Any) -> list[str]:
        return [f"{int(one)}/{int(other)}" for one, other in zip(above, below, strict=True)]

    more: dict[str, list[str]] = {}
    if name.endswith("_wr"):
        below = (
            [size] * size
            if sample == "srs"
            else per(t["stratum"], t["cluster"] if sample == "cluster" else None)
        )
        more["weight"] = fractions(t["population"], below)
    if sample.startswith("pps"):
        drawn = t["drawn"] if sample == "pps" else t["clusters_drawn"]
        more["chance"] = [
            str(Fraction(int(d) * int(s), int(total)))
            for d, s, total in zip(drawn, t["size"], t["total_size"], strict=True)
        ]
    if name == "cluster_post":
        more["group"] = ["granted" if int(time) % 2 else "refused" for time in t["time"]]
    plain = {
        name: [str(value) for value in column] if column.dtype.kind == "U" else whole(column)
        for name, column in t.items()
    }
    return pa.table(plain | more)


def found(name: str) -> tuple[Moments, ...]:
    sample, drawing = DRAWINGS[name]
    query = grouped_query(ibis.memtable(rows(name, sample)), drawing, VARIABLES, BY)
    groups = read_groups(query.to_pyarrow(), drawing, VARIABLES, BY)
    totals: dict[tuple[str | None, ...], float] = {(group,): float(total) for group, total in TOTALS.items()}
    return moments(groups, drawing, totals if drawing.poststrata else None)


def close(ours: float, theirs: float) -> bool:
    # At all R has an error of 1e-17 where ours is nought.
    return abs(ours - theirs) <= 1e-10 * abs(theirs) + 1e-15


@pytest.mark.parametrize("name", DRAWINGS)
def test_shares_of_all_and_of_domains_are_those_of_r(name: str) -> None:
    compared = 0
    for of in found(name):
        for d, domain in enumerate(of.domains):
            for k, variable in enumerate(SHARES):
                told = golden().get((name, (domain or ("",))[0] or "", variable))
                own = of.estimate(d, k)
                if told is None or own is None:
                    continue
                assert (own.cases, own.freedom) == (told["n"], told["df"]), (domain, variable)
                assert close(own.value, told["mean"])
                assert close(own.error, told["se"]), (domain, variable)
                compared += 3
                if 0 < own.value < 1 and "deff" in told and own.deff is not None:
                    assert close(own.deff, told["deff"]), (domain, variable)
                    compared += 1
    assert compared >= 40


@pytest.mark.parametrize("name", ["srs", "stratified", "cluster", "two_stage", "pps_brewer"])
@pytest.mark.parametrize("method", METHODS)
def test_intervals_are_those_of_r(name: str, method: str) -> None:
    (whole, areas), compared = found(name), 0
    for of in (whole, areas):
        for d, domain in enumerate(of.domains):
            for k, variable in enumerate(SHARES):
                told = golden().get((name, (domain or ("",))[0] or "", variable), {})
                own = of.estimate(d, k)
                key = "wilson_df" if method == "wilson" else method
                if own is None or own.value in (0, 1) or f"{key}_low" not in told:
                    continue  # at none and at all R has no interval that is one
                ends = limits(own, method, standard=R)
                assert ends is not None
                assert close(ends.low, max(told[f"{key}_low"], 0)), (domain, variable)
                assert close(ends.high, min(told[f"{key}_high"], 1)), (domain, variable)
                compared += 2
                if method == "beta":
                    capped = limits(own, method, standard=NCHS)
                    assert capped is not None
                    assert close(capped.low, told["beta_capped_low"])
    assert compared >= 4
