"""Columns of text read at once, for texts that are nearly all different. What is not plain is left to `cells`.

Each function gives the values it can read and null for the rest: empty texts, and texts to be read one by one.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.intake.cells import MAX_TEXT, ORIGIN, CodeLists, Source
from sagsbarometer.appeals.intake.moments import DAY, FIRST_YEAR, LAST_YEAR, offsets
from sagsbarometer.appeals.registration import REGISTERED_AT
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.ids import holds_cpr

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

# As `kernel.ids` sees a CPR number or wider: what these find is asked about there. Digits may be of any script.
_MAYBE_CPR = (
    r"(?:^|[^0-9])(?:0[1-9]|[12][0-9]|3[01])[^0-9]?(?:0[1-9]|1[0-2])[^0-9]?[0-9]{2}(?:[0-9]{2})?[^0-9]{0,3}[0-9]{4}"
    r"(?:[^0-9]|$)"
)
# Signs nobody sees may stand between any two digits.
_MAYBE_CPR_ANYWHERE = r"(?:\p{Nd}[^\p{Nd}]{0,9}){9}\p{Nd}"
_SHORTEST_CPR = 10  # bytes
_DIGITS_OF_CPR = 10
_BEYOND_ASCII = 128
_EPOCH = date(1970, 1, 1).toordinal()
# Years of which `moments` has the offsets.
_YEAR = r"(?:19[789][0-9]|20[0-9]{2})"
_MONTH_DAY = (
    r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
_ISO_DAY = f"^{_YEAR}-{_MONTH_DAY}(?:[T ]{_CLOCK})?$"
_ISO_UTC = f"^{_YEAR}-{_MONTH_DAY}[T ]{_CLOCK}Z$"
# In a text written so there is no CPR number, whatever its digits are.
_MOMENT = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?Z?")
_YEAR_LAST = r"^([0-9]{2})[./-]([0-9]{2})[./-]([0-9]{4})(.*)$"
_YEAR_FIRST = r"^([0-9]{4})-([0-9]{2})-([0-9]{2})(.*)$"
_SHORT_NUMBER = r"^[+-]?[0-9]{1,9}$"


def cpr_in(texts: pa.StringArray) -> pa.BooleanArray:
    """For every text whether something in it looks like a CPR number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    long = pc.greater_equal(pc.binary_length(texts), _SHORTEST_CPR)
    if not pc.any(long).as_py() or _moment_of_all(texts) or _few_digits(texts):
        return pa.repeat(pa.scalar(False), len(texts))
    maybe = pc.and_(long, pc.match_substring_regex(texts, _MAYBE_CPR))
    plain = pc.string_is_ascii(texts)
    if not pc.all(plain).as_py():
        anywhere = pc.match_substring_regex(pc.utf8_normalize(texts, form="NFKC"), _MAYBE_CPR_ANYWHERE)
        maybe = pc.if_else(plain, maybe, pc.and_(long, anywhere))
    found = pc.indices_nonzero(maybe)
    if not len(found):
        return maybe
    sure = [holds_cpr(text) for text in texts.take(found).to_pylist()]
    return pc.replace_with_mask(maybe, maybe, pa.array(sure, pa.bool_()))


def _moment_of_all(texts: pa.StringArray) -> bytes:
    """The first text where it is written as a moment in ISO and all are written alike: with other digits, if any; else
    b"". Most systems write them so, and this is seen sooner than what each text is.
    """
    import numpy as np

    data, ends = _bytes_of(texts)
    if not len(data) or texts.null_count:
        return b""
    size = int(ends[1])
    first = data[:size].tobytes()
    if not _MOMENT.fullmatch(first) or (np.diff(ends) != size).any():
        return b""
    least = np.frombuffer(re.sub(rb"[0-9]", b"0", first), np.uint8)
    room = np.where(least == ord("0"), 9, 0).astype(np.uint8)
    return first if bool((data.reshape(-1, size) - least <= room).all()) else b""


def _few_digits(texts: pa.StringArray) -> bool:
    """Whether all texts are ASCII, and none has as many digits as a CPR number."""
    import numpy as np

    data, ends = _bytes_of(texts)
    if len(data) and data.max() >= _BEYOND_ASCII:
        return False
    seen = np.zeros(len(data) + 1, np.int32)
    np.cumsum(data - np.uint8(48) < 10, out=seen[1:])
    return bool((np.diff(seen[ends]) < _DIGITS_OF_CPR).all())


def _bytes_of(texts: pa.StringArray) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """The bytes of all texts, one after the other, and where each begins and the last ends."""
    import numpy as np

    _, offsets, data = texts.buffers()
    if not len(texts) or data is None:
        return np.zeros(0, np.uint8), np.zeros(len(texts) + 1, np.int32)
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return np.frombuffer(data, np.uint8)[ends[0] : ends[-1]], ends - ends[0]


def read_many(source: Source, texts: pa.StringArray, lists: CodeLists) -> pa.Array | None:
    """The values of texts where they are plain; None for a column that must be read one text at a time."""
    if source.reach or source.target == "authority" or source.target in lists or source.target == ORIGIN:
        return None
    match source.type:
        case Type.DATE if not source.dates.formats and source.dates.orders:
            found = _moments(source, texts) if source.target == REGISTERED_AT else _days(source, texts)
        case Type.INT:
            found = _numbers(texts)
        case Type.TEXT | Type.CODE:
            found = _texts(texts)
        case _:
            return None
    return _without_words(source, texts, found)


