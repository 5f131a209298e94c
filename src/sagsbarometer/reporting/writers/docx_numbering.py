"""The lists of a Word file: how their marks look, and where each numbered list begins anew."""

from __future__ import annotations

from collections.abc import Sequence

_LEVELS = 9  # what Word has
_STEP = 357  # twentieths of a point: how far each level is set in
_BOX = 284  # how far a box is set in
_BULLETS = ("•", "–", "·")
_FORMATS = (("decimal", "%{}."), ("lowerLetter", "%{})"), ("lowerRoman", "%{}."))


def numbering_xml(lists: Sequence[tuple[int, int]]) -> str:
    """The inside of the numbering part. `lists`: for each list its abstract list (bullets, numbers, and the same two in
    a box, 0 to 3) and the level that begins anew in it."""
    kinds = ((False, 0), (True, 0), (False, _BOX), (True, _BOX))
    abstract = "".join(_abstract(id, ordered, inset) for id, (ordered, inset) in enumerate(kinds))
    return abstract + "".join(_list(number, *item) for number, item in enumerate(lists, 1))


def _abstract(id: int, ordered: bool, inset: int) -> str:
    levels = "".join(_level(level, ordered, inset) for level in range(_LEVELS))
    return f'<w:abstractNum w:abstractNumId="{id}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'


def _level(level: int, ordered: bool, inset: int) -> str:
    kind, text = "bullet", _BULLETS[level % len(_BULLETS)]
    if ordered:
        kind, pattern = _FORMATS[level % len(_FORMATS)]
        text = pattern.format(level + 1)
    left = inset + _STEP * (level + 1)
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{left}" w:hanging="{_STEP}"/></w:pPr></w:lvl>'
    )


def _list(number: int, kind: int, level: int) -> str:
    anew = f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>' if kind % 2 else ""
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{kind}"/>{anew}</w:num>'
