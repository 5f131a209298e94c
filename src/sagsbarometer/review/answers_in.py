"""An answer file into a study that is read: which case and whose reading each row is, and whether it may come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sagsbarometer.deliveries.tables import RawRow, RawTable
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.ids import municipality_code, shown
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem, errors
from sagsbarometer.kernel.said import Said, said
from sagsbarometer.review import evidence
from sagsbarometer.review.answers import Reviewed, read_answers
from sagsbarometer.review.mapping import Plan, Source

NUMBER, READER = "case_number", "reader"  # columns of ours beside those of an answer file
OWN_COLUMNS = (NUMBER, READER)
MOST_ROWS = 5_000
_CASE, _MUNICIPALITY = "\0case", "\0municipality"  # no column of a file can be called so
_KEPT = (State.ANSWERED, State.CANNOT_BE_SEEN, State.NOT_RELEVANT)


@dataclass(frozen=True, slots=True)
class Held:
    """A place of a case that has its reader. `touched`: something was answered, or it is handed in."""

    place: int
    reader: str
    touched: bool


@dataclass(frozen=True, slots=True)
class CaseIn:
    """A case that a row may be about. `declared`: the municipality's answers to questions no reader is asked.

    `blind`: who sends the file reads the case without knowing of the other's reading.
    """

    id: str
    municipality: str
    number: int
    held: tuple[Held, ...] = ()
    twice: bool = False
    use: str = "measure"
    measured: bool = True
    locked: bool = False
    blind: bool = False
    declared: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose reading a row may be."""

    id: str
    email: str
    not_municipalities: frozenset[str] = frozenset()
    not_cases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Brought:
    """A row that may come in: whose reading of which case, at which place, with the answers a reader gives.

    `waits`: the place has this reader already, with nothing answered.
    """

    row: int
    case: str
    reader: str
    place: int
    waits: bool
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class AllIn:
    """Every row of a file without faults, and what is to be known of it."""

    readings: tuple[Brought, ...]
    remarks: tuple[Problem, ...]


def own_columns(form: Form, table: RawTable) -> tuple[str, ...]:
    """Those of our own columns that a file has; a question of the form by such a name is the form's."""
    return tuple(name for name in OWN_COLUMNS if name in table.header and name not in form.names)


def without_own(form: Form, table: RawTable) -> RawTable:
    """The file as an answer file, as a mapping of it is written for."""
    gone = {table.header.index(name) for name in own_columns(form, table)}
    if not gone:
        return table

    def left(cells: Sequence[str]) -> tuple[str, ...]:
        return tuple(cell for at, cell in enumerate(cells) if at not in gone)

    rows = tuple(RawRow(row.number, left(row.cells)) for row in table.rows)
    return replace(table, header=left(table.header), rows=rows)


def bring_in(
    table: RawTable,
    form: Form,
    plan: Plan,
    cases: Sequence[CaseIn],
    people: Sequence[Person],
    sender: str,
    origin: str = "",
) -> AllIn:
    """The rows as readings. `plan` is of `without_own(form, table)`; `sender`: whose a row is that names no reader;
    `origin`: what the study's cases are.

    Raises Faults with every fault of every row: those of `read_answers`, and SVAR-401 no such case, SVAR-402 no such
    reader, SVAR-403 somebody partial, SVAR-404 read or given out already, SVAR-405 locked, SVAR-406 not in the
    measurement, SVAR-407 read blind by the sender, SVAR-408 practice or an anchor, SVAR-410 too many rows, SVAR-412 a
    derived value that no reading can hold, SVAR-413 the same reading twice. A remark SVAR-414 tells of evidence.
    """
    if len(table.rows) > MOST_ROWS:
        fault = said("Filen har {n} rækker; der kan højst være {most}.", n=len(table.rows), most=MOST_ROWS)
        raise Faults([Problem("SVAR-410", Place(table.file), fault, said("Del filen op i flere."))])
    desk = _Desk(table, form, plan, cases, people, sender)
    found = [desk.row(row) for row in table.rows]
    reviewed, told = _reviewed(desk, [(row, case) for row, case, _ in found])
    problems = [*desk.problems, *told]
    if reviewed is not None:
        problems += _of_reviewed(table, reviewed, origin)
    if errors(problems):
        raise Faults(sorted(problems, key=lambda problem: problem.place.row or 0))
    assert reviewed is not None
    readings = tuple(
        Brought(row.number, case.id, held.reader, held.place, held.place in {h.place for h in case.held},
                _given(form, item.case.answers, case))
        for (row, case, held), item in zip(found, reviewed.cases, strict=True)
        if case is not None and held is not None
    )  # fmt: skip
    return AllIn(readings, (*problems, *_unpinned(table, form, reviewed)))


