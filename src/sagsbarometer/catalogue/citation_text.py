"""References to provisions as people write them, read from Danish text.

`SEL § 42` · `servicelovens §§ 41 og 42` · `§§ 94-94 b` · `barnets lov § 90, jf. servicelovens § 84` ·
`§ 32 a, stk. 1` · `§ 114, stk. 1, nr. 2-4` · `§ 86 i barnets lov` · `§§ 22-26 (undtaget §§ 25 b-e)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sagsbarometer.catalogue.citations import PARTS, Citation, section_order, with_part
from sagsbarometer.catalogue.schema import Act

_TOKENS = r"""
    (?P<sign>§{1,2})
  | (?P<sentence>\d{1,3}(?:\s*-\s*\d{1,3})?)\.\s*pkt\b\.?
  | (?P<number>\d{1,4}(?:[a-zæøåA-ZÆØÅ](?!\w)|\s[a-hj-zæøå](?!\w|\.\w)|\si(?!\w|\.\w|\s+\w)|(?!\w|\.\d)))
  | (?P<paragraph>\bstk\b\.?)
  | (?P<nr>\bnr\b\.?)
  | (?P<under>\bjf\b\.?)
  | (?P<excluded>\bundtaget\b|\bdog\s+ikke\b|\bbortset\s+fra\b)
  | (?P<and_>\bog\b|\bsamt\b|\beller\b|/)
  | (?P<comma>,)
  | (?P<dash>[-–—]|\btil\b)
  | (?P<in_>\bi\b)
  | (?P<word>\w+)
  | (?P<other>[^\s])
