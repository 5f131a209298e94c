"""What `estimate` says of those its numbers do not speak for: not drawn, not read, not on the list."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs.estimate import Job, estimate
from sagsbarometer.runs.sample_draw import Job as Draw
from sagsbarometer.runs.sample_draw import sample_draw
from sagsbarometer.store.sample import read_sample
from tests.integration.test_estimate import QUESTIONS, answers_of, drawn_in, run, written
from tests.samples_in_tests import a_list, a_plan, write_list, write_plan

HEAD = "estimate: d\ntitle: {da: D}\norigin: synthetic\n"
SHARE = "variables:\n  - {id: v, label: {da: V}, column: svar, yes: [ja], no: [nej]}\n"
ROWS = "h,n,svar\n" + "".join(
    f"{h},{n},{svar}\n" for h, n, svar in [("a", 900, "nej")] * 8 + [("b", 90, "ja")] * 8
)


def test_strata_that_are_all_alike_are_remarked(tmp_path: Path) -> None:
    rows = ROWS + "b,90,nej\n"
    design = written(
        tmp_path / "d.yaml", HEAD + "probability_sample: true\nstrata: [h]\npopulation: n\n" + SHARE
    )
    done = run(written(tmp_path / "r.csv", rows), "--design", design, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    words = (
        "i lag med 91 procent af sagerne er alle læste sager ens; intervallet kan ikke se, hvad de ulæste er"
    )
    assert words in " ".join(done.stdout.split())
    assert words in (tmp_path / "out" / "index.html").read_text("utf-8")
    (own,) = json.loads((tmp_path / "out" / "estimater.json").read_text("utf-8"))["estimates"]
    assert own["remarks"] == ["strata_alike"]
    assert own["alike_strata"] == pytest.approx(100 * 900 / 990, abs=1e-6)
    (line,) = csv.DictReader((tmp_path / "out" / "estimater.csv").open(encoding="utf-8"))
    assert line["remarks"] == "strata_alike"
    none = estimate(Job(written(tmp_path / "s.csv", rows + "a,900,ja\n"), design)).data["estimates"][0]
    assert none["remarks"] == []


def test_whether_cases_were_drawn_must_be_said(tmp_path: Path) -> None:
    rows = written(tmp_path / "r.csv", ROWS)
    with pytest.raises(Faults) as raised:
        estimate(Job(rows, written(tmp_path / "d.yaml", HEAD + SHARE)))
    assert [problem.code for problem in raised.value.problems] == ["ESTIMAT-101"]
    stated = written(tmp_path / "d.yaml", HEAD + "probability_sample: true\n" + SHARE)
    done = run(rows, "--design", stated, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert "Det er oplyst, at sagerne er simpelt tilfældigt trukket" in " ".join(done.stdout.split())
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "oplyst: simpelt tilfældigt trukket" in page
    assert "kendt sandsynlighed" not in page
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["estimate"]["design"]["Udtræk"] == "oplyst: simpelt tilfældigt trukket"


def test_cases_drawn_and_not_read_are_a_reservation_at_every_number(tmp_path: Path) -> None:
    sample = drawn_in(tmp_path)
    rows = list(read_sample(sample).issued())
    cells = sorted({row.cell for row in rows})
    one = next(row.id for row in rows if row.cell == cells[0])
    whole = {row.id for row in rows if row.cell == cells[1]}
    answers = answers_of(tmp_path, sample, frozenset({one, *whole}))
    done = run(
        answers,
        "--sample",
        sample,
        "--design",
        written(tmp_path / "q.yaml", QUESTIONS),
        "--out",
        tmp_path / "o",
    )
    assert done.exit_code == 0, done.stderr
    missing = 1 + len(whole)
    why = f"{missing} af {len(rows)} trukne sager er ikke læst; de læste tæller for dem, som om tilfældet havde valgt."
    told = json.loads((tmp_path / "o" / "estimater.json").read_text("utf-8"))
    assert {(item["generalisable"], item["why_not"]) for item in told["estimates"]} == {("as_if_random", why)}
    said = " ".join(done.stdout.split())
    assert "De læste i samme celle tæller for 1 af dem" in said
    assert (
        f"1 celle har ingen læst sag. For de {len(whole)} manglende dér tæller resten af stratummet" in said
    )
    page = (tmp_path / "o" / "index.html").read_text("utf-8")
    assert why in page
    assert "gælder alle de sager" not in page
    assert "regnet om til alle sager" not in page


def test_whom_the_numbers_do_not_cover_is_told_everywhere(tmp_path: Path) -> None:
    plan = a_plan("stratified")
    gone = plan.cells[-1].authority
    size = sum(cell.size for cell in plan.cells if cell.authority == gone)
    listed = a_list(plan)
    kept = tuple(row for row in listed.rows if row.authority != gone)
    write_plan(tmp_path / "plan.json", plan)
    more = {"appealed": ["ja", *["nej"] * (len(kept) - 1)]}
    write_list(tmp_path / "list.csv", replace(listed, rows=kept), more)
    sample = tmp_path / "sample"
    sample_draw(
        Draw(tmp_path / "plan.json", tmp_path / "list.csv", sample, origin="synthetic", without=(gone,))
    )
    answers = answers_of(tmp_path, sample)
    done = run(
        answers,
        "--sample",
        sample,
        "--design",
        written(tmp_path / "q.yaml", QUESTIONS),
        "--out",
        tmp_path / "o",
    )
    assert done.exit_code == 0, done.stderr
    covers = {"authorities": {gone: size}, "left_out": {"appealed": 1}, "no_chance": 0}
    told = json.loads((tmp_path / "o" / "estimater.json").read_text("utf-8"))
    assert told["sample"]["not_covered"] == covers
    manifest = json.loads((tmp_path / "o" / "manifest.json").read_text("utf-8"))
    assert manifest["estimate"]["sample"]["not_covered"] == covers
    page = (tmp_path / "o" / "index.html").read_text("utf-8")
    for said in (" ".join(done.stdout.split()), page):
        assert f"Ingen liste fra Myndighed {gone} ({size} sager efter planen)" in said
        assert "1 sag på listen var ikke med i lodtrækningen (1 påklaget ifølge listen)" in said


def test_a_count_with_unknown_answers_is_not_called_complete(tmp_path: Path) -> None:
    rows = "h,n,svar\n" + "".join(f"a,4,{svar}\n" for svar in ("ja", "nej", "", ""))
    design = written(
        tmp_path / "d.yaml", HEAD + "probability_sample: true\nstrata: [h]\npopulation: n\n" + SHARE
    )
    done = run(written(tmp_path / "r.csv", rows), "--design", design, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "alle sager er med, men ikke alle svar er kendt" in said
    assert "2 ukendt, grænser 25,0-75,0" in said
    (own,) = json.loads((tmp_path / "out" / "estimater.json").read_text("utf-8"))["estimates"]
    assert own["interval_method"] == ""
    assert (own["bound_low"], own["bound_high"]) == (25, 75)
