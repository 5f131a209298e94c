"""The report of estimates: shares with intervals, groups as bars, and what the draw makes of them. Pure: to files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sagsbarometer import __version__
from sagsbarometer.estimation.asked import By
from sagsbarometer.estimation.cells import ALIKE, About, Estimated, row_key
from sagsbarometer.estimation.groups import Domain
from sagsbarometer.estimation.more import More
from sagsbarometer.kernel.ids import ascii_id
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell, ResultSet, ref
from sagsbarometer.measures.measure import Figure, FigureRow, Measure
from sagsbarometer.reporting.contract import Edition, Fact, Standing
from sagsbarometer.reporting.document import (
    Block,
    Box,
    Bullets,
    Column,
    Document,
    FigureBlock,
    Heading,
    RowKind,
    Table,
    TableCell,
)
from sagsbarometer.reporting.files import write_documents
from sagsbarometer.reporting.numbers import DASH, amount, danish
from sagsbarometer.reporting.pages.curve_report import FILE, inlines, paragraph
from sagsbarometer.reporting.pages.estimate_data import number
from sagsbarometer.reporting.pages.estimate_facts import ERRORS, facts_of
from sagsbarometer.reporting.pages.estimate_more import (
    corrected_cells,
    corrected_figure,
    corrected_measures,
    more_words,
)
from sagsbarometer.reporting.pages.estimate_more_cells import more_cells, more_measures
from sagsbarometer.reporting.pages.estimate_more_tables import more_blocks, more_reading, table_count
from sagsbarometer.reporting.pages.estimate_words import (
    Subject,
    alike_words,
    sample_words,
    selection,
    share_words,
    title_words,
)
from sagsbarometer.reporting.pages.facts import Facts
from sagsbarometer.reporting.tables.lists import definition_tables
from sagsbarometer.reporting.tables.table import in_sentence

MOST_BARS = 24  # groups drawn in one figure
MOST_FIGURES = 24
MOST_ROWS = 400  # of the table of errors; all are in estimater.csv
_DIGITS = re.compile(r"\d+(?:[.,/-]\d+)*")
_MARKUP = re.compile(r"[\\\[\]{}*_`<>]")


@dataclass(frozen=True, slots=True)
class Told:
    """Everything a report of estimates is made of. `by`: () first. `names` of groups by grouping and group."""

    subject: Subject
    measures: Mapping[str, Measure]
    by: tuple[By, ...]
    numbers: tuple[Estimated, ...]
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    about: About = field(default_factory=lambda: About("yes", "", "", "real"))
    more: More = field(default_factory=More)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every number as a cell: shares, the corrected ones, then all that is no share."""
        return (*(item.cell for item in self.numbers), *corrected_cells(self), *more_cells(self))

    def group(self, by: By, domain: Domain) -> str:
        """What a group is called: `Fyn, afslag`."""
        told = [
            "ikke oplyst" if value is None else self.names.get((name, value), value)
            for name, value in zip(by, domain, strict=True)
        ]
        return ", ".join([*told[:1], *(in_sentence(words) for words in told[1:])]) or "Alle sager"

    def label(self, id: str) -> str:
        """What a measure is called, or a total, mean or ratio."""
        return self.measures[id].label.get("da", id) if id in self.measures else self.more.labels.get(id, id)


def summary_lines(told: Told) -> Iterator[str]:
    """What a terminal is told: a line per share, then what became of the sample."""
    for item in told.numbers:
        yield f"{_head(told, item)}: {share_words(item)}"
    yield from more_words(told)
    yield from sample_words(told.subject)


def _head(told: Told, item: Estimated) -> str:
    label = told.label(item.cell.result)
    return f"{label}, {told.group(item.by, item.domain)}" if item.by else label


def estimate_report(told: Told, sources: Mapping[str, object] | None = None) -> dict[str, bytes]:
    """Every file of the report but the data. `sources`: the files the numbers are made of, as a manifest names them."""
    figures = tuple(_figures(told))
    edition = _edition(told, figures, sources or {})
    facts = facts_of(told)
    document = _document(told, edition, figures, facts)
    return write_documents(replace(edition, facts=facts.known), [document])


def _edition(told: Told, figures: tuple[Figure, ...], sources: Mapping[str, object]) -> Edition:
    subject = told.subject
    title = subject.title.get("da") or subject.id
    return Edition(
        title=title_words(subject),
        subtitle="",
        source=f"Kilde: {subject.source or title}",
        language="da",
        origin=told.about.origin,
        data_date=told.about.data_date,
        standing=Standing(),
        selection=selection(subject),
        version=__version__,
        measures={**told.measures, **corrected_measures(told), **more_measures(told)},
        figures=figures,
        results=ResultSet(told.cells, {"estimate": {"id": subject.id}, "sources": sources}),
    )


# --- figures ---


