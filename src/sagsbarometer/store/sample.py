"""A sample folder on disk: what was drawn is never changed; the log of replacements beside it only grows."""

from __future__ import annotations

import csv
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sagsbarometer.kernel.ids import file_hash, holds_cpr
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.sampling.drawn import Drawn
from sagsbarometer.sampling.listing import sha256
from sagsbarometer.sampling.replacing import (
    FILE,
    Disallowed,
    Replacement,
    applied,
    broken,
    line_of_receipt,
    read_log,
    receipt,
    write_log,
)
from sagsbarometer.sampling.sheet import KIND, SCHEMA_VERSION, from_files
from sagsbarometer.store.folder import MARK, is_own_file, settle

LOG = FILE
SAMPLE, ABOUT, FRAME, PLAN = "sample.csv", "sample.json", "frame.csv", "plan.json"
DATA = (PLAN, FRAME, SAMPLE, ABOUT)  # the rest of the folder is made from these


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as it lies in its folder. `drawn` is as it was drawn, `log` what happened since."""

    folder: Path
    about: Mapping[str, Any]
    drawn: Drawn
    log: tuple[Replacement, ...]
    begin: str  # SHA-256 of sample.csv, which the log goes on from
    content: bytes = b""  # sample.csv, byte for byte

    @property
    def now(self) -> Drawn:
        """The sample as it stands, the log counted in. Raises Faults as `standing`."""
        return standing(self.drawn, self.log, self.begin)

    @property
    def receipt(self) -> dict[str, Any]:
        """What to keep or publish of the log, as plain data: how many lines, and the checksum of the last."""
        return {"lines": len(self.log), "sha256": receipt(self.log, self.begin)}

    def line_of(self, kept: str) -> int | None:
        """After which line the receipt `kept` was given; None where the log does not have that line any more."""
        return line_of_receipt(self.log, self.begin, kept)


def standing(drawn: Drawn, log: Sequence[Replacement], begin: str) -> Drawn:
    """What was drawn with the log counted in. Raises Faults UDTRAEK-133 where the log does not hold."""
    if (number := broken(log, begin)) is None:
        try:
            return applied(drawn, log)
        except Disallowed as error:
            number = error.number
    fault = f"Linje {number} er ikke, som den blev skrevet, eller følger ikke reglerne."
    remedy = "Hent filen fra sikkerhedskopien; den rettes aldrig i hånden."
    raise Faults([Problem("UDTRAEK-133", Place(LOG, row=number + 1), fault, remedy)])


def read_sample(folder: Path) -> Drawn:
    """The sample in a folder as it stands, replacements counted in.

    Raises Faults: UDTRAEK-131 there is no sample, UDTRAEK-132 it cannot be read or a file is not as it was written (all
    of them told), UDTRAEK-133 the log of replacements does not hold.
    """
    return open_sample(folder).now


def open_sample(folder: Path) -> Sample:
    """The sample with its log, every file of data compared with its hash. Raises Faults UDTRAEK-131 and 132."""
    if changed := [name for name in changed_files(folder) if name in DATA]:
        raise Faults([_changed(name) for name in changed])
    return parse_sample(folder)


def parse_sample(folder: Path, fits: bool = True) -> Sample:
    """As `open_sample`, without asking whether the files are as they were written: for who wants to tell what changed,
    who does not ask either whether the rows and the cells fit each other and the log is spelled as we do (`fits`).

    Raises Faults UDTRAEK-132, and 133 where the log is no log.
    """
    log = _log(folder, fits)
    try:
        content = own_bytes(folder, SAMPLE)
        about = json.loads(own_bytes(folder, ABOUT).decode("utf-8"))
        if (about["schema_version"], about["kind"]) != (SCHEMA_VERSION, KIND):
            raise ValueError("version")
        drawn = from_files(content, about["drawn"], fits)
        return Sample(folder, about, drawn, log, sha256(content), content)
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError, RecursionError, csv.Error):
        raise Faults([unreadable(folder)]) from None


def own_bytes(folder: Path, name: str) -> bytes:
    """The bytes of a file of the folder. Raises OSError where it is gone or no file of the folder's own."""
    if not is_own_file(folder, name):
        raise OSError(name)
    return (folder / name).read_bytes()


