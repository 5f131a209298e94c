"""Case documents at rest: locked by the key of their study, under a random id, on disk before anybody is told so."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sagsbarometer.documents.checking import Piece, pieces, refuse_together
from sagsbarometer.documents.persons import cpr_numbers, key_of_persons, pseudonym
from sagsbarometer.documents.refusals import Refused
from sagsbarometer.documents.scans import Scan, joined, read_scan, written
from sagsbarometer.documents.vault import KeyGone, Tampered, seal, unseal
from sagsbarometer.kernel.problems import Problem
from sagsbarometer.web.documents.arriving import folder, sweep
from sagsbarometer.web.documents.models import Document, Person
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.home import this_home
from sagsbarometer.web.identifiers import document_id

TEXT, SCAN = ".text", ".scan"
SEGMENT = 8 << 20  # bytes locked at a time: of a large file no more than this is in memory
_LOCK = 28  # bytes a lock adds: nonce and tag
NAME_LENGTH = 200  # characters
MOST_PERSONS = 50  # in a document; one that names more is a list, and says nothing of whom its case is about


class NotOpen(Exception):
    """The case was delivered or taken away while its files were being checked."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was locked away: its row, not saved, and the pseudonyms of those it names."""

    document: Document
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of an upload: documents made, files refused (each a row too), files that were there already."""

    ready: int = 0
    refused: int = 0
    known: int = 0
    problems: tuple[Problem, ...] = ()


def take(case: Any, files: Sequence[Any], *, user: str, purpose: str) -> Taken:
    """Checks files, locks them away and makes their rows, in that order: a row is never without its file.

    `files` are Django's uploaded files, each in a file of its own. Not inside `acting`: checking takes time, and the
    database is not kept waiting. Raises NotOpen when the case is not a draft any more, KeyGone when its study was
    purged; then nothing is kept.
    """
    sweep()
    try:
        refuse_together([file.size for file in files])
    except Refused as refused:
        return Taken(problems=(refused.problem,))
    key = this_home().keys.study(case.study_id)
    made: list[Kept] = []
    try:
        for file in files:
            for piece in pieces(Path(file.temporary_file_path()), _name(file.name), folder()):
                made.append(kept(case, piece, key, user))
            file.close()
        with acting(user, purpose):
            return add(case, made)
    except BaseException:
        for item in made:
            erase(item.document)
        raise


def _name(name: str | None) -> str:
    """The last part of a name, without what cannot be seen."""
    plain = "".join(
        char if char.isprintable() else " " for char in (name or "").replace("\\", "/").rpartition("/")[2]
    )
    return plain[-NAME_LENGTH:]


def kept(case: Any, piece: Piece, key: bytes, user: str) -> Kept:
    """A checked file locked away under a new id. What follows is `add`."""
    document = Document(
        id=document_id(), study_id=case.study_id, case_id=case.id, municipality=case.municipality
    )
    document.kind, document.size, document.sha256 = piece.kind, piece.size, piece.sha256
    document.name = seal(key, _name(piece.name).encode(), _about("name", document.id))
    document.uploaded_by_id = user
    if piece.refused:
        document.state, document.refusal = "refused", piece.refused
        return Kept(document)
    numbers = cpr_numbers(piece.text)
    document.state, document.pages, document.cpr_found = "ready", piece.pages, len(numbers)
    document.scanned = "waiting" if piece.scanned else ""
    _write(path_of(document.id), _locked(document, piece.path, key))
    _write(path_of(document.id, TEXT), [seal(key, piece.text.encode(), _about("text", document.id))])
    return Kept(document, _persons(key, {*numbers, *cpr_numbers(piece.name)}))


def _persons(key: bytes, numbers: set[str]) -> tuple[str, ...]:
    """Those a file names, in its text or its name: a picture has no text."""
    if len(numbers) > MOST_PERSONS:
        return ()
    own = key_of_persons(key)
    return tuple(sorted(pseudonym(own, number) for number in numbers))


def add(case: Any, made: Sequence[Kept]) -> Taken:
    """Saves the rows of what was kept; the same file twice in a case is one (a double click, a name changed).

    Inside `acting`. Raises NotOpen.
    """
    locked = type(case).objects.select_for_update().get(pk=case.pk)
    if locked.state not in ("draft", "returned"):
        raise NotOpen
    there = set(Document.objects.filter(case=locked, state="ready").values_list("sha256", flat=True))
    ready = refused = known = 0
    for item in made:
        document = item.document
        if document.state == "ready" and document.sha256 in there:
            erase(document)
            known += 1
            continue
        document.save(force_insert=True)
        _name_persons(document, item.persons)
        there.add(document.sha256)
        ready += document.state == "ready"
        refused += document.state == "refused"
    return Taken(ready, refused, known)


def add_persons(document: Document, numbers: set[str]) -> None:
    """Those that were found in a document after it came. Inside `acting`."""
    if (document.cpr_found or 0) <= MOST_PERSONS:
        known = set(document.persons.values_list("pseudonym", flat=True))
        more = _persons(this_home().keys.study(document.study_id), numbers)
        _name_persons(document, [word for word in more if word not in known])


def _name_persons(document: Document, words: Iterable[str]) -> None:
    Person.objects.bulk_create(
        Person(study_id=document.study_id, case_id=document.case_id, document=document, pseudonym=word)
        for word in words
    )


def named_too(case: Any) -> Any:
    """The other cases of the study that name somebody this one names, by their ids; drafts and withdrawn ones too."""
    own = Person.objects.filter(case=case).values("pseudonym")
    others = Person.objects.filter(study_id=case.study_id, pseudonym__in=own).exclude(case=case)
    return others.values("case_id").distinct()


def remove(document: Document) -> None:
    """Takes a document away: its file is destroyed, its row says that it was there. Inside `acting`."""
    from django.db import transaction

    document.persons.all().delete()
    document.state, document.name = "removed", b""
    document.save(update_fields=["state", "name"])
    transaction.on_commit(lambda: erase(document))


def content_of(document: Document) -> bytes:
    """The bytes as they were delivered. Raises KeyGone, Tampered or FileNotFoundError."""
    return b"".join(segments_of(document))


def segments_of(document: Document, first: int = 0, last: int | None = None) -> Iterator[bytes]:
    """The bytes as they were delivered, a segment at a time: all of them, or `first` to `last`.

    Raises KeyGone, Tampered or FileNotFoundError.
    """
    key = this_home().keys.study(document.study_id)
    abouts = _abouts(document)
    last = len(abouts) - 1 if last is None else last
    with path_of(document.id).open("rb") as file:
        file.seek(first * (SEGMENT + _LOCK))
        for about in abouts[first : last + 1]:
            yield unseal(key, file.read(SEGMENT + _LOCK), about)
        if last == len(abouts) - 1 and file.read(1):
            raise Tampered(document.id)


def part_of(document: Document, start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` up to `end`, of which only the segments they lie in are opened. Raises as segments_of."""
    first, last = start // SEGMENT, max(end - 1, start) // SEGMENT
    for number, segment in enumerate(segments_of(document, first, last), start=first):
        yield segment[max(start - number * SEGMENT, 0) : end - number * SEGMENT]


