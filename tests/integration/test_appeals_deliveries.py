"""Deliveries of every kind: whole and in parts, full and with withdrawals, tried first, cut off, and large."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sagsbarometer.appeals.as_of import as_of
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs import appeals_import, appeals_stage
from sagsbarometer.runs.appeals_import import Imported, Job, import_registrations
from sagsbarometer.runs.opened_register import opened_register
from sagsbarometer.runs.returned import returned_folder
from sagsbarometer.store.register import read_register
from sagsbarometer.store.register_write import Outdated, append_delivery
from sagsbarometer.store.staging import MARK
from tests.conftest import examples
from tests.integration.test_appeals_import import HEADER, SAME, Desk, cases, law, write
from tests.peaks_in_tests import took
from tests.unit.test_register_store import append, contents, delivery

CPR = "0101901234"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(appeals_import, "load_catalogue", law)
    folder = tmp_path / "mit udtræk"
    folder.mkdir()
    return Desk(folder)


def job(desk: Desk, file: Path | Sequence[Path], **more: Any) -> Job:
    return Job(file, desk.mapping, desk.register, **more)


def stands(desk: Desk, day: date) -> dict[str, str]:
    """The cases of the register as they stood: id to outcome."""
    with opened_register(read_register(desk.register)) as (rows, execute):
        found = execute(as_of(rows, day).select("case_id", "outcome"))
        return dict(zip(found["case_id"].to_pylist(), found["outcome"].to_pylist(), strict=True))


def snapshot(ids: Sequence[str], outcome: str = "upheld") -> list[dict[str, str]]:
    """Cases as an extract without moments of registration has them."""
    return [
        {
            "case_id": id,
            "origin": "synthetic",
            "received_on": "2024-01-10",
            "decided_on": "2024-05-01",
            "outcome": outcome,
        }
        for id in ids
    ]


COLUMNS = ("case_id", "origin", "received_on", "decided_on", "outcome")


# --- full deliveries ---


MEANT = "rules: {many_withdrawn: soft}\n"


def test_a_full_delivery_that_withdraws_much_stops(desk: Desk) -> None:
    """Half an extract imported with --full must not empty the register; the dry run says the same."""
    import_registrations(
        job(
            desk,
            write(desk.folder / "1.csv", snapshot(list("abcdefghij")), COLUMNS),
            registered_at="2024-06-01",
        )
    )
    few, half = (
        write(desk.folder / f"{ids}.csv", snapshot(list(ids)), COLUMNS) for ids in ("abcdefgh", "abcdefg")
    )
    before = desk.bytes()
    for dry_run in (True, False):
        with pytest.raises(Faults) as stopped:
            import_registrations(job(desk, half, full=True, registered_at="2024-07-01", dry_run=dry_run))
        assert [problem.code for problem in stopped.value.problems] == ["REGISTER-116"]
        assert "3 af registrets 10 sager" in stopped.value.problems[0].fault
    tried = import_registrations(job(desk, few, full=True, registered_at="2024-07-01", dry_run=True))
    assert (tried.withdrawn, tried.remarks) == (2, ())  # 20 % and no more
    assert desk.bytes() == before
    desk.mapping.write_text(desk.mapping.read_text(encoding="utf-8") + MEANT, encoding="utf-8")
    done = import_registrations(job(desk, half, full=True, registered_at="2024-07-01"))
    assert (done.withdrawn, [problem.code for problem in done.remarks]) == (3, ["REGISTER-116"])


def test_a_full_delivery_withdraws_what_it_no_longer_has(desk: Desk) -> None:
    desk.mapping.write_text(desk.mapping.read_text(encoding="utf-8") + MEANT, encoding="utf-8")
    one = write(desk.folder / "1.csv", snapshot(["a", "b", "c"]), COLUMNS)
    two = write(desk.folder / "2.csv", snapshot(["b", "d"], "remitted"), COLUMNS)
    three = write(desk.folder / "3.csv", snapshot(["a", "b"], "amended"), COLUMNS)
    import_registrations(job(desk, one, full=True, registered_at="2024-06-01"))
    done = import_registrations(job(desk, two, full=True, registered_at="2024-07-01"))
    assert (done.rows, done.withdrawn, done.new_cases, done.known_cases) == (2, 2, 1, 1)
    done = import_registrations(job(desk, three, full=True, registered_at="2024-08-01"))
    assert done.withdrawn == 1  # c went long ago, and a comes back
    assert stands(desk, date(2024, 6, 30)) == dict.fromkeys("abc", "upheld")
    assert stands(desk, date(2024, 7, 31)) == dict.fromkeys("bd", "remitted")
    assert stands(desk, date(2024, 8, 1)) == dict.fromkeys("ab", "amended")
    gone = [row for row in desk.rows() if row["withdrawn"]]
    assert [(row["case_id"], row["line"], row["delivery"]) for row in gone] == [
        ("a", -1, 2),
        ("c", -2, 2),
        ("d", -1, 3),
    ]
    assert all(row["outcome"] is None for row in gone)
    entry = read_register(desk.register).manifest["deliveries"][1]
    assert (entry["kind"], entry["withdrawn"], entry["rows"]) == ("full", 2, 4)


def test_a_case_the_file_has_is_still_there_where_its_row_is_left_out(desk: Desk) -> None:
    one = write(desk.folder / "1.csv", snapshot(["a", "b", "c"]), COLUMNS)
    import_registrations(job(desk, one, full=True, registered_at="2024-06-01"))
    rules = (
        desk.mapping.read_text(encoding="utf-8") + "rules: {unknown_code: leave_out, many_withdrawn: soft}\n"
    )
    desk.mapping.write_text(rules, encoding="utf-8")
    two = write(desk.folder / "2.csv", [*snapshot(["a"], "noget nyt"), *snapshot(["b"])], COLUMNS)
    tried = import_registrations(job(desk, two, full=True, registered_at="2024-07-01", dry_run=True))
    done = import_registrations(job(desk, two, full=True, registered_at="2024-07-01"))
    assert (tried.withdrawn, done.withdrawn, done.rows) == (1, 1, 1)  # only c is gone
    assert stands(desk, date(2024, 7, 31)) == dict.fromkeys("ab", "upheld")


def test_a_full_delivery_may_be_said_in_the_mapping_and_is_the_same_once(desk: Desk) -> None:
    desk.mapping.write_text(
        SAME + MEANT + "delivery: full\ncolumns: {registered_at: {constant: 2024-06-01}}\n", encoding="utf-8"
    )
    one = write(desk.folder / "1.csv", snapshot(["a", "b"]), COLUMNS)
    two = write(desk.folder / "2.csv", snapshot(["b"]), COLUMNS)
    import_registrations(job(desk, one))
    assert import_registrations(job(desk, two)).withdrawn == 1
    before = desk.bytes()
    assert not import_registrations(job(desk, two)).added
    assert not import_registrations(job(desk, one)).added
    assert desk.bytes() == before


def test_the_same_file_at_another_moment_is_another_delivery(desk: Desk) -> None:
    file = write(desk.folder / "1.csv", snapshot(["a"]), COLUMNS)
    assert import_registrations(job(desk, file, registered_at="2024-06-01")).number == 1
    assert not import_registrations(job(desk, file, registered_at="2024-06-01")).added
    assert import_registrations(job(desk, file, registered_at="2024-07-01")).number == 2


def test_a_row_may_withdraw_its_case(desk: Desk) -> None:
    rows = cases(3)
    gone = {**rows[0], "registered_at": "2025-01-01", "withdrawn": "ja"}
    import_registrations(job(desk, write(desk.folder / "1.csv", [*rows, gone], (*HEADER, "withdrawn"))))
    assert set(stands(desk, date(2024, 12, 31))) == {"sag 1", "sag 2", "sag 3"}
    assert set(stands(desk, date(2025, 1, 1))) == {"sag 2", "sag 3"}


# --- in parts ---


@settings(max_examples=examples(8))  # three imports each
@given(st.integers(0, 1000), st.integers(1, 39))
def test_two_deliveries_are_the_same_register_as_one(seed: int, cut: int) -> None:
    from tempfile import TemporaryDirectory

    rows = cases(30, seed=seed)
    rng = random.Random(seed)
    later = [
        {**row, "outcome": "amended", "registered_at": "2025-01-01 10:00"} for row in rng.sample(rows, 10)
    ]
    rows = sorted([*rows, *later], key=lambda row: row["registered_at"])
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(appeals_import, "load_catalogue", law)
        whole, parts = Desk(Path(name)), Desk(Path(name))
        whole.register, parts.register = Path(name) / "whole", Path(name) / "parts"
        import_registrations(job(whole, write(Path(name) / "all.csv", rows)))
        for number, part in enumerate((rows[:cut], rows[cut:])):
            import_registrations(job(parts, write(Path(name) / f"{number}.csv", part)))
        for day in (date(2021, 6, 30), date(2023, 12, 31), date(2025, 1, 1)):
            assert stands(whole, day) == stands(parts, day)


def test_several_files_are_one_delivery(desk: Desk) -> None:
    rows = cases(20)
    files = [write(desk.folder / "a.csv", rows[:10]), write(desk.folder / "b.csv", rows[10:])]
    done = import_registrations(job(desk, files))
    assert (done.number, done.rows) == (1, 20)
    entry = read_register(desk.register).manifest["deliveries"][0]
    assert entry["source"]["file"] == "a.csv og 1 til"
    assert [file["file"] for file in entry["source"]["files"]] == ["a.csv", "b.csv"]
    assert not import_registrations(job(desk, files)).added


def test_a_fault_in_one_of_several_files_brings_back_the_rows_at_fault(desk: Desk) -> None:
    rows = cases(20)
    rows[12] = {**rows[12], "outcome": "medhold"}
    rows[13] = {**rows[13], "office": CPR}
    files = [write(desk.folder / "a.csv", rows[:10]), write(desk.folder / "b.csv", rows[10:])]
    with pytest.raises(Faults):
        import_registrations(job(desk, files))
    assert not desk.register.exists()
    with (returned_folder(desk.register) / "ret-raekker.csv").open(encoding="utf-8-sig", newline="") as file:
        back = [row for row in csv.DictReader(file, delimiter=";") if row["FEJL"].startswith("Fejl")]
    assert [(row["Fil"], row["Række"], row["case_id"]) for row in back] == [
        ("b.csv", "4", "sag 13"),
        ("b.csv", "5", "sag 14"),
    ]
    assert "REGISTER-103" in back[0]["FEJL"]
    assert CPR not in str(back)


def test_own_columns_are_listed_and_keep_their_type(desk: Desk) -> None:
    rows = [{**row, "Emne": "x"} for row in cases(3)]
    file = write(desk.folder / "a.csv", rows, (*HEADER, "Emne"))
    desk.mapping.write_text(
        SAME + "own: {emne: {from: Emne, type: code, label: {da: Emne}}}\n", encoding="utf-8"
    )
    import_registrations(job(desk, file))
    own = {"emne": {"type": "code", "label": {"da": "Emne"}}}
    assert read_register(desk.register).manifest["own"] == own
    before = desk.bytes()
    desk.mapping.write_text(SAME + "own: {emne: {from: Emne, type: text}}\n", encoding="utf-8")
    with pytest.raises(Faults) as caught:
        import_registrations(job(desk, file))
    assert [problem.code for problem in caught.value.problems] == ["REGISTER-114"]
    assert desk.bytes() == before
    desk.mapping.write_text(SAME + "ignore: [Emne]\n", encoding="utf-8")
    assert import_registrations(job(desk, file)).added  # a delivery may lack it
    with opened_register(read_register(desk.register)) as (table, execute):
        assert execute(table.select("emne"))["emne"].null_count == 3


# --- tried first ---


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("wrong", [False, True])
def test_a_trial_tells_all_and_writes_nothing(desk: Desk, wrong: bool) -> None:
    rows = cases(10)
    rows[3] = {**rows[3], "outcome": "medhold"} if wrong else {**rows[3], "provision": "§ 107"}
    file = write(desk.folder / "a.csv", rows, (*HEADER, "provision"))
    before = everything(desk.folder)
    done = subprocess.run(
        [*desk.line(file), "--dry-run", "--json"], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == (3 if wrong else 0), done.stderr
    assert everything(desk.folder) == before
    said = json.loads(done.stdout)
    assert (said["schema_version"], said["imported"], said["dry_run"]) == (1, False, True)
    by_name = {rule["rule"]: rule for rule in said["report"]["rules"]}
    rule = by_name["unknown_code" if wrong else "unknown_provision"]
    assert (rule["rows"], rule["share"], rule["level"]) == (1, 0.1, "hard" if wrong else "soft")
    assert "række 5" in done.stderr
    assert "Rapport" not in done.stdout


def test_a_trial_keeps_its_rows_away_from_the_register(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    places: list[Path | None] = []
    real = appeals_import.staging

    def staging(register: Path | None) -> Any:
        places.append(register)
        return real(register)

    monkeypatch.setattr(appeals_import, "staging", staging)
    file = write(desk.folder / "a.csv", cases(5))
    import_registrations(job(desk, file, dry_run=True))
    import_registrations(job(desk, file))
    assert places == [None, desk.register]


def test_the_report_lies_beside_the_delivery(desk: Desk) -> None:
    done = import_registrations(job(desk, write(desk.folder / "a.csv", cases(5))))
    assert done.report_file
    assert done.report_file.name == "0001-rapport.txt"
    assert "5 rækker læst" in done.report_file.read_text(encoding="utf-8")


# --- cut off ---

_KILLED = """
import os, signal, sys
from pathlib import Path
from sagsbarometer.runs import appeals_judge, appeals_stage
from sagsbarometer.runs.appeals_import import Job, import_registrations
from sagsbarometer.store import staging

