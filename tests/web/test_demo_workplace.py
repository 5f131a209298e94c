"""The demo's workplace: built, in every state, of nobody who exists, and opened over HTTP."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from demo.reconstruct.printed import read_printed
from demo.workplace import decisions, drawn_study, findings, plan
from demo.workplace.cases import scene
from sagsbarometer.kernel.dates import COPENHAGEN
from sagsbarometer.kernel.ids import holds_cpr
from sagsbarometer.web.home import Home
from tests.web.house_in_tests import Workplace, work_on

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "published" / "handicapsagsbarometret_2023"
DAY = date(2026, 11, 20)


def municipalities() -> list[dict[str, str]]:
    """The invented ones."""
    with (ROOT / "demo" / "workplace" / "municipalities.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def scene_of(day: date) -> Any:
    """The scene on a day."""
    return scene(read_printed(PUBLISHED), [row["code"] for row in municipalities()], day)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder as the command makes it, and what it said."""
    folder = tmp_path_factory.mktemp("demo") / "arbejdsplads"
    command = [
        sys.executable,
        str(ROOT / "demo" / "workplace" / "build.py"),
        str(folder),
        "--address",
        "http://testserver",
    ]
    made = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return folder, made.stdout


@pytest.fixture
def inside(built: tuple[Path, str]) -> Iterator[Any]:
    """This process at work on it: its study."""
    work_on(Workplace(Home(built[0])))
    from sagsbarometer.web.planning.models import Study

    yield Study.objects.get(name=plan.NAME)
    from django.db import connections

    connections.close_all()


def test_the_scene_is_the_barometer_of_2023_in_every_state() -> None:
    from sagsbarometer.web.delivering.models import Case

    made = scene_of(DAY)
    assert len(made.cases) == 385
    assert Counter(case.stratum for case in made.cases) == {"grant": 293, "refusal": 92}  # appendix 1
    assert {case.state for case in made.cases} == set(Case.STATES)
    assert {asked.state for asked in made.requests.values()} == {
        "called_in",
        "reopened",
        "delivered",
        "finished",
    }
    assert len(made.requests) == 98


@pytest.mark.parametrize("day", [DAY, date(2027, 1, 3), date(2027, 4, 5), date(2028, 2, 29)])
def test_the_scene_hangs_together_on_any_day(day: date) -> None:
    made = scene_of(day)
    for case in made.cases:
        if case.submitted:
            assert made.called_in <= case.submitted
            assert not case.screened or case.submitted <= case.screened
        assert bool(case.reasons) == (case.state == "excluded")
        assert bool(case.screened) == (case.state in ("screened_in", "excluded"))
        if case.replaces is not None:
            assert case.replaces.state == "excluded"
            assert (case.municipality, case.stratum) == (case.replaces.municipality, case.replaces.stratum)
            assert case.number > case.replaces.number
    for code, asked in made.requests.items():
        own = [case for case in made.cases if case.municipality == code and case.state != "withdrawn"]
        for kind, number in asked.wanted.items():
            assert number == sum(case.stratum == kind for case in own) or kind in asked.none_of


def test_the_same_day_gives_the_same_scene() -> None:
    assert repr(scene_of(DAY)) == repr(scene_of(DAY))


def test_every_document_says_that_it_is_fictional_and_nobody_has_its_cpr_number() -> None:
    import random

    import pypdfium2

    rng = random.Random(1)
    made = scene_of(DAY)
    sources = [
        decisions.decision(case, "Agernæs-Holme", rng) for case in made.cases if "result" in case.declared
    ][:6]
    sources += [decisions.note_without_decision(made.cases[0], "Almesund"), decisions.shared_note(1, rng)]
    for source in sources:
        document = pypdfium2.PdfDocument(decisions.pdf(source))
        for page in document:
            text = page.get_textpage().get_text_range()
            assert text.count(decisions.FICTIONAL) == 2  # above and below
            for day, month in re.findall(r"\b(\d\d)(\d\d)\d\d-\d{4}\b", text):
                assert (day, month) == ("31", "02")  # a day that no calendar has
        document.close()
    assert holds_cpr(decisions.made_up_cpr(rng))  # but it looks like one


def test_no_municipality_of_the_demo_exists() -> None:
    with (ROOT / "law" / "municipalities.csv").open(encoding="utf-8") as file:
        real = {row["name"].lower() for row in csv.DictReader(file)}
    assert not real & {row["name"].lower() for row in municipalities()}
    assert {row["code"] for row in municipalities()} == {str(code) for code in range(901, 999)}


