"""What cases can be grouped by: columns of a registration, with the codes and names the law gives them, and series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from sagsbarometer.appeals.clocks import Clock
from sagsbarometer.appeals.columns import EVERY_REGISTER, OWN_GROUPABLE, Columns
from sagsbarometer.appeals.registration import COLUMNS, COURT_RESULTS, OCCASIONS, OMBUDSMAN_RESULTS, RESULTS
from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.catalogue.schema import Break, Series
from sagsbarometer.forms.language.types import Name, Type
from sagsbarometer.measures.measure import Text

SERIES, NAMED = "series", "group"  # NAMED: the groups a layout makes itself
REGION = "region"


@dataclass(frozen=True, slots=True)
class Value:
    """One group. `first` and `last` are the days it is in force, None where we know no limit."""

    id: str
    label: Text
    first: date | None = None
    last: date | None = None
    parent: str = ""  # the law area of a case subject
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A case subject that belongs to a series from one day to another, both included."""

    case_subject: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to group cases. `values` is None where only the register knows them, such as offices."""

    id: str  # as layouts and cells name it
    column: str
    values: Mapping[str, Value] | None
    several: bool = False  # a case can be in several groups
    members: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)  # series
    label: Text = field(default_factory=dict)  # of a register's own column
    labels: Mapping[str, Text] = field(default_factory=dict)  # of values that only the register knows
    group_of: Mapping[str, str] = field(
        default_factory=dict
    )  # value of the column to group, where they differ

    def knows(self, value: str) -> bool:
        """Whether there can be such a group."""
        return self.values is None or value in self.values


# Which columns groupings look at; where the two have one name it is the column's.
_COLUMN: Mapping[str, str] = MappingProxyType(
    {"keyword": "keywords", "reason": "reasons", SERIES: "case_subject", REGION: "authority"}
    | {name: name for name, type in COLUMNS.items() if type in OWN_GROUPABLE and name != "case_id"}
)
_YES_NO: Mapping[str, Text] = MappingProxyType(
    {"true": {"da": "Ja", "en": "Yes"}, "false": {"da": "Nej", "en": "No"}}
)
_LABELS: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        "court_result": {
            "won": {"da": "Medhold", "en": "Won"},
            "lost": {"da": "Ikke medhold", "en": "Lost"},
        },
        "ombudsman_result": {
            "criticism": {"da": "Kritik", "en": "Criticism"},
            "no_criticism": {"da": "Ingen kritik", "en": "No criticism"},
            "not_investigated": {"da": "Ikke undersøgt", "en": "Not investigated"},
        },
        "statutory_priority": {
            "true": {"da": "Sager, loven giver forrang", "en": "Cases with statutory priority"},
            "false": {"da": "Øvrige sager", "en": "Other cases"},
        },
        "complete_at_receipt": {
            "true": {"da": "Oplyst ved modtagelsen", "en": "Complete at receipt"},
            "false": {"da": "Ikke oplyst ved modtagelsen", "en": "Not complete at receipt"},
        },
        "occasion": {
            "new_application": {"da": "Ny ansøgning", "en": "New application"},
            "follow_up": {"da": "Opfølgning", "en": "Follow-up"},
            "cessation": {"da": "Ophør", "en": "Cessation"},
            "withdrawal": {"da": "Frakendelse", "en": "Withdrawal"},
            "remitted_case": {"da": "Hjemvist sag", "en": "Remitted case"},
        },
        "result": {
            "grant": {"da": "Bevilling", "en": "Grant"},
            "partial_refusal": {"da": "Delvist afslag", "en": "Partial refusal"},
            "refusal": {"da": "Afslag", "en": "Refusal"},
        },
    }
)
_ESCAPED = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "%;|="})


def groupings(catalogue: Catalogue, columns: Columns = EVERY_REGISTER) -> Mapping[str, Grouping]:
    """Every grouping by id: those of every register, then one per column of the register's own.

    Values stand in the order of the law's files.
    """
    known = _known(catalogue)
    series = {item.id: _members(item) for item in catalogue.series.values()}
    places = catalogue.municipalities.values()
    names = {item.code: {"da": item.name} for item in places}
    found = {
        id: Grouping(
            id,
            column,
            known.get(id),
            COLUMNS[column] is Type.CODES,
            series if id == SERIES else {},
            labels=names if id == "authority" else {},
            group_of={item.code: item.region for item in places} if id == REGION else {},
        )
        for id, column in _COLUMN.items()
    }
    for own in columns.own.values():
        if own.type in OWN_GROUPABLE:
            values = _valued(_YES_NO) if own.type is Type.BOOL else None
            found[own.id] = Grouping(own.id, own.id, values, label=own.label)
    return found


def _known(catalogue: Catalogue) -> dict[str, Mapping[str, Value]]:
    """The groups of every grouping whose groups are listed somewhere."""
    known: dict[str, Mapping[str, Value]] = {
        "law_area": {
            item.id: Value(
                item.id,
                item.label,
                _day(item.in_force.from_),
                _day(item.in_force.to),
                breaks=tuple(item.breaks),
            )
            for item in catalogue.law_areas.values()
        },
        "case_subject": {
            item.id: Value(
                item.id, item.label, _day(item.in_force.from_), _day(item.in_force.to), item.law_area
            )
            for item in catalogue.case_subjects.values()
        },
        SERIES: {
            item.id: Value(item.id, item.label, breaks=tuple(item.breaks))
            for item in catalogue.series.values()
        },
        "outcome": {id: Value(id, item.label) for id, item in catalogue.outcomes.items()},
        "keyword": {id: Value(id, item.label) for id, item in catalogue.criticism_keywords.items()},
        "condition": {id: Value(id, item.label) for id, item in catalogue.conditions.items()},
        "reason": {id: Value(id, item.label) for id, item in catalogue.reversal_reasons.items()},
        REGION: {
            name: Value(name, {"da": name})
            for name in sorted({item.region for item in catalogue.municipalities.values()})
        },
    }
    for name, codes in (
        ("court_result", COURT_RESULTS),
        ("ombudsman_result", OMBUDSMAN_RESULTS),
        ("occasion", OCCASIONS),
        ("result", RESULTS),
        ("statutory_priority", ("true", "false")),
        ("complete_at_receipt", ("true", "false")),
    ):
        known[name] = _valued({code: _LABELS[name][code] for code in codes})
    return known


def _valued(labels: Mapping[str, Text]) -> Mapping[str, Value]:
    return {id: Value(id, label) for id, label in labels.items()}


def group_id(value: object) -> str:
    """The group that a value of a column is: a yes or no is `true` or `false`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def names(
    known: Mapping[str, Grouping],
    columns: Columns = EVERY_REGISTER,
    clocks: Mapping[str, Clock] = MappingProxyType({}),
) -> Mapping[str, Name]:
    """What a condition may use: every column of a registration but the case's own number, and every clock."""
    codes = {
        item.column: tuple(item.values or ())
        for item in known.values()
        if item.id not in (SERIES, NAMED, REGION) and columns.types.get(item.column) is not Type.BOOL
    }
    found = {id: Name(id, type, codes.get(id, ())) for id, type in columns.types.items() if id != "case_id"}
    return {**found, **{id: Name(id, Type.INT) for id in clocks}}


def row_key(where: Mapping[str, str]) -> str:
    """The row of a cell: `law_area=serviceloven`, or `keyword=reasons;series=lost_earnings`.

    Signs that a key is divided by are written as in an address: `;` as `%3B`.
    """
    return ";".join(f"{grouping}={value.translate(_ESCAPED)}" for grouping, value in sorted(where.items()))


def _members(series: Series) -> tuple[Member, ...]:
    return tuple(
        Member(item.case_subject, _day(item.from_) or date.min, _day(item.to) or date.max)
        for item in series.members
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