def _figures(told: Told) -> Iterator[Figure]:
    """All shares of all cases, then each share by each grouping that is small enough to draw."""
    if not told.measures:
        return
    yield _figure(told, 1, "Alle sager", [(told.label(id), ref(id)) for id in told.measures])
    count = 1
    if corrected := corrected_figure(told, 2):
        count = 2
        yield corrected
    for by in told.by[1:]:
        domains = list(dict.fromkeys(item.domain for item in told.numbers if item.by == by))
        if len(domains) > MOST_BARS:
            continue
        for id in told.measures:
            if count == MOST_FIGURES:
                return
            count += 1
            rows = [(_capital(told.group(by, domain)), ref(id, row_key(by, domain))) for domain in domains]
            title = f"{told.label(id)} efter {' og '.join(_grouping(name) for name in by)}"
            yield _figure(told, count, title, rows)


def _figure(told: Told, number_: int, title: str, rows: Sequence[tuple[str, str]]) -> Figure:
    # A year or a paragraph in a remark is no figure of ours, and what marks up a text means nothing in one.
    remark = told.subject.remark.get("da", "")
    note = "" if told.subject.probability else _DIGITS.sub(r"[\g<0>]{.fixed}", _MARKUP.sub("", remark))
    return Figure(
        id=f"figur_{number_}",
        number=str(number_),
        kind="bars",
        title={"da": title},
        note={"da": note},
        rows=tuple(FigureRow(str(at), {"da": label}, {"": key}) for at, (label, key) in enumerate(rows)),
        parts=(),
        also=(),
        generalisable=True,
        why_not={},
    )


_GROUPINGS = {"authority": "myndighed", "region": "region", "result": "afgørelse", "occasion": "anledning"}


def _grouping(name: str) -> str:
    return _GROUPINGS.get(name, name.replace("_", " "))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


# --- the document ---


def _document(told: Told, edition: Edition, figures: tuple[Figure, ...], facts: Facts) -> Document:
    blocks: list[Block] = [paragraph(edition.selection)]
    said = sample_words(told.subject) if told.subject.standing else ()
    blocks += [paragraph(line) for line in said]
    blocks.append(_heading("Tallene"))
    blocks += [FigureBlock(figure.id, figure.id.replace("_", "-")) for figure in figures]
    left_out = (
        []
        if not told.measures
        else [by for by in told.by[1:] if not any(_drawn(told, figures, by, id) for id in told.measures)]
    )
    for by in left_out:
        words = " og ".join(_grouping(name) for name in by)
        blocks.append(paragraph(f"Tallene efter {words} er for mange til en figur og står i estimater.csv."))
    blocks += more_blocks(told, edition, facts)
    if told.measures:
        blocks.append(_heading("Hvor sikre de er"))
        blocks.append(facts.table("standardfejl", _errors(told, edition), ERRORS))
        blocks += [paragraph(line) for line in _blind(told, facts)]
    blocks.append(_heading("Sådan er de regnet"))
    if told.subject.design:
        items = [(paragraph(f"{what}: {words}"),) for what, words in told.subject.design.items()]
        blocks.append(Bullets(tuple(items), False))
    blocks.append(Box(inlines("Sådan læses tallene"), tuple(paragraph(line) for line in _reading(told))))
    blocks.append(_heading("Definitioner"))
    blocks += definition_tables(edition)
    return Document(edition.title, "", FILE, tuple(blocks), (), False)


def _drawn(told: Told, figures: Sequence[Figure], by: By, id: str) -> bool:
    keys = {ref(id, item.cell.row) for item in told.numbers if item.by == by}
    return any(cell in keys for figure in figures for row in figure.rows for cell in row.cells.values())


def _heading(text: str) -> Heading:
    return Heading(1, inlines(text), f"afsnit-{ascii_id(text).replace('_', '-')}")


_INTERVALS = {
    "korn_graubard_95": "Korn og Graubards (1998): Clopper-Pearsons med den effektive stikprøvestørrelse",
    "logit_95": "regnet på logit-skalaen",
    "likelihood_95": "Rao og Scotts (1984) likelihood-interval",
    "mean_95": "andelen plus og minus t gange standardfejlen",
    "wilson_design_95": "Wilsons med den effektive stikprøvestørrelse",
    "exact_design_95": "eksakt (Clopper-Pearson), hvor ingen eller alle svarer ja, eller alle læste er ens i hvert lag",
    "complete_count": "intet, fordi alle sager er læst",
}