def _reviewed(
    desk: _Desk, rows: Sequence[tuple[RawRow, CaseIn | None]]
) -> tuple[Reviewed | None, tuple[Problem, ...]]:
    """The file read against the form, its rows known by their number: two may be of one case."""
    plain = without_own(desk.form, desk.table)
    sources = {
        **desk.plan.sources,
        "case_id": Source(column=_CASE),
        "municipality_id": Source(column=_MUNICIPALITY),
    }
    made = tuple(
        RawRow(old.number, (*old.cells, f"r{old.number}", case.municipality if case else "0"))
        for old, (_row, case) in zip(plain.rows, rows, strict=True)
    )
    wide = replace(plain, header=(*plain.header, _CASE, _MUNICIPALITY), rows=made)
    declared = {row.number: case.declared for row, case in rows if case is not None}
    try:
        found = read_answers(wide, desk.form, replace(desk.plan, sources=sources), None, declared)
    except Faults as faults:
        return None, faults.problems
    return found, found.remarks


def _of_reviewed(table: RawTable, reviewed: Reviewed, origin: str) -> Iterator[Problem]:
    if reviewed.origin and origin and reviewed.origin != origin:
        fault = said(
            "Undersøgelsen siger »{planned}«, men filen siger »{told}«.", planned=origin, told=reviewed.origin
        )
        yield Problem("SVAR-107", Place(table.file), fault, said("Ret origin i filen, eller slet kolonnen."))
    for row, item in zip(table.rows, reviewed.cases, strict=True):
        for id in sorted(item.case.delivered):
            fault = said("Værdien regnes ud af svarene, og de svar mangler.")
            remedy = said("Skriv de svar, den regnes af, eller slet den.")
            yield Problem("SVAR-412", Place(table.file, row=row.number, question=id), fault, remedy)


def _given(form: Form, answers: Mapping[str, Answer], case: CaseIn) -> dict[str, Answer]:
    return {
        question.id: answers[question.id]
        for question in form.questions
        if question.id not in case.declared and answers[question.id].state in _KEPT
    }


def _unpinned(table: RawTable, form: Form, reviewed: Reviewed) -> Iterator[Problem]:
    many = sum(len(evidence.missing(form, item.case.answers, ())) for item in reviewed.cases)
    if many:
        fault = said(
            "{n} svar skulle pege på, hvor i sagen det ses.",
            "{n} svar skulle pege på, hvor i sagen det ses.",
            n=many,
        )
        remedy = said("En fil kan ikke pege. Svarene kommer ind uden.")
        yield Problem("SVAR-414", Place(table.file), fault, remedy, Level.NOTE)


