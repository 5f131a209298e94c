"""`estimate` beside its shares: totals, means, ratios, differences, readers' errors and changes, held up against R."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.estimation.design import design as sample_of
from sagsbarometer.estimation.two_phase import corrected_share
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import read_csv
from sagsbarometer.reporting.numbers import amount
from sagsbarometer.runs.estimate import Job, estimate
from sagsbarometer.store.results import load_results
from tests.golden.test_estimation import golden, golden_phases
from tests.integration.test_estimate import written

GOLDEN = Path(__file__).parents[1] / "golden" / "estimation"
HEAD = (
    "estimate: invented\ntitle: {da: En opdigtet undersøgelse}\norigin: synthetic\nprobability_sample: true\n"
)
STRATIFIED = HEAD + "strata: [stratum]\npopulation: population\ndomains: [area]\n"
CLUSTERS = HEAD + "strata: [stratum]\ncluster: cluster\npopulation: population\n"
NUMBERS = """variables:
  - {id: defect, label: {da: Væsentlig mangel}, column: "yes", yes: [1], no: [0]}
  - {id: defects, label: {da: Sager med mangel}, kind: total, column: "yes", yes: [1], no: [0]}
  - {id: whole, label: {da: Beløb i alt}, kind: total, column: amount}
  - {id: amount, label: {da: Beløb}, kind: mean}
  - {id: per_day, label: {da: Beløb pr. dag}, kind: ratio, column: amount, over: time}
