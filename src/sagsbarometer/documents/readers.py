"""Text and page count of a file, taken in a process of its own that cannot take more than it was given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from sagsbarometer.documents.limits import LIMITS, Limits, as_arguments
from sagsbarometer.documents.refusals import REFUSALS, Refused

_AT_ONCE = threading.BoundedSemaphore(2)  # in one process: what all of them take together is bounded too


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. `pages` is None where the file does not say; `text` is "" for pictures. `scanned`: a page is a
    picture, or has one that may be read."""

    pages: int | None
    text: str = ""
    scanned: bool = False


def read(path: Path, kind: str, limits: Limits = LIMITS) -> Reading:
    """Pages and text of a PDF or DOCX. Raises Refused; DOK-116 when it took more memory or time than it may."""
    command = [
        sys.executable, "-I", "-m", "sagsbarometer.documents.reading", kind, json.dumps(as_arguments(limits)),
    ]  # fmt: skip
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
    with _AT_ONCE, path.open("rb") as file:
        try:
            done = subprocess.run(
                command,
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a library's words may hold those of the file
                env=environment,
                timeout=limits.reading_wall,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Refused("DOK-116") from error
    try:
        said = json.loads(done.stdout)
    except ValueError as error:
        raise Refused("DOK-116") from error
    if code := said.get("refused"):
        raise Refused(code if code in REFUSALS else "DOK-106")
    return Reading(said["pages"], said["text"], bool(said["scanned"]))
