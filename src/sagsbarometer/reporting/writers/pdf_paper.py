"""A Typst source that is laid out in several ways, and printed as PDF/UA in one of them.

How its parts are set stands in a file beside the source. Typst keeps what it has laid out of a file that is as it was,
and lays out what is set in another way alone; of a source that was written anew, it would lay out everything.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sagsbarometer.reporting.charts import fonts
from sagsbarometer.reporting.writers.pdf_fill import Spot, Spots, Way

SOURCE, WAYS = "report.typ", "ways.json"
# How each part is set, by the number of its marks; what has no number, or is not in the file, is set as it is.
READ = f"""
#let ways = json("{WAYS}")
#let way(of) = (later: false, breaks: false, width: 100, close: false) + ways.at(str(of), default: (:))
#let lead-to(of, words) = if way(of).later {{ words }} else {{ lead(words) }}
"""
NO_LETTER = "\u25a1"  # a white square, which our typeface has
_UNSEEN = re.compile(r"the text `\"(.+?)\"` could not be displayed", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Paper:
    """A source in a folder of its own, which nothing else is in."""

    folder: Path
    compiler: Any

    @classmethod
    def of(cls, source: str, folder: Path) -> Paper:
        """The source, written in the folder."""
        import typst

        (folder / SOURCE).write_text(source, encoding="utf-8")
        own = fonts.present()
        letters = typst.Fonts(include_system_fonts=not own, font_paths=[str(fonts.FOLDER)] if own else [])
        compiler = typst.Compiler(input=str(folder / SOURCE), root=str(folder), font_paths=letters)
        return cls(folder, compiler)

    def lay_out(self, ways: Mapping[int, Way]) -> Spots:
        """Where Typst puts the parts when they are set like this."""
        self._set(ways)
        marks = json.loads(self.compiler.query("<places>", field="value", one=True))
        starts = {number: (page, y) for number, edge, page, y in marks if edge == "start"}
        ends = {number: (page, y) for number, edge, page, y in marks if edge == "end"}
        return {number: Spot(*start, *ends[number]) for number, start in starts.items() if number in ends}

    def printed(self, ways: Mapping[int, Way], timestamp: int) -> bytes:
        """The PDF, checked by Typst against PDF/UA-1. Raises typst.TypstError where it is against it."""
        self._set(ways)
        return self._compiled(timestamp)

    def _set(self, ways: Mapping[int, Way]) -> None:
        told = {str(number): _told(way) for number, way in ways.items()}
        (self.folder / WAYS).write_text(json.dumps(told), encoding="utf-8")

    def _compiled(self, timestamp: int) -> bytes:
        import typst

        try:
            compiled = self.compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=timestamp)
        except typst.TypstError as error:
            source = (self.folder / SOURCE).read_text(encoding="utf-8")
            readable = without_unseen(source, str(error))
            if readable == source:
                raise
            (self.folder / SOURCE).write_text(readable, encoding="utf-8")
            return self._compiled(timestamp)  # an alphabet fewer each time
        if not isinstance(compiled, bytes):
            raise TypeError("typst gave no file")
        return compiled


def _told(way: Way) -> dict[str, bool | int]:
    return {
        "later": way.later,
        "breaks": way.breaks,
        "width": round(100 * way.width),
        "close": way.close,
    }


def without_unseen(source: str, error: str) -> str:
    """The source with a square for each sign of the alphabets that Typst says no typeface here has: a PDF/UA may not
    have a sign nobody can show, and a name in another script must not keep the report from being written. The other
    forms of the report have the signs. As it is where the error is another.
    """
    if (found := _UNSEEN.search(error)) is None:
        return source
    kinds = {_alphabet(char) for char in found.group(1) if ord(char) > 127 and char != NO_LETTER}
    return "".join(NO_LETTER if ord(char) > 127 and _alphabet(char) in kinds else char for char in source)


def _alphabet(char: str) -> str:
    """What script or kind of picture a sign is of."""
    if ord(char) >= 0x1F000 and unicodedata.category(char) == "So":
        return "picture"
    return unicodedata.name(char, "").partition(" ")[0]
