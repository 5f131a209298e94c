"""Published examples that trap naive suppression, and the board's own table of 156 rows."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from sagsbarometer.disclosure.attack import attack
from sagsbarometer.disclosure.protect import protect
from sagsbarometer.disclosure.system import Hidden
from tests.disclosure_in_tests import OPEN, Sum, Table, cross, interval, kept, recovered, system_from

HERE = Path(__file__).parent / "disclosure"
TABLE_4_8 = Path(__file__).parents[2] / "published" / "aarsredegoerelse_2024" / "table_4_8.csv"
OUTCOMES = ("upheld", "remitted", "amended_or_annulled")
SECONDS = 5.0


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def two_way(name: str) -> tuple[dict[str, int], list[Sum]]:
    """A table of rows and columns, its printed totals held against its cells."""
    rows = read(HERE / name)
    first, *columns = rows[0]
    groups = [row[first] for row in rows if row[first] != "total"]
    inner = [column for column in columns if column != "total"]
    by_name = {row[first]: row for row in rows}
    counts = {(group, column): int(by_name[group][column]) for group in groups for column in inner}
    table, sums = cross(groups, inner, counts=counts)
    for group in (*groups, "total"):
        for column in (*inner, "total"):
            key = f"{group}|{column}".replace("total", "*")
            assert table[key] == int(by_name[group][column])
    return table, sums


def exact(table: Table, sums: Sequence[Sum], hidden: Iterable[str]) -> set[str]:
    """The withheld numbers that a reader works out, by the tests' own attack."""
    gone = list(hidden)
    ends = {name: interval(table, sums, gone, name) for name in gone}
    return {name for name, (low, high) in ends.items() if high - low < 1 - 1e-6}


def test_one_cell_alone_is_a_subtraction() -> None:
    table, sums = two_way("investment.csv")
    assert exact(table, sums, ["II|C"]) == {"II|C"}
    low, high = interval(table, sums, ["II|C", "II|A", "I|C", "I|A"], "II|C")
    assert (low, high) == (pytest.approx(2), pytest.approx(30))  # 22 less 20 in I|A, and 8 more in II|A


def test_small_numbers_are_hidden_by_rings() -> None:
    """The four small ones are each alone in a row and a column; two closed rings hide them."""
    table, sums = two_way("four_by_four.csv")
    small = [name for name, number in table.items() if number < OPEN.threshold]
    assert len(small) == 4
    assert exact(table, sums, small) == set(small)
    two_each = ["p|a", "p|b", "q|a", "q|b", "r|c", "r|d", "s|c", "s|d"]
    assert not exact(table, sums, two_each)
    system = system_from(table, sums)
    hidden = protect(system, OPEN)
    assert not exact(table, sums, hidden.refs)
    assert not attack(system, hidden, OPEN)


def test_linked_tables_are_safe_alone_and_not_together() -> None:
    rows = read(HERE / "linked_regions.csv")
    table = {row["region"]: int(row["n"]) for row in rows}
    sums: list[list[Sum]] = []
    for side in ("county", "group"):
        groups: dict[str, list[str]] = {}
        for row in rows:
            groups.setdefault(row[side], []).append(row["region"])
        table |= {name: sum(table[region] for region in some) for name, some in groups.items()}
        sums.append([(name, tuple(some)) for name, some in groups.items()])
        sums[-1].append(("Total", tuple(groups)))
    table["Total"] = sum(int(row["n"]) for row in rows)
    county, group = sums
    small = [name for name, number in table.items() if number <= 3]
    assert small == ["A", "B", "K", "L", "M"]
    # By county alone K, L, M hide each other, and A and B; by group alone A, B, K do, and L and M.
    assert not exact(table, county, small)
    assert not exact(table, group, small)
    assert exact(table, [*county, *group], small) == {"K"}
    system = system_from(table, [*county, *group])
    assert [item.kind for item in attack(system, Hidden(frozenset(small)), OPEN) if item.kind == "exact"] == [
        "exact"
    ]
    hidden = protect(system, OPEN)
    assert not hidden.failed
    assert not exact(table, [*county, *group], hidden.refs)


def test_a_ring_in_a_table_is_none_in_its_subtotals() -> None:
    """Young and old by three countries, two of them in the EU. Four inner cells in a ring hide each other, until the
    EU's sums are printed as well."""
    rows = read(HERE / "hierarchy.csv")
    counts: dict[tuple[str, ...], int] = {(row["age"], row["geo"]): int(row["n"]) for row in rows}
    table, sums = cross(["young", "old"], ["Iceland", "Portugal", "Spain"], counts=counts)
    flat = list(sums)
    for age in ("young", "old", "*"):
        table |= {f"{age}|EU": table[f"{age}|Portugal"] + table[f"{age}|Spain"]}
        sums += [
            (f"{age}|EU", (f"{age}|Portugal", f"{age}|Spain")),
            (f"{age}|*", (f"{age}|EU", f"{age}|Iceland")),
        ]
    sums.append(("*|EU", ("young|EU", "old|EU")))
    ring = ["young|Iceland", "young|Portugal", "old|Iceland", "old|Portugal"]
    assert not recovered(table, flat, ring)
    assert set(recovered(table, sums, ring)) == set(ring)
    assert not recovered(table, sums, [*ring, "young|EU", "old|EU"])  # as the source has it
    system = system_from(table, sums)
    hidden = protect(system, OPEN)
    assert not hidden.failed
    assert not recovered(table, sums, hidden.refs)


