"""The draw of a municipality as a sample folder, and what was replaced in it: the same chained log as the command's.

A folder is made when it is first needed, of the list and the plan alone, and has to give what was drawn. From then on
`sagsbarometer sample verify` and `sample replace` take it as any other.
"""

from __future__ import annotations

import csv
import json
import secrets
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.utils import timezone

from sagsbarometer.collection.plan_draw import id_of, listed, own_of
from sagsbarometer.collection.plan_steps import plan_of
from sagsbarometer.collection.replacing import reason_of
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.runs import sample_draw, sample_replace
from sagsbarometer.sampling.draw import draw
from sagsbarometer.sampling.drawn import Drawn, Role
from sagsbarometer.sampling.listing import AUTHORITY, DECIDED, ID, Listing
from sagsbarometer.sampling.plan import Plan
from sagsbarometer.web.home import this_home
from sagsbarometer.web.planning import folders
from sagsbarometer.web.receiving import facts

FOLDER = "samples"


def folder_of(request: Any) -> Path:
    """Where the sample of a request's municipality lies."""
    return this_home().studies / request.study_id / FOLDER / request.authority.code


def prepare(request: Any) -> None:
    """Makes the folder where lots were drawn and there is none; takes seconds, so not inside `acting`.

    Raises Faults MODTAG-109 where list and plan do not give what was drawn, and as `sample draw`.
    """
    folder = folder_of(request)
    if not request.drawn or folder.exists():
        return
    plan, listing = _made_of(request)
    if _order(draw(plan, listing)) != [str(id) for id in request.drawn]:
        fault = said("Listen og planen giver ikke det, der blev trukket.")
        remedy = said("Se i hændelserne, hvad der er ændret siden lodtrækningen.")
        raise Faults([Problem("MODTAG-109", Place(request.authority.code), fault, remedy)])
    aside = this_home().folder / "arriving" / secrets.token_hex(16)
    aside.mkdir(mode=0o700)
    try:
        (aside / "plan.json").write_text(json.dumps(plan.to_json(), ensure_ascii=False), encoding="utf-8")
        _write_list(aside / "liste.csv", listing)
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        origin = "synthetic" if this_home().config.get("demonstration") else "real"
        made = aside / "sample"
        sample_draw.sample_draw(sample_draw.Job(aside, aside / "liste.csv", made, origin=origin))
        try:
            made.rename(folder)
        except OSError:  # somebody else was first, with the same bytes
            if not folder.exists():
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def write_down(request: Any, own: str, reasons: list[str], reserve: str) -> None:
    """The line of the log with which a case goes out. Written already, by a try that was cut off: no second one.

    `own`: the case's id on the municipality's list; `reserve`: the one that takes the place, "" for none. Raises
    Faults UDTRAEK-131 to 147; nothing is then written.
    """
    folder, case = folder_of(request), id_of(request.authority.code, own)
    taken = id_of(request.authority.code, reserve) if reserve else ""
    line = sample_replace.line_of(folder, case)
    if line is not None and line.replacement == taken:
        return
    job = sample_replace.Job(
        folder,
        case,
        reason_of(reasons, facts.reasons()),
        timezone.localdate().isoformat(),
        wanted=taken,
        no_reserve=not taken,
    )
    sample_replace.sample_replace(job)


def _made_of(request: Any) -> tuple[Plan, Listing]:
    """The municipality's part of the plan of the sample, and its list.

    The plan asks for cases that nobody can appeal any more; that is looked at when a case comes, not when it is drawn.
    """
    whole, code = folders.sample_plan(request.study), request.authority.code
    cells = tuple(cell for cell in whole.cells if cell.authority == code)
    plan = replace(
        whole,
        cells=cells,
        take=sum(cell.take for cell in cells),
        call_in=sum(cell.call_in for cell in cells),
        appeal_deadline_weeks=0,
    )
    rows = request.frame_lists.order_by("-at")[0].rows
    return plan, listed(plan, {code: rows}, plan_of(request.study.plan).criteria)


def _write_list(path: Path, listing: Listing) -> None:
    """The list as `sample draw` reads it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([ID, AUTHORITY, *listing.strata, DECIDED])
        for row in listing.rows:
            writer.writerow([row.id, row.authority, *row.stratum, row.decided_on or ""])


def _order(drawn: Drawn) -> list[str]:
    rows = [row for row in drawn.rows if row.role in (Role.SELECTED, Role.RESERVE)]
    return [own_of(row.id) for row in sorted(rows, key=lambda row: (row.stratum, row.order))]
