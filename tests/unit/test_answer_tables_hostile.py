"""Whatever a stranger uploads, the answer is a table or Faults: soon, and without much memory."""

from __future__ import annotations

import io
import random
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from sagsbarometer.deliveries import table_parquet, table_xlsx_guard
from sagsbarometer.deliveries.returned import returned_file
from sagsbarometer.deliveries.tables import RawTable, read_table
from sagsbarometer.kernel.problems import Faults
from tests.conftest import trials

SECONDS = 5.0  # of the processor: other tests may run beside this one
MEGABYTE = 1_000_000


def answer(path: Path) -> RawTable | list[str]:
    """The table, or the codes of the faults; anything else raised fails the test, and so does a long wait."""
    begun = time.process_time()
    try:
        return read_table(path)
    except Faults as faults:
        return [problem.code for problem in faults.problems]
    finally:
        assert time.process_time() - begun < SECONDS


@pytest.fixture(scope="module")
def workbook() -> dict[str, bytes]:
    """The members of a plain workbook."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((["case_id", "n", "d"], ["A1", 1, "ja"], ["A2", True, "nej"])):
            sheet.write_row(number, 0, row)
        sheet.merge_range("E5:F6", None)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


SHEET = "xl/worksheets/sheet1.xml"


# --- bombs ---


def _bomb(path: Path, members: Mapping[str, bytes], megabytes: int) -> Path:
    """A workbook whose sheet is zeros: a thousand times larger unpacked."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members.items():
            if name != SHEET:
                archive.writestr(name, data)
        with archive.open(SHEET, "w", force_zip64=False) as sheet:
            for _ in range(megabytes):
                sheet.write(bytes(MEGABYTE))
    return path


