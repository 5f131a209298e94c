"""What `./run bench appeals` measures gives the same numbers on every side; how long it takes is not asked here."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests import bench_scale
from tests.bench_appeals import KEPT, register, say, without_nothing
from tests.bench_register import CASE_NUMBER, generate
from tests.bench_sides import SIDES, Numbers, annual_report
from tests.conftest import trials

ROWS = trials(1_000_000)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return generate(tmp_path_factory.mktemp("register"), ROWS)


@pytest.fixture(scope="module")
def by_hand(small: list[Path]) -> Numbers:
    numbers = SIDES["DuckDB SQL"][0](small, annual_report())
    assert len(numbers) > 1000
    assert numbers["decided|||2024"][0] > ROWS // 20
    return without_nothing(numbers)


@pytest.mark.parametrize("side", ["sagsbarometer", "pandas"])
def test_every_side_gives_the_numbers_of_the_sql_written_by_hand(
    side: str, small: list[Path], by_hand: Numbers
) -> None:
    assert without_nothing(SIDES[side][0](small, annual_report())) == by_hand


def test_the_same_register_is_made_again(small: list[Path], tmp_path: Path) -> None:
    again = generate(tmp_path, ROWS)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in small]


def test_every_case_has_an_id_of_its_own_however_many_there_are() -> None:
    numbers = "(values (7), (1000000), (10000000), (10000001), (49999999)) as t(number)"
    found = duckdb.sql(f"select {CASE_NUMBER} from {numbers}").fetchall()
    assert [text for (text,) in found] == ["0000007", "1000000", "10000000", "10000001", "49999999"]


DISK_GB = 15  # what making a register of a hundred million takes while it is made; a third of it stays


def test_a_hundred_million_registrations_in_six_gb(soak: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """About half an hour on a machine with nothing else to do, most of it for making the register, which is kept until
    the generator changes. It says what it saw: docs/explanation/scale.md has numbers of another day."""
    if not soak:
        pytest.skip("half an hour and 15 GB of disk; ./run soak does it")
    KEPT.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(KEPT).free < DISK_GB * 10**9:
        pytest.skip(f"a hundred million registrations take {DISK_GB} GB of disk while they are made")
    few, peak_of_few = bench_scale.counting(register(10_000_000), 1)
    many, peak = bench_scale.counting(register(100_000_000), 1)
    with capsys.disabled():
        for rows, seconds, mib in ((10, few, peak_of_few), (100, many, peak)):
            say(f"{rows} millioner registreringer: {seconds:.0f} s, {mib / 1024:.1f} GB")
    assert many / few <= bench_scale.RATIO_GOAL
    assert peak_of_few <= peak <= bench_scale.PEAK_GOAL
