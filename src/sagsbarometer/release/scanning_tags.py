"""Markup taken apart at its tags (HTML, SVG, XML of office files): what is seen, and what stands in the tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

from sagsbarometer.release.scanning import BREAK

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
_SIGNS = {"br": "\n", "cr": "\n", "tab": "\t", "nobreakhyphen": "-"}
_LOOK = "rpr"
# Where a cell of a spreadsheet stands: `R100` is no id.
PLACES = frozenset({"r", "ref", "sqref", "activecell", "topleftcell"})
CELLS = re.compile(
    r"[A-Z]{1,3}[1-9]\d*(?::[A-Z]{1,3}[1-9]\d*)?(?: [A-Z]{1,3}[1-9]\d*(?::[A-Z]{1,3}[1-9]\d*)?)*"
)
_TAG = re.compile(
    r"""(/?)([a-z][^\s/<>"'=]*)((?:\s+[^\s=/<>"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s<>"'=`]+))?)*+\s*/?)""",
    re.I,
)
_ATTRIBUTE = re.compile(r"""([^\s=/<>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s<>"'=`]+)))?""")
# What begins with these reaches to the sign that ends it, whatever stands between.
_REACHING = {"!--": "-->", "![CDATA[": "]]>"}
_KEPT = 300  # signs: what stands in a tag again and again is short
_PARTS = f"\n{BREAK}"

Attributes = Sequence[tuple[str, str | None]]


class _Tag(NamedTuple):
    """A tag: its name without whose it is, whether it ends and whether it begins, what it is to a reader, who sees no
    tags, and the texts in it."""

    name: str
    ends: bool
    begins: bool
    shown: str
    texts: tuple[str, ...]


@dataclass(slots=True)
class Tagged:
    """Markup taken apart: what is seen, in pieces that are one text together; numbers of a spreadsheet's cells; what
    stands in attributes; comments, programs and styles. `whole`: whether all of it could be read."""

    seen: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    whole: bool = True


def taken_apart(text: str) -> Tagged:
    """The parts of a text with tags."""
    quick = _State()
    if _quickly(text, quick):
        return quick.told
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except Exception:  # a parser of anybody's markup; the raw text is searched as well
        reader.state.told.whole = False
    return reader.state.told


def _quickly(text: str, state: _State) -> bool:
    """Takes well-made markup apart; False where it is not, and nothing of `state` holds."""
    chunks = iter(text.split("<"))
    state.data(_read(next(chunks)))
    for chunk in chunks:
        if chunk[:1] in ("!", "?"):
            between = _said(chunk, chunks, state)
        else:
            told, closed, between = chunk.partition(">")
            tag = _tag(told) if len(told) <= _KEPT else _tag.__wrapped__(told)
            if tag is None or not closed:
                return False
            if tag.begins:
                state.start(tag)
            if tag.ends:
                state.end(tag.name)
            elif tag.name in _SKIPPED:
                between = _program(between, chunks, state)
        if between is None:
            return False
        if between:
            state.data(_read(between))
    return True


def _read(text: str) -> str:
    return unescape(text) if "&" in text else text


def _said(chunk: str, chunks: Iterator[str], state: _State) -> str | None:
    """What follows a comment, a section of characters, or what markup says of itself; None where it has no end."""
    begin = next((begin for begin in _REACHING if chunk.startswith(begin)), "")
    end = _REACHING.get(begin, ">")
    parts = [chunk[len(begin) :]]
    while begin and end not in parts[-1]:
        more = next(chunks, None)
        if more is None:
            return None
        parts.append(more)
    held, closed, after = "<".join(parts).partition(end)
    known = begin or chunk[:1] == "?" or (chunk[:8].lower() == "!doctype" and "[" not in held)
    if not closed or not known:
        return None
    (state.told.seen if begin == "![CDATA[" else state.told.beside).append(held)
    return after


def _program(held: str, chunks: Iterator[str], state: _State) -> str | None:
    """What follows a program or a style; None where it has no end."""
    parts = [held]
    for chunk in chunks:
        if chunk[:7].lower() in ("/script", "/style>", "/style "):
            state.told.beside.append("<".join(parts))
            state.end("")
            return chunk.partition(">")[2]
        parts.append(chunk)
    return None


@cache
def _own(name: str) -> str:
    """The name of a tag without whose it is."""
    return name.lower().rpartition(":")[2]


@lru_cache(20_000)
def _tag(told: str) -> _Tag | None:
    """What stands between `<` and `>`; None where it is not well made."""
    found = _TAG.fullmatch(told)
    if found is None:
        return None
    name, rest = _own(found[2]), found[3]
    if found[1]:
        return None if rest.strip() else _Tag(name, True, False, "", ())
    attributes = [
        (key.lower(), _read(one or two or bare)) for key, one, two, bare in _ATTRIBUTE.findall(rest)
    ]
    return _begun(name, attributes, rest.endswith("/"))


def _begun(name: str, attributes: Attributes, ends: bool) -> _Tag:
    texts = [value for key, value in attributes if value and not (key in PLACES and CELLS.fullmatch(value))]
    texts += [key for key, _ in attributes if any(char.isdigit() for char in key)]
    if name == "sym":
        code = next((value for key, value in attributes if key.endswith("char") and value), "")
        shown = chr(int(code, 16) & 0xFF) if re.fullmatch(r"[0-9A-Fa-f]{1,6}", code) else ""
    else:
        shown = _SIGNS.get(name, "" if _joins(name) else _PARTS)
    return _Tag(name, ends, True, shown, tuple(texts))


@cache
def _joins(name: str) -> bool:
    """Whether a tag parts no words; one that somebody thought up, as `<x-y>`, does not."""
    return name in _JOINS or "-" in name


class _State:
    """What was read so far of markup, tag by tag."""

    def __init__(self) -> None:
        self.told = Tagged()
        self._inside = ""
        self._looks = 0  # inside how the letters of an office file look, in which nothing parts words

    def start(self, tag: _Tag) -> None:
        """A tag that begins."""
        self._inside = tag.name
        if tag.name == _LOOK:
            self._looks += 1
        self.told.seen.append("" if self._looks and tag.shown == _PARTS else tag.shown)
        if tag.texts:
            self.told.attributes += tag.texts

    def end(self, name: str) -> None:
        """A tag that ends."""
        self._inside = ""
        if name not in _SIGNS and not _joins(name) and not self._looks:
            self.told.seen.append(BREAK)
        self._looks = max(0, self._looks - (name == _LOOK))

    def data(self, text: str) -> None:
        """What stands between tags."""
        if self._inside in _SKIPPED:
            self.told.beside.append(text)
            return
        # What a spreadsheet prints over its pages has signs in it: `&L` begins what stands at the left.
        self.told.seen.append(_PRINTED_SIGNS.sub(" ", text) if self._inside in _PRINTED else text)
        if self._inside == "v":  # the number of a spreadsheet's cell
            self.told.values.append(text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.state = _State()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.state.start(_begun(_own(tag), attrs, ends=False))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self.state.end(_own(tag))

    def handle_data(self, data: str) -> None:
        self.state.data(data)

    def handle_comment(self, data: str) -> None:
        self.state.told.beside.append(data)

    def handle_pi(self, data: str) -> None:
        self.state.told.beside.append(data)

    def handle_decl(self, decl: str) -> None:
        self.state.told.beside.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.state.told.seen.append(data.removeprefix("CDATA["))
