"""Any file taken apart to the texts in it: archives in archives, office files, pictures, data, pages.

What a stranger made is read within bounds: how much it unfolds to, how deep, how many parts. What is beyond them, or
cannot be read, is told as such.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote_to_bytes

from sagsbarometer.kernel.archives import BROKEN_ARCHIVE
from sagsbarometer.release.scanning import BREAK, Piece
from sagsbarometer.release.scanning_markup import (
    decoded,
    embedded,
    is_markup,
    json_pieces,
    long_base64,
    markup_pieces,
    read_json,
    unescaped,
    without_embedded,
    without_places,
)
from sagsbarometer.release.scanning_pictures import is_picture, picture_pieces, points

MAX_UNFOLDED = 400_000_000  # bytes, of one file with everything in it
MAX_MEMBERS = 20_000
MAX_DEPTH = 6
_MARKS = (b"PK\1\2", b"PK\3\4", b"PK\5\6")  # where the parts of an archive begin
# Formats whose contents are packed in ways that are not unfolded here.
_PACKED = {
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!": "RAR",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "XZ",
    b"(\xb5/\xfd": "Zstandard",
    b"\xd0\xcf\x11\xe0": "en ældre Office-fil",
    b"SQLite format 3": "en database",
}
# Letters and digits among bytes: as ASCII, UTF-8 or Latin-1 has them; and as UTF-16 has them, in either order: with a
# nought after each letter, or after each but the last.
_SEEN = re.compile(
    rb"(?:[\t\r\n\x20-\x7e]|\xc3[\x80-\xbf]|[\xc5\xc6\xd8\xe5\xe6\xe9\xf8]|\xe2\x80[\x80-\xbf]){4,}"
)
_SEEN_WIDE = re.compile(rb"(?:[\t\r\n\x20-\x7e\xc0-\xff]\0){4,}[\x20-\x7e\xc0-\xff]?")
_TEN = re.compile(r"\d{10}")
_ODD = bytes(byte for byte in range(32) if byte not in (9, 10, 12, 13, 27))
_FONTS = (b"OTTO", b"\0\1\0\0", b"true", b"wOFF", b"wOF2", b"ttcf")


@dataclass(slots=True)
class Budget:
    """What is left of what a file may unfold to. `progress` is told the name of each part of an archive."""

    bytes_left: int = MAX_UNFOLDED
    members_left: int = MAX_MEMBERS

    def take(self, size: int) -> bool:
        """Takes `size` bytes; False when there are not so many left."""
        self.bytes_left -= size
        return self.bytes_left >= 0


def file_pieces(name: str, data: bytes) -> Iterator[Piece]:
    """Every text of a file by its bytes; its name is the caller's."""
    yield from _pieces(name, data, "", 0, Budget())


def _pieces(name: str, data: bytes, part: str, depth: int, budget: Budget) -> Iterator[Piece]:
    if depth > MAX_DEPTH:
        yield Piece(part, why="arkiver i arkiver, for mange lag")
        return
    if not data:
        return
    reader = _reader(name, data)
    try:
        yield from reader(name, data, part, depth, budget)
        if reader is not _zip and zipfile.is_zipfile(io.BytesIO(data)):
            yield from _zip(name, data, part, depth, budget)  # an archive behind something else
    except Exception:  # files of anybody, read by libraries that fail in any way there is
        yield Piece(part, why="er i stykker eller lavet på en måde, der ikke kendes")
        yield raw_piece(part, data)


def _reader(name: str, data: bytes) -> Callable[[str, bytes, str, int, Budget], Iterator[Piece]]:
    """How a file is read: by what it is, whatever it is called."""
    if b"%PDF-" in data[:1024]:
        return _pdf
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _zip
    if data[:2] == b"\x1f\x8b":
        return _gzip
    if data[:4] == b"PAR1":
        return _parquet
    if is_picture(data):
        return _picture
    if any(data.startswith(magic) for magic in _PACKED):
        return _packed
    if data[:4] in _FONTS:
        return _binary
    return _text if _is_text(data) else _unknown


def _is_text(data: bytes) -> bool:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    head = data[:4096]
    odd = len(head) - len(head.translate(None, _ODD))
    return odd * 50 <= len(head) or (data[1:2] == b"\0" and data[:1] != b"\0" and odd * 2 <= len(head) + 2)


