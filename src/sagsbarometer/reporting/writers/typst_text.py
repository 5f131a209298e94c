"""Our text as Typst: strings, content and arrays, never read as Typst's own words."""

from __future__ import annotations

from collections.abc import Iterable

from sagsbarometer.reporting.writers.divide import SOFT


def string(text: str) -> str:
    """A Typst string literal. Only the backslash and the quote mean anything inside one."""
    # All at once where all can be printed: a picture is one text of a hundred thousand letters.
    clean = text if text.isprintable() else "".join(map(_printable, text))
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _printable(letter: str) -> str:
    return letter if letter.isprintable() or letter == "\u00a0" else " "


def content(text: str) -> str:
    """Typst content that shows `text` as it is; at a soft hyphen a line may end."""
    return f"[{'-?'.join(f'#{string(part)}' for part in text.split(SOFT))}]"


def array(items: Iterable[str]) -> str:
    """A Typst array; one of a single item needs its comma."""
    return f"({''.join(f'{item}, ' for item in items)})"


def boolean(value: bool) -> str:
    """A Typst truth value."""
    return "true" if value else "false"