compare: [{by: area, one: a, other: b}]
"""
runner = CliRunner()
Make = Callable[[str], Path]


def run(*words: object) -> Result:
    return runner.invoke(app, ["estimate", *map(str, words)])


@pytest.fixture
def design(tmp_path: Path) -> Make:
    return lambda text: written(tmp_path / "design.yaml", text)


def near(value: float) -> Any:
    return pytest.approx(value, abs=6e-7)


def numbers(data: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(item["result"], item["row"]): item for item in data["estimates"]}


def codes(job: Job) -> set[str]:
    with pytest.raises(Faults) as raised:
        estimate(job)
    return {problem.code for problem in raised.value.problems}


# --- totals, means, ratios and differences ---


@pytest.mark.parametrize(("data", "head"), [("stratified", STRATIFIED), ("cluster", CLUSTERS)])
def test_totals_means_and_ratios_are_those_of_r(design: Make, data: str, head: str) -> None:
    found = numbers(estimate(Job(GOLDEN / f"{data}.csv", design(head + NUMBERS), by=("area",))).data)
    for area, row in (("", ""), ("a", "area=a"), ("d", "area=d")):
        counted, told = golden()[data, area, "yes"], golden()[data, area, "amount"]
        own = found["defects", row]
        assert (own["value"], own["standard_error"]) == (near(counted["total"]), near(counted["total_se"]))
        assert (own["unit"], own["kind"], own["estimator"]) == ("cases", "total", "horvitz_thompson")
        assert own["low"] >= 0, "no fewer cases than none"
        own = found["whole", row]
        assert (own["value"], own["standard_error"]) == (near(told["total"]), near(told["total_se"]))
        own = found["amount", row]
        assert (own["value"], own["standard_error"]) == (near(told["mean"]), near(told["se"]))
        assert (own["low"], own["high"]) == (near(told["mean_low"]), near(told["mean_high"]))
        assert own["design_effect"] == near(told["deff"])
        assert own["interval_method"] == "t_95"
        own, told = found["per_day", row], golden()[data, area, "amount/time"]
        assert (own["value"], own["standard_error"]) == (near(told["ratio"]), near(told["ratio_se"]))


def test_the_difference_of_two_groups_is_that_of_r(design: Make) -> None:
    done = estimate(Job(GOLDEN / "cluster.csv", design(CLUSTERS + NUMBERS)))
    found = {item["result"]: item for item in done.data["differences"]}
    assert set(found) == {"defect", "amount", "per_day"}
    for id, variable, scale in (("defect", "yes", 100), ("amount", "amount", 1)):
        told, own = golden()["cluster", "a-b", variable], found[id]
        assert own["value"] == near(scale * told["difference"])
        assert own["standard_error"] == near(scale * told["difference_se"])
        assert own["covariance"] == near(scale**2 * told["covariance"])
        assert own["one_value"] - own["other_value"] == pytest.approx(own["value"], abs=2e-6)
        assert own["low"] < own["value"] < own["high"]
    assert (found["defect"]["unit"], found["amount"]["unit"]) == ("percentage_points", "")


def test_two_stages_with_unequal_probabilities_are_those_of_r(tmp_path: Path, design: Make) -> None:
    with (GOLDEN / "pps_two_stage.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["chance"] = f"{int(row['clusters_drawn']) * int(row['size'])}/{row['total_size']}"
    with (tmp_path / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, rows[0]).writeheader()
        csv.DictWriter(file, rows[0]).writerows(rows)
    more = "cluster: cluster\nprobability: chance\nsecond: {population: cases}\n"
    found = numbers(estimate(Job(tmp_path / "rows.csv", design(HEAD + more + NUMBERS))).data)
    told = golden()["pps_two_stage_brewer", "", "amount"]
    assert found["amount", ""]["standard_error"] == near(told["se"])
    assert found["whole", ""]["standard_error"] == near(told["total_se"])
    told = golden()["pps_two_stage_brewer", "", "yes"]
    assert found["defect", ""]["standard_error"] == near(100 * told["se"])


def test_known_numbers_of_cases_change_the_rest_too(tmp_path: Path, design: Make) -> None:
    totals = written(tmp_path / "totals.csv", "group,total\nrefused,1180\ngranted,2671\n")
    job = Job(GOLDEN / "stratified.csv", design(STRATIFIED + NUMBERS), poststrata=totals)
    found = numbers(estimate(job).data)
    told = golden()["stratified_post", "", "amount"]
    assert found["amount", ""]["standard_error"] == near(told["se"])
    assert found["whole", ""]["standard_error"] == near(told["total_se"])


def test_a_mean_alone_can_be_asked_for(tmp_path: Path, design: Make) -> None:
    rows = written(tmp_path / "r.csv", "dage\n4\n\n6,\n".replace(",", "") + "-1\n12.5\nved ikke\nnej\n")
    text = "variables:\n  - {id: dage, label: {da: Dage}, kind: mean, unknown: [ved ikke], outside: [nej]}\n"
    done = run(rows, "--design", design(HEAD + text), "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.stderr
    (own,) = json.loads(done.stdout)["estimates"]
    assert own["value"] == near((4 + 6 - 1 + 12.5) / 4)
    assert (own["cases"], own["unknown"], own["degrees_of_freedom"]) == (4, 1, 3)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "Dage" in page
    assert "5,38" in page


def test_unknown_answers_are_the_bounds_of_a_number_of_cases(tmp_path: Path, design: Make) -> None:
    rows = written(tmp_path / "r.csv", "n,svar\n20,ja\n20,nej\n20,ved ikke\n20,\n20,ikke\n")
    text = (
        "population: n\nvariables:\n  - {id: v, label: {da: Sager}, kind: total, column: svar, yes: [ja], no: [nej], "
        "unknown: [ved ikke], outside: [ikke]}\n"
    )
    done = run(rows, "--design", design(HEAD + text))
    assert done.exit_code == 0, done.stderr
    assert "2 sager; 2 ukendt, grænser 4-12" in done.stdout
    assert done.stdout.startswith("Sager: 4 (")


def test_everything_is_told_in_every_file(tmp_path: Path, design: Make) -> None:
    job = ["--design", design(STRATIFIED + NUMBERS), "--out", tmp_path / "out"]
    done = run(GOLDEN / "stratified.csv", *job)
    assert done.exit_code == 0, done.stderr
    assert "Væsentlig mangel, a minus b: " in done.stdout
    assert "procentpoint (" in done.stdout
    lines = list(csv.DictReader((tmp_path / "out" / "estimater.csv").open(encoding="utf-8")))
    kinds = [line["kind"] for line in lines]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "share": 7, "total": 14, "mean": 7, "ratio": 7, "difference": 3,
    }  # fmt: skip
    apart = next(line for line in lines if line["kind"] == "difference")
    assert (apart["row"], apart["than"], apart["unit"]) == ("area=a", "area=b", "percentage_points")
    told = json.loads((tmp_path / "out" / "estimater.json").read_text(encoding="utf-8"))
    assert [item["result"] for item in told["differences"]] == ["defect", "amount", "per_day"]
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    for words in ("Antal, gennemsnit og forhold", "Forskelle", "Beløb pr. dag", "Tabel 3: Standardfejl"):
        assert words in page, words


# --- errors of reading ---


def twice(tmp_path: Path, name: str) -> Path:
    """A sample of the golden values of two phases: every third case read twice."""
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for at, row in enumerate(rows):
        row["truth"] = str(abs(int(row["yes"]) - int(row["rare"]))) if at % 3 == 0 else ""
    path = tmp_path / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, rows[0]).writeheader()
        csv.DictWriter(file, rows[0]).writerows(rows)
    return path


TWICE = 'variables:\n  - {id: v, label: {da: Mangel}, column: "yes", yes: [1], no: [0], truth: truth}\n'


def test_a_share_read_twice_in_part_is_that_of_r(tmp_path: Path, design: Make) -> None:
    done = estimate(Job(twice(tmp_path, "cluster"), design(CLUSTERS + TWICE)))
    told, (own,) = golden_phases()["clusters_calibrated", "truth"], done.data["corrected"]
    assert own["value"] == near(100 * told["mean"])
    assert own["standard_error"] == near(100 * told["se"])
    assert own["variance_of_draw"] == near(10_000 * told["phase1_var"])
    assert own["variance_of_second_reading"] == near(10_000 * told["phase2_var"])
    (first,) = done.data["estimates"]
    assert (own["first_value"], own["first_low"]) == (first["value"], first["low"])


def test_second_readings_drawn_within_strata_are_those_of_r(tmp_path: Path, design: Make) -> None:
    rows = (GOLDEN / "two_phase.csv").read_text(encoding="utf-8").replace(",NA", ",")
    text = (
        "variables:\n  - {id: v, label: {da: V}, column: first, yes: [1], no: [0], "
        "truth: {column: truth, drawn_within: [stratum]}}\n"
    )
    job = Job(
        written(tmp_path / "r.csv", rows),
        design(HEAD + "strata: [stratum]\npopulation: population\n" + text),
    )
    told, (own,) = golden_phases()["elements_calibrated", "truth"], estimate(job).data["corrected"]
    assert own["value"] == near(100 * told["mean"])
    assert own["standard_error"] == near(100 * told["se"])


def test_both_shares_are_shown_with_what_they_rest_on(tmp_path: Path, design: Make) -> None:
    out = tmp_path / "out"
    done = run(twice(tmp_path, "cluster"), "--design", design(CLUSTERS + TWICE), "--by", "area", "--out", out)
    assert done.exit_code == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "Mangel, rettet for læsefejl: " in said
    assert "dobbeltlæste sager fik et andet svar" in said
    assert "kun, hvis de dobbeltlæste sager er trukket tilfældigt" in said
    assert "færre end 30 er læst to gange" in said, "in an area"
    cells = {(cell.result, cell.row): cell for cell in read_csv((out / "cells.csv").read_text("utf-8"))}
    cell = cells["v_corrected", ""]
    assert (cell.estimator, cell.unit, cell.unknown) == ("two_phase", "percent", 0)
    assert "v_corrected" in json.loads((out / "definitions.json").read_text("utf-8"))
    page = (out / "index.html").read_text("utf-8")
    assert "Mangel, rettet for læsefejl" in page.partition("Figur 2")[2]
    assert "Færre end 30 er læst to gange" in page


def test_nothing_is_corrected_where_nobody_read_twice(tmp_path: Path, design: Make) -> None:
    rows = "g,svar,endeligt\n" + "a,ja,ja\na,nej,nej\na,ja,nej\na,nej,\na,ja,ved ikke\nb,ja,\nb,nej,\n"
    text = (
        "domains: [g]\nvariables:\n  - {id: v, label: {da: V}, column: svar, yes: [ja], no: [nej], "
        "unknown: [ved ikke], truth: endeligt}\n"
    )
    data = written(tmp_path / "r.csv", rows)
    done = estimate(Job(data, design(HEAD + text)))
    found = {item["row"]: item for item in done.data["corrected"]}
    assert (found["g=b"]["value"], found["g=b"]["remarks"]) == (None, ["none_twice"])
    assert found[""]["unsettled"] == 1
    assert (found[""]["read_twice"], found[""]["changed"]) == (3, 1)
    assert found[""]["value"] == near(100 * 0.5 * 4 / 7), "half of those found, and none of the others"
    empty = written(tmp_path / "e.csv", rows.replace("ja,ja", "ja,").replace("nej,nej", "nej,"))
    assert codes(Job(empty, design(HEAD + text))) == {"ESTIMAT-118"}
    totals = written(tmp_path / "t.csv", "g,total\na,10\nb,20\n")
    with pytest.raises(Faults) as raised:
        estimate(Job(data, design(HEAD + text), poststrata=totals))
    assert [(told.code, told.place.file) for told in raised.value.problems] == [
        ("ESTIMAT-118", "--poststrata")
    ]


def test_cases_outside_the_base_had_no_part_in_the_second_draw(tmp_path: Path, design: Make) -> None:
    first = ["ja", "nej", "nej", "ja"] * 10
    final = ["ja", "nej", "ja", "nej", "", "", "", ""] * 5
    lines = [f"100,{one},{other}" for one, other in zip(first, final, strict=True)] + ["100,ikke,"] * 20
    text = (
        "population: n\nvariables:\n  - {id: v, label: {da: V}, column: svar, yes: [ja], no: [nej], outside: [ikke], "
        "truth: endeligt}\n"
    )
    data = written(tmp_path / "r.csv", "n,svar,endeligt\n" + "\n".join(lines) + "\n")
    (own,) = estimate(Job(data, design(HEAD + text))).data["corrected"]
    worth = {"ja": 1.0, "nej": 0.0, "": float("nan")}
    inside = np.array([True] * 40 + [False] * 20)
    told = corrected_share(
        sample_of(populations=[[100] * 60]),
        [worth[of] for of in first] + [0.0] * 20,
        [worth[of] for of in final] + [0.0] * 20,
        groups=inside,
        domain=inside,
    )
    assert own["variance_of_second_reading"] == near(10_000 * told.variances[1])
    assert own["standard_error"] == near(100 * told.share.error)
    assert (own["read_twice"], own["cases"]) == (20, 40)


# --- what is wrong ---


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("kind: mean}", "kind: mean, yes: [1]}"), "ESTIMAT-101"),
        (("kind: mean}", "kind: sum}"), "ESTIMAT-101"),
        (("over: time", "outside: [x]"), "ESTIMAT-101"),
        (("kind: mean}", "kind: mean, over: time}"), "ESTIMAT-101"),
        (("kind: mean}", "kind: mean, truth: rare}"), "ESTIMAT-101"),
        (("kind: total, column: \"yes\", yes: [1], no: [0]", "kind: total, column: \"yes\", yes: [1]"), "ESTIMAT-101"),
        (("yes: [1], no: [0]}\n  - {id: defects", "yes: [1]}\n  - {id: defects"), "ESTIMAT-101"),
        (("id: defects", "id: defect_corrected"), ""),
        (("other: b", "other: a"), "ESTIMAT-101"),
        (("other: b", "other: zz"), "ESTIMAT-116"),
        (("other: b", "other: 010190-1234"), "YAML-105"),
        (("by: area", "by: egn"), "ESTIMAT-102"),
        (("over: time", "over: tid"), "ESTIMAT-102"),
        (("kind: mean}", "kind: mean, column: area}"), "ESTIMAT-115"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_told(design: Make, change: tuple[str, str], code: str) -> None:
    assert change[0] in NUMBERS
    job = Job(GOLDEN / "stratified.csv", design(STRATIFIED + NUMBERS.replace(*change)))
    if code:
        assert codes(job) == {code}
    else:
        assert estimate(job).data["estimates"]


def test_the_name_of_a_corrected_share_is_taken(design: Make) -> None:
    text = TWICE + '  - {id: v_corrected, label: {da: X}, column: "yes", yes: [1], no: [0]}\n'
    assert codes(Job(GOLDEN / "cluster.csv", design(CLUSTERS + text))) == {"ESTIMAT-101"}


def test_compared_groups_of_invented_cases_are_no_real_authorities(tmp_path: Path, design: Make) -> None:
    rows = written(tmp_path / "r.csv", "kommune,svar\n101,ja\n101,nej\n751,ja\n751,nej\n")
    text = "variables:\n  - {id: v, label: {da: V}, column: svar, yes: [ja], no: [nej]}\n"
    compare = "compare: [{by: kommune, one: 101, other: 751}]\n"
    done = run(rows, "--design", design(HEAD + text + compare))
    assert done.exit_code == 4
    assert "FORSKEL-101" in done.stderr


def test_every_number_is_a_cell_like_all_others(tmp_path: Path, design: Make) -> None:
    of = design(CLUSTERS + NUMBERS)
    done = estimate(
        Job(GOLDEN / "cluster.csv", of, by=("area",), out=tmp_path / "out", before=GOLDEN / "cluster.csv")
    )
    cells = {cell.key: cell for cell in load_results(tmp_path / "out").results}
    defined = load_results(tmp_path / "out").definitions
    assert {cell.definition for cell in cells.values()} <= {item["hash"] for item in defined.values()}
    places = [(own["result"], own["row"], "", own) for own in done.data["estimates"]]
    for own in done.data["differences"]:
        row, column = (f"{own['by']}={own[side]}" for side in ("one", "other"))
        places.append((f"{own['result']}_difference", row, column, own))
    places += [(f"{own['result']}_change", own["row"], "", own) for own in done.data["changes"]]
    for result, row, column, own in places:
        cell = cells[result, row, column, ""]
        told = [None if end is None else float(end) for end in (cell.value, cell.low, cell.high)]
        assert told == [own["value"], own["low"], own["high"]]
        assert cell.unit == (own["unit"] or "own")
    assert len(places) == len(cells)
    own = cells["amount", "", "", ""]
    assert own.value is not None
    assert amount(own) == f"{own.value.quantize(Decimal('0.1'), ROUND_HALF_UP)}".replace(".", ",")
