"""Files as somebody might send them: ordinary ones, and some sixty made to do harm."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial


def seconds() -> float:
    """Processor time of this process and of those it has waited for. On a busy machine the clock says nothing."""
    return sum(os.times()[:4])


MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(text: str = "Afgoerelse. Fiktivt dokument.", *, extra: str = "", page: str = "", stream: bytes = b"",
        filters: str = "", objects: str = "", trailer: str = "") -> bytes:  # fmt: skip
    """A PDF of one page. `extra` goes into its catalog, `page` into its page, `stream` in place of its content."""
    content = stream or f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1")
    parts = [
        f"<</Type/Catalog/Pages 2 0 R{extra}>>".encode(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            f"/Resources<</Font<</F1 5 0 R>>>>{page}>>"
        ).encode(),
        f"<</Length {len(content)}{filters}>>".encode() + b"\nstream\n" + content + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        *([objects.encode()] if objects else []),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table
    return out + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(parts) + 1, trailer.encode(), start,
    )  # fmt: skip


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as book:
        for name, content in entries.items():
            book.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content, method)
    return out.getvalue()


def docx(
    text: str = "Afgørelse",
    *,
    kind: str = MAIN,
    body: str = "",
    head: str = "",
    more: dict[str, bytes] | None = None,
    rels: str = "",
) -> bytes:
    """A DOCX."""
    paragraphs = body or f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    return archive(
        {
            "[Content_Types].xml": (
                '<?xml version="1.0" encoding="UTF-8"?>'
                '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
            ).encode(),
            "word/document.xml": (
                f'<?xml version="1.0" encoding="UTF-8"?>{head}<w:document xmlns:w="{_W}"><w:body>{paragraphs}'
                "</w:body></w:document>"
            ).encode(),
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELS}">{rels}</Relationships>'.encode(),
            "docProps/app.xml": b"<Properties><Pages>3</Pages></Properties>",
            **(more or {}),
        }
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 4, height: int = 4) -> bytes:
    """A grey PNG; a huge one has a huge header and little else."""
    rows = zlib.compress(b"\0" * min((width + 1) * height, 100_000))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def jpeg(width: int = 4, height: int = 4) -> bytes:
    """The head of a JPEG."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x04\x00\x00" + frame + b"\xff\xda\x00\x02\x00\xff\xd9"


def tiff(width: int = 4, height: int = 4, pages: int = 1, *, ring: bool = False) -> bytes:
    """The directories of a TIFF."""
    out = b"II*\x00" + struct.pack("<I", 8)
    for number in range(pages):
        following = 0 if number == pages - 1 else len(out) + 2 + 24 + 4
        entries = struct.pack("<HHII", 256, 4, 1, width) + struct.pack("<HHII", 257, 4, 1, height)
        out += struct.pack("<H", 2) + entries + struct.pack("<I", 8 if ring else following)
    return out


def _zeros(megabytes: int, times: int = 1) -> bytes:
    """Zeros, deflated `times` times over."""
    engine = zlib.compressobj(9)
    out = b"".join(engine.compress(b"\0" * 1_000_000) for _ in range(megabytes)) + engine.flush()
    for _ in range(times - 1):
        out = zlib.compress(out, 9)
    return out


def _patched(data: bytes, mark: bytes, at: int, fmt: str, value: int, nth: int = 0) -> bytes:
    """`data` with a number of the `nth` record that begins with `mark` replaced."""
    place = -1
    for _ in range(nth + 1):
        place = data.index(mark, place + 1)
    out = bytearray(data)
    struct.pack_into(fmt, out, place + at, value)
    return bytes(out)


def _flat(megabytes: int, copies: int = 1, name: str = "sag{}.pdf") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as book:
        for number in range(copies):
            with book.open(name.format(number), "w") as member:
                for _ in range(megabytes):
                    member.write(b"\0" * 1_000_000)
    return out.getvalue()