def test_the_house_holds_every_state_and_its_events_hold(inside: Any) -> None:
    from sagsbarometer.web.delivering.models import Case, Receipt, Request
    from sagsbarometer.web.documents.models import Document
    from sagsbarometer.web.receiving import facts
    from sagsbarometer.web.receiving.models import Replacement, Return, Screening

    assert set(Case.objects.values_list("state", flat=True)) == set(Case.STATES)
    assert (Case.objects.count(), Request.objects.filter(study=inside).count()) == (385, 98)
    assert Screening.objects.count() == Case.objects.filter(state__in=("screened_in", "excluded")).count()
    assert Return.objects.count() == Case.objects.filter(state="returned").count()
    assert Replacement.objects.count() == Case.objects.exclude(replaces=None).count() == 14
    # Every case that was delivered has a document that can be read; a draft has none.
    ready = set(Document.objects.filter(state="ready").values_list("case_id", flat=True))
    assert ready == set(Case.objects.exclude(state="draft").values_list("id", flat=True))
    assert Document.objects.exclude(state="ready").count() == 0
    assert Document.objects.filter(scanned="").values("sha256").distinct().count() == 40
    paper = Document.objects.filter(scanned="waiting")  # read when the house is served
    assert (
        paper.count()
        == paper.values("case_id").distinct().count()
        == paper.values("sha256").distinct().count()
        >= 3
    )
    assert Receipt.objects.count() == 98 - Request.objects.filter(study=inside, state="called_in").count()
    told = facts.progress_of(inside)
    assert told.total.asked + told.total.extra == told.total.open + told.total.delivered + told.total.none
    assert told.forecast.day is not None
    assert told.late


def _shown_a_finding(said: str) -> str:
    """The address of the municipality that the command says has been shown a finding."""
    found = re.search(r"(\S+@demo\.example).*har fået fund", said)
    assert found
    return found.group(1)


def test_what_is_read_is_locked_and_findings_are_released_and_answered(inside: Any) -> None:
    from sagsbarometer.kernel.deadlines import ends
    from sagsbarometer.web.findings.models import Aftermath, Objection, Sheet, SheetRelease
    from sagsbarometer.web.jobs.models import Job
    from sagsbarometer.web.reviewing.finding import review_state
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze
    from sagsbarometer.web.reviewing.models import CaseReview, Freeze, Reading
    from sagsbarometer.web.rights.asking import actor_of
    from sagsbarometer.web.rights.may import Answer, may

    frozen = Freeze.objects.get(study=inside)
    assert (folder_of_freeze(inside.id, frozen.number) / "results").is_dir()
    locked = set(CaseReview.objects.exclude(locked_at=None).values_list("case_id", flat=True))
    assert Sheet.objects.count() == len(locked) == frozen.cases
    assert Counter(Job.objects.values_list("kind", "state")) == {
        ("reviewing.freeze", "done"): 1,
        ("findings.drafts", "done"): 1,
    }  # and no mail waits to leave
    shown = Sheet.objects.filter(state="released")
    assert set(Sheet.objects.values_list("state", flat=True)) == set(Sheet.STATES)
    assert shown.count() == findings.RELEASED
    assert set(shown.values_list("case_id", flat=True)) <= locked
    assert set(shown.values_list("wrong", flat=True)) == {True, False}
    release = SheetRelease.objects.get()
    begun = release.at.astimezone(COPENHAGEN).date()
    assert (release.object_until, release.tell_until) == (ends(begun, 4), ends(begun, 12))
    states = Counter(Objection.objects.values_list("state", flat=True))
    assert states == {"open": 3, "upheld": 2, "not_upheld": 3, "withdrawn": 1}
    for row in Objection.objects.exclude(answered_by=None).select_related("case__review", "answered_by"):
        assert not Reading.objects.filter(case=row.case, reader=row.answered_by).exists()
        actor = actor_of(row.answered_by, second_factor=True)
        assert may(actor, "answer_objection", review_state(row.case.review)) is Answer.YES
    told = Aftermath.objects.all()
    assert set(told.values_list("did", flat=True)) == set(Aftermath.DID)
    assert set(told.values_list("effect", flat=True)) == {"", "more", "same", "revoked"}
    assert set(told.values_list("told", flat=True)) == set(Aftermath.TOLD)
    assert all(shown.get(case=row.case_id).wrong for row in told)
    assert shown.filter(wrong=True).exclude(case__aftermaths__isnull=False).exists()  # some have not told


