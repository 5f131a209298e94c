"""The report of agreement: every question with its coefficients, what to look at first, and who differs from whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sagsbarometer.agreement.agree import Agreement, Way
from sagsbarometer.agreement.by import PAIR, WEEK, Question
from sagsbarometer.agreement.coefficients import GWET
from sagsbarometer.agreement.rows import ALIKE, BY_STRATA
from sagsbarometer.reporting.charts.figure import FigureContent
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Block, Box, Bullets, Document, FigureBlock, Heading, Table
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.agreement_chart import Point, points_figure
from sagsbarometer.reporting.pages.agreement_tables import (
    answers_table,
    coefficients_table,
    groups_table,
    questions_table,
    raters_table,
)
from sagsbarometer.reporting.pages.agreement_words import (
    READING,
    finding_words,
    group_name,
    level_words,
    line_words,
    name,
    of,
    plainly,
    read_words,
    said,
    too_few_words,
    two,
)
from sagsbarometer.reporting.pages.curve_report import FILE, curve_edition, inlines, paragraph, report_files

TITLE = "Enighed mellem bedømmere"
_SELECTION = (
    "Tallene gælder de sager, der er læst af mindst to. Var de et tilfældigt udvalg, siger intervallerne, hvor enige "
    "bedømmerne ville være om alle sagerne. Var de ikke, siger de det ikke."
)
_MOST_ROWS = 60  # of a table of raters or pairs; more are in the data files
_MOST_DRAWN = 12  # questions with a figure each


@dataclass(frozen=True, slots=True)
class Read:
    """What was counted, and of what: the file's name, its origin, how it was counted, the answers that were named, the
    cases the double reading was drawn from, places without an answer, what was found, and how items weigh
    (`agreement.rows.Given`)."""

    source: str
    origin: str
    way: Way
    categories: tuple[str, ...]
    population: int | None
    blank: int
    questions: tuple[Question, ...]
    weighing: str = ALIKE


@dataclass(slots=True)
class _Built:
    """What has been made so far; tables and figures count from 1."""

    edition: Edition
    way: Way
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    figures: list[FigureContent] = field(default_factory=list)

    @property
    def number(self) -> str:
        return str(len(self.tables) + 1)

    def table(self, table: Table) -> None:
        self.tables.append(table)
        self.blocks.append(table)

    def figure(self, title: str, points: Sequence[Point], table: Table) -> None:
        """A figure of what a table holds, before the table."""
        number = str(len(self.figures) + 1)
        note = (
            f"Note: Punktet er værdien, stregen dens {level_words(self.way)}. 1 er fuld enighed, 0 tilfældig."
        )
        content = points_figure(self.edition, number, title, points, table, note)
        self.figures.append(content)
        self.blocks.append(FigureBlock(content.figure.id, content.figure.id.replace("_", "-")))

    def head(self, level: int, text: str) -> None:
        self.blocks.append(Heading(level, inlines(plainly(text)), f"afsnit-{len(self.blocks)}"))


def agreement_report(read: Read) -> dict[str, bytes]:
    """Every file of the report; the same bytes for the same ratings."""
    edition = curve_edition(TITLE, f"svarene i {read.source}", read.origin, "", _SELECTION)
    built = _Built(edition, read.way)
    known = [question for question in read.questions if question.whole is not None]
    for line in intro(read):
        built.blocks.append(paragraph(line))
    if len(read.questions) > 1:
        table = questions_table(built.number, known, read.way)
        points = [_gwet(question.id, question.whole) for question in known if question.whole is not None]
        built.figure("Gwets mål efter spørgsmål", points, table)
        built.table(table)
    for question in known:
        if question.whole is not None:
            _question(built, read, question, question.whole, len(known) <= _MOST_DRAWN)
    built.head(1, "Sådan læses tallene")
    built.blocks.append(Box(inlines("Mål for enighed"), tuple(paragraph(line) for line in READING)))
    document = Document(TITLE, "", FILE, tuple(built.blocks), (), False)
    return report_files(edition, document, (), built.tables, built.figures)


def intro(read: Read) -> tuple[str, ...]:
    """What holds for all questions, in words."""
    lines = [_method(read)]
    alone = [question.id for question in read.questions if question.whole is None]
    if alone:
        lines.append(
            f"Ingen sager er læst af to på: {', '.join(map(plainly, alone))}. De er ikke regnet med."
        )
    if read.blank:
        lines.append(f"{danish(read.blank)} tomme felter er ikke svar.")
    return tuple(lines)


def _method(read: Read) -> str:
    """How the intervals were made."""
    known = [question.whole for question in read.questions if question.whole is not None]
    told = "Intervallerne er regnet med Gwets varians"
    if any(whole.weighted for whole in known):
        told += " og dobbeltlæsningens vægte"
        if read.weighing == BY_STRATA:
            told += " (antallet af sager i stratum delt med de dobbeltlæste)"
    if any(whole.corrected for whole in known):
        told += "; de er smallere, fordi de dobbeltlæste er en kendt del af sagerne"
    if read.way.sets:
        sets = danish(read.way.sets)
        told += f". Bootstrap er {sets} nye trækninger af sagerne med startværdien »{plainly(read.way.seed)}«"
    return f"{told}."


def summary_lines(read: Read) -> tuple[str, ...]:
    """What a terminal is told: the same words, without signs of weight."""
    lines = []
    for question in read.questions:
        whole = question.whole
        if whole is None:
            continue
        if len(read.questions) > 1:
            lines.append(f"{question.id}:")
        lines += [read_words(whole, read.way), said(whole, read.way)]
        for item in whole.estimates:
            lines.append(f"  {line_words(item, whole.raters)}")
        lines += [f"  Bemærk: {finding_words(finding, read.way)}" for finding in question.findings]
    return (*intro(read), *(line.replace("*", "") for line in lines))


def _question(built: _Built, read: Read, question: Question, whole: Agreement, drawn: bool) -> None:
    """One chapter."""
    several = len(read.questions) > 1
    about = f": {question.id}" if several else ""
    built.head(1, question.id or "Alle svar")
    built.blocks += [paragraph(read_words(whole, read.way)), paragraph(said(whole, read.way))]
    if question.findings:
        told = tuple((paragraph(finding_words(finding, read.way)),) for finding in question.findings)
        built.blocks += [paragraph("*Se på dette, før tallene bruges:*"), Bullets(told, False)]
    table = coefficients_table(built.number, f"Mål for enighed{about}", whole, read.way)
    if drawn:
        points = [
            Point(name(item, whole.raters), item.value, item.low, item.high, two(item.value))
            for item in whole.estimates
        ]
        built.figure(f"Mål for enighed{about}", points, table)
    built.table(table)
    built.table(answers_table(built.number, f"Hvor tit hvert svar er givet{about}", whole))
    _raters(built, question, about)
    _weeks(built, question, about)
    _pairs(built, question, about)


def _raters(built: _Built, question: Question, about: str) -> None:
    if len(question.raters) <= 2:
        return
    built.head(2, "Bedømmerne")
    if len(question.raters) > _MOST_ROWS:
        built.blocks.append(paragraph(f"De {danish(len(question.raters))} bedømmere står i bedoemmere.csv."))
        return
    built.blocks.append(
        paragraph(
            "Efter navn, uden rang. En bedømmer, der er mindre enig med de andre, kan have ret eller have fået "
            "sværere sager."
        )
    )
    built.table(raters_table(built.number, f"Bedømmerne hver for sig{about}", question.raters, built.way))


def _weeks(built: _Built, question: Question, about: str) -> None:
    weeks = question.groups.get(WEEK, ())
    if len(weeks) < 2:
        return
    built.head(2, "Uge for uge")
    words = "En sag hører til den sidste uge, den er læst i."
    if few := question.too_few.get(WEEK, 0):
        words = f"{words} {too_few_words(WEEK, few)}"
    built.blocks.append(paragraph(words))
    table = groups_table(built.number, f"Enighed efter uge{about}", WEEK, weeks, built.way)
    if len(weeks) <= _MOST_ROWS:
        points = [_gwet(group_name(group), group.agreement) for group in weeks]
        built.figure(f"Gwets mål efter uge{about}", points, table)
    built.table(table)


def _pairs(built: _Built, question: Question, about: str) -> None:
    pairs = question.groups.get(PAIR, ())
    few = question.too_few.get(PAIR, 0)
    if len(pairs) + few < 2:
        return
    built.head(2, "Par af bedømmere")
    if few:
        built.blocks.append(paragraph(too_few_words(PAIR, few)))
    if len(pairs) > _MOST_ROWS:
        built.blocks.append(paragraph(f"De {danish(len(pairs))} andre par står i enighed.csv."))
    elif pairs:
        built.table(groups_table(built.number, f"Enighed efter par{about}", PAIR, pairs, built.way))


def _gwet(label: str, agreement: Agreement) -> Point:
    found = of(agreement, GWET)
    if found is None:
        return Point(label, None, None, None, two(None))
    return Point(label, found.value, found.low, found.high, two(found.value))
