"""The gate of the program: its own attack, its own scan, its own reports."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sagsbarometer.kernel.problems import Problem, errors
from sagsbarometer.reporting.contract import Standing
from sagsbarometer.runs.disclosure import attack_problems
from sagsbarometer.runs.release_gate import Gate
from sagsbarometer.runs.report_build import files_of
from sagsbarometer.runs.scan import Cases, cases_of, problems, scan

ENGLISH = "en"  # the folder of the English reports, where there is an English text


def default_gate(cases: Iterable[Path] = ()) -> Gate:
    """What every release is asked with. `cases`: results or tables whose ids and names are looked for in the files.

    Raises Faults as `cases_of`.
    """
    sought = sum((cases_of(path) for path in cases), Cases())

    def look(folder: Path) -> Iterable[Problem]:
        return errors(problems(scan(folder, sought)))

    return Gate(attack_problems, look, build_reports, sought.sources)


def build_reports(results: Path, standing: Standing) -> dict[str, bytes]:
    """Every report of a results folder, in Danish, and in English below `en/` where it has a text in English."""
    files = files_of(results, standing=standing)
    if any((results / "texts").glob("*.en.md")):
        english = files_of(results, language="en", standing=standing)
        files |= {f"{ENGLISH}/{name}": content for name, content in english.items()}
    return files
