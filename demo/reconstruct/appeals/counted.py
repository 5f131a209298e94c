"""Every printed cell, counted in the cases as of the day its document was drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date

from demo.reconstruct.appeals.cases import COURTS, Case
from demo.reconstruct.appeals.groups import LAPSED, ON_THE_MERITS, SERIES, Series, bounds
from demo.reconstruct.appeals.marks import FIGURE_1, KEYWORDS, REASONS
from demo.reconstruct.appeals.printed import (
    ANNUAL,
    KNOWLEDGE,
    REPORT,
    TENTHS_COLUMN,
    THIS_YEAR,
    WHOLE,
    Cell,
    Printed,
    ascii_id,
)
from demo.reconstruct.appeals.series import SERIES_YEARS, fitting
from demo.reconstruct.appeals.whole_numbers import Outcomes, percent, tenths

# When the numbers were drawn from the board's system, as the notes under the tables say.
DRAWN = {
    KNOWLEDGE: date(2022, 12, 15),
    ANNUAL: date(2025, 4, 11),
    f"{REPORT} 4.1": date(2025, 12, 10),
    f"{REPORT} 4.2": date(2025, 12, 10),
    f"{REPORT} 4.3": date(2025, 12, 11),
    f"{REPORT} 4.4": date(2025, 12, 11),
    f"{REPORT} 4.5": date(2025, 12, 11),
}
NO_DATES = "Modtagelsesdatoen er ikke trykt for nogen sag. Den er ikke opdigtet, så tiden kan ikke beregnes."
CONFLICT = "De trykte tal er ikke alle mulige samtidig; sagerne giver de andre trykte tal."
ONE_WAY = (
    "De trykte tal kan ikke alle være rigtige: hvert år har kun ét antal sager, der giver årets procenter. "
    "Tilsammen er {part} af {whole} sager {outcome}, {exact} procent."
)
_TIMES = ("avg_processing_time_weeks", "avg_pending_age_weeks")


class Count:
    """How many cases there were of each kind on a day."""

    def __init__(self, cases: Iterable[Case], day: date) -> None:
        self.months: Counter[tuple[date, str, str, str]] = Counter()
        self.marks: Counter[tuple[date, str, str]] = Counter()
        self.courts: Counter[tuple[str, str]] = Counter()
        self.periods: dict[str, Counter[tuple[str, str, str]]] = {}
        for case in cases:
            if (item := case.as_of(day)) is None:
                continue
            month = case.decided_on.replace(day=1)
            self.months[month, case.law_area, case.case_subject, item.outcome] += 1
            for code in (*(item.keywords or ()), *(item.reasons or ())):
                self.marks[month, case.case_subject, code] += 1
            if item.court_judged_on and item.court_result:
                self.courts[item.court_result, str(item.court_judged_on.year)] += 1

    def of(
        self, period: str, belongs: Callable[[str, str], bool] = lambda area, subject: True
    ) -> Counter[str]:
        """Cases by outcome; `belongs` gets the law area and the case subject."""
        if period not in self.periods:
            first, last = bounds(period)
            self.periods[period] = Counter()
            for (month, *kind), cases in self.months.items():
                if first <= month <= last:
                    area, subject, outcome = kind
                    self.periods[period][area, subject, outcome] += cases
        found: Counter[str] = Counter()
        for (area, subject, outcome), cases in self.periods[period].items():
            if belongs(area, subject):
                found[outcome] += cases
        return found

    def marked(self, subjects: Collection[str], period: str) -> Counter[str]:
        """Cases of the subjects by keyword and reason."""
        first, last = bounds(period)
        found: Counter[str] = Counter()
        for (month, subject, code), cases in self.marks.items():
            if subject in subjects and first <= month <= last:
                found[code] += cases
        return found


def not_reproducible(cases: Sequence[Case], printed: Printed) -> Iterator[tuple[Cell, str, str]]:
    """The printed cells that the cases do not give: what they give, "" where nothing, and why."""
    counts = {day: Count(cases, day) for day in set(DRAWN.values())}
    for cell in printed.cells.values():
        day = DRAWN.get(cell.document) or DRAWN[f"{cell.document} {cell.table}"]
        computed = _computed(counts[day], cell, printed)
        if computed != cell.printed:
            yield cell, computed, _why(counts[day], cell, printed)


def _why(count: Count, cell: Cell, printed: Printed) -> str:
    if cell.column in _TIMES:
        return NO_DATES
    if (cell.document, cell.period) == (REPORT, WHOLE) and cell.column in ("pct_upheld", TENTHS_COLUMN):
        (series,) = (item for item in SERIES if item.table == cell.table)
        if all(len(fitting(printed, series, year)) == 1 for year in SERIES_YEARS):
            item = _merits(count.of(cell.period, lambda _, name: name in _subjects(series)))
            upheld = cell.column == "pct_upheld"
            part = item.upheld if upheld else item.reversed
            return ONE_WAY.format(
                part=part,
                whole=item.merits,
                outcome="stadfæstet" if upheld else "omgjort",
                exact=tenths(part, item.merits),
            )
    return CONFLICT


def _computed(count: Count, cell: Cell, printed: Printed) -> str:
    if cell.column in _TIMES:
        return ""
    if cell.document == KNOWLEDGE:
        return str(_knowledge(count, cell, printed))
    if cell.document == REPORT:
        return _report(count, cell)
    if cell.table == "4.7":
        return str(_court(count, cell))
    if cell.table == "4.2":
        return str(_decided(count, cell))
    row = ascii_id(cell.row)
    if row in ("hovedtotal", "sager_i_alt", "i_alt", ""):
        return str(_value(count.of(cell.period), cell.column))
    return str(_value(count.of(cell.period, lambda area, subject: row in (area, subject)), cell.column))


def _court(count: Count, cell: Cell) -> int:
    won, lost = (count.courts[result, cell.period] for result in COURTS)
    if cell.column == "percent":
        return percent(won, won + lost)
    return {COURTS["won"]: won, COURTS["lost"]: lost}.get(cell.row, won + lost)


def _decided(count: Count, cell: Cell) -> int:
    everything = count.of(cell.period)
    parts = {
        "Bortfaldne": everything[LAPSED],
        "Realitetsbehandlede sager": _merits(everything).merits,
        "Afgjorte sager i alt": everything.total(),
    }
    area = ascii_id(cell.row)
    part = parts.get(cell.row, count.of(cell.period, lambda name, _: name == area).total())
    return part if cell.column == "decided" else percent(part, everything.total())


def _knowledge(count: Count, cell: Cell, printed: Printed) -> int:
    if cell.table == "figur 1":
        subject = ascii_id(FIGURE_1[cell.row])
        marked = count.marked([subject], cell.period)[KEYWORDS[cell.column]]
        return percent(marked, _merits(count.of(cell.period, lambda _, name: name == subject)).merits)
    row = ascii_id(cell.row)
    if cell.table == "tekst":
        then, now = (
            _value(count.of(period, lambda _, name: name == row), "reversal_pct")
            for period in ("2021", THIS_YEAR)
        )
        return then - now
    listed = {ascii_id(label) for label in printed.rows(KNOWLEDGE, "2", "merits", THIS_YEAR)}
    wanted = {row} if row in listed else listed
    return _value(count.of(cell.period, lambda _, name: name in wanted), cell.column)


def _report(count: Count, cell: Cell) -> str:
    (series,) = (item for item in SERIES if item.table == cell.table)
    marked = count.marked(_subjects(series), cell.period)
    words = KEYWORDS if "keyword" in cell.column else REASONS
    top = max(words, key=lambda word: marked[words[word]])
    if cell.column.startswith("most_used"):
        return top
    if cell.column.startswith("cases_with"):
        return str(marked[words[top]])
    outcomes = count.of(cell.period, lambda _, name: name in _subjects(series))
    if cell.column == TENTHS_COLUMN:
        item = _merits(outcomes)
        return tenths(item.reversed, item.merits)
    return str(_value(outcomes, cell.column))


def _subjects(series: Series) -> set[str]:
    return {ascii_id(series.before), ascii_id(series.since)}


def _merits(outcomes: Counter[str]) -> Outcomes:
    return Outcomes(*(outcomes[name] for name in ON_THE_MERITS))


def _value(outcomes: Counter[str], column: str) -> int:
    """What one of the columns that most tables have prints."""
    item = _merits(outcomes)
    counts = {
        "upheld": item.upheld,
        "remitted": item.remitted,
        "amended_or_annulled": item.amended,
        "merits": item.merits,
        "reversal": item.reversed,
    }
    if column == "reversal_pct":
        return percent(item.reversed, item.merits)
    if column.startswith("pct_"):
        return percent(counts[column.removeprefix("pct_")], item.merits)
    return counts[column]
