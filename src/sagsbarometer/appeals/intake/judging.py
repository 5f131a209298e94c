"""The rules asked of all rows of a delivery: which rows are left out, and which rules the others break.

The rows lie on disk; what is asked of them is Ibis, and whoever has an engine runs it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.codes import Codes
from sagsbarometer.appeals.intake.cells import Unreadable, read_cell
from sagsbarometer.appeals.intake.combining import Combinations
from sagsbarometer.appeals.intake.expressions import REASON, with_derived, with_reason
from sagsbarometer.appeals.intake.mapping import Plan
from sagsbarometer.appeals.intake.moments import danish_clock, microseconds
from sagsbarometer.appeals.intake.reading import bits_of
from sagsbarometer.appeals.intake.repeats import Repeats
from sagsbarometer.appeals.intake.report import Example, Finding
from sagsbarometer.appeals.intake.rules import LEAVE_OUT, LEVEL_OF, RULES, Rule, level_of, rules
from sagsbarometer.appeals.intake.told import Told
from sagsbarometer.appeals.registration import LINE, REGISTERED_AT
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.ids import shown

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

EXAMPLES = 3
_UNREAD = "_unread"
_FEW = 200  # combinations at fault that are named one by one in a question
_GLUE = "\x1f"
_REMEDIES = {
    "cpr": "Fjern det: registret må ikke kunne føre til en person. Ligner kolonnens numre kun, så sig det med not_cpr:."
}


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks of the rows of one delivery. `execute` gives the result of an expression, `keep` makes a table of it. `span`
    is the first and last moment of registration in them, `today` the day that none should be after, None where nobody
    says, `filled` the columns that all of them have.
    """

    plan: Plan
    codes: Codes
    execute: Callable[[Any], pa.Table]
    keep: Callable[[Any], ir.Table]
    span: tuple[datetime, datetime] | None
    today: date | None = None
    filled: frozenset[str] = frozenset()

    def rules(self) -> tuple[Rule, ...]:
        """The rules that the mapping gives the columns for."""
        clock = danish_clock(*self.span) if self.span else microseconds()
        return tuple(
            rule
            for rule in rules(self.codes, clock, self.today)
            if all(self.plan.given(column) for column in rule.needs)
        )

    # --- who is left out ---

    @property
    def leaves_out(self) -> tuple[str, ...]:
        """Why rows may be left out, in the order tried: the conditions of the mapping, then rules that are to."""
        names = tuple(name for name in RULES if level_of(name, self.plan.levels) == LEAVE_OUT)
        return (*(condition.reason for condition in self.plan.leave_out), *names)

    @property
    def changes(self) -> bool:
        """Whether the rows to be kept are not just those that were read."""
        return bool(self.plan.derived or self.leaves_out or self.plan.scratch)

    def sorted_out(self, rows: ir.Table, faults: ir.Table | None) -> ir.Table:
        """The rows with what is derived, and REASON: the place in `leaves_out` of why a row is left out, or null."""
        import ibis

        types = self.plan.types
        read = with_derived(rows, self.plan.derived, types) if self.plan.derived else rows
        judged = with_reason(read, self.plan.leave_out, types)
        names = self.leaves_out[len(self.plan.leave_out) :]
        if not names:
            return judged
        marked = _with_unread(judged, faults)
        cases: list[tuple[Any, Any]] = []
        for place, name in enumerate(names, start=len(self.plan.leave_out)):
            masks = self._masks(name, marked, faults)
            cases += [(mask.fill_null(False), ibis.literal(place, "int16")) for mask in masks]
        reason = ibis.coalesce(marked[REASON], ibis.cases(*cases, else_=ibis.null("int16")))
        return marked.mutate(**{REASON: reason}).select(judged.columns)

    def _masks(self, name: str, marked: ir.Table, faults: ir.Table | None) -> list[Any]:
        """What is true of the rows that break a rule."""
        masks = [self.broken(rule, marked) for rule in self.rules() if rule.name == name]
        if faults is not None:
            masks.append(marked[LINE].isin(faults.filter(faults.rule == name)[LINE]))
        if name == "duplicate_registration":
            import ibis

            same = ibis.window(group_by=[marked.case_id, marked[REGISTERED_AT]])
            masks.append(marked[LINE] < marked[LINE].max().over(same))
        return masks

    # --- what the others break ---

    def judge(self, rows: ir.Table, faults: ir.Table | None, told: Told) -> tuple[list[Finding], Facts]:
        """What is found of each rule that is broken, and what the rows are.

        Every row at fault is told, as far as `told` has room.
        """
        found = _Found(self, told)
        if faults is not None:
            found.cells(faults)
        repeats = Repeats.of(rows, self.execute, self.keep)
        cases, named = repeats.sums()
        facts = found.rows(_with_unread(rows, faults), cases)
        if cases < named:
            found.duplicates(repeats)
        return found.findings(), facts

    def broken(self, rule: Rule, rows: ir.Table) -> Any:
        """Whether a row breaks a rule, as an expression; null is no. What could not be read breaks nothing more."""
        import ibis

        if rule.broken is not None:
            found = rule.broken(rows)
        else:
            bad = [values for values, _ in self.combinations(rows).breaking(rule)]
            found = _one_of(rows, rule.columns, bad) if bad else ibis.literal(False)
        seen = self._seen(rule, rows)
        return found if seen is None else found & seen

    def _seen(self, rule: Rule, rows: ir.Table) -> Any:
        """Whether all that a rule asks for could be read; None where everything could."""
        if _UNREAD not in rows.columns:
            return None
        bits = bits_of(self.plan)
        return (rows[_UNREAD] & sum({bits[column] for column in rule.columns})) == 0

    def combinations(self, rows: ir.Table) -> Combinations:
        """What is asked of combinations of values."""
        return Combinations(rows, self.plan.types, self.execute, lambda rule: self._seen(rule, rows))


