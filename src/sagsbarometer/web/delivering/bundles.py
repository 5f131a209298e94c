"""A ZIP beside the workbook: a folder for each case, named as its number. All of it, or every fault told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sagsbarometer.documents.checking import folders_of, pieces
from sagsbarometer.documents.refusals import Refused, problem_of
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.web.documents import storing
from sagsbarometer.web.documents.arriving import folder
from sagsbarometer.web.home import this_home

_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|]')  # what no folder can be called where municipalities work
COLUMN = "case_id"
Bundle = dict[str, list[storing.Kept]]  # by own number


def folder_name(number: str) -> str:
    """What the folder of a case is called: its own number, with a hyphen for what cannot stand in a name."""
    return _NOT_IN_NAMES.sub("-", number).strip(" .").casefold()


@contextmanager
def taken(path: Path, cases: Mapping[str, tuple[int, Any]], study: str, user: str) -> Iterator[Bundle]:
    """The files of a ZIP, checked and locked away. `cases`: row and case (not saved yet) of each own number.

    What is left in the bundle when this is over was not used, and is destroyed. Raises Faults AFLEV-108 to 110, all at
    once.
    """
    by_folder = {folder_name(number): number for number in cases}
    depth = _looked_over(path, by_folder, len(cases))
    bundle: Bundle = {}
    problems: list[Problem] = []
    key = this_home().keys.study(study)
    try:
        for piece in pieces(path, "sager.zip", folder()):
            number = by_folder[folder_name(piece.folder.split("/")[depth])]
            row, case = cases[number]
            if piece.refused:
                problems.append(_refused(row, piece.name, piece.refused))
            elif not problems:  # nothing is kept once something is wrong; the rest is looked at to be told of
                bundle.setdefault(number, []).append(storing.kept(case, piece, key, user))
        if problems:
            raise Faults(problems)
        yield bundle
    finally:
        for kept in bundle.values():
            for item in kept:
                storing.erase(item.document)


def _looked_over(path: Path, by_folder: Mapping[str, str], cases: int) -> int:
    """How deep the folders of cases lie: 1 where all lie in one more, as when a folder was made into a ZIP.

    Nothing is unpacked yet. Raises Faults AFLEV-108 and 109 where a file is in no folder of a row.
    """
    try:
        found = [name.split("/") for name in folders_of(path)]
    except Refused as refused:
        told = problem_of(refused.code)
        raise Faults([Problem(told.code, Place("ZIP"), told.fault, told.remedy)]) from None
    around = {parts[0] for parts in found if folder_name(parts[0]) not in by_folder}
    depth = int(len(around) == 1 and all(len(parts) > 1 and parts[0] in around for parts in found))
    problems = []
    if len(by_folder) < cases:
        fault = said("To sager i arket får mapper med samme navn.")
        remedy = said("Læg dokumenterne i de to sager bagefter, én sag ad gangen.")
        problems.append(Problem("AFLEV-108", Place("ZIP"), fault, remedy))
    for name in sorted({parts[depth] for parts in found}):
        if not name:
            fault = said("Der ligger filer i ZIP-filen uden for en mappe.")
            remedy = said("Læg dem i mappen for den sag, de hører til.")
            problems.append(Problem("AFLEV-109", Place("ZIP"), fault, remedy))
        elif folder_name(name) not in by_folder:
            fault = said(
                "ZIP-filen har mappen {name}, men arket har ingen sag med det nummer.", name=shown(name)
            )
            remedy = said("Giv mappen sagens nummer som i arket, eller slet den.")
            problems.append(Problem("AFLEV-108", Place("ZIP"), fault, remedy))
    if problems:
        raise Faults(problems)
    return depth


def _refused(row: int, name: str, code: str) -> Problem:
    why = problem_of(code)
    fault = said("{name} kan ikke tages ind: {why} ({code})", name=shown(name), why=why.fault, code=code)
    return Problem("AFLEV-110", Place(row=row, column=COLUMN), fault, why.remedy)
