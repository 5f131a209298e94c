"""Ways a leak may hide from the scan that a reader, or a program, would still see through."""

from __future__ import annotations

import base64
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sagsbarometer.release.scanning import Kind
from sagsbarometer.runs.scan import Cases, scan_folder
from tests.leaks_in_tests import parquet_file, pdf_file, xlsx_file, zipped

CASES = Cases(ids=("S2031-0042",), names=("Åse Østergård Præst",))
CPR, ID, NAME = "010203-1234", "S2031-0042", "Åse Præst"
SEEDS = {Kind.CPR: CPR, Kind.CASE_ID: ID, Kind.NAME: NAME}
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _html(body: str) -> dict[str, bytes]:
    return {"a.html": f"<!doctype html><p>Tekst</p>{body}".encode()}


def _docx(body: str) -> dict[str, bytes]:
    document = f"<w:document {_W}><w:body>{body}</w:body></w:document>"
    return {"a.docx": zipped({"word/document.xml": document})}


def _js(seed: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in seed)


def _css(seed: str) -> str:
    return "".join(f"\\{ord(char):x} " for char in seed)


def _picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    return out.getvalue()


def _folder_with_bytes(seed: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "x")
        archive.writestr("mappe/", f"{seed} " * 30)
    return out.getvalue()


def _pdf_program(seed: str) -> dict[str, bytes]:
    def change(document: Any, page: Any) -> None:
        import pikepdf

        held = document.make_stream(f"var x = '{seed}';".encode())
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=held)

    return {"a.pdf": pdf_file(change)}


HIDDEN: dict[str, Callable[[str], dict[str, bytes]]] = {
    "a cell before a number": lambda seed: {"a.csv": f"a,b\n{seed},3\n".encode()},
    "a cell after a number": lambda seed: {"a.csv": f"a,b\n3,{seed}\n".encode()},
    "marks on each letter": lambda seed: {"a.txt": "\ufe0f".join(seed).encode()},
    "joiners of marks": lambda seed: {"a.txt": "\u034f".join(seed).encode()},
    "blank letters": lambda seed: {"a.txt": "\u3164".join(seed).encode()},
    "signs that steer": lambda seed: {"a.txt": b"tekst " * 300 + "\x07".join(seed).encode()},
    "inline tags": lambda seed: _html("".join(f"<label>{char}</label>" for char in seed)),
    "made-up tags": lambda seed: _html("".join(f"<x-y>{char}</x-y>" for char in seed)),
    "a page in an attribute": lambda seed: _html(
        f'<iframe srcdoc="{"".join(f"&lt;b&gt;{char}&lt;/b&gt;" for char in seed)}"></iframe>'
    ),
    "a style": lambda seed: _html(f"<style>p::after{{content:'{_css(seed)}'}}</style>"),
    "a style of one tag": lambda seed: _html(f"<p style=\"--x:'{_css(seed)}'\"></p>"),
    "a style sheet": lambda seed: {"a.css": f"p::after{{content:'{_css(seed)}'}}".encode()},
    "a program": lambda seed: _html(f"<script>x='{_js(seed)}'</script>"),
    "a program, one sign": lambda seed: _html(f"<script>x='{_js(seed[0])}{seed[1:]}'</script>"),
    "a program, put together": lambda seed: _html(f"""<script>x='{"' + '".join(seed)}'</script>"""),
    "a program alone": lambda seed: {"a.js": f"x='{_js(seed)}'".encode()},
    "an address with entities": lambda seed: _html(
        f'<a href="&#100;ata:text/plain;base64,{base64.b64encode(seed.encode()).decode()}">x</a>'
    ),
    "json that is broken": lambda seed: {"a.json": f'{{"x":"{_js(seed)}",}}'.encode()},
    "json, a text alone": lambda seed: {"a.json": f'"{_js(seed)}"'.encode()},
    "json, a key that stands twice": lambda seed: {"a.json": f'{{"x":"{_js(seed)}","x":1}}'.encode()},
    "json with markup": lambda seed: {
        "a.json": json.dumps({"a": "".join(f"<b>{char}</b>" for char in seed)}).encode()
    },
    "markdown with entities": lambda seed: {"a.md": "".join(f"&#{ord(char)};" for char in seed).encode()},
    "markdown, escaped": lambda seed: {"a.md": seed.replace("-", "\\-").encode()},
    "markdown, strong": lambda seed: {"a.md": f"{seed[:3]}**{seed[3:5]}**{seed[5:]}".encode()},
    "an address as text": lambda seed: {"a.csv": "".join(f"%{byte:02x}" for byte in seed.encode()).encode()},
    "name of a file, as an address": lambda seed: {
        f"{''.join(f'%{byte:02x}' for byte in seed.encode())}.txt": b"x"
    },
    "base64 in lines": lambda seed: {"a.txt": base64.encodebytes((seed + "\n" + "tekst\n" * 60).encode())},
    "an archive behind a picture": lambda seed: {"a.png": _picture() + zipped({"x.txt": f"{seed} " * 9})},
    "an archive behind a pdf": lambda seed: {"a.pdf": pdf_file() + zipped({"x.txt": f"{seed} " * 9})},
    "a folder of an archive": lambda seed: {"a.zip": _folder_with_bytes(seed)},
    "docx, moved": lambda seed: _docx(
        "".join(f"<w:moveFrom><w:r><w:delText>{char}</w:delText></w:r></w:moveFrom>" for char in seed)
    ),
    "docx, a field": lambda seed: _docx(
        "".join(f"<w:r><w:instrText>{char}</w:instrText></w:r>" for char in seed)
    ),
    "pdf, a program": _pdf_program,
}


