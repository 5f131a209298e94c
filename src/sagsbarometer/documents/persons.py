"""CPR numbers in texts: found, hidden and replaced by something that only the house can make again."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

from sagsbarometer.kernel.ids import cpr_spans, read_plain, written_spans

HIDDEN = "••••••-••••"
_LETTERS = "abcdefghjkmnpqrs"  # no digits: a pseudonym is never taken for a number, nor hides one


def cpr_numbers(text: str) -> tuple[str, ...]:
    """The different numbers in a text, sorted: ten digits each. Those without a valid check digit are numbers too."""
    return tuple(sorted({_ten(digits) for _, _, digits in cpr_spans(text)}))


def _ten(digits: str) -> str:
    """Written with the whole year, a number is the same number: `01-02-1903-1234`."""
    return digits[:4] + digits[6:] if len(digits) == 12 else digits


def masked(text: str) -> str:
    """A text with every CPR number hidden. Digits of other scripts become ours, as they were read."""
    return _hidden(text, [(start, end) for start, end, _ in cpr_spans(text)])


def masked_words(text: str) -> str:
    """As `masked`, for sentences and quotes that are shown to others: hides all that `words_hold_cpr` refuses."""
    text = masked(text)
    while spans := written_spans(text):
        text = _hidden(text, spans)
    return text


def _hidden(text: str, spans: Iterable[tuple[int, int]]) -> str:
    plain = read_plain(text)
    out, at = [], 0
    for start, end in spans:
        if start < at:  # the same digits, found in two ways
            at = max(at, end)
            continue
        out += [plain[at:start], HIDDEN]
        at = end
    return "".join([*out, plain[at:]])


def key_of_persons(study_key: bytes) -> bytes:
    """The key of a study's pseudonyms, made of the study's own: another in each study, and gone with it."""
    return hmac.new(study_key, b"persons", hashlib.sha256).digest()


def pseudonym(key: bytes, cpr: str) -> str:
    """32 letters that stand for a CPR number in data to be analysed: the same number gives the same letters.

    HMAC-SHA256 with a key (FIPS 198-1). Ten digits can be tried one by one, so without a key a hash of them hides
    nothing, and once the key is destroyed nobody can make the letters again. Raises ValueError where `cpr` is not ten
    digits, or twelve with the whole year, with or without signs between.
    """
    digits = _ten(re.sub(r"\D", "", read_plain(cpr)))
    if len(digits) != 10:
        raise ValueError("not ten digits")
    code = hmac.new(key, digits.encode(), hashlib.sha256).hexdigest()[:32]
    return "".join(_LETTERS[int(char, 16)] for char in code)
