"""What a mapping file of a register may hold."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sagsbarometer.appeals.intake.cells import NONE_WORDS
from sagsbarometer.datafiles.validated import Strict, Word

Order = Literal["iso", "day_first", "month_first", "year_first_day", "day_month_name", "month_name_day"]
Level = Literal["hard", "soft", "leave_out"]
OwnType = Literal["code", "text", "int", "date", "bool"]


class ColumnFile(Strict):
    """How the values of one column are made. None of from, constant, first_of and derive: from the file's column of
    that name.
    """

    from_: Word | list[Word] | None = Field(None, alias="from")
    constant: Word | None = None
    first_of: list[Word] = []
    derive: Word | None = None
    codes: dict[str, Word] = {}
    codes_from: Literal["law"] | None = None
    unknown: list[Word] = []
    separator: Annotated[Word, Field(min_length=1)] = "|"
    empty: Literal["none", "unknown"] = "unknown"
    none: list[Word] = list(NONE_WORDS)
    dates: list[Order] = []
    formats: list[Word] = []
    thousands: Literal["", ".", ",", " ", "'"] = ""
    most_far_reaching: bool = False


class OwnFile(ColumnFile):
    """A column of the register's own."""

    type: OwnType
    label: dict[Literal["da", "en"], Word] = {}


class LeaveOutFile(Strict):
    """Rows that are not to be in the register, and why."""

    if_: Word = Field(alias="if")
    reason: Annotated[Word, Field(min_length=1, max_length=120)]


class ReadingFile(Strict):
    """How the file is written, where it is not to be found out."""

    encoding: Word = ""
    separator: Word = ""
    sheet: Word = ""
    header: Annotated[int, Field(ge=0, le=1000)] = 0


class MappingFile(Strict):
    """The whole mapping."""

    mapping: Word
    rest: Literal["same"] | None = None
    file: ReadingFile = ReadingFile()
    delivery: Literal["incremental", "full"] = "incremental"
    columns: dict[str, Word | ColumnFile] = {}
    own: dict[str, OwnFile] = {}
    leave_out: list[LeaveOutFile] = []
    rules: dict[str, Level] = {}
    not_cpr: list[Word] = []
    ignore: list[Word] = []
