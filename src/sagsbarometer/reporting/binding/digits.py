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

# Law and days as they are cited in either language.
_LAW = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"§§\s*{_SECTION}(?:{_JOIN}(?:§+\s*)?{_SECTION})*",
        rf"§\s*{_SECTION}",
        _PART,
        r"\bkapit(?:el|ler|lerne)\s+\d+(?:\s?[a-zæøå](?![a-zæøå]))?",
        r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)",
        r"(?<!\d)\d{1,2}[-./]\d{1,2}[-./]\d{4}(?!\d)",
        rf"\({_YEAR}(?:{_JOIN}{_YEAR})*\)",
        r"\bFOU\s*(?:nr\.?\s*)?\d{4}[-.]\d+(?:-\d+)?",
    )
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d)\d{{1,2}}\.\s*{_MONTH}(?:\s+\d{{4}})?",
        rf"\b{_MONTH}\s+{_YEAR}{_NO_COUNT}",
        r"(?<!\d)[1-4]\.\s*(?:kvartal|halvår)(?:\s+\d{4})?",
        rf"\b(?:år|året|årene|årets|i|fra|til|siden|inden|efter|før|for|ved|perioden|mellem|foråret|sommeren|efteråret|"
        rf"vinteren|primo|medio|ultimo|udgangen\s+af|begyndelsen\s+af|\w*barometret|\w*barometer|\w*undersøgelsen)\s+"
        rf"{_YEAR}(?:{_JOIN}{_YEAR})*{_NO_COUNT}",
        r"(?<!\d)95[-\s]*(?:procents?|%)[-\s]*(?:konfidens|sikkerheds)?-?interval\w*",
    )
)
_MONTH_EN = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_NO_COUNT_EN = (
    r"(?!\d)(?!\s*(?:%|percent|per\s+cent|points|case|decision|refusal|grant|municipalit|citizen|person|day|week|"
    r"month|times|out\s+of|of\s+the|of\s+them|defects|hours|kr|DKK))"
)
_JOIN_EN = r"(?:\s*[-–]\s*|\s*,\s*(?:(?:and|or|cf\.)\s+)?|\s+(?:and|or|to)\s+)"
_SUB_EN = r"(?:\(\w{1,3}\))*"
_OF_LAW = _NO_COUNT_EN.replace(r"of\s+the|", "")  # "section 97 of the Act"
_NUMBER_EN = rf"\d+(?:\s?[a-z](?![a-z]))?{_SUB_EN}{_OF_LAW}"
_NUMBERED_EN = rf"\(?\d+\)?{_NO_COUNT_EN}"
_PART_EN = rf"(?:subsections?|paragraphs?|nos?\.|points?)\s*{_NUMBERED_EN}(?:{_JOIN_EN}{_NUMBERED_EN})*"
_PATTERNS_EN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:§+|\bsections?|\bs\.)\s*{_NUMBER_EN}(?:{_JOIN_EN}(?:§+\s*|sections?\s+)?{_NUMBER_EN})*(?:,?\s*{_PART_EN})*",
        rf"\b{_PART_EN}",
        rf"\bchapters?\s+\d+(?:\s?[a-z](?![a-z]))?(?:{_JOIN_EN}\d+{_NO_COUNT_EN})*",
        rf"(?<!\d)\d{{1,2}}\s+{_MONTH_EN}(?:\s+\d{{4}})?(?:\s*[-–]\s*\d{{1,2}}\s+{_MONTH_EN}(?:\s+\d{{4}})?)?",
        rf"\b{_MONTH_EN}\s+(?:\d{{1,2}},?\s+)?{_YEAR}{_NO_COUNT_EN}",
        rf"\b(?:years?|in|from|to|since|until|by|before|after|for|during|between|of|period|spring|summer|autumn|winter|"
        rf"\w*barometer|study|report)\s+{_YEAR}(?:{_JOIN_EN}{_YEAR})*{_NO_COUNT_EN}",
        rf"\({_YEAR}(?:{_JOIN_EN}{_YEAR})*\)",
        rf"{_YEAR}[-–]{_YEAR}{_NO_COUNT_EN}",
        r"(?<!\d)95[-\s]*(?:percent|per\s+cent|%)[-\s]*(?:confidence\s+)?-?intervals?",
    )
)
_DECISION_WORD_EN = re.compile(r"principle\s+decision", re.IGNORECASE)
# A name with a capital and a year: "Handicapsagsbarometret 2023", "KL 2022".
_NAMED_YEAR = re.compile(rf"\b[A-ZÆØÅ]\w+\s+{_YEAR}(?:{_JOIN}{_YEAR})*{_NO_COUNT}")
_NAMED_YEAR_EN = re.compile(rf"\b[A-Z]\w+\s+{_YEAR}(?:{_JOIN_EN}{_YEAR})*{_NO_COUNT_EN}")
_DECISION = re.compile(r"(?<![\w-])(?:[A-Z]-)?\d{1,3}-\d{2}(?![\d-])(?!\s*(?:procent|pct|%))")
_DECISION_WORD = re.compile(r"princip(?:meddelels|afgørels)", re.IGNORECASE)
_DECISION_REACH = 80  # how many characters before the number the word may stand
_HEAD_NUMBER = re.compile(
    r"\s*(?:(?:kapitel|bilag|del|chapter|annex|part)\s+)?\d+(?:\.\d+)*\.?(?=[\s:])", re.IGNORECASE
)
_DIGITS = re.compile(r"[\d¼½¾²³¹⁰⁴-⁹]+(?:[.,]\d+)*")


def unbound(text: str, heading: bool = False, language: str = "da") -> Iterator[tuple[int, str]]:
    """Position and text of every number in `text` that is neither law, date nor year; in English
    as that is written, and law as in Danish too, because it is cited so.

    `heading` lets a chapter number stand first.
    """
    english = language == "en"
    patterns = (*_LAW, *_PATTERNS_EN, _NAMED_YEAR_EN) if english else (*_LAW, *_PATTERNS, _NAMED_YEAR)
    known = [match.span() for pattern in patterns for match in pattern.finditer(text)]
    known += [
        match.span() for match in _DECISION.finditer(text) if _is_decision(text, match.start(), english)
    ]
    if heading and (match := _HEAD_NUMBER.match(text)):
        known.append(match.span())
    for match in _DIGITS.finditer(text):
        if not any(start <= match.start() and match.end() <= end for start, end in known):
            yield match.start(), match.group()


def _is_decision(text: str, start: int, english: bool) -> bool:
    """A principle decision is called one: `52-15` alone could be an interval."""
    words = (_DECISION_WORD, _DECISION_WORD_EN) if english else (_DECISION_WORD,)
    return any(word.search(text, max(0, start - _DECISION_REACH), start) for word in words)
