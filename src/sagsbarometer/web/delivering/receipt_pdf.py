"""The receipt of a delivery as tagged PDF (PDF/UA-1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sagsbarometer import __version__
from sagsbarometer.kernel.dates import danish_date

FILE = "kvittering"
_TITLE = "Kvittering for aflevering"


def receipt_pdf(content: Mapping[str, Any], at: datetime, id: str, fingerprint: str) -> bytes:
    """The PDF; the same bytes for the same receipt. `at` is Danish time."""
    from sagsbarometer.measures.cells import ResultSet
    from sagsbarometer.reporting.contract import Edition, Standing
    from sagsbarometer.reporting.document import Document
    from sagsbarometer.reporting.writers.pdf import write_pdf

    moment = f"{danish_date(at.date())} kl. {at:%H.%M}"
    edition = Edition(
        title=_TITLE,
        subtitle=f"{content['municipality']}, {moment}",
        source=f"Kilde: {content['study']}",
        language="da",
        origin=content.get("origin", "real"),
        data_date=at.date().isoformat(),
        standing=Standing("published"),  # no draft, and for one reader
        selection="",
        version=__version__,
        measures={},
        figures=(),
        results=ResultSet(()),
        own=True,
    )
    blocks = (*_told(content, moment, id, fingerprint), *_documents(content))
    document = Document(_TITLE, edition.subtitle, FILE, blocks, (), sheet=True, short=True)
    return write_pdf(document, edition, {})


def _told(content: Mapping[str, Any], moment: str, id: str, fingerprint: str) -> list[Any]:
    from sagsbarometer.reporting.document import Heading, Text

    count = len(content["cases"])
    many = "en sag" if count == 1 else f"{count} sager"
    return [
        Heading(1, (Text("Hvad der er afleveret"),), "afleveret"),
        _said(f"{content['municipality']} har {moment} afleveret {many}."),
        _said(f"Afleveringen er til {content['study']}."),
        *(_said(f"{kind}: {why}.") for kind, why in content["none"]),
        _said(f"Kvitteringens nummer er {id}."),
        _said(f"Kvitteringens fingeraftryk (SHA-256) er {_spaced(fingerprint)}."),
    ]


def _documents(content: Mapping[str, Any]) -> list[Any]:
    from sagsbarometer.reporting.document import Column, Heading, Table, TableCell, Text

    rows = [
        (
            f"Sag {case['number']}",
            case["kind"] or "–",
            str(place),
            "–" if item["pages"] is None else str(item["pages"]),
            f"{item['bytes']:,}".replace(",", "."),
            _spaced(item["sha256"]),
        )
        for case in content["cases"]
        for place, item in enumerate(case["documents"], start=1)
    ]
    if not rows:
        return []
    heads = {
        "Sag": 1.0,
        "Slags": 1.6,
        "Dokument": 1.1,
        "Sider": 0.8,
        "Byte": 1.2,
        "Fingeraftryk (SHA-256)": 3.6,
    }
    columns = tuple(Column(label, weight=weight) for label, weight in heads.items())
    cells = tuple(tuple(TableCell(text) for text in row) for row in rows)
    return [
        Heading(1, (Text("Dokumenterne"),), "dokumenterne"),
        _said("Et fingeraftryk regnes af filens indhold. To filer med samme fingeraftryk er ens."),
        Table("Dokumenter i hver sag", columns, cells, anchor="dokumenter"),
    ]


def _said(text: str) -> Any:
    from sagsbarometer.reporting.document import Paragraph, Text

    return Paragraph((Text(text, fixed=True),))


def _spaced(digest: str) -> str:
    """A fingerprint in groups of eight, so that it can be read and breaks over lines."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