def raw_piece(part: str, data: bytes, covered: Iterable[tuple[int, int]] = ()) -> Piece:
    """Bytes read as text, for what no other reading of the file shows; also where each letter takes two bytes.
    `covered`: places whose bytes were unpacked to the last, so that they hold nothing else."""
    for start, end in sorted(covered, reverse=True):
        data = data[:start] + b"\0" + data[end:]
    texts = [_letters(run) for run in _SEEN.findall(data)]
    texts += [run[::2].decode("latin-1") for run in _SEEN_WIDE.findall(data)]
    return Piece(f"{part} › rå bytes" if part else "rå bytes", BREAK.join(texts), raw=True, noise=True)


def _letters(run: bytes) -> str:
    try:
        return run.decode("utf-8")
    except UnicodeDecodeError:
        return run.decode("latin-1")


def _in(part: str, inside: str) -> str:
    return f"{part} › {inside}" if part else inside


def _text(name: str, data: bytes, part: str, depth: int, budget: Budget) -> Iterator[Piece]:
    text = decoded(data)
    plain = without_embedded(text)
    is_json, value = read_json(text)
    if is_json:
        yield from json_pieces(value, part)
    elif is_markup(text):
        plain = without_places(plain)
        yield from markup_pieces(plain, part)
    else:
        if told := unescaped(plain):
            yield Piece(part, told)
        fields = name.lower().endswith((".csv", ".tsv", ".txt"))
        yield Piece(part, plain)
        if fields:
            yield Piece(part, _fields(plain), fields=True)
    yield Piece(_in(part, "rå tekst"), plain, raw=True)
    if "<!ENTITY" in text:
        yield Piece(part, why="siger selv, hvad nogle tegn betyder")
    yield from _embedded(unescape(text) if "&" in text else text, part, depth, budget)


def _fields(text: str) -> str:
    """The cells of lines apart; what may be a number of nine digits is looked for in them alone."""
    return BREAK.join(cell for cell in re.split(r'[,;\t|"\n]', text) if len(cell.strip()) in (4, 6, 9, 11))


def _embedded(text: str, part: str, depth: int, budget: Budget) -> Iterator[Piece]:
    for number, (kind, letters, is_base64) in enumerate(embedded(text), 1):
        inside = _in(part, f"indlejret {number}{f' ({kind})' if kind else ''}")
        try:
            held = base64.b64decode(letters, validate=False) if is_base64 else unquote_to_bytes(letters)
        except (ValueError, binascii.Error):
            yield Piece(inside, why="indlejrede data er i stykker")
            continue
        yield from _within(inside, held, inside, depth, budget)
    for number, letters in enumerate(long_base64(text), 1):
        try:
            held = base64.b64decode(letters + "=" * (-len(letters) % 4))
        except (ValueError, binascii.Error):
            yield Piece(_in(part, f"indlejret, ord {number}"), letters, raw=True)
            continue  # long words need not be Base64; as they stand they have been looked through
        if _TEN.search(letters):
            yield Piece(_in(part, f"indlejret, ord {number}"), letters, raw=True)
        if _reader("", held) is not _unknown:
            yield from _within("", held, _in(part, f"indlejret, ord {number}"), depth, budget)
        else:
            yield raw_piece(_in(part, f"indlejret, ord {number}"), held)


def _within(name: str, data: bytes, part: str, depth: int, budget: Budget) -> Iterator[Piece]:
    budget.members_left -= 1
    if not budget.take(len(data)) or budget.members_left < 0:
        yield Piece(part, why="folder sig ud til mere, end der læses")
        return
    yield from _pieces(name, data, part, depth + 1, budget)


def _pdf(name: str, data: bytes, part: str, depth: int, budget: Budget) -> Iterator[Piece]:
    from sagsbarometer.release.scanning_pdf import pdf_pieces

    covered: list[tuple[int, int]] = []
    for piece, held in pdf_pieces(data, part, budget.take, covered):
        if piece is not None:
            yield piece
        else:
            yield from _within(held[0], held[1], _in(part, held[0]), depth, budget)
    yield raw_piece(part, data, covered)


def _zip(name: str, data: bytes, part: str, depth: int, budget: Budget) -> Iterator[Piece]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except BROKEN_ARCHIVE:
        yield Piece(part, why="arkivet er i stykker")
        yield raw_piece(part, data)
        return
    yield Piece(_in(part, "arkivets note"), decoded(archive.comment))
    yield Piece(
        _in(part, "navne i arkivet"),
        BREAK.join(f"{item.filename}{BREAK}{decoded(item.comment)}" for item in members),
    )
    if _unlisted(data, archive):
        yield Piece(part, why="har indhold, som arkivet ikke selv nævner")
    covered = []
    for member in members:
        if member.is_dir() and not member.file_size:
            continue
        inside = _in(part, member.filename)
        budget.members_left -= 1
        if budget.members_left < 0 or not budget.take(member.file_size):
            yield Piece(inside, why="folder sig ud til mere, end der læses")
            return
        try:
            held, place = _unpacked(data, archive, member)
        except (*BROKEN_ARCHIVE, struct.error):
            yield Piece(inside, why="kan ikke pakkes ud (adgangskode, skade eller ukendt pakning)")
            continue
        covered += [place] if place else []
        yield from _pieces(member.filename, held, inside, depth + 1, budget)
    for mark in _MARKS:  # what stands right before one is a word of its own
        data = data.replace(mark, b"\0\0" + mark[2:])
    yield raw_piece(part, data, covered)


