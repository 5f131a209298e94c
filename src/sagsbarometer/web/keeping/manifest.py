"""The list of what a backup holds, and whether a folder still holds exactly that. Knows no database."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sagsbarometer.kernel.ids import content_hash, file_hash
from sagsbarometer.kernel.problems import Place, Problem

MANIFEST = "manifest.json"
SCHEMA = 1


def files_of(folder: Path) -> list[str]:
    """The files of a folder but its manifest, sorted, as `documents/ab12…`. A link is no file."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    names = (path.relative_to(folder).as_posix() for path in found)
    return sorted(name for name in names if name != MANIFEST)


def write_manifest(folder: Path, about: dict[str, Any]) -> None:
    """Hashes all that lies in a folder. The manifest is written last: a backup without one was cut off."""
    files = {
        name: {"sha256": file_hash(folder / name), "bytes": (folder / name).stat().st_size}
        for name in files_of(folder)
    }
    body = {"schema_version": SCHEMA, **about, "files": files}
    body["digest"] = content_hash(body)
    handle = os.open(folder / MANIFEST, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(body, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())


def read_manifest(folder: Path) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The manifest, or why there is none to trust: DRIFT-201 not there, DRIFT-202 not as it was written."""
    try:
        body = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        told = body.pop("digest")
        sound = isinstance(body["files"], dict) and content_hash(body) == told
    except FileNotFoundError:
        return None, [_problem("DRIFT-201", "", "Mappen er ingen hel backup: manifest.json mangler.")]
    except (ValueError, KeyError, AttributeError, TypeError):
        sound, body = False, {}
    if not sound:
        return None, [_problem("DRIFT-202", MANIFEST, "Filen er ikke, som den blev skrevet.")]
    if body.get("schema_version") != SCHEMA:
        return None, [
            _problem("DRIFT-202", MANIFEST, "Backuppen er skrevet af en nyere udgave af programmet.")
        ]
    return body, []


def check_backup(folder: Path) -> list[Problem]:
    """Every file that is changed (DRIFT-202), gone (DRIFT-203) or too many (DRIFT-204); none when all is as written."""
    body, problems = read_manifest(folder)
    if body is None:
        return problems
    listed: dict[str, dict[str, Any]] = body["files"]
    there = set(files_of(folder))
    return [*_changed(folder, listed, there), *_strangers(there - set(listed))]


def _changed(folder: Path, listed: dict[str, dict[str, Any]], there: set[str]) -> Iterable[Problem]:
    for name, told in sorted(listed.items()):
        if name not in there:
            yield _problem("DRIFT-203", name, "Filen mangler i backuppen.")
        elif file_hash(folder / name) != told["sha256"]:
            yield _problem("DRIFT-202", name, "Filen er ikke, som den blev skrevet.")


def _strangers(names: Iterable[str]) -> Iterable[Problem]:
    for name in sorted(names):
        yield _problem("DRIFT-204", name, "Filen hører ikke til backuppen.")


def _problem(code: str, file: str, fault: str) -> Problem:
    return Problem(
        code, Place(file), fault, "Brug en anden backup." if code != "DRIFT-204" else "Fjern filen."
    )
