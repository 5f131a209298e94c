"""A release on disk: versions that never change, and a log that only grows and tells all there is to know of it."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sagsbarometer.kernel.ids import content_hash
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.release.events import CUT, Event, Torn, chained, read_log, whole_lines
from sagsbarometer.release.history import History, Unlawful, replay
from sagsbarometer.release.people import Actor, people_of
from sagsbarometer.release.states import load_table
from sagsbarometer.store.folder import is_own_file, listing, settle, write_whole

ABOUT, LOG, VERSIONS, PUBLIC, VERSION_FILE = "release.json", "log.jsonl", "versions", "public", "release.json"
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Release:
    """A release as it lies in its folder: what it is, and how it stands."""

    folder: Path
    about: Mapping[str, Any]
    history: History

    def version_folder(self, number: int) -> Path:
        """Where the files of a version lie."""
        return self.folder / version_name(number)

    def public_folder(self, number: int) -> Path:
        """Where the files of a version lie as the public gets them, once it is published."""
        return self.folder / public_name(number)


@dataclass(frozen=True, slots=True)
class Promise:
    """What a version is: `files` in its folder and `public`, those it is published as, each with its hash; `facts`
    that were found out; and what else is to be known of it."""

    number: int
    files: Mapping[str, str]
    public: Mapping[str, str]
    facts: tuple[str, ...]
    about: Mapping[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """The promise as plain data, with `content`: the hash that two people approve, and that stands for it all."""
        plain = {
            "schema_version": SCHEMA_VERSION,
            "kind": "release_version",
            "number": self.number,
            "files": dict(sorted(self.files.items())),
            "public": dict(sorted(self.public.items())),
            "facts": sorted(self.facts),
            "about": dict(self.about),
        }
        return plain | {"content": content_hash(plain)}

    @property
    def content(self) -> str:
        """The hash over everything."""
        return str(self.data["content"])


def version_name(number: int) -> str:
    """`versions/0001`."""
    return f"{VERSIONS}/{number:04d}"


def public_name(number: int) -> str:
    """`public/0001`."""
    return f"{PUBLIC}/{number:04d}"


def spelled(value: Mapping[str, Any]) -> bytes:
    """Plain data as the one way it is written here."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def begin_of(about: Mapping[str, Any]) -> str:
    """The hash the log of a release goes on from."""
    return content_hash(about)


def empty_history(about: Mapping[str, Any]) -> History:
    """The release before its first step. Raises ValueError where what is said of it cannot be read."""
    try:
        people = people_of(about["people"])
        if (about["schema_version"], about["kind"]) != (SCHEMA_VERSION, "release"):
            raise ValueError("version")
        return History(str(about["id"]), str(about["title"]), people, begin_of(about))
    except (KeyError, TypeError, ValidationError):
        raise ValueError("release") from None


def sealed(history: History, event: Event) -> Event:
    """The event with its number and hash, as the next line of the log."""
    event = replace(event, number=len(history.events) + 1, sha256="")
    return replace(event, sha256=chained(history.head, event))


def create_release(
    folder: Path, about: Mapping[str, Any], promise: Promise, files: Mapping[str, bytes], event: Event
) -> None:
    """Writes a new release with its first version, whole or not at all. Raises Faults as `write_whole`."""
    history = empty_history(about)
    line = sealed(history, event)
    replay(history, [line], load_table())
    whole = {f"{version_name(1)}/{name}": content for name, content in files.items()}
    whole[f"{version_name(1)}/{VERSION_FILE}"] = spelled(promise.data)
    write_whole(folder, {ABOUT: spelled(about), LOG: line.line, **whole}, private=True)


def open_release(folder: Path) -> Release:
    """The release in a folder, its log read and judged.

    Raises Faults UDGIV-131 there is none, UDGIV-132 its last line was never finished, UDGIV-133 its log does not hold.
    """
    about, begun = _about(folder)
    try:
        events = read_log(own_bytes(folder, LOG))
    except Torn:
        fault = "Loggens sidste linje blev ikke skrevet færdig. Det trin blev ikke kvitteret og gælder ikke."
        remedy = "Kør release verify med --cut: linjen skæres af, og det bliver skrevet i loggen. Tag så trinnet igen."
        raise Faults([Problem("UDGIV-132", Place(f"{folder.name}/{LOG}"), fault, remedy)]) from None
    except (OSError, ValueError) as error:
        number = (
            error.args[0]
            if isinstance(error, ValueError) and error.args and isinstance(error.args[0], int)
            else None
        )
        raise _unlawful(folder, number, "linjen kan ikke læses") from None
    try:
        history = replay(begun, events, load_table())
        if not history.versions:
            raise Unlawful(1, "loggen er tom")
    except Unlawful as error:
        raise _unlawful(folder, error.number, error.why) from None
    return Release(folder, about, history)


