"""Random ids: they tell nothing, cannot be guessed and may stand in an address. And the keys of forms."""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no letters or digits that are taken for each other


def random_id(length: int = 12) -> str:
    """`length` letters and digits; 12 are 59 bits, 24 are 118."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def once_key(thing: str, sent: str | None) -> str:
    """The key of a form as it is kept: the same for the same form of the same thing, and never that of another thing.
    Without one: always another."""
    text = str(sent or "") or random_id(24)
    return hashlib.sha256(f"{thing}:{text}".encode()).hexdigest()[:32]


def study_id() -> str:
    """The id of a study, 10 signs."""
    return random_id(10)


def thing_id() -> str:
    """The id of a case, a request, a letter or a person, 16 signs."""
    return random_id(16)


def document_id() -> str:
    """The id of a document, 24 signs."""
    return random_id(24)
