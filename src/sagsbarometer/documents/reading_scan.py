"""The process that recognises the words of a page: `python -m sagsbarometer.documents.reading_scan KIND PAGE LIMITS <
file`. PAGE 0 asks which pages are to be looked at.

It caps its own memory and time before it looks at the first byte. On stdout JSON: page numbers, or the lines of a page
as `scans.page_of` takes them; nothing where it cannot.
"""

from __future__ import annotations

import io
import json
import os
import sys
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagsbarometer.documents.flat import flat
from sagsbarometer.documents.limits import Limits
from sagsbarometer.documents.reading import capped
from sagsbarometer.documents.scans import Box, turned

if TYPE_CHECKING:
    from PIL import Image

LETTERS = Path(__file__).parent / "tessdata"  # fetched at set-up
LANGUAGE = "dan"
_DPI = 200
_LEAST_PIXELS = 4_000_000  # of a page as it is recognised
_SHARE = 0.05  # of a page: pictures that are smaller together are a mark or a logo
_MOST_OBJECTS = 20_000  # of a page, that are gone through
_MOST_WORDS = 5_000  # of a page
_CLEAR = 80  # percent: a word that is surely read
_GUESSED = 30  # percent: below it a word is none
_LONG = 3  # letters: a word with more is none by chance
_FEW = 8  # clear words: with fewer a page may stand on its head
_Line = list[list[Any]]  # text, left, top, width, height, percent


def to_look_at(page: Any, text: str) -> bool:
    """Whether something on a PDF page may be read that is not in its text: it is a picture, has one, or a filled-in
    field or a note."""
    from pypdfium2 import PdfiumError

    try:
        return not text.strip() or _has_pictures(page) or _has_notes(page)
    except PdfiumError:  # its text was read, and the rest cannot be told
        return True


def _has_pictures(page: Any) -> bool:
    """Pictures that are together large enough to be read; one in a form, whose size is told in units of its own, and
    more things than are counted here, are taken for that."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE, FPDFPage_CountObjects

    if FPDFPage_CountObjects(page) > _MOST_OBJECTS:
        return True
    width, height = page.get_size()
    share = 0.0
    for item in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = item.get_bounds()
        share += (right - left) * (top - bottom) / max(width * height, 1)
        if item.level or share >= _SHARE:
            return True
    return False


def _has_notes(page: Any) -> bool:
    from pypdfium2.raw import (
        FPDF_ANNOT_LINK,
        FPDFAnnot_GetSubtype,
        FPDFPage_CloseAnnot,
        FPDFPage_GetAnnot,
        FPDFPage_GetAnnotCount,
    )

    for number in range(FPDFPage_GetAnnotCount(page)):
        note = FPDFPage_GetAnnot(page, number)
        kind = FPDFAnnot_GetSubtype(note)
        FPDFPage_CloseAnnot(note)
        if kind != FPDF_ANNOT_LINK:
            return True
    return False


def _pages(content: bytes) -> list[int]:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    found = []
    for number in range(len(document)):
        try:
            page = document[number]
            if to_look_at(page, page.get_textpage().get_text_bounded()):
                found.append(number + 1)
            page.close()
        except pypdfium2.PdfiumError:  # said of this page when it is read, and the others are
            found.append(number + 1)
    return found


def _pdf_page(content: bytes, number: int, limits: Limits) -> dict[str, Any]:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    document.init_forms()  # before a page is taken: what is filled in is drawn too
    page = document[number - 1]
    width, height = page.get_size()
    area = max(width * height, 1)
    # A small page is enlarged on the screen until its picture can be read, so it is here.
    scale = min(max(_DPI / 72, (_LEAST_PIXELS / area) ** 0.5), (limits.scanning_pixels / area) ** 0.5)
    own = bool(page.get_textpage().get_text_bounded().strip())
    lines, turn = _read(page.render(scale=scale, grayscale=True).to_pil(), round(72 * scale))
    return {"lines": lines, "turn": turn, "beside": own}


def _picture(content: bytes, number: int, limits: Limits) -> dict[str, Any]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # measured when it came, and the process is capped
    with Image.open(io.BytesIO(content), formats=["TIFF", "PNG", "JPEG"]) as found:
        found.seek(number - 1)
        made = flat(found, limits.scanning_pixels).convert("L")
    lines, turn = _read(made, _DPI)
    return {"lines": lines, "turn": turn, "beside": False}


def _read(image: Image.Image, dpi: int) -> tuple[list[_Line], int]:
    """The lines of a picture, and how it has to be turned to be read.

    What recognises finds by itself lines that run down the page, and reads no other direction: half a turn more
    reaches the two that are left.
    """
    lines, turn = _lines(image, dpi), 0
    if _clear(lines) < _FEW:
        other = _lines(image.rotate(180), dpi)
        if _clear(other) > max(2 * _clear(lines), 2):
            back = [
                [[word[0], *_rounded(turned(tuple(word[1:5]), 180)), word[5]] for word in line]
                for line in other
            ]
            lines, turn = back, 180
    across, down = image.size
    tall = sum(
        1 if word[4] * down > word[3] * across else -1 for word in chain(*lines) if len(word[0]) > _LONG
    )
    return lines, (turn + 270) % 360 if tall > 0 else turn


def _clear(lines: list[_Line]) -> int:
    return sum(word[5] >= _CLEAR and len(word[0]) > _LONG for word in chain(*lines))


def _rounded(box: Box) -> list[float]:
    return [round(share, 5) for share in box]


def _lines(image: Image.Image, dpi: int) -> list[_Line]:
    from tesserocr import PSM, RIL, PyTessBaseAPI, iterate_level

    width, height = image.size
    lines: list[_Line] = []
    with PyTessBaseAPI(path=str(LETTERS), lang=LANGUAGE, psm=PSM.AUTO) as api:
        api.SetImage(image)
        api.SetSourceResolution(dpi)
        api.Recognize()
        words = api.GetIterator()
        if words is None:
            return []
        for word in islice(iterate_level(words, RIL.WORD), _MOST_WORDS):
            if word.Empty(RIL.WORD):  # a page without a word has one that is none
                continue
            if word.IsAtBeginningOf(RIL.TEXTLINE) or not lines:
                lines.append([])
            text, box = word.GetUTF8Text(RIL.WORD), word.BoundingBox(RIL.WORD)
            sure = round(word.Confidence(RIL.WORD))
            if not text or not text.strip() or box is None or not _is_word(text, sure):
                continue
            left, top, right, bottom = box
            places = (left / width, top / height, (right - left) / width, (bottom - top) / height)
            # The Danish letters have no §, which is read as a dollar.
            lines[-1].append([text.strip().replace("$", "§"), *_rounded(places), sure])
    return [line for line in lines if line]


def _is_word(text: str, sure: int) -> bool:
    """Not a speck or a scrawl; what may be a part of a number is kept however it was read."""
    return sure >= _GUESSED or any(char.isdigit() for char in text)


def main(kind: str, page: str, given: str) -> None:
    """Reads standard input, which is a file, and answers."""
    limits = Limits(**json.loads(given))
    capped(limits)
    os.nice(10)  # nobody waits for it as for a page
    content, number = sys.stdin.buffer.read(), int(page)
    if kind == "pdf":
        said: object = _pdf_page(content, number, limits) if number else _pages(content)
    else:
        said = _picture(content, number, limits)
    sys.stdout.buffer.write(json.dumps(said).encode())
    sys.stdout.flush()
    os._exit(0)  # nothing of the libraries is taken down: it may be the part that hangs


if __name__ == "__main__":
    main(*sys.argv[1:])
