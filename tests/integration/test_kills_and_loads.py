"""What a run leaves when it is killed, how it bears many cases, and whether an interval covers what it claims."""

from __future__ import annotations

import csv
import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sagsbarometer.measures.intervals import clopper_pearson
from tests.conftest import trials
from tests.peaks_in_tests import took
from tests.shared_in_tests import demo_data

ROOT = Path(__file__).resolve().parents[2]


def line(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "sagsbarometer.cli.main", *map(str, arguments)]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's answers and a study."""
    folder = tmp_path_factory.mktemp("kills")
    shutil.copytree(demo_data(tmp_path_factory), folder / "data")
    subprocess.run(line("study", "new", "barometer_97", folder / "s"), check=True, capture_output=True)
    return folder


def whole(out: Path) -> bool:
    """Whether a results folder holds every file its manifest names."""
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return all((out / name).is_file() for name in manifest["files"])


def test_a_killed_run_leaves_the_old_results_or_the_new_and_never_a_part(study: Path) -> None:
    out = study / "ud"
    run = line(
        "study", "run", study / "s", "--answers", study / "data" / "answers.csv", "--out", out, "--force"
    )
    started = time.monotonic()
    subprocess.run(run, check=True, capture_output=True)
    takes = time.monotonic() - started
    rng = random.Random(97)
    for _ in range(trials(40)):
        with subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(rng.uniform(0.5, 1.05) * takes)  # the last half is where it writes
            process.kill()
        # Between the two renames there is a moment without a folder; never one with half of it.
        assert not out.exists() or whole(out)


def test_many_cases_are_checked_in_bounded_memory(study: Path) -> None:
    header, *rows = (study / "data" / "answers.csv").read_text(encoding="utf-8").splitlines()
    wanted = trials(60_000)
    path = study / "mange.csv"
    path.write_text(
        "\n".join([header, *(f"{n}-{rows[n % len(rows)]}" for n in range(wanted))]), encoding="utf-8"
    )
    run = line("study", "run", study / "s", "--answers", path, "--out", study / "mange")
    done = took(run, study / "took.json")
    assert done.code == 0, done.err
    with (study / "mange" / "cells.csv").open(encoding="utf-8", newline="") as file:
        cells = {cell["result"]: cell for cell in csv.DictReader(file)}
    assert int(cells["reviewed_cases"]["numerator"]) == wanted
    assert done.megabytes < 900 + 0.06 * wanted


@pytest.mark.parametrize("share", [0.01, 0.05, 0.19, 0.47])
@pytest.mark.parametrize("cases", [30, 92, 385])
def test_the_interval_covers_at_least_what_it_claims(share: float, cases: int) -> None:
    rng = random.Random(cases)
    drawn = trials(40_000)
    counts = [sum(rng.random() < share for _ in range(cases)) for _ in range(drawn)]
    intervals = {count: clopper_pearson(count, cases) for count in set(counts)}
    covered = sum(intervals[count].low <= 100 * share <= intervals[count].high for count in counts)
    # Three standard errors below 95 percent: the exact interval covers at least that.
    assert covered / drawn > 0.95 - 3 * (0.95 * 0.05 / drawn) ** 0.5
