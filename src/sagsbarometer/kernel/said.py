"""A sentence in Danish that remembers how it was made, so that it can be said in another language too.

A stage writes `said("Der mangler {n} sag.", "Der mangler {n} sager.", n=3)` and knows no more of languages. What it
gets is Danish text like any other. Only the workplace shows it in English: it gives a voice, which is asked whenever a
sentence is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar, cast

from sagsbarometer.kernel.dates import danish_date

Words = TypeVar("Words")


class Said(str):
    """A sentence: the text in Danish, and what it was made of.

    `one` and `many` are the patterns for one and for several, `many` "" where there is one pattern alone; `fields` what
    they were filled with. As text it compares and is kept in Danish; `str()` and what shows it, a page or an f-string,
    get it in the language of the voice.
    """

    one: str
    many: str
    fields: Mapping[str, Any]
    texts: Mapping[str, str] = {}  # by language, of a sentence that is data

    def __str__(self) -> str:
        return _voice(self)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


Voice = Callable[[Said], str]


def said(one: str, many: str = "", /, **fields: Any) -> Said:
    """A sentence of a Danish pattern. With `many`, the field `n` decides which of the two is used.

    A field is a text, a whole number or a day (both written as Danish writes them), or another sentence.
    """
    pattern = many if many and fields["n"] != 1 else one
    text = Said(
        pattern.format(**{name: _danish(value) for name, value in fields.items()}) if fields else pattern
    )
    text.one, text.many, text.fields = one, many, fields
    return text


def of_data(texts: Mapping[str, str]) -> Said:
    """A sentence that a file has in several languages: its own words in each, never translated a second time."""
    sentence = said(texts["da"])
    sentence.texts = texts
    return sentence


def all_said(words: Words) -> Words:
    """A dictionary of words, or of tuples or dictionaries of words, with each of them a sentence of its own."""
    return cast(Words, _all(words))


def _all(words: Any) -> Any:
    if isinstance(words, dict):
        return {key: _all(value) for key, value in words.items()}
    return tuple(_all(item) for item in words) if isinstance(words, tuple) else said(words)


def plain(text: str) -> str:
    """The Danish words of a text, whoever listens."""
    return str.__str__(text)


def kept(text: str, longest: int) -> str:
    """A sentence as a column of text keeps it, at most `longest` characters: with its fields, where there is room."""
    if isinstance(text, Said) and text.fields:
        whole = json.dumps(_parts(text), ensure_ascii=False)
        if len(whole) <= longest:
            return whole
    return plain(text)[:longest]


def _parts(text: Said) -> list[Any]:
    fields = {name: _part(item) for name, item in text.fields.items()}
    return [text.one, text.many, fields]


def _part(item: Any) -> Any:
    if isinstance(item, Said) and not item.texts:
        return _parts(item)
    return item if isinstance(item, int) else _danish(item)


def again(column: str) -> Said:
    """The sentence that was kept, also where it was kept as words alone."""
    if column.startswith("["):
        try:
            return _of_parts(json.loads(column))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            pass  # words that begin with a bracket
    return said(column)


def _of_parts(parts: Any) -> Said:
    one, many, fields = parts
    whole = {name: _of_parts(item) if isinstance(item, list) else item for name, item in fields.items()}
    return said(one, many, **whole)


def speak_with(voice: Voice) -> None:
    """Lets a voice say every sentence from now on, in this process."""
    global _voice
    _voice = voice


def _danish(value: Any) -> str:
    if isinstance(value, date):
        return danish_date(value)
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    return plain(value) if isinstance(value, str) else str(value)


_voice: Voice = plain
