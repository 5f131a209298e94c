"""Shares that a sentence says in words: »halvdelen«, »tre ud af fire«, »hver tredje«, and how far each reaches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sagsbarometer.checking.loosening import Loosening, LooseWord, limits
from sagsbarometer.checking.numbers import PERCENT, Number
from sagsbarometer.reporting.binding.quantities import said

_ALONE = 2  # points either way, as the reports of this program allow
_WORDS: Mapping[str, int] = {
    **{word: at for at, word in enumerate("to tre fire fem seks syv otte ni ti".split(), 2)},
    **dict.fromkeys(("en", "én", "et", "ét", "one"), 1),
    **{word: at for at, word in enumerate("two three four five six seven eight nine ten".split(), 2)},
}
_EACH = {
    "anden": 2, "tredje": 3, "fjerde": 4, "femte": 5, "sjette": 6, "ottende": 8, "tiende": 10,
    "second": 2, "third": 3, "fourth": 4, "fifth": 5, "tenth": 10,
}  # fmt: skip
_N = rf"({'|'.join(_WORDS)}|\d{{1,2}})"
_OUT_OF = re.compile(
    rf"(?<![\w.,§])(?<!§\s){_N}\s(?:ud\saf|out\sof|in(?=\s(?:two|three|four|five|six|eight|ten|10|100)\b))\s"
    rf"({'|'.join(_WORDS)}|10|100|[2-9])(?![\w%]|[.,]\d|\s?(?:%|procent|pct))",
    re.IGNORECASE,
)
# Not of time: »hver anden måned« is how often.
_EVERY = re.compile(
    rf"\b(?:hver|every)\s({'|'.join(_EACH)})\b(?!\s(?:gang|måned|uge|dag|år|kvartal|time|nat|month|week|day|year|time))",
    re.IGNORECASE,
)


# What the list of words has in Danish alone.
_LOOSE_EN = {
    "more than": "mere end", "just over": "godt", "almost": "næsten", "just under": "knap", "around": "about",
    "less than": "mindre end", "fewer than": "færre end", "at least": "mindst", "up to": "op til",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spelled:
    """Words for a share, where they stand, and the percentages they may be said of, both ends included."""

    words: str
    start: int
    end: int
    low: Fraction
    high: Fraction

    def fits(self, percent: Fraction) -> bool:
        """Whether a percentage may be called so."""
        return self.low <= percent <= self.high


def spelled(sentence: str, language: str, loosening: Loosening) -> list[Spelled]:
    """The shares that a sentence says in words, in its order."""
    found = [
        Spelled(item.words, item.position, item.position + len(item.words), item.low, item.high)
        for item in said(sentence, language)
    ]
    for start, end, share in _counted(sentence):
        word, rule = loosened(sentence[max(start - 80, 0) : start], loosening)
        low, high = _reach(share, rule)
        words = sentence[start:end]
        found.append(Spelled(f"{word} {words}".strip(), start, end, low, high))
    return sorted(found, key=lambda item: item.start)


def _counted(sentence: str) -> Iterator[tuple[int, int, Fraction]]:
    for match in _OUT_OF.finditer(sentence):
        some, all_ = (_WORDS.get(text.lower()) or int(text) for text in match.groups())
        if 0 < some < all_:
            yield *match.span(), Fraction(100 * some, all_)
    for match in _EVERY.finditer(sentence):
        yield *match.span(), Fraction(100, _EACH[match.group(1).lower()])


def _reach(share: Fraction, rule: LooseWord | None) -> tuple[Fraction, Fraction]:
    if rule is None or rule.rule in ("equal", "differs"):
        return share - _ALONE, share + _ALONE
    if rule.rule == "near":
        return limits(rule, Number(share, share, share, PERCENT, 0))
    hair = Fraction(1, 10**6) if rule.rule in ("above", "below") else Fraction(0)
    return (
        (share + hair, Fraction(100)) if rule.rule in ("above", "at_least") else (Fraction(0), share - hair)
    )


def loosened(before: str, loosening: Loosening) -> tuple[str, LooseWord | None]:
    """The loosening word right before a number, the longest that fits."""
    tail = " ".join(before.lower().split()[-4:])
    for count in (4, 3, 2, 1):
        words = " ".join(tail.split()[-count:])
        rule = loosening.words.get(_LOOSE_EN.get(words, words))
        if rule is not None and rule.rule not in ("share", "equal"):
            return words, rule
    return "", None
