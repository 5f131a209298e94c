"""A mapping: how the columns of an extract nobody made for us become those of a register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sagsbarometer.appeals.cells import (
    NONE_WORDS,
    REQUIRED,
    TARGETS,
    CodeLists,
    Source,
    Unreadable,
    read_cell,
    read_plain,
    type_of,
)
from sagsbarometer.datafiles.located import Path_, read_yaml
from sagsbarometer.datafiles.validated import Strict, Word, validated
from sagsbarometer.deliveries.mapping import Columns
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.ids import holds_cpr, shown
from sagsbarometer.kernel.problems import Faults, errors

_OF_SETS = frozenset({"separator", "empty", "none"})


class ColumnFile(Strict):
    """How the values of one column are made. Neither `from` nor `constant`: from the file's column of that name."""

    from_: Word | None = Field(None, alias="from")
    constant: Word | None = None
    codes: dict[str, Word] = {}
    codes_from: Literal["law"] | None = None
    unknown: list[Word] = []
    separator: Annotated[Word, Field(min_length=1)] = "|"
    empty: Literal["none", "unknown"] = "unknown"
    none: list[Word] = list(NONE_WORDS)


class MappingFile(Strict):
    """What a mapping file of a register may hold."""

    mapping: Word
    rest: Literal["same"] | None = None
    columns: dict[str, Word | ColumnFile] = {}
    ignore: list[Word] = []


@dataclass(frozen=True, slots=True)
class Plan:
    """How every row of one file is read: column of the register to its source."""

    sources: Mapping[str, Source]


def load_mapping(path: Path, header: tuple[str, ...], lists: CodeLists) -> Plan:
    """The plan a mapping file gives for a file with this header.

    Raises Faults with every fault: KORT-101 not a mapping, KORT-102 a column or a code the register does not have,
    KORT-103 a column described in no way that can be, KORT-104 a column the file does not have, KORT-105 a column
    of the file neither used nor ignored.
    """
    located = read_yaml(path, path.name)
    file, problems = validated(located, MappingFile, code="KORT-101")
    if file is None:
        raise Faults(problems)
    columns = Columns(located, header, problems)
    sources = {}
    for target, column in file.columns.items():
        if source := _source(target, column, columns, lists):
            sources[target] = source
    if file.rest == "same":
        taken = columns.used | set(file.ignore)
        for target in TARGETS:
            if target in header and target not in taken and target not in file.columns:
                columns.use((), target)
                sources[target] = Source(target, target)
    columns.finish(file.ignore, {*sources, *file.columns}, REQUIRED)
    if errors(columns.problems):
        raise Faults(columns.problems)
    return Plan(sources)


def _source(target: str, written: str | ColumnFile, columns: Columns, lists: CodeLists) -> Source | None:
    at: Path_ = ("columns", target)
    if target not in TARGETS:
        remedy = f"Skriv en af: {', '.join(TARGETS)}."
        columns.add("KORT-102", at, f"Registret har ingen kolonne {shown(target)}.", remedy)
        return None
    file = written if isinstance(written, ColumnFile) else ColumnFile.model_validate({"from": written})
    if file.from_ is not None and file.constant is not None:
        columns.add("KORT-103", at, "Her er både from: og constant:.", "Behold den ene.")
    if file.constant is None:
        columns.use(at, target if file.from_ is None else file.from_)
    if (wrong := sorted(_OF_SETS & file.model_fields_set)) and type_of(target) is not Type.CODES:
        fault = f"»{target}« har ikke flere koder i en celle, så {wrong[0]}: kan ikke bruges."
        columns.add("KORT-103", at, fault, "Slet linjen.")
    if file.codes_from and not (target in lists and lists[target].names):
        columns.add("KORT-103", at, f"Loven har ingen navne for »{target}«.", "Slet codes_from:.")
    source = Source(
        target=target,
        column="" if file.constant is not None else file.from_ or target,
        constant=file.constant,
        codes=file.codes,
        by_name=file.codes_from == "law",
        unknown=frozenset(file.unknown),
        none=frozenset(word.casefold() for word in file.none),
        separator=file.separator,
        empty_is_none=file.empty == "none",
    )
    _check_words(source, at, columns, lists)
    return source


def _check_words(source: Source, at: Path_, columns: Columns, lists: CodeLists) -> None:
    """What the mapping itself writes into a column is checked here, where its line is known."""
    written = {("codes", text): word for text, word in source.codes.items()}
    if source.constant is not None:
        written[("constant", "")] = source.constant
    for (key, text), word in written.items():
        if holds_cpr(word) or holds_cpr(text):
            remedy = "Fjern det: et CPR-nummer må ikke komme i et register."
            columns.add("REGISTER-110", (*at, key), "Her står noget, der ligner et CPR-nummer.", remedy)
    for text, word in source.codes.items():
        if type_of(source.target) is Type.CODES and word.casefold() in source.none:
            continue
        try:
            read_plain(source, word, lists)
        except Unreadable as error:
            columns.add("KORT-102", (*at, "codes", text), error.fault, error.remedy())
    if source.constant is None:
        return
    try:
        value = read_cell(source, source.constant, lists)
    except Unreadable as error:
        columns.add("KORT-102", (*at, "constant"), error.fault, error.remedy())
    else:
        if value is None and source.target in REQUIRED:
            columns.add("KORT-103", (*at, "constant"), f"»{source.target}« er tom.", "Skriv en værdi.")
    if source.target == "case_id":
        columns.add("KORT-103", at, "Alle sager kan ikke have samme id.", "Brug from:.")
