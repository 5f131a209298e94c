"""Every leak put into a file is found, wherever it stands; a clean publication gives nothing; nothing is told."""

from __future__ import annotations

import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from sagsbarometer.kernel.ids import cpr_spans
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.release.scanning import Kind, Piece, search, wanted
from sagsbarometer.runs.scan import Cases, as_data, cases_of, names_of, problems, scan, scan_folder
from tests.leaks_in_tests import PLACES, hidden_sheet, parquet_file, pdf_file, xlsx_file, zipped

CASES = Cases(ids=("S2031-0042", "S2031-0043"), names=("Åse Østergård Præst", "Bo Kjær"))
SEEDS = {
    Kind.CPR: "010203-1234",
    Kind.CASE_ID: "s2031-0042",
    Kind.NAME: "Praest, Aase Oestergaard",
}


def _written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, held in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(held)
    return folder


@pytest.mark.parametrize("kind", SEEDS)
@pytest.mark.parametrize("place", PLACES)
def test_a_leak_is_found_wherever_it_stands(tmp_path: Path, place: str, kind: Kind) -> None:
    seed = SEEDS[kind]
    found = scan_folder(_written(tmp_path, PLACES[place](seed)), CASES)
    assert kind in {item.kind for item in found}, [(item.kind, item.part, item.place) for item in found]
    scanned = scan(tmp_path, CASES)
    told = json.dumps(as_data(scanned) | {"bytes": 0}, ensure_ascii=False) + "".join(
        map(str, problems(scanned))
    )
    for finding in scanned.findings:
        told = told.replace(finding.digest, "")  # digits as they fall: what is packed has its hour in it
    for word in re.findall(r"[A-Za-z]{4,}|\d{4,}", seed):
        assert word.lower() not in told.lower(), (word, told)


@pytest.mark.parametrize("place", PLACES)
def test_the_same_files_with_nothing_in_them_give_nothing(tmp_path: Path, place: str) -> None:
    found = scan_folder(_written(tmp_path, PLACES[place]("almindelig tekst")), CASES)
    wanted_kinds = {Kind.UNREADABLE} if place.startswith("of no known kind") else set()
    assert {item.kind for item in found} == wanted_kinds, [
        (item.kind, item.part, item.place) for item in found
    ]


CPR_SPELLED = (
    "0102031234", "010203-1234", "010203 1234", "010203–1234", "01-02-03-1234", "01 02 03 1234", "01.02.03-1234",
    "0 1 0 2 0 3 1 2 3 4", "010203\u00ad-1234", "\u0660\u0661\u0660\u0662\u0660\u0663-1234", "010203\n-1234",
    "01021903-1234", "３１１２９９-4321",
)  # fmt: skip


@pytest.mark.parametrize("spelled", CPR_SPELLED)
def test_a_cpr_number_is_known_in_any_spelling(spelled: str) -> None:
    assert search([Piece("", f"om {spelled}.")], "a", wanted((), ()), b"k")


NO_CPR = (
    "12.0112345678", "0.0102031234", "1012.345678",
    "sha256 0102031234ab0102031234ab0102031234ab0102031234ab0102031234ab0102",
    "9cdb0102031234", "20.12.2022", "2022-12-20T08:00:00", "D:20221220120000Z", "12.345.678", "45 11 12 205 180",
    "1012031234567",
    "lov nr. 1089 af 16. september 2025", "LOV-2025-1089", "31.12.2023 kl. 12.30", "M12.01 12.3456L1 2",
    "§§ 41-45, 52 a", "3101 4512", "translate(12.1012 34.5612)",
)  # fmt: skip


@pytest.mark.parametrize("number", NO_CPR)
def test_other_numbers_are_not_taken_for_one(number: str) -> None:
    if number == "9cdb0102031234":  # fourteen letters: no length of a checksum
        assert cpr_spans(number)
        return
    assert cpr_spans(number) == []


def test_a_number_that_lost_its_nought_is_known_in_a_cell(tmp_path: Path) -> None:
    short = 102031234

    def change(book: Any, first: Any, second: Any) -> None:
        first.write_number(5, 5, short)

    for files in (
        xlsx_file(change),
        parquet_file([short]),
        parquet_file([float(short)]),
        {"a.csv": b"a,b\n1,102031234\n"},
    ):
        folder = _written(tmp_path / next(iter(files)), files)
        assert {item.kind for item in scan_folder(folder)} == {Kind.CPR}


