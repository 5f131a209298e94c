"""Text and pages of a PDF, after its streams were measured and what could act in it was looked for."""

from __future__ import annotations

import mmap
import re
import zlib
from typing import BinaryIO

from sagsbarometer.documents.limits import Limits
from sagsbarometer.documents.reading_scan import to_look_at
from sagsbarometer.documents.refusals import Refused
from sagsbarometer.documents.scans import PAGE

_STREAM = re.compile(rb"stream\r?\n")
_OPENS = 8_192  # bytes before a stream in which its dictionary is looked for
_HEX_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_UNPACKS = re.compile(rb"/(?:FlateDecode|Fl|LZWDecode|LZW|RunLengthDecode|RL|BrotliDecode)\b")
_FILTER = re.compile(rb"/(?:[A-Za-z0-9]+Decode|Fl|LZW|RL|AHx|A85|CCF|DCT)\b")
_SIZES = (re.compile(rb"/Width\s+(\d{1,10})"), re.compile(rb"/Height\s+(\d{1,10})"))
_ACTS = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia|XFA)(?![A-Za-z0-9])")
_CARRIES = re.compile(rb"/(?:EmbeddedFiles?|EF)(?![A-Za-z0-9])")
_TEXT = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>", re.DOTALL)
_BLOCK = 1 << 16


def read_pdf(file: BinaryIO, size: int, limits: Limits) -> tuple[int, str, bool]:
    """Pages, text, and whether a page is a picture or has one that may be read.

    Raises Refused DOK-106, 107, 109, 110, 113, 114 and 115.
    """
    with mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as data:
        _measure_streams(data, limits)
    _look_for_actions(file, limits)
    return _text(file, limits)


def _measure_streams(data: mmap.mmap, limits: Limits) -> None:
    """How much every stream unpacks to, found block by block and thrown away."""
    total = count = 0
    for match in _STREAM.finditer(data):
        if data[max(0, match.start() - 3) : match.start()] == b"end":
            continue
        count += 1
        if count > limits.objects:
            raise Refused("DOK-115")
        before = _HEX_NAME.sub(_char, data[max(0, match.start() - _OPENS) : match.start()])
        head = before[max(before.rfind(b" obj"), before.rfind(b"\nobj"), before.rfind(b"endobj"), 0) :]
        if len(_UNPACKS.findall(head)) > 1 or len(_FILTER.findall(head)) > limits.filters:
            raise Refused("DOK-113")
        if _is_picture(head, limits):
            continue
        total += _unpacks_to(data, match.end(), min(limits.stream_bytes, limits.streams_bytes - total))


def _char(match: re.Match[bytes]) -> bytes:
    return bytes((int(match.group(1), 16),))


def _is_picture(head: bytes, limits: Limits) -> bool:
    """Whether a stream is a picture: nobody unpacks it here, and its own measures say how large it is."""
    if b"/Image" not in head or b"/ObjStm" in head or b"/XRef" in head:
        return False
    width, height = (int(found.group(1)) if (found := size.search(head)) else 0 for size in _SIZES)
    if width * height > limits.pixels:
        raise Refused("DOK-114")
    return True


def _unpacks_to(data: mmap.mmap, at: int, limit: int) -> int:
    """Bytes a deflated stream unpacks to; 0 for what is not deflated. Raises Refused DOK-113 beyond `limit`."""
    first = data[at : at + 2]
    if len(first) < 2 or first[0] & 0x0F != 8 or (first[0] << 8 | first[1]) % 31:
        return 0
    engine, total = zlib.decompressobj(), 0
    try:
        while not engine.eof:
            if not engine.unconsumed_tail and at >= len(data):
                break
            if engine.unconsumed_tail:
                block = engine.decompress(engine.unconsumed_tail, _BLOCK)
            else:
                block = engine.decompress(data[at : at + _BLOCK], _BLOCK)
                at += _BLOCK
            total += len(block)
            if total > limit:
                raise Refused("DOK-113")
    except zlib.error:
        pass  # damaged, or no deflated stream at all: what came out of it is counted
    return total


def _look_for_actions(file: BinaryIO, limits: Limits) -> None:
    import pikepdf

    file.seek(0)
    try:
        with pikepdf.open(file) as pdf:
            if pdf.is_encrypted:
                raise Refused("DOK-107")
            if len(pdf.objects) > limits.objects:
                raise Refused("DOK-115")
            for item in pdf.objects:
                _refuse_actions(item)
            _refuse_actions(pdf.trailer)
    except pikepdf.PasswordError as error:
        raise Refused("DOK-107") from error
    except pikepdf.PdfError as error:
        raise Refused("DOK-106") from error


def _refuse_actions(item: object) -> None:
    import pikepdf

    if not isinstance(item, pikepdf.Object):
        return
    if item._type_code == pikepdf.ObjectType.stream:
        item = item.stream_dict
    elif item._type_code not in (pikepdf.ObjectType.dictionary, pikepdf.ObjectType.array):
        return
    written = item.unparse(resolved=True)
    if _ACTS.search(written) or _CARRIES.search(written):
        bare = _TEXT.sub(b"", written)  # the words of a text are no names
        if _ACTS.search(bare):
            raise Refused("DOK-109")
        if _CARRIES.search(bare):
            raise Refused("DOK-110")


def _text(file: BinaryIO, limits: Limits) -> tuple[int, str, bool]:
    import pypdfium2

    file.seek(0)
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        raise Refused("DOK-106") from error
    pages = len(document)
    if not pages:
        raise Refused("DOK-106")
    if pages > limits.pages:
        raise Refused("DOK-115")
    texts, length, scanned = [], 0, False
    for number in range(pages):
        try:
            page = document[number]
            text = page.get_textpage().get_text_bounded()
            scanned = scanned or to_look_at(page, text)
            page.close()
        except pypdfium2.PdfiumError:
            text, scanned = "", True  # a page that cannot be shown has no text either
        length += len(text)
        if length > limits.text_characters:
            raise Refused("DOK-115")
        texts.append(text)
    return pages, PAGE.join(texts), scanned
