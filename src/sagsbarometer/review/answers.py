"""An answer file against the form: every row checked, every fault told, all kept or nothing."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sagsbarometer.deliveries.mapping import ORIGINS
from sagsbarometer.deliveries.tables import RawTable
from sagsbarometer.forms.case import Case, Finding, complete
from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.order import depends_on
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.ids import holds_cpr, municipality_code, shown
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem, errors
from sagsbarometer.kernel.said import said
from sagsbarometer.review.mapping import CASE_COLUMNS, Plan, Source
from sagsbarometer.review.words import Unreadable, read_answer, read_bool, state_word, stated

_UNREAD = Answer(State.CANNOT_BE_SEEN, None)


@dataclass(frozen=True, slots=True)
class ReviewedCase:
    """One case of a file without faults."""

    case_id: str
    municipality_id: str
    case: Case


@dataclass(frozen=True, slots=True)
class Reviewed:
    """All cases of a file, its origin ("" when it does not say) and what should be told about it."""

    cases: tuple[ReviewedCase, ...]
    origin: str
    remarks: tuple[Problem, ...]


def direct_plan(form: Form, table: RawTable) -> Plan:
    """The plan for a file whose columns are the form's own. Problems SVAR-101 for columns that are not."""
    sources: dict[str, Source] = {}
    states: dict[str, str] = {}
    problems = []
    known = [*form.names, *CASE_COLUMNS]
    for column in table.header:
        head, dot, choice = column.partition(".")
        base = column.removesuffix("__state")
        if (column if column in known else head) in sources and (column in known or sources[head].column):
            fault = said("{column} svarer på det samme som en anden kolonne.", column=shown(column))
            remedy = said("Behold enten kolonnen med alle svar eller kolonnerne med hvert sit.")
            place = Place(table.file, row=table.header_row, column=column)
            problems.append(Problem("SVAR-101", place, fault, remedy))
        elif column in known:
            sources[column] = Source(column=column)
        elif dot and head in form.names and choice in form.names[head].codes:
            earlier = sources.get(head, Source()).ticked
            sources[head] = Source(ticked={**earlier, choice: column})
        elif base != column and base in form.names:
            states[base] = column
        else:
            close = difflib.get_close_matches(column, known, n=1)
            remedy = said("Slet kolonnen, eller brug en mapping (--mapping).")
            if close:
                remedy = said("Mente du »{column}«?", column=close[0])
            fault = said("Formularen har ingen kolonne {column}.", column=shown(column))
            problems.append(
                Problem("SVAR-101", Place(table.file, row=table.header_row, column=column), fault, remedy)
            )
    return Plan(sources, tuple(problems), states)


def read_answers(
    table: RawTable,
    form: Form,
    plan: Plan,
    frame: frozenset[str] | None,
    declared: Mapping[int, Mapping[str, Answer]] | None = None,
) -> Reviewed:
    """Every case of the file. Raises Faults with all faults of all rows when there is one hard fault.

    `declared`: by row, answers that stand already; the file may leave them out, and may not say otherwise (SVAR-409).
    Codes: SVAR-101 unknown column, SVAR-102 a required question without a column, SVAR-103 something like a CPR
    number, SVAR-104 case id missing or double, SVAR-105 municipality missing or outside the frame, SVAR-106
    unreadable answer, SVAR-107 origin, SVAR-108 no rows; SVAR-2xx and SVAR-3xx as `forms.case.complete`.
    """
    reader = _Reader(table, form, plan, frame, declared or {})
    reader.problems += plan.problems
    cases = tuple(
        reader.case(row.number, dict(zip(table.header, row.cells, strict=True))) for row in table.rows
    )
    reader.whole_file(len(cases))
    if errors(reader.problems):
        raise Faults(reader.problems)
    return Reviewed(cases, reader.origin(), tuple(reader.problems))


