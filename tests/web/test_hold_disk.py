"""What was acknowledged is on the disk; a full disk acknowledges nothing that is not."""

from __future__ import annotations

import re
import resource
import shutil
import sqlite3
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections

from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.events.models import Event, Pending
from sagsbarometer.web.events.sqlite.base import ASSERTED
from sagsbarometer.web.events.verifying import verify_chain
from tests.conftest import missing
from tests.web.house_in_tests import forget_connection
from tests.web.served_in_tests import Server


def test_each_connection_keeps_what_it_acknowledges(workplace: Any) -> None:
    """SQLite's own words for it: WAL, FULL (2), foreign keys on."""
    found: list[dict[str, Any]] = []

    def ask() -> None:
        with connection.cursor() as cursor:
            found.append({name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ASSERTED})
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
        thread.join()
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "recursive_triggers": 1,
    }
    assert found == [wanted] * 5


@pytest.mark.parametrize(
    "pragma", ["synchronous=NORMAL", "foreign_keys=OFF", "secure_delete=OFF", "journal_mode=PERSIST"]
)
def test_a_connection_that_would_not_is_refused(workplace: Any, pragma: str) -> None:
    connection.close()
    options = connection.settings_dict["OPTIONS"]
    options["init_command"] += f" PRAGMA {pragma};"
    with pytest.raises(ImproperlyConfigured, match=pragma.partition("=")[0]):
        connection.ensure_connection()


def _file_of_each_call(trace: Path) -> list[str]:
    """The system calls in order, each with the file it is about."""
    return [
        line
        for line in trace.read_text(encoding="utf-8", errors="replace").splitlines()
        if "(" in line or "resumed>" in line
    ]


def test_the_disk_has_it_before_the_reply_leaves(
    workplace: Any, cast: Any, client_of: Any, tmp_path: Path
) -> None:
    strace = shutil.which("strace")
    if strace is None:
        missing("strace is not installed")
    assert strace is not None
    if subprocess.run([strace, "-f", "-o", "/dev/null", "true"], capture_output=True).returncode:
        pytest.skip("this machine does not let one process watch another")
    trace = tmp_path / "trace"
    calls = "trace=fsync,fdatasync,pwrite64,sendto,write,recvfrom,read"
    server = Server(
        workplace, workers=1, before=(strace, "-f", "-y", "-s", "60", "-e", calls, "-o", str(trace))
    )
    path = f"/kommune/{cast.request('901').pk}/ny-sag/"
    session = client_of(cast.kim).session.session_key
    try:
        server.start()
        status, where = server.post(path, session, {"once": "til-disken", "own_number": "til-disken"})
        assert (status, "/sager/" in where) == (302, True), server.log()
    finally:
        server.stop()  # gently: strace writes down what it has
    lines = _file_of_each_call(trace)
    asked = next(number for number, line in enumerate(lines) if f"POST {path}" in line)
    thread = lines[asked].split()[0]
    mine = [line for line in lines[asked:] if line.split()[0] == thread]
    # Calls another thread interrupts are written in two parts: the first names the file.
    replied = next(number for number, line in enumerate(mine) if "HTTP/1.1 302" in line)
    written = [
        n for n, line in enumerate(mine[:replied]) if re.search(r"pwrite64\(\d+<[^>]*app\.sqlite3-wal", line)
    ]
    synced = [
        n
        for n, line in enumerate(mine[:replied])
        if re.search(r"f(data)?sync\(\d+<[^>]*app\.sqlite3-wal", line)
    ]
    assert written, mine[:replied]
    assert synced, mine[:replied]
    assert max(written) < max(synced) < replied


def _posts(client: Any, path: str, kept: list[str], prefix: str, most: int) -> int:
    """Makes cases until one is not acknowledged; the status of the last reply."""
    for number in range(most):
        once = f"{prefix}-{number}"
        reply = client.post(path, {"once": once, "own_number": once})
        if reply.status_code != 302:
            return int(reply.status_code)
        kept.append(reply["Location"].rstrip("/").rpartition("/")[2])
    return 302


def _holds(client: Any, kept: list[str], request_path: str) -> None:
    """All that was acknowledged is there, nothing else is, and it can be read."""
    there = set(Case.objects.exclude(once=None).values_list("pk", flat=True))
    assert there == set(kept)
    assert Event.objects.filter(thing="delivering_case", act="insert").count() == Case.objects.count()
    assert not Pending.objects.exists()
    assert verify_chain().first_break is None
    with sqlite3.connect(connection.settings_dict["NAME"]) as other:
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    other.close()
    assert client.get("/konto/login/").status_code in (200, 302)


def test_a_database_that_may_not_grow(workplace: Any, cast: Any, client_of: Any) -> None:
    client = client_of(cast.kim, raise_request_exception=False)
    kept: list[str] = []
    path = f"/kommune/{cast.request('901').pk}/ny-sag/"
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages + 12}")
    assert _posts(client, path, kept, "a", 500) >= 500
    assert kept
    _holds(client, kept, path)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count=1000000")
    assert _posts(client, path, kept, "b", 5) == 302
    _holds(client, kept, path)


def test_a_file_that_may_not_grow(workplace: Any, cast: Any, client_of: Any) -> None:
    client = client_of(cast.kim, raise_request_exception=False)
    kept: list[str] = []
    path = f"/kommune/{cast.request('901').pk}/ny-sag/"
    assert _posts(client, path, kept, "a", 3) == 302
    log = Path(f"{workplace.home.database}-wal")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 60_000, before[1]))
    try:
        assert _posts(client, path, kept, "b", 500) >= 500
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    _holds(client, kept, path)
    assert _posts(client, path, kept, "c", 5) == 302
    _holds(client, kept, path)


def test_a_full_disk(workplace: Any, cast: Any, client_of: Any, tmp_path: Path) -> None:
    """A real one: a file system of a few megabytes, filled by another file."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "none", disk], capture_output=True)
    if mounted.returncode:
        # No machine has to let a test mount: the two tests above need nothing of it.
        pytest.skip("this machine does not let us mount a small disk")
    try:
        connections.close_all()
        shutil.copy(workplace.home.database, disk / "app.sqlite3")
        connections.settings["default"]["NAME"] = str(disk / "app.sqlite3")
        forget_connection()
        client = client_of(cast.kim, raise_request_exception=False)
        kept: list[str] = []
        path = f"/kommune/{cast.request('901').pk}/ny-sag/"
        filler = disk / "filler"
        with filler.open("wb") as file:
            file.write(b"x" * (shutil.disk_usage(disk).free - 300_000))
        assert _posts(client, path, kept, "a", 500) >= 500
        assert kept
        _holds(client, kept, path)
        filler.unlink()
        assert _posts(client, path, kept, "b", 5) == 302
        _holds(client, kept, path)
    finally:
        connections.close_all()
        subprocess.run(["umount", disk], check=True)
