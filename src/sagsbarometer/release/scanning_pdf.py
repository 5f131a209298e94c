"""A PDF taken apart: what is seen on each page, every text in its objects, every stream, and the files attached."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from sagsbarometer.release.scanning import BREAK, Piece
from sagsbarometer.release.scanning_markup import decoded, is_markup, markup_pieces

MAX_PAGES = 5_000
_MOST_PACKED = 200_000  # bytes of a stream packed in a way that cannot be unfolded step by step
_WIDE = 0.9  # of the height of a letter: a gap as wide is between two cells
_STREAM = re.compile(rb"stream\r?\n")
_PICTURES = frozenset({"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"})
_STRINGS = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]+>", re.S)
_TEXTS = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]+>|/[^\s/<>\[\]()]+", re.S)
_NAMED = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT = re.compile(rb"BT\b.*?\bET\b|BDC|BMC|\n", re.S)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.S)
_PRINTED = re.compile(rb"[\t\r\n\x20-\x7e\xa0-\xff]{4,}")
_SIGNS = bytes([9, 10, 13, *range(32, 127)])
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b""}
# What each sign after a backslash means.
_TOLD = {
    **{bytes([byte]): _ESCAPED.get(bytes([byte]), bytes([byte]).strip()) for byte in range(256)},
    **{f"{code:0{size}o}".encode(): bytes([code & 255]) for size in (1, 2, 3) for code in range(8**size)},
    b"\r\n": b"",
}

Held = tuple[str, bytes]  # an attached file: its name and its bytes


def pdf_pieces(
    data: bytes, part: str, take: Callable[[int], bool], covered: list[tuple[int, int]]
) -> Iterator[tuple[Piece | None, Held]]:
    """Pieces, and (as the second of a pair) files to be read on their own. `take` is asked before more is unfolded;
    `covered` gets the places that were unpacked to the last byte."""
    none: Held = ("", b"")
    for piece in _seen(data, part):
        yield piece, none
    for piece in _streams(data, part, take, covered):
        yield piece, none
    yield from _objects(data, part, take)


def _in(part: str, inside: str) -> str:
    return f"{part} › {inside}" if part else inside


def _seen(data: bytes, part: str) -> Iterator[Piece]:
    """The text of each page as it is seen, its cells apart."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
        pages = len(document)
    except pdfium.PdfiumError:
        yield Piece(_in(part, "sider"), why="siderne kan ikke læses (adgangskode eller skade)")
        return
    try:
        for number in range(min(pages, MAX_PAGES)):
            inside = _in(part, f"side {number + 1}")
            try:
                page = document[number]
                layer = page.get_textpage()
                yield Piece(inside, _page_text(layer))
                layer.close()
                page.close()
            except pdfium.PdfiumError:
                yield Piece(inside, why="siden kan ikke læses")
        if pages > MAX_PAGES:
            yield Piece(_in(part, "sider"), why=f"har over {MAX_PAGES} sider")
    finally:
        document.close()


def _page_text(layer: Any) -> str:
    """The letters of a page in their order, with a break where a gap is as wide as between two cells."""
    text = layer.get_text_range()
    count = layer.count_chars()
    if len(text) != count:  # letters outside the basic plane: then places cannot be told from the text
        return str(text)
    out: list[str] = []
    right, middle = None, 0.0
    for at, char in enumerate(text):
        if not char.isdigit():
            out.append(char)
            continue
        left, bottom, end, top = layer.get_charbox(at)
        height = max(top - bottom, 1.0)
        same_line = abs((top + bottom) / 2 - middle) < height
        if right is not None and same_line and left - right > _WIDE * height and out[-1].isspace():
            out.append(BREAK)
        out.append(char)
        right, middle = end, (top + bottom) / 2
    return "".join(out)


def _streams(
    data: bytes, part: str, take: Callable[[int], bool], covered: list[tuple[int, int]]
) -> Iterator[Piece]:
    """Every stream of the file as it lies, also those that nothing uses any more, unfolded where it can be."""
    inside = _in(part, "strømme")
    texts: list[str] = []
    others: list[str] = []
    for match in _STREAM.finditer(data):
        if data[max(0, match.start() - 3) : match.start()] == b"end":
            continue
        end = data.find(b"endstream", match.end())
        body = data[match.end() : end if end >= 0 else len(data)]
        unpacker = zlib.decompressobj()
        try:
            held = unpacker.decompress(body, 50_000_000)
        except zlib.error:
            continue  # not packed: then it is in the raw bytes; or otherwise: then `_objects` unfolds it
        if not take(len(held)) or unpacker.unconsumed_tail:
            yield Piece(inside, why="folder sig ud til mere, end der læses")
            return
        if unpacker.eof and not unpacker.unused_data.strip():
            covered.append((match.end(), match.end() + len(body)))
        (others if _is_noise(held) else texts).append(_stream_text(held))
    yield Piece(inside, BREAK.join(texts), raw=True)
    yield Piece(inside, BREAK.join(others), raw=True, noise=True)


def _is_noise(held: bytes) -> bool:
    """Whether a stream is letters' shapes, a picture or the like: bytes that are no signs."""
    head = held[:4096]
    return len(head.translate(None, _SIGNS)) * 5 > len(head)


def _stream_text(held: bytes) -> str:
    """A stream as text; and where it draws letters, its texts without what stands between them."""
    plain = BREAK.join(run.decode("latin-1") for run in _PRINTED.findall(held))
    if not plain.isascii() and (text := _utf8(held)):
        plain = f"{plain}{BREAK}{text}"
    if b"Tj" not in held and b"TJ" not in held and b"BDC" not in held and b"/Title" not in held:
        return plain
    return BREAK.join((plain, *_drawn(held)))


