"""What a file shows that nobody has covered: the CPR numbers found in its text, and the pages that have no text."""

from __future__ import annotations

from dataclasses import dataclass

from sagsbarometer.documents.scans import PAGE


@dataclass(frozen=True, slots=True)
class Uncovered:
    """What can be seen when a file is opened by itself. `silent`: pages without text, in which nobody can look;
    `pictures`: among the words pictures may stand, as in a file of a word processor."""

    numbers: int = 0
    silent: int = 0
    pages: int = 1
    pictures: bool = False

    @property
    def any(self) -> bool:
        """Whether a number may be seen."""
        return bool(self.numbers or self.silent or self.pictures)

    @property
    def is_picture(self) -> bool:
        """Whether no page has text."""
        return self.silent >= self.pages


def uncovered(
    text: str, numbers: int | None, pages: int | None, kind: str = "pdf", scanned: bool = False
) -> Uncovered:
    """Of the text that stands in a file, the count of numbers found in it (None: nobody looked), its pages, its kind,
    and whether a page is a picture or has one that may be read.

    A page without a word may be empty, or a picture of anything: it counts as one that may show a number.
    """
    parts = text.split(PAGE)
    silent = sum(not part.strip() for part in parts)
    pictures = scanned or kind == "docx"
    if numbers is None or silent == len(parts):
        return Uncovered(numbers or 0, max(pages or 1, 1), max(pages or 1, 1), pictures)
    return Uncovered(numbers, silent, len(parts), pictures)
