"""Which figure of a table a sentence speaks of, by the words they share: a guess, and told as one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from sagsbarometer.checking.paper_grid import TOTAL, Figure, Laid
from sagsbarometer.checking.paper_numbers import Printed, unit_named, years
from sagsbarometer.kernel.rounding import round_half_up

# Words that tell no line of a table from another.
_COMMON = frozenset(
    "i af og for med på til fra der som en et den det de er var har om ved hvor ikke eller samt efter inden under over "
    "mod antal andel sag sager sagerne alt total samlet hele perioden alle år året procent pct uge uger dag dage måned "
    "måneder kommune kommuner kommunerne stk heraf ud blev blevet være at så end men hver the of in and number share "
    "all cases year years per cent percent weeks days base grundlag".split()
)
_ENDINGS = ("ernes", "erne", "enes", "ens", "ets", "ene", "er", "en", "et", "es", "e", "s", "t")
_BROKEN = re.compile(r"-\s(?!og\b|eller\b|samt\b)(?=[a-zæøå])")
_REFERENCE = re.compile(r"\b((?:tabel|table|figur|figure)\s+[\w.]*\d)", re.IGNORECASE)
_MOST_KEYS = 4_000  # of tables with one word in common


@lru_cache(maxsize=256)  # asked again for each number of a sentence
def stems(text: str) -> frozenset[str]:
    """The words that tell something, without their endings: `sagsbehandlingstiden` as `sagsbehandlingstid`."""
    whole = _BROKEN.sub("", text.lower())
    return frozenset(
        _stem(word) for word in re.findall(r"[a-zæøåéü]{2,}", whole) if word not in _COMMON and len(word) > 2
    )


def _stem(word: str) -> str:
    """Without endings, till none is left: `-procenten` and `-procent` end alike."""
    while True:
        ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= 4), "")
        if not ending:
            return word
        word = word.removesuffix(ending)


def _measured(figure: Figure, caption: str) -> frozenset[str]:
    """What a figure measures, where only the caption says it: »omgørelsesprocent«."""
    if figure.number.unit or unit_named(figure.row_name, figure.column_name) or not unit_named(caption):
        return frozenset()
    found = [word for word in re.findall(r"[a-zæøå]+", caption.lower()) if unit_named(word) == figure.unit]
    return stems(found[0]) if found else frozenset()


@dataclass(frozen=True, slots=True)
class _Key:
    unit: str
    words: frozenset[str]
    years: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A figure that a sentence may speak of. `score`: how many of its words and years the sentence has; `pointed`:
    the sentence points at its table; `whole`: it is of a total."""

    figure: Figure
    score: float
    pointed: bool
    whole: bool


def _whole(figure: Figure) -> bool:
    return any(TOTAL.fullmatch(name) for name in (figure.row_name, figure.column_name) if name)


class Index:
    """The figures of all tables by their words, and by what they are."""

    def __init__(self, tables: Sequence[Laid]) -> None:
        self._by_word: dict[str, dict[_Key, list[Figure]]] = defaultdict(dict)
        self._values: dict[str, dict[int, dict[Fraction, Figure]]] = defaultdict(lambda: defaultdict(dict))
        self._figures: dict[str, list[Figure]] = defaultdict(list)
        self._captions: dict[int, frozenset[str]] = {}
        self._names: dict[int, str] = {}
        for table in tables:
            self._captions[table.number] = stems(table.caption)
            self._names[table.number] = table.name.lower()
            for group, row in zip(table.groups, table.figures, strict=True):
                for figure in filter(None, row):
                    self._add(figure, group, table)

    def _add(self, figure: Figure, group: str, table: Laid) -> None:
        self._figures[figure.unit].append(figure)
        words = stems(f"{figure.row_name} {figure.column_name}")
        if not words:
            return
        named = years(f"{figure.row_name} {figure.column_name} {group}") or years(table.caption)
        if named == years(table.caption) and not (len(named) == 1 and min(named).isdigit()):
            named = frozenset()  # what the table spans, and no figure's own
        key = _Key(figure.unit, words | stems(group) | _measured(figure, table.caption), named)
        self._by_word[min(key.words)].setdefault(key, []).append(figure)

    def anywhere(self, number: Printed, unit: str) -> Figure | None:
        """A figure of the same unit that the number is, or is the rounding of."""
        rounded = self._values[unit][number.decimals]
        if not rounded:
            for figure in self._figures[unit]:
                if figure.number.decimals >= number.decimals:
                    rounded.setdefault(Fraction(round_half_up(figure.number.exact, number.decimals)), figure)
        return rounded.get(number.exact)

    def candidates(self, unit: str, sentence: str, context: str) -> list[Candidate]:
        """The figures all of whose words are in the sentence, those that share most with it alone; years that the
        sentence does not name are looked for in `context`."""
        said = stems(sentence)
        when = years(sentence) or years(context)
        pointed = {name.lower() for name in _REFERENCE.findall(f"{context} {sentence}")}
        found: list[Candidate] = []
        for word in sorted(said):
            for key, figures in list(self._by_word.get(word, {}).items())[:_MOST_KEYS]:
                if key.unit != unit or not key.words <= said or not key.years <= when:
                    continue
                for figure in figures[:50]:
                    at = self._names[figure.table] in pointed
                    near = 0.1 * min(len(self._captions[figure.table] & said), 5)
                    score = len(key.words) + len(key.years) + near
                    found.append(Candidate(figure, score, at, _whole(figure)))
        if any(item.pointed for item in found):
            found = [item for item in found if item.pointed]
        best = max((item.score for item in found), default=0)
        return [item for item in found if item.score > best - 0.05]
