"""One column of an unknown extract, counted as it streams by, in memory that does not grow with the file."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sagsbarometer.appeals.inspecting.cells import MAYBE_PERSONAL, MAYBE_TYPED, SERIALS, TEXT, Look, look
from sagsbarometer.kernel.ids import holds_cpr, is_short_cpr, may_hold_cpr

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

MOST_COUNTED = 50_000  # different texts counted one by one
MOST_HASHED = 30_000_000  # texts whose hashes are kept to see whether any comes twice
MOST_DAYS = 7305
MANY = 2_000  # different texts of a batch that are looked at one by one
_YES_NO = (
    {"ja", "nej"},
    {"yes", "no"},
    {"true", "false"},
    {"1", "0"},
    {"sand", "falsk"},
    {"y", "n"},
    {"j", "n"},
    {"x"},
)
KINDS = {
    "empty": "tom",
    "id": "id",
    "date": "dato",
    "moment": "tidspunkt",
    "whole": "helt tal",
    "decimal": "decimaltal",
    "yes_no": "ja/nej",
    "codes": "kodeliste",
    "text": "fritekst",
}
UNKNOWN_DAY = -1


@dataclass
class ColumnProfile:
    """What is known of one column so far. Counts are of rows."""

    name: str
    rows: int = 0
    filled: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    forms: Counter[tuple[str, str, bool]] = field(default_factory=Counter)  # form, sign, with a time of day
    orders: Counter[str] = field(default_factory=Counter)
    odd: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)  # of each text, as long as they are not too many
    overflow: bool = False
    long: int = 0  # more than 40 characters
    longest: int = 0  # characters
    spaced: int = 0  # with a blank inside
    mail: int = 0
    cpr: int = 0
    spaced_cpr: int = 0  # with a blank between all digits
    short_cpr: int = 0  # a number that may have lost its first nought
    serials: int = 0
    negative: int = 0  # whole numbers below 0
    huge: int = 0  # and those that as days would be more than twenty years
    first_day: int | None = None
    last_day: int | None = None
    led_by_zero: int = 0
    widths: Counter[int] = field(default_factory=Counter)  # of texts that are digits alone
    clock: str = ""  # the first time of day that was seen
    _hashes: array[int] = field(default_factory=lambda: array("q"))
    _told: tuple[int, int] = (0, 0)  # rows when the different texts were last told, and how many they were

    def add(self, cells: pa.StringArray) -> tuple[npt.NDArray[np.int64], list[Look | None]]:
        """Counts the cells; returns for each row which of the looks is its own (None is that of an empty cell)."""
        import numpy as np

        encoded = cells.dictionary_encode()
        texts: list[str] = encoded.dictionary.to_pylist()
        codes: npt.NDArray[np.int64] = encoded.indices.to_numpy().astype(np.int64)
        times: list[int] = np.bincount(codes, minlength=len(texts)).tolist()
        self.rows += len(cells)
        if len(texts) <= MANY:
            looks = [look(text) if text else None for text in texts]
            for text, seen, count in zip(texts, looks, times, strict=True):
                if seen is not None:
                    self._count(text, seen, count, maybe_cpr=True)
        else:
            looks = self._add_many(encoded.dictionary, texts, times)
        self._keep(texts, times)
        return codes, looks

    def _add_many(self, column: pa.StringArray, texts: list[str], times: list[int]) -> list[Look | None]:
        """As the loop of `add`, for many different texts: those that can be nothing but text are counted together."""
        import numpy as np
        import pyarrow.compute as pc

        typed = pc.match_substring_regex(column, MAYBE_TYPED).to_numpy(zero_copy_only=False)
        personal = pc.match_substring_regex(column, MAYBE_PERSONAL).to_numpy(zero_copy_only=False)
        lengths = pc.utf8_length(column).to_numpy(zero_copy_only=False)
        alone = typed | personal | (lengths == 0)
        looks: list[Look | None] = [TEXT] * len(texts)
        # Very many different ones would only push those that come again out of the cache.
        looked = look if len(texts) < 20_000 else look.__wrapped__
        for place in np.flatnonzero(alone).tolist():
            text = texts[place]
            looks[place] = seen = None if not text else looked(text) if typed[place] else TEXT
            if seen is not None:
                self._count(text, seen, times[place], maybe_cpr=bool(personal[place]))
        counts = np.array(times, np.int64)
        counts[alone] = 0
        total = int(counts.sum())
        self.filled += total
        self.kinds["text"] += total
        self.long += int(counts[lengths > 40].sum())
        self.longest = max(self.longest, int(lengths.max()))
        spaced = pc.match_substring_regex(column, "[ \\n]").to_numpy(zero_copy_only=False)
        self.spaced += int(counts[spaced].sum())
        self.mail += int(counts[pc.match_substring(column, "@").to_numpy(zero_copy_only=False)].sum())
        return looks

    def _count(self, text: str, seen: Look, count: int, maybe_cpr: bool) -> None:
        self.filled += count
        self.kinds[seen.kind] += count
        if seen.kind == "date":
            self.forms[seen.form, seen.sign, bool(seen.clock)] += count
            self.clock = self.clock or seen.clock
            if seen.order:
                self.orders[seen.order] += count
        if seen.form and not seen.odd and (day := seen.day or seen.swapped):
            self.first_day = day if self.first_day is None else min(self.first_day, day)
            self.last_day = day if self.last_day is None else max(self.last_day, day)
        if seen.form == "compact":
            self.forms["compact", "", False] += count
        if seen.odd:
            self.odd[seen.odd] += count
        if seen.number is not None:
            self.negative += count if seen.number < 0 else 0
            self.huge += count if seen.number > MOST_DAYS else 0
        if seen.number is not None and text.isdigit():
            self.widths[len(text)] += count
            self.led_by_zero += count if text[0] == "0" and len(text) > 1 else 0
            self.serials += count if seen.number in SERIALS and len(text) == 5 else 0
        self.long += count if len(text) > 40 else 0
        self.longest = max(self.longest, len(text))
        self.spaced += count if " " in text or "\n" in text else 0
        self.mail += count if "@" in text else 0
        if maybe_cpr and len(text) >= 9:
            self._count_personal(text, count)

    def _count_personal(self, text: str, count: int) -> None:
        if holds_cpr(text):
            self.cpr += count
        elif may_hold_cpr(text):
            self.spaced_cpr += count
        elif is_short_cpr(text):
            self.short_cpr += count

    @property
    def personal(self) -> bool:
        """Whether the column has something like a CPR number; none of its cells is shown then. Every ninth number of
        nine digits looks like one, so it takes nearly all of them."""
        alike = self.cpr + self.spaced_cpr
        return alike > 0 or (self.short_cpr >= 2 and 10 * self.short_cpr >= 9 * self.filled)

    def _keep(self, texts: list[str], times: list[int]) -> None:
        if not self.overflow:
            for text, count in zip(texts, times, strict=True):
                if text:
                    self.counts[text] += count
            if len(self.counts) > MOST_COUNTED:
                self.overflow = True
                self._hashes.extend(hash(text) for text in self.counts)
                self.counts = Counter(dict(self.counts.most_common(1000)))
        elif len(self._hashes) <= MOST_HASHED:
            self._hashes.extend(hash(text) for text in texts if text)

    @property
    def distinct(self) -> int | None:
        """How many different texts; None where they are too many to tell."""
        if not self.overflow:
            return len(self.counts)
        if len(self._hashes) > MOST_HASHED:
            return None
        import numpy as np

        if self._told[0] != self.rows:
            self._told = self.rows, len(np.unique(np.array(self._hashes, np.int64)))
        return self._told[1]

    @property
    def repeated(self) -> int | None:
        """Rows whose text another row has had before; None where that is not known."""
        return None if (distinct := self.distinct) is None else self.filled - distinct

    @property
    def empty(self) -> int:
        """Rows with an empty cell."""
        return self.rows - self.filled

    @property
    def compact(self) -> bool:
        """Whether these are dates without signs: 20240305."""
        return 0 < self.filled <= self.forms["compact", "", False] * 1.02

    @property
    def kind(self) -> str:
        """One of KINDS."""
        if not self.filled:
            return "empty"
        if self.kinds["date"] >= 0.8 * (self.filled - self.odd["hashes"]) and self.kinds["date"]:
            timed = sum(count for (_, _, clock), count in self.forms.items() if clock)
            return "moment" if timed > 0.5 * self.kinds["date"] else "date"
        if self.compact:
            return "date"
        if not self.overflow and self._yes_no():
            return "yes_no"
        return self._by_values()

    def _yes_no(self) -> bool:
        if len(self.counts) > 6:
            return False
        words = {text.casefold() for text in self.counts}
        return any(words <= pair and (len(words) > 1 or self.filled > 1) for pair in _YES_NO)

    def _by_values(self) -> str:
        distinct = self.distinct
        unique = distinct is None or distinct >= 0.99 * self.filled
        if self.kinds["whole"] >= 0.95 * self.filled:
            codes = self.led_by_zero or (len(self.widths) == 1 and (distinct or 0) <= 0.3 * self.filled)
            small = distinct is not None and distinct <= 400 and codes and max(self.widths, default=0) >= 3
            return "id" if unique and self.filled > 1 else "codes" if small else "whole"
        if self.kinds["whole"] + self.kinds["decimal"] >= 0.95 * self.filled:
            return "decimal"
        few = distinct is not None and (
            distinct <= min(2000, 0.3 * self.filled) or (distinct <= 20 and distinct <= 0.8 * self.filled)
        )
        if self.mail > 0.5 * self.filled:
            return "text"
        if few and self.long <= 0.4 * self.filled:
            return "codes"
        return "id" if self.spaced <= 0.1 * self.filled and self.long <= 0.02 * self.filled else "text"


def day_numbers(
    codes: npt.NDArray[np.int64], looks: list[Look | None], month_first: bool
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The day number of every row, and with day and month the other way round; UNKNOWN_DAY where there is none."""
    import numpy as np

    def of(seen: Look | None) -> tuple[int, int]:
        if seen is None or seen.odd or not seen.form:
            return UNKNOWN_DAY, UNKNOWN_DAY
        first, other = (seen.day, seen.swapped)
        if month_first and seen.form in ("year_last", "short_year"):
            first, other = other, first
        both = first is not None and other is not None
        plain = first if first is not None else other
        return (UNKNOWN_DAY if plain is None else plain), (
            other if both and other is not None else UNKNOWN_DAY
        )

    pairs = np.array([of(seen) for seen in looks] or [(UNKNOWN_DAY, UNKNOWN_DAY)], np.int64)
    return pairs[codes, 0], pairs[codes, 1]


def whole_numbers(codes: npt.NDArray[np.int64], looks: list[Look | None]) -> npt.NDArray[np.int64]:
    """The number of every row; the least int64 where there is none."""
    import numpy as np

    none = np.iinfo(np.int64).min
    values = [none if seen is None or seen.number is None else seen.number for seen in looks]
    found: npt.NDArray[np.int64] = np.array(values or [none], np.int64)[codes]
    return found