def linked_years() -> tuple[dict[str, int], list[Sum], list[Sum]]:
    """Age × EU × year, and country × year: the numbers, the sums within the two tables, and those across them."""
    rows = read(HERE / "linked_years.csv")
    years = ["2014", "2015", "2016"]
    first: dict[tuple[str, ...], int] = {
        (a, e, y): 0 for a in ("young", "old") for e in ("EU", "nonEU") for y in years
    }
    second: dict[tuple[str, ...], int] = {(g, y): 0 for g in ("Iceland", "Portugal", "Spain") for y in years}
    for row in rows:
        first[row["age"], row["eu"], row["year"]] += int(row["n"])
        second[row["geo"], row["year"]] += int(row["n"])
    table, within = cross(["young", "old"], ["EU", "nonEU"], years, counts=first)
    other, more = cross(["Iceland", "Portugal", "Spain"], years, counts=second)
    across: list[Sum] = []
    for year in (*years, "*"):
        across.append((f"*|EU|{year}", (f"Portugal|{year}", f"Spain|{year}")))
        across.append((f"*|nonEU|{year}", (f"Iceland|{year}",)))
        across.append((f"*|*|{year}", (f"*|{year}",)))
    table |= other
    assert all(
        table[whole] == sum(table[part] for part in parts) for whole, parts in (*within, *more, *across)
    )
    return table, [*within, *more], across


def test_tables_that_agree_on_what_they_share_still_tell_each_other() -> None:
    """Withheld alike in both tables, but Spain in 2015 is what the EU has beside Portugal."""
    table, within, across = linked_years()
    source = ["*|*|2015", "*|*|2016", "*|2015", "*|2016", "*|nonEU|2015", "*|nonEU|2016", "young|*|2015"]
    source += ["young|*|2016", "young|nonEU|2015", "young|nonEU|2016", "Iceland|2015", "Iceland|2016"]
    source += ["Portugal|2014", "Portugal|2016", "Spain|2014", "Spain|2016"]
    agreeing = [*source, "Spain|2015"]
    assert not recovered(table, within, agreeing)
    assert recovered(table, [*within, *across], agreeing) == ["Spain|2015"]
    assert not recovered(table, [*within, *across], source)
    system = system_from(table, [*within, *across])
    small = [name for name, number in table.items() if number in (1, 2)]
    assert recovered(table, [*within, *across], small)
    for profile in (OPEN, replace(OPEN, threshold=3, interval=2)):
        hidden = protect(system, profile)
        assert not hidden.failed
        assert not recovered(table, [*within, *across], hidden.refs)
        assert not attack(system, hidden, profile)


def test_each_table_protected_by_itself_tells_the_other() -> None:
    table, within, across = linked_years()
    profile = replace(OPEN, threshold=3, interval=2)
    apart = protect(system_from(table, within), profile)
    assert not recovered(table, within, apart.refs)
    assert recovered(table, [*within, *across], apart.refs)


def annual_table() -> tuple[dict[str, int], list[Sum], dict[str, float]]:
    """Table 4.8: 156 rows in three levels by three outcomes, and their sum."""
    rows = read(TABLE_4_8)
    columns = (*OUTCOMES, "merits")
    table: dict[str, int] = {}
    weights: dict[str, float] = {}
    areas: dict[str, list[str]] = {}
    sums: list[Sum] = []
    for number, row in enumerate(rows):
        name = f"{number:03}"
        if row["provision"]:
            areas[list(areas)[-1]].append(name)
        elif number:
            areas[name] = []
        for column in columns:
            table[f"{name}|{column}"] = int(row[column])
            weights[f"{name}|{column}"] = (1 + int(row[column]) ** 0.5) * (1 if row["provision"] else 3)
        sums.append((f"{name}|merits", tuple(f"{name}|{outcome}" for outcome in OUTCOMES)))
    for column in columns:
        sums.append((f"000|{column}", tuple(f"{area}|{column}" for area in areas)))
        sums += [
            (f"{area}|{column}", tuple(f"{name}|{column}" for name in some)) for area, some in areas.items()
        ]
    assert all(table[whole] == sum(table[part] for part in parts) for whole, parts in sums)
    return table, sums, weights


def test_table_4_8_is_protected_in_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    table, sums, weights = annual_table()
    assert len(table) == 156 * 4
    system = system_from(table, sums, weights)
    started = time.process_time()
    hidden = protect(system, OPEN)
    seconds = time.process_time() - started
    cells, cases = kept(table, hidden)
    told = (
        f"\ntable 4.8: {seconds:.1f} s, {len(hidden.primary)} small and {len(hidden.secondary)} others withheld; "
        f"{cells:.1%} of the cells and {cases:.1%} of the cases are shown\n"
    )
    with capsys.disabled():
        sys.stdout.write(told)
    assert seconds < SECONDS
    assert not hidden.failed
    assert not exact(table, sums, hidden.refs)
    assert not attack(system, hidden, OPEN)
    assert "000|merits" not in hidden.refs
    assert len(exact(table, sums, hidden.primary)) > 50  # what hiding the small ones alone would have told
