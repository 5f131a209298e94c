"""Builds the demo's cases from the published figures: `python demo/reconstruct/build.py --out DIR`."""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "published" / "handicapsagsbarometret_2023"
MUNICIPALITIES = ROOT / "demo" / "municipalities.csv"
SEED = 20240426  # the day the figures were published
NOTE = (
    "Rekonstrueret: opdigtede sager, der tilsammen giver de trykte tal. Kommunerne er opdigtede. "
    "Det er tilfældigt, hvad der mødes i den enkelte sag."
)


def build(
    out: Path, published: Path = PUBLISHED, municipalities: Path = MUNICIPALITIES, seed: int = SEED
) -> None:
    """Writes answers.csv, municipalities.csv, used_cells.csv and provenance.json to `out`.

    The same inputs and seed give the same bytes. Raises KeyError or ValueError when the published numbers do
    not fit together.
    """
    from demo.reconstruct.answers import answers
    from demo.reconstruct.cases import make_cases
    from demo.reconstruct.printed import read_printed
    from demo.reconstruct.tables import read_table, table

    printed = read_printed(published)
    frame = read_table(municipalities)
    if len(frame) != printed.number("municipality_id", kind="distinct"):
        raise ValueError((str(municipalities), len(frame)))
    cases = make_cases(printed, [row["code"] for row in frame], random.Random(seed))
    rows = [answers(number, case) for number, case in enumerate(cases, start=1)]
    files = {
        "answers.csv": table(list(rows[0]), rows),
        "municipalities.csv": table(["code", "name"], frame),
        "used_cells.csv": table(["row_id"], [{"row_id": row} for row in printed.rows()]),
    }
    inputs = [published / "cells.yaml", published / "joint_constraints.csv", municipalities]
    files["provenance.json"] = _provenance(files, inputs, seed)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8", newline="\n")


def _provenance(files: dict[str, str], inputs: Sequence[Path], seed: int) -> str:
    import yaml

    from demo.reconstruct.tables import checksum

    head: dict[str, Any] = yaml.safe_load(inputs[0].read_text(encoding="utf-8"))
    content = {
        "origin": "reconstructed",
        "note": NOTE,
        "seed": seed,
        "source": {key: str(head[key]) for key in ("document", "title", "publisher", "published")},
        "inputs": {path.name: checksum(path.read_bytes()) for path in inputs},
        "outputs": {name: checksum(text.encode()) for name, text in files.items()},
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Bygger demosagerne ud fra de trykte tal.")
    parser.add_argument("--out", type=Path, required=True, help="mappen, filerne skrives i")
    out: Path = parser.parse_args().out
    build(out)
    print(f"{NOTE}\nSkrevet: {out / 'answers.csv'}")


if __name__ == "__main__":
    # Run as a file, the folder above `demo` is not on the path.
    sys.path.insert(0, str(ROOT))
    main()
