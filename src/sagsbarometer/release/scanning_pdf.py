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
_OBJECT = re.compile(rb"BT\b.*?\bET\b|BDC|BMC|\n", re.S)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.S)
_PRINTED = re.compile(rb"[\t\r\n\x20-\x7e\xa0-\xff]{4,}")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b""}

Held = tuple[str, bytes]  # an attached file: its name and its bytes


def pdf_pieces(data: bytes, part: str, take: Callable[[int], bool]) -> Iterator[tuple[Piece | None, Held]]:
    """Pieces, and (as the second of a pair) files to be read on their own. `take` is asked before more is unfolded."""
    none: Held = ("", b"")
    for piece in _seen(data, part):
        yield piece, none
    for piece in _streams(data, part, take):
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
        if right is not None and same_line and left - right > _WIDE * height and not out[-1].isdigit():
            out.append(BREAK)
        out.append(char)
        right, middle = end, (top + bottom) / 2
    return "".join(out)


def _streams(data: bytes, part: str, take: Callable[[int], bool]) -> Iterator[Piece]:
    """Every stream of the file as it lies, also those that nothing uses any more, unfolded where it can be."""
    inside = _in(part, "strømme")
    texts: list[str] = []
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
        texts.append(_stream_text(held))
    yield Piece(inside, BREAK.join(texts), raw=True)


def _stream_text(held: bytes) -> str:
    """A stream as text; and where it draws letters, its texts without what stands between them."""
    plain = BREAK.join(run.decode("latin-1") for run in _PRINTED.findall(held))
    if not plain.isascii() and (text := _utf8(held)):
        plain = f"{plain}{BREAK}{text}"
    if b"Tj" not in held and b"TJ" not in held and b"BDC" not in held and b"/Title" not in held:
        return plain
    joined = BREAK.join(
        "".join(_string(found.group()) for found in _STRINGS.finditer(block))
        for block in _OBJECT.split(held)
        if block
    )
    drawn = BREAK.join(
        "".join(_string(found.group()) for found in _STRINGS.finditer(block.group()))
        for block in _OBJECT.finditer(held)
    )
    return f"{plain}{BREAK}{joined}{BREAK}{drawn}"


def _utf8(held: bytes) -> str:
    """Bytes as a program or a note has its letters; "" where they are something else."""
    try:
        return held.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _string(found: bytes) -> str:
    if found.startswith(b"<"):
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", found).decode()
        held = bytes.fromhex(digits + "0" * (len(digits) % 2))
    else:
        held = _ESCAPE.sub(_escaped, found[1:-1]) if b"\\" in found else found[1:-1]
    return held[2:].decode("utf-16-be", "replace") if held.startswith(b"\xfe\xff") else held.decode("latin-1")


def _escaped(match: re.Match[bytes]) -> bytes:
    what = match[1]
    if what[:1] in b"01234567":
        return bytes([int(what, 8) & 255])
    return _ESCAPED.get(what, b"" if what.strip() == b"" else what)


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
            _gather(item, texts, 0)
            if isinstance(item, pikepdf.Stream):
                yield from _stream(item, part, take)
    except (pikepdf.PdfError, ValueError, RuntimeError):
        yield Piece(inside, why="et objekt kan ikke læses"), none
    finally:
        document.close()
    yield Piece(inside, BREAK.join(texts)), none


def _gather(item: Any, texts: list[str], depth: int) -> None:
    import pikepdf

    if depth > 40 or (depth and getattr(item, "is_indirect", False)):
        return  # what is pointed to is met on its own
    if isinstance(item, pikepdf.String):
        held = bytes(item)
        texts.append(str(item))
        if held[:3] == b"\xef\xbb\xbf" or any(byte > 127 for byte in held):
            texts.append(held.decode("utf-8", "replace"))
    elif isinstance(item, pikepdf.Name):
        texts.append(str(item))
    elif isinstance(item, pikepdf.Array):
        for one in item:
            _gather(one, texts, depth + 1)
    elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        for name, one in item.items():
            texts.append(str(name))
            _gather(one, texts, depth + 1)


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
