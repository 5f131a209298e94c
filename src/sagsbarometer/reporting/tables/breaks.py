"""What a break of a series is called: the day from which cases are counted in another way."""

from __future__ import annotations

from datetime import date

from sagsbarometer.measures.measure import Break
from sagsbarometer.reporting.words import day_words, known

_YEAR = 4  # characters of a date that is only known to its year


def break_words(item: Break, language: str = "da") -> tuple[str, ...]:
    """`færre regler talt med`, `reglen har samme indhold`: what a break did to the cases counted, and to the rule."""
    law = known(language, f"law.{item.law}", "") if item.kind != "changed" else ""
    words = (known(language, f"break.{item.kind}", item.kind), law)
    return tuple(line for line in words if line)


def day_of(item: Break, language: str = "da") -> str:
    """The day of a break in words, or its year where no more is known."""
    return item.date if len(item.date) == _YEAR else day_words(language, date.fromisoformat(item.date))
