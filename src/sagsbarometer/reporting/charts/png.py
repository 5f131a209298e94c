"""A picture as PNG: for Word, slides and mail, which do not all take SVG."""

from __future__ import annotations

import functools
import struct
import zlib
from collections.abc import Iterator

from sagsbarometer.reporting.charts.scene import register_fonts

_SIGN = b"\x89PNG\r\n\x1a\n"
_KEPT = (b"IHDR", b"pHYs", b"PLTE", b"tRNS", b"IDAT", b"IEND")  # in this order; no text and no time
_PER_METRE = 3780  # pixels in a metre of a screen, at 96 to the inch


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
    # It comes packed for speed, four times as large as it need be.
    kept[b"IDAT"] = zlib.compress(zlib.decompress(kept[b"IDAT"]), 6)
    dense = round(_PER_METRE * scale)
    kept[b"pHYs"] = struct.pack(">IIB", dense, dense, 1)
    return _SIGN + b"".join(_chunk(kind, kept[kind]) for kind in _KEPT if kind in kept)


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
