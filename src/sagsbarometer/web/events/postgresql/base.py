"""The connection of Django, which tells the triggers whether somebody is acting."""

from __future__ import annotations

from django.db.backends.postgresql.base import DatabaseWrapper as _Wrapper

from sagsbarometer.web.events.guard_key import guard_key

# One number for the whole database: who seals holds it until the commit, so that the chain never forks.
_CHAIN = 0x5A6B_C4A1


class DatabaseWrapper(_Wrapper):
    """As Django's; each connection shows the triggers a key that only this house has (events/guard.py)."""

    def init_connection_state(self) -> None:
        """Also shows the key."""
        super().init_connection_state()
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('sagsbarometer.ours', %s, false)", [guard_key()])
        if not self.get_autocommit():
            self.connection.commit()

    def begin_acting(self) -> None:
        """From here, in this transaction, guarded tables may be written."""
        self._tell("SELECT set_config('sagsbarometer.acting', '1', true)")

    def begin_sealing(self) -> None:
        """From here, in this transaction, events may be added; waits until nobody else does."""
        self._tell(f"SELECT pg_advisory_xact_lock({_CHAIN}), set_config('sagsbarometer.sealing', '1', true)")

    def end_acting(self) -> None:
        """Nothing to do: both ended with the transaction."""

    def _tell(self, statement: str) -> None:
        with self.cursor() as cursor:
            cursor.execute(statement)
