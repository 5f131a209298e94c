"""Estimates from the counts of a grouped pass are those made row by row, whatever the design."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.estimation.asked import By, Drawing, Variable
from sagsbarometer.estimation.design import SINGLE_UNIT_RULES, Design, Estimate, SingleUnit, design
from sagsbarometer.estimation.groups import Groups, read_groups
from sagsbarometer.estimation.moments import Moments, moments
from sagsbarometer.estimation.poststratify import poststratify
from sagsbarometer.estimation.query import grouped_query
from sagsbarometer.estimation.totals import bounds, estimate_share

BY: tuple[By, ...] = ((), ("region",), ("region", "sex"))
VARIABLES = (Variable("defect", "defect"), Variable("late", "late", base="late_base"))


@dataclass
class Sample:
    """Rows as they were drawn, and the drawing."""

    table: pa.Table
    drawing: Drawing

    def column(self, name: str) -> Any:
        return np.array(self.table[name].to_pylist(), dtype=object)


KINDS = ("simple", "weights", "stratified", "clusters", "clusters_wr", "two_stage", "pps", "pps_two_stage")


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    kind = draw(st.sampled_from(KINDS))
    seed = draw(st.integers(0, 2**32 - 1))
    rows = draw(st.integers(2, 60))
    rule = draw(st.sampled_from(SINGLE_UNIT_RULES))
    random = np.random.default_rng(seed)
    few = int(random.integers(1, 5))
    strata = random.integers(0, few, rows)
    clusters = strata * 100 + random.integers(0, int(random.integers(1, 8)), rows)
    inner = random.integers(0, 2, rows)
    in_stratum = {h: int((strata == h).sum()) + int(random.integers(0, 9)) for h in range(few)}
    units = {h: len(set(clusters[strata == h])) + int(random.integers(0, 5)) for h in range(few)}
    pairs = list(zip(clusters, inner, strict=True))
    in_unit = {pair: pairs.count(pair) + int(random.integers(0, 4)) for pair in set(pairs)}
    chance = {c: float(random.uniform(0.05, 1)) for c in set(clusters)}
    data: dict[str, Any] = {
        "stratum": [f"s{h}" for h in strata],
        "cluster": [f"c{c}" for c in clusters],
        "inner": inner.tolist(),
        "weight": [f"{int(w)}/7" for w in random.integers(1, 40, rows)],
        "population": [in_stratum[h] for h in strata],
        "units": [units[h] for h in strata],
        "cases": [in_unit[pair] for pair in pairs],
        "chance": [float(p) for p in random.uniform(0.05, 1, rows)],
        "unit_chance": [chance[c] for c in clusters],
        "group": [f"g{g}" for g in random.integers(0, 3, rows)],
        "region": [None if r == 0 else f"r{r}" for r in random.integers(0, 4, rows)],
        "sex": [bool(x) for x in random.integers(0, 2, rows)],
    }
    share, known = random.choice([0.0, 0.1, 0.5, 1.0]), random.choice([0.3, 0.9, 1.0])
    data["defect"] = [
        int(y) if k < known else None
        for y, k in zip(random.random(rows) < share, random.random(rows), strict=True)
    ]
    data["late_base"] = [int(x) for x in random.integers(0, 2, rows)]
    data["late"] = [
        int(random.random() < 0.5) if base and random.random() < 0.8 else None for base in data["late_base"]
    ]
    post = ("group",) if draw(st.booleans()) else ()
    drawing = {
        "simple": Drawing(population="population", single_unit=rule),
        "weights": Drawing(weight="weight", strata=("stratum",), single_unit=rule, poststrata=post),
        "stratified": Drawing(
            strata=("stratum",), population="population", single_unit=rule, poststrata=post
        ),
        "clusters": Drawing(
            strata=("stratum",), cluster="cluster", population="units", single_unit=rule, poststrata=post
        ),
        "clusters_wr": Drawing(weight="weight", strata=("stratum",), cluster="cluster", single_unit=rule),
        "two_stage": Drawing(
            strata=("stratum",),
            cluster="cluster",
            population="units",
            second_strata=("inner",),
            second_population="cases",
            single_unit=rule,
            poststrata=post,
        ),
        "pps": Drawing(strata=("stratum",), probability="chance", single_unit=rule, poststrata=post),
        "pps_two_stage": Drawing(
            cluster="cluster",
            probability="unit_chance",
            second_strata=("inner",),
            second_population="cases",
            single_unit=rule,
        ),
    }[kind]
    if kind == "simple":
        data["population"] = [rows + int(seed % 5)] * rows
    return Sample(pa.table(data), drawing)


def by_groups(sample: Sample, totals: dict[tuple[str | None, ...], float]) -> tuple[Moments, ...]:
    query = grouped_query(ibis.memtable(sample.table), sample.drawing, VARIABLES, BY)
    return moments(grouped(sample, query), sample.drawing, totals)


def grouped(sample: Sample, query: Any) -> Groups:
    return read_groups(query.to_pyarrow(), sample.drawing, VARIABLES, BY)


def by_rows(sample: Sample, totals: dict[tuple[str | None, ...], float]) -> Design:
    of = sample.drawing

    def numbers(name: str) -> Any:
        return np.array([float(Fraction(value)) for value in sample.column(name)])

    strata: Any = ()
    if of.strata:
        strata = sample.column(of.strata[0]).astype(str)
    if of.second_population:
        strata = (
            strata if of.strata else np.zeros(sample.table.num_rows),
            sample.column("inner").astype(str),
        )
    clusters = [sample.column(of.cluster).astype(str)] if of.cluster else []
    if of.second_population:
        clusters.append(np.arange(sample.table.num_rows))
    populations = [numbers(name) for name in (of.population, of.second_population) if name]
    probabilities = []
    if of.probability:
        probabilities = [numbers(of.probability)]
        if of.second_population:  # simple within the unit: as many of its cases as were drawn
            cells = list(zip(sample.column("cluster"), sample.column("inner"), strict=True))
            taken = np.array([cells.count(cell) for cell in cells])
            probabilities.append(taken / numbers(of.second_population))
        populations = []
    found = design(
        rows=sample.table.num_rows,
        weights=numbers(of.weight) if of.weight else None,
        strata=strata,
        clusters=clusters,
        populations=populations,
        probabilities=probabilities,
        single_unit=of.single_unit,
    )
    return (
        poststratify(
            found, sample.column("group").astype(str), {str(name[0]): n for name, n in totals.items()}
        )
        if of.poststrata
        else found
    )


def close(one: float | None, other: float | None, floor: float = 1e-15) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 1e-12 * max(abs(one), abs(other)) + floor


def same(one: Estimate, other: Estimate) -> bool:
    # A variance is a sum of squares that may cancel: what is left of 1e-17 of the share's own scale is nothing.
    return (
        close(one.value, other.value)
        and close(one.variance, other.variance, 1e-16)
        and close(one.deff, other.deff, 1e-12)
        and close(one.kish, other.kish)
        and close(one.weight, other.weight)
        and (one.freedom, one.cases, one.estimator, one.complete)
        == (other.freedom, other.cases, other.estimator, other.complete)
    )


@given(samples())
def test_groups_say_what_rows_say(sample: Sample) -> None:
    groups = sorted(set(sample.column("group")))
    totals: dict[tuple[str | None, ...], float] = (
        {(name,): 37.0 + 11 * number for number, name in enumerate(groups)}
        if sample.drawing.poststrata
        else {}
    )
    rows = by_rows(sample, totals)
    answers = {
        v.id: np.array([np.nan if y is None else y for y in sample.column(v.column)], float)
        for v in VARIABLES
    }
    base = {"defect": np.ones(sample.table.num_rows, bool), "late": sample.column("late_base") == 1}
    try:
        found = by_groups(sample, totals)
    except SingleUnit as alone:
        with pytest.raises(SingleUnit) as raised:
            estimates(sample, rows, answers, base)
        assert raised.value.stage == alone.stage
        return
    told = estimates(sample, rows, answers, base)
    assert sum(len(of.domains) * len(VARIABLES) for of in found) == len(told)
    for grouping, of in zip(BY, found, strict=True):
        for d, domain in enumerate(of.domains):
            for k, variable in enumerate(VARIABLES):
                own, row, bound = of.estimate(d, k), *told[grouping, domain, variable.id]
                assert (own is None) == (row is None)
                if own is not None and row is not None:
                    assert same(own, row), (sample.drawing, grouping, domain, variable.id, own, row)
                if bound is not None:
                    assert close(of.low[d, k], bound[0])
                    assert close(of.high[d, k], bound[1])


def estimates(sample: Sample, rows: Design, answers: Any, base: Any) -> dict[Any, Any]:
    """Each share by rows, with its bounds."""
    told: dict[Any, Any] = {}
    for grouping in BY:
        values = [[None if v is None else str(v).lower() for v in sample.column(name)] for name in grouping]
        labels = list(zip(*values, strict=True)) if values else [()] * sample.table.num_rows
        for domain in set(labels):
            inside = np.array([label == domain for label in labels])
            for variable in VARIABLES:
                here, y = inside & base[variable.id], answers[variable.id]
                known = here & ~np.isnan(y)
                told[grouping, domain, variable.id] = (
                    estimate_share(rows, y, here) if known.any() else None,
                    bounds(rows, y, here) if here.any() else None,
                )
    return told