def _unpacked(
    data: bytes, archive: zipfile.ZipFile, member: zipfile.ZipInfo
) -> tuple[bytes, tuple[int, int] | None]:
    """What a part of an archive holds, and where it lies where nothing else does. Raises what `BROKEN_ARCHIVE` has."""
    at = member.header_offset
    start = at + 30 + sum(struct.unpack("<HH", data[at + 26 : at + 30]))
    place = (start, start + member.compress_size)
    if member.compress_type != zipfile.ZIP_DEFLATED or member.flag_bits & 1:
        with archive.open(member) as handle:
            held = handle.read(member.file_size + 1)
        return held, place if held == data[slice(*place)] else None
    unpacker = zlib.decompressobj(-15)
    held = unpacker.decompress(data[slice(*place)], member.file_size + 1)
    if len(held) != member.file_size or zlib.crc32(held) != member.CRC:
        raise zipfile.BadZipFile(member.filename)
    return held, place if unpacker.eof and not unpacker.unused_data else None


def _unlisted(data: bytes, archive: zipfile.ZipFile) -> bool:
    """Whether an archive holds a file that is not in its list, as one that was taken out of the list alone."""
    end = 0
    for member in sorted(archive.infolist(), key=lambda item: item.header_offset):
        if b"PK\3\4" in data[end : member.header_offset]:
            return True
        lengths = struct.unpack("<HH", data[member.header_offset + 26 : member.header_offset + 30])
        end = member.header_offset + 30 + sum(lengths) + member.compress_size
    return b"PK\3\4" in data[end : archive.start_dir]


def _gzip(name: str, data: bytes, part: str, depth: int, budget: Budget) -> Iterator[Piece]:
    inside = _in(part, "udpakket")
    unfolded = inflated(data, budget.bytes_left, 31)
    if unfolded is None or not budget.take(len(unfolded)):
        yield Piece(inside, why="kan ikke pakkes ud, eller folder sig ud til mere, end der læses")
        yield raw_piece(part, data)
        return
    yield raw_piece(part, data[:4096])  # the name and the note in its head
    yield from _pieces(name.lower().removesuffix(".gz"), unfolded, inside, depth + 1, budget)


def inflated(data: bytes, most: int, bits: int = 15) -> bytes | None:
    """What packed bytes unfold to, at most `most`; None where they cannot be or are more. All members."""
    out: list[bytes] = []
    size = 0
    while data:
        unpacker = zlib.decompressobj(bits)
        try:
            piece = unpacker.decompress(data, max(1, most - size + 1))
        except zlib.error:
            return b"".join(out) if out else None
        size += len(piece)
        out.append(piece)
        if size > most or (unpacker.unconsumed_tail and not unpacker.eof):
            return None
        data = unpacker.unused_data if bits > 15 else b""
        if not unpacker.eof:
            break
    return b"".join(out)


def _parquet(name: str, data: bytes, part: str, depth: int, budget: Budget) -> Iterator[Piece]:
    from sagsbarometer.release.scanning_data import parquet_pieces

    yield from parquet_pieces(data, part, budget.take)
    yield raw_piece(part, data)


def _picture(name: str, data: bytes, part: str, depth: int, budget: Budget) -> Iterator[Piece]:
    yield from picture_pieces(data, part, budget.bytes_left)
    yield raw_piece(part, data, points(data, budget.take))


def _packed(name: str, data: bytes, part: str, depth: int, budget: Budget) -> Iterator[Piece]:
    what = next(words for magic, words in _PACKED.items() if data.startswith(magic))
    yield Piece(part, why=f"er {what}, som ikke pakkes ud")
    yield raw_piece(part, data)


def _binary(name: str, data: bytes, part: str, depth: int, budget: Budget) -> Iterator[Piece]:
    yield raw_piece(part, data)


def _unknown(name: str, data: bytes, part: str, depth: int, budget: Budget) -> Iterator[Piece]:
    yield Piece(part, why="er af en slags, der ikke kendes")
    yield raw_piece(part, data)
