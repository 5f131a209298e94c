"""Where long Danish words may be divided in the narrow heads and cells of a table.

Browsers and Typst divide by syllables or not at all; a compound is easier to read divided where its parts meet.
"""

from __future__ import annotations

import re

SOFT = "\u00ad"  # a hyphen that shows only where a line ends
_LONG = 12  # shorter words stay whole
_TAILS = (
    "behandlede|behandlet|behandling|principper|princippet|procenten|procent|ophævelser|ophævelse|ophævede|begrundelse|"
    "grundlaget|grundlag|visninger|visning|indsats|politik|emneord|årsager|årsag|område|ydelse|fortjeneste|lovens|loven|"
    "fæstelse|fæstet|holdelse|tidspunkt"
)
_JOINT = re.compile(rf"(?<=[a-zæøå]{{3}})(?=(?:{_TAILS})\b)")
_WORD = re.compile(rf"[A-Za-zÆØÅæøå]{{{_LONG},}}")


def divided(text: str) -> str:
    """`text` with soft hyphens where the parts of a long compound meet."""
    return _WORD.sub(lambda word: _JOINT.sub(SOFT, word.group()), text)
