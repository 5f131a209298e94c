"""Rows of text into registrations, a batch at a time: each different text of a column is read once.

What stands in a cell is read by `cells`, and only there; here texts are sorted out so that it is asked seldom. Texts
that are nearly all different (ids, moments) are read by `vectors` as far as they are plain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.codes import Codes
from sagsbarometer.appeals.intake.cells import ORIGIN, Source, Unreadable, Value, read_cell
from sagsbarometer.appeals.intake.mapping import Plan
from sagsbarometer.appeals.intake.vectors import cpr_in, read_many
from sagsbarometer.appeals.registration import DELIVERY, LINE, REGISTERED_AT, WITHDRAWN
from sagsbarometer.deliveries.stream import Batch
from sagsbarometer.forms.language.types import Type

if TYPE_CHECKING:
    import pyarrow as pa

MANY = 20_000  # different texts in a batch, more than a tenth of it: read them all at once
_REMEMBERED = 200_000  # texts of a column whose values are remembered from batch to batch
_WORDS = 2_000  # different words of the source for outcomes that are counted
_CPR = "Her står noget, der ligner et CPR-nummer. Værdien vises ikke her."

Run = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]  # as `map`, perhaps on several threads


@dataclass(frozen=True, slots=True)
class Texts:
    """The cells of one column of the file: coded where few of them are different. `hidden` says which of the different
    ones, or of all, look like CPR numbers; None where none does.
    """

    whole: pa.StringArray
    coded: pa.DictionaryArray | None
    hidden: pa.BooleanArray | None


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """The registrations of a batch, in the columns of `schema`, and what could not be read (`FAULTS`); None for
    nothing.
    """

    rows: pa.Table
    faults: pa.Table | None


def fault_schema() -> pa.Schema:
    """The columns of what could not be read: one row per cell.

    `bits` are the columns whose value is not there for it, by their place in the delivery; `text` is "" where it must
    not be seen. `place` is the order in which faults of a row are told.
    """
    import pyarrow as pa

    words = {name: pa.string() for name in ("rule", "code", "target", "file_column", "text", "fault")}
    return pa.schema({LINE: pa.int64(), "bits": pa.int64(), "place": pa.int32(), **words})


@dataclass
class Reader:
    """Reads the batches of one delivery by a plan. `origins` and `words` are what was met on the way: the origins of
    the rows, and the words for outcomes by column with what they became.
    """

    plan: Plan
    codes: Codes
    header: Sequence[str]
    number: int  # of the delivery
    run: Run = map
    origins: set[str] = field(default_factory=set)
    words: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _wide: set[str] = field(default_factory=set)
    _known: dict[tuple[str, str], dict[str, Value | Unreadable]] = field(default_factory=dict)
    _coded: dict[str, bool] = field(
        default_factory=dict
    )  # how each column of text is written, by the first batch

    def __post_init__(self) -> None:
        """Which place each column has in `bits`, and which columns hang on each column of the file."""
        self.sources = {**self.plan.sources, **self.plan.scratch}
        self.bits = bits_of(self.plan)
        self._uses: dict[str, int] = {}
        for source in self.plan.sources.values():
            for column in source.columns:
                self._uses[column] = self._uses.get(column, 0) | self.bits.get(source.target, 0)

    def read(self, batch: Batch, lines: pa.Int64Array) -> ReadBatch:
        """The registrations of a batch whose rows have these lines."""
        import pyarrow as pa

        cells = dict(zip(self.header, batch.columns, strict=True))
        texts = dict(zip(cells, self.run(self._texts, cells.items()), strict=True))
        found = list(self.run(lambda source: self._source(source, texts, len(batch)), self.sources.values()))
        values = {
            source.target: value for source, (value, _) in zip(self.sources.values(), found, strict=True)
        }
        self._law_area(values)
        blocks = [block for name, text in texts.items() if (block := self._hidden(name, text))]
        blocks += [block for _, several in found for block in several]
        rows = self._rows(values, lines)
        if not blocks:
            return ReadBatch(rows, None)
        told = pa.concat_tables(block.table(lines) for block in blocks)
        return ReadBatch(rows, told.cast(fault_schema()))

    # --- a column of the file ---

    def _texts(self, named: tuple[str, pa.StringArray]) -> Texts:
        import pyarrow.compute as pc

        name, whole = named
        coded = None
        if name not in self._wide:
            coded = pc.dictionary_encode(whole)
            if len(coded.dictionary) > MANY and len(coded.dictionary) * 10 > len(whole):
                self._wide.add(name)
                coded = None
        if name in self.plan.not_cpr:
            return Texts(whole, coded, None)
        hidden = cpr_in(whole if coded is None else coded.dictionary)
        return Texts(whole, coded, hidden if pc.any(hidden).as_py() else None)

    def _hidden(self, name: str, texts: Texts) -> Block | None:
        import pyarrow.compute as pc

        if texts.hidden is None:
            return None
        mask = texts.hidden if texts.coded is None else texts.hidden.take(texts.coded.indices)
        place = self.header.index(name)
        said = {
            "rule": "cpr",
            "code": "REGISTER-110",
            "target": "",
            "file_column": name,
            "text": "",
            "fault": _CPR,
        }
        return Block(pc.indices_nonzero(mask), {"bits": self._uses.get(name, 0), "place": place, **said})

    # --- a column of the register ---

    def _source(self, source: Source, texts: Mapping[str, Texts], size: int) -> tuple[pa.Array, list[Block]]:
        import pyarrow as pa
        import pyarrow.compute as pc

        if source.constant is not None:
            value = read_cell(source, source.constant, self.codes.lists)
            if source.target == ORIGIN:
                self.origins.add(str(value))
            return pa.repeat(pa.scalar(value, arrow_type(source)), size), []
        read = [self._column(source, column, texts[column]) for column in source.columns]
        blocks = [block for _, several in read for block in several]
        if len(read) == 1:
            return read[0][0], blocks
        values = [_plain(value) for value, _ in read]
        return (self._farthest(source, values) if source.reach else pc.coalesce(*values)), blocks

    def _farthest(self, source: Source, values: list[pa.Array]) -> pa.Array:
        """Of several outcomes of a case the one that goes farthest."""
        import pyarrow as pa
        import pyarrow.compute as pc

        codes = self.codes.lists[source.target].codes
        order = pa.array(sorted(codes, key=lambda code: -source.reach.get(code, 0)), pa.string())
        return order.take(pc.min_element_wise(*(pc.index_in(value, value_set=order) for value in values)))

    def _column(self, source: Source, column: str, texts: Texts) -> tuple[pa.Array, list[Block]]:
        import pyarrow as pa
        import pyarrow.compute as pc

        if texts.coded is not None:
            return self._few(source, column, texts.coded, texts.hidden)
        values = read_many(source, texts.whole, self.codes.lists)
        if values is None:
            coded = pc.dictionary_encode(texts.whole)
            hidden = None if texts.hidden is None else cpr_in(coded.dictionary)
            return self._few(source, column, coded, hidden)
        rest = pc.and_(pc.is_null(values), pc.not_equal(texts.whole, ""))
        if texts.hidden is not None:
            values = pc.if_else(texts.hidden, pa.scalar(None, values.type), values)
            rest = pc.and_not(rest, texts.hidden)
        if not pc.any(rest).as_py():
            return values, []
        rows = pc.indices_nonzero(rest)
        slow, blocks = self._few(source, column, pc.dictionary_encode(texts.whole.filter(rest)), None)
        values = pc.replace_with_mask(values, rest, _plain(slow))
        return values, [block.at(rows) for block in blocks]

    def _few(
        self, source: Source, column: str, coded: pa.DictionaryArray, hidden: pa.BooleanArray | None
    ) -> tuple[pa.Array, list[Block]]:
        """The values of cells by those of the different texts in them."""
        texts = coded.dictionary.to_pylist()
        known = self._known.setdefault((source.target, column), {})
        if len(known) > _REMEMBERED:
            known.clear()
        found: list[Value | Unreadable] = []
        not_seen = set() if hidden is None else {at for at, hides in enumerate(hidden.to_pylist()) if hides}
        for at, text in enumerate(texts):
            if at in not_seen:
                found.append(None)
                continue
            if text not in known:
                known[text] = self._cell(source, text)
            found.append(known[text])
        bad = {at: error for at, error in enumerate(found) if isinstance(error, Unreadable)}
        values = [None if isinstance(value, Unreadable) else value for value in found]
        if source.target == ORIGIN:
            self.origins.update(str(value) for value in values if value is not None)
        if source.target == "outcome":
            self._count(column, coded, values, not_seen | set(bad))
        array = _spread(values, arrow_type(source), coded.indices)
        if not bad:
            return array, []
        place = len(self.header) + list(self.sources).index(source.target)
        bits = self.bits.get(source.target, 0)
        of = {"bits": bits, "place": place, "target": source.target, "file_column": column}
        return array, [Block.of(coded, bad, of)]

    def _cell(self, source: Source, text: str) -> Value | Unreadable:
        try:
            value = read_cell(source, text, self.codes.lists)
        except Unreadable as error:
            return error
        if value is None and source.target == ORIGIN:
            remedy = "Skriv den, eller brug constant: i mappingen."
            return Unreadable("origin", "REGISTER-111", "Oprindelsen mangler.", lambda: remedy)
        return value

    def _count(self, column: str, coded: pa.DictionaryArray, values: list[Any], not_read: set[int]) -> None:
        """How often each word for an outcome stands in the file, and what it became."""
        import pyarrow.compute as pc

        texts = coded.dictionary.to_pylist()
        for item in pc.value_counts(coded.indices).to_pylist():
            at = item["values"]
            if at in not_read:
                continue
            key = (column, texts[at], values[at] or "")
            if key in self.words or len(self.words) < _WORDS:
                self.words[key] += item["counts"]

    # --- the batch ---

    def _law_area(self, values: dict[str, Any]) -> None:
        """The law area follows from the case subject where it is not given."""
        import pyarrow as pa
        import pyarrow.compute as pc

        subjects, areas = values.get("case_subject"), values.get("law_area")
        if subjects is None or (areas is not None and not areas.null_count):
            return
        coded = subjects if pa.types.is_dictionary(subjects.type) else pc.dictionary_encode(subjects)
        follows = [self.codes.law_area_of.get(subject) for subject in coded.dictionary.to_pylist()]
        found = _spread(follows, pa.string(), coded.indices)
        values["law_area"] = found if areas is None else pc.coalesce(_plain(areas), _plain(found))

    def _rows(self, values: dict[str, Any], lines: pa.Int64Array) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        size = len(lines)
        values[DELIVERY] = pa.repeat(pa.scalar(self.number, pa.int32()), size)
        values[LINE] = lines.cast(pa.int32())
        gone = values.get(WITHDRAWN)
        values[WITHDRAWN] = pa.repeat(pa.scalar(False), size) if gone is None else pc.fill_null(gone, False)
        schema = delivery_schema(self.plan)
        for name in schema.names:
            if name not in values:
                values[name] = pa.nulls(size, schema.field(name).type)
        if not self._coded:
            self._coded = {name: pa.types.is_dictionary(values[name].type) for name in schema.names}
        arrays = [_as(values[name], coded=self._coded[name]) for name in schema.names]
        return pa.Table.from_arrays(arrays, names=schema.names)


@dataclass(frozen=True, slots=True)
class Block:
    """Cells of one column that could not be read, by their rows in the batch."""

    rows: pa.Array
    columns: Mapping[str, Any]  # the rest of `fault_schema`, an array or one value for all

    @staticmethod
    def of(coded: pa.DictionaryArray, bad: Mapping[int, Unreadable], of: Mapping[str, Any]) -> Block:
        """The cells with the texts at fault; `of` says of which column they are."""
        import pyarrow as pa
        import pyarrow.compute as pc

        places = pa.array(list(bad), pa.int32())
        which = pc.index_in(coded.indices, value_set=places)
        rows = pc.indices_nonzero(pc.is_valid(which))
        which = which.take(rows)
        errors = list(bad.values())
        texts = pc.utf8_slice_codeunits(coded.dictionary.take(places), 0, 300)

        def each(words: list[str]) -> pa.Array:
            return pa.array(words, pa.string()).take(which)

        said = {
            "rule": each([error.rule for error in errors]),
            "code": each([error.code for error in errors]),
            "text": texts.take(which),
            "fault": each([error.fault for error in errors]),
        }
        return Block(rows, {**of, **said})

    def at(self, rows: pa.Array) -> Block:
        """The same, where the rows so far are places in `rows`."""
        return Block(rows.take(self.rows), self.columns)

    def table(self, lines: pa.Array) -> pa.Table:
        """As `fault_schema` has it."""
        import pyarrow as pa

        size = len(self.rows)
        arrays = {LINE: lines.take(self.rows)}
        for field_ in list(fault_schema())[1:]:
            value = self.columns[field_.name]
            one = isinstance(value, str | int)
            arrays[field_.name] = pa.repeat(pa.scalar(value, field_.type), size) if one else value
        return pa.table(arrays)


def bits_of(plan: Plan) -> dict[str, int]:
    """The bit of each column that rules ask for."""
    shared = [*(name for name in plan.types if name not in plan.own), REGISTERED_AT]
    return {name: 1 << place for place, name in enumerate(shared)}


def delivery_schema(plan: Plan, scratch: bool = True) -> pa.Schema:
    """The columns of a delivery as Parquet has them; with `scratch`, also those only a condition asks for."""
    import pyarrow as pa

    fields = {name: _ARROW[type]() for name, type in plan.types.items()}
    fields |= {REGISTERED_AT: pa.timestamp("us", "UTC"), DELIVERY: pa.int32(), LINE: pa.int32()}
    fields |= {WITHDRAWN: pa.bool_()}
    if scratch:
        fields |= {name: pa.string() for name in plan.scratch}
    return pa.schema(fields)


def _string() -> Any:
    import pyarrow as pa

    return pa.string()


def _of(name: str) -> Callable[[], Any]:
    def made() -> Any:
        import pyarrow as pa

        return getattr(pa, name)()

    return made


_ARROW: Mapping[Type, Callable[[], Any]] = {
    Type.DATE: _of("date32"),
    Type.INT: _of("int32"),
    Type.BOOL: _of("bool_"),
    Type.TEXT: _string,
    Type.CODE: _string,
    Type.CODES: _string,
}


def arrow_type(source: Source) -> Any:
    """The Arrow type of the values of a column."""
    import pyarrow as pa

    return pa.timestamp("us", "UTC") if source.target == REGISTERED_AT else _ARROW[source.type]()


def _spread(values: list[Any], type: Any, indices: Any) -> Any:
    """The value of each cell by the number of its text; texts of columns of text stay coded."""
    import pyarrow as pa

    if not pa.types.is_string(type):
        return pa.array(values, type).take(indices)
    places = {
        value: at for at, value in enumerate(dict.fromkeys(value for value in values if value is not None))
    }
    place_of = pa.array([None if value is None else places[value] for value in values], pa.int32())
    return pa.DictionaryArray.from_arrays(place_of.take(indices), pa.array(list(places), pa.string()))


def _plain(values: Any) -> Any:
    import pyarrow as pa

    return values.cast(pa.string()) if pa.types.is_dictionary(values.type) else values


def _as(values: Any, coded: bool) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if coded:
        return values if pa.types.is_dictionary(values.type) else pc.dictionary_encode(values)
    return _plain(values)
