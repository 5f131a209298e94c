"""Every measure, grouping and grain on every engine: the same numbers to the last digit, and those of plain Python.

Engines only count; shares, means and quantiles are made of the counts in one place. So two engines agree when they
give the same finest counts, which is what is compared here, and the cells of one day beside.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from sagsbarometer.appeals.analyses.transitions import changes_query, transitions_query
from sagsbarometer.appeals.analyses.waits import waits_query
from sagsbarometer.appeals.cube import Cubes, cubes
from sagsbarometer.appeals.groupings import Grouping
from sagsbarometer.appeals.layouts.expand import expand
from sagsbarometer.appeals.layouts.layout import Layout, bare_layout
from sagsbarometer.appeals.layouts.layout_schema import ColumnFile, RowFile, TableFile
from sagsbarometer.appeals.layouts.needs import COUNT, views
from sagsbarometer.appeals.statistics import register_cells, seen
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.results import Circumstances
from sagsbarometer.runs.appeals_tables import Job, make_tables
from sagsbarometer.runs.estimate import Job as Estimate
from sagsbarometer.runs.estimate import estimate
from sagsbarometer.store.engine import opened_rows
from tests import engines_in_tests as generated
from tests import registers_in_tests as plain
from tests.conftest import SOAK, missing

SIZE = 30_000 if SOAK else 1_500
PERIODS = ["2022", "2023", "2024", "2023-Q4", "2024-Q1", "2023-12", "2024-02", "2024-03"]
LAST = generated.DAYS[-1]
SPARK, POSTGRESQL = "Spark", "PostgreSQL"
DECIDED = ("2023", "2024")


@pytest.fixture(scope="module")
def rows() -> list[list[generated.Row]]:
    return generated.deliveries(SIZE)


@pytest.fixture(scope="module")
def paths(rows: list[list[generated.Row]], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return generated.written(tmp_path_factory.mktemp("register"), rows)


@pytest.fixture(scope="module")
def layout() -> Layout:
    """A table of every measure by every grouping, in years, quarters and months; of each grouping some groups."""
    bare = bare_layout(plain.MEASURES, plain.CATALOGUE, generated.OWN)
    some = {group: some_of(grouping) for group, grouping in bare.groupings.items()}
    tables = []
    for id, measure in bare.measures.items():
        groups = [measure.per] if measure.per else list(bare.groupings)
        lines = [] if measure.per else [RowFile(label={"da": "Alle"})]
        lines += [RowFile(each=group, values=some[group]) for group in groups]
        column = ColumnFile(measure=id, each="period")
        table = TableFile(
            id=id, title={"da": id}, stub={"da": id}, periods=PERIODS, columns=[column], rows=lines
        )
        tables.append(table)
    return replace(bare, tables=tuple(tables))


def some_of(grouping: Grouping) -> list[str]:
    """Groups the register has, the least likely ones among them; nobody needs to see all 145 case subjects."""
    said = generated.CODES.get(grouping.column, generated.TEXTS)
    codes = sorted({code for text in said for code in text.split("|") if code})
    known = [code for code in codes if grouping.knows(code)] or list(grouping.values or ())
    return known[:2]


@pytest.fixture(scope="module", params=[POSTGRESQL, SPARK])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The connection string of an engine that is here."""
    if request.param == POSTGRESQL:
        yield request.getfixturevalue("cluster")
        return
    if not shutil.which("java"):
        missing("Spark needs Java, which is not installed")
    if not importlib.util.find_spec("pyspark"):
        missing("PySpark is not installed: ./run spark")
    # Compiled fast rather than to be fast: each query is run once or twice.
    os.environ["JAVA_TOOL_OPTIONS"] = "-XX:TieredStopAtLevel=1"
    from sagsbarometer.store.engine_spark import spark_session

    with spark_session("local[2]"):
        del os.environ["JAVA_TOOL_OPTIONS"]
        yield "local[2]"


@pytest.fixture(scope="module")
def opened(engine: str, paths: list[Path]) -> Iterator[tuple[Any, Any]]:
    """The register on the engine."""
    with opened_rows(*paths, columns=generated.OWN.types, engine=engine) as found:
        yield found


@pytest.fixture(scope="module")
def here(paths: list[Path]) -> Iterator[tuple[Any, Any]]:
    """The register on DuckDB."""
    with opened_rows(*paths, columns=generated.OWN.types) as found:
        yield found


def counted(opened: tuple[Any, Any], layout: Layout, day: date) -> Cubes:
    deliveries, execute = opened
    return cubes(deliveries, day, views(layout), layout.clocks, execute)


def as_counter(found: Mapping[str, list[Any]]) -> Counter[tuple[Any, ...]]:
    """Rows with how often each is there, the types of their values included: 1 is not true, nor is a moment a day."""
    return Counter(tuple((type(value), value) for value in row) for row in zip(*found.values(), strict=True))