def test_a_municipality_of_the_list_sees_the_findings_it_was_shown(
    inside: Any, built: tuple[Path, str]
) -> None:
    from django.test import Client
    from django.urls import reverse

    from sagsbarometer.web.accounts.models import User
    from sagsbarometer.web.findings.models import Sheet

    client = Client()
    client.force_login(User.objects.get(email=_shown_a_finding(built[1])))
    listed = client.get(reverse("findings:own_sheets")).content.decode()
    code = _shown_a_finding(built[1]).removeprefix("kommune-").removesuffix("@demo.example")
    own = list(Sheet.objects.filter(case__municipality=code, state="released"))
    assert any(sheet.wrong for sheet in own)
    for sheet in own:
        address = reverse("findings:own_sheet", args=[sheet.id])
        assert address in listed
        page = client.get(address)
        assert page.status_code == 200
        assert ("Havde borgeren klaget" in page.content.decode()) is sheet.wrong


def test_everybody_can_sign_in_and_sees_their_own(inside: Any, built: tuple[Path, str]) -> None:
    from django.test import Client
    from django.urls import reverse

    said = built[1]
    password = re.search(r"til alle: (\S+)", said)
    assert password
    emails = re.findall(r"\S+@demo\.example", said)
    assert len(set(emails) - {_shown_a_finding(said)}) in (
        8 + 4 + 1,
        8 + 5 + 1,
    )  # one of the five, or one more
    client = Client()
    form = urlencode({"login": "sune@demo.example", "password": password.group(1)})
    kind = "application/x-www-form-urlencoded"  # as a browser sends it: files come from nobody who is not signed in
    reply = client.post(reverse("account_login"), form, content_type=kind)
    assert reply.status_code == 302, reply.content
    page = client.get(reverse("receiving:collection", args=[inside.id]))
    assert page.status_code == 200
    html = page.content.decode()
    assert "Demonstration" in html
    assert "kommuner er over fristen" in html


def test_who_screens_meets_dates_that_do_not_fit(inside: Any) -> None:
    from sagsbarometer.collection.dates_in_text import contradictions
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.receiving.files import texts_of

    waiting = Case.objects.filter(state="submitted")
    amiss = [case for case in waiting if contradictions(case.declared, texts_of(case))]
    assert 0 < len(amiss) < waiting.count() / 2
    settled = Case.objects.filter(state__in=("screened_in", "excluded"))
    assert not any(contradictions(case.declared, texts_of(case)) for case in settled[:40])


def test_the_settings_are_all_known(inside: Any) -> None:
    from sagsbarometer.web.home import this_home
    from sagsbarometer.web.keeping.config import config_problems

    assert this_home().config["demonstration"] is True
    assert config_problems(this_home().config) == []


def test_the_password_is_nowhere_in_the_folder(built: tuple[Path, str]) -> None:
    password = re.search(r"til alle: (\S+)", built[1])
    assert password
    for path in built[0].rglob("*"):
        if path.is_file():
            assert password.group(1).encode() not in path.read_bytes(), path


def test_each_was_told_and_called_in_by_a_letter_dated_then_and_no_mail_left(inside: Any) -> None:
    from sagsbarometer.web.letters.making import content
    from sagsbarometer.web.letters.models import Letter

    calendar = inside.plan["calendar"]
    for kind, day in (("notice", calendar["notice_on"]), ("call_in", calendar["call_in_on"])):
        letters = Letter.objects.filter(study=inside, kind=kind, state="downloaded", dated=day)
        assert letters.count() == 98
        assert content(letters.first()).startswith(b"%PDF")  # type: ignore[arg-type]
    assert not Letter.objects.exclude(state="downloaded").exists()


def test_the_second_study_is_drawn_by_lot_with_reserves_and_could_have_been_launched(inside: Any) -> None:
    from sagsbarometer.collection.plan_steps import can_launch, plan_of
    from sagsbarometer.web.delivering.models import FrameList, Request
    from sagsbarometer.web.planning import folders
    from sagsbarometer.web.planning.models import Study
    from sagsbarometer.web.receiving.facts import taken_of

    drawn = Study.objects.get(name=drawn_study.NAME)
    own = plan_of(drawn.plan)
    assert can_launch(own, folders.around(drawn, own))
    requests = Request.objects.filter(study=drawn)
    assert set(requests.values_list("state", flat=True)) == {"noticed"}
    lists = FrameList.objects.filter(request__in=requests)
    counts = (requests.count(), lists.count(), requests.exclude(drawn=[]).count())
    assert counts == (20, 20 - drawn_study.LATE, 20 - drawn_study.LATE - drawn_study.UNDRAWN)
    for request in requests.exclude(drawn=[]):
        assert len(taken_of(request)) == sum(request.wanted.values())  # the others are in reserve
        rows = {row["id"]: row for row in lists.get(request=request).rows}
        assert all(own.criteria.from_ <= rows[id]["decided"] <= own.criteria.to for id in request.drawn)
    assert any(len(request.drawn) > sum(request.wanted.values()) for request in requests.exclude(drawn=[]))
