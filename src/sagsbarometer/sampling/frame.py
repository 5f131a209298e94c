"""The frame of a plan: how many cases each authority has in each stratum, before any list of cases exists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sagsbarometer.catalogue.municipalities import Municipality
from sagsbarometer.deliveries.tables import RawRow, RawTable
from sagsbarometer.kernel.ids import holds_cpr, municipality_code, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.sampling.allocation import root

AUTHORITY, SIZE, SHARE, SD, NAME, REGION = "authority", "size", "share", "sd", "name", "region"
JOIN = "|"  # between the values of several strata, where they are one word
_OWN = frozenset({AUTHORITY, SIZE, SHARE, SD, NAME})
_MOST = 10**9
_DECIMAL = re.compile(r"\d{1,9}([.,]\d{1,12})?")


@dataclass(frozen=True, slots=True)
class FrameRow:
    """The cases of one authority in one stratum: `size` of them; `share` is what is expected of them, 0..1, and
    `spread` their standard deviation, both None where the frame does not say. `more` are its other columns."""

    authority: str
    stratum: tuple[str, ...]
    size: int
    share: Fraction | None = None
    spread: Fraction | None = None
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """All rows, by authority and stratum in the order of their first lines. `names` are by authority."""

    strata: tuple[str, ...]
    rows: tuple[FrameRow, ...]
    names: Mapping[str, str]

    @property
    def size(self) -> int:
        """All cases."""
        return sum(row.size for row in self.rows)

    @property
    def authorities(self) -> tuple[str, ...]:
        """The authorities, each once."""
        return tuple(dict.fromkeys(row.authority for row in self.rows))

    @property
    def levels(self) -> tuple[tuple[str, ...], ...]:
        """The strata that occur, each once."""
        return tuple(dict.fromkeys(row.stratum for row in self.rows))

    def name(self, authority: str) -> str:
        """What an authority is called."""
        return self.names.get(authority, authority)

    def groups(self, domain: str) -> tuple[str, ...]:
        """The value of a domain for each row: of a stratum, the authority, or another column."""
        return tuple(_of(row, domain, self.strata) for row in self.rows)


def stratum_word(stratum: Sequence[str]) -> str:
    """A stratum as one word: `refusal`, `refusal|new`."""
    return JOIN.join(stratum)


def read_frame(table: RawTable, strata: Sequence[str], municipalities: Mapping[str, Municipality]) -> Frame:
    """The frame in a table with the columns authority, the strata and size; share, sd, name and others may be there.

    Codes of municipalities lose their leading noughts; a municipality's name and region come from the list where the
    table has none. Rows that differ only in columns the plan does not use are counted together. Raises Faults, all at
    once: PLAN-111 a column that is missing, PLAN-112 a value that is none, PLAN-113 two rows of the same authority and
    stratum, PLAN-114 an authority with two names, PLAN-115 no cases at all.
    """
    reading = _Reading(table, tuple(strata), municipalities)
    rows = [row for raw in table.rows if (row := reading.row(raw)) is not None]
    if not reading.problems and not any(row.size for row in rows):
        remedy = said("Skriv i size, hvor mange sager hver myndighed har.")
        reading.add("PLAN-115", Place(table.file), said("Der er ingen sager i rammen."), remedy)
    if reading.problems:
        raise Faults(reading.problems)
    rows = [_together(own) for own in reading.cells(rows)]
    order = {authority: at for at, authority in enumerate(dict.fromkeys(row.authority for row in rows))}
    rows.sort(key=lambda row: order[row.authority])  # one authority's rows together, else as they stand
    return Frame(tuple(strata), tuple(rows), reading.names)


class _Reading:
    """The columns of a table, and what is wrong with its rows."""

    def __init__(
        self, table: RawTable, strata: tuple[str, ...], municipalities: Mapping[str, Municipality]
    ) -> None:
        self.table, self.strata, self.municipalities = table, strata, municipalities
        self.problems: list[Problem] = []
        self.names: dict[str, str] = {}
        self._lines: dict[tuple[str, tuple[str, ...], tuple[str, ...]], int] = {}
        self.columns = {name.strip(): at for at, name in enumerate(table.header)}
        for name in (AUTHORITY, *strata, SIZE):
            if name not in self.columns:
                fault = said("Rammen mangler kolonnen {name}.", name=shown(name))
                self.add("PLAN-111", Place(table.file, row=table.header_row), fault, said("Tilføj kolonnen."))
        if self.problems:
            raise Faults(self.problems)

    def add(self, code: str, place: Place, fault: str, remedy: str) -> None:
        self.problems.append(Problem(code, place, fault, remedy))

    def row(self, raw: RawRow) -> FrameRow | None:
        """One row of the frame, None where it cannot be read."""
        faults = len(self.problems)
        authority = municipality_code(self._word(raw, AUTHORITY))
        stratum = tuple(self._word(raw, name) for name in self.strata)
        size = self._size(raw)
        share, spread = self._decimal(raw, SHARE, 1), self._decimal(raw, SD, _MOST)
        self._once(raw, authority, stratum)
        self._named(raw, authority)
        if len(self.problems) > faults:
            return None
        more = {name: raw.cells[at].strip() for name, at in self.columns.items() if self._is_domain(name)}
        if REGION not in more and authority in self.municipalities:
            more[REGION] = self.municipalities[authority].region
        if spread is None and share is not None:
            spread = root(share * (1 - share))
        return FrameRow(authority, stratum, size, share, spread, more)

    def _is_domain(self, name: str) -> bool:
        return name not in _OWN and name not in self.strata

    def _cell(self, raw: RawRow, name: str) -> str:
        return raw.cells[self.columns[name]].strip() if name in self.columns else ""

    def _wrong(self, raw: RawRow, name: str, fault: str, remedy: str) -> None:
        self.add("PLAN-112", Place(self.table.file, row=raw.number, column=name), fault, remedy)

    def _word(self, raw: RawRow, name: str) -> str:
        word = self._cell(raw, name)
        if not word or JOIN in word or not word.isprintable() or holds_cpr(word):
            fault = (
                said("{word} kan ikke bruges her.", word=shown(word)) if word else said("Værdien mangler.")
            )
            self._wrong(raw, name, fault, said("Skriv et ord eller en kode uden lodret streg."))
        return word

    def _size(self, raw: RawRow) -> int:
        text = self._cell(raw, SIZE)
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            fault = said("{text} er intet antal.", text=shown(text))
            remedy = said("Skriv et helt antal sager: 0, 12, 340.")
            self._wrong(raw, SIZE, fault, remedy)
            return 0
        return int(text)

    def _decimal(self, raw: RawRow, name: str, most: int) -> Fraction | None:
        text = self._cell(raw, name)
        if not text:
            return None
        value = Fraction(text.replace(",", ".")) if _DECIMAL.fullmatch(text) else None
        if value is None or value > most:
            limits = said("fra 0 til 1: 0,45") if name == SHARE else said("på 0 eller mere: 0,5")
            fault = said("{text} kan ikke bruges her.", text=shown(text))
            remedy = said("Skriv et tal {limits}.", limits=limits)
            self._wrong(raw, name, fault, remedy)
            return None
        return value

    def _once(self, raw: RawRow, authority: str, stratum: tuple[str, ...]) -> None:
        # A column the plan does not use may hold what tells the rows apart: another stratum.
        other = tuple(self._cell(raw, name) for name in self.columns if self._is_domain(name))
        key = (authority, stratum, other)
        if key in self._lines:
            fault = said("Myndighed og stratum står også i række {row}.", row=str(self._lines[key]))
            place = Place(self.table.file, row=raw.number)
            self.add("PLAN-113", place, fault, said("Læg de to rækker sammen, eller slet den ene."))
        self._lines.setdefault(key, raw.number)

    @staticmethod
    def cells(rows: Sequence[FrameRow]) -> list[list[FrameRow]]:
        """The rows of each cell, in the order of their first lines."""
        found: dict[tuple[str, tuple[str, ...]], list[FrameRow]] = {}
        for row in rows:
            found.setdefault((row.authority, row.stratum), []).append(row)
        return list(found.values())

    def _named(self, raw: RawRow, authority: str) -> None:
        known = self.municipalities.get(authority)
        name = self._cell(raw, NAME) or (known.name if known else authority)
        if holds_cpr(name):
            fault = said("{name} kan ikke bruges her.", name=shown(name))
            remedy = said("Skriv myndighedens navn.")
            self._wrong(raw, NAME, fault, remedy)
        elif self.names.setdefault(authority, name) != name:
            fault = said("Myndigheden {authority} har to navne.", authority=shown(authority))
            place = Place(self.table.file, row=raw.number, column=NAME)
            self.add("PLAN-114", place, fault, said("Skriv det samme navn i alle dens rækker."))


def _together(rows: Sequence[FrameRow]) -> FrameRow:
    """The rows of one cell as one: sizes added, shares weighed together; what is not alike in all is not known."""
    first, *others = rows
    if not others:
        return first
    size = sum(row.size for row in rows)
    shares = [row.size * row.share for row in rows if row.share is not None]
    share = sum(shares, Fraction(0)) / size if size and len(shares) == len(rows) else None
    more = {
        name: word for name, word in first.more.items() if all(row.more.get(name) == word for row in others)
    }
    spread = root(share * (1 - share)) if share is not None else None
    return FrameRow(first.authority, first.stratum, size, share, spread, more)


def _of(row: FrameRow, domain: str, strata: tuple[str, ...]) -> str:
    if domain == AUTHORITY:
        return row.authority
    if domain in strata:
        return row.stratum[strata.index(domain)]
    return row.more.get(domain, "")