def test_the_layout_has_the_whole_catalogue(layout: Layout) -> None:
    asked = {name for view in views(layout) for name in view}
    assert asked >= {item.column for item in layout.groupings.values()}
    assert asked >= {
        clock for clock in layout.clocks if any(clock == m.value for m in layout.measures.values())
    }
    assert {table.id for table in layout.tables} == set(layout.measures)
    assert len(layout.measures) > 20


@pytest.mark.parametrize("day", generated.DAYS)
def test_duckdb_counts_as_plain_python(
    here: tuple[Any, Any], rows: list[list[generated.Row]], layout: Layout, day: date
) -> None:
    cases = generated.as_of(rows, day)
    assert len(cases) > SIZE // 10
    found = counted(here, layout, day)
    for view, table in zip(found.views, found.tables, strict=True):
        *names, last = table.column_names
        assert (names, last) == (list(view), COUNT)
        values = zip(*(table[name].to_pylist() for name in names), strict=True)
        own = dict(zip(values, table[COUNT].to_pylist(), strict=True))
        assert own == generated.cube(cases, view, layout.clocks), view


@pytest.mark.parametrize("day", generated.DAYS)
def test_an_engine_counts_as_duckdb(
    opened: tuple[Any, Any], here: tuple[Any, Any], layout: Layout, day: date
) -> None:
    own, other = counted(here, layout, day), counted(opened, layout, day)
    for view, ours, theirs in zip(own.views, own.tables, other.tables, strict=True):
        assert as_counter(theirs.to_pydict()) == as_counter(ours.to_pydict()), view


@pytest.fixture(scope="module")
def cells_here(here: tuple[Any, Any], layout: Layout) -> dict[str, Cell]:
    """Every number of the catalogue by DuckDB."""
    return cells(counted(here, layout, LAST), layout)


def test_every_cell_is_the_same(opened: tuple[Any, Any], cells_here: dict[str, Cell], layout: Layout) -> None:
    assert len(cells_here) > 2_000
    assert sum(1 for cell in cells_here.values() if cell.numerator) > len(cells_here) // 2
    assert cells(counted(opened, layout, LAST), layout) == cells_here


def cells(counted: Cubes, layout: Layout) -> dict[str, Cell]:
    """Every number of the catalogue in years, by key."""
    short = tuple(table.model_copy(update={"periods": list(DECIDED)}) for table in layout.tables)
    wanted = expand(replace(layout, tables=short), seen(counted, layout)).wanted
    of = Circumstances(False, LAST.isoformat(), "synthetic", complete=layout.why_not["da"])
    return {cell.ref: cell for cell in register_cells(counted, wanted, layout, of)}


def test_some_cells_are_those_of_plain_python(
    cells_here: dict[str, Cell], rows: list[list[generated.Row]]
) -> None:
    found = cells_here
    cases = [
        row for row in generated.as_of(rows, LAST) if row["decided_on"] and row["decided_on"].year == 2024
    ]
    in_all = sum(
        1 for row in generated.as_of(rows, LAST) if row["received_on"] and row["received_on"].year == 2024
    )
    assert found["decided|||2024"].numerator == len(cases) > 50
    assert found["received|||2024"].numerator == in_all
    for area in ("serviceloven", "barnets_lov"):
        of = [row["outcome"] for row in cases if row["law_area"] == area]
        overturned = sum(
            of.count(code) for code in ("amended", "annulled", "amended_or_annulled", "remitted", "reversed")
        )
        cell = found[f"reversal_rate|law_area={area}||2024"]
        assert (cell.numerator, cell.denominator) == (overturned, overturned + of.count("upheld"))


def test_what_moved_and_who_waits_is_the_same(
    opened: tuple[Any, Any], here: tuple[Any, Any], layout: Layout
) -> None:
    """The questions of `appeals revisions` and `appeals waiting`."""
    first, last = generated.DAYS[2], LAST
    merits = ("upheld", "amended", "annulled", "remitted")
    view = views(layout)[0]
    found = []
    for deliveries, execute in (here, opened):
        asked = [
            transitions_query(deliveries, first, last, view, layout.clocks),
            changes_query(deliveries, first, last, ["outcome", "decided_on", "keywords", "hast"]),
            waits_query(deliveries, last, date(2024, 1, 1), date(2024, 12, 31), merits, "authority"),
        ]
        found.append([as_counter(execute(query).to_pydict()) for query in asked])
    assert found[1] == found[0]


