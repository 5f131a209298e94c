"""Texts as a reader sees them and as they lie: HTML, SVG and the XML of office files, JSON, and words alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote

from sagsbarometer.release.scanning import BREAK, Piece
from sagsbarometer.release.scanning_tags import CELLS, PLACES, taken_apart

_DATA_URI = re.compile(
    r"data:([a-z0-9.+/-]*)((?:;[a-z0-9=._+-]+)*?)(;base64)?,([A-Za-z0-9+/=_%.~!*'():@,-]+)", re.I
)
_LONG_BASE64 = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{200,}+={0,2}")
_WRAPPED = re.compile(r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{60,76}\r?\n){3,}+[A-Za-z0-9+/]*={0,2}")
# As programs, styles, JSON and Markdown spell signs; and texts put together of two.
_ESCAPED = re.compile(
    r"\\u(?:\{0{0,2}(?=[0-9A-Fa-f]{4}\}))?([0-9A-Fa-f]{4})\}?"
    r"|\\x([0-9A-Fa-f]{2})|\\([0-9A-Fa-f]{1,6})[ \n]?|\\([^\w\s])|[\"'`]\s*\+\s*[\"'`]"
)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>|<!--.{0,300}?-->|[*`~]{1,3}")
_DEEPEST = 60
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")


def decoded(data: bytes) -> str:
    """Bytes of a text: by its mark, as UTF-8, else as Windows has them."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data[3 if encoding == "utf-8" else 0 :].decode(encoding, "replace")
    if data[1:2] == b"\0" and data[:1] != b"\0":
        return data.decode("utf-16-le", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def is_markup(text: str) -> bool:
    """Whether a text is HTML, SVG or XML."""
    return re.match(r"\s*<(?:!doctype|!--|\?xml|[a-z])", text[:500], re.I) is not None


def markup_pieces(text: str, part: str) -> Iterator[Piece]:
    """What stands between the tags, joined as it is seen; what stands in attributes; comments, programs and styles."""
    told = taken_apart(text)
    if not told.whole:
        yield Piece(part, why="opmærkningen er i stykker")
    yield Piece(part, "".join(told.seen))
    yield Piece(_in(part, "værdier"), BREAK.join(told.values), fields=True)
    yield Piece(_in(part, "attributter"), _both(BREAK.join(told.attributes)))
    yield Piece(_in(part, "kommentarer"), _both(BREAK.join(told.beside)))


def _in(part: str, inside: str) -> str:
    return f"{part} › {inside}" if part else inside


def _both(text: str) -> str:
    """A text, and after it what it is once its percent signs or entities are read, where that is another."""
    told = unescaped(text)
    return f"{text}{BREAK}{told}" if told else text


def unescaped(text: str) -> str:
    """A text once its escaped signs are read and the marks for how it looks are taken away; "" where it has none."""
    told = unescape(text) if "&" in text else text
    told = unquote(told) if _PERCENT.search(told) else told
    if "\\" in told or "+" in told:
        told = _ESCAPED.sub(_sign, told)
    told = _TAG.sub("", told)
    return "" if told == text else told


def _sign(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is None:
        return match[4] or ""
    number = int(code, 16)
    return chr(number) if number < 0xD800 or 0xDFFF < number < 0x110000 else BREAK


_PLACE = re.compile(rf"""\s(?:{"|".join(sorted(PLACES))})=["']{CELLS.pattern}["']""", re.I)


def json_pieces(value: Any, part: str) -> Iterator[Piece]:
    """Every key, text and number of a JSON document."""
    texts: list[str] = []
    _gather(value, texts, 0)
    whole = BREAK.join(texts)
    yield Piece(part, whole, fields=True)
    if told := unescaped(whole):
        yield Piece(part, told)


def read_json(text: str) -> tuple[bool, Any]:
    """Whether a text is JSON, and what it holds; lines of JSON too."""
    if text.lstrip()[:1] not in ("{", "["):
        return False, None
    try:
        return True, json.loads(text, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        pass
    try:
        return True, [
            json.loads(line, object_pairs_hook=_pairs) for line in text.splitlines() if line.strip()
        ]
    except (ValueError, RecursionError):
        return False, None


def _pairs(pairs: list[tuple[str, Any]]) -> list[Any]:
    """Every key and value of an object: of a key that stands there twice only the last would be kept."""
    return [part for pair in pairs for part in pair]


def _gather(value: Any, texts: list[str], depth: int) -> None:
    if depth > _DEEPEST:
        texts.append(str(value))
    elif isinstance(value, list):
        for item in value:
            _gather(item, texts, depth + 1)
    elif isinstance(value, str):
        texts.append(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        texts.append(str(value))


def embedded(text: str) -> Iterator[tuple[str, str, bool]]:
    """What is put into a text as data: its type, its letters, and whether they are Base64."""
    for match in _DATA_URI.finditer(text):
        yield match[1], match[4], bool(match[3])


def without_embedded(text: str) -> str:
    """`text` without data put into it, which is read on its own, and without long Base64 words."""
    text = _DATA_URI.sub("data:", text)
    return _LONG_BASE64.sub(BREAK, text)


def without_places(text: str) -> str:
    """`text` without the attributes that tell where a cell of a spreadsheet stands."""
    return _PLACE.sub(" ", text)


def long_base64(text: str) -> Iterator[str]:
    """Long words that may be Base64 of something, outside addresses."""
    text = _DATA_URI.sub("data:", text)
    for match in _LONG_BASE64.finditer(text):
        yield match.group()
    for match in _WRAPPED.finditer(text):
        yield re.sub(r"\s", "", match.group())
