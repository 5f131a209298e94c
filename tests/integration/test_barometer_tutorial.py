"""docs/barometer_fra_ende_til_anden.md, done as it is written: its commands, and everything it says they show."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell, read_csv
from sagsbarometer.sampling.plan import NEWEST_FIRST
from tests.barometer_in_tests import country, covered, script
from tests.conftest import ROOT, SOAK

TEXT = (ROOT / "docs" / "barometer_fra_ende_til_anden.md").read_text(encoding="utf-8")
ONE_LINE = " ".join(TEXT.split())
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLE = Path("docs/eksempel/barometer")
REFUSED = 4  # the one command that is shown to be refused
RUN = """#!/bin/sh
if [ "$1" = sagsbarometer ]; then shift; exec "{python}" -m sagsbarometer.cli.main "$@" </dev/null; fi
shift; exec "{python}" "$@"
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str]], list[int]]:
    """The folder where it was followed, each line it says is shown with what was said there, and how commands ended."""
    folder = tmp_path_factory.mktemp("tutorial")
    shutil.copytree(ROOT / EXAMPLE, folder / EXAMPLE, ignore=shutil.ignore_patterns("__pycache__"))
    run = folder / "run"
    run.write_text(RUN.format(python=sys.executable), encoding="utf-8")
    run.chmod(0o755)
    said, shown, ended = "", [], []
    for kind, text in BLOCK.findall(TEXT):
        if kind == "yaml":  # a part of the design that the next lines come of
            shown += [
                (line, (folder / EXAMPLE / "design.yaml").read_text("utf-8")) for line in text.splitlines()
            ]
        elif text.startswith("./run "):
            result = subprocess.run(
                ["/bin/sh", "-c", text], cwd=folder, capture_output=True, text=True, check=False
            )
            said = result.stdout + result.stderr
            ended.append(result.returncode)
        else:
            shown += [(line, said) for line in text.splitlines()]
    return folder, shown, ended


Done = tuple[Path, list[tuple[str, str]], list[int]]


def cells(folder: Path) -> dict[tuple[str, str], Cell]:
    found = read_csv((folder / "cells.csv").read_text(encoding="utf-8"))
    return {(cell.result, cell.row): cell for cell in found}


def test_each_step_shows_what_is_written(done: Done) -> None:
    _, shown, ended = done
    assert len(shown) > 15
    assert [line for line, said in shown if line.strip() not in said] == []
    assert sorted(set(ended)) == [0, REFUSED]
    assert ended.count(REFUSED) == 1


def test_the_files_of_the_example_are_those_its_scripts_write(tmp_path: Path) -> None:
    for name, text in country().files().items():
        assert (ROOT / EXAMPLE / name).read_text(encoding="utf-8") == text, name
    told = "".join(",".join(row) + "\n" for row in script("om_2023").rows())
    assert (ROOT / EXAMPLE / "om_2023.csv").read_text(encoding="utf-8") == told


def test_the_margins_it_names_are_the_plans(done: Done) -> None:
    planned = json.loads((done[0] / "plan" / "planlagt.json").read_text(encoding="utf-8"))
    margins = {row["group"]: comma(Decimal(row["margin"]) * 100) for row in planned["expected"]}
    assert f"Afslagene kendes på ±{margins['afslag']} procentpoint" in ONE_LINE
    assert f"designeffekten er {comma(Decimal(planned['weight_effect']), 2)}" in ONE_LINE


def test_the_truth_is_what_it_says() -> None:
    assert (
        f"{comma(Decimal(repr(country().truth())) * 100)} procent af de afgørelser, der skal måles"
        in ONE_LINE
    )


def test_all_drawn_cases_are_of_the_list_and_none_is_appealed(done: Done) -> None:
    appealed = {case.id for case in country().country() if case.appealed}
    with (done[0] / "udtraek" / "sample.csv").open(encoding="utf-8") as file:
        drawn = [row["id"] for row in csv.DictReader(file) if row["role"] == "selected"]
    assert len(drawn) == 405
    assert not appealed & set(drawn)


