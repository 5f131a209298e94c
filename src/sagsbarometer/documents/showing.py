"""What cannot be shown as it is, made into what can: a DOCX into its words, its pictures and a TIFF into PNG.

Run as `python -m sagsbarometer.documents.showing KIND NUMBER LIMITS < file` in a process of its own that caps its
memory and time before it looks at the first byte; on stdout JSON for a DOCX, a PNG for a picture in it and for a page
of a TIFF, nothing where it cannot. `blocks`, `picture` and `picture_in` start it.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from sagsbarometer.documents.archives import members
from sagsbarometer.documents.capped import made_by
from sagsbarometer.documents.docx_parts import content_of, picture_kind
from sagsbarometer.documents.flat import flat
from sagsbarometer.documents.limits import LIMITS, Limits
from sagsbarometer.documents.reading import capped
from sagsbarometer.documents.reading_words import read_blocks
from sagsbarometer.documents.words import Block, block_of, told

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 9_000_000  # of a page as it is shown: A4 at 300 dpi
_AT_ONCE = threading.BoundedSemaphore(1)  # in one process: a page of a TIFF takes memory


class NotShown(Exception):
    """A file that cannot be shown: damaged, or more than may be taken to show it."""


def blocks(content: bytes, limits: Limits = LIMITS) -> list[Block]:
    """The paragraphs and tables of a DOCX, in order. Raises NotShown."""
    try:
        return [block_of(said) for said in json.loads(_made("docx", 0, content, limits))]
    except (ValueError, TypeError, KeyError) as error:
        raise NotShown from error


def picture(content: bytes, page: int, limits: Limits = LIMITS) -> bytes:
    """A page of a TIFF, from 1, as a PNG of at most MOST_PIXELS. Raises NotShown."""
    return _made("tiff", page, content, replace(limits, reading_memory=limits.showing_memory))


def picture_in(content: bytes, number: int, limits: Limits = LIMITS) -> bytes:
    """A PNG or JPEG that is a part of a DOCX, by its place among the parts, drawn anew as a PNG of at most MOST_PIXELS.

    Raises NotShown, also for a part that is no picture, or one that is too large.
    """
    return _made("picture", number, content, replace(limits, reading_memory=limits.showing_memory))


def _made(kind: str, page: int, content: bytes, limits: Limits) -> bytes:
    with _AT_ONCE:
        made = made_by("showing", (kind, str(page)), content, limits)
    if made is None:
        raise NotShown
    return made


def _page(file: BinaryIO, page: int) -> bytes:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # measured when it came, and the process is capped
    with Image.open(file, formats=["TIFF"]) as found:
        found.seek(page - 1)
        return _png(flat(found, MOST_PIXELS))


def _part(file: BinaryIO, size: int, number: int, limits: Limits) -> bytes:
    """A picture of a DOCX: decoded, laid on white, and written anew without what came with it."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # measured below, before anything is decoded
    found = members(file, size, limits)
    member = found[number - 1] if 0 < number <= len(found) else None
    if member is None or member.unpacked > limits.shown_bytes:
        raise NotShown
    kind = picture_kind(file, member)
    if not kind:
        raise NotShown
    with Image.open(io.BytesIO(content_of(file, member)), formats=[kind.upper()]) as opened:
        if opened.width * opened.height > limits.shown_pixels:
            raise NotShown
        made = flat(opened, MOST_PIXELS).convert("RGB")
        bare = Image.new("RGB", made.size)
        bare.paste(made)
    return _png(bare)


def _png(made: Image.Image) -> bytes:
    out = io.BytesIO()
    made.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _said(blocks: Iterator[Block]) -> bytes:
    return json.dumps([told(block) for block in blocks]).encode()


def main(kind: str, page: str, given: str) -> None:
    """Reads standard input, which is a file, and answers."""
    limits = Limits(**json.loads(given))
    capped(limits)
    content = io.BytesIO(sys.stdin.buffer.read())
    size = len(content.getbuffer())
    if kind == "docx":
        made = _said(read_blocks(content, size, limits))
    else:
        made = _page(content, int(page)) if kind == "tiff" else _part(content, size, int(page), limits)
    sys.stdout.buffer.write(made)
    sys.stdout.flush()
    os._exit(0)  # nothing of the libraries is taken down: it may be the part that hangs


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main(*sys.argv[1:])