def _reading(told: Told) -> Iterator[str]:
    methods = dict.fromkeys(item.cell.interval_method for item in told.numbers if item.cell.interval_method)
    yield (
        "*Andelen* er vægtet: hver sag tæller for så mange, som den er trukket for. Antallene er de læste sager, "
        "uvægtede, så andelen kan afvige fra dem."
    )
    yield (
        "*Standardfejlen* er i procentpoint og følger af udtrækket (Taylor-linearisering). *Effektive sager* er, "
        "hvor mange sager, simpelt trukket af en uendelig bestand, der ville være lige så sikre; er en stor del af "
        "sagerne læst, bliver det flere end de læste. *Designeffekten* er variansen i forhold til en simpel stikprøve "
        "af samme størrelse fra den samme bestand; over én er udtrækket mindre sikkert, under én mere. Intervallet "
        "regner aldrig med flere sager, end en sådan simpel stikprøve ville give."
    )
    if methods:
        yield (
            "*95-procents-intervallet* er " + "; ".join(_INTERVALS.get(name, name) for name in methods) + "."
        )
    yield from more_reading(told)
    if any(item.cell.unknown for item in told.numbers):
        yield (
            "*Ukendte* sager er ikke gættet. Grænserne er den vægtede andel, hvis alle ukendte var nej, og hvis alle "
            "var ja; stikprøvens usikkerhed kommer oveni."
        )
    yield (
        "Et interval rummer kun den usikkerhed, der kommer af, at nogle sager er trukket og andre ikke. Læsefejl"
        f"{' er kun med, hvor tallet er rettet for dem; ' if told.more.corrections else ' og '}"
        f"forkerte oplysninger {'er det aldrig' if told.more.corrections else 'er ikke med i det'}."
    )


def _blind(told: Told, facts: Facts) -> Iterator[str]:
    """The numbers whose interval cannot see what is unread, those of all cases by name."""
    found = [item for item in told.numbers if item.remark]
    for item in found:
        if not item.by:
            yield f"{told.label(item.cell.result)}: {alike_words(item)}."
    if groups := sum(1 for item in found if item.by):
        formula = "Antallet af tal for grupper, hvor alle læste sager er ens i de fleste lag."
        facts.note(
            "ens_lag",
            Fact(
                danish(groups),
                "Tal, hvor intervallet ikke ser de ulæste",
                base="tal for grupper",
                formula=formula,
            ),
        )
        many = facts.mark("ens_lag", danish(groups))
        tal = "Ét tal for en gruppe" if groups == 1 else f"{many} tal for grupper"
        yield (
            f"{tal} hviler mest på lag, hvor alle læste sager er ens, så intervallet ikke kan se, hvad de ulæste er; "
            f"{'det' if groups == 1 else 'de'} er mærket {ALIKE} i estimater.csv."
        )


def _errors(told: Told, edition: Edition) -> Table:
    columns = (
        Column("Mål og gruppe", weight=2.6),
        Column("Sager", "count", 0.8),
        Column("Andel", "value", 0.9),
        Column("Standardfejl", "value", 1.1),
        Column("Effektive sager", "value", 1.0),
        Column("Designeffekt", "value", 1.1),
        Column("Frihedsgrader", "count", 1.1),
    )
    rows: list[tuple[TableCell, ...]] = []
    kinds: list[RowKind] = []
    for by in told.by:
        for id in told.measures:
            items = [item for item in told.numbers if item.by == by and item.cell.result == id]
            if by:
                words = f"{told.label(id)} efter {' og '.join(_grouping(name) for name in by)}"
                rows.append((TableCell(words), *(TableCell("") for _ in columns[1:])))
                kinds.append(RowKind.HEADING)
            for item in items:
                rows.append(_error_row(told, item))
                kinds.append(RowKind.PART if by else RowKind.PLAIN)
    notes = [edition.source_line]
    if len(rows) > MOST_ROWS:
        notes.insert(0, f"Tabellen har de første {danish(MOST_ROWS)} linjer. Alle står i estimater.csv.")
    return Table(
        f"Tabel {1 + table_count(told)}: Standardfejl, effektive sager og frihedsgrader",
        columns,
        tuple(rows[:MOST_ROWS]),
        tuple(notes),
        anchor=f"tabel-{1 + table_count(told)}",
        kinds=tuple(kinds[:MOST_ROWS]),
        files=(("Hent alle tal (CSV)", "estimater.csv"),),
    )


def _error_row(told: Told, item: Estimated) -> tuple[TableCell, ...]:
    cell: Cell = item.cell
    words = _capital(told.group(item.by, item.domain)) if item.by else told.label(cell.result)
    cases = TableCell(danish(cell.denominator), cell.denominator, format="#,##0", ref=cell.ref)
    head = (TableCell(words), cases)
    of = item.of
    if of is None or cell.value is None:
        return (*head, *(TableCell(DASH) for _ in range(5)))
    return (
        *head,
        TableCell(amount(cell), cell.value, format='0" %"', ref=cell.ref),
        _value(number(of.error, 100) if of.variance else None, 2, "0.00"),  # at none and all it says nothing
        _value(number(item.effective), 0, "#,##0"),
        _value(number(of.deff), 2, "0.00"),
        TableCell(danish(of.freedom), of.freedom, format="#,##0"),
    )


def _value(value: Decimal | None, decimals: int, format: str) -> TableCell:
    if value is None:
        return TableCell(DASH)
    return TableCell(danish(round_half_up(value, decimals)), value, format=format)
