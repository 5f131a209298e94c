"""A file of registrations: every row checked, every fault told, all kept or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sagsbarometer.appeals.cells import ORIGIN, Source, Unreadable, read_cell
from sagsbarometer.appeals.checks import REGISTERED_DAY, Rule, rules
from sagsbarometer.appeals.codes import Codes
from sagsbarometer.appeals.mapping import Plan
from sagsbarometer.appeals.registration import COLUMNS, REGISTERED_AT
from sagsbarometer.appeals.told import Told
from sagsbarometer.deliveries.tables import RawTable
from sagsbarometer.kernel.dates import danish_day
from sagsbarometer.kernel.ids import holds_cpr, shown
from sagsbarometer.kernel.problems import Faults, Level, Problem, errors


@dataclass(frozen=True, slots=True)
class Registrations:
    """The registrations of a file without faults, column by column in the order of the file.

    `columns` has those of `registration.COLUMNS`: text, codes and sets as text (a set is its codes in order with a bar
    between, "" is none), dates as dates, None for unknown. `registered_at` is in UTC; `lines` are the rows as seen in
    the file.
    """

    columns: Mapping[str, list[Any]]
    registered_at: list[datetime]
    lines: list[int]
    origin: str
    remarks: tuple[Problem, ...]


def read_registrations(table: RawTable, plan: Plan, codes: Codes, origin: str = "") -> Registrations:
    """Every registration of the file. Raises Faults with all faults of all rows when there is one hard fault.

    `origin` is that of the register, "" for a new one.

    Codes: REGISTER-101 no case id, REGISTER-102 no time of registration, REGISTER-103 unknown code, REGISTER-104
    unreadable date, REGISTER-105 to 109 and 121 to 126 as `checks`, REGISTER-110 something like a CPR number,
    REGISTER-111 origin, REGISTER-112 no rows, REGISTER-122 (a warning) a case twice at the same time.
    """
    reader = _Reader(table, plan, codes, origin)
    problems = reader.read()
    if errors(problems):
        raise Faults(problems)
    values = reader.values
    return Registrations(
        columns={column: values[column] for column in COLUMNS},
        registered_at=values[REGISTERED_AT],
        lines=[row.number for row in table.rows],
        origin=values[ORIGIN][0],
        remarks=problems,
    )


@dataclass
class _Reader:
    table: RawTable
    plan: Plan
    codes: Codes
    origin: str
    values: dict[str, list[Any]] = field(default_factory=dict)
    # Row and column of what could not be read: nothing more is told of a value that is not there.
    unread: dict[str, set[int]] = field(default_factory=dict)

    def read(self) -> tuple[Problem, ...]:
        """Fills `values` and returns every problem."""
        self.told = Told(self.table.file)
        self.size = len(self.table.rows)
        columns = zip(*(row.cells for row in self.table.rows), strict=True)
        self.cells: dict[str, Sequence[str]] = dict(zip(self.table.header, columns, strict=False))
        if not self.size:
            self.told.whole("REGISTER-112", "Filen har ingen registreringer.", "Skriv én pr. række.")
            return self.told.problems()
        self.hidden = {column: self._hide(column, texts) for column, texts in self.cells.items()}
        for target in (*COLUMNS, REGISTERED_AT, ORIGIN):
            source = self.plan.sources.get(target)
            self.values[target] = [None] * self.size if source is None else self._column(source)
        self._derive()
        self._needed()
        self._one_origin()
        for rule in rules(self.codes):
            self._check(rule)
        self._twice()
        return self.told.problems()

    # --- cells ---

    def _hide(self, column: str, texts: Sequence[str]) -> set[str]:
        """The texts of a column that look like a CPR number, which are told of and used for nothing."""
        hidden = {text for text in set(texts) if len(text) >= 10 and holds_cpr(text)}
        if hidden:
            fault = "Cellen ligner et CPR-nummer. Værdien vises ikke her."
            remedy = "Fjern det: registret må ikke kunne føre til en person."
            for row, text in zip(self.table.rows, texts, strict=True):
                if text in hidden:
                    self.told.row("REGISTER-110", row.number, column, fault, remedy)
        return hidden

    def _column(self, source: Source) -> list[Any]:
        if source.constant is not None:
            return [read_cell(source, source.constant, self.codes.lists)] * self.size
        texts, hidden = self.cells[source.column], self.hidden[source.column]
        read: dict[str, Any] = dict.fromkeys(hidden)
        faults: dict[str, Unreadable] = {}
        for text in set(texts) - hidden:  # each different text is read once: most columns have few
            try:
                read[text] = read_cell(source, text, self.codes.lists)
            except Unreadable as error:
                read[text], faults[text] = None, error
        if hidden or faults:
            self._unreadable(source, texts, hidden, faults)
        return [read[text] for text in texts]

    def _unreadable(
        self, source: Source, texts: Sequence[str], hidden: set[str], faults: Mapping[str, Unreadable]
    ) -> None:
        unread = self.unread.setdefault(source.target, set())
        for index, text in enumerate(texts):
            if text in hidden:
                unread.add(index)
            elif error := faults.get(text):
                unread.add(index)
                row = self.table.rows[index].number
                self.told.row(error.code, row, source.column, str(error), error.remedy)

    def _derive(self) -> None:
        """The law area follows from the case subject where it was not given; the day from the moment."""
        areas = self.values["law_area"]
        for index, subject in enumerate(self.values["case_subject"]):
            if areas[index] is None and subject is not None:
                areas[index] = self.codes.law_area_of.get(subject)
        days: dict[datetime | None, date | None] = {None: None}
        for moment in self.values[REGISTERED_AT]:
            if moment not in days:
                days[moment] = danish_day(moment)
        self.values[REGISTERED_DAY] = [days[moment] for moment in self.values[REGISTERED_AT]]

    # --- rows ---

    def _needed(self) -> None:
        needed = {
            "case_id": ("REGISTER-101", "Sagen har intet id.", "Skriv sagens nummer."),
            REGISTERED_AT: ("REGISTER-102", "Tidspunktet for registreringen mangler.", "Skriv det."),
            ORIGIN: ("REGISTER-111", "Oprindelsen mangler.", "Skriv den, eller brug constant: i mappingen."),
        }
        for target, (code, fault, remedy) in needed.items():
            unread = self.unread.get(target, set())
            for index, value in enumerate(self.values[target]):
                if value is None and index not in unread:
                    self._tell(code, index, (target,), fault, remedy)

    def _one_origin(self) -> None:
        origins = sorted({origin for origin in self.values[ORIGIN] if origin is not None})
        if len(origins) > 1:
            fault = f"Filen blander sager af forskellig oprindelse: {', '.join(origins)}."
            self.told.whole("REGISTER-111", fault, "Læg dem i hvert sit register.")
        elif origins and self.origin not in ("", *origins):
            fault = f"Filen er »{origins[0]}«, men registret er »{self.origin}«."
            remedy = "Læg dem i hvert sit register: læseren skal vide, hvad tallene er lavet af."
            self.told.whole("REGISTER-111", fault, remedy)

    def _check(self, rule: Rule) -> None:
        columns = [self.values[column] for column in rule.columns]
        skip: set[int] = set().union(*(self.unread.get(column, ()) for column in rule.columns))
        for index, values in enumerate(zip(*columns, strict=True)):
            if rule.broken(*values) and index not in skip:
                self._tell(rule.code, index, rule.columns, rule.fault, rule.remedy, rule.level)

    def _twice(self) -> None:
        seen: dict[tuple[str, datetime], int] = {}
        for index, key in enumerate(zip(self.values["case_id"], self.values[REGISTERED_AT], strict=True)):
            if None in key:
                continue
            if key in seen:
                row = self.table.rows[seen[key]].number
                fault = f"Sagen {shown(key[0])} er også registreret på samme tidspunkt i række {row}."
                remedy = "Den nederste gælder. Slet den ene, hvis den er en fejl."
                self._tell("REGISTER-122", index, ("case_id",), fault, remedy, Level.WARNING)
            seen[key] = index

    def _tell(
        self,
        code: str,
        index: int,
        targets: Iterable[str],
        fault: str,
        remedy: str,
        level: Level = Level.ERROR,
    ) -> None:
        sources = (self.plan.sources.get(target) for target in targets)
        column = next((source.column for source in sources if source is not None and source.column), "")
        self.told.row(code, self.table.rows[index].number, column, fault, remedy, level)
