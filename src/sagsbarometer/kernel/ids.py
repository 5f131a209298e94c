"""Ids, content hashes and the guard that keeps CPR numbers out of messages."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sagsbarometer.kernel.said import said

HIDDEN = said("(skjult: ligner et CPR-nummer)")
_BLOCK = 4 << 20  # bytes read at a time: other threads are stopped seldom
_FOLD = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "ae", "Ø": "oe", "Å": "aa", "é": "e", "§": ""})
# Ten digits that begin with a day and a month. The check digit is not used: since 2007 valid
# numbers exist that fail it.
_CPR = re.compile(
    r"(?<!\d)(?:0[1-9]|[12]\d|3[01])[-./_ ]?(?:0[1-9]|1[0-2])[-./_ ]?"
    r"(?:\d{2}[-./_:\s]{0,5}|(?:18|19|20)\d{2} ?- ?)\d{4}(?!\d)"
)


# The same digits with something between each two of them, as a form with a box for each gives them.
_SPACED = re.compile(r"(?<!\d)(?:\d[-./_\s]{1,3}){9}\d(?![-./_\s]{0,3}\d)")
# Groups apart in ways that would be too much to refuse in any text (`12-01-24 10:30` is a moment), but not in an id:
# anything between the groups, the last four digits in two, a day or month of one digit, the year first. A year of 2020
# and later in front is taken for the year of a case: `20260105-0012` is how many number them.
_APART = r"[-./_:\s]"
_DAY, _MONTH = r"(?:0[1-9]|[12]\d|3[01])", r"(?:0[1-9]|1[0-2])"
_GROUPED = re.compile(
    rf"(?<!\d)(?:{_DAY}{_APART}{{0,5}}{_MONTH}{_APART}{{0,5}}\d{{2}}(?:{_APART}{{0,5}}\d{{4}}|(?:{_APART}{{1,5}}\d{{2}}){{2}})"
    rf"|(?:{_DAY}|[1-9]){_APART}{{1,5}}(?:{_MONTH}|[1-9]){_APART}{{1,5}}\d{{2}}{_APART}{{1,5}}\d{{4}}"
    rf"|(?:18\d\d|19\d\d|20[01]\d){_APART}{{0,5}}{_MONTH}{_APART}{{0,5}}{_DAY}{_APART}{{1,5}}\d{{4}})(?!\d)"
)
# In a sentence a comma, a bracket or any other sign may stand before the last four digits, and brackets between the
# others; commas there only beside a nought in front, for `10, 11, 12, 2024` is a list. With a year of 2000 and later
# the last four begin with 4-9 (cpr.dk), so `20190105-0012` and `12-03-2019, 1500 kr.` are none. Let through are a day
# with an hour, `12-01-24 10:30`, and a row of dates or telephone numbers.
_SIGN, _BESIDE = r"[\W_]", r"[-./_:\s()\[\]]"
_MOMENT = r"\d\d[-./]\s?\d\d[-./]\s?\d\d[\W_]{1,5}(?:[01]\d|2[0-3])[:.][0-5]\d(?!\d)"
_NUMBER = rf"(?:(?:18|19)\d\d{_SIGN}{{1,5}}\d{{4}}|20[01]\d{_SIGN}{{1,5}}[4-9]\d{{3}})"
_IN_WORDS = re.compile(
    rf"(?<!\d)(?:{_DAY}{_BESIDE}{{0,5}}{_MONTH}{_BESIDE}{{0,5}}(?:\d\d{_SIGN}{{0,5}}\d{{4}}|{_NUMBER})(?!\d)"
    rf"|(?=0|\d\d{_SIGN}{{1,5}}0){_DAY}{_SIGN}{{1,5}}{_MONTH}{_SIGN}{{1,5}}\d\d{_SIGN}{{0,5}}\d{{4}}(?!\d)"
    rf"|(?<!\d[-./:])(?!(?:19|20)\d\d\D)(?!{_MOMENT}){_DAY}{_BESIDE}{{0,5}}{_MONTH}{_BESIDE}{{0,5}}\d\d"
    rf"{_SIGN}{{1,5}}\d\d{_APART}{{1,5}}\d\d(?!{_APART}{{0,3}}\d)"
    rf"|(?:{_DAY}|[1-9]){_BESIDE}{{1,5}}(?:{_MONTH}|[1-9]){_BESIDE}{{1,5}}\d\d{_SIGN}{{1,5}}\d{{4}}(?!\d)"
    rf"|(?:(?:18|19)\d\d{_BESIDE}{{0,5}}{_MONTH}{_BESIDE}{{0,5}}{_DAY}{_SIGN}{{1,5}}\d{{4}}"
    rf"|20[01]\d{_BESIDE}{{0,5}}{_MONTH}{_BESIDE}{{0,5}}{_DAY}{_SIGN}{{1,5}}[4-9]\d{{3}})(?!\d))"
)
_CHECKSUM = re.compile(r"((?<![0-9A-Za-z])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9A-Za-z]))")
# A checksum or a UUID that is a whole id. In one of 32 digits, ten in a row look like a CPR number once in 800.
_PSEUDONYM = re.compile(
    r"(?=[^A-Fa-f]*[A-Fa-f])(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}"
    r"|[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})"
)
# Nine digits that would be such a number with a nought in front: read as a number, it is gone.
_SHORT = re.compile(r"[1-9](?:0[1-9]|1[0-2])\d{6}")


def ascii_id(text: str) -> str:
    """A snake_case ASCII id: `Afgørelsens årsag` gives `afgoerelsens_aarsag`."""
    folded = text.translate(_FOLD).lower()
    return re.sub(r"[^a-z0-9]+", "_", folded).strip("_")


def municipality_code(text: str) -> str:
    """The code without leading zeros, as Statistics Denmark writes it: `0101` gives `101`."""
    stripped = text.strip()
    return stripped.lstrip("0") or stripped if stripped.isdigit() else stripped


# Not seen, or seen only on the letter before: signs of direction, joiners, marks; and letters that are blank.
_UNSEEN = frozenset({"Cf", "Mn", "Me"})
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def _plain(char: str) -> str:
    """A digit of any script as ours, any dash as `-`, and nothing for what is not seen."""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    kind = unicodedata.category(char)
    return "" if kind in _UNSEEN or char in _FILLERS else "-" if kind == "Pd" or char == "\u2212" else char


def is_pseudonym(text: str) -> bool:
    """Whether a whole id is one that a program made: 32, 40 or 64 hexadecimal digits (MD5, SHA-1, SHA-256), or a UUID,
    with a letter among them. Ten of its digits may look like anything, so it is not taken for a CPR number."""
    return _PSEUDONYM.fullmatch(text) is not None


def holds_cpr(text: str) -> bool:
    """Whether something in `text` looks like a CPR number, with or without a valid check digit, and in the digits of
    any script or width. A text that is wholly a pseudonym (`is_pseudonym`) holds none."""
    return _CPR.search(_read_plain(text)) is not None and not is_pseudonym(text)


def may_hold_cpr(text: str) -> bool:
    """As `holds_cpr`, and also where blanks stand between all ten digits. Too often something else to be refused, but
    not to be shown."""
    if holds_cpr(text):
        return True
    spaced = (re.sub(r"\D", "", found.group()) for found in _SPACED.finditer(_read_plain(text)))
    return any(_CPR.fullmatch(digits) for digits in spaced)


def is_like_cpr(text: str) -> bool:
    """As `may_hold_cpr`, and also where the groups of digits stand apart in other ways: for ids and notes, that are
    kept and given on, and can be written otherwise."""
    return may_hold_cpr(text) or (_GROUPED.search(_read_plain(text)) is not None and not is_pseudonym(text))


def words_hold_cpr(text: str) -> bool:
    """As `is_like_cpr` for what somebody writes in sentences: seen through more signs, and with dates, times and case
    numbers let through. `written_spans` finds the same."""
    return bool(written_spans(text))


def written_spans(text: str) -> list[tuple[int, int]]:
    """Where in a sentence something looks like a CPR number, however it is written: start and end in the text as
    `read_plain` gives it. They may lie over each other."""
    plain = read_plain(text)
    found = [match.span() for pattern in (_CPR, _IN_WORDS) for match in pattern.finditer(plain)]
    digits = ((match, re.sub(r"\D", "", match.group())) for match in _SPACED.finditer(plain))
    return sorted(found + [match.span() for match, ten in digits if _CPR.fullmatch(ten)])


def is_short_cpr(text: str) -> bool:
    """Whether a text is a number that may be a CPR number without its first nought. Every ninth number of nine digits
    is, so it says something only of a column that has many."""
    return _SHORT.fullmatch(_read_plain(text)) is not None


def cpr_spans(text: str, apart: bool = True) -> list[tuple[int, int, str]]:
    """Where something in `text` looks like a CPR number: start, end and its digits. The places are in the text as
    `read_plain` gives it.

    For texts full of other numbers: ten digits of a checksum or of a decimal fraction are not taken for one. With
    `apart` also digits with blanks or signs between the groups, or between all of them; without, only ten digits, or
    six and four.
    """
    plain = read_plain(text)
    # Nothing that stands outside the checksums can be found without them that is not found with them.
    spaced = apart and _SPACED.search(plain) is not None
    if (not spaced and _CPR.search(plain) is None) or is_pseudonym(text):
        return []
    masked = _HEX.sub(_blanked, plain)
    found = [match for match in _CPR.finditer(masked) if apart or _TIGHT.fullmatch(match.group())]
    found = [match for match in found if not _is_fraction(masked, match)]
    if apart:
        found += [
            match for match in _SPACED.finditer(masked) if _CPR.fullmatch(re.sub(r"\D", "", match.group()))
        ]
    return sorted((match.start(), match.end(), re.sub(r"\D", "", match.group())) for match in found)


_TIGHT = re.compile(r"\d{6}[-./_:]?\d{4}")
_ALIKE = re.compile(r"\d\d([-./_ ]?)\d\d\1\d\d")
_DECIMALS = re.compile(r"\d{2}\.\d{8}|\d{4}\.\d{6}")
# A checksum or a piece of one; a word of letters a-f and digits in such a length is nothing else.
_HEX = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9]*[A-Fa-f])(?:[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16}|(?:[0-9A-Fa-f]{8}){3,16})(?![0-9A-Za-z])"
)


def _blanked(match: re.Match[str]) -> str:
    return "x" * len(match.group())


def _is_fraction(text: str, match: re.Match[str]) -> bool:
    """Whether ten digits are the decimals of a number, or a number with its decimals: `0.0102031234`, `1012.345678`."""
    start, found = match.start(), match.group()
    if found.isdigit():
        return start > 1 and text[start - 1] == "." and text[start - 2].isdigit()
    # Day, month and year are parted alike: `12.01 12.3456` are two places in a drawing.
    return _DECIMALS.fullmatch(found) is not None or _ALIKE.match(found) is None


def read_plain(text: str) -> str:
    """`text` with the digits of every script as ours, one kind of dash, and without what is not seen."""
    if text.isascii():
        return text
    # Where a character may change with those beside it, all are spelled in one way first.
    spelled = text if stand_alone(text) else unicodedata.normalize("NFKC", text)
    return spelled if spelled.isascii() else replaced(spelled, _PLAIN)


def replaced(text: str, table: Mapping[str, str]) -> str:
    """`text` with each character beyond ASCII as the table has it. A long text has few different ones, so this is much
    faster than to ask for each in its place."""
    for char in set(text):
        if char > "\x7f" and (told := table[char]) != char:
            text = text.replace(char, told)
    return text


def stand_alone(text: str) -> bool:
    """Whether no character changes how one beside it is spelled. Marks, and the parts of Korean syllables, may."""
    return all(char <= "\x7f" or _ALONE[char] for char in set(text))


class _Plain(dict[str, str]):
    """Each character as it is read, asked once."""

    def __missing__(self, char: str) -> str:
        self[char] = told = "".join(map(_plain, unicodedata.normalize("NFKC", char)))
        return told


class _Alone(dict[str, bool]):
    """Whether a character is spelled alike whatever stands beside it, asked once."""

    def __missing__(self, char: str) -> bool:
        parts = unicodedata.normalize("NFKD", char)
        marked = unicodedata.category(parts[0])[0] == "M" or any(
            "\u1100" <= part < "\u1200" for part in parts
        )
        self[char] = not marked
        return not marked


_PLAIN = _Plain()
_ALONE = _Alone()


def _read_plain(text: str) -> str:
    return read_plain(text)


def shown(text: str, limit: int = 40) -> str:
    """`text` as it may stand in a message: quoted, cut, and hidden where it could identify a person."""
    if may_hold_cpr(text):
        return HIDDEN
    # Control characters could move the cursor of a terminal, or turn the direction of the text.
    flat = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return f"»{flat[:limit]}…«" if len(flat) > limit else f"»{flat}«"


def hidden_cpr(text: str) -> str:
    """`text` with a word in place of each thing that looks like a CPR number; of the whole, where it is written in
    other digits or apart. A checksum or a seed stays as it is: ten of its digits may look like anything."""
    parts = _CHECKSUM.split(text)
    told = [_CPR.sub(HIDDEN, part) for part in parts[::2]]
    if any(map(may_hold_cpr, told)):
        return HIDDEN
    parts[::2] = told
    return "".join(parts)


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical JSON of `value` (sorted keys, UTF-8); the same for the same content."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of the bytes of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
