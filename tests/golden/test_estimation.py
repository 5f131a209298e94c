"""Estimates from rows against R's package survey (`estimation/golden.R`), for every kind of draw."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sagsbarometer.estimation.design import Design, Estimate, SingleUnit, design
from sagsbarometer.estimation.freedom import degrees
from sagsbarometer.estimation.intervals import LOGIT, MEAN, METHODS, NCHS, R, effective, limits, t_limits
from sagsbarometer.estimation.linear import mean, total
from sagsbarometer.estimation.poststratify import poststratify
from sagsbarometer.estimation.totals import (
    estimate_difference,
    estimate_ratio,
    estimate_share,
    estimate_total,
)
from sagsbarometer.estimation.two_phase import corrected_share, twice_share
from sagsbarometer.estimation.variance import covariance

FOLDER = Path(__file__).parent / "estimation"
TOTALS = {"refused": 1180, "granted": 2671}
SHARES = ("yes", "rare", "none", "every")
Table = dict[str, Any]


@cache
def table(name: str) -> Table:
    """The columns of a sample; numbers where all of a column are."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns: Table = {}
    for column in rows[0]:
        texts = [row[column] for row in rows]
        try:
            columns[column] = np.array([float("nan" if text == "NA" else text) for text in texts])
        except ValueError:
            columns[column] = np.array(texts)
    return columns