"""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    spaced: bool  # whether white space stands before it


def parse_citations(text: str, acts: Mapping[str, Act], act: str = "") -> tuple[Citation, ...]:
    """Every reference in `text`, in its order, one a section or range of sections.

    The act is the one named at the reference (before it, or after it with »i«), else the last one named at a
    reference before it, else `act`. After »jf.« a reference without an act is to the act of the one before »jf.«.
    A »jf.« after several sections belongs to the last of them.
    """
    return tuple(_Parser(_tokens(text, acts), act).citations())


def act_named(text: str, acts: Mapping[str, Act]) -> str:
    """The id of the act that `text` is the name of, as people write it; "" when it is none."""
    match = re.fullmatch(rf"\s*(?:{_names(acts)})\s*", text)
    return _act(match, acts) if match else ""


def _names(acts: Mapping[str, Act]) -> str:
    """A pattern with one group an act. A short form in capitals must be in capitals."""
    patterns = []
    for index, act in enumerate(acts.values()):
        names = sorted({act.short["da"], act.title["da"], *act.names}, key=lambda name: (-len(name), name))
        ways = "|".join(
            re.escape(name) if name.isupper() else f"(?i:{re.escape(name)})".replace(r"\ ", r"\s+")
            for name in names
        )
        patterns.append((max(map(len, names)), rf"(?P<act{index}>(?:{ways})(?:['’]?s)?)"))
    return "|".join(pattern for _, pattern in sorted(patterns, key=lambda item: -item[0]))


def _act(match: re.Match[str], acts: Mapping[str, Act]) -> str:
    return list(acts)[int(str(match.lastgroup).removeprefix("act"))]


def _tokens(text: str, acts: Mapping[str, Act]) -> list[_Token]:
    names = rf"(?<!\w)(?:{_names(acts)})(?!\w)|" if acts else ""
    pattern = re.compile(f"{names}{_verbose(_TOKENS)}")
    tokens = []
    for match in pattern.finditer(text):
        kind = str(match.lastgroup)
        value = match.group()
        if kind.startswith("act"):
            kind, value = "act", _act(match, acts)
        elif kind in ("sentence", "number"):
            value = match[kind]
        spaced = match.start() > 0 and text[match.start() - 1].isspace()
        tokens.append(_Token(kind, value, spaced))
    return tokens


def _verbose(pattern: str) -> str:
    """The pattern without its layout: names of acts hold spaces, so the whole cannot be a verbose one."""
    return "".join(pattern.split())


_SEPARATORS = ("comma", "and_")
_LEVELS = {"paragraph": "paragraph", "nr": "number"}


class _Parser:
    """Reads tokens from left to right; each method moves `at` past what it has read, or leaves it."""

    def __init__(self, tokens: Sequence[_Token], act: str) -> None:
        self.tokens = tokens
        self.at = 0
        self.act = act

    def citations(self) -> Iterator[Citation]:
        """The citations of the whole text."""
        named, excluded = "", False
        while (token := self._peek()) is not None:
            start = self.at
            if token.kind == "sign" or (named and self._bare()):
                group = self._with_under(self._group(named or self.act), named)
                yield from (replace(item, excluded=excluded) for item in group)
                named = ""
                continue
            if token.kind == "act":
                named = token.text
            elif token.kind == "excluded":
                excluded = True
            elif token.kind not in ("dash", *_SEPARATORS):
                named = ""
                excluded = excluded and token.text not in ");."
            self.at = start + 1

    def _peek(self, ahead: int = 0) -> _Token | None:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else None

    def _kind(self, ahead: int = 0) -> str:
        token = self._peek(ahead)
        return token.kind if token else ""

    def _bare(self) -> bool:
        """`voksenansvarslovens 11, stk. 5`: a section without its sign, right after the act."""
        kinds = [self._kind(ahead) for ahead in range(3)]
        return kinds == ["number", "comma", "paragraph"] and self._kind(-1) == "act"

    # --- a group: one sign and what follows it ---

    def _group(self, act: str) -> list[Citation]:
        sign = ""
        if self._kind() == "sign":
            sign = self.tokens[self.at].text
            self.at += 1
        found: list[Citation] = []
        while self._kind() == "number":
            found += self._details(self._section(act, sign), sign)
            if not self._next_section(found[-1], sign):
                break
        return found

    def _section(self, act: str, sign: str) -> Citation:
        token = self.tokens[self.at]
        section = _section(token.text)
        self.at += 1
        return Citation(act, section, self._range_end(section, sign))

    def _range_end(self, section: str, sign: str) -> str:
        """The last section of `82-85`, `82 a-c`, `119 - § 121`; "" when no range follows."""
        if self._kind() != "dash":
            return ""
        ahead = 2 if self._kind(1) == "sign" else 1
        token = self._peek(ahead)
        if token is None:
            return ""
        letter = token.kind == "word" and len(token.text) == 1 and " " in section
        end = f"{section.split()[0]} {token.text}" if letter else ""
        if token.kind == "number":
            end = _section(token.text)
            after = self._peek(ahead + 1)
            if sign == "§" and ahead == 1 and token.spaced and after is not None and after.kind == "word":
                return ""  # »§ 12 - 15 sager«
        if not end or section_order(end) <= section_order(section):
            return ""
        self.at += ahead + 1
        return end

    def _next_section(self, last: Citation, sign: str) -> bool:
        """Moves to the next number of a list, `41 og 42` or `17-20,26,27`; whether there is one."""
        separator, token = self._peek(), self._peek(1)
        if separator is None or token is None or separator.kind not in _SEPARATORS:
            return False
        if token.kind == "word" and len(token.text) == 1 and " " in last.section and separator.kind == "and_":
            letter = f"{last.section.split()[0]} {token.text}"  # »82 a og b«
            if section_order(letter) > section_order(last.to or last.section):
                self.tokens = [
                    *self.tokens[: self.at + 1],
                    _Token("number", letter, True),
                    *self.tokens[self.at + 2 :],
                ]
                token = self.tokens[self.at + 1]
        if token.kind != "number":
            return False
        ascending = section_order(_section(token.text)) > section_order(last.to or last.section)
        if sign != "§§" and not (ascending and self._list_goes_on(2)):
            return False
        self.at += 1
        return True

    def _list_goes_on(self, ahead: int) -> bool:
        """Whether what stands after a number may stand after one of a list: no word that the number counts."""
        kind = self._kind(ahead)
        if kind in _SEPARATORS and self._kind(ahead + 1) == "number":
            return self._list_goes_on(ahead + 2)
        return kind != "word"

    # --- stk., nr. and pkt. ---

    def _details(self, item: Citation, sign: str) -> list[Citation]:
        found = [item]
        while True:
            comma = 1 if self._kind() in _SEPARATORS else 0
            kind = self._kind(comma)
            if kind in _LEVELS and self._kind(comma + 1) == "number":
                self.at += comma + 1
                level = _LEVELS[kind]
                repeated = getattr(found[-1], level)
                base = _cut(found[-1], level)
                values = self._values(found[-1], sign)
                new = [with_part(base, level, value) for value in values]
                found = [*found, *new] if repeated else [*found[:-1], *new]
            elif kind == "sentence":
                found[-1] = replace(found[-1], sentence=_tight(self.tokens[self.at + comma].text))
                self.at += comma + 1
            elif comma and self._bare_paragraph(found[-1], sign):
                found[-1] = replace(found[-1], paragraph=self.tokens[self.at + 1].text)
                self.at += 2
            else:
                return found

    def _values(self, item: Citation, sign: str) -> list[str]:
        """The numbers after stk. or nr.: `2`, `2-4`, `2 og 3`."""
        values: list[str] = []
        while (token := self._peek()) is not None and token.kind == "number" and token.text.isdigit():
            value = token.text
            self.at += 1
            end = self._peek(1)
            number = end.text if self._kind() == "dash" and end is not None and end.kind == "number" else ""
            if number.isdigit() and int(number) > int(value):
                value = f"{value}-{number}"
                self.at += 2
            values.append(value)
            following = self._peek(1)
            if self._kind() not in _SEPARATORS or following is None or following.kind != "number":
                break
            rising = following.text.isdigit() and int(following.text) > int(value.split("-")[-1])
            section = sign == "§§" and section_order(_section(following.text)) > section_order(item.section)
            if not rising or section or not self._list_goes_on(2):
                break
            self.at += 1
        return values

    def _bare_paragraph(self, item: Citation, sign: str) -> bool:
        """`§ 85, 1`: after one sign, a smaller number behind a comma is a stk."""
        token = self._peek(1)
        return (
            sign == "§"
            and self._kind() == "comma"
            and not (item.paragraph or item.number or item.to)
            and token is not None
            and token.kind == "number"
            and token.text.isdigit()
            and int(token.text) < section_order(item.section)[0]
            and self._kind(2) not in ("word", *_SEPARATORS)
        )

    # --- the act behind, and jf. ---

    def _with_under(self, group: list[Citation], named: str) -> list[Citation]:
        """The group with the act that stands behind it and with what it is read with."""
        if not named and (act := self._act_behind()):
            group = [replace(item, act=act) for item in group]
            named = act
        self.act = named or self.act
        under = self._under(group[-1]) if group else []
        return [*group[:-1], *(replace(group[-1], under=item) for item in under)] if under else group

    def _act_behind(self) -> str:
        """The act of `§ 86 i barnets lov`, `§ 82, stk. 1, i barnets lov`, `§ 76 (Dagtilbudsloven)`."""
        for kinds in (("in_", "act"), ("comma", "in_", "act"), ("other", "act", "other")):
            tokens = [self._peek(ahead) for ahead in range(len(kinds))]
            if [token.kind if token else "" for token in tokens] == list(kinds):
                acts = [token.text for token in tokens if token and token.kind == "act"]
                others = [token.text for token in tokens if token and token.kind == "other"]
                if others in ([], ["(", ")"]):
                    self.at += len(kinds)
                    return acts[0]
        return ""

    def _under(self, main: Citation) -> list[Citation]:
        ahead = 1 if self._kind() == "comma" else 0
        if self._kind(ahead) != "under":
            return []
        start, self.at = self.at, self.at + ahead + 1
        while (token := self._peek()) is not None and token.text in ("hhv", "."):
            self.at += 1
        act = main.act
        if self._kind() == "act":
            act = self.tokens[self.at].text
            self.at += 1
        found = self._group(act) if self._kind() in ("sign", "number") else []
        if not found:
            self.at = start
        return found


def _cut(item: Citation, level: str) -> Citation:
    """The citation without `level` and what is below it."""
    for part in PARTS[PARTS.index(level) :]:
        item = with_part(item, part, "")
    return item


def _section(text: str) -> str:
    """`13C` and `13 c` as `13 c`."""
    number = re.match(r"\d+", text)
    digits = number.group() if number else text
    return " ".join((str(int(digits)), *text[len(digits) :].lower().split()))


def _tight(text: str) -> str:
    return "".join(text.split())
