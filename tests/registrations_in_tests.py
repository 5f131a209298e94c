"""Registrations for tests: a small law, and files of invented cases."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from sagsbarometer.appeals.codes import CodeList, Codes
from sagsbarometer.appeals.importing import Registrations, read_registrations
from sagsbarometer.appeals.mapping import load_mapping
from sagsbarometer.appeals.registration import COLUMNS, COURT_RESULTS, OCCASIONS, OUTCOMES, RESULTS
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.kernel.problems import Problem

SUPPORT, EXTRA, OLD = "voksne_botilbud_107", "boern_merudgifter_86", "merudgiftydelse_41"
CODES = Codes(
    lists={
        "outcome": CodeList(OUTCOMES, {"stadfaestelse": "upheld", "hjemvisning": "remitted"}),
        "law_area": CodeList(("serviceloven", "barnets_lov"), {"serviceloven": "serviceloven"}),
        "case_subject": CodeList((SUPPORT, EXTRA, OLD), {"voksne_botilbud_107": SUPPORT}),
        "reasons": CodeList(("facts_or_reasons", "law_misread"), {"oplysningsgrundlag": "facts_or_reasons"}),
        "keywords": CodeList(("duty_to_investigate", "reasons", "time_limits"), {"begrundelse": "reasons"}),
        "occasion": CodeList(OCCASIONS),
        "result": CodeList(RESULTS),
        "court_result": CodeList(COURT_RESULTS),
    },
    merits=frozenset({"upheld", "amended", "annulled", "amended_or_annulled", "remitted"}),
    reversals=frozenset({"amended", "annulled", "amended_or_annulled", "remitted"}),
    law_area_of={SUPPORT: "serviceloven", EXTRA: "barnets_lov", OLD: "serviceloven"},
    in_force={
        SUPPORT: (date.min, date.max),
        EXTRA: (date(2024, 1, 1), date.max),
        OLD: (date.min, date(2023, 12, 31)),
    },
    provisions=frozenset({"serviceloven/107", "serviceloven/97", "barnets_lov/90"}),
    conditions=frozenset({"serviceloven/97/age", "serviceloven/97/lasting_reduction"}),
    conditions_of={"barnets_lov/90": "serviceloven/97"},
)
SAME = "mapping: egne\nrest: same\n"
CASE = {
    "case_id": "24-1",
    "registered_at": "2024-06-01 10:00",
    "origin": "synthetic",
    "received_on": "2024-01-10",
    "decided_on": "2024-05-01",
    "outcome": "upheld",
    "law_area": "serviceloven",
    "case_subject": SUPPORT,
}
HEADER = (*CASE, *(column for column in COLUMNS if column not in CASE))


def csv_text(rows: Iterable[Mapping[str, str]], header: tuple[str, ...] = HEADER) -> str:
    """Rows as a CSV file; a column that a row lacks is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def imported(
    folder: Path, text: str | bytes, mapping: str = SAME, origin: str = "", name: str = "udtraek.csv"
) -> Registrations:
    """What a file gives with a mapping. Raises Faults."""
    file, plan = folder / name, folder / "mapping.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    plan.write_text(mapping, encoding="utf-8")
    table = read_table(file)
    return read_registrations(table, load_mapping(plan, table.header, CODES.lists), CODES, origin)


def brief(problems: Iterable[Problem]) -> list[tuple[str, int | None, str | int | None]]:
    """Code, row and column of each problem."""
    return [(problem.code, problem.place.row, problem.place.column) for problem in problems]
