"""Permanent random numbers: a case's number follows from the seed and its id alone, in any language.

A number made so belongs to the case and not to its place in a list, so that a list in another order, or with more
cases, gives the same cases their same numbers. SHA-256 is in every language's library. 13 hexadecimal digits are 52
bits: a double holds them exactly. Source: Ohlsson, "Coordination of samples using permanent random numbers", in
Business Survey Methods (1995).
"""

from __future__ import annotations

import hashlib
import secrets
from fractions import Fraction

DIGITS = 13
ONE = 16**DIGITS
_ORDER = "\norder\n"
_SIGNS = (
    "23456789abcdef"  # without 0 and 1 no month can be written: what is drawn never looks like a CPR number
)


def new_seed() -> str:
    """32 signs that nobody can guess, 121 bits."""
    return "".join(secrets.choice(_SIGNS) for _ in range(32))


def _number(text: str) -> int:
    return int(hashlib.sha256(text.encode("utf-8")).hexdigest()[:DIGITS], 16)


def permanent(seed: str, id: str) -> int:
    """u(id) · 16^13, a whole number from 0 to 16^13 − 1; u is even on [0, 1).

    Formula: the first 13 hexadecimal digits of SHA-256(seed + "\\n" + id), in UTF-8.
    """
    return _number(f"{seed}\n{id}")


def shuffled(seed: str, id: str) -> int:
    """A second number, independent of `permanent`: where systematic PPS puts the case in line.

    It must be another one: the reserves are in the order of `permanent`, and their chances must not hang on where they
    stood in line. Formula: as `permanent`, of seed + "\\norder\\n" + id.
    """
    return _number(f"{seed}{_ORDER}{id}")


def start(seed: str, key: str) -> Fraction:
    """Where a systematic draw begins, as a part of its interval: a share 0 ≤ r < 1, one per cell.

    Formula: as `permanent`, of seed + "\\nstart\\n" + key, over 16^13.
    """
    return Fraction(_number(f"{seed}\nstart\n{key}"), ONE)
