"""Archiving a closed study: its rows as text that any program reads and, when asked for, its documents unlocked.

An archive with documents is what may be handed to an archive before deletion; it is case content in the clear, so it
is written outside the house. What stays in the house is the coded rows alone.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sagsbarometer import __version__
from sagsbarometer.documents.vault import KeyGone, Tampered, unseal
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.web.home import Home
from sagsbarometer.web.keeping import forgetting
from sagsbarometer.web.keeping.manifest import write_manifest

Tell = Callable[[int, int, str], None]
_READ_ME = """Arkiv af et studie i sagsbarometer.

rows/        én fil for hver tabel (CSV, UTF-8): koder, datoer, tal og tilfældige id'er. I documents_person.csv er
             det samme pseudonym i to sager den samme person; hvem, kan ingen sige uden studiets nøgle
columns.csv  hver kolonne i dem: hvad den er, og hvad koderne betyder
events.jsonl hændelseskæden for studiet: hvem, hvornår, hvad; indholdet er ikke med
study/       studiets plan og skema, som det blev brugt
{more}manifest.json SHA-256 af hver fil
"""
_MORE = """texts.jsonl  fri tekst, filnavne og egne sagsnumre, låst op
documents/   sagernes dokumenter, låst op; documents.csv siger, hvilken sag hver fil hører til
letters/     brevene til kommunerne, låst op; rows/letters_letter.csv siger, hvem de gik til
"""


def archive(
    home: Home,
    study_id: str,
    target: Path,
    actor: str,
    *,
    documents: bool,
    tell: Tell = lambda done, total, said: None,
    written: bool = False,
) -> Path:
    """Writes an archive of a study into a new folder and marks the study archived.

    A study that is archived already can be archived again. `written`: the folder was finished by a try that was cut
    off, and only the mark is missing. Raises Faults: DRIFT-301 no such study, DRIFT-303 it is not
    closed, DRIFT-304 the folder is taken, DRIFT-305 something cannot be unlocked; then nothing is marked and no
    folder is left.
    """
    from sagsbarometer.web.events.acting import acting, record
    from sagsbarometer.web.planning.models import Study

    study = Study.objects.filter(pk=study_id).first()
    _refuse(study, target, written)
    if documents and not written:
        _key(home, study_id)
        with acting(actor, "archive_study"):
            _tell_of_reading(study_id)
    if not written:
        _write_whole(home, study_id, target, documents=documents, tell=tell)
    with acting(actor, "archive_study"):
        Study.objects.filter(pk=study_id, state="closed").update(state="archived")
        record(
            "archive_study",
            "planning_study",
            study_id,
            study=study_id,
            purpose="archive_study",
            content={"documents": documents},
        )
    return target


def _tell_of_reading(study: str) -> None:
    """An event for each case and each document that is about to be unlocked: before, for whoever has the folder has
    read them, also where what comes after fails."""
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.documents.models import Document
    from sagsbarometer.web.events.acting import record

    for case in Case.objects.filter(study=study).order_by("id").values_list("id", flat=True):
        record("read_case", "delivering_case", case, study=study, case=case, purpose="archive_study")
    ready = Document.objects.filter(study=study, state="ready").order_by("id")
    for document, case in ready.values_list("id", "case_id"):
        record(
            "read_document", "documents_document", document, study=study, case=case, purpose="archive_study"
        )


def _write_whole(home: Home, study: str, target: Path, *, documents: bool, tell: Tell) -> None:
    """The folder under its name only when all is in it."""
    whole = target.with_name(f".{target.name}.part")
    shutil.rmtree(whole, ignore_errors=True)
    before = os.umask(0o077)
    try:
        whole.mkdir(mode=0o700, parents=True)
        _write(home, study, whole, documents=documents, tell=tell)
        write_manifest(
            whole, {"study": study, "made_at": _now(), "program": __version__, "documents": documents}
        )
        os.rename(whole, target)
    except BaseException:
        shutil.rmtree(whole, ignore_errors=True)
        raise
    finally:
        os.umask(before)


def _refuse(study: Any, target: Path, written: bool) -> None:
    if study is None:
        raise Faults([Problem("DRIFT-301", Place(), "Studiet findes ikke.", "Se efter studiets id.")])
    if study.state not in ("closed", "archived"):
        fault = f"Studiet er ikke afsluttet (det er: {study.STATES[study.state].lower()})."
        raise Faults(
            [Problem("DRIFT-303", Place(), fault, "Afslut studiet på dets side, og arkivér det så.")]
        )
    if target.exists() and not written:
        raise Faults(
            [Problem("DRIFT-304", Place(), "Mappen findes allerede.", "Vælg en ny mappe til arkivet.")]
        )


def _write(home: Home, study: str, folder: Path, *, documents: bool, tell: Tell) -> None:
    from sagsbarometer.web.keeping.scope import tables

    (folder / "LAES_MIG.txt").write_text(_READ_ME.format(more=_MORE if documents else ""), encoding="utf-8")
    (folder / "rows").mkdir()
    found = tables()
    for done, table in enumerate(found, start=1):
        _write_rows(table, study, folder / "rows" / f"{table.name}.csv", words=documents)
        tell(done, len(found), said("Rækker skrives"))
    _write_columns(found, folder / "columns.csv")
    _write_events(study, folder / "events.jsonl")
    if (home.studies / study).is_dir():
        shutil.copytree(home.studies / study, folder / "study")
        if not documents:
            forgetting.forget_folder(folder / "study")
    if documents:
        _write_texts(home, study, folder / "texts.jsonl")
        _write_documents(study, folder / "documents", tell)
        _write_letters(study, folder / "letters")


def _write_rows(table: Any, study: str, path: Path, *, words: bool) -> None:
    """Without `words`, what a purge would take away is left out: this archive stays in the house after it."""
    emptied = {} if words else forgetting.EMPTIED.get(table.name, {})
    plan = "" if words else forgetting.PLANS.get(table.name, "")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.open)
        for row in table.rows(study).values_list(*table.open).iterator(chunk_size=500):
            told = dict(zip(table.open, row, strict=True)) | emptied
            if plan:
                told[plan] = forgetting.wordless(told[plan])
            writer.writerow([_cell(value) for value in told.values()])


def _write_columns(found: list[Any], path: Path) -> None:
    """What somebody needs to read the rows when the program is not there any more."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("table", "column", "type", "refers_to", "codes"))
        for table in found:
            for field in table.model._meta.concrete_fields:
                if field.attname in table.open:
                    to = field.related_model._meta.db_table if field.is_relation else ""
                    codes = "; ".join(f"{code}: {words}" for code, words in field.flatchoices)
                    writer.writerow((table.name, field.attname, field.get_internal_type(), to, codes))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        json.dumps(value, ensure_ascii=False, sort_keys=True)
        if isinstance(value, dict | list)
        else str(value)
    )


