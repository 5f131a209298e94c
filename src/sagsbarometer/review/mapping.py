"""A mapping: how the columns of a file nobody made for us become answers to the form."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sagsbarometer.datafiles.located import Path_, read_yaml
from sagsbarometer.datafiles.validated import Strict, Word, validated
from sagsbarometer.deliveries.mapping import Columns
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.check import check
from sagsbarometer.forms.language.parse import parse
from sagsbarometer.forms.language.tree import Node, value_names
from sagsbarometer.forms.language.types import Name, Type
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Problem
from sagsbarometer.kernel.said import said

CASE_COLUMNS = ("case_id", "municipality_id", "origin")
StateWord = Literal["cannot_be_seen", "not_relevant", "not_answered"]


class ColumnFile(Strict):
    """How one answer is made. One of `from`, `constant` and `set`."""

    from_: Word | None = Field(None, alias="from")
    codes: dict[str, Word] = {}
    states: dict[str, StateWord] = {}
    constant: Word | None = None
    set: dict[str, Word] = {}
    state_if: dict[StateWord, Word] = {}
    unasked: Literal["fault", "drop"] = "fault"


class MappingFile(Strict):
    """What a mapping file may hold."""

    mapping: Word
    columns: dict[Annotated[str, Field()], Word | ColumnFile]
    ignore: list[Word] = []


@dataclass(frozen=True, slots=True)
class Source:
    """Where the answer to one question comes from in each row."""

    column: str = ""  # the file's column; "" when the answer is constant or made of several
    codes: Map[str, str] = field(default_factory=dict)
    states: Map[str, State] = field(default_factory=dict)
    constant: str | None = None
    ticked: Map[str, Node | str] = field(default_factory=dict)  # set questions: code to condition or column
    state_if: tuple[tuple[State, Node], ...] = ()
    drop_unasked: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """How every row of one file is read."""

    sources: Map[str, Source]
    problems: tuple[Problem, ...] = ()
    states: Map[str, str] = field(default_factory=dict)  # question to the column that holds its state


def load_mapping(path: Path, form: Form, header: tuple[str, ...]) -> Plan:
    """The plan a mapping file gives for a file with this header.

    Raises Faults (KORT-1xx) with every fault: unknown question, unknown column, a column of the file that is
    neither mapped nor ignored, faulty conditions.
    """
    located = read_yaml(path, path.name)
    file, problems = validated(located, MappingFile, code="KORT-101")
    if file is None:
        raise Faults(problems)
    columns = Columns(located, header, problems)
    reader = _Reader(form, columns)
    sources = {target: reader.source(target, column) for target, column in file.columns.items()}
    columns.finish(file.ignore, file.columns, CASE_COLUMNS[:2])
    if columns.problems:
        raise Faults(columns.problems)
    return Plan(sources)


@dataclass
class _Reader:
    form: Form
    columns: Columns

    def source(self, target: str, column: str | ColumnFile) -> Source:
        at: Path_ = ("columns", target)
        if target not in self.form.names and target not in CASE_COLUMNS:
            self.columns.add(
                "KORT-102",
                at,
                said("Formularen har intet spørgsmål {target}.", target=shown(target)),
                said("Se efter stavningen."),
            )
            return Source()
        file = column if isinstance(column, ColumnFile) else ColumnFile.model_validate({"from": column})
        if (file.from_ is not None) + (file.constant is not None) + bool(file.set) != 1:
            self.columns.add(
                "KORT-103", at, said("Skriv netop én af from:, constant: og set:."), said("Behold den ene.")
            )
        if file.from_ is not None:
            self.columns.use(at, file.from_)
        if file.set and self._type(target) is not Type.CODES:
            self.columns.add(
                "KORT-103",
                at,
                said("»{target}« er ikke et spørgsmål med flere svar.", target=target),
                said("Brug from:."),
            )
        codes = self.form.names[target].codes if target in self.form.names else ()
        for code in sorted(set(file.set) - set(codes)):
            self.columns.add(
                "KORT-102",
                (*at, "set", code),
                said("»{target}« har ikke svaret {code}.", target=target, code=shown(code)),
                said("Brug: {codes}.", codes=", ".join(codes)),
            )
        return Source(
            column=file.from_ or "",
            codes=file.codes,
            states={text: State(state) for text, state in file.states.items()},
            constant=file.constant,
            ticked={
                code: node
                for code, text in file.set.items()
                if (node := self._condition((*at, "set", code), text))
            },
            state_if=tuple(
                (State(state), node)
                for state, text in file.state_if.items()
                if (node := self._condition((*at, "state_if", state), text))
            ),
            drop_unasked=file.unasked == "drop",
        )

    def _type(self, target: str) -> Type:
        return self.form.names[target].type if target in self.form.names else Type.TEXT

    def _condition(self, at: Path_, text: str) -> Node | None:
        place = self.columns.located.place(*at)
        try:
            node = parse(text, place)
        except Faults as faults:
            self.columns.problems += faults.problems
            return None
        names = {column: Name(column, Type.TEXT) for column in self.columns.header}
        _, problems = check(node, names, place)
        self.columns.problems += problems
        self.columns.used |= value_names(node)
        return node
