"""A letter as PDF/UA-1 by Typst. What it says goes over as strings: no text is ever read as Typst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sagsbarometer.reporting.charts import fonts
from sagsbarometer.reporting.writers.pdf_paper import Paper
from sagsbarometer.reporting.writers.typst_text import string

_HEAD = """
#set document(title: {title}, author: {sender})
#set text(lang: "da", font: ({fonts}), size: 11pt)
#set page(paper: "a4", margin: (x: 2.6cm, top: 2.8cm, bottom: 2.6cm), footer: context align(right, text(size: 8pt,
  fill: rgb("#4d5c66"), [Side #counter(page).display() af #counter(page).final().first()])))
#set par(leading: 0.72em, spacing: 1.2em, justify: false)
#set list(indent: 0.4em, spacing: 0.9em)
#set enum(indent: 0.4em, spacing: 0.9em)
#show heading: set text(fill: rgb("#0f4c66"), weight: 600, hyphenate: false)
#show heading: set block(sticky: true, above: 1.6em, below: 0.8em)
#show heading.where(level: 1): set text(size: 19pt)
#show heading.where(level: 2): set text(size: 13pt)
"""


def letter_pdf(markdown: str, sender: str, dateline: str = "") -> bytes:
    """The letter; the same bytes for the same text and `dateline`, which stands above it. Headings, paragraphs, lists
    and stress; the rest is words."""
    tokens = _markdown().parse(markdown)
    title = next((token.content for token in tokens if token.type == "inline"), "Brev").replace("*", "")
    head = _HEAD.format(
        title=string(title),
        sender=string(sender or "sagsbarometer"),
        fonts=", ".join(map(string, fonts.FAMILIES)),
    )
    with TemporaryDirectory(prefix="sagsbarometer-") as folder:
        body = (f"#align(right)[#{string(dateline)}]\n" if dateline else "") + "".join(_blocks(tokens))
        return Paper.of(head + body, Path(folder)).printed({}, 0)


def letter_html(markdown: str) -> str:
    """The letter for the screen, safe: HTML in the text is shown as the letters it is made of. Its headings are one
    level lower than written: the page it is shown on has a heading of its own."""
    parser = _markdown()
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
    return str(parser.renderer.render(tokens, parser.options, {}))


def title_of(markdown: str) -> str:
    """The heading a letter begins with, as the subject of its e-mail."""
    return markdown.split("\n", 1)[0].lstrip("# ").replace("*", "").strip()


def _markdown() -> Any:
    from markdown_it import MarkdownIt

    # Nothing that loads or points elsewhere: a letter is words.
    return MarkdownIt("commonmark", {"html": False}).disable(
        ["image", "link", "autolink", "reference", "code", "fence", "html_block"]
    )


_OPEN = {"bullet_list_open": "#list(", "ordered_list_open": "#enum("}


def _blocks(tokens: Sequence[Any]) -> Iterator[str]:
    for number, token in enumerate(tokens):
        kind = token.type
        if kind == "heading_open":
            # A letter has one title; what skips a level would be refused as PDF/UA.
            yield f"\n#heading(level: {1 if number == 0 else 2})["
        elif kind == "heading_close":
            yield "]\n"
        elif kind in _OPEN:
            yield f"\n{_OPEN[kind]}"
        elif kind in ("bullet_list_close", "ordered_list_close"):
            yield ")\n"
        elif kind == "list_item_open":
            yield "["
        elif kind == "list_item_close":
            yield "], "
        elif kind == "paragraph_open":
            yield "" if token.hidden else "\n#par["
        elif kind == "paragraph_close":
            yield "" if token.hidden else "]\n"
        elif kind == "inline":
            yield "".join(_inline(token.children or ()))
        elif kind == "hr":
            yield "\n#line(length: 100%)\n"
        elif token.content:
            yield f"#{string(token.content)}"


def _inline(tokens: Sequence[Any]) -> Iterator[str]:
    marks = {"strong_open": "#strong[", "em_open": "#emph[", "strong_close": "]", "em_close": "]"}
    for token in tokens:
        if token.type in marks:
            yield marks[token.type]
        elif token.type in ("softbreak", "hardbreak"):
            yield "#linebreak()" if token.type == "hardbreak" else " "
        elif token.content:
            yield f"#{string(token.content)}"
