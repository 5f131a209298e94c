"""`estimate` since the round before, and of a drawn sample: what is asked beside the shares."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from sagsbarometer.runs.estimate import Job, estimate
from sagsbarometer.runs.sample_replace import Job as Replace
from sagsbarometer.runs.sample_replace import sample_replace
from sagsbarometer.store.sample import read_sample
from tests.golden.test_estimation import golden
from tests.integration.test_estimate import drawn_in, written
from tests.integration.test_estimate_more import GOLDEN, HEAD, Make, codes, design, near, numbers, run

__all__ = ["design"]  # the fixture


def rounds(tmp_path: Path) -> tuple[Path, Path]:
    with (GOLDEN / "rounds.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    paths = []
    for number in "12":
        paths.append(tmp_path / f"round{number}.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, rows[0]).writeheader()
            csv.DictWriter(file, rows[0]).writerows(row for row in rows if row["round"] == number)
    return paths[0], paths[1]


ROUND = HEAD + "strata: [stratum]\nweight: weight\n"
CHANGED = """variables:
  - {id: v, label: {da: Mangel}, column: "yes", yes: [1], no: [0]}
  - {id: amount, label: {da: Beløb}, kind: mean}
"""


def golden_change() -> dict[tuple[str, str], dict[str, float]]:
    found: dict[tuple[str, str], dict[str, float]] = {}
    with (GOLDEN / "change_golden.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault((row["design"], row["variable"]), {})[row["quantity"]] = float(row["value"])
    return found


def test_a_change_between_rounds_is_that_of_r(tmp_path: Path, design: Make) -> None:
    before, now = rounds(tmp_path)
    for unit, kind in (("unit: unit\n", "all"), ("", "apart")):
        done = estimate(Job(now, design(ROUND + unit + CHANGED), before=before))
        found = {item["result"]: item for item in done.data["changes"]}
        for id, variable, scale in (("v", "yes", 100), ("amount", "amount", 1)):
            whole, told, own = golden_change()["all", variable], golden_change()[kind, variable], found[id]
            stacked = golden()["rounds", "2-1", variable]
            assert own["value"] == near(scale * whole["difference"])
            assert own["value"] == near(scale * stacked["difference"])
            assert own["earlier_value"] == near(scale * stacked["first"])
            assert own["earlier_standard_error"] == near(scale * whole["first_se"])
            assert own["later_standard_error"] == near(scale * whole["second_se"])
            assert own["standard_error"] == near(scale * told["difference_se"])
            assert own["covariance"] == near(scale**2 * told.get("covariance", 0.0))
        assert found["v"]["overlap"] == (40 if unit else 0)
        assert found["v"]["remarks"] == ([] if unit else ["no_unit"])


def test_the_same_units_in_both_rounds_are_pairs(tmp_path: Path, design: Make) -> None:
    tables = [list(csv.DictReader(path.open(encoding="utf-8"))) for path in rounds(tmp_path)]
    units = [{row["unit"]: row for row in rows} for rows in tables]
    paths = []
    for number, rows in enumerate(units, 1):
        paths.append(tmp_path / f"panel{number}.csv")
        lines = [
            f"{unit},{row['stratum']},{units[0][unit]['weight']},{row['yes']},{row['amount']}"
            for unit, row in rows.items()
            if unit in units[0] and unit in units[1]
        ]
        written(paths[-1], "unit,stratum,weight,yes,amount\n" + "\n".join(lines) + "\n")
    done = estimate(Job(paths[1], design(ROUND + "unit: unit\n" + CHANGED), before=paths[0]))
    for item, variable, scale in zip(done.data["changes"], ("yes", "amount"), (100, 1), strict=True):
        told = golden_change()["paired", variable]
        assert item["value"] == near(scale * told["difference"])
        assert item["standard_error"] == near(scale * told["difference_se"])
        assert item["overlap"] == 40


def test_a_change_of_rounds_that_share_no_unit_says_that_it_is_told_at_its_worst(
    tmp_path: Path, design: Make
) -> None:
    paths = []
    for number in (1, 2):
        lines = [f"{number}-{at},40,{at % 3 % 2},{at}" for at in range(12)]
        paths.append(
            written(tmp_path / f"round{number}.csv", "unit,n,yes,amount\n" + "\n".join(lines) + "\n")
        )
    of_forty = design(HEAD + "unit: unit\npopulation: n\n" + CHANGED)
    out = tmp_path / "out"
    done = run(paths[1], "--design", of_forty, "--before", paths[0], "--out", out)
    assert done.exit_code == 0, done.stderr
    assert "regnet efter det værste tilfælde" in " ".join(done.stdout.split())
    assert "regnet efter det værste tilfælde" in (out / "index.html").read_text("utf-8")
    for item in json.loads((out / "estimater.json").read_text("utf-8"))["changes"]:
        assert item["remarks"] == ["covariance_bounded"]
        assert item["covariance"] < 0


def test_a_change_is_told_with_its_overlap_and_what_was_not_drawn(tmp_path: Path, design: Make) -> None:
    before, now = rounds(tmp_path)
    earlier = written(
        tmp_path / "earlier.yaml",
        ROUND.replace("En opdigtet undersøgelse", "Runden i 2024").replace("_sample: true", "_sample: false")
        + "unit: unit\ngeneralisable: as_if_random\nremark: {da: De nyeste.}\n"
        + CHANGED.replace("yes: [1]", "yes: [1, 2]"),
    )
    out = tmp_path / "out"
    words = [
        "--design",
        design(ROUND + "unit: unit\n" + CHANGED),
        "--before",
        before,
        "--before-design",
        earlier,
    ]
    done = run(now, *words, "--out", out)
    assert done.exit_code == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert (
        "Mangel, ændring: −14,9 procentpoint (−28,0 til −1,8), fra 55,8 til 40,9; 40 enheder er i begge"
        in said
    )
    assert "målt på en anden måde i den tidligere runde" in said
    assert "Forbehold for mindst én af runderne: De nyeste." in said
    told = json.loads((out / "estimater.json").read_text("utf-8"))
    assert [item["generalisable"] for item in told["changes"]] == ["as_if_random"] * 2
    assert told["estimates"][0]["generalisable"] == "yes"
    page = (out / "index.html").read_text("utf-8")
    assert "Ændringen er siden: Runden i 2024." in page
    assert "De nyeste." in page
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert set(manifest["before"]) == {"data", "design"}


# --- a drawn sample ---

OF_SAMPLE = """
estimate: q
title: {da: Et barometer}
origin: synthetic
case: sag
variables:
  - {id: defect, label: {da: Mangel}, column: mangel, yes: [ja], no: [nej], truth: endeligt}
  - {id: defects, label: {da: Antal mangler}, kind: total, column: mangel, yes: [ja], no: [nej]}
  - {id: days, label: {da: Dage}, kind: mean, column: dage}
