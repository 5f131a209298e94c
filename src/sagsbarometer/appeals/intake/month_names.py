"""Months by name, in the languages of extracts: a table of our own, since that of a machine hangs on its set-up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

# Twelve months; the ways one is written are parted by a bar. Without accents and case; genitives where dates have them.
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "da": "januar|jan februar|feb marts|mar april|apr maj juni|jun juli|jul august|aug september|sep|sept "
        "oktober|okt november|nov december|dec",
        "en": "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sep|sept "
        "october|oct november|nov december|dec",
        "de": "januar|jan|janner|jaenner februar|feb marz|maerz|mrz april|apr mai juni|jun juli|jul august|aug "
        "september|sep|sept oktober|okt november|nov dezember|dez",
        "fr": "janvier|janv|jan fevrier|fevr|fev mars avril|avr mai juin juillet|juil aout septembre|sept|sep "
        "octobre|oct novembre|nov decembre|dec",
        "es": "enero|ene febrero|feb marzo|mar abril|abr mayo|may junio|jun julio|jul agosto|ago "
        "septiembre|setiembre|sept|sep|set octubre|oct noviembre|nov diciembre|dic",
        "it": "gennaio|gen febbraio|feb marzo|mar aprile|apr maggio|mag giugno|giu luglio|lug agosto|ago "
        "settembre|set|sett ottobre|ott novembre|nov dicembre|dic",
        "pt": "janeiro|jan fevereiro|fev marco|mar abril|abr maio|mai junho|jun julho|jul agosto|ago "
        "setembro|set outubro|out novembro|nov dezembro|dez",
        "pl": "stycznia|styczen|sty lutego|luty|lut marca|marzec|mar kwietnia|kwiecien|kwi maja|maj "
        "czerwca|czerwiec|cze lipca|lipiec|lip sierpnia|sierpien|sie wrzesnia|wrzesien|wrz "
        "pazdziernika|pazdziernik|paz listopada|listopad|lis grudnia|grudzien|gru",
        "nl": "januari|jan februari|feb maart|mrt april|apr mei juni|jun juli|jul augustus|aug september|sep|sept "
        "oktober|okt november|nov december|dec",
        "sv": "januari|jan februari|feb mars april|apr maj juni|jun juli|jul augusti|aug september|sep|sept "
        "oktober|okt november|nov december|dec",
        "no": "januar|jan februar|feb mars|mar april|apr mai juni|jun juli|jul august|aug september|sep|sept "
        "oktober|okt november|nov desember|des",
        "el": "ιανουαριου|ιανουαριος|ιαν φεβρουαριου|φεβρουαριος|φεβ μαρτιου|μαρτιος|μαρ απριλιου|απριλιος|απρ "
        "μαιου|μαιος|μαι ιουνιου|ιουνιος|ιουν ιουλιου|ιουλιος|ιουλ αυγουστου|αυγουστος|αυγ "
        "σεπτεμβριου|σεπτεμβριος|σεπ οκτωβριου|οκτωβριος|οκτ νοεμβριου|νοεμβριος|νοε δεκεμβριου|δεκεμβριος|δεκ",
    }
)
_MONTHS: Mapping[str, int] = MappingProxyType(
    {
        name.replace("ς", "σ"): month
        for months in NAMES.values()
        for month, names in enumerate(months.split(), start=1)
        for name in names.split("|")
    }
)
_NAME = r"([^\W\d_]{3,12})\.?"
_REST = r"(?:[T ,]+(?:kl\.? ?|at )?(\d{1,2}[:.]\d{2}.*))?"
_DAY_FIRST = re.compile(
    rf"(\d{{1,2}})((?:st|nd|rd|th|er|º|\.)?[ -]*(?:de )?){_NAME}([ ,-]*(?:del? |of )?)(\d{{4}}|\d{{2}}){_REST}",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(rf"{_NAME}[ -]*(\d{{1,2}})(?:st|nd|rd|th)?,?[ -]+(\d{{4}}){_REST}", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")


def month_of(word: str) -> int:
    """The number of a month by a name of it in any of the languages; 0 for a word that is none."""
    plain = unicodedata.normalize("NFKD", word.casefold().replace("ς", "σ"))
    return _MONTHS.get("".join(char for char in plain if not unicodedata.combining(char)), 0)


class Named:
    """A date with the name of its month: `order` (day_month_name or month_name_day), `day` (None where the calendar has
    none), `clock` as it stands, and `format` of one with a year of two digits, "" of others.
    """

    __slots__ = ("clock", "day", "format", "order")

    def __init__(self, order: str, day: date | None, clock: str, format: str = "") -> None:
        self.order, self.day, self.clock, self.format = order, day, clock, format


def named(text: str) -> Named | None:
    """A text read as a date with the name of its month; None for any other. Years of two digits are of this century."""
    if (match := _DAY_FIRST.fullmatch(text)) and (month := month_of(match[3])):
        one, two, short = match[2], match[4], len(match[5]) == 2
        year = int(match[5]) + (2000 if short else 0)
        format = f"%d{one}%b{two}%y" if short else ""
        return Named("day_month_name", _day(year, month, int(match[1])), match[6] or "", format)
    if (match := _MONTH_FIRST.fullmatch(text)) and (month := month_of(match[1])):
        return Named("month_name_day", _day(int(match[3]), month, int(match[2])), match[4] or "")
    return None


def numbered(text: str) -> str | None:
    """The text with its month as two digits and no stop after it; None where it names no month."""
    for match in _WORD.finditer(text):
        if month := month_of(match[0]):
            return f"{text[: match.start()]}{month:02}{text[match.end() :].removeprefix('.')}"
    return None


def numbered_format(format: str) -> str:
    """The format that reads what `numbered` gives; the same format where it asks for no name."""
    return re.sub(r"(?<!%)((?:%%)*)%[bB]\.?", r"\1%m", format)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
