"""Which numbers of a page open no card: read off the HTML, with nothing of the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

_DIGIT = re.compile(r"\d")
# In a sentence these are no numbers of the report: days and years, how sure an interval is, how old or after how long
# a number is asked about, where a method is described, authorities that are not there (901 and on), names of
# coefficients, and how tables are numbered.
_NO_NUMBER = re.compile(
    r"\d{1,2}\. (?:januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december) \d{4}"
    r"|\b(?:19|20)\d\d\b|95[- ]procents?|95\s%|[Ee]fter \d+ (?:uger|måneder)|måned \d+|\b\d+(?:-\d+)? (?:måneder|år)\b"
    r"|\([^()]*\b(?:19|20)\d\d\b[^()]*\)|metode 10|»\d+«|: (?:9\d\d, )*9\d\d\."
    r"|AC[12]|[Tt]abel [\d.]+|[Ff]igur \d+|§+\s?\d+\w?|[Uu]nder \d+"
)


def unopened(page: Path) -> tuple[list[str], list[str]]:
    """The cells with a number, and the sentences with one, that open nothing. Of a cell the first number is looked at:
    what stands under it is told on the same card. Numbers somebody else told are not ours, and have none."""
    main = etree.HTML(page.read_text(encoding="utf-8")).find(".//main")
    for part in main.xpath(".//section[@class='cards'] | .//*[@class='under'] | .//svg | .//details/summary"):
        part.text, kept = "", part.tail
        part.clear()
        part.tail = kept
    cells = [
        f"{_of(cell)}: {''.join(_alone(cell))}"
        for cell in main.iter("td")
        if "figures" in (cell.get("class") or "") and _DIGIT.search("".join(_alone(cell)))
    ]
    texts = [" ".join("".join(_alone(item)).split()) for item in main.xpath(_SENTENCES)]
    return cells, [text for text in texts if _DIGIT.search(_NO_NUMBER.sub("", text))]


# Not the notes of figures and tables, and not what tells how to read them: those say what holds for many numbers.
_SENTENCES = (
    ".//*[self::p or self::li[not(p)]][not(ancestor::*[contains(@class, 'notes') or @class='box' or @class='files'])]"
    "[not(ancestor::section[@class='footnotes'])][not(@class='files')][not(preceding::h2[@id='metode'])]"
)


def _of(cell: Any) -> str:
    table = next(cell.iterancestors("table"))
    row = cell.getparent()
    return f"{''.join(table.find('caption').itertext())[:40]} / {''.join(row[0].itertext())[:30]}"


def _alone(element: Any) -> Iterator[str]:
    """The words of an element that stand in no control."""
    if element.tag in ("button", "code") or "number" in (element.get("class") or "").split():
        return
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _alone(child)
        yield child.tail or ""


def as_read(page: Path) -> str:
    """The page as it is, but its numbers as words: what a reader sees in a sentence."""
    return re.sub(r"</?button[^>]*>", "", page.read_text(encoding="utf-8"))


def cards(page: Path) -> list[dict[str, str]]:
    """What each card of a page tells, by its terms; those on the page of all numbers are not among them."""
    tree = etree.HTML(page.read_text(encoding="utf-8"))
    return [
        {
            "".join(row[0].itertext()): "".join(row[1].itertext())
            for row in card.iter("div")
            if len(row) == 2 and row[0].tag == "dt"
        }
        for card in tree.xpath("//div[@class='card']")
    ]


def dead_ends(page: Path) -> list[str]:
    """The controls of a page that open nothing, here or on the page of all numbers."""
    tree = etree.HTML(page.read_text(encoding="utf-8"))
    ids = set(tree.xpath("//@id"))
    found = [item for item in tree.xpath("//button/@popovertarget") if item not in ids]
    beside = page.with_name("tal.html")
    if beside.exists():
        there = set(etree.HTML(beside.read_text(encoding="utf-8")).xpath("//@id"))
        led = (link.partition("#")[2] for link in tree.xpath("//a[@class='number']/@href"))
        found += [link for link in led if link not in there]
    return found
