"""Words that are a text in another spelling: Base64, hex, and as addresses spell signs."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote

_SHORTEST, _LONGEST = (
    14,
    199,
)  # letters of Base64: ten digits are fourteen; longer ones are read as data of their own
_SHORTEST_HEX = 20
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")
_PARTED = bytes(byte if byte in _LETTERS else 32 for byte in range(256))
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_AS_USUAL = bytes.maketrans(b"-_", b"+/")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")


def coded(text: str) -> Iterator[str]:
    """What stands in a text in another spelling, when it is a text that can be read."""
    if _PERCENT.search(text):
        yield unquote(text)
    # A word is coded once, however often it stands there.
    for word in sorted(set(text.encode("ascii", "replace").translate(_PARTED).split())):
        if len(word) < _SHORTEST:
            continue
        if len(word) >= _SHORTEST_HEX and _HEX.fullmatch(word):
            yield from _readable(bytes.fromhex(word.decode()))
        if len(word) <= _LONGEST and len(word) % 4 != 1:
            try:
                held = base64.b64decode(word.translate(_AS_USUAL) + b"=" * (-len(word) % 4), validate=True)
            except (ValueError, binascii.Error):
                continue
            yield from _readable(held)


def _readable(held: bytes) -> Iterator[str]:
    """The bytes as a text, where they are one: a checksum or a picture is none."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        try:
            text = held.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.isprintable() and (encoding == "utf-8" or text.isascii()):
            yield text
            return
