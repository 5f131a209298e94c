"""A study: a folder copied from a template, with its form, texts and how the cases were chosen."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sagsbarometer.datafiles.located import Located, read_yaml
from sagsbarometer.datafiles.validated import Strict, Word, validated
from sagsbarometer.kernel.ids import municipality_code, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said

Words = dict[str, Word]
_LANGUAGE = "da"  # of the reports
Day = Annotated[Word, AfterValidator(lambda text: _day(text))]
Origin = Literal["real", "reconstructed", "synthetic", "training"]


class Selection(Strict):
    """How the cases were chosen, and the remark that travels with every figure."""

    probability: bool
    remark: Words


class Period(Strict):
    """The days between which the decisions were made, both included."""

    from_: Day = Field("", alias="from")
    to: Day = ""


class StudyFile(Strict):
    """What study.yaml may hold."""

    study: Word
    version: int
    kind: Literal["barometer", "service_check", "practice_review", "quality_measurement", "offered_review"]
    title: Words
    organisation: Words = {}
    commission: Words = {}
    form: str
    reports: list[str] = []
    notes: Literal["", "per_municipality"] = ""
    note: str = ""
    languages: list[str]
    origin: Origin = "real"
    data_date: Day = ""
    period: Period
    selection: Selection
    frame: str = ""


@dataclass(frozen=True, slots=True)
class Study:
    """A study ready to run. `frame` holds the municipality codes it may have cases from; None when it names none."""

    folder: Path
    file: StudyFile
    frame: frozenset[str] | None

    @property
    def form_path(self) -> Path:
        """Where its form lies."""
        return self.folder / self.file.form

    @property
    def report_paths(self) -> tuple[Path, ...]:
        """Where its report texts lie, in order."""
        return tuple(self.folder / name for name in self.file.reports)

    @property
    def note_path(self) -> Path | None:
        """Where the text of the note to one municipality lies; None where nothing is counted per municipality."""
        return self.folder / self.file.note if self.file.notes else None


def load_study(folder: Path) -> Study:
    """The study in a folder. Raises Faults (STUDIE-1xx) with everything that is wrong with study.yaml."""
    path = folder / "study.yaml"
    located = read_yaml(path, str(path))
    file, problems = validated(located, StudyFile, code="STUDIE-101")
    if file is None:
        raise Faults(problems)
    for key, name in [
        ("form", file.form),
        *(("reports", name) for name in file.reports),
        ("note", file.note),
        ("frame", file.frame),
    ]:
        if (name or key == "form") and not _inside(folder, name):
            fault = said("Filen {name} findes ikke i studiets mappe.", name=shown(name, 120))
            problems.append(
                Problem("STUDIE-102", located.place(key), fault, said("Læg den i mappen, eller ret navnet."))
            )
        elif key in ("reports", "note") and name and not _is_text(folder / name):
            fault = said("Teksten {name} kan ikke læses som UTF-8.", name=shown(name, 120))
            problems.append(Problem("STUDIE-107", located.place(key), fault, said("Gem den som UTF-8.")))
    for path_, text in ((("title",), file.title), (("selection", "remark"), file.selection.remark)):
        if not text.get(_LANGUAGE):
            fault = said("»{key}« mangler på dansk.", key=path_[-1])
            problems.append(
                Problem(
                    "STUDIE-101",
                    located.place(*path_),
                    fault,
                    said("Tilføj {language}: …", language=_LANGUAGE),
                )
            )
    problems += _notes_problems(located, file)
    if problems:
        raise Faults(problems)
    return Study(folder, file, _frame(folder / file.frame) if file.frame else None)


def _notes_problems(located: Located, file: StudyFile) -> list[Problem]:
    """STUDIE-109 where numbers of one municipality are asked for and may not be counted, or have no text."""
    if not file.notes and not file.note:
        return []
    if file.kind != "service_check":
        fault = said(
            "Kun et juridisk serviceeftersyn har tal for den enkelte kommune: ellers er der for "
            "få sager fra hver."
        )
        remedy = said("Slet notes og note, eller skriv kind: service_check.")
    elif not (file.notes and file.note):
        fault = said("notes og note hører sammen.")
        remedy = said(
            "Skriv begge: notes: per_municipality og note: navnet på teksten til den enkelte kommune."
        )
    else:
        return []
    return [Problem("STUDIE-109", located.place("notes" if file.notes else "note"), fault, remedy)]


def new_study(template: Path, folder: Path, frame: Path | None = None, data_date: str = "") -> Study:
    """A copy of a template as version 1 of a study, with its frame and data date when given.

    Raises Faults STUDIE-103 when the folder exists and holds something, STUDIE-104 on the frame, STUDIE-106 on
    the date; then nothing is written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        fault = said("Mappen findes og er ikke tom.")
        raise Faults([Problem("STUDIE-103", Place(str(folder)), fault, said("Vælg en ny mappe."))])
    load_study(template)
    text = (template / "study.yaml").read_text(encoding="utf-8")
    if frame is not None:
        _frame(frame)
        text = _with(text, "frame", "frame.csv")
    if data_date:
        if not _is_day(data_date):
            fault = said("Datadatoen {day} er ikke en dato.", day=shown(data_date))
            raise Faults([Problem("STUDIE-106", Place(), fault, said("Skriv den som 2024-04-26."))])
        text = _with(text, "data_date", data_date)
    shutil.copytree(template, folder, dirs_exist_ok=True)
    if frame is not None:
        shutil.copyfile(frame, folder / "frame.csv")
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return load_study(folder)


def _with(text: str, key: str, value: str) -> str:
    """study.yaml with one top-level value set and its comments kept."""
    lines = text.splitlines()
    others = [line for line in lines if not line.startswith(f"{key}:")]
    at = next((number for number, line in enumerate(lines) if line.startswith(f"{key}:")), len(lines))
    return "\n".join([*others[:at], f"{key}: {value}", *others[at:]]) + "\n"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _day(text: str) -> str:
    if text and not _is_day(text):
        raise ValueError(said("skriv en dato som 2024-04-26."))
    return text


def _inside(folder: Path, name: str) -> bool:
    try:
        path = (folder / name).resolve()
        return path.is_relative_to(folder.resolve()) and path.is_file()
    except (OSError, ValueError):  # a name no file can have
        return False


def _is_text(path: Path) -> bool:
    try:
        path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return True


def _frame(path: Path) -> frozenset[str]:
    """The codes of a frame file: CSV with a column `code`. Raises Faults STUDIE-104."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        separator = ";" if ";" in text.partition("\n")[0] else ","
        rows = csv.DictReader(io.StringIO(text), delimiter=separator)
        codes = [municipality_code(row["code"] or "") for row in rows]
    except (OSError, UnicodeDecodeError, KeyError, csv.Error):
        codes = []
    if not codes or "" in codes or len(set(codes)) != len(codes):
        fault = said(
            "Rammen kan ikke læses: den skal være en CSV-fil med en kolonne »code« med hver kommune én gang."
        )
        raise Faults([Problem("STUDIE-104", Place(path.name), fault, said("Ret filen."))])
    return frozenset(codes)
