"""The tables and curves of waiting: at chosen weeks, by group, and how old the pending cases are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from sagsbarometer.appeals.analyses.waiting import Population
from sagsbarometer.appeals.analyses.waits import DECIDED, LAPSED, Queue
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.times import quantile
from sagsbarometer.measures.waiting import Curve, Limits, Step
from sagsbarometer.reporting.charts.chart_curves import CurveLine, Mark, Plot
from sagsbarometer.reporting.charts.scene import DARK, FILL, LIGHT, MUTED
from sagsbarometer.reporting.document import Column, RowKind, Table, TableCell
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.curve_report import (
    WEEK,
    Drawn,
    count,
    grid,
    missing,
    percent,
    week_words,
    weeks,
)
from sagsbarometer.reporting.pages.waiting_words import CAUSES, TENTH, share_words, still_open
from sagsbarometer.reporting.tables.table import FEW

WEEKS = (4, 8, 13, 26, 39, 52)
FEWEST = 10  # cases: of fewer no time is told, and so many must still be followed where a curve is drawn
_FURTHEST = 104  # weeks of a chart
_MOST_GROUPS = 12  # pictures
_X = "Uger efter modtagelsen"
_X_STEPS = (1, 2, 4, 13, 26, 52)
_SHORT = 13  # weeks: up to this a curve is drawn day by day
Named = Callable[[str | None], str]


def weeks_table(number: str, title: str, curve: Curve) -> Table:
    """How the cases stand after 4, 8, 13 … weeks."""
    columns = (
        Column("Efter", weight=1.3),
        *(Column(f"{CAUSES[cause]}, %", "value") for cause in curve.causes),
        Column("Venter endnu, %", "value"),
        Column("95-procents-interval, %", "range", 1.3),
        Column("Sager, der følges længere", "count"),
    )
    rows = []
    for week in WEEKS:
        step = curve.at(week * WEEK)
        if step is None:
            nothing = [missing() for _ in columns[1:]]
            rows.append([TableCell(f"{week} uger"), *nothing])
            continue
        ended = [percent(share) for share in step.ended]
        left = count(curve.at_risk(week * WEEK + 1))
        rows.append(
            [TableCell(f"{week} uger"), *ended, percent(step.waiting), _range(step.waiting_limits), left]
        )
    at = [curve.at(week * WEEK) for week in WEEKS]
    return grid(
        number,
        title,
        columns,
        rows,
        "–: så længe har ingen af sagerne kunnet følges." if None in at else "",
        "Hvor ingen eller alle venter, er der intet interval."
        if any(step and not 0 < step.waiting < 1 for step in at)
        else "",
    )


def groups_table(number: str, title: str, population: Population, stub: str, named: Named) -> Table:
    """The times of each group, and of all of them."""
    columns = (
        Column(stub, weight=2.4),
        Column("Sager", "count"),
        Column("Venter endnu", "count"),
        Column("Halvdelen venter mindst, uger", "value"),
        Column("95-procents-interval", "range", 1.3),
        Column("En ud af ti venter mindst, uger", "value"),
        Column("Gennemsnit af de afgjorte, uger", "value"),
    )
    rows = [[TableCell("Alle"), *_times(population.whole)]]
    rows += [[TableCell(named(group.id)), *_times(group.queue)] for group in population.groups]
    few = any(group.queue.curve.cases < FEWEST for group in population.groups)
    return grid(
        number,
        title,
        columns,
        rows,
        _dashes(population),
        f"{FEW} Under {FEWEST} sager: tider er ikke vist." if few else "",
        "Gennemsnittet af de afgjorte er ikke ventetiden: de sager, der venter, er ikke med i det.",
    )


def pending_table(
    number: str, title: str, rows: Sequence[tuple[str, Mapping[int, int], RowKind]], stub: str
) -> Table:
    """How long those that are open on the day have waited, whenever they were received."""
    columns = (
        Column(stub, weight=2.4),
        Column("Ventende sager", "count"),
        Column("Gennemsnit, uger", "value"),
        Column("Halvdelen højst, uger", "value"),
        Column("Ni ud af ti højst, uger", "value"),
    )
    cells = [[TableCell(label), *_ages(days)] for label, days, _ in rows]
    return replace(grid(number, title, columns, cells), kinds=tuple(kind for _, _, kind in rows))


def curves(id: str, number: str, title: str, queue: Queue) -> Drawn | None:
    """The three curves, drawn for as long as enough cases are followed; None where that is no week."""
    curve = queue.curve
    last = _last_week(curve)
    if not last:
        return None
    at = {day: _step(curve, day) for day in _days_drawn(last)}
    colours = {DECIDED: (FILL, False), LAPSED: (MUTED, True)}
    lines = [_line("Venter endnu", [(day, step.waiting) for day, step in at.items()], DARK, 2.5)]
    for place, cause in enumerate(curve.causes):
        colour, dashed = colours.get(cause, (LIGHT, False))
        points = [(day, step.ended[place]) for day, step in at.items()]
        lines.append(_line(CAUSES[cause], points, colour, 2.0, dashed))
    half = curve.half_waits()
    mark = None
    if half is not None and half <= last * WEEK:
        mark = Mark(half / WEEK, 50.0, f"Halvdelen venter mindst {week_words(half)}")
    plot = Plot("", tuple(lines), _X, _X_STEPS, mark=mark)
    notes = (
        f"Note: Figuren bygger på {danish(curve.cases)} sager og er tegnet, så længe mindst {FEWEST} sager følges.",
    )
    known = {day // WEEK: step for day, step in at.items() if day % WEEK == 0}
    told = [f"efter {week} uger venter {share_words(known[week].waiting)}" for week in WEEKS if week in known]
    alt = f"Kurver over tid. Venter endnu: {', '.join(told) or 'under 4 uger er vist'}."
    return Drawn(id, number, title, (plot,), notes, alt, _curve_table(number, curve, known))


def group_curves(id: str, number: str, title: str, population: Population, named: Named) -> Drawn | None:
    """A small picture for each group: how many still wait, beside all cases."""
    whole = population.whole.curve
    fit = [group for group in population.groups if _last_week(group.queue.curve) >= WEEKS[0]]
    shown = sorted(fit, key=lambda group: -group.queue.curve.cases)[:_MOST_GROUPS]
    if len(shown) < 2:
        return None
    plots, told = [], []
    for group in fit:
        if group not in shown:
            continue
        curve = group.queue.curve
        lines = (_still(whole, LIGHT, 2.0), _still(curve, DARK, 2.0))
        plots.append(Plot(f"{named(group.id)} ({danish(curve.cases)})", lines, _X, _X_STEPS))
        half = curve.half_waits()
        told.append(f"{named(group.id)}: {'kan ikke siges endnu' if half is None else week_words(half)}")
    left = len(population.groups) - len(shown)
    notes = (
        "Note: Mørk kurve: andelen af gruppens sager, der venter endnu. Lys kurve: alle sager. Tal i "
        "parentes er gruppens sager.",
        *((_not_drawn(left),) if left else ()),
    )
    alt = f"{len(plots)} små kurver. Halvdelen venter mindst: {'; '.join(told)}."
    return Drawn(id, number, title, tuple(plots), notes, alt, _groups_weeks(number, population, named))


def _still(curve: Curve, colour: str, width: float) -> CurveLine:
    """The share that waits, without a name."""
    days = _days_drawn(_last_week(curve))
    return _line("", [(day, _step(curve, day).waiting) for day in days], colour, width)


def _days_drawn(last: int) -> range:
    """The days a curve of so many weeks is drawn through: all of them where they are few."""
    return range(0, last * WEEK + 1, 1 if last <= _SHORT else WEEK)


def _line(
    name: str, points: Sequence[tuple[int, Decimal]], colour: str, width: float, dashed: bool = False
) -> CurveLine:
    at = tuple((round(day / WEEK, 4), round(float(100 * share), 4)) for day, share in points)
    return CurveLine(f"{name} {at[-1][1]:.0f} %" if name else "", at, colour, width, dashed)


def _last_week(curve: Curve) -> int:
    """The last week that as many cases are followed to as a curve needs, or after which nobody waits."""
    week = 0
    while week < _FURTHEST:
        step = curve.at((week + 1) * WEEK)
        if step is None or (
            curve.at_risk((week + 1) * WEEK) < FEWEST and _step(curve, week * WEEK).waiting > 0
        ):
            break
        week += 1
        if not step.waiting:
            break
    return week


def _step(curve: Curve, day: int) -> Step:
    step = curve.at(day)
    if step is None:
        raise ValueError(f"day {day}")
    return step


def _curve_table(number: str, curve: Curve, at: Mapping[int, Step]) -> Table:
    """Every fourth week of the curve."""
    columns = (
        Column("Uge", weight=1.0),
        *(Column(f"{CAUSES[cause]}, %", "value") for cause in curve.causes),
        Column("Venter endnu, %", "value"),
        Column("95-procents-interval, %", "range", 1.3),
    )
    rows = [
        [
            TableCell(str(week)),
            *(percent(share) for share in step.ended),
            percent(step.waiting),
            _range(step.waiting_limits),
        ]
        for week, step in at.items()
        if week % 4 == 0 or week == max(at)
    ]
    return grid(number, "", columns, rows)


def _groups_weeks(number: str, population: Population, named: Named) -> Table:
    """The share of each group that waits at the chosen weeks."""
    columns = (
        Column("Venter endnu, %", weight=2.4),
        *(Column(f"{week} uger", "value") for week in WEEKS),
    )
    rows = [[TableCell("Alle"), *_waiting_at(population.whole.curve)]]
    rows += [[TableCell(named(group.id)), *_waiting_at(group.queue.curve)] for group in population.groups]
    return grid(number, "", columns, rows)


def _waiting_at(curve: Curve) -> Iterator[TableCell]:
    for week in WEEKS:
        step = curve.at(week * WEEK) if curve.cases >= FEWEST else None
        yield missing() if step is None else percent(step.waiting)


def _times(queue: Queue) -> list[TableCell]:
    curve = queue.curve
    open_ = still_open(queue)
    if curve.cases < FEWEST:
        few = TableCell(danish(curve.cases), curve.cases, format="#,##0", mark=FEW)
        return [few, count(open_), *(missing() for _ in range(4))]
    low, high = curve.half_waits_limits()
    known = sum(queue.decided.values())
    total = sum(day * cases for day, cases in queue.decided.items())
    return [
        count(curve.cases),
        count(open_),
        weeks(curve.half_waits()),
        missing() if low is None or high is None else _week_range(low, high),
        weeks(curve.half_waits(TENTH)),
        weeks(Fraction(total, known) if known else None),
    ]


def _ages(days: Mapping[int, int]) -> list[TableCell]:
    cases = sum(days.values())
    total = sum(day * own for day, own in days.items())
    return [
        count(cases),
        weeks(Fraction(total, cases) if cases else None),
        weeks(quantile(days, 50)),
        weeks(quantile(days, 90)),
    ]


def _dashes(population: Population) -> str:
    """What a dash in the table of groups means, each reason there is; empty where there is none."""
    queues = (population.whole, *(group.queue for group in population.groups))
    shown = [queue for queue in queues if queue.curve.cases >= FEWEST]
    # One in ten is known later than half; the upper end of an interval may never be.
    unknown = [
        queue for queue in shown if None in (queue.curve.half_waits(TENTH), *queue.curve.half_waits_limits())
    ]
    reasons = []
    if any(still_open(queue) for queue in unknown):
        reasons.append("kan ikke siges endnu, så mange af sagerne venter")
    if not all(still_open(queue) for queue in unknown):
        reasons.append("intervallet kan ikke regnes, sagerne er for få eller for ens")
    if not all(queue.decided for queue in shown):
        reasons.append("ingen er afgjort på realiteten")
    return f"–: {'; eller '.join(reasons)}." if reasons else ""


def _not_drawn(groups: int) -> str:
    why = "færre sager eller sager, der er fulgt for kort tid"
    if groups == 1:
        return f"1 gruppe med {why} er ikke tegnet; den står i tabellen."
    return f"{groups} grupper med {why} er ikke tegnet; de står i tabellen."


def _week_range(low: int, high: int) -> TableCell:
    ends = [round_half_up(Fraction(day) / WEEK, 1) for day in (low, high)]
    return TableCell("-".join(danish(end) for end in ends), ends[0], ends[1], "0.0")


def _range(limits: Limits | None) -> TableCell:
    if limits is None:
        return missing()
    ends = [round_half_up(share * 100, 1) for share in (limits.low, limits.high)]
    return TableCell("-".join(danish(end) for end in ends), ends[0], ends[1], "0.0")
