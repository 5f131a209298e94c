"""`sample draw`, `verify` and `replace`: from a plan and a list to a folder that anybody can draw again."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.cli.sample import app as sample_app
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs import sample_draw, sample_replace, sample_verify
from sagsbarometer.runs.made_of import json_bytes
from sagsbarometer.sampling.draw import draw
from sagsbarometer.sampling.drawn import Role
from sagsbarometer.sampling.plan import DECLARED, PROBABILITY, Plan
from sagsbarometer.sampling.replacing import read_log, write_log
from sagsbarometer.store.sample import read_sample
from tests.samples_in_tests import a_list, a_plan, write_list, write_plan

runner = CliRunner()


def run(*words: object) -> Result:
    return runner.invoke(app, ["sample", *map(str, words)])


def of(method: str, **changes: Any) -> Plan:
    return a_plan(method, **({"size_column": "size"} if method in ("pps", "two_stage") else {}), **changes)


def made_in(folder: Path, plan: Plan, **job: Any) -> Path:
    """The plan, a list for it, and the sample folder, which is returned."""
    write_plan(folder / "plan.json", plan)
    write_list(folder / "list.csv", a_list(plan))
    where = (folder / name for name in ("plan.json", "list.csv", "out"))
    sample_draw.sample_draw(sample_draw.Job(*where, **job))
    return folder / "out"


@pytest.fixture(scope="module")
def stratified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn once: the pages take longest."""
    folder = tmp_path_factory.mktemp("stratified")
    made_in(folder, of("stratified"))
    return folder


@pytest.fixture
def folder(stratified: Path, tmp_path: Path) -> Path:
    """A sample folder of the stratified plan, `out` beside plan.json and list.csv."""
    shutil.copytree(stratified, tmp_path, dirs_exist_ok=True)
    return tmp_path / "out"


@pytest.mark.parametrize("method", [*PROBABILITY, *DECLARED])
def test_what_is_drawn_can_be_drawn_again(method: str, tmp_path: Path) -> None:
    folder = made_in(tmp_path, of(method))
    assert read_sample(folder) == draw(of(method), a_list(of(method)))
    result = run(
        "verify", folder, "--frame", tmp_path / "list.csv", "--plan", tmp_path / "plan.json", "--json"
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["same"] is True


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    folders = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        folders.append(made_in(tmp_path / name, of("stratified")))
    first, second = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in folders
    )
    assert first.keys() == second.keys()
    assert {str(name) for name in first if first[name] != second[name]} <= {"run.json"}


def test_the_files_are_what_is_documented(folder: Path) -> None:
    rows = list(csv.DictReader((folder / "sample.csv").open(encoding="utf-8")))
    assert list(rows[0]) == "id authority result cell order role probability weight".split()
    for row in rows:
        assert bool(row["weight"]) == (row["role"] == "selected")
        if row["weight"]:
            assert Fraction(row["weight"]) == pytest.approx(1 / Fraction(row["probability"]), abs=5e-7)
    about = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
    for name, key in (("plan.json", "plan_sha256"), ("frame.csv", "frame_sha256")):
        assert about[key] == hashlib.sha256((folder / name).read_bytes()).hexdigest()
    assert about["drawn"]["seed"] == of("stratified").seed
    assert about["sum_of_weights"] == "82/1"
    assert all(item["holds"] for item in about["identities"])
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert not [row["id"] for row in rows if row["id"] in page], "no case is named on the page"


