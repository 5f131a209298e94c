"""The service check templates on synthetic cases whose every answer is known: all that a text can say is said."""

from __future__ import annotations

import csv
import random
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.load import load_form
from sagsbarometer.store.results import load_results
from tests.conftest import ROOT
from tests.letters_in_tests import CHECKS, results_of

CODES = ("901", "902", "903")
DEFECTS = {  # question to the stem of its direction, and the fault a step then has
    "fact_finding_defect": ("fact_finding", "facts_missing"),
    "reasons_defect": ("reasons", ""),
    "legal_basis_defect": ("legal_basis", "rule_misread"),
    "wrong_assessment": ("wrong_assessment", "wrongly_assessed"),
    "fettered_discretion": ("fettered_discretion", "fettered"),
    "party_hearing_defect": ("party_hearing", ""),
}


def answers(form: Form, rng: random.Random, number: int) -> dict[str, str]:
    """One case with every question answered that is asked of it."""
    applied = date(2024, 1, 2) + timedelta(days=rng.randrange(300))
    days, took = 56, rng.choice((20, 50, 80, 120))
    severity = {question: rng.choice(("none", "none", "immaterial", "material")) for question in DEFECTS}
    material = "material" in severity.values()
    row = {
        "case_id": f"t{number:03}",
        "municipality_id": CODES[number % len(CODES)],
        "origin": "synthetic",
        "occasion": "new_application",
        "result": rng.choice(("partial_refusal", "refusal")),
        "form": "written",
        **severity,
        "would_be_outcome": rng.choice(("amended", "remitted")) if material else "upheld",
        "appeal_guidance_given": "1",
        "appeal_guidance_meets_25": rng.choice("01"),
        "application_date": applied.isoformat(),
        "decision_date": (applied + timedelta(days=took)).isoformat(),
        "deadline_days": str(days),
        "deadline": "exceeded" if took > days else "kept",
        "new_date_given": rng.choice("01") if took > days else "",
        "overall_assessment": rng.choice("01"),
    }
    if any(question.id == "supervision" for question in form.questions):
        row["supervision"] = rng.choice("01")
    for question, (stem, _) in DEFECTS.items():
        row[f"{stem}_direction"] = (
            rng.choice(("to_harm", "to_benefit")) if severity[question] != "none" else ""
        )
    for id, of in (
        ("fact_finding_missing", "fact_finding_defect"),
        ("legal_basis_fault", "legal_basis_defect"),
    ):
        codes = next(question for question in form.questions if question.id == id).codes
        for place, code in enumerate(codes):
            row[f"{id}.{code}"] = (
                "" if severity[of] == "none" else "1" if place == number % len(codes) else "0"
            )
    steps = [question for question in form.questions if question.id.startswith("step_")]
    wrong = {fault for question, (_, fault) in DEFECTS.items() if fault and severity[question] != "none"}
    for place, step in enumerate(steps):
        for code in step.codes:
            row[f"{step.id}.{code}"] = "1" if code in wrong and place == number % len(steps) else "0"
    return row


@pytest.fixture(scope="module", params=sorted(CHECKS))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    template, folder = str(request.param), tmp_path_factory.mktemp("sider")
    form = load_form(ROOT / "studies" / template / "form.yaml", load_catalogue(ROOT / "law"))
    rng = random.Random(7)
    rows = [answers(form, rng, number) for number in range(45)]
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    names = "code,name\n" + "".join(f"{code},Prøveby {code}\n" for code in CODES)
    (folder / "municipalities.csv").write_text(names, encoding="utf-8")
    return results_of(template, folder, folder, origin="synthetic")


def test_every_figure_is_placed_and_every_sentence_has_its_number(made: Path) -> None:
    page = (made / "laeringsnotat.html").read_text(encoding="utf-8")
    for figure in ("figure_1", "figure_2", "figure_3", "figure_4", "figure_5"):
        assert f'id="fig-{figure}"' in page
    prose = re.sub(r"<table.*?</table>|<svg.*?</svg>|<dialog.*?</dialog>", "", page, flags=re.DOTALL)
    assert "(ingen" not in prose
    assert "Opdigtede data" in page
    assert "Svarene siger ikke" not in page


def test_nothing_was_drawn_so_nothing_has_an_interval(made: Path) -> None:
    results = load_results(made).results
    assert all(cell.low is None and cell.high is None and cell.generalisable == "no" for cell in results)
    assert "95-procents" not in (made / "laeringsnotat.html").read_text(encoding="utf-8")


def test_nothing_is_unknown_where_every_answer_is_known(made: Path) -> None:
    results = load_results(made).results
    for measure in ("in_accordance", "fact_finding_any", "reasons_any", "deadline_kept", "guidance_met"):
        assert results.cell(measure).unknown == 0
    upheld, reversed_ = (results.cell(f"would_be_{name}").numerator for name in ("upheld", "reversed"))
    assert upheld + reversed_ == 45


def test_the_note_tells_the_kinds_of_defects(made: Path, tmp_path: Path) -> None:
    from sagsbarometer.runs.letters import NoteJob, write_notes

    write_notes(NoteJob(made, tmp_path / "noter", formats=("html",)))
    note = (tmp_path / "noter" / "901" / "laeringsnote.html").read_text(encoding="utf-8")
    assert "Utilstrækkelig sagsoplysning: " in note
    assert "Kommune 901" in note
    assert "er ikke skrevet ned" not in note
