"""One parent, two children: the web server and the queue worker. A child that dies is started again."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sagsbarometer.web.jobs.process import GRACE

_FAST = 5.0  # seconds: a child that lives shorter than this never got started
_MOST_FAST = 5  # in a row, before we give up
_LOOK = 0.2  # seconds between looks at the children


@dataclass
class Child:
    """A process that is to be running."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    fast: int = field(default=0)

    def start(self) -> None:
        """Starts it, with a line to us as its standard input."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE)

    def died(self) -> bool:
        """Whether it is to be started again; counts those that end at once."""
        if self.process is None or self.process.poll() is None:
            return False
        self.fast = self.fast + 1 if time.monotonic() - self.started < _FAST else 0
        return True


def serve(home: Path, host: str, port: int, workers: int, say: Callable[[str], None]) -> bool:
    """Serves until SIGINT or SIGTERM; False when a child could not be kept alive. `say` tells a person."""
    me = [sys.executable, "-m", "sagsbarometer.web.jobs.process"]
    children = [
        Child("webserveren", [*me, "web", str(home), host, str(port), str(workers)]),
        Child("opgavekøen", [*me, "worker", str(home)]),
    ]
    leave = threading.Event()
    before = [
        (number, signal.signal(number, lambda number, frame: leave.set()))
        for number in (signal.SIGINT, signal.SIGTERM)
    ]
    try:
        for child in children:
            child.start()
        threading.Thread(target=_say_when_ready, args=(host, port, say, leave), daemon=True).start()
        return _watch(children, leave, say)
    finally:
        _end(children)
        for number, handler in before:
            signal.signal(number, handler)


def port_taken(host: str, port: int) -> bool:
    """Whether something listens there already, or we may not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _watch(children: list[Child], leave: threading.Event, say: Callable[[str], None]) -> bool:
    while not leave.wait(_LOOK):
        for child in children:
            if not child.died():
                continue
            if child.fast >= _MOST_FAST:
                say(f"{child.name.capitalize()} kan ikke startes. Se det, der står ovenfor.")
                return False
            say(f"{child.name.capitalize()} gik ned og startes igen.")
            leave.wait(0.2 * child.fast)
            child.start()
    return True


def _end(children: list[Child]) -> None:
    """Asked to end, then made to; the web server before the queue, so that nothing more is asked of it."""
    for child in children:
        if child.process is not None and child.process.poll() is None:
            child.process.terminate()
    limit = time.monotonic() + GRACE + 3
    for child in children:
        if child.process is None:
            continue
        try:
            child.process.wait(max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        if child.process.stdin is not None:
            child.process.stdin.close()


def _say_when_ready(host: str, port: int, say: Callable[[str], None], leave: threading.Event) -> None:
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    while not leave.wait(0.1):
        connection = http.client.HTTPConnection(asked, port, timeout=10)
        try:
            connection.request("HEAD", "/", headers={"Host": f"localhost:{port}"})
            connection.getresponse()
        except OSError:
            continue
        finally:
            connection.close()
        shown = f"[{asked}]" if ":" in asked else asked
        say(f"Klar: http://{shown}:{port}/  (stop med Ctrl-C)")
        return
