"""Small document folders for the tests of `check`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sagsbarometer.checking.check import Report, check_folder
from sagsbarometer.kernel.problems import Faults, Problem
from sagsbarometer.measures.cells import ResultSet

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = ROOT / "published"
HEAD = "document: doc\ntitle: Et dokument\npublisher: Ankestyrelsen\ndata_date: 2025-04-11\n"
CLAIMS = "id,line,quantity,value,unit,base,period,related,qualifier\n"
TABLE = "label,kind,a,b,n,share\nNord,part,1,2,3,33\nSyd,part,4,3,7,57\nI alt,total,5,5,10,50\n"
# The table above as check.yaml has it, without any rule.
STRUCTURE = """tables:
  - id: table_1
    file: table_1.csv
    title: Tabel 1
    key: [label]
    lines: [11, 12, 13]
    counts: [a, b, n]
    percents: [share]
"""


def folder(at: Path, files: dict[str, str], name: str = "doc") -> Path:
    """A folder with the files."""
    path = at / name
    path.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        (path / file).write_text(text, encoding="utf-8")
    return path


def shipped(at: Path) -> Path:
    """A folder like `published`, with the rules for words and no document."""
    path = at / "shipped"
    path.mkdir(exist_ok=True)
    (path / "loosening.yaml").write_bytes((PUBLISHED / "loosening.yaml").read_bytes())
    return path


def checked(at: Path, files: dict[str, str], *results: ResultSet) -> Report:
    """The report on one document."""
    return check_folder(folder(at, files), shipped(at), results)


def tables(at: Path, structure: str, table: str = TABLE, **files: str) -> Report:
    """The report on one table with what `structure` says of it."""
    named = {name.replace("__", "."): text for name, text in files.items()}
    return checked(at, {"check.yaml": HEAD + structure, "table_1.csv": table, **named})


def claims(at: Path, rows: str, mapping: str, *results: ResultSet) -> Report:
    """The report on claims about the table. `rows` and `mapping` are lines of claims.csv and of claims.yaml."""
    files = {
        "check.yaml": HEAD + STRUCTURE,
        "table_1.csv": TABLE,
        "claims.csv": CLAIMS + rows,
        "claims.yaml": f"document: doc\nclaims:\n{mapping}",
    }
    return checked(at, files, *results)


def found(report: Report) -> dict[str, str]:
    """Id to verdict of every contradiction."""
    return {item.finding.id: item.verdict.value for item in report.contradictions}


def problems(work: Callable[[], object]) -> tuple[Problem, ...]:
    """The problems that `work` stops with."""
    with pytest.raises(Faults) as caught:
        work()
    return caught.value.problems


def codes(work: Callable[[], object]) -> list[str]:
    """The codes of the problems that `work` stops with."""
    return [problem.code for problem in problems(work)]
