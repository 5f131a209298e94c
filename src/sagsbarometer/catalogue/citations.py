"""What a reference to a provision is: its parts, its id and its Danish words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sagsbarometer.catalogue.schema import Act

_SECTION = r"\d{1,4}(?: [a-zæøå])?"
_NUMBERS = r"\d{1,3}(?:-\d{1,3})?"
_PART = re.compile(
    rf"(?P<act>[a-z][a-z0-9]*(?:_[a-z0-9]+)*)"
    rf"(?:/(?P<section>{_SECTION})(?:-(?P<to>{_SECTION}))?"
    rf"(?:/(?P<paragraph>{_NUMBERS})?(?:/(?P<number>{_NUMBERS}))?(?:/(?P<sentence>{_NUMBERS})\. pkt\.)?)?)?"
)
_UNDER = " jf. "
PARTS = ("paragraph", "number", "sentence")  # of a section: stk., nr., pkt.


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference to an act (no section), a section, or a range of sections (`to` is the last of it).

    Sections are written `42` or `32 a`. `paragraph` is stk., `number` nr., `sentence` pkt., each a number or a range
    such as `2-4`. `under` is the provision it is read with (jf.). An `excluded` one stands after »undtaget«.
    """

    act: str  # the act's id; "" where the text does not name one
    section: str = ""
    to: str = ""
    paragraph: str = ""
    number: str = ""
    sentence: str = ""
    under: Citation | None = None
    excluded: bool = False

    @property
    def id(self) -> str:
        """As the catalogue keys it: `serviceloven/32 a`, `barnets_lov/90 jf. serviceloven/84/1`, `aktivloven/22-26`."""
        text = self.act
        if self.section:
            text += f"/{self.section}" + (f"-{self.to}" if self.to else "")
        if self.paragraph or self.number:
            text += f"/{self.paragraph}"
        if self.number:
            text += f"/{self.number}"
        if self.sentence:
            text += ("" if self.paragraph or self.number else "/") + f"/{self.sentence}. pkt."
        return text + (f"{_UNDER}{self.under.id}" if self.under else "")

    @property
    def wider(self) -> Citation | None:
        """The nearest reference that holds this one: without the sentence, the number, the paragraph, the jf."""
        for part in reversed(PARTS):
            if getattr(self, part):
                return with_part(self, part, "")
        if self.under:
            narrower = self.under.wider
            return replace(self, under=narrower if narrower and narrower.section else None)
        return None

    def covers(self, other: Citation) -> bool:
        """Whether everything `other` refers to is referred to here. A section within a range is covered."""
        if self.act != other.act:
            return False
        if self.section:
            first, last = section_order(self.section), section_order(self.to or self.section)
            if not other.section or section_order(other.section) < first:
                return False
            if section_order(other.to or other.section) > last:
                return False
        if any(not _within(getattr(other, part), getattr(self, part)) for part in PARTS):
            return False
        return self.under is None or (other.under is not None and self.under.covers(other.under))


def with_part(citation: Citation, part: str, text: str) -> Citation:
    """The citation with another stk., nr. or pkt.; `part` is one of PARTS."""
    changed: dict[str, Any] = {part: text}
    return replace(citation, **changed)


def _within(inner: str, outer: str) -> bool:
    if not outer:
        return True
    if not inner:
        return False
    first, last = (int(part) for part in (outer.split("-") * 2)[:2])
    low, high = (int(part) for part in (inner.split("-") * 2)[:2])
    return first <= low and high <= last


def section_order(section: str) -> tuple[int, str]:
    """What sections are sorted by: 32 before 32 a before 33."""
    number, _, letter = section.partition(" ")
    return int(number), letter


def citation_of(id: str) -> Citation:
    """The citation with this id. Raises ValueError when it is none."""
    main, separator, under = id.partition(_UNDER)
    match = _PART.fullmatch(main)
    if match is None or (separator and not match["section"]):
        raise ValueError(id)
    parts: dict[str, Any] = {key: value or "" for key, value in match.groupdict().items()}
    citation = Citation(**parts)
    if citation.to and section_order(citation.to) <= section_order(citation.section):
        raise ValueError(id)
    if citation.id != main:  # one way to write each
        raise ValueError(id)
    return replace(citation, under=citation_of(under)) if separator else citation


def danish_citation(id: str, acts: Mapping[str, Act] | None = None) -> str:
    """`forvaltningsloven/24/1` as `forvaltningsloven § 24, stk. 1`. An act that is not among `acts` stands as its id.

    Raises ValueError when `id` is no citation.
    """
    return danish(citation_of(id), acts)


def danish(citation: Citation, acts: Mapping[str, Act] | None = None) -> str:
    """The citation in Danish: `barnets lov § 90, jf. servicelovens § 84, stk. 1`."""
    return ("undtaget " if citation.excluded else "") + _danish(citation, acts or {}, None)


def _danish(citation: Citation, acts: Mapping[str, Act], main: Citation | None) -> str:
    """The words; behind »jf.« of `main` the act is left out where it is the same, else in the genitive."""
    act = acts[citation.act].short["da"] if citation.act in acts else citation.act
    if main is not None:
        act = "" if citation.act == main.act else _genitive(act)
    section = f"§§ {citation.section}-{citation.to}" if citation.to else f"§ {citation.section}"
    text = " ".join(word for word in (act, section if citation.section else "") if word)
    text += f", stk. {citation.paragraph}" if citation.paragraph else ""
    text += f", nr. {citation.number}" if citation.number else ""
    text += f", {citation.sentence}. pkt." if citation.sentence else ""
    if citation.under is None:
        return text
    return f"{text}, jf. {_danish(citation.under, acts, citation)}"


def _genitive(act: str) -> str:
    """`servicelovens`; a name that does not end in the word for act stays as it is."""
    return f"{act}s" if act.endswith(("loven", "lov")) else act
