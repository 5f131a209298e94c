"""`estimate`: from drawn cases to numbers for all, by the command."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import read_csv
from sagsbarometer.runs.estimate import Job, estimate
from sagsbarometer.runs.sample_draw import Job as Draw
from sagsbarometer.runs.sample_draw import sample_draw
from sagsbarometer.runs.sample_replace import Job as Replace
from sagsbarometer.runs.sample_replace import sample_replace
from sagsbarometer.sampling.listing import ListRow, listing
from sagsbarometer.store.results import load_results
from sagsbarometer.store.sample import read_sample
from tests.conftest import ROOT
from tests.golden.test_estimation import golden
from tests.samples_in_tests import a_list, a_plan, write_list, write_plan
from tests.shared_in_tests import demo_study

GOLDEN = ROOT / "tests" / "golden" / "estimation"
DESIGN = """
estimate: invented
title: {da: En opdigtet undersøgelse}
origin: synthetic
probability_sample: true
data_date: 2026-01-31
strata: [stratum]
population: population
variables:
  - {id: defect, label: {da: Væsentlig mangel}, column: "yes", yes: [1], no: [0]}
  - {id: rare, label: {da: Sjælden mangel}, yes: [1], no: [0]}
domains: [area]
"""
runner = CliRunner()


def run(*words: object) -> Result:
    return runner.invoke(app, ["estimate", *map(str, words)])


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def design(tmp_path: Path) -> Path:
    return written(tmp_path / "design.yaml", DESIGN)


def by_key(data: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(item["result"], item["row"]): item for item in data["estimates"]}


def korn_graubard(p: float, cases: float) -> tuple[float, float]:
    """Both limits of a share of so many cases."""
    from scipy.special import betaincinv

    yes, no = p * cases, (1 - p) * cases
    return float(betaincinv(yes, no + 1, 0.025)), float(betaincinv(yes + 1, no, 0.975))


# --- a file with its own design ---


def test_the_numbers_are_those_of_r(design: Path) -> None:
    done = estimate(Job(GOLDEN / "stratified.csv", design))
    found = by_key(done.data)
    assert len(found) == 2 * 7
    for area, row in (("", ""), ("a", "area=a"), ("d", "area=d")):
        told, own = golden()["stratified", area, "yes"], found["defect", row]
        assert own["value"] == pytest.approx(100 * told["mean"], abs=6e-7)
        assert own["standard_error"] == pytest.approx(100 * told["se"], abs=6e-7)
        ends = told["beta_low"], told["beta_high"]
        if not area:  # better than a simple draw, which the interval does not take credit for
            ends = korn_graubard(told["mean"], 149 / (1 - 149 / 3851))
            assert ends[1] - ends[0] > told["beta_high"] - told["beta_low"]
        assert own["low"] == pytest.approx(100 * ends[0], abs=6e-7)
        assert own["high"] == pytest.approx(100 * ends[1], abs=6e-7)
        assert own["design_effect"] == pytest.approx(told["deff"], abs=6e-7)
        assert (own["cases"], own["degrees_of_freedom"]) == (told["n"], told["df"])
        assert own["interval_method"] == "korn_graubard_95"


def test_other_intervals_and_known_numbers_are_those_of_r(design: Path, tmp_path: Path) -> None:
    totals = written(tmp_path / "totals.csv", "group,total\nrefused,1180\ngranted,2671\n")
    told = golden()["stratified_post", "", "yes"]
    for method in ("logit", "likelihood", "mean"):
        done = estimate(Job(GOLDEN / "stratified.csv", design, interval=method, poststrata=totals))
        own = by_key(done.data)["defect", ""]
        assert own["estimator"] == "poststratified"
        assert own["value"] == pytest.approx(100 * told["mean"], abs=6e-7)
        assert own["low"] == pytest.approx(100 * told[f"{method}_low"], abs=6e-7)


def test_a_folder_is_whole_the_same_each_time_and_tells_its_cells(design: Path, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        done = run(GOLDEN / "stratified.csv", "--design", design, "--out", tmp_path / name)
        assert done.exit_code == 0, done.stderr
        files = (path for path in (tmp_path / name).rglob("*") if path.is_file() and path.name != "run.json")
        made.append({path.relative_to(tmp_path / name).as_posix(): path.read_bytes() for path in files})
    assert made[0] == made[1]
    assert {"index.html", "index.pdf", "tabeller.xlsx", "estimater.csv", "cells.csv"} <= made[0].keys()
    cells = {(cell.result, cell.row): cell for cell in read_csv(made[0]["cells.csv"].decode())}
    cell = cells["defect", ""]
    assert (cell.numerator, cell.denominator, cell.estimator) == (74, 149, "hajek")
    assert cell.generalisable == "yes"
    assert "Væsentlig mangel: 55,2 procent (47,1-63,2), 74 af 149 sager" in done.stdout
    page = made[0]["index.html"].decode()
    assert "55 %" in page, "the weighted share is printed, not 74 of 149"
    assert "50 %" in page.partition("Figur 2")[2]
    assert "Opdigtede data" in page


def test_unknown_answers_are_bounds_and_those_outside_are_gone(tmp_path: Path) -> None:
    rows = (
        "h,n,svar\n"
        + "".join(f"a,20,{svar}\n" for svar in ["ja", "nej", "ved ikke", "", "ikke"])
        + ("b,60,ja\nb,60,nej\nb,60,nej\n")
    )
    design = written(
        tmp_path / "d.yaml",
        "estimate: d\ntitle: {da: D}\norigin: synthetic\n"
        "probability_sample: true\nstrata: [h]\npopulation: n\nvariables:\n"
        "  - {id: v, label: {da: V}, column: svar, yes: [ja], no: [nej], unknown: [ved ikke], outside: [ikke]}\n",
    )
    done = run(written(tmp_path / "r.csv", rows), "--design", design, "--json")
    assert done.exit_code == 0, done.stderr
    (own,) = json.loads(done.stdout)["estimates"]
    # Each row of a weighs 20/5, of b 60/3.
    assert own["value"] == pytest.approx(100 * (4 + 20) / (8 + 60), abs=1e-6)
    assert own["bound_low"] == pytest.approx(100 * 24 / 76, abs=1e-6)
    assert own["bound_high"] == pytest.approx(100 * 32 / 76, abs=1e-6)
    assert (own["yes"], own["cases"], own["unknown"]) == (2, 5, 2)


def test_a_selection_that_was_not_drawn_has_its_remark_at_every_number(tmp_path: Path) -> None:
    more = (
        "probability_sample: false\ngeneralisable: as_if_random\nremark: {da: De 5 nyeste sager fra 2025.}\n"
    )
    design = written(tmp_path / "d.yaml", DESIGN.replace("probability_sample: true\n", "") + more)
    done = run(GOLDEN / "stratified.csv", "--design", design, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.stderr
    for item in json.loads(done.stdout)["estimates"]:
        assert (item["generalisable"], item["why_not"]) == ("as_if_random", "De 5 nyeste sager fra 2025.")
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count("De 5 nyeste sager fra 2025.") > 4, "at every figure, and first"
    assert "regnet som om sagerne var trukket tilfældigt" in page


@pytest.mark.parametrize(
    ("data", "design", "options", "codes", "exit_code"),
    [
        (
            "",
            "strata: [stratum]\npopulation: population",
            "strata: [lag]\npopulation: population",
            {"ESTIMAT-102"},
            3,
        ),
        ("u9,s01,420,a,7,0,0,1,1,1,refused\n", "", "", {"ESTIMAT-103"}, 3),
        ("u9,s01,nul,a,1,0,0,1,1,1,refused\n", "", "", {"ESTIMAT-104"}, 3),
        ("u9,s01,1e999999999,a,1,0,0,1,1,1,refused\n", "", "", {"ESTIMAT-104"}, 3),
        ("u9,s01,1e16,a,1,0,0,1,1,1,refused\n", "", "", {"ESTIMAT-104"}, 3),
        ("u9,s01,1/0,a,1,0,0,1,1,1,refused\n", "", "", {"ESTIMAT-104"}, 3),
        ("u9,,420,a,1,0,0,1,1,1,refused\n", "", "", {"ESTIMAT-105"}, 3),
        ("u9,s01,421,a,1,0,0,1,1,1,refused\n", "", "", {"ESTIMAT-106"}, 3),
        ("u9,s99,5,a,1,0,0,1,1,1,refused\n", "", "", {"ESTIMAT-107"}, 3),
        ("u9,s01,420,a;b,1,0,0,1,1,1,refused\n", "", "", {"ESTIMAT-114"}, 3),
        ("u9,s01,420,010190-1234,1,0,0,1,1,1,refused\n", "", "", {"ESTIMAT-114"}, 3),
        ("", "origin: synthetic", "origin: opdigtet", {"ESTIMAT-101"}, 3),
        ("", "probability_sample: true", "probability_sample: false", {"ESTIMAT-101"}, 3),
        ("", "probability_sample: true", "source: x", {"ESTIMAT-101"}, 3),
        ("", "", "--by by", {"ESTIMAT-108"}, 2),
        ("", "", "--interval normal", {"ESTIMAT-110"}, 2),
        ("", "", "--single-unit x", {"ESTIMAT-110"}, 2),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    tmp_path: Path, data: str, design: str, options: str, codes: set[str], exit_code: int
) -> None:
    rows = written(tmp_path / "rows.csv", (GOLDEN / "stratified.csv").read_text(encoding="utf-8") + data)
    text = DESIGN if options.startswith("--") or not design else DESIGN.replace(design, options)
    words = options.split() if options.startswith("--") else []
    done = run(
        rows, "--design", written(tmp_path / "d.yaml", text), "--out", tmp_path / "out", "--json", *words
    )
    assert done.exit_code == exit_code
    assert {item["code"] for item in json.loads(done.stdout)["problems"]} == codes
    assert "0101" not in done.stderr + done.stdout
    assert not (tmp_path / "out").exists()


def test_all_faults_are_told_at_once_with_their_rows(tmp_path: Path, design: Path) -> None:
    more = "u9,s01,nul,a,7,0,0,1,1,1,refused\nu9,,420,a,8,0,0,1,1,1,refused\n"
    rows = written(tmp_path / "rows.csv", (GOLDEN / "stratified.csv").read_text(encoding="utf-8") + more)
    with pytest.raises(Faults) as raised:
        estimate(Job(rows, design))
    told = [(problem.code, problem.place.row, problem.place.column) for problem in raised.value.problems]
    assert sorted(told) == [
        ("ESTIMAT-103", 151, "yes"),
        ("ESTIMAT-103", 152, "yes"),
        ("ESTIMAT-104", 151, "population"),
        ("ESTIMAT-105", 152, "stratum"),
    ]


def test_a_grouping_that_is_no_grouping_is_refused(tmp_path: Path) -> None:
    rows = "sag,svar\n" + "".join(f"s{at},ja\n" for at in range(10_001))
    design = written(
        tmp_path / "d.yaml",
        "estimate: d\ntitle: {da: D}\norigin: synthetic\n"
        "probability_sample: true\nvariables:\n"
        "  - {id: v, label: {da: V}, column: svar, yes: [ja], no: [nej]}\n",
    )
    done = run(written(tmp_path / "r.csv", rows), "--design", design, "--by", "sag")
    assert done.exit_code == 2
    assert "ESTIMAT-108" in done.stderr


def test_known_numbers_that_do_not_fit_are_told(tmp_path: Path, design: Path) -> None:
    for text in ("group,total\nrefused,1180\n", "group,total\nrefused,12.5\n", "group\nrefused\n"):
        totals = written(tmp_path / "totals.csv", text)
        with pytest.raises(Faults) as raised:
            estimate(Job(GOLDEN / "stratified.csv", design, poststrata=totals))
        assert {problem.code for problem in raised.value.problems} == {"ESTIMAT-109"}


def test_shares_of_invented_cases_never_stand_beside_real_authorities(tmp_path: Path) -> None:
    rows = "kommune,svar\n101,ja\n101,nej\n751,ja\n751,nej\n"
    design = written(
        tmp_path / "d.yaml",
        "estimate: d\ntitle: {da: D}\norigin: synthetic\n"
        "probability_sample: true\nvariables:\n"
        "  - {id: v, label: {da: V}, column: svar, yes: [ja], no: [nej]}\n",
    )
    data = written(tmp_path / "r.csv", rows)
    assert run(data, "--design", design).exit_code == 0
    done = run(data, "--design", design, "--by", "kommune", "--out", tmp_path / "out")
    assert done.exit_code == 4
    assert "FORSKEL-101" in done.stderr
    assert not (tmp_path / "out").exists()


# --- a sample with what its cases say ---

QUESTIONS = """
estimate: q
title: {da: Et barometer}
origin: synthetic
case: sag
variables:
  - {id: defect, label: {da: Væsentlig mangel}, column: mangel, yes: [ja], no: [nej]}
