"""What `./run bench appeals` measures gives the same numbers on every side; how long it takes is not asked here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench_appeals import without_nothing
from tests.bench_register import generate
from tests.bench_sides import SIDES, Numbers, annual_report
from tests.conftest import trials

ROWS = trials(1_000_000)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return generate(tmp_path_factory.mktemp("register"), ROWS)


@pytest.fixture(scope="module")
def by_hand(register: list[Path]) -> Numbers:
    numbers = SIDES["DuckDB SQL"][0](register, annual_report())
    assert len(numbers) > 1000
    assert numbers["decided|||2024"][0] > ROWS // 20
    return without_nothing(numbers)


@pytest.mark.parametrize("side", ["sagsbarometer", "pandas"])
def test_every_side_gives_the_numbers_of_the_sql_written_by_hand(
    side: str, register: list[Path], by_hand: Numbers
) -> None:
    assert without_nothing(SIDES[side][0](register, annual_report())) == by_hand


def test_the_same_register_is_made_again(register: list[Path], tmp_path: Path) -> None:
    again = generate(tmp_path, ROWS)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in register]
