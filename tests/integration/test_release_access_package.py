"""A municipality's own cases: all of their answers, and not a byte of anybody else's."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pikepdf
import pypdfium2 as pdfium
import pytest

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.collection.study import load_study, new_study
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.forms.load import load_form
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import write_csv
from sagsbarometer.review.answers import direct_plan, read_answers
from sagsbarometer.review.freeze import frozen_rows
from sagsbarometer.runs.access_package import Job, access_package
from sagsbarometer.runs.release_who import Who
from sagsbarometer.store.dataset import parquet
from sagsbarometer.store.folder import write_whole
from sagsbarometer.store.release import open_release
from sagsbarometer.store.results import load_results
from tests.releases_in_tests import BO, OUT, START, out
from tests.shared_in_tests import demo_data


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The demo's cases under ids that are found wherever they stand, frozen as a run does it. No report is made."""
    folder = tmp_path_factory.mktemp("aktindsigt")
    shutil.copytree(demo_data(tmp_path_factory), folder / "data")
    answers = folder / "data" / "answers.csv"
    with answers.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["case_id"] = f"SAG-{row['municipality_id']}-{row['case_id']}"
    with answers.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    study = folder / "studie"
    new_study(
        shipped("studies") / "barometer_97", study, folder / "data" / "municipalities.csv", "2024-04-26"
    )
    form = load_form(study / "form.yaml", load_catalogue(shipped("law")))
    table = read_table(answers)
    reviewed = read_answers(table, form, direct_plan(form, table), load_study(study).frame)
    manifest = {
        "schema_version": 1,
        "kind": "results",
        "study": {"title": {"da": "Ledsagelse til voksne"}},
        "selection": load_study(study).file.selection.model_dump(),
        "origin": "reconstructed",
        "data_date": "2024-04-26",
        "form": {"id": form.id, "hash": form.hash},
    }
    files = {
        "manifest.json": json.dumps(manifest).encode(),
        "cells.csv": write_csv(()).encode(),
        "definitions.json": b"{}",
        "dataset/rows.parquet": parquet(form, frozen_rows(form, reviewed)),
    }
    write_whole(folder / "resultater", files)
    return SimpleNamespace(results=folder / "resultater", study=study, folder=folder)


def job(made: SimpleNamespace, out_: Path, municipality: str = "901", **more: object) -> Job:
    return Job(made.results, municipality, out_, Who(BO), START, **more)  # type: ignore[arg-type]


def all_bytes(folder: Path) -> bytes:
    """Every byte below a folder, what is packed inside files too."""
    parts = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            parts.append(path.relative_to(folder).as_posix().encode())
            parts.append(path.read_bytes())
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as packed:
                    parts += [packed.read(name) for name in packed.namelist()]
    return b"\n".join(parts)


def test_all_its_cases_and_nothing_of_any_other(made: SimpleNamespace, tmp_path: Path) -> None:
    done = access_package(job(made, tmp_path / "pakke"))
    rows = load_results(made.results).rows()
    own = {row["case_id"] for row in rows if row["municipality_id"] == "901"}
    others = {row["case_id"] for row in rows} - own
    content = all_bytes(tmp_path / "pakke")
    assert done.cases == len(own) > 0
    assert len(others) > 300
    assert all(case.encode() in content for case in own)
    assert not [case for case in others if case.encode() in content]
    assert not re.findall(rb"SAG-(?!901)\d+", content)
    codes = {row["municipality_id"] for row in rows} - {"901"}
    text = (tmp_path / "pakke/laes_mig.html").read_text() + (tmp_path / "pakke/manifest.json").read_text()
    assert not [code for code in codes if re.search(rf"(?<![0-9a-f]){code}(?![0-9a-f])", text)]
    frame = (made.folder / "data/municipalities.csv").read_text(encoding="utf-8").splitlines()[1:]
    names = {line.split(",")[1] for line in frame if not line.startswith("901,")}
    assert not [name for name in names if len(name) > 3 and name.encode() in content]


def test_the_guard_of_other_municipalities_is_seen_to_work(
    made: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sagsbarometer.runs.access_package.municipality_code", lambda text: "901" if text < "905" else text
    )
    access_package(job(made, tmp_path / "pakke"))
    assert re.findall(rb"SAG-(?!901)\d+", all_bytes(tmp_path / "pakke"))


