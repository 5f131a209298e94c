"""The connection of Django, which tells the triggers whether somebody is acting."""

from __future__ import annotations

import weakref
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3.base import DatabaseWrapper as _Wrapper

# What each connection has to say, or an acknowledged save might not be on disk and a purged text might be.
ASSERTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "recursive_triggers": 1,
}


class DatabaseWrapper(_Wrapper):
    """As Django's, with the functions the triggers ask (events/guard.py): no other program has them."""

    acting = False
    sealing = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that is known to keep what it acknowledges. Raises ImproperlyConfigured."""
        connection = super().get_new_connection(conn_params)
        here = weakref.ref(self)
        connection.create_function("sagsbarometer_acting", 0, lambda: int(getattr(here(), "acting", False)))
        connection.create_function("sagsbarometer_sealing", 0, lambda: int(getattr(here(), "sealing", False)))
        # Else INSERT OR REPLACE removes a row without its trigger.
        connection.execute("PRAGMA recursive_triggers=ON")
        for pragma, wanted in ASSERTED.items():
            (found,) = connection.execute(f"PRAGMA {pragma}").fetchone()
            if found != wanted:
                connection.close()
                raise ImproperlyConfigured(f"PRAGMA {pragma} er {found} og skulle være {wanted}.")
        return connection

    def begin_acting(self) -> None:
        """From here, in this transaction, guarded tables may be written."""
        self.acting = True

    def begin_sealing(self) -> None:
        """From here, in this transaction, events may be added. IMMEDIATE has kept all other writers out."""
        self.sealing = True

    def end_acting(self) -> None:
        """Neither any more."""
        self.acting = self.sealing = False
