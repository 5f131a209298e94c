"""Builds appeal cases from the published tables: `python demo/reconstruct/appeals/build.py --out DIR`."""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demo.reconstruct.appeals.cases import Case
    from demo.reconstruct.appeals.printed import Cell, Printed
    from demo.reconstruct.appeals.refs import Refs

ROOT = Path(__file__).resolve().parents[3]
PUBLISHED = ROOT / "published"
SEED = 20250411  # the day the annual report was drawn
NOTE = (
    "Rekonstrueret: opdigtede klagesager, der tilsammen giver de trykte tal. Det er tilfældigt, hvad der mødes i "
    "den enkelte sag."
)
COLUMNS = (
    "case_id received_on decided_on outcome law_area case_subject provision condition authority occasion result "
    "office reasons keywords court_judged_on court_result registered_at origin"
).split()
CELL = ("document", "table", "row", "column", "period", "printed", "cell")


def build(out: Path, published: Path = PUBLISHED, seed: int = SEED) -> None:
    """Writes registrations.csv, used_cells.csv, not_reproducible.csv and provenance.json to `out`.

    The same inputs and seed give the same bytes. Raises KeyError or ValueError when the printed numbers do
    not fit together.
    """
    from demo.reconstruct.appeals.printed import read_printed, subject_areas
    from demo.reconstruct.appeals.refs import Refs
    from demo.reconstruct.tables import table

    printed = read_printed(published)
    cases = _cases(printed, published, random.Random(seed))
    refs = Refs(printed, subject_areas(published))
    files = {
        "registrations.csv": table(COLUMNS, registrations(cases)),
        "used_cells.csv": table(CELL, _used(printed, refs)),
        "not_reproducible.csv": table((*CELL, "computed", "why"), _checked(cases, printed, refs)),
    }
    files["provenance.json"] = _provenance(files, published, seed)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8", newline="\n")


def _cases(printed: Printed, published: Path, rng: random.Random) -> list[Case]:
    from demo.reconstruct.appeals.cases import correct, judge, make_cases
    from demo.reconstruct.appeals.law_areas import earlier_year, year_2024
    from demo.reconstruct.appeals.marks import mark
    from demo.reconstruct.appeals.printed import subject_areas
    from demo.reconstruct.appeals.series import corrections
    from demo.reconstruct.appeals.subjects import subject_groups

    groups = list(subject_groups(printed))
    for year in ("2022", "2023"):
        groups += earlier_year(printed, year, [group for group in groups if group.period.startswith(year)])
    groups += year_2024(printed, subject_areas(published))
    cases = make_cases(groups, rng)
    correct(cases, corrections(printed), rng)
    mark(cases, printed, rng)
    judge(cases, printed, rng)
    return cases


def registrations(cases: Iterable[Case]) -> list[dict[str, str]]:
    """The rows of registrations.csv in the order they were registered; cases are numbered by year of decision."""
    rows = []
    numbers: Counter[int] = Counter()
    for case in cases:
        numbers[case.decided_on.year] += 1
        for item in case.registrations:
            row = {
                "case_id": f"{case.decided_on.year}-{numbers[case.decided_on.year]:05}",
                "decided_on": case.decided_on.isoformat(),
                "outcome": item.outcome,
                "law_area": case.law_area,
                "case_subject": case.case_subject,
                "reasons": ";".join(sorted(item.reasons or ())),
                "keywords": ";".join(sorted(item.keywords or ())),
                "court_judged_on": item.court_judged_on.isoformat() if item.court_judged_on else "",
                "court_result": item.court_result or "",
                "registered_at": f"{item.registered_at:%Y-%m-%dT%H:%M:%SZ}",
                "origin": "reconstructed",
            }
            rows.append(row)
    return sorted(rows, key=lambda row: (row["registered_at"], row["case_id"]))


def _checked(cases: Sequence[Case], printed: Printed, refs: Refs) -> Iterator[dict[str, str]]:
    from demo.reconstruct.appeals.counted import not_reproducible

    for cell, computed, why in not_reproducible(cases, printed):
        yield _cell(cell, refs) | {"computed": computed, "why": why}


def _used(printed: Printed, refs: Refs) -> Iterator[dict[str, str]]:
    """The cells that were looked up, in the order of the documents."""
    for key, cell in printed.cells.items():
        if key in printed.used:
            yield _cell(cell, refs)


def _cell(cell: Cell, refs: Refs) -> dict[str, str]:
    return {**asdict(cell), "cell": refs.ref(cell)}


def _provenance(files: Mapping[str, str], published: Path, seed: int) -> str:
    from demo.reconstruct.appeals.counted import DRAWN
    from demo.reconstruct.appeals.printed import sources
    from demo.reconstruct.tables import checksum

    content = {
        "origin": "reconstructed",
        "note": NOTE,
        "seed": seed,
        "drawn": {document: day.isoformat() for document, day in DRAWN.items()},
        "inputs": {
            path.relative_to(published).as_posix(): checksum(path.read_bytes()) for path in sources(published)
        },
        "outputs": {name: checksum(text.encode()) for name, text in files.items()},
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Bygger demoens klagesager ud fra de trykte tal.")
    parser.add_argument("--out", type=Path, required=True, help="mappen, filerne skrives i")
    out: Path = parser.parse_args().out
    build(out)
    print(f"{NOTE}\nSkrevet: {out / 'registrations.csv'}")


if __name__ == "__main__":
    # Run as a file, the folder above `demo` is not on the path.
    sys.path.insert(0, str(ROOT))
    main()
