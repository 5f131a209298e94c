"""What a report's sentences say in numbers, held against its tables, and against the counts beside them.

Which figure a sentence speaks of is a guess, so what does not fit is a question. Only where the sentence itself gives
both the counts and their percentage is it certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from sagsbarometer.checking.loosening import Judgement, Loosening, LooseWord, allowed, judge
from sagsbarometer.checking.numbers import PERCENT as SCALE_PERCENT
from sagsbarometer.checking.numbers import PLAIN, Number
from sagsbarometer.checking.paper_finding import Found, Looked, Sure, amount, place, printed
from sagsbarometer.checking.paper_grid import Figure
from sagsbarometer.checking.paper_numbers import (
    COUNT,
    PERCENT,
    POINTS,
    Mention,
    Printed,
    mentions,
    plain,
    value,
)
from sagsbarometer.checking.paper_parts import Parts, Sentence
from sagsbarometer.checking.paper_spelled import Spelled, loosened, spelled
from sagsbarometer.checking.paper_words import Candidate, Index

_N = r"(\d{1,3}(?:[. ,]\d{3})+|\d+)"
_P = r"(\d{1,3}(?:[.,]\d{1,2})?)\s?(?:%|procent|pct\.?|per\s?cent)(?!\s?-?point)"
_OF = r"\s(?:ud\s)?(?:af|of)\s(?:de\s|i\salt\s|alle\s|the\s|all\s)?"
_NOUN = r"(?:\s[A-Za-zÆØÅæøå-]+){0,3}"
_COUNTS_FIRST = re.compile(rf"(?<![\d.,]){_N}{_NOUN}{_OF}{_N}{_NOUN}\s?\(\s?{_P}\s?\)")
_PERCENT_FIRST = re.compile(rf"(?<![\d.,]){_P}{_NOUN}\s?\(\s?{_N}{_OF}{_N}{_NOUN}\s?\)")
_IN_CELL = re.compile(rf"\s*{_P}\s+\(?{_N}(?:{_OF}|\s?/\s?){_N}{_NOUN}\)?\s*")
_CHANGE_BEFORE = re.compile(
    r"\b(?:steg|stige\w*|steget|fald\w*|øge\w*|øget|reducer\w*|voks\w*|forkort\w*|forlæng\w*|ændre\w*)\s(?:\w+\s){0,2}?med\s"
    r"(?:\w+\s){0,2}$|\b(?:stigning|fald|forskel|vækst|nedgang|reduktion|ændring|increase|decrease|difference)\w*\s(?:\w+\s){0,1}?"
    r"(?:på|of|med|by)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
_CHANGE_AFTER = re.compile(
    r"\s?(?:%|\w+)?\s?(?:højere|lavere|flere|færre|mere|mindre|længere|kortere|higher|lower|more|fewer)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s(?:[\w/-]+\s){0,2}?\w*(?:sager?|afgørelser?|klager?|afslag|bevillinger|borgere|registreringer|cases?|decisions?|appeals?)\b",
    re.IGNORECASE,
)
_MOST_QUOTED = 160
_NEAR = 120  # letters before a number that tell what it is


class Outcome(StrEnum):
    """What came of a number in a sentence."""

    FITS = "fits"  # it is what the figure it speaks of says
    FOUND = "found"  # some figure of the tables says it; which one it speaks of is not known
    CONTRADICTS = "contradicts"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True)
class Said:
    """A number in a sentence, what came of it, and why (Danish)."""

    text: str
    place: str
    sentence: str
    outcome: Outcome
    why: str


def check_prose(parts: Parts, loosening: Loosening, looked: Looked) -> tuple[Said, ...]:
    """Every number in the sentences, judged or not; what does not fit is added to `looked`."""
    index = Index(parts.tables)
    found: list[Said] = []
    for sentence in parts.sentences:
        looked.on_time()
        settled = _stated(sentence, parts.language, looked)
        given = mentions(sentence.text, parts.language)
        others = frozenset((item.number.unit or COUNT, item.number.exact) for item in given)
        shares = spelled(plain(sentence.text), parts.language, loosening)
        for share in shares:
            looked.on_time()
            found.append(_judged_share(share, sentence, index, parts, others, looked))
        for mention in given:
            looked.on_time()
            if any(share.start <= mention.start < share.end for share in shares):
                continue
            if any(start <= mention.start < end for start, end in settled):
                found.append(
                    _said(mention, sentence, Outcome.FITS, "Antal og procent i sætningen passer sammen.")
                )
            else:
                found.append(_judged(mention, sentence, index, parts, others, loosening, looked))
    return tuple(found)


def _said(mention: Mention, sentence: Sentence, outcome: Outcome, why: str) -> Said:
    text = printed(mention.number)
    return Said(text, sentence.place, sentence.text, outcome, why)


# --- counts and their percentage in one sentence ----------------------------------------------------------------------


def stated(text: str, language: str, in_cell: bool = False) -> Iterator[tuple[int, int, Printed, int, int]]:
    """`201 af 385 (52 %)`, `52 procent (201 af 385)`: where it stands, the percentage, the part and the base."""
    bare = plain(text)
    for pattern, order in (
        ((_IN_CELL, (2, 3, 1)),) if in_cell else ((_COUNTS_FIRST, (1, 2, 3)), (_PERCENT_FIRST, (2, 3, 1)))
    ):
        matches = [pattern.fullmatch(bare)] if in_cell else pattern.finditer(bare)
        for match in matches:
            if match is None:
                continue
            part, _ = value(match.group(order[0]), language)
            base, _ = value(match.group(order[1]), language)
            percent, decimals = value(match.group(order[2]), language)
            if part.denominator == base.denominator == 1 and base:
                number = Printed(percent, decimals, match.group(order[2]), PERCENT)
                yield match.start(), match.end(), number, int(part), int(base)


def _stated(sentence: Sentence, language: str, looked: Looked) -> list[tuple[int, int]]:
    settled = []
    for start, end, number, part, base in stated(sentence.text, language):
        looked.count("stated", ())
        settled.append((start, end))
        tell_stated(number, part, base, sentence.place, sentence.text, looked)
    return settled


def tell_stated(number: Printed, part: int, base: int, where: str, quote: str, looked: Looked) -> None:
    """A percentage that the counts beside it do not give; more than its last digit out is certain."""
    exact = Fraction(100 * part, base)
    off = abs(exact - number.exact)
    if off <= number.half and part <= base:
        return
    told = f"Der står {printed(number)}; {amount(Fraction(part))} af {amount(Fraction(base))} er {amount(exact)} %."
    sure = Sure.FAULT if off >= 2 * number.half else Sure.QUESTION
    looked.found.append(Found(sure, "stated", where, told, _cut(quote)))


# --- a number and the figure it speaks of -----------------------------------------------------------------------------


def _judged(
    mention: Mention,
    sentence: Sentence,
    index: Index,
    parts: Parts,
    others: frozenset[tuple[str, Fraction]],
    loosening: Loosening,
    looked: Looked,
) -> Said:
    number = mention.number
    unit = number.unit or COUNT
    text = plain(sentence.text)
    before = text[max(mention.start - _NEAR, 0) : mention.start]
    if unit == POINTS or _CHANGE_BEFORE.search(before) or _CHANGE_AFTER.match(text, mention.end):
        return _said(mention, sentence, Outcome.NOT_JUDGED, "Det er en forskel.")
    word, rule = loosened(before, loosening)
    candidates = index.candidates(unit, sentence.text, f"{sentence.heading} {sentence.before}")
    fits = [item for item in candidates if _fits(item.figure, number, unit, rule)]
    if fits:
        looked.count("said", [fits[0].figure])
        return _said(mention, sentence, Outcome.FITS, _at(fits[0].figure, parts))
    elsewhere = index.anywhere(number, unit) if rule is None else None
    # What another number of the sentence says, this one need not say too.
    if any((unit, item.figure.number.exact) in others for item in candidates):
        candidates = []
    counted = unit != COUNT or _COUNTED.match(text, mention.end) is not None
    if candidates and counted and _strong(candidates, elsewhere):
        return _contradicts(mention, sentence, candidates[0], parts, (word, rule), looked)
    if elsewhere is not None:
        looked.count("found", [elsewhere])
        return _said(mention, sentence, Outcome.FOUND, _at(elsewhere, parts))
    why = (
        "Ingen tabel har det."
        if not candidates
        else "Det er ikke klart, hvilket tal i tabellerne det handler om."
    )
    return _said(mention, sentence, Outcome.NOT_JUDGED, why)


def _judged_share(
    share: Spelled,
    sentence: Sentence,
    index: Index,
    parts: Parts,
    others: frozenset[tuple[str, Fraction]],
    looked: Looked,
) -> Said:
    """»Tre ud af fire«: fits a percentage of the sentence or the figure it speaks of; at most a question."""

    def told(outcome: Outcome, why: str) -> Said:
        return Said(f"»{share.words}«", sentence.place, sentence.text, outcome, why)

    beside = [exact for unit, exact in others if unit == PERCENT]
    if any(share.fits(exact) for exact in beside):
        return told(Outcome.FITS, "Ordene passer til procenten i samme sætning.")
    candidates = index.candidates(PERCENT, sentence.text, f"{sentence.heading} {sentence.before}")
    if fits := [item for item in candidates if share.fits(item.figure.number.exact)]:
        looked.count("said", [fits[0].figure])
        return told(Outcome.FITS, _at(fits[0].figure, parts))
    if beside or not candidates or not _strong(candidates, None):
        return told(Outcome.NOT_JUDGED, "Det er ikke klart, hvilket tal i tabellerne det handler om.")
    figure = candidates[0].figure
    looked.count("said", [figure])
    why = (
        f"Teksten siger »{share.words}«, {amount(share.low)}-{amount(share.high)} %; {_at(figure, parts)} siger "
        f"{printed(figure.number, figure.unit)}. Hvilket tal sætningen handler om, er gættet."
    )
    looked.found.append(Found(Sure.QUESTION, "said", sentence.place, why, _cut(sentence.text), (figure.key,)))
    return told(Outcome.CONTRADICTS, why)


def _strong(candidates: list[Candidate], elsewhere: Figure | None) -> bool:
    """Whether the sentence surely speaks of the candidates: enough of their words, all of one value, and not merely of
    a table's total, unless it points at the table."""
    best = candidates[0]
    if len({item.figure.number.exact for item in candidates}) > 1 and not best.pointed:
        return False
    if best.whole and not best.pointed and (elsewhere is not None or best.score < 3):
        return False
    return best.score >= 2 or (best.pointed and best.score >= 1)


