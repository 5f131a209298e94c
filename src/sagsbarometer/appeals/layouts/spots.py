"""The rows and columns of a layout laid over each other: what each place says before groups are filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sagsbarometer.appeals.layouts.layout_schema import (
    ColumnFile,
    FigureFile,
    FigurePartFile,
    PeriodFile,
    RowFile,
    Settings,
    TableFile,
)
from sagsbarometer.datafiles.located import Path_
from sagsbarometer.kernel.periods import Grain, Period, every, parse_period
from sagsbarometer.measures.measure import Text

PERIOD = "period"  # what `each` says of periods
EVERY = {"year": Grain.YEAR, "quarter": Grain.QUARTER, "month": Grain.MONTH}  # and of those within them


@dataclass(frozen=True, slots=True)
class Spot:
    """What is known of a place. None where nothing is said."""

    measure: str | None = None
    format: str | None = None
    period: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    top: str | None = None

    def over(self, other: Spot) -> Spot:
        """This laid over `other`: what this says goes before."""
        return Spot(
            self.measure or other.measure,
            self.format or other.format,
            self.period or other.period,
            {**other.where, **self.where},
            self.top or other.top,
        )

    def swapped(self, instead: Mapping[str, str]) -> Spot:
        """With the measure that a row puts instead of this one."""
        return replace(self, measure=instead.get(self.measure or "", self.measure))


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column of the file with all that its heads say, and where it stands. `heads`: outermost first."""

    path: Path_
    file: ColumnFile | FigurePartFile
    spot: Spot
    heads: tuple[ColumnFile, ...] = ()
    each_period: bool = False


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row of the file, with the rows it stands under (`then`), outermost first."""

    path: Path_
    file: RowFile
    spot: Spot
    above: tuple[RowFile, ...] = ()

    @property
    def eachs(self) -> tuple[str, ...]:
        """What the row and those above it are repeated by."""
        return tuple(row.each for row in (*self.above, self.file) if row.each)

    def at(self, column: Spot) -> Spot:
        """What a place in this row says, given what its column and table say."""
        return self.spot.over(column.swapped(self.file.instead))


def spot(settings: Settings) -> Spot:
    """What a row or a column says itself."""
    return Spot(settings.measure, settings.format, settings.period, settings.where, settings.top)


def base(sheet: TableFile | FigureFile) -> Spot:
    """What a table or figure says of all its places: its groups, and its period where it has one only."""
    only = period_text(sheet.periods[0]) if len(sheet.periods) == 1 else None
    return Spot(period=only, where=sheet.where)


def column_lines(sheet: TableFile | FigureFile) -> Iterator[ColumnLine]:
    """Every column of a table, or part of a figure, that has numbers; a figure without parts has one."""
    if isinstance(sheet, TableFile):
        yield from _columns(sheet.columns, ("columns",), base(sheet), ())
    elif not sheet.parts:
        yield ColumnLine((), FigurePartFile(), base(sheet))
    else:
        for index, part in enumerate(sheet.parts):
            said = spot(part).over(base(sheet))
            yield ColumnLine(("parts", index), part, said, each_period=part.each == PERIOD)


def _columns(
    files: Sequence[ColumnFile], path: Path_, outer: Spot, heads: tuple[ColumnFile, ...]
) -> Iterator[ColumnLine]:
    for index, file in enumerate(files):
        said = spot(file).over(outer)
        if file.columns:
            yield from _columns(file.columns, (*path, index, "columns"), said, (*heads, file))
        else:
            each = any(item.each == PERIOD for item in (*heads, file))
            yield ColumnLine((*path, index), file, said, heads, each)


def row_lines(sheet: TableFile | FigureFile) -> Iterator[RowLine]:
    """Every row of the file, each followed by the row under it."""
    for index, file in enumerate(sheet.rows):
        yield from _row(file, ("rows", index), Spot(), ())


def _row(file: RowFile, path: Path_, outer: Spot, above: tuple[RowFile, ...]) -> Iterator[RowLine]:
    said = spot(file).over(outer)
    yield RowLine(path, file, said, above)
    if file.then is not None:
        yield from _row(file.then, (*path, "then"), said, (*above, file))


def is_time(each: str | None) -> bool:
    """Whether rows are repeated by periods and not by groups."""
    return each == PERIOD or each in EVERY


def period_text(file: str | PeriodFile) -> str:
    """The period as cells name it; "" of periods that are yet to be found (`settle`)."""
    return file if isinstance(file, str) else file.period or ""


def period_label(file: str | PeriodFile) -> Text:
    """What a period is called."""
    own = None if isinstance(file, str) else file.label
    return own or _named(parse_period(period_text(file)))


def _named(period: Period) -> Text:
    return {"da": period.danish, "en": period.english}


def times(sheet: TableFile | FigureFile, each: str) -> tuple[tuple[str, Text], ...]:
    """The periods that rows are repeated by, with what they are called: those of the sheet, or the years, quarters or
    months within them."""
    if each == PERIOD:
        return tuple((period_text(item), period_label(item)) for item in sheet.periods)
    found = {
        part.id: _named(part)
        for period in periods(sheet)
        for part in every(EVERY[each], period.first, period.last)
    }
    return tuple(found.items())


def periods(sheet: TableFile | FigureFile) -> tuple[Period, ...]:
    """The periods of a table or figure, in its order."""
    return tuple(parse_period(period_text(item)) for item in sheet.periods)