def _write_events(study: str, path: Path) -> None:
    from sagsbarometer.web.events.models import Event

    columns = (
        "seq",
        "at",
        "actor",
        "act",
        "thing",
        "thing_id",
        "study",
        "case",
        "purpose",
        "previous",
        "digest",
    )
    with path.open("w", encoding="utf-8") as file:
        for row in (
            Event.objects.filter(study=study).order_by("seq").values(*columns).iterator(chunk_size=500)
        ):
            file.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")


def _write_texts(home: Home, study: str, path: Path) -> None:
    from sagsbarometer.web.keeping.scope import tables

    key = _key(home, study)
    with path.open("w", encoding="utf-8") as file:
        for table in (table for table in tables() if table.locked):
            for row in table.rows(study).values("pk", *table.locked).iterator(chunk_size=500):
                for column in table.locked:
                    if sealed := bytes(row[column] or b""):
                        told = _unlocked(key, sealed, _abouts(table, column, str(row["pk"])))
                        line = {"table": table.name, "column": column, "id": row["pk"]} | told
                        file.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")


def _abouts(table: Any, column: str, id: str) -> tuple[str, ...]:
    """What a column may have been locked as: by the table's name in the database, or the model's."""
    return f"{table.name}.{column}:{id}", f"{table.model._meta.model_name}.{column}:{id}"


def _unlocked(key: bytes, sealed: bytes, abouts: tuple[str, ...]) -> dict[str, str]:
    for about in abouts:
        try:
            plain = unseal(key, sealed, about)
        except Tampered:
            continue
        try:
            return {"text": plain.decode("utf-8")}
        except UnicodeDecodeError:
            return {"hex": plain.hex()}
    raise _locked(abouts[0])


_INDEX = ("file", "municipality", "case_number", "case_id", "name", "pages", "bytes", "sha256")


def _write_documents(study: str, folder: Path, tell: Tell) -> None:
    from sagsbarometer.web.documents.models import Document
    from sagsbarometer.web.documents.storing import content_of, name_of

    folder.mkdir()
    rows = list(Document.objects.filter(study=study, state="ready").select_related("case").order_by("id"))
    with folder.with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_INDEX)
        for done, document in enumerate(rows, start=1):
            try:
                plain = content_of(document)
            except (Tampered, KeyGone, FileNotFoundError) as error:
                raise _locked(f"documents/{document.id}") from error
            name = f"{document.id}.{document.kind}"
            (folder / name).write_bytes(plain)
            case = (document.municipality, document.case.number, document.case_id)
            told = (name_of(document), document.pages, len(plain), sha256(plain).hexdigest())
            writer.writerow([_cell(value) for value in (name, *case, *told)])
            tell(done, len(rows), said("Dokumenter skrives"))


def _write_letters(study: str, folder: Path) -> None:
    from sagsbarometer.web.letters.making import Unreadable, content
    from sagsbarometer.web.letters.models import Letter

    folder.mkdir()
    for letter in Letter.objects.filter(study=study).exclude(file="").order_by("id"):
        try:
            (folder / f"{letter.id}.pdf").write_bytes(content(letter))
        except Unreadable as error:
            raise _locked(f"letters/{letter.id}") from error


def _key(home: Home, study: str) -> bytes:
    try:
        return home.keys.study(study)
    except (KeyGone, Tampered) as error:
        raise _locked(f"keys/studies/{study}.key") from error


def _locked(place: str) -> Faults:
    remedy = "Hent den rigtige nøgle fra kopien af nøglerne, eller arkivér uden dokumenter (--coded-only)."
    return Faults([Problem("DRIFT-305", Place(place), "Kan ikke låses op med studiets nøgle.", remedy)])


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