def _log(folder: Path, strict: bool) -> tuple[Replacement, ...]:
    if not os.path.lexists(folder / LOG):
        return ()
    try:
        content = own_bytes(folder, LOG)
        log = read_log(content)
        if strict and write_log(log) != content:
            raise ValueError("spelling")
        return log
    except (OSError, ValueError, csv.Error):
        if not strict:
            return ()  # `write_log` of nothing is not what the file holds, which is how it is told
        fault = "Filen er ikke, som sample replace skriver den."
        remedy = "Hent filen fra sikkerhedskopien; den rettes aldrig i hånden."
        raise Faults([Problem("UDTRAEK-133", Place(LOG), fault, remedy)]) from None


def unreadable(folder: Path) -> Problem:
    """UDTRAEK-132 of a whole folder."""
    fault = "Stikprøven kan ikke læses: en fil mangler, er ændret eller er af en anden udgave af programmet."
    remedy = (
        "Hent mappen fra sikkerhedskopien, eller lav udtrækket igen med sample draw: det bliver det samme."
    )
    return Problem("UDTRAEK-132", Place(str(folder)), fault, remedy)


def changed_files(folder: Path) -> list[str]:
    """The files of the folder that are not as they were written, or gone, by name.

    Raises Faults UDTRAEK-131 there is no sample, UDTRAEK-132 the manifest names what is no file of the folder.
    """
    try:
        manifest = manifest_of(folder)
        if manifest["kind"] != KIND or not set(DATA) <= set(manifest["files"]):
            raise ValueError("kind")
        files = {str(name): str(hash_) for name, hash_ in manifest["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        fault = "Mappen har ingen stikprøve."
        remedy = "Angiv den mappe, som sample draw skrev til (--out)."
        raise Faults([Problem("UDTRAEK-131", Place(str(folder)), fault, remedy)]) from None
    there = {name for name in files if _can_be(folder, name)}
    if outside := len(files) - len(there):
        fault = f"{outside} af de filer, der nævnes, er ikke en almindelig fil i mappen."
        remedy = "Åbn ikke mappen, før du ved, hvor den kommer fra; hent den fra sikkerhedskopien."
        raise Faults([Problem("UDTRAEK-132", Place(MARK), fault, remedy)])
    return sorted(name for name, hash_ in files.items() if _hash(folder, name) != hash_)


def manifest_of(folder: Path) -> dict[str, Any]:
    """What the folder says of itself. Raises OSError, ValueError, TypeError or RecursionError where it is none."""
    manifest = json.loads(own_bytes(folder, MARK).decode("utf-8"))
    if not isinstance(manifest, dict):
        raise TypeError(MARK)
    return manifest


def _can_be(folder: Path, name: str) -> bool:
    """Whether it is a file of the folder, or was one before it was deleted."""
    if not name.isprintable() or holds_cpr(name):
        return False
    try:
        gone = not os.path.lexists(folder / name)
        return is_own_file(folder, name) or (
            gone and (folder / name).resolve().is_relative_to(folder.resolve())
        )
    except (OSError, ValueError):
        return False


def _hash(folder: Path, name: str) -> str:
    try:
        return file_hash(folder / name) if is_own_file(folder, name) else ""
    except OSError:
        return ""


def _changed(name: str) -> Problem:
    fault = "Filen er ikke, som den blev skrevet."
    remedy = "Hent den fra sikkerhedskopien; sample verify fortæller, hvad der er anderledes."
    return Problem("UDTRAEK-132", Place(name), fault, remedy)


def append_replacement(folder: Path, make: Callable[[Sample, Drawn], Replacement]) -> Sample:
    """Adds the line that `make` gives, knowing the sample and how it stands; the sample with it.

    The log is written beside and moved in place. Two at the same time wait for each other, so that no reserve is given
    out twice. Raises Faults as `open_sample`, `Sample.now` and `make`; nothing is then written.
    """
    changed_files(folder)  # no lock in a folder of somebody else's
    with _locked(folder):
        sample = open_sample(folder)
        line = make(sample, sample.now)
        log = (*sample.log, line)
        _put(folder, write_log(log))
    return replace(sample, log=log)


def _put(folder: Path, content: bytes) -> None:
    """The log in place, whole or not at all; only who holds the lock may ask."""
    new = folder / f".{LOG}.new"
    new.unlink(missing_ok=True)  # left by one that was stopped, or a link somebody laid: gone, not followed
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(folder / LOG)
    except BaseException:  # Ctrl-C too: the log is as it was, and nothing lies beside it
        new.unlink(missing_ok=True)
        raise
    settle(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder / MARK, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # the system lets go of it when the process ends
        yield
    finally:
        os.close(handle)
