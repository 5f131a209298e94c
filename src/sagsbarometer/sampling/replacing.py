"""Replacements: a case that goes out, why, and the one reserve that can take its place."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sagsbarometer.datafiles.located import read_yaml
from sagsbarometer.datafiles.validated import Strict, validated
from sagsbarometer.kernel.ids import is_like_cpr, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.sampling.drawn import Drawn, DrawnCell, DrawnRow, Role

COLUMNS = ("number", "case", "reason", "scope", "replacement", "on", "note", "sha256")
FILE = "replacements.csv"
_LONGEST = 200  # characters of a note
_FORMULA = ("=", "+", "-", "@")  # what a spreadsheet would reckon
_SCOPES = {"out_of_scope": Role.OUT_OF_SCOPE, "nonresponse": Role.NONRESPONSE}


class Reason(Strict):
    """Why a case goes out. `scope`: whether it belongs to what is measured at all."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    label: dict[str, str]
    scope: Literal["out_of_scope", "nonresponse"]
    source: str


class _Reasons(Strict):
    replacement_reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class Replacement:
    """One line of the log. `replacement` is the reserve that took the place, "" where none did; `sha256` is of the line
    before and this one, so that a line changed or taken away later shows."""

    number: int
    case: str
    reason: str
    scope: str
    replacement: str
    on: date
    note: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. `reserve`: whether a reserve is to take the place; `wanted`: the id that it should be, ""
    for whichever is next."""

    case: str
    reason: str
    on: date
    note: str = ""
    reserve: bool = True
    wanted: str = ""


class Disallowed(ValueError):
    """A line of a log that the rules do not allow; `number` is its own."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def load_reasons(path: Path) -> dict[str, Reason]:
    """The reasons by id. Raises Faults UDTRAEK-146 and as `read_yaml`."""
    read, problems = validated(read_yaml(path), _Reasons, code="UDTRAEK-146")
    if read is None:
        raise Faults(problems)
    return {reason.id: reason for reason in read.replacement_reasons}


def replaced(
    drawn: Drawn, log: Sequence[Replacement], begin: str, asked: Asked, reasons: Mapping[str, Reason]
) -> Replacement:
    """The next line of the log. `drawn` is the sample with `log` counted in; `begin` the SHA-256 that the first line
    goes on from.

    Raises Faults, all at once: UDTRAEK-141 the reserve asked for is not the next, 142 the reason is missing or unknown,
    143 the case is not in force, 144 the note cannot be kept, 145 the day is before that of the line before.
    """
    problems = []
    rows = {row.id: row for row in drawn.rows}
    row = rows.get(asked.case)
    if asked.reason not in reasons:
        problems.append(_no_reason(asked.reason, reasons))
    if row is None or not row.in_force:
        problems.append(_problem("UDTRAEK-143", "--case", _not_in_force(row, asked.case), _IN_FORCE_REMEDY))
    following = next_reserve(drawn, row.cell) if row is not None and row.in_force else None
    if row is not None and row.in_force and asked.wanted:
        problems += _out_of_order(asked, following)
    if not _can_be_kept(asked.note.strip()):
        fault = said(
            "Noten er for lang, er på flere linjer, begynder med = + - @ eller ligner noget med "
            "et CPR-nummer."
        )
        remedy = said("Skriv højst {longest} tegn om årsagen.", longest=_LONGEST)
        problems.append(_problem("UDTRAEK-144", "--note", fault, remedy))
    if log and asked.on < log[-1].on:
        fault = said("Linjen før er fra {day}, og denne er fra en tidligere dag.", day=log[-1].on.isoformat())
        remedy = said("Skriv den dag, hvor udskiftningen blev besluttet.")
        problems.append(_problem("UDTRAEK-145", "--on", fault, remedy))
    if problems:
        raise Faults(problems)
    taken = following.id if following is not None and asked.reserve else ""
    line = Replacement(
        len(log) + 1,
        asked.case,
        asked.reason,
        reasons[asked.reason].scope,
        taken,
        asked.on,
        asked.note.strip(),
        "",
    )
    return replace(line, sha256=chained(log[-1].sha256 if log else begin, line))


def _no_reason(written: str, reasons: Mapping[str, Reason]) -> Problem:
    fault = (
        said("{reason} er ingen årsag.", reason=shown(written)) if written else said("Der er ingen årsag.")
    )
    remedy = said("Skriv en af: {known}.", known=", ".join(sorted(reasons)))
    return _problem("UDTRAEK-142", "--reason", fault, remedy)


def _can_be_kept(note: str) -> bool:
    formula = note.startswith(_FORMULA)
    return len(note) <= _LONGEST and note.isprintable() and not formula and not is_like_cpr(note)


def against_rules(log: Sequence[Replacement], reasons: Mapping[str, Reason]) -> dict[int, str]:
    """The lines that `replaced` would never have given, by number, each with what is wrong; `applied` knows the cases
    and the order of the reserves. Whoever writes a log by hand can make every checksum anew, but must follow these."""
    wrong: dict[int, str] = {}
    for before, line in zip([None, *log], log, strict=False):
        if line.reason not in reasons:
            wrong[line.number] = said("{reason} er ingen årsag", reason=shown(line.reason))
        elif line.scope != reasons[line.reason].scope:
            wrong[line.number] = said("om sagen tæller med, følger ikke årsagen")
        elif before is not None and line.on < before.on:
            wrong[line.number] = said("dagen er før den forrige linjes")
        elif line.note != line.note.strip() or not _can_be_kept(line.note):
            wrong[line.number] = said("noten kan ikke gemmes")
    return wrong


_IN_FORCE_REMEDY = said("Kun en sag, der er udtrukket eller taget ind, og som ikke er gået ud, kan gå ud.")


def _not_in_force(row: DrawnRow | None, case: str) -> str:
    if row is None:
        return said("Sagen {case} er ikke på listen.", case=shown(case))
    if row.role in (Role.OUT_OF_SCOPE, Role.NONRESPONSE):
        return said("Sagen {case} er allerede gået ud.", case=shown(case))
    if row.role is Role.RESERVE:
        return said("Sagen {case} er i reserve og ikke taget ind.", case=shown(case))
    return said("Sagen {case} er ikke udtrukket.", case=shown(case))


def _out_of_order(asked: Asked, following: DrawnRow | None) -> list[Problem]:
    if not asked.reserve:
        fault, remedy = (
            said("Der kan ikke både tages en reserve ind og ikke tages en ind."),
            said("Slet --with eller --no-reserve."),
        )
    elif following is None:
        fault, remedy = said("Der er ikke flere reserver i sagens celle."), said("Slet --with.")
    elif following.id != asked.wanted:
        fault = said("{wanted} er ikke den næste reserve i sagens celle.", wanted=shown(asked.wanted))
        remedy = said(
            "Den næste er {id}. Rækkefølgen lå fast ved udtrækket og kan ikke vælges om.",
            id=shown(following.id),
        )
    else:
        return []
    return [_problem("UDTRAEK-141", "--with", fault, remedy)]


def _problem(code: str, option: str, fault: str, remedy: str) -> Problem:
    return Problem(code, Place(option), fault, remedy)


def next_reserve(drawn: Drawn, cell: str) -> DrawnRow | None:
    """The reserve of a cell that is next; None where they are used up."""
    left = [row for row in drawn.rows if row.cell == cell and row.role is Role.RESERVE]
    return min(left, key=lambda row: row.order, default=None)


def applied(drawn: Drawn, log: Iterable[Replacement]) -> Drawn:
    """The sample with the log counted in, one line after the other: roles, numbers per cell, and probabilities.

    With k reserves called in of a cell of N with n selected, a case is issued with probability π + (1 − π)·k / (N − n):
    the reserves are a simple random order of what was not selected. For equal probabilities that is (n + k) / N, so
    that Σ 1/π over all that were issued is still N. In two stages it is the second stage that changes. Where k hangs on
    how many fell out, it is taken as it came to be. Raises Disallowed.
    """
    rows = {row.id: row for row in drawn.rows}
    cells = drawn.by_key()
    for line in log:
        row = rows.get(line.case)
        if row is None or not row.in_force or line.scope not in _SCOPES:
            raise Disallowed(line.number)
        rows[row.id] = replace(row, role=_SCOPES[line.scope])
        cell = cells[row.cell]
        cell = replace(cell, **{line.scope: getattr(cell, line.scope) + 1})
        if line.replacement:
            own = rows.get(line.replacement)
            # The reserves of a cell follow the selected without a gap, so the next has the number after all issued.
            if (
                own is None
                or own.cell != row.cell
                or own.role is not Role.RESERVE
                or own.order != cell.issued + 1
            ):
                raise Disallowed(line.number)
            rows[own.id] = replace(own, role=Role.CALLED_IN)
            cell = replace(cell, issued=cell.issued + 1)
        cells[row.cell] = cell
    changed = {key: cell for key, cell in cells.items() if cell.issued != cell.selected}
    final = (
        replace(row, probability=_issued(row, changed[row.cell], drawn)) if row.cell in changed else row
        for row in rows.values()
    )
    return replace(
        drawn,
        cells=tuple(cells[cell.key] for cell in drawn.cells),
        rows=tuple(sorted(final, key=lambda row: row.id)),
    )


def _issued(row: DrawnRow, cell: DrawnCell, drawn: Drawn) -> Fraction | None:
    if row.probability is None:
        return None
    first = drawn.authorities.get(row.authority, Fraction(1))
    within = row.probability / first
    called_in = Fraction(cell.issued - cell.selected, cell.population - cell.selected)
    return first * (within + (1 - within) * called_in)


def chained(before: str, line: Replacement) -> str:
    """SHA-256 of the hash before and the line, as `replacements.csv` has it without its last column."""
    return hashlib.sha256(f"{before}\n{_text(_cells(line)[:-1])}".encode()).hexdigest()


def _cells(line: Replacement) -> tuple[str, ...]:
    return (
        str(line.number),
        line.case,
        line.reason,
        line.scope,
        line.replacement,
        line.on.isoformat(),
        line.note,
        line.sha256,
    )


def _text(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def write_log(log: Iterable[Replacement]) -> bytes:
    """`replacements.csv`."""
    return "".join([_text(COLUMNS), *(_text(_cells(line)) for line in log)]).encode("utf-8")


def read_log(content: bytes) -> tuple[Replacement, ...]:
    """The lines that `write_log` wrote. Raises ValueError when they are none."""
    reader = csv.reader(io.StringIO(content.decode("utf-8")))
    if tuple(next(reader, ())) != COLUMNS:
        raise ValueError("columns")
    return tuple(
        Replacement(int(number), case, reason, scope, own, date.fromisoformat(on), note, hash_)
        for number, case, reason, scope, own, on, note, hash_ in reader
    )


def receipt(log: Sequence[Replacement], begin: str) -> str:
    """What stands for the whole log as it is: the checksum of its last line, or `begin` where there is none. A log cut
    short at its end still holds; only who kept the receipt can see it."""
    return log[-1].sha256 if log else begin


def line_of_receipt(log: Sequence[Replacement], begin: str, kept: str) -> int | None:
    """After which line a receipt was given, 0 before the first; None where the log has no such line any more."""
    return next(
        (at for at, hash_ in enumerate([begin, *(line.sha256 for line in log)]) if hash_ == kept), None
    )


def broken(log: Sequence[Replacement], begin: str) -> int | None:
    """The number of the first line that is not as it was written, None where all are."""
    before = begin
    for place, line in enumerate(log, 1):
        if line.number != place or line.sha256 != chained(before, line):
            return place
        before = line.sha256
    return None