def test_the_results_are_the_same_to_the_byte(engine: str, tmp_path: Path) -> None:
    """By the command's own way: a register imported, tables made."""
    from tests.integration.test_appeals_tables import ROWS, SMALL, register_of

    register = register_of(tmp_path, ROWS)
    plain.layout_of(tmp_path / "small", SMALL)
    made = []
    for number, at in enumerate(("", engine)):
        out = tmp_path / str(number)
        make_tables(Job(register, str(tmp_path / "small"), "2025-04-11", out, engine=at))
        files = (path for path in sorted(out.rglob("*")) if path.is_file() and path.name != "run.json")
        made.append({path.relative_to(out): path.read_bytes() for path in files})
    assert len(made[0]) > 8
    assert made[1] == made[0]


def test_an_estimate_is_the_same_to_the_byte(engine: str, tmp_path: Path) -> None:
    """Whatever a row belongs to: letters that sort otherwise, empty groups, fractions, unknown answers."""
    lines = ["h,u,n,w,gruppe,svar"]
    for at in range(240):
        group = ["Æblerup", "aa", "Åby", "", "Z", "z"][at % 6]
        answer = ["ja", "nej", "ved ikke", "ikke", ""][at * 7 % 5]
        lines.append(
            f"h{at % 3},h{at % 3}-u{at // 3 % 7},{9 + at % 3},{Fraction(at % 5 + 1, 3)},{group},{answer}"
        )
    rows = _written(tmp_path / "r.csv", "\n".join(lines) + "\n")
    design = _written(
        tmp_path / "d.yaml",
        "estimate: d\ntitle: {da: D}\norigin: synthetic\n"
        "probability_sample: true\nstrata: [h]\ncluster: u\npopulation: n\nweight: w\n"
        "domains: [gruppe, [gruppe, h]]\nvariables:\n"
        "  - {id: v, label: {da: V}, column: svar, yes: [ja], no: [nej], unknown: [ved ikke], outside: [ikke]}\n",
    )
    here = estimate(Estimate(rows, design)).data
    assert len(here["estimates"]) == 1 + 6 + 6
    assert estimate(Estimate(rows, design, engine=engine)).data == here


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_copy_in_a_database_is_whole_and_made_once(database: str, paths: list[Path]) -> None:
    """Also where somebody stopped it, and where somebody changed it."""
    import psycopg

    told: list[str] = []

    def opened_once() -> int:
        with opened_rows(*paths, columns=generated.OWN.types, engine=database, tell=told.append) as (
            rows,
            run,
        ):
            return int(run(rows.aggregate(n=rows.count()))["n"][0].as_py())

    def stop(line: str) -> None:
        raise KeyboardInterrupt

    def tables(connection: Any) -> list[tuple[str]]:
        found = connection.execute("select tablename from pg_tables where tablename like 'sagsbarometer%'")
        return list(found.fetchall())

    with psycopg.connect(database, autocommit=True) as connection:
        columns = generated.OWN.types
        with (
            pytest.raises(KeyboardInterrupt),
            opened_rows(*paths, columns=columns, engine=database, tell=stop),
        ):
            pass
        assert tables(connection) == []
        assert [opened_once(), opened_once()] == [SIZE, SIZE]
        assert len(told) == len(paths) == len(tables(connection))
        name = tables(connection)[0][0]
        connection.execute(f"delete from {name} where line = (select min(line) from {name})")
        with pytest.raises(Faults) as raised:
            opened_once()
        assert [problem.code for problem in raised.value.problems] == ["MOTOR-106"]
        assert f"drop table {name};" in str(raised.value)
        connection.execute(f"drop table {name};")
        assert opened_once() == SIZE
        # As many rows as there were, and one value of one of them another.
        some = f"(select min(line) from {name})"
        for column, other in (
            ("outcome", "coalesce(nullif('upheld', outcome), 'remitted')"),
            ("registered_at", "registered_at + interval '1 microsecond'"),
            ("decided_on", "case when decided_on is null then date '2024-01-01' end"),
            ("withdrawn", "not withdrawn"),
        ):
            before = connection.execute(f"select {column} from {name} where line = {some}").fetchone()
            assert before
            connection.execute(f"update {name} set {column} = {other} where line = {some}")
            with pytest.raises(Faults) as raised:
                opened_once()
            assert [problem.code for problem in raised.value.problems] == ["MOTOR-106"]
            connection.execute(f"update {name} set {column} = %s where line = {some}", before)
        assert opened_once() == SIZE
        connection.execute(f"comment on table {name} is 'kopi'")  # as one made by an earlier version
        assert opened_once() == SIZE
        connection.execute(f"update {name} set office = 'andet' where line = {some}")
        with pytest.raises(Faults, match="MOTOR-106"):
            opened_once()
        connection.execute(f"drop table {name};")
        assert opened_once() == SIZE
        comment = connection.execute(
            "select obj_description(to_regclass(%s), 'pg_class')", (name,)
        ).fetchone()
        assert comment
        assert f"{SIZE // 3} registreringer" in comment[0]
