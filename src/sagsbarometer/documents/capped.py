"""A module of ours run in a process that caps itself, with a stranger's bytes on its standard input."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from sagsbarometer.documents.limits import Limits, as_arguments


def made_by(module: str, arguments: tuple[str, ...], content: bytes, limits: Limits) -> bytes | None:
    """What `python -m sagsbarometer.documents.MODULE ARGUMENTS LIMITS` says on standard output; None where it could
    not, or took too long. What it says on standard error is thrown away: it may hold words of the file.
    """
    command = [sys.executable, "-I", "-m", f"sagsbarometer.documents.{module}", *arguments]
    try:
        done = subprocess.run(
            [*command, json.dumps(as_arguments(limits))],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"},
            timeout=limits.reading_wall,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout else None