def test_the_independent_script_of_the_page_gives_the_same_cases(root: Path, folder: Path) -> None:
    text = (root / "docs" / "udtraek.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert "sagsbarometer" not in script
    assert len(script.strip().splitlines()) <= 11
    found = subprocess.run(
        [sys.executable, "-I", "-c", script], cwd=folder, capture_output=True, check=True, encoding="utf-8"
    )
    chosen = {row.id for row in read_sample(folder).rows if row.role is Role.SELECTED}
    assert set(found.stdout.split()) == chosen
    assert len(chosen) == 16


def test_the_page_names_every_reason_there_is(root: Path) -> None:
    text = (root / "docs" / "udtraek.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `(\w+)` .* \| (nej|ja, men den kan ikke fås) \|$", text, re.MULTILINE)
    scopes = {"nej": "out_of_scope", "ja, men den kan ikke fås": "nonresponse"}
    assert {id: scopes[word] for id, word in named} == {
        id: reason.scope for id, reason in sample_replace.reasons().items()
    }


# --- verify ------------------------------------------------------------------------------------------------------


def swapped(folder: Path) -> None:
    """A case that was drawn gives its place to one that was not."""
    path = folder / "sample.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    one = next(at for at, line in enumerate(lines) if ",selected," in line)
    other = next(at for at, line in enumerate(lines) if ",not_drawn," in line)
    cells = [lines[at].split(",") for at in (one, other)]
    for place in (4, 5, 7):
        cells[0][place], cells[1][place] = cells[1][place], cells[0][place]
    lines[one], lines[other] = (",".join(own) for own in cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def edited(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def sealed(folder: Path) -> None:
    """Whoever changes a file may well write its new checksum into the manifest."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in manifest["files"]:
        if (folder / name).exists():
            manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    about = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
    about["plan_sha256"] = hashlib.sha256((folder / "plan.json").read_bytes()).hexdigest()
    about["frame_sha256"] = hashlib.sha256((folder / "frame.csv").read_bytes()).hexdigest()
    (folder / "sample.json").write_bytes(json_bytes(about))
    manifest["files"]["sample.json"] = hashlib.sha256((folder / "sample.json").read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


SEED = of("stratified").seed


@pytest.mark.parametrize(
    ("tamper", "codes", "codes_sealed"),
    [
        (swapped, {"UDTRAEK-151", "UDTRAEK-152"}, {"UDTRAEK-152"}),
        (
            edited("plan.json", SEED, "f" * 32),
            {"UDTRAEK-151", "UDTRAEK-152", "UDTRAEK-154"},
            {"UDTRAEK-152"},
        ),
        (edited("sample.json", SEED, "f" * 32), {"UDTRAEK-151", "UDTRAEK-152"}, {"UDTRAEK-152"}),
        (
            edited("sample.json", '"population": 30', '"population": 31'),
            {"UDTRAEK-151", "UDTRAEK-152"},
            {"UDTRAEK-152"},
        ),
        (
            edited("frame.csv", "901-grant-000,901,grant", "901-grant-000x,901,grant"),
            {"UDTRAEK-151", "UDTRAEK-152", "UDTRAEK-154"},
            {"UDTRAEK-152"},
        ),
        (
            edited(
                "frame.csv",
                "901-grant-000,901,grant,2026-01-05,,1,,",
                "901-grant-000,901,grant,2026-01-05,,1,,not_safe",
            ),
            {"UDTRAEK-151", "UDTRAEK-154"},
            {"UDTRAEK-154"},
        ),
        (edited("index.html", "82 sager", "92 sager"), {"UDTRAEK-151"}, set()),
        (
            edited("sample.json", '"drawable": 82', '"drawable": 92'),
            {"UDTRAEK-151", "UDTRAEK-152"},
            {"UDTRAEK-152"},
        ),
        (edited("sample.json", '"weeks": 0', '"weeks": 4'), {"UDTRAEK-151", "UDTRAEK-154"}, {"UDTRAEK-154"}),
        (edited("plan.json", '"stratified"', '"other"'), {"UDTRAEK-151", "UDTRAEK-154"}, {"UDTRAEK-154"}),
        (edited("frame.csv", "left_out", "udeladt"), {"UDTRAEK-151", "UDTRAEK-154"}, {"UDTRAEK-154"}),
        (edited("sample.csv", ",reserve,", ",not_drawn,"), {"UDTRAEK-151", "UDTRAEK-152"}, {"UDTRAEK-152"}),
    ],
)
def test_a_folder_that_was_tampered_with_is_told(
    tamper: Callable[[Path], None], codes: set[str], codes_sealed: set[str], folder: Path
) -> None:
    tamper(folder)
    result = run("verify", folder, "--json")
    assert result.exit_code == 1, result.output
    assert {item["code"] for item in json.loads(result.stdout)["problems"]} == codes
    sealed(folder)
    result = run("verify", folder, "--json")
    assert {item["code"] for item in json.loads(result.stdout)["problems"]} == codes_sealed
    assert result.exit_code == (1 if codes_sealed else 0)


def test_a_file_that_is_gone_is_told(folder: Path, tmp_path: Path) -> None:
    (folder / "tabeller.xlsx").unlink()
    assert run("verify", folder).exit_code == 1
    (folder / "sample.csv").unlink()
    assert run("verify", folder).exit_code == 3
    assert run("verify", tmp_path).exit_code == 3


def test_the_rows_that_differ_are_named(folder: Path) -> None:
    before = (folder / "sample.csv").read_text(encoding="utf-8").splitlines()
    swapped(folder)
    after = (folder / "sample.csv").read_text(encoding="utf-8").splitlines()
    changed = sorted(new.split(",")[0] for old, new in zip(before, after, strict=True) if old != new)
    result = run("verify", folder, "--json")
    assert json.loads(result.stdout)["rows"] == changed
    assert all(id in result.stderr for id in changed)


def test_a_list_or_a_plan_from_elsewhere_is_held_against_the_folder(folder: Path, tmp_path: Path) -> None:
    plan = of("stratified")
    more = write_list(tmp_path / "more.csv", a_list(plan, extra=1))
    done = sample_verify.sample_verify(sample_verify.Job(folder, frame=more))
    assert any("901-grant-030" in item.fault for item in done.differences if item.code == "UDTRAEK-154")
    assert {item.code for item in done.differences} == {"UDTRAEK-152", "UDTRAEK-154"}
    other = write_plan(tmp_path / "other.json", of("stratified", seed="another"))
    done = sample_verify.sample_verify(sample_verify.Job(folder, plan=other))
    assert {item.code for item in done.differences} == {"UDTRAEK-152", "UDTRAEK-154"}
    with pytest.raises(Faults):
        sample_verify.sample_verify(sample_verify.Job(folder, plan=tmp_path / "list.csv"))


def test_a_sample_that_was_tampered_with_is_not_used(folder: Path) -> None:
    swapped(folder)
    with pytest.raises(Faults) as error:
        read_sample(folder)
    assert [problem.code for problem in error.value.problems] == ["UDTRAEK-132"]


def test_rows_and_cells_that_do_not_fit_are_not_used_though_every_checksum_is_new(folder: Path) -> None:
    edited("sample.csv", ",reserve,", ",not_drawn,")(folder)
    sealed(folder)
    with pytest.raises(Faults) as error:
        read_sample(folder)
    assert [problem.code for problem in error.value.problems] == ["UDTRAEK-132"]


# --- the list ----------------------------------------------------------------------------------------------------


def test_a_list_with_faults_goes_back_and_nothing_is_written(tmp_path: Path) -> None:
    plan = of("stratified")
    write_plan(tmp_path / "plan.json", plan)
    write_list(tmp_path / "list.csv", a_list(plan))
    with (tmp_path / "list.csv").open("a", encoding="utf-8") as file:
        file.write("010190-1234;901;grant;;\n901-grant-000;901;grant;;\n")
    result = run("draw", tmp_path / "plan.json", "--frame", tmp_path / "list.csv", "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert not (tmp_path / "out").exists()
    marked = (tmp_path / "out-fejl" / "ret-list.csv").read_text(encoding="utf-8")
    assert "UDTRAEK-103" in marked
    assert "UDTRAEK-104" in marked
    assert "010190" not in result.output


def test_cases_that_are_not_safe_or_appealed_are_left_out_and_told(tmp_path: Path) -> None:
    plan = of("stratified", appeal_deadline_weeks=4)
    listed = a_list(plan)
    appealed = ["ja" if row.id == "901-grant-001" else "nej" for row in listed.rows]
    write_plan(tmp_path / "plan.json", plan)
    write_list(tmp_path / "list.csv", listed, {"appealed": appealed})
    words = ["draw", tmp_path / "plan.json", "--frame", tmp_path / "list.csv", "--out", tmp_path / "out"]
    result = run(*words)
    assert result.exit_code == 3
    assert "UDTRAEK-121" in result.stderr
    assert run(*words, "--on", "snart").exit_code == 3
    # Decided on 5 January to 4 February; by 16 February four weeks are over for those of 16 January and before, as the
    # 17th and 18th are a Saturday and a Sunday whose deadline ends on Monday the 16th.
    result = run(*words, "--on", "2026-02-16", "--json")
    assert result.exit_code == 0, result.stderr
    late = {row.id for row in listed.rows if row.decided_on and row.decided_on > date(2026, 1, 16)}
    left = json.loads(result.stdout)["left_out"]
    assert left == {"appealed": 1, "not_safe": len(late - {"901-grant-001"})}
    ids = {row.id for row in read_sample(tmp_path / "out").rows}
    assert ids == {row.id for row in listed.rows} - late - {"901-grant-001"}
    assert "klagefristen var ikke sikkert udløbet" in result.stderr
    assert run("verify", tmp_path / "out", "--frame", tmp_path / "list.csv").exit_code == 0
    assert run(*words, "--on", "2020-01-01", "--force").exit_code == 3  # nothing is left


def test_a_deadline_needs_days(tmp_path: Path) -> None:
    plan = of("stratified", appeal_deadline_weeks=4)
    write_plan(tmp_path / "plan.json", plan)
    text = "id,authority,result\n" + "".join(
        f"{row.id},{row.authority},{row.stratum[0]}\n" for row in a_list(plan).rows
    )
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    result = run(
        "draw",
        tmp_path / "plan.json",
        "--frame",
        tmp_path / "list.csv",
        "--out",
        tmp_path / "out",
        "--on",
        "2026-03-01",
    )
    assert result.exit_code == 3
    assert "UDTRAEK-122" in result.stderr


def register_of(folder: Path, numbers: list[str]) -> Path:
    from sagsbarometer.runs.appeals_import import Job, import_registrations

    folder.mkdir()
    lines = [f"{at};{number};2026-01-20;2026-02-01 12:00;synthetic" for at, number in enumerate(numbers)]
    (folder / "rows.csv").write_text(
        "\n".join(["case_id;number;received_on;registered_at;origin", *lines]) + "\n", encoding="utf-8"
    )
    mapping = (
        "mapping: own\nrest: same\nown:\n  number: {from: number, type: text, label: {da: Journalnummer}}\n"
    )
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    import_registrations(Job(folder / "rows.csv", folder / "mapping.yaml", folder / "register"))
    return folder / "register"


def test_cases_in_the_boards_own_register_are_left_out(tmp_path: Path) -> None:
    register = register_of(tmp_path / "own", ["901-grant-001", "901-grant-002", "not on the list"])
    folder = made_in(tmp_path, of("stratified"), register=register, match="number")
    about = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
    assert about["left_out"] == {"in_register": 2}
    assert about["register"]["match"] == "number"
    assert not {"901-grant-001", "901-grant-002"} & {row.id for row in read_sample(folder).rows}
    result = run("verify", folder, "--frame", tmp_path / "list.csv")
    assert result.exit_code == 0, result.stderr
    assert "UDTRAEK-156" in result.stderr
    result = run(
        "draw", tmp_path / "plan.json", "--frame", tmp_path / "list.csv", "--out", tmp_path / "other",
        "--register", register, "--match", "nothing",
    )  # fmt: skip
    assert result.exit_code == 3
    assert "UDTRAEK-124" in result.stderr


def test_an_authority_without_a_list_is_named(tmp_path: Path) -> None:
    plan = of("stratified")
    listed = a_list(plan)
    write_plan(tmp_path / "plan.json", plan)
    from sagsbarometer.sampling.listing import listing

    write_list(
        tmp_path / "list.csv", listing(listed.strata, [row for row in listed.rows if row.authority != "903"])
    )
    words = ["draw", tmp_path / "plan.json", "--frame", tmp_path / "list.csv", "--out", tmp_path / "out"]
    assert run(*words).exit_code == 3
    result = run(*words, "--without", "903")
    assert result.exit_code == 0, result.stderr
    assert "Ingen liste fra 903" in result.stdout
    assert run("verify", tmp_path / "out", "--frame", tmp_path / "list.csv").exit_code == 0


def test_two_stages_tell_whom_to_ask_before_there_is_a_list(tmp_path: Path) -> None:
    plan = of("two_stage")
    write_plan(tmp_path / "plan.json", plan)
    result = run("draw", tmp_path, "--json")
    assert result.exit_code == 0, result.stderr
    asked = json.loads(result.stdout)["authorities"]
    write_list(tmp_path / "list.csv", a_list(plan))
    drawn = draw(plan, a_list(plan))
    assert {item["authority"]: item["probability"] for item in asked} == {
        code: f"{chance.numerator}/{chance.denominator}" for code, chance in drawn.authorities.items()
    }
    write_plan(tmp_path / "plan.json", of("stratified"))
    assert run("draw", tmp_path).exit_code == 3


def test_options_that_make_no_sense_are_told(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan.json", of("stratified"))
    write_list(tmp_path / "list.csv", a_list(of("stratified")))
    words = ["draw", tmp_path, "--frame", tmp_path / "list.csv"]
    assert "UDTRAEK-116" in run(*words).stderr
    result = run(*words, "--out", tmp_path / "out", "--origin", "ægte", "--receipt-days", "-1", "--json")
    assert [item["code"] for item in json.loads(result.stdout)["problems"]] == ["UDTRAEK-125", "UDTRAEK-126"]
    assert run("draw", tmp_path / "list.csv", "--out", tmp_path / "out").exit_code == 3


def test_a_declared_selection_says_so_everywhere(tmp_path: Path) -> None:
    plan = of("newest_first")
    write_plan(tmp_path / "plan.json", plan)
    write_list(tmp_path / "list.csv", a_list(plan))
    result = run("draw", tmp_path, "--frame", tmp_path / "list.csv", "--out", tmp_path / "out")
    remark = (plan.remark or {})["da"]
    assert remark in result.stdout
    assert remark in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert read_sample(tmp_path / "out").remark == {"da": remark}


# --- replace -----------------------------------------------------------------------------------------------------


def in_cell(folder: Path) -> list[str]:
    own = [row for row in read_sample(folder).rows if row.cell == "authority=901;result=grant" and row.order]
    return [row.id for row in sorted(own, key=lambda row: row.order)]


def test_a_case_goes_out_and_the_next_comes_in(folder: Path) -> None:
    line = in_cell(folder)
    result = run(
        "replace",
        folder,
        "--case",
        line[1],
        "--reason",
        "no_decision",
        "--on",
        "2026-03-02",
        "--note",
        "tom akt",
    )
    assert result.exit_code == 0, result.stderr
    assert f"{line[4]} er taget ind. Cellen har 1 reserve tilbage." in result.stdout
    result = run(
        "replace", folder, "--case", line[0], "--reason", "not_delivered", "--with", line[5], "--json"
    )
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["replacement"] == line[5]
    result = run("replace", folder, "--case", line[2], "--reason", "not_delivered", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["used_up"] is True
    now = read_sample(folder).by_key()["authority=901;result=grant"]
    assert (now.issued, now.in_force, now.out_of_scope, now.nonresponse) == (6, 3, 1, 2)
    result = run("verify", folder)
    assert result.exit_code == 0, result.stderr
    assert "3 udskiftninger følger reglerne" in result.stdout


def test_what_is_against_the_rules_ends_with_4_and_writes_nothing(folder: Path) -> None:
    line = in_cell(folder)
    for words in (
        ("--case", line[0], "--reason", "no_decision", "--with", line[5]),
        ("--case", line[0], "--reason", "lyst"),
        ("--case", line[5], "--reason", "no_decision"),
    ):
        assert run("replace", folder, *words).exit_code == 4
    assert (
        run("replace", folder, "--case", line[0], "--reason", "no_decision", "--on", "i går").exit_code == 3
    )
    assert run("replace", folder, "--case", line[0]).exit_code == 2
    assert not (folder / "replacements.csv").exists()


def test_a_log_that_was_changed_stops_everything_that_reads_it(folder: Path) -> None:
    line = in_cell(folder)
    for id in line[:2]:
        assert run("replace", folder, "--case", id, "--reason", "not_delivered").exit_code == 0
    log = read_log((folder / "replacements.csv").read_bytes())
    # The last follows every rule: only the checksum tells that the day is another.
    for wrong in (log[1:], log[::-1], [log[0], dataclasses.replace(log[1], on=date(2026, 3, 9))]):
        (folder / "replacements.csv").write_bytes(write_log(wrong))
        result = run("verify", folder)
        assert result.exit_code == 1
        assert "UDTRAEK-155" in result.stderr
        with pytest.raises(Faults) as error:
            read_sample(folder)
        assert [problem.code for problem in error.value.problems] == ["UDTRAEK-133"]
        assert run("replace", folder, "--case", line[2], "--reason", "not_delivered").exit_code == 3


def test_a_sample_with_replacements_is_never_drawn_over(folder: Path, tmp_path: Path) -> None:
    sample_replace.sample_replace(sample_replace.Job(folder, in_cell(folder)[0], "appealed", "2026-03-02"))
    words = ["draw", tmp_path / "plan.json", "--frame", tmp_path / "list.csv", "--out", folder]
    assert "MAPPE-101" in run(*words).stderr
    assert "MAPPE-103" in run(*words, "--force").stderr


def test_two_at_the_same_time_never_get_the_same_reserve(folder: Path) -> None:
    line = in_cell(folder)
    script = (
        "import sys; from pathlib import Path; from sagsbarometer.runs.sample_replace import Job, sample_replace\n"
        "sample_replace(Job(Path(sys.argv[1]), sys.argv[2], 'not_delivered', '2026-03-02'))"
    )
    processes = [subprocess.Popen([sys.executable, "-c", script, str(folder), id]) for id in line[:2]]
    assert [process.wait() for process in processes] == [0, 0]
    log = read_log((folder / "replacements.csv").read_bytes())
    assert [item.replacement for item in log] == line[4:6]


@pytest.mark.parametrize("command", ["draw", "verify", "replace"])
def test_the_job_has_the_options_of_the_command(command: str, root: Path) -> None:
    jobs = {"draw": sample_draw.Job, "verify": sample_verify.Job, "replace": sample_replace.Job}
    own = typer.main.get_command(sample_app).commands[command].params  # type: ignore[attr-defined]
    told = {item.opts[0].lstrip("-").replace("-", "_") for item in own} - {"json", "help"}
    renamed = {"with": "wanted"}
    assert {item.name for item in dataclasses.fields(jobs[command])} == {
        renamed.get(name, name) for name in told
    }
    page = (root / "docs" / "python.md").read_text(encoding="utf-8")
    assert f"| `sample {command}` | `sagsbarometer.runs.sample_{command}` | `sample_{command}` |" in page
