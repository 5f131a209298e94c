"""Words for a share ("knap halvdelen") held against the numbers bound in the same sentence.

The limits are our own choice, wide enough for ordinary Danish: a word is questioned only when no bound
share in its sentence lies within them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell
from sagsbarometer.reporting.numbers import danish


@dataclass(frozen=True, slots=True)
class Quantity:
    """A word and the percentages it fits, both ends included."""

    pattern: re.Pattern[str]
    low: Fraction
    high: Fraction
    noun: str  # a pattern: what stands wherever the first one fits

    def fits(self, share: Fraction) -> bool:
        """Whether `share` (in percent) may be called so."""
        return self.low <= share <= self.high


def _quantity(words: str, low: str, high: str, noun: str = "") -> Quantity:
    pattern = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    return Quantity(pattern, Fraction(low), Fraction(high), noun or words)


def _any_noun(quantities: tuple[Quantity, ...]) -> re.Pattern[str]:
    """Found in every text that one of the quantities is found in; most sentences tell no share."""
    return re.compile("|".join(dict.fromkeys(item.noun for item in quantities)), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Modifiers:
    """What may stand before a fraction."""

    about: str
    barely: str
    nearly: str
    well: str
    over: str
    under: str


_DA = _Modifiers(
    r"(?:cirka|ca\.|omkring|omtrent|rundt regnet)\s+",
    r"knapt?\s+",
    r"(?:næsten|lidt under|tæt på|lige under)\s+",
    r"(?:godt|lidt over|lige over|lidt mere end)\s+",
    r"(?:over|mere end)\s+",
    r"(?:under|mindre end|færre end)\s+",
)
_EN = _Modifiers(
    r"(?:about|around|roughly|approximately|some)\s+",
    r"(?:barely|not\s+quite)\s+",
    r"(?:almost|nearly|just\s+under|close\s+to|a\s+little\s+under)\s+",
    r"(?:just\s+over|a\s+little\s+over|slightly\s+more\s+than|well\s+over)\s+",
    r"(?:over|more\s+than)\s+",
    r"(?:under|less\s+than|fewer\s+than)\s+",
)


def _fraction(noun: str, percent: str, said: _Modifiers = _DA) -> tuple[Quantity, ...]:
    """A fraction with its modifiers, the most particular first. `knap` reaches 5 points down, `næsten` 8,
    `godt` 8 up; alone it allows 2 points either way, `omkring` 5."""
    middle = Fraction(percent)
    nought, hundred = Fraction(0), Fraction(100)

    def of(words: str, low: Fraction, high: Fraction) -> Quantity:
        return _quantity(words + noun, str(max(nought, low)), str(min(hundred, high)), noun)

    hair = Fraction(1, 10**6)  # "over" is more than, not as much as
    return (
        of(said.about, middle - 5, middle + 5),
        of(said.barely, middle - 5, middle),
        of(said.nearly, middle - 8, middle),
        of(said.well, middle, middle + 8),
        of(said.over, middle + hair, hundred),
        of(said.under, nought, middle - hair),
        of("", middle - 2, middle + 2),
    )


# Ordered: where two cover the same words, the first is meant.
QUANTITIES: tuple[Quantity, ...] = (
    *_fraction(r"halvdelen", "50"),
    *_fraction(r"to\s+tredjedele", "200/3"),
    *_fraction(r"(?:en\s+)?tredjedel", "100/3"),
    *_fraction(r"tre\s+fjerdedele", "75"),
    *_fraction(r"(?:en\s+)?fjerdedel", "25"),
    *_fraction(r"(?:en\s+)?femtedel", "20"),
    *_fraction(r"(?:en\s+)?tiendedel", "10"),
    _quantity(r"(?:næsten|stort\s+set)\s+alle", "90", "100"),
    _quantity(r"langt\s+de\s+fleste|langt\s+størstedelen|det\s+store\s+flertal", "70", "100"),
    _quantity(
        r"(?:de\s+fleste|størstedelen|hovedparten|(?:et\s+)?flertallet|et\s+flertal)", "50.000001", "100"
    ),
    _quantity(r"(?:mindretallet|et\s+mindretal)", "0", "49.999999"),
)


QUANTITIES_EN: tuple[Quantity, ...] = (
    *_fraction(r"half(?=\s+(?:of|the|all)\b)", "50", _EN),
    *_fraction(r"two[\s-]+thirds", "200/3", _EN),
    *_fraction(r"(?:a|one)[\s-]+third(?!\s+part)", "100/3", _EN),
    *_fraction(r"three[\s-]+quarters", "75", _EN),
    *_fraction(r"(?:a|one)[\s-]+quarter", "25", _EN),
    *_fraction(r"(?:a|one)[\s-]+fifth", "20", _EN),
    *_fraction(r"(?:a|one)[\s-]+tenth", "10", _EN),
    _quantity(r"(?:almost|nearly)\s+all|virtually\s+all", "90", "100"),
    _quantity(r"by\s+far\s+the\s+most|the\s+(?:vast|great|large)\s+majority", "70", "100"),
    _quantity(r"most\s+of\s+the|(?:the|a)\s+majority", "50.000001", "100"),
    _quantity(r"(?:the|a)\s+minority", "0", "49.999999"),
)


_WORDS: dict[str, tuple[re.Pattern[str], tuple[Quantity, ...]]] = {
    "da": (_any_noun(QUANTITIES), QUANTITIES),
    "en": (_any_noun(QUANTITIES_EN), QUANTITIES_EN),
}


def share(cell: Cell) -> Fraction | None:
    """The share in percent, exact; None for anything but a share with something known."""
    return cell.exact if cell.unit == "percent" else None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A word for a share that fits none of the bound shares around it."""

    words: str
    low: Fraction
    high: Fraction
    position: int

    @property
    def allowed(self) -> str:
        """`42-50 procent`."""
        return f"{danish(round_half_up(self.low))}-{danish(round_half_up(self.high))} procent"


def disagreements(text: str, shares: list[Fraction], language: str = "da") -> list[Disagreement]:
    """The words of `text` that fit none of `shares`. Nothing is said where no share is bound."""
    if not shares:
        return []
    return [
        item for item, quantity in _said(text, language) if not any(quantity.fits(share) for share in shares)
    ]


def said(text: str, language: str = "da") -> list[Disagreement]:
    """The words of `text` that tell how large a share is, whatever it is."""
    return [item for item, _ in _said(text, language)]


def _said(text: str, language: str) -> list[tuple[Disagreement, Quantity]]:
    any_noun, quantities = _WORDS["en" if language == "en" else "da"]
    if not any_noun.search(text):
        return []
    taken: list[tuple[int, int]] = []
    found: list[tuple[Disagreement, Quantity]] = []
    for quantity in quantities:
        for match in quantity.pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            found.append((Disagreement(match.group(), quantity.low, quantity.high, match.start()), quantity))
    return sorted(found, key=lambda item: item[0].position)


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÆØÅ»\"(])")


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence: a stop followed by a capital, so not after "stk." or "pct."."""
    cuts = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    return list(pairwise(cuts))
