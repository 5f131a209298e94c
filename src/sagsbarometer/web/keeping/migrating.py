"""Whether the database is as this version of the program wants it, and making it so."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.web.home import Home


def pending() -> tuple[int, int]:
    """How many steps the database lacks, and how many it has that this version of the program does not know."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    lacking = executor.migration_plan(executor.loader.graph.leaf_nodes())
    known = set(executor.loader.disk_migrations) | {
        old for step in executor.loader.disk_migrations.values() for old in step.replaces
    }
    ours = {app for app, _ in executor.loader.disk_migrations}
    later = [key for key in executor.loader.applied_migrations if key not in known and key[0] in ours]
    return len(lacking), len(later)


def refuse_old_database() -> None:
    """Raises Faults: DRIFT-105 where the database is not updated, DRIFT-106 where it is newer than the program."""
    lacking, later = pending()
    if later:
        fault = "Databasen er opdateret af en nyere udgave af programmet."
        raise Faults(
            [Problem("DRIFT-106", Place(), fault, "Brug den nyere udgave, eller genskab en ældre backup.")]
        )
    if lacking:
        fault = f"Databasen er ikke opdateret til denne udgave af programmet ({lacking} trin mangler)."
        raise Faults(
            [Problem("DRIFT-105", Place(), fault, "Stop arbejdspladsen, og kør sagsbarometer migrate.")]
        )


def guard_again() -> None:
    """Puts the guard of the event chain back on, where somebody took it off."""
    from django.db import connection

    from sagsbarometer.web.events.guard import install, missing

    if missing(connection):
        install(connection)


def migrate(home: Home, backup: Path | None, tell: Callable[[str], None]) -> bool:
    """Updates the database, after a backup of it; False when there was nothing to do. Raises Faults DRIFT-106.

    `backup` is the folder of the backup; by itself `backups/<moment>` in the house.
    """
    from django.core.management import call_command

    from sagsbarometer.web.keeping.backup import back_up

    lacking, later = pending()
    if later:
        refuse_old_database()
    if not lacking:
        guard_again()
        return False
    target = backup or home.folder / "backups" / f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    tell(f"Backup i {target} …")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    back_up(home, target, documents=False)
    tell(f"Opdaterer databasen ({lacking} trin) …")
    before = os.umask(0o077)
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    finally:
        os.umask(before)
    return True
