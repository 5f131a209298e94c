"""A folder that appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sagsbarometer.kernel.problems import Faults, Place, Problem

# A folder we made holds this file; `--force` removes no other.
MARK = "manifest.json"


def refuse_existing(folder: Path, force: bool) -> None:
    """Raises Faults when the folder holds something that may not be replaced.

    MAPPE-101: it exists and `force` was not given. MAPPE-102: it is not a results folder, so not even `force`
    replaces it.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    place = Place(str(folder))
    if not folder.is_dir() or not (folder / MARK).is_file():
        fault = "Stedet er optaget af noget, der ikke er resultater fra en kørsel."
        raise Faults([Problem("MAPPE-102", place, fault, "Vælg en anden mappe til --out.")])
    if not force:
        fault = "Mappen findes allerede."
        raise Faults(
            [Problem("MAPPE-101", place, fault, "Vælg en ny mappe, eller brug --force for at erstatte den.")]
        )


def write_whole(folder: Path, files: Mapping[str, bytes], force: bool = False) -> None:
    """Writes all files to a folder beside, then moves it in place: an interruption leaves nothing partial.

    File names may hold `/`. Raises Faults as `refuse_existing`.
    """
    refuse_existing(folder, force)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, content in files.items():
            _write(beside / name, content)
        beside.chmod(0o755)
        _swap(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _swap(beside: Path, folder: Path) -> None:
    old = None
    if folder.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent)) / "old"
        folder.rename(old)
    try:
        beside.rename(folder)
    except OSError:
        if old is not None:
            old.rename(folder)
        raise
    finally:
        if old is not None:
            shutil.rmtree(old.parent, ignore_errors=True)
