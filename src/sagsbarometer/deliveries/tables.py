"""Answer files (CSV, XLSX, Parquet) as one kind of table: a header and rows of text, or all that is wrong.

Files come from strangers. Limits are checked before anything is parsed, nothing is evaluated, and whatever a
file holds the answer is a table or Faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sagsbarometer.deliveries.table_cells import (
    ERROR_VALUES,
    MAX_BYTES,
    MAX_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    Cells,
    Delivered,
    Findings,
    column_place,
    is_fault_column,
    letter,
    safe_name,
)
from sagsbarometer.kernel.ids import holds_cpr, shown
from sagsbarometer.kernel.said import said

_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm"})
_TEXTS = frozenset({".csv", ".txt", ".tsv", ".tab", ".psv", ".dat", ""})
_JSON_LINES = frozenset({".jsonl", ".ndjson", ".json"})
_SAVE = said("Gem filen som Excel-projektmappe (.xlsx) eller som »CSV UTF-8«.")


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row; `number` is the row as seen in the file (CSV: the line it starts on; the header counts)."""

    number: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class RawTable:
    """An answer file as text. Every row has as many cells as the header; wholly blank rows are left out."""

    file: str
    header: Cells
    rows: tuple[RawRow, ...]
    kind: str  # csv, xlsx or parquet
    header_row: int = 1


def read_table(path: Path, name: str = "", sheet: str = "", header: int = 0) -> RawTable:
    """The table in an answer file; `name` is what the user calls the file, where `path` is a temporary one.

    `sheet` of a workbook and the row `header` of the column names are found where they are not given. Raises Faults
    (FIL-1xx) with every problem found, in the order of the file, at most a thousand.
    """
    findings = Findings(safe_name(name or path.name))
    delivered = read_delivered(path, findings, name, sheet)
    return _assembled(delivered, findings, header)


def read_delivered(path: Path, findings: Findings, name: str = "", sheet: str = "") -> Delivered:
    """The rows of a file as they stand, before the table is checked. Raises Faults when it cannot be read."""
    match file_kind(path, findings, name):
        case "xlsx":
            from sagsbarometer.deliveries.table_xlsx import read_xlsx

            return read_xlsx(path, findings, sheet)
        case "parquet":
            from sagsbarometer.deliveries.table_parquet import read_parquet

            return read_parquet(path, findings)
        case _:
            from sagsbarometer.deliveries.table_csv import read_csv

            return read_csv(path, findings)


