"""Words that loosen a number ("knap", "godt", "over"): what may be said of what, as data with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from sagsbarometer.checking.numbers import PERCENT, RATIO, Number, danish
from sagsbarometer.datafiles.located import Located
from sagsbarometer.datafiles.validated import Strict, Word, validated
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.kernel.rounding import round_half_up


class Judgement(StrEnum):
    """How a statement came out."""

    EQUAL = "equal"
    EQUAL_ROUNDED = "equal_rounded"
    LOOSENED = "loosened"
    CONTRADICTS = "contradicts"
    NOT_COMPUTABLE = "not_computable"


def _amount(raw: object) -> object:
    return str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw


Amount = Annotated[str, BeforeValidator(_amount), Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$")]


class Reach(Strict):
    """How far from the stated number: in percent of it, or in points where it is itself a percentage."""

    percent: Amount = "0"
    points: Amount = "0"


class LooseWord(Strict):
    """One way of loosening. `open`: exactly at the limit does not count."""

    id: str
    words: list[Word] = Field(min_length=1)
    rule: Literal["near", "above", "below", "at_least", "at_most", "equal", "differs", "share"]
    below: Reach = Reach()
    above: Reach = Reach()
    from_: Amount = Field(default="0", alias="from")
    to: Amount = "100"
    open: bool = False
    reason: str = Field(min_length=1)


class LaterRegistration(Strict):
    """How far two numbers of the same thing may lie apart when their data were drawn on different days."""

    percent: Amount
    least: Amount  # of counts: so many at any rate
    points: Amount
    reason: str = Field(min_length=1)


class LooseningFile(Strict):
    """loosening.yaml."""

    words: list[LooseWord]
    later_registration: LaterRegistration

    @model_validator(mode="after")
    def _once(self) -> LooseningFile:
        words = [word for item in self.words for word in item.words]
        if twice := sorted({word for word in words if words.count(word) > 1}):
            raise ValueError(f"står to gange: {', '.join(twice)}")
        return self


@dataclass(frozen=True, slots=True)
class Loosening:
    """The rules by word, and the allowance for later registration."""

    words: Mapping[str, LooseWord]
    later: LaterRegistration


def read_loosening(located: Located) -> Loosening:
    """The rules of loosening.yaml. Raises Faults CHECK-103."""
    file, problems = validated(located, LooseningFile, code="CHECK-103")
    if file is None:
        raise Faults(problems)
    return Loosening({word: item for item in file.words for word in item.words}, file.later_registration)


def judge(rule: LooseWord | None, stated: Number, found: Number) -> tuple[Judgement, bool]:
    """How `stated` fits `found`, and, where it contradicts, whether rounding in `found` could explain it.

    Without a rule, or with an exact one, it must be the number or what the number rounds half up to with the decimals
    that were stated. Both are in one scale, percentages as percentages. Not for the rule `share`.
    """
    if rule is None or rule.rule == "equal":
        if found.exact == stated.exact:
            return Judgement.EQUAL, False
        if _rounds_to(found.exact, stated):
            return Judgement.EQUAL_ROUNDED, False
        return Judgement.CONTRADICTS, _could_round_to(found, stated)
    if _loosely(rule, stated, found.exact):
        return Judgement.LOOSENED, False
    return Judgement.CONTRADICTS, _loosely(rule, stated, found.low) or _loosely(rule, stated, found.high)


def judge_share(rule: LooseWord, found: Number) -> tuple[Judgement, bool]:
    """As `judge`, for a word that names a part of a whole ("de fleste"). `found` is a percentage."""
    low, high = Fraction(rule.from_), Fraction(rule.to)

    def fits(share: Fraction) -> bool:
        return low < share <= high if rule.open else low <= share <= high

    if fits(found.exact):
        return Judgement.LOOSENED, False
    return Judgement.CONTRADICTS, fits(found.low) or fits(found.high)


def limits(rule: LooseWord, stated: Number) -> tuple[Fraction, Fraction]:
    """The lowest and highest number that `near` allows."""
    return stated.exact - _reach(rule.below, stated), stated.exact + _reach(rule.above, stated)


def allowed(rule: LooseWord | None, stated: Number | None) -> str:
    """What a rule allows, in Danish: `18.000-20.000`, `over 50`, `mindst 40`."""
    if rule is None or rule.rule == "equal":
        return "samme tal"
    if rule.rule == "share":
        return f"{'over ' if rule.open else ''}{danish(Fraction(rule.from_))}-{danish(Fraction(rule.to))} %"
    if stated is None:
        return ""
    if rule.rule == "near":
        low, high = limits(rule, stated)
        return f"{danish(low)}-{danish(high)}"
    words = {
        "above": "over",
        "below": "under",
        "at_least": "mindst",
        "at_most": "højst",
        "differs": "andet end",
    }
    return f"{words[rule.rule]} {danish(stated.exact)}"


def close(later: LaterRegistration, left: Number, right: Number) -> bool:
    """Whether two numbers of the same thing are as near as later registration makes them."""
    apart = abs(left.exact - right.exact)
    if PERCENT in (left.scale, right.scale):
        return apart <= Fraction(later.points)
    return apart <= max(Fraction(later.least), abs(right.exact) * Fraction(later.percent) / 100)


def _loosely(rule: LooseWord, stated: Number, found: Fraction) -> bool:
    if rule.rule == "near":
        low, high = limits(rule, stated)
        return low < found < high if rule.open else low <= found <= high
    holds: dict[str, bool] = {
        "above": found > stated.exact,
        "below": found < stated.exact,
        "at_least": found >= stated.exact,
        "at_most": found <= stated.exact,
        "differs": found != stated.exact,
    }
    return holds[rule.rule]


def _reach(reach: Reach, stated: Number) -> Fraction:
    if stated.scale in (PERCENT, RATIO):
        return Fraction(reach.points)
    return abs(stated.exact) * Fraction(reach.percent) / 100


def _rounds_to(found: Fraction, stated: Number) -> bool:
    return round_half_up(found, stated.decimals or 0) == stated.exact


def _could_round_to(found: Number, stated: Number) -> bool:
    half = Fraction(1, 2 * 10 ** (stated.decimals or 0))
    return found.low <= stated.exact + half and found.high >= stated.exact - half