at, file, mapping, register = sys.argv[1:]
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
def kill_in(module, name):
    setattr(module, name, die)
if at == "write":
    real = staging.RowsFile.write
    def write(self, rows):
        real(self, rows)
        if self.rows > 1500:
            die()
    staging.RowsFile.write = write
else:
    import sagsbarometer.runs.appeals_import as run
    kill_in(run, at)
appeals_stage.ROWS = 1000
import_registrations(Job(Path(file), Path(mapping), Path(register)))
"""


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("at", ["write", "judge_staged", "known_cases", "append_delivery"])
def test_an_import_that_is_killed_leaves_the_register_as_it_was_and_is_cleaned_up(
    desk: Desk, root: Path, at: str, first: bool
) -> None:
    if not first:
        import_registrations(job(desk, write(desk.folder / "a.csv", cases(5))))
    before = desk.bytes()
    file = write(desk.folder / "b.csv", cases(3000, start=100))
    line = [sys.executable, "-c", _KILLED, at, str(file), str(desk.mapping), str(desk.register)]
    killed = subprocess.run(line, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    left = [path for path in desk.folder.rglob(f"*{MARK}*") if path.is_dir()]
    assert len(left) == 1
    kept = {
        name: content
        for name, content in desk.bytes().items()
        if not any((path / name).exists() for path in left)
    }
    assert kept == before
    import_registrations(job(desk, file))
    assert not [
        path for path in desk.folder.rglob(f"*{MARK}*") if path.is_dir() and path in left and first is False
    ]
    assert len(desk.rows()) == 3000 + (0 if first else 5)


def test_what_another_import_is_writing_is_left_alone(desk: Desk) -> None:
    from sagsbarometer.store.staging import staging

    import_registrations(job(desk, write(desk.folder / "a.csv", cases(5))))
    with staging(desk.register) as busy:
        import_registrations(job(desk, write(desk.folder / "b.csv", cases(5, start=10))))
        assert busy.is_dir()
    assert not list(desk.register.glob(f"{MARK}*"))


def test_a_register_that_grew_meanwhile_gets_both(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import_registrations(job(desk, write(desk.folder / "a.csv", cases(5))))
    real = appeals_import.judge_staged
    met: list[bool] = []

    def judge(*arguments: Any) -> Any:
        found = real(*arguments)
        if not met:
            met.append(True)
            import_registrations(job(desk, write(desk.folder / "c.csv", cases(5, start=20))))
        return found

    monkeypatch.setattr(appeals_import, "judge_staged", judge)
    done = import_registrations(job(desk, write(desk.folder / "b.csv", cases(5, start=10))))
    assert done.number == 3
    assert [row["delivery"] for row in desk.rows()] == [1] * 5 + [2] * 5 + [3] * 5


def test_a_number_that_is_taken_is_not_used_again(tmp_path: Path) -> None:
    append(tmp_path / "r", delivery(["1"]))
    before = contents(tmp_path / "r")
    with pytest.raises(Outdated):
        append_delivery(tmp_path / "r", delivery(["2"], "b").ready(tmp_path / "rows.parquet", 1))
    assert contents(tmp_path / "r") == before


# --- edited lists ---


@pytest.mark.parametrize(
    "harm",
    [
        lambda said: said.update(origin="real"),
        lambda said: said["deliveries"][0].update(rows=4),
        lambda said: said["own"]["emne"].update(type="int"),
    ],
)
def test_a_list_that_says_other_than_the_deliveries_is_refused(desk: Desk, harm: Any) -> None:
    rows = [{**row, "Emne": "x"} for row in cases(3)]
    desk.mapping.write_text(SAME + "own: {emne: {from: Emne, type: code}}\n", encoding="utf-8")
    import_registrations(job(desk, write(desk.folder / "a.csv", rows, (*HEADER, "Emne"))))
    path = desk.register / "register.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    harm(said)
    path.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(Faults) as caught:
        read_register(desk.register)
    assert [problem.code for problem in caught.value.problems] == ["REGISTER-133"]


# --- size ---

_MEASURED = """
import sys
from pathlib import Path
from sagsbarometer.runs.appeals_import import Job, import_registrations