def test_reweighting_2023_changes_nothing_or_gives_bounds(done: Done) -> None:
    printed = Decimal(180) * 100 / 385
    assert f"180 af 385 {comma(printed)} procent" in ONE_LINE
    full, every = (
        [cells(done[0] / name)[kind, ""] for kind in ("fewest", "most")] for name in ("om_fulde", "om_alle")
    )
    # By hand: 0.19 of refusals and 0.81 of the rest, with as few and as many of the 180 among refusals as can be.
    by_hand = [
        Decimal(19) * x / n + Decimal(81) * (180 - x) / (385 - n)
        for x, n in ((0, 74), (74, 74), (18, 92), (92, 92))
    ]
    for cell, value in zip([*full, *every], by_hand, strict=True):
        assert cell.value == round_half_up(value, 6)
        assert cell.generalisable == "as_if_random"
        assert "nyeste" in cell.why_not
    assert max(abs(cell.value - printed) for cell in full if cell.value is not None) < Decimal("0.2")
    low, high = every[1].value, every[0].value
    assert low is not None
    assert high is not None
    assert f"to grænser: {comma(low)} og {comma(high)}" in ONE_LINE
    assert f"mellem {round_half_up(low)} og {round_half_up(high)} procent" in ONE_LINE.replace(">", "")
    assert every[1].low is not None
    assert every[0].high is not None
    assert f"det {comma(every[1].low)} til {comma(every[0].high)}" in ONE_LINE


def test_the_estimate_weighs_what_was_drawn_unequally(done: Done) -> None:
    cell = cells(done[0] / "tal")["material_defect", ""]
    assert cell.value is not None
    assert cell.value != round_half_up(Decimal(cell.numerator) * 100 / cell.denominator, 6)
    share = comma(Decimal(cell.numerator) * 100 / cell.denominator)
    told = f"{cell.numerator} af {cell.denominator} er {share} procent, men tallet er {comma(cell.value)}"
    assert told in ONE_LINE
    assert (cell.generalisable, cell.estimator) == ("yes", "hajek")
    assert cell.low is not None
    assert cell.high is not None
    assert f": {comma(cell.value)} procent ({comma(cell.low)}-{comma(cell.high)}), {told[:3]}" in ONE_LINE


def test_the_errors_of_reading_are_taken_out_by_a_line_of_the_design(done: Done) -> None:
    found = cells(done[0] / "tal")
    read, corrected = found["material_defect", ""], found["material_defect_corrected", ""]
    assert read.value is not None
    assert corrected.value is not None
    assert corrected.low is not None
    assert corrected.high is not None
    told = f"rettet for læsefejl: {comma(corrected.value)} procent ({comma(corrected.low)}-{comma(corrected.high)})"
    assert told in ONE_LINE
    assert corrected.estimator == "two_phase"
    assert read.value < corrected.low + (corrected.high - corrected.low) / 2
    assert corrected.low < Decimal(repr(100 * country().truth())) < corrected.high


@pytest.mark.skipif(not SOAK, reason="2,000 draws: ./run soak")
def test_the_coverage_it_prints_is_that_of_two_thousand_draws() -> None:
    drawn, newest = covered(2000), covered(2000, NEWEST_FIRST)
    told = [int(share) for share in re.findall(r"^\|.*\| (\d+) procent \|$", TEXT, re.MULTILINE)]
    names = ("truth", "refusals", "first_reading", "both_readings")
    measured = [*(drawn[name] for name in names), newest["truth"]]
    assert told == [int(round_half_up(Decimal(repr(share)) * 100)) for share in measured]


def comma(value: Decimal, decimals: int = 1) -> str:
    """As Danish writes it."""
    return str(round_half_up(value, decimals)).replace(".", ",")