@cache
def golden() -> dict[tuple[str, str, str], dict[str, float]]:
    """R's numbers, by design, domain and variable, and then by what they are."""
    found: dict[tuple[str, str, str], dict[str, float]] = defaultdict(dict)
    with (FOLDER / "golden.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = row["design"], row["domain"], row["variable"]
            assert row["quantity"] not in found[key]
            found[key][row["quantity"]] = float(row["value"])
    return found


def per(labels: Any, of: Any = None) -> Any:
    """Per row: how many rows, or how many different units, its stratum has."""
    pairs: dict[Any, set[Any]] = {}
    for label, unit in zip(labels, range(len(labels)) if of is None else of, strict=True):
        pairs.setdefault(label, set()).add(unit)
    return np.array([len(pairs[label]) for label in labels], dtype=float)


def with_single_units(rule: str) -> Callable[[Table], Design]:
    return lambda t: design(strata=t["stratum"], populations=[t["population"]], single_unit=rule)


def stages(t: Table) -> Design:
    return design(
        strata=t["stratum"], clusters=[t["cluster"], t["id"]], populations=[t["clusters"], t["cases"]]
    )


def unequal(t: Table) -> Any:
    return t["drawn"] * t["size"] / t["total_size"]


def unequal_stages(t: Table) -> list[Any]:
    return [t["clusters_drawn"] * t["size"] / t["total_size"], t["cases_drawn"] / t["cases"]]


def clusters(t: Table) -> Design:
    return design(strata=t["stratum"], clusters=[t["cluster"]], populations=[t["population"]])


DESIGNS: dict[str, tuple[str, Callable[[Table], Design]]] = {
    "srs": ("srs", lambda t: design(populations=[t["population"]])),
    "srs_wr": ("srs", lambda t: design(weights=t["population"] / len(t["population"]))),
    "stratified": ("stratified", with_single_units("fail")),
    "stratified_wr": (
        "stratified",
        lambda t: design(strata=t["stratum"], weights=t["population"] / per(t["stratum"])),
    ),
    "stratified_post": (
        "stratified",
        lambda t: poststratify(with_single_units("fail")(t), t["group"], TOTALS),
    ),
    "cluster": ("cluster", clusters),
    "cluster_wr": (
        "cluster",
        lambda t: design(
            strata=t["stratum"],
            clusters=[t["cluster"]],
            weights=t["population"] / per(t["stratum"], t["cluster"]),
        ),
    ),
    "cluster_post": (
        "cluster",
        lambda t: poststratify(clusters(t), np.where(t["time"] % 2 == 0, "refused", "granted"), TOTALS),
    ),
    "two_stage": ("two_stage", stages),
    "two_stage_wr": (
        "two_stage",
        lambda t: design(strata=t["stratum"], clusters=[t["cluster"]], weights=stages(t).weights),
    ),
    **{
        f"single_{rule}": ("single", with_single_units(rule))
        for rule in ("certainty", "remove", "adjust", "average")
    },
    "pps_brewer": ("pps", lambda t: design(strata=t["stratum"], probabilities=[unequal(t)])),
    "pps_wr": ("pps", lambda t: design(strata=t["stratum"], weights=1 / unequal(t))),
    "pps_two_stage_brewer": (
        "pps_two_stage",
        lambda t: design(clusters=[t["cluster"], t["id"]], probabilities=unequal_stages(t)),
    ),
    "pps_two_stage_wr": (
        "pps_two_stage",
        lambda t: design(clusters=[t["cluster"]], weights=1 / np.prod(unequal_stages(t), axis=0)),
    ),
}


def close(ours: float, theirs: float, scale: float = 0.0) -> bool:
    """Equal to ten digits; what should be 0 is small beside `scale`."""
    return bool(abs(ours - theirs) <= 1e-10 * max(abs(theirs), 1e-3 * scale))


def cases(name: str) -> list[tuple[str, str, dict[str, float]]]:
    return [(domain, variable, told) for (kind, domain, variable), told in golden().items() if kind == name]


def checked(name: str, domain: str, variable: str, told: dict[str, float], ours: dict[str, float]) -> int:
    """Compares every number of R that we have too, and says how many that were."""
    scale = abs(told.get("mean", told.get("total", 1.0)))
    for quantity in sorted(told.keys() & ours.keys()):
        assert close(ours[quantity], told[quantity], scale), (
            name, domain, variable, quantity, ours[quantity], told[quantity],
        )  # fmt: skip
    return len(told.keys() & ours.keys())


def numbers_of(share: Estimate, whole: int) -> dict[str, float]:
    """What R's script tells of a share, from ours."""
    found = {
        "n": share.cases,
        "df": share.freedom,
        "mean": share.value,
        "se": share.error,
        **({"deff": share.deff} if share.deff is not None else {}),
    }
    if share.variance > 0 and 0 < share.value < 1 and share.freedom:
        adjusted = effective(share, standard=R)
        assert share.effective
        assert adjusted
        found |= {"n_eff": share.effective, "n_eff_df": adjusted}
        for method in METHODS:
            named = {"wilson": "wilson_df"}.get(method, method)
            # R's mean goes beyond 0 and 1; ours stops there, and t_limits does not.
            # With one degree of freedom R's logit has lost the digits of its quantile and ends at 0 and 1.
            if method == LOGIT and share.freedom == 1:
                continue
            if ends := t_limits(share) if method == MEAN else limits(share, method, standard=R):
                found |= {f"{named}_low": ends.low, f"{named}_high": ends.high}
        if ends := limits(share, "beta", standard=NCHS):
            found |= {"beta_capped_low": ends.low, "beta_capped_high": ends.high}
        if ends := limits(share, "beta", level=0.9, standard=R):
            found |= {"beta_90_low": ends.low, "beta_90_high": ends.high}
        return found
    if share.value in (0, 1) and not share.complete and (ends := limits(share, standard=NCHS)):
        found |= {"exact_low": ends.low, "exact_high": ends.high}
        if share.kish == pytest.approx(share.cases, rel=1e-14) and (ends := limits(share)):
            found |= {"exact_df_low": ends.low, "exact_df_high": ends.high}
    return found


@pytest.mark.parametrize("name", DESIGNS)
def test_every_number_is_that_of_r(name: str) -> None:
    source, make = DESIGNS[name]
    t = table(source)
    drawn = make(t)
    compared = 0
    for domain, variable, told in cases(name):
        inside = None if not domain else t["area"] == domain
        if "-" in domain:
            compared += checked(name, domain, variable, told, differing(drawn, t, domain, variable))
            continue
        if variable == "amount/time":
            ratio = estimate_ratio(drawn, t["amount"], t["time"], inside)
            compared += checked(name, domain, variable, told, {"ratio": ratio.value, "ratio_se": ratio.error})
            continue
        whole = estimate_total(drawn, t[variable], inside)
        ours = {"total": whole.value, "total_se": whole.error}
        share = estimate_share(drawn, t[variable], inside)
        if variable in SHARES:
            ours |= numbers_of(share, drawn.rows)
        else:
            ours |= {"mean": share.value, "se": share.error}
            if share.deff is not None:
                ours["deff"] = share.deff
            if ends := t_limits(share):
                ours |= {"mean_low": ends.low, "mean_high": ends.high}
        compared += checked(name, domain, variable, told, ours)
    assert compared > 60, compared


def differing(drawn: Design, t: Table, domain: str, variable: str) -> dict[str, float]:
    first, second = (t["area"] == area for area in domain.split("-"))
    apart = estimate_difference(drawn, t[variable], first, second)
    parts = [mean(drawn, t[variable], inside) for inside in (first, second)]
    both = covariance(drawn, np.column_stack([part.influence for part in parts]))
    sums = [total(drawn, t[variable], inside) for inside in (first, second)]
    between = covariance(drawn, sums[0].influence - sums[1].influence)[0, 0]
    return {
        "difference": apart.value,
        "difference_se": apart.error,
        "covariance": float(both[0, 1]),
        "total_difference": sums[0].value - sums[1].value,
        "total_difference_se": float(between) ** 0.5,
    }


def test_degrees_of_freedom_of_the_whole_design_if_asked_for() -> None:
    compared = 0
    for name in ("srs", "stratified", "cluster"):
        source, make = DESIGNS[name]
        drawn = make(table(source))
        for domain, variable, told in cases(name):
            if "logit_whole_low" not in told or variable == "every":
                continue
            share = estimate_share(
                drawn, table(source)[variable], table(source)["area"] == domain if domain else None
            )
            share = replace(share, freedom=degrees(drawn))
            for method in ("logit", "likelihood"):
                ends = limits(share, method, standard=R)
                assert ends
                assert close(ends.low, told[f"{method}_whole_low"])
                assert close(ends.high, told[f"{method}_whole_high"])
                compared += 1
    assert compared > 20


def test_the_likelihood_interval_is_the_one_r_reads_off_a_spline() -> None:
    compared = 0
    for (_, domain, variable), told in golden().items():
        for end in ("low", "high"):
            if domain == "" and variable == "yes" and f"likelihood_r_{end}" in told:
                assert told[f"likelihood_r_{end}"] == pytest.approx(told[f"likelihood_{end}"], abs=1e-3)
                compared += 1
    assert compared > 20


def test_a_single_unit_is_told_and_named() -> None:
    t = table("single")
    drawn = with_single_units("fail")(t)
    with pytest.raises(SingleUnit) as told:
        estimate_share(drawn, t["yes"])
    assert told.value.strata == ("s03", "s06")  # s08 is one of one: nothing is left to be uncertain of


def test_rounds_stacked_with_the_unit_as_cluster() -> None:
    t = table("rounds")
    drawn = design(strata=t["stratum"], clusters=[t["unit"]], weights=t["weight"])
    for variable in ("yes", "amount"):
        told = golden()["rounds", "2-1", variable]
        rounds = [mean(drawn, t[variable], t["round"] == number) for number in (1, 2)]
        both = covariance(drawn, np.column_stack([each.influence for each in rounds]))
        sums = [total(drawn, t[variable], t["round"] == number) for number in (1, 2)]
        apart = estimate_difference(drawn, t[variable], t["round"] == 2, t["round"] == 1)
        ours = {
            "first": rounds[0].value,
            "first_se": float(both[0, 0]) ** 0.5,
            "second": rounds[1].value,
            "second_se": float(both[1, 1]) ** 0.5,
            "covariance": float(both[0, 1]),
            "difference": apart.value,
            "difference_se": apart.error,
            "df": apart.freedom,
            "total_difference": sums[1].value - sums[0].value,
            "total_difference_se": float(covariance(drawn, sums[1].influence - sums[0].influence)[0, 0])
            ** 0.5,
        }
        assert checked("rounds", "2-1", variable, told, ours) == len(told) == len(ours)


def two_phases() -> dict[str, tuple[Design, Any, Any, Any, Any]]:
    """As `two_phase.R` has them: design, first reading, truth of what was read twice, groups, labels of strata."""
    t, c, s = table("two_phase"), table("cluster"), table("two_stage")
    elements = design(strata=t["stratum"], populations=[t["population"]])
    alike = design(populations=[np.full(elements.rows, sum(set(t["population"])))])
    return {
        "elements": (elements, t["first"], t["truth"], t["stratum"], t["stratum"]),
        "by_finding": (alike, t["first"], t["truth"], t["first"], None),
        "clusters": (clusters(c), *every_third_twice(c), None, None),
        "stages": (stages(s), *every_third_twice(s), None, None),
    }


def every_third_twice(t: Table) -> tuple[Any, Any]:
    twice = np.arange(len(t["yes"])) % 3 == 0
    return t["yes"], np.where(twice, np.abs(t["yes"] - t["rare"]), np.nan)


@cache
def golden_phases() -> dict[tuple[str, str], dict[str, float]]:
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    with (FOLDER / "two_phase_golden.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["design"], row["variable"]][row["quantity"]] = float(row["value"])
    return found


def phases_agree(value: float, variances: tuple[float, float], told: dict[str, float]) -> None:
    assert close(value, told["mean"], 1.0)
    assert close(variances[0], max(told["phase1_var"], 0.0))  # R's estimate of it can be negative
    assert close(variances[1], told["phase2_var"], 1e-4)


@pytest.mark.parametrize("name", ["elements", "by_finding", "clusters", "stages"])
def test_two_phases(name: str) -> None:
    drawn, first, truth, groups, strata = two_phases()[name]
    told = golden_phases()
    twice = ~np.isnan(truth)
    for variable, answers in {
        "truth": truth,
        "first": np.where(twice, first, np.nan),
        "missed": truth - first,
    }.items():
        found, variances = twice_share(drawn, answers, groups)
        phases_agree(found.value, variances, told[name, variable])
    for kind, within in {"": None, "_by_stratum": strata}.items():
        if kind and within is None:
            continue
        corrected = corrected_share(drawn, first, truth, groups, within)
        phases_agree(corrected.share.value, corrected.variances, told[f"{name}_calibrated{kind}", "truth"])
        assert corrected.share.variance == sum(corrected.variances)


def test_two_phases_of_a_part_of_the_cases() -> None:
    drawn, first, truth, groups, _ = two_phases()["elements"]
    told = golden_phases()["elements_part", "truth"]
    inside = np.arange(drawn.rows) % 2 == 0
    corrected = corrected_share(drawn, first, truth, groups, domain=inside)
    assert close(corrected.share.value, told["mean"])
    assert close(corrected.share.error, told["se"])
