"""Takes the errors of reading out of the share: `ret.py STIKPROEVE SVAR` on the files of the tutorial.

Every case has the answer of one reading (`mangel`), and a random part of them what two readers settled
(`mangel_efterset`). The second corrects the first: `sagsbarometer.estimation.two_phase`. Every case in force has been
read; nothing here makes up for missing ones.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

from sagsbarometer.estimation.design import ADJUST, design
from sagsbarometer.estimation.intervals import limits
from sagsbarometer.estimation.two_phase import Corrected, corrected_share
from sagsbarometer.store.sample import read_sample

CODES = {"ja": 1.0, "nej": 0.0, "": np.nan}


def corrected(folder: Path, answers: Path) -> Corrected:
    """The share of defects, corrected."""
    drawn = read_sample(folder)
    rows = list(drawn.issued())
    with answers.open(encoding="utf-8", newline="") as file:
        said = {row["case_id"]: row for row in csv.DictReader(file)}
    belongs = np.array([row.in_force for row in rows])
    # A case that does not belong stays in the draw; nobody reads it, so that there is nothing to read again either.
    first, settled = (
        [CODES[said[row.id][column]] if row.in_force else 0.0 for row in rows]
        for column in ("mangel", "mangel_efterset")
    )
    cells = drawn.by_key()
    how = design(
        strata=np.array([row.cell for row in rows]),
        populations=[np.array([float(cells[row.cell].population) for row in rows])],
        single_unit=ADJUST,
    )
    return corrected_share(how, first, settled, groups=belongs, domain=belongs)


def main(folder: str, answers: str) -> None:
    """Says the share before and after."""
    found = corrected(Path(folder), Path(answers))
    for what, share in (("Som læst én gang", found.first), ("Rettet for læsefejl", found.share)):
        reach = limits(share)
        assert reach is not None
        limit = f"{_said(reach.low)}-{_said(reach.high)}"
        sys.stdout.write(f"{what}: {_said(share.value)} procent ({limit}).\n")
    sys.stdout.write(f"{found.changed} af {found.twice} dobbeltlæste sager fik et andet svar.\n")


def _said(share: float) -> str:
    return f"{100 * share:.1f}".replace(".", ",")


if __name__ == "__main__":
    main(*sys.argv[1:])
