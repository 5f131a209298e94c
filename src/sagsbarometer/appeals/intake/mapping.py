"""A mapping: how the columns of an extract nobody made for us become those of a register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sagsbarometer.appeals.columns import OWN_TYPES, columns_of, free
from sagsbarometer.appeals.intake.cells import (
    REQUIRED,
    TARGETS,
    CodeLists,
    Source,
    Unreadable,
    read_cell,
    read_plain,
    type_of,
)
from sagsbarometer.appeals.intake.dates import format_fault, orders_of
from sagsbarometer.appeals.intake.expressions import Condition, Derived, Expressions
from sagsbarometer.appeals.intake.mapping_schema import ColumnFile, MappingFile
from sagsbarometer.appeals.intake.rules import FIXED, RULES
from sagsbarometer.appeals.registration import LINE, REGISTERED_AT
from sagsbarometer.datafiles.located import Located, Path_, read_yaml
from sagsbarometer.datafiles.validated import validated
from sagsbarometer.deliveries.mapping import Columns
from sagsbarometer.deliveries.stream import Reading
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.ids import holds_cpr, shown
from sagsbarometer.kernel.problems import Faults, errors

_WAYS = ("from", "constant", "first_of", "derive")
# Keys that only columns of some types have a use for.
_ONLY: Mapping[str, frozenset[Type]] = MappingProxyType(
    {
        "empty": frozenset({Type.CODES}),
        "none": frozenset({Type.CODES}),
        "separator": frozenset({Type.CODES}),
        "dates": frozenset({Type.DATE}),
        "formats": frozenset({Type.DATE}),
        "thousands": frozenset({Type.INT}),
    }
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How every row of a delivery is read, which of them are left out, and how hard each rule is.

    `own` is as register.json has it. `scratch` are columns of the file that only a condition asks for: they are read as
    text and not kept.
    """

    sources: Mapping[str, Source]
    own: Mapping[str, Any] = field(default_factory=dict)
    derived: tuple[Derived, ...] = ()
    leave_out: tuple[Condition, ...] = ()
    scratch: Mapping[str, Source] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)  # rule to hard, soft or leave_out
    not_cpr: frozenset[str] = frozenset()
    full: bool = False

    @property
    def types(self) -> Mapping[str, Type]:
        """The columns of the delivery: every register's and its own."""
        return columns_of(self.own).types

    def given(self, target: str) -> bool:
        """Whether the file, a constant or a condition gives this column."""
        return target in self.sources or any(item.target == target for item in self.derived)


@dataclass(frozen=True, slots=True)
class Written:
    """A mapping file that is well formed, before the file it is for is known."""

    located: Located
    file: MappingFile

    def reading(self, table: str = "") -> Reading:
        """How the file is to be read."""
        said = self.file.file
        return Reading(said.encoding, said.separator, said.sheet, said.header, table)


def read_mapping(path: Path) -> Written:
    """A mapping file. Raises Faults YAML-1xx and KORT-101."""
    located = read_yaml(path, path.name)
    file, problems = validated(located, MappingFile, code="KORT-101")
    if file is None:
        raise Faults(problems)
    return Written(located, file)


def load_mapping(
    path: Path, header: tuple[str, ...], lists: CodeLists, reach: Mapping[str, int] = MappingProxyType({})
) -> Plan:
    """The plan a mapping file gives for a file with this header; `reach` as in `Codes`. Raises Faults as `plan_of`."""
    return plan_of(read_mapping(path), header, lists, reach)


def plan_of(
    written: Written,
    header: tuple[str, ...],
    lists: CodeLists,
    reach: Mapping[str, int] = MappingProxyType({}),
    registered_at: str = "",
) -> Plan:
    """The plan a mapping gives for a file with this header. `registered_at`, where given, is that of every row.

    Raises Faults with every fault: KORT-101 not a mapping, KORT-102 a column, a code or a rule there is not, KORT-103 a
    column described in no way that can be, KORT-104 a column the file does not have, KORT-105 a column of the file
    neither used nor ignored, SPROG-1xx and 2xx an expression that cannot be.
    """
    planner = _Planner(written, Columns(written.located, header), lists, reach)
    return planner.plan(registered_at)


