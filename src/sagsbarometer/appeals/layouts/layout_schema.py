"""What a layout and a file of measures may hold, key by key. Documented for users in docs/layouts.md."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sagsbarometer.catalogue.schema import Id, Words
from sagsbarometer.datafiles.validated import Strict, Word

Text = Annotated[Word, Field(min_length=1)]
Format = Literal["count", "percent", "label", "days", "weeks"]
# The dates that can decide which period a case counts in.
Dated = Literal[
    "received_on",
    "decided_on",
    "court_judged_on",
    "ombudsman_closed_on",
    "authority_decided_on",
    "appealed_on",
    "new_decision_on",
]


class StockFile(Strict):
    """The cases open at the end of a period: `from_` is on or before that day, and `to` after it or not yet."""

    from_: Id = Field(alias="from")
    to: Id


class MeasureFile(Strict):
    """One measure of a register."""

    id: Id
    kind: Literal["count", "share", "part", "mean", "quantile"]
    label: Words
    base: Text = "true"
    base_label: Words
    counts: Text | None = None
    date: Dated = "decided_on"
    per: Id | None = None  # counted for one group of this grouping at a time; a part is of its cases
    value: Id | None = None  # mean and quantile: a clock, or a column of whole numbers
    unit: Literal["days", "weeks"] | None = None
    quantile: int | None = Field(None, ge=1, le=99)
    stock: StockFile | None = None
    formula: Words | None = None  # how the number is made, in words
    source: Word = ""


class ClockFile(Strict):
    """Whole days from one date to another; `by_outcome`: another last date where the outcome is so."""

    id: Id
    from_: Id = Field(alias="from")
    to: Id
    by_outcome: dict[Id, Id] = {}
    label: Words
    source: Word = ""


class CompleteFile(Strict):
    """What is told of a count of every case: how the cases came in, why it does not speak for other cases, and of how
    many cases a percentage must be not to be marked."""

    selection: Words
    why_not: Words
    few_cases: int = Field(0, ge=0, le=100)


class GroupFile(Strict):
    """A group that a layout makes itself, by a condition."""

    id: Id
    label: Words
    condition: Text


class PeriodFile(Strict):
    """A period with words of its own; or, without `period`, periods that follow each other.

    Those are from `first` to `last`, or the `latest` whole ones. `first` and `last` are years, or quarters or months
    where it is every one of those; or `register` for the first date the register has, and `as_of` for the last whole
    period. With `rolling` each is that many months long and ends with its month; `together` makes them one; with
    `under_way` the one that has begun and is not over comes last.
    """

    period: Text | None = None
    label: Words | None = None
    every: Literal["year", "quarter", "month"] | None = None
    first: Text | None = None
    last: Text | None = None
    latest: int | None = Field(None, ge=1, le=240)
    rolling: int | None = Field(None, ge=2, le=120)
    together: bool = False
    under_way: bool = False  # and the one that is not over on the day


class Settings(Strict):
    """What a row, a column or a table may say of the numbers in it; a row goes before a column, both before the table.

    `where` narrows to one group of each grouping; `top` picks the group of a grouping with the most cases.
    """

    measure: Id | None = None
    format: Format | None = None
    period: Text | None = None
    where: dict[Id, Text] = {}
    top: Id | None = None


class ColumnFile(Settings):
    """A column; or with `columns` a head over several; or with `each: period` one, or a head, per period."""

    each: Literal["period"] | None = None
    id: Id | None = None  # what texts call it; else by its period and measure
    label: Words | None = None
    columns: list[ColumnFile] = []
    only_with: list[Text] = []  # as of a table


class RowFile(Settings):
    """A row; or with `each` one per group, period, year, quarter or month, and with `then` rows under each of them.

    `instead` swaps measures: what a column measures to what it measures in this row.
    """

    each: Id | None = None
    values: Literal["all"] | list[Text] = "all"
    labels: dict[Text, Words] = {}
    then: RowFile | None = None
    total: Words | None = None
    heading: Words | None = None
    label: Words | None = None
    instead: dict[Id, Id] = {}
    only_with: list[Text] = []  # as of a table


class GivenColumnFile(Strict):
    """A column of a given table: what it is called in the file, where that is not its id, and whether it is numbers."""

    id: Id
    column: Word = ""
    label: Words
    kind: Literal["text", "value"] = "text"


# Part of a file's name: short, and nothing that could be a person's number.
Number = Annotated[Word, Field(pattern=r"^([0-9]{1,3}(\.[0-9]{1,3}){0,3}[a-z]?)?$")]


class GivenFile(Strict):
    """A table from elsewhere. `where` keeps the rows with these words; `row` is the column that names them in texts;
    `why` says why the numbers are not counted here."""

    id: Id
    number: Number = ""
    title: Words
    source: Words
    why: Words = {}
    file: Word = ""
    published: Word = ""
    where: dict[Word, Word] = {}
    row: Word = ""
    columns: list[GivenColumnFile] = Field(min_length=1)


class TableFile(Strict):
    """One statistical table."""

    id: Id
    number: Number = ""
    title: Words
    note: Words | None = None
    stub: Words
    periods: list[Text | PeriodFile] = Field(min_length=1)
    where: dict[Id, Text] = {}
    each: Literal["own"] | None = None  # one table per column of the register's own
    only_with: list[Text] = []  # left out where the register has nothing in one of these columns
    only_without: list[Text] = []  # left out where it has something in one of these
    columns: list[ColumnFile] = Field(min_length=1)
    rows: list[RowFile] = Field(min_length=1)


class FigurePartFile(Settings):
    """A layer of a figure, or with `each: period` one per period."""

    each: Literal["period"] | None = None
    id: Id | None = None
    label: Words | None = None


class FigureFile(Strict):
    """One figure. `parts` are to it what columns are to a table; `total` is the measure of a whole stack."""

    id: Id
    number: Number = ""
    kind: Literal["bars", "stacked", "shares", "ladder", "columns", "series", "lines", "multiples"]
    title: Words
    alt: Words | None = None  # what the picture shows, for who does not see it
    note: Words | None = None
    periods: list[Text | PeriodFile] = Field(min_length=1)
    where: dict[Id, Text] = {}
    each: Literal["own"] | None = None
    only_with: list[Text] = []
    only_without: list[Text] = []
    parts: list[FigurePartFile] = []
    rows: list[RowFile] = Field(min_length=1)
    total: Id | None = None


class HeadFile(Strict):
    """What the layout is; its lists are read one item at a time, so that one fault does not hide the next."""

    layout: Id
    title: Words
    source: Words | Text
    note: Words | None = None  # under every table that has none of its own


ColumnFile.model_rebuild()
RowFile.model_rebuild()
