"""A study is a copy of a template: whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from sagsbarometer.collection.study import load_study, new_study
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.problems import Faults

TEMPLATE = shipped("studies") / "barometer_97"


def code_of(caught: pytest.ExceptionInfo[Faults]) -> str:
    return caught.value.problems[0].code


def test_a_new_study_holds_what_the_template_holds(tmp_path: Path) -> None:
    study = new_study(TEMPLATE, tmp_path / "s")
    assert study.frame is None
    assert (tmp_path / "s" / "form.yaml").read_bytes() == (TEMPLATE / "form.yaml").read_bytes()
    assert [path.name for path in study.report_paths] == [
        "report.md",
        "ladder.md",
        "report.en.md",
        "ladder.en.md",
    ]


@pytest.mark.parametrize(
    "text", ["code,name\n0901,Østby\n902,Vestby\n", "\ufeffcode;name\r\n901;Østby\r\n902;Vestby\r\n"]
)
def test_the_frame_and_data_date_are_kept_with_the_study(tmp_path: Path, text: str) -> None:
    frame = tmp_path / "ramme.csv"
    frame.write_text(text, encoding="utf-8")
    study = new_study(TEMPLATE, tmp_path / "s", frame, "2024-04-26")
    assert study.frame == {"901", "902"}
    assert study.file.data_date == "2024-04-26"
    assert "# Skabelon" in (tmp_path / "s" / "study.yaml").read_text(encoding="utf-8")  # its comments stay


@pytest.mark.parametrize("text", ["", "kode\n1\n", "code\n1\n1\n", "code\n1\n \n"])
def test_a_frame_that_is_none_stops_before_anything_is_written(tmp_path: Path, text: str) -> None:
    frame = tmp_path / "ramme.csv"
    frame.write_text(text, encoding="utf-8")
    with pytest.raises(Faults) as caught:
        new_study(TEMPLATE, tmp_path / "s", frame)
    assert code_of(caught) == "STUDIE-104"
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("day", ["26-04-2024", "2024-02-30", "i går"])
def test_a_data_date_that_is_none_stops_before_anything_is_written(tmp_path: Path, day: str) -> None:
    with pytest.raises(Faults) as caught:
        new_study(TEMPLATE, tmp_path / "s", data_date=day)
    assert code_of(caught) == "STUDIE-106"
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("form: form.yaml", "form: ../form.yaml", "STUDIE-102"),
        ("form: form.yaml", "form: none.yaml", "STUDIE-102"),
        ("kind: barometer", "kind: andet", "STUDIE-101"),
        ("origin: real", "origin: ægte", "STUDIE-101"),
        ("version: 1", "version: 1\nfoo: 2", "STUDIE-101"),
    ],
)
def test_a_faulty_study_tells_what_is_wrong(tmp_path: Path, old: str, new: str, code: str) -> None:
    new_study(TEMPLATE, tmp_path / "s")
    path = tmp_path / "s" / "study.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Faults) as caught:
        load_study(tmp_path / "s")
    assert code_of(caught) == code
    assert caught.value.problems[0].place.line


def test_a_template_without_a_key_gets_it(tmp_path: Path) -> None:
    new_study(TEMPLATE, tmp_path / "mine")
    path = tmp_path / "mine" / "study.yaml"
    lines = [
        line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("data_date:")
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert new_study(tmp_path / "mine", tmp_path / "s", data_date="2025-01-01").file.data_date == "2025-01-01"
