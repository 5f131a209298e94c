"""check.yaml: what the tables of a document are made of, so that they can be held against themselves and each other."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from sagsbarometer.checking.table import Choice, Turn
from sagsbarometer.datafiles.validated import Strict, Word

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
# A plain name: nothing outside the folder can be meant.
FileName = Annotated[str, StringConstraints(pattern=r"^[^./\\][^/\\]*\.csv$")]
Rows = dict[str, Choice]


class Sums(Strict):
    """Down a column: the parts add to the total, for each value of `by` on its own when it is given."""

    total: Rows
    parts: Rows
    columns: list[str]
    by: str = ""


class Adds(Strict):
    """Across a row: the parts add to the total."""

    total: str
    parts: list[str]
    rows: Rows = {}


class Elsewhere(Strict):
    """The row of another table that holds the counts: the one with the same `on`, or always `row`."""

    table: Id
    row: Rows = {}
    on: dict[str, str] = {}
    same: dict[str, Word] = {}  # a name here to the name there


class Shares(Strict):
    """A printed percentage of counts. `part_high` where only a range of counts is known.

    `base` is a column of the same row or, with `base_row`, of that row. `printed_parts`: percentages beside it that
    some would add up instead.
    """

    percent: str
    part: list[str]
    part_high: list[str] = []
    base: str
    base_row: Rows = {}
    rows: Rows = {}
    counts: Elsewhere | None = Field(default=None, alias="from")
    printed_parts: list[str] = []


class Hundred(Strict):
    """Rounded percentages of a whole: across a row, or down a column for each value of `by`."""

    columns: list[str] = []
    column: str = ""
    by: str = ""
    rows: Rows = {}


class Feasible(Strict):
    """Printed percentages with only their base as a count: is there any set of counts that gives them all?

    `atoms` add to the base. `parts`: a percentage column and the atoms it is the share of. `total`: the row that the
    others add to.
    """

    base: str
    atoms: list[str] = Field(min_length=2)
    parts: dict[str, list[str]] = Field(max_length=12)
    total: Rows = {}

    @model_validator(mode="after")
    def _family(self) -> Feasible:
        sets = [frozenset(part) for part in self.parts.values()]
        if any(not part or not part <= set(self.atoms) for part in sets):
            raise ValueError("hver del skal være nogle af atoms")
        if any(a & b and not (a <= b or b <= a) for a in sets for b in sets):
            raise ValueError("to dele må kun overlappe, når den ene er en del af den anden")
        return self


class MostUsed(Strict):
    """The word used most in each period, with its number of cases, and the same for all of it."""

    label: str
    count: str
    total: Rows


class AtMost(Strict):
    """No more cases than the whole they are some of. With `of`, the whole is a percentage of that column's cases."""

    part: str
    whole: str
    of: str = ""
    rows: Rows = {}


class TableFile(Strict):
    """A table of the document."""

    id: Id
    file: FileName
    title: str = ""
    data_date: str = ""
    key: list[str]
    lines: list[Word] = []  # of the plain text: one for all rows, or one per row of the file
    line_column: str = ""
    ids: list[Word] = []  # names of the rows, where the file has none
    turn: Turn | None = None
    counts: list[str] = []
    percents: list[str] = []
    numbers: list[str] = []
    sums: list[Sums] = []
    adds: list[Adds] = []
    shares: list[Shares] = []
    hundred: list[Hundred] = []
    feasible: list[Feasible] = []
    most_used: list[MostUsed] = []
    at_most: list[AtMost] = []

    def mentioned(self) -> set[str]:
        """Every column of this table that the file speaks of."""
        found = {*self.key, *self.counts, *self.percents, *self.numbers}
        for sums in self.sums:
            found |= {*sums.total, *sums.parts, *sums.columns, *([sums.by] if sums.by else [])}
        for adds in self.adds:
            found |= {adds.total, *adds.parts, *adds.rows}
        for share in self.shares:
            found |= {share.percent, *share.rows, *share.printed_parts}
            if share.counts is None:
                found |= {*share.part, *share.part_high, share.base, *share.base_row}
            else:
                found |= set(share.counts.on)
        for hundred in self.hundred:
            found |= {
                *hundred.columns,
                *hundred.rows,
                *(name for name in (hundred.column, hundred.by) if name),
            }
        for feasible in self.feasible:
            found |= {feasible.base, *feasible.parts, *feasible.total}
        for most in self.most_used:
            found |= {most.label, most.count, *most.total}
        for at_most in self.at_most:
            found |= {at_most.part, at_most.whole, *at_most.rows, *([at_most.of] if at_most.of else [])}
        return found

    def numeric(self) -> set[str]:
        """Those of them that must be number columns."""
        found = {column for sums in self.sums for column in sums.columns}
        found |= {column for adds in self.adds for column in (adds.total, *adds.parts)}
        for share in self.shares:
            found |= {share.percent, *share.printed_parts}
            if share.counts is None:
                found |= {*share.part, *share.part_high, share.base}
        found |= {name for item in self.hundred for name in (*item.columns, item.column) if name}
        found |= {column for item in self.feasible for column in (item.base, *item.parts)}
        found |= {item.count for item in self.most_used}
        return found | {name for item in self.at_most for name in (item.part, item.whole, item.of) if name}


class Side(Strict):
    """One side of a comparison of columns: all rows, or those picked."""

    table: Id
    document: str = ""
    rows: Rows = {}
    columns: list[str] = Field(min_length=1)


class Agree(Strict):
    """Columns of two tables that print the same numbers, row by row where `on` is the same, else one row each."""

    id: Id
    left: Side
    right: Side
    on: dict[str, str] = {}
    same: dict[str, Word] = {}

    @model_validator(mode="after")
    def _pairwise(self) -> Agree:
        if len(self.left.columns) != len(self.right.columns):
            raise ValueError("left og right skal have lige mange columns")
        return self


class Known(Strict):
    """A contradiction that was looked into."""

    id: str
    verdict: Literal["certain", "explainable"]
    explanation: str = Field(min_length=1)


class Dismissed(Strict):
    """Something a rule points at that is no contradiction."""

    id: str
    reason: str = Field(min_length=1)


class DocumentFile(Strict):
    """check.yaml."""

    document: Id
    title: str
    publisher: str
    published: str = ""  # "" when it is not known
    data_date: str = ""
    tables: list[TableFile] = []
    agree: list[Agree] = []
    known: list[Known] = []
    dismissed: list[Dismissed] = []
