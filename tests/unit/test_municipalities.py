"""The list of municipalities: Denmark's 98, and what is wrong with another."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sagsbarometer.catalogue.municipalities import FILE, read_municipalities
from tests.registers_in_tests import CATALOGUE


def test_the_98_municipalities_with_their_regions() -> None:
    found = CATALOGUE.municipalities
    assert len(found) == 98
    assert found["751"].name == "Aarhus"
    assert Counter(item.region for item in found.values()) == {
        "Region Hovedstaden": 29,
        "Region Syddanmark": 22,
        "Region Midtjylland": 19,
        "Region Sjælland": 17,
        "Region Nordjylland": 11,
    }
    assert all(item.source for item in found.values())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("code,name\n101,X\n", [("LOV-101", 1)]),
        ("code,name,region,source\n101,X,Y\n", [("LOV-101", 2)]),
        ("code,name,region,source\nA1,X,Y,Z\n", [("LOV-101", 2)]),
        ("code,name,region,source\n101,X,Y,Z\n101,W,Y,Z\n", [("LOV-102", 3)]),
        ('code,name,region,source\n101,"X', [("LOV-101", 1)]),
    ],
)
def test_faults_are_told_at_their_line(tmp_path: Path, text: str, told: list[tuple[str, int]]) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    _, problems = read_municipalities(tmp_path)
    assert [(problem.code, problem.place.line) for problem in problems] == told


def test_a_law_folder_need_not_have_the_list(tmp_path: Path) -> None:
    assert read_municipalities(tmp_path) == ({}, ())
