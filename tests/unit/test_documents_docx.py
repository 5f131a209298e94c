"""What a DOCX holds beside its paragraphs: shown, or said to be there. None of it may be lost to who reads it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from sagsbarometer.documents.limits import LIMITS
from sagsbarometer.documents.showing import MOST_PIXELS, NotShown, blocks, picture_in
from sagsbarometer.documents.words import Piece, masked_cell
from tests.delivered_docx_in_tests import MC, WPS, V, W, drawn, part, pictured, pointer, rels, said_by, words
from tests.uploads_in_tests import docx

GUIDANCE = "Du kan klage inden 4 uger"


def _image(kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **more: object) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new(mode, size, more.pop("color", 0)).save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


def _numbers(content: bytes) -> list[int]:
    return [
        piece.number
        for block in blocks(content)
        for row in block.rows
        for cell in row
        for piece in cell
        if piece.kind == "picture"
    ]


# --- pictures ---


def test_pictures_stand_where_the_text_has_them_also_in_a_table_and_more_than_once() -> None:
    body = (
        f"<w:p><w:r><w:t>Før </w:t></w:r>{drawn('rId1', 'Kommunens segl')}<w:r><w:t> efter</w:t></w:r></w:p>"
        f"<w:tbl><w:tr><w:tc>{words('Celle')}<w:p>{drawn('rId2')}</w:p></w:tc></w:tr></w:tbl>"
        f"<w:p>{drawn('rId1')}</w:p>"
    )
    content = pictured(_image(), _image("JPEG"), body=body)
    found = blocks(content)
    assert said_by(found) == [
        ("p", [["Før {1: Kommunens segl} efter"]]),
        ("table", [["Celle\n{2: }"]]),
        ("p", [["{3: }"]]),
    ]
    first, second, again = _numbers(content)
    assert first == again != second
    assert (found[0].rows[0][0][1].width, found[0].rows[0][0][1].height) == (100, 50)


@pytest.mark.parametrize(
    ("kind", "mode", "color", "expected"),
    [
        ("PNG", "RGB", (200, 10, 10), (200, 10, 10)),
        ("JPEG", "L", 0, (0, 0, 0)),
        ("JPEG", "CMYK", (0, 0, 0, 0), (255, 255, 255)),
        ("PNG", "RGBA", (0, 0, 0, 0), (255, 255, 255)),
        ("PNG", "P", 0, (0, 0, 0)),
        ("PNG", "1", 1, (255, 255, 255)),
        ("PNG", "I;16", 40_000, (156, 156, 156)),
    ],
)
def test_a_picture_is_drawn_anew_on_white(kind: str, mode: str, color: object, expected: object) -> None:
    from PIL import Image

    content = pictured(_image(kind, mode=mode, color=color))
    with Image.open(io.BytesIO(picture_in(content, _numbers(content)[0]))) as shown:
        assert (shown.format, shown.mode, shown.size) == ("PNG", "RGB", (40, 20))
        assert shown.getpixel((5, 5)) == expected


def test_nothing_that_came_with_a_picture_is_in_what_is_shown_and_it_stands_upright() -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010E] = "GPS 55.6761"
    content = pictured(_image("JPEG", exif=exif.tobytes(), comment=b"hemmelig", icc_profile=b"x" * 200))
    shown = picture_in(content, _numbers(content)[0])
    assert b"GPS" not in shown
    assert b"hemmelig" not in shown
    assert b"iCCP" not in shown
    with Image.open(io.BytesIO(shown)) as opened:
        assert opened.size == (20, 40)


def test_a_large_picture_is_made_smaller_and_one_beyond_the_limit_is_not_decoded() -> None:
    from PIL import Image

    content = pictured(_image(size=(7000, 5000), mode="L"))
    number = _numbers(content)[0]
    with Image.open(io.BytesIO(picture_in(content, number))) as shown:
        assert shown.width * shown.height <= MOST_PIXELS
    with pytest.raises(NotShown):
        picture_in(content, number, replace(LIMITS, shown_pixels=30_000_000))
    with pytest.raises(NotShown):
        picture_in(content, number, replace(LIMITS, shown_bytes=100))


@pytest.mark.parametrize("number", [0, 1, 2, 99])
def test_only_a_part_that_is_a_picture_is_drawn(number: int) -> None:
    with pytest.raises(NotShown):
        picture_in(pictured(_image()), number)


def test_what_calls_itself_a_picture_and_is_none_is_said_in_its_place() -> None:
    fakes = (
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a",
        b"\xd7\xcd\xc6\x9a",
        b"",
    )
    assert [said for _, ((said,),) in said_by(blocks(pictured(*fakes)))] == ["{kind}"] * 4
    broken = pictured(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    with pytest.raises(NotShown):
        picture_in(broken, _numbers(broken)[0])


def test_nothing_outside_the_file_is_pointed_to() -> None:
    body = "".join(
        f"<w:p>{drawn(id, attribute=how)}</w:p>" for id, how in (("rId8", "link"), ("rId9", "embed"))
    )
    body += f"<w:p>{drawn('rId7')}{drawn('rId6')}{drawn('none')}</w:p>"
    body += (
        f'<w:p><w:r><w:pict {V}><v:shape><v:imagedata src="http://x/y.png"/></v:shape></w:pict></w:r></w:p>'
    )
    pointers = (
        pointer("image", "http://x/y.png", "rId8", "External")
        + pointer("image", "file:///etc/x.png", "rId9", "External")
        + pointer("image", "../../../etc/x.png", "rId7")
        + pointer("image", "media/gone.png", "rId6")
        + pointer("image", "media/a.png", "rId5", "External")
    )
    body += f"<w:p>{drawn('rId5')}</w:p>"
    assert said_by(blocks(docx(body=body, rels=pointers, more={"word/media/a.png": _image()}))) == [
        ("p", [["{outside}"]]),
        ("p", [["{outside}"]]),
        ("p", [["{outside}{lost}{lost}"]]),
        ("p", [["{outside}"]]),
        ("p", [["{outside}"]]),
    ]


def test_more_pictures_than_are_shown_and_one_that_is_too_large_are_said() -> None:
    content = pictured(_image(), _image("JPEG"), _image(size=(300, 300), mode="L"))
    few, small = replace(LIMITS, shown_pictures=2), replace(LIMITS, shown_bytes=_member(content))
    assert [said for _, ((said,),) in said_by(blocks(content, few))] == ["{1: }", "{2: }", "{many}"]
    assert said_by(blocks(content, small))[0] == ("p", [["{large}"]])


def _member(content: bytes) -> int:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.getinfo("word/media/image1.png").file_size - 1


def test_a_bomb_of_a_picture_takes_no_more_than_it_was_given() -> None:
    content = pictured(_image(size=(7000, 7000)))
    with pytest.raises(NotShown):
        picture_in(content, _numbers(content)[0], replace(LIMITS, showing_memory=220 << 20))
    assert picture_in(content, _numbers(content)[0])


def test_what_another_program_made_is_said() -> None:
    def graphic(uri: str) -> str:
        return f'<w:r><w:drawing><a:graphicData xmlns:a="a" uri="http://x/{uri}"/></w:drawing></w:r>'

    ole = f'<w:r><w:object {V}><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
    body = f"<w:p>{graphic('2006/chart')}{graphic('2006/diagram')}{ole}</w:p>"
    assert said_by(blocks(docx(body=body))) == [("p", [["{chart}{drawing}{object}"]])]


# --- what stands beside the text ---


def test_a_text_box_is_shown_once_and_the_paragraph_it_hangs_on_keeps_its_words() -> None:
    box = f"<w:txbxContent>{words(GUIDANCE)}{words('til kommunen')}</w:txbxContent>"
    both = (
        f'<w:r><mc:AlternateContent {MC} {WPS}><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx>'
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict {V}><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    body = f"<w:p><w:r><w:t>Før </w:t></w:r>{both}<w:r><w:t>efter</w:t></w:r></w:p>" + words("Næste")
    body += f"<w:tbl><w:tr><w:tc><w:p>{both}<w:r><w:t>celle</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    assert said_by(blocks(docx(body=body))) == [
        ("p", [["Før efter"]]),
        ("box", [[GUIDANCE], ["til kommunen"]]),
        ("p", [["Næste"]]),
        ("table", [[f"{GUIDANCE}\ntil kommunen\ncelle"]]),
    ]


def test_where_the_newer_drawing_says_nothing_the_older_is_shown() -> None:
    older = f"<w:pict {V}><v:textbox><w:txbxContent>{words(GUIDANCE)}</w:txbxContent></v:textbox></w:pict>"
    body = (
        f'<w:p><w:r><mc:AlternateContent {MC}><mc:Choice Requires="x"><w:drawing/></mc:Choice>'
        f"<mc:Fallback>{older}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert said_by(blocks(docx(body=body))) == [("box", [[GUIDANCE]])]


def test_headers_footers_notes_and_comments_come_after_the_text_and_the_same_header_once() -> None:
    body = (
        '<w:p><w:r><w:t>Afslag</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t> på hjælp</w:t></w:r>'
        '<w:r><w:endnoteReference w:id="4"/></w:r><w:r><w:commentReference w:id="0"/></w:r></w:p>'
    )
    separator = f'<w:footnote w:type="separator" w:id="-1">{words("")}</w:footnote>'
    mark = f'<w:p><w:r><w:pict {V}><v:shape><v:textpath string="UDKAST"/></v:shape></w:pict></w:r></w:p>'
    logo = f"<w:p>{drawn('rId1', 'Våben')}</w:p>"
    more = {
        "word/header1.xml": part("hdr", words("Nord Kommune") + logo),
        "word/_rels/header1.xml.rels": rels(pointer("image", "/word/media/image1.png", "rId1")),
        "word/header2.xml": part("hdr", words("Nord Kommune") + logo),
        "word/_rels/header2.xml.rels": rels(pointer("image", "media/image1.png", "rId1")),
        "word/header3.xml": part("hdr", mark),
        "word/footer1.xml": part("ftr", words(GUIDANCE)),
        "word/footnotes.xml": part(
            "footnotes", f'{separator}<w:footnote w:id="2">{words("Lov")}</w:footnote>'
        ),
        "word/endnotes.xml": part("endnotes", f'<w:endnote w:id="4">{words("Bilag")}</w:endnote>'),
        "word/comments.xml": part(
            "comments", f'<w:comment w:id="0" w:author="Mia">{words("Er det rigtigt?")}</w:comment>'
        ),
        "word/media/image1.png": _image(),
    }
    names = ("header1", "header2", "header3", "footer1")
    pointers = "".join(pointer(name[:-1], f"{name}.xml", name) for name in names)
    pointers += pointer("footnotes") + pointer("endnotes") + pointer("comments")
    assert said_by(blocks(docx(body=body, rels=pointers, more=more))) == [
        ("p", [["Afslag[1] på hjælp[i][k1]"]]),
        ("part", [["margins"]]),
        ("p", [["Nord Kommune"]]),
        ("p", [["{1: Våben}"]]),
        ("p", [["UDKAST"]]),
        ("p", [[GUIDANCE]]),
        ("part", [["footnotes"]]),
        ("p", [["[1]Lov"]]),
        ("part", [["endnotes"]]),
        ("p", [["[i]Bilag"]]),
        ("part", [["comments"]]),
        ("p", [["[k1]Mia: Er det rigtigt?"]]),
    ]


def test_the_text_is_found_whatever_its_part_is_called() -> None:
    more = {
        "_rels/.rels": rels(pointer("officeDocument", "word/document2.xml")),
        "word/document2.xml": f"<w:document {W}><w:body>{words(GUIDANCE)}</w:body></w:document>".encode(),
    }
    assert said_by(blocks(docx("Et andet", more=more))) == [("p", [[GUIDANCE]])]


def test_tracked_changes_show_what_was_put_in_and_what_was_taken_out() -> None:
    body = (
        "<w:p><w:r><w:t>Fristen er </w:t></w:r><w:del><w:r><w:delText>2</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>4</w:t></w:r></w:ins><w:r><w:t> uger</w:t></w:r></w:p>"
        "<w:p><w:moveFrom><w:r><w:t>flyttet</w:t></w:r></w:moveFrom></w:p>"
    )
    assert said_by(blocks(docx(body=body))) == [("p", [["Fristen er -2-+4+ uger"]]), ("p", [["-flyttet-"]])]


def test_boxes_that_are_ticked_say_so() -> None:
    def old(*within: str) -> str:
        return f"<w:r><w:fldChar><w:ffData><w:checkBox>{''.join(within)}</w:checkBox></w:ffData></w:fldChar></w:r>"

    def sign(font: str, char: str) -> str:
        return f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>'

    off = '<w:default w:val="0"/>'
    body = (
        f"<w:p>{old(off, '<w:checked/>')}{old(off)}"
        f"{old()}{old('<w:default/>')}</w:p><w:p>{sign('Wingdings', 'F0FE')}{sign('Wingdings', 'f0a8')}"
        f"{sign('Symbol', 'F0FE')}</w:p>"
    )
    assert said_by(blocks(docx(body=body))) == [("p", [["☒☐☐☒"]]), ("p", [["☒☐•"]])]


# --- hostile ---


@pytest.mark.parametrize(
    "part_name",
    ["word/_rels/document.xml.rels", "_rels/.rels", "word/footer1.xml", "word/_rels/footer1.xml.rels"],
)
def test_a_part_with_a_dtd_stops_it_all(part_name: str) -> None:
    within = b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>"
    more = {"word/footer1.xml": part("ftr", words("x")), part_name: within}
    with pytest.raises(NotShown):
        blocks(docx(rels=pointer("footer", "footer1.xml"), more=more))


def test_more_elements_than_a_part_may_have_and_marks_without_end_are_not_shown() -> None:
    with pytest.raises(NotShown):
        blocks(docx(body=words("x") * 50), replace(LIMITS, elements=100))
    body = "<w:p>" + "".join(f'<w:footnoteReference w:id="{n}"/>' for n in range(40_000)) + "</w:p>"
    assert blocks(docx(body=body))[0].rows[0][0][-1].text == "[40000]"


def test_a_number_is_hidden_also_where_a_change_or_a_picture_stands_in_it() -> None:
    def shown(*pieces: Piece) -> str:
        return "".join(piece.text for piece in masked_cell(list(pieces)))

    assert shown(Piece("text", "Nr. 010203-1234.")) == "Nr. ••••••-••••."
    assert "0102" not in shown(Piece("text", "010203"), Piece("picture", nth=1), Piece("text", "-1234"))
    assert "0102" not in shown(Piece("text", "0102"), Piece("del", "99"), Piece("text", "03-1234"))
    assert "0102" not in shown(Piece("text", "0102"), Piece("ins", "99"), Piece("text", "03-1234"))
    assert "0102" not in shown(Piece("text", "010203"), Piece("mark", "[1]"), Piece("text", "-1234"))
    assert shown(Piece("picture", "Skema for 010203-1234", nth=1)) == "Skema for ••••••-••••"
    assert shown(Piece("text", "Den 2. maj "), Piece("ins", "2026")) == "Den 2. maj 2026"
