"""Every printed cell of the three documents' statistics of appeal cases; whoever looks one up has used it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from demo.reconstruct.tables import read_table

ANNUAL, REPORT, KNOWLEDGE = (
    "aarsredegoerelse_2024",
    "retssikkerhedsundersoegelsen_2026",
    "vidensopsamling_2022",
)
YEARS = ("2022", "2023", "2024")
WHOLE = "2019/2024"  # »Hele perioden«
SINCE_2018, THIS_YEAR = "2018-01/2022-11", "2022-01/2022-11"
# The tables call one thing by several names; here it has one.
_NAMES = {
    "pct_amended": "pct_amended_or_annulled",
    "changed_or_annulled_percent": "pct_amended_or_annulled",
    "upheld_percent": "pct_upheld",
    "remitted_percent": "pct_remitted",
    "reversal_percent": "reversal_pct",
    "cases": "merits",
    "merits_cases": "merits",
    "count": "decided",
    "pct": "pct_decided",
}
# Statements of document 002 about single years, lines 176-179: percentage points by which the reversal
# percentage of 2021 is above that of January to November 2022.
POINTS = {
    "Forbrugsgoder - §113": 10,
    "Pasningstilbud, hjemmetræning m.m. §§32, 32a, 36, 39-40 + tilbagebet.": -18,
}
# Statements of document 003, lines 441 and 471: the reversal percentage of the whole period with one decimal.
TENTHS = {"4.4": "27,3", "4.5": "44,3"}
TENTHS_COLUMN = "reversal_pct_1"
POINTS_COLUMN, POINTS_PERIOD = "reversal_points_2021_over_2022", "2021/2022-11"

Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed number or word, as it stands in the document."""

    document: str  # the folder in published/
    table: str  # 4.8; »figur 1« and »tekst« are no tables
    row: str  # label as printed
    column: str
    period: str
    printed: str

    @property
    def key(self) -> Key:
        """What tells one cell from another."""
        return (self.document, self.table, self.row, self.column, self.period)


@dataclass(slots=True)
class Printed:
    """The cells by key, and which of them were looked up."""

    cells: dict[Key, Cell]
    used: set[Key] = field(default_factory=set)

    def text(self, document: str, table: str, row: str, column: str, period: str) -> str:
        """What is printed. Raises KeyError when there is no such cell."""
        key = (document, table, row, column, period)
        found = self.cells[key].printed
        self.used.add(key)
        return found

    def number(self, document: str, table: str, row: str, column: str, period: str) -> int:
        """The printed whole number."""
        return int(self.text(document, table, row, column, period))

    def row(self, document: str, table: str, column: str, period: str) -> str:
        """The label of the one row with something printed there. Raises ValueError when there are others."""
        (found,) = self.rows(document, table, column, period)
        return found

    def rows(self, document: str, table: str, column: str, period: str) -> list[str]:
        """The labels of the rows with something printed there, in the order of the table."""
        wanted = (document, table, column, period)
        return [row for d, t, row, c, p in self.cells if (d, t, c, p) == wanted]


def ascii_id(label: str) -> str:
    """The id of a printed label: `Voksne - merudgifter - § 100` gives `voksne_merudgifter_100`."""
    folded = label.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return re.sub("[^a-z0-9]+", "_", folded).strip("_")


def subject_areas(published: Path) -> dict[str, str]:
    """Law area of each case subject of table 4.8, both as printed."""
    rows = read_table(published / ANNUAL / "table_4_8.csv")
    return {row["provision"]: row["law_area"] for row in rows if row["provision"]}


def read_printed(published: Path) -> Printed:
    """All cells of the folder of published figures, in the order of the documents."""
    found = [*_knowledge(published / KNOWLEDGE), *_annual(published / ANNUAL), *_report(published / REPORT)]
    cells = {cell.key: cell for cell in found}
    if len(cells) != len(found):
        raise ValueError(len(found) - len(cells))
    return Printed(cells)


def sources(published: Path) -> list[Path]:
    """The files that are read."""
    annual = [published / ANNUAL / f"table_4_{number}.csv" for number in range(2, 9)]
    report = [published / REPORT / f"table_4_{number}.csv" for number in range(1, 6)]
    return [
        published / KNOWLEDGE / "table_2.csv",
        published / KNOWLEDGE / "figure_1_facts.csv",
        *annual,
        *report,
    ]


def _knowledge(folder: Path) -> Iterator[Cell]:
    for row in read_table(folder / "table_2.csv"):
        label = row["case_topic_da"]
        yield Cell(KNOWLEDGE, "2", label, "reversal_pct", SINCE_2018, row["reversal_percent"])
        yield Cell(KNOWLEDGE, "2", label, "merits", SINCE_2018, row["merits_cases"])
        if row["merits_cases_2022"]:
            yield Cell(KNOWLEDGE, "2", label, "merits", THIS_YEAR, row["merits_cases_2022"])
    for label, points in POINTS.items():
        yield Cell(KNOWLEDGE, "tekst", label, POINTS_COLUMN, POINTS_PERIOD, str(points))
    for row in read_table(folder / "figure_1_facts.csv"):
        if share := row["percent_of_merits_cases"]:
            keyword = row["criticism_type_da"]
            yield Cell(KNOWLEDGE, "figur 1", row["case_area_da"], keyword, SINCE_2018, share)


def _annual(folder: Path) -> Iterator[Cell]:
    for number in ("4.2", "4.5", "4.7"):
        for row in read_table(folder / f"table_{number.replace('.', '_')}.csv"):
            for name, value in row.items():
                column, _, year = name.rpartition("_")
                if year in YEARS and value:
                    column = row["unit"] if column == "value" else _NAMES.get(column, column)
                    yield Cell(ANNUAL, number, _plain(row["label"]), column, year, value)
    for number in ("4.3", "4.4", "4.6", "4.8"):
        for row in read_table(folder / f"table_{number.replace('.', '_')}.csv"):
            year = row.pop("year", "2024")
            label = row.pop("provision", "") or row.pop("law_area", "") or row.pop("label", "")
            for name, value in row.items():
                if name not in ("row_type", "law_area") and value:
                    yield Cell(ANNUAL, number, _plain(label), _NAMES.get(name, name), year, value)


def _report(folder: Path) -> Iterator[Cell]:
    for number in ("4.1", "4.2", "4.3", "4.4", "4.5"):
        for row in read_table(folder / f"table_{number.replace('.', '_')}.csv"):
            period = WHOLE if row["year"] == "Hele perioden" else row["year"]
            column = _NAMES.get(row["measure_en"], row["measure_en"])
            yield Cell(REPORT, number, row["measure"], column, period, row["value"])
    for number, value in TENTHS.items():
        yield Cell(REPORT, number, "tekst", TENTHS_COLUMN, WHOLE, value)


def _plain(label: str) -> str:
    return label.removesuffix("*")  # the mark of a note
