"""What cannot be shown as it is, made into what can: a DOCX into its paragraphs and tables, a TIFF into a picture.

Run as `python -m sagsbarometer.documents.showing KIND PAGE LIMITS < file` in a process of its own that caps its memory
and time before it looks at the first byte; on stdout JSON for a DOCX, a PNG for a page of a TIFF, nothing where it
cannot. `blocks` and `picture` start it.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from sagsbarometer.documents.limits import LIMITS, Limits, as_arguments
from sagsbarometer.documents.reading import capped
from sagsbarometer.documents.reading_words import Block, read_blocks

MOST_PIXELS = 9_000_000  # of a page as it is shown: A4 at 300 dpi
_AT_ONCE = threading.BoundedSemaphore(1)  # in one process: a page of a TIFF takes memory


class NotShown(Exception):
    """A file that cannot be shown: damaged, or more than may be taken to show it."""


def blocks(content: bytes, limits: Limits = LIMITS) -> list[Block]:
    """The paragraphs and tables of a DOCX, in order. Raises NotShown."""
    try:
        return [Block(**said) for said in json.loads(_made("docx", 0, content, limits))]
    except ValueError as error:
        raise NotShown from error


def picture(content: bytes, page: int, limits: Limits = LIMITS) -> bytes:
    """A page of a TIFF, from 1, as a PNG of at most MOST_PIXELS. Raises NotShown."""
    return _made("tiff", page, content, replace(limits, reading_memory=limits.showing_memory))


def _made(kind: str, page: int, content: bytes, limits: Limits) -> bytes:
    command = [sys.executable, "-I", "-m", "sagsbarometer.documents.showing", kind, str(page)]
    with _AT_ONCE:
        try:
            done = subprocess.run(
                [*command, json.dumps(as_arguments(limits))],
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a library's words may hold those of the file
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
                timeout=limits.reading_wall,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise NotShown from error
    if done.returncode or not done.stdout:
        raise NotShown
    return done.stdout


def _png(file: BinaryIO, page: int) -> bytes:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # measured when it came, and the process is capped
    with Image.open(file, formats=["TIFF"]) as found:
        found.seek(page - 1)
        made: Image.Image = found
        if (share := found.width * found.height / MOST_PIXELS) > 1:
            if made.mode == "1":
                made = made.convert("L")
            made = made.reduce(int(share**0.5) + 1)
        if made.mode not in ("1", "L", "RGB"):
            made = made.convert("RGB")
        made = ImageOps.exif_transpose(made)
        out = io.BytesIO()
        made.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _said(blocks: Iterator[Block]) -> bytes:
    return json.dumps([{"style": block.style, "rows": block.rows} for block in blocks]).encode()


def main(kind: str, page: str, given: str) -> None:
    """Reads standard input, which is a file, and answers."""
    limits = Limits(**json.loads(given))
    capped(limits)
    content = io.BytesIO(sys.stdin.buffer.read())
    size = len(content.getbuffer())
    made = _said(read_blocks(content, size, limits)) if kind == "docx" else _png(content, int(page))
    sys.stdout.buffer.write(made)
    sys.stdout.flush()
    os._exit(0)  # nothing of the libraries is taken down: it may be the part that hangs


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main(*sys.argv[1:])
