"""A register grows by deliveries that are never changed, whole or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.store import register_write as store
from sagsbarometer.store.register import existing_register, read_register
from sagsbarometer.store.register_write import Appended, Delivery, Outdated, append_delivery, next_number
from sagsbarometer.store.staging import RowsFile
from tests.conftest import trials

NOON = datetime(2025, 4, 11, 12, tzinfo=UTC)
SCHEMA = pa.schema(
    {
        "case_id": pa.string(),
        "decided_on": pa.date32(),
        "outcome": pa.string(),
        "keywords": pa.string(),
        "registered_at": pa.timestamp("us", "UTC"),
        "delivery": pa.int32(),
        "line": pa.int32(),
        "withdrawn": pa.bool_(),
    }
)


@dataclass(frozen=True)
class Made:
    """A delivery before it is known which number it gets."""

    ids: Sequence[str]
    source: str = "a"
    origin: str = "synthetic"
    remarks: bytes = b""
    outcome: str = "upheld"
    first: datetime = NOON
    read_by: Mapping[str, str] = field(default_factory=lambda: {"law": "x"})
    own: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    gone: Sequence[str] = ()  # cases that are withdrawn

    def table(self, number: int) -> pa.Table:
        size = len(self.ids)
        unknown = [None] * size
        rows = {
            "case_id": [*self.ids, *self.gone],
            "decided_on": [*[date(2024, 5, 1), *unknown][:size], *[None] * len(self.gone)],
            "outcome": [*[self.outcome, *unknown][:size], *[None] * len(self.gone)],
            "keywords": [*["reasons|time_limits", "", *unknown][:size], *[None] * len(self.gone)],
            "registered_at": [self.first + timedelta(days=index) for index in range(size)]
            + [self.first] * len(self.gone),
            "delivery": [number] * (size + len(self.gone)),
            "line": [*range(2, size + 2), *range(-1, -1 - len(self.gone), -1)],
            "withdrawn": [False] * size + [True] * len(self.gone),
        }
        return pa.table(rows, SCHEMA)

    def ready(self, path: Path, number: int) -> Delivery:
        file = RowsFile(path)
        file.write(self.table(number))
        file.close({"sagsbarometer.origin": self.origin})
        return Delivery(
            rows=path,
            number=number,
            origin=self.origin,
            source={"file": f"{self.source}.csv", "sha256": self.source},
            mapping={"file": "m.yaml", "sha256": "m"},
            read_by=self.read_by,
            first_registered=self.first,
            last_registered=self.first + timedelta(days=len(self.ids) - 1),
            said={"cases": len(set(self.ids)), "withdrawn": len(self.gone), "left_out": {}, "rules": {}},
            own=self.own,
            options=self.options,
            remarks=self.remarks,
        )


def delivery(ids: Sequence[str], source: str = "a", origin: str = "synthetic", remarks: bytes = b"") -> Made:
    return Made(ids, source, origin, remarks)


def append(folder: Path, made: Made) -> Appended:
    """Adds a delivery as an import does: made ready again where the register grew meanwhile."""
    while True:
        number = next_number(existing_register(folder))
        with TemporaryDirectory() as place:
            try:
                return append_delivery(folder, made.ready(Path(place) / "rows.parquet", number))
            except Outdated:
                continue


def code_of(caught: pytest.ExceptionInfo[Faults]) -> list[str]:
    return [problem.code for problem in caught.value.problems]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_register_is_made_and_read_back(tmp_path: Path) -> None:
    assert append(tmp_path / "nyt" / "register", delivery(["1", "2", "1"])).added
    register = read_register(tmp_path / "nyt" / "register")
    assert register.origin == "synthetic"
    assert register.paths == (tmp_path / "nyt/register/deliveries/0001.parquet",)
    table = pq.read_table(register.paths[0])
    assert table.schema.remove_metadata().equals(SCHEMA)
    assert table["keywords"].to_pylist() == ["reasons|time_limits", "", None]
    assert table["registered_at"].to_pylist()[0] == NOON
    assert table["delivery"].to_pylist() == [1, 1, 1]
    assert table["line"].to_pylist() == [2, 3, 4]


def test_the_list_says_what_each_delivery_is(tmp_path: Path) -> None:
    append(tmp_path, delivery(["1", "2", "1"]))
    manifest = json.loads((tmp_path / "register.json").read_text(encoding="utf-8"))
    assert {key: manifest[key] for key in ("schema_version", "kind", "origin")} == {
        "schema_version": 1,
        "kind": "register",
        "origin": "synthetic",
    }
    (entry,) = manifest["deliveries"]
    assert len(entry.pop("sha256")) == 64
    assert entry == {
        "number": 1,
        "file": "deliveries/0001.parquet",
        "kind": "incremental",
        "rows": 3,
        "cases": 2,
        "withdrawn": 0,
        "left_out": {},
        "rules": {},
        "source": {"file": "a.csv", "sha256": "a"},
        "mapping": {"file": "m.yaml", "sha256": "m"},
        "options": {},
        "read_by": {"law": "x"},
        "first_registered": "2025-04-11T12:00:00+00:00",
        "last_registered": "2025-04-13T12:00:00+00:00",
    }


def test_a_delivery_is_added_and_the_earlier_ones_stay_as_they_are(tmp_path: Path) -> None:
    append(tmp_path, delivery(["1", "2"]))
    before = contents(tmp_path)
    append(tmp_path, delivery(["2", "3", "4"], "b"))
    after = contents(tmp_path)
    assert after["deliveries/0001.parquet"] == before["deliveries/0001.parquet"]
    assert [path.name for path in read_register(tmp_path).paths] == ["0001.parquet", "0002.parquet"]
    assert pq.read_table(tmp_path / "deliveries/0002.parquet")["delivery"].to_pylist() == [2, 2, 2]


def test_the_list_is_exchanged_and_never_written_over(tmp_path: Path) -> None:
    append(tmp_path, delivery(["1"]))
    os.link(tmp_path / "register.json", tmp_path / "old.json")  # what somebody has open
    before = (tmp_path / "register.json").read_bytes()
    append(tmp_path, delivery(["2"], "b"))
    assert (tmp_path / "old.json").read_bytes() == before
    assert (tmp_path / "register.json").read_bytes() != before


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    append(tmp_path, delivery(["1", "2"]))
    append(tmp_path, delivery(["1"], "b"))
    before = contents(tmp_path)
    done = append(tmp_path, delivery(["1", "2"]))
    assert (done.added, done.entry["number"]) == (False, 1)
    assert contents(tmp_path) == before


def test_a_file_that_is_read_otherwise_than_before_is_added(tmp_path: Path) -> None:
    first = delivery(["1", "2"])
    append(tmp_path, first)
    assert append(tmp_path, replace(first, read_by={"law": "y"})).added is False
    other = replace(first, outcome="remitted", read_by={"law": "y"})
    assert append(tmp_path, other).entry["number"] == 2
    assert append(tmp_path, other).added is False
    assert append(tmp_path, first).entry["number"] == 3  # the last reading counts


@pytest.mark.parametrize(("days", "late"), [(0, True), (1, True), (2, False)])
def test_a_delivery_that_reaches_back_says_so(tmp_path: Path, days: int, late: bool) -> None:
    assert append(tmp_path, delivery(["1", "2"])).late is False  # the last of them the day after the first
    append(tmp_path, delivery(["1"], "b"))
    other = replace(delivery(["1"], "c"), first=NOON + timedelta(days=days))
    assert append(tmp_path, other).late is late


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("x", "y"):
        append(tmp_path / name, delivery(["1", "2"], remarks=b"R"))
    assert contents(tmp_path / "x") == contents(tmp_path / "y")


def test_remarks_lie_beside_the_delivery(tmp_path: Path) -> None:
    append(tmp_path, delivery(["1"], remarks=b"se her"))
    file = read_register(tmp_path).manifest["deliveries"][0]["remarks"]["file"]
    assert (tmp_path / file).read_bytes() == b"se her"
    (tmp_path / file).write_bytes(b"opened in a spreadsheet")
    assert read_register(tmp_path)  # what was asked about is not what is counted


@pytest.mark.parametrize("harm", ["change", "remove"])
def test_a_changed_delivery_is_refused(tmp_path: Path, harm: str) -> None:
    append(tmp_path, delivery(["1"]))
    append(tmp_path, delivery(["2"], "b"))
    for path in read_register(tmp_path).paths:
        path.write_bytes(path.read_bytes() + b" ") if harm == "change" else path.unlink()
    with pytest.raises(Faults) as caught:
        read_register(tmp_path)
    assert code_of(caught) == ["REGISTER-133", "REGISTER-133"]
    with pytest.raises(Faults) as caught:
        append(tmp_path, delivery(["3"], "c"))
    assert "REGISTER-133" in code_of(caught)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"kind": "register", "schema_version": 2, "origin": "real", "deliveries": []}',
        '{"kind": "results", "schema_version": 1, "origin": "real", "deliveries": []}',
        '{"kind": "register", "schema_version": 1, "deliveries": []}',
        '{"kind": "register", "schema_version": 1, "origin": "real", "deliveries": [{"number": 1}]}',
        '{"kind": "register", "schema_version": 1, "origin": "real", "deliveries": [{"number": 1, "cases": 1,'
        ' "sha256": "a", "source": {"sha256": "a"}, "mapping": {"sha256": "a"}, "last_registered": "i går",'
        ' "file": "deliveries/0001.parquet"}]}',
        '{"kind": "register", "schema_version": 1, "origin": "real", "deliveries": [{"number": 1, "cases": 1,'
        ' "sha256": "a", "source": {"sha256": "a"}, "mapping": {"sha256": "a"}, "last_registered":'
        ' "2025-04-11T12:00:00+00:00", "file": "../../deliveries/0001.parquet"}]}',
    ],
)
def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "register.json").write_text(text)
    for attempt in (read_register, existing_register):
        with pytest.raises(Faults) as caught:
            attempt(tmp_path)
        assert code_of(caught) == ["REGISTER-132"]


def test_a_place_that_is_no_register_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "breve").mkdir()
    (tmp_path / "breve" / "brev.txt").write_text("vigtigt")
    (tmp_path / "fil").write_text("vigtigt")
    for place in ("breve", "fil"):
        before = contents(tmp_path)
        with pytest.raises(Faults) as caught:
            append(tmp_path / place, delivery(["1"]))
        assert code_of(caught) == ["REGISTER-131"]
        assert contents(tmp_path) == before
    with pytest.raises(Faults) as caught:
        read_register(tmp_path / "ingen")
    assert code_of(caught) == ["REGISTER-131"]


def test_another_origin_is_refused(tmp_path: Path) -> None:
    append(tmp_path, delivery(["1"]))
    with pytest.raises(Faults) as caught:
        append(tmp_path, delivery(["2"], "b", origin="real"))
    assert code_of(caught) == ["REGISTER-111"]


# --- cut off, and two at once ---

_KILLED = """
import os, signal, sys
from pathlib import Path
from sagsbarometer.store import register_write as store
from tests.unit.test_register_store import append, delivery