def _overlapping() -> bytes:
    """One member that three entries of the list point to (as David Fifield's bombs do)."""
    data = archive({"aaa.pdf": pdf(), "bbb.pdf": pdf(), "ccc.pdf": pdf()}, zipfile.ZIP_STORED)
    for nth in (1, 2):
        data = _patched(data, b"PK\x01\x02", 42, "<I", 0, nth)
    return data.replace(b"bbb.pdf", b"aaa.pdf").replace(b"ccc.pdf", b"aaa.pdf")


def _quoted() -> bytes:
    """A member whose bytes hold the next one's header and content."""
    data = archive({"aaa.pdf": b"x" * 40, "bbb.pdf": pdf()}, zipfile.ZIP_STORED)
    second = data.index(b"PK\x03\x04", 4)
    for at in (20, 24):
        data = _patched(data, b"PK\x01\x02", at, "<I", second + 40 - 37, 0)
    return data


def _link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        info = zipfile.ZipInfo("sag.pdf", (2024, 1, 1, 0, 0, 0))
        info.create_system, info.external_attr = 3, 0o120777 << 16
        book.writestr(info, b"/etc/passwd")
    return out.getvalue()


def _named(name: str) -> bytes:
    """A ZIP whose member has exactly this name, whatever the library thinks of it."""
    stand_in = "n" * len(name.encode())
    return archive({stand_in: pdf()}, zipfile.ZIP_STORED).replace(stand_in.encode(), name.encode())


