"""CPR numbers in texts: found, hidden and replaced by something that only the house can make again."""

from __future__ import annotations

import hashlib
import hmac
import re

from sagsbarometer.kernel.ids import cpr_spans, read_plain

HIDDEN = "••••••-••••"
_LETTERS = "abcdefghjkmnpqrs"  # no digits: a pseudonym is never taken for a number, nor hides one


def cpr_numbers(text: str) -> tuple[str, ...]:
    """The different numbers in a text, sorted: ten digits each. Those without a valid check digit are numbers too."""
    return tuple(sorted({digits for _, _, digits in cpr_spans(text)}))


def masked(text: str) -> str:
    """A text with every CPR number hidden. Digits of other scripts become ours, as they were read."""
    plain = read_plain(text)
    out, at = [], 0
    for start, end, _ in cpr_spans(text):
        if start < at:  # the same digits, found in two ways
            at = max(at, end)
            continue
        out += [plain[at:start], HIDDEN]
        at = end
    return "".join([*out, plain[at:]])


def pseudonym(key: bytes, cpr: str) -> str:
    """32 letters that stand for a CPR number in data to be analysed: the same number gives the same letters.

    HMAC-SHA256 with a key of the house (FIPS 198-1). Ten digits can be tried one by one, so without a key a hash of
    them hides nothing. Raises ValueError where `cpr` is not ten digits with or without a sign between.
    """
    digits = re.sub(r"\D", "", read_plain(cpr))
    if len(digits) != 10:
        raise ValueError("not ten digits")
    code = hmac.new(key, digits.encode(), hashlib.sha256).hexdigest()[:32]
    return "".join(_LETTERS[int(char, 16)] for char in code)