class _Desk:
    """Finds the case and the reader of each row; what is wrong is among the problems."""

    def __init__(
        self,
        table: RawTable,
        form: Form,
        plan: Plan,
        cases: Sequence[CaseIn],
        people: Sequence[Person],
        sender: str,
    ) -> None:
        self.table, self.form, self.plan, self.sender = table, form, plan, sender
        self.problems: list[Problem] = []
        self._ours = own_columns(form, table)
        self._by_id = {case.id: case for case in cases}
        self._by_number = {(case.municipality, case.number): case for case in cases}
        self._people = {person.id: person for person in people}
        self._by_email = {person.email.casefold(): person for person in people}
        self._seen: dict[tuple[str, str], int] = {}  # case and reader to row
        self._filled: set[tuple[str, int]] = set()

    def row(self, row: RawRow) -> tuple[RawRow, CaseIn | None, Held | None]:
        """The case of a row and the place in it, None where there is a fault."""
        cells = dict(zip(self.table.header, row.cells, strict=True))
        case, reader = self._case(row, cells), self._reader(row, cells)
        if case is None or reader is None:
            return row, case, None
        if (twice := self._seen.get((case.id, reader.id))) is not None:
            fault = said("Læserens svar om sagen står også i række {row}.", row=twice)
            self._add("SVAR-413", row, self._column("case_id"), fault, said("Slet den ene række."))
            return row, case, None
        self._seen[case.id, reader.id] = row.number
        place = self._place(row, case, reader)
        if place:
            self._filled.add((case.id, place))
        return row, case, Held(place, reader.id, False) if place else None

    def _plain(self, target: str, cells: Mapping[str, str]) -> str:
        source = self.plan.sources.get(target, Source())
        text = source.constant if source.constant is not None else cells.get(source.column, "")
        return source.codes.get(text, text).strip()

    def _column(self, target: str) -> str:
        return self.plan.sources.get(target, Source()).column

    def _case(self, row: RawRow, cells: Mapping[str, str]) -> CaseIn | None:
        id, code = self._plain("case_id", cells), municipality_code(self._plain("municipality_id", cells))
        number = cells.get(NUMBER, "").strip() if NUMBER in self._ours else ""
        found = self._by_id.get(id)
        if found is None and (not id or not number):  # a number may stand where the id does
            text = number or id
            whole = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
            found = self._by_number.get((code, whole))
        if found is not None and (not code or code == found.municipality):
            return found
        column = self._column("case_id") or (NUMBER if NUMBER in self._ours else "")
        if found is not None:
            fault = said("Sagen er ikke fra kommunen {code}.", code=shown(code))
            remedy = said("Ret kommunen, eller ret sagens id.")
        elif id or number:
            fault = said("Undersøgelsen har ingen sag {id}.", id=shown(id or number))
            remedy = said("Skriv sagens id fra arket, eller kommunens kode og sagens nummer.")
        else:
            fault = said("Det er ikke sagt, hvilken sag rækken handler om.")
            remedy = said("Skriv sagens id, eller kommunens kode og sagens nummer.")
        self._add("SVAR-401", row, column, fault, remedy)
        return None

    def _reader(self, row: RawRow, cells: Mapping[str, str]) -> Person | None:
        text = cells.get(READER, "").strip() if READER in self._ours else ""
        person = self._by_email.get(text.casefold()) if text else self._people.get(self.sender)
        if person is None:
            fault = said("Ingen læser i undersøgelsen har den adresse.")
            if not text:
                fault = said("Rækken har ingen læser, og du læser ikke sager i undersøgelsen.")
            remedy = said("Skriv e-mailadressen på en, der er læser i undersøgelsen.")
            self._add("SVAR-402", row, READER if READER in self._ours else "", fault, remedy)
        return person

    def _place(self, row: RawRow, case: CaseIn, reader: Person) -> int:
        """The place the row takes; 0 where it takes none. What the sender reads blind is told of alike, whatever the
        other has done."""
        own = next((held for held in case.held if held.reader == reader.id), None)
        if case.blind and reader.id != self.sender:
            fault = said("Du læser selv sagen, og den andens svar må du ikke kende endnu.")
            remedy = said("Bed en anden om at lægge rækken ind.")
            return self._refused("SVAR-407", row, fault, remedy)
        for code, holds, fault, remedy in _CLOSED:
            if holds(case):
                return self._refused(code, row, fault, remedy)
        if own is not None and own.touched:
            fault = said("Læseren har allerede svaret på sagen.")
            return self._refused(
                "SVAR-404", row, fault, said("Slet rækken, eller ret svarene på sagens side.")
            )
        if own is not None and case.blind:
            return own.place
        if case.municipality in reader.not_municipalities or case.id in reader.not_cases:
            fault, remedy = said("Læseren er inhabil i sagen."), said("Lad en anden læse den.")
            return self._refused("SVAR-403", row, fault, remedy)
        if own is not None:
            return own.place
        full = {held.place for held in case.held} | {place for id, place in self._filled if id == case.id}
        free = sorted({1, 2} - full if case.twice else {1} - full)
        if not free:
            fault = said("Sagen er allerede læst eller givet til en anden læser.")
            remedy = said("Slet rækken, eller giv først sagen til læseren på siden »Fordel sager«.")
            return self._refused("SVAR-404", row, fault, remedy)
        return free[0]

    def _refused(self, code: str, row: RawRow, fault: str, remedy: str) -> int:
        self._add(code, row, self._column("case_id"), fault, remedy)
        return 0

    def _add(self, code: str, row: RawRow, column: str, fault: str, remedy: str) -> None:
        place = Place(self.table.file, row=row.number, column=column or None)
        self.problems.append(Problem(code, place, fault, remedy))


# Asked before what was done with the case, which may be a re-reading. To who reads it blind an anchor and a locked case
# are as any other; that it is practice or not in the measurement, all may know.
_CLOSED: tuple[tuple[str, Callable[[CaseIn], bool], Said, Said], ...] = (
    ("SVAR-408", lambda case: case.use == "learning" or (case.use != "measure" and not case.blind),
     said("Sagen er en øvelse eller en ankersag."),
     said("Slet rækken: øvelser og ankersager læses på siden.")),
    ("SVAR-405", lambda case: case.locked and not case.blind, said("Sagens svar er låst, fordi tallene er regnet."),
     said("Slet rækken, eller lås svarene op først.")),
    ("SVAR-406", lambda case: not case.measured, said("Sagen er ikke med i målingen."),
     said("Slet rækken, eller tag sagen med i målingen igen.")),
)  # fmt: skip
