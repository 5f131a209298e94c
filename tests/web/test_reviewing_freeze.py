"""Answers out, frozen and computed inside the workplace: the same as a file given to `study run`, and back to cases."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from sagsbarometer.web.events.acting import acting
from tests.web.cast import LAUNCHED
from tests.web.house_in_tests import Workplace
from tests.web.mails_in_tests import do_waiting
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted
from tests.web.test_reviewing_second import OTHER, both_in, get, post
from tests.web.test_serve import run


@pytest.fixture
def read_cases(cast: Any) -> list[Any]:
    """Three cases of 905 read by one, and one under way; the readings."""
    cases = screened_in(cast, 4)
    readings = [reading_of(cast, "rikke", case=case) for case in cases]
    for reading, said in zip(readings, (REFUSAL, OTHER, REFUSAL, REFUSAL), strict=True):
        answered(reading, said)
    for reading in readings[:3]:
        submitted(reading)
    return readings


def frozen(cast: Any, client: Any, once: str = "f" * 24) -> Any:
    """Asks for a freezing, does the work, and gives its row."""
    from sagsbarometer.web.reviewing.models import Freeze

    assert post(client, "answers", once=once).status_code == 302
    do_waiting()
    return Freeze.objects.filter(study=LAUNCHED).order_by("-number").first()


def test_answers_come_out_as_they_are_counted(cast: Any, client_of: Any, read_cases: Any) -> None:
    client = client_of(cast.anna)
    assert "3 sager er læst færdig" in get(client, "answers")
    reply = client.get(reverse("reviewing:answers_file", args=[LAUNCHED, "csv"]))
    lines = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert sorted(line["case_id"] for line in lines) == sorted(r.case_id for r in read_cases[:3])
    assert sorted(line["would_be_outcome"] for line in lines) == ["remitted", "upheld", "upheld"]
    assert client.get(reverse("reviewing:answers_file", args=[LAUNCHED, "doc"])).status_code == 404
    from sagsbarometer.web.events.models import Event

    assert Event.objects.filter(act="take_answers").count() == 1


@pytest.mark.parametrize("format", ["xlsx", "parquet", "sav", "dta", "codebook"])
def test_every_format_is_served(cast: Any, client_of: Any, read_cases: Any, format: str) -> None:
    reply = client_of(cast.anna).get(reverse("reviewing:answers_file", args=[LAUNCHED, format]))
    assert reply.status_code == 200
    assert len(reply.content) > 500
    assert "attachment" in reply["Content-Disposition"]


def test_a_freezing_is_what_study_run_gives_and_locks_its_cases(
    cast: Any, client_of: Any, read_cases: Any, tmp_path: Path
) -> None:
    from sagsbarometer.runs.study import Job, run_study
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze
    from sagsbarometer.web.reviewing.models import CaseReview

    client = client_of(cast.anna)
    made = frozen(cast, client)
    assert (made.number, made.cases) == (1, 3)
    assert frozen(cast, client).number == 1  # the same form sent twice
    folder = folder_of_freeze(LAUNCHED, 1)
    again = tmp_path / "again"
    run_study(Job(folder / "study", folder / "answers.csv", again))
    for name in ("cells.csv", "manifest.json", "rapport.pdf", "dataset/rows.parquet"):
        assert (again / name).read_bytes() == (folder / "results" / name).read_bytes(), name
    assert CaseReview.objects.exclude(locked_at=None).count() == 3
    html = get(client, "numbers", "1")
    assert "KLADDE" in html
    assert "33 %" in html  # one of three
    assert post(client, "reopen", read_cases[0].id, reason="x").status_code in (403, 404, 409)


def test_from_a_number_to_its_cases(cast: Any, client_of: Any, read_cases: Any) -> None:
    client = client_of(cast.anna)
    frozen(cast, client)
    html = get(client, "behind", "1", "any_material_defect")
    assert reverse("receiving:case", args=[LAUNCHED, read_cases[1].case_id]) in html
    assert "(1)" in html
    assert "(2)" in html
    assert client.get(reverse("reviewing:behind", args=[LAUNCHED, 1, "no_such"])).status_code == 404
    seen_by_approver = get(client_of(cast.gorm), "behind", "1", "any_material_defect")
    assert reverse("receiving:case", args=[LAUNCHED, read_cases[1].case_id]) not in seen_by_approver
    assert "3 sager i grundlaget kan ikke vises for dig" in seen_by_approver


def test_files_of_the_results_are_read_and_nothing_else(cast: Any, client_of: Any, read_cases: Any) -> None:
    client = client_of(cast.anna)
    frozen(cast, client)

    def fetch(path: str) -> Any:
        return client.get(reverse("reviewing:numbers_file", args=[LAUNCHED, 1, path]))

    assert fetch("index.html").status_code == 200
    assert "sandbox" in fetch("index.html")["Content-Security-Policy"]
    for path in (
        "dataset/rows.parquet",
        "../answers.csv",
        "manifest.json",
        "../../../app.sqlite3",
        "none.html",
    ):
        assert fetch(path).status_code in (404, 405), path


def test_nothing_read_nothing_frozen(cast: Any, client_of: Any) -> None:
    client = client_of(cast.anna)
    reply = post(client, "answers", once="e" * 24)
    assert reply.status_code == 422
    assert "ingen sager er læst" in reply.content.decode().lower()


def test_two_readings_count_as_they_were_settled(cast: Any, client_of: Any) -> None:
    first = reading_of(cast, "rikke", second=True)
    second = reading_of(cast, "rasmus", case=first.case, place=2)
    answered(first, REFUSAL)
    answered(second, OTHER)
    both_in((first, second))
    client = client_of(cast.anna)
    assert "0 sager er læst færdig" in get(client, "answers")
    dorte = client_of(cast.dorte)
    for question in ("wrong_assessment", "would_be_outcome"):
        assert (
            post(dorte, "difference", first.case_id, question=question, side="second", number="0").status_code
            == 302
        )
    reply = client.get(reverse("reviewing:answers_file", args=[LAUNCHED, "csv"]))
    line = next(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert (line["would_be_outcome"], line["wrong_assessment_direction"]) == ("remitted", "to_harm")


def test_practice_is_never_counted(cast: Any, client_of: Any, read_cases: Any) -> None:
    with acting("system:tests", "practice"):
        review = read_cases[0].review
        review.use = "learning"
        review.save()
    html = get(client_of(cast.anna), "answers")
    assert "2 sager er læst færdig" in html
    assert "øvelse og ankersager 1" in html


def test_unlocked_with_a_reason_it_is_read_on_and_the_numbers_stay(
    cast: Any, client_of: Any, read_cases: Any
) -> None:
    from sagsbarometer.web.reviewing.models import CaseReview

    client = client_of(cast.anna)
    made = frozen(cast, client)
    assert post(client, "unlock", "1").status_code == 302  # without a reason nothing happens
    assert CaseReview.objects.exclude(locked_at=None).count() == 3
    post(client, "unlock", "1", reason="En fejl i skemaet.")
    assert not CaseReview.objects.exclude(locked_at=None).exists()
    made.refresh_from_db()
    assert made.unlocked_why == "En fejl i skemaet."
    assert "33 %" in get(client, "numbers", "1")


def test_the_command_freezes_as_the_page_does_for_who_may(
    workplace: Workplace, cast: Any, client_of: Any, read_cases: Any
) -> None:
    from sagsbarometer.web.events.models import Event
    from sagsbarometer.web.reviewing.models import Freeze

    refused = run(workplace, "study", "freeze", LAUNCHED, "--by", cast.rikke.email)
    assert refused.returncode == 3
    assert "LAAS-101" in refused.stderr
    assert not Freeze.objects.exists()
    told = run(workplace, "study", "freeze", LAUNCHED, "--by", cast.anna.email)
    assert told.returncode == 0, told.stderr
    assert "Låsning 1: 3 sager" in told.stderr
    made = Freeze.objects.get()
    assert (made.by_id, made.cases) == (cast.anna.pk, 3)
    folder = workplace.home.folder / "datasets" / LAUNCHED
    assert (folder / "1" / "results" / "cells.csv").is_file()
    assert Event.objects.get(thing="reviewing_freeze", act="insert").actor == cast.anna.pk
    # The page gives the same figures of the same answers.
    again = frozen(cast, client_of(cast.anna))
    assert again.rows_hash == made.rows_hash
    cells = [(folder / number / "results" / "cells.csv").read_bytes() for number in ("1", "2")]
    assert cells[0] == cells[1]


def test_the_command_says_what_keeps_it_back(workplace: Workplace, cast: Any) -> None:
    told = run(workplace, "study", "freeze", LAUNCHED, "--by", cast.anna.email)
    assert told.returncode == 3
    assert "LAAS-102" in told.stderr
    assert not (workplace.home.folder / "datasets").exists()
