"""Leaks that are spelled otherwise, or lie where few look, are found in every format; and nothing is, where none is."""

from __future__ import annotations

import base64
import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sagsbarometer.release.scanning import Kind
from sagsbarometer.runs.scan import Cases, scan_folder
from tests.conftest import trials
from tests.integration.test_scan import CASES, SEEDS
from tests.integration.test_scan_hidden import HIDDEN
from tests.leaks_in_tests import PLACES, parquet_file, pdf_file, xlsx_file, zipped

Make = Callable[[str], dict[str, bytes]]
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
# Where a spelling is put: a place of each format.
FORMATS = (
    "html text", "html attribute", "html script", "html comment", "svg description", "csv", "json value", "markdown",
    "pdf text", "pdf facts", "pdf note", "docx, deleted", "docx core property", "xlsx cell", "xlsx custom",
    "png tEXt", "jpeg exif", "parquet text", "parquet metadata", "zip note",
)  # fmt: skip
SPELLED: dict[str, Callable[[str], str]] = {
    "base64": lambda seed: base64.b64encode(seed.encode()).decode(),
    "base64 without its end": lambda seed: base64.urlsafe_b64encode(seed.encode()).decode().rstrip("="),
    "base64 of more": lambda seed: base64.b64encode(f"sag {seed} er".encode()).decode(),
    "hex": lambda seed: f"{seed:<10}".encode().hex(),
    "percent": lambda seed: "".join(f"%{byte:02X}" for byte in seed.encode()),
}


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _picture(form: str, **held: Any) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (9, 9), "white").save(out, form, **held)
    return out.getvalue()


def _exif(seed: str) -> bytes:
    from PIL import Image

    exif = Image.new("RGB", (9, 9)).getexif()
    exif[0x010E] = seed.encode()  # as text it would lose what is beyond ASCII
    return exif.tobytes()


def _png_exif(seed: str) -> dict[str, bytes]:
    plain = _picture("PNG")
    return {"a.png": plain[:33] + _chunk(b"eXIf", _exif(seed)[6:]) + plain[33:]}


def _pdf(change: Callable[[Any, Any], None]) -> dict[str, bytes]:
    return {"a.pdf": pdf_file(change)}


def _pdf_field(seed: str) -> dict[str, bytes]:
    import pikepdf

    def change(document: Any, page: Any) -> None:
        field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="felt", V=seed)
        document.Root.AcroForm = pikepdf.Dictionary(Fields=[document.make_indirect(field)])

    return _pdf(change)


def _pdf_author(seed: str) -> dict[str, bytes]:
    import pikepdf

    def change(document: Any, page: Any) -> None:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], T=seed
        )
        page.Annots = document.make_indirect(pikepdf.Array([note]))

    return _pdf(change)


def _pdf_link(seed: str) -> dict[str, bytes]:
    import pikepdf

    def change(document: Any, page: Any) -> None:
        address = "https://example.org/?q=" + SPELLED["percent"](seed)
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9],
            A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=address),
        )  # fmt: skip
        page.Annots = document.make_indirect(pikepdf.Array([link]))

    return _pdf(change)


def _pdf_attached(seed: str) -> dict[str, bytes]:
    def change(document: Any, page: Any) -> None:
        document.attachments[f"om {seed}.csv"] = b"tal"

    return _pdf(change)


def _zip(change: Callable[[zipfile.ZipFile, zipfile.ZipInfo], None]) -> dict[str, bytes]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo("a.txt")
        change(archive, member)
        archive.writestr(member, b"tekst " * 40)
    return {"a.zip": out.getvalue()}


def _zip_comment(seed: str) -> dict[str, bytes]:
    return _zip(lambda archive, member: setattr(member, "comment", seed.encode()))


def _zip_extra(seed: str) -> dict[str, bytes]:
    held = seed.encode()
    return _zip(
        lambda archive, member: setattr(member, "extra", struct.pack("<HH", 0x7075, len(held)) + held)
    )


