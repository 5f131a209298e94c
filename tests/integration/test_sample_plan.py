"""`sample plan`: by command and by function, from a few options or a plan and its frame to a folder."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs.sample_plan import Job, plan
from sagsbarometer.sampling.plan import from_json

runner = CliRunner()
PLAN = """
plan: proeve_97
title: {da: "Prøve om ledsagelse"}
target: {share: 0.5, margin: 0.06}
usable: 0.85
frame: ramme.csv
source: opdigtet til afprøvning
origin: synthetic
strata: [result]
labels: {grant: bevilling, refusal: afslag, result: Afgørelse}
allocation: {method: square_root, minimum: 2, maximum: 30, strata_shares: {refusal: 0.4}}
domains: [region, result]
draw: {method: stratified, reserve: 0.2}
appeal_deadline: {weeks: 4}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    lines = ["authority,name,region,result,size"]
    for number in range(20):
        code, region = 901 + number, ("Region Øst", "Region Vest")[number % 2]
        lines.append(f"{code},Opdigtet {code},{region},grant,{20 + 13 * number}")
        lines.append(f"{code},Opdigtet {code},{region},refusal,{8 + 4 * number}")
    (tmp_path / "ramme.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def seeds() -> Any:
    numbers = iter(range(1, 100))
    return lambda: f"frø {next(numbers)}"


@pytest.mark.parametrize(
    ("options", "cases", "call_in"),
    [
        ([], 385, 385),
        (["--margin", "0.05"], 385, 385),
        (["--population", "2000"], 323, 323),
        (["--usable", "0,85"], 385, 453),
        (["--deff", "1.5"], 577, 577),
        (["--method", "exact"], 402, 402),
        (["--before", "0.47", "--after", "0.40"], 787, 787),  # power.prop.test: 786.19
        (["--domain", "0.19"], 2027, 2027),  # 385 / 0.19
    ],
)
def test_options_alone_answer_how_many(options: list[str], cases: int, call_in: int) -> None:
    done = runner.invoke(app, ["sample", "plan", *options, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["schema_version"], told["cases"], told["call_in"]) == (1, cases, call_in)
    assert told["plan"] is None


def test_the_answer_in_words() -> None:
    done = runner.invoke(app, ["sample", "plan", "--usable", "0.85"])
    assert done.stdout.splitlines() == [
        "385 sager, der kan bruges: indkald 453, når 85 procent af dem ventes at kunne bruges.",
        "Så kendes en andel på 50 procent på ±5,0 procentpoint (95 procents sikkerhed).",
    ]


def test_a_plan_becomes_a_folder_that_can_be_drawn_from(folder: Path) -> None:
    out = folder / "ud"
    done = plan(Job(folder / "plan.yaml", out=out), new_seed=seeds())
    assert {
        "index.html",
        "index.pdf",
        "tabeller.xlsx",
        "celler.csv",
        "plan.json",
        "plan.yaml",
        "ramme.csv",
    } <= {path.name for path in out.iterdir()}
    read = from_json(json.loads((out / "plan.json").read_text(encoding="utf-8")))
    assert read == done.found.plan
    assert read.seed == "frø 1"
    assert read.call_in == -(-read.take * 100 // 85)
    assert (out / "plan.yaml").read_bytes() == (folder / "plan.yaml").read_bytes()
    assert (out / "ramme.csv").read_bytes() == (folder / "ramme.csv").read_bytes()
    with (out / "celler.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(int(row["take"]) for row in rows) == read.take
    assert sum(int(row["take"]) for row in rows if row["result"] == "refusal") == round(0.4 * read.take)
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "frø 1" in page
    assert "afslag" in page
    assert ">refusal<" not in page
    assert "Opdigtede data" in page


def test_the_same_plan_and_seed_give_the_same_bytes(folder: Path) -> None:
    written = []
    for name in ("en", "to"):
        plan(Job(folder / "plan.yaml", out=folder / name), new_seed=lambda: "frø")
        files = sorted(
            path for path in (folder / name).rglob("*") if path.is_file() and path.name != "run.json"
        )
        written.append({path.relative_to(folder / name): path.read_bytes() for path in files})
    assert written[0] == written[1]


def test_a_plan_made_again_in_its_place_keeps_its_seed(folder: Path) -> None:
    new, out = seeds(), folder / "ud"
    assert [
        plan(Job(folder / "plan.yaml", out=out, force=True), new_seed=new).found.plan.seed  # type: ignore[union-attr]
        for _ in range(2)
    ] == ["frø 1", "frø 1"]
    other = PLAN.replace("proeve_97", "en_anden")
    (folder / "plan.yaml").write_text(other, encoding="utf-8")
    again = plan(Job(folder / "plan.yaml", out=out, force=True), new_seed=new).found.plan
    assert again is not None
    assert again.seed == "frø 2"


def test_a_seed_that_is_written_is_used(folder: Path) -> None:
    (folder / "plan.yaml").write_text(PLAN + "seed: 4711\n", encoding="utf-8")
    found = plan(Job(folder / "plan.yaml"), new_seed=seeds()).found.plan
    assert found is not None
    assert found.seed == "4711"


def test_a_frame_alone_is_enough(folder: Path) -> None:
    done = plan(Job(frame=folder / "ramme.csv", out=folder / "ud"), new_seed=seeds())
    assert done.found.plan is not None
    assert len(done.found.plan.cells) == 20
    again = plan(Job(folder / "ud" / "plan.yaml"), new_seed=seeds())  # it names the frame beside it
    assert again.found.plan is not None
    assert again.found.plan.cells == done.found.plan.cells


@pytest.mark.parametrize(
    ("options", "code", "exit_code"),
    [
        (["--margin", "5"], "PLAN-101", 2),
        (["--population", "0"], "PLAN-107", 2),
        (["--before", "0.4", "--after", "0.4"], "PLAN-102", 2),
        (["plan.yaml", "--share", "0.4"], "PLAN-107", 2),
        (["plan.yaml", "--frame", "findes_ikke.csv"], "PLAN-110", 3),
        (["--frame", "plan.yaml"], "FIL-", 3),
        (["findes_ikke.yaml"], "YAML-101", 3),
    ],
)
def test_what_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], code: str, exit_code: int
) -> None:
    monkeypatch.chdir(folder)
    done = runner.invoke(app, ["sample", "plan", *options, "--json"])
    assert done.exit_code == exit_code
    told = json.loads(done.stdout)["problems"]
    assert all(problem["code"].startswith(code) for problem in told), told


def test_nothing_is_written_where_something_is_wrong(folder: Path) -> None:
    (folder / "ramme.csv").write_text("authority,result,size\n901,grant,4\n", encoding="utf-8")
    (folder / "plan.yaml").write_text(
        PLAN.replace("margin: 0.06", "cases: 9").replace("share: 0.5, ", ""), encoding="utf-8"
    )
    with pytest.raises(Faults):
        plan(Job(folder / "plan.yaml", out=folder / "ud"))
    assert not (folder / "ud").exists()


def test_every_number_of_the_data_has_six_decimals_or_none(folder: Path) -> None:
    data = plan(Job(folder / "plan.yaml"), new_seed=seeds()).data
    assert data["expected"][0]["domain"] == ""
    assert {item["domain"] for item in data["expected"]} == {"", "region", "result"}
    for item in data["expected"]:
        assert all(
            len(item[name].partition(".")[2]) == 6 for name in ("take", "share", "margin", "effective")
        )
    assert sum(item["call_in"] for item in data["burden"]) == data["call_in"]
    assert all(item["call_in"] <= item["with_reserves"] <= item["size"] for item in data["burden"])


def test_declared_selections_say_so_on_the_page(folder: Path) -> None:
    text = PLAN.replace(
        "draw: {method: stratified, reserve: 0.2}",
        'draw: {method: newest_first, remark: {da: "De nyeste afgørelser, som kommunerne selv fandt."}}',
    )
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    done = plan(Job(folder / "plan.yaml", out=folder / "ud"), new_seed=seeds())
    assert done.found.plan is not None
    assert not done.found.plan.probability
    page = (folder / "ud" / "index.html").read_text(encoding="utf-8")
    assert "som kommunerne selv fandt" in page
    assert "ingen kendte sandsynligheder" in page
    assert done.words[1].startswith("Var sagerne trukket tilfældigt, ville man kende")


def test_a_change_is_told_with_the_weights_the_plan_gives(folder: Path) -> None:
    text = PLAN.replace("{share: 0.5, margin: 0.06}", "{change: {from: 0.5, to: 0.4}}")
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    done = plan(Job(folder / "plan.yaml"), new_seed=seeds())
    assert done.found.weight_effect > 1.05
    assert done.words[1].startswith(
        "Vejede alle sager ens, ville man se et fald fra 50 til 40 procent i 80 af 100"
    )
    (told,) = (line for line in done.words if line.startswith("Med planens vægte"))
    assert 50 < int(told.split(" af 100")[0].split()[-1]) < 80


def test_a_map_is_drawn_of_municipalities_alone(folder: Path) -> None:
    rows = ["authority,size", "101,300", "751,200", "461,120", "851,90"]
    (folder / "ramme.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    plan(Job(frame=folder / "ramme.csv", out=folder / "ud"), new_seed=seeds())
    assert (folder / "ud" / "figurer" / "figur_2.svg").is_file()
    page = (folder / "ud" / "index.html").read_text(encoding="utf-8")
    assert "Kort af 98 fliser" in page


def test_a_folder_without_a_plan_is_not_said_to_be_changed(folder: Path) -> None:
    from sagsbarometer.runs.sample_files import read_plan

    for path in (folder, folder / "plan.json"):
        with pytest.raises(Faults) as faults:
            read_plan(path)
        assert [problem.code for problem in faults.value.problems] == ["PLAN-122"]
        assert "ændret" not in str(faults.value)


def test_what_the_answer_holds_is_in_the_data_too() -> None:
    told = plan(Job(share="0.02", margin="0.02", population=150, usable="0.5")).data
    assert told["reachable"] == 75
    assert told["exact"]["cases"] > told["cases"]