@dataclass
class _Reader:
    table: RawTable
    form: Form
    plan: Plan
    frame: frozenset[str] | None
    declared: Mapping[int, Mapping[str, Answer]]
    problems: list[Problem] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)
    _origins: set[str] = field(default_factory=set)
    _no_column: Counter[str] = field(default_factory=Counter)
    _delivered: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._behind = depends_on(self.form)
        self._questions = {question.id: question for question in self.form.questions}
        self._conditional = any(
            source.state_if or any(not isinstance(tick, str) for tick in source.ticked.values())
            for source in self.plan.sources.values()
        )

    def case(self, row: int, cells: Mapping[str, str]) -> ReviewedCase:
        hidden = {column for column, text in cells.items() if holds_cpr(text)}
        for column in cells:
            if column in hidden:
                fault = said("Cellen ligner et CPR-nummer. Værdien vises ikke her.")
                self._add(
                    "SVAR-103",
                    row,
                    column,
                    fault,
                    said("Fjern det: svarene må ikke kunne føre til en person."),
                )
        facts = _facts(cells) if self._conditional else {}
        given: dict[str, Answer] = {}
        unreadable: set[str] = set()  # no more is told about an answer that could not be read
        for id in self.form.names:
            answer = None
            if hidden.isdisjoint(self._columns(id)):
                answer = self._given(row, id, cells, facts)
                if answer is None:
                    continue
            if answer is None or answer is _UNREAD:
                unreadable.add(id)
            given[id] = answer or _UNREAD
        for id, stands in self.declared.get(row, {}).items():
            if id not in unreadable and id in given and given[id] != stands:
                fault = said("Kommunen har svaret noget andet på spørgsmålet.")
                remedy = said("Slet svaret i filen: kommunens eget svar gælder, indtil sagen rettes.")
                self._add("SVAR-409", row, self._column(id), fault, remedy, id)
            given[id] = stands
        case = complete(self.form, self._without_unasked(given))
        for finding in case.findings:
            # What is asked may hang on the answer that could not be read: only that one is to be mended.
            if unreadable.isdisjoint((finding.question, *self._behind.get(finding.question, ()))):
                self._tell(row, finding)
        self._delivered.update(case.delivered)
        return ReviewedCase(self._case_id(row, cells), self._municipality(row, cells), case)

    def _given(
        self, row: int, id: str, cells: Mapping[str, str], facts: Mapping[str, Answer]
    ) -> Answer | None:
        """The answer of one row to one question; None where there is none, `_UNREAD` with its fault told."""
        source = self.plan.sources.get(id)
        try:
            answer = self._answer(id, source, cells, facts) if source else None
        except Unreadable as error:
            text = cells.get(source.column, "") if source else ""
            fault = (
                said("{text} er ikke et svar.", text=shown(text))
                if text
                else said("Krydsene kan ikke læses som ét svar.")
            )
            self._add("SVAR-106", row, self._column(id), fault, said("Skriv {what}.", what=error.args[0]), id)
            return _UNREAD
        column = self.plan.states.get(id, "")
        text = cells.get(column, "")
        state = stated(text)
        if not text or (answer is not None and answer.state is state):
            return answer
        if answer is None and state is not None and state is not State.ANSWERED:
            return Answer(state, None)
        if state is None:
            fault = said("{text} er ikke en tilstand.", text=shown(text))
            remedy = said("Skriv en af: {kinds}.", kinds=", ".join(State))
        else:
            fault, remedy = (
                said("Svaret og dets tilstand siger hver sit."),
                said("Ret det ene, eller slet det."),
            )
        self._add("SVAR-106", row, column, fault, remedy, id)
        return _UNREAD

    def whole_file(self, cases: int) -> None:
        file = Place(self.table.file)
        if not cases:
            self.problems.append(
                Problem("SVAR-108", file, said("Filen har ingen sager."), said("Skriv én sag pr. række."))
            )
        for question, times in sorted(self._no_column.items()):
            fault = said(
                "Spørgsmålet har ingen kolonne, men skal besvares i {times} af {cases} sager.",
                times=times,
                cases=cases,
            )
            remedy = said("Tilføj kolonnen »{question}«, eller angiv den i mappingen.", question=question)
            self.problems.append(
                Problem("SVAR-102", Place(self.table.file, question=question), fault, remedy)
            )
        stands = {id for row in self.declared.values() for id in row}
        left_out = [
            q.id
            for q in self.form.questions
            if not q.required and q.id not in stands and not self._has_column(q.id)
        ]
        if left_out and cases:
            fault = said(
                "{n} frivilligt spørgsmål har ingen kolonne: {ids}.",
                "{n} frivillige spørgsmål har ingen kolonne: {ids}.",
                n=len(left_out),
                ids=", ".join(left_out),
            )
            remedy = said("De tæller som ikke besvaret, hvor de stilles, og vises som ukendt.")
            self.problems.append(Problem("SVAR-109", file, fault, remedy, Level.NOTE))
        for id, times in sorted(self._delivered.items()):
            fault = said(
                "Værdien er taget, som den blev leveret, i {n} sag: grundlaget for at regne den ud mangler.",
                "Værdien er taget, som den blev leveret, i {n} sager: grundlaget for at regne den ud mangler.",
                n=times,
            )
            remedy = said("Den er mærket i datasættet. Lever grundlaget, hvis den skal efterprøves.")
            self.problems.append(
                Problem("SVAR-110", Place(self.table.file, question=id), fault, remedy, Level.NOTE)
            )
        if len(self._origins) > 1:
            fault = said(
                "Filen blander sager af forskellig oprindelse: {origins}.",
                origins=", ".join(sorted(self._origins)),
            )
            self.problems.append(Problem("SVAR-107", file, fault, said("Lever dem hver for sig.")))

    def origin(self) -> str:
        return next(iter(self._origins), "")

    # --- one answer ---

    def _answer(
        self, id: str, source: Source, cells: Mapping[str, str], facts: Mapping[str, Answer]
    ) -> Answer | None:
        for state, condition in source.state_if:
            if truth(condition, facts) is True:
                return Answer(state, None)
        if source.ticked:
            return self._ticked(id, source, cells, facts)
        text = source.constant if source.constant is not None else cells.get(source.column, "")
        if text in source.states:
            return Answer(source.states[text], None)
        text = source.codes.get(text, text)
        question = self._questions.get(id)
        type = self.form.names[id].type
        answer = read_answer(question or _as_question(self.form, id), type, text)
        return None if answer.state is State.NOT_ANSWERED else answer

    def _ticked(
        self, id: str, source: Source, cells: Mapping[str, str], facts: Mapping[str, Answer]
    ) -> Answer | None:
        chosen, touched = set(), False
        states: set[State] = set()
        for code, tick in source.ticked.items():
            if not isinstance(tick, str):
                touched = True
                if truth(tick, facts) is True:
                    chosen.add(code)
                continue
            text = cells[tick]
            if not text:
                continue
            if (state := state_word(text)) is not None:
                states.add(state)
                continue
            touched = True
            try:
                if read_bool(text):
                    chosen.add(code)
            except Unreadable:
                raise Unreadable(said("1 eller 0 (ja eller nej) i {tick}", tick=tick)) from None
        if len(states) > 1 or (states and chosen):
            raise Unreadable(said("enten kryds eller én tilstand, ikke begge dele"))
        if states:
            return Answer(states.pop(), None)
        return Answer(State.ANSWERED, frozenset(chosen)) if touched else None

    def _without_unasked(self, given: dict[str, Answer]) -> dict[str, Answer]:
        """What was given, less what the mapping says to drop where the question is not asked."""
        droppable = {id for id, source in self.plan.sources.items() if source.drop_unasked and id in given}
        if not droppable:
            return given
        trial = complete(self.form, given)
        return {
            id: answer
            for id, answer in given.items()
            if id not in droppable or trial.answers[id].state is not State.NOT_ASKED
        }

    # --- the case itself ---

    def _case_id(self, row: int, cells: Mapping[str, str]) -> str:
        text = self._plain("case_id", cells)
        if not text:
            self._add(
                "SVAR-104",
                row,
                self._column("case_id"),
                said("Sagen har intet id."),
                said("Giv den et løbenummer."),
            )
        elif text in self._seen:
            fault = said("Sagens id {id} står også i række {row}.", id=shown(text), row=self._seen[text])
            self._add(
                "SVAR-104", row, self._column("case_id"), fault, said("Hver sag skal have sit eget id.")
            )
        self._seen.setdefault(text, row)
        return text

    def _municipality(self, row: int, cells: Mapping[str, str]) -> str:
        code = municipality_code(self._plain("municipality_id", cells))
        column = self._column("municipality_id")
        if not code:
            self._add("SVAR-105", row, column, said("Kommunen mangler."), said("Skriv kommunens kode."))
        elif self.frame is not None and code not in self.frame:
            fault = said("Kommunen {code} er ikke i studiets ramme.", code=shown(code))
            self._add("SVAR-105", row, column, fault, said("Ret koden, eller tilføj kommunen i rammen."))
        origin = self._plain("origin", cells)
        if origin and origin not in ORIGINS:
            remedy = said("Skriv en af: {kinds}.", kinds=", ".join(ORIGINS))
            self._add(
                "SVAR-107",
                row,
                self._column("origin"),
                said("Oprindelsen {origin} kendes ikke.", origin=shown(origin)),
                remedy,
            )
        elif origin:
            self._origins.add(origin)
        return code

    def _plain(self, target: str, cells: Mapping[str, str]) -> str:
        source = self.plan.sources.get(target, Source())
        text = source.constant if source.constant is not None else cells.get(source.column, "")
        return source.codes.get(text, text)

    # --- telling ---

    def _tell(self, row: int, finding: Finding) -> None:
        if finding.code == "SVAR-202" and not self._has_column(finding.question):
            self._no_column[finding.question] += 1
            return
        column = self._column(finding.question)
        place = Place(self.table.file, row=row, column=column or None, question=finding.question)
        self.problems.append(Problem(finding.code, place, finding.fault, finding.remedy, finding.level))

    def _columns(self, id: str) -> set[str]:
        """The columns an answer is read from; not those that only its conditions look at."""
        source = self.plan.sources.get(id, Source())
        ticks = {tick for tick in source.ticked.values() if isinstance(tick, str)}
        return {source.column, self.plan.states.get(id, ""), *ticks}

    def _has_column(self, id: str) -> bool:
        return id in self.plan.sources

    def _column(self, id: str) -> str:
        source = self.plan.sources.get(id, Source())
        return source.column or next((tick for tick in source.ticked.values() if isinstance(tick, str)), "")

    def _add(self, code: str, row: int, column: str, fault: str, remedy: str, question: str = "") -> None:
        place = Place(self.table.file, row=row, column=column or None, question=question)
        self.problems.append(Problem(code, place, fault, remedy))


def _facts(cells: Mapping[str, str]) -> dict[str, Answer]:
    """The cells of a row as a mapping's conditions see them: text, or nothing where the cell is blank."""
    return {
        column: Answer(State.ANSWERED, text) if text else Answer(State.NOT_RELEVANT, None)
        for column, text in cells.items()
    }


def _as_question(form: Form, id: str) -> Question:
    """A derived variable, delivered: read as an optional question of its type."""
    name = form.names[id]
    return Question(
        id=id,
        type=name.type if name.type is not Type.CODES else Type.TEXT,
        label={},
        help={},
        choices=(),
        ask_if=None,
        allow=frozenset(),
        required=False,
        condition="",
        source="",
        section="",
    )
