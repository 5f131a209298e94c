"""The database: SQLite in the house, or what DATABASE_URL names. A save that was acknowledged is on disk."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sagsbarometer.web.home import Home

# WAL with FULL: a commit returns when the log is synced (https://www.sqlite.org/pragma.html#pragma_synchronous).
PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"


def database(home: Home, url: str = "") -> dict[str, Any]:
    """Django's settings of the database. Raises ValueError for a URL that is not PostgreSQL's."""
    if not url:
        return {
            "ENGINE": "sagsbarometer.web.events.sqlite",
            "NAME": str(home.database),
            "OPTIONS": {"init_command": PRAGMAS, "transaction_mode": "IMMEDIATE", "timeout": 20},
            "CONN_MAX_AGE": None,
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL: postgresql://bruger:kode@vært:5432/navn")
    return {
        "ENGINE": "sagsbarometer.web.events.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),  # a folder with a socket is written %2Ftmp%2F…
        "PORT": str(parts.port or ""),
        "OPTIONS": {**dict(parse_qsl(parts.query)), "application_name": "sagsbarometer"},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
