"""Which groups a combination of values is in, or may be in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sagsbarometer.appeals.groupings import NAMED, SERIES, Grouping, group_id
from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.needs import absent_with, series_date
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.tree import And, Compare, Literal, Node, Not, OneOf, Or, Ref
from sagsbarometer.forms.language.types import Answer, Answers, Type
from sagsbarometer.forms.states import State

OUTCOME = "outcome"
_NOT_ASKED, _NOT_ANSWERED = Answer(State.NOT_ASKED), Answer(State.NOT_ANSWERED)
Values = tuple[Any, ...]
# A group a case is in; or may be in (`maybe`); or it may be in any of them, nobody knows (`ANY`).
Group = str | tuple[str, str] | None
ANY: Group = None


def maybe(group: str) -> Group:
    """The group as one that a case may be in."""
    return ("maybe", group)


class Members:
    """Which groups of a grouping a combination is in, or may be in."""

    def __init__(self, layout: Layout, grouping: Grouping, columns: tuple[str, ...], day: str) -> None:
        self.layout = layout
        self.grouping = grouping
        self.columns = columns
        self.on = (series_date(day), day)
        self.type = layout.columns.types.get(grouping.column)
        self.named = {
            id: singled(node, layout.one_of)
            for id, node in (layout.named.items() if grouping.id == NAMED else ())
        }
        self._memo: dict[Values, tuple[Group, ...]] = {}

    def of(self, values: Values) -> tuple[Group, ...]:
        """The groups, each once."""
        if values not in self._memo:
            self._memo[values] = tuple(self._groups(dict(zip(self.columns, values, strict=True))))
        return self._memo[values]

    def _groups(self, row: Mapping[str, Any]) -> Iterable[Group]:
        if self.grouping.id == NAMED:
            return self._named(row)
        value = row[self.grouping.column]
        if value is None:
            if is_absent(self.grouping.column, row, self.layout):
                return ()
            area = row.get("law_area") if self.grouping.column == "case_subject" else None
            return (ANY,) if area is None else self._of_area(area, row)
        if self.grouping.id == SERIES:
            return self._series(value, self._day(row))
        if self.grouping.group_of:
            group = self.grouping.group_of.get(value)
            return () if group is None else (group,)
        if self.grouping.id == OUTCOME:
            return (value, *(maybe(code) for code in self.layout.one_of.get(value, ())))
        return codes(value) if self.type is Type.CODES else (group_id(value),)

    def _day(self, row: Mapping[str, Any]) -> date | None:
        """The day on which the case must belong to a series."""
        first, other = self.on
        return row[first] if row[first] is not None else row[other]  # type: ignore[no-any-return]

    def _series(self, subject: str, on: date | None) -> Iterator[Group]:
        for id, members in self.grouping.members.items():
            own = [item for item in members if item.case_subject == subject]
            if any(item.first == date.min and item.last == date.max for item in own):
                yield id  # whenever it was
            elif on is None and own:
                yield maybe(id)
            elif any(on is not None and item.first <= on <= item.last for item in own):
                yield id

    def _of_area(self, area: str, row: Mapping[str, Any]) -> Iterator[Group]:
        """The groups a case may be in whose subject nobody registered, but whose law area is known."""
        known = self.layout.groupings["case_subject"].values or {}
        subjects = {id for id, value in known.items() if value.parent == area}
        if self.grouping.id != SERIES:
            yield from (maybe(id) for id in sorted(subjects))
            return
        on = self._day(row)
        for id, members in self.grouping.members.items():
            own = [item for item in members if item.case_subject in subjects]
            if any(on is None or item.first <= on <= item.last for item in own):
                yield maybe(id)

    def _named(self, row: Mapping[str, Any]) -> Iterator[Group]:
        every = possible(row, self.layout)
        for id, node in self.named.items():
            verdicts = {truth(node, answers) for answers in every}
            if verdicts != {False}:
                yield id if verdicts == {True} else maybe(id)


def possible(row: Mapping[str, Any], layout: Layout) -> Sequence[Answers]:
    """What is known of a combination, as the row language asks for it: once, or where its outcome stands for several
    once for each of those. Only what is the same for all of them is known."""
    several = layout.one_of.get(row.get(OUTCOME) or "", ())
    rows = [{**row, OUTCOME: code} for code in several] or [dict(row)]
    return [{name: _answer(name, value, one, layout) for name, value in one.items()} for one in rows]


def singled(node: Node, one_of: Mapping[str, Sequence[str]]) -> Node:
    """The condition with outcomes that stand for several written as those: `outcome == 'reversed'` asks whether it is
    amended, annulled or remitted."""
    match node:
        case Compare(operator, Ref(name), Literal(value)) | Compare(operator, Literal(value), Ref(name)) if (
            name == OUTCOME and operator in ("==", "!=") and value in one_of
        ):
            every = tuple(Literal(code) for code in one_of[str(value)])
            if operator == "==":
                return OneOf(Ref(name), every)
            return And(tuple(Compare("!=", Ref(name), code) for code in every))
        case OneOf(Ref(name), options) if name == OUTCOME:
            single = [one_of.get(str(option.value), (option.value,)) for option in options]
            codes = dict.fromkeys(code for group in single for code in group)
            return OneOf(Ref(name), tuple(Literal(code) for code in codes))
        case Not(item):
            return Not(singled(item, one_of))
        case And(items):
            return And(tuple(singled(item, one_of) for item in items))
        case Or(items):
            return Or(tuple(singled(item, one_of) for item in items))
        case _:
            return node


def _answer(name: str, value: Any, row: Mapping[str, Any], layout: Layout) -> Answer:
    if value is None:
        return _NOT_ASKED if is_absent(name, row, layout) else _NOT_ANSWERED
    is_set = layout.columns.types.get(name) is Type.CODES
    return Answer(State.ANSWERED, frozenset(codes(value)) if is_set else value)


def is_absent(name: str, row: Mapping[str, Any], layout: Layout) -> bool:
    """Whether there is nothing to know: a pending case has no outcome, a case not in court no judgment."""
    with_ = absent_with(name, layout)
    return with_ is not None and row.get(with_) is None


def codes(text: str) -> tuple[str, ...]:
    """The codes of a set."""
    return tuple(text.split("|")) if text else ()
