"""Pictures as PNG: as large as asked, with nothing in them but the picture."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sagsbarometer.reporting.charts.charts import svg
from sagsbarometer.reporting.charts.png import png, size
from tests.reports_in_tests import FIGURES, edition

SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20">'
    "<metadata>hemmelig</metadata><title>hemmelig</title>"
    '<rect width="40" height="20" fill="#0f4c66"/></svg>'
)


def chunks(picture: bytes) -> list[tuple[bytes, bytes]]:
    """Every piece of a PNG; its checksum is right."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    found, at = [], 8
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        kind, content = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        assert picture[at + 8 + length : at + 12 + length] == struct.pack(">I", zlib.crc32(kind + content))
        found.append((kind, content))
        at += length + 12
    return found


@pytest.mark.parametrize("scale", [1, 2, 3.5])
def test_it_is_as_large_as_asked_and_says_how_dense_it_is(scale: float) -> None:
    picture = png(SQUARE, scale)
    assert size(picture) == (40 * scale, 20 * scale)
    across, down, unit = struct.unpack(">IIB", dict(chunks(picture))[b"pHYs"])
    assert across == down
    assert unit == 1
    inches = 40 * scale / across / 0.0254
    assert inches == pytest.approx(40 / 96, rel=0.001)  # as large as the SVG is on a screen


def test_another_program_reads_the_same_colours() -> None:
    with Image.open(io.BytesIO(png(SQUARE))) as opened:
        assert opened.size == (80, 40)
        assert opened.convert("RGB").getpixel((40, 20)) == (0x0F, 0x4C, 0x66)


def test_it_holds_no_words_and_no_time() -> None:
    for picture in (png(SQUARE), png(svg(edition(), FIGURES[0]))):
        assert [kind for kind, _ in chunks(picture)] == [b"IHDR", b"pHYs", b"IDAT", b"IEND"]
        assert b"hemmelig" not in picture


def test_words_that_the_drawing_library_would_put_in_are_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.BytesIO()
    words = PngInfo()
    words.add_text("Creation Time", "hemmelig")
    Image.new("RGBA", (4, 2), "#0f4c66").save(told, "png", pnginfo=words)
    assert b"hemmelig" in told.getvalue()
    monkeypatch.setattr("vl_convert.svg_to_png", lambda svg, scale: told.getvalue())
    picture = png(SQUARE.replace("40", "4"))
    assert b"hemmelig" not in picture
    assert size(picture) == (4, 2)


def test_the_same_picture_gives_the_same_bytes() -> None:
    drawn = svg(edition(), FIGURES[2])
    assert png(drawn) == png(drawn)
    assert len(png(drawn)) < 120_000