"""


def drawn_in(folder: Path, method: str = "stratified", **changes: Any) -> Path:
    """A sample folder of a plan by this method."""
    more = {"size_column": "size"} if method in ("pps", "two_stage") else {}
    plan = a_plan(method, **more, **changes)
    write_plan(folder / "plan.json", plan)
    write_list(folder / "list.csv", a_list(plan))
    sample_draw(Draw(folder / "plan.json", folder / "list.csv", folder / "sample", origin="synthetic"))
    return folder / "sample"


def answers_of(folder: Path, sample: Path, without: frozenset[str] = frozenset()) -> Path:
    """An answer of every case in force: every third has a defect."""
    rows = [row for row in read_sample(sample).issued() if row.in_force and row.id not in without]
    path = folder / "svar.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sag", "mangel"])
        writer.writerows([row.id, "ja" if at % 3 == 0 else "nej"] for at, row in enumerate(rows))
    return path


def test_a_sample_weighs_each_case_by_its_probability(tmp_path: Path) -> None:
    sample = drawn_in(tmp_path)
    answers = answers_of(tmp_path, sample)
    questions = written(tmp_path / "q.yaml", QUESTIONS)
    done = estimate(Job(answers, questions, sample, by=("result", "authority,result")))
    found = by_key(done.data)
    rows = list(read_sample(sample).issued())
    weights = {row.id: 1 / row.probability for row in rows if row.probability}
    yes = {line["sag"] for line in csv.DictReader(answers.open(encoding="utf-8")) if line["mangel"] == "ja"}
    share = 100 * sum(weights[id] for id in yes) / sum(weights.values())
    assert sum(weights.values()) == 82
    assert found["defect", ""]["value"] == pytest.approx(float(share), abs=1e-6)
    assert found["defect", "result=refusal"]["cases"] == sum(row.stratum == ("refusal",) for row in rows)
    assert len(found) == 1 + 2 + 6
    # One stratum per cell: 16 cases less 6.
    assert found["defect", ""]["degrees_of_freedom"] == len(rows) - 6
    assert done.data["sample"]["missing"] == 0
    assert found["defect", ""]["unknown"] == 0


def test_cases_that_never_came_are_weighed_for_and_are_bounds(tmp_path: Path) -> None:
    sample = drawn_in(tmp_path)
    drawn = [row for row in read_sample(sample).issued() if row.cell == "authority=901;result=grant"]
    gone, other = drawn[0], drawn[1]
    sample_replace(Replace(sample, other.id, "wrong_provision", "2026-03-01", no_reserve=True))
    answers = answers_of(tmp_path, sample, frozenset({gone.id}))
    done = estimate(Job(answers, written(tmp_path / "q.yaml", QUESTIONS), sample))
    own = by_key(done.data)["defect", ""]
    assert done.data["sample"]["missing"] == 1
    assert done.data["sample"]["out_of_scope"] == 1
    assert own["unknown"] == 1
    assert own["bound_low"] < own["value"] < own["bound_high"]
    # What weighed for 30 cases, one of four found not to belong, still weighs for the rest of them.
    assert own["weighted_cases"] == pytest.approx(82 - 30 / 4, abs=1e-6)
    assert "1 mangler" in " ".join(
        run(answers, "--sample", sample, "--design", tmp_path / "q.yaml").stdout.split()
    )


@pytest.mark.parametrize(
    "method", ["simple", "systematic", "pps", "two_stage", "newest_first", "chosen_authorities"]
)
def test_every_way_to_draw_can_be_estimated_from(tmp_path: Path, method: str) -> None:
    sample = drawn_in(tmp_path, method)
    answers = answers_of(tmp_path, sample)
    job = Job(answers, written(tmp_path / "q.yaml", QUESTIONS), sample, single_unit="average")
    (own,) = estimate(job).data["estimates"]
    assert 0 < own["value"] < 100
    assert own["low"] < own["value"] < own["high"]
    expected = {"newest_first": "as_if_random", "chosen_authorities": "no"}.get(method, "yes")
    assert own["generalisable"] == expected
    assert bool(own["why_not"]) == (expected != "yes")


def test_answers_of_another_sample_are_refused(tmp_path: Path) -> None:
    sample = drawn_in(tmp_path)
    questions = written(tmp_path / "q.yaml", QUESTIONS)
    for text in ("sag,mangel\nx-1,ja\n", "sag,mangel\nx-1,ja\nx-1,ja\n"):
        with pytest.raises(Faults) as raised:
            estimate(Job(written(tmp_path / "svar.csv", text), questions, sample))
        assert {problem.code for problem in raised.value.problems} == {"ESTIMAT-113"}


# --- a study run, and a sample of its cases ---


def test_every_share_of_a_study_is_estimated(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    demo = demo_study(tmp_path_factory)
    data, results = demo.data, demo.results
    cases = list(csv.DictReader((data / "answers.csv").open(encoding="utf-8")))
    counted = Counter((case["municipality_id"], case["result"]) for case in cases)
    plan = a_plan("simple", sizes={kind: (size, 1) for kind, size in counted.items()})
    write_plan(tmp_path / "plan.json", plan)
    listed = [ListRow(case["case_id"], case["municipality_id"], (case["result"],)) for case in cases]
    write_list(tmp_path / "list.csv", listing(plan.strata, listed))
    sample_draw(
        Draw(tmp_path / "plan.json", tmp_path / "list.csv", tmp_path / "sample", origin="reconstructed")
    )
    done = run(
        results, "--sample", tmp_path / "sample", "--by", "result", "--out", tmp_path / "out", "--json"
    )
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    shares = [cell for cell in read_csv((results / "cells.csv").read_text("utf-8")) if cell.unit == "percent"]
    assert len(shares) > 20
    assert {item["result"] for item in told["estimates"]} == {cell.result for cell in shares}
    assert told["sample"]["not_in_sample"] == 385 - told["sample"]["read"] > 0
    drawn = {row.id for row in read_sample(tmp_path / "sample").issued()}
    frozen = load_results(results).rows()
    kinds = (
        "fact_finding_defect party_hearing_defect reasons_defect legal_basis_defect fettered_discretion "
        "wrong_assessment"
    ).split()
    defects = [any(row[kind] == "material" for kind in kinds) for row in frozen if row["case_id"] in drawn]
    own = by_key(told)
    assert own["any_material_defect", ""]["value"] == pytest.approx(
        100 * sum(defects) / len(defects), abs=1e-6
    )
    # Of each share the definition is the form's own, and what is known of it is what the study counted.
    whole = {cell.result: cell for cell in shares}
    for item in told["estimates"]:
        assert item["definition"] == whole[item["result"]].definition
        assert item["origin"] == "reconstructed"
    spread = [
        abs(own[cell.result, ""]["value"] - float(cell.value)) / own[cell.result, ""]["standard_error"]
        for cell in shares
        if cell.value is not None and own[cell.result, ""]["standard_error"]
    ]
    assert max(spread) < 4, "no share of a simple sample lies further from that of all than chance takes it"
    other = written(
        tmp_path / "form.yaml",
        (demo.study / "form.yaml").read_text("utf-8").replace("version: 1", "version: 2", 1),
    )
    refused = run(results, "--sample", tmp_path / "sample", "--form", other)
    assert refused.exit_code == 3
    assert "ESTIMAT-112" in refused.stderr
