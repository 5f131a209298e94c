"""A sheet as tagged PDF (PDF/UA-1). It is of one case and for one municipality: no number of the study is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sagsbarometer import __version__
from sagsbarometer.documents.persons import masked_words
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.review.sheet import CASE_HANDLING, CLOSING, RESULT, Defect, Place, SheetContent, Told

FILE = "fund"
NOTICE = "Fund om én sag. Det er ikke en afgørelse, og sagen er ikke valgt ud for at blive ændret."
APART = (
    "De holdes for sig: en sagsbehandlingsregel, der ikke er fulgt, tæller ikke som en mangel ved afgørelsen."
)
_FOLLOWED = {None: "–", True: "ja", False: "nej"}


@dataclass(frozen=True, slots=True)
class About:
    """What stands at the head of a sheet. `released` is None for one that nobody outside has seen."""

    study: str
    municipality: str
    case: int
    number: int
    released: date | None = None
    object_until: date | None = None
    origin: str = "real"
    own_number: str = ""  # what the municipality calls the case


def title_of(about: About) -> str:
    """`Fund i sag 3, nummer 2`."""
    return f"Fund i sag {about.case}" + (f", nummer {about.number}" if about.number > 1 else "")


def sheet_pdf(content: SheetContent, about: About) -> bytes:
    """The PDF; the same bytes for the same sheet. What looks like a CPR number is hidden in it, whoever wrote it."""
    from sagsbarometer.measures.cells import ResultSet
    from sagsbarometer.reporting.contract import Edition, Standing
    from sagsbarometer.reporting.document import Document
    from sagsbarometer.reporting.writers.pdf import write_pdf

    title = title_of(about)
    edition = Edition(
        title=title,
        subtitle=_subtitle(about),
        source=f"Kilde: {about.study}",
        language="da",
        origin=about.origin,
        data_date=about.released.isoformat() if about.released else "",
        standing=Standing("published" if about.released else "draft"),
        selection="",
        version=__version__,
        measures={},
        figures=(),
        results=ResultSet(()),
        own=True,
    )
    blocks = tuple(_blocks(content, about))
    return write_pdf(Document(title, edition.subtitle, FILE, blocks, (), sheet=True, short=True), edition, {})


def _subtitle(about: About) -> str:
    day = f", frigivet {danish_date(about.released)}" if about.released else ""
    return f"{about.municipality}{day}"


def _blocks(content: SheetContent, about: About) -> Iterator[Any]:
    facts = content.facts
    yield _said(NOTICE)
    if about.own_number:
        yield _said(f"Sagens nummer hos kommunen: {about.own_number}.")
    if about.object_until:
        yield _said(f"Kommunen kan gøre indsigelse til og med {danish_date(about.object_until)}.")
    yield _heading("Resultat", "resultat")
    yield from map(_said, content.of(RESULT))
    yield from _facts("Sagen", (*facts.told, *((facts.outcome,) if facts.outcome else ())), "sagen")
    yield _heading("Mangler", "mangler")
    yield _defects(facts.defects) if facts.defects else _said("Der er ikke fundet mangler ved afgørelsen.")
    if facts.clear:
        yield _said(f"Set på og fundet i orden: {', '.join(facts.clear)}.")
    if facts.unknown:
        told = ", ".join(f"{item.label} ({item.value})" for item in facts.unknown)
        yield _said(f"Kunne ikke afgøres: {told}.")
    for defect in facts.defects:
        yield _heading(defect.label, f"mangel-{defect.id}", 2)
        yield from map(_said, content.of(defect.id))
        yield from (_said(f"{told.label} {told.value}") for told in defect.details)
        yield from (_said(f"»{place.quote}« ({_where(place)})") for place in defect.evidence if place.quote)
    held = {RESULT, CASE_HANDLING, CLOSING} | {item.id for item in facts.defects}
    if rest := [item.text for item in content.words if item.part not in held]:
        yield _heading("Andet", "andet", 2)
        yield from map(_said, rest)
    yield from _handling(content)
    if closing := content.of(CLOSING):
        yield _heading("Hvad nu", "hvad-nu")
        yield from map(_said, closing)


def _handling(content: SheetContent) -> Iterator[Any]:
    rules, said = content.facts.handling, content.of(CASE_HANDLING)
    if not rules and not said:
        return
    yield _heading("Sagsbehandlingsregler", "sagsbehandlingsregler")
    yield _said(APART)
    yield from map(_said, said)
    if rules:
        rows = [
            (item.label, item.value, _FOLLOWED[item.followed], "; ".join(item.norms) or "–") for item in rules
        ]
        heads = {"Regel": 2.6, "Svar": 1.4, "Fulgt": 0.7, "Norm": 1.8}
        yield _table("Sagsbehandlingsregler", heads, rows, "regler")


def _defects(defects: tuple[Defect, ...]) -> Any:
    heads = {"Mangel": 1.4, "Betingelse": 1.5, "Væsentlighed": 1.6, "Retning": 1.3, "Bevis": 1.4, "Norm": 1.8}
    rows = [
        (
            item.label,
            ", ".join(item.conditions) or "–",
            item.materiality,
            item.direction or "–",
            "; ".join(dict.fromkeys(map(_where, item.evidence))) or "–",
            "; ".join(item.norms) or "–",
        )
        for item in defects
    ]
    return _table("Manglerne", heads, rows, "manglerne")


def _facts(caption: str, told: tuple[Told, ...], anchor: str) -> Iterator[Any]:
    if told:
        yield _table(
            caption, {"Spørgsmål": 2.0, "Svar": 1.6}, [(item.label, item.value) for item in told], anchor
        )


def _where(place: Place) -> str:
    return f"{place.document}, side {place.page}" if place.page else place.document


def _table(caption: str, heads: dict[str, float], rows: Sequence[tuple[str, ...]], anchor: str) -> Any:
    from sagsbarometer.reporting.document import Column, Table, TableCell

    columns = tuple(Column(label, weight=weight) for label, weight in heads.items())
    return Table(
        caption, columns, tuple(tuple(TableCell(_kept(text)) for text in row) for row in rows), anchor=anchor
    )


def _kept(text: str) -> str:
    """Without what looks like a CPR number; a section keeps its number on the same line."""
    return masked_words(text).replace("§ ", "§\u00a0")


def _heading(text: str, anchor: str, level: int = 1) -> Any:
    from sagsbarometer.reporting.document import Heading, Text

    return Heading(level, (Text(text, fixed=True),), anchor)


def _said(text: str) -> Any:
    """A paragraph; a line of its own where the lawyer began one."""
    from sagsbarometer.reporting.document import LineBreak, Paragraph, Text

    inlines: list[Any] = []
    for line in _kept(text).splitlines() or [""]:
        inlines += ([LineBreak()] if inlines else []) + [Text(line, fixed=True)]
    return Paragraph(tuple(inlines))
