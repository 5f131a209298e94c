"""The words of pages that are pictures, taken in a process that cannot take more than it was given."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec

from sagsbarometer.documents.capped import made_by
from sagsbarometer.documents.limits import LIMITS, Limits
from sagsbarometer.documents.reading_scan import LANGUAGE, LETTERS
from sagsbarometer.documents.scans import ScannedPage, page_of
from sagsbarometer.documents.showing import NotShown, blocks, picture_in

# A PNG of 64 × 64 white pixels.
_WHITE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQAAAACCEkxzAAAAFElEQVR42mP8zwABTAyjjFEGyQwAzx8Bf7QK4E8AAAAASUVORK5CYII="
)
_AT_ONCE = threading.BoundedSemaphore(1)  # in one process: a page takes a processor and memory


@cache
def can_recognise() -> bool:
    """Whether what reads pictures is on this machine and works: a package, and how letters look, which set-up fetches.
    Asked once in a process."""
    if find_spec("tesserocr") is None or not (LETTERS / f"{LANGUAGE}.traineddata").is_file():
        return False
    return recognised(_WHITE, "png", 1) is not None


def pages_to_recognise(
    content: bytes, kind: str, pages: int | None, limits: Limits = LIMITS
) -> Sequence[int] | None:
    """The pages of a file that are pictures or have some, from 1; of a DOCX its pictures, by their places among its
    parts. None for a file that cannot be read."""
    if kind == "docx":
        return _pictures(content, limits)
    if kind != "pdf":
        return range(1, (pages or 1) + 1)
    try:
        return [int(number) for number in json.loads(_made(kind, 0, content, limits))]
    except (ValueError, TypeError):
        return None


def recognised(content: bytes, kind: str, page: int, limits: Limits = LIMITS) -> ScannedPage | None:
    """A page of a PDF or a picture, or a picture in a DOCX; None where it cannot be read, or takes too much."""
    if kind == "docx":
        try:
            found = recognised(picture_in(content, page, limits), "png", 1, limits)
        except NotShown:
            return ScannedPage(beside=True)  # not shown either
        return None if found is None else replace(found, beside=True)
    try:
        return page_of(json.loads(_made(kind, page, content, limits)))
    except (ValueError, TypeError, KeyError):
        return None


def _pictures(content: bytes, limits: Limits) -> Sequence[int] | None:
    try:
        pieces = [
            piece for block in blocks(content, limits) for row in block.rows for cell in row for piece in cell
        ]
    except NotShown:
        return None
    return sorted({piece.number for piece in pieces if piece.kind == "picture"})


def _made(kind: str, page: int, content: bytes, limits: Limits) -> bytes:
    more = replace(
        limits,
        reading_memory=limits.scanning_memory,
        reading_processor=limits.scanning_processor,
        reading_wall=limits.scanning_wall,
    )
    with _AT_ONCE:
        return made_by("reading_scan", (kind, str(page)), content, more) or b""
