"""Whether a table or figure of a layout makes sense: all it points to is there, and each place says enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from sagsbarometer.appeals.groupings import Grouping
from sagsbarometer.appeals.layouts.layout_schema import (
    ColumnFile,
    FigureFile,
    FigurePartFile,
    PeriodFile,
    RowFile,
    TableFile,
)
from sagsbarometer.appeals.layouts.measures_file import Measures
from sagsbarometer.appeals.layouts.settle import named, stand_in
from sagsbarometer.appeals.layouts.spots import (
    EVERY,
    ColumnLine,
    RowLine,
    Spot,
    column_lines,
    is_time,
    period_text,
    row_lines,
)
from sagsbarometer.datafiles.located import Located, Path_
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.periods import Grain, Period, parse_period
from sagsbarometer.kernel.problems import Place, Problem

_STAND_IN = "office"  # a grouping only the register knows, as those are that `each: own` is about


def check_sheet(
    located: Located,
    path: Path_,
    sheet: TableFile | FigureFile,
    measures: Measures,
    known: Mapping[str, Grouping],
) -> list[Problem]:
    """Every fault of one table or figure, each once (LAYOUT-103 to 109)."""
    return _Checker(located, path, sheet, measures, known).problems()


@dataclass(frozen=True, slots=True)
class _SheetPlace(Place):
    """A place of a layout: `question` is the id of the table or figure."""

    word: str = "tabel"

    def __str__(self) -> str:
        """`layout.yaml:12:7 · tabel omgoerelse`."""
        return f"{Place(self.file, self.line, self.column)} · {self.word} {self.question}"


class _Checker:
    def __init__(
        self,
        located: Located,
        path: Path_,
        sheet: TableFile | FigureFile,
        measures: Measures,
        known: Mapping[str, Grouping],
    ) -> None:
        self.located = located
        self.path = path
        self.sheet = sheet
        self.measures = measures
        self.known = known
        self.found: dict[Problem, None] = {}

    def problems(self) -> list[Problem]:
        """All of them in the order they stand in the file, as far as it goes."""
        self._periods()
        if self.found:  # the rest is told as if the periods were there
            periods = ["2023", "2024"] if len(self.sheet.periods) > 1 else ["2024"]
            self.sheet = self.sheet.model_copy(update={"periods": periods})
        if isinstance(self.sheet, FigureFile) and self.sheet.kind == "multiples" and not self.sheet.parts:
            fault = "Figuren har små billeder, men ingen dele at vise i dem."
            self._add("LAYOUT-101", ("kind",), fault, "Skriv parts:.")
        self.sheet = stand_in(self.sheet, _STAND_IN)
        self._filled((), self.sheet)
        self._groups(("where",), self.sheet.where)
        columns = tuple(column_lines(self.sheet))
        if isinstance(self.sheet, FigureFile) and self.sheet.total is not None:
            columns += self._total(columns[0], self.sheet.total)
        for column in column_lines(self.sheet):
            self._column(column)
        for row in row_lines(self.sheet):
            self._row(row)
            if row.file.heading is None:
                for column in columns:
                    self._place(row, column)
        return list(self.found)

    def _add(self, code: str, path: Path_, fault: str, remedy: str) -> None:
        at = self.located.place(*self.path, *path)
        word = "figur" if isinstance(self.sheet, FigureFile) else "tabel"
        place = _SheetPlace(at.file, at.line, at.column, question=self.sheet.id, word=word)
        self.found[Problem(code, place, fault, remedy)] = None

    # --- what is pointed to ---

    def _periods(self) -> None:
        for index, item in enumerate(self.sheet.periods):
            path: Path_ = ("periods", index)
            if isinstance(item, PeriodFile) and item.period is None:
                self._generated(path, item)
            elif isinstance(item, PeriodFile) and item.model_fields_set - {"period", "label"}:
                fault = (
                    "En periode er enten nævnt (period) eller fundet (every, first, last, latest, rolling)."
                )
                self._add("LAYOUT-105", path, fault, "Skriv dem som hver sin periode.")
            else:
                self._period((*path, "period") if isinstance(item, PeriodFile) else path, period_text(item))
        texts = [text for item in self.sheet.periods if (text := period_text(item))]
        for text in sorted({text for text in texts if texts.count(text) > 1}):
            self._add("LAYOUT-102", ("periods",), f"Perioden {shown(text)} står to gange.", "Slet den ene.")

    def _generated(self, path: Path_, item: PeriodFile) -> None:
        """Periods that follow each other: the latest, or from one to another."""
        grain = EVERY[item.every or "year"]
        faults = []
        if item.label is not None:
            faults.append("Perioder, der findes (every), har ikke deres egne ord (label).")
        if (item.latest is None) == (item.first is None) or (
            item.latest is not None and item.last is not None
        ):
            faults.append("Perioder, der findes, er enten de seneste (latest) eller fra en første (first).")
        if item.rolling is not None and grain is not Grain.MONTH:
            faults.append("Rullende perioder (rolling) er for hver måned (every: month).")
        if item.rolling is not None and item.together:
            faults.append("Rullende perioder (rolling) kan ikke slås sammen (together).")
        if item.rolling is not None and item.under_way:
            faults.append("Rullende perioder (rolling) slutter med en hel måned (ikke under_way).")
        ends = [(item.first, "register"), (item.last, "as_of")]
        named = [self._end(text, grain) for text, word in ends if text not in (None, word)]
        if None in named:
            word = {"year": "2024", "quarter": "2024-Q1", "month": "2024-03"}[item.every or "year"]
            faults.append(f"first og last er som {word}, eller first: register og last: as_of.")
        days = [period for period in named if period is not None]
        if len(days) == 2 and days[1].last < days[0].first:
            faults.append("Den sidste periode er før den første.")
        for fault in faults:
            self._add("LAYOUT-105", path, fault, "Skriv fx {every: year, latest: 5}; se docs/layouts.md.")

    @staticmethod
    def _end(text: str | None, grain: Grain) -> Period | None:
        """The year, quarter or month that `text` names, None where it is none or of another length."""
        try:
            period = parse_period(text or "")
        except ValueError:
            return None
        return period if period.grain is grain and "/" not in period.id else None

    def _filled(
        self, path: Path_, said: TableFile | FigureFile | RowFile | ColumnFile | FigurePartFile
    ) -> None:
        """Whether there are such columns that something may be left out without."""
        known = self.measures.names
        for key in ("only_with", "only_without"):
            for text in getattr(said, key, ()):
                name, codes = named(text)
                if name not in known:
                    fault = f"Registret har ingen kolonne, og der er intet ur, der hedder {shown(name)}."
                    self._add("LAYOUT-104", (*path, key), fault, _closest(name, known))
                elif "=" in text and (name != "outcome" or not codes or set(codes) - set(known[name].codes)):
                    fault = f"{shown(text)} nævner ikke udfald."
                    self._add("LAYOUT-104", (*path, key), fault, "Skriv fx outcome=lapsed|dismissed.")

    def _period(self, path: Path_, text: str | None) -> None:
        if text is None:
            return
        try:
            parse_period(text)
        except ValueError:
            remedy = "Skriv »2024«, »2024-Q1«, »2024-03«, »2019/2024«, »2018-01/2022-11« eller »2024-01-05/2024-02-01«."
            self._add("LAYOUT-105", path, f"{shown(text)} er ingen periode.", remedy)

    def _measures(self, path: Path_, ids: Iterable[str | None]) -> None:
        for id in ids:
            if id and id not in self.measures.by_id and id not in self.measures.broken:
                fault, remedy = f"Målet {shown(id)} findes ikke.", _closest(id, self.measures.by_id)
                self._add("LAYOUT-103", path, fault, remedy)

    def _grouping(self, path: Path_, id: str) -> Grouping | None:
        if id not in self.known:
            fault = f"Grupperingen {shown(id)} findes ikke."
            self._add("LAYOUT-104", path, fault, f"Skriv en af: {', '.join(sorted(self.known))}.")
        return self.known.get(id)

    def _groups(self, path: Path_, where: Mapping[str, str]) -> None:
        for id, value in where.items():
            grouping = self._grouping((*path, id), id)
            if grouping is not None:
                self._values((*path, id), grouping, [value])

    def _values(self, path: Path_, grouping: Grouping, values: Iterable[str]) -> None:
        for value in values:
            if not grouping.knows(value):
                fault = f"{shown(value)} findes ikke under {grouping.id}."
                self._add("LAYOUT-104", path, fault, _closest(value, grouping.values or ()))

    # --- rows and columns by themselves ---

    def _column(self, line: ColumnLine) -> None:
        for end in range(1, len(line.path) + 1):
            if not isinstance(line.path[end - 1], int):
                continue
            path = line.path[:end]
            file = line.file if end == len(line.path) else line.heads[end // 2 - 1]
            self._measures((*path, "measure"), [file.measure])
            self._groups((*path, "where"), file.where)
            self._period((*path, "period"), file.period)
            self._top((*path, "top"), file.top)
            self._filled(path, file)
        if line.each_period and line.file.period is not None:
            self._add("LAYOUT-106", line.path, "Her er både each: period og period.", "Behold den ene.")

    def _total(self, line: ColumnLine, measure: str) -> tuple[ColumnLine, ...]:
        """What a figure's total says of each row, as a column of its own; nothing where it is at fault."""
        self._measures(("total",), [measure])
        if line.each_period:
            fault = "Figuren har en del pr. periode, så der er ingen periode at tage total af."
            self._add("LAYOUT-106", ("total",), fault, "Slet total:, eller sæt perioderne i rækkerne.")
            return ()
        return (replace(line, spot=replace(line.spot, measure=measure, format=None)),)

    def _row(self, line: RowLine) -> None:
        file, path = line.file, line.path
        self._says_one_thing(path, file)
        self._measures((*path, "measure"), [file.measure])
        self._measures((*path, "instead"), [*file.instead, *file.instead.values()])
        self._groups((*path, "where"), file.where)
        self._period((*path, "period"), file.period)
        self._top((*path, "top"), file.top)
        self._filled(path, file)
        if file.each is None or is_time(file.each):
            return
        grouping = self._grouping((*path, "each"), file.each)
        if grouping is not None:
            if file.values != "all":
                for index, value in enumerate(file.values):
                    self._values((*path, "values", index), grouping, [value])
            self._values((*path, "labels"), grouping, file.labels)

    def _says_one_thing(self, path: Path_, file: RowFile) -> None:
        said = [key for key in ("each", "total", "heading") if getattr(file, key) is not None]
        if len(said) > 1:
            fault = f"Rækken har både {' og '.join(said)}."
            self._add("LAYOUT-108", path, fault, "Skriv dem som hver sin række.")
        others = file.model_fields_set - {"heading"}
        if file.heading is not None and (others or isinstance(self.sheet, FigureFile)):
            fault = "En overskrift (heading) står alene, og kun i en tabel."
            self._add(
                "LAYOUT-108", path, fault, "Slet resten af rækken, eller skriv den som en række for sig."
            )
        repeats = file.each is not None and not is_time(file.each)
        if not repeats and ("values" in file.model_fields_set or file.labels or file.then is not None):
            fault = "values, labels og then hører til each med en gruppering."
            self._add("LAYOUT-108", path, fault, "Tilføj each:, eller slet dem.")
        if file.then is not None and file.then.each is None:
            fault = "Under then: skal stå, hvad rækkerne deles op efter."
            self._add("LAYOUT-108", (*path, "then"), fault, "Tilføj each:.")
        if not said and file.label is None and file.measure is None and not file.where:
            fault = "Rækken siger ikke, hvad den viser."
            self._add("LAYOUT-108", path, fault, "Skriv each:, total:, heading:, measure: eller label:.")

    def _top(self, path: Path_, id: str | None) -> None:
        grouping = self._grouping(path, id) if id is not None else None
        if grouping is not None and grouping.values is None:
            fault = f"De største kan ikke findes efter {grouping.id}: det ville rangordne myndigheder eller kontorer."
            self._add("LAYOUT-104", path, fault, "Vælg en gruppering fra loven, fx keyword eller reason.")
        if id is not None and isinstance(self.sheet, FigureFile):
            fault = "De største (top) kan kun vises i en tabel."
            self._add("LAYOUT-104", path, fault, "Skriv each: med grupperingen.")

    # --- where they meet ---

    def _place(self, row: RowLine, column: ColumnLine) -> None:
        said = row.at(column.spot)
        if said.measure is None:
            fault = "Her mangler, hvad der skal måles."
            self._add("LAYOUT-106", row.path, fault, "Skriv measure: i rækken eller i kolonnen.")
            return
        times = list(self._times(row, column, said))
        if len(times) != 1:
            fault = (
                "Her mangler en periode." if not times else f"Perioden siges to gange: {' og '.join(times)}."
            )
            remedy = "Skriv each: period ét sted, eller period: i rækken eller kolonnen."
            self._add("LAYOUT-106", row.path, fault, remedy)
        self._format(row, said)
        measure = self.measures.by_id.get(said.measure)
        per = measure.per if measure else ""
        if per and per not in {*said.where, *row.eachs, said.top}:
            fault = f"Målet {shown(said.measure)} tælles for én {per} ad gangen, men her er ingen."
            self._add(
                "LAYOUT-109", row.path, fault, f"Skriv each: {per}, top: {per}, eller where: med {per}."
            )

    def _times(self, row: RowLine, column: ColumnLine, said: Spot) -> Iterator[str]:
        """The ways in which a place is told its period; one is right."""
        repeated = False
        for repeated_here, words in (
            (any(is_time(each) for each in row.eachs), "rækkernes each: period"),
            (column.each_period, "kolonnernes each: period"),
        ):
            if repeated_here:
                repeated = True
                yield words
        if row.spot.period is not None or (said.period is not None and not repeated):
            yield "period:"

    def _format(self, row: RowLine, said: Spot) -> None:
        measure = self.measures.by_id.get(said.measure or "")
        if measure is None:
            return
        if said.format == "percent" and measure.unit != "percent":
            what = "en tid" if measure.is_time else "et antal"
            fault = f"Målet {shown(measure.id)} er {what} og kan ikke vises i procent."
            self._add("LAYOUT-107", row.path, fault, "Slet format:, eller vælg et mål, der er en andel.")
        if (said.format in ("days", "weeks")) and said.format != measure.unit:
            fault = f"Målet {shown(measure.id)} er ikke i {'uger' if said.format == 'weeks' else 'dage'}."
            self._add("LAYOUT-107", row.path, fault, "Slet format:, eller giv målet den enhed (unit).")
        if said.format == "count" and measure.is_time:
            fault = f"Målet {shown(measure.id)} er en tid og kan ikke vises som et antal."
            self._add("LAYOUT-107", row.path, fault, "Slet format:.")
        if said.format == "label" and said.top is None:
            fault = "Her skal stå ord (label), men ikke hvilke."
            self._add("LAYOUT-107", row.path, fault, "Tilføj top: med en gruppering, fx keyword.")


def _closest(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"Mente du {close[0]}?" if close else "Se efter stavningen."
