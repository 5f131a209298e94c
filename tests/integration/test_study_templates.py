"""The templates of a practice review, a quality measurement and an offered review: from answers to a report in two
languages."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sagsbarometer.collection.study import new_study
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.reporting.numbers import whole
from sagsbarometer.runs.report_build import BuildJob, open_results
from sagsbarometer.runs.study import Job, run_study
from sagsbarometer.store.results import load_results
from tests.conftest import ROOT

SEVERITIES = ("none", "immaterial", "material")
DEFECTS = ("fact_finding", "reasons", "legal_basis", "wrong_assessment")
CRITERIA = ("facts", "party_heard", "rules", "assessment", "reasons", "language", "guidance", "progress")
SCORES = ("two", "one", "zero")
STEPS = ("eligible_person", "support_need", "met_otherwise", "guided_not_done_for", "kind_of_support", "any_housing",
         "sufficient_support")  # fmt: skip


def legal(number: int) -> dict[str, str]:
    """A case in which every third decision would not hold: the first defect is as bad as the number says."""
    worst = SEVERITIES[number % 3]
    outcome = "remitted" if worst == "material" else "upheld"
    return {**dict.fromkeys(DEFECTS, "none"), DEFECTS[number % 4]: worst, "would_be_outcome": outcome}


def case(template: str, number: int) -> dict[str, str]:
    own = {"occasion": "new_application", "result": ("grant", "refusal")[number % 2], "form": "written"}
    if number == 0:
        own["form"] = "none_in_file"
    if template == "quality_measurement":
        return own | {id: SCORES[(number + at) % 3 if at < 2 else 0] for at, id in enumerate(CRITERIA)}
    if template == "practice_review":
        own |= {f"step_{id}": "" for id in STEPS} | {
            "step_support_need": "facts_missing" if number % 4 == 0 else ""
        }
        return own | legal(number) | {"patterns": "same_words" if number % 5 == 0 else ""}
    return (
        own
        | legal(number)
        | {"learning_points": "tell_of_appeal" if number % 5 == 0 else "", "done_well": str(number % 2)}
    )


def answers(template: str, path: Path) -> int:
    """Sixty cases of three places; how many."""
    rows = [
        {"case_id": f"s{number:03}", "municipality_id": str(901 + number % 3)} | case(template, number)
        for number in range(60)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


@pytest.fixture(scope="module", params=["practice_review", "quality_measurement", "offered_review"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    template = str(request.param)
    folder = tmp_path_factory.mktemp(template)
    new_study(ROOT / "studies" / template, folder / "study")
    answers(template, folder / "answers.csv")
    run_study(Job(folder / "study", folder / "answers.csv", folder / "results"))
    return template, folder / "results"


def test_the_numbers_are_those_of_the_answers(made: tuple[str, Path]) -> None:
    template, folder = made
    results = load_results(folder).results
    counted = {cell.result: cell for cell in results if not cell.row}
    assert whole(counted["reviewed_cases"]) == 60
    assert whole(counted["municipalities"]) == 3
    if template == "quality_measurement":
        # Two requirements that go 2, 1, 0 in turn, one a step behind the other: 2 and 1, 1 and 0, 0 and 2.
        assert [whole(counted[id]) for id in ("all_met", "partly_met", "some_not_met")] == [0, 20, 40]
        assert [whole(counted[f"facts_{score}"]) for score in SCORES] == [20, 20, 20]
    else:
        assert [whole(counted[id]) for id in ("would_be_upheld", "would_be_remitted")] == [40, 20]
        assert [whole(counted[id]) for id in ("with_defects", "in_accordance", "no_decision")] == [40, 40, 1]


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_report_is_built_with_every_figure_in_both_languages(
    made: tuple[str, Path], language: str
) -> None:
    told = {problem.code for problem in open_results(BuildJob(made[1], Path(), language=language)).remarks}
    assert not told & {"RAPPORT-221", "RAPPORT-119"}
    assert list(made[1].rglob("*.pdf"))


def test_only_a_service_check_has_numbers_of_one_municipality(tmp_path: Path) -> None:
    study = new_study(ROOT / "studies" / "offered_review", tmp_path / "s")
    text = (study.folder / "study.yaml").read_text(encoding="utf-8")
    (study.folder / "study.yaml").write_text(
        text + "notes: per_municipality\nnote: report.md\n", encoding="utf-8"
    )
    with pytest.raises(Faults) as caught:
        run_study(Job(study.folder, tmp_path / "none.csv", tmp_path / "out"))
    assert caught.value.problems[0].code == "STUDIE-109"