def _found(folder: Path, files: dict[str, bytes]) -> set[Kind]:
    for name, held in files.items():
        (folder / name).write_bytes(held)
    return {item.kind for item in scan_folder(folder, CASES)}


@pytest.mark.parametrize("kind", SEEDS)
@pytest.mark.parametrize("way", HIDDEN)
def test_a_leak_is_found_however_it_is_spelled(tmp_path: Path, way: str, kind: Kind) -> None:
    assert kind in _found(tmp_path, HIDDEN[way](SEEDS[kind]))


@pytest.mark.parametrize("way", HIDDEN)
def test_the_same_without_a_leak_gives_nothing(tmp_path: Path, way: str) -> None:
    assert _found(tmp_path, HIDDEN[way]("noget andet")) == set()


def test_the_hyphen_of_word_and_a_letter_of_symbols_are_read(tmp_path: Path) -> None:
    typed = "<w:t>S2031</w:t><w:noBreakHyphen/><w:t>0042</w:t>"
    assert _found(tmp_path, _docx(f"<w:p><w:r>{typed}</w:r></w:p>")) == {Kind.CASE_ID}
    signs = "".join(f'<w:sym w:font="Symbol" w:char="F0{ord(char):02X}"/>' for char in CPR)
    assert _found(tmp_path, _docx(f"<w:p><w:r>{signs}</w:r></w:p>")) == {Kind.CPR}


DAY, LAST = CPR.split("-")


@pytest.mark.parametrize(
    "files",
    [
        {"a.csv": f"foedt,lbnr\n{DAY},{LAST}\n".encode()},
        _html(f"<table><tr><td>{DAY}</td><td>{LAST}</td></tr></table>"),
        _docx(f"<w:tc><w:p><w:t>{DAY}</w:t></w:p></w:tc><w:tc><w:p><w:t>{LAST}</w:t></w:p></w:tc>"),
        xlsx_file(lambda book, first, second: first.write_row(1, 1, [DAY, LAST])),
    ],
)
def test_a_number_in_two_cells_is_found(tmp_path: Path, files: dict[str, bytes]) -> None:
    assert _found(tmp_path, files) == {Kind.CPR}


@pytest.mark.parametrize("cells", ["110225,2024", "11.02.25,2024", "010203,12345", "0102031,2024"])
def test_counts_beside_years_are_none(tmp_path: Path, cells: str) -> None:
    assert _found(tmp_path, {"a.csv": f"a,b\n{cells}\n".encode()}) == set()


def test_a_decimal_number_that_lost_its_nought_is_known(tmp_path: Path) -> None:
    from decimal import Decimal

    assert _found(tmp_path, parquet_file([Decimal("102031234.00")])) == {Kind.CPR}


def test_signs_of_ones_own_and_what_an_archive_does_not_name_are_findings(tmp_path: Path) -> None:
    own = f'<!DOCTYPE svg [<!ENTITY x "{CPR[:4]}"><!ENTITY y "{CPR[4:]}">]><svg><text>&x;&y;</text></svg>'
    (tmp_path / "a").mkdir()
    assert _found(tmp_path / "a", {"a.svg": own.encode()}) == {Kind.UNREADABLE}
    hidden, listed = zipped({"b.txt": f"{CPR} " * 30}), zipped({"a.txt": "x"})
    (tmp_path / "b").mkdir()
    held = hidden[: hidden.index(b"PK\x01\x02")] + listed
    assert _found(tmp_path / "b", {"a.zip": held}) == {Kind.UNREADABLE}


def test_a_number_in_a_long_word_is_found(tmp_path: Path) -> None:
    assert Kind.CPR in _found(tmp_path, {"a.txt": f"{'x' * 220}0102031234{'y' * 20}".encode()})


def test_the_same_bytes_twice_are_told_of_both_files(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.csv"):
        (tmp_path / name).write_text(CPR)
    found = scan_folder(tmp_path)
    assert [item.file for item in found] == ["a.txt", "b.txt", "c.csv"]


@pytest.mark.parametrize("char", ["å", "é", "ø", "½", "№", "한", "ｶ"])
def test_the_letters_of_a_name_are_one_however_they_are_composed(tmp_path: Path, char: str) -> None:
    name = f"{char}bo {char}sen{char}"
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        (tmp_path / "a.txt").write_text(f"x {unicodedata.normalize(form, name)} y")
        assert {item.kind for item in scan_folder(tmp_path, Cases(names=(name,)))} == {Kind.NAME}, form
