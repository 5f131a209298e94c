"""What a table is made of when nothing says so: read from its own numbers, and only where most of them agree.

A rule that holds in most of a table and fails in a little of it is worth telling; one that mostly fails was never a
rule. So a folder with nothing but CSV files can be checked too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from sagsbarometer.checking.delimited import Delimited, read_delimited
from sagsbarometer.checking.numbers import parsed
from sagsbarometer.checking.roundings import Rounding, whole
from sagsbarometer.checking.table import BLANKS
from sagsbarometer.kernel.ids import ascii_id
from sagsbarometer.kernel.problems import Faults, Problem

_PERCENT = re.compile(r"pct|percent|procent|andel|share|%", re.IGNORECASE)
_TOTAL = re.compile(r"(.*\b)?(i alt|ialt|total|hovedtotal|sum|samlet)\b.*", re.IGNORECASE)
# Numbers that name or point, and count nothing.
_NAMING = re.compile(r"(.*_)?(id|nr|no|number|line|lines|row|year|aar|år|date|dato)", re.IGNORECASE)
_MOST = Fraction(4, 5)
_FEWEST_ROWS = 3
_MOST_COLUMNS, _MOST_ROWS = 12, 2_000  # a printed table is no larger

Column = Sequence[Fraction | None]


@dataclass(frozen=True, slots=True)
class _Columns:
    counts: dict[str, Column]
    percents: dict[str, Column]
    others: list[str]  # numbers with decimals
    words: list[str]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A rule that some of a table keeps, but too little of it to be held against the rest: `fits` of `of`."""

    rule: str  # sum, parts or share
    file: str
    column: str  # the total or the percentage; "" where it is of the whole table
    fits: int
    of: int


def guessed_document(folder: Path, aside: Collection[str]) -> tuple[dict[str, Any], tuple[Dropped, ...]]:
    """check.yaml for the CSV files of a folder, those `aside` left out, and what was not guessed after all.

    Raises Faults CHECK-102 for all of them.
    """
    dropped: list[Dropped] = []
    tables: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.csv")):
        if path.name in aside or path.name.startswith("."):
            continue
        try:
            table = guessed(read_delimited(path, f"{folder.name}/{path.name}"), path.name, dropped)
        except Faults as faults:
            problems += faults.problems
            continue
        while table["id"] in tables:
            table["id"] += "_x"
        tables[table["id"]] = table
    if problems:
        raise Faults(problems)
    document = {
        "document": _id(folder.resolve().name),
        "title": "",
        "publisher": "",
        "tables": list(tables.values()),
    }
    return document, tuple(dropped)


def guessed(file: Delimited, name: str, dropped: list[Dropped] | None = None) -> dict[str, Any]:
    """A table as check.yaml would have it: its number columns, a key, and the rules most of its numbers keep.

    Rules that only some of its numbers keep are added to `dropped`.
    """
    aside = [] if dropped is None else dropped
    columns = _columns(file)
    key = _key(file, columns.words)
    table: dict[str, Any] = {
        "id": _id(name.removesuffix(".csv")),
        "file": name,
        "key": key or ["id"],
        "counts": list(columns.counts),
        "percents": list(columns.percents),
        "numbers": columns.others,
    }
    if not key:
        table["ids"] = [f"række {number}" for number in range(2, len(file.rows) + 2)]
    if len(file.rows) > _MOST_ROWS:
        return table
    total = _total(file, columns.words)
    table["sums"] = list(_sums(file, columns, total, key, aside))
    table["adds"] = list(_adds(file, columns, aside))
    table["shares"] = list(_shares(file, columns, table["adds"], total, key, aside))
    return table


def _id(name: str) -> str:
    made = ascii_id(name)
    return made if made[:1].isalpha() else f"table_{made}".rstrip("_")


def _columns(file: Delimited) -> _Columns:
    counts: dict[str, Column] = {}
    percents: dict[str, Column] = {}
    others, words = [], []
    for index, name in enumerate(file.columns[:_MOST_COLUMNS]):
        texts = [row[index] for row in file.rows]
        numbers = [None if text in BLANKS else parsed(text) for text in texts]
        full = [text for text in texts if text not in BLANKS]
        if not full or _NAMING.fullmatch(name) or any(parsed(text) is None for text in full):
            words.append(name)
            continue
        values = [number[0] if number else None for number in numbers]
        exact = all(number is None or not number[1] for number in numbers)
        if exact and _PERCENT.search(name) and all(value is None or 0 <= value <= 100 for value in values):
            percents[name] = values
        elif exact and all(value is None or value >= 0 for value in values):
            counts[name] = values
        else:
            others.append(name)
    return _Columns(counts, percents, others, words)


def _key(file: Delimited, words: Sequence[str]) -> list[str]:
    """The first columns of words that together tell the rows apart; [] when none do."""
    for end in range(1, len(words) + 1):
        places = [file.columns.index(word) for word in words[:end]]
        if len({tuple(row[place] for place in places) for row in file.rows}) == len(file.rows):
            return list(words[:end])
    return []


