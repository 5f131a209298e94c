"""What a publication may not hold: things like CPR numbers, ids of cases, names; sought in texts, told without them."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from sagsbarometer.kernel.ids import read_plain, replaced, stand_alone
from sagsbarometer.release.scanning_coded import coded
from sagsbarometer.release.scanning_numbers import backwards, cpr_places, one_by_one, short_numbers

BREAK = "\ue000"  # between texts that are not read as one: two cells, two paragraphs
_SHORTEST_NAME = 4  # letters: a shorter one is a word like any other
_FEWEST_DIGITS = 6  # an id of fewer digits alone is a number like any other
_FEWEST_MIXED = 4  # letters and digits of an id with both
_FEWEST_LETTERS = 8
_LONG = (
    6  # letters and digits: a million bytes by chance have one of hundreds of such ids once in 10,000 times
)
_PART = "(del, hvis navn er skjult)"
_FARTHEST = 4  # signs between two parts of a name
_RUN = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ö": "oe", "ä": "ae", "ü": "ue"})
_MARKS = re.compile(r"[\u0300-\u036f]")


_STEERING = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+")
# A day of birth and the last four digits in two cells beside each other. Only with a nought in front, which no count
# has: six digits and a year are too often something else.
_TWO_CELLS = re.compile(
    rf"(?<![^\n{BREAK}])(0[1-9](?:0[1-9]|1[0-2])\d\d)\n?(?:{BREAK}\n?){{1,6}}(\d{{4}})(?![^\n{BREAK}])"
)
_BETWEEN_CELLS = rf"{BREAK}\s,;|"
_CELL_WITH_NOUGHT = (f"{BREAK}0", "\n0")
# Bytes of UTF-8 that are no letters or digits, as blanks; what is not ASCII is looked at once it is parted.
_PARTED = bytes(byte if byte > 127 or chr(byte).isalnum() else 32 for byte in range(256))


class Kind(StrEnum):
    """What was found."""

    CPR = "cpr"
    CASE_ID = "case_id"
    NAME = "name"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of a file: where in the file it stands, and how it is read.

    `fields` is for values that each are a cell of their own: there a number of nine digits may be a CPR number that
    lost its nought. `raw` is for bytes read as text: there only digits that stand close are looked for; and in `noise`,
    bytes that mean something else, no short ids, which stand there by chance. `why` is set where it could not be read:
    what is the matter.
    """

    part: str
    text: str = ""
    fields: bool = False
    raw: bool = False
    noise: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that may not be published, told without saying what. `digest` is the same for the same thing in one
    scan, and cannot be worked back without the files."""

    file: str
    part: str
    place: str  # `linje 12`, or what is wrong with what cannot be read
    kind: Kind
    count: int
    digest: str


@dataclass(frozen=True)
class Wanted:
    """Ids and names to look for, each as its words folded. `left_out`: how many were too short to be looked for."""

    sequences: Mapping[tuple[str, ...], tuple[Kind, str]] = field(
        default_factory=dict
    )  # with the signs between
    left_out: int = 0
    heads: Mapping[str, tuple[int, ...]] = field(init=False)  # first word: lengths, the longest first
    first: frozenset[bytes] = field(init=False)  # the same words as bytes

    @cached_property
    def long(self) -> Wanted:
        """What does not stand among bytes by chance."""
        return Wanted({words: kind for words, kind in self.sequences.items() if len("".join(words)) >= _LONG})

    def __post_init__(self) -> None:
        lengths: dict[str, set[int]] = {}
        for words in self.sequences:
            lengths.setdefault(words[0], set()).add(len(words))
        heads = {word: tuple(sorted(found, reverse=True)) for word, found in lengths.items()}
        object.__setattr__(self, "heads", heads)
        object.__setattr__(self, "first", frozenset(word.encode("utf-8", "surrogatepass") for word in heads))


def wanted(ids: Iterable[str], names: Iterable[str]) -> Wanted:
    """What to look for. A name is looked for as it stands, backwards (`Efternavn, Fornavn`), and without the names in
    the middle; upper or lower case, and `æ` as `ae`, make no difference."""
    sequences: dict[tuple[str, ...], tuple[Kind, str]] = {}
    left_out = 0
    for name in names:
        parts = _words(name)
        if sum(map(len, parts)) < _SHORTEST_NAME:
            left_out += bool(name.strip())
            continue
        for order in _orders(parts):
            sequences.setdefault(order, (Kind.NAME, ""))
    for id in ids:
        parts = _words(id)
        if not _is_distinct(parts):
            left_out += bool(id.strip())
            continue
        sequences[parts] = (Kind.CASE_ID, _signs(id))
    return Wanted(sequences, left_out)


def search(pieces: Iterable[Piece], file: str, sought: Wanted, key: bytes) -> list[Finding]:
    """What stands in the pieces of one file. The same thing in the same part is one finding with its count; in raw
    bytes only what was not found in a text already."""
    found: dict[tuple[str, Kind, str], Finding] = {}
    in_texts: set[str] = set()
    raw: list[Piece] = []
    read: set[str] = set()
    for piece in pieces:
        if piece.raw and piece.text in read:
            continue  # less is looked for in raw bytes
        read.add(piece.text)
        if piece.raw:
            raw.append(piece)
            continue
        if piece.why:
            found[(piece.part, Kind.UNREADABLE, piece.why)] = Finding(
                file, piece.part, piece.why, Kind.UNREADABLE, 1, ""
            )
            continue
        for at, kind, what in _hits(piece, sought):
            in_texts.add(_add(found, file, piece, at, kind, what, key))
    for piece in raw:
        for at, kind, what in _hits(piece, sought):
            if _digest(key, what) not in in_texts:
                _add(found, file, piece, at, kind, what, key)
    return [_masked(finding, sought) for finding in found.values()]


def _masked(finding: Finding, sought: Wanted) -> Finding:
    """The finding, without the name of the part it is in where that is such a thing too."""
    if any(True for _ in _hits(Piece("", finding.part), sought)):
        return replace(finding, part=_PART)
    return finding


def names_something(name: str, sought: Wanted) -> bool:
    """Whether the name of a file is itself such a thing."""
    return any(True for _ in _hits(Piece("", name.replace("/", BREAK)), sought))


def _add(
    found: dict[tuple[str, Kind, str], Finding],
    file: str,
    piece: Piece,
    at: str,
    kind: Kind,
    what: str,
    key: bytes,
) -> str:
    digest = _digest(key, what)
    known = found.get((piece.part, kind, digest))
    count = known.count + 1 if known else 1
    place = known.place if known else at
    found[(piece.part, kind, digest)] = Finding(file, piece.part, place, kind, count, digest)
    return digest


def _digest(key: bytes, what: str) -> str:
    return hmac.new(key, what.encode(), hashlib.sha256).hexdigest()[:8]


def _hits(piece: Piece, sought: Wanted) -> Iterator[tuple[str, Kind, str]]:
    """Where in the piece, of which kind, and the thing itself: that is never told."""
    plain = read_plain(piece.text if piece.raw else _seen_alone(piece.text))
    yield from _read(plain, piece, sought.long if piece.noise else sought)
    if piece.raw:
        return
    for start, digits in (*backwards(plain), *one_by_one(plain, _BETWEEN_CELLS)):
        yield _line(plain, start), Kind.CPR, digits
    for text in coded(piece.text):
        yield from _read(read_plain(text), Piece(piece.part), sought)


def _read(plain: str, piece: Piece, sought: Wanted) -> Iterator[tuple[str, Kind, str]]:
    """The same in a text as it stands."""
    for start, digits in cpr_places(plain, apart=not piece.raw):
        yield _line(plain, start), Kind.CPR, digits
    if piece.fields:
        for digits in short_numbers(plain, f"{BREAK}\n"):
            yield "", Kind.CPR, digits
    if not piece.raw and (plain.startswith("0") or any(begin in plain for begin in _CELL_WITH_NOUGHT)):
        for found in _TWO_CELLS.finditer(plain):
            yield _line(plain, found.start()), Kind.CPR, found[1] + found[2]
    if sought.heads and _may_be_there(plain, sought):
        yield from _known(_unmarked(plain), sought)


def _seen_alone(text: str) -> str:
    """A text, and after it the same without signs that steer a machine, where it has such: letters may be hidden by
    them, or parted."""
    return f"{text}{BREAK}{_STEERING.sub('', text)}" if _STEERING.search(text) else text


def _line(text: str, at: int) -> str:
    return f"linje {text.count(chr(10), 0, at) + 1}" if "\n" in text else ""


def _may_be_there(plain: str, sought: Wanted) -> bool:
    """Whether a first word of what is sought stands in the text; it is parted as bytes, which is fast."""
    held = plain.casefold().replace(BREAK, " ").encode("utf-8", "surrogatepass")
    words = set(held.translate(_PARTED).split())
    known = sought.first
    if not known.isdisjoint(words):
        return True
    if held.isascii():
        return False
    marked = b" ".join(word for word in words if not word.isascii()).decode("utf-8", "surrogatepass")
    return not sought.heads.keys().isdisjoint(_RUN.findall(_unmarked(marked)))


def _known(folded: str, sought: Wanted) -> Iterator[tuple[str, Kind, str]]:
    runs = [(match.group(), match.start(), match.end()) for match in _RUN.finditer(folded)]
    skip = 0
    for index, (word, start, _) in enumerate(runs):
        if index < skip:
            continue
        for length in sought.heads.get(word, ()):
            parts = runs[index : index + length]
            hit = sought.sequences.get(tuple(run[0] for run in parts))
            if hit is None:
                continue
            between = [folded[one[2] : two[1]] for one, two in itertools.pairwise(parts)]
            kind, signs = hit
            if kind is Kind.NAME:
                fits = all(len(sign) <= _FARTHEST for sign in between)
            else:
                fits = _is_id(between, signs) and not _is_part(runs, index, length, folded)
            if fits:
                yield _line(folded, start), kind, " ".join(run[0] for run in parts)
                skip = index + length
                break


def _is_id(between: list[str], signs: str) -> bool:
    """Whether the parts of an id stand with its own signs between, or others that names of files have for them."""
    told = signs.split("\n") if signs else []
    return all(
        sign in (own, "-", "_", "/", ".") and len(sign) <= _FARTHEST
        for sign, own in zip(between, told, strict=True)
    )


def _is_part(runs: list[tuple[str, int, int]], index: int, length: int, text: str) -> bool:
    """Whether an id is only a part of a longer number: `2024-12` of `2024-12-20`."""
    before = text[runs[index - 1][2] : runs[index][1]] if index else BREAK
    last = index + length - 1
    after = text[runs[last][2] : runs[last + 1][1]] if last + 1 < len(runs) else BREAK
    return (before in ("-", "/", ".", ":") and runs[index - 1][0][-1].isdigit()) or (
        after in ("-", "/", ".", ":") and runs[last + 1][0][0].isdigit()
    )


def _folded(text: str) -> str:
    """`text` in small letters, spelled without letters that others do not have."""
    return _unmarked(read_plain(text))


def _unmarked(plain: str) -> str:
    """The same of a text that `read_plain` gave."""
    plain = plain.casefold()
    if plain.isascii():
        return plain
    if not stand_alone(plain):
        plain = unicodedata.normalize("NFKD", replaced(plain, _SPELLED))
    return replaced(plain, _UNMARKED)


class _Unmarked(dict[str, str]):
    """A letter without its marks, asked once."""

    def __missing__(self, char: str) -> str:
        told = _MARKS.sub("", unicodedata.normalize("NFKD", _SPELLED[char]))
        self[char] = told = told.translate(_LETTERS)
        return told


class _Spelled(dict[str, str]):
    """A letter that other languages do not have, as two; any other as it is."""

    def __missing__(self, char: str) -> str:
        return char.translate(_LETTERS)


_SPELLED = _Spelled()
_UNMARKED = _Unmarked()


def _words(text: str) -> tuple[str, ...]:
    return tuple(_RUN.findall(_folded(text)))


def _signs(id: str) -> str:
    """The signs between the parts of an id, a line each."""
    folded = _folded(id.strip())
    runs = list(_RUN.finditer(folded))
    return "\n".join(folded[one.end() : two.start()] for one, two in itertools.pairwise(runs))


def _is_distinct(parts: tuple[str, ...]) -> bool:
    """Whether an id can be told from numbers and words that mean something else."""
    whole = "".join(parts)
    if whole.isdigit():
        return len(whole) >= _FEWEST_DIGITS
    has_digit = any(char.isdigit() for char in whole)
    return len(whole) >= (_FEWEST_MIXED if has_digit else _FEWEST_LETTERS)


def _orders(parts: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The ways a name is written: first name first, last name first, and with the first and the last alone."""
    if len(parts) == 1:
        return {parts}
    first, last = parts[0], parts[-1]
    return {parts, (last, *parts[:-1]), (first, last), (last, first)}
