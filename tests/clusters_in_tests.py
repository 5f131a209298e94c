"""A PostgreSQL of one's own for as long as it is needed: no port, no password, nothing left behind."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))


def postgres_programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, the newest there is; None where PostgreSQL is not installed."""
    found = shutil.which("pg_ctl")
    return _PROGRAMS[-1].parent if _PROGRAMS else Path(found).resolve().parent if found else None


@contextmanager
def postgres_cluster() -> Iterator[str]:
    """The connection string of a new cluster that answers on a socket in a folder of its own.

    PostgreSQL refuses to run as root; it then runs as `postgres` or `nobody`.
    """
    programs = postgres_programs()
    assert programs is not None
    user = _other_user() if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if user:
            shutil.chown(folder, user)
        # It is thrown away: nothing need reach the disk before the next statement.
        settings = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        as_user(
            user,
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            "prober",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        as_user(
            user,
            programs / "pg_ctl",
            "-D",
            folder / "data",
            "-w",
            "-l",
            folder / "log",
            "-o",
            settings,
            "start",
        )
        try:
            yield f"postgresql://prober@{quote(str(folder), safe='')}/postgres"
        finally:
            as_user(user, programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


@contextmanager
def new_database(cluster: str, name: str) -> Iterator[str]:
    """The connection string of a new database in a cluster, and of nobody else."""
    import psycopg

    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield cluster.removesuffix("postgres") + name
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def as_user(user: str | None, *command: object) -> None:
    """Runs a command, as another user where one is named. Raises CalledProcessError."""
    subprocess.run(
        [str(part) for part in command],
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=120,
    )


def _other_user() -> str:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise RuntimeError("no user to run PostgreSQL as")
