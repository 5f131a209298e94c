"""Whether any counts give the printed percentages, against counting all of them out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.checking.feasible import Printed, Row, conflicts, feasible, reachable
from sagsbarometer.kernel.rounding import percent

ATOMS = ("upheld", "remitted", "changed")
PARTS = {
    "upheld": frozenset({"upheld"}),
    "remitted": frozenset({"remitted"}),
    "changed": frozenset({"changed"}),
    "reversed": frozenset({"remitted", "changed"}),
}


def row(name: str, base: int, **percentages: int) -> Row:
    return Row(
        name, base, tuple(Printed(column, PARTS[column], value) for column, value in percentages.items())
    )


def counts_of(item: Row) -> set[tuple[int, int, int]]:
    """Every way to share out the cases of a row that prints as it does."""
    found = set()
    for upheld, remitted in product(range(item.base + 1), repeat=2):
        if (changed := item.base - upheld - remitted) < 0:
            continue
        counts = dict(zip(ATOMS, (upheld, remitted, changed), strict=True))
        if all(
            item.base and percent(sum(counts[atom] for atom in part.atoms), item.base) == part.percentage
            for part in item.printed
        ):
            found.add((upheld, remitted, changed))
    return found


def sums(rows: Sequence[Row]) -> set[tuple[int, ...]]:
    found: set[tuple[int, ...]] = {(0, 0, 0)}
    for item in rows:
        found = {
            tuple(a + b for a, b in zip(one, two, strict=True)) for one in found for two in counts_of(item)
        }
    return found


@st.composite
def any_row(draw: st.DrawFn, name: str, base: int) -> Row:
    columns = draw(st.lists(st.sampled_from(sorted(PARTS)), unique=True))
    return row(name, base, **{column: int(percent(draw(st.integers(0, base)), base)) for column in columns})


@st.composite
def drawn_row(draw: st.DrawFn, name: str, largest: int = 2000) -> tuple[Row, tuple[int, ...]]:
    counts = tuple(draw(st.integers(0, largest)) for _ in ATOMS)
    if not sum(counts):
        counts = (1, 0, 0)
    named = dict(zip(ATOMS, counts, strict=True))
    shares = {
        column: int(percent(sum(named[atom] for atom in part), sum(counts))) for column, part in PARTS.items()
    }
    return row(name, sum(counts), **shares), counts


@given(st.data())
def test_agrees_with_counting_out(data: st.DataObject) -> None:
    rows = [
        data.draw(any_row(str(n), data.draw(st.integers(1, 6)))) for n in range(data.draw(st.integers(0, 3)))
    ]
    whole = data.draw(any_row("whole", sum(item.base for item in rows) or data.draw(st.integers(1, 12))))
    wanted = bool(sums(rows) & counts_of(whole)) if rows else bool(counts_of(whole))
    assert feasible(rows, whole, ATOMS) == wanted


@given(st.data())
def test_what_counts_gave_is_always_feasible(data: st.DataObject) -> None:
    drawn = [data.draw(drawn_row(str(n))) for n in range(data.draw(st.integers(1, 6)))]
    totals = [sum(counts) for counts in zip(*(counts for _, counts in drawn), strict=True)]
    named = dict(zip(ATOMS, totals, strict=True))
    shares = {
        column: int(percent(sum(named[atom] for atom in part), sum(totals))) for column, part in PARTS.items()
    }
    whole = row("whole", sum(totals), **shares)
    rows = [item for item, _ in drawn]
    assert feasible(rows, whole, ATOMS)
    assert conflicts(rows, whole, ATOMS) == []


@given(st.data())
def test_conflicts_are_the_smallest_there_are(data: st.DataObject) -> None:
    item = data.draw(any_row("row", data.draw(st.integers(1, 12))))
    found = {
        frozenset(part.column for part in conflict.printed) for conflict in conflicts([item], None, ATOMS)
    }
    wanted = set()
    for size in range(1, len(item.printed) + 1):
        for subset in combinations(item.printed, size):
            columns = frozenset(part.column for part in subset)
            if not counts_of(Row("row", item.base, subset)) and not any(less <= columns for less in wanted):
                wanted.add(columns)
    assert found == wanted


@given(st.data())
def test_reachable_counts_are_those_of_the_rows(data: st.DataObject) -> None:
    rows = [
        data.draw(any_row(str(n), data.draw(st.integers(1, 5)))) for n in range(data.draw(st.integers(1, 3)))
    ]
    whole = Row("whole", sum(item.base for item in rows), ())
    column = data.draw(st.sampled_from(sorted(PARTS)))
    wanted = {
        sum(count for atom, count in zip(ATOMS, counts, strict=True) if atom in PARTS[column])
        for counts in sums(rows)
    }
    assert list(reachable(rows, whole, PARTS[column], ATOMS)) == sorted(wanted)


def test_the_whole_period_of_home_training() -> None:
    """Table 4.1 of the 2026 report: 38 percent upheld and 61 percent reversed of 460 are at most 177 + 282 = 459. By
    the years' percentages 179 were upheld, 38.9 percent."""
    years = [
        row(name, base, upheld=upheld, remitted=remitted, changed=changed, reversed=reversal)
        for name, base, upheld, remitted, changed, reversal in [
            ("2019", 85, 55, 34, 11, 45),
            ("2020", 58, 36, 40, 24, 64),
            ("2021", 94, 51, 36, 13, 49),
            ("2022", 76, 32, 57, 12, 68),
            ("2023", 74, 27, 59, 14, 73),
            ("2024", 73, 26, 51, 23, 74),
        ]
    ]
    whole = row("whole", 460, upheld=38, remitted=46, changed=15, reversed=61)
    first, second = conflicts(years, whole, ATOMS)
    assert [part.column for part in first.printed] == ["upheld", "reversed"]
    assert {name: (counts[0], counts[-1]) for name, counts in first.counts.items()} == {
        "upheld": (173, 177),
        "reversed": (279, 282),
    }
    assert (first.with_years, second.with_years) == (False, True)
    assert [part.column for part in second.printed] == ["upheld"]
    assert list(second.sums["upheld"]) == [179]
    assert first.closed_too
    assert second.closed_too
    right = row("whole", 460, upheld=39, remitted=46, changed=15, reversed=61)
    assert conflicts(years, right, ATOMS) == []


