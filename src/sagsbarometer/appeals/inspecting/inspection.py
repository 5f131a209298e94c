"""A first look at an extract nobody here has seen: what its columns hold, what is dirty, and which is likely what.

One pass over the file, in memory that does not grow with it. Nothing is decided: the guesses become a mapping that
somebody reads and corrects.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from sagsbarometer.appeals.inspecting.cells import Look, name_key
from sagsbarometer.appeals.inspecting.columns import ColumnProfile, day_numbers, whole_numbers
from sagsbarometer.appeals.inspecting.pairs import MOST_DATES, MOST_NUMBERS, Between
from sagsbarometer.appeals.inspecting.roles import Roles, roles_of
from sagsbarometer.appeals.intake.cells import CodeLists
from sagsbarometer.deliveries.stream import Batch

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MOST_CODES = 20  # code lists whose gaps are held against the dates
MOST_NEAR = 400  # different names compared with each other, two and two
_NEAR = 0.95  # how alike two names are that are perhaps the same
_LEAST_NAME = 8  # letters of a name that is compared so


@dataclass
class Inspection:
    """The columns of one file, and what their dates say of each other, as far as it has been read."""

    header: tuple[str, ...]
    profiles: list[ColumnProfile] = field(init=False)
    between: Between = field(default_factory=Between)
    rows: int = 0
    last: tuple[str, ...] = ()  # the cells of the row that was read last
    alone: Counter[tuple[int, int]] = field(
        default_factory=Counter
    )  # rows with the first column and not the second
    _dates: dict[int, bool] | None = None  # the date columns, and whether their month comes first
    _numbers: list[int] = field(default_factory=list)
    _codes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """One profile per column."""
        self.profiles = [ColumnProfile(name) for name in self.header]

    def add(self, batch: Batch) -> None:
        """Looks at some more rows."""
        self.rows += len(batch)
        if len(batch):
            self.last = tuple(column[-1].as_py() for column in batch.columns)
        seen = [profile.add(column) for profile, column in zip(self.profiles, batch.columns, strict=True)]
        if self._dates is None:  # the first rows decide which columns are held against each other
            self._choose()
        self._compare(seen)

    def _choose(self) -> None:
        kinds = [profile.kind for profile in self.profiles]
        dates = [index for index, kind in enumerate(kinds) if kind in ("date", "moment")]
        self._dates = {index: month_first(self.profiles[index]) for index in dates[:MOST_DATES]}
        numbers = [
            index
            for index, profile in enumerate(self.profiles)
            if index not in dates and profile.filled and profile.kinds["whole"] >= 0.9 * profile.filled
        ]
        self._numbers = numbers[:MOST_NUMBERS]
        self._codes = [index for index, kind in enumerate(kinds) if kind in ("codes", "yes_no")][:MOST_CODES]

    def _compare(self, seen: Sequence[tuple[npt.NDArray[np.int64], list[Look | None]]]) -> None:
        dates = {index: day_numbers(*seen[index], first) for index, first in (self._dates or {}).items()}
        numbers = {index: whole_numbers(*seen[index]) for index in self._numbers}
        self.between.add(dates, numbers)
        filled = {index: _filled(*seen[index]) for index in {*dates, *self._codes}}
        for day in dates:
            for code in self._codes:
                self.alone[day, code] += int((filled[day] & ~filled[code]).sum())
                self.alone[code, day] += int((filled[code] & ~filled[day]).sum())

    def roles(self, lists: CodeLists) -> Roles:
        """Which column is likely to be what."""
        return roles_of(self.profiles, self.between, lists)


def _filled(codes: npt.NDArray[np.int64], looks: list[Look | None]) -> npt.NDArray[np.bool_]:
    import numpy as np

    found: npt.NDArray[np.bool_] = np.array([seen is not None for seen in looks] or [False])[codes]
    return found


def inspected(header: tuple[str, ...], batches: Iterable[Batch]) -> Inspection:
    """All rows looked at."""
    inspection = Inspection(header)
    for batch in batches:
        inspection.add(batch)
    return inspection


def month_first(profile: ColumnProfile) -> bool:
    """Whether a column with the year last is mostly written month first."""
    return profile.orders["month_first"] > profile.orders["day_first"]


def variants(counts: Mapping[str, int]) -> list[list[tuple[str, int]]]:
    """Names that differ only by case, blanks, punctuation or the width of signs; first the most frequent spelling
    that is not in capitals alone.
    """
    groups: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for text, count in counts.items():
        if key := name_key(text):
            groups[key].append((text, count))
    found = [
        sorted(group, key=lambda item: (item[0].isupper(), -item[1], item[0]))
        for group in groups.values()
        if len(group) > 1
    ]
    return sorted(found, key=lambda group: (-sum(count for _, count in group), group[0][0]))


def near(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Names so alike that they are perhaps the same: the rarer first, then what it resembles."""
    keys = {
        key: text for text, _ in sorted(counts.items(), key=lambda item: item[1]) if (key := name_key(text))
    }
    if len(keys) > MOST_NEAR:
        return []
    found = []
    ordered = sorted(key for key in keys if len(key) >= _LEAST_NAME and any(map(str.isalpha, key)))
    for place, one in enumerate(ordered):
        matcher = SequenceMatcher(None, "", one, autojunk=False)
        for other in ordered[place + 1 :]:
            if _digits(one) != _digits(other):  # § 41 and § 42 are not the same
                continue
            matcher.set_seq1(other)
            if (
                matcher.real_quick_ratio() >= _NEAR
                and matcher.quick_ratio() >= _NEAR
                and matcher.ratio() >= _NEAR
            ):
                pair = sorted((keys[one], keys[other]), key=lambda text: (counts[text], text))
                found.append((pair[0], pair[1]))
    return found


def _digits(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char) == "Nd")
