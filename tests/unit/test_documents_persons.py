"""CPR numbers in texts: found without asking for a check digit, hidden, and replaced by a keyed pseudonym."""

from __future__ import annotations

import random

from sagsbarometer.documents.persons import HIDDEN, cpr_numbers, masked, pseudonym
from sagsbarometer.kernel.ids import may_hold_cpr


def _numbers(count: int) -> list[str]:
    made = random.Random(7)
    return [f"{made.randint(1, 28):02}{made.randint(1, 12):02}{made.randint(0, 99):02}{made.randint(0, 9999):04}"
            for _ in range(count)]  # fmt: skip


def test_numbers_are_found_with_and_without_a_valid_check_digit() -> None:
    # 070761-4285 passes modulus 11, 010203-1234 does not; both may be real (cpr.dk, since 2007).
    text = "Ansøger 070761-4285, barn 0102031234, telefon 12345678, sag 2023-1234567."
    assert cpr_numbers(text) == ("0102031234", "0707614285")
    assert masked(text) == f"Ansøger {HIDDEN}, barn {HIDDEN}, telefon 12345678, sag 2023-1234567."


def test_thousand_numbers_in_all_ways_of_writing_are_hidden() -> None:
    ways = ("{}", "{0:.6}-{1}", "{0:.6} {1}", "CPR{}", "({})", "{0:.2} {2} {3} {1}", "{0:.6}\u2013{1}")
    for index, number in enumerate(_numbers(1_000)):
        written = ways[index % len(ways)].format(number, number[6:], number[2:4], number[4:6])
        text = masked(f"Se {written} i sagen")
        assert not may_hold_cpr(text), ways[index % len(ways)]
        assert number[6:] not in text


def test_the_same_number_gives_the_same_letters_and_only_with_the_key() -> None:
    key, other = b"k" * 32, b"l" * 32
    assert pseudonym(key, "010203-1234") == pseudonym(key, "0102031234")
    assert pseudonym(key, "0102031234") != pseudonym(other, "0102031234")
    made = {pseudonym(key, number) for number in _numbers(1_000)}
    assert len(made) == len(set(_numbers(1_000)))
    assert all(len(word) == 32 and word.isalpha() for word in made)


def test_a_pseudonym_is_hmac_sha256() -> None:
    # RFC 4231, test case 2, has no number of ten digits; so the reference is the construction itself, RFC 2104.
    import hashlib

    key = b"k" * 32
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in key.ljust(64, b"\0")) + b"0102031234").digest()
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in key.ljust(64, b"\0")) + inner).hexdigest()
    assert pseudonym(key, "0102031234") == "".join("abcdefghjkmnpqrs"[int(char, 16)] for char in outer[:32])
