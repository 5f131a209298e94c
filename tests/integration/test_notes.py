"""Notes of a service check: each municipality's own numbers, and no other's."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest

from sagsbarometer.collection.study import load_study
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import read_csv
from sagsbarometer.reporting.numbers import whole
from sagsbarometer.runs.letters import NoteJob, write_notes
from sagsbarometer.runs.own_numbers import own_cells_file
from sagsbarometer.store.results import load_results
from tests.conftest import ROOT
from tests.letters_in_tests import service_check

TEMPLATE = "service_check_lost_earnings"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Results, data and notes."""
    folder = tmp_path_factory.mktemp("notes")
    results, data = service_check(TEMPLATE, tmp_path_factory)
    job = NoteJob(results, folder / "noter", data / "municipalities.csv", ("html", "pdf", "docx"))
    write_notes(job)
    return results, data, job.out


def words(path: Path) -> str:
    """Everything that stands in a file, whatever it is packed in."""
    if path.suffix == ".pdf":
        import pypdfium2

        document = pypdfium2.PdfDocument(path)
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
        return text + json.dumps(document.get_metadata_dict()) + path.read_bytes().decode("latin-1")
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return path.read_text(encoding="utf-8")


def answers(data: Path) -> list[dict[str, str]]:
    with (data / "answers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_numbers_of_all_municipalities_add_up_to_those_of_the_report(made: tuple[Path, Path, Path]) -> None:
    results, data, _ = made
    whole_study = load_results(results).results
    codes = sorted({row["municipality_id"] for row in answers(data)})
    for measure in ("reviewed_cases", "with_defects", "would_be_reversed", "deadline_exceeded"):
        own = [
            whole(
                {cell.result: cell for cell in read_csv((results / own_cells_file(code)).read_text())}[
                    measure
                ]
            )
            for code in codes
        ]
        assert sum(own) == whole(whole_study.cell(measure))


def test_own_numbers_are_those_of_the_municipalitys_rows(made: tuple[Path, Path, Path]) -> None:
    results, data, notes = made
    for code in ("901", "904"):
        rows = [row for row in answers(data) if row["municipality_id"] == code]
        cells = {cell.result: cell for cell in read_csv((results / own_cells_file(code)).read_text())}
        assert whole(cells["reviewed_cases"]) == len(rows)
        assert whole(cells["with_defects"]) == sum(row["any_defect"] == "1" for row in rows)
        text = words(notes / code / "laeringsnote.html")
        assert f'data-measure="reviewed_cases" title="alle gennemgåede sager ({len(rows)})"' in text


def test_a_note_has_nothing_of_the_others(made: tuple[Path, Path, Path]) -> None:
    _, data, notes = made
    names = {
        row["code"]: row["name"]
        for row in csv.DictReader((data / "municipalities.csv").open(encoding="utf-8"))
    }
    cases = answers(data)
    total = len(cases)
    for code, name in names.items():
        files = sorted((notes / code).iterdir())
        assert [path.name for path in files] == [f"laeringsnote.{kind}" for kind in ("docx", "html", "pdf")]
        for path in files:
            text = words(path)
            assert name in text
            for other, its_name in names.items():
                assert other == code or its_name not in text
            assert f">{total}<" not in text
            assert f"({total})" not in text
            assert not any(row["case_id"] in text for row in cases)


def test_notes_are_not_in_the_public_part_of_the_results(made: tuple[Path, Path, Path]) -> None:
    results, data, _ = made
    index = (results / "index.html").read_text(encoding="utf-8")
    report = (results / "laeringsnotat.html").read_text(encoding="utf-8")
    assert "kommuner/" not in index
    for row in csv.DictReader((data / "municipalities.csv").open(encoding="utf-8")):
        assert row["name"] not in report


def test_a_report_for_all_may_not_bind_own_numbers(made: tuple[Path, Path, Path]) -> None:
    from sagsbarometer.reporting.edition_file import read_edition
    from sagsbarometer.reporting.files import read_sources

    results, _, _ = made
    edition = read_edition((results / "edition.json").read_bytes(), load_results(results).results)
    text = "---\ntitle: Rapport\n---\n\n# Tal\n\n{own.reviewed_cases:count} sager.\n"
    _, problems = read_sources(edition, [("report.md", text)])
    assert "RAPPORT-126" in {problem.code for problem in problems}


def test_a_barometer_may_not_have_notes(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(ROOT / "studies" / "barometer_97", tmp_path / "studie")
    path = tmp_path / "studie" / "study.yaml"
    path.write_text(
        path.read_text(encoding="utf-8") + "notes: per_municipality\nnote: report.md\n", encoding="utf-8"
    )
    with pytest.raises(Faults) as raised:
        load_study(tmp_path / "studie")
    assert [problem.code for problem in raised.value.problems] == ["STUDIE-109"]


def test_changed_numbers_make_no_note(made: tuple[Path, Path, Path], tmp_path: Path) -> None:
    import shutil

    results, _, _ = made
    copy = tmp_path / "kopi"
    shutil.copytree(results, copy)
    path = copy / own_cells_file("901")
    path.write_text(path.read_text().replace("would_be_upheld,,,,", "would_be_upheld,,,,1", 1))
    with pytest.raises(Faults) as raised:
        write_notes(NoteJob(copy, tmp_path / "noter"))
    assert [problem.code for problem in raised.value.problems] == ["RESULTAT-104"]
