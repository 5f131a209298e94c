"""Builds the cases of the two legal service checks that the report of 2026 prints totals of.

`python demo/reconstruct/service_checks.py --out DIR` writes a folder for each: answers.csv, municipalities.csv and
provenance.json. It imports nothing of sagsbarometer.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REVIEWS = ROOT / "published" / "retssikkerhedsundersoegelsen_2026" / "reviews.csv"
MUNICIPALITIES = ROOT / "demo" / "municipalities.csv"
SEED = 20260301  # the month the totals were published
NOTE = (
    "Rekonstrueret: opdigtede sager, der tilsammen giver de trykte totaler. Kommunerne er opdigtede. Hvilken "
    "kommune der har hvilken sag, er tilfældigt, og hvilke slags mangler der er, er ikke trykt og derfor ukendt."
)
CANNOT_BE_SEEN, NOT_RELEVANT = "cannot_be_seen", "not_relevant"
FEWEST = 5  # cases a municipality has at least; invented
# The six kinds of defects: the totals do not tell which.
KINDS = (
    "fact_finding_defect",
    "party_hearing_defect",
    "reasons_defect",
    "legal_basis_defect",
    "fettered_discretion",
    "wrong_assessment",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One service check: the folder it becomes, how its row in reviews.csv begins, and what only its form asks."""

    folder: str
    printed: str
    only_here: tuple[str, ...] = ()


CHECKS = (
    Check("hjemmetraening", "Juridisk serviceeftersyn 2023", ("supervision",)),
    Check("tabt_arbejdsfortjeneste", "Juridisk serviceeftersyn 2025"),
)


def build(
    out: Path, reviews: Path = REVIEWS, municipalities: Path = MUNICIPALITIES, seed: int = SEED
) -> None:
    """Writes the folders. The same inputs and seed give the same bytes. Raises KeyError or ValueError when the printed
    totals do not fit together."""
    from demo.reconstruct.tables import checksum, read_table, table

    lines = read_table(reviews)
    for number, check in enumerate(CHECKS):
        line = next(row for row in lines if row["name"].startswith(check.printed))
        frame = read_table(municipalities)[: int(line["municipalities"])]
        rows = list(cases(check, line, [row["code"] for row in frame], random.Random(seed + number)))
        files = {
            "answers.csv": table(list(rows[0]), rows),
            "municipalities.csv": table(["code", "name"], frame),
        }
        provenance = {
            "origin": "reconstructed",
            "note": NOTE,
            "seed": seed + number,
            "source": {
                "document": line["source_document"],
                "name": line["name"],
                "lines": line["source_lines"],
            },
            "inputs": {path.name: checksum(path.read_bytes()) for path in (reviews, municipalities)},
            "outputs": {name: checksum(text.encode()) for name, text in files.items()},
        }
        files["provenance.json"] = json.dumps(provenance, ensure_ascii=False, indent=2) + "\n"
        (out / check.folder).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (out / check.folder / name).write_text(text, encoding="utf-8", newline="\n")


def cases(
    check: Check, line: dict[str, str], codes: Sequence[str], rng: random.Random
) -> Iterable[dict[str, str]]:
    """A row of answers per case, in the columns of the form; what is not printed is `cannot_be_seen`."""
    from demo.reconstruct.allocate import shuffled

    total, reversed_ = int(line["cases"]), int(line["would_be_reversed"])
    harmless = int(line["defects_not_reversed"])
    if reversed_ + harmless != int(line["with_defects"]) or total - reversed_ != int(line["would_be_upheld"]):
        raise ValueError(line["name"])
    outcomes = ["reversed"] * reversed_ + ["harmless"] * harmless
    outcomes += ["upheld"] * (total - len(outcomes))
    outcomes = shuffled(outcomes, rng)
    deadlines = shuffled(_deadlines(line, total), rng)
    where = [*codes] * FEWEST
    where += [codes[int(rng.random() * len(codes))] for _ in range(total - len(where))]
    for number, (code, outcome, deadline) in enumerate(
        zip(sorted(where), outcomes, deadlines, strict=True), 1
    ):
        yield _row(f"s{number:03}", code, outcome, deadline, check.only_here)


def _deadlines(line: dict[str, str], total: int) -> list[str]:
    """What is known of the deadline in each case; nothing where nothing is printed."""
    told = dict(pair.split("=") for pair in line["other_counts"].split("; ") if pair)
    if not told:
        return [""] * total
    kept, exceeded = int(told["deadline_kept"]), int(told["deadline_exceeded"])
    unknown = int(told["deadline_not_assessable"])
    if kept + exceeded + unknown != int(told["new_applications"]) or int(
        told["exceeded_with_new_deadline_given"]
    ):
        raise ValueError(line["name"])
    found = ["kept"] * kept + ["exceeded"] * exceeded + [CANNOT_BE_SEEN] * unknown
    return found + [NOT_RELEVANT] * (total - len(found))


def _row(id: str, code: str, outcome: str, deadline: str, only_here: Sequence[str]) -> dict[str, str]:
    applied = deadline not in ("", NOT_RELEVANT)
    return {
        "case_id": id,
        "municipality_id": code,
        "origin": "reconstructed",
        # Which cases are new applications is printed of one check: its others are taken to be follow-ups.
        "occasion": "new_application" if applied else "follow_up" if deadline else CANNOT_BE_SEEN,
        "result": CANNOT_BE_SEEN,
        "form": CANNOT_BE_SEEN,
        **dict.fromkeys(KINDS, CANNOT_BE_SEEN),
        "any_defect": "0" if outcome == "upheld" else "1",
        "material_defect": "1" if outcome == "reversed" else "0",
        "would_be_outcome": "reversed" if outcome == "reversed" else "upheld",
        "appeal_guidance_given": CANNOT_BE_SEEN,
        "deadline": deadline or CANNOT_BE_SEEN,
        # No case is printed as one where a new date was told.
        "new_date_given": CANNOT_BE_SEEN if deadline == "exceeded" else "",
        "overall_assessment": CANNOT_BE_SEEN,
        **dict.fromkeys(only_here, CANNOT_BE_SEEN),
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Bygger serviceeftersynenes sager ud fra de trykte totaler.")
    parser.add_argument("--out", type=Path, required=True, help="mappen, filerne skrives i")
    out: Path = parser.parse_args().out
    build(out)
    print(f"{NOTE}\nSkrevet: {out}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
