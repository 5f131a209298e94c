"""Words of a page as HTML, with what belongs together on one line."""

from __future__ import annotations

import re
from html import escape

_SECTION = re.compile(r"(§+) (?=\d)")
_LEAD = re.compile(r"[^\s\w]*\Z")
_TRAIL = re.compile(r"\A[^\s\w]*")


def kept(text: str) -> str:
    """The text escaped; a section mark stays with its number."""
    return escape(_SECTION.sub("\\1\N{NO-BREAK SPACE}", text))


def whole(before: str, control: str, after: str) -> tuple[str, str, str]:
    """A control with the signs that touch it, as one piece, and what is left of the text on either side.

    A browser may begin a new line on either side of a button, and leave a parenthesis behind alone.
    """
    lead, trail = _LEAD.search(before), _TRAIL.search(after)
    signs = lead[0] if lead else "", trail[0] if trail else ""
    if not any(signs):
        return before, control, after
    piece = f'<span class="whole">{escape(signs[0])}{control}{escape(signs[1])}</span>'
    return before.removesuffix(signs[0]), piece, after.removeprefix(signs[1])
