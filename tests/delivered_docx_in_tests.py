"""Parts of a delivered DOCX as Word writes them: pictures, text boxes, notes, comments and tracked changes."""

from __future__ import annotations

from collections.abc import Iterable

from sagsbarometer.documents.words import Block
from tests.uploads_in_tests import docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWN = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    f'xmlns:r="{_TYPES}"'
)
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
WPS = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
V = f'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:r="{_TYPES}"'


def words(text: str) -> str:
    """A paragraph."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pointer(kind: str, target: str = "", id: str = "", mode: str = "") -> str:
    """A relationship; without a target to the part that Word would name so."""
    more = f' TargetMode="{mode}"' if mode else ""
    return (
        f'<Relationship Id="{id or kind}" Type="{_TYPES}/{kind}" Target="{target or kind + ".xml"}"{more}/>'
    )


def rels(*pointers: str) -> bytes:
    """The relationships of a part."""
    within = "".join(pointers)
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{within}'
        "</Relationships>"
    ).encode()


def drawn(
    id: str, alt: str = "", attribute: str = "embed", across: int = 1_270_000, down: int = 635_000
) -> str:
    """A run with a picture, 100 by 50 points."""
    return (
        f'<w:r><w:drawing><wp:inline {_DRAWN}><wp:extent cx="{across}" cy="{down}"/>'
        f'<wp:docPr id="1" name="Billede 1" descr="{alt}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:blipFill><a:blip r:{attribute}="{id}"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def part(name: str, within: str) -> bytes:
    """A header, a footer, notes or comments."""
    return f"<w:{name} {W}>{within}</w:{name}>".encode()


def pictured(
    *pictures: bytes, body: str = "", more: dict[str, bytes] | None = None, ending: str = "png"
) -> bytes:
    """A DOCX with pictures rId1, rId2 …, each in a paragraph of its own where no body is given."""
    names = [f"media/image{number}.{ending}" for number in range(1, len(pictures) + 1)]
    pointers = "".join(pointer("image", name, f"rId{number}") for number, name in enumerate(names, 1))
    shown = "".join(f"<w:p>{drawn(f'rId{number}')}</w:p>" for number in range(1, len(pictures) + 1))
    held = {f"word/{name}": content for name, content in zip(names, pictures, strict=True)}
    return docx(body=body or shown, rels=pointers, more={**held, **(more or {})})


def said_by(blocks: Iterable[Block]) -> list[tuple[str, list[list[str]]]]:
    """Blocks in short: what is inserted as +it+, deleted as -it-, a picture as {1: description}, missing as {why}."""
    signs = {"ins": "+{text}+", "del": "-{text}-", "picture": "{{{nth}: {text}}}", "missing": "{{{why}}}"}
    return [
        (
            block.style,
            [
                [
                    "".join(
                        signs.get(piece.kind, "{text}").format(text=piece.text, nth=piece.nth, why=piece.why)
                        for piece in cell
                    )
                    for cell in row
                ]
                for row in block.rows
            ],
        )
        for block in blocks
    ]
