"""The frame list: the cases that can be drawn, by pseudonymous ids, in one canonical form that can be hashed."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sagsbarometer.deliveries.table_cells import Findings
from sagsbarometer.deliveries.tables import RawRow, RawTable
from sagsbarometer.kernel.dates import parse_date
from sagsbarometer.kernel.ids import is_like_cpr, is_pseudonym, is_short_cpr, municipality_code, shown
from sagsbarometer.kernel.problems import Level, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.sampling.first_stage import authorities_asked
from sagsbarometer.sampling.plan import NEWEST_FIRST, PPS, Plan

ID, AUTHORITY = "id", "authority"
DECIDED, RECEIVED, SIZE, APPEALED, LEFT_OUT = "decided_on", "received_on", "size", "appealed", "left_out"
_OPTIONAL = (DECIDED, RECEIVED, SIZE, APPEALED)
# Nothing that a spreadsheet takes for a formula, and nothing that splits a line.
_ID = re.compile(r"[^\W_][\w.:/ -]{0,79}")
_BETWEEN = frozenset("./:_- ")  # between the code of an authority and its own id
# Years that a decision can be of; the days of a deadline are then never beyond the calendar either.
YEARS = range(1900, 2201)
# Letters of other scripts that look like ours.
_ALIKE = str.maketrans("авекмнорстухіјѕԁɡαβεικνορτυχ", "abekmhopctyxijsdgabeikvoptux")
_SIZE = re.compile(r"(\d{1,15})(?:[.,](\d{1,6}))?")
_YES, _NO = frozenset({"ja", "true", "yes", "1"}), frozenset({"nej", "false", "no", "0"})


@dataclass(frozen=True, slots=True)
class ListRow:
    """One case that can be drawn. `left_out` says why it cannot after all: a code of `eligible`, "" where it can."""

    id: str
    authority: str
    stratum: tuple[str, ...]
    decided_on: date | None = None
    received_on: date | None = None
    size: Fraction | None = None  # above 0, in the unit of the list
    appealed: bool = False
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The frame list. `rows` are sorted by id, each id once; `strata` names the columns beside authority."""

    strata: tuple[str, ...]
    rows: tuple[ListRow, ...]

    @property
    def drawable(self) -> tuple[ListRow, ...]:
        """The cases that can be drawn."""
        return tuple(row for row in self.rows if not row.left_out)


def listing(strata: Sequence[str], rows: Iterable[ListRow]) -> Listing:
    """The rows in order. Raises ValueError where an id stands twice."""
    ordered = tuple(sorted(rows, key=lambda row: row.id))
    if len({row.id for row in ordered}) != len(ordered):
        raise ValueError("id twice")
    return Listing(tuple(strata), ordered)


def canonical(listed: Listing) -> bytes:
    """The list as `frame.csv`: UTF-8, commas, LF, sorted by id; so that the same cases give the same SHA-256."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([ID, AUTHORITY, *listed.strata, DECIDED, RECEIVED, SIZE, APPEALED, LEFT_OUT])
    for row in listed.rows:
        days = (day.isoformat() if day else "" for day in (row.decided_on, row.received_on))
        size = "" if row.size is None else _size_text(row.size)
        appealed = "yes" if row.appealed else ""
        writer.writerow([row.id, row.authority, *row.stratum, *days, size, appealed, row.left_out])
    return out.getvalue().encode("utf-8")


def sha256(content: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def from_canonical(content: bytes, strata: Sequence[str]) -> Listing:
    """The list that `canonical` wrote. Raises ValueError when it is none, or was changed into none."""
    reader = csv.reader(io.StringIO(content.decode("utf-8")))
    head = [ID, AUTHORITY, *strata, DECIDED, RECEIVED, SIZE, APPEALED, LEFT_OUT]
    if next(reader, None) != head:
        raise ValueError("columns")
    return listing(strata, (_row_of(cells, len(strata)) for cells in reader))


def days_hold(listed: Listing) -> bool:
    """Whether all days are such as a list can have; a deadline from any other may be beyond the calendar."""
    days = (day for row in listed.rows for day in (row.decided_on, row.received_on) if day)
    return all(day.year in YEARS for day in days)


def _row_of(cells: Sequence[str], strata: int) -> ListRow:
    id, authority, *stratum = cells[: 2 + strata]
    decided, received, size, appealed, left_out = cells[2 + strata :]
    return ListRow(
        id,
        authority,
        tuple(stratum),
        date.fromisoformat(decided) if decided else None,
        date.fromisoformat(received) if received else None,
        Fraction(size) if size else None,
        appealed == "yes",
        left_out,
    )


def _size_text(size: Fraction) -> str:
    """At most six decimals, and none that are not needed."""
    whole, rest = divmod(size.numerator * 10**6 // size.denominator, 10**6)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def listing_of(
    table: RawTable, plan: Plan, without: frozenset[str] = frozenset()
) -> tuple[Listing, list[Problem]]:
    """The list that a file holds, and what is to be told of it (notes).

    `without` names the authorities that the plan counts cases of and that are known to have sent none. Raises Faults
    with all of them: UDTRAEK-101 a column is missing, 102 and 103 an id, 104 an id twice, 105 an authority, 106 a
    stratum, 107 a date, 108 a size, 109 a word for appealed, 111 an authority of the plan is not in the list, 114 one
    is named as not in it and is, or is not in the plan.
    """
    reader = _Reader(table, plan)
    rows = reader.rows()
    reader.absent(rows, without)
    reader.alike()
    reader.findings.problems.sort(key=lambda problem: problem.place.row or 0)
    reader.findings.raise_any()
    return listing(plan.strata, rows), reader.notes


def _folded(id: str) -> str:
    """What two ids have in common that differ only in case, in what stands between the parts, or in letters of other
    scripts that look the same."""
    plain = unicodedata.normalize("NFKC", id).casefold().translate(_ALIKE)
    return re.sub(r"[\s._:/-]", "", plain)


_NO_PERSON = said("Giv sagen et id, der ikke siger noget om personen, og gem nøglen hos jer selv.")


def _is_personal(id: str, authority: str) -> bool:
    """Whether an id looks like a CPR number, as a whole or after the code of its authority."""
    own = id.removeprefix(authority)
    if is_pseudonym(id) or is_pseudonym(own[1:] if own[:1] in _BETWEEN else own):
        return False
    return is_like_cpr(id) or is_like_cpr(own)


class _Reader:
    """Reads the rows of one file against one plan, and keeps what is wrong."""

    def __init__(self, table: RawTable, plan: Plan) -> None:
        self.table, self.plan = table, plan
        self.findings = Findings(table.file)
        self.notes: list[Problem] = []
        self.authorities = {cell.authority for cell in plan.cells}
        self.cells = {(cell.authority, cell.stratum) for cell in plan.cells}
        self.values = [{cell.stratum[at] for cell in plan.cells} for at in range(len(plan.strata))]
        self.at = self._columns()
        self.seen: dict[str, int] = {}

    def _add(self, code: str, row: int, column: str, fault: str, remedy: str) -> None:
        self.findings.add(code, fault, remedy, row=row, column=column)

    @property
    def _faults(self) -> int:
        return len(self.findings.problems) + self.findings.left_out

    def _columns(self) -> Mapping[str, int]:
        wanted = [ID, AUTHORITY, *self.plan.strata]
        wanted += [SIZE] if self.plan.method == PPS else []
        wanted += [DECIDED] if self.plan.method == NEWEST_FIRST else []
        # The plan may call the column of sizes something else.
        called = {SIZE: self.plan.size_column} if self.plan.method == PPS and self.plan.size_column else {}
        folded = {name.casefold(): at for at, name in reversed(list(enumerate(self.table.header)))}
        names = {name: called.get(name, name) for name in (*wanted, *_OPTIONAL)}
        at = {name: folded[own.casefold()] for name, own in names.items() if own.casefold() in folded}
        place = Place(self.table.file, row=self.table.header_row)
        for name in dict.fromkeys(wanted):
            if name not in at:
                fault = said("Listen har ingen kolonne {name}, og planen skal bruge den.", name=names[name])
                all_ = ", ".join(names[own] for own in dict.fromkeys(wanted))
                remedy = said(
                    "Tilføj kolonnen, eller omdøb den, der har det. Der skal være: {names}.", names=all_
                )
                self.findings.add("UDTRAEK-101", fault, remedy, row=self.table.header_row)
        self.findings.raise_any()
        if others := len(self.table.header) - len(set(at.values())):
            fault = said(
                "{others} af listens kolonner er ikke læst og kommer ikke med i stikprøvens mappe.",
                others=str(others),
            )
            remedy = said("Det er, som det skal være, når udtrækket ikke skal bruge dem.")
            self.notes.append(Problem("UDTRAEK-110", place, fault, remedy, Level.NOTE))
        return at

    def rows(self) -> list[ListRow]:
        """The rows that can be read."""
        return [row for raw in self.table.rows if (row := self._row(raw)) is not None]

    def _cell(self, raw: RawRow, name: str) -> str:
        return raw.cells[self.at[name]] if name in self.at else ""

    def _row(self, raw: RawRow) -> ListRow | None:
        before = self._faults
        authority = municipality_code(self._cell(raw, AUTHORITY))
        id = self._id(raw, authority)
        stratum = tuple(self._cell(raw, name) for name in self.plan.strata)
        self._place(raw, authority, stratum)
        decided, received = self._day(raw, DECIDED), self._day(raw, RECEIVED)
        if decided and received and received < decided:
            fault = said("Afgørelsen er modtaget, før den blev truffet.")
            self._add("UDTRAEK-107", raw.number, RECEIVED, fault, said("Ret den ene af datoerne."))
        size, appealed = self._size(raw), self._appealed(raw)
        if self._faults > before:
            return None
        return ListRow(id, authority, stratum, decided, received, size, appealed)

    def _id(self, raw: RawRow, authority: str) -> str:
        id = unicodedata.normalize("NFC", self._cell(raw, ID))
        if _is_personal(id, authority):
            self._personal(raw)
        elif not _ID.fullmatch(id):
            fault = (
                said("Sagens id {id} kan ikke bruges.", id=shown(id)) if id else said("Sagen har intet id.")
            )
            remedy = said(
                "Skriv højst 80 bogstaver, tal og tegnene . : / - _ og mellemrum, med et bogstav "
                "eller tal først."
            )
            self._add("UDTRAEK-102", raw.number, ID, fault, remedy)
        elif (first := self.seen.setdefault(id, raw.number)) != raw.number:
            fault = said("Id {id} står også i række {first}.", id=shown(id), first=str(first))
            remedy = said(
                "Slet den ene, eller giv hver sag sit eget id: en sag må kun kunne udtrækkes én gang."
            )
            self._add("UDTRAEK-104", raw.number, ID, fault, remedy)
        return id

    def _personal(self, raw: RawRow) -> None:
        self._add("UDTRAEK-103", raw.number, ID, said("Sagens id ligner et CPR-nummer."), _NO_PERSON)

    def alike(self) -> None:
        """What can be seen of the ids together only: numbers that lost a nought in front, and ids nearly the same."""
        short = sum(map(is_short_cpr, self.seen))
        if short >= 2 and 10 * short >= 9 * len(self.seen):
            fault = said(
                "{short} af {all} id'er ligner CPR-numre, der har mistet et nul forrest.",
                short=str(short),
                all=str(len(self.seen)),
            )
            self.findings.add("UDTRAEK-103", fault, _NO_PERSON, row=self.table.header_row, column=ID)
        folded: dict[str, list[str]] = {}
        for id in self.seen:
            folded.setdefault(_folded(id), []).append(id)
        near = [ids for ids in folded.values() if len(ids) > 1]
        if near and not self._faults:
            one, other, *_ = near[0]
            fault = said(
                "{number} id'er er næsten ens, bl.a. {one} i række {row} og {other} i række {other_row}.",
                number=str(sum(map(len, near))),
                one=shown(one),
                row=str(self.seen[one]),
                other=shown(other),
                other_row=str(self.seen[other]),
            )
            remedy = said(
                "Se efter, om det er den samme sag skrevet på to måder; den kan ellers blive "
                "udtrukket to gange."
            )
            place = Place(self.table.file, row=self.seen[one])
            self.notes.append(Problem("UDTRAEK-112", place, fault, remedy, Level.NOTE))

    def _place(self, raw: RawRow, authority: str, stratum: tuple[str, ...]) -> None:
        if authority not in self.authorities:
            fault = (
                said("Myndigheden {authority} er ikke i planen.", authority=shown(authority))
                if authority
                else said("Myndigheden mangler.")
            )
            remedy = said("Skriv dens kode, som i planen, eller lav planen om, så den er med.")
            self._add("UDTRAEK-105", raw.number, AUTHORITY, fault, remedy)
        wrong = [at for at, value in enumerate(stratum) if value not in self.values[at]]
        for at in wrong:
            value = stratum[at]
            known = ", ".join(sorted(self.values[at])[:10])
            fault = (
                said("{value} er ikke en værdi i planen.", value=shown(value))
                if value
                else said("Værdien mangler.")
            )
            remedy = said("Skriv en af: {known}.", known=known)
            self._add("UDTRAEK-106", raw.number, self.plan.strata[at], fault, remedy)
        if not wrong and authority in self.authorities and (authority, stratum) not in self.cells:
            fault = said(
                "Planen har ingen sager af {stratum} fra myndigheden {authority}.",
                stratum=shown(" · ".join(stratum)),
                authority=shown(authority),
            )
            remedy = said("Tilføj cellen i planens ramme, og lav planen om, eller ret rækken.")
            self._add("UDTRAEK-106", raw.number, AUTHORITY, fault, remedy)

    def _day(self, raw: RawRow, name: str) -> date | None:
        text = self._cell(raw, name)
        if not text:
            if name == DECIDED and self.plan.method == NEWEST_FIRST:
                fault = said("Afgørelsens dato mangler, og planen tager de nyeste sager først.")
                self._add("UDTRAEK-107", raw.number, name, fault, said("Skriv datoen."))
            return None
        try:
            day = parse_date(text)
            if day.year in YEARS:
                return day
            fault = said("Året {year} kan ikke passe.", year=str(day.year))
            self._add("UDTRAEK-107", raw.number, name, fault, said("Ret datoen."))
            return None
        except ValueError:
            fault = said("{text} er ingen dato.", text=shown(text))
            self._add(
                "UDTRAEK-107", raw.number, name, fault, said("Skriv den som 2026-03-31 eller 31-03-2026.")
            )
            return None

    def _size(self, raw: RawRow) -> Fraction | None:
        text = self._cell(raw, SIZE)
        if not text and self.plan.method != PPS:
            return None
        match = _SIZE.fullmatch(text)
        size = Fraction(f"{match[1]}.{match[2] or 0}") if match else Fraction(0)
        if size <= 0:
            fault = (
                said("{text} er ingen størrelse.", text=shown(text)) if text else said("Størrelsen mangler.")
            )
            remedy = said("Skriv et tal over nul, uden tegn mellem tusinder; udtrækket går efter det.")
            self._add("UDTRAEK-108", raw.number, SIZE, fault, remedy)
            return None
        return size

    def _appealed(self, raw: RawRow) -> bool:
        if APPEALED not in self.at:
            return False
        text = self._cell(raw, APPEALED).casefold()
        if text not in _YES | _NO:
            fault = (
                said("{text} siger ikke, om der er klaget.", text=shown(text))
                if text
                else said("Her mangler, om der er klaget.")
            )
            self._add("UDTRAEK-109", raw.number, APPEALED, fault, said("Skriv ja eller nej."))
        return text in _YES

    def absent(self, rows: Sequence[ListRow], without: frozenset[str]) -> None:
        """What is wrong with the authorities as a whole: a list that lacks one is no list of the plan's cases."""
        found = {municipality_code(self._cell(raw, AUTHORITY)) for raw in self.table.rows}
        for code in sorted(without - self.authorities | without & found):
            fault = (
                said("Myndigheden {code} er i listen.", code=shown(code))
                if code in found
                else said("Myndigheden {code} er ikke i planen.", code=shown(code))
            )
            remedy = said("Ret --without: den nævner de myndigheder i planen, som ikke har sendt en liste.")
            self.findings.add("UDTRAEK-114", fault, remedy)
        for code in sorted(authorities_asked(self.plan) - found - without):
            fault = said(
                "Listen har ingen sager fra myndigheden {code}, men planen regner med den.", code=shown(code)
            )
            remedy = said(
                "Få listen fra den, eller skriv --without {code}; så står der, at den ikke er dækket.",
                code=code,
            )
            self.findings.add("UDTRAEK-111", fault, remedy)