@pytest.mark.parametrize("megabytes", [320, 100])  # above the limit of size; below it, above that of ratio
def test_a_zip_bomb_is_refused_at_once(tmp_path: Path, workbook: dict[str, bytes], megabytes: int) -> None:
    path = _bomb(tmp_path / "svar.xlsx", workbook, megabytes)
    assert path.stat().st_size < 5 * MEGABYTE
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(Faults) as caught:
        read_table(path)
    taken = time.process_time() - begun
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [problem.code for problem in caught.value.problems] == ["FIL-108"]
    assert taken < 2
    assert peak < 10 * MEGABYTE
    with pytest.raises(Faults):
        returned_file(path, [], tmp_path / "ud")


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path: Path, workbook: dict[str, bytes]) -> None:
    path = _bomb(tmp_path / "svar.xlsx", workbook, 100)
    data = path.read_bytes()
    told = struct.pack("<L", 100 * MEGABYTE)
    assert told in data
    path.write_bytes(data.replace(told, struct.pack("<L", 1000)))
    tracemalloc.start()
    assert answer(path) == ["FIL-107"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * MEGABYTE


def test_a_flood_of_members_is_refused_before_the_archive_is_opened(
    tmp_path: Path, workbook: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    flood = {f"x{number}": b"" for number in range(table_xlsx_guard.MAX_MEMBERS)}
    path = packed(tmp_path / "svar.xlsx", workbook | flood)
    monkeypatch.setattr(zipfile.ZipFile, "_RealGetContents", lambda _: pytest.fail("opened"))
    assert answer(path) == ["FIL-108"]


def test_entities_and_document_types_are_refused_wherever_they_stand(
    tmp_path: Path, workbook: dict[str, bytes]
) -> None:
    laugh = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    remote = b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd">'
    for name in (SHEET, "xl/workbook.xml", "[Content_Types].xml", "docProps/core.xml"):
        for evil in (laugh, remote):
            head, mark, body = workbook[name].rpartition(b"?>")
            data = {**workbook, name: head + mark + evil + body}
            assert answer(packed(tmp_path / "svar.xlsx", data)) == ["FIL-108"]
    # In another encoding the words look different; in another kind of member nobody expects them.
    wide = b"\xff\xfe" + (laugh.decode() + "<x/>").encode("utf-16-le")
    for name in ("xl/theme/theme1.xml", "xl/media/image1.bin"):
        assert answer(packed(tmp_path / "svar.xlsx", {**workbook, name: wide})) == ["FIL-108"]


@pytest.mark.parametrize("encoding", [b"TF-8", b"cp037", b"zlib_codec", b"unicode_escape", b"undefined"])
def test_xml_in_an_encoding_no_workbook_uses_is_refused(
    tmp_path: Path, workbook: dict[str, bytes], encoding: bytes
) -> None:
    sheet = workbook[SHEET].replace(b"UTF-8", encoding, 1)
    assert sheet != workbook[SHEET]
    assert answer(packed(tmp_path / "svar.xlsx", {**workbook, SHEET: sheet})) == ["FIL-107"]


def test_archives_excel_would_not_write_are_refused(tmp_path: Path, workbook: dict[str, bytes]) -> None:
    path = tmp_path / "svar.xlsx"
    assert answer(packed(path, workbook, zipfile.ZIP_BZIP2)) == ["FIL-108"]
    assert answer(packed(path, {"a.txt": b"x"})) == ["FIL-104"]
    assert answer(packed(path, {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})) == [
        "FIL-104"
    ]
    packed(path, workbook)
    encrypted = bytearray(path.read_bytes())
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    assert answer(_written(path, bytes(encrypted))) == ["FIL-108"]
    strict = workbook[SHEET].replace(
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    assert answer(packed(path, {**workbook, SHEET: strict})) == ["FIL-104"]
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, b"<x/>")
    assert answer(path) == ["FIL-107"]


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


_CELL = b'<c r="A1" t="inlineStr"><is><t>case_id</t></is></c>'
_MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (b'<row r="1">' + _CELL + b'<c r="ZZZZZZ1"><v>1</v></c></row>', "FIL-107"),
        (b'<row r="1">' + _CELL + b'<c r="XFE1"><v>1</v></c></row>', "FIL-107"),
        (b'<row r="1">' + _CELL + b'</row><row r="999999999"><c><v>1</v></c></row>', "FIL-107"),
        (
            b'<row r="2">' + _CELL.replace(b"A1", b"A2") + b'</row><row r="1"><c r="A1"><v>1</v></c></row>',
            "FIL-107",
        ),
        (b'<row r="1"><c r="B1"><v>1</v></c>' + _CELL + b"</row>", "FIL-107"),
        (b'<row r="1">' + _CELL + b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "FIL-109"),
        (b'<row r="1">' + _CELL.replace(b"<is>", b"<is>" + b"<x/>" * 50_000) + b"</row>", "FIL-109"),
        (b'<row r="x">' + _CELL + b"</row>", "FIL-107"),
        (b'<row r="1"><c r="A1" t="s"><v>99</v></c></row>', "FIL-107"),
        (b'<row r="1"><c r="A1" s="999"><v>9</v></c></row>', "FIL-111"),
        (b"<row>" * 5_000, "FIL-107"),
        (b'<row r="1"><c r="A1"><c r="B1"/></c></row>', "FIL-107"),
    ],
)
def test_sheets_that_point_far_away_are_refused(
    tmp_path: Path, workbook: dict[str, bytes], rows: bytes, code: str
) -> None:
    sheet = b"<worksheet " + _MAIN + b"><sheetData>" + rows + b"</sheetData></worksheet>"
    assert answer(packed(tmp_path / "svar.xlsx", {**workbook, SHEET: sheet})) == [code]


_FAR = b'ref="A1:XFD1048576"'


