"""What a browser cannot show, made into what it can, in a process that cannot take more than it was given."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from sagsbarometer.documents.limits import LIMITS
from sagsbarometer.documents.showing import MOST_PIXELS, NotShown, blocks, picture
from tests.delivered_docx_in_tests import pointer, said_by
from tests.uploads_in_tests import docx


def _words(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _tiff(size: tuple[int, int], mode: str = "1", **more: object) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new(mode, size).save(out, "TIFF", **more)
    return out.getvalue()


def test_a_docx_is_its_paragraphs_headings_items_and_tables_in_order() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{_words('inde i')}</w:tc></w:tr></w:tbl>"
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Over</w:t><w:tab/><w:t>skrift</w:t></w:r></w:p>'
        + _words("Først")
        + '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/></w:numPr></w:pPr><w:r><w:t>Punkt</w:t></w:r></w:p>'
        + f"<w:tbl><w:tr><w:tc>{_words('a')}{_words('b')}</w:tc><w:tc>{inner}</w:tc></w:tr></w:tbl>"
        + "<w:p><w:r><w:t>Efter</w:t><w:br/><w:t>linjen</w:t></w:r></w:p>"
        + '<w:p><w:r><w:instrText>HYPERLINK "http://x"</w:instrText><w:delText>slettet</w:delText></w:r></w:p>'
    )
    notes = f'<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{_words("Note")}</w:footnotes>'
    found = blocks(docx(body=body, more={"word/footnotes.xml": notes.encode()}, rels=pointer("footnotes")))
    assert said_by(found) == [
        ("h", [["Over\tskrift"]]),
        ("p", [["Først"]]),
        ("li", [["Punkt"]]),
        ("table", [["a\nb", "inde i"]]),
        ("p", [["Efter\nlinjen"]]),
        ("p", [["-slettet-"]]),
        ("part", [["footnotes"]]),
        ("p", [["Note"]]),
    ]


def test_a_large_page_of_a_tiff_is_made_smaller_and_a_coloured_one_stays_coloured() -> None:
    from PIL import Image

    with Image.open(io.BytesIO(picture(_tiff((9000, 6000)), 1))) as shown:
        assert shown.width * shown.height <= MOST_PIXELS
        assert abs(shown.width / shown.height - 1.5) < 0.01
    with Image.open(io.BytesIO(picture(_tiff((50, 40), "CMYK"), 1))) as shown:
        assert (shown.mode, shown.size) == ("RGB", (50, 40))


@pytest.mark.parametrize("content", [b"II*\x00", b"", b"%PDF-1.4"])
def test_what_is_no_picture_is_not_shown(content: bytes) -> None:
    with pytest.raises(NotShown):
        picture(content, 1)


def test_a_page_that_is_not_there_and_a_broken_docx_are_not_shown() -> None:
    with pytest.raises(NotShown):
        picture(_tiff((5, 5)), 2)
    with pytest.raises(NotShown):
        blocks(docx(body="<w:p>"))
    with pytest.raises(NotShown):
        blocks(docx(head="<!DOCTYPE x [<!ENTITY y 'z'>]>"))


def test_a_picture_takes_no_more_memory_than_it_was_given() -> None:
    content = _tiff((9000, 9000), "RGB", compression="tiff_deflate")
    with pytest.raises(NotShown):
        picture(content, 1, replace(LIMITS, showing_memory=256 << 20))
    assert picture(content, 1)