NAMES = (
    "Åse Østergård Præst", "ÅSE ØSTERGÅRD PRÆST", "Aase Oestergaard Praest", "Præst, Åse Østergård", "Praest, Aase",
    "åse præst", "Bo Kjær", "kjaer, bo", "Bo_Kjær", "Bo\nKjær", "BO KJÆR's", "Bo\u00a0Kjær",
)  # fmt: skip


@pytest.mark.parametrize("spelled", NAMES)
def test_a_name_is_known_in_any_spelling(spelled: str) -> None:
    sought = wanted(CASES.ids, CASES.names)
    assert [item.kind for item in search([Piece("", f"x {spelled} y")], "a", sought, b"k")] == [Kind.NAME]


@pytest.mark.parametrize(
    "other", ["Bo bor i en kjærlig by", "Åse", "S2031-00421", "S2031-0042-7", "kasse Østergård", "Boe Kjær"]
)
def test_other_words_are_not_taken_for_one(other: str) -> None:
    assert search([Piece("", other)], "a", wanted(CASES.ids, CASES.names), b"k") == []


def test_what_is_too_short_to_be_told_from_other_words_is_said(tmp_path: Path) -> None:
    cases = Cases(ids=("17", "385", "123456"), names=("Bo", "Ea"))
    scanned = scan(_written(tmp_path, {"a.txt": b"385 sager, 17 af dem"}), cases)
    assert scanned.findings == ()
    assert scanned.left_out == 4
    assert [problem.code for problem in problems(scanned)] == ["SKAN-107"]


def _unreadable(tmp_path: Path, files: dict[str, bytes]) -> bool:
    return {item.kind for item in scan_folder(_written(tmp_path, files))} == {Kind.UNREADABLE}


def test_what_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_file())) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert _unreadable(tmp_path / "locked", {"a.pdf": out.getvalue()})
    assert _unreadable(tmp_path / "old", {"a.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)})
    assert _unreadable(tmp_path / "packed", {"a.7z": b"7z\xbc\xaf\x27\x1c" + bytes(90)})
    assert _unreadable(tmp_path / "broken", {"a.parquet": b"PAR1" + bytes(50) + b"PAR1"})
    assert _unreadable(tmp_path / "cut", {"a.xlsx": hidden_sheet("x")["a.xlsx"][:-900]})
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "a.txt").symlink_to("/etc/hostname")
    assert _unreadable(tmp_path / "link", {})


def test_a_hostile_archive_does_not_eat_the_machine(tmp_path: Path) -> None:
    bomb = zipped({"a.txt": b"\0" * 500_000_000})
    assert len(bomb) < 600_000
    assert _unreadable(tmp_path / "bomb", {"a.zip": bomb})
    assert _unreadable(tmp_path / "gzip", {"a.gz": gzip.compress(b"\0" * 500_000_000, 9, mtime=0)})
    nested = b"tekst"
    for _ in range(30):
        nested = zipped({"a.zip": nested})
    assert _unreadable(tmp_path / "deep", {"a.zip": nested})


def test_cases_of_a_table_are_its_ids_and_what_identifies_persons(tmp_path: Path) -> None:
    table = tmp_path / "sager.csv"
    table.write_text(
        "sagsnummer,kommunenavn,fornavn,efternavn,telefon,svar\nS2031-0042,Nordby,Åse,Præst,31323334,ja\n"
    )
    cases = cases_of(table)
    assert cases.ids == ("S2031-0042",)
    assert cases.names == ("Åse Præst", "31323334")
    named = names_of(f"{table}:kommunenavn")
    assert named.names == ("Nordby",)
    for told in ("svar.csv:navn", str(table), f"{table}:findes ikke"):
        with pytest.raises(Faults) as caught:
            names_of(told)
        assert [problem.code for problem in caught.value.problems] == ["SKAN-106"]


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(Faults) as caught:
        scan_folder(tmp_path / "ingen")
    assert [problem.code for problem in caught.value.problems] == ["SKAN-105"]


def test_the_same_folder_gives_the_same_marks_and_another_gives_others(tmp_path: Path) -> None:
    first = scan_folder(_written(tmp_path / "a", {"a.txt": b"010203-1234", "b.txt": b"0102031234"}))
    assert first == scan_folder(_written(tmp_path / "b", {"a.txt": b"010203-1234", "b.txt": b"0102031234"}))
    assert len({item.digest for item in first}) == 1
    other = scan_folder(_written(tmp_path / "c", {"a.txt": b"010203-1234"}))
    assert other[0].digest != first[0].digest