def _locked(document: Document, path: Path, key: bytes) -> Iterator[bytes]:
    with path.open("rb") as file:
        for about in _abouts(document):
            yield seal(key, file.read(SEGMENT), about)


def _abouts(document: Document) -> list[str]:
    """What each segment is locked about: none can be left out, moved or come from another document."""
    count = max(-(-document.size // SEGMENT), 1)
    whole = _about("bytes", document.id)
    return [whole] if count == 1 else [f"{whole}:{number}/{count}" for number in range(count)]


def text_of(document: Document) -> str:
    """The text that was read in it, and what was recognised on pages that are pictures; "" where there is none any
    more. Never in a log, a message or an address."""
    text = own_text_of(document)
    scan = scan_of(document) if document.scanned else None
    return joined(text, scan) if scan else text


def own_text_of(document: Document) -> str:
    """The text that stands in it as text; "" where there is none any more."""
    return _opened(document, TEXT, "text").decode()


def scan_of(document: Document, only: int | None = None) -> Scan | None:
    """What was recognised on its pages so far, or on one of them; None where there is nothing that can be opened."""
    content = _opened(document, SCAN, "scan")
    return read_scan(content, only) if content else None


def _opened(document: Document, ending: str, about: str) -> bytes:
    try:
        key = this_home().keys.study(document.study_id)
        return unseal(key, path_of(document.id, ending).read_bytes(), _about(about, document.id))
    except (KeyGone, Tampered, FileNotFoundError):
        return b""


def keep_scan(document: Document, scan: Scan) -> None:
    """Locks away what was recognised, in place of what there was. Raises KeyGone."""
    key = this_home().keys.study(document.study_id)
    path, new = path_of(document.id, SCAN), path_of(document.id, f"{SCAN}.new")
    new.unlink(missing_ok=True)
    _write(new, [seal(key, written(scan), _about("scan", document.id))])
    new.replace(path)
    _on_disk(path)


def name_of(document: Document) -> str:
    """What the sender called it; "" where that is gone."""
    try:
        key = this_home().keys.study(document.study_id)
        return unseal(key, bytes(document.name), _about("name", document.id)).decode()
    except (KeyGone, Tampered):
        return ""


def path_of(id: str, ending: str = "") -> Path:
    """Where the locked bytes of a document lie. Raises ValueError for what is no id."""
    if not id.isascii() or not id.isalnum():
        raise ValueError(id)
    return this_home().documents / id[:2] / f"{id}{ending}"


def erase(document: Document) -> None:
    """Removes the files of a document; not there: no fault."""
    for ending in ("", TEXT, SCAN, f"{SCAN}.new"):
        path_of(document.id, ending).unlink(missing_ok=True)


def orphans(older: float = 24 * 60 * 60) -> list[Path]:
    """Files that no row of a document or letter names: written when a process was stopped before its rows were.

    `older`: seconds since they were written; what is newer may be on its way in.
    """
    from sagsbarometer.web.letters.models import Letter

    files = [path for pattern in ("*", "*/*") for path in this_home().documents.glob(pattern)]
    before = time.time() - older
    old = [path for path in files if path.is_file() and path.stat().st_mtime < before]
    # The rows after the files: what is removed meanwhile is no orphan, what comes is too new.
    named = set(Document.objects.filter(state="ready").values_list("id", flat=True))
    named |= set(Letter.objects.values_list("file", flat=True))
    return sorted(path for path in old if path.name.partition(".")[0] not in named)


def lost() -> list[str]:
    """The ids of documents that can be read by their rows, and whose files are gone."""
    ready = Document.objects.filter(state="ready").order_by("id").values_list("id", flat=True)
    return [id for id in ready if not path_of(id).is_file()]


def _about(what: str, id: str) -> str:
    return f"documents_document.{what}:{id}"


def _write(path: Path, content: Iterable[bytes]) -> None:
    """Written, and on the disk with its name, before this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.writelines(content)
        file.flush()
        os.fsync(file.fileno())
    _on_disk(path)


def _on_disk(path: Path) -> None:
    """The name of a file, and of the folder it lies in."""
    for above in (path.parent, path.parent.parent):
        opened = os.open(above, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
