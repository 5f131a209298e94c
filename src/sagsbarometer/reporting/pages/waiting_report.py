"""The report of waiting: curves, tables, and what they say in words. Pure: from counts to files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sagsbarometer.appeals.analyses.waiting import Population, Waiting
from sagsbarometer.appeals.analyses.waits import Queue
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.periods import parse_period
from sagsbarometer.reporting.document import (
    Block,
    Box,
    Bullets,
    Document,
    FigureBlock,
    Heading,
    RowKind,
    Table,
)
from sagsbarometer.reporting.pages.curve_report import (
    FILE,
    Drawn,
    case_words,
    curve_edition,
    inlines,
    paragraph,
    report_files,
)
from sagsbarometer.reporting.pages.facts import Facts, Mark, unmarked
from sagsbarometer.reporting.pages.waiting_facts import (
    COMMON,
    GROUPS,
    PENDING,
    curve_columns,
    group_weeks,
    other_facts,
    said_facts,
)
from sagsbarometer.reporting.pages.waiting_tables import (
    FEWEST,
    Named,
    curves,
    group_curves,
    groups_table,
    pending_table,
    weeks_table,
)
from sagsbarometer.reporting.pages.waiting_words import (
    POPULATIONS,
    READING,
    disagree_words,
    half_words,
    left_out,
    left_out_words,
    naive_words,
    priority_words,
    tenth_words,
    week_shares,
)

_SELECTION = (
    "Alle klagesager i registret, der er modtaget i perioden, er talt med, som de var registreret på "
    "datoen; ingen er udtrukket. "
    "Tallene siger ikke noget om andre sager."
)


_TOLD_WEEKS = (13, 26)  # in sentences


@dataclass(frozen=True, slots=True)
class Words:
    """What the register calls things: the grouping (`Lovområde`) and its groups by id."""

    stub: str
    groups: Mapping[str, str]

    def named(self, id: str | None) -> str:
        """What a group is called."""
        return "Ikke oplyst" if id is None else self.groups.get(id, id)


@dataclass(slots=True)
class _Built:
    """What has been made so far; tables and figures count from 1."""

    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    drawn: list[Drawn] = field(default_factory=list)
    facts: Facts = field(default_factory=lambda: Facts(COMMON))

    @property
    def table(self) -> str:
        return str(len(self.tables) + 1)

    @property
    def figure(self) -> tuple[str, str]:
        number = str(len(self.drawn) + 1)
        return f"figur_{number}", number

    def add_table(self, table: Table) -> None:
        self.tables.append(table)
        self.blocks.append(table)

    def add_drawn(self, drawn: Drawn | None) -> None:
        if drawn is not None:
            self.drawn.append(drawn)
            self.blocks.append(FigureBlock(drawn.id, drawn.id.replace("_", "-")))

    def head(self, level: int, text: str) -> None:
        self.blocks.append(Heading(level, inlines(text), f"afsnit-{len(self.blocks)}"))


def period_words(first: date, last: date) -> str:
    """`2024`, `januar 2024-marts 2025` or both days."""
    for text in (
        f"{first.year}",
        f"{first:%Y-%m}/{last:%Y-%m}",
        f"{first:%Y-%m}",
        f"{first.year}/{last.year}",
    ):
        try:
            period = parse_period(text)
        except ValueError:
            continue
        if (period.first, period.last) == (first, last):
            return period.danish
    return f"{danish_date(first)}-{danish_date(last)}"


def waiting_report(
    waiting: Waiting, words: Words, origin: str, manifest: Mapping[str, object] | None = None
) -> dict[str, bytes]:
    """Every file of the report. Raises nothing that stops it: what cannot be said is said to be so. `manifest`: what
    the numbers were made of."""
    built = _Built()
    other_facts(built.facts, waiting, left_out(waiting))
    mark = built.facts.mark
    built.blocks.append(
        paragraph(
            f"Hvor længe venter sager modtaget {period_words(waiting.first, waiting.last)}, som de stod "
            f"{danish_date(waiting.day)}?",
            priority_words(waiting),
        )
    )
    if disagree := disagree_words(waiting, mark):
        built.blocks.append(paragraph(disagree))
    for population in waiting.populations:
        _population(built, waiting, population, words)
    _pending(built, waiting, words)
    if lines := left_out_words(waiting, mark):
        built.head(1, "Ikke regnet med")
        built.blocks.append(Bullets(tuple((paragraph(item),) for item in lines), False))
    built.head(1, "Sådan læses tallene")
    built.blocks.append(
        Box(
            inlines("Ventetid, »halvdelen venter … eller længere« og intervaller"),
            tuple(paragraph(item) for item in READING),
        )
    )
    title = f"Ventetid for sager modtaget {period_words(waiting.first, waiting.last)}"
    source, day = "registret af klagesager", waiting.day.isoformat()
    edition = curve_edition(title, source, origin, day, _SELECTION, manifest or {})
    document = Document(title, "", FILE, tuple(built.blocks), (), False)
    return report_files(edition, document, built.drawn, built.tables, facts=built.facts)


def summary_lines(waiting: Waiting, named: Named) -> tuple[str, ...]:
    """What a terminal is told: the same words, without signs of weight. `named`: what a group is called."""
    lines = []
    for population in waiting.populations:
        lines += [f"{POPULATIONS[population.id]}: {case_words(population.whole.curve.cases)}."]
        lines += [f"  {line}" for line in _said(population)]
        lines += [f"  {named(group.id)}: {_group_said(group.queue)}" for group in population.groups]
    lines += filter(None, [disagree_words(waiting)])
    lines += [f"Ikke regnet med: {item}" for item in left_out_words(waiting)]
    return tuple(line.replace("*", "") for line in lines)


def _group_said(queue: Queue) -> str:
    cases = case_words(queue.curve.cases)
    if not queue.curve.cases:
        return "Ingen sager er modtaget i perioden."
    if queue.curve.cases < FEWEST:
        return f"{cases}. Under {FEWEST} sager: tider er ikke vist."
    return f"{cases}. {half_words(queue)} {tenth_words(queue)}"


def _said(population: Population, mark: Mark = unmarked) -> tuple[str, ...]:
    queue = population.whole
    if not queue.curve.cases:
        return ("Ingen af dem er modtaget i perioden.",)
    weeks = " ".join(filter(None, (week_shares(queue, week, mark) for week in _TOLD_WEEKS)))
    told = (f"{half_words(queue, mark)} {tenth_words(queue, mark)}", weeks, naive_words(queue, mark))
    return tuple(line for line in told if line)


def _population(built: _Built, waiting: Waiting, population: Population, words: Words) -> None:
    """One chapter: in words, the curves, the weeks, the groups."""
    id, name, facts = population.id, POPULATIONS[population.id], built.facts
    of = f" ({name.lower()})" if len(waiting.populations) > 1 else ""
    built.head(1, name)
    said_facts(facts, population, _TOLD_WEEKS)

    def mark(key: str, words_: str) -> str:
        return facts.mark(f"{id}.{key}", words_)

    half, *rest = _said(population, mark)
    built.blocks.append(paragraph(f"Der er {mark('sager', case_words(population.whole.curve.cases))}.", half))
    built.blocks += [paragraph(line) for line in rest]
    if not population.whole.curve.cases:
        return
    columns = curve_columns(population.whole)
    drawn = curves(*built.figure, f"Afgjort, bortfaldet og venter endnu{of}", population.whole)
    if drawn is not None:
        drawn = replace(drawn, table=facts.table(f"{id}.kurve", drawn.table, columns, of=f"{name}, uge"))
    built.add_drawn(drawn)
    table = weeks_table(built.table, f"Hvordan sagerne står efter et antal uger{of}", population.whole.curve)
    built.add_table(facts.table(f"{id}.uger", table, columns, of=f"{name}, efter"))
    if population.groups:
        built.head(2, f"Efter {words.stub.lower()}")
        title = f"Ventetid efter {words.stub.lower()}{of}"
        named: Named = words.named
        drawn = group_curves(
            *built.figure, f"Venter endnu, efter {words.stub.lower()}{of}", population, named
        )
        if drawn is not None:
            by_week = group_weeks(tuple(column.label for column in drawn.table.columns[1:]))
            drawn = replace(drawn, table=facts.table(f"{id}.grupper_uger", drawn.table, by_week, of=name))
        built.add_drawn(drawn)
        table = groups_table(built.table, title, population, words.stub, named)
        built.add_table(facts.table(f"{id}.grupper", table, GROUPS, of=name))


def _pending(built: _Built, waiting: Waiting, words: Words) -> None:
    """How old the pending cases are, whenever they were received."""
    built.head(1, "De ventende sager")
    built.blocks.append(
        paragraph(
            f"Liggetiden er, hvor længe de sager har ventet, som var i gang {danish_date(waiting.day)}, "
            f"uanset hvornår de er "
            "modtaget. Den er ikke den ventetid, de ender med at have."
        )
    )
    rows = []
    for population in waiting.populations:
        kind = RowKind.GROUP if population.groups else RowKind.PLAIN
        rows.append((POPULATIONS[population.id], population.whole.pending, kind))
        rows += [(words.named(group.id), group.queue.pending, RowKind.PART) for group in population.groups]
    table = pending_table(built.table, f"Liggetid {danish_date(waiting.day)}", rows, "Sager")
    built.add_table(built.facts.table("liggetid", table, PENDING))
