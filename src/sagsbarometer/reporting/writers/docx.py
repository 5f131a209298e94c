"""A document as a Word file: styles, contents, footnotes and cross references are Word's own, so that it can be worked
on, and a screen reader finds its way.

The parts are written by hand: what makes Word files for Python has no footnotes, dates them by the clock and begins
with a template in American English. The tests read them back with such a library.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from string import Template

from sagsbarometer.reporting.charts.figure import FigureContent
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Document
from sagsbarometer.reporting.words import say
from sagsbarometer.reporting.writers.docx_body import Body
from sagsbarometer.reporting.writers.docx_numbering import numbering_xml
from sagsbarometer.reporting.writers.docx_xml import (
    DECLARATION,
    NAMESPACES,
    Relations,
    field,
    paragraph,
    run,
    safe,
)

_STYLES = Path(__file__).parents[1] / "assets" / "docx_styles.xml"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest a zip file can tell
_TAGS = {"da": "da-DK", "en": "en-GB"}
_W3C = ' xsi:type="dcterms:W3CDTF"'
_TAB = "<w:r><w:tab/></w:r>"
_WML = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = ("document.main", "styles", "numbering", "settings", "fontTable", "footnotes")
_PROPERTIES = (
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument",
        "word/document.xml",
    ),
    (
        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
        "docProps/core.xml",
    ),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties",
        "docProps/app.xml",
    ),
)


def write_docx(document: Document, edition: Edition, drawn: Mapping[str, FigureContent]) -> bytes:
    """The Word file; the same bytes for the same input. Its date is the data date.

    `drawn` holds every figure the document places.
    """
    body = Body(document, edition, drawn)
    inside = body.write()
    notes = body.footnotes()
    relations = body.relations
    for part in ("styles", "numbering", "settings", "fontTable", "footnotes"):
        relations.id(part, f"{part}.xml")
    section = _section(relations, front=not document.sheet)
    tag = _TAGS.get(edition.language, edition.language)
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(front=not document.sheet),
        "_rels/.rels": _package_relations(),
        "docProps/app.xml": _app(edition),
        "docProps/core.xml": _core(document, edition, tag),
        "word/document.xml": _part("document", f"<w:body>{inside}{section}</w:body>"),
        "word/_rels/document.xml.rels": relations.xml(),
        "word/fontTable.xml": _part("fonts", '<w:font w:name="Arial"><w:family w:val="swiss"/></w:font>'),
        "word/footnotes.xml": _part("footnotes", _SEPARATORS + notes),
        "word/_rels/footnotes.xml.rels": body.note_relations.xml(),
        "word/footer1.xml": _part("ftr", _footer(document, edition)),
        "word/header1.xml": _part("hdr", paragraph("Header", run(edition.mark or document.title))),
        "word/numbering.xml": _part("numbering", numbering_xml(body.lists)),
        "word/settings.xml": _part("settings", _settings(tag)),
        "word/styles.xml": Template(_STYLES.read_text(encoding="utf-8")).substitute(language=tag),
    }
    if not document.sheet:  # the front page has the mark, but no number
        files["word/header2.xml"] = _part("hdr", paragraph("Header", run(edition.mark)))
        files["word/footer2.xml"] = _part("ftr", paragraph("Header", ""))
    files |= {f"word/{name}": picture for name, picture in body.pictures.files.items()}
    return _zipped(files)


def _zipped(files: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in files.items():
            if content:
                entry = zipfile.ZipInfo(name, _FIRST_DAY)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 0  # else it would tell what machine made it
                packed.writestr(entry, content)
    return out.getvalue()


def _part(root: str, inside: str) -> str:
    return f"{DECLARATION}<w:{root} {NAMESPACES}>{inside}</w:{root}>"


def _section(relations: Relations, front: bool) -> str:
    """The page: A4 with its header and footer; the front page has its own."""
    header, footer = relations.id("header", "header1.xml"), relations.id("footer", "footer1.xml")
    told = f'<w:headerReference w:type="default" r:id="{header}"/>'
    first = ""
    if front:
        told += f'<w:headerReference w:type="first" r:id="{relations.id("header", "header2.xml")}"/>'
        first = f'<w:footerReference w:type="first" r:id="{relations.id("footer", "footer2.xml")}"/>'
    told += f'<w:footerReference w:type="default" r:id="{footer}"/>{first}'
    margins = (
        'w:top="1701" w:right="1474" w:bottom="1531" w:left="1474" w:header="794" w:footer="680" w:gutter="0"'
    )
    return (
        f'<w:sectPr>{told}<w:pgSz w:w="11906" w:h="16838"/><w:pgMar {margins}/><w:cols w:space="708"/>'
        f"{'<w:titlePg/>' if front else ''}</w:sectPr>"
    )


def _footer(document: Document, edition: Edition) -> str:
    def told(key: str) -> str:
        return say(edition.language, key)

    page = (
        run(f"{told('page.page')} ")
        + field("PAGE", "1")
        + run(f" {told('page.of')} ")
        + field("NUMPAGES", "1")
    )
    return paragraph("Footer", run(document.title) + _TAB + page)


# The lines that Word draws over footnotes; it asks for both.
_SEPARATORS = "".join(
    f'<w:footnote w:type="{kind}" w:id="{id}"><w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" '
    f'w:lineRule="auto"/></w:pPr><w:r><w:{kind}/></w:r></w:p></w:footnote>'
    for kind, id in (("separator", -1), ("continuationSeparator", 0))
)


def _settings(tag: str) -> str:
    decimal, lists = (",", ";") if tag == "da-DK" else (".", ",")
    return (
        '<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/>'
        '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
        'w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="{tag}"/><w:decimalSymbol w:val="{decimal}"/><w:listSeparator w:val="{lists}"/>'
    )


def _core(document: Document, edition: Edition, tag: str) -> str:
    """What the file says of itself. The day is that of the data; without one it tells none."""
    by = edition.publisher.rstrip(". ")
    told = {
        "dc:title": document.title,
        "dc:subject": document.subtitle,
        "dc:creator": by,
        "dc:description": edition.mark,
        "dc:language": tag,
        "cp:lastModifiedBy": by,
    }
    if edition.data_date:
        day = f"{date.fromisoformat(edition.data_date).isoformat()}T00:00:00Z"
        told |= {"dcterms:created": day, "dcterms:modified": day}
    inside = "".join(
        f"<{name}{_W3C if name.startswith('dcterms') else ''}>{safe(value)}</{name}>"
        for name, value in told.items()
        if value
    )
    return (
        f"{DECLARATION}<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{inside}</cp:coreProperties>'
    )


def _app(edition: Edition) -> str:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    made = f"sagsbarometer {edition.version}".strip()
    return f'{DECLARATION}<Properties xmlns="{space}"><Application>{safe(made)}</Application></Properties>'


def _content_types(front: bool) -> str:
    kinds = [(f"/word/{part.partition('.')[0]}.xml", f"{_WML}.{part}+xml") for part in _PARTS]
    for number in (1, 2) if front else (1,):
        kinds += [(f"/word/{part}{number}.xml", f"{_WML}.{part}+xml") for part in ("header", "footer")]
    kinds += [
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        ("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
    ]
    told = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds)
    endings = (
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
        ("png", "image/png"),
    )
    first = "".join(f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in endings)
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'{DECLARATION}<Types xmlns="{space}">{first}{told}</Types>'


def _package_relations() -> str:
    told = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(_PROPERTIES, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{DECLARATION}<Relationships xmlns="{space}">{told}</Relationships>'
