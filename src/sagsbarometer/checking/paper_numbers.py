"""Numbers as reports print them: Danish or English, with units, marks and signs, in cells and in sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from sagsbarometer.reporting.binding.digits import unbound

PERCENT, POINTS, COUNT = "percent", "points", "count"
DANISH, ENGLISH = "da", "en"
# Where there is no number: blank, not known, withheld.
_BLANKS = frozenset(
    {"", "-", "–", "—", ".", "..", "…", "...", "n/a", "i/t", "ikke oplyst", "ingen", "none", "na", "•"}
)
_HIDDEN = re.compile(r"\[c\]|\(c\)|\*{2,}|\[skjult\]|<\s?\d+", re.IGNORECASE)

_SPACES = str.maketrans(
    dict.fromkeys("\xa0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f", " ")
)
_SIGNS = str.maketrans(dict.fromkeys("−‐‑", "-"))
_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+\)?")
# One sign at a time: a repetition of repetitions would try every way to part a row of stars.
_MARK = re.compile(r"(?:\s?[*†‡#]|\s?[⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜ]\)?|\s\d\)|\s?[a-z]\))+$")
_LONGEST = 200  # letters of a cell that is a number, or says that there is none
_NEAR = 120  # letters before or after a number that tell what it is
_DA = r"(?:\d{1,3}(?:\.\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:,\d+)?"
_EN = r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d+)?"
_NUMBER = {DANISH: re.compile(_DA), ENGLISH: re.compile(_EN)}
_UNIT_WORDS = (
    (POINTS, r"procentpoint|pct\.?\s?-?point|percentage points?|p\.?p\.?(?![a-z])"),
    (PERCENT, r"%|procent|pct\b\.?|per\s?cent"),
    ("weeks", r"uger?\b|weeks?\b"),
    ("days", r"(?:arbejds|hver|kalender)?dag(?:e|es)?\b|(?:working |calendar )?days?\b"),
    ("months", r"måned(?:er)?\b|months?\b"),
    ("hours", r"timer?\b|hours?\b"),
    ("kroner", r"kr\b\.?|kroner\b|mio\b\.?|dkk\b"),
    ("municipalities", r"kommuner?\b|municipalit(?:y|ies)\b"),
)
_AFTER = tuple((unit, re.compile(rf"\s?-?(?:{words})", re.IGNORECASE)) for unit, words in _UNIT_WORDS)
_NAMED = (
    (POINTS, re.compile(r"procentpoint|pct\.?\s?-?point|percentage point", re.IGNORECASE)),
    (PERCENT, re.compile(r"%|procent|pct\b|\bandel|per\s?cent|\bshare\b|\brate\b", re.IGNORECASE)),
    ("weeks", re.compile(r"\buger?\b|\bweeks?\b", re.IGNORECASE)),
    ("days", re.compile(r"\b\w*dage?\b|\bdays?\b", re.IGNORECASE)),
    ("months", re.compile(r"\bmåneder?\b|\bmonths?\b", re.IGNORECASE)),
    ("hours", re.compile(r"\btimer\b|\bhours\b", re.IGNORECASE)),
    ("kroner", re.compile(r"\bkr\b|\bkroner\b|\bmio\b|\bdkk\b", re.IGNORECASE)),
    ("municipalities", re.compile(r"\bantal kommuner\b|\bkommuner$|\bmunicipalities\b", re.IGNORECASE)),
)
_POINTS_AT = re.compile(
    r"(?:\b(?:tabel|figur|bilag|side|s\.|fodnote|note|kapitel|afsnit|boks|nr\.|nummer|table|figure|annex|page|section|"
    r"chapter|box|j\.nr\.|isbn|version|telefon|tlf\.?|postnr\.?)\s*|[§/:_@]\s?)$",
    re.IGNORECASE,
)
_DECIDES_DA = re.compile(r"(?<![\d.,])\d+,\d{1,2}(?![\d.,])|(?<![\d.,])\d{1,3}\.\d{3}(?:\.\d{3})+(?!\d)")
_DECIDES_EN = re.compile(
    r"(?<![\d.,§])\d+\.\d{1,2}(?![\d.,])\s?(?:%|per cent|weeks|days)|\d{1,3}(?:,\d{3})+(?![\d,])"
)
_RUN = re.compile(r"(?<![\d.,])(?:19|20)\d\d\s?[-–]\s?(?:19|20)\d\d(?![\d.,]*\d)")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]*\d)")


@dataclass(frozen=True, slots=True)
class Printed:
    """A number where it is printed: `unit` is what stands beside it ("" where nothing does); `marked`: a footnote."""

    exact: Fraction
    decimals: int
    text: str
    unit: str = ""
    marked: bool = False

    @property
    def half(self) -> Fraction:
        """How far from it what was rounded may lie."""
        return Fraction(1, 2 * 10**self.decimals)


@dataclass(frozen=True, slots=True)
class Mention:
    """A number in a sentence and where in it."""

    number: Printed
    start: int
    end: int


def notation(text: str, told: str = "") -> str:
    """Whether numbers are written in Danish or in English: by what only one of them writes, else by `told`."""
    danish = len(_DECIDES_DA.findall(text))
    english = len(_DECIDES_EN.findall(text))
    if danish == english:
        return ENGLISH if told.lower().startswith("en") else DANISH
    return ENGLISH if english > danish else DANISH


def plain(text: str) -> str:
    """Text whose blanks and signs are the common ones; as long as it was."""
    return text.translate(_SPACES).translate(_SIGNS)


def is_blank(text: str) -> bool:
    """Whether a cell has no number because there is none."""
    return len(text) < _LONGEST and _MARK.sub("", plain(text).strip()).strip().lower() in _BLANKS


def is_dash(text: str) -> bool:
    """Whether a cell has the line that most tables write for none, and some for what is not known."""
    return len(text) < _LONGEST and _MARK.sub("", plain(text).strip()).strip() in ("-", "–", "—")


def is_hidden(text: str) -> bool:
    """Whether a cell has no number because it is withheld."""
    return _HIDDEN.fullmatch(plain(text).strip()) is not None


def is_year(text: str) -> bool:
    """Whether a cell names a year or a run of years, and counts nothing."""
    return (
        re.fullmatch(r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)?\d\d))?\*?", plain(text).strip()) is not None
    )


def years(text: str) -> frozenset[str]:
    """The years a text names; a run of years (`2019-2023`) is one of its own, and none of them."""
    runs = frozenset(re.sub(r"\s", "", run).replace("–", "-") for run in _RUN.findall(text))
    return frozenset(_YEAR.findall(_RUN.sub(" ", text))) | runs


def cell_number(text: str, language: str) -> Printed | None:
    """The number a cell is: with its unit, a mark, or something in parentheses after it. None when it is words."""
    if len(text) > _LONGEST:
        return None
    given = plain(text).strip()
    bare = _MARK.sub("", given).strip() if _MARK.search(given) and not given.startswith("*") else given
    marked = bare != given
    sign = -1 if re.match(r"[-–]\s?\d", bare) else 1
    body = re.sub(r"^[-–+]\s?", "", bare)
    found = _NUMBER[language].match(body)
    if found is None:
        return None
    after = body[found.end() :]
    if re.match(r"[.,]\d", after):  # written the other way: 26.3 in a Danish table
        other = _NUMBER[ENGLISH if language == DANISH else DANISH].match(body)
        if other is None or re.match(r"[.,]\d", body[other.end() :]):
            return None
        return _made(other, body, ENGLISH if language == DANISH else DANISH, sign, marked)
    return _made(found, body, language, sign, marked)


def _made(found: re.Match[str], body: str, language: str, sign: int, marked: bool) -> Printed | None:
    unit, end = unit_after(body, found.end())
    rest = body[end:].strip()
    if rest and not (rest.startswith(("(", "[")) and rest.endswith((")", "]"))):
        if not _MARK.fullmatch(" " + rest):
            return None
        marked = True
    exact, decimals = value(found.group(), language)
    return Printed(sign * exact, decimals, found.group(), unit, marked)


def value(text: str, language: str) -> tuple[Fraction, int]:
    """What a number says, and its decimals."""
    thousands, mark = (".", ",") if language == DANISH else (",", ".")
    bare = text.replace(" ", "").replace(thousands, "").replace(mark, ".")
    return Fraction(bare), len(bare.partition(".")[2])


def unit_after(text: str, at: int) -> tuple[str, int]:
    """The unit that stands at a position, and where it ends; "" where none does."""
    for unit, pattern in _AFTER:
        if match := pattern.match(text, at):
            return unit, match.end()
    return "", at


def unit_named(*labels: str) -> str:
    """The unit that a head, else the next, says; "" where none does."""
    for label in labels:
        for unit, pattern in _NAMED:
            if pattern.search(label):
                return unit
    return ""


def mentions(sentence: str, language: str) -> list[Mention]:
    """The numbers of a sentence that say how much: not law, dates, years, or which table or page."""
    text = plain(sentence)
    found = []
    reads = {at for at, _ in unbound(text)}
    for match in _NUMBER[language].finditer(text):
        start, end = match.span()
        around = text[start - 1 : start] + text[end : end + 1]
        if start not in reads or re.search(r"[A-Za-zÆØÅæøå_]", around):
            continue
        if _POINTS_AT.search(text[max(start - _NEAR, 0) : start]) or re.match(
            r"[.,]\d|\.\s+[a-zæøå]", text[end:]
        ):
            continue
        unit, _ = unit_after(text, end)
        if not unit and re.match(r"\s?(?:-|–|,\s|til|og|eller|and|to|or)\s?\d", text[end:]):
            unit = _shared_unit(text, end, language)
        exact, decimals = value(match.group(), language)
        found.append(Mention(Printed(exact, decimals, match.group(), unit), start, end))
    return found


def _shared_unit(text: str, at: int, language: str) -> str:
    """`10, 12 og 14 procent`, `48-58 %`: the unit stands after the last."""
    run = re.compile(rf"(?:\s?(?:-|–|,|til|og|eller|and|to|or)\s?(?:{_DA if language == DANISH else _EN}))+")
    match = run.match(text, at, at + _NEAR)
    return unit_after(text, match.end())[0] if match else ""
