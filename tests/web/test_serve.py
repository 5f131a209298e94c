"""`sagsbarometer serve` as a real process: it answers, ends when it is asked to, and gets up again when it is shot."""

from __future__ import annotations

import json
import os
import queue as lines
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from sagsbarometer.web.jobs.models import Job
from tests.web.served_in_tests import free_port

if TYPE_CHECKING:
    from tests.web.cast import Cast
    from tests.web.house_in_tests import Workplace

COMMAND = [sys.executable, "-m", "sagsbarometer.cli.main"]


@dataclass
class Served:
    """A running workplace."""

    process: subprocess.Popen[str]
    port: int
    said: list[str] = field(default_factory=list)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and text of a page."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=20) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def children(self) -> dict[str, int]:
        """The processes it started itself, by what they are."""
        listed = subprocess.run(
            ["ps", "-ww", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
        ).stdout
        found = {}
        for line in listed.splitlines()[1:]:
            process, parent, *command = line.split()
            if int(parent) == self.process.pid and "sagsbarometer.web.jobs.process" in command:
                found[command[command.index("sagsbarometer.web.jobs.process") + 1]] = int(process)
        return found


@contextmanager
def serving(place: Workplace, *more: str) -> Iterator[Served]:
    """A workplace that is served; ended with its whole group."""
    port = free_port()
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port), *more],
        env=place.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    served = Served(process, port)
    told: lines.Queue[str] = lines.Queue()

    def read() -> None:
        for line in process.stdout or ():
            served.said.append(line)
            told.put(line)

    threading.Thread(target=read, daemon=True).start()
    try:
        until(lambda: any("Klar:" in line for line in served.said) or process.poll() is not None, 40)
        assert process.poll() is None, served.said
        yield served
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(true: Callable[[], object], seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.1)


