"""People at work in a house over HTTP, each with a browser of their own, and how long they wait."""

from __future__ import annotations

import hashlib
import http.client
import math
import os
import random
import re
import statistics
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class Refused(Exception):
    """A reply that nobody at work should get."""


@dataclass
class Watch:
    """How long each kind of asking took, in seconds, and what went wrong."""

    taken: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, name: str, seconds: float) -> None:
        """`what`: page, save, upload or sign in."""
        with self._lock:
            self.taken[what, name].append(seconds)

    def fault(self, told: str) -> None:
        """Something that should not have happened."""
        with self._lock:
            self.faults.append(told)

    def of(self, what: str) -> list[float]:
        """All of one sort."""
        return [one for (sort, _), times in self.taken.items() if sort == what for one in times]

    def table(self) -> str:
        """A line for each kind: how many, the median, the 95th percentile and the longest, in milliseconds."""
        rows = [(what, "alle", self.of(what)) for what in sorted({what for what, _ in self.taken})]
        rows += [(*key, times) for key, times in sorted(self.taken.items())]
        lines = [f"{'':8} {'':26} {'n':>5} {'p50':>6} {'p95':>6} {'max':>6}  ms"]
        for what, name, times in rows:
            told = (percentile(times, 50), percentile(times, 95), max(times))
            lines.append(
                f"{what:8} {name:26} {len(times):5} " + " ".join(f"{1000 * one:6.0f}" for one in told)
            )
        return "\n".join(lines)


def percentile(times: list[float], percent: float) -> float:
    """The smallest time that so many percent did not exceed."""
    ranked = sorted(times)
    return ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)]


def speed(folder: Path) -> str:
    """How fast the machine is while nothing is asked of it: a fixed calculation, and a page of 4 KB put on the disk."""

    def calculation() -> float:
        begun = time.perf_counter()
        kept = b"sagsbarometer"
        for _ in range(200_000):
            kept = hashlib.sha256(kept).digest()
        return time.perf_counter() - begun

    path, waits = folder / "speed", []
    with path.open("wb", buffering=0) as file:
        for _ in range(50):
            begun = time.perf_counter()
            file.write(b"x" * 4096)
            os.fsync(file.fileno())
            waits.append(time.perf_counter() - begun)
    path.unlink()
    return (
        f"{os.cpu_count()} processors; 200.000 × SHA-256 in {1000 * min(calculation() for _ in range(3)):.0f} ms; "
        f"4 KB + fsync {1000 * statistics.median(waits):.1f} ms; load {os.getloadavg()[0]:.1f}"
    )


@dataclass
class Browser:
    """Keeps cookies and the last page's hidden fields, as a browser does; follows where a save sends it."""

    port: int
    watch: Watch
    cookies: dict[str, str] = field(default_factory=dict)
    html: str = ""
    _line: http.client.HTTPConnection | None = None

    def page(self, name: str, path: str) -> str:
        """Opens a page. Raises Refused."""
        status, _ = self._timed("page", name, "GET", path, b"", "")
        if status != 200:
            raise Refused(f"GET {name}: {status}")
        return self.html

    def save(self, name: str, path: str, given: dict[str, str], what: str = "save") -> str:
        """Sends the form of the last page with what was filled in; where that leads. Raises Refused."""
        body = urlencode({**self.hidden(), **given}).encode()
        status, where = self._timed(what, name, "POST", path, body, "application/x-www-form-urlencoded")
        if status != 302:
            raise Refused(f"POST {name}: {status}")
        return where

    def upload(self, name: str, path: str, content: bytes) -> None:
        """Sends a file. Raises Refused."""
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in self.hidden().items()
        ]
        head = 'Content-Disposition: form-data; name="files"; filename="sag.pdf"\r\nContent-Type: application/pdf'
        parts += [f"--{edge}\r\n{head}\r\n\r\n".encode(), content, f"\r\n--{edge}--\r\n".encode()]
        status, _ = self._timed(
            "upload", name, "POST", path, b"".join(parts), f"multipart/form-data; boundary={edge}"
        )
        if status != 302:
            raise Refused(f"POST {name}: {status}")

    def sign_in(self, email: str, password: str) -> None:
        """On the page, with the password. Raises Refused."""
        self._timed("sign in", "siden", "GET", "/konto/login/", b"", "")
        where = self.save("adgangskode", "/konto/login/", {"login": email, "password": password}, "sign in")
        if not self.cookies.get("sessionid"):
            raise Refused(f"sign in: {where}")

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the last page."""
        return dict(_HIDDEN.findall(self.html))

    def _timed(self, what: str, name: str, method: str, path: str, body: bytes, kind: str) -> tuple[int, str]:
        begun = time.perf_counter()
        reply, content = self._ask(method, path, body, kind)
        self.watch.note(what, name, time.perf_counter() - begun)
        for line in reply.headers.get_all("Set-Cookie") or ():
            self.cookies.update({key: one.value for key, one in SimpleCookie(line).items()})
        if method == "GET":
            self.html = content.decode("utf-8", "replace")
        return reply.status, reply.headers.get("Location", "")

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
        headers["Host"] = f"127.0.0.1:{self.port}"
        if method == "POST":
            headers |= {"Content-Type": kind, "Origin": f"http://127.0.0.1:{self.port}"}
        for last in (False, True):
            if self._line is None:
                self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                self._line.request(method, path, body or None, headers)
                reply = self._line.getresponse()
                return reply, reply.read()
            except (ConnectionError, http.client.HTTPException):
                # A line that was kept open is closed by the server after some seconds: a browser asks again.
                self._line = None
                if last:
                    raise
        raise AssertionError


class Person(threading.Thread):
    """Does a piece of work, thinks, and does the next, until `leave` or until `most` are done."""

    def __init__(
        self, browser: Browser, work: Callable[[Browser, int], None], *,
        begin: float, leave: float, pause: tuple[float, float], most: int = 1_000_000,
    ) -> None:  # fmt: skip
        super().__init__(daemon=True)
        self._browser, self._work = browser, work
        self._begin, self._leave, self._pause, self._most = begin, leave, pause, most
        self._chance = random.Random(begin)

    def run(self) -> None:
        """The day. A fault is written down, and the person goes on."""
        time.sleep(max(0.0, self._begin - time.monotonic()))
        number = 0
        while number < self._most and time.monotonic() < self._leave:
            try:
                self._work(self._browser, number)
            except Exception as error:  # whatever it was, somebody at work met it
                self._browser.watch.fault(f"{type(error).__name__} {error}")
            number += 1
            time.sleep(min(self._chance.uniform(*self._pause), max(0.0, self._leave - time.monotonic())))
