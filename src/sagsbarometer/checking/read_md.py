"""A text in Markdown as blocks, also a report's source, whose bound numbers are no numbers yet."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from sagsbarometer.checking.paper import Block, Budget, Paper, RawCell, RawTable, Text, flat

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
# What a report's source binds to a cell, what it marks as not ours, and its lines for figures and tables.
_BOUND = re.compile(r"\{[A-Za-z_][^{}\n]{0,300}\}")
_FIXED = re.compile(r"\[([^\[\]\n]{1,200})\]\{\.[a-z]+\}")
_DIRECTIVE = re.compile(r"^::.*$", re.MULTILINE)


def read_md(data: bytes, name: str, on_time: Callable[[], None]) -> Paper:
    """The text as blocks. Raises Faults CHECK-204 on its size."""
    from markdown_it import MarkdownIt

    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    front = _FRONT.match(text)
    skipped = front.group().count("\n") if front else 0
    text = text[front.end() :] if front else text
    bound = len(_BOUND.findall(text))
    text = _BOUND.sub("…", _FIXED.sub(r"\1", _DIRECTIVE.sub("", text)))
    budget = Budget(name)
    budget.text(len(text))
    on_time()
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    blocks = _Reader(budget, skipped).read(tokens)
    remarks = (
        (f"{bound} tal er bundet til resultater og står ikke i teksten; de er ikke bedømt.",) if bound else ()
    )
    return Paper(name, "md", tuple(blocks), "", remarks)


class _Reader:
    def __init__(self, budget: Budget, skipped: int) -> None:
        self.budget, self.skipped = budget, skipped
        self.blocks: list[Block] = []
        self.rows: list[list[RawCell]] = []
        self.heads = 0
        self.in_head = self.in_table = False
        self.kind, self.line = "text", 0

    def read(self, tokens: list[Token]) -> list[Block]:
        """The blocks, in order."""
        for token in tokens:
            self.line = token.map[0] + 1 + self.skipped if token.map else self.line
            self._token(token)
        return self.blocks

    def _token(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self.kind = "heading"
            case "heading_close":
                self.kind = "text"
            case "table_open":
                self.budget.table(0)
                self.rows, self.heads, self.in_table = [], 0, True
            case "thead_open" | "thead_close":
                self.in_head = token.type == "thead_open"
            case "tr_open":
                self.rows.append([])
                self.heads += self.in_head
            case "inline" if self.in_table:
                self.budget.cell()
                self.rows[-1].append(RawCell(_words(token), self.in_head))
            case "inline":
                self._paragraph(_words(token))
            case "table_close":
                self.in_table = False
                self.budget.block()
                rows = tuple(map(tuple, self.rows))
                self.blocks.append(RawTable(rows, f"tabel nr. {self.budget.tables}", "", self.heads))

    def _paragraph(self, text: str) -> None:
        if text:
            self.budget.block()
            self.blocks.append(Text(text, f"linje {self.line}", self.kind))


def _words(token: Token) -> str:
    """What is read of a line: no addresses, no marks, line ends as blanks."""
    parts = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return flat("".join(parts))
