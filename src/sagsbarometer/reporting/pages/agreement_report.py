"""The report of agreement: every question with its coefficients, what to look at first, and who differs from whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sagsbarometer.agreement.agree import Agreement, Way
from sagsbarometer.agreement.by import PAIR, WEEK, Question
from sagsbarometer.agreement.coefficients import GWET
from sagsbarometer.agreement.rows import ALIKE, BY_STRATA
from sagsbarometer.reporting.charts.figure import FigureContent
from sagsbarometer.reporting.contract import Edition, Fact
from sagsbarometer.reporting.document import Block, Box, Bullets, Document, FigureBlock, Heading, Table
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.agreement_chart import Point, points_figure
from sagsbarometer.reporting.pages.agreement_facts import (
    COMMON,
    RATERS,
    answer_columns,
    coefficient_columns,
    question_name,
    said_facts,
    short_columns,
)
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
from sagsbarometer.reporting.pages.facts import Facts, Mark, unmarked

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
    facts: Facts = field(default_factory=lambda: Facts(COMMON))

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


def agreement_report(read: Read, manifest: Mapping[str, object] | None = None) -> dict[str, bytes]:
    """Every file of the report; the same bytes for the same ratings. `manifest`: what the numbers were made of."""
    edition = curve_edition(TITLE, f"svarene i {read.source}", read.origin, "", _SELECTION, manifest or {})
    built = _Built(edition, read.way)
    known = [question for question in read.questions if question.whole is not None]
    told = "Antallet af felter uden svar i filen."
    built.facts.note("tomme", Fact(danish(read.blank), "Tomme felter", base="felter i filen", formula=told))
    told = "Så mange gange er sagerne trukket igen, med tilbagelægning, som der er bedt om."
    built.facts.note(
        "traekninger",
        Fact(
            danish(read.way.sets), "Nye trækninger af sagerne", base="sager læst af mindst to", formula=told
        ),
    )
    for line in intro(read, built.facts.mark):
        built.blocks.append(paragraph(line))
    if len(read.questions) > 1:
        table = questions_table(built.number, known, read.way)
        table = built.facts.table("spoergsmaal", table, short_columns(read.way))
        points = [_gwet(question.id, question.whole) for question in known if question.whole is not None]
        built.figure("Gwets mål efter spørgsmål", points, table)
        built.table(table)
    for at, question in enumerate(known, 1):
        if question.whole is not None:
            id = question_name(at, question)
            _question(built, read, question, question.whole, id, len(known) <= _MOST_DRAWN)
    built.head(1, "Sådan læses tallene")
    built.blocks.append(Box(inlines("Mål for enighed"), tuple(paragraph(line) for line in READING)))
    document = Document(TITLE, "", FILE, tuple(built.blocks), (), False)
    return report_files(edition, document, (), built.tables, built.figures, built.facts)


def intro(read: Read, mark: Mark = unmarked) -> tuple[str, ...]:
    """What holds for all questions, in words."""
    lines = [_method(read, mark)]
    alone = [question.id for question in read.questions if question.whole is None]
    if alone:
        lines.append(
            f"Ingen sager er læst af to på: {', '.join(map(plainly, alone))}. De er ikke regnet med."
        )
    if read.blank:
        lines.append(f"{mark('tomme', danish(read.blank))} tomme felter er ikke svar.")
    return tuple(lines)


def _method(read: Read, mark: Mark) -> str:
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
        sets = mark("traekninger", danish(read.way.sets))
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


def _question(built: _Built, read: Read, question: Question, whole: Agreement, id: str, drawn: bool) -> None:
    """One chapter."""
    several, facts = len(read.questions) > 1, built.facts
    said_facts(facts, id, question, read.way)

    mark = _under(facts.mark, id)
    about = f": {question.id}" if several else ""
    built.head(1, question.id or "Alle svar")
    built.blocks += [paragraph(read_words(whole, read.way, mark)), paragraph(said(whole, read.way, mark))]
    if question.findings:
        lines = (
            finding_words(finding, read.way, _under(mark, f"se_{at}"))
            for at, finding in enumerate(question.findings, 1)
        )
        told = tuple((paragraph(line),) for line in lines)
        built.blocks += [paragraph("*Se på dette, før tallene bruges:*"), Bullets(told, False)]
    table = coefficients_table(built.number, f"Mål for enighed{about}", whole, read.way)
    table = facts.table(f"{id}.maal", table, coefficient_columns(whole, read.way), question.id)
    if drawn:
        points = [
            Point(name(item, whole.raters), item.value, item.low, item.high, two(item.value))
            for item in whole.estimates
        ]
        built.figure(f"Mål for enighed{about}", points, table)
    built.table(table)
    answers = answers_table(built.number, f"Hvor tit hvert svar er givet{about}", whole)
    built.table(facts.table(f"{id}.svar", answers, answer_columns(whole), question.id))
    _raters(built, question, id, about)
    _weeks(built, question, id, about)
    _pairs(built, question, id, about)


def _under(mark: Mark, id: str) -> Mark:
    """Marks what is known under an id."""
    return lambda key, words: mark(f"{id}.{key}", words)


def _raters(built: _Built, question: Question, id: str, about: str) -> None:
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
    table = raters_table(built.number, f"Bedømmerne hver for sig{about}", question.raters, built.way)
    built.table(built.facts.table(f"{id}.bedoemmere", table, RATERS, question.id))


def _weeks(built: _Built, question: Question, id: str, about: str) -> None:
    weeks = question.groups.get(WEEK, ())
    if len(weeks) < 2:
        return
    built.head(2, "Uge for uge")
    words = "En sag hører til den sidste uge, den er læst i."
    if few := question.too_few.get(WEEK, 0):
        words = f"{words} {too_few_words(WEEK, few, _under(built.facts.mark, id))}"
    built.blocks.append(paragraph(words))
    table = groups_table(built.number, f"Enighed efter uge{about}", WEEK, weeks, built.way)
    table = built.facts.table(f"{id}.uger", table, short_columns(built.way), question.id)
    if len(weeks) <= _MOST_ROWS:
        points = [_gwet(group_name(group), group.agreement) for group in weeks]
        built.figure(f"Gwets mål efter uge{about}", points, table)
    built.table(table)


def _pairs(built: _Built, question: Question, id: str, about: str) -> None:
    pairs = question.groups.get(PAIR, ())
    few = question.too_few.get(PAIR, 0)
    if len(pairs) + few < 2:
        return
    built.head(2, "Par af bedømmere")
    if few:
        built.blocks.append(paragraph(too_few_words(PAIR, few, _under(built.facts.mark, id))))
    if len(pairs) > _MOST_ROWS:
        built.blocks.append(paragraph(f"De {danish(len(pairs))} andre par står i enighed.csv."))
    elif pairs:
        table = groups_table(built.number, f"Enighed efter par{about}", PAIR, pairs, built.way)
        built.table(built.facts.table(f"{id}.par", table, short_columns(built.way), question.id))


def _gwet(label: str, agreement: Agreement) -> Point:
    found = of(agreement, GWET)
    if found is None:
        return Point(label, None, None, None, two(None))
    return Point(label, found.value, found.low, found.high, two(found.value))
