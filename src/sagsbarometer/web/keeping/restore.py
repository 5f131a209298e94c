"""A house brought back from a backup: all of it as it was, and what was purged since stays gone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sagsbarometer.kernel.problems import Faults, Level, Place, Problem
from sagsbarometer.web.home import Home
from sagsbarometer.web.keeping.backup import POSTGRESQL, SQLITE, postgresql_call
from sagsbarometer.web.keeping.house import FOLDERS
from sagsbarometer.web.keeping.manifest import MANIFEST, check_backup, read_manifest
from sagsbarometer.web.keeping.purge import read_purged


@dataclass
class Restored:
    """What was brought back. `again`: the studies that the backup still held and that were purged again."""

    made_at: str
    again: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def restore(
    backup: Path, into: Path, *, keys: Path | None = None, purged: Path | None = None, url: str = ""
) -> Restored:
    """Brings a backup back into a new folder (and, with `url`, an empty PostgreSQL database), and starts Django on it.

    `keys`: the copy of the keys, where they are not in the backup. `purged`: the newest purged.jsonl there is, where it
    is newer than the backup; one beside the keys is found by itself. Raises Faults: DRIFT-201 to 204 the backup is not
    whole, DRIFT-208 the folder is taken, DRIFT-209 there are no keys, DRIFT-206 PostgreSQL could not take it.
    """
    if problems := check_backup(backup):
        raise Faults(problems)
    manifest, _ = read_manifest(backup)
    assert manifest is not None
    _refuse(backup, into, manifest, keys, url)
    before = os.umask(0o077)
    try:
        _lay_out(backup, into, keys)
        if manifest["database"] == "postgresql":
            _fill_postgresql(backup / POSTGRESQL, url)
    finally:
        os.umask(before)
    return _start(into, str(manifest["made_at"]), [into / "purged.jsonl", *([purged] if purged else [])])


def check_database(backup: Path) -> list[Problem]:
    """Whether the database of a backup holds together: SQLite's own check, or that pg_restore can read it."""
    if (backup / SQLITE).exists():
        database = sqlite3.connect(f"file:{backup / SQLITE}?immutable=1", uri=True)
        try:
            well = database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        except sqlite3.DatabaseError:
            well = False
        finally:
            database.close()
    elif (backup / POSTGRESQL).exists() and shutil.which("pg_restore"):
        command = ["pg_restore", "--list", str(backup / POSTGRESQL)]
        well = subprocess.run(command, capture_output=True, check=False).returncode == 0
    else:
        well = (backup / POSTGRESQL).exists()
    if well:
        return []
    return [
        Problem(
            "DRIFT-202", Place(SQLITE), "Databasen i backuppen hænger ikke sammen.", "Brug en anden backup."
        )
    ]


def _refuse(backup: Path, into: Path, manifest: dict[str, Any], keys: Path | None, url: str) -> None:
    problems = []
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        fault = "Mappen er ikke tom. Der genskabes aldrig oven i noget."
        problems.append(Problem("DRIFT-208", Place(), fault, "Vælg en ny mappe."))
    source = keys or backup / "keys"
    if not (source / "master").is_file():
        fault = (
            "Der er ingen nøgler i backuppen, så intet i den kan læses."
            if keys is None
            else "Der er ingen nøgler dér."
        )
        problems.append(Problem("DRIFT-209", Place(), fault, "Angiv kopien af nøglerne med --keys MAPPE."))
    if manifest["database"] == "postgresql" and not url:
        fault = "Backuppen er af en PostgreSQL-database, og DATABASE_URL er ikke sat."
        problems.append(
            Problem("DRIFT-206", Place(), fault, "Lav en tom database, og sæt DATABASE_URL til den.")
        )
    if manifest["database"] == "sqlite" and url:
        fault = "Backuppen er af en SQLite-database, men DATABASE_URL er sat."
        problems.append(Problem("DRIFT-206", Place(), fault, "Fjern DATABASE_URL, og prøv igen."))
    if not manifest.get("documents", True):
        fault = "Backuppen er uden dokumenter (taget af sagsbarometer migrate)."
        remedy = "Kopiér app.sqlite3 eller database.pgdump fra den ind i huset, som docs/drift.md siger."
        problems.append(Problem("DRIFT-210", Place(), fault, remedy))
    if problems:
        raise Faults(problems)


def _lay_out(backup: Path, into: Path, keys: Path | None) -> None:
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    into.chmod(0o700)
    for path in sorted(backup.iterdir()):
        if path.name not in (MANIFEST, POSTGRESQL):
            _copy(path, into / path.name)
    for name in FOLDERS:
        (into / name).mkdir(mode=0o700, exist_ok=True)
    if keys is not None:
        shutil.rmtree(into / "keys", ignore_errors=True)
        _copy(keys, into / "keys")
    (into / "keys" / "studies").mkdir(mode=0o700, exist_ok=True)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        target.mkdir(mode=0o700, exist_ok=True)
        for child in sorted(source.iterdir()):
            _copy(child, target / child.name)
    else:
        shutil.copyfile(source, target)
        target.chmod(0o600)


def _fill_postgresql(dump: Path, url: str) -> None:
    from sagsbarometer.web.databases import database

    told = database(Home(dump.parent), url)
    call, environment = postgresql_call("pg_restore", told)
    command = [*call, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    command += [f"--dbname={told['NAME']}", str(dump)]
    if subprocess.run(command, env=environment, capture_output=True, check=False).returncode:
        fault = "pg_restore kunne ikke lægge databasen ind."
        raise Faults(
            [
                Problem(
                    "DRIFT-206",
                    Place(),
                    fault,
                    "Er databasen i DATABASE_URL tom, og må brugeren skrive i den?",
                )
            ]
        )


def _start(into: Path, made_at: str, books: list[Path]) -> Restored:
    """Django on the house; the database is brought up to this version, and what was purged is purged again."""
    from sagsbarometer.web.boot import boot

    boot(into)
    from django.core.management import call_command

    from sagsbarometer.web.keeping.keys import key_faults
    from sagsbarometer.web.keeping.migrating import pending, refuse_old_database
    from sagsbarometer.web.keeping.purge import replay

    lacking, later = pending()
    if later:
        refuse_old_database()
    if lacking:
        call_command("migrate", verbosity=0, interactive=False)
    home = Home(into)
    told = Restored(made_at)
    lines = [line for book in [*books, into / "keys" / home.purged.name] for line in read_purged(book)]
    told.again = replay(home, lines)
    told.problems = [
        Problem(
            "DRIFT-207", Place(), f"{fault[0].upper()}{fault[1:]}.", "Hent de rigtige nøgler.", Level.WARNING
        )
        for fault in key_faults(home)
    ]
    return told
