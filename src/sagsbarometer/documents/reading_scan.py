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
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagsbarometer.documents.limits import Limits
from sagsbarometer.documents.reading import capped
from sagsbarometer.documents.scans import Box, letters_as_digits, turned

if TYPE_CHECKING:
    from PIL import Image

LETTERS = Path(__file__).parent / "tessdata"  # fetched at set-up
LANGUAGE = "dan"
_DPI = 200
_SHARE = 0.05  # of a page: a picture that is smaller is a mark or a logo
_CLEAR = 80  # percent: a word that is surely read
_GUESSED = 30  # percent: below it a word is none
_DIGITS = 4
_LONG = 3  # letters: a word with more is none by chance
_FEW = 8  # clear words: with fewer a page may stand on its head
_Line = list[list[Any]]  # text, left, top, width, height, percent


def pictures_on(page: Any) -> list[Box]:
    """The places of a PDF page that are pictures, of those that are large enough to be read."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    found: list[Box] = []
    width, height = page.get_size()
    turn = page.get_rotation()
    across, down = (height, width) if turn % 180 else (width, height)
    left0, bottom0 = page.get_cropbox()[:2]
    for item in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = item.get_bounds()
        box = (
            (left - left0) / across,
            1 - (top - bottom0) / down,
            (right - left) / across,
            (top - bottom) / down,
        )
        if box[2] * box[3] >= _SHARE:
            found.append(turned(box, turn))
    return found


def to_look_at(page: Any, text: str) -> bool:
    """Whether a PDF page is a picture, or has one that may be read."""
    from pypdfium2 import PdfiumError

    try:
        return not text.strip() or bool(pictures_on(page))
    except PdfiumError:  # its text was read, and the rest cannot be told
        return True


def _pages(content: bytes) -> list[int]:
    import pypdfium2

    found = []
    for number, page in enumerate(pypdfium2.PdfDocument(content), start=1):
        if to_look_at(page, page.get_textpage().get_text_bounded()):
            found.append(number)
    return found


def _pdf_page(content: bytes, number: int, limits: Limits) -> dict[str, Any]:
    import pypdfium2

    page = pypdfium2.PdfDocument(content)[number - 1]
    width, height = page.get_size()
    scale = min(_DPI / 72, (limits.scanning_pixels / max(width * height, 1)) ** 0.5)
    own = bool(page.get_textpage().get_text_bounded().strip())
    lines, turn = _read(page.render(scale=scale, grayscale=True).to_pil(), round(72 * scale))
    if own:
        pictures = pictures_on(page)
        lines = [line for line in lines if any(_lies_in(word, box) for word in line for box in pictures)]
    return {"lines": lines, "turn": turn, "beside": own}


def _lies_in(word: list[Any], box: Box) -> bool:
    across, down = word[1] + word[3] / 2, word[2] + word[4] / 2
    return bool(box[0] <= across <= box[0] + box[2] and box[1] <= down <= box[1] + box[3])


def _picture(content: bytes, number: int, limits: Limits) -> dict[str, Any]:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # measured when it came, and the process is capped
    with Image.open(io.BytesIO(content), formats=["TIFF", "PNG", "JPEG"]) as found:
        found.seek(number - 1)
        share = found.width * found.height / limits.scanning_pixels
        made: Image.Image = (
            found.reduce(int(share**0.5) + 1) if share > 1 and found.mode not in ("1", "P") else found
        )
        if made.mode in ("RGBA", "LA", "PA", "P"):
            made = made.convert("RGBA")
            under = Image.new("RGBA", made.size, "white")
            under.alpha_composite(made)
            made = under
        made = ImageOps.exif_transpose(made.convert("L"))
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
        for word in iterate_level(words, RIL.WORD):
            if word.IsAtBeginningOf(RIL.TEXTLINE) or not lines:
                lines.append([])
            text, box = word.GetUTF8Text(RIL.WORD), word.BoundingBox(RIL.WORD)
            sure = round(word.Confidence(RIL.WORD))
            if not text or not text.strip() or box is None or not _is_word(text, sure):
                continue
            left, top, right, bottom = box
            places = (left / width, top / height, (right - left) / width, (bottom - top) / height)
            lines[-1].append([text.strip(), *_rounded(places), sure])
    return [_spelled(line) for line in lines if line]


def _is_word(text: str, sure: int) -> bool:
    """Not a speck or a scrawl; what may be a part of a number is kept however it was read."""
    return sure >= _GUESSED or sum(char.isdigit() for char in text) >= _DIGITS


def _spelled(line: _Line) -> _Line:
    """The words with digits as digits. The Danish letters have no §, which is read as a dollar."""
    return [[letters_as_digits(word[0].replace("$", "§")), *word[1:]] for word in line]


def main(kind: str, page: str, given: str) -> None:
    """Reads standard input, which is a file, and answers."""
    limits = Limits(**json.loads(given))
    capped(limits)
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