@pytest.mark.parametrize(
    "sheet",
    [
        # What the library lays out cell by cell, hidden where only it would look.
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>case_id</t></is><mergeCells><mergeCell '
        + _FAR
        + b"/></mergeCells></c></row></sheetData>",
        b"<sheetData/><hyperlinks><x:hyperlink " + _FAR + b' xmlns:x="urn:x"/></hyperlinks>',
        b'<sheetData/><extLst><row r="1"><c r="A1"><v>1</v></c></row></extLst>',
        b'<sheetData><row r="1"><x r="XFD1"><v>1</v></x></row></sheetData>',
        b'<sheetData><row r="1"><c r="A1"><row r="1048576"><c r="XFD1048576"/></row></c></row></sheetData>',
        b'<sheetData><c r="XFD1"/></sheetData>',
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>case_id</t></is></c></row>'
        b'<row r="600000" ht="9"/></sheetData>',
    ],
)
def test_nothing_a_sheet_hides_is_laid_out_when_it_is_returned(
    tmp_path: Path, workbook: dict[str, bytes], sheet: bytes
) -> None:
    xml = b"<worksheet " + _MAIN + b">" + sheet + b"</worksheet>"
    path = packed(tmp_path / "svar.xlsx", {**workbook, SHEET: xml})
    _returned_soon(path)


def _returned_soon(path: Path) -> None:
    begun = time.process_time()
    with suppress(Faults):
        assert returned_file(path, [], path.with_name("ud")).suffix == ".csv"
    assert time.process_time() - begun < SECONDS


def test_a_sheet_in_disguise_is_not_laid_out(tmp_path: Path, workbook: dict[str, bytes]) -> None:
    # The library takes rows for a sheet whatever the part they stand in is called.
    rows = b'<sheetData><row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row></sheetData>'
    for root in (b"sst", b"other"):
        part = b"<" + root + b" " + _MAIN + b">" + rows + b"</" + root + b">"
        book = workbook["xl/workbook.xml"].replace(
            b"</sheets>", b'<sheet name="B" sheetId="2" r:id="rId9"/></sheets>'
        )
        rels = workbook["xl/_rels/workbook.xml.rels"].replace(
            b"</Relationships>",
            b'<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships'
            b'/worksheet" Target="worksheets/sheet2.xml"/></Relationships>',
        )
        added = {
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": rels,
            "xl/worksheets/sheet2.xml": part,
        }
        path = packed(tmp_path / "svar.xlsx", {**workbook, **added})
        assert isinstance(answer(path), RawTable)
        _returned_soon(path)


def test_a_sheet_that_lies_about_its_size_is_read_to_its_end(
    tmp_path: Path, workbook: dict[str, bytes]
) -> None:
    for told in (b'ref="A1"', b'ref="A1:XFD1048576"'):
        sheet = workbook[SHEET].replace(b'<dimension ref="A1:F6"', b"<dimension " + told)
        assert sheet != workbook[SHEET]
        table = answer(packed(tmp_path / "svar.xlsx", {**workbook, SHEET: sheet}))
        assert isinstance(table, RawTable)
        assert len(table.rows) == 2


@pytest.mark.parametrize(
    ("limit", "value", "code"),
    [("MAX_ELEMENTS", 20, "FIL-108"), ("MAX_TEXTS", 2, "FIL-109"), ("MAX_UNFOLDED", 1000, "FIL-108")],
)
def test_limits_of_the_parts_hold(
    tmp_path: Path,
    workbook: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    value: int,
    code: str,
) -> None:
    path = packed(tmp_path / "svar.xlsx", workbook)
    assert isinstance(answer(path), RawTable)
    monkeypatch.setattr(table_xlsx_guard, limit, value)
    assert answer(path) == [code]


