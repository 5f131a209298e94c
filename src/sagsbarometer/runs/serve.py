"""A results folder on a plain page, for this machine only."""

from __future__ import annotations

import errno
import io
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sagsbarometer.kernel.problems import Faults, Place, Problem

HOST = "127.0.0.1"
_NAMES = (HOST, "localhost")
_TRIES = 50
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class _Handler(SimpleHTTPRequestHandler):
    """Files of one folder; quiet, and with headers that let a page load nothing from elsewhere."""

    extensions_map = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".csv": "text/csv; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".json": "application/json; charset=utf-8",
        ".svg": "image/svg+xml",
        ".parquet": "application/octet-stream",
    }

    front = b""  # what the folder itself shows, where it holds several results and no page of its own

    def send_head(self) -> Any:
        # Only what the address names: a page elsewhere could give its own name this machine's number.
        if self.headers.get("Host", HOST).rpartition("]")[2].partition(":")[0] not in _NAMES:
            self.send_error(403)
            return None
        try:
            path = Path(self.translate_path(self.path)).resolve()
            inside = path.is_relative_to(Path(self.directory).resolve())  # not by a link out of the folder
        except (OSError, ValueError):
            inside = False
        if not inside:
            self.send_error(404)
            return None
        if self.front and self.path.partition("?")[0] == "/":
            return self._front()
        return super().send_head()

    def _front(self) -> io.BytesIO:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self.front)))
        self.end_headers()
        return io.BytesIO(self.front)

    def end_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def list_directory(self, path: Any) -> None:
        self.send_error(404)

    def log_message(self, format: str, *args: Any) -> None:
        return


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader that hangs up is no news."""


def server_for(folder: Path, port: int, front: str = "") -> ThreadingHTTPServer:
    """A server on 127.0.0.1 at `port`, or at the next free one. The caller starts and closes it.

    `front` is the page of the folder itself, where no file in it is.

    Raises Faults SERVER-101 when no port of the fifty tried is free.
    """
    shown = type("_Shown", (_Handler,), {"front": front.encode()})
    handler = partial(shown, directory=str(folder))
    for candidate in range(port, min(port + _TRIES, 65536)) if port >= 0 else ():
        try:
            return _Server((HOST, candidate), handler)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    fault = f"Ingen af portene {port}-{port + _TRIES - 1} er ledige."
    raise Faults([Problem("SERVER-101", Place(), fault, "Vælg en anden med --port.")])
