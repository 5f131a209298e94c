"""A folder looked through for what may not be published: every byte of every file."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sagsbarometer.deliveries.table_cells import safe_name
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.kernel.ids import ascii_id, file_hash
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem
from sagsbarometer.release.scanning import Finding, Kind, Piece, names_something, search, wanted
from sagsbarometer.release.scanning_files import file_pieces

Tell = Callable[[str], None]
MAX_FILE = 2_000_000_000  # bytes
_IDS = re.compile(
    r"case_id|(?:sags|journal)(?:nummer|nr|id)|sag|journal_?(?:nummer|nr)|sags_?(?:nummer|nr|id)|case_(?:number|no)"
)
_FIRST = re.compile(r"(?:.*_)?(?:fornavne?|first_?name|given_?name)")
_LAST = re.compile(r"(?:.*_)?(?:efternavn|last_?name|surname|family_?name)")
_NAMES = re.compile(
    r"(?:.*_)?(?:navn|fulde_navn|borger(?:navn)?|part(?:snavn)?|ansoeger|barn(?:ets_navn)?|paaroerende|repraesentant|name|full_name"
    r"|adresse|address|telefon|tlf|phone|e?_?mail|e_post|personnummer|cpr(?:_?(?:nr|nummer))?)"
)
_NOT_OF_PERSONS = re.compile(
    r".*(?:kommune|myndighed|afdeling|kontor|municipality|authority|office|filnavn|file_name).*"
)

_WORDS = {
    Kind.CPR: ("SKAN-101", "noget, der ligner et CPR-nummer"),
    Kind.CASE_ID: ("SKAN-102", "en sags id"),
    Kind.NAME: ("SKAN-103", "et navn eller en anden oplysning fra sagerne"),
    Kind.UNREADABLE: ("SKAN-104", "kan ikke læses"),
}


@dataclass(frozen=True, slots=True)
class Cases:
    """What identifies cases: their ids, and names and other facts of persons. `sources`: how many, from where."""

    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def __add__(self, other: Cases) -> Cases:
        return Cases(self.ids + other.ids, self.names + other.names, self.sources + other.sources)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a folder was found to hold."""

    findings: tuple[Finding, ...]
    files: int
    bytes: int
    left_out: int  # ids and names too short to be told from other words


def scan_folder(folder: Path, cases: Cases | None = None) -> tuple[Finding, ...]:
    """What stands in a folder that may not be published: empty where nothing does. Raises Faults as `scan`."""
    return scan(folder, cases or Cases()).findings


def scan(folder: Path, cases: Cases, tell: Tell = lambda line: None) -> Scanned:
    """Looks through every file below a folder, in the order of their names. `tell` is given a line per file.

    What cannot be read is a finding as well. Raises Faults SKAN-105 where there is no such folder.
    """
    if not folder.is_dir():
        raise Faults(
            [
                Problem(
                    "SKAN-105",
                    Place(str(folder)),
                    "Mappen findes ikke.",
                    "Angiv den mappe, der skal ses igennem.",
                )
            ]
        )
    names = sorted(_names(folder))
    sought = wanted(cases.ids, cases.names)
    key = _key(folder, names)
    found: list[Finding] = []
    known: dict[tuple[str, str], tuple[list[Finding], int]] = {}
    size = 0
    for number, name in enumerate(names, 1):
        told = f"fil {number} (navnet er skjult)" if names_something(name, sought) else _printable(name)
        tell(f"{number} af {len(names)}: {told}")
        found += search(_name_pieces(name), told, sought, key)
        if (kind := _same(folder, name)) not in known:
            pieces, length = _of_file(folder, name)
            known[kind] = search(pieces, told, sought, key), length
        held, length = known[kind]
        size += length
        found += [replace(item, file=told) for item in held]
    return Scanned(tuple(found), len(names), size, sought.left_out)


def _printable(name: str) -> str:
    """The name of a file without signs that steer a terminal, or that cannot be written."""
    return "".join(char if char.isprintable() else "\ufffd" for char in name)


def _same(folder: Path, name: str) -> tuple[str, str]:
    """What is alike for files that are read alike: a draft and what is published of it have most files in common."""
    path = folder / name
    plain = path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_FILE
    return (file_hash(path), "".join(path.suffixes).lower()) if plain else (name, "")


def _name_pieces(name: str) -> Iterable[Piece]:
    """The name of a file as it stands, and as an address may have it."""
    told = name.replace("/", " › ")
    yield Piece("navn", told)
    if (read := unquote(told)) != told:
        yield Piece("navn", read)


def _names(folder: Path) -> Iterable[str]:
    for root, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        empty = [] if folders or files else [""]
        for name in (*files, *links, *empty):
            path = Path(root) / name if name else Path(root)
            if path != folder:
                yield path.relative_to(folder).as_posix()


def _key(folder: Path, names: Sequence[str]) -> bytes:
    """What the digests of findings are made with: nobody has it who has not the files."""
    digest = hashlib.sha256()
    for name in names:
        path = folder / name
        digest.update(name.encode("utf-8", "backslashreplace"))
        if path.is_file() and not path.is_symlink():
            digest.update(file_hash(path).encode())
    return digest.digest()


def _of_file(folder: Path, name: str) -> tuple[Iterable[Piece], int]:
    path = folder / name
    try:
        status = os.lstat(path)
        if stat.S_ISDIR(status.st_mode):
            return (), 0
        if not stat.S_ISREG(status.st_mode):
            return (Piece("", why="er en henvisning eller en enhed, ikke en fil"),), 0
        if status.st_size > MAX_FILE:
            return (Piece("", why="er større, end der læses"),), 0
        data = path.read_bytes()
    except OSError:
        return (Piece("", why="kan ikke åbnes"),), 0
    return file_pieces(name, data), len(data)