def test_answers_are_in_words(made: SimpleNamespace, tmp_path: Path) -> None:
    access_package(job(made, tmp_path / "pakke"))
    text = (tmp_path / "pakke/svar.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    by_question = {(row["sag"], row["spoergsmaal_id"]): row for row in rows}
    frozen = [row for row in load_results(made.results).rows() if row["municipality_id"] == "901"]
    case = frozen[0]
    words = {
        "new_application": "Ny ansøgning",
        "follow_up": "Opfølgning",
        "cessation": "Ophør",
        "withdrawal": "Frakendelse",
        "remitted_case": "Hjemvist sag",
    }
    line = by_question[case["case_id"], "occasion"]
    assert (line["svar"], line["tilstand"], line["afsnit"]) == (words[case["occasion"]], "besvaret", "Sagen")
    assert by_question[case["case_id"], "declared_result"]["tilstand"] == "ikke besvaret"
    assert by_question[case["case_id"], "any_defect"]["beregnet"] == "ja"
    assert by_question[case["case_id"], "any_defect"]["svar"] in ("ja", "nej")
    assert len(rows) == len(frozen) * len({row["spoergsmaal_id"] for row in rows})
    book = openpyxl.load_workbook(tmp_path / "pakke/svar.xlsx")
    assert book.sheetnames == ["Læs mig", "Svar"]
    sheet = [[cell or "" for cell in line] for line in book["Svar"].iter_rows(values_only=True)]
    assert sheet[1:] == [list(row.values()) for row in rows]


def test_the_note_tells_what_cannot_be_inferred_and_names_no_law(
    made: SimpleNamespace, tmp_path: Path
) -> None:
    access_package(job(made, tmp_path / "pakke"))
    page = (tmp_path / "pakke/laes_mig.html").read_text()
    for words in (
        "ingen rangliste",
        "tilsynssag",
        "fritekst",
        "Af få sager",
        "Rekonstruerede data",
        "Sådan blev sagerne valgt",
    ):
        assert words in page, words
    for word in ("offentlighedsloven", "forvaltningsloven", "§ 9"):
        assert word not in page.replace("§ 97", "")


def test_an_unknown_municipality_is_refused(made: SimpleNamespace, tmp_path: Path) -> None:
    for code in ("899", "", "901; DROP", "0101901234"):
        with pytest.raises(Faults) as raised:
            access_package(job(made, tmp_path / "pakke", code))
        assert [item.code for item in raised.value.problems] == ["UDGIV-151"]
        assert not (tmp_path / "pakke").exists()


def test_another_form_is_refused(made: SimpleNamespace, tmp_path: Path) -> None:
    study = tmp_path / "studie"
    shutil.copytree(made.study, study)
    form = study / "form.yaml"
    form.write_text(form.read_text().replace("Ny ansøgning", "Første ansøgning"))
    with pytest.raises(Faults) as raised:
        access_package(job(made, tmp_path / "pakke", study=study))
    assert [item.code for item in raised.value.problems] == ["UDGIV-152"]


def test_results_without_cases_are_refused(made: SimpleNamespace, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(made.results, bare)
    shutil.rmtree(bare / "dataset")
    with pytest.raises(Faults) as raised:
        access_package(Job(bare, "901", tmp_path / "pakke", Who(BO), START))
    assert [item.code for item in raised.value.problems] == ["UDGIV-151"]
    assert "kun tal" in raised.value.problems[0].fault


def test_the_note_is_a_tagged_pdf_too(made: SimpleNamespace, tmp_path: Path) -> None:
    access_package(job(made, tmp_path / "pakke"))
    path = tmp_path / "pakke/laes_mig.pdf"
    with pikepdf.open(path) as document:
        root = document.Root
        assert (str(root.Lang), bool(root.MarkInfo.Marked)) == ("da", True)
        with document.open_metadata() as metadata:
            assert str(metadata["pdfuaid:part"]) == "1"
        kinds = {
            str(item.S) for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item
        }
        assert {"/H1", "/L", "/LI", "/LBody"} <= kinds
    pages = pdfium.PdfDocument(path)
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    words = " ".join(text.replace("\ufffe", "").split())
    for told in ("Hvad der ikke kan sluttes", "ingen rangliste", "tilsynssag", "901", "Rekonstruerede data"):
        assert told in words, told
    assert "KLADDE" not in words
    assert "embargo" not in words


def test_a_release_that_is_named_tells_of_it_once(made: SimpleNamespace, tmp_path: Path) -> None:
    folder = out(tmp_path)
    before = len(open_release(folder).history.events)
    access_package(Job(made.results, "901", tmp_path / "pakke", Who(BO), OUT, release=folder))
    events = open_release(folder).history.events
    assert len(events) == before + 1
    assert (events[-1].action, events[-1].details["municipality"]) == ("package", "901")


def test_the_same_bytes_each_time(made: SimpleNamespace, tmp_path: Path) -> None:
    for name in ("a", "b"):
        access_package(job(made, tmp_path / name))
    assert all_bytes(tmp_path / "a") == all_bytes(tmp_path / "b")
    told = json.loads((tmp_path / "a/manifest.json").read_text())
    assert told["kind"] == "access_package"
    access_package(job(made, tmp_path / "a", "0901", force=True))
