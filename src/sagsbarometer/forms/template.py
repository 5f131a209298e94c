"""A workbook to fill in for a form: one row a case, drop-downs and checks, and a guide."""

from __future__ import annotations

import io
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sagsbarometer.forms.form import Choice, Form, Question
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.language.write import write
from sagsbarometer.forms.template_guide import GUIDE, guide_rows, question_rows
from sagsbarometer.forms.wording import by_section, choice_words, state_words, words, yes_no

PREPARED_ROWS = 500
_CASE_COLUMNS = ("case_id", "municipality_id")
# Light enough for black text at a contrast above 7:1; neighbours differ also by the title in each note.
_SECTION_COLOURS = ("#D9E8F5", "#FCE4CC", "#DDEFD8", "#EBDDF2", "#FFF3BF", "#D5EEEE", "#F7DDE0", "#E6E6E6")
_FIRST_DATE, _LAST_DATE = date(1950, 1, 1), date(2099, 12, 31)
_TEXTS = {
    "da": {
        "case_id": "Sagens løbenummer. Aldrig et CPR-nummer eller et navn.",
        "municipality_id": "Kommunens kode, for eksempel 101.",
        "case_number": "Sagens nummer i undersøgelsen. Kan bruges i stedet for case_id.",
        "reader": "E-mailadressen på den, der har læst sagen. Tom: den, der lægger filen ind.",
        "asked": "Stilles når",
        "allowed": "Kan også besvares",
        "optional": "Frivilligt",
        "pick": "Vælg et svar fra listen.",
        "date": "Skriv en dato som 20-12-2022",
        "number": "Skriv et helt tal",
        "between": "fra {} til {}",
        "or": "eller",
        "wrong": "Svaret kan ikke bruges",
    },
    "en": {
        "case_id": "The running number of the case. Never a CPR number or a name.",
        "municipality_id": "The code of the municipality, for example 101.",
        "case_number": "The number of the case in the study. May stand instead of case_id.",
        "reader": "The e-mail address of who read the case. Empty: who brings the file in.",
        "asked": "Asked when",
        "allowed": "May also be answered",
        "optional": "Optional",
        "pick": "Pick an answer from the list.",
        "date": "Write a date as 20-12-2022",
        "number": "Write a whole number",
        "between": "from {} to {}",
        "or": "or",
        "wrong": "The answer cannot be used",
    },
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the answer sheet: a question, or one choice of a question with several answers."""

    id: str
    section: int
    first: bool  # of its section
    question: Question
    choice: Choice | None = None


def template(
    form: Form,
    language: str = "da",
    columns: Sequence[str] = _CASE_COLUMNS,
    cases: Sequence[Sequence[str]] = (),
    left_out: Container[str] = (),
) -> bytes:
    """An XLSX workbook to fill in, the same bytes for the same form.

    Sheets: `Svar` (row 1 the ids, then one row a case), a guide, the questions, and the hidden lists. The
    import reads what the drop-downs offer: labels in `language`, and the states a question allows. `cases`: rows that
    are begun, with what stands in the case `columns`; `left_out`: questions that are not asked here.
    """
    import xlsxwriter

    out = io.BytesIO()
    # All text goes through write_string: a label that begins with = is still a label.
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties(
        {
            "title": words(form.title, language),
            "created": datetime(2000, 1, 1, tzinfo=UTC),  # not the clock: the same form, the same bytes
        }
    )
    book.set_custom_property("form", form.id)
    book.set_custom_property("version", str(form.version))
    book.set_custom_property("hash", form.hash)
    answers = book.add_worksheet("Svar")
    guide = GUIDE[language if language in GUIDE else "da"]
    _table(book, book.add_worksheet(guide.sheet), guide_rows(form, language), (34, 100))
    _table(book, book.add_worksheet(guide.questions), question_rows(form, language), _QUESTION_WIDTHS)
    _AnswerSheet(book, answers, form, language, columns, cases, left_out).write()
    answers.activate()
    book.close()
    return out.getvalue()


def template_columns(form: Form) -> tuple[str, ...]:
    """The header of the answer sheet: the case, then every question or, where several fit, each choice."""
    return (*_CASE_COLUMNS, *(column.id for column in _columns(form)))


def _columns(form: Form) -> Iterator[Column]:
    for index, (_, questions) in enumerate(by_section(form)):
        first = True
        for question in questions:
            choices = question.choices if question.type is Type.CODES else (None,)
            for choice in choices:
                id = f"{question.id}.{choice.code}" if choice else question.id
                yield Column(id, index, first, question, choice)
                first = False


_QUESTION_WIDTHS = (34, 24, 60, 60, 16, 48, 48, 24, 14, 34)


def _table(book: Any, sheet: Any, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    head = book.add_format({"bold": True, "bg_color": "#E6E6E6", "text_wrap": True, "valign": "top"})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text, body if number else head)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


@dataclass
class _AnswerSheet:
    book: Any
    sheet: Any
    form: Form
    language: str
    columns: Sequence[str] = _CASE_COLUMNS
    cases: Sequence[Sequence[str]] = ()
    left_out: Container[str] = ()
    _lists: dict[tuple[str, ...], int] = field(default_factory=dict)  # offered words to column of the lists

    def write(self) -> None:
        """Header with notes, formats, checks and outline; then the lists the drop-downs point to."""
        sheet = self.sheet
        self.say = _TEXTS.get(self.language, _TEXTS["da"])
        sheet.freeze_panes(1, len(self.columns))
        sheet.outline_settings(symbols_right=False, symbols_below=False)
        sheet.set_row(0, 48)
        text = self.book.add_format({"num_format": "@"})
        for index, id in enumerate(self.columns):
            sheet.set_column(index, index, 16, text)
            sheet.write_string(0, index, id, self._head("#FFFFFF", True))
            self._note(index, self.say[id])
            self._validate(index, {"validate": "any"}, id, self.say[id])
        asked = [item for item in _columns(self.form) if item.question.id not in self.left_out]
        for index, column in enumerate(asked, start=len(self.columns)):
            self._column(index, column)
        for number, cells in enumerate(self.cases, start=1):
            for index, cell in enumerate(cells):
                sheet.write_string(number, index, cell, text)
        self._write_lists()

    def _column(self, index: int, column: Column) -> None:
        question = column.question
        formats = {Type.DATE: "dd-mm-yyyy", Type.INT: "0", Type.TEXT: "@"}
        cells = self.book.add_format({"num_format": formats.get(question.type, "@")})
        # Neighbours of one level fold as one: the first column of a section stays out and carries the rest.
        self.sheet.set_column(index, index, 20, cells, {"level": 0 if column.first else 1})
        colour = _SECTION_COLOURS[column.section % len(_SECTION_COLOURS)]
        self.sheet.write_string(0, index, column.id, self._head(colour, question.required))
        label = words(question.label, self.language)
        if column.choice:
            label = f"{label} – {words(column.choice.label, self.language)}"
        self._note(index, self._note_text(column, label))
        self._validate(index, self._rule(column, index), column.id, label)

    def _head(self, colour: str, required: bool) -> Any:
        style = {"bg_color": colour, "border": 1, "text_wrap": True, "valign": "top", "num_format": "@"}
        return self.book.add_format({**style, "bold": required, "italic": not required})

    def _note(self, index: int, text: str) -> None:
        self.sheet.write_comment(0, index, text, {"author": "", "x_scale": 3, "y_scale": 2.5})

    def _note_text(self, column: Column, label: str) -> str:
        question, say = column.question, self.say
        titles = {section.id: words(section.title, self.language) for section in self.form.sections}
        lines = [titles.get(question.section, ""), label, words(question.help, self.language)]
        conditions = [question.ask_if, column.choice.show_if if column.choice else None]
        lines += [f"{say['asked']}: {write(node)}" for node in conditions if node is not None]
        if states := state_words(question, self.language):
            lines.append(f"{say['allowed']}: {', '.join(states)}")
        lines.append("" if question.required else say["optional"])
        return "\n".join(line for line in lines if line)

    # --- what may be written in the cells ---

    def _validate(self, index: int, rule: dict[str, object], id: str, label: str) -> None:
        full = {
            **rule,
            "ignore_blank": True,
            "input_title": _cut(id, 32),
            "input_message": _cut(label, 255),
            "error_title": self.say["wrong"],
        }
        self.sheet.data_validation(1, index, max(PREPARED_ROWS, len(self.cases)), index, full)

    def _rule(self, column: Column, index: int) -> dict[str, object]:
        question = column.question
        states = state_words(question, self.language)
        match question.type:
            case Type.BOOL | Type.CODES:
                return self._list((*yes_no(self.language), *states))
            case Type.CODE:
                offered = (choice_words(question, choice, self.language) for choice in question.choices)
                return self._list((*offered, *states))
            case Type.DATE:
                return _date_rule(index, states, self.say)
            case Type.INT:
                return _number_rule(question, index, states, self.say)
            case Type.TEXT:
                return {"validate": "any"}

    def _list(self, offered: tuple[str, ...]) -> dict[str, object]:
        from xlsxwriter.utility import xl_col_to_name

        letter = xl_col_to_name(self._lists.setdefault(offered, len(self._lists)))
        # On a sheet of its own: a list written into the rule may have 255 characters at most.
        source = f"=Valg!${letter}$2:${letter}${len(offered) + 1}"
        return {"validate": "list", "source": source, "error_message": self.say["pick"]}

    def _write_lists(self) -> None:
        sheet = self.book.add_worksheet("Valg")
        text = self.book.add_format({"num_format": "@"})
        for offered, index in self._lists.items():
            sheet.write_string(0, index, f"liste_{index + 1}", text)
            for row, word in enumerate(offered, start=1):
                sheet.write_string(row, index, word, text)
        sheet.hide()


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _or_states(index: int, states: tuple[str, ...]) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    cell = xl_rowcol_to_cell(1, index)
    return "".join(f',{cell}="{state}"' for state in states)


def _date_rule(index: int, states: tuple[str, ...], say: dict[str, str]) -> dict[str, object]:
    message = " ".join([say["date"], *(f"{say['or']} »{state}«" for state in states)]) + "."
    if not states:
        bounds = {"minimum": _FIRST_DATE, "maximum": _LAST_DATE}
        return {"validate": "date", "criteria": "between", **bounds, "error_message": message}
    from xlsxwriter.utility import xl_rowcol_to_cell

    cell = xl_rowcol_to_cell(1, index)
    first, last = (day.toordinal() - date(1899, 12, 30).toordinal() for day in (_FIRST_DATE, _LAST_DATE))
    is_date = f"IF(ISNUMBER({cell}),AND({cell}>={first},{cell}<={last}),FALSE)"
    value = f"=OR({is_date}{_or_states(index, states)})"
    return {"validate": "custom", "value": value, "error_message": message}


def _number_rule(
    question: Question, index: int, states: tuple[str, ...], say: dict[str, str]
) -> dict[str, object]:
    low = question.minimum if question.minimum is not None else -999_999_999
    high = question.maximum if question.maximum is not None else 999_999_999
    told = [say["number"]]
    if question.minimum is not None or question.maximum is not None:
        told.append(say["between"].format(low, high))
    message = " ".join([*told, *(f"{say['or']} »{state}«" for state in states)]) + "."
    if not states:
        bounds = {"minimum": low, "maximum": high}
        return {"validate": "integer", "criteria": "between", **bounds, "error_message": message}
    from xlsxwriter.utility import xl_rowcol_to_cell

    cell = xl_rowcol_to_cell(1, index)
    whole = f"IF(ISNUMBER({cell}),AND({cell}=INT({cell}),{cell}>={low},{cell}<={high}),FALSE)"
    value = f"=OR({whole}{_or_states(index, states)})"
    return {"validate": "custom", "value": value, "error_message": message}
