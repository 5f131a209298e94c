"""Access to records: the coded answers about a municipality's own cases, and what may not be inferred from them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.returned import neutral
from sagsbarometer.forms.form import Derived, Form, Question
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.load import load_form
from sagsbarometer.forms.states import STATE_DA, State, choice_column, state_column
from sagsbarometer.kernel.ids import municipality_code, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.release.events import PACKAGE, Event
from sagsbarometer.reporting.contract import ORIGIN_DA
from sagsbarometer.runs.access_note import NOTE, note_page, note_paragraphs, note_pdf
from sagsbarometer.runs.made_of import json_bytes
from sagsbarometer.runs.release_who import Who, actor_noted
from sagsbarometer.store.folder import listing, refuse_existing, write_whole
from sagsbarometer.store.release import Release, open_release, take
from sagsbarometer.store.results import Results, load_results

COLUMNS = ("sag", "afsnit", "spoergsmaal_id", "spoergsmaal", "svar", "tilstand", "beregnet")
NO_TEXT = "(fritekst er ikke med)"
_NUMBER = re.compile(r"-?\d+")
_YES = {True: "ja", False: "nej"}


@dataclass(frozen=True, slots=True)
class Job:
    """Whose cases, of which results, to which folder. `study`: the folder with the form, where it is not one of those
    that come with the program. `release`: a release whose log is to tell of the package."""

    results: Path
    municipality: str
    out: Path
    who: Who
    now: datetime
    study: Path | None = None
    release: Path | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What was made: how many cases, and which files."""

    cases: int
    files: tuple[str, ...]


def access_package(job: Job) -> Done:
    """Writes the package, whole or not at all. Nothing of any other municipality is in it.

    Raises Faults UDGIV-151 where the results have no case of the municipality, UDGIV-152 where the form they were made
    with is not found, and as `load_results`, `write_whole` and `open_release`.
    """
    refuse_existing(job.out, job.force)
    release = open_release(job.release) if job.release else None
    results = load_results(job.results)
    if not (job.results / "dataset" / "rows.parquet").is_file():
        fault = "Mappen har ingen sager: kun tal. Beskyttede resultater og udgivelser har aldrig sager."
        remedy = "Angiv den mappe, som study run skrev til (--out)."
        raise Faults([Problem("UDGIV-151", Place(str(job.results)), fault, remedy)])
    own = municipality_code(job.municipality)
    rows = [row for row in results.rows() if municipality_code(str(row["municipality_id"])) == own]
    if not rows:
        fault = f"Resultaterne har ingen sager fra kommunen {shown(job.municipality)}."
        remedy = "Skriv kommunens kode, som den står i svarfilen."
        raise Faults([Problem("UDGIV-151", Place("--municipality"), fault, remedy)])
    files = _files(results.results.manifest, _form(results, job.study), own, rows)
    if release is not None:
        _noted(release, job, own, len(rows))
    write_whole(job.out, files, job.force)
    return Done(len(rows), tuple(sorted(files)))


def _form(results: Results, study: Path | None) -> Form:
    """The form the results were made with: the very same content, by its hash."""
    told = results.results.manifest.get("form")
    about = told if isinstance(told, dict) else {}
    wanted, begins = about.get("hash"), f"form: {about.get('id')}\n"
    # To read a form takes a while, so only those of that name are.
    shipped_ = (
        path for path in sorted(shipped("studies").glob("*/form.yaml")) if begins in path.read_text("utf-8")
    )
    catalogue = load_catalogue(shipped("law"))
    for path in [study / "form.yaml"] if study else shipped_:
        form = load_form(path, catalogue)
        if form.hash == wanted:
            return form
    fault = "Skemaet, som sagerne er læst med, er ikke fundet, så svarene kan ikke skrives i ord."
    remedy = "Angiv studiets mappe med --study. Dens form.yaml skal være den, resultaterne er lavet med."
    raise Faults([Problem("UDGIV-152", Place(str(study) if study else "--study"), fault, remedy)])


def _noted(release: Release, job: Job, municipality: str, cases: int) -> None:
    newest = release.history.versions[-1]
    actor = actor_noted(job.who, release.history.people)
    details = {"municipality": municipality, "cases": cases}
    take(release, Event(0, job.now, PACKAGE, newest.number, newest.content, "", actor, details))


