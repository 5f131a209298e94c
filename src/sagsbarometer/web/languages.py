"""The languages of the workplace: Danish, and English beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from sagsbarometer.kernel.said import Said, plain, speak_with


def shown() -> str:
    """The language that is shown now: a code of LANGUAGES."""
    language = translation.get_language() or ""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def in_shown(texts: Mapping[str, str], otherwise: str = "") -> str:
    """Of a text that stands in several languages as data, the one shown; the Danish where it has no other."""
    return texts.get(shown()) or texts.get("da") or otherwise


def day_words(day: date) -> str:
    """A day as the language shown writes it: `20. december 2022`, `20 December 2022`."""
    return date_format(day, "DATE_FORMAT")


def short_day(day: date, with_year: bool = True) -> str:
    """A day where there is little room: `20. dec 2022`, `20 Dec 2022`."""
    return date_format(day, ("j. b" if shown() == "da" else "j M") + (" Y" if with_year else ""))


def decimal_words(number: str) -> str:
    """A number written with a full stop, with the decimal sign of the language shown."""
    return number.replace(".", ",") if shown() == "da" else number


def say(sentence: Said) -> str:
    """A sentence of a stage that knows Danish alone, in the language shown."""
    if shown() == "da" or not sentence.one:
        return plain(sentence)
    if sentence.texts:
        return in_shown(sentence.texts)
    fields = sentence.fields
    pattern = ngettext(sentence.one, sentence.many, fields["n"]) if sentence.many else gettext(sentence.one)
    return pattern.format(**{name: _field(value) for name, value in fields.items()}) if fields else pattern


def _field(value: Any) -> str:
    if isinstance(value, date):
        return day_words(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def learn() -> None:
    """From now on sentences are said in the language shown."""
    speak_with(say)


@contextmanager
def spoken_to(user: Any) -> Iterator[None]:
    """For a mail to somebody: the language they chose, Danish where they chose none or are not known."""
    chosen = getattr(user, "language", "")
    with translation.override(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        yield
