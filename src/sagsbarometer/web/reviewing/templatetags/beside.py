"""What stands beside an answer, for templates."""

from __future__ import annotations

from typing import Any

from django import template

from sagsbarometer.web.reviewing import doubting, looks
from sagsbarometer.web.reviewing.models import Reading

register = template.Library()


@register.simple_tag
def doubts_here(reading: Reading, question: str) -> tuple[int, int]:
    """The doubts about an answer: all, and the open ones."""
    return doubting.here(reading, question)


@register.simple_tag
def looks_of(reading: Reading, question: str) -> list[Any]:
    """Why an answer is to be looked at again."""
    return looks.here(reading, question)