def _files(
    manifest: Mapping[str, Any], form: Form, municipality: str, rows: Sequence[Mapping[str, Any]]
) -> dict[str, bytes]:
    table = [line for row in rows for line in answers(form, row)]
    study = manifest.get("study")
    title = (
        study["title"].get("da", "")
        if isinstance(study, dict) and isinstance(study.get("title"), dict)
        else ""
    )
    about = {
        "title": title or form.title["da"],
        "municipality": municipality,
        "cases": len(rows),
        "data_date": str(manifest.get("data_date") or ""),
        "origin": ORIGIN_DA.get(str(manifest.get("origin")), ""),
        "selection": _selection(manifest),
        "texts": [item.label["da"] for item in form.items if item.type is Type.TEXT],
    }
    files = {
        "svar.csv": _csv(table),
        "svar.xlsx": _xlsx(table, note_paragraphs(about), str(about["data_date"])),
        f"{NOTE}.html": note_page(about).encode(),
        f"{NOTE}.pdf": note_pdf(about),
    }
    told = {
        "schema_version": 1,
        "kind": "access_package",
        "municipality": municipality,
        "cases": len(rows),
        "data_date": about["data_date"],
        "origin": str(manifest.get("origin", "")),
        "form": {"id": form.id, "version": form.version, "hash": form.hash},
        "files": listing(files),
    }
    return {**files, "manifest.json": json_bytes(told)}


def _selection(manifest: Mapping[str, Any]) -> str:
    """How the cases were chosen, in the study's own words."""
    selection = manifest.get("selection")
    remark = selection.get("remark") if isinstance(selection, dict) else None
    return str(remark.get("da", "")) if isinstance(remark, dict) else ""


def answers(form: Form, row: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The answers of one case in words, a line per question and per computed variable, as COLUMNS."""
    titles = {section.id: section.title["da"] for section in form.sections}
    for item in form.items:
        state = State(row[state_column(item.id)])
        computed = isinstance(item, Derived)
        section = "" if isinstance(item, Derived) else titles.get(item.section, "")
        answer = _answer(item, row) if state is State.ANSWERED else ""
        yield (
            str(row["case_id"]),
            section,
            item.id,
            item.label["da"],
            answer,
            STATE_DA[state],
            "ja" if computed else "",
        )


def _answer(item: Question | Derived, row: Mapping[str, Any]) -> str:
    """What was answered, in Danish words."""
    if item.type is Type.TEXT:
        return NO_TEXT
    labels = {choice.code: choice.label["da"] for choice in getattr(item, "choices", ())}
    if item.type is Type.CODES:
        return (
            "; ".join(label for code, label in labels.items() if row[choice_column(item.id, code)]) or "ingen"
        )
    value = row[item.id]
    if item.type is Type.BOOL:
        return _YES[bool(value)]
    label: str = labels.get(str(value), str(value))
    return label


def _csv(table: Sequence[Sequence[str]]) -> bytes:
    """The answers as CSV in UTF-8 with a mark, as spreadsheets here expect; no text is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(cell) for cell in line] for line in table)
    return out.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    return text if _NUMBER.fullmatch(text) else neutral(text)


def _xlsx(table: Sequence[Sequence[str]], note: Sequence[str], data_date: str) -> bytes:
    """A workbook with the note and the answers; the same bytes for the same answers, every text as text."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    day = date.fromisoformat(data_date) if data_date else date(1970, 1, 1)
    book.set_properties({"title": "Aktindsigt", "created": datetime.combine(day, time())})
    head, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Læs mig")
    sheet.set_column(0, 0, 100, wrap)
    for at, text in enumerate(note):
        sheet.write_string(at, 0, text, head if at == 0 else wrap)
    sheet = book.add_worksheet("Svar")
    for at, (name, width) in enumerate(zip(COLUMNS, (16, 24, 28, 60, 40, 16, 10), strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, name, head)
    for number, line in enumerate(table, 1):
        for at, text in enumerate(line):
            sheet.write_string(number, at, text)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table), len(COLUMNS) - 1)
    book.close()
    return out.getvalue()
