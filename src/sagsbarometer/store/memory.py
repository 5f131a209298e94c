"""How much memory an engine may use on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from sagsbarometer.kernel.problems import Faults, Place, Problem

SETTING = "SAGSBAROMETER_MEMORY"
MOST = 4096  # MiB; measured to be enough for 30 million registrations (docs/explanation/scale.md)
LEAST = 512
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def memory_limit() -> int:
    """MiB an engine may use: SAGSBAROMETER_MEMORY in GB, else half of the machine's and at most four GB.

    Raises Faults MOTOR-104 where the setting is no whole number from 1.
    """
    said = os.environ.get(SETTING, "")
    if not said:
        return max(LEAST, min(MOST, _memory() // 2))
    if not (said.isascii() and said.isdigit() and 0 < int(said) < 1_000_000):
        fault = "Indstillingen siger ikke, hvor mange GB der må bruges."
        raise Faults([Problem("MOTOR-104", Place(SETTING), fault, "Skriv et helt tal fra 1, fx 8.")])
    return int(said) * 1024


def no_room() -> Faults:
    """MOTOR-105 of DuckDB: neither memory nor disk has room for what must be kept while counting."""
    fault = "Der er hverken hukommelse eller diskplads nok til at tælle."
    remedy = f"Giv mere hukommelse ({SETTING}=8 er 8 GB), eller peg TMPDIR på en disk med plads."
    return Faults([Problem("MOTOR-105", Place(), fault, remedy)])


def _memory() -> int:
    """MiB of memory this process can have: the machine's, or what a container is given."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in _LIMITS:
        try:
            limits.append(int(Path(path).read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue  # no container, or one without a limit ("max")
    return min(limits) // 2**20