def _drawn(held: bytes) -> Iterator[str]:
    """The texts a stream draws, each of a block as one, and those beside the blocks, as one up to the next line."""
    blocks = [(found.start(), found.end()) for found in _OBJECT.finditer(held)]
    texts: list[str] = []
    number, inside = 0, False
    for found in _STRINGS.finditer(held):
        at = found.start()
        was = number, inside
        while number < len(blocks) and blocks[number][1] <= at:
            number += 1
        inside = number < len(blocks) and blocks[number][0] <= at
        if texts and (number, inside) != was:
            yield "".join(texts)
            texts = []
        texts.append(_string(found.group()))
    yield "".join(texts)


def _utf8(held: bytes) -> str:
    """Bytes as a program or a note has its letters; "" where they are something else."""
    try:
        return held.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _bytes(found: bytes) -> bytes:
    """What a text in a PDF is, however it is written."""
    if found.startswith(b"<"):
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", found).decode()
        return bytes.fromhex(digits + "0" * (len(digits) % 2))
    return _ESCAPE.sub(_escaped, found[1:-1]) if b"\\" in found else found[1:-1]


def _string(found: bytes) -> str:
    held = _bytes(found)
    return held[2:].decode("utf-16-be", "replace") if held.startswith(b"\xfe\xff") else held.decode("latin-1")


def _escaped(match: re.Match[bytes]) -> bytes:
    return _TOLD[match[1]]


def _objects(data: bytes, part: str, take: Callable[[int], bool]) -> Iterator[tuple[Piece | None, Held]]:
    """Texts of every object: outlines, notes, alt texts, fields, facts of the document; its XMP; attached files."""
    import pikepdf

    none: Held = ("", b"")
    inside = _in(part, "objekter")
    try:
        document = pikepdf.open(io.BytesIO(data))
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError):
        yield Piece(inside, why="objekterne kan ikke læses (adgangskode eller skade)"), none
        return
    texts: list[str] = []
    try:
        for item in (*document.objects, document.trailer):
            if isinstance(item, pikepdf.Stream):
                yield from _stream(item, part, take)
                item = item.stream_dict
            if isinstance(item, pikepdf.Object):
                texts += _told(item.unparse(resolved=True))
    except (pikepdf.PdfError, ValueError, RuntimeError):
        yield Piece(inside, why="et objekt kan ikke læses"), none
    finally:
        document.close()
    yield Piece(inside, BREAK.join(texts)), none


def _told(spelled: bytes) -> Iterator[str]:
    """The texts and names in an object as it is written; what it points to is met on its own."""
    for found in _TEXTS.findall(spelled):
        if found[:1] == b"/":
            yield _NAMED.sub(lambda code: bytes([int(code[1], 16)]), found).decode("utf-8", "replace")
            continue
        held = _bytes(found)
        if held[:2] == b"\xfe\xff":
            yield held[2:].decode("utf-16-be", "replace")
            continue
        yield held.decode("pdfdoc_pikepdf", "replace")  # pikepdf tells Python of it
        if not held.isascii():
            yield held.decode("utf-8", "replace")


def _stream(item: Any, part: str, take: Callable[[int], bool]) -> Iterator[tuple[Piece | None, Held]]:
    """An attached file, the XMP, or what is packed in another way than Flate; the others `_streams` has read."""
    none: Held = ("", b"")
    filters = _filters(item)
    kind = str(item.get("/Type", ""))
    attached = kind == "/EmbeddedFile" or "/Params" in item
    if filters & _PICTURES:
        yield None, ("billede", item.read_raw_bytes())
        return
    if not attached and kind != "/Metadata" and filters <= {"/FlateDecode"} and _packings(item) == 1:
        return
    held = _unfolded(item, filters, take)
    if held is None:
        yield Piece(_in(part, "strøm"), why="er pakket på en måde, der ikke læses"), none
    elif attached:
        yield None, ("vedhæftet fil", held)
    elif is_markup(text := decoded(held)):
        for piece in markup_pieces(text, _in(part, "XMP")):
            yield piece, none
    else:
        yield Piece(_in(part, "strøm"), _stream_text(held), raw=True), none


def _filters(item: Any) -> set[str]:
    import pikepdf

    found = item.get("/Filter")
    if found is None:
        return set()
    return {str(one) for one in found} if isinstance(found, pikepdf.Array) else {str(found)}


def _unfolded(item: Any, filters: set[str], take: Callable[[int], bool]) -> bytes | None:
    raw = bytes(item.read_raw_bytes())
    if filters == {"/FlateDecode"} and _packings(item) == 1:
        unpacker = zlib.decompressobj()
        try:
            held = unpacker.decompress(raw, 100_000_000)
        except zlib.error:
            return None
        return held if take(len(held)) and not unpacker.unconsumed_tail else None
    # Packed twice in the same way, a little can be very much; that is not unfolded.
    if filters and (
        len(raw) > _MOST_PACKED or (_packings(item) > 1 and "/FlateDecode" in filters and len(raw) > 4096)
    ):
        return None
    try:
        held = bytes(item.read_bytes())
    except Exception:  # a filter that is not known, or damage
        return None
    return held if take(len(held)) else None


def _packings(item: Any) -> int:
    """How many times a stream is packed."""
    import pikepdf

    found = item.get("/Filter")
    return len(found) if isinstance(found, pikepdf.Array) else 1
