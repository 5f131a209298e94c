"""Files of every kind with something put into them, for the tests of the scan."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

Make = Callable[[str], dict[str, bytes]]


def _html(body: str) -> dict[str, bytes]:
    return {"a.html": f"<!doctype html><html lang=da><body><p>Tekst</p>{body}</body></html>".encode()}


def _split(seed: str) -> str:
    return "".join(f"<span>{char}</span>" for char in seed)


def _data_uri(seed: str) -> dict[str, bytes]:
    held = base64.b64encode(
        f"<svg xmlns='http://www.w3.org/2000/svg'><text>{seed}</text></svg>".encode()
    ).decode()
    return _html(f'<img alt="" src="data:image/svg+xml;base64,{held}">')


def _entities(seed: str) -> dict[str, bytes]:
    return _html("<p>" + "".join(f"&#{ord(char)};" for char in seed) + "</p>")


def _svg(inside: str) -> dict[str, bytes]:
    return {"a.svg": f'<svg xmlns="http://www.w3.org/2000/svg">{inside}<path d="M1 2L3 4"/></svg>'.encode()}


def pdf_file(change: Callable[[Any, Any], None] | None = None, text: str = "Rapport") -> bytes:
    import pikepdf

    document = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    content = b"BT /F1 12 Tf 72 700 Td (" + text.encode("cp1252") + b") Tj ET"
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, 595, 842],
        Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font)),
        Contents=document.make_stream(content),
    )
    document.pages.append(pikepdf.Page(document.make_indirect(page)))
    if change:
        change(document, document.pages[0])
    out = io.BytesIO()
    document.save(
        out,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        recompress_flate=True,
        deterministic_id=True,
    )
    return out.getvalue()


def _pdf_info(seed: str) -> dict[str, bytes]:
    def change(document: Any, page: Any) -> None:
        document.docinfo["/Subject"] = seed

    return {"a.pdf": pdf_file(change)}


def _pdf_xmp(seed: str) -> dict[str, bytes]:
    def change(document: Any, page: Any) -> None:
        with document.open_metadata() as metadata:
            metadata["dc:description"] = seed

    return {"a.pdf": pdf_file(change)}


def _pdf_attached(seed: str) -> dict[str, bytes]:
    def change(document: Any, page: Any) -> None:
        document.attachments["tal.csv"] = f"kolonne\n{seed}\n".encode()

    return {"a.pdf": pdf_file(change)}


def _pdf_outline(seed: str) -> dict[str, bytes]:
    import pikepdf

    def change(document: Any, page: Any) -> None:
        with document.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(seed, 0))

    return {"a.pdf": pdf_file(change)}


def _pdf_note(seed: str) -> dict[str, bytes]:
    import pikepdf

    def change(document: Any, page: Any) -> None:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents=seed
        )
        page.Annots = document.make_indirect(pikepdf.Array([note]))

    return {"a.pdf": pdf_file(change)}


def _pdf_alt(seed: str) -> dict[str, bytes]:
    import pikepdf

    def change(document: Any, page: Any) -> None:
        item = pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.Figure, Alt=seed)
        root = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=document.make_indirect(item))
        document.Root.StructTreeRoot = document.make_indirect(root)

    return {"a.pdf": pdf_file(change)}


def _pdf_unused(seed: str) -> dict[str, bytes]:
    """A text that no page shows, in pieces with room between them."""

    def change(document: Any, page: Any) -> None:
        pieces = b" -20 ".join(b"(" + char.encode("cp1252") + b")" for char in seed)
        form = document.make_stream(b"BT [" + pieces + b"] TJ ET")
        document.Root.Unused = document.make_indirect(form)

    return {"a.pdf": pdf_file(change)}


def _pdf_typeset(seed: str) -> dict[str, bytes]:
    """As our own reports are made: glyphs of an embedded typeface."""
    import typst

    words = json.dumps(seed, ensure_ascii=False)
    return {"a.pdf": typst.compile(f"#set page(height: 5cm)\nEn tekst med #text({words}) i.".encode())}


def _pdf_old(seed: str) -> dict[str, bytes]:
    """What was taken out in a later version of the file still lies in it."""
    old, new = pdf_file(None, seed), pdf_file()
    return {"a.pdf": old + b"\n" + new}


def zipped(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in parts.items():
            archive.writestr(name, held)
    return out.getvalue()


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _docx(**parts: str) -> dict[str, bytes]:
    import docx

    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("En tekst.")
    document.save(out)
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as archive:
        held: dict[str, bytes | str] = {item.filename: archive.read(item) for item in archive.infolist()}
    for name, text in parts.items():
        path = name.replace("__", "/").replace("_xml", ".xml")
        before = held.get(path, b"")
        assert isinstance(before, bytes)
        held[path] = text if not before else before.decode().replace("<w:body>", f"<w:body>{text}", 1)
    return {"a.docx": zipped(held)}


def _runs(seed: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:rPr><w:b/></w:rPr><w:t>{char}</w:t></w:r>" for char in seed) + "</w:p>"


def _deleted(seed: str) -> str:
    return f'<w:p><w:del w:author="x"><w:r><w:delText>{seed}</w:delText></w:r></w:del></w:p>'


def _docx_core(seed: str) -> dict[str, bytes]:
    import docx

    out = io.BytesIO()
    document = docx.Document()
    document.core_properties.last_modified_by = seed
    document.save(out)
    return {"a.docx": out.getvalue()}


def xlsx_file(change: Callable[[Any, Any, Any], None]) -> dict[str, bytes]:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    first, second = book.add_worksheet("Tal"), book.add_worksheet("Andet")
    first.write(0, 0, "I alt")
    first.write(1, 0, 385)
    change(book, first, second)
    book.close()
    return {"a.xlsx": out.getvalue()}


def hidden_sheet(seed: str) -> dict[str, bytes]:
    def change(book: Any, first: Any, second: Any) -> None:
        second.write(4, 4, seed)
        second.very_hidden()

    return xlsx_file(change)


def _hidden_row(seed: str) -> dict[str, bytes]:
    def change(book: Any, first: Any, second: Any) -> None:
        first.write_rich_string(7, 1, seed[:3], book.add_format({"bold": True}), seed[3:])
        first.set_row(7, None, None, {"hidden": True})
        first.set_column(1, 1, None, None, {"hidden": True})

    return xlsx_file(change)


def _png(kind: str, seed: str) -> dict[str, bytes]:
    from PIL import Image, PngImagePlugin

    facts = PngImagePlugin.PngInfo()
    if kind == "iTXt":
        facts.add_itxt("Comment", seed, zip=True)
    else:
        facts.add_text("Comment", seed, zip=kind == "zTXt")
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(out, "PNG", pnginfo=facts)
    return {"a.png": out.getvalue()}


def _jpeg(seed: str) -> dict[str, bytes]:
    from PIL import Image

    picture = Image.new("RGB", (20, 20), "white")
    exif = picture.getexif()
    exif[0x9C9C] = seed.encode("utf-16-le") + b"\0\0"  # as Windows writes comments
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return {"a.jpg": out.getvalue()}


def _jpeg_note(seed: str) -> dict[str, bytes]:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(out, "JPEG", comment=seed.encode())
    return {"a.jpg": out.getvalue()}


def parquet_file(column: list[Any], note: str = "") -> dict[str, bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"a": pa.array(column)})
    table = table.replace_schema_metadata({"note": note}) if note else table
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return {"a.parquet": out.getvalue()}


def _within_zip(seed: str) -> dict[str, bytes]:
    return {"a.zip": zipped({"b.zip": zipped({"c.docx": _docx(word__document_xml=_runs(seed))["a.docx"]})})}


def _zip_note(seed: str) -> dict[str, bytes]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "tekst")
        archive.comment = seed.encode()
    return {"a.zip": out.getvalue()}


def _xlsx_with(what: str) -> Make:
    def make(seed: str) -> dict[str, bytes]:
        def change(book: Any, first: Any, second: Any) -> None:
            match what:
                case "cell":
                    first.write(3, 3, seed)
                case "comment":
                    first.write_comment(3, 3, seed)
                case "name":
                    book.define_name("Liste", f'="{seed}"')
                case "core":
                    book.set_properties({"author": seed})
                case "custom":
                    book.set_custom_property("Note", seed)
                case "link":
                    first.write_url(3, 3, f"https://example.org/?q={seed.replace(' ', '%20')}", string="se")
                case "header":
                    first.set_header(f"&L{seed}")

        return xlsx_file(change)

    return make


PLACES: dict[str, Make] = {
    "name of a file": lambda seed: {f"mappe/om {seed}.txt": b"tekst"},
    "html text": lambda seed: _html(f"<p>Om {seed}.</p>"),
    "html, letters apart in tags": lambda seed: _html(f"<p>{_split(seed)}</p>"),
    "html attribute": lambda seed: _html(f'<p data-x="{seed}">x</p>'),
    "html comment": lambda seed: _html(f"<!-- {seed} -->"),
    "html script": lambda seed: _html(f'<script type="application/json">{{"a": "{seed}"}}</script>'),
    "html style": lambda seed: _html(f"<style>/* {seed} */</style>"),
    "html entities": _entities,
    "html address": lambda seed: _html(
        f'<a href="?q={"".join(f"%{byte:02X}" for byte in seed.encode())}">x</a>'
    ),
    "html data uri": _data_uri,
    "svg text": lambda seed: _svg("<text>" + "".join(f"<tspan>{char}</tspan>" for char in seed) + "</text>"),
    "svg description": lambda seed: _svg(f"<desc>{seed}</desc>"),
    "svg metadata": lambda seed: _svg(f"<metadata><x y='{seed}'/></metadata>"),
    "csv": lambda seed: {"a.csv": f'id,"{seed}",3\n'.encode()},
    "csv of windows": lambda seed: {"a.csv": f"id;{seed};æøå\r\n".encode("cp1252")},
    "text in two bytes": lambda seed: {"a.txt": seed.encode("utf-16")},
    "json key": lambda seed: {"a.json": json.dumps({"x": [{seed: 1}]}).encode()},
    "json value": lambda seed: {"a.json": json.dumps({"x": [1, {"y": seed}]}).encode()},
    "json lines": lambda seed: {"a.jsonl": b'{"a": 1}\n' + json.dumps({"b": seed}).encode()},
    "markdown": lambda seed: {"a.md": f"# Titel\n\nOm {seed} og andet.\n".encode()},
    "pdf text": lambda seed: {"a.pdf": pdf_file(None, f"Om {seed} her")},
    "pdf typeset": _pdf_typeset,
    "pdf facts": _pdf_info,
    "pdf xmp": _pdf_xmp,
    "pdf attachment": _pdf_attached,
    "pdf outline": _pdf_outline,
    "pdf note": _pdf_note,
    "pdf alt text": _pdf_alt,
    "pdf, not shown": _pdf_unused,
    "pdf, older version": _pdf_old,
    "docx, letters apart in runs": lambda seed: _docx(word__document_xml=_runs(seed)),
    "docx, deleted": lambda seed: _docx(word__document_xml=_deleted(seed)),
    "docx comments": lambda seed: _docx(
        word__comments_xml=f"<w:comments {_W}><w:comment><w:p>{seed}</w:p></w:comment></w:comments>"
    ),
    "docx custom property": lambda seed: _docx(
        docProps__custom_xml=f"<Properties><property name='x'><lpwstr>{seed}</lpwstr></property></Properties>"
    ),
    "docx core property": _docx_core,
    "xlsx hidden sheet": hidden_sheet,
    "xlsx hidden row and column": _hidden_row,
    **{
        f"xlsx {what}": _xlsx_with(what)
        for what in ("cell", "comment", "name", "core", "custom", "link", "header")
    },
    "docx with a workbook in it": lambda seed: {
        "a.docx": zipped({"word/embeddings/x.xlsx": hidden_sheet(seed)["a.xlsx"]})
    },
    "png tEXt": lambda seed: _png("tEXt", seed),
    "png zTXt": lambda seed: _png("zTXt", seed),
    "png iTXt": lambda seed: _png("iTXt", seed),
    "jpeg exif": _jpeg,
    "jpeg note": _jpeg_note,
    "parquet text": lambda seed: parquet_file(["x", f"om {seed}"]),
    "parquet list": lambda seed: parquet_file([{"x": ["y", seed]}]),
    "parquet bytes": lambda seed: parquet_file([seed.encode()]),
    "parquet metadata": lambda seed: parquet_file([1, 2], seed),
    "zip in zip": _within_zip,
    "zip note": _zip_note,
    "zip, name of a part": lambda seed: {"a.zip": zipped({f"om {seed}.txt": "tekst"})},
    "gzip": lambda seed: {"a.csv.gz": gzip.compress(f"x\n{seed}\n".encode(), mtime=0)},
    "gzip, several": lambda seed: {
        "a.gz": gzip.compress(b"x\n", mtime=0) + gzip.compress(seed.encode(), mtime=0)
    },
    "packed as text": lambda seed: {
        "a.txt": base64.b64encode(zipped({"a.txt": f"{seed} " * 3, "b.txt": "y" * 300}))
    },
    "of no known kind": lambda seed: {"a.bin": bytes(range(32)) * 9 + seed.encode() + b"\0\1\2"},
    "of no known kind, two bytes": lambda seed: {
        "a.bin": bytes(range(32)) * 9 + seed.encode("utf-16-be") + b"\1\2"
    },
}
