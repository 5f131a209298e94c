"""A register grows: a delivery is written first, the list last and in one go, and nothing that is there changes."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sagsbarometer.kernel.ids import file_hash
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.store.register import (
    DELIVERIES,
    LIST,
    LOCK,
    SCHEMA_VERSION,
    Register,
    beside,
    existing_register,
)
from sagsbarometer.store.staging import RowsFile

_PATIENCE = 60.0  # seconds to wait for another import to finish writing
_COMPARED = 65_536  # rows at a time


class Outdated(Exception):
    """The register has got a delivery since this one was made ready for it; it must be made ready again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Registrations to be added: a Parquet file on the disk of the register, which is moved there. Its rows say that
    they are of delivery `number`; its metadata, of what `origin` they are. Moments are in UTC.

    `source` and `mapping` are a file name and its `sha256`, `options` what was asked for beside them; `read_by` is
    whatever else the reading hangs on. `said` are further counts for the list: cases, withdrawn, left_out, rules.
    """

    rows: Path
    number: int
    origin: str
    source: Mapping[str, Any]
    mapping: Mapping[str, str]
    read_by: Mapping[str, str]
    first_registered: datetime
    last_registered: datetime
    said: Mapping[str, Any]
    own: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    kind: str = "incremental"
    remarks: bytes = b""
    report: bytes = b""


@dataclass(frozen=True, slots=True)
class Appended:
    """The entry of a delivery. `added` is False where the file gave these very rows before, and nothing was written.
    `late` tells that it has registrations from before the last one that was there: figures as of a day since then may
    become others.
    """

    entry: Mapping[str, Any]
    added: bool = True
    late: bool = False


def append_delivery(folder: Path, delivery: Delivery) -> Appended:
    """Adds a delivery to the register in `folder`, which is made when it is not there.

    Whoever is cut off leaves the register as it was. Two at the same time wait for each other. Raises Faults as
    `read_register`, REGISTER-111 when the origin is another than the register's, REGISTER-114 when a column of its own
    has another type, REGISTER-134 when another import does not finish; Outdated when the register has grown meanwhile.
    """
    existing_register(folder)  # refused before anything is made
    (folder / DELIVERIES).mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        register = existing_register(folder)
        if register and (entry := same_delivery(register, delivery)):
            return Appended(entry, added=False)
        if register:
            refuse_others(register, delivery.origin, delivery.own)  # made meanwhile by somebody else
        if delivery.number != next_number(register):
            raise Outdated
        return _append(folder, register, delivery)


def next_number(register: Register | None) -> int:
    """The number of the next delivery."""
    return len(register.paths) + 1 if register else 1


def refuse_others(register: Register, origin: str, own: Mapping[str, Any]) -> None:
    """Raises Faults, REGISTER-111 and 114, where a delivery cannot be of this register."""
    place, problems = Place(str(register.folder)), []
    if origin and register.origin != origin:
        fault = f"Registret er »{register.origin}«, men filen er »{origin}«."
        remedy = "Læg dem i hvert sit register: læseren skal vide, hvad tallene er lavet af."
        problems.append(Problem("REGISTER-111", place, fault, remedy))
    for id, said in own.items():
        there = register.own.get(id)
        if there and there["type"] != said["type"]:
            fault = f"Registrets egen kolonne »{id}« er {there['type']}, men mappingen siger {said['type']}."
            remedy = "Brug den samme type, eller giv kolonnen et andet navn."
            problems.append(Problem("REGISTER-114", place, fault, remedy))
    if problems:
        raise Faults(problems)


def _append(folder: Path, register: Register | None, delivery: Delivery) -> Appended:
    import pyarrow.parquet as pq

    earlier = list(register.manifest["deliveries"]) if register else []
    number = delivery.number
    name = f"{DELIVERIES}/{number:04d}.parquet"
    entry: dict[str, Any] = {
        "number": number,
        "file": name,
        "sha256": file_hash(delivery.rows),
        "kind": delivery.kind,
        "rows": pq.read_metadata(delivery.rows).num_rows,
        **delivery.said,
        "source": dict(delivery.source),
        "mapping": dict(delivery.mapping),
        "options": dict(delivery.options),
        "read_by": dict(delivery.read_by),
        "first_registered": delivery.first_registered.isoformat(),
        "last_registered": delivery.last_registered.isoformat(),
    }
    _move(delivery.rows, folder / name)
    for key, content in (("remarks", delivery.remarks), ("report", delivery.report)):
        if content:
            entry[key] = beside(key, number)
            _write(folder / entry[key]["file"], content)
    _sync(folder / DELIVERIES)
    own = {**(register.own if register else {}), **delivery.own}
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "kind": "register",
        "origin": delivery.origin,
        **({"own": own} if own else {}),
        "deliveries": [*earlier, entry],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    _write(folder / LIST, text.encode("utf-8", "backslashreplace"))
    _sync(folder)
    last = max((datetime.fromisoformat(old["last_registered"]) for old in earlier), default=None)
    return Appended(entry, late=last is not None and delivery.first_registered <= last)


def same_delivery(register: Register, delivery: Delivery) -> Mapping[str, Any] | None:
    """The entry of the last delivery of the same file, mapping and options, where it has the same rows.

    Law and program may have changed since: what counts is whether they read the file otherwise. What a full delivery
    withdrew is not in the file.
    """
    entry = register.last_of(delivery.source["sha256"], delivery.mapping["sha256"], delivery.options)
    if entry is None:
        return None
    there = register.paths[int(entry["number"]) - 1]
    same = all(_alike(one, other) for one, other in zip_longest(_read(there), _read(delivery.rows)))
    return entry if same else None


def _read(path: Path) -> Iterator[Any]:
    """The rows of the file behind a delivery, so many at a time, without the number of the delivery."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=_COMPARED, use_threads=False):
            rows = pa.Table.from_batches([batch]).drop_columns(["delivery"])
            rows = rows.filter(pc.greater_equal(rows["line"], 0))
            if len(rows):
                yield rows