def cases_of(path: Path) -> Cases:
    """What identifies the cases of a results folder or of a table: CSV, a workbook or Parquet.

    Raises Faults SKAN-106 where it has no column of ids or names, and those of reading a table.
    """
    rows = path / "dataset" / "rows.parquet" if path.is_dir() else path
    if not rows.exists():
        fault = (
            "Her er ingen sager: resultaterne har intet datasæt." if path.is_dir() else "Filen findes ikke."
        )
        raise _no_columns(path, fault)
    if rows.suffix == ".parquet":
        header, columns = _parquet(rows)
    else:
        header, columns = _table(rows)
    folded = [ascii_id(name) for name in header]
    ids = [
        value
        for name, column in zip(folded, columns, strict=True)
        if _IDS.fullmatch(name)
        for value in column
    ]
    names = _person_columns(folded, columns)
    if not ids and not names:
        raise _no_columns(path, "Tabellen har ingen kolonne med sagers id eller navne, der kendes.")
    told = f"{len(set(ids))} id’er og {len(set(names))} navne og oplysninger af {safe_name(path.name)}"
    return Cases(tuple(dict.fromkeys(ids)), tuple(dict.fromkeys(names)), (told,))


def _person_columns(header: Sequence[str], columns: Sequence[Sequence[str]]) -> list[str]:
    """Names and other facts of persons. A first and a last name are looked for together: alone, each is too common."""
    named = dict(zip(header, columns, strict=True))
    kept = {name: column for name, column in named.items() if not _NOT_OF_PERSONS.fullmatch(name)}
    first = next((column for name, column in kept.items() if _FIRST.fullmatch(name)), None)
    last = next((column for name, column in kept.items() if _LAST.fullmatch(name)), None)
    found = (
        [f"{one} {two}" for one, two in zip(first, last, strict=True) if one and two]
        if first and last
        else []
    )
    return found + [
        value for name, column in kept.items() if _NAMES.fullmatch(name) for value in column if value
    ]


def names_of(told: str) -> Cases:
    """The names in a column, told as `FIL.csv:kolonne`. Raises Faults SKAN-106 where there is none."""
    file, _, column = told.rpartition(":")
    path = Path(file)
    if not file or not path.is_file():
        raise _no_columns(Path(told), "Navne angives som FIL.csv:kolonne, og filen skal findes.")
    header, columns = _parquet(path) if path.suffix == ".parquet" else _table(path)
    if column not in header:
        raise _no_columns(path, "Filen har ikke den kolonne.")
    values = [value for value in columns[header.index(column)] if value]
    return Cases(
        names=tuple(dict.fromkeys(values)), sources=(f"{len(set(values))} navne af {safe_name(path.name)}",)
    )


def _table(path: Path) -> tuple[list[str], list[list[str]]]:
    table = read_table(path)
    header = list(table.header)
    return header, [[_word(row.cells, at) for row in table.rows] for at, _ in enumerate(header)]


def _word(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _parquet(path: Path) -> tuple[list[str], list[list[str]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table: Any = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise _no_columns(path, "Datafilen kan ikke læses.") from error
    columns = [
        ["" if value is None else str(value) for value in table.column(name).to_pylist()]
        for name in table.column_names
    ]
    return list(table.column_names), columns


def _no_columns(path: Path, fault: str) -> Faults:
    remedy = (
        "Angiv resultater med datasæt, en tabel med case_id eller sagsnummer, eller --names FIL.csv:kolonne."
    )
    return Faults([Problem("SKAN-106", Place(safe_name(path.name)), fault, remedy)])


def problems(scanned: Scanned) -> tuple[Problem, ...]:
    """Each finding as a problem, without what was found; and a note of what was too short to be looked for."""
    told = [_problem(finding) for finding in scanned.findings]
    if scanned.left_out:
        fault = (
            f"{scanned.left_out} id’er eller navne er for korte til at skelnes fra andre ord og er ikke søgt."
        )
        told.append(Problem("SKAN-107", Place(), fault, "Se dem efter på anden måde.", Level.NOTE))
    return tuple(told)


def _problem(finding: Finding) -> Problem:
    code, what = _WORDS[finding.kind]
    part = f"{finding.part}: " if finding.part else ""
    if finding.kind is Kind.UNREADABLE:
        fault = f"{part}{what}: {finding.place}."
        return Problem(
            code, Place(finding.file), fault, "Tag filen ud, eller giv den i en form, der kan læses."
        )
    place = f"{finding.place}, " if finding.place else ""
    times = f"{finding.count} {'sted' if finding.count == 1 else 'steder'}"
    fault = f"{part}{place}{what}, {times} (mærke {finding.digest})."
    return Problem(code, Place(finding.file), fault, "Find det i kilden, tag det ud, og lav filen igen.")


def as_data(scanned: Scanned) -> dict[str, Any]:
    """The findings as plain data."""
    return {
        "schema_version": 1,
        "files": scanned.files,
        "bytes": scanned.bytes,
        "left_out": scanned.left_out,
        "clean": not scanned.findings,
        "findings": [
            {
                "code": _WORDS[item.kind][0],
                "kind": item.kind.value,
                "file": item.file,
                "part": item.part,
                "place": item.place,
                "count": item.count,
                "digest": item.digest,
            }
            for item in scanned.findings
        ],
    }
