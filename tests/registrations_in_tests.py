"""Registrations for tests: a small law, and files of invented cases."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from sagsbarometer.appeals.codes import CodeList, Codes
from sagsbarometer.appeals.intake.mapping import plan_of, read_mapping
from sagsbarometer.appeals.intake.report import Report
from sagsbarometer.appeals.registration import (
    COLUMNS,
    COURT_RESULTS,
    OCCASIONS,
    OMBUDSMAN_RESULTS,
    OUTCOMES,
    RESULTS,
)
from sagsbarometer.deliveries.stream import open_source
from sagsbarometer.kernel.problems import Problem, errors
from sagsbarometer.runs.appeals_import import Refused
from sagsbarometer.runs.appeals_judge import judge_staged
from sagsbarometer.runs.appeals_stage import stage
from sagsbarometer.store.staging import staging

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
        "ombudsman_result": CodeList(OMBUDSMAN_RESULTS),
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
    reach={"upheld": 1, "amended": 4, "annulled": 3, "amended_or_annulled": 3, "remitted": 2, "reversed": 2},
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
    "authority": "101",
}
HEADER = (*CASE, *(column for column in COLUMNS if column not in CASE))


def csv_text(rows: Iterable[Mapping[str, str]], header: tuple[str, ...] = HEADER) -> str:
    """Rows as a CSV file; a column that a row lacks is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@dataclass(frozen=True)
class Registrations:
    """What a file gave, as plain lists."""

    columns: Mapping[str, list[Any]]
    registered_at: list[datetime]
    lines: list[int]
    withdrawn: list[bool]
    origin: str
    remarks: tuple[Problem, ...]
    report: Report


def imported(
    folder: Path,
    text: str | bytes,
    mapping: str = SAME,
    origin: str = "",
    name: str = "udtraek.csv",
    registered_at: str = "",
    today: date | None = None,
) -> Registrations:
    """What a file gives with a mapping. Raises Faults."""
    file, plan = folder / name, folder / "mapping.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    plan.write_text(mapping, encoding="utf-8")
    return read((file,), plan, origin, registered_at, today=today)


def read(
    files: Sequence[Path],
    mapping: Path,
    origin: str = "",
    registered_at: str = "",
    codes: Codes = CODES,
    today: date | None = None,
) -> Registrations:
    """What files give with a mapping. Raises Faults."""
    written = read_mapping(mapping)
    source = open_source(files, written.reading())
    plan = plan_of(written, source.header, codes.lists, codes.reach, registered_at)
    with staging(None) as place:
        staged = stage(source, plan, codes, 1, place, lambda line: None)
        judged = judge_staged(staged, plan, codes, place, origin, today)
        if errors(judged.problems):
            raise Refused(judged.problems, judged.report)
        rows = pq.read_table(judged.rows)
        return Registrations(
            columns={name: rows[name].to_pylist() for name in plan.types},
            registered_at=rows["registered_at"].to_pylist(),
            lines=rows["line"].to_pylist(),
            withdrawn=rows["withdrawn"].to_pylist(),
            origin=staged.origins[0],
            remarks=judged.problems,
            report=judged.report,
        )


def brief(problems: Iterable[Problem]) -> list[tuple[str, int | None, str | int | None]]:
    """Code, row and column of each problem."""
    return [(problem.code, problem.place.row, problem.place.column) for problem in problems]
