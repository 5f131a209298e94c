"""The course of a doubt as a table, who may take which step, and what a rule of the codebook must not say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from sagsbarometer.kernel.ids import words_hold_cpr
from sagsbarometer.kernel.said import all_said, said

MOST_WORDS = 2000  # characters of a remark
MOST_RULE = 1000


class DoubtState(StrEnum):
    """Where a doubt stands."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class DoubtStep(StrEnum):
    """What can be done with it."""

    REMARK = "remark"
    ANSWER = "answer"
    ASK_AGAIN = "ask_again"
    CLOSE = "close"


STEPS: Mapping[tuple[DoubtState, DoubtStep], DoubtState] = {
    (DoubtState.OPEN, DoubtStep.REMARK): DoubtState.OPEN,
    (DoubtState.OPEN, DoubtStep.ANSWER): DoubtState.ANSWERED,
    (DoubtState.OPEN, DoubtStep.CLOSE): DoubtState.CLOSED,
    (DoubtState.ANSWERED, DoubtStep.REMARK): DoubtState.ANSWERED,
    (DoubtState.ANSWERED, DoubtStep.ANSWER): DoubtState.ANSWERED,
    (DoubtState.ANSWERED, DoubtStep.ASK_AGAIN): DoubtState.OPEN,
    (DoubtState.ANSWERED, DoubtStep.CLOSE): DoubtState.CLOSED,
}
STEP_DA = all_said(
    {
        DoubtStep.REMARK: "Skriv en bemærkning",
        DoubtStep.ANSWER: "Svar på tvivlen",
        DoubtStep.ASK_AGAIN: "Spørg igen",
        DoubtStep.CLOSE: "Luk tvivlen",
    }
)
WORDLESS = frozenset({DoubtStep.CLOSE})  # may be taken without a word


def allowed(state: DoubtState, *, asker: bool, judge: bool) -> tuple[DoubtStep, ...]:
    """The steps that somebody who may discuss a doubt can take. `judge`: they decide how questions are to be read.

    Nobody answers a doubt of their own, and only who asked can say that the answer was not enough.
    """
    may = {
        DoubtStep.REMARK: True,
        DoubtStep.ANSWER: judge and not asker,
        DoubtStep.ASK_AGAIN: asker,
        DoubtStep.CLOSE: asker or judge,
    }
    return tuple(step for step in DoubtStep if (state, step) in STEPS and may[step])


def words_fault(words: str, *, most: int = MOST_WORDS) -> str:
    """What is wrong with the words of a remark or a rule; "" where nothing is."""
    if not words:
        return str(said("Skriv noget først."))
    if len(words) > most:
        return str(said("Skriv højst {most} tegn.", most=most))
    if words_hold_cpr(words):
        return str(said("Teksten ligner noget med et CPR-nummer. Skriv den uden."))
    return ""


# What a sentence about one case has, and a sentence about all cases seldom.
_OF_A_CASE = (
    (re.compile(r"\b\d{1,2}[./-]\s?(\d{1,2}[./-]\d{2,4}|[a-zæøå]{3,9} \d{4})"), said("en dato")),
    (re.compile(r"\b[Ss]ag(en)?\s+(nr\.?\s*)?\d+"), said("et sagsnummer")),
    (re.compile(r"\d{6,}"), said("et langt tal")),
    (re.compile(r"\b[A-ZÆØÅ][a-zæøåé]+ [Kk]ommune\b"), said("en kommune")),
    (re.compile(r"\b([Ff]ru|[Hh]r\.|[Ff]røken|hedder)\s+[A-ZÆØÅ]"), said("et navn")),
    (re.compile(r"[\w.+-]+@[\w-]+\.\w+"), said("en mailadresse")),
)


def of_a_case(text: str) -> tuple[str, ...]:
    """What in a rule looks as if it were about one case: it is asked about, not refused."""
    return tuple(str(what) for pattern, what in _OF_A_CASE if pattern.search(text))
