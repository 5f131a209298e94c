"""The demo's rows and the second data set, held against all published constraints by a checker of its own."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from demo.reconstruct.allocate import covered, dealt, labelled, shuffled, spread
from demo.reconstruct.build import build
from demo.reconstruct.printed import Printed, read_printed
from tests.published_constraints import PUBLISHED, Row, broken, holds, read_constraints
from tests.second_data_set import rows as second_data_set

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = {"grant": "grant", "partial_refusal": "partial", "refusal": "denial"}
DEFECTS = {
    "info_defect": "fact_finding_defect",
    "reasons_defect": "reasons_defect",
    "legal_basis_defect": "legal_basis_defect",
    "assessment_defect": "wrong_assessment",
    "rule_bound_defect": "fettered_discretion",
    "hearing_defect": "party_hearing_defect",
}
TICKS = {
    "info_missing_support": "fact_finding_missing.support_needs",
    "info_missing_activities": "fact_finding_missing.activities",
    "info_missing_other_rules": "fact_finding_missing.other_rules",
    "legal_basis_rule_misread": "legal_basis_fault.rule_misread",
    "legal_basis_wrong_provision": "legal_basis_fault.wrong_provision",
    "may_need_85": "other_needs.social_pedagogical_85",
    "may_need_83": "other_needs.personal_practical_83",
    "may_need_respite": "other_needs.respite",
}


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def translated(answer: Row) -> Row:
    """A row of answers in the variables of the constraints; what the form derives is derived here too."""
    row = {name: answer[column] or "none" for name, column in DEFECTS.items()}
    row |= {name: answer[column] or "0" for name, column in TICKS.items()}
    row |= {name: answer[name] for name in ("case_id", "municipality_id")}
    owed = answer["form"] == "written" and answer["result"] != "grant"
    worst = {row[name] for name in DEFECTS}
    known = answer["deadline"] != "cannot_be_seen"
    late = _days_over(answer) if known else 0
    assert known is False or (late > 0) == (answer["deadline"] == "exceeded")
    return row | {
        "decision": DECISIONS[answer["result"]],
        "any_defect": str(int(worst != {"none"})),
        "material_defect": str(int("material" in worst)),
        "in_accordance": str(int("material" not in worst)),
        "reasons_required": str(int(owed)),
        "guidance_required": str(int(owed)),
        "guidance_given": answer["appeal_guidance_given"],
        "guidance_compliant": {"1": "yes", "0": "no", "": "not_given"}[answer["appeal_guidance_meets_25"]],
        "deadline": answer["deadline"] if known else "unknown",
        "overrun_days": str(late) if late > 0 else "",
        "action_plan": {"1": "offered", "0": "not_offered", "": "not_applicable"}.get(
            answer["citizen_action_plan_offered"], "unknown"
        ),
        "holistic": {"1": "yes", "0": "no"}.get(answer["overall_assessment"], "unknown"),
    }


def _days_over(answer: Row) -> int:
    taken = date.fromisoformat(answer["decision_date"]) - date.fromisoformat(answer["application_date"])
    return taken.days - int(answer["deadline_days"])


def run_build(out: Path, hash_seed: str = "0") -> Path:
    """The command as the demo runs it."""
    subprocess.run(
        [sys.executable, "demo/reconstruct/build.py", "--out", out],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        check=True,
        capture_output=True,
    )
    return out


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_build(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def answers(built: Path) -> list[Row]:
    return read(built / "answers.csv")


@pytest.fixture(scope="module")
def second() -> list[Row]:
    return second_data_set()


# --- the constraints ---


def test_reconstruction_satisfies_every_constraint(answers: list[Row]) -> None:
    assert len(constraints := read_constraints()) == 77
    assert broken([translated(answer) for answer in answers], constraints) == []


def test_second_data_set_satisfies_every_constraint(second: list[Row]) -> None:
    assert broken(second, read_constraints()) == []


def test_data_sets_are_not_one_another(answers: list[Row], second: list[Row]) -> None:
    def crossed(rows: Iterable[Row]) -> Counter[tuple[str, ...]]:
        return Counter((row["decision"], row["info_defect"], row["assessment_defect"]) for row in rows)

    assert crossed(map(translated, answers)) != crossed(second)
    assert second_data_set() == second
    assert second_data_set(seed=98) != second


def mutations(rows: list[Row]) -> Iterator[list[Row]]:
    """The rows with one thing wrong at a time: one cell, one whole column, or half of the rows."""
    yield rows[::2]  # breaks most of them at once
    values = {name: sorted({row[name] for row in rows}) for name in rows[0] if name != "case_id"}
    values |= {name: ["none", "immaterial", "material"] for name in DEFECTS}
    values |= {"overrun_days": ["2", "5", "216"], "municipality_id": ["1", "901"]}
    for name, candidates in values.items():
        for value in candidates:
            yield [{**row, name: value} for row in rows]
            yield [{**row, name: value} if place == 7 else row for place, row in enumerate(rows)]
            yield [{**row, name: value} if row["decision"] == "grant" else row for row in rows]


def test_checker_sees_every_constraint_broken(second: list[Row]) -> None:
    """A checker that could not fail would prove nothing."""
    constraints = read_constraints()
    seen: set[str] = set()
    for rows in mutations(second):
        waiting = [item for item in constraints if item["id"] not in seen]
        try:
            seen.update(broken(rows, waiting))
        except ValueError:
            # A blank overrun in the base of a mean is no number: the rows are refused outright.
            continue
    assert {item["id"] for item in constraints} - seen == set()


def test_one_wrong_answer_is_enough(answers: list[Row]) -> None:
    changed = [dict(answer) for answer in answers]
    victim = next(answer for answer in changed if answer["fact_finding_defect"] == "none")
    victim["fact_finding_defect"] = "immaterial"
    found = broken([translated(answer) for answer in changed], read_constraints())
    assert {"J15", "J17", "J43"} <= set(found)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True),
        ("a=x", True),
        ("a=y|x", True),
        ("a=y", False),
        ("a=x & b=", True),
        ("a=x & b=1", False),
    ],
)
def test_filter(text: str, fits: bool) -> None:
    assert holds(text, {"a": "x", "b": ""}) is fits


# --- the files ---


def test_same_bytes_every_time(built: Path, tmp_path: Path) -> None:
    again = run_build(tmp_path / "again", hash_seed="1")
    names = sorted(path.name for path in built.iterdir())
    assert names == ["answers.csv", "municipalities.csv", "provenance.json", "used_cells.csv"]
    assert [(again / name).read_bytes() for name in names] == [(built / name).read_bytes() for name in names]
    build(tmp_path / "other", seed=1)
    assert (tmp_path / "other" / "answers.csv").read_bytes() != (built / "answers.csv").read_bytes()


def test_any_seed_gives_rows_that_fit(tmp_path: Path) -> None:
    for seed in range(1, 6):
        build(tmp_path, seed=seed)
        rows = [translated(answer) for answer in read(tmp_path / "answers.csv")]
        assert broken(rows, read_constraints()) == [], seed


def test_labelled_reconstructed(built: Path, answers: list[Row]) -> None:
    assert {answer["origin"] for answer in answers} == {"reconstructed"}
    provenance = json.loads((built / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["origin"] == "reconstructed"
    assert provenance["source"]["publisher"] == "Ankestyrelsen"
    for name, digest in provenance["outputs"].items():
        assert hashlib.sha256((built / name).read_bytes()).hexdigest() == digest
    assert provenance["inputs"]["joint_constraints.csv"] == (
        hashlib.sha256((PUBLISHED / "joint_constraints.csv").read_bytes()).hexdigest()
    )


def test_no_real_municipality(built: Path, answers: list[Row]) -> None:
    frame = read(built / "municipalities.csv")
    real = {row["name"].casefold() for row in read(Path(__file__).with_name("real_municipalities.csv"))}
    assert len(real) == 98
    parts = {part.casefold() for row in frame for part in (row["name"], *row["name"].split("-"))}
    assert not parts & real
    assert [row["code"] for row in frame] == [str(code) for code in range(901, 999)]
    assert len({row["name"] for row in frame}) == 98
    assert {answer["municipality_id"] for answer in answers} == {row["code"] for row in frame}


def test_used_cells_are_those_the_mapping_names(built: Path) -> None:
    mapping = yaml.safe_load((PUBLISHED / "cells.yaml").read_text(encoding="utf-8"))
    named = {cell["row"] for cell in mapping["cells"] if cell.get("used_to_build")}
    assert {row["row_id"] for row in read(built / "used_cells.csv")} == named


def test_dates_are_of_the_period_and_agree(answers: list[Row]) -> None:
    assert len({answer["case_id"] for answer in answers}) == len(answers)
    for answer in answers:
        decided = date.fromisoformat(answer["decision_date"])
        assert date(2019, 1, 1) <= decided <= date(2022, 12, 20)
        assert decided.weekday() < 5
        if answer["deadline"] == "cannot_be_seen":
            assert answer["application_date"] == answer["deadline_days"] == "cannot_be_seen"
        else:
            assert date.fromisoformat(answer["application_date"]) < decided
    deadlines = {
        (a["municipality_id"], a["deadline_days"]) for a in answers if a["deadline"] != "cannot_be_seen"
    }
    assert len(deadlines) == len({code for code, _ in deadlines})


def test_blank_where_the_form_does_not_ask(answers: list[Row]) -> None:
    for answer in answers:
        assert (answer["reasons_defect"] == "") == (answer["result"] == "grant")
        assert (answer["citizen_action_plan_offered"] == "") == (answer["result"] == "refusal")
        assert (answer["appeal_guidance_meets_25"] == "") == (answer["appeal_guidance_given"] == "0")
        assert (answer["other_needs.respite"] == "") == (answer["overall_assessment"] != "0")
        assert (answer["fact_finding_missing.activities"] == "") == (answer["fact_finding_defect"] == "none")
        assert (answer["legal_basis_fault.rule_misread"] == "") == (answer["legal_basis_defect"] == "none")
        material = "material" in {answer[column] for column in DEFECTS.values()}
        assert answer["would_be_outcome"] == ("" if material else "upheld")


def test_steps_say_no_more_than_is_published(answers: list[Row]) -> None:
    placed = {
        "step_no_social_pedagogical_content": "support_needs",
        "step_self_chosen_activities": "activities",
        "step_hours_covered_in_housing": "other_rules",
    }
    steps = sorted({column.partition(".")[0] for column in answers[0] if column.startswith("step_")})
    assert len(steps) == 7
    unplaced = ("wrong_assessment", "legal_basis_defect", "fettered_discretion")
    for answer in answers:
        for step in steps:
            kind = placed.get(step)
            missing = kind is not None and answer[f"fact_finding_missing.{kind}"] == "1"
            ticks = {choice: answer[f"{step}.{choice}"] for choice in ("facts_missing", "wrongly_assessed")}
            if missing:
                assert ticks == {"facts_missing": "1", "wrongly_assessed": "0"}
            elif any(answer[name] != "none" for name in unplaced):
                assert set(ticks.values()) == {"cannot_be_seen"}
            else:
                assert set(ticks.values()) == {"0"}


def test_frame_of_another_size_is_refused(tmp_path: Path) -> None:
    frame = tmp_path / "municipalities.csv"
    frame.write_text("code,name\n901,Andelev\n", encoding="utf-8")
    with pytest.raises(ValueError, match="municipalities"):
        build(tmp_path / "out", municipalities=frame)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("id", "printed", "changed"),
    [
        ("J30", ",0,0,", ",1,1,"),  # nothing says who could have a defect in the hearing
        ("J19", ",18,18,", ",80,80,"),  # more than there are refusals with a material defect
    ],
)
def test_numbers_that_do_not_fit_are_refused(tmp_path: Path, id: str, printed: str, changed: str) -> None:
    published = tmp_path / "published"
    shutil.copytree(PUBLISHED, published)
    path = published / "joint_constraints.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    (place,) = (place for place, line in enumerate(lines) if line.startswith(f"{id},"))
    assert printed in lines[place]
    lines[place] = lines[place].replace(printed, changed)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"hearing_defect|reasons"):
        build(tmp_path / "out", published=published)
    assert not (tmp_path / "out").exists()


# --- the parts ---


def constraint(counted: str, low: str, high: str, **more: str) -> Row:
    blank = {"kind": "count", "base_filter": "", "percent": "", "rows": ""}
    return {**blank, "filter": counted, "count_min": low, "count_max": high, **more}


def test_number_in_a_range() -> None:
    printed = Printed(
        (
            constraint("", "165", "165"),
            constraint("near=1", "151", "152", percent="92"),
            constraint("tie=1", "16", "17", percent="10"),
            constraint("days", "212", "215", kind="max"),
            constraint("days", "11.45", "11.55", kind="mean_weeks"),
            constraint("twice", "1", "1"),
            constraint("twice", "2", "2", base_filter="near=1"),
        )
    )
    assert printed.number("near=1") == 152  # 92.1 is nearer to 92 than 91.5
    assert printed.number("tie=1") == 16  # 9.7 and 10.3 are as near
    assert printed.number("days", kind="max") == 213
    assert printed.days_in_all("days", 101) == 8130
    assert printed.number("twice", within="near=1") == 2
    with pytest.raises(ValueError, match="twice"):
        printed.number("twice")
    with pytest.raises(KeyError):
        printed.number("unheard_of=1")


def test_published_numbers_chosen() -> None:
    printed = read_printed(PUBLISHED)
    assert printed.number("guidance_compliant=yes", within="guidance_given=1") == 255
    assert [printed.number(f"may_need_{need}=1") for need in ("85", "83", "respite")] == [130, 68, 2]


def test_covered() -> None:
    rng = random.Random(1)
    found = covered(range(10), {"a": 8, "b": 5, "c": 1}, rng)
    assert sorted(item for item, _ in found) == list(range(10))
    assert Counter(label for _, labels in found for label in labels) == {"a": 8, "b": 5, "c": 1}
    assert all(labels for _, labels in found)
    for totals in ({"a": 11}, {"a": 5, "b": 4}):
        with pytest.raises(ValueError, match="10"):
            covered(range(10), totals, rng)


def test_labelled_and_shuffled() -> None:
    rng = random.Random(1)
    assert Counter(label for _, label in labelled("abcde", {"x": 2, "y": 3}, rng)) == {"x": 2, "y": 3}
    with pytest.raises(ValueError, match="shorter"):
        labelled("abcde", {"x": 2}, rng)
    assert sorted(shuffled(range(50), rng)) == list(range(50)) != shuffled(range(50), rng)


def test_spread() -> None:
    numbers = spread(700, 10, 3, 215, random.Random(1))
    assert (sum(numbers), len(numbers)) == (700, 10)
    assert min(numbers) >= 3
    assert max(numbers) <= 215
    for total in (29, 2151):
        with pytest.raises(ValueError, match=str(total)):
            spread(total, 10, 3, 215, random.Random(1))


def test_dealt() -> None:
    hands = dealt(30, {"a": 1.0, "b": 5.0, "c": 0.0}, {"a": 30, "b": 6, "c": 30}, random.Random(1))
    assert sum(hands.values()) == 30
    assert hands["b"] == 6
    with pytest.raises(ValueError, match="13"):
        dealt(13, {"a": 1.0, "b": 1.0}, {"a": 6, "b": 6}, random.Random(1))


def test_sizes_vary(answers: list[Row]) -> None:
    sizes = sorted(Counter(answer["municipality_id"] for answer in answers).values())
    assert sizes[0] >= 1
    assert sizes[-1] >= 3 * sizes[len(sizes) // 2]
    assert [answer["municipality_id"] for answer in answers] == sorted(a["municipality_id"] for a in answers)
    assert all(first["case_id"] < then["case_id"] for first, then in pairwise(answers))