def _alike(one: Any, other: Any) -> bool:
    """Whether two parts have the same rows; a column that one of them lacks is unknown in all of them."""
    if one is None or other is None or len(one) != len(other):
        return False
    for name in {*one.column_names, *other.column_names}:
        if name in one.column_names and name in other.column_names:
            if not one[name].equals(other[name]):
                return False
        else:
            lone = (one if name in one.column_names else other)[name]
            if name != "withdrawn" and lone.null_count != len(lone):
                return False
    return True


def renumbered(rows: Path, number: int, said: Mapping[str, str]) -> None:
    """Writes the file once more with another number of delivery, in its place."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    new = RowsFile(rows.with_name(f"{rows.name}.new"))
    with pq.ParquetFile(rows) as file:
        for group in range(file.num_row_groups):
            part = file.read_row_group(group)
            numbers = pa.repeat(pa.scalar(number, pa.int32()), len(part))
            new.write(part.set_column(part.column_names.index("delivery"), "delivery", numbers))
    new.close(said)
    new.path.replace(rows)


# --- files ---


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Alone in writing to the register. The lock is the kernel's: a process that is killed leaves none behind."""
    handle = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > until:
                    fault = "En anden import skriver i registret."
                    remedy = "Vent, til den er færdig, og kør igen."
                    raise Faults([Problem("REGISTER-134", Place(str(folder)), fault, remedy)]) from None
                time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _move(path: Path, to: Path) -> None:
    """The file at its place, whole or not at all; what is there as a link is replaced, not followed."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    path.replace(to)


def _write(path: Path, content: bytes) -> None:
    """The file whole or not at all, and never through a link to somewhere else."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _sync(folder: Path) -> None:
    """What a folder lists is on the disk when this returns."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
