"""The words of an edition's pages in the language of the edition: all of them stand in assets/words.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sagsbarometer.kernel.dates import danish_date, english_date
from sagsbarometer.kernel.periods import parse_period

LANGUAGES = ("da", "en")
_FILE = Path(__file__).parent / "assets" / "words.yaml"


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """Every text by its key, in each language."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read: dict[str, dict[str, str]] = yaml.load(_FILE.read_text(encoding="utf-8"), loader)
    return read


def say(language: str, key: str, **given: object) -> str:
    """The text `key` with what is given filled in; in Danish where the language is none of LANGUAGES. Raises KeyError
    for a key there is not, or for something that is not given."""
    text = table()[key]
    return text.get(language, text["da"]).format_map(given)


def known(language: str, key: str, otherwise: str) -> str:
    """The text `key`, or `otherwise` where there is none: for codes that come with the data."""
    return say(language, key) if key in table() else otherwise


def day_words(language: str, day: date) -> str:
    """`20. december 2022`, `20 December 2022`."""
    return english_date(day) if language == "en" else danish_date(day)


def period_words(language: str, period: str) -> str:
    """A period of a cell in words, or as it is named where it is none of those we know."""
    try:
        known_period = parse_period(period)
    except ValueError:
        return period
    return known_period.english if language == "en" else known_period.danish
