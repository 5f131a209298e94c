"""`sagsbarometer agreement`: the command, its folder, its page, and the document that describes it."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.reporting.pages.agreement_words import WEIGHTS, WHY, six, two
from sagsbarometer.runs.agreement import Job, agreement
from sagsbarometer.store.folder import untouched

EXAMPLE = Path("docs") / "eksempel" / "dobbeltlaesning.csv"


def run(*words: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.stdout, done.stderr


def test_the_example_of_the_document(root: Path, tmp_path: Path) -> None:
    """What docs/enighed.md quotes is what the command says."""
    text = (root / "docs" / "enighed.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\./run sagsbarometer (agreement .*)$", text, flags=re.MULTILINE)
    assert len(lines) == 2
    words = lines[0].replace(str(EXAMPLE), str(root / EXAMPLE)).split()
    code, out, _ = run(*words)
    assert code == 0
    told = out.splitlines()
    for question, quoted in re.findall(r"^> (\w+): (.+)$", text, flags=re.MULTILINE):
        assert quoted in told[told.index(f"{question}:") : told.index(f"{question}:") + 4]
    place = words.index("--origin")
    code, _, talk = run(*words[:place], "--origin", "synthetic", "--out", tmp_path / "enighed")
    assert code == 0
    assert "Begynd med" in talk


def test_the_numbers_of_the_document(root: Path) -> None:
    """Kappa of the rare defect, and the share that thirty and eighty items of full agreement leave open."""
    done = agreement(Job(root / EXAMPLE, population=385, origin="synthetic"))
    hearing, defect = done.found
    assert hearing.whole is not None
    assert defect.whole is not None
    assert [round(hearing.whole[id].value or 0, 2) for id in ("percent", "gwet", "cohen")] == [
        0.96,
        0.96,
        0.75,
    ]
    assert {round(item.value or 0, 2) for item in defect.whole.estimates} == {0.80, 0.60}
    assert [round(0.025 ** (1 / number), 2) for number in (30, 80)] == [0.88, 0.95]


def test_the_example_is_what_its_script_makes(root: Path) -> None:
    before = (root / EXAMPLE).read_bytes()
    script = (root / EXAMPLE).with_suffix(".py")
    code = f"import runpy; print(*runpy.run_path({str(script)!r})['lines'](), sep='\\n')"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert made.stdout == before


def test_the_example_in_python_runs(root: Path) -> None:
    text = (root / "docs" / "enighed.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("0.72881")


def test_the_folder_is_whole_and_the_same_bytes_each_time(root: Path, tmp_path: Path) -> None:
    first, second = (tmp_path / name for name in "ab")
    for out in (first, second):
        code, _, _ = run(
            "agreement", root / EXAMPLE, "--bootstrap", "200", "--origin", "synthetic", "--out", out
        )
        assert code == 0
    names = {path.relative_to(first).as_posix() for path in first.rglob("*") if path.is_file()}
    assert {
        "index.html",
        "index.pdf",
        "tabeller.xlsx",
        "enighed.csv",
        "enighed.json",
        "bedoemmere.csv",
    } <= names
    assert untouched(first)
    for name in names - {"run.json"}:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    manifest = json.loads((first / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["kind"] == "agreement"
    assert manifest["agreement"]["weights"] == "identity"
    page = (first / "index.html").read_text(encoding="utf-8")
    assert "Opdigtede data" in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_data_say_what_the_window_says(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "ud"
    code, stdout, stderr = run("agreement", root / EXAMPLE, "--bootstrap", "200", "--json", "--out", out)
    assert code == 0
    data = json.loads(stdout)
    assert data == json.loads((out / "enighed.json").read_text(encoding="utf-8"))
    assert (data["schema_version"], data["kind"]) == (1, "agreement")
    assert "Gwets AC1" in stderr
    with (out / "enighed.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for question in data["questions"]:
        whole = {item["id"]: item for item in question["whole"]["coefficients"]}
        own = [row for row in rows if row["question"] == question["id"] and not row["division"]]
        assert {row["coefficient"]: row["value"] for row in own} == {
            id: item["value"] for id, item in whole.items()
        }
        assert {row["coefficient"]: row["bootstrap_low"] for row in own} == {
            id: item["bootstrap"]["low"] for id, item in whole.items()
        }
        assert re.fullmatch(r"-?\d\.\d{6}", whole["gwet"]["value"])
    assert {row["division"] for row in rows} == {"", "pair", "week"}


def test_a_wide_workbook_reads_as_the_long_file(tmp_path: Path) -> None:
    from openpyxl import Workbook

    answers = [(1, 2, None), (2, 2, 2), (3, 3, None), (1, 1, 2), (None, 3, 3), (2, 2, 2)]
    book = Workbook()
    sheet = book.active
    sheet.append(["item", "x", "y", "z"])
    long = ["item,rater,rating"]
    for number, row in enumerate(answers):
        sheet.append([f"i{number}", *row])
        long += [f"i{number},{name},{answer}" for name, answer in zip("xyz", row, strict=True) if answer]
    book.save(tmp_path / "bred.xlsx")
    (tmp_path / "lang.csv").write_text("\n".join(long) + "\n", encoding="utf-8")
    wide, plain = (
        agreement(Job(tmp_path / name, wide=wide, scale="ordinal", bootstrap=100)).data["questions"]
        for name, wide in (("bred.xlsx", True), ("lang.csv", False))
    )
    assert wide == plain
    assert [item["weights"] for item in wide[0]["whole"]["coefficients"]] == [
        "ordinal",
        "ordinal",
        "krippendorff_ordinal",
        "ordinal",
        "ordinal",
        "ordinal",
    ]


def test_a_refused_file_comes_back_with_its_faults_marked(tmp_path: Path) -> None:
    file = tmp_path / "svar.csv"
    file.write_text("item,rater,rating\na,x,1\na,x,2\nb,,1\n", encoding="utf-8")
    code, _, talk = run("agreement", file, "--out", tmp_path / "ud")
    assert code == 3
    assert "ENIGHED-102" in talk
    assert "ENIGHED-103" in talk
    assert not (tmp_path / "ud").exists()
    back = (tmp_path / "ud-fejl" / "ret-svar.csv").read_text(encoding="utf-8-sig")
    assert "Bedømmeren har også svaret" in back


@pytest.mark.parametrize(
    "words",
    [
        ["--scale", "rang"],
        ["--weights", "tunge", "--scale", "interval"],
        ["--weights", "linear"],
        ["--metric", "krippendorff_ordinal"],
        ["--by", "dag"],
        ["--single", "måske"],
        ["--level", "95"],
        ["--level", "0.3"],
        ["--bootstrap", "10"],
        ["--population", "0"],
        ["--categories", "ja"],
        ["--categories", "ja,ja"],
        ["--column", "sag=item"],
        ["--column", "item"],
        ["--origin", "opdigtet"],
    ],
)
def test_a_choice_that_does_not_fit_is_wrong_usage(root: Path, words: list[str]) -> None:
    code, stdout, talk = run("agreement", root / EXAMPLE, *words, "--json")
    assert code == 2
    assert "ENIGHED-109" in talk
    assert {problem["code"] for problem in json.loads(stdout)["problems"]} == {"ENIGHED-109"}


def test_weights_that_the_answers_cannot_have_are_told(tmp_path: Path) -> None:
    file = tmp_path / "svar.csv"
    file.write_text("item,rater,rating\na,x,-1\na,y,1\n", encoding="utf-8")
    code, _, talk = run("agreement", file, "--scale", "interval", "--weights", "ratio")
    assert code == 2
    assert "summen 0" in talk


def test_a_dash_has_its_reason_in_the_window_the_page_and_the_data(tmp_path: Path) -> None:
    file = tmp_path / "svar.csv"
    rows = [
        f"{stratum}{number},{rater},{answer},{stratum},{cases}"
        for stratum, cases, pair in (("a", 10, "11"), ("b", 100, "12"))
        for number in range(10)
        for rater, answer in zip("xy", pair, strict=True)
    ]
    file.write_text("\n".join(["item,rater,rating,stratum,population", *rows, ""]), encoding="utf-8")
    out = tmp_path / "ud"
    code, told, _ = run("agreement", file, "--bootstrap", "200", "--out", out)
    assert code == 0
    assert "antallet af sager i stratum delt med de dobbeltlæste" in told
    why = "alle sager viser den samme enighed i hvert stratum, der ikke er læst helt"
    assert f"Andel enige: 0,09 (–: {why}; bootstrap –: trækningerne giver det samme tal)" in told
    page = (out / "index.html").read_text(encoding="utf-8")
    assert f"– ved alle mål: der er intet interval, fordi {why}." in page
    with (out / "tabeller" / "tabel_1.csv").open(encoding="utf-8-sig") as lines:
        table = list(csv.DictReader(lines))
    assert {row["Middelfejl"] for row in table} == {""}  # a 0 would be taken for certainty
    data = json.loads((out / "enighed.json").read_text(encoding="utf-8"))
    percent = data["questions"][0]["whole"]["coefficients"][0]
    assert (data["weighing"], percent["value"], percent["why"]) == ("strata", "0.090909", "alike_in_strata")
    assert (percent["bootstrap"]["low"], percent["bootstrap"]["why"]) == (None, "nothing_varies")
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["agreement"]["weighing"] == "strata"
    with (out / "enighed.csv").open(encoding="utf-8") as lines:
        row = next(csv.DictReader(lines))
    assert (row["bootstrap_sets"], row["bootstrap_why"]) == ("200", "nothing_varies")


def test_every_reason_for_a_dash_has_its_words() -> None:
    from sagsbarometer.agreement import agree

    codes = {
        value
        for name, value in vars(agree).items()
        if name.isupper() and isinstance(value, str) and value == name.lower()
    }
    assert {"one_item", "all_read", "value_outside"} <= codes
    known = {*WHY, *WEIGHTS, "percent", "cohen", "fleiss", "gwet", "krippendorff", "brennan_prediger"}
    assert codes <= known


@pytest.mark.parametrize("value", [-0.0, -0.0000004, -0.004])
def test_a_number_that_rounds_to_nothing_has_no_sign(value: float) -> None:
    assert two(value) == "0,00"
    assert str(six(min(value, -0.0) / 1e5)) == "0.000000"
    assert two(-0.005) == "−0,01"


def test_a_folder_in_use_is_left(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "ud"
    words = ("agreement", root / EXAMPLE, "--bootstrap", "0", "--by", "", "--out", out)
    assert run(*words)[0] == 0
    assert run(*words)[0] == 2
    assert run(*words, "--force")[0] == 0
    (out / "mit.txt").write_text("x", encoding="utf-8")
    assert run(*words, "--force")[0] == 2
