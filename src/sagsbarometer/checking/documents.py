"""Published figures as data: each printed row of a document, and the measure that should give its number."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sagsbarometer.datafiles.located import Located, read_yaml
from sagsbarometer.datafiles.validated import Strict, validated
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem

MAPPING, FIGURES = "cells.yaml", "figures.csv"
_FIGURE_COLUMNS = (
    "row_id",
    "figure",
    "label_da",
    "part_da",
    "count",
    "count_status",
    "count_min",
    "count_max",
    "denominator",
    "percent",
    "percent_status",
)
_EXPECTED_COLUMNS = ("row_id", "printed", "computed", "reason")
_NUMBER = re.compile(r"[0-9]{1,15}")
_NUMBERS = ("count_min", "count_max", "denominator", "percent")


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of a document: a number of cases, the base it is a share of, and the whole percentage.

    `low` and `high` are the same where the count is known, else the counts that fit what is printed. A part
    the document does not give is None. `stated`: the count or the percentage stands in the document itself;
    otherwise both follow from others by addition or subtraction.
    """

    id: str
    figure: str  # "" outside the figures
    label: str  # Danish, as printed
    part: str
    low: int
    high: int
    denominator: int | None
    percent: int | None
    stated: bool


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A printed row with the result it is held against, or the Danish reason why none can be computed.

    `used_to_build`: reconstructed rows were built to give this number, so that agreeing with it is no news.
    """

    row: PrintedRow
    result: str
    not_computable: str
    used_to_build: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Document:
    """A published document: who said it when, and its rows in printed order."""

    id: str
    title: str
    publisher: str
    published: date
    cells: tuple[PrintedCell, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """A difference known beforehand, with both numbers in the words of `compared` and the reason."""

    row: str
    printed: str
    computed: str
    reason: str
    place: Place


class _CellFile(Strict):
    row: str
    result: str = ""
    not_computable: str = ""
    used_to_build: bool = False


class _DocumentFile(Strict):
    document: str
    title: str
    publisher: str
    published: date
    form: str
    cells: list[_CellFile]


def load_published(folder: Path) -> tuple[Document, ...]:
    """The document in a folder with a cells.yaml, or those of all its subfolders that have one, by name.

    Raises Faults with every fault of every document: PUBL-101 no document there, PUBL-102 a table that cannot
    be read, PUBL-103 cells.yaml says something it should not, PUBL-104 a row that is not printed, PUBL-105 a
    row twice, PUBL-106 a printed row without a place in cells.yaml, PUBL-107 neither or both of a result and
    a reason, PUBL-108 a number that is none; YAML-1xx.
    """
    below = sorted(path.parent for path in folder.glob(f"*/{MAPPING}"))
    folders = [folder] if (folder / MAPPING).is_file() else below
    if not folders:
        fault = f"Her er ingen {MAPPING}, hverken i mappen eller lige under den."
        raise Faults([Problem("PUBL-101", Place(str(folder)), fault, "Se efter stien.")])
    problems: list[Problem] = []
    documents = []
    for path in folders:
        try:
            documents.append(_document(path))
        except Faults as faults:
            problems += faults.problems
    if problems:
        raise Faults(problems)
    return tuple(documents)


def load_expected(path: Path) -> tuple[Expected, ...]:
    """The differences that are expected, from a CSV with row_id, printed, computed and reason.

    Raises Faults: PUBL-102 unreadable, PUBL-105 a row twice.
    """
    lines = _table(path, _EXPECTED_COLUMNS)
    found = []
    for number, line in enumerate(lines, start=2):
        place = Place(path.name, row=number)
        found.append(Expected(line["row_id"], line["printed"], line["computed"], line["reason"], place))
    problems = _twice((item.row, item.place) for item in found)
    if problems:
        raise Faults(problems)
    return tuple(found)


def _document(folder: Path) -> Document:
    located = read_yaml(folder / MAPPING, f"{folder.name}/{MAPPING}")
    file, problems = validated(located, _DocumentFile, code="PUBL-103")
    rows: dict[str, PrintedRow] = {}
    try:
        rows = _rows(folder / FIGURES, f"{folder.name}/{FIGURES}")
    except Faults as faults:
        problems += faults.problems
    if file is None or not rows:
        raise Faults(problems)
    cells, faults_found = _cells(located, file.cells, rows)
    if problems := [*problems, *faults_found]:
        raise Faults(problems)
    return Document(file.document, file.title, file.publisher, file.published, cells)


def _cells(
    located: Located, files: Sequence[_CellFile], rows: dict[str, PrintedRow]
) -> tuple[tuple[PrintedCell, ...], list[Problem]]:
    places = [located.place("cells", index) for index in range(len(files))]
    problems = _twice(zip((file.row for file in files), places, strict=True))
    found: dict[str, PrintedCell] = {}
    for file, place in zip(files, places, strict=True):
        if file.row not in rows:
            fault = f"Rækken {shown(file.row)} er ikke trykt i {FIGURES}."
            problems.append(Problem("PUBL-104", place, fault, "Ret rækkens id, eller slet linjen."))
            continue
        if bool(file.result) == bool(file.not_computable) or (file.not_computable and file.used_to_build):
            fault = f"Rækken {shown(file.row)} skal have enten et result eller en not_computable."
            remedy = "Skriv målet, der giver tallet, eller hvorfor det ikke kan beregnes."
            problems.append(Problem("PUBL-107", place, fault, remedy))
        row = rows[file.row]
        found[row.id] = PrintedCell(row, file.result, file.not_computable, file.used_to_build, place)
    for id in rows.keys() - found.keys():
        fault = f"Den trykte række {shown(id)} er ikke med."
        remedy = f"Tilføj den under cells:, så alle rækker i {FIGURES} er der én gang."
        problems.append(Problem("PUBL-106", located.place("cells"), fault, remedy))
    problems.sort(key=lambda problem: (problem.place.line or 0, problem.fault))
    return tuple(found[id] for id in rows if id in found), problems


def _rows(path: Path, name: str) -> dict[str, PrintedRow]:
    lines = _table(path, _FIGURE_COLUMNS, name)
    places = [Place(name, row=number) for number in range(2, len(lines) + 2)]
    problems = _twice(zip((line["row_id"] for line in lines), places, strict=True))
    rows = {}
    for line, place in zip(lines, places, strict=True):
        wrong = [column for column in _NUMBERS if line[column] and not _NUMBER.fullmatch(line[column])]
        wrong += [column for column in ("count_min", "count_max") if not line[column]]
        low, high, denominator, percent = (None if wrong else _whole(line[column]) for column in _NUMBERS)
        if low is None or high is None or low > high:
            fault = (
                f"Rækken {shown(line['row_id'])} har et tal, der ikke er et helt tal, eller min. over maks."
            )
            where = Place(name, row=place.row, column=wrong[0] if wrong else "count_min")
            problems.append(Problem("PUBL-108", where, fault, "Ret tallet."))
            continue
        rows[line["row_id"]] = PrintedRow(
            id=line["row_id"],
            figure="" if line["figure"] == "none" else line["figure"],
            label=line["label_da"],
            part=line["part_da"],
            low=low,
            high=high,
            denominator=denominator,
            percent=percent,
            stated="stated" in (line["count_status"], line["percent_status"]),
        )
    if problems:
        raise Faults(problems)
    return rows


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _twice(rows: Iterable[tuple[str, Place]]) -> list[Problem]:
    listed = list(rows)
    times = Counter(row for row, _ in listed)
    seen: set[str] = set()
    problems = []
    for row, place in listed:
        if times[row] > 1 and row in seen:
            problems.append(
                Problem("PUBL-105", place, f"Rækken {shown(row)} står to gange.", "Slet den ene.")
            )
        seen.add(row)
    return problems


def _table(path: Path, columns: Sequence[str], name: str = "") -> list[dict[str, str]]:
    place = Place(name or path.name)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            lines = list(reader)
            header = reader.fieldnames or []
    except (OSError, UnicodeDecodeError, csv.Error):
        fault = "Filen kan ikke læses."
        raise Faults([Problem("PUBL-102", place, fault, "Den skal være CSV i UTF-8.")]) from None
    if absent := [column for column in columns if column not in header]:
        fault = f"Kolonner mangler: {', '.join(absent)}."
        raise Faults([Problem("PUBL-102", place, fault, "Tilføj dem i første linje.")])
    return lines