done = import_registrations(Job(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])))
print(done.rows)
"""


def large(path: Path, rows: int) -> Path:
    """Invented registrations, written as fast as can be."""
    outcomes = ("upheld", "remitted", "amended", "lapsed")
    start = date(2018, 1, 1)
    days = [(start + timedelta(day)).isoformat() for day in range(2000)]
    with path.open("w", encoding="utf-8") as file:
        file.write(
            ";".join(("case_id", "registered_at", "origin", "received_on", "decided_on", "outcome", "office"))
            + "\n"
        )
        for number in range(rows):
            day = number % 1500
            file.write(
                f"sag {number};{days[day + 400]}T{number % 24:02}:{number % 60:02}:07.{number % 999_983:06}Z;synthetic;"
                f"{days[day]};{days[day + number % 300]};{outcomes[number % 4]};kontor {number % 9}\n"
            )
    return path


def measured(desk: Desk, root: Path, rows: int) -> float:
    file = large(desk.folder / f"{rows}.csv", rows)
    line = [sys.executable, "-c", _MEASURED, str(file), str(desk.mapping), str(desk.folder / f"r{rows}")]
    environment = {"PYTHONPATH": str(root), "SAGSBAROMETER_MEMORY": "1"}
    done = took(line, desk.folder / f"t{rows}.json", environment)
    assert done.code == 0, done.err
    assert int(done.out) == rows
    return done.megabytes


def test_memory_does_not_grow_with_the_file(desk: Desk, root: Path, soak: bool) -> None:
    rows = 1_000_000 if soak else 300_000
    small, double = measured(desk, root, rows), measured(desk, root, 2 * rows)
    assert double < 900  # MB
    assert double - small < 200


def test_progress_is_told_with_rows_per_second(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appeals_stage, "TOLD_EVERY", 0.0)
    told: list[str] = []
    import_registrations(job(desk, write(desk.folder / "a.csv", cases(50))), told.append)
    assert any(line.startswith("Læst 50 rækker") and line.endswith("i sekundet") for line in told)


def test_two_imports_of_the_same_rows_are_the_same_bytes(desk: Desk) -> None:
    file = write(desk.folder / "a.csv", cases(500))
    found: list[Mapping[str, bytes]] = []
    for name in ("x", "y"):
        desk.register = desk.folder / name
        done: Imported = import_registrations(job(desk, file))
        assert done.added
        found.append(desk.bytes())
        time.sleep(0.01)
    assert found[0] == found[1]
