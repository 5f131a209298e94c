"""WordprocessingML in small pieces: text, runs, paragraphs and fields, with their parts in the order Word demands."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in any XML
_SOFT = "\u00ad"
_OUTSIDE = ' TargetMode="External"'
_ADDRESS = "!#$%&'()*+,/:;=?@[]~"  # signs of an address that stay as they are

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)


def safe(text: str) -> str:
    """`text` as XML: signs that XML forbids are left out, the others that mean something are escaped."""
    return escape(_FORBIDDEN.sub("", text))


DANISH = '<w:lang w:val="da-DK"/>'  # of words in Danish in a text of another language


def run(text: str, properties: str = "") -> str:
    """A run of `text`; `properties` is the inside of its `w:rPr`. Soft hyphens become Word's own."""
    pieces = "<w:softHyphen/>".join(
        f'<w:t xml:space="preserve">{safe(piece)}</w:t>' if piece else "" for piece in text.split(_SOFT)
    )
    return _run(pieces, properties) if text else ""


def line_break(kind: str = "") -> str:
    """A new line; of the `kind` page a new page."""
    return _run(f'<w:br w:type="{kind}"/>' if kind else "<w:br/>")


def _run(inside: str, properties: str = "") -> str:
    told = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:r>{told}{inside}</w:r>"


def style(name: str) -> str:
    """The run property that names a character style."""
    return f'<w:rStyle w:val="{name}"/>'


def field(instruction: str, shown: str, properties: str = "") -> str:
    """A field with what it shows until Word works it out anew."""
    return (
        _run('<w:fldChar w:fldCharType="begin"/>', properties)
        + _run(f'<w:instrText xml:space="preserve"> {safe(instruction)} </w:instrText>', properties)
        + _run('<w:fldChar w:fldCharType="separate"/>', properties)
        + run(shown, properties)
        + _run('<w:fldChar w:fldCharType="end"/>', properties)
    )


def field_start(instruction: str) -> str:
    """The first half of a field that goes over several paragraphs."""
    return (
        _run('<w:fldChar w:fldCharType="begin"/>')
        + _run(f'<w:instrText xml:space="preserve"> {safe(instruction)} </w:instrText>')
        + _run('<w:fldChar w:fldCharType="separate"/>')
    )


def field_end() -> str:
    """The second half of such a field."""
    return _run('<w:fldChar w:fldCharType="end"/>')


def paragraph(style_id: str, inside: str, before: str = "", after: str = "") -> str:
    """A paragraph of a style. `before` and `after` are properties that stand before and after where `w:numPr` and
    borders go; the caller keeps their order."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style_id}"/>{before}{after}</w:pPr>{inside}</w:p>'


def inner_link(name: str, inside: str) -> str:
    """A link to a bookmark of the same document."""
    return f'<w:hyperlink w:anchor="{safe(name)}" w:history="1">{inside}</w:hyperlink>'


def address(url: str) -> str:
    """`url` as a relationship may hold it: what is no sign of an address is written with percent signs."""
    return safe(quote(url, safe=_ADDRESS))


class Relations:
    """What one part of the file points to outside itself: pictures and addresses, each once."""

    def __init__(self) -> None:
        self._targets: dict[tuple[str, str], str] = {}

    def id(self, kind: str, target: str) -> str:
        """The id of a relation of a `kind` (hyperlink, image, header …) to `target`."""
        return self._targets.setdefault((kind, target), f"rId{len(self._targets) + 1}")

    def xml(self) -> str:
        """The file that lists them; empty where there are none."""
        if not self._targets:
            return ""
        base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        told = "".join(
            f'<Relationship Id="{id}" Type="{base}/{kind}" Target="{address(target)}"'
            f"{_OUTSIDE if kind == 'hyperlink' else ''}/>"
            for (kind, target), id in self._targets.items()
        )
        space = "http://schemas.openxmlformats.org/package/2006/relationships"
        return f'{DECLARATION}<Relationships xmlns="{space}">{told}</Relationships>'


DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Bookmarks:
    """The names that places of the document have in Word, which allows 40 letters, digits and strokes of them."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._placed = 0

    def name(self, anchor: str) -> str:
        """The name of an anchor; always the same, and no other's."""
        if anchor not in self._names:
            stem = re.sub(r"\W", "_", anchor, flags=re.ASCII)[:34]
            taken = set(self._names.values())
            name, number = stem, 1
            while name.lower() in {other.lower() for other in taken}:
                number += 1
                name = f"{stem}_{number}"
            self._names[anchor] = name
        return self._names[anchor]

    def around(self, anchor: str, inside: str) -> str:
        """`inside` as the place that `anchor` leads to."""
        if not anchor:
            return inside
        self._placed += 1
        return (
            f'<w:bookmarkStart w:id="{self._placed}" w:name="{self.name(anchor)}"/>{inside}'
            f'<w:bookmarkEnd w:id="{self._placed}"/>'
        )