def file_kind(path: Path, findings: Findings, name: str = "", stream: bool = False) -> str:
    """`csv`, `xlsx` or `parquet`, told by the content. Raises Faults when it is none or too large.

    Read as a `stream`, a file may have any size, and may be `jsonl`, told by the name.
    """
    suffix = Path(name or path.name).suffix.lower()
    try:
        if not path.is_file():  # a pipe would be waited for
            raise FileNotFoundError(path)
        size = path.stat().st_size
        if size > MAX_BYTES and not stream:
            fault = said(
                "Filen fylder {size} MB; grænsen er {limit} MB.",
                size=str(size // 1_000_000),
                limit=str(MAX_BYTES // 1_000_000),
            )
            findings.stop(
                "FIL-103", fault, said("Del filen op, eller fjern ark og billeder, der ikke bruges.")
            )
        with path.open("rb") as file:
            head = file.read(8)
            file.seek(max(0, size - 4))
            tail = file.read(4)
    except OSError:
        findings.stop(
            "FIL-101", said("Filen findes ikke eller kan ikke åbnes."), said("Kontrollér sti og rettigheder.")
        )
    if not size:
        findings.stop(
            "FIL-102",
            said("Filen er tom."),
            said("Kontrollér, at det er den rigtige fil, og at den er gemt."),
        )
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "xlsx"
    if head[:4] == tail == b"PAR1":
        return "parquet"
    if stream and suffix in _JSON_LINES:
        return "jsonl"
    _refuse_other(head, suffix, findings)
    return "csv"


def _refuse_other(head: bytes, suffix: str, findings: Findings) -> None:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        fault = said("Filen er gemt i det gamle Excel-format (.xls) eller beskyttet med adgangskode.")
        findings.stop(
            "FIL-104", fault, said("Fjern adgangskoden, og gem den som Excel-projektmappe (.xlsx).")
        )
    if suffix in _WORKBOOKS:
        fault = said("Filen hedder som en Excel-projektmappe, men er det ikke (den er ikke et zip-arkiv).")
        findings.stop("FIL-107", fault, said("Åbn den i Excel, og gem den igen som .xlsx."))
    if suffix == ".parquet":
        findings.stop(
            "FIL-118", said("Filen er ikke en hel Parquet-fil."), said("Dan filen, og overfør den igen.")
        )
    if suffix not in _TEXTS or head.startswith(b"%PDF"):
        findings.stop(
            "FIL-104", said("Filen er ikke af en type, der kan læses (CSV, XLSX eller Parquet)."), _SAVE
        )


def _assembled(delivered: Delivered, findings: Findings, row: int = 0) -> RawTable:
    records = iter(delivered.records)
    table = header_of(records, findings, row)
    _check_formulas(delivered.uncached, table, findings)
    rows = tuple(checked_rows(records, table, delivered.ragged, findings))
    findings.problems.sort(key=lambda problem: problem.place.row or 0)
    findings.raise_any()
    return RawTable(findings.file, table.names, rows, delivered.kind, table.row)


def header_of(records: Iterator[tuple[int, Cells]], findings: Findings, row: int = 0) -> Header:
    """The header among the records: the first that is not blank, or the one on row `row`.

    What is wrong with its names is among the findings. Raises Faults where there is none, or none to read rows by.
    """
    found = next(((number, cells) for number, cells in records if any(cells) and number >= row), (0, ()))
    if row and found[0] != row:
        findings.raise_any()
        fault = said("Række {row} skulle have kolonnenavnene, men er tom.", row=str(row))
        findings.stop(
            "FIL-111", fault, said("Ret header: i mappingen, eller slet linjen, så findes rækken."), row=row
        )
    if not found[0]:
        findings.raise_any()  # a quote never closed can swallow all there is
        findings.stop(
            "FIL-102", said("Filen har ingen rækker."), said("Kontrollér, at det rigtige ark er udfyldt.")
        )
    number, cells = found
    header = Header(cells, number, 1 if is_fault_column(cells[0]) else 0, findings)
    header.check()
    return header


class Header:
    """The header row: the names of the columns, and where each stands in the file."""

    def __init__(self, cells: Cells, row: int, skip: int, findings: Findings) -> None:
        while cells and not cells[-1]:
            cells = cells[:-1]  # formatted but unused columns at the end; a row with text there is a fault
        self.all, self.row, self.skip, self.findings = cells, row, skip, findings
        self.names = cells[skip:]

    def place(self, index: int) -> str | int:
        """What a problem calls a 0-based column."""
        return column_place(self.all, index)

    def check(self) -> None:
        """Find what is wrong with the names. Raises Faults where no row can be read by them."""
        add = self.findings.add
        if len(self.names) > MAX_COLUMNS:
            fault = said(
                "Filen har {number} kolonner; grænsen er {limit}.",
                number=str(len(self.names)),
                limit=str(MAX_COLUMNS),
            )
            self.findings.stop("FIL-109", fault, said("Fjern de kolonner, der ikke bruges."), row=self.row)
        if not any(char.isalpha() for name in self.names for char in name):
            fault = said("Første række har ingen kolonnenavne.")
            self.findings.stop("FIL-111", fault, said("Skriv kolonnernes id i første række."), row=self.row)
        first: dict[str, int] = {}
        for index, name in enumerate(self.all[self.skip :], start=self.skip):
            where = {"row": self.row, "column": index + 1}
            if holds_cpr(name):
                fault = said(
                    "Kolonne {column} har et navn, der ligner et CPR-nummer. Det vises ikke her.",
                    column=letter(index),
                )
                add("SVAR-103", fault, said("Giv kolonnen et andet navn, eller slet den."), **where)
            if not name:
                fault = said("Kolonne {column} har intet navn.", column=letter(index))
                add(
                    "FIL-112", fault, said("Skriv kolonnens id i første række, eller slet kolonnen."), **where
                )
            elif name.casefold() in first:
                other = letter(first[name.casefold()])
                fault = said(
                    "Kolonne {column} hedder det samme som kolonne {other}: {name}.",
                    column=letter(index),
                    other=other,
                    name=shown(name),
                )
                add("FIL-113", fault, said("Giv kolonnerne hver sit navn, eller slet den ene."), **where)
            else:
                first[name.casefold()] = index
            self.check_cell(name, self.row, index)

    def check_cell(self, cell: str, row: int, index: int, findings: Findings | None = None) -> None:
        """Find a cell that no answer can be; it is put among `findings`, else among those of the header."""
        found = self.findings if findings is None else findings
        if len(cell) > MAX_CELL:
            fault = said(
                "Cellen har {length} tegn; grænsen er {limit}.", length=str(len(cell)), limit=str(MAX_CELL)
            )
            found.add("FIL-110", fault, said("Forkort teksten."), row=row, column=self.place(index))
        elif cell[:1] == "#" and cell in ERROR_VALUES:
            fault = said("Cellen viser regnearkets fejlværdi {cell}.", cell=cell)
            remedy = said("Ret formlen, eller skriv svaret i cellen.")
            found.add("FIL-117", fault, remedy, row=row, column=self.place(index))


def _check_formulas(uncached: frozenset[tuple[int, int]], table: Header, findings: Findings) -> None:
    for row, index in sorted(uncached):
        if row < table.row:
            continue
        fault = said(
            "Celle {column}{row} har en formel, hvis resultat ikke er gemt i filen.",
            column=letter(index),
            row=str(row),
        )
        remedy = said("Åbn filen i Excel, og gem den, eller indsæt svarene som værdier.")
        findings.add("FIL-116", fault, remedy, row=row, column=table.place(index))


def checked_rows(
    records: Iterator[tuple[int, Cells]],
    table: Header,
    ragged: bool,
    findings: Findings,
    stream: bool = False,
) -> Iterator[RawRow]:
    """The rows below a header that are not blank, as wide as it; what no answer can be is among the findings.

    Of a `stream` there may be any number, and those of another width are left out; for a table that is kept whole,
    Faults are raised where there are too many.
    """
    width, skip = len(table.all), table.skip
    count = 0
    for number, cells in records:
        if not any(cells[skip:]):
            continue
        count += 1
        if not stream and (count > MAX_ROWS or count * width > MAX_CELLS):
            limit = min(MAX_ROWS, MAX_CELLS // width)
            fault = said(
                "Filen har flere end {limit} rækker med {width} kolonner.", limit=str(limit), width=str(width)
            )
            findings.stop("FIL-109", fault, said("Del filen op i flere."), row=number)
        if len(cells) > width and any(cells[width:]):
            last = letter(max(index for index, cell in enumerate(cells) if cell))
            fault = said(
                "Rækken har flere celler end overskriften ({last} mod {width}).",
                last=last,
                width=letter(width - 1),
            )
            remedy = said("Se efter skilletegn eller anførselstegn i teksten, eller giv kolonnen et navn.")
            if count == 1:  # a title above the names is the commonest reason
                remedy = said(
                    "{remedy} Er række {row} en titel, så slet den, eller sig (for appeals), hvor kolonnenavnene "
                    "står: --header N, i mappingen file: {{header: N}}.",
                    remedy=remedy,
                    row=str(table.row),
                )
            findings.add("FIL-114", fault, remedy, row=number, column=width + 1)
        elif ragged and len(cells) < width:
            fault = said(
                "Rækken har {cells} celler; overskriften har {width}.",
                cells=str(len(cells)),
                width=str(width),
            )
            remedy = said(
                "Tilføj de manglende celler. Mangler de i mange rækker, så gem filen som .xlsx i stedet."
            )
            findings.add("FIL-115", fault, remedy, row=number)
        for index in [at for at, cell in enumerate(cells) if cell[:1] == "#" or len(cell) > MAX_CELL]:
            if index < width:
                table.check_cell(cells[index], number, index, findings)
        if stream and ((len(cells) > width and any(cells[width:])) or (ragged and len(cells) < width)):
            continue
        yield RawRow(number, (*cells[skip:width], *("",) * (width - len(cells))))