def _about(folder: Path) -> tuple[Mapping[str, Any], History]:
    try:
        content = own_bytes(folder, ABOUT)
        about = json.loads(content.decode("utf-8"))
        if spelled(about) != content:
            raise ValueError("spelling")
        return about, empty_history(about)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        fault = "Mappen har ingen udgivelse, eller dens release.json er ændret."
        remedy = "Angiv den mappe, som release propose skrev (--out), eller hent den fra sikkerhedskopien."
        raise Faults([Problem("UDGIV-131", Place(str(folder)), fault, remedy)]) from None


def _unlawful(folder: Path, number: int | None, why: str) -> Faults:
    fault = f"Loggen holder ikke: {why}."
    remedy = "Hent udgivelsen fra sikkerhedskopien; loggen rettes aldrig i hånden."
    return Faults([Problem("UDGIV-133", Place(f"{folder.name}/{LOG}", row=number), fault, remedy)])


def open_to_others(folder: Path) -> bool:
    """Whether anybody who uses the machine can read a release, by its own folder."""
    return bool(folder.stat().st_mode & 0o007)


def refuse_taken(folder: Path) -> None:
    """Raises Faults MAPPE-101 where there is something already; nothing is ever replaced by a step."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    fault, remedy = "Mappen findes allerede.", "Vælg en mappe, der ikke er der, til --out."
    if (folder / LOG).exists():
        fault = "Her ligger allerede en udgivelse."
        remedy = "Vælg en anden mappe til --out. En rettet udgave af den foreslås med release amend."
    raise Faults([Problem("MAPPE-101", Place(str(folder)), fault, remedy)])


def refuse_inside(folder: Path, out: Path) -> None:
    """Raises Faults UDGIV-162 where `out` lies in a release: nothing but its own steps writes there."""
    if out.resolve().is_relative_to(folder.resolve()):
        fault = "Stedet ligger i udgivelsen selv, og den ændres kun af sine egne trin."
        raise Faults([Problem("UDGIV-162", Place(str(out)), fault, "Vælg en mappe uden for udgivelsen.")])


def own_bytes(folder: Path, name: str) -> bytes:
    """The bytes of a file of the folder. Raises OSError where it is gone or no file of the folder's own."""
    if not is_own_file(folder, name):
        raise OSError(name)
    return (folder / name).read_bytes()


