"""docs/nyt_register.md, done as it is written: its commands, its edits, and everything it says they show."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sagsbarometer.kernel.rounding import percent
from sagsbarometer.measures.cells import read_csv

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def done(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str]]]:
    """The folder where the how-to was followed, and each line it says is shown, with all that was said there."""
    folder = tmp_path_factory.mktemp("how_to")
    shutil.copytree(root / "docs" / "eksempel", folder / "docs" / "eksempel")
    said = ""
    shown: list[tuple[str, str]] = []
    for language, text in BLOCK.findall((root / "docs" / "nyt_register.md").read_text(encoding="utf-8")):
        if text.startswith("./run sagsbarometer "):
            said = run(text, folder)
        elif language == "diff":
            edit(folder / "mapping.yaml", text)
        elif language == "yaml":
            shown += [
                (line, (folder / "mapping.yaml").read_text(encoding="utf-8")) for line in text.splitlines()
            ]
        else:
            shown += [(line, said) for line in text.splitlines()]
    return folder, shown


def run(command: str, folder: Path) -> str:
    """What a command says; it must succeed."""
    words = command.split()[2:]
    result = subprocess.run(
        [sys.executable, "-m", "sagsbarometer.cli.main", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout + result.stderr


def edit(path: Path, diff: str) -> None:
    """Each run of - lines is found as it stands, once, and replaced by the + lines after it."""
    text = path.read_text(encoding="utf-8")
    for old, new in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)+)", diff, re.MULTILINE):
        before, after = (re.sub(r"^[-+]", "", lines, flags=re.MULTILINE) for lines in (old, new))
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def test_each_step_shows_what_is_written(done: tuple[Path, list[tuple[str, str]]]) -> None:
    _, shown = done
    assert len(shown) > 10
    missing = [line for line, said in shown if line.strip() not in said]
    assert missing == []


def test_the_mapping_beside_the_example_is_the_edited_one(
    done: tuple[Path, list[tuple[str, str]]], root: Path
) -> None:
    edited = (done[0] / "mapping.yaml").read_text(encoding="utf-8")
    assert (root / "docs" / "eksempel" / "mapping.yaml").read_text(encoding="utf-8") == edited


def test_the_numbers_it_names_are_the_results(done: tuple[Path, list[tuple[str, str]]], root: Path) -> None:
    text = " ".join((root / "docs" / "nyt_register.md").read_text(encoding="utf-8").split())
    cells = {
        (cell.result, cell.row, cell.period): cell
        for cell in read_csv((done[0] / "tal" / "cells.csv").read_text(encoding="utf-8"))
    }
    rate, reversed_ = cells[("reversal_rate", "", "2023")], cells[("reversed", "", "2023")]
    assert rate.value is not None
    assert reversed_.bound_high is not None
    shown = percent(rate.numerator, rate.denominator)
    assert f"2023 er {shown}: {rate.numerator} af {rate.denominator} sager" in text
    assert f"mindst {reversed_.numerator} og højst {reversed_.bound_high:f}" in text


def test_processing_times_and_rates_by_category_and_year_are_there(
    done: tuple[Path, list[tuple[str, str]]],
) -> None:
    results = read_csv((done[0] / "tal" / "cells.csv").read_text(encoding="utf-8"))
    by_category = {(cell.result, cell.period) for cell in results if cell.row == "category=Home help"}
    for year in ("2022", "2023", "2024"):
        assert ("reversal_rate", year) in by_category
        assert ("board_median", year) in by_category
    dirty = (done[0] / "tal" / "leveringer.html").read_text(encoding="utf-8")
    assert "Sagen er afgjort, før den er modtaget" in dirty
    assert "86 rækker (7,1 %)" in dirty


def test_the_days_of_the_case_system_stand_beside_the_dates_and_the_report_tells_which_to_use(
    done: tuple[Path, list[tuple[str, str]]], root: Path
) -> None:
    results = {
        (cell.result, cell.row, cell.period): cell
        for cell in read_csv((done[0] / "tal" / "cells.csv").read_text(encoding="utf-8"))
    }
    for year in ("2022", "2023", "2024"):
        assert ("registered_median", "", year) in results
        assert ("registered_median", "category=Home help", year) in results
    apart = results[("days_disagree", "", "2021/2024")]
    assert (apart.numerator, apart.denominator) == (207, 1034)
    text = " ".join((root / "docs" / "nyt_register.md").read_text(encoding="utf-8").split())
    assert "ikke passer sammen i 207 ud af 1.034 sager" in text
    page = re.sub(r"<[^>]+>", "", (done[0] / "tal" / "overblik.html").read_text(encoding="utf-8"))
    assert "Sagsbehandlingstid, som den er registreret, efter år, uger" in page
    assert "passer ikke sammen i 207 ud af 1.034 sager, hvor begge er kendt" in " ".join(page.split())
    assert "Hvor dag og måned er byttet om" in page
    assert "Tiden er regnet af datoerne." in page


def test_the_example_is_as_its_builder_makes_it(root: Path, tmp_path: Path) -> None:
    shutil.copy(root / "docs" / "eksempel" / "byg.py", tmp_path / "byg.py")
    subprocess.run([sys.executable, str(tmp_path / "byg.py")], check=True)
    assert (tmp_path / "klager.csv").read_bytes() == (root / "docs" / "eksempel" / "klager.csv").read_bytes()