compare: [{by: result, one: refusal, other: grant}]
"""


def answered(folder: Path, sample: Path, without: str = "") -> Path:
    rows = [row for row in read_sample(sample).issued() if row.in_force and row.id != without]
    path = folder / "svar.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sag", "mangel", "endeligt", "dage"])
        for at, row in enumerate(rows):
            found = "ja" if at % 3 == 0 else "nej"
            writer.writerow([row.id, found, found if at % 2 else "", 10 + at])
    return path


@pytest.mark.parametrize("method", ["stratified", "pps", "two_stage", "simple", "newest_first"])
def test_a_sample_tells_the_draw_of_all_that_is_asked(tmp_path: Path, design: Make, method: str) -> None:
    sample = drawn_in(tmp_path, method)
    rows = list(read_sample(sample).issued())
    if method == "stratified":
        sample_replace(Replace(sample, rows[0].id, "wrong_provision", "2026-03-01", no_reserve=True))
    answers = answered(tmp_path, sample, rows[-1].id if method == "stratified" else "")
    job = Job(answers, design(OF_SAMPLE), sample, single_unit="average", before=answers, before_sample=sample)
    data = estimate(job).data
    found = numbers(data)
    share, many = found["defect", ""], found["defects", ""]
    assert many["value"] == pytest.approx(share["value"] / 100 * share["weighted_cases"], abs=1e-4)
    assert many["unknown"] == share["unknown"] == (1 if method == "stratified" else 0)
    if method == "stratified":
        assert many["low"] < many["bound_high"]
        assert many["bound_high"] - many["bound_low"] > 1
    assert found["days", ""]["cases"] == share["cases"]
    (of_defects, of_days) = data["differences"]
    assert of_defects["by"] == "result"
    assert of_days["value"] is not None
    (corrected,) = data["corrected"]
    assert corrected["remarks"] == ["few_twice", "none_changed"]
    assert corrected["value"] == near(share["value"]), "all who read twice agreed"
    assert {item["result"]: item["value"] for item in data["changes"]} == dict.fromkeys(
        ("defect", "defects", "days"), 0
    )
    units = {row.authority for row in rows} if method == "two_stage" else rows
    missing = 1 if method == "stratified" else 0
    assert {item["overlap"] for item in data["changes"]} == {len(units) - missing}
    if method in ("simple", "pps", "newest_first"):  # elsewhere more than the first stage, or a case alone
        assert all(item["standard_error"] == near(0) for item in data["changes"]), "the same cases twice"


def test_rounds_that_cannot_be_compared_are_refused(tmp_path: Path, design: Make) -> None:
    before, now = rounds(tmp_path)
    whole = ROUND + "unit: unit\n" + CHANGED
    real = written(tmp_path / "real.yaml", whole.replace("origin: synthetic", "origin: real"))
    other = written(
        tmp_path / "other.yaml",
        whole.replace("id: v", "id: x").replace("id: amount,", "id: y, column: amount,"),
    )
    wrong = written(tmp_path / "wrong.yaml", whole.replace("unit: unit", "unit: stratum"))
    for earlier in (real, other, wrong):
        job = Job(now, design(whole), before=before, before_design=earlier)
        assert codes(job) == {"ESTIMAT-117"}, earlier.name
    assert codes(Job(now, design(whole), before_design=real)) == {"ESTIMAT-110"}
    totals = written(tmp_path / "t.csv", "stratum,total\ns1,100\ns2,100\ns3,100\n")
    assert codes(Job(now, design(whole), before=before, poststrata=totals)) == {"ESTIMAT-110"}
    assert run(now, "--design", design(whole), "--before-design", real).exit_code == 2
