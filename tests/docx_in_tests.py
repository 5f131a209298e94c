"""A Word file opened again as what it is: a zip of XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"

# The order in which Word wants what it is told of a thing (ECMA-376, part 1, the schema of WordprocessingML). What
# stands in another order it calls unreadable.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore numPr pBdr shd tabs spacing ind contextualSpacing jc outlineLvl",
    "rPr": "rStyle rFonts b bCs i iCs noProof color spacing sz szCs u vertAlign lang",
    "tblPr": "tblStyle tblW tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
    "tcPr": "tcW gridSpan vMerge tcBorders shd vAlign",
    "trPr": "cantSplit tblHeader",
    "sectPr": "headerReference footerReference pgSz pgMar cols titlePg",
    "settings": (
        "zoom defaultTabStop characterSpacingControl footnotePr compat themeFontLang decimalSymbol listSeparator"
    ),
    "numbering": "abstractNum num",
    "lvl": "start numFmt lvlText lvlJc pPr",
    "style": ("name basedOn next uiPriority semiHidden unhideWhenUsed qFormat pPr rPr tblPr tblStylePr"),
    "tblStylePr": "rPr tcPr",
    "tbl": "tblPr tblGrid tr",
    "tc": "tcPr p",
    "tr": "trPr tc",
}


def parts(file: bytes) -> dict[str, bytes]:
    """Every part by its name."""
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def root(file: bytes, name: str = "word/document.xml") -> Any:
    """The XML of one part."""
    return etree.fromstring(parts(file)[name])


def words(element: Any) -> str:
    """What stands in an element for a reader: no field codes, no soft hyphens, all spaces alike."""
    told = "".join(
        node.text or "" if node.tag == f"{W}t" else " " for node in element.iter(f"{W}t", f"{W}br", f"{W}tab")
    )
    return " ".join(told.replace("\u00a0", " ").split())


def out_of_order(tree: Any) -> Iterator[str]:
    """Every thing that stands in another order than Word wants, or that the order here does not know."""
    for element in tree.iter():
        name = str(element.tag).removeprefix(W)
        if name not in ORDER:
            continue
        order = ORDER[name].split()
        told = [str(child.tag).removeprefix(W) for child in element]
        if unknown := set(told) - set(order):
            yield f"{name}: {sorted(unknown)}"
        elif told != sorted(told, key=order.index):
            yield f"{name}: {told}"
        elif name.endswith("Pr") and name not in ("sectPr",) and len(set(told)) < len(told):
            yield f"{name}: {told} twice"
