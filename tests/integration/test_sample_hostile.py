"""A sample folder that somebody changed with all checksums made anew, and a log that somebody wrote by hand."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.cli.show import danish_today
from sagsbarometer.runs import sample_draw, sample_replace
from sagsbarometer.runs.made_of import json_bytes
from sagsbarometer.sampling.listing import sha256
from sagsbarometer.sampling.replacing import Replacement, chained, read_log, write_log
from sagsbarometer.store import sample as store_sample
from sagsbarometer.store.folder import untouched
from sagsbarometer.store.sample import read_sample
from tests.samples_in_tests import a_list, a_plan, write_list, write_plan

runner = CliRunner()


def run(*words: object) -> Result:
    return runner.invoke(app, ["sample", *map(str, words)])


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    plan = a_plan("stratified")
    write_plan(folder / "plan.json", plan)
    write_list(folder / "list.csv", a_list(plan))
    out = folder / "out"
    sample_draw.sample_draw(sample_draw.Job(folder / "plan.json", folder / "list.csv", out))
    for at, id in enumerate(line_of(out)[:3]):
        reason = "no_decision" if at else "not_delivered"
        sample_replace.sample_replace(sample_replace.Job(out, id, reason, f"2026-03-0{at + 1}", "tom akt"))
    return folder


@pytest.fixture
def folder(drawn: Path, tmp_path: Path) -> Path:
    shutil.copytree(drawn, tmp_path, dirs_exist_ok=True)
    return tmp_path / "out"


def line_of(folder: Path) -> list[str]:
    own = [row for row in read_sample(folder).rows if row.cell == "authority=901;result=grant" and row.order]
    return [row.id for row in sorted(own, key=lambda row: row.order)]


def codes(result: Result) -> set[str]:
    return {item["code"] for item in json.loads(result.stdout)["problems"] if item["level"] != "note"}


def log_of(folder: Path) -> list[Replacement]:
    return list(read_log((folder / "replacements.csv").read_bytes()))


def rechained(folder: Path, log: list[Replacement]) -> None:
    """The log with every checksum made anew, as who knows the program can."""
    before, lines = sha256((folder / "sample.csv").read_bytes()), []
    for number, line in enumerate(log, 1):
        numbered = dataclasses.replace(line, number=number)
        lines.append(dataclasses.replace(numbered, sha256=chained(before, numbered)))
        before = lines[-1].sha256
    (folder / "replacements.csv").write_bytes(write_log(lines))


def sealed(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in manifest["files"]:
        manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_bytes(json_bytes(manifest))


# --- the log ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "changes"),
    [
        (0, {"reason": "fantasi"}),
        (0, {"scope": "out_of_scope"}),
        (0, {"on": date(2026, 3, 31)}),
        (1, {"note": "=1+1"}),
        (1, {"note": "cpr 120180:1234"}),
        (1, {"note": " luft "}),
        (1, {"note": "x" * 201}),
    ],
)
def test_every_rule_of_replace_is_a_rule_of_verify(at: int, changes: dict[str, Any], folder: Path) -> None:
    log = log_of(folder)
    rechained(folder, log)
    assert run("verify", folder).exit_code == 0  # the chain made anew is not what is told
    log[at] = dataclasses.replace(log[at], **changes)
    rechained(folder, log)
    result = run("verify", folder, "--json")
    assert result.exit_code == 1
    assert codes(result) == {"UDTRAEK-155"}
    assert "120180" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    "spelled",
    [
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.replace(b"\n1,", b"\n 1 ,"),
        lambda raw: raw.replace(b"2026-03-01", b"20260301"),
        lambda raw: raw.replace(b"\n1,", "\n١,".encode()),
        lambda raw: raw + b"\n",
        lambda raw: raw + b"5,x",
        lambda raw: raw + b'"' + b"x" * 200_000,
        lambda raw: b"",
    ],
)
def test_a_log_has_one_spelling(spelled: Callable[[bytes], bytes], folder: Path) -> None:
    path = folder / "replacements.csv"
    path.write_bytes(spelled(path.read_bytes()))
    result = run("verify", folder, "--json")
    assert result.exit_code == 1
    assert "UDTRAEK-155" in codes(result)
    result = run("replace", folder, "--case", "x", "--reason", "no_decision", "--json")
    assert (result.exit_code, codes(result)) == (3, {"UDTRAEK-133"})


def test_a_log_cut_at_its_end_is_seen_by_who_kept_the_receipt(folder: Path) -> None:
    result = run("verify", folder, "--json")
    receipt = json.loads(result.stdout)["receipt"]
    log = log_of(folder)
    assert receipt == {"lines": 3, "sha256": log[-1].sha256}
    assert f"Kvittering for 3 udskiftninger: {log[-1].sha256}" in result.stderr
    for kept, lines in ((log[-1].sha256, 3), (log[0].sha256, 1)):
        result = run("verify", folder, "--log-hash", kept)
        assert result.exit_code == 0
        assert f"de første {lines} af dem" in result.stdout
    (folder / "replacements.csv").write_bytes(write_log(log[:-1]))
    assert run("verify", folder).exit_code == 0  # nothing in the folder can tell
    result = run("verify", folder, "--log-hash", receipt["sha256"], "--json")
    assert (result.exit_code, codes(result)) == (1, {"UDTRAEK-155"})
    result = run("verify", folder, "--log-hash", "x", "--json")
    assert (result.exit_code, codes(result)) == (3, {"UDTRAEK-117"})


def test_replace_gives_a_receipt_and_no_day_to_come(folder: Path) -> None:
    words = ["replace", folder, "--case", line_of(folder)[3], "--reason", "no_decision", "--json"]
    late = run(*words, "--on", "9999-12-31")
    assert (late.exit_code, codes(late)) == (3, {"UDTRAEK-121"})
    late = run(*words, "--on", danish_today().replace(year=danish_today().year + 2, day=1).isoformat())
    assert (late.exit_code, codes(late)) == (3, {"UDTRAEK-147"})
    done = run(*words)
    assert json.loads(done.stdout)["receipt"] == {"lines": 4, "sha256": log_of(folder)[-1].sha256}


# --- the folder ------------------------------------------------------------------------------------------------


def sample_csv(change: Callable[[list[list[str]]], None]) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        rows = list(csv.reader(io.StringIO((folder / "sample.csv").read_text(encoding="utf-8"))))
        change(rows)
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        (folder / "sample.csv").write_text(out.getvalue(), encoding="utf-8")

    return tamper


def _weigh(rows: list[list[str]]) -> None:
    next(row for row in rows[1:] if row[-1])[-1] = "99.000000"


def _space(rows: list[list[str]]) -> None:
    rows[1][-2] = " " + rows[1][-2]


def of_json(name: str, change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        value = json.loads((folder / name).read_text(encoding="utf-8"))
        change(value)
        (folder / name).write_bytes(json_bytes(value))

    return tamper


def blanks(folder: Path) -> None:
    with (folder / "sample.json").open("a", encoding="utf-8") as file:
        file.write("   ")


@pytest.mark.parametrize(
    "tamper",
    [
        sample_csv(_weigh),
        sample_csv(_space),
        sample_csv(lambda rows: rows.append(rows[1])),
        sample_csv(lambda rows: rows.__setitem__(slice(1, None), rows[:0:-1])),
        blanks,
        *(
            of_json("sample.json", lambda value, key=key, word=word: value.__setitem__(key, word))  # type: ignore[misc]
            for key, word in (
                ("origin", "noget"),
                ("origin", ["real"]),
                ("list", {"file": "x", "sha256": "0" * 63}),
                ("register", {"file": "r"}),
                ("without", ["999"]),
                ("without", ["901"]),
                ("nyt", "frit ord"),
                ("title", {"da": "x"}),
                ("schema_version", True),
                ("identities", []),
            )
        ),
    ],
)
def test_every_byte_of_the_data_is_what_the_draw_gives(tamper: Callable[[Path], None], folder: Path) -> None:
    (folder / "replacements.csv").unlink()
    tamper(folder)
    sealed(folder)
    result = run("verify", folder, "--json")
    assert result.exit_code == 1, result.output
    assert "UDTRAEK-152" in codes(result)


@pytest.mark.parametrize("key", ["origin", "data_date", "nyt"])
def test_the_manifest_says_what_the_sample_says(key: str, folder: Path) -> None:
    of_json("manifest.json", lambda value: value.__setitem__(key, "training"))(folder)
    result = run("verify", folder, "--json")
    assert (result.exit_code, codes(result)) == (1, {"UDTRAEK-151"})


def test_the_file_of_the_list_is_held_against_its_checksum(folder: Path, tmp_path: Path) -> None:
    delivered = tmp_path / "list.csv"
    assert run("verify", folder, "--frame", delivered).exit_code == 0
    with delivered.open("a", encoding="utf-8") as file:
        file.write("\n")  # the same cases
    result = run("verify", folder, "--frame", delivered, "--json")
    assert (result.exit_code, codes(result)) == (1, {"UDTRAEK-154"})
    told = json.loads(result.stdout)["not_vouched_for"]
    assert "index.html" in told
    assert "list.sha256" not in told


@pytest.mark.parametrize("name", ["/dev/zero", "../plan.json", "a\0b", "120180-1234.csv", "\x1b[31m", "."])
def test_what_the_manifest_names_is_in_the_folder(name: str, folder: Path) -> None:
    of_json("manifest.json", lambda value: value["files"].__setitem__(name, "0" * 64))(folder)
    result = run("verify", folder, "--json")
    assert (result.exit_code, codes(result)) == (3, {"UDTRAEK-132"})
    assert "120180" not in result.stdout + result.stderr
    assert not untouched(folder)


@pytest.mark.parametrize(
    "name", ["sample.csv", "frame.csv", "plan.json", "sample.json", "manifest.json", "index.html"]
)
@pytest.mark.parametrize("kind", ["link", "pipe", "endless"])
def test_a_link_or_a_pipe_is_not_opened(name: str, kind: str, folder: Path, tmp_path: Path) -> None:
    (folder / name).rename(tmp_path / "there")
    if kind == "pipe":
        os.mkfifo(folder / name)
    else:
        (folder / name).symlink_to(tmp_path / "there" if kind == "link" else "/dev/zero")
    for words in (("verify", folder), ("replace", folder, "--case", "x", "--reason", "no_decision")):
        assert run(*words).exit_code == 3
    if name != "manifest.json":
        (folder / "replacements.csv").unlink()
        assert not untouched(folder)


@pytest.mark.parametrize("target", ["/dev/zero", "nowhere"])
def test_a_log_that_is_a_link_is_no_log(target: str, folder: Path) -> None:
    case = line_of(folder)[3]
    (folder / "replacements.csv").unlink()
    (folder / "replacements.csv").symlink_to(target)
    assert run("verify", folder).exit_code == 1
    assert run("replace", folder, "--case", case, "--reason", "no_decision").exit_code == 3


def test_what_lies_where_the_new_log_is_written_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "dear").write_text("dear", encoding="utf-8")
    (folder / ".replacements.csv.new").symlink_to(tmp_path / "dear")
    assert run("replace", folder, "--case", line_of(folder)[3], "--reason", "no_decision").exit_code in (0, 1)
    assert (tmp_path / "dear").read_text(encoding="utf-8") == "dear"
    assert not (folder / "replacements.csv").is_symlink()
    assert len(log_of(folder)) == 4


def test_a_log_that_cannot_be_written_is_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "full")

    before, case = (folder / "replacements.csv").read_bytes(), line_of(folder)[3]
    monkeypatch.setattr(os, "fsync", full)
    assert run("replace", folder, "--case", case, "--reason", "no_decision").exit_code != 0
    assert (folder / "replacements.csv").read_bytes() == before
    assert not (folder / ".replacements.csv.new").exists()


def test_the_names_in_a_folder_are_written_to_the_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from sagsbarometer.store import folder as store_folder

    settled: list[Path] = []
    monkeypatch.setattr(store_folder, "settle", settled.append)
    monkeypatch.setattr(store_sample, "settle", settled.append)
    store_folder.write_whole(tmp_path / "new", {"a": b"1"})
    run("replace", folder, "--case", line_of(folder)[3], "--reason", "no_decision")
    assert settled == [tmp_path, folder]


# --- plan and list -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("reserve", "1E+999999"),
        ("reserve", "11"),
        ("reserve", "-1"),
        ("appeal_deadline_weeks", 521),
        ("title", {}),
        ("title", {"da": " "}),
        ("seed", "x\ny"),
        ("seed", "x" * 201),
        ("id", ""),
    ],
)
def test_a_plan_changed_by_hand_is_not_drawn_from(key: str, value: Any, folder: Path, tmp_path: Path) -> None:
    of_json("plan.json", lambda plan: plan.__setitem__(key, value))(tmp_path)
    words = [
        "draw",
        tmp_path / "plan.json",
        "--frame",
        tmp_path / "list.csv",
        "--out",
        tmp_path / "new",
        "--json",
    ]
    result = run(*words, "--on", "2026-06-01")
    assert (result.exit_code, codes(result)) == (3, {"PLAN-121"})


def test_days_that_no_calendar_has_room_for_are_faults(folder: Path, tmp_path: Path) -> None:
    of_json("plan.json", lambda plan: plan.__setitem__("appeal_deadline_weeks", 4))(tmp_path)
    words = ["draw", tmp_path / "plan.json", "--out", tmp_path / "new", "--json", "--frame"]
    good = tmp_path / "list.csv"
    for days in ("-5", "367", "3000000"):
        result = run(*words, good, "--on", "2026-06-01", "--receipt-days", days)
        assert (result.exit_code, codes(result)) == (3, {"UDTRAEK-126"})
    assert codes(run(*words, good, "--on", "9999-12-31")) == {"UDTRAEK-121"}
    text = good.read_text(encoding="utf-8")
    for day in ("9999-12-31", "0001-01-01"):
        late = tmp_path / "late.csv"
        late.write_text(text.replace("05-01-2026", day, 1), encoding="utf-8")
        result = run(*words, late, "--on", "2026-06-01")
        assert (result.exit_code, codes(result)) == (3, {"UDTRAEK-107"})
    ahead = run(*words, good, "--on", f"{danish_today().year + 2}-01-01")
    assert "UDTRAEK-127" in ahead.stderr


def test_a_frame_with_a_field_without_an_end_is_told(folder: Path) -> None:
    content = (folder / "frame.csv").read_bytes()
    for name, wrong in (("long", b'"' + b"a" * 300_000 + b'"\n'), ("year", None)):
        new = content.replace(b"2026-01-05", b"9999-12-31", 1) if wrong is None else content + wrong
        (folder / "frame.csv").write_bytes(new)
        result = run("verify", folder, "--json")
        assert result.exit_code == 1, name
        assert "UDTRAEK-154" in codes(result)


def test_the_copy_that_goes_back_is_told_to_have_the_ids(folder: Path, tmp_path: Path) -> None:
    with (tmp_path / "list.csv").open("a", encoding="utf-8") as file:
        file.write("120180:1234;901;grant;;\n")
    result = run("draw", tmp_path / "plan.json", "--frame", tmp_path / "list.csv", "--out", tmp_path / "new")
    assert result.exit_code == 3
    assert "UDTRAEK-103" in result.stderr
    assert "kopi med alle id'er" in result.stderr
    assert "120180" not in result.output