def _contradicts(
    mention: Mention,
    sentence: Sentence,
    best: Candidate,
    parts: Parts,
    loosened: tuple[str, LooseWord | None],
    looked: Looked,
) -> Said:
    figure = best.figure
    looked.count("said", [figure])
    word, rule = loosened
    told = f"Teksten siger {word + ' ' if word else ''}{printed(mention.number)}; {_at(figure, parts)} siger "
    told += f"{printed(figure.number, figure.unit)}."
    if rule is not None:
        told += f" Ordet tillader {allowed(rule, _as_number(mention.number, mention.number.unit))}."
    told += " Hvilket tal sætningen handler om, er gættet."
    quote = _cut(sentence.text)
    looked.found.append(Found(Sure.QUESTION, "said", sentence.place, told, quote, (figure.key,)))
    return _said(mention, sentence, Outcome.CONTRADICTS, told)


def _fits(figure: Figure, number: Printed, unit: str, rule: LooseWord | None) -> bool:
    given, there = _as_number(number, unit), _as_number(figure.number, unit)
    if judge(rule, given, there)[0] is not Judgement.CONTRADICTS:
        return True
    return (
        number.decimals > figure.number.decimals
        and abs(number.exact - figure.number.exact) <= figure.number.half
    )


def _as_number(number: Printed, unit: str) -> Number:
    scale = SCALE_PERCENT if unit == PERCENT else PLAIN
    half = number.half if unit == PERCENT or number.decimals else Fraction(0)
    return Number(number.exact, number.exact - half, number.exact + half, scale, number.decimals)


def _at(figure: Figure, parts: Parts) -> str:
    table = next(item for item in parts.tables if item.number == figure.table)
    return place(table, figure)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_QUOTED else f"{text[:_MOST_QUOTED]}…"
