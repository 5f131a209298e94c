"""What was recognised on pages that are pictures: words with their places, and which of them look like CPR numbers.

A machine read it, so it may be wrong: it is for searching, for choosing a place and for covering, never for a figure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sagsbarometer.documents.persons import HIDDEN, cpr_numbers
from sagsbarometer.kernel.ids import cpr_spans, read_plain, written_spans

PAGE = "\n\f\n"  # between the pages of a text, as reading_pdf writes it
SURE = 80  # percent: from here a number is taken to be somebody's
# Left, top, width, height: shares of the page as nobody has turned it.
Box = tuple[float, float, float, float]
_TALLER = 0.15  # of its height, on each side of a word that is covered
_ALIKE = str.maketrans("OoQDlI|iSsBZz", "0000111155822")
_NEARLY = re.compile(r"(?<!\w)(?=(?:[^\s\d]*\d){2})[0-9OoQDlI|iSsBZz][-.,:/0-9OoQDlI|iSsBZz]{3,20}(?!\w)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was read, where, and how sure that is in percent."""

    text: str
    box: Box
    sure: int = 100


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """The lines of a page. `turn`: how it must be turned to be read, in degrees clockwise. `beside`: it has text of its
    own, or is a picture in a text, so that what was read here is looked at for numbers alone."""

    lines: tuple[tuple[Word, ...], ...] = ()
    turn: int = 0
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """The pages that were looked at, by number from 1 (of a DOCX its pictures, by their places among its parts), those
    that are `left`, and those that `failed`: nobody knows what is on them."""

    pages: Mapping[int, ScannedPage] = field(default_factory=dict)
    left: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()


def letters_as_digits(text: str) -> str:
    """A text with the letters that are taken for digits as digits, in words of nothing but such letters, signs and at
    least two digits: `0l0203-I234`.

    As long as it was.
    """
    return _NEARLY.sub(lambda word: word.group().translate(_ALIKE), text)


def words_of(page: ScannedPage) -> str:
    """The text of a page, a line for each. What looks like a CPR number only when digits are read for letters has them,
    so that it is hidden wherever the text is."""
    as_read, _ = _placed(page)
    is_seen: dict[int, bool] = {}
    for text, *_, words in _found(page):
        for word in words:
            is_seen.setdefault(id(word), text == as_read)
    return "\n".join(
        " ".join(word.text if is_seen.get(id(word), True) else letters_as_digits(word.text) for word in line)
        for line in page.lines
    )


def joined(text: str, scan: Scan) -> str:
    """The text of a document, with what was recognised on those of its pages that had none."""
    pages = text.split(PAGE)
    for number, page in sorted(scan.pages.items()):
        if page.beside:
            continue
        pages += [""] * (number - len(pages))
        if not pages[number - 1].strip():
            pages[number - 1] = words_of(page)
    return PAGE.join(pages)


def numbers_in(scan: Scan, surest: bool = False) -> tuple[str, ...]:
    """The different CPR numbers, sorted, by their digits alone. `surest`: those alone that were read clearly."""
    found: set[str] = set()
    for page in scan.pages.values():
        for text, start, end, words in _found(page):
            if not surest:
                found.add(re.sub(r"\D", "", text[start:end]))
            elif all(word.sure >= SURE for word in words):
                found.update(cpr_numbers(text[start:end]))
    return tuple(sorted(found))


def covers(page: ScannedPage) -> list[Box]:
    """The places of a page that look like CPR numbers."""
    return [_padded(word.box, page.turn) for word in _numbered(page)]


def shown(page: ScannedPage) -> list[list[tuple[str, Box]]]:
    """The lines to lay over the picture, numbers hidden; none where the page has its own."""
    if page.beside:
        return []
    hidden = {id(word) for word in _numbered(page)}
    return [[(HIDDEN if id(word) in hidden else word.text, word.box) for word in line] for line in page.lines]


def _numbered(page: ScannedPage) -> list[Word]:
    """The words of which something looks like a CPR number."""
    return list({id(word): word for *_, words in _found(page) for word in words}.values())


def _found(page: ScannedPage) -> Iterator[tuple[str, int, int, list[Word]]]:
    """What looks like a CPR number, as it was read and with digits for letters: text, start, end, and its words."""
    read, places = _placed(page)
    for text in dict.fromkeys((read, letters_as_digits(read))):
        spans = {(start, end) for start, end, _ in cpr_spans(text)} | set(written_spans(text))
        for start, end in sorted(spans):
            yield text, start, end, [word for first, last, word in places if first < end and last > start]


_Places = list[tuple[int, int, Word]]


def _placed(page: ScannedPage) -> tuple[str, _Places]:
    """The text of a page as it is searched, with where in it each word stands."""
    out, places, at = [], [], 0
    for line in page.lines:
        for nth, word in enumerate(line):
            plain = read_plain(word.text)
            places.append((at, at + len(plain), word))
            out += [plain, "\n" if nth == len(line) - 1 else " "]
            at += len(plain) + 1
    return "".join(out), places


def _padded(box: Box, turn: int) -> Box:
    """A little larger: a machine draws its boxes close."""
    left, top, width, height = box
    more = _TALLER * (width if turn % 180 else height)
    return (left - more, top - more, width + 2 * more, height + 2 * more)


def turned(box: Box, turn: int) -> Box:
    """Where a box is on a page that is turned, in degrees clockwise."""
    left, top, width, height = box
    if turn == 90:
        return (1 - top - height, left, height, width)
    if turn == 180:
        return (1 - left - width, 1 - top - height, width, height)
    if turn == 270:
        return (top, 1 - left - width, height, width)
    return box


def written(scan: Scan) -> bytes:
    """As it is kept: a line of what is said of all, and one for each page, so that a page is read by itself."""
    lines = [_json({"left": scan.left, "failed": scan.failed})]
    lines += [f"{number}\t{_json(_page_told(page))}" for number, page in sorted(scan.pages.items())]
    return "\n".join(lines).encode()


def read_scan(content: bytes, only: int | None = None) -> Scan:
    """What `written` gave; of the pages `only` one."""
    head, *lines = content.split(b"\n")
    said = json.loads(head)
    pages = {}
    for line in lines:
        number, _, page = line.partition(b"\t")
        if only is None or int(number) == only:
            pages[int(number)] = page_of(json.loads(page))
    return Scan(pages, tuple(said["left"]), tuple(said["failed"]))


def _json(told: Any) -> str:
    return json.dumps(told, separators=(",", ":"))


def _page_told(page: ScannedPage) -> dict[str, Any]:
    lines = [[[word.text, *word.box, word.sure] for word in line] for line in page.lines]
    return {"lines": lines, "turn": page.turn, "beside": page.beside}


def page_of(said: Mapping[str, Any]) -> ScannedPage:
    """A page as JSON has it. Raises KeyError, TypeError or ValueError for what is none."""
    return ScannedPage(tuple(map(_line, said["lines"])), int(said["turn"]), bool(said["beside"]))


def _line(words: Iterable[Any]) -> tuple[Word, ...]:
    return tuple(
        Word(str(text), (float(left), float(top), float(width), float(height)), int(sure))
        for text, left, top, width, height, sure in words
    )