def _zip_after_a_part(seed: str) -> dict[str, bytes]:
    """Behind the packed bytes of a part, in the room the archive says it takes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    held = b"tekst " * 40
    packed = packer.compress(held) + packer.flush() + b"\0" + seed.encode()
    sizes = struct.pack("<III", zlib.crc32(held), len(packed), len(held))
    head = struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes
    local = b"PK\3\4" + head + struct.pack("<HH", 5, 0) + b"a.txt" + packed
    listed = (
        b"PK\1\2" + struct.pack("<H", 20) + head + struct.pack("<HHHHHII", 5, 0, 0, 0, 0, 0, 0) + b"a.txt"
    )
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(listed), len(local), 0)
    return {"a.zip": local + listed + end}


def _gzip_named(seed: str) -> dict[str, bytes]:
    out = io.BytesIO()
    with gzip.GzipFile(f"{seed}.txt", "wb", fileobj=out, mtime=0) as file:
        file.write(b"tekst " * 40)
    return {"a.gz": out.getvalue()}


def _docx_part(path: str, seed: str) -> dict[str, bytes]:
    body = f"<w:document {_W}><w:body><w:p><w:r><w:t>x</w:t></w:r></w:p></w:body></w:document>"
    return {"a.docx": zipped({"word/document.xml": body, path: f"<x {_W}><w:p><w:t>{seed}</w:t></w:p></x>"})}


def _docx_alt(seed: str) -> dict[str, bytes]:
    return {
        "a.docx": zipped(
            {"word/document.xml": f'<w:document {_W}><docPr id="1" descr="{seed}"/></w:document>'}
        )
    }


def _stat(seed: str) -> dict[str, bytes]:
    told = {"version": "2.0", "class": "dataset", "note": [f"om {seed}"], "value": [1, None]}
    return {"a.json": json.dumps(told).encode()}


WHERE: dict[str, Make] = {
    "png eXIf": _png_exif,
    "png, behind its points": lambda seed: {
        "a.png": _picture("PNG").replace(b"IEND", b"IEND", 1)[:-12]
        + _chunk(b"IDAT", b"\0" + seed.encode() + b"\0")
        + _chunk(b"IEND", b"")
    },
    "gif note": lambda seed: {"a.gif": _picture("GIF", comment=seed.encode())},
    "webp exif": lambda seed: {"a.webp": _picture("WEBP", exif=_exif(seed))},
    "tiff note": lambda seed: {"a.tif": _picture("TIFF", description=seed.encode())},
    "svg title": lambda seed: {"a.svg": f"<svg><title>{seed}</title></svg>".encode()},
    "svg label": lambda seed: {"a.svg": f"<svg><g aria-label='{seed}'/></svg>".encode()},
    "html meta": lambda seed: {"a.html": f'<!doctype html><meta name="x" content="{seed}"><p>x</p>'.encode()},
    "html template": lambda seed: {"a.html": f"<!doctype html><template><p>{seed}</p></template>".encode()},
    "json-stat note": _stat,
    "parquet, a column's own note": lambda seed: _parquet_field(seed),
    "parquet, name of a column": lambda seed: _parquet_field("x", f"om {seed}"),
    "pdf field": _pdf_field,
    "pdf, who wrote a note": _pdf_author,
    "pdf, address of a link": _pdf_link,
    "pdf, name of an attachment": _pdf_attached,
    "docx header": lambda seed: _docx_part("word/header1.xml", seed),
    "docx footnote": lambda seed: _docx_part("word/footnotes.xml", seed),
    "docx custom xml": lambda seed: _docx_part("customXml/item1.xml", seed),
    "docx, who changed it": lambda seed: {
        "a.docx": zipped({"word/document.xml": f'<w:document {_W}><w:ins w:author="{seed}"/></w:document>'})
    },
    "docx alt text": _docx_alt,
    "xlsx custom xml": lambda seed: {
        "a.xlsx": zipped({"xl/workbook.xml": "<workbook/>", "customXml/item1.xml": f"<x><y>{seed}</y></x>"})
    },
    "xlsx, who may see": lambda seed: {
        "a.xlsx": zipped({"xl/workbook.xml": f'<workbook><fileSharing userName="{seed}"/></workbook>'})
    },
    "zip, note of a part": _zip_comment,
    "zip, extra of a part": _zip_extra,
    "zip, behind a part": _zip_after_a_part,
    "gzip, its name": _gzip_named,
}  # fmt: skip


def _parquet_field(note: str, name: str = "a") -> dict[str, bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(
        pa.table({name: [1]}, schema=pa.schema([pa.field(name, pa.int64(), metadata={"n": note})])), out
    )
    return {"a.parquet": out.getvalue()}


def _cells(between: str, begin: str = "", end: str = "") -> Callable[[str], str]:
    return lambda seed: begin + between.join(seed.replace("-", "")) + end


ONE_IN_EACH: dict[str, Make] = {
    "html": lambda seed: {
        "a.html": f"<!doctype html><table><tr>{_cells('</td><td>', '<td>', '</td>')(seed)}</tr></table>".encode()
    },
    "html, in lines": lambda seed: {
        "a.html": b"<!doctype html>" + _cells("</div>\n    <div>", "<div>", "</div>")(seed).encode()
    },
    "docx": lambda seed: {
        "a.docx": zipped(
            {"word/document.xml": f"<w:document {_W}><w:tr>" + "".join(
                f"<w:tc><w:p><w:r><w:t>{digit}</w:t></w:r></w:p></w:tc>" for digit in seed.replace("-", "")
            ) + "</w:tr></w:document>"}
        )
    },
    "xlsx": lambda seed: xlsx_file(
        lambda book, first, second: second.write_row(3, 0, [int(digit) for digit in seed.replace("-", "")])
    ),
    "csv": lambda seed: {"a.csv": f"navn\n{_cells(',')(seed)}\nx\n".encode()},
    "csv, semicolons": lambda seed: {"a.csv": f"navn\n{_cells(';')(seed)}\nx\n".encode()},
    "json": lambda seed: {"a.json": json.dumps({"x": list(seed.replace("-", ""))}).encode()},
    "json, numbers": lambda seed: {"a.json": json.dumps({"x": [int(one) for one in seed.replace("-", "")]}).encode()},
}  # fmt: skip


def found(folder: Path, files: dict[str, bytes], cases: Cases = CASES) -> set[Kind]:
    for name, held in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(held)
    return {item.kind for item in scan_folder(folder, cases)}


@pytest.mark.parametrize("kind", SEEDS)
@pytest.mark.parametrize("spelling", SPELLED)
@pytest.mark.parametrize("place", FORMATS)
def test_a_leak_in_another_spelling_is_found(tmp_path: Path, place: str, spelling: str, kind: Kind) -> None:
    assert kind in found(tmp_path, PLACES[place](SPELLED[spelling](SEEDS[kind])))


@pytest.mark.parametrize("spelling", SPELLED)
@pytest.mark.parametrize("place", FORMATS)
def test_other_words_in_that_spelling_are_none(tmp_path: Path, place: str, spelling: str) -> None:
    assert found(tmp_path, PLACES[place](SPELLED[spelling]("almindelig tekst 2027"))) == set()


@pytest.mark.parametrize("kind", SEEDS)
@pytest.mark.parametrize("where", WHERE)
def test_a_leak_is_found_where_few_look(tmp_path: Path, where: str, kind: Kind) -> None:
    assert kind in found(tmp_path, WHERE[where](SEEDS[kind]))


@pytest.mark.parametrize("where", WHERE)
def test_nothing_is_found_where_nothing_is(tmp_path: Path, where: str) -> None:
    assert found(tmp_path, WHERE[where]("almindelig tekst")) == set()


@pytest.mark.parametrize("where", ONE_IN_EACH)
def test_a_digit_in_each_cell_is_found(tmp_path: Path, where: str) -> None:
    assert found(tmp_path, ONE_IN_EACH[where]("010203-1234")) == {Kind.CPR}


@pytest.mark.parametrize("where", ONE_IN_EACH)
@pytest.mark.parametrize("digits", ["010203123", "01020312345", "9102031234", "0199031234"])
def test_other_cells_of_one_digit_are_none(tmp_path: Path, where: str, digits: str) -> None:
    assert found(tmp_path, ONE_IN_EACH[where](digits)) == set()


@pytest.mark.parametrize("place", FORMATS)
@pytest.mark.parametrize("spelled", ["4321302010", "4321-302010"])
def test_a_number_from_behind_is_found(tmp_path: Path, place: str, spelled: str) -> None:
    assert found(tmp_path, PLACES[place](spelled)) == {Kind.CPR}


@pytest.mark.parametrize(
    "other", ["43213020101", "1.4321302010", "4321999999", "4321302010.5", "x4321302010"]
)
def test_other_numbers_from_behind_are_none(tmp_path: Path, other: str) -> None:
    assert found(tmp_path, {"a.md": f"Tal: {other} i alt".encode()}) == set()


_LETTERS = "abcdefghijklmnoprstuvyæøåé"
NAMES = st.tuples(*[st.text(_LETTERS, min_size=4, max_size=9)] * 2).map(lambda parts: " ".join(parts).title())
IDS = st.from_regex(r"[A-HJ-Z]{1,3}20[0-4][0-9]-[0-9]{4,6}", fullmatch=True)
NUMBERS = st.builds(
    "{:02}{:02}{:02}-{:04}".format,
    st.integers(1, 31),
    st.integers(1, 12),
    st.integers(0, 99),
    st.integers(0, 9999),
)
WAYS: dict[str, Make] = {**PLACES, **HIDDEN, **WHERE}


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=trials(40))
@given(number=NUMBERS, id=IDS, name=NAMES)
def test_any_leak_of_any_kind_is_found_in_any_format(
    tmp_path_factory: pytest.TempPathFactory, way: str, number: str, id: str, name: str
) -> None:
    cases = Cases(ids=(id,), names=(name,))
    for kind, seed in ((Kind.CPR, number), (Kind.CASE_ID, id), (Kind.NAME, name)):
        assert kind in found(tmp_path_factory.mktemp("x"), WAYS[way](seed), cases), (way, kind)


def test_a_short_id_is_not_taken_from_bytes_by_chance(tmp_path: Path) -> None:
    font = b"OTTO" + bytes(range(256)) * 3 + b"\0r001\0" + bytes(range(256))
    assert found(tmp_path, {"a.otf": font}, Cases(ids=("r001",))) == set()
    assert found(tmp_path, {"a.md": b"Om r001."}, Cases(ids=("r001",))) == {Kind.CASE_ID}


def test_parquet_of_digits_alone_is_no_number(tmp_path: Path) -> None:
    assert found(tmp_path, parquet_file([0, 1, 2, 3, 4])) == set()
