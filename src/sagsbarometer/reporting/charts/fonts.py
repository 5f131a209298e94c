"""The typeface of the reports, where the set-up has fetched it; and how wide its words are."""

from __future__ import annotations

import functools
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "fonts"
FAMILIES = ("IBM Plex Sans", "Liberation Sans", "Arial", "DejaVu Sans")  # the first that is there is used
LISTED = ", ".join((*FAMILIES, "sans-serif"))  # as a picture names them
_NEEDED = ("Regular", "Italic", "SemiBold", "Bold")

# Widths in thousandths of the size. Lines are broken by these, not by what a machine has installed, so
# that the same report breaks in the same places everywhere.
_WIDTHS = {
    240: " ij'\u00a0",
    290: "l.,!:;",
    330: "f[]·()",
    370: "rt/",
    410: 'I-"',
    470: "zs?",
    510: "LcvxyJgk»«",
    540: "aeåé",
    560: "Fhnouø",
    580: "ESTZbdpq–§",
    600: "PVY0123456789+",
    630: "CXAKRÅ",
    670: "BDU",
    700: "GHNOQØ&",
    760: "w",
    820: "M",
    870: "æm",
    910: "WÆ%",
}
_OTHER = 600


class _Widths(dict[str, int]):
    """Widths by letter; any other letter is as wide as a digit."""

    def __missing__(self, letter: str) -> int:
        return _OTHER


_WIDTH = _Widths({letter: width for width, letters in _WIDTHS.items() for letter in letters})
_BOLD = 1.05


def present(folder: Path = FOLDER) -> bool:
    """Whether the typeface is there for PDF and charts."""
    return all((folder / f"IBMPlexSans-{weight}.ttf").is_file() for weight in _NEEDED)


def web_font(weight: str, folder: Path = FOLDER) -> bytes | None:
    """The compressed font for a page, e.g. of `SemiBold`; None when it is not there."""
    path = folder / f"IBMPlexSans-{weight}.woff2"
    return path.read_bytes() if path.is_file() else None


@functools.lru_cache(maxsize=1 << 14)  # the same words and numbers stand in several tables and formats
def text_width(text: str, size: float, bold: bool = False) -> float:
    """How wide `text` is in pixels, near enough to break lines by."""
    thousandths = sum(map(_WIDTH.__getitem__, text))
    return thousandths * size / 1000 * (_BOLD if bold else 1)


def wrap(text: str, width: float, size: float, bold: bool = False) -> tuple[str, ...]:
    """`text` in lines that are at most `width` pixels wide; a single longer word is left whole."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size, bold) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return tuple(lines)
