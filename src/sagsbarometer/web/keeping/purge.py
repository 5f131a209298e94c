"""Purging a study: documents, free text and the study's key are destroyed; coded rows under random ids stay.

First it is written down, in `purged.jsonl` of the house and beside the keys, that the study is to be gone. Everything
after that can be done again, so a purge that was cut off, or undone by the restore of an older backup, is finished.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.web.home import Home
from sagsbarometer.web.keeping import forgetting

Tell = Callable[[int, int, str], None]
_BATCH = 200  # rows in one transaction
_PATIENCE = 60  # seconds that readers of the database are waited for
# Tables that belong to no study, and through which its words or people went.
_PLAIN = ("events_pending", "accounts_user", "accounts_invitation", "account_emailaddress")


def purge(home: Home, study_id: str, actor: str, tell: Tell = lambda done, total, said: None) -> None:
    """Purges an archived study, or finishes purging one. `actor` is a user id or `system:…`.

    Raises Faults: DRIFT-301 no such study, DRIFT-302 it is not archived.
    """
    from sagsbarometer.web.planning.models import Study

    study = Study.objects.filter(pk=study_id).first()
    if study is None:
        raise Faults([Problem("DRIFT-301", Place(), "Studiet findes ikke.", "Se efter studiets id.")])
    if study_id not in purged_studies(home):
        if study.state != "archived":
            state = Study.STATES[study.state].lower()
            fault = f"Studiet er ikke arkiveret (det er: {state}), så det må ikke slettes."
            raise Faults(
                [Problem("DRIFT-302", Place(), fault, "Kør sagsbarometer archive for studiet først.")]
            )
        _write_down(
            home, {"study": study_id, "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "actor": actor}
        )
    finish(home, study_id, actor, tell)


def finish(home: Home, study_id: str, actor: str, tell: Tell = lambda done, total, said: None) -> None:
    """Does what is left of a purge that was written down. Doing it again changes nothing."""
    files = _files(home, study_id)
    for number, path in enumerate(files, start=1):
        _destroy(path)
        tell(number, len(files), said("Dokumenter slettes"))
    forgetting.forget_plans(study_id, actor)
    forgetting.forget_people(study_id, actor)
    forgetting.forget_folder(home.studies / study_id)
    forgetting.forget_copies(home)
    _empty_rows(study_id, actor, tell)
    home.keys.destroy_study(study_id)
    _forget_log()


def replay(home: Home, lines: Iterable[dict[str, Any]], actor: str = "system:restore") -> list[str]:
    """Purges again what was purged after a backup was made: the ids of the studies that had come back."""
    from sagsbarometer.web.planning.models import Study

    known = purged_studies(home)
    again = []
    for line in lines:
        study = str(line["study"])
        if study not in known:
            _write_down(home, line)
        if Study.objects.filter(pk=study).exists() and _is_left(home, study):
            finish(home, study, actor)
            again.append(study)
    return again


def unfinished(home: Home) -> list[str]:
    """The studies that were to be gone, and are not."""
    return sorted(study for study in purged_studies(home) if _is_left(home, study))


def purged_studies(home: Home) -> set[str]:
    """The ids that stand in `purged.jsonl`, here or beside the keys."""
    return {str(line["study"]) for path in _books(home) for line in read_purged(path)}


def read_purged(path: Path) -> list[dict[str, Any]]:
    """The lines of a `purged.jsonl`; none where there is no such file. A line that was cut off is left out."""
    lines = []
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    for line in text.splitlines():
        try:
            read = json.loads(line)
        except ValueError:
            continue
        if isinstance(read, dict) and isinstance(read.get("study"), str):
            lines.append(read)
    return lines


def _books(home: Home) -> tuple[Path, Path]:
    # Beside the keys too: their copy is the newer one, where a house comes back from an older backup.
    return home.purged, home.folder / "keys" / home.purged.name


def _write_down(home: Home, line: dict[str, Any]) -> None:
    for path in _books(home):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(line, sort_keys=True) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _is_left(home: Home, study: str) -> bool:
    from sagsbarometer.web.planning.models import Study

    state = Study.objects.filter(pk=study).values_list("state", flat=True).first()
    if state is None:
        return False
    return (
        state != "purged"
        or (home.folder / "keys" / "studies" / f"{study}.key").exists()
        or bool(_files(home, study))
    )


def _files(home: Home, study: str) -> list[Path]:
    """Every file of the study's documents and letters, whatever stands after the id in its name."""
    from sagsbarometer.web.documents.models import Document
    from sagsbarometer.web.letters.models import Letter

    ids = set(Document.objects.filter(study=study).values_list("id", flat=True))
    ids |= {file for file in Letter.objects.filter(study=study).values_list("file", flat=True) if file}
    if not home.documents.is_dir():
        return []
    return sorted(
        path for path in home.documents.rglob("*") if path.is_file() and path.name.partition(".")[0] in ids
    )


def _destroy(path: Path) -> None:
    # Overwriting is of no use on today's disks; what makes it unreadable is that the key is destroyed.
    path.unlink(missing_ok=True)


def _empty_rows(study_id: str, actor: str, tell: Tell) -> None:
    """Free text and what names somebody leaves the rows; the study is marked last."""
    from sagsbarometer.web.events.acting import acting, record
    from sagsbarometer.web.keeping.scope import tables
    from sagsbarometer.web.planning.models import Study

    work = [(table, _changes(table)) for table in tables()]
    work = [(table, changes) for table, changes in work if changes]
    for done, (table, changes) in enumerate(work, start=1):
        ids = list(table.rows(study_id).exclude(**changes).values_list("pk", flat=True))
        for start in range(0, len(ids), _BATCH):
            with acting(actor, "purge_study"):
                table.model._default_manager.filter(pk__in=ids[start : start + _BATCH]).update(**changes)
        tell(done, len(work), said("Fri tekst slettes"))
    with acting(actor, "purge_study"):
        if Study.objects.filter(pk=study_id).exclude(state="purged").update(state="purged"):
            record("purge_study", "planning_study", study_id, study=study_id, purpose="purge_study")


def _changes(table: Any) -> dict[str, Any]:
    """What the columns of a table become: bytes are empty, and a document is no longer there."""
    changes: dict[str, Any] = dict.fromkeys(table.locked, b"")
    changes |= forgetting.EMPTIED.get(table.name, {})
    if table.name == "documents_document":
        changes["state"] = "removed"
    return changes


def _forget_log() -> None:
    """What the database still keeps of old rows, in its log and in room it no longer uses, is written over.

    Raises Faults DRIFT-306 where somebody reads for so long that it cannot be; then it is done when purged again.
    """
    from django.db import connection

    from sagsbarometer.web.keeping.scope import tables

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            limit = time.monotonic() + _PATIENCE
            while cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() > limit:
                    fault = "Databasen er i brug, så sporene i den er ikke slettet endnu."
                    raise Faults(
                        [Problem("DRIFT-306", Place(), fault, "Kør sagsbarometer purge for studiet igen.")]
                    )
                time.sleep(0.2)
            return
        for name in [*(table.name for table in tables()), *_PLAIN]:
            cursor.execute(f'VACUUM (FULL, ANALYZE) "{name}"')
