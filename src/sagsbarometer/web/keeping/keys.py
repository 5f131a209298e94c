"""The keys of a house as a whole: whether they open, and a new master key."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from sagsbarometer.documents.vault import KeyGone, Tampered, new_key, seal, unseal
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.web.home import Home

_NEXT = "master.next"


def key_faults(home: Home) -> list[str]:
    """What is wrong with the keys of studies that are not purged, in Danish; empty when all open."""
    from sagsbarometer.web.planning.models import Study

    faults = []
    for study in Study.objects.exclude(state="purged").order_by("id").values_list("id", flat=True):
        try:
            home.keys.study(study)
        except KeyGone as gone:
            if str(gone) == "master":
                return ["hovednøglen (keys/master) mangler"]
            faults.append(f"nøglen til studiet {study} mangler")
        except Tampered:
            faults.append(
                f"nøglen til studiet {study} kan ikke åbnes: hovednøglen er en anden, eller filen er ændret"
            )
    return faults


def rotate_master(home: Home) -> int:
    """A new master key; the key of each study is locked by it instead. How many studies.

    Cut off at any moment, it is finished by being run again: every study's key opens with the old master key or the
    next one, and the old one is gone only when all are locked by the next. Raises Faults DRIFT-207 for a study's key
    that opens with neither; then nothing is lost and the old master key stays.
    """
    folder = home.folder / "keys"
    old = home.keys.named("master")
    upcoming = folder / _NEXT
    if upcoming.exists():
        new = base64.b64decode(upcoming.read_bytes())
    else:
        new = new_key()
        _put(upcoming, base64.b64encode(new))
    paths = sorted((folder / "studies").glob("*.key"))
    opened = {path: _opened(path, (old, new)) for path in paths}
    if lost := [path.stem for path, key in opened.items() if key is None]:
        fault = f"Nøglerne til {', '.join(lost)} kan ikke åbnes med hovednøglen."
        raise Faults([Problem("DRIFT-207", Place(), fault, "Hent dem fra kopien af nøglerne, og prøv igen.")])
    for path, key in opened.items():
        if key is not None:
            _put(path, seal(new, key, f"study:{path.stem}"))
    os.replace(upcoming, folder / "master")
    _settled(folder)
    return len(paths)


def _opened(path: Path, masters: tuple[bytes, ...]) -> bytes | None:
    for master in masters:
        try:
            return unseal(master, path.read_bytes(), f"study:{path.stem}")
        except Tampered:
            continue
    return None


def _put(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all."""
    whole = path.with_name(f".{path.name}.new")
    handle = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(whole, path)
    _settled(path.parent)


def _settled(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