def test_a_row_of_a_million_cells_is_refused(tmp_path: Path) -> None:
    path = _written(tmp_path / "svar.csv", b"a;b\n" + b";" * 5_000_000 + b"\n1;2\n")
    tracemalloc.start()
    assert answer(path) == ["FIL-106"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * MEGABYTE


def test_a_quote_that_swallows_the_file_is_one_fault(tmp_path: Path) -> None:
    path = _written(tmp_path / "svar.csv", b'a;b\n"1;2\n' + b"3;4\n" * 500_000)
    assert answer(path) == ["FIL-106"]


def test_a_parquet_file_that_unfolds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "svar.parquet"
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 50_000, pa.int32()), pa.array(["x" * 31_000]))
    pq.write_table(pa.table({"case_id": long}), path, store_schema=False)
    tracemalloc.start()
    table = answer(path)  # a gigabyte and a half of text, of which one copy is kept
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(table, RawTable)
    assert len(table.rows) == 50_000
    assert peak < 100 * MEGABYTE
    pq.write_table(pa.table({"case_id": pa.nulls(1_000_001, pa.string())}), path)
    assert answer(path) == ["FIL-109"]
    pq.write_table(pa.table({"case_id": ["A1"]}), path)
    monkeypatch.setattr(table_parquet, "MAX_UNFOLDED", 10)
    assert answer(path) == ["FIL-108"]


# --- damage at random ---


def _mutated(data: bytes, chance: random.Random) -> bytes:
    """`data` with a few bytes changed, cut out, doubled or put in."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(out) or 1)
        size = chance.choice((1, 1, 2, 8, 64))
        match chance.randrange(5):
            case 0:
                out[at : at + size] = chance.randbytes(size)
            case 1:
                del out[at : at + size]
            case 2:
                out[at:at] = out[at : at + size]
            case 3:
                out[at:at] = chance.choice((b'"', b";", b"\n", b"\0", b"\xff", b"<", b"&", b">", b"9" * 9))
            case _:
                if out:
                    out[at % len(out)] ^= 1 << chance.randrange(8)
    return bytes(out)


def _csv(_: Path, chance: random.Random) -> bytes:
    text = 'case_id;note\r\nA1;"på ""tværs"""\r\nA2;"to\nlinjer"\r\n;\r\nA3;#N\r\n'
    encoding = chance.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252"))
    return _mutated(text.encode(encoding), chance)


def _parquet(folder: Path, chance: random.Random) -> bytes:
    path = folder / "whole.parquet"
    if not path.exists():
        columns = {"case_id": ["A1", "A2"] * 50, "n": [1, None] * 50, "l": [["a"], None] * 50}
        pq.write_table(pa.table(columns), path)
    return _mutated(path.read_bytes(), chance)


def _archive(folder: Path, chance: random.Random) -> bytes:
    return _mutated((folder / "whole.xlsx").read_bytes(), chance)


def _member(folder: Path, chance: random.Random) -> bytes:
    """A whole archive with damage in one member, so that the damage reaches the readers of XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(folder / "whole.xlsx") as source, zipfile.ZipFile(out, "w") as target:
        hit = chance.choice(source.namelist())
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, _mutated(data, chance) if name == hit else data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("made", "name", "number"),
    [
        (_csv, "svar.csv", 20_000),
        (_archive, "svar.xlsx", 2_000),
        (_member, "svar.xlsx", 6_000),
        (_parquet, "svar.parquet", 6_000),
    ],
)
def test_damaged_files_raise_only_faults(
    tmp_path: Path,
    workbook: dict[str, bytes],
    made: Callable[[Path, random.Random], bytes],
    name: str,
    number: int,
) -> None:
    packed(tmp_path / "whole.xlsx", workbook)
    path = tmp_path / name
    for seed in range(trials(number)):
        path.write_bytes(made(tmp_path, random.Random(seed)))
        try:
            answer(path)
            returned_file(path, [], tmp_path / "ud")
        except Faults:
            pass
        except Exception as error:
            raise AssertionError(f"{made.__name__}, seed {seed}: {error!r}") from error


def test_damage_that_only_the_check_sum_shows_is_seen(tmp_path: Path, workbook: dict[str, bytes]) -> None:
    path = packed(tmp_path / "svar.xlsx", workbook, zipfile.ZIP_STORED)
    data = path.read_bytes()
    assert b"<v>1</v>" in data
    assert answer(_written(path, data.replace(b"<v>1</v>", b"<v>7</v>"))) == ["FIL-107"]
