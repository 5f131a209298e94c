"""Python and the database read an expression alike; what is written is read back as the same tree."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sagsbarometer.forms.language.check import check
from sagsbarometer.forms.language.compile import compile_term, compile_truth
from sagsbarometer.forms.language.evaluate import term, truth
from sagsbarometer.forms.language.parse import MAX_DEPTH, MAX_LENGTH, parse
from sagsbarometer.forms.language.tree import (
    And,
    Compare,
    CountTrue,
    DaysBetween,
    Holds,
    Literal,
    Node,
    Not,
    OneOf,
    Or,
    Ref,
    Shift,
    StateOf,
    children,
    names,
    state_names,
)
from sagsbarometer.forms.language.types import MAX_SHIFT, Answer, Name, Type, Value
from sagsbarometer.forms.language.write import write
from sagsbarometer.forms.states import State, choice_column, state_column
from sagsbarometer.kernel.problems import Place
from tests.conftest import examples

NAMES = {
    name.id: name
    for name in (
        Name("given", Type.BOOL),
        Name("asked", Type.BOOL),
        Name("result", Type.CODE, ("grant", "partial", "refusal")),
        Name("declared", Type.CODE, ("grant", "refusal", "unclear")),
        Name("missing", Type.CODES, ("facts", "rules")),
        Name("weeks", Type.INT),
        Name("limit", Type.INT),
        Name("applied", Type.DATE),
        Name("decided", Type.DATE),
        Name("note", Type.TEXT),
    )
}
TEXTS = ("", "it's", "æøå ÆØÅ", "a\\b", '"%_', "not_asked")
# Few days, so that rows and literals meet; and the ends of the calendar.
DAYS = (date(2022, 11, 1), date(2022, 11, 2), date(2022, 12, 20), date(2024, 2, 29), date.min, date.max)
NUMBERS = (
    -MAX_SHIFT - 1,
    -MAX_SHIFT,
    -2,
    -1,
    0,
    1,
    2,
    48,
    49,
    365,
    10**6,
    MAX_SHIFT,
    MAX_SHIFT + 1,
    2**63 - 1,
)
COLUMN_TYPES = {
    Type.BOOL: pyarrow.bool_(),
    Type.CODE: pyarrow.string(),
    Type.TEXT: pyarrow.string(),
    Type.INT: pyarrow.int64(),
    Type.DATE: pyarrow.date32(),
}
Row = dict[str, Answer]


def _random_answer(name: Name, rng: random.Random) -> Answer | None:
    state = rng.choice([*State, *[State.ANSWERED] * 4, None])
    if state is not State.ANSWERED:
        return Answer(state) if state else None
    values: dict[Type, Callable[[], Value]] = {
        Type.BOOL: lambda: rng.random() < 0.5,
        Type.CODE: lambda: rng.choice(name.codes),
        Type.CODES: lambda: frozenset(code for code in name.codes if rng.random() < 0.5),
        Type.INT: lambda: rng.choice(NUMBERS),
        Type.DATE: lambda: rng.choice(DAYS),
        Type.TEXT: lambda: rng.choice(TEXTS),
    }
    return Answer(state, values[name.type]())


def _random_rows(count: int) -> list[Row]:
    """Rows of random answers; where there is none the name is left out, and null in the table."""
    rng = random.Random(97)
    drawn = ({id: _random_answer(name, rng) for id, name in NAMES.items()} for _ in range(count))
    return [{id: answer for id, answer in row.items() if answer} for row in drawn]


def _stored(rows: pyarrow.Table, folder: Path) -> ibis.Table:
    """The rows in DuckDB, read as a study reads them."""
    pyarrow.parquet.write_table(rows, folder / "rows.parquet")
    return ibis.duckdb.connect().read_parquet(folder / "rows.parquet")


def _frozen(rows: Sequence[Row]) -> pyarrow.Table:
    """The rows as they are frozen."""
    columns: dict[str, pyarrow.Array] = {"row": pyarrow.array(range(len(rows)), pyarrow.int64())}
    for id, name in NAMES.items():
        answers = [row.get(id) for row in rows]
        states = [answer.state.value if answer else None for answer in answers]
        columns[state_column(id)] = pyarrow.array(states, pyarrow.string())
        values = [answer.value if answer else None for answer in answers]
        if name.type is not Type.CODES:
            columns[id] = pyarrow.array(values, COLUMN_TYPES[name.type])
        for code in name.codes if name.type is Type.CODES else ():
            held = [code in value if isinstance(value, frozenset) else None for value in values]
            columns[choice_column(id, code)] = pyarrow.array(held, pyarrow.bool_())
    return pyarrow.table(columns)


ROWS = _random_rows(150)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> ibis.Table:
    return _stored(_frozen(ROWS), tmp_path_factory.mktemp("frozen"))


# --- Trees as `parse` makes them -----------------------------------------------------------------------


def _refs(type: Type) -> st.SearchStrategy[Node]:
    return st.sampled_from([Ref(id) for id, name in NAMES.items() if name.type is type])


def _literals(values: Sequence[Any]) -> st.SearchStrategy[Literal]:
    return st.sampled_from([Literal(value) for value in values])


def _codes(*ids: str) -> st.SearchStrategy[Literal]:
    return _literals(sorted(set.intersection(*(set(NAMES[id].codes) for id in ids))))


def _compared(
    signs: str, left: st.SearchStrategy[Node], right: st.SearchStrategy[Node]
) -> st.SearchStrategy[Node]:
    """Comparisons either way round, never of two constants."""
    pairs = st.tuples(left, right).filter(lambda pair: not all(isinstance(side, Literal) for side in pair))
    turned = st.tuples(pairs, st.booleans()).map(lambda drawn: drawn[0][::-1] if drawn[1] else drawn[0])
    return st.builds(lambda sign, pair: Compare(sign, *pair), st.sampled_from(signs.split()), turned)


def _one_of(item: st.SearchStrategy[Node], options: st.SearchStrategy[Literal]) -> st.SearchStrategy[Node]:
    return st.builds(OneOf, item, st.lists(options, min_size=1, max_size=3).map(tuple))


ORDER = "== != < <= > >="
SIGNS = st.sampled_from([1, -1])
AMOUNTS = _refs(Type.INT) | _literals([number for number in NUMBERS if 0 <= number <= MAX_SHIFT])
DATES: st.SearchStrategy[Node] = st.recursive(
    _refs(Type.DATE) | _literals(DAYS),
    lambda dates: st.builds(Shift, dates, SIGNS, AMOUNTS),
    max_leaves=2,
)
SHIFTS = st.builds(Shift, DATES, SIGNS, AMOUNTS)
BETWEEN = st.builds(DaysBetween, DATES, DATES)
INTS = _refs(Type.INT) | BETWEEN
INT_LITERALS = _literals([number for number in NUMBERS if abs(number) <= MAX_SHIFT])
STATES = st.sampled_from([StateOf(id) for id in NAMES])
STATE_WORDS = _literals([state.value for state in State])
SIMPLE: st.SearchStrategy[Node] = st.one_of(
    _refs(Type.BOOL),
    _literals([True, False]),
    _compared("== !=", st.just(Ref("result")), st.just(Ref("declared")) | _codes("result")),
    _compared("== !=", st.just(Ref("note")), st.just(Ref("note")) | _literals(TEXTS)),
    _compared("== !=", STATES, STATES | STATE_WORDS),
    _compared(ORDER, INTS, INTS | INT_LITERALS),
    _compared(ORDER, DATES, DATES),
    _one_of(st.just(Ref("result")), _codes("result")),
    _one_of(st.just(Ref("note")), _literals(TEXTS)),
    _one_of(INTS, INT_LITERALS),
    _one_of(DATES.filter(lambda node: not isinstance(node, Literal)), _literals(DAYS)),
    _one_of(STATES, STATE_WORDS),
    st.builds(Holds, st.sampled_from(NAMES["missing"].codes), st.just("missing")),
)


def _flat(kind: type[And] | type[Or], items: list[Node]) -> Node:
    laid_out = [part for item in items for part in (item.items if isinstance(item, kind) else (item,))]
    return kind(tuple(laid_out))


def _joined(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=2, max_size=4)
    return st.one_of(
        nodes.map(Not),
        several.map(lambda items: _flat(And, items)),
        several.map(lambda items: _flat(Or, items)),
        _compared("== !=", nodes, nodes),
    )


UNCOUNTED = st.recursive(SIMPLE, _joined, max_leaves=6)
COUNTED = _compared(
    ORDER,
    st.lists(UNCOUNTED, min_size=1, max_size=4).map(lambda items: CountTrue(tuple(items))),
    st.integers(-1, 5).map(Literal),
)
TRUTHS: st.SearchStrategy[Node] = st.recursive(SIMPLE | COUNTED, _joined, max_leaves=8)
TERMS: st.SearchStrategy[Node] = st.one_of(SHIFTS, BETWEEN, DATES, INTS, INT_LITERALS, TRUTHS)


# --- The engines ---------------------------------------------------------------------------------------


def _computed(table: ibis.Table, columns: dict[str, ibis.Value]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.select("row", **columns).order_by("row").to_pyarrow().to_pylist()
    return rows


@settings(max_examples=examples(12))
@given(nodes=st.lists(TRUTHS, min_size=3, max_size=7))
def test_the_database_finds_the_same_truth(table: ibis.Table, nodes: list[Node]) -> None:
    for node in nodes:
        assert check(node, NAMES, Place()) == (Type.BOOL, ()), write(node)
    columns = {f"c{index}": compile_truth(node, table, NAMES) for index, node in enumerate(nodes)}
    computed = _computed(table, columns)
    for index, node in enumerate(nodes):
        expected = [truth(node, row) for row in ROWS]
        assert [row[f"c{index}"] for row in computed] == expected, write(node)


@settings(max_examples=examples(12))
@given(nodes=st.lists(TERMS, min_size=3, max_size=7))
def test_the_database_finds_the_same_terms(table: ibis.Table, nodes: list[Node]) -> None:
    columns: dict[str, ibis.Value] = {}
    for index, node in enumerate(nodes):
        compiled = compile_term(node, table, NAMES)
        columns |= {f"v{index}": compiled.value, f"s{index}": compiled.state}
    computed = _computed(table, columns)
    for index, node in enumerate(nodes):
        expected = [term(node, row) for row in ROWS]
        found = [Answer(State(row[f"s{index}"]), row[f"v{index}"]) for row in computed]
        assert found == expected, write(node)


WILD_LEAVES: list[Node] = [
    *(Ref(id) for id in (*NAMES, "unknown")),
    *(Literal(value) for value in (True, 7, "grant", "answered", date(2022, 12, 20))),
    StateOf("result"),
    Holds("facts", "missing"),
]
# Of any shape, so that most make no sense.
WILD: st.SearchStrategy[Node] = st.recursive(
    st.sampled_from(WILD_LEAVES),
    lambda nodes: st.one_of(
        st.builds(Compare, st.sampled_from(ORDER.split()), nodes, nodes),
        st.builds(OneOf, nodes, st.tuples(_literals([True, 7, "grant", date(2022, 12, 20)]))),
        st.builds(Shift, nodes, SIGNS, AMOUNTS),
        st.builds(DaysBetween, nodes, nodes),
        st.lists(nodes, min_size=1, max_size=2).map(lambda items: CountTrue(tuple(items))),
        nodes.map(Not),
        st.tuples(nodes, nodes).map(And),
        st.tuples(nodes, nodes).map(Or),
    ),
    max_leaves=4,
)


@given(nodes=st.lists(WILD, min_size=20, max_size=40), expects=st.sampled_from(Type))
def test_what_check_accepts_can_be_computed(table: ibis.Table, nodes: list[Node], expects: Type) -> None:
    columns: dict[str, ibis.Value] = {}
    for index, node in enumerate(nodes):
        type, problems = check(node, NAMES, Place(), expects)
        assert problems or type is expects
        if problems:
            continue
        columns[f"v{index}"] = compile_term(node, table, NAMES).value
        for row in ROWS[:50]:
            term(node, row)
            if expects is Type.BOOL:
                truth(node, row)
        if expects is Type.BOOL:
            columns[f"c{index}"] = compile_truth(node, table, NAMES)
    _computed(table, columns)


def test_the_deepest_and_the_longest_expression_can_be_computed(table: ibis.Table) -> None:
    deep: Node = Ref("given")
    for level in range(MAX_DEPTH - 2):
        deep = Not(deep) if level % 2 else Compare("==", deep, Ref("asked"))
    moved = parse("applied" + " + 1 days" * (MAX_DEPTH - 3) + " < decided", Place())
    wide = parse(" or ".join(["given"] * (MAX_LENGTH // 9)), Place())
    assert parse(write(deep), Place()) == deep
    nodes = [deep, moved, wide, Compare(">=", CountTrue((Ref("given"),) * 100), Literal(100))]
    computed = _computed(table, {f"c{i}": compile_truth(node, table, NAMES) for i, node in enumerate(nodes)})
    for index, node in enumerate(nodes):
        assert [row[f"c{index}"] for row in computed] == [truth(node, row) for row in ROWS]


def test_a_long_count_is_not_a_deep_one(table: ibis.Table) -> None:
    unbound = ibis.table(table.schema(), name="rows")
    count = Compare(">=", CountTrue((Ref("given"),) * 1000), Literal(3))
    assert ibis.to_sql(unbound.select(c=compile_truth(count, unbound, NAMES)), dialect="duckdb")


@given(node=TRUTHS, dialect=st.sampled_from(["postgres", "sqlite"]))
def test_truth_can_be_written_for_other_databases(table: ibis.Table, node: Node, dialect: str) -> None:
    unbound = ibis.table(table.schema(), name="rows")
    assert ibis.to_sql(unbound.select(c=compile_truth(node, unbound, NAMES)), dialect=dialect)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_moved_date_can_be_written_for_other_databases(table: ibis.Table, dialect: str) -> None:
    unbound = ibis.table(table.schema(), name="rows")
    moved = compile_term(Shift(Ref("applied"), 1, Ref("weeks")), unbound, NAMES)
    assert ibis.to_sql(unbound.select(v=moved.value, s=moved.state), dialect=dialect)


def test_a_moved_date_is_a_date_and_not_a_time(table: ibis.Table) -> None:
    moved = compile_term(Shift(Ref("applied"), 1, Literal(28)), table, NAMES)
    written = ibis.to_sql(table.select(v=moved.value).limit(1), dialect="duckdb")
    (found,) = ibis.get_backend(table).raw_sql(f"SELECT typeof(v) FROM ({written})").fetchone()
    assert found == "DATE"


def test_a_column_that_nobody_answered_may_be_of_any_type(tmp_path: Path) -> None:
    silent = [{id: Answer(state) for id in NAMES} for state in State if state is not State.ANSWERED]
    frozen = _frozen(silent)
    for index, name in enumerate(frozen.column_names):
        if name != "row" and not name.endswith("__state"):
            frozen = frozen.set_column(index, name, pyarrow.nulls(len(silent)))
    table = _stored(frozen, tmp_path)
    texts = (
        "given",
        "result == 'grant'",
        "'facts' in missing",
        "weeks > 3",
        "applied < decided",
        "note != 'x'",
    )
    nodes = [parse(text, Place()) for text in texts]
    computed = _computed(table, {f"c{i}": compile_truth(node, table, NAMES) for i, node in enumerate(nodes)})
    for index, node in enumerate(nodes):
        assert [row[f"c{index}"] for row in computed] == [truth(node, row) for row in silent]


# --- Laws ----------------------------------------------------------------------------------------------


@given(node=TERMS)
def test_what_is_written_is_read_as_the_same_tree(node: Node) -> None:
    again = parse(write(node), Place())
    assert repr(again) == repr(node)  # not ==, by which true is 1
    assert write(again) == write(node)


@given(one=TRUTHS, other=TRUTHS)
def test_and_or_and_not_keep_the_laws_of_kleene(one: Node, other: Node) -> None:
    for row in ROWS[:100]:
        p, q = truth(one, row), truth(other, row)
        # no < unknown < yes: `and` is the lesser, `or` the greater, and `not` turns them round.
        order = [False, None, True]
        lesser, greater = sorted((p, q), key=order.index)
        assert truth(And((one, other)), row) is lesser
        assert truth(Or((one, other)), row) is greater
        assert truth(Not(one), row) is order[2 - order.index(p)]
        assert truth(Not(And((one, other))), row) is truth(Or((Not(one), Not(other))), row)
        assert truth(Not(Or((one, other))), row) is truth(And((Not(one), Not(other))), row)


@given(node=TRUTHS.filter(lambda node: not state_names(node)), data=st.data())
def test_a_verdict_stands_whatever_the_unknown_answers_turn_out_to_be(
    node: Node, data: st.DataObject
) -> None:
    rng = random.Random(data.draw(st.integers(0, 10**6)))
    for row in ROWS[:100]:
        verdict = truth(node, row)
        if verdict is None:
            continue
        known = {id: row.get(id, Answer(State.NOT_ANSWERED)) for id in sorted(names(node))}
        for id, answer in known.items():
            while known[id].state in (State.CANNOT_BE_SEEN, State.NOT_ANSWERED):
                found = _random_answer(NAMES[id], rng)
                known[id] = found if found and found.state is State.ANSWERED else answer
        if not any(_moves_too_far(part, known) for part in _all(node)):
            assert truth(node, known) is verdict, write(node)


def _moves_too_far(node: Node, row: Row) -> bool:
    """Whether an answer that turned out is still counted as unknown."""
    days = term(node.days, row).value if isinstance(node, Shift) else None
    return isinstance(days, int) and abs(days) > MAX_SHIFT


def _all(node: Node) -> list[Node]:
    return [node, *(part for child in children(node) for part in _all(child))]
