"""Texts as a reader sees them and as they lie: HTML, SVG and the XML of office files, JSON, and words alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

from sagsbarometer.release.scanning import BREAK, Piece

# Tags that do not part the words around them, in HTML, SVG and office files; every other tag does.
_JOINS = frozenset(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q s samp small span strike strong sub sup"
    " time tspan tt u var wbr textpath r t rpr rfont color sz vertalign lang prooferr bookmarkstart bookmarkend"
    " hyperlink softhyphen nobreakhyphen deltext smarttag rstyle rfonts szcs bcs ics noproof sdt sdtcontent sdtpr"
    " fldsimple commentrangestart commentrangeend latin ea cs".split()
)
_PRINTED = frozenset(f"{which}{what}" for which in ("odd", "even", "first") for what in ("header", "footer"))
_PRINTED_SIGNS = re.compile(r'&(?:"[^"]*"|\d+|[A-Za-z])')
_SKIPPED = frozenset({"script", "style"})
_DATA_URI = re.compile(
    r"data:([a-z0-9.+/-]*)((?:;[a-z0-9=._+-]+)*?)(;base64)?,([A-Za-z0-9+/=_%.~!*'():@,-]+)", re.I
)
_LONG_BASE64 = re.compile(r"[A-Za-z0-9+/]{200,}={0,2}")
_LOOK = "rpr"
_DEEPEST = 60
# Where a cell of a spreadsheet stands: `R100` is no id.
_PLACES = frozenset({"r", "ref", "sqref", "activecell", "topleftcell"})
_CELLS = re.compile(
    r"[A-Z]{1,3}[1-9]\d*(?::[A-Z]{1,3}[1-9]\d*)?(?: [A-Z]{1,3}[1-9]\d*(?::[A-Z]{1,3}[1-9]\d*)?)*"
)


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
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except Exception:  # a parser of anybody's markup; the raw text is searched as well
        yield Piece(part, why="opmærkningen er i stykker")
    yield Piece(part, "".join(reader.seen))
    yield Piece(_in(part, "værdier"), BREAK.join(reader.values), fields=True)
    yield Piece(_in(part, "attributter"), _both(BREAK.join(reader.attributes)))
    yield Piece(_in(part, "kommentarer"), _both(BREAK.join(reader.beside)))


def _in(part: str, inside: str) -> str:
    return f"{part} › {inside}" if part else inside


def _both(text: str) -> str:
    """A text, and after it what it is once its percent signs or entities are read, where that is another."""
    told = unquote(unescape(text))
    return text if told == text else f"{text}{BREAK}{told}"


_PLACE = re.compile(rf"""\s(?:{"|".join(sorted(_PLACES))})=["']{_CELLS.pattern}["']""", re.I)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self.values: list[str] = []
        self.attributes: list[str] = []
        self.beside: list[str] = []
        self._inside = ""
        self._looks = 0  # inside how the letters of an office file look, in which nothing parts words

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        self._inside = name
        self._looks += name == _LOOK
        if name not in _JOINS and not self._looks:
            self.seen.append(f"\n{BREAK}")
        self.attributes += [
            value for key, value in attrs if value and not (key in _PLACES and _CELLS.fullmatch(value))
        ]
        self.attributes += [key for key, _ in attrs if any(char.isdigit() for char in key)]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        self._inside = ""
        if name not in _JOINS and not self._looks:
            self.seen.append(BREAK)
        self._looks = max(0, self._looks - (name == _LOOK))

    def handle_data(self, data: str) -> None:
        if self._inside in _SKIPPED:
            self.beside.append(data)
            return
        # What a spreadsheet prints over its pages has signs in it: `&L` begins what stands at the left.
        self.seen.append(_PRINTED_SIGNS.sub(" ", data) if self._inside in _PRINTED else data)
        if self._inside == "v":  # the number of a spreadsheet's cell
            self.values.append(data)

    def handle_comment(self, data: str) -> None:
        self.beside.append(data)

    def handle_pi(self, data: str) -> None:
        self.beside.append(data)

    def handle_decl(self, decl: str) -> None:
        self.beside.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.seen.append(data.removeprefix("CDATA["))


def json_pieces(value: Any, part: str) -> Iterator[Piece]:
    """Every key, text and number of a JSON document."""
    texts: list[str] = []
    _gather(value, texts, 0)
    yield Piece(part, BREAK.join(texts), fields=True)


def read_json(text: str) -> tuple[bool, Any]:
    """Whether a text is JSON, and what it holds; lines of JSON too."""
    if text.lstrip()[:1] not in ("{", "["):
        return False, None
    try:
        return True, json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return True, [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return False, None


def _gather(value: Any, texts: list[str], depth: int) -> None:
    if depth > _DEEPEST:
        texts.append(str(value))
    elif isinstance(value, dict):
        for key, item in value.items():
            texts.append(key)
            _gather(item, texts, depth + 1)
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
    for match in _LONG_BASE64.finditer(_DATA_URI.sub("data:", text)):
        yield match.group()
