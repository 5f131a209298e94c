"""A folder that appears whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from sagsbarometer.kernel.ids import file_hash, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem

# A folder we made holds this file, which lists the others; `--force` removes no other folder.
MARK = "manifest.json"
_UNLISTED = frozenset({MARK, "run.json"})
_KINDS = (
    "results",
    "faults",
    "revisions",
    "triangle",
    "plan",
    "sample",
    "agreement",
    "report",
    "public",
    "access_package",
    "letters",
)


def refuse_existing(folder: Path, force: bool) -> None:
    """Raises Faults when the folder holds something that may not be replaced.

    MAPPE-101: it exists and `force` was not given. MAPPE-102: it is not a results folder, so not even `force`
    replaces it. MAPPE-103: it also holds files that no run wrote, and they would go with it.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    place = Place(str(folder))
    listed = _listed(folder)
    if listed is None:
        fault = "Stedet er optaget af noget, der ikke er resultater fra en kørsel."
        raise Faults([Problem("MAPPE-102", place, fault, "Vælg en anden mappe til --out.")])
    if not force:
        fault = "Mappen findes allerede."
        raise Faults(
            [Problem("MAPPE-101", place, fault, "Vælg en ny mappe, eller brug --force for at erstatte den.")]
        )
    if foreign := _names(folder) - set(listed) - _UNLISTED:
        fault = (
            f"I mappen er {len(foreign)} filer, som ingen kørsel har skrevet, bl.a. {shown(min(foreign))}."
        )
        raise Faults([Problem("MAPPE-103", place, fault, "Flyt dem, eller vælg en anden mappe til --out.")])


def untouched(folder: Path) -> bool:
    """Whether a folder of ours holds what was written to it, and nothing else."""
    listed = _listed(folder)
    if listed is None or _names(folder) - _UNLISTED != set(listed):
        return False
    return all(
        is_own_file(folder, name) and file_hash(folder / name) == hash_ for name, hash_ in listed.items()
    )


def is_own_file(folder: Path, name: str) -> bool:
    """Whether `name` is a file in the folder: not outside it, no link or below one, no device, pipe or folder. What a
    folder says of itself may have been written by anybody, so nothing is opened before this is asked."""
    parts = PurePosixPath(name).parts
    if not parts or name != "/".join(parts) or parts[0] == "/" or ".." in parts:
        return False
    try:
        kinds = [os.lstat(folder.joinpath(*parts[:at])).st_mode for at in range(1, len(parts) + 1)]
    except (OSError, ValueError):
        return False
    return all(map(stat.S_ISDIR, kinds[:-1])) and stat.S_ISREG(kinds[-1])


def listing(files: Mapping[str, bytes]) -> dict[str, str]:
    """The files by name with the SHA-256 of each, as a manifest lists them under `files`."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}


def _listed(folder: Path) -> dict[str, str] | None:
    """The files that the manifest of a folder lists; None when the folder is not one of ours."""
    try:
        manifest = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(manifest, dict) or manifest.get("kind") not in _KINDS:
        return None
    files = manifest.get("files")
    return files if isinstance(files, dict) else None


def _names(folder: Path) -> set[str]:
    """Every file below a folder, relative to it; a link counts as one file, wherever it leads."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            found.add(path.relative_to(folder).as_posix())
    return found


def write_whole(folder: Path, files: Mapping[str, bytes], force: bool = False, private: bool = False) -> None:
    """Writes all files to a folder beside, then moves it in place: an interruption leaves nothing partial.

    File names may hold `/`. `private`: for nobody but its owner, whatever the mask of the process is; and for the group
    that the folder above is shared in, where it is (setgid). Raises Faults as `refuse_existing`.
    """
    refuse_existing(folder, force)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, content in files.items():
            _write(beside / name, content)
        if private:
            _close(beside)
        else:
            beside.chmod(0o755)
        _swap(beside, folder, force)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _close(folder: Path) -> None:
    """Takes away what others may do with a folder that nobody but its owner could enter so far."""
    shared = bool(folder.parent.stat().st_mode & stat.S_ISGID)
    for path in (*folder.rglob("*"), folder):
        own = 0o2770 if path.is_dir() else 0o660
        path.chmod(own if shared else own & 0o700)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def settle(folder: Path) -> None:
    """Writes the names in a folder to the disk: a file moved in place is there after a power cut only then."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems have no such thing. A disk that fails is told: what is not written is not acknowledged.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _swap(beside: Path, folder: Path, force: bool) -> None:
    """Moves a folder in place. Without `force` what somebody put there meanwhile is not replaced."""
    old = None
    if force and folder.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent)) / "old"
        folder.rename(old)
    try:
        beside.rename(folder)
    except BaseException as error:  # Ctrl-C too: the old folder is all there is
        if old is not None:
            old.rename(folder)
            old.parent.rmdir()
        elif isinstance(error, OSError):
            refuse_existing(folder, force)
        raise
    settle(folder.parent)
    if old is not None:
        shutil.rmtree(old.parent, ignore_errors=True)
