"""A backup of a house while it is in use: the database as it stood at one moment, the documents, and a manifest.

The order is what makes it whole: the database first, then the files it names. A document is written before its row
and, in use, never removed, so every row of the copy finds its file. What a purge removed meanwhile stays removed.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sagsbarometer import __version__
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.web.home import CONFIG, Home
from sagsbarometer.web.keeping.manifest import write_manifest

SQLITE, POSTGRESQL = "app.sqlite3", "database.pgdump"
LATEST = "last-backup"  # in the house: when the newest whole backup was made
# Not of the house's memory: what is arriving, other backups, marks of this machine.
_LEFT_OUT = frozenset(
    {
        "arriving",
        "backups",
        "keys",
        "worker.lock",
        LATEST,
        "anchors.jsonl",
        SQLITE,
        f"{SQLITE}-wal",
        f"{SQLITE}-shm",
    }
)


def back_up(home: Home, target: Path, *, with_keys: bool = False, documents: bool = True) -> Path:
    """Copies a house into a new folder; it may be in use. Without keys unless asked: they belong somewhere else.

    Raises Faults: DRIFT-205 where the folder is taken, DRIFT-206 where PostgreSQL cannot be copied from here.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Faults(
            [Problem("DRIFT-205", Place(), "Mappen er ikke tom.", "Vælg en ny mappe til backuppen.")]
        )
    before = os.umask(0o077)
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Before the database: an anchor made meanwhile would be of events that the copy does not have.
        if home.anchors.exists():
            _copy(home.anchors, target / home.anchors.name)
        engine = copy_database(home, target)
        for name in _names(home, with_keys=with_keys, documents=documents):
            _copy(home.folder / name, target / name)
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        about = {
            "made_at": now,
            "program": __version__,
            "database": engine,
            "documents": documents,
            "keys": with_keys,
        }
        write_manifest(target, about)
        if documents:
            (home.folder / LATEST).write_text(now, encoding="ascii")
    finally:
        os.umask(before)
    return target


def copy_database(home: Home, target: Path) -> str:
    """The database as it stands now: `sqlite` or `postgresql`."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "sqlite":
        copy_sqlite(home.database, target / SQLITE)
        return "sqlite"
    _dump_postgresql(settings.DATABASES["default"], target / POSTGRESQL)
    return "postgresql"


def copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own backup: in one step it holds a reading transaction, so nobody's writing is in half."""
    reading = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)
    writing = sqlite3.connect(target)
    try:
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode=DELETE")
    finally:
        writing.close()
        reading.close()
    _synced(target)


def postgresql_call(program: str, database: dict[str, object]) -> tuple[list[str], dict[str, str]]:
    """How a program of PostgreSQL is called for a database, and its environment. Raises Faults DRIFT-206."""
    found = shutil.which(program)
    if found is None:
        raise Faults(
            [
                Problem(
                    "DRIFT-206",
                    Place(),
                    f"{program} findes ikke på denne maskine, så databasen er ikke med.",
                    "Installér PostgreSQL's klient (postgresql-client), eller tag backup dér, hvor databasen er.",
                )
            ]
        )
    options = {"--host": "HOST", "--port": "PORT", "--username": "USER"}
    arguments = [f"{option}={database[key]}" for option, key in options.items() if database.get(key)]
    more = database.get("OPTIONS")
    if isinstance(more, dict) and more.get("host"):  # a socket, given in the query of the address
        arguments = [f"--host={more['host']}", *[item for item in arguments if not item.startswith("--host")]]
    environment = dict(os.environ)
    if database.get("PASSWORD"):
        environment["PGPASSWORD"] = str(database["PASSWORD"])
    if isinstance(more, dict) and more.get("sslmode"):
        environment["PGSSLMODE"] = str(more["sslmode"])
    return [found, *arguments, "--no-password"], environment


def _dump_postgresql(database: dict[str, object], target: Path) -> None:
    call, environment = postgresql_call("pg_dump", database)
    command = [
        *call,
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--file={target}",
        str(database["NAME"]),
    ]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode:
        # Not its words: they may hold rows.
        fault = "pg_dump kunne ikke kopiere databasen."
        remedy = (
            "Se efter, at pg_dump er mindst lige så ny som databasen, og at brugeren må læse alle tabeller."
        )
        raise Faults([Problem("DRIFT-206", Place(), fault, remedy)])
    _synced(target)


def _names(home: Home, *, with_keys: bool, documents: bool) -> Iterable[str]:
    for path in sorted(home.folder.iterdir()):
        if path.name == "keys":
            if with_keys:
                yield path.name
        elif path.name in _LEFT_OUT or path.name.startswith("."):
            continue
        elif documents or path.name in (CONFIG, home.purged.name):
            yield path.name


def _copy(source: Path, target: Path) -> None:
    if source.is_symlink():
        return
    if source.is_dir():
        target.mkdir(mode=0o700, exist_ok=True)
        for child in sorted(source.iterdir()):
            _copy(child, target / child.name)
        return
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:  # purged, or still being written under another name
        target.unlink(missing_ok=True)
        return
    _synced(target)


def _synced(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
