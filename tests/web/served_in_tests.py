"""The real `sagsbarometer serve` in a process group of its own, that can be killed at any moment."""

from __future__ import annotations

import http.client
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sagsbarometer.web.jobs.serve import port_taken
from tests.web.house_in_tests import Workplace

_PORTS = itertools.count()
_EACH = 500  # ports of a test process
_IN_USE = "Connection in use"  # what gunicorn says of a port that another has; it tries again all the same
_GO = 5.0  # seconds that those of a killed server have to let its port go
_TOKEN = "t" * 32  # the cookie and the header are to be the same, and that is all


@dataclass
class Server:
    """A house being served. `before`: a command that is to start it, such as strace."""

    place: Workplace
    workers: int = 2
    before: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_file(self) -> Path:
        """Where its words go."""
        return self.place.home.folder.parent / "serve.log"

    def start(self, seconds: float = 90) -> None:
        """Starts it and waits until it answers. Raises TimeoutError; ConnectionError where it never will, and where
        another has its port and would be taken for it."""
        self.port = self.port or free_port()
        limit = time.monotonic() + _GO
        while port_taken("127.0.0.1", self.port):
            if time.monotonic() > limit:
                raise ConnectionError(self._in_use())
            time.sleep(0.02)
        said = self.log_file.stat().st_size if self.log_file.exists() else 0  # by those before it
        self.launch()
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            answers = self._answers()
            if why := self._ended(said):
                self.kill()
                raise ConnectionError(f"{why}\n{self.log()}")
            if answers:
                return
            time.sleep(0.02)
        self.kill()
        raise TimeoutError(self.log())

    def _answers(self) -> bool:
        try:
            return self.get("/konto/login/")[0] == 200
        except OSError:
            return False

    def _ended(self, said: int) -> str:
        """Why it will not answer; "" while it may. `said`: how long the log was before it was started."""
        if self.process is not None and self.process.poll() is not None:
            return f"the server ended with {self.process.returncode}"
        new = self.log_file.read_bytes()[said:].decode(errors="replace") if self.log_file.exists() else ""
        return self._in_use() if _IN_USE in new else ""

    def _in_use(self) -> str:
        return f"port {self.port} is in use by another"

    def launch(self) -> None:
        """Sets it going."""
        command = [
            sys.executable,
            "-m",
            "sagsbarometer.cli.main",
            "serve",
            "--home",
            str(self.place.home.folder),
        ]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.before, *command, "--port", str(self.port), "--workers", str(self.workers)],
                env=self.place.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self) -> str:
        """What it said."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")[-4000:]

    def get(self, path: str, session: str = "") -> tuple[int, bytes]:
        """Status and body. Raises OSError when it is not there."""
        return self._ask("GET", path, session, None)[:2]

    def post(self, path: str, session: str, fields: dict[str, Any]) -> tuple[int, str]:
        """Status and where the reply sends one. Raises OSError when the reply never came."""
        status, _, where = self._ask("POST", path, session, urlencode(fields))
        return status, where

    def kill(self) -> None:
        """SIGKILL to all of it, at once."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Ends it gently, and in any case."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGTERM)  # strace keeps on until what it traces has ended
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(60)
            self.kill()

    def _ask(self, method: str, path: str, session: str, body: str | None) -> tuple[int, bytes, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": f"csrftoken={_TOKEN}; sessionid={session}", "X-CSRFToken": _TOKEN}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return reply.status, reply.read(), reply.headers.get("Location", "")
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()


def free_port() -> int:
    """One that is free, and stays so until it is used: not of those the system hands out to whoever asks, and not of
    those of another worker of this run. Two runs at once on a machine may meet; the one that comes late is told by
    `start`."""
    while True:
        port = 10_000 + _slot() * _EACH + next(_PORTS) % _EACH
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _slot() -> int:
    """Which of the forty ranges of ports is this process's: a worker's number, which no other of the run has."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    return (int(worker) if worker.isdigit() else os.getpid()) % 40
