"""What is measured and which figures show it: definitions, read from a form or, for a register, from a layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sagsbarometer.forms.language.tree import Node

Text = Mapping[str, str]


class Kind(StrEnum):
    """How a measure turns counts into a value."""

    SHARE = "share"  # definite yes of definite yes and no, in percent
    COUNT = "count"  # cases where `counts` is definitely yes
    PART = "part"  # a group's cases of those of all groups of a kind, in percent; registers only
    MEAN = "mean"  # the sum of a whole-number variable over the cases where it is known
    QUANTILE = (
        "quantile"  # the smallest whole day by which so many percent of the known are done; registers only
    )
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    MUNICIPALITIES = "municipalities"  # how many municipalities have at least one definite yes
    NO_MUNICIPALITY = "no_municipality"  # how many municipalities have none


@dataclass(frozen=True, slots=True)
class Measure:
    """One definition. A case is in the base where `base` is definitely yes; inside it `counts` is yes, no
    or unknown. A case leaves the base where a question named in `counts` is `not_relevant`."""

    id: str
    kind: Kind
    label: Text
    base: Node
    base_label: Text  # "alle gennemgåede sager"
    counts: Node | None  # share, municipalities
    value: str  # mean, minimum, maximum: the int variable
    unit: str  # percent, days, weeks, municipalities
    source: str
    base_text: str  # as written in the form, for the reader of a definition
    counts_text: str
    hash: str
    questions: tuple[str, ...] = ()  # every question it depends on, also through derived variables
    derived: Mapping[str, str] = field(default_factory=dict)  # the derived variables it uses, as written
    date: str = ""  # registers: the column whose date decides which period a case counts in
    per: str = ""  # registers: counted for one group of this grouping at a time
    quantile: int = 0  # percent
    stock: tuple[str, str] | None = (
        None  # registers: cases open at the end of the period, from one date to another
    )
    formula: Text = field(default_factory=dict)  # how the number is made, in words

    @property
    def is_time(self) -> bool:
        """Whether the number is a time, made of how many cases took how many days."""
        return self.kind in (Kind.MEAN, Kind.QUANTILE) and bool(self.date or self.stock)


@dataclass(frozen=True, slots=True)
class Break:
    """A day from which a topic is counted in another way, so that before and after cannot simply be compared.

    `kind` and `law` are those of the catalogue: what happened to the cases that are counted, and to the rule.
    """

    date: str  # ISO; a year where no more is known
    kind: str
    note: Text = field(default_factory=dict)
    law: str = ""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One bar, one stack of parts, or one topic over time: `cells` maps part id ("" where there are no parts) to
    a measure id, or to a key as `measures.cells.ref` writes it."""

    id: str
    label: Text
    cells: Mapping[str, str]
    total: str = ""  # the measure of the whole stack
    condition: str = ""  # ladder: the condition the step is about
    breaks: tuple[Break, ...] = ()  # series


@dataclass(frozen=True, slots=True)
class Part:
    """One layer of a stacked figure."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure: `bars` (rates), `stacked` (parts of a rate), `shares` (parts of one whole, unknown
    among them), `ladder` (the conditions of a provision in order), `columns` (counts in parts, a row per year),
    `series` (a rate over time: a row per topic, a part per year), `lines` (numbers over time: a row per period,
    often a month, a part per line) or `multiples` (a small picture per row, with the same parts in each)."""

    id: str
    number: str  # as printed, "" where it has none
    kind: str
    title: Text
    note: Text
    rows: tuple[FigureRow, ...]
    parts: tuple[Part, ...]
    also: tuple[str, ...]  # measures told under the figure, not drawn
    generalisable: bool
    why_not: Text
    alt: Text = field(default_factory=dict)  # what the picture shows, by its author, for who does not see it

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure the figure shows, in reading order, each once."""
        ids = [id for row in self.rows for id in (*row.cells.values(), row.total) if id]
        return tuple(dict.fromkeys((*ids, *self.also)))

    def shows(self, ref: str) -> bool:
        """Whether the figure shows a measure: as finding it in `measures`, which need not be gathered for it."""
        return ref in self.also or any(ref == row.total or ref in row.cells.values() for row in self.rows)