def test_a_half_rounded_the_other_way_is_told_apart() -> None:
    """1 of 8 is 12.5: 12 fits no count rounded half up, but one where halves go down."""
    (conflict,) = conflicts([row("row", 8, upheld=12)], None, ATOMS)
    assert not conflict.closed_too
    (conflict,) = conflicts([row("row", 8, upheld=14)], None, ATOMS)
    assert conflict.closed_too


def test_rows_that_do_not_add_up_say_nothing_of_the_whole() -> None:
    whole = row("whole", 10, upheld=90)
    assert conflicts([row("a", 9, upheld=33)], whole, ATOMS) == []
    (conflict,) = conflicts([row("a", 10, upheld=30)], whole, ATOMS)
    assert conflict.with_years


def test_a_row_that_is_impossible_in_itself_does_not_make_the_whole_so() -> None:
    (conflict,) = conflicts([row("a", 10, upheld=33)], row("whole", 10, upheld=90), ATOMS)
    assert (conflict.row, list(conflict.counts["upheld"])) == ("a", [])


def test_a_whole_that_is_impossible_in_itself_is_told_once() -> None:
    """45 and 54 percent of 200 are at most 90 and 108. Years that print nothing but their cases add nothing to it."""
    whole = row("whole", 200, upheld=45, reversed=54)
    (conflict,) = conflicts([row("a", 200)], whole, ATOMS)
    assert not conflict.with_years
