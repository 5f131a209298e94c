"""A page as blocks: its paragraphs and its tables, also those in other tables; nothing it points at is fetched."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from sagsbarometer.checking.paper import MAX_SPAN, Block, Budget, Paper, RawCell, RawTable, Text, flat

_SKIPPED = frozenset(
    {"script", "style", "template", "svg", "head", "noscript", "math", "object", "select", "textarea"}
)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_BREAKS = frozenset(
    "p div section article aside header footer main nav ul ol li dl dt dd blockquote pre figure figcaption details "
    "summary address form fieldset h1 h2 h3 h4 h5 h6 hr body html".split()
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# On our own pages: the card of each number, which tells again what the report does, and the link of each figure.
_BESIDE = frozenset({("section", "cards"), ("a", "here")})
_CHUNK = 1 << 16
_DEEPEST = 500  # elements in elements


@dataclass(slots=True)
class _Table:
    rows: list[list[RawCell]] = field(default_factory=list)
    row: list[RawCell] | None = None
    cell: tuple[bool, int, int] | None = None  # head, across, down
    text: list[str] = field(default_factory=list)
    caption: list[str] = field(default_factory=list)
    in_caption: bool = False
    in_head: bool = False
    heads: int = 0
    place: str = ""


def read_html(data: bytes, name: str, on_time: Callable[[], None]) -> Paper:
    """The page as blocks. `on_time` is asked now and then, and may raise. Raises Faults CHECK-204 on its size."""
    text = _decoded(data)
    reader = _Reader(Budget(name))
    for start in range(0, len(text), _CHUNK):
        on_time()
        reader.feed(text[start : start + _CHUNK])
    reader.close()
    reader.finish()
    return Paper(name, "html", tuple(reader.blocks), reader.language)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


class _Reader(HTMLParser):
    def __init__(self, budget: Budget) -> None:
        super().__init__(convert_charrefs=True)
        self.budget = budget
        self.blocks: list[Block] = []
        self.language = ""
        self.own = False
        self.tables: list[_Table] = []
        self.words: list[str] = []
        self.kind = "text"
        self.skipping: list[str] = []
        self.depth = 0
        self.raised = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        if self.skipping:
            if (tag in _SKIPPED or tag == self.skipping[-1]) and tag not in _VOID:
                self.skipping.append(tag)
            self.own |= tag == "meta" and _is_ours(given)
            return
        if self.own and (tag, given.get("class")) in _BESIDE:
            self.skipping.append(tag)
            return
        if tag in _SKIPPED:
            # »head« is closed by whatever a head cannot hold, also where nobody wrote its end.
            self.skipping.append(tag)
            return
        if tag not in _VOID:
            self.depth += 1
            if self.depth > _DEEPEST * 20:
                raise self.budget.refused("den er bygget dybere, end nogen side er")
        if tag == "table":
            self._open_table()
        elif self.tables and tag in ("thead", "tbody", "tfoot", "tr", "td", "th", "caption"):
            self._table_tag(tag, given)
        elif tag == "br":
            self._add(" ")
        elif tag == "sup":
            self.raised += 1
        elif tag in ("span", "small") and self._cell_words():
            self._add(" " if given.get("class") in ("under", "sign") else "")
        elif tag in _BREAKS:
            self._break(tag, given.get("class") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SKIPPED:
            self.handle_starttag(tag, attrs)
            if tag not in _VOID:
                self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.skipping:
            if tag in self.skipping:
                while self.skipping.pop() != tag:
                    pass
            return
        self.depth = max(0, self.depth - (tag not in _VOID))
        if tag == "table" and self.tables:
            self._close_table()
        elif self.tables and tag in ("td", "th"):
            self._close_cell()
        elif self.tables and tag == "tr":
            self._close_row()
        elif self.tables and tag == "thead":
            self._close_row()
            self.tables[-1].in_head = False
        elif self.tables and tag == "caption":
            self.tables[-1].in_caption = False
        elif tag == "sup":
            self.raised = max(0, self.raised - 1)
        elif tag in _BREAKS:
            self._break("", "")

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.budget.text(len(data))
            self._add(data.translate(_RAISED) if self.raised else data)

    def _cell_words(self) -> list[str] | None:
        if self.tables:
            table = self.tables[-1]
            if table.in_caption:
                return table.caption
            return table.text if table.cell else None
        return None

    def _add(self, text: str) -> None:
        words = self._cell_words()
        if words is not None:
            words.append(text)
        elif not self.tables:
            self.words.append(text)

    def _break(self, tag: str, kind: str) -> None:
        if self.tables:
            self._add(" ")
            return
        self._flush()
        if tag in _HEADINGS:
            self.kind = "heading"
        elif tag == "figcaption":
            self.kind = "caption"
        else:
            self.kind = "text"

    def _flush(self) -> None:
        text = flat("".join(self.words))
        self.words.clear()
        if text:
            self.budget.block()
            self.blocks.append(Text(text, f"afsnit {len(self.blocks) + 1}", self.kind))

    def _open_table(self) -> None:
        if not self.tables:
            self._flush()
        self.budget.table(len(self.tables))
        self.tables.append(_Table(place=f"tabel nr. {self.budget.tables}"))

    def _table_tag(self, tag: str, given: dict[str, str | None]) -> None:
        table = self.tables[-1]
        if tag == "caption":
            table.in_caption = True
        elif tag in ("td", "th"):
            self._close_cell()
            if table.row is None:
                table.row = []
            self.budget.cell()
            across, down = _span(given.get("colspan")), _span(given.get("rowspan"), 0)
            table.cell = (tag == "th", across, down or MAX_SPAN)
        else:
            self._close_row()
            table.in_head = tag == "thead" or (tag == "tr" and table.in_head)
            if tag == "tr":
                table.row = []

    def _close_cell(self) -> None:
        table = self.tables[-1]
        if table.cell is None:
            return
        head, across, down = table.cell
        if table.row is not None:
            table.row.append(RawCell(flat("".join(table.text)), head, across, down))
        table.cell = None
        table.text = []

    def _close_row(self) -> None:
        table = self.tables[-1]
        self._close_cell()
        if table.row:
            table.heads += table.in_head and table.heads == len(table.rows)
            table.rows.append(table.row)
        table.row = None

    def _close_table(self) -> None:
        self._close_row()
        table = self.tables.pop()
        self.budget.block()
        caption = flat("".join(table.caption))
        self.blocks.append(RawTable(tuple(map(tuple, table.rows)), table.place, caption, table.heads))

    def finish(self) -> None:
        """Closes what the page left open."""
        while self.tables:
            self._close_table()
        self._flush()


def _is_ours(meta: dict[str, str | None]) -> bool:
    return meta.get("name") == "generator" and (meta.get("content") or "").startswith("sagsbarometer ")


def _span(text: str | None, least: int = 1) -> int:
    found = re.fullmatch(r"\s*(\d{1,6})\s*", text or "")
    return min(max(int(found.group(1)), least), MAX_SPAN) if found else 1
