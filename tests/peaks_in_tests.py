"""What a command took: its peak of memory and its processor time, apart from what the test itself holds.

A process begun by another starts with the peak of the one it was copied from (Linux carries `ru_maxrss` over
exec), so a command begun by a test that has grown to a gigabyte says a gigabyte. Between the two stands a small
process here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_BETWEEN = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[2:], capture_output=True, text=True, encoding="utf-8")
used = resource.getrusage(resource.RUSAGE_CHILDREN)
said = {"code": done.returncode, "out": done.stdout, "err": done.stderr,
        "megabytes": used.ru_maxrss / 1024, "seconds": used.ru_utime}
open(sys.argv[1], "w", encoding="utf-8").write(json.dumps(said))
"""


@dataclass(frozen=True)
class Took:
    """How a command ended: its exit code, what it said, its peak in MiB and its own processor time in seconds."""

    code: int
    out: str
    err: str
    megabytes: float
    seconds: float


def took(command: Sequence[str | Path], said: Path, environment: Mapping[str, str] | None = None) -> Took:
    """Runs `command` to its end; `said` is a file of the test's own to carry the answer."""
    line = [sys.executable, "-I", "-S", "-c", _BETWEEN, str(said), *map(str, command)]
    subprocess.run(line, check=True, env=None if environment is None else dict(os.environ | environment))
    return Took(**json.loads(said.read_text(encoding="utf-8")))
