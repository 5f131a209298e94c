"""The two processes of `serve`, forked from one that has read in Django and the workplace once.

Started by its command, `serve` reads all of it in three times: six seconds of a processor for each test that wants
pages served. The forks run what its children run, in processes and on a house of their own; what they do without is
the parent that starts a dead child again. Tests of starting, ending and crashing take served_in_tests.Server.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sagsbarometer.web.home import Home
from tests.web.house_in_tests import Workplace, hash_cheaply, work_on
from tests.web.served_in_tests import Server

_ROOT = Path(__file__).resolve().parents[2]


class Warm:
    """The process that forks, and ends its forks when it ends itself."""

    def __init__(self, place: Workplace) -> None:
        """Its settings are read from a house; the forks work on others that have the same config.toml."""
        self.log_file = place.home.folder.parent / "warm.log"
        with self.log_file.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.web.warm_in_tests", str(place.home.folder)],
                cwd=_ROOT,
                env=place.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def ask(self, **what: Any) -> int:
        """The number of a new server's process group, or of one that was ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):  # then there is no reply either
            self._process.stdin.write(json.dumps(what).encode() + b"\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the process that forks is gone; its log is {self.log_file}"
        return int(line)

    def end(self) -> None:
        """Ends it with all its forks, and in any case."""
        try:
            self._process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


@dataclass
class WarmServer(Server):
    """A house served by forks."""

    warm: Warm = field(kw_only=True, repr=False)
    group: int = 0

    def launch(self) -> None:
        self.group = self.warm.ask(
            folder=str(self.place.home.folder),
            url=self.place.url,
            port=self.port,
            workers=self.workers,
            log=str(self.log_file),
        )

    def kill(self) -> None:
        if self.group:
            self.warm.ask(end=self.group)
            self.group = 0

    def stop(self) -> None:
        """As `kill`: the house is thrown away after it."""
        self.kill()


def _main(folder: Path) -> None:
    from sagsbarometer.web.boot import boot

    boot(folder)
    hash_cheaply()
    _read_in()
    # Open for as long as this process is there: the line that the forks have to their parent.
    line, end = os.pipe()
    for asked in sys.stdin:
        what = json.loads(asked)
        if "end" in what:
            number = what["end"]
            os.killpg(number, signal.SIGKILL)
            os.waitpid(number, 0)
        else:
            number = os.fork()
            if not number:
                os.close(end)
                _become(line, **what)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


def _read_in() -> None:
    """What each of the two processes reads first."""
    import gunicorn.app.base
    import gunicorn.arbiter
    import gunicorn.workers.gthread  # noqa: F401
    from django.urls import get_resolver

    import sagsbarometer.web.jobs.worker
    import sagsbarometer.web.wsgi  # noqa: F401
    from sagsbarometer.web.planning.folders import catalogue

    get_resolver().reverse_dict  # noqa: B018 - asked for, the views are imported
    catalogue()


def _become(line: int, folder: str, url: str, port: int, workers: int, log: str) -> None:
    """Becomes the web server, with the queue worker beside it in its group."""
    from sagsbarometer.web.jobs.process import serve_queue, serve_web

    try:
        os.setsid()
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for given, taken in ((line, 0), (said, 1), (said, 2)):
            os.dup2(given, taken)
        home = Home(Path(folder))
        work_on(Workplace(home, url))
        if os.fork():
            serve_web(home.folder, "127.0.0.1", port, workers)
        else:
            serve_queue(home.folder)
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(1)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