def _total(file: Delimited, words: Sequence[str]) -> int | None:
    """The one row that calls itself a total."""
    places = [file.columns.index(word) for word in words]
    found = [n for n, row in enumerate(file.rows) if any(_TOTAL.fullmatch(row[place]) for place in places)]
    return found[0] if len(found) == 1 and len(file.rows) > _FEWEST_ROWS - 1 else None


def _row(file: Delimited, index: int, key: Sequence[str]) -> dict[str, str]:
    return {column: file.rows[index][file.columns.index(column)] for column in key}


def _sums(
    file: Delimited, columns: _Columns, total: int | None, key: Sequence[str], dropped: list[Dropped]
) -> Iterator[dict[str, Any]]:
    if total is None or len(key) != 1:
        return
    held = []
    for name, values in columns.counts.items():
        parts = [value for index, value in enumerate(values) if index != total and value is not None]
        if (whole_value := values[total]) is not None and parts:
            held.append((name, sum(parts) == whole_value))
    fits = sum(holds for _, holds in held)
    if held and 2 * fits >= len(held):
        named = _row(file, total, key)
        parts_of = {column: {"not": text} for column, text in named.items()}
        yield {"total": named, "parts": parts_of, "columns": [name for name, _ in held]}
    elif held:
        # The row calls itself a total, so it is told even where no column adds up.
        dropped.append(Dropped("sum", file.name, "", fits, len(held)))


def _adds(file: Delimited, columns: _Columns, dropped: list[Dropped]) -> Iterator[dict[str, Any]]:
    names = list(columns.counts)
    for total in names:
        others = [name for name in names if name != total]
        runs = (others[a:b] for a in range(len(others)) for b in range(len(others), a + 1, -1))
        best = _Best()
        found = next((run for run in runs if best.mostly(_added(columns.counts, total, run))), None)
        if found:
            yield {"total": total, "parts": found}
        elif best.half:
            dropped.append(Dropped("parts", file.name, total, best.fits, best.of))


def _added(counts: Mapping[str, Column], total: str, run: Sequence[str]) -> list[bool]:
    """Per row with numbers whether the parts give the total; rows of noughts tell nothing."""
    rows = zip(counts[total], *(counts[name] for name in run), strict=True)
    full = [row for row in rows if None not in row and row[0]]
    return [sum(value or 0 for value in row[1:]) == row[0] for row in full]


def _shares(
    file: Delimited,
    columns: _Columns,
    adds: Sequence[Mapping[str, Any]],
    total: int | None,
    key: Sequence[str],
    dropped: list[Dropped],
) -> Iterator[dict[str, Any]]:
    runs = [[name] for name in columns.counts]
    for item in adds:
        parts = item["parts"]
        runs += [parts[a:b] for a in range(len(parts)) for b in range(a + 2, len(parts) + 1)]
    for percent, printed in columns.percents.items():
        best = _Best()
        if share := _share(file, columns, (printed, runs), total, key, best):
            yield {"percent": percent, **share}
        elif best.half:
            dropped.append(Dropped("share", file.name, percent, best.fits, best.of))


def _share(
    file: Delimited,
    columns: _Columns,
    tried: tuple[Column, Sequence[Sequence[str]]],
    total: int | None,
    key: Sequence[str],
    best: _Best,
) -> dict[str, Any] | None:
    """What a column of percentages is a share of, among the runs of columns `tried`."""
    printed, runs = tried
    for run in runs:
        part = [_sum_of([columns.counts[name][index] for name in run]) for index in range(len(printed))]
        for name, base in columns.counts.items():
            if best.mostly(_fits(printed, part, base)):
                return {"part": run, "base": name}
        of_total = columns.counts[run[0]][total] if total is not None and len(run) == 1 else None
        if of_total and key and best.mostly(_fits(printed, part, [of_total] * len(printed))):
            return {"part": run, "base": run[0], "base_row": _row(file, total or 0, key)}
    return None


def _sum_of(values: Sequence[Fraction | None]) -> Fraction | None:
    return None if None in values else sum((value for value in values if value is not None), Fraction(0))


def _fits(printed: Column, part: Column, base: Column) -> list[bool]:
    rows = zip(printed, part, base, strict=True)
    return [
        whole(100 * k / n, Rounding.HALF_UP) == p for p, k, n in rows if p is not None and k is not None and n
    ]


@dataclass(slots=True)
class _Best:
    """The rule tried that most rows keep."""

    fits: int = 0
    of: int = 0

    def mostly(self, held: Sequence[bool]) -> bool:
        """Whether enough rows keep this one; remembers it if none did better."""
        fits, of = sum(held), len(held)
        if of >= _FEWEST_ROWS and fits * self.of >= self.fits * of:
            self.fits, self.of = fits, of
        return of >= _FEWEST_ROWS and fits >= _MOST * of

    @property
    def half(self) -> bool:
        """Whether more rows kept the best one than not."""
        return 2 * self.fits > self.of
