"""A register on disk: deliveries that are never changed, and the list that makes them one register."""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.ids import file_hash
from sagsbarometer.kernel.problems import Faults, Place, Problem

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION = 1
LIST = "register.json"
DELIVERIES = "deliveries"
_LOCK, _NEW = ".lock", f"{LIST}.new"
_OURS = frozenset(
    {DELIVERIES, _LOCK, _NEW}
)  # what an import that was cut off may leave before there is a list
_FIRST = frozenset({f"0001{end}{new}" for end in (".parquet", "-bemaerkninger.csv") for new in ("", ".new")})
_ORIGINS = ("real", "reconstructed", "synthetic", "training")
_PATIENCE = 60.0  # seconds to wait for another import to finish writing


@dataclass(frozen=True, slots=True)
class Register:
    """A register whose deliveries are as they were written. `paths` are the Parquet files in the order delivered."""

    folder: Path
    manifest: Mapping[str, Any]
    paths: tuple[Path, ...]

    @property
    def origin(self) -> str:
        """What its rows are: real, reconstructed, synthetic or training."""
        return str(self.manifest["origin"])

    def last_of(self, source: str, mapping: str) -> Mapping[str, Any] | None:
        """The entry of the last delivery of a file with a mapping, both by their SHA-256; None where there is none."""
        for entry in reversed(self.manifest["deliveries"]):
            if (entry["source"]["sha256"], entry["mapping"]["sha256"]) == (source, mapping):
                return entry  # type: ignore[no-any-return]
        return None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Registrations to be added. `columns` holds one list per column of `types`: text (also codes and sets), or dates;
    None is unknown. `registered_at` is in UTC.

    `source` and `mapping` are a file name and its `sha256`; `read_by` is whatever else the reading hangs on.
    """

    types: Mapping[str, Type]
    columns: Mapping[str, Sequence[Any]]
    registered_at: Sequence[datetime]
    lines: Sequence[int]
    origin: str
    source: Mapping[str, str]
    mapping: Mapping[str, str]
    read_by: Mapping[str, str]
    remarks: bytes = b""


@dataclass(frozen=True, slots=True)
class Appended:
    """The entry of a delivery, and how many of its cases were new and how many were there before.

    `added` is False where the file gave these very rows before, and nothing was written. `late` tells that it has
    registrations from before the last one that was there: figures as of a day since then may become others.
    """

    entry: Mapping[str, Any]
    new_cases: int
    known_cases: int
    added: bool = True
    late: bool = False


def read_register(folder: Path) -> Register:
    """The register in a folder, every delivery compared with its hash.

    Raises Faults: REGISTER-131 there is no register, REGISTER-132 its list cannot be read or is of another version,
    REGISTER-133 a delivery is gone or is not as it was written (all of them told).
    """
    manifest = _manifest(folder)
    problems = []
    paths = []
    for entry in manifest["deliveries"]:
        path = folder / entry["file"]
        paths.append(path)
        place = Place(f"{folder.name}/{entry['file']}")
        remedy = "Hent den fra sikkerhedskopien: en levering må ikke ændres."
        if not path.is_file():
            problems.append(Problem("REGISTER-133", place, "Leveringen er væk.", remedy))
        elif file_hash(path) != entry["sha256"]:
            problems.append(
                Problem("REGISTER-133", place, "Leveringen er ændret, siden den blev lagt ind.", remedy)
            )
    if problems:
        raise Faults(problems)
    return Register(folder, manifest, tuple(paths))


def existing_register(folder: Path) -> Register | None:
    """As `read_register`; None where one can be made: no folder, an empty one, or what a first import left behind."""
    if (folder / LIST).exists():
        return read_register(folder)
    if folder.exists() and not _may_become(folder):
        fault = "Stedet er optaget af noget, der ikke er et register."
        raise Faults(
            [Problem("REGISTER-131", Place(str(folder)), fault, "Vælg en anden mappe til --register.")]
        )
    return None


def _may_become(folder: Path) -> bool:
    """Whether a folder without a register is empty, or holds only what a first import that was cut off leaves."""
    if not folder.is_dir() or not {path.name for path in folder.iterdir()} <= _OURS:
        return False
    deliveries = folder / DELIVERIES
    if any(path.is_symlink() for path in folder.iterdir()):
        return False
    left = list(deliveries.iterdir()) if deliveries.is_dir() else []
    # Of a first delivery only: half of it, or all but the list.
    return all(path.name in _FIRST and path.is_file() and not path.is_symlink() for path in left)


def append_delivery(folder: Path, delivery: Delivery) -> Appended:
    """Adds a delivery to the register in `folder`, which is made when it is not there.

    The delivery is written first, the list last and in one go: whoever is cut off leaves the register as it was. Two at
    the same time wait for each other. Raises Faults as `read_register`, REGISTER-111 when the origin is another than
    the register's, REGISTER-134 when another import does not finish.
    """
    existing_register(folder)  # refused before anything is made
    (folder / DELIVERIES).mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        register = existing_register(folder)
        if register and (entry := _same(register, delivery)):
            return Appended(entry, 0, int(entry["cases"]), added=False)
        if register and register.origin != delivery.origin:  # made meanwhile by somebody else
            fault = f"Registret er »{register.origin}«, men filen er »{delivery.origin}«."
            raise Faults(
                [Problem("REGISTER-111", Place(str(folder)), fault, "Læg dem i hvert sit register.")]
            )
        return _append(folder, register, delivery)


def _append(folder: Path, register: Register | None, delivery: Delivery) -> Appended:
    import pyarrow.compute as pc

    earlier = list(register.manifest["deliveries"]) if register else []
    number = len(earlier) + 1
    table = _table(delivery, number)
    content = _parquet(table)
    name = f"{DELIVERIES}/{number:04d}.parquet"
    cases = pc.unique(table["case_id"])
    known = _known(cases, register)
    entry: dict[str, Any] = {
        "number": number,
        "file": name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": table.num_rows,
        "cases": len(cases),
        "source": dict(delivery.source),
        "mapping": dict(delivery.mapping),
        "read_by": dict(delivery.read_by),
        "first_registered": min(delivery.registered_at).isoformat(),
        "last_registered": max(delivery.registered_at).isoformat(),
    }
    _write(folder / name, content)
    if delivery.remarks:
        entry["remarks"] = {"file": _remarks(number)}
        _write(folder / entry["remarks"]["file"], delivery.remarks)
    _sync(folder / DELIVERIES)
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "kind": "register",
        "origin": delivery.origin,
        "deliveries": [*earlier, entry],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    _write(folder / LIST, text.encode("utf-8", "backslashreplace"))
    _sync(folder)
    last = max((datetime.fromisoformat(old["last_registered"]) for old in earlier), default=None)
    return Appended(
        entry, len(cases) - known, known, late=last is not None and min(delivery.registered_at) <= last
    )


def _same(register: Register, delivery: Delivery) -> Mapping[str, Any] | None:
    """The entry of the last delivery of the same file and mapping, where it has the same rows.

    Law and program may have changed since: what counts is whether they read the file otherwise.
    """
    import pyarrow.parquet as pq

    entry = register.last_of(delivery.source["sha256"], delivery.mapping["sha256"])
    if entry is None:
        return None
    number = int(entry["number"])
    there = pq.read_table(register.paths[number - 1])
    return entry if there.equals(_table(delivery, number)) else None


def _table(delivery: Delivery, number: int) -> pa.Table:
    import pyarrow as pa

    size = len(delivery.lines)
    fields, arrays = [], []
    for name, type in delivery.types.items():
        fields.append(pa.field(name, pa.date32() if type is Type.DATE else pa.string()))
        arrays.append(pa.array(delivery.columns[name], fields[-1].type))
    fields += [
        pa.field("registered_at", pa.timestamp("us", "UTC")),
        pa.field("delivery", pa.int32()),
        pa.field("line", pa.int32()),
    ]
    arrays.append(pa.array(delivery.registered_at, fields[-3].type))
    arrays.append(pa.repeat(pa.scalar(number, pa.int32()), size))
    arrays.append(pa.array(delivery.lines, pa.int32()))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _parquet(table: pa.Table) -> bytes:
    """The same rows give the same bytes with the same libraries."""
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def _known(cases: Any, register: Register | None) -> int:
    """How many of the cases an earlier delivery has too."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    if register is None or not register.paths:
        return 0
    ids = pa.chunked_array(
        [
            chunk
            for path in register.paths
            for chunk in pq.read_table(path, columns=["case_id"])["case_id"].chunks
        ],
        pa.string(),
    )
    return int(pc.sum(pc.is_in(cases, value_set=pc.unique(ids))).as_py() or 0)