def _laughs() -> str:
    lines = ['<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return f"<!DOCTYPE d [{''.join(lines)}]>"


def _locked_pdf(user: str) -> bytes:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as book:
        book.save(out, encryption=pikepdf.Encryption(user=user, owner="ejer", R=6))
    return out.getvalue()


def _hidden_script() -> bytes:
    """A script inside an object stream, where it cannot be seen in the bytes."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as book:
        book.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
        )
        book.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _many_objects(count: int) -> bytes:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as book:
        book.Root.Many = pikepdf.Array([book.make_indirect(pikepdf.Dictionary(A=n)) for n in range(count)])
        book.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _ole(mark: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + mark.encode("utf-16-le") + b"\0" * 2_000


def _rel(kind: str) -> str:
    return (
        f'<Relationship Id="r1" Type="{_OFFICE}/{kind}" Target="http://x.invalid/a" TargetMode="External"/>'
    )


def _image_object(width: int, height: int) -> str:
    return (
        f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8"
        "/Length 2>>\nstream\nxx\nendstream"
    )


# name of the file as sent, how it is made, the codes it may be refused with
Bomb = tuple[str, Callable[[], bytes], str]


def _archives() -> Iterator[Bomb]:
    yield "flad.zip", lambda: _flat(400), "DOK-123"
    yield "flad mange.zip", lambda: _flat(4, 150), "DOK-122"
    yield "nestet.zip", lambda: archive({"indre.zip": archive({"a.pdf": pdf()})}), "DOK-124"
    yield (
        "nestet dybt.zip",
        lambda: archive({"a.zip": archive({"b.zip": archive({"c.zip": _flat(100)})})}),
        "DOK-124",
    )
    yield "nestet skjult.zip", lambda: archive({"a.pdf": _flat(100)}), "DOK-123 DOK-105"
    yield "overlap.zip", _overlapping, "DOK-127 DOK-129"
    yield "citeret.zip", _quoted, "DOK-127 DOK-106"
    yield "mange.zip", lambda: archive({f"{n}.pdf": b"%PDF-" for n in range(300)}), "DOK-121"
    yield "rigtig mange.zip", lambda: archive({f"{n}.pdf": b"" for n in range(30_000)}), "DOK-121"
    yield (
        "zip64.zip",
        lambda: _patched(archive({"a.pdf": pdf()}), b"PK\x05\x06", 10, "<H", 0xFFFF),
        "DOK-127 DOK-122",
    )
    yield (
        "stort tal.zip",
        lambda: _patched(archive({"a.pdf": pdf()}), b"PK\x01\x02", 24, "<I", 2**32 - 1),
        "DOK-122",
    )
    yield "lyver.zip", lambda: _patched(_flat(50), b"PK\x01\x02", 24, "<I", 10), "DOK-127 DOK-106"
    yield (
        "lyver stort.zip",
        lambda: _patched(archive({"a.pdf": pdf()}), b"PK\x01\x02", 24, "<I", 10**9),
        "DOK-122",
    )
    yield "låst.zip", lambda: _patched(archive({"a.pdf": pdf()}), b"PK\x01\x02", 8, "<H", 1), "DOK-107"
    yield (
        "skjult liste.zip",
        lambda: _patched(archive({"a.pdf": pdf()}), b"PK\x01\x02", 8, "<H", 0x2000),
        "DOK-107",
    )
    yield "bzip2.zip", lambda: archive({"a.pdf": pdf()}, zipfile.ZIP_BZIP2), "DOK-128"
    yield "lzma.zip", lambda: archive({"a.pdf": pdf()}, zipfile.ZIP_LZMA), "DOK-128"
    yield "to lister.zip", lambda: archive({"a.pdf": pdf()}).replace(b"a.pdf", b"b.pdf", 1), "DOK-127"
    yield "afkortet.zip", lambda: archive({"a.pdf": pdf()})[:-30], "DOK-106"
    yield "foran.zip", lambda: b"PK\x03\x04" + b"x" * 99 + archive({"a.pdf": pdf()}), "DOK-127"
    yield "bagefter.zip", lambda: archive({"a.pdf": pdf()}) + b"mere", "DOK-127"
    yield (
        "forkert crc.zip",
        lambda: _patched(archive({"a.pdf": pdf()}), b"PK\x01\x02", 16, "<I", 1),
        "DOK-106",
    )
    yield "genvej.zip", _link, "DOK-126"
    yield "dobbelt.zip", lambda: archive({"A.pdf": pdf(), "a.pdf": pdf()}), "DOK-129"
    yield "tom.zip", lambda: archive({}), "DOK-130"
    yield "kun mapper.zip", lambda: archive({"mappe/": b""}), "DOK-130"
    for name in (
        "../a.pdf", "/a.pdf", "a/../../b.pdf", "..\\a.pdf", "C:\\a.pdf", "C:a.pdf", "a\x00.pdf", "a\u202efdp.exe",
        "\uff0e\uff0e/a.pdf", "a//b.pdf", "./a.pdf", "a\n.pdf", "x" * 300 + ".pdf",
    ):  # fmt: skip
        yield "navn.zip", partial(_named, name), "DOK-125"


def _office() -> Iterator[Bomb]:
    yield (
        "regneark.xlsx",
        lambda: archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}),
        "DOK-104",
    )
    yield (
        "bombe.xlsx",
        lambda: archive({"[Content_Types].xml": b"<Types/>", "xl/a.xml": b"\0" * 160_000_000}),
        "DOK-113",
    )
    yield "bombe.docx", lambda: docx(more={"word/a.xml": b"<a>" + b" " * 160_000_000}), "DOK-113"
    yield (
        "tekst.docx",
        lambda: docx(body="<w:p><w:r><w:t>" + "a " * 7_000_000 + "</w:t></w:r></w:p>"),
        "DOK-113 DOK-115",
    )
    yield "dyb.docx", lambda: docx(body="<w:p>" * 20_000 + "</w:p>" * 20_000), "DOK-115"
    yield "mange.docx", lambda: docx(more={f"word/{n}.xml": b"<a/>" for n in range(2_100)}), "DOK-115 DOK-121"
    yield "latter.docx", lambda: docx(head=_laughs(), text="&a9;"), "DOK-112"
    external = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield "udefra.docx", lambda: docx(head=external, text="&x;"), "DOK-112"
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    yield "makro.docx", lambda: docx(kind=macro), "DOK-108"
    yield "makro del.docx", lambda: docx(more={"word/vbaProject.bin": b"x"}), "DOK-108"
    yield "activex.docx", lambda: docx(more={"word/activeX/activeX1.xml": b"<a/>"}), "DOK-109"
    yield "indlejret.docx", lambda: docx(more={"word/embeddings/oleObject1.bin": b"x"}), "DOK-110"
    yield "skabelon.docx", lambda: docx(rels=_rel("attachedTemplate")), "DOK-111"
    yield "billede udefra.docx", lambda: docx(rels=_rel("image")), "DOK-111"
    yield "ødelagt.docx", lambda: docx(body="<w:p>"), "DOK-106"
    yield "gammel.doc", lambda: _ole("WordDocument"), "DOK-104"
    yield "gammel makro.doc", lambda: _ole("_VBA_PROJECT"), "DOK-108"
    yield "låst.docx", lambda: _ole("EncryptedPackage"), "DOK-107"


def _pdfs() -> Iterator[Bomb]:
    flate, twice = "/Filter/FlateDecode", "/Filter[/FlateDecode/FlateDecode]"
    yield "strøm.pdf", lambda: pdf(stream=_zeros(300), filters=flate), "DOK-113"
    yield "nestet.pdf", lambda: pdf(stream=_zeros(1_000, 2), filters=twice), "DOK-113"
    yield "nestet tre.pdf", lambda: pdf(stream=_zeros(200, 3), filters="/Filter[/Fl/Fl/Fl]"), "DOK-113"
    yield (
        "forklædt.pdf",
        lambda: pdf(stream=_zeros(200, 2), filters="/Filter[/Fl#61teDecode/F#6cateDecode]"),
        "DOK-113",
    )
    yield (
        "peger.pdf",
        lambda: pdf(stream=_zeros(300, 2), filters="/Filter 6 0 R", objects="[/FlateDecode/FlateDecode]"),
        "DOK-113 DOK-116",
    )
    yield "kæmpe billede.pdf", lambda: pdf(objects=_image_object(60_000, 60_000)), "DOK-114"
    yield "låst.pdf", lambda: _locked_pdf("hemmelig"), "DOK-107"
    yield "begrænset.pdf", lambda: _locked_pdf(""), "DOK-107"
    yield "script.pdf", lambda: pdf(extra="/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"), "DOK-109"
    yield "skjult script.pdf", _hidden_script, "DOK-109"
    yield "starter.pdf", lambda: pdf(page="/AA<</O<</S/Launch/F(cmd.exe)>>>>"), "DOK-109"
    yield "vedhæftet.pdf", lambda: pdf(extra="/Names<</EmbeddedFiles<</Names[]>>>>"), "DOK-110"
    yield "uden sider.pdf", lambda: b"%PDF-1.7\n%%EOF\n", "DOK-106"
    yield "vrøvl.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 4_000, "DOK-106"
    yield "mange.pdf", lambda: _many_objects(300_000), "DOK-115 DOK-116"


def _others() -> Iterator[Bomb]:
    yield "flod.png", lambda: png(100_000, 100_000), "DOK-114"
    yield "flod.jpg", lambda: jpeg(65_000, 65_000), "DOK-114"
    yield "flod.tif", lambda: tiff(100_000, 100_000), "DOK-114"
    yield "ring.tif", lambda: tiff(ring=True), "DOK-106"
    yield "sider.tif", lambda: tiff(pages=600), "DOK-115"
    yield "nul.png", lambda: png(0, 4), "DOK-106"
    yield "kort.jpg", lambda: b"\xff\xd8\xff", "DOK-106"
    yield "program.pdf", lambda: b"MZ" + b"\0" * 500, "DOK-104"
    yield "script.pdf", lambda: b"<html><script>alert(1)</script>", "DOK-104"
    yield "tegning.png", lambda: b"<svg onload='alert(1)'/>", "DOK-104"
    yield "skal.docx", lambda: b"#!/bin/sh\n", "DOK-104"
    yield "rtf.docx", lambda: b"{\\rtf1}", "DOK-104"
    yield "tom.pdf", lambda: b"", "DOK-101"
    yield "billede.pdf", lambda: png(), "DOK-105"
    yield "brev.docx", lambda: pdf(), "DOK-105"
    yield "brev.exe", lambda: pdf(), "DOK-105"


def bombs() -> list[Bomb]:
    """All of them."""
    return [*_archives(), *_office(), *_pdfs(), *_others()]
