"""Which digits of a text are no figures of ours: paragraphs of law, dates, years, principle decisions.

Everything else that looks like a number must be bound to a cell or marked `[98]{.fixed}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MONTH = "(?:januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december)"
_YEAR = r"(?<!\d)(?:19|20)\d\d(?!\d)"
# What a count is followed by: then the number is a figure, whatever stands before it.
_NO_COUNT = (
    r"(?!\d)(?!\s*(?:%|procent|pct|sag|afgørels|afslag|bevilling|kommun|borger|person|dag|uge|måned|gange|"
    r"ud\s+af|af\s+de|mangler|timer|kr))"
)
_JOIN = r"(?:\s*[-–]\s*|\s*,\s*(?:(?:og|eller|jf\.)\s+)?|\s+(?:og|eller|til|samt)\s+)"
_NUMBER = rf"\d+(?:\s?[a-zæøå](?![a-zæøå]))?{_NO_COUNT}"
_PART = rf"(?:(?:stk|nr|pkt)\.?\s*\d+(?:{_JOIN}\d+{_NO_COUNT})*|\d+\.\s*pkt\.?|litra\s+[a-zæøå]\b)"
_SECTION = rf"{_NUMBER}(?:,?\s*{_PART})*"

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"§§\s*{_SECTION}(?:{_JOIN}(?:§+\s*)?{_SECTION})*",
        rf"§\s*{_SECTION}",
        _PART,
        r"\bkapit(?:el|ler|lerne)\s+\d+(?:\s?[a-zæøå](?![a-zæøå]))?",
        rf"(?<!\d)\d{{1,2}}\.\s*{_MONTH}(?:\s+\d{{4}})?",
        rf"\b{_MONTH}\s+{_YEAR}{_NO_COUNT}",
        r"(?<!\d)[1-4]\.\s*(?:kvartal|halvår)(?:\s+\d{4})?",
        r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)",
        r"(?<!\d)\d{1,2}[-./]\d{1,2}[-./]\d{4}(?!\d)",
        rf"\b(?:år|året|årene|årets|i|fra|til|siden|inden|efter|før|for|ved|perioden|mellem|foråret|sommeren|efteråret|"
        rf"vinteren|primo|medio|ultimo|udgangen\s+af|begyndelsen\s+af|\w*barometret|\w*barometer|\w*undersøgelsen)\s+"
        rf"{_YEAR}(?:{_JOIN}{_YEAR})*{_NO_COUNT}",
        rf"\({_YEAR}(?:{_JOIN}{_YEAR})*\)",
        r"\bFOU\s*(?:nr\.?\s*)?\d{4}[-.]\d+(?:-\d+)?",
        r"(?<!\d)95[-\s]*(?:procents?|%)[-\s]*(?:konfidens|sikkerheds)?-?interval\w*",
    )
)
# A name with a capital and a year: "Handicapsagsbarometret 2023", "KL 2022".
_NAMED_YEAR = re.compile(rf"\b[A-ZÆØÅ]\w+\s+{_YEAR}(?:{_JOIN}{_YEAR})*{_NO_COUNT}")
_DECISION = re.compile(r"(?<![\w-])(?:[A-Z]-)?\d{1,3}-\d{2}(?![\d-])(?!\s*(?:procent|pct|%))")
_DECISION_WORD = re.compile(r"princip(?:meddelels|afgørels)", re.IGNORECASE)
_DECISION_REACH = 80  # how many characters before the number the word may stand
_HEAD_NUMBER = re.compile(r"\s*(?:(?:kapitel|bilag|del)\s+)?\d+(?:\.\d+)*\.?(?=[\s:])", re.IGNORECASE)
_DIGITS = re.compile(r"[\d¼½¾²³¹⁰⁴-⁹]+(?:[.,]\d+)*")


def unbound(text: str, heading: bool = False) -> Iterator[tuple[int, str]]:
    """Position and text of every number in `text` that is neither law, date nor year.

    `heading` lets a chapter number stand first.
    """
    known = [match.span() for pattern in (*_PATTERNS, _NAMED_YEAR) for match in pattern.finditer(text)]
    known += [match.span() for match in _DECISION.finditer(text) if _is_decision(text, match.start())]
    if heading and (match := _HEAD_NUMBER.match(text)):
        known.append(match.span())
    for match in _DIGITS.finditer(text):
        if not any(start <= match.start() and match.end() <= end for start, end in known):
            yield match.start(), match.group()


def _is_decision(text: str, start: int) -> bool:
    """A principle decision is called one: `52-15` alone could be an interval."""
    return _DECISION_WORD.search(text, max(0, start - _DECISION_REACH), start) is not None
