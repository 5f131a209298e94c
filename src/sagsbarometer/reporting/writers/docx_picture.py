"""Pictures in a Word file: as PNG, because not every reader of Word files shows SVG, with their description."""

from __future__ import annotations

from sagsbarometer.reporting.charts.png import png, size
from sagsbarometer.reporting.writers.docx_xml import Relations, safe

_EMU = 360_000  # in a centimetre
_WIDE, _TALL = 15.8, 18.5  # centimetres: the page between its margins, less room for caption and notes


class Pictures:
    """The pictures of a document, with their relations to it."""

    def __init__(self, relations: Relations) -> None:
        self._relations = relations
        self.files: dict[str, bytes] = {}  # `media/figur1.png`

    def drawing(self, svg: str, alt: str, title: str) -> str:
        """A run with the picture as wide as the page, or as tall as it can be; `alt` is read out in its place."""
        picture = png(svg)
        number = len(self.files) + 1
        name = f"media/figur{number}.png"
        self.files[name] = picture
        across, down = size(picture)
        wide = min(_WIDE, _TALL * across / down)
        x, y = round(wide * _EMU), round(wide * down / across * _EMU)
        told = f'id="{number}" name="{safe(title)}" descr="{safe(alt)}"'
        return (
            '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{x}" cy="{y}"/><wp:docPr {told}/>'
            '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
            f"<pic:pic><pic:nvPicPr><pic:cNvPr {told}/><pic:cNvPicPr/></pic:nvPicPr>"
            f'<pic:blipFill><a:blip r:embed="{self._relations.id("image", name)}"/>'
            "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{x}" cy="{y}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )
