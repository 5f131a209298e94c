"""A register on disk: deliveries that are never changed, and the list that makes them one register."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.ids import file_hash
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.store.staging import MARK

SCHEMA_VERSION = 1
LIST = "register.json"
DELIVERIES = "deliveries"
LOCK, _NEW = ".lock", f"{LIST}.new"
# What an import that was cut off may leave before there is a list.
_OURS = frozenset({DELIVERIES, LOCK, _NEW})
BESIDE: Mapping[str, str] = MappingProxyType({"remarks": "bemaerkninger.csv", "report": "rapport.txt"})
_FIRST = frozenset(
    {
        f"0001{end}{new}"
        for end in (".parquet", *(f"-{end}" for end in BESIDE.values()))
        for new in ("", ".new")
    }
)
_ORIGINS = ("real", "reconstructed", "synthetic", "training")
_KINDS = ("incremental", "full")
_OWN_ID = re.compile(r"[a-z][a-z0-9_]{0,40}")
_OWN_TYPES = frozenset({Type.CODE, Type.TEXT, Type.INT, Type.DATE, Type.BOOL})
ORIGIN_SAID = b"sagsbarometer.origin"  # in the Parquet file, so that the list cannot say otherwise


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

    @property
    def own(self) -> Mapping[str, Any]:
        """The columns only this register has: id to type and label."""
        own: Mapping[str, Any] = self.manifest.get("own", {})
        return own

    def last_of(
        self, source: str, mapping: str, options: Mapping[str, str] = MappingProxyType({})
    ) -> Mapping[str, Any] | None:
        """The entry of the last delivery of a file with a mapping, both by their SHA-256, and with these options; None
        where there is none.
        """
        for entry in reversed(self.manifest["deliveries"]):
            of = (entry["source"]["sha256"], entry["mapping"]["sha256"], entry.get("options", {}))
            if entry["source"]["sha256"] == source:
                # A later reading of the same file in another way is what counts now.
                return entry if of == (source, mapping, dict(options)) else None
        return None


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
        elif fault := _other_than_listed(path, entry, manifest):
            problems.append(Problem("REGISTER-133", place, fault, f"Hent {LIST} fra sikkerhedskopien."))
    if problems:
        raise Faults(problems)
    return Register(folder, manifest, tuple(paths))


def _other_than_listed(path: Path, entry: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    """What the list says of a delivery that its file does not; "" where they agree."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        found, schema = file.metadata, file.schema_arrow
    origin = (found.metadata or {}).get(ORIGIN_SAID)
    if origin is not None and origin.decode("utf-8", "replace") != manifest["origin"]:
        return f"Listen siger, at registret er »{manifest['origin']}«, men leveringen er noget andet."
    if found.num_rows != entry["rows"]:
        return f"Listen siger {entry['rows']} rækker, men leveringen har {found.num_rows}."
    for id, said in manifest.get("own", {}).items():
        if id in schema.names and str(schema.field(id).type) != ARROW_NAMES[said["type"]]:
            return f"Listen siger, at »{id}« er {said['type']}, men leveringen har noget andet."
    return ""


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
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else {"?"}
    if not {name for name in names if not name.startswith(MARK)} <= _OURS:
        return False
    deliveries = folder / DELIVERIES
    if any(path.is_symlink() for path in folder.iterdir()):
        return False
    left = list(deliveries.iterdir()) if deliveries.is_dir() else []
    # Of a first delivery only: half of it, or all but the list.
    return all(path.name in _FIRST and path.is_file() and not path.is_symlink() for path in left)


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
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("deliveries"), list)
        or not value["deliveries"]
    ):
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
        and all(entry.get(key, beside(key, number)) == beside(key, number) for key in BESIDE)
        and entry.get("kind", "incremental") in _KINDS
        and type(entry.get("withdrawn", 0)) is int
        and entry.get("withdrawn", 0) >= 0
        and all(_counts(entry.get(key, {})) for key in ("left_out", "rules"))
        and isinstance(entry.get("options", {}), dict)
        and all(isinstance(entry.get(key), dict) and "sha256" in entry[key] for key in ("source", "mapping"))
        for number, entry in enumerate(value["deliveries"], start=1)
    )
    head = (value.get("kind"), value.get("schema_version"))
    known = value.get("origin") in _ORIGINS and _is_own(value.get("own", {}))
    return whole and head == ("register", SCHEMA_VERSION) and known


def _is_own(own: object) -> bool:
    return isinstance(own, dict) and all(
        _OWN_ID.fullmatch(id)
        and isinstance(said, dict)
        and said.get("type") in ARROW_NAMES
        and isinstance(said.get("label"), dict)
        and isinstance(said["label"].get("da"), str)
        and all(isinstance(text, str) for text in said["label"].values())
        for id, said in own.items()
    )


# The types of own columns by their words, as Arrow calls what a delivery has.
ARROW_NAMES: Mapping[str, str] = MappingProxyType(
    {
        type.value: {Type.DATE: "date32[day]", Type.INT: "int32", Type.BOOL: "bool"}.get(type, "string")
        for type in sorted(_OWN_TYPES)
    }
)


def _counts(value: object) -> bool:
    return isinstance(value, dict) and all(type(number) is int and number >= 0 for number in value.values())


def beside(key: str, number: int) -> dict[str, str]:
    """What the list says of a file that lies beside a delivery."""
    return {"file": f"{DELIVERIES}/{number:04d}-{BESIDE[key]}"}


def _is_moment(value: object) -> bool:
    try:
        moment = datetime.fromisoformat(str(value))
        return moment.tzinfo is not None and 1 < moment.year < 9999
    except ValueError:
        return False