def _without_words(source: Source, texts: pa.StringArray, found: pa.Array) -> pa.Array:
    """Null where the mapping says what a text stands for."""
    import pyarrow as pa
    import pyarrow.compute as pc

    said = sorted({*source.unknown, *source.codes})
    if not said:
        return found
    mapped = pc.is_in(texts, value_set=pa.array(said, pa.string()))
    return pc.if_else(mapped, pa.scalar(None, found.type), found)


def _texts(texts: pa.StringArray) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    length = pc.binary_length(texts)
    fits = pc.and_(
        pc.greater(length, 0), pc.less_equal(length, MAX_TEXT)
    )  # bytes: no more characters than that
    return pc.if_else(fits, texts, pa.scalar(None, pa.string()))


def _numbers(texts: pa.StringArray) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = pc.match_substring_regex(texts, _SHORT_NUMBER)
    unsigned = pc.if_else(pc.starts_with(texts, "+"), pc.utf8_slice_codeunits(texts, 1), texts)
    return pc.if_else(plain, unsigned, pa.scalar(None, pa.string())).cast(pa.int32())


def _iso(source: Source, texts: pa.StringArray) -> pa.StringArray:
    """Dates of the first order that their shape fits, as ISO; whatever has another shape as it was."""
    import pyarrow.compute as pc

    orders = source.dates.orders
    last = next((order for order in orders if order in ("day_first", "month_first")), "")
    first = next((order for order in orders if order in ("iso", "year_first_day")), "")
    written = texts
    if first == "year_first_day":
        written = pc.replace_substring_regex(written, _YEAR_FIRST, r"\1-\3-\2\4")
    elif not first:
        written = pc.replace_substring_regex(written, _YEAR_FIRST, "")
    if last:
        swapped = r"\3-\2-\1\4" if last == "day_first" else r"\3-\1-\2\4"
        written = pc.replace_substring_regex(written, _YEAR_LAST, swapped)
    return written


def _matching(texts: pa.StringArray, pattern: str) -> tuple[pa.StringArray, bool]:
    """The texts that match, null for the others; and whether all that are not empty match."""
    import pyarrow as pa
    import pyarrow.compute as pc

    matches = pc.match_substring_regex(texts, pattern)
    if pc.all(matches).as_py():
        return texts, True
    found = pc.if_else(matches, texts, pa.scalar(None, pa.string()))
    filled = pc.sum(pc.not_equal(texts, "")).as_py() or 0
    return found, filled == len(texts) - found.null_count


def _is_iso(source: Source) -> bool:
    """Whether what is written as ISO is read as that."""
    return next((order for order in source.dates.orders if order in ("iso", "year_first_day")), "") == "iso"


def _days(source: Source, texts: pa.StringArray) -> pa.Array:
    """Days of Danish times: the day they are written with."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found, whole = _matching(texts, _ISO_DAY) if _is_iso(source) else (texts, False)
    if not whole:
        found, _ = _matching(_iso(source, texts), _ISO_DAY)
    return pc.utf8_slice_codeunits(found, 0, 10).cast(pa.date32())


def _moments(source: Source, texts: pa.StringArray) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if _is_iso(source) and (found := _universal(texts)) is not None:
        return found
    universal: pa.Array | None = None
    if _is_iso(source):  # most are written in one way: nothing more is asked then
        found, whole = _matching(texts, _ISO_UTC)
        universal = found.cast(pa.timestamp("us", "UTC"))
        if whole:
            return universal
        found, whole = _matching(texts, _ISO_DAY)
        if whole:
            return _from_danish(found.cast(pa.timestamp("us")))
    written = _iso(source, texts)
    if universal is None or not written.equals(texts):
        universal = _matching(written, _ISO_UTC)[0].cast(pa.timestamp("us", "UTC"))
    local = _matching(written, _ISO_DAY)[0].cast(pa.timestamp("us"))
    return pc.coalesce(universal, _from_danish(local))


def _universal(texts: pa.StringArray) -> pa.Array | None:
    """The moments of texts where all are written alike, in ISO and as UTC; None otherwise."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not _moment_of_all(texts).endswith(b"Z"):
        return None
    try:
        found = texts.cast(pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:  # the 31st of some February
        return None
    ends = pc.min_max(found.cast(pa.int64())).as_py()
    first, after = ((date(year, 1, 1).toordinal() - _EPOCH) * DAY for year in (FIRST_YEAR, LAST_YEAR + 1))
    return found if ends["min"] >= first and ends["max"] < after else None


def _from_danish(local: Any) -> pa.Array:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    unknown = local.is_null().to_numpy(zero_copy_only=False)
    numbers = pc.fill_null(local.cast(pa.int64()), 0).to_numpy()
    moments = offsets().utc(np.ascontiguousarray(numbers))
    return pa.array(moments, pa.int64(), mask=unknown).cast(pa.timestamp("us", "UTC"))