@dataclass
class _Planner:
    written: Written
    columns: Columns
    lists: CodeLists
    reach: Mapping[str, int]
    sources: dict[str, Source] = field(default_factory=dict)

    def plan(self, registered_at: str) -> Plan:
        file, columns = self.written.file, self.columns
        for target, column in file.columns.items():
            if target not in TARGETS:
                remedy = f"Skriv en af: {', '.join(TARGETS)}, eller læg den under own:."
                fault = f"Registret har ingen kolonne {shown(target)}."
                columns.add("KORT-102", ("columns", target), fault, remedy)
            else:
                said = (
                    column if isinstance(column, ColumnFile) else ColumnFile.model_validate({"from": column})
                )
                self.source(target, type_of(target), said, ("columns", target))
        own = self.own()
        self.moment(registered_at)
        if file.rest == "same":
            self.same()
        expressions = self.expressions(own)
        self.rules()
        for index, name in enumerate(file.not_cpr):
            if name not in columns.header:
                columns.use(("not_cpr", index), name)
        derived = {item.target for item in expressions.derived}
        columns.finish(file.ignore, {*self.sources, *file.columns, *derived}, REQUIRED)
        if errors(columns.problems):
            raise Faults(columns.problems)
        return Plan(
            sources=self.sources,
            own=own,
            derived=tuple(expressions.derived),
            leave_out=tuple(expressions.conditions),
            scratch=expressions.scratch,
            levels=dict(file.rules),
            not_cpr=frozenset(file.not_cpr),
            full=file.delivery == "full",
        )

    def own(self) -> dict[str, Any]:
        own = {}
        for id, said in self.written.file.own.items():
            at: Path_ = ("own", id)
            if not free(id):
                fault = f"En egen kolonne kan ikke hedde {shown(id)}."
                remedy = (
                    "Brug små bogstaver a-z, tal og _, højst 41 tegn, og ikke et navn, registret bruger selv."
                )
                self.columns.add("KORT-103", at, fault, remedy)
                continue
            label = {**said.label} or {"da": id}
            own[id] = {"type": said.type, "label": label}
            if any(holds_cpr(text) for text in label.values()):
                self.cpr((*at, "label"))
            self.source(id, OWN_TYPES[said.type], said, at)
        return own

    def moment(self, registered_at: str) -> None:
        """The moment of all rows that whoever imports gave takes the place of a constant, but not of a column."""
        if not registered_at:
            return
        there = self.sources.get(REGISTERED_AT)
        if (there and there.columns) or (there is None and REGISTERED_AT in self.written.file.columns):
            fault = "Filen har selv et tidspunkt for hver registrering, så --registered-at kan ikke bruges."
            remedy = "Udelad --registered-at, eller fjern registered_at fra mappingen."
            self.columns.add("KORT-103", ("columns", REGISTERED_AT), fault, remedy)
            return
        source = Source(REGISTERED_AT, Type.DATE, constant=registered_at)
        self.readable(source, registered_at, ("columns", REGISTERED_AT))
        self.sources[REGISTERED_AT] = source

    def same(self) -> None:
        """Every column of the file that is called as one of the register and is not taken."""
        file, columns = self.written.file, self.columns
        taken = columns.used | set(file.ignore)
        for target in TARGETS:
            named = target in file.columns or target in self.sources
            if target in columns.header and target not in taken and not named:
                columns.use((), target)
                self.sources[target] = Source(target, type_of(target), (target,))

    def rules(self) -> None:
        for name, level in self.written.file.rules.items():
            at: Path_ = ("rules", name)
            if name not in RULES:
                remedy = f"Skriv en af: {', '.join(RULES)}."
                self.columns.add("KORT-102", at, f"Der er ingen regel {shown(name)}.", remedy)
            elif name in FIXED and level not in FIXED[name]:
                allowed = " eller ".join(FIXED[name])
                fault = f"Reglen »{name}« kan ikke være {level}."
                self.columns.add("KORT-103", at, fault, f"Skriv {allowed}, eller slet linjen.")

    def expressions(self, own: Mapping[str, Any]) -> Expressions:
        known = columns_of(own).types
        found = Expressions(self.columns, known, self.lists)
        file = self.written.file
        said = {
            ("columns", id): column for id, column in file.columns.items() if isinstance(column, ColumnFile)
        }
        for at, column in {**said, **{("own", id): column for id, column in file.own.items()}}.items():
            if column.derive is not None and (at[1] in known):
                found.derive(at[1], known[at[1]], column.derive, (*at, "derive"))
        for index, item in enumerate(file.leave_out):
            if holds_cpr(item.reason):
                self.cpr(("leave_out", index, "reason"))
            found.leave_out(item.if_, item.reason, ("leave_out", index, "if"))
        return found

    # --- one column ---

    def source(self, target: str, type: Type, file: ColumnFile, at: Path_) -> None:
        columns = self.columns
        ways = [way for way in _WAYS if ("from_" if way == "from" else way) in file.model_fields_set]
        if len(ways) > 1:
            fault = f"Her er både {ways[0]}: og {ways[1]}:."
            columns.add("KORT-103", at, fault, "Behold den ene.")
        for key, types in _ONLY.items():
            several = key in ("separator",) and file.most_far_reaching
            if key in file.model_fields_set and type not in types and not several:
                fault = f"{key}: kan ikke bruges for »{target}«."
                columns.add("KORT-103", (*at, key), fault, "Slet linjen.")
        if file.derive is not None:
            if target in (REGISTERED_AT, "origin", "case_id", LINE):
                columns.add("KORT-103", at, f"»{target}« kan ikke udledes.", "Brug from:.")
            return
        if file.codes_from and not (target in self.lists and self.lists[target].names):
            columns.add("KORT-103", at, f"Loven har ingen navne for »{target}«.", "Slet codes_from:.")
        for index, format in enumerate(file.formats):
            if fault := format_fault(format):
                remedy = "Skriv det som %d.%m.%Y %H:%M."
                columns.add("KORT-103", (*at, "formats", index), f"{shown(format)}: {fault}", remedy)
        source = self.made(target, type, file, at)
        self.words(source, at)
        self.sources[target] = source

    def made(self, target: str, type: Type, file: ColumnFile, at: Path_) -> Source:
        named = file.first_of or ([file.from_] if isinstance(file.from_, str) else file.from_ or [target])
        used = () if file.constant is not None else tuple(named)
        for column in used:
            self.columns.use(at, column)
        if len(set(used)) > 1 and not (file.first_of or file.most_far_reaching):
            fault = "Her er flere kolonner."
            remedy = "Skriv first_of: [..], eller most_far_reaching: true for udfald."
            self.columns.add("KORT-103", at, fault, remedy)
        if file.most_far_reaching and target != "outcome":
            self.columns.add("KORT-103", at, "Kun udfald har en rækkevidde.", "Slet most_far_reaching:.")
        return Source(
            target=target,
            type=type,
            columns=tuple(dict.fromkeys(used)),
            constant=file.constant,
            codes=file.codes,
            by_name=file.codes_from == "law",
            unknown=frozenset(file.unknown),
            none=frozenset(word.casefold() for word in file.none),
            separator=file.separator,
            empty_is_none=file.empty == "none",
            dates=orders_of(file.dates, file.formats),
            thousands=file.thousands,
            reach=self.reach if file.most_far_reaching else {},
        )

    def cpr(self, at: Path_) -> None:
        remedy = "Fjern det: et CPR-nummer må ikke komme i et register."
        self.columns.add("REGISTER-110", at, "Her står noget, der ligner et CPR-nummer.", remedy)

    def words(self, source: Source, at: Path_) -> None:
        """What the mapping itself writes into a column is checked here, where its line is known."""
        written = {("codes", text): word for text, word in source.codes.items()}
        if source.constant is not None:
            written[("constant", "")] = source.constant
        for (key, text), word in written.items():
            if holds_cpr(word) or holds_cpr(text):
                self.cpr((*at, key))
        for text, word in source.codes.items():
            if source.type is Type.CODES and word.casefold() in source.none:
                continue
            self.readable(source, word, (*at, "codes", text), plain=True)
        if source.constant is None:
            return
        if self.readable(source, source.constant, (*at, "constant")) is None and source.target in REQUIRED:
            self.columns.add("KORT-103", (*at, "constant"), f"»{source.target}« er tom.", "Skriv en værdi.")
        if source.target == "case_id":
            self.columns.add("KORT-103", at, "Alle sager kan ikke have samme id.", "Brug from:.")

    def readable(self, source: Source, word: str, at: Path_, plain: bool = False) -> Any:
        """The value of a word of the mapping; KORT-102 and something that is not None where it is none."""
        try:
            return read_plain(source, word, self.lists) if plain else read_cell(source, word, self.lists)
        except Unreadable as error:
            self.columns.add("KORT-102", at, error.fault, error.remedy())
            return error
