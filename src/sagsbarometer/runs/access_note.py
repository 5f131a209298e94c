"""The page that goes with a municipality's own cases: what is there, what is not, and what cannot be inferred."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from html import escape
from typing import Any

from sagsbarometer import __version__
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.reporting.contract import ORIGIN_DA, Edition, Standing
from sagsbarometer.reporting.document import Block, Bullets, Document, Heading, Paragraph, Text
from sagsbarometer.reporting.writers.pdf import write_pdf
from sagsbarometer.runs.page import page

NOTE = "laes_mig"  # the files of the page, without their endings


def note_sections(about: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Heading and paragraphs. No rule of law is named: which one somebody may see this by is not for a program."""
    cases = about["cases"]
    many = f"{cases} {'sag' if cases == 1 else 'sager'}"
    yield (
        "Hvad der er her",
        [
            f"De svar, der er givet om {many} fra kommunen med koden {about['municipality']} i »{about['title']}«.",
            "Sagerne hedder det, kommunen selv kaldte dem, da den sendte dem. Hvert spørgsmål har sit svar i ord og en "
            "tilstand, der siger, hvorfor der ikke er et svar, hvor der ikke er et.",
            "Hvor der står »ja« under »beregnet«, er svaret regnet af de andre svar og ikke givet af en læser.",
        ],
    )
    left_out = [
        "Intet om andre kommuners sager, heller ikke tal, som de indgår i.",
        "Ingen dokumenter fra sagerne.",
    ]
    texts = about["texts"]
    left_out.append(
        f"Ingen fritekst. Skemaet har {len(texts)} spørgsmål med fritekst; den gemmes ikke i datasættet."
        if texts
        else "Ingen fritekst. Skemaet har ingen spørgsmål med fritekst."
    )
    yield "Hvad der ikke er her", left_out
    yield (
        "Hvad der ikke kan sluttes",
        [
            f"Hvor ofte noget sker i kommunen. Her er {many}, valgt til at sige noget om alle kommuner under ét, "
            "ikke om én. Af få sager flytter én mere eller mindre en andel meget.",
            *([f"Sådan blev sagerne valgt: {about['selection']}"] if about["selection"] else []),
            "Om kommunen er bedre eller dårligere end andre. Målingen er ingen rangliste og kan ikke bruges til en.",
            "At der er en tilsynssag. En måling er ikke tilsyn, og det, den viser om en kommune, begynder ikke en sag.",
            "At en afgørelse er ændret. Et svar er en læsers vurdering af sagens akter; sagen er ikke prøvet igen.",
        ],
    )


def note_paragraphs(about: Mapping[str, Any]) -> list[str]:
    """The page as lines of text, its title first."""
    lines = [_title(about), *filter(None, [_meta(about), about["origin"]])]
    for heading, paragraphs in note_sections(about):
        lines += ["", f"{heading}:", *paragraphs]
    return lines


def note_page(about: Mapping[str, Any]) -> str:
    """The page as HTML."""
    sections = [
        (heading, [f"<li><span>{escape(text)}</span></li>" for text in paragraphs])
        for heading, paragraphs in note_sections(about)
    ]
    return page(_title(about), _meta(about), sections, mark=about["origin"])


def note_pdf(about: Mapping[str, Any]) -> bytes:
    """The page as tagged PDF (PDF/UA-1), by the writer of the reports; the same bytes for the same cases."""
    blocks: list[Block] = []
    for number, (heading, paragraphs) in enumerate(note_sections(about), 1):
        blocks.append(Heading(1, (Text(heading),), f"afsnit-{number}"))
        blocks.append(Bullets(tuple((Paragraph((Text(text),)),) for text in paragraphs), ordered=False))
    origin = next((code for code, words in ORIGIN_DA.items() if words == about["origin"]), "real")
    edition = Edition(
        title=_title(about),
        subtitle=_meta(about),
        source=f"Kilde: svarene i »{about['title']}«",
        language="da",
        origin=origin,
        data_date=about["data_date"],
        standing=Standing("published"),  # no draft, and for one reader: nothing on it tells of an embargo
        selection="",  # the page tells it itself
        version=__version__,
        measures={},
        figures=(),
        results=ResultSet(()),
        own=True,
    )
    document = Document(_title(about), _meta(about), NOTE, tuple(blocks), (), sheet=True, short=True)
    return write_pdf(document, edition, {})


def _title(about: Mapping[str, Any]) -> str:
    return f"Kommunens egne sager i »{about['title']}«"


def _meta(about: Mapping[str, Any]) -> str:
    day = f" · data pr. {danish_date(date.fromisoformat(about['data_date']))}" if about["data_date"] else ""
    return f"Aktindsigt · kommunen med koden {about['municipality']}{day}"
