"""Documents of a case as they are delivered: real files, checked, read and locked as any."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LINES = (
    "Afgoerelse om ledsagelse",
    "Ansoegningen kom den 2. marts 2026.",
    "Kommunen har ikke vurderet den enkelte borger.",
    "Der er lagt vaegt paa en generel vejledning.",
)


def pdf_of(
    pages: Sequence[Sequence[str]], *, rotate: int = 0, media: str = "0 0 595 842", ballast: int = 0
) -> bytes:
    """A PDF of words, a line under the other from the top left. `ballast`: bytes of a picture on each page."""
    objects: list[bytes] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    kids = []
    for number, lines in enumerate(pages):
        said = "".join(f"({line}) Tj 0 -30 Td " for line in lines)
        content = f"BT /F1 16 Tf 72 760 Td {said}ET".encode("latin-1")
        objects.append(b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content))
        drawn = ""
        if ballast:
            grey = (b"%07d" % number * (ballast // 7 + 1))[:ballast]
            head = b"<</Subtype/Image/Width %d/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>"
            objects.append(head % (ballast, ballast) + b"\nstream\n" + grey + b"\nendstream")
            drawn = f"/XObject<</I {len(objects)} 0 R>>"
        contents = len(objects) - bool(ballast)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[{media}]/Rotate {rotate}/Contents {contents} 0 R"
            f"/Resources<</Font<</F1 3 0 R>>{drawn}>>>>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>".encode()
    return file_of(objects)


def scanned(width: int = 600, height: int = 800) -> bytes:
    """A PDF of one page that is a picture alone."""
    grey = bytes((x * y) % 256 for y in range(height // 4) for x in range(width // 4))
    head = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>"
    draw = b"q 595 0 0 842 0 0 cm /I Do Q"
    return file_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
            b"<</Length %d>>\nstream\n%s\nendstream" % (len(draw), draw),
            head % (width // 4, height // 4, len(grey)) + b"\nstream\n" + grey + b"\nendstream",
        ]
    )


def photographed(
    lines: Sequence[str], kind: str = "PDF", *, turn: int = 0, pages: int = 1, size: int = 34
) -> bytes:
    """Lines of text as a scanner sees them: pictures of A4 pages at 200 dpi. `turn`: how they must be turned to be
    read, in degrees clockwise."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", (1654, 2339), 255)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(size)
    for number, line in enumerate(lines):
        draw.text((160, 200 + number * 2 * size), line, font=font, fill=20)
    made = page.rotate(turn, expand=True)
    out, more = io.BytesIO(), {"resolution": 200} if kind == "PDF" else {}
    if pages > 1:
        more |= {"save_all": True, "append_images": [made] * (pages - 1)}
    made.save(out, kind, **more)
    return out.getvalue()


def file_of(objects: Sequence[bytes]) -> bytes:
    """A PDF of objects, the first of which is its catalog."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def image(kind: str, width: int = 400, height: int = 300, pages: int = 1) -> bytes:
    """A PNG, JPEG or TIFF: white, with a black square in its upper left corner."""
    from PIL import Image

    made = []
    for _ in range(pages):
        page = Image.new("RGB", (width, height), "white")
        page.paste("black", (0, 0, width // 4, height // 4))
        made.append(page)
    out = io.BytesIO()
    more = {"save_all": True, "append_images": made[1:]} if kind == "TIFF" else {}
    made[0].save(out, kind, **more)
    return out.getvalue()


def delivered(cast: Any, case: Any, name: str, content: bytes, folder: Path) -> Any:
    """A document of a case, taken in as an upload is. Raises AssertionError where it is refused."""
    from sagsbarometer.documents.checking import pieces
    from sagsbarometer.web.documents import storing
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.home import this_home

    path = folder / "sent"
    path.write_bytes(content)
    (piece,) = pieces(path, name, folder)
    assert not piece.refused, piece.refused
    kept = storing.kept(case, piece, this_home().keys.study(case.study_id), cast.kim.id)
    with acting("system:tests", "documents"):
        kept.document.save(force_insert=True)
    return kept.document