def _with_unread(rows: ir.Table, faults: ir.Table | None) -> ir.Table:
    """The rows with the bits of the columns whose value could not be read; as they are where all could."""
    if faults is None:
        return rows
    bits = faults.group_by(LINE).aggregate(_bits=faults.bits.bit_or())
    joined = rows.left_join(bits.rename(_at=LINE), rows[LINE] == bits[LINE].name("_at"))
    return joined.mutate(**{_UNREAD: joined["_bits"].fill_null(0)}).drop("_at", "_bits")


def _one_of(rows: ir.Table, columns: Sequence[str], bad: Sequence[tuple[Any, ...]]) -> Any:
    """Whether a row has one of these combinations; no row with a value unknown has."""
    import ibis
    import pyarrow as pa

    key = rows[columns[0]]
    for column in columns[1:]:
        key = key + _GLUE + rows[column]
    wanted = [_GLUE.join(values) for values in bad]
    if len(wanted) <= _FEW:
        return key.isin(wanted).fill_null(False)
    return key.isin(ibis.memtable(pa.table({"wanted": wanted}))["wanted"]).fill_null(False)


@dataclass
class _Found:
    judge: Judge
    told: Told
    counts: dict[str, int] = field(default_factory=dict)
    codes: dict[str, list[str]] = field(default_factory=dict)
    examples: dict[str, list[Example]] = field(default_factory=dict)
    remedies: dict[str, str] = field(default_factory=dict)

    def findings(self) -> list[Finding]:
        """One per rule that is broken, in the order of the rules."""
        return [
            Finding(
                rule=name,
                code=self.codes[name][0],
                words=RULES[name][0],
                level=level_of(name, self.judge.plan.levels),
                rows=self.counts[name],
                examples=tuple(sorted(self.examples.get(name, ()), key=lambda item: item.line)[:EXAMPLES]),
                remedy=self.remedies[name],
            )
            for name in RULES
            if self.counts.get(name)
        ]

    def note(self, name: str, code: str, rows: int, remedy: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + rows
        self.codes.setdefault(name, []).append(code)
        self.remedies.setdefault(name, remedy)

    def example(self, name: str, line: int, column: str, value: str) -> None:
        kept = self.examples.setdefault(name, [])
        if sum(item.column == column for item in kept) < EXAMPLES and (column, value) not in {
            (item.column, item.value) for item in kept
        }:
            place = self.told.files.place(line)
            kept.append(Example(line, place.file, place.row or 0, column, value))

    # --- cells ---

    def cells(self, faults: ir.Table) -> None:
        run = self.judge.execute
        keys = ["rule", "code", "place", "target", "file_column"]
        kinds = run(faults.group_by(keys).aggregate(n=faults.count())).to_pylist()
        by_rule = run(faults.group_by("rule").aggregate(n=faults[LINE].nunique())).to_pylist()
        rows_of = {item["rule"]: item["n"] for item in by_rule}
        for kind in sorted(kinds, key=lambda item: (item["place"], item["rule"])):
            name, code, column = kind["rule"], kind["code"], kind["file_column"]
            self.told.times(code, column, kind["n"])
            same = faults.filter(*(faults[key] == kind[key] for key in keys))
            first = same.order_by(LINE).limit(max(EXAMPLES, self.told.room(code, column)))
            told = run(first.select(LINE, "text", "fault")).to_pylist()
            level = LEVEL_OF[level_of(name, self.judge.plan.levels)]
            remedies: dict[str, str] = {}
            for cell in told:
                text = cell["text"]
                if text not in remedies:
                    remedies[text] = self._remedy(name, kind["target"], text)
                self.told.row(code, cell[LINE], column, cell["fault"], remedies[text], level)
                self.example(name, cell[LINE], column, shown(text) if text else "")
            self.note(name, code, 0, next(iter(remedies.values()), ""))
        for name, rows in rows_of.items():
            self.counts[name] = self.counts.get(name, 0) + rows

    def _remedy(self, name: str, target: str, text: str) -> str:
        """What to do about a cell: it is read once more, because words are looked for among all codes."""
        plan = self.judge.plan
        if name in _REMEDIES:
            return _REMEDIES[name]
        try:
            read_cell(plan.sources[target], text, self.judge.codes.lists)
        except Unreadable as error:
            return error.remedy()
        return "Skriv den, eller brug constant: i mappingen." if name == "origin" else "Forkort den."

    # --- rows ---

    def rows(self, rows: ir.Table, cases: int) -> Facts:
        """Tries the rules in one go over the rows; what codes alone decide, by the combinations there are."""
        judge = self.judge
        asked = [rule for rule in judge.rules() if self._can_be_broken(rule)]
        broken = {place: judge.broken(rule, rows) for place, rule in enumerate(asked) if not rule.broken_by}
        # As a filter of a count the engine asks the rest of a condition only where its first part holds.
        sums = {f"r{place}": rows.count(where=expression) for place, expression in broken.items()}
        coded = {column for rule in asked if not rule.broken for column in rule.columns}
        coded |= {rule.if_some for rule in asked if rule.if_some}
        sums |= {f"n_{column}": rows[column].count() for column in coded}
        row = judge.execute(rows.aggregate(**sums, **_facts(rows, judge.plan))).to_pylist()[0]
        met = {place: (int(n), item) for place, item in broken.items() if (n := row[f"r{place}"])}
        totals = self._totals(rows, asked, met)
        by_codes = judge.combinations(rows).broken([rule for rule in asked if self._has_codes(rule, row)])
        for place, rule in enumerate(asked):
            n = by_codes.get(rule, 0) if rule.broken_by else int(row[f"r{place}"] or 0)
            nowhere = rule.if_some and rule.name not in judge.plan.levels and not row[f"n_{rule.if_some}"]
            if not n or nowhere:
                continue
            self.note(rule.name, rule.code, totals.pop(rule.name, 0) if place in broken else n, rule.remedy)
            self._told(rule, rows, n)
        return Facts.of(row, cases)

    def _has_codes(self, rule: Rule, row: Mapping[str, Any]) -> bool:
        """Whether a rule is about codes, and there are some; `row` has how many of each."""
        return bool(rule.broken_by and (rule.broken or all(row[f"n_{column}"] for column in rule.columns)))

    def _totals(
        self, rows: ir.Table, asked: Sequence[Rule], met: Mapping[int, tuple[int, Any]]
    ) -> dict[str, int]:
        """How many rows break any of the rules of a name. `met` are the rules that rows break: how many, and what is
        true of them.
        """
        by_name: dict[str, list[tuple[int, Any]]] = {}
        for place, item in met.items():
            by_name.setdefault(asked[place].name, []).append(item)
        sums = {
            name: rows.count(where=reduce(operator.or_, (expression for _, expression in items)))
            for name, items in by_name.items()
            if len(items) > 1
        }
        several = self.judge.execute(rows.aggregate(**sums)).to_pylist()[0] if sums else {}
        return {name: several.get(name, items[0][0]) for name, items in by_name.items()}

    def _can_be_broken(self, rule: Rule) -> bool:
        """Whether some column of the rule has values at all: nobody needs to be asked about empty ones."""
        plan = self.judge.plan
        if rule.if_none in self.judge.filled:
            return False
        return any(plan.given(column) for column in rule.columns) or (
            "law_area" in rule.columns and plan.given("case_subject")
        )

    def _told(self, rule: Rule, rows: ir.Table, n: int) -> None:
        judge = self.judge
        column = self._column(rule)
        self.told.times(rule.code, column, n)
        names = [name for name in dict.fromkeys(rule.columns) if name not in (REGISTERED_AT, "case_id")]
        first = rows.filter(judge.broken(rule, rows)).order_by(LINE)
        first = first.limit(max(EXAMPLES, self.told.room(rule.code, column)))
        level = LEVEL_OF[level_of(rule.name, judge.plan.levels)]
        for row in judge.execute(first.select(LINE, *names)).to_pylist():
            self.told.row(rule.code, row[LINE], column, rule.fault, rule.remedy, level)
            values = [f"{name} {_shown(row[name])}" for name in names if judge.plan.given(name)]
            self.example(rule.name, row[LINE], column, ", ".join(values))

    def _column(self, rule: Rule) -> str:
        sources = (self.judge.plan.sources.get(target) for target in rule.columns)
        return next((source.column for source in sources if source is not None and source.column), "")

    def duplicates(self, repeats: Repeats) -> None:
        """Cases that are registered twice at the same moment."""
        judge = self.judge
        column = judge.plan.sources["case_id"].column
        code, level = "REGISTER-122", LEVEL_OF[level_of("duplicate_registration", judge.plan.levels)]
        groups, more = repeats.first(max(EXAMPLES, self.told.room(code, column)))
        if not more:
            return
        remedy = "Den nederste gælder. Slet den ene, hvis den er en fejl."
        self.told.times(code, column, more)
        self.note("duplicate_registration", code, more, remedy)
        for case, lines in groups:
            for before, line in pairwise(lines):
                place = self.told.files.place(before)
                elsewhere = f" i {place.file}" if place.file != self.told.files.place(line).file else ""
                where = f"række {place.row}{elsewhere}"
                fault = f"Sagen {shown(case)} er også registreret på samme tidspunkt i {where}."
                self.told.row(code, line, column, fault, remedy, level)
                self.example("duplicate_registration", line, column, shown(case))


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return shown(value) if isinstance(value, str) else str(value)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rows of a delivery are: how many rows and cases, the first and last of every date they have, and of the
    registrations.
    """

    rows: int
    cases: int
    ends: Mapping[str, tuple[Any, Any]]

    @staticmethod
    def of(row: Mapping[str, Any], cases: int) -> Facts:
        """As the row of `_facts` has them."""
        names = [name.removeprefix("min_") for name in row if name.startswith("min_")]
        ends = {name: (row[f"min_{name}"], row[f"max_{name}"]) for name in names}
        known = {name: both for name, both in ends.items() if both[0] is not None}
        return Facts(row["rows"], cases, known)


def _facts(rows: ir.Table, plan: Plan) -> dict[str, Any]:
    dates = [name for name, type in plan.types.items() if type is Type.DATE and plan.given(name)]
    ends = {
        f"{end}_{name}": getattr(rows[name], end)()
        for name in (*dates, REGISTERED_AT)
        for end in ("min", "max")
    }
    return {**ends, "rows": rows.count()}
