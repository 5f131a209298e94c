"""The reader of YAML files: the fast one reads as the slow one does, and no file can end the process."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.datafiles import located
from sagsbarometer.datafiles.located import Located, like_cpr, parse_yaml
from sagsbarometer.estimation.design_file import load_design
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.sampling.plan_file import read_plan_file
from tests.conftest import ROOT

FILES = [
    path for folder in ("law", "studies", "published") for path in sorted((ROOT / folder).rglob("*.yaml"))
]
SAMPLE = (ROOT / "law" / "requirements.yaml").read_text(encoding="utf-8")[:1500]


def both(text: str, patch: pytest.MonkeyPatch) -> tuple[object, object]:
    """What the fast and the slow reader make of a text: the data and places, or the faults."""

    def read() -> object:
        try:
            found: Located = parse_yaml(text, "x.yaml")
        except Faults as faults:
            return faults.problems
        return found.data, dict(found.marks)

    fast = read()
    with patch.context() as slow:
        slow.setattr(located, "_FAST", yaml.SafeLoader)
        return fast, read()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_both_readers_find_the_same_data_and_places(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, slow = both(path.read_text(encoding="utf-8"), monkeypatch)
    assert isinstance(fast, tuple)
    assert fast == slow


@given(
    at=st.integers(0, len(SAMPLE) - 1),
    put=st.sampled_from(list(":{}[]#&*!|>'\"%@ \n-,ø\x07")),
    cut=st.booleans(),
)
def test_both_readers_tell_the_same_fault_at_the_same_place(at: int, put: str, cut: bool) -> None:
    text = SAMPLE[:at] + put + SAMPLE[at + cut :]
    with pytest.MonkeyPatch.context() as patch:
        fast, slow = both(text, patch)
    assert fast == slow


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, "- " * 200_000, "{a: " * 100_000, "a:\n" + "".join(f"{' ' * n}a:\n" for n in range(900))],
)
def test_a_file_that_is_very_deep_is_a_fault(text: str) -> None:
    with pytest.raises(Faults) as caught:
        parse_yaml(text, "x.yaml")
    assert [problem.code for problem in caught.value.problems] == ["YAML-104"]


def test_forty_levels_are_read_and_more_are_not() -> None:
    def nested(levels: int) -> str:
        return "[" * levels + "]" * levels

    assert re.sub(r"[^\[]", "", str(parse_yaml(nested(41), "x.yaml").data)) == "[" * 41
    with pytest.raises(Faults):
        parse_yaml(nested(42), "x.yaml")


def test_words_that_are_printed_hold_nothing_like_a_cpr_number() -> None:
    text = 'id: a\ntitle: {da: "Om 120180-1234"}\nnumbers: [1, 1201801234]\n120180-1234: x\n'
    found = like_cpr(parse_yaml(text, "plan.yaml"))
    assert [(problem.code, problem.place.line) for problem in found] == [
        ("YAML-105", 2),
        ("YAML-105", 3),
        ("YAML-105", 1),
    ]
    assert not any("1234" in str(problem) for problem in found)
    assert like_cpr(parse_yaml("id: a\nday: 2026-01-31\nsize: 1000000\n", "plan.yaml")) == []


def test_a_plan_and_a_design_are_refused_for_it(tmp_path: Path) -> None:
    words = 'title: {da: "Om 120180-1234"}\n'
    with pytest.raises(Faults) as plan:
        read_plan_file(parse_yaml(f"plan: p\n{words}", "plan.yaml"))
    path = tmp_path / "design.yaml"
    path.write_text(f"estimate: e\n{words}", encoding="utf-8")
    with pytest.raises(Faults) as design:
        load_design(path)
    assert [found.value.problems[0].code for found in (plan, design)] == ["YAML-105", "YAML-105"]
