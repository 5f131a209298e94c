"""What stands in a picture beside its points: notes, titles, who made it and with what. The points are not read."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator

from sagsbarometer.release.scanning import BREAK, Piece

_PNG = b"\x89PNG\r\n\x1a\n"
_OTHERS = (b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_EXIF = (b"eXIf", b"Raw profile type", b"zTXt", b"iTXt")  # where a PNG may have what cameras write
_AT_ONCE = 1_000_000  # bytes
_POINTS = frozenset({b"IDAT", b"PLTE", b"IHDR", b"IEND", b"fdAT"})


def is_picture(data: bytes) -> bool:
    """Whether the bytes are a picture of a kind that is read."""
    return data.startswith((_PNG, *_OTHERS)) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def picture_pieces(data: bytes, part: str, most: int) -> Iterator[Piece]:
    """The texts of a picture; at most `most` bytes of each that is packed."""
    inside = f"{part} › metadata" if part else "metadata"
    if data.startswith(_PNG):
        yield from _png(data, inside, most)
        if not any(held in data for held in _EXIF):
            return  # then its points need not be unfolded
    yield from _exif(data, inside)


def _png(data: bytes, part: str, most: int) -> Iterator[Piece]:
    at = len(_PNG)
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if len(body) < length:
            yield Piece(part, why="billedet er i stykker")
            return
        if kind == b"IEND":
            if rest := data[at + 12 :]:
                yield Piece(part, rest.decode("utf-8", "replace"))
            return
        if kind not in _POINTS:
            yield from _chunk(kind, body, part, most)
        at += 12 + length


def points(data: bytes, take: Callable[[int], bool]) -> list[tuple[int, int]]:
    """Where the points of a PNG lie, when they are nothing but that: they unpack to the last byte. None in others."""
    if not data.startswith(_PNG):
        return []
    unpacker = zlib.decompressobj()
    found = []
    at = len(_PNG)
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"IDAT":
            body = data[at + 8 : at + 8 + length]
            found.append((at + 8, at + 8 + len(body)))
            while body:
                try:
                    if not take(len(unpacker.decompress(body, _AT_ONCE))):
                        return []
                except zlib.error:
                    return []
                body = unpacker.unconsumed_tail
        at += 12 + length
    return found if unpacker.eof and not unpacker.unused_data else []


def _chunk(kind: bytes, body: bytes, part: str, most: int) -> Iterator[Piece]:
    key, _, rest = body.partition(b"\0")
    if kind == b"zTXt":
        yield _unpacked(part, key, rest[1:], most)
    elif kind == b"iTXt":
        packed, text = rest[:1] == b"\1", rest[2:]
        language, _, text = text.partition(b"\0")
        title, _, text = text.partition(b"\0")
        yield Piece(part, BREAK.join(item.decode("utf-8", "replace") for item in (language, title)))
        if packed:
            yield _unpacked(part, key, text, most)
        else:
            yield Piece(part, f"{key.decode('latin-1')}{BREAK}{text.decode('utf-8', 'replace')}")
    elif kind == b"iCCP":
        yield _unpacked(part, key, rest[1:], most)
    else:
        yield Piece(part, f"{body.decode('utf-8', 'replace')}{BREAK}{body.decode('latin-1')}")


def _unpacked(part: str, key: bytes, packed: bytes, most: int) -> Piece:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, max(1, most))
    except zlib.error:
        return Piece(part, why="metadata kan ikke pakkes ud")
    if not unpacker.eof:
        return Piece(part, why="metadata folder sig ud til mere, end der læses")
    return Piece(
        part,
        f"{key.decode('latin-1')}{BREAK}{text.decode('utf-8', 'replace')}{BREAK}{text.decode('latin-1')}",
    )


def _exif(data: bytes, part: str) -> Iterator[Piece]:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            texts = [_told(value) for value in picture.info.values()]
            exif = picture.getexif()
            texts += [_told(value) for value in exif.values()]
            for place in (0x8769, 0x8825, 0xA005):
                texts += [_told(value) for value in exif.get_ifd(place).values()]
    except Exception:  # a damaged picture makes the library fail in any way there is
        yield Piece(part, why="metadata kan ikke læses")
        return
    yield Piece(part, BREAK.join(filter(None, texts)))


def _told(value: object) -> str:
    if isinstance(value, bytes):
        texts = [value.decode("utf-8", "replace")]
        if b"\0" in value:
            texts += [value.decode("utf-16-le", "replace"), value.decode("utf-16-be", "replace")]
        return BREAK.join(texts)
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value
    read = value.encode("latin-1", "ignore").decode(
        "utf-8", "ignore"
    )  # as most write it, whatever the rule is
    return f"{value}{BREAK}{read}"
