"""How large a picture is, from its header: nothing is decoded."""

from __future__ import annotations

import struct

from sagsbarometer.documents.limits import LIMITS, Limits
from sagsbarometer.documents.refusals import Refused

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}  # bytes of a TIFF value
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})


def pages_of(kind: str, data: bytes, limits: Limits = LIMITS) -> int:
    """How many pages a picture has. Raises Refused DOK-106 when it is damaged, DOK-114 and DOK-115 when too large."""
    try:
        if kind == "png":
            _measured(*_png(data), limits)
            return 1
        if kind == "jpeg":
            _measured(*_jpeg(data), limits)
            return 1
        return _tiff(data, limits)
    except (struct.error, IndexError) as error:
        raise Refused("DOK-106") from error


def _measured(width: int, height: int, limits: Limits) -> None:
    if not width or not height:
        raise Refused("DOK-106")
    if width * height > limits.pixels:
        raise Refused("DOK-114")


def _png(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR" or b"IEND" not in data[-32:]:
        raise Refused("DOK-106")
    width, height = struct.unpack(">II", data[16:24])
    return int(width), int(height)


def _jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    while True:
        while data[at] != 0xFF or data[at + 1] in (0x00, 0xFF):
            at += 1
        marker = data[at + 1]
        at += 2
        if marker in _ALONE:
            continue
        if marker in (0xD9, 0xDA):  # the picture begins before anything said how large it is
            raise Refused("DOK-106")
        (length,) = struct.unpack(">H", data[at : at + 2])
        if length < 2:
            raise Refused("DOK-106")
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 3 : at + 7])
            return int(width), int(height)
        at += length


def _tiff(data: bytes, limits: Limits) -> int:
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack(order + "I", data[4:8])
    seen: set[int] = set()
    while at:
        if at in seen:
            raise Refused("DOK-106")
        seen.add(at)
        if len(seen) > limits.pictures:
            raise Refused("DOK-115")
        (entries,) = struct.unpack(order + "H", data[at : at + 2])
        found: dict[int, int] = {}
        for number in range(entries):
            start = at + 2 + 12 * number
            tag, type_, count = struct.unpack(order + "HHI", data[start : start + 8])
            if tag in (256, 257) and count == 1:
                size = _SIZES.get(type_, 0)
                if size not in (2, 4):
                    raise Refused("DOK-106")
                (found[tag],) = struct.unpack(
                    order + ("H" if size == 2 else "I"), data[start + 8 : start + 8 + size]
                )
        _measured(found.get(256, 0), found.get(257, 0), limits)
        end = at + 2 + 12 * entries
        (at,) = struct.unpack(order + "I", data[end : end + 4])
    if not seen:
        raise Refused("DOK-106")
    return len(seen)
