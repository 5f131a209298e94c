"""A picture as PNG: for Word, slides and mail, which do not all take SVG."""

from __future__ import annotations

import functools
import struct
import zlib
from collections.abc import Iterator, Mapping

from sagsbarometer.reporting.charts.scene import register_fonts

_SIGN = b"\x89PNG\r\n\x1a\n"
_KEPT = (b"IHDR", b"pHYs", b"PLTE", b"tRNS", b"IDAT", b"IEND")  # in this order; no text and no time
_PER_METRE = 3780  # pixels in a metre of a screen, at 96 to the inch
_OF_FOUR = [8, 6, 0, 0, 0]  # in the head: red, green, blue and how solid, a byte each
_OF_A_PALETTE = [8, 3, 0, 0, 0]  # a byte that is a place in the palette
_MOST_COLOURS, _SOLID = 256, 255
_OF_COLOURS, _OF_PLACES = 6, 4  # how hard to pack: places are hardly smaller for more, and take twice as long


@functools.lru_cache(maxsize=64)  # a figure stands in several texts
def png(svg: str, scale: float = 2) -> bytes:
    """`svg` as PNG with `scale` pixels for each of its own; the same bytes for the same picture.

    It says how dense it is, so that it has the same size as the SVG where it is put in, and nothing else.
    """
    import vl_convert

    register_fonts()
    kept = {b"IDAT": b""}
    for kind, content in _chunks(vl_convert.svg_to_png(svg, scale=scale)):
        kept[kind] = kept.get(kind, b"") + content
    kept |= _packed(kept)
    dense = round(_PER_METRE * scale)
    kept[b"pHYs"] = struct.pack(">IIB", dense, dense, 1)
    return _SIGN + b"".join(_chunk(kind, kept[kind]) for kind in _KEPT if kind in kept)


def _packed(chunks: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """The chunks of the same picture packed well: it comes packed for speed, many times as large as it need be."""
    width, height, *kind = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    rows = zlib.decompress(chunks[b"IDAT"], bufsize=height * (4 * width + 1))
    if kind == _OF_FOUR and (found := indexed(rows, width, height)):
        places, palette = found
        head = struct.pack(">IIBBBBB", width, height, *_OF_A_PALETTE)
        return {b"IHDR": head, b"PLTE": palette, b"IDAT": zlib.compress(places, _OF_PLACES)}
    return {b"IDAT": zlib.compress(rows, _OF_COLOURS)}


def indexed(rows: bytes, width: int, height: int) -> tuple[bytes, bytes] | None:
    """The rows of a picture of four bytes a pixel as rows of places in a palette, and the palette (PNG, third edition,
    7.2 and 9.2). None where a row is not told by what differs from the pixel before (filter 1, as they come), where
    one can see through something, or where there are more than 256 colours.

    A quarter as much to pack: a chart has few colours. Most pixels are as the one before, so that only the others, and
    the first of each row, are looked at.
    """
    import numpy as np

    told = np.frombuffer(rows, np.uint8).reshape(height, 4 * width + 1)
    if (told[:, 0] != 1).any():
        return None
    steps = np.ascontiguousarray(told[:, 1:]).view(np.uint32).ravel()
    first = np.arange(0, height * width, width)
    changed = steps != 0
    changed[first] = True
    at = np.flatnonzero(changed)
    # Each row starts from nothing: what the rows before it came to is taken off. Bytes go round at 256, as in a PNG.
    sums = np.cumsum(steps[at].view(np.uint8).reshape(-1, 4), axis=0, dtype=np.uint8)
    begins = np.searchsorted(at, first)
    before = np.zeros((height, 4), np.uint8)
    before[1:] = sums[begins[1:] - 1]
    pixels = sums - np.repeat(before, np.diff(begins, append=len(at)), axis=0)
    drawn = pixels.view(np.uint32).ravel()
    colours = np.unique(drawn)
    palette = colours.view(np.uint8).reshape(-1, 4)
    if len(colours) > _MOST_COLOURS or (palette[:, 3] != _SOLID).any():
        return None
    found = np.zeros((height, width + 1), np.uint8)  # filter 0: each pixel as it is
    places = np.searchsorted(colours, drawn).astype(np.uint8)
    lengths = np.diff(at, append=height * width)
    found[:, 1:] = np.repeat(places, lengths).reshape(height, width)
    return found.tobytes(), palette[:, :3].tobytes()


def size(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels."""
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGN)
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
