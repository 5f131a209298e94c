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
    " hyperlink softhyphen nobreakhyphen deltext smarttag movefrom moveto instrtext delinstrtext fldchar"
    " label output button sym rstyle rfonts szcs bcs ics noproof sdt sdtcontent sdtpr"
    " fldsimple commentrangestart commentrangeend latin ea cs".split()
)
_PRINTED = frozenset(f"{which}{what}" for which in ("odd", "even", "first") for what in ("header", "footer"))
_PRINTED_SIGNS = re.compile(r'&(?:"[^"]*"|\d+|[A-Za-z])')
_SKIPPED = frozenset({"script", "style"})
_DATA_URI = re.compile(
    r"data:([a-z0-9.+/-]*)((?:;[a-z0-9=._+-]+)*?)(;base64)?,([A-Za-z0-9+/=_%.~!*'():@,-]+)", re.I
)
_LONG_BASE64 = re.compile(r"[A-Za-z0-9+/]{200,}={0,2}")
_WRAPPED = re.compile(r"(?:[A-Za-z0-9+/]{60,76}\r?\n){3,}[A-Za-z0-9+/]*={0,2}")
# As programs, styles, JSON and Markdown spell signs; and texts put together of two.
_ESCAPED = re.compile(
    r"\\u(?:\{0{0,2}(?=[0-9A-Fa-f]{4}\}))?([0-9A-Fa-f]{4})\}?"
    r"|\\x([0-9A-Fa-f]{2})|\\([0-9A-Fa-f]{1,6})[ \n]?|\\([^\w\s])|[\"'`]\s*\+\s*[\"'`]"
)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>|<!--.{0,300}?-->|[*`~]{1,3}")
_SIGNS = {"br": "\n", "cr": "\n", "tab": "\t", "nobreakhyphen": "-"}
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
    told = unescaped(text)
    return f"{text}{BREAK}{told}" if told else text


def unescaped(text: str) -> str:
    """A text once its escaped signs are read and the marks for how it looks are taken away; "" where it has none."""
    told = unquote(unescape(text)) if "&" in text or "%" in text else text
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


_PLACE = re.compile(rf"""\s(?:{"|".join(sorted(_PLACES))})=["']{_CELLS.pattern}["']""", re.I)


def _joins(name: str) -> bool:
    """Whether a tag parts no words; one that somebody thought up, as `<x-y>`, does not."""
    return name in _JOINS or "-" in name


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
        self.seen.append(self._between(name, attrs))
        self.attributes += [
            value for key, value in attrs if value and not (key in _PLACES and _CELLS.fullmatch(value))
        ]
        self.attributes += [key for key, _ in attrs if any(char.isdigit() for char in key)]

    def _between(self, name: str, attrs: list[tuple[str, str | None]]) -> str:
        """What a tag is to a reader, who sees none."""
        if name == "sym":
            code = next((value for key, value in attrs if key.endswith("char") and value), "")
            return chr(int(code, 16) & 0xFF) if re.fullmatch(r"[0-9A-Fa-f]{1,6}", code) else ""
        if name in _SIGNS:
            return _SIGNS[name]
        return "" if _joins(name) or self._looks else f"\n{BREAK}"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        self._inside = ""
        if name not in _SIGNS and not _joins(name) and not self._looks:
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
