"""The two processes of `serve`: the web server and the queue worker. Each ends when the one that started it is gone.

`python -m sagsbarometer.web.jobs.process web|worker HOME [HOST PORT WORKERS]`; its standard input is the parent's line.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sagsbarometer.web.boot import boot

THREADS = 4  # in each process of the web server
GRACE = 15  # seconds that a request or a piece of work has to end in
_SHM = "/dev/shm"


def ends_with_parent(then: Callable[[], None]) -> None:
    """Calls `then` once the other end of standard input is closed: the parent ended, however it did."""

    def watch() -> None:
        while os.read(0, 64):
            pass
        then()

    threading.Thread(target=watch, daemon=True).start()


def serve_web(home: Path, host: str, port: int, workers: int) -> None:
    """Gunicorn's master, which starts Django, and its workers. Nothing asks the database before the fork."""
    from gunicorn.app.base import BaseApplication

    os.umask(0o077)
    values: dict[str, Any] = {
        "bind": [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"],
        "workers": workers,
        "preload_app": True,  # started once and forked: quicker up, also after a crash, and memory is shared
        "threads": THREADS,
        "worker_class": "gthread",
        "worker_tmp_dir": _SHM if os.access(_SHM, os.W_OK) else None,
        "timeout": 60,
        "graceful_timeout": GRACE,
        "keepalive": 5,
        "control_socket_disable": True,
        "accesslog": None,  # a path says who looked at which case; the event chain says it with a purpose
        "logger_class": "sagsbarometer.web.logs.ServerLog",
        "loglevel": "warning",
        "proc_name": "sagsbarometer",
        # Ctrl-C reaches the whole group of the terminal; the parent says when to end, gently.
        "when_ready": lambda server: signal.signal(signal.SIGINT, signal.SIG_IGN),
        "post_worker_init": lambda worker: signal.signal(signal.SIGINT, signal.SIG_IGN),
    }

    class Web(BaseApplication):
        def load_config(self) -> None:
            for name, value in values.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            boot(home)
            from django.urls import get_resolver

            from sagsbarometer.web.planning.folders import catalogue
            from sagsbarometer.web.wsgi import application

            # What takes a second to read is read here, and not by each worker at its first page.
            get_resolver().reverse_dict  # noqa: B018 - asked for, the views are imported
            catalogue()
            return application

    ends_with_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
    Web().run()


def serve_queue(home: Path) -> None:
    """The queue worker."""
    os.umask(0o077)
    leave = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: leave.set())
    ends_with_parent(leave.set)
    os.nice(5)  # nobody waits for it as for a page
    boot(home)
    from sagsbarometer.web.jobs.worker import work

    work(home, leave)


def main(arguments: list[str]) -> None:
    """Becomes one of the two."""
    what, home, *rest = arguments
    if what == "web":
        serve_web(Path(home), rest[0], int(rest[1]), int(rest[2]))
    else:
        serve_queue(Path(home))


if __name__ == "__main__":
    main(sys.argv[1:])