def alive(process: int) -> bool:
    """Whether a process lives; one that ended and is not yet buried does not."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_answers_and_ends_when_it_is_asked_to(databases: str, workplace: Workplace) -> None:
    with serving(workplace) as served:
        assert served.get("/static/web/workplace.css")[0] == 200
        status, page = served.get("/findes-ikke/0101701234/?navn=Borgersen")
        assert status == 404
        assert "Siden findes ikke" in page
        assert served.get("/", Host="ondt.example.dk")[0] == 400
        children = served.children()
        assert set(children) == {"web", "worker"}
        os.kill(served.process.pid, signal.SIGTERM)
        assert served.process.wait(30) == 0
        assert not any(map(alive, children.values()))
    log = "".join(served.said)
    assert "0101701234" not in log
    assert "Borgersen" not in log
    assert "findes-ikke" not in log
    assert log.rstrip().endswith("Stoppet.")


def test_ctrl_c_reaches_the_whole_group_and_it_still_ends_gently(workplace: Workplace) -> None:
    """What is half sent when it is pressed still gets its reply, and nothing falls over."""
    with (
        serving(workplace) as served,
        socket.create_connection(("127.0.0.1", served.port), timeout=20) as half,
    ):
        head = "POST /konto/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n"
        half.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin".encode())
        time.sleep(1)
        os.killpg(served.process.pid, signal.SIGINT)
        time.sleep(1)
        half.sendall(b"=ada&")
        assert half.recv(12).startswith(b"HTTP/1.1 ")
        assert served.process.wait(30) == 0
        assert "Stoppet." in served.said[-1]
        assert "Interrupt" not in "".join(served.said)


def test_what_dies_is_started_again(workplace: Workplace) -> None:
    with serving(workplace) as served:
        for what in ("web", "worker"):
            before = served.children()[what]
            os.kill(before, signal.SIGKILL)
            until(lambda what=what, before=before: served.children().get(what) not in (None, before))  # type: ignore[misc]
        until(lambda: answers(served))
        assert sum("startes igen" in line for line in served.said) == 2


def answers(served: Served) -> bool:
    try:
        return served.get("/konto/login/")[0] == 200
    except OSError:
        return False


def test_children_do_not_outlive_their_parent(workplace: Workplace) -> None:
    with serving(workplace) as served:
        children = served.children()
        os.kill(served.process.pid, signal.SIGKILL)
        until(lambda: not any(map(alive, children.values())))


def test_work_that_was_cut_off_by_a_kill_is_taken_up_again(
    databases: str, workplace: Workplace, cast: Cast
) -> None:
    with serving(workplace) as served:
        worker = served.children()["worker"]
        os.kill(worker, signal.SIGSTOP)  # it is in the middle of something
        job = archive_of(cast, state="running", worker=f"{os.uname().nodename}:{worker}", tries=1)
        os.kill(worker, signal.SIGKILL)
        until(lambda: state_of(job) == "done", 30)
    assert Job.objects.get(pk=job).tries == 2
    assert cast.closed.state == "archived"


def archive_of(cast: Cast, **more: Any) -> str:
    from django.utils import timezone

    made = Job.objects.create(
        kind="archive_study",
        arguments={"study": cast.closed.id},
        actor=cast.anna.id,
        study=cast.closed.id,
        seen_at=timezone.now(),
        **more,
    )
    return made.id


def state_of(job: str) -> str:
    return Job.objects.get(pk=job).state


def test_an_old_database_is_told_and_not_served(databases: str, workplace: Workplace) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'jobs'")
    connection.close()
    told = run(workplace, "serve", "--port", str(free_port()))
    assert told.returncode == 3
    assert "DRIFT-105" in told.stderr
    assert "sagsbarometer migrate" in told.stderr


def test_a_newer_database_is_told_and_not_served(workplace: Workplace) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "insert into django_migrations (app, name, applied) values ('jobs', '0999_later', current_timestamp)"
        )
    connection.close()
    told = run(workplace, "serve", "--port", str(free_port()))
    assert told.returncode == 3
    assert "DRIFT-106" in told.stderr


def test_a_port_in_use_is_told(workplace: Workplace) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        told = run(workplace, "serve", "--port", str(other.getsockname()[1]))
    assert told.returncode == 3
    assert "optaget" in told.stderr


@pytest.mark.parametrize(
    ("broken", "said"),
    [("keys/django", "keys/django"), ("config.toml", "sagsbarometer init")],
)
def test_a_house_that_lacks_something_is_told(workplace: Workplace, broken: str, said: str) -> None:
    (workplace.home.folder / broken).unlink()
    told = run(workplace, "doctor")
    assert told.returncode in (2, 3)
    assert said in told.stderr
    assert "SYSTEM-102" not in told.stderr


def run(place: Workplace, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command, to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=place.environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )


def test_doctor_says_what_is_wrong_and_nothing_else(databases: str, workplace: Workplace, cast: Cast) -> None:
    # The cluster of the tests does not wait for the disk; that doctor says so is right.
    always = {"gemt er gemt"} if databases == "postgresql" else set()
    assert set(wrong(workplace)[1]) == {"backup"} | always
    from django.db import connection

    from sagsbarometer.web.events.guard import remove

    folder = workplace.home.folder
    assert run(workplace, "backup", str(folder.parent / "kopi")).returncode == 0
    assert set(wrong(workplace)[1]) == always
    (folder / "config.toml").write_text('adress = "http://x"\n', encoding="utf-8")
    (folder / "config.toml").chmod(0o644)
    (folder / "keys" / "studies" / f"{cast.launched.id}.key").unlink()
    (folder / "last-backup").write_text("2020-01-01T00:00:00Z", encoding="ascii")
    remove(connection)
    connection.close()
    code, told = wrong(workplace)
    assert code == 1
    assert set(told) == {"rettigheder", "nøgler", "backup", "config.toml", "hændelser"} | always
    assert run(workplace, "migrate").returncode == 0
    assert "hændelser" not in wrong(workplace)[1]
    assert cast.launched.id in told["nøgler"]


def wrong(place: Workplace) -> tuple[int, dict[str, str]]:
    """The exit code of doctor and what it found."""
    ended = run(place, "doctor", "--json")
    findings = json.loads(ended.stdout)["findings"]
    return ended.returncode, {it["name"]: it["said"] for it in findings if not it["ok"]}
