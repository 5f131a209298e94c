"""The words of pages that are pictures, taken in a process that cannot take more than it was given."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec

from sagsbarometer.documents.capped import made_by
from sagsbarometer.documents.limits import LIMITS, Limits
from sagsbarometer.documents.reading_scan import LANGUAGE, LETTERS
from sagsbarometer.documents.scans import ScannedPage, page_of
from sagsbarometer.documents.showing import NotShown, blocks, picture_in

_AT_ONCE = threading.BoundedSemaphore(1)  # in one process: a page takes a processor and memory


def can_recognise() -> bool:
    """Whether what reads pictures is on this machine: a package, and how letters look, which set-up fetches."""
    return find_spec("tesserocr") is not None and (LETTERS / f"{LANGUAGE}.traineddata").is_file()


def pages_to_recognise(
    content: bytes, kind: str, pages: int | None, limits: Limits = LIMITS
) -> Sequence[int]:
    """The pages of a file that are pictures or have some, from 1; of a DOCX its pictures, by their places among its
    parts. None of a file that cannot be read."""
    if kind == "docx":
        return _pictures(content, limits)
    if kind != "pdf":
        return range(1, (pages or 1) + 1)
    try:
        said = json.loads(_made(kind, 0, content, limits))
        return [int(number) for number in said]
    except (ValueError, TypeError):
        return ()


def recognised(content: bytes, kind: str, page: int, limits: Limits = LIMITS) -> ScannedPage:
    """A page of a PDF or a picture, or a picture in a DOCX; one without lines where it cannot be read."""
    if kind == "docx":
        try:
            return replace(recognised(picture_in(content, page, limits), "png", 1, limits), beside=True)
        except NotShown:
            return ScannedPage()
    try:
        return page_of(json.loads(_made(kind, page, content, limits)))
    except (ValueError, TypeError, KeyError):
        return ScannedPage()


def _pictures(content: bytes, limits: Limits) -> Sequence[int]:
    try:
        pieces = [
            piece for block in blocks(content, limits) for row in block.rows for cell in row for piece in cell
        ]
    except NotShown:
        return ()
    return sorted({piece.number for piece in pieces if piece.kind == "picture"})


def _made(kind: str, page: int, content: bytes, limits: Limits) -> bytes:
    more = replace(limits, reading_memory=limits.scanning_memory, reading_processor=limits.scanning_processor)
    with _AT_ONCE:
        return made_by("reading_scan", (kind, str(page)), content, more) or b""
