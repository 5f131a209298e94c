"""Pictures as PNG: as large as asked, with nothing in them but the picture."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sagsbarometer.reporting.charts.charts import svg
from sagsbarometer.reporting.charts.png import indexed, png, size
from tests.conftest import trials
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
        assert [kind for kind, _ in chunks(picture)] == [b"IHDR", b"pHYs", b"PLTE", b"IDAT", b"IEND"]
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
    assert len(png(drawn)) < 60_000


def pixels(picture: bytes) -> bytes:
    """The picture as another program reads it, four bytes a pixel."""
    with Image.open(io.BytesIO(picture)) as opened:
        return opened.convert("RGBA").tobytes()


@pytest.mark.parametrize("number", range(len(FIGURES)))
def test_packing_changes_no_pixel(number: int) -> None:
    drawn = svg(edition(), FIGURES[number])
    assert pixels(png(drawn)) == pixels(vl_convert.svg_to_png(drawn, scale=2))


CLEAR = SQUARE.replace("<rect", '<rect opacity="0.5"')
MANY = SQUARE.replace(
    '<rect width="40" height="20" fill="#0f4c66"/>',
    "".join(f'<rect x="{n % 40}" y="{n // 40}" width="1" height="1" fill="#{n:06x}"/>' for n in range(800)),
)


@pytest.mark.parametrize("drawn", [CLEAR, MANY])
def test_a_picture_that_no_palette_holds_keeps_its_colours(drawn: str) -> None:
    """One can see through it, or it has more than 256 colours."""
    picture = png(drawn)
    assert b"PLTE" not in dict(chunks(picture))
    assert pixels(picture) == pixels(vl_convert.svg_to_png(drawn, scale=2))


def rows_of(colours: list[list[int]], width: int) -> bytes:
    """Rows of a PNG that tell each pixel by what differs from the one before."""
    told = bytearray()
    for row in colours:
        told.append(1)
        before = [0, 0, 0, 0]
        for colour in row:
            now = [colour >> 16 & 255, colour >> 8 & 255, colour & 255, 255]
            told += bytes((new - old) % 256 for new, old in zip(now, before, strict=True))
            before = now
        assert len(row) == width
    return bytes(told)


@given(st.data())
@settings(max_examples=trials(2_000))
def test_each_pixel_keeps_its_colour(data: st.DataObject) -> None:
    width, height = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 5))
    some = data.draw(st.lists(st.integers(0, 0xFFFFFF), min_size=1, max_size=4))
    line = st.lists(st.sampled_from(some), min_size=width, max_size=width)
    colours = data.draw(st.lists(line, min_size=height, max_size=height))
    found = indexed(rows_of(colours, width), width, height)
    assert found is not None
    places, palette = found
    read = []
    for row in range(height):
        filtered, *of = places[row * (width + 1) : (row + 1) * (width + 1)]
        assert filtered == 0
        read.append([int.from_bytes(palette[3 * place : 3 * place + 3]) for place in of])
    assert read == colours
    assert len(palette) == 3 * len({colour for row in colours for colour in row})


def test_rows_told_in_another_way_are_left_as_they_are() -> None:
    rows = bytes([0, *(0, 0, 0, 255) * 2])
    assert indexed(rows, 2, 1) is None