def _manifest(folder: Path) -> dict[str, Any]:
    place = Place(str(folder))
    if not (folder / LIST).is_file():
        fault = "Mappen har intet register."
        raise Faults(
            [Problem("REGISTER-131", place, fault, "Angiv den mappe, appeals import skrev til (--register).")]
        )
    try:
        manifest = json.loads((folder / LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        manifest = None
    if not _is_manifest(manifest):
        fault = f"{LIST} kan ikke læses eller er skrevet af en anden udgave af programmet."
        raise Faults([Problem("REGISTER-132", place, fault, "Hent den fra sikkerhedskopien.")])
    return manifest  # type: ignore[no-any-return]


def _is_manifest(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("deliveries"), list):
        return False
    whole = all(
        isinstance(entry, dict)
        and entry.get("number") == number
        and entry.get("file") == f"{DELIVERIES}/{number:04d}.parquet"  # and no file elsewhere
        and isinstance(entry.get("sha256"), str)
        and isinstance(entry.get("cases"), int)
        and isinstance(entry.get("rows"), int)
        and isinstance(entry.get("read_by"), dict)
        and _is_moment(entry.get("first_registered"))
        and _is_moment(entry.get("last_registered"))
        and entry.get("remarks", {"file": _remarks(number)}) == {"file": _remarks(number)}
        and all(isinstance(entry.get(key), dict) and "sha256" in entry[key] for key in ("source", "mapping"))
        for number, entry in enumerate(value["deliveries"], start=1)
    )
    head = (value.get("kind"), value.get("schema_version"))
    return whole and head == ("register", SCHEMA_VERSION) and value.get("origin") in _ORIGINS


def _remarks(number: int) -> str:
    return f"{DELIVERIES}/{number:04d}-bemaerkninger.csv"


def _is_moment(value: object) -> bool:
    try:
        return datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return False


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Alone in writing to the register. The lock is the kernel's: a process that is killed leaves none behind."""
    handle = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o644)
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
