"""The key a connection to PostgreSQL shows: the database knows only its hash."""

from __future__ import annotations

import hashlib
import hmac

from sagsbarometer.web.home import this_home


def guard_key() -> str:
    """64 hexadecimal signs. Raises KeyGone where the house has no key of events."""
    return hmac.new(this_home().keys.named("events"), b"guard", "sha256").hexdigest()


def guard_hash() -> str:
    """What the triggers hold the key against."""
    return hashlib.sha256(guard_key().encode()).hexdigest()
