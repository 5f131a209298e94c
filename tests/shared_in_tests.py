"""What takes long to make and is only read: made once for all test files, also where they run in several processes."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.reconstruct.appeals.build import build as build_appeals
from demo.reconstruct.build import build
from sagsbarometer.collection.study import new_study
from sagsbarometer.runs.study import Job, run_study
from tests.conftest import ROOT

DATA_DATE = "2024-04-26"


@dataclass(frozen=True)
class DemoStudy:
    """The reconstructed answers of the demo (`data`), a study with their frame, and the results of one run."""

    data: Path
    study: Path
    results: Path


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` fills, made by the first who asks in this run of pytest. A copy is what one may change;
    who changes the folder itself is told of when the next asks."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # that of all the processes
    folder, done = base / f"shared {name}", base / f"shared {name}.done"
    with (base / f"shared {name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of one that was cut off
            folder.mkdir()
            make(folder)
            done.write_text(_listed(folder), encoding="utf-8")
    if done.read_text(encoding="utf-8") != _listed(folder):
        pytest.fail(f"a test has changed what all share: {folder}")
    return folder


def _listed(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "\n".join(
        f"{path.relative_to(folder)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files
    )


def demo_data(factory: pytest.TempPathFactory) -> Path:
    """The reconstructed answers and municipalities of the demo. To be read, or copied."""
    return shared(factory, "demo data", build)


def appeals_data(factory: pytest.TempPathFactory) -> Path:
    """The reconstructed registrations of the appeals board. To be read, or copied."""
    return shared(factory, "appeals data", build_appeals)


def demo_study(factory: pytest.TempPathFactory) -> DemoStudy:
    """The demo's study and its results. To be read, or copied."""
    data = demo_data(factory)

    def make(folder: Path) -> None:
        frame = data / "municipalities.csv"
        new_study(ROOT / "studies" / "barometer_97", folder / "studie", frame, DATA_DATE)
        run_study(Job(folder / "studie", data / "answers.csv", folder / "resultater"))

    folder = shared(factory, "demo study", make)
    return DemoStudy(data, folder / "studie", folder / "resultater")