def read_promise(folder: Path, number: int) -> Promise:
    """What a version is said to be. Raises ValueError or OSError where that cannot be read or is not as written."""
    content = own_bytes(folder, f"{version_name(number)}/{VERSION_FILE}")
    try:
        data = json.loads(content.decode("utf-8"))
        promise = Promise(data["number"], data["files"], data["public"], tuple(data["facts"]), data["about"])
        if spelled(promise.data) != content or promise.number != number:
            raise ValueError("content")
    except (KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("version") from None
    return promise


def version_files(release: Release, number: int) -> dict[str, bytes]:
    """The files of a version by name, its own release.json apart. Raises OSError and ValueError where they are not
    those that were proposed."""
    promise = read_promise(release.folder, number)
    files = {name: own_bytes(release.version_folder(number), name) for name in promise.files}
    if listing(files) != dict(promise.files):
        raise ValueError("files")
    return files


def public_files(release: Release, number: int) -> dict[str, bytes]:
    """The files of a published version as the public gets them. Raises OSError and ValueError as `version_files`."""
    promise = read_promise(release.folder, number)
    files = {name: own_bytes(release.public_folder(number), name) for name in promise.public}
    if listing(files) != dict(promise.public):
        raise ValueError("files")
    return files


def take(release: Release, event: Event, folders: Mapping[str, Mapping[str, bytes]] | None = None) -> Release:
    """Writes a step that was decided on the release as it was read; the release with it.

    `folders`: new folders below the release and their files, written before the line that tells of them. The step is
    on the disk when this returns. Raises Faults UDGIV-135 where somebody took another step meanwhile, UDGIV-134 where
    the clock is behind the log, and as `open_release`; nothing is then added.
    """
    _about(release.folder)  # no lock in a folder of somebody else's
    with _locked(release.folder):
        now = open_release(release.folder)
        refuse_conflict(now, release.history.head)
        _refuse_past(now.history, event.at)
        line = sealed(now.history, event)
        try:
            history = replay(empty_history(now.about), (*now.history.events, line), load_table())
        except Unlawful as error:
            raise _unlawful(release.folder, error.number, error.why) from None
        for name, files in (folders or {}).items():
            _put_folder(release.folder, name, files)
        append(release.folder / LOG, line.line)
    return Release(release.folder, now.about, history)


def _refuse_past(history: History, at: datetime) -> None:
    if history.events and at < history.events[-1].at:
        fault = "Maskinens ur er bagefter det sidste trin i loggen."
        raise Faults([Problem("UDGIV-134", Place(LOG), fault, "Stil uret, og prøv igen.")])


def refuse_conflict(release: Release, seen: str) -> None:
    """Raises Faults UDGIV-135 where somebody took a step since the log ended with the receipt `seen`."""
    others = release.history.steps_since(seen)
    if not others:
        return
    words = {id: rule.done["da"] for id, rule in load_table().actions.items()}
    last = others[-1]
    what = words.get(last.action, "skrevet i loggen")
    fault = f"Der er sket noget imens: {last.actor.name} har {what}. Dit trin er ikke taget."
    remedy = "Se release status, og tag trinnet igen, hvis det stadig er rigtigt."
    raise Faults([Problem("UDGIV-135", Place(release.folder.name), fault, remedy)])


def _put_folder(folder: Path, name: str, files: Mapping[str, bytes]) -> None:
    """A new folder whole. What a run that was cut off left there, which no line tells of, goes."""
    import shutil

    target = folder / name
    if not target.parent.exists():
        shared = folder.stat().st_mode & stat.S_ISGID
        target.parent.mkdir(0o770 if shared else 0o700)
        target.parent.chmod(0o2770 if shared else 0o700)
    if os.path.lexists(target):
        aside = target.with_name(f".{target.name}.gone")
        shutil.rmtree(aside, ignore_errors=True)
        target.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
    write_whole(target, files, private=True)


def append(path: Path, line: bytes) -> None:
    """Adds a line to a file and the disk; a line that did not fit is taken away again. Never through a link."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
    try:
        size = os.fstat(handle).st_size
        try:
            left = memoryview(line)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        except BaseException:  # Ctrl-C too: half a step is no step
            os.ftruncate(handle, size)
            os.fsync(handle)
            raise
    finally:
        os.close(handle)
    settle(path.parent)


def cut_torn(folder: Path, actor: Actor, at: datetime) -> int:
    """Cuts off a last line that was never finished and tells so in the log; how many bytes went, 0 where none was torn.

    Raises Faults as `open_release` for what else is wrong.
    """
    _about(folder)
    with _locked(folder):
        try:
            content = own_bytes(folder, LOG)
        except OSError:
            raise _unlawful(folder, None, "filen er væk") from None
        kept = whole_lines(content)
        torn = content[len(kept) :]
        if not torn:
            return 0
        if not kept:
            raise _unlawful(folder, 1, "loggen har ingen hel linje")
        _, begun = _about(folder)
        try:
            history = replay(begun, read_log(kept), load_table())
        except ValueError as error:
            raise _unlawful(
                folder, getattr(error, "number", None), "den holder heller ikke før den linje"
            ) from None
        _refuse_past(history, at)
        details = {"bytes": len(torn), "sha256": content_hash(torn.hex())}
        newest = history.newest
        event = Event(
            0, at, CUT, newest.number if newest else 0, newest.content if newest else "", "", actor, details
        )
        handle = os.open(folder / LOG, os.O_WRONLY | os.O_NOFOLLOW)
        try:
            os.ftruncate(handle, len(kept))
            os.fsync(handle)
        finally:
            os.close(handle)
        append(folder / LOG, sealed(history, event).line)
    return len(torn)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder / ABOUT, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # the system lets go of it when the process ends
        yield
    finally:
        os.close(handle)
