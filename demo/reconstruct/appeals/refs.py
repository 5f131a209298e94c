"""How the program points to the cell of a printed number: `reversal_rate|law_area=serviceloven||2024`."""

from __future__ import annotations

from collections.abc import Mapping

from demo.reconstruct.appeals.cases import COURTS
from demo.reconstruct.appeals.groups import SERIES
from demo.reconstruct.appeals.marks import KEYWORDS, REASONS
from demo.reconstruct.appeals.printed import ANNUAL, KNOWLEDGE, REPORT, THIS_YEAR, Cell, Printed, ascii_id
from demo.reconstruct.appeals.subjects import TOTAL

MEASURES = {
    "decided": "decided",
    "merits": "merits",
    "upheld": "upheld",
    "remitted": "remitted",
    "amended_or_annulled": "amended_or_annulled",
    "pct_decided": "decided_part",
    "pct_upheld": "upheld_share",
    "pct_remitted": "remitted_share",
    "pct_amended_or_annulled": "amended_or_annulled_share",
    "reversal_pct": "reversal_rate",
}
# Rows that are measures of their own, by table and column.
_ROWS = {
    ("4.2", "Bortfaldne", "decided"): "lapsed",
    ("4.2", "Bortfaldne", "pct_decided"): "lapsed_share",
    ("4.2", "Realitetsbehandlede sager", "decided"): "merits",
    ("4.2", "Realitetsbehandlede sager", "pct_decided"): "merits_share",
    ("4.7", "Sager indbragt for domstolene i alt", "cases"): "court_cases",
    ("4.7", COURTS["won"], "cases"): "court_won",
    ("4.7", COURTS["lost"], "cases"): "court_lost",
    ("4.7", "Medholdsprocent", "percent"): "court_win_rate",
}
_COUNTED = {
    "cases_with_criticism_keyword": ("keyword_cases", "most_used_criticism_keyword", KEYWORDS),
    "cases_with_decision_reason": ("reason_cases", "most_used_decision_reason", REASONS),
}


class Refs:
    """The references of cells. `area_of`: law area of each case subject of table 4.8, as printed."""

    def __init__(self, printed: Printed, area_of: Mapping[str, str]) -> None:
        self.printed = printed
        self.areas = set(area_of.values())
        self.subjects = {*area_of, *printed.rows(KNOWLEDGE, "2", "merits", THIS_YEAR)}
        self.series = {series.table: series.id for series in SERIES}

    def ref(self, cell: Cell) -> str:
        """The reference, or "" where no cell of the program is just the printed one."""
        if cell.document == ANNUAL and (measure := _ROWS.get((cell.table, cell.row, cell.column))):
            return f"{measure}|||{cell.period}"
        if cell.document == REPORT and cell.column in _COUNTED:
            return self._counted(cell, *_COUNTED[cell.column])
        if (cell.document, cell.table, cell.row) == (KNOWLEDGE, "2", TOTAL):
            return ""  # of the 17 case subjects, not of all cases
        measure = MEASURES.get(cell.column, "")
        return f"{measure}|{self._row(cell)}||{cell.period}" if measure else ""

    def _counted(self, cell: Cell, measure: str, label_column: str, codes: Mapping[str, str]) -> str:
        row = self.printed.row(REPORT, cell.table, label_column, cell.period)
        label = self.printed.cells[REPORT, cell.table, row, label_column, cell.period].printed
        grouping = measure.removesuffix("_cases")
        return f"{measure}|{grouping}={codes[label]};series={self.series[cell.table]}||{cell.period}"

    def _row(self, cell: Cell) -> str:
        if cell.document == REPORT:
            return f"series={self.series[cell.table]}"
        if cell.row in self.areas:
            return f"law_area={ascii_id(cell.row)}"
        return f"case_subject={ascii_id(cell.row)}" if cell.row in self.subjects else ""