real = store._write
def write(path, content):
    if path.name == sys.argv[2]:
        path.with_name(path.name + ".new").write_bytes(content[: len(content) // 2])
        os.kill(os.getpid(), signal.SIGKILL)
    real(path, content)
def move(path, to):
    if to.name == sys.argv[2]:
        to.with_name(to.name + ".new").write_bytes(path.read_bytes()[:100])
        os.kill(os.getpid(), signal.SIGKILL)
    path.replace(to)
store._write, store._move = write, move
append(Path(sys.argv[1]), delivery(["9"], "killed"))
"""
_ADD = """
import sys
from pathlib import Path
from tests.unit.test_register_store import append, delivery

for number in range(int(sys.argv[3])):
    append(Path(sys.argv[1]), delivery([sys.argv[2]], f"{sys.argv[2]}-{number}"))
"""


def python(program: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", program, *map(str, arguments)]


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("at", ["000N.parquet", "register.json"])
def test_a_killed_import_leaves_the_register_as_it_was(
    tmp_path: Path, root: Path, at: str, first: bool
) -> None:
    folder = tmp_path / "register"
    if not first:
        append(folder, delivery(["1"]))
    before = (folder / "register.json").read_bytes() if not first else b""
    at = at.replace("N", "1" if first else "2")
    killed = subprocess.run(python(_KILLED, folder, at), cwd=root, env=os.environ | {"PYTHONPATH": str(root)})
    assert killed.returncode == -9
    half = f"{at}.new"
    assert (folder / half).exists() or (folder / "deliveries" / half).exists()  # it was half way
    if first:
        assert existing_register(folder) is None
    else:
        assert (folder / "register.json").read_bytes() == before
        assert len(read_register(folder).paths) == 1
    append(folder, delivery(["2"], "next"))  # what was left is written over
    assert len(read_register(folder).paths) == (1 if first else 2)


@pytest.mark.parametrize("name", ["noget.txt", "0002.parquet"])
def test_files_of_somebody_else_are_not_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / "deliveries").mkdir()
    (tmp_path / "deliveries" / name).write_text("mine", encoding="utf-8")
    with pytest.raises(Faults) as caught:
        append(tmp_path, delivery(["1"]))
    assert code_of(caught) == ["REGISTER-131"]
    assert (tmp_path / "deliveries" / name).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("at", ["deliveries/0001.parquet", "register.json.new"])
def test_nothing_is_written_through_a_link(tmp_path: Path, at: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    folder = tmp_path / "register"
    (folder / "deliveries").mkdir(parents=True)
    (folder / at).symlink_to(victim)
    with pytest.raises(Faults) as caught:
        append(folder, delivery(["1"]))
    assert code_of(caught) == ["REGISTER-131"]
    (folder / at).unlink()
    append(folder, delivery(["1"]))
    for late in ("register.json.new", "deliveries/0002.parquet"):  # and put there later
        (folder / late).symlink_to(victim)
    append(folder, delivery(["2"], "b"))
    assert victim.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rows", "<b>"),
        ("read_by", None),
        ("first_registered", "2024-01-01"),
        ("first_registered", None),
        ("remarks", "x"),
        ("remarks", {"file": "../../passwd"}),
        ("origin", "<script>"),
        ("origin", ""),
    ],
)
def test_a_list_that_somebody_edited_is_refused(tmp_path: Path, key: str, value: object) -> None:
    append(tmp_path, delivery(["1"]))
    path = tmp_path / "register.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    of = manifest if key == "origin" else manifest["deliveries"][0]
    of[key] = value
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(Faults) as caught:
        read_register(tmp_path)
    assert code_of(caught) == ["REGISTER-132"]


def test_two_at_once_lose_nothing(tmp_path: Path, root: Path) -> None:
    each = 3 + trials(100)
    runs = [
        subprocess.Popen(
            python(_ADD, tmp_path / "r", name, each), cwd=root, env=os.environ | {"PYTHONPATH": str(root)}
        )
        for name in ("a", "b")
    ]
    assert [run.wait(120) for run in runs] == [0, 0]
    register = read_register(tmp_path / "r")
    sources = [entry["source"]["sha256"] for entry in register.manifest["deliveries"]]
    assert sorted(sources) == sorted(f"{name}-{number}" for name in "ab" for number in range(each))


def test_two_with_the_same_file_add_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one finishes after this one looked, and before it writes."""
    real = store.existing_register
    looked: list[Path] = []

    def look(folder: Path) -> object:
        found = real(folder)
        looked.append(folder)
        if len(looked) == 1:
            append(folder, delivery(["1"]))
        return found

    monkeypatch.setattr(store, "existing_register", look)
    assert append(tmp_path / "r", delivery(["1"])).added is False
    assert len(read_register(tmp_path / "r").paths) == 1


def test_whoever_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_PATIENCE", 0.1)
    append(tmp_path, delivery(["1"]))
    started = time.monotonic()
    with store._locked(tmp_path), pytest.raises(Faults) as caught:
        append(tmp_path, delivery(["2"], "b"))
    assert code_of(caught) == ["REGISTER-134"]
    assert time.monotonic() - started < 10
    append(tmp_path, replace(delivery(["2"], "b")))


def test_an_error_in_writing_leaves_the_register_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(tmp_path, delivery(["1"]))

    def full(path: Path, content: bytes) -> None:
        raise OSError("full")

    monkeypatch.setattr(store, "_write", full)
    with pytest.raises(OSError, match="full"):
        append(tmp_path, delivery(["2"], "b"))
    monkeypatch.undo()
    assert len(read_register(tmp_path).paths) == 1
    assert append(tmp_path, delivery(["2"], "b")).entry["number"] == 2  # and the lock is free
