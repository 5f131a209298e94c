"""`./run` from nothing, in a folder whose name has spaces and Danish letters."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, missing
from tests.uploads_in_tests import seconds

FOLDER = "Målinger på æ ø å"
SECOND_CALL_SECONDS = 0.15  # of the processor


def run(
    top: Path, *arguments: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """`./run` with these arguments, from `cwd` or else from a folder that is not the repository."""
    return subprocess.run(
        [str(top / "run"), *arguments],
        cwd=cwd or top.parent,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=900,
    )


def copy_of_the_source(target: Path) -> Path:
    """What a fresh clone would hold, uncommitted changes included."""
    command = ["git", "ls-files", "-coz", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_the_source(tmp_path_factory.mktemp("run") / FOLDER)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips where the package registry cannot be reached; in CI it must be."""
    folder = tmp_path_factory.mktemp("registry")
    command = ["uv", "pip", "install", "--quiet", "--no-cache", "--no-deps", "--target", str(folder), "mdurl"]
    if not shutil.which("uv"):
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--no-cache-dir",
            "--no-deps",
            "-d",
            str(folder),
            "mdurl",
        ]
    if subprocess.run(command, capture_output=True, timeout=300, check=False).returncode:
        missing("the package registry cannot be reached")


@pytest.fixture(scope="module")
def first_call(copy: Path, registry: None) -> subprocess.CompletedProcess[str]:
    """The first command given in a fresh copy."""
    return run(copy, "sagsbarometer", "--version")


@pytest.fixture
def prepared(copy: Path, first_call: subprocess.CompletedProcess[str]) -> Path:
    """A copy whose environment is there."""
    assert first_call.returncode == 0, first_call.stderr
    return copy


def test_first_call_sets_up_and_runs(first_call: subprocess.CompletedProcess[str]) -> None:
    assert first_call.returncode == 0, first_call.stderr
    assert "0.1.0" in first_call.stdout
    lines = first_call.stderr.splitlines()
    assert lines[-1].startswith("Opsætning: færdig efter")
    assert all(line.startswith("Opsætning: ") for line in lines)


def test_second_call_is_quick(prepared: Path) -> None:
    taken = []
    for _ in range(3):  # the best of three: other tests run beside this one
        started = seconds()
        later = run(prepared, "true")
        taken.append(seconds() - started)
        assert (later.returncode, later.stdout, later.stderr) == (0, "", "")
    assert min(taken) < SECOND_CALL_SECONDS


def test_set_up_that_was_cut_off_is_done_over(prepared: Path) -> None:
    (prepared / ".venv" / ".finished").unlink()
    shutil.rmtree(next((prepared / ".venv").glob("lib/python*/site-packages/sagsbarometer-*.dist-info")))
    result = run(
        prepared, "python", "-c", "from importlib.metadata import version; print(version('sagsbarometer'))"
    )
    assert (result.returncode, result.stdout) == (0, "0.1.0\n"), result.stderr


def test_two_first_calls_at_once_wait_for_each_other(prepared: Path) -> None:
    (prepared / ".venv" / ".finished").unlink()
    command = [str(prepared / "run"), "python", "-c", "import sagsbarometer, typer"]
    both = [
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8")
        for _ in range(2)
    ]
    told = [process.communicate(timeout=900)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert sum("laver miljøet" in text for text in told) == 1
    assert sum("venter på en anden" in text for text in told) == 1


def test_fresh_environment_follows_a_moved_folder(prepared: Path, tmp_path: Path) -> None:
    """Scripts and the editable install hold the old path: moved, the environment must be made anew."""
    moved = tmp_path / "flyttet"
    shutil.copytree(prepared, moved, symlinks=True)
    result = run(moved, "python", "-c", "import sagsbarometer; print(sagsbarometer.__file__)")
    assert result.stdout.strip() == str(moved / "src" / "sagsbarometer" / "__init__.py"), result.stderr


def test_wheel_holds_the_shipped_folders(prepared: Path, tmp_path: Path) -> None:
    command = ("python", "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    built = run(prepared, *command, cwd=prepared)
    assert built.returncode == 0, built.stderr
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    for folder in ("law", "studies", "published"):
        kept = [path for path in (prepared / folder).rglob("*") if path.is_file()]
        assert kept
        assert {f"sagsbarometer/{path.relative_to(prepared).as_posix()}" for path in kept} <= set(names)
    assert "sagsbarometer/reporting/fonts/IBMPlexSans-Regular.ttf" in names
    assert not [name for name in names if not name.startswith(("sagsbarometer/", "sagsbarometer-"))]


def test_environment_of_somebody_else_is_left_alone(copy: Path, tmp_path: Path) -> None:
    top = tmp_path / "kopi"
    shutil.copytree(copy, top, ignore=shutil.ignore_patterns(".venv"))
    (top / ".venv").mkdir()
    (top / ".venv" / "mit").write_text("vigtigt", encoding="utf-8")
    result = run(top, "true")
    assert result.returncode == 1
    assert "ikke lavet af ./run" in result.stderr
    assert (top / ".venv" / "mit").read_text(encoding="utf-8") == "vigtigt"


def test_missing_python_is_told_in_danish(copy: Path, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "dirname", "cat", "cksum"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    old = tools / "python3"
    old.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")  # runs, and is not a Python we can use
    old.chmod(0o755)
    top = tmp_path / "kopi"
    shutil.copytree(copy, top, ignore=shutil.ignore_patterns(".venv"))
    result = run(top, "true", PATH=str(tools))
    assert result.returncode == 1
    assert "Python 3.11 eller nyere" in result.stderr


def test_overview_needs_no_environment(copy: Path, tmp_path: Path) -> None:
    top = tmp_path / "kopi"
    shutil.copytree(copy, top, ignore=shutil.ignore_patterns(".venv"))
    for arguments in ((), ("--help",)):
        result = run(top, *arguments)
        assert result.returncode == 0
        assert "./run demo" in result.stdout
    assert not (top / ".venv").exists()


def test_unknown_command_is_told_in_danish(prepared: Path) -> None:
    result = run(prepared, "sagsbarometr")
    assert result.returncode == 1
    assert "»sagsbarometr« kendes ikke" in result.stderr


@pytest.mark.usefixtures("registry")
def test_pip_does_it_without_uv(tmp_path: Path, soak: bool) -> None:
    if not soak:
        pytest.skip("about a minute and a half; ./run soak does it")
    top = copy_of_the_source(tmp_path / FOLDER)
    result = run(top, "sagsbarometer", "--version", SAGSBAROMETER_NO_UV="1")
    assert result.returncode == 0, result.stderr
    assert "pakker med pip" in result.stderr
    assert "0.1.0" in result.stdout


def test_scripts_pass_shellcheck() -> None:
    if not shutil.which("shellcheck"):
        missing("shellcheck is not installed")
    scripts = ["run", ".ci/run", "requirements/lock.sh"]
    result = subprocess.run(
        ["shellcheck", *scripts], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stdout
