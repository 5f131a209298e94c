"""What a delivered file may be: one table, read by the checks and shown in the instructions."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sagsbarometer.kernel.said import said

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit. A file is measured against them before anything in it is opened."""

    file_bytes: int = 100 * MEGABYTE
    request_bytes: int = 300 * MEGABYTE  # all files of one reply of the form
    request_files: int = 20
    archive_members: int = 200
    archive_bytes: int = 500 * MEGABYTE  # unpacked, all of them
    archive_ratio: int = 100  # unpacked to packed, of members larger than `ratio_from`
    archive_depth: int = 1  # a ZIP in a ZIP is not opened
    ratio_from: int = 5 * MEGABYTE
    name_characters: int = 200
    parts: int = 2_000  # of a DOCX
    parts_bytes: int = 150 * MEGABYTE  # of a DOCX, unpacked
    elements: int = 2_000_000  # of one XML part
    depth: int = 200  # of elements in each other
    pixels: int = 120_000_000  # of one picture: A3 at 600 dpi is 70 million
    pictures: int = 500  # pages of a TIFF
    pages: int = 3_000
    objects: int = 200_000  # of a PDF
    filters: int = 2  # one after the other, on a PDF stream
    stream_bytes: int = 100 * MEGABYTE  # of one PDF stream, unpacked
    streams_bytes: int = 400 * MEGABYTE  # of all of them
    text_characters: int = 10_000_000
    shown_pictures: int = 300  # of a DOCX; what is beyond is told of in its place
    shown_bytes: int = 30 * MEGABYTE  # of one picture in a DOCX, unpacked
    shown_pixels: int = 60_000_000  # of one picture in a DOCX
    reading_memory: int = 256 << 20  # bytes of address space for the process that reads
    showing_memory: int = 640 << 20  # the same, of the process that makes a picture of a page
    scanning_memory: int = 1024 << 20  # the same, of the process that recognises the words of a page
    scanning_pixels: int = 9_000_000  # of a page as it is recognised: A4 at 300 dpi
    scanning_processor: int = 40  # seconds for a page
    scanning_wall: int = 300  # seconds: others may be at work
    reading_processor: int = 6  # seconds
    reading_wall: int = 60  # seconds: longer, because others may be read at the same time


LIMITS = Limits()

# What is told to those who deliver: limit, in words, and what to read it as.
_WORDS: tuple[tuple[str, str, int, str], ...] = (
    ("file_bytes", said("Størrelse af én fil"), MEGABYTE, said("MB")),
    ("request_files", said("Filer ad gangen"), 1, said("filer")),
    ("request_bytes", said("Størrelse af alle filer ad gangen"), MEGABYTE, said("MB")),
    ("archive_members", said("Filer i en ZIP-fil"), 1, said("filer")),
    ("archive_bytes", said("Størrelse af en ZIP-fil, pakket ud"), MEGABYTE, said("MB")),
    ("pages", said("Sider i et dokument"), 1, said("sider")),
    ("pixels", said("Billedpunkter i et billede"), MEGABYTE, said("mio.")),
)


def told(limits: Limits = LIMITS) -> tuple[tuple[str, str], ...]:
    """The limits that people meet, in Danish: what, and how much."""
    values = ((label, getattr(limits, name) // unit, word) for name, label, unit, word in _WORDS)
    return tuple((label, said("{much} {unit}", much=value, unit=word)) for label, value, word in values)


def as_arguments(limits: Limits) -> dict[str, int]:
    """The table as plain numbers, to be sent to the process that reads."""
    return {field.name: getattr(limits, field.name) for field in fields(limits)}
