"""A folder appears whole or not at all, and nothing is replaced that is not ours."""

from __future__ import annotations

import errno
import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.store import folder as store
from sagsbarometer.store.results import load_results


def with_manifest(files: dict[str, bytes]) -> dict[str, bytes]:
    manifest = {"kind": "results", "files": store.listing(files)}
    return {**files, "manifest.json": json.dumps(manifest).encode()}


FILES = with_manifest({"figurer/a.svg": b"<svg/>"})


def code_of(caught: pytest.ExceptionInfo[Faults]) -> str:
    return caught.value.problems[0].code


def test_all_files_are_written(tmp_path: Path) -> None:
    store.write_whole(tmp_path / "ny" / "ud", FILES)
    assert (tmp_path / "ny/ud/figurer/a.svg").read_bytes() == b"<svg/>"
    assert [path.name for path in (tmp_path / "ny").iterdir()] == ["ud"]


def test_an_existing_folder_is_refused_without_force_and_replaced_with_it(tmp_path: Path) -> None:
    store.write_whole(tmp_path / "ud", with_manifest({"figurer/a.svg": b"<svg/>", "gammel": b"1"}))
    with pytest.raises(Faults) as caught:
        store.write_whole(tmp_path / "ud", FILES)
    assert code_of(caught) == "MAPPE-101"
    store.write_whole(tmp_path / "ud", FILES, force=True)
    assert not (tmp_path / "ud" / "gammel").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["ud"]


def test_force_never_removes_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "ud").mkdir()
    (tmp_path / "ud" / "billeder.txt").write_text("vigtigt")
    with pytest.raises(Faults) as caught:
        store.write_whole(tmp_path / "ud", FILES, force=True)
    assert code_of(caught) == "MAPPE-102"
    assert (tmp_path / "ud" / "billeder.txt").read_text() == "vigtigt"


def test_force_never_removes_a_folder_whose_manifest_is_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "ud").mkdir()
    (tmp_path / "ud" / "manifest.json").write_text('{"name": "En anden app"}')
    with pytest.raises(Faults) as caught:
        store.write_whole(tmp_path / "ud", FILES, force=True)
    assert code_of(caught) == "MAPPE-102"


@pytest.mark.parametrize("name", ["svar.csv", "figurer/mine noter.txt"])
def test_force_never_removes_a_file_that_no_run_wrote(tmp_path: Path, name: str) -> None:
    store.write_whole(tmp_path / "ud", FILES)
    (tmp_path / "ud" / name).write_text("vigtigt")
    with pytest.raises(Faults) as caught:
        store.write_whole(tmp_path / "ud", FILES, force=True)
    assert code_of(caught) == "MAPPE-103"
    assert (tmp_path / "ud" / name).read_text() == "vigtigt"


def test_force_never_follows_a_link_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "andet").mkdir()
    (tmp_path / "andet" / "a.txt").write_text("vigtigt")
    store.write_whole(tmp_path / "ud", FILES)
    (tmp_path / "ud" / "link").symlink_to(tmp_path / "andet")
    with pytest.raises(Faults) as caught:
        store.write_whole(tmp_path / "ud", FILES, force=True)
    assert code_of(caught) == "MAPPE-103"


def test_ctrl_c_at_the_swap_puts_the_old_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write_whole(tmp_path / "ud", FILES)
    real = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if path.name.startswith(".ud.") and target == tmp_path / "ud":
            raise KeyboardInterrupt
        return real(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.write_whole(tmp_path / "ud", FILES, force=True)
    monkeypatch.undo()
    assert (tmp_path / "ud" / "figurer" / "a.svg").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["ud"]


def test_an_interruption_leaves_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write_whole(tmp_path / "ud", FILES)
    written = []

    def interrupted(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) == 2:
            raise KeyboardInterrupt
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    monkeypatch.setattr(store, "_write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.write_whole(tmp_path / "ud", {"manifest.json": b"ny", "b": b"2", "c": b"3"}, force=True)
    assert (tmp_path / "ud" / "manifest.json").read_bytes() == FILES["manifest.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["ud"]


def test_a_failing_swap_puts_the_old_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write_whole(tmp_path / "ud", FILES)
    real = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if path.name.startswith(".ud.") and target == tmp_path / "ud":
            raise OSError("full")
        return real(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="full"):
        store.write_whole(tmp_path / "ud", {"manifest.json": b"ny"}, force=True)
    monkeypatch.undo()
    assert (tmp_path / "ud" / "manifest.json").read_bytes() == FILES["manifest.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["ud"]


@pytest.mark.parametrize(
    ("manifest", "code"),
    [(None, "RESULTAT-101"), ("{", "RESULTAT-101"), ('{"schema_version": 99}', "RESULTAT-102")],
)
def test_a_folder_without_results_says_so(tmp_path: Path, manifest: str | None, code: str) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(Faults) as caught:
        load_results(tmp_path)
    assert code_of(caught) == code


@pytest.mark.parametrize(("code", "told"), [(errno.EIO, True), (errno.EINVAL, False)])
def test_a_disk_that_fails_is_told_and_one_that_knows_no_such_thing_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, told: bool
) -> None:
    def fails(handle: int) -> None:
        raise OSError(code, "no")

    monkeypatch.setattr(store.os, "fsync", fails)
    with pytest.raises(OSError) if told else nullcontext():
        store.settle(tmp_path)
