"""A study is planned step by step, launched when nothing is missing, and amended with a reason."""

from __future__ import annotations

import csv
import math
from tempfile import gettempdir
from typing import Any

import pytest

from tests.web.cast import ROOT

pytestmark = pytest.mark.usefixtures("workplace")


def frame_file() -> bytes:
    """The invented municipalities with numbers of two kinds."""
    with (ROOT / "demo" / "workplace" / "municipalities.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = ["code,name,email,short,column,row,grant,refusal"]
    for number, row in enumerate(rows):
        own = (row[name] for name in ("code", "name", "email", "short", "column", "row"))
        lines.append(",".join([*own, str(4 + number % 9), str(3 + number % 6)]))
    return "\n".join(lines).encode()


FILLED: dict[str, dict[str, Any]] = {
    "opdrag": {"asked_by": "Folketinget", "funding": "Finansloven", "deliverable": "En rapport", "due": "2027-11-30"},
    "stikproeve": {
        "method": "stratified", "target": "margin", "margin": "6", "share": "50", "level": "95", "usable": "90",
        "allocation": "proportional", "minimum": "0", "reserve": "20", "seed": "frø",
    },
    "kriterier": {
        "from_": "2026-01-01", "to": "2026-12-31", "not_appealed": "on", "appeal_weeks": "4", "documented": "on",
        "neither_is_finding": "on",
    },
    "breve": {
        "sender": "Ankestyrelsen", "contact": "Anna", "email": "anna@example.dk", "basis": "retssikkerhedslovens § 79",
    },
    "kalender": {
        "notice_on": "2027-01-11", "call_in_on": "2027-02-15", "deadline_count": "4", "deadline_unit": "weeks",
        "calendar": "closing", "remind_before": "5", "remind_after": "2", "review_from": "2027-03-22",
        "review_to": "2027-06-30", "release_on": "2027-10-01",
    },
    "laesning": {"readers": "6", "per_week": "8", "double": "10", "tvivl": "Dorte"},
}  # fmt: skip


def make(client: Any, **more: Any) -> Any:
    """A new study, made on the page."""
    from sagsbarometer.web.planning.models import Study

    data = {"name": "Ny måling", "template": "barometer_97", "once": "1" * 32} | more
    reply = client.post("/studier/ny/", data)
    assert reply.status_code == 302, reply.content.decode()
    return Study.objects.get(pk=reply.url.split("/")[2])


def fill(client: Any, study: Any) -> Any:
    """Every step filled in; the study as it then is."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    def revision() -> int:
        study.refresh_from_db()
        return int(study.revision)

    base = f"/studier/{study.id}/plan"
    strata = "grant: Bevilling\nrefusal: Afslag"
    for slug, values in FILLED.items():
        reply = client.post(f"{base}/{slug}/", values | {"revision": revision()})
        assert reply.status_code == 302, reply.content.decode()
    file = SimpleUploadedFile("ramme.csv", frame_file())
    reply = client.post(f"{base}/population/ramme/", {"strata": strata, "file": file, "revision": revision()})
    assert reply.status_code == 302, reply.content.decode()
    told = {"described": "Alle afgørelser", "source": "Kommunerne", "revision": revision()}
    assert client.post(f"{base}/population/", told).status_code == 302
    study.refresh_from_db()
    figures = {"figures": study.plan["figures"]["figures"], "use": "Landet under ét", "revision": revision()}
    assert client.post(f"{base}/figurer/", figures).status_code == 302
    study.refresh_from_db()
    return study


def test_a_new_study_is_made_once_and_has_folder_and_key(cast: Any, client_of: Any, workplace: Any) -> None:
    client = client_of(cast.anna)
    first, second = make(client), make(client)
    assert first.id == second.id
    assert (workplace.home.studies / first.id / "v1" / "form.yaml").is_file()
    assert len(workplace.home.keys.study(first.id)) == 32
    assert first.plan["provision"]["provision"] == "serviceloven/97"


def test_the_task_list_tells_what_each_step_lacks(cast: Any, client_of: Any) -> None:
    client = client_of(cast.anna)
    study = make(client)
    page = client.get(f"/studier/{study.id}/").content.decode()
    assert "Skriv, hvem der betaler." in page
    assert "Ikke begyndt" in page
    client.post(f"/studier/{study.id}/plan/opdrag/", FILLED["opdrag"] | {"revision": 0})
    page = client.get(f"/studier/{study.id}/").content.decode()
    assert "Skriv, hvem der betaler." not in page
    assert "Færdig" in page


def test_a_full_plan_is_launched_with_a_request_for_each_authority(
    cast: Any, client_of: Any, workplace: Any, databases: str
) -> None:
    from sagsbarometer.collection.study import load_study
    from sagsbarometer.web.delivering.models import Request

    client = client_of(cast.anna)
    study = fill(client, make(client))
    page = client.get(f"/studier/{study.id}/svar/").content.decode()
    assert "Sæt undersøgelsen i gang" in page, page
    reply = client.post(f"/studier/{study.id}/saet-i-gang/", {"revision": study.revision})
    assert reply.status_code == 302, reply.content.decode()
    study.refresh_from_db()
    requests = Request.objects.filter(study=study)
    assert (study.state, requests.count(), study.versions.get().number) == ("launched", 98, 1)
    # 1,078 cases: n0 = 1.96² · 0.25 / 0.06² = 266.8, with the correction 213.9; nine of ten are usable: 238.
    size = sum(4 + n % 9 + 3 + n % 6 for n in range(98))
    cases = 266.7680 / (1 + 265.768 / size)

    assert sum(sum(item.wanted.values()) for item in requests) == math.ceil(math.ceil(cases) / 0.9)
    folder = workplace.home.studies / study.id / "v1"
    assert len(load_study(folder).frame or ()) == 98
    assert (folder / "sample.json").is_file()
    # Sent again by another form, it is refused and nothing more is made.
    assert client.post(f"/studier/{study.id}/saet-i-gang/", {"revision": study.revision}).status_code == 409
    assert Request.objects.filter(study=study).count() == 98


@pytest.mark.parametrize(
    "template",
    "barometer_97 offered_review practice_review quality_measurement service_check_home_training "
    "service_check_lost_earnings".split(),
)
def test_a_study_from_every_template_is_planned_and_launched(
    cast: Any, client_of: Any, template: str
) -> None:
    """With what the template says already, and no more than the pages say is missing."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from sagsbarometer.collection.plan_fields import asks
    from sagsbarometer.collection.plan_steps import plan_of, stored
    from sagsbarometer.web.delivering.models import Request
    from sagsbarometer.web.planning.shown import IDS, strata_text

    client = client_of(cast.anna)
    study = make(client, template=template, once=template[:30])
    kinds = [item.id for item in plan_of(study.plan).population.strata] or ["cases"]
    lines = [
        f"{code},By {code},by{code}@example.dk,{','.join('30' for _ in kinds)}" for code in ("901", "902")
    ]
    text = "\n".join([f"code,name,email,{','.join(kinds)}", *lines])
    sent = {"strata": strata_text(plan_of(study.plan).population.strata), "revision": study.revision}
    sent |= {"file": SimpleUploadedFile("ramme.csv", text.encode())}
    assert client.post(f"/studier/{study.id}/plan/population/ramme/", sent).status_code == 302
    given = FILLED | {
        "population": {"described": "Alle", "source": "Kommunerne"},
        "figurer": {"use": "Landet under ét"},
        "bestemmelse": {},
        "stikproeve": {"remark": "Udvalgte myndigheder"},
    }
    for slug, values in given.items():
        study.refresh_from_db()
        step = IDS[slug]
        own = stored(plan_of(study.plan))[step]
        old = {name: own[name] for name in asks(step) if own[name] is not None and own[name] is not False}
        reply = client.post(f"/studier/{study.id}/plan/{slug}/", old | values | {"revision": study.revision})
        assert reply.status_code == 302, reply.content.decode()
    study.refresh_from_db()
    page = client.get(f"/studier/{study.id}/svar/").content.decode()
    assert "Sæt undersøgelsen i gang" in page, page
    assert client.post(f"/studier/{study.id}/saet-i-gang/", {"revision": study.revision}).status_code == 302
    asked = {item.authority.code: sum(item.wanted.values()) for item in Request.objects.filter(study=study)}
    expected = {"barometer": 0, "quality_measurement": 20, "service_check": 20, "offered_review": 10}
    if number := expected.get(study.kind):
        assert asked == {"901": number, "902": number}
    else:
        assert set(asked) == {"901", "902"}


def test_a_plan_that_lacks_something_is_not_launched(cast: Any, client_of: Any) -> None:
    client = client_of(cast.anna)
    study = make(client)
    reply = client.post(f"/studier/{study.id}/saet-i-gang/", {"revision": study.revision})
    assert reply.status_code == 422
    study.refresh_from_db()
    assert study.state == "planning"


def test_a_double_click_starts_a_study_once_and_amends_it_once(cast: Any, client_of: Any) -> None:
    client = client_of(cast.anna)
    study = fill(client, make(client))
    url = f"/studier/{study.id}/saet-i-gang/"
    sent = {"revision": study.revision, "once": "k" * 24}
    first, second = client.post(url, sent), client.post(url, sent)
    assert (
        (first.status_code, first.url) == (second.status_code, second.url) == (302, f"/studier/{study.id}/")
    )
    study.refresh_from_db()
    assert study.versions.count() == 1
    assert "Sæt undersøgelsen i gang" not in client.get(f"/studier/{study.id}/svar/").content.decode()
    url = f"/studier/{study.id}/plan/laesning/aendr/"
    new = FILLED["laesning"] | {
        "readers": "7",
        "reason": "En til",
        "revision": study.revision,
        "once": "m" * 24,
    }
    first, second = client.post(url, new), client.post(url, new)
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert (first.status_code, study.versions.count()) == (302, 2)


def test_pages_of_a_plan_say_what_things_are_called(cast: Any, client_of: Any) -> None:
    client = client_of(cast.anna)
    study = fill(client, make(client))
    raw = (
        "serviceloven/97",
        "figure_1",
        *study.plan["provision"]["conditions"],
        *study.plan["figures"]["figures"],
    )
    names = [word for word in raw if not word.isalpha()]
    page = client.get(f"/studier/{study.id}/svar/").content.decode()
    assert "serviceloven § 97: Ledsagelse til voksne" in page
    assert "Standardteksten bruges" in page
    assert f'href="/studier/{study.id}/breve/call_in/"' in page
    assert "Figur :" not in page
    assert not [name for name in names if f">{name}" in page or f"{name}<" in page]
    client.post(f"/studier/{study.id}/saet-i-gang/", {"revision": study.revision})
    study.refresh_from_db()
    url = f"/studier/{study.id}/plan/figurer/aendr/"
    figures = study.plan["figures"]["figures"]
    old = {"figures": figures[:2], "use": "Andet", "revision": study.revision - 1, "reason": "Nyt"}
    pages = [
        client.get(f"/studier/{study.id}/plan/{slug}/").content.decode()
        for slug in ("bestemmelse", "figurer")
    ]
    pages.append(client.post(url, old).content.decode())  # a conflict: both versions side by side
    assert client.post(url, old | {"revision": study.revision}).status_code == 302
    pages.append(client.get(f"/studier/{study.id}/versioner/").content.decode())
    for page in pages:
        assert not [name for name in names if f">{name}" in page or f"{name}<" in page]
    assert "Figur 1: " in pages[2]
    assert "Figur 1: " in pages[3]


def test_a_figure_without_a_number_has_none() -> None:
    from types import SimpleNamespace

    from sagsbarometer.web.planning.folders import figures_of

    two = {"id": "b", "number": "2", "title": {"da": "Frist"}}
    figures = ({"id": "a", "title": {"da": "Kritik"}}, two, {"id": "c"})
    form: Any = SimpleNamespace(figures=figures)
    assert figures_of(form) == {"a": "Kritik", "b": "Figur 2: Frist", "c": "c"}


def test_who_runs_the_house_sees_that_studies_are_there_and_not_their_plans(
    cast: Any, client_of: Any
) -> None:
    ada = client_of(cast.ada)
    page = ada.get("/studier/").content.decode()
    assert cast.launched.name in page
    assert f'href="/studier/{cast.launched.id}/opbevaring/"' in page
    assert f'href="/studier/{cast.launched.id}/"' not in page
    assert ada.get(f"/studier/{cast.launched.id}/").status_code == 404
    page = client_of(cast.anna).get("/studier/").content.decode()
    assert f'href="/studier/{cast.launched.id}/"' in page
    assert "Som administrator" not in page


def test_the_same_step_sent_twice_is_saved_once_and_is_no_conflict(cast: Any, client_of: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = client_of(cast.anna)
    study = make(client)
    url = f"/studier/{study.id}/plan/opdrag/"
    first, second = (client.post(url, FILLED["opdrag"] | {"revision": 0}) for _ in range(2))
    assert (first.status_code, first.url) == (second.status_code, second.url) == (302, url)
    url = f"/studier/{study.id}/plan/population/ramme/"
    sent = {"strata": "grant: Bevilling\nrefusal: Afslag", "revision": 1}
    for _ in range(2):
        reply = client.post(url, sent | {"file": SimpleUploadedFile("ramme.csv", frame_file())})
        assert reply.status_code == 302
    study.refresh_from_db()
    assert study.revision == 2


def test_two_who_save_the_same_step_see_both_versions(cast: Any, client_of: Any) -> None:
    first, second = client_of(cast.anna), client_of(cast.anna)
    study = make(first)
    url = f"/studier/{study.id}/plan/opdrag/"
    assert first.post(url, FILLED["opdrag"] | {"revision": 0}).status_code == 302
    reply = second.post(url, FILLED["opdrag"] | {"revision": 0, "asked_by": "Ministeren"})
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "Ministeren" in page
    assert "Folketinget" in page
    study.refresh_from_db()
    assert study.plan["commission"]["asked_by"] == "Folketinget"


def test_two_who_save_the_frame_see_both_and_the_file_is_not_lost(cast: Any, client_of: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = client_of(cast.anna)
    study = make(client)
    url = f"/studier/{study.id}/plan/population/ramme/"
    mine = frame_file()
    theirs = mine.replace(b"\n901,", b"\n901,Anden ", 1)
    sent = {"strata": "grant: Bevilling\nrefusal: Afslag", "revision": 0}
    assert client.post(url, sent | {"file": SimpleUploadedFile("ramme.csv", theirs)}).status_code == 302
    reply = client.post(url, sent | {"file": SimpleUploadedFile("ramme.csv", mine)})
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "Myndigheder, der ikke er ens" in page
    assert page.count("901 ") == 2
    assert "901 Anden " in page
    assert "902 " not in page.partition("<table")[2].partition("</table>")[0], "what is alike is not shown"
    hidden = dict(reply.context["hidden"]) | {"revision": reply.context["revision"]}
    assert client.post(url, hidden).status_code == 302
    study.refresh_from_db()
    (name,) = (a["name"] for a in study.plan["population"]["authorities"] if a["code"] == "901")
    assert not name.startswith("Anden")
    assert study.revision == 2


def test_a_study_under_way_is_amended_only_with_a_reason_and_where_no_case_depends_on_it(
    cast: Any, client_of: Any, workplace: Any
) -> None:
    client = client_of(cast.anna)
    study = fill(client, make(client))
    client.post(f"/studier/{study.id}/saet-i-gang/", {"revision": study.revision})
    study.refresh_from_db()
    url = f"/studier/{study.id}/plan/kalender/"
    assert client.post(url, FILLED["kalender"] | {"revision": study.revision}).status_code == 409
    new = FILLED["kalender"] | {"review_to": "2027-08-31", "revision": study.revision}
    reply = client.post(f"{url}aendr/", new)
    assert reply.status_code == 422
    assert "Skriv, hvorfor planen ændres." in reply.content.decode()
    assert client.post(f"{url}aendr/", new | {"reason": "To læsere er syge"}).status_code == 302
    page = client.get(f"/studier/{study.id}/versioner/").content.decode()
    assert "Version 2" in page
    assert "30. juni 2027" in page
    assert "31. august 2027" in page
    assert "To læsere er syge" in page
    assert (workplace.home.studies / study.id / "v2" / "plan.json").is_file()
    # What the cases were chosen by has no page to change it on, and a field that is sent anyway is not read.
    assert client.get(f"/studier/{study.id}/plan/stikproeve/aendr/").status_code == 404
    assert client.get(f"/studier/{study.id}/plan/kriterier/aendr/").status_code == 200


def test_an_uploaded_form_is_checked_and_its_faults_have_lines(cast: Any, client_of: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from sagsbarometer.web.planning.models import Study

    client = client_of(cast.anna)
    good = (ROOT / "studies" / "barometer_97" / "form.yaml").read_bytes()
    bad = good.replace(b"    type: bool\n", b"    type: ja_nej\n", 1)
    line = good[: good.index(b"    type: bool\n")].count(b"\n") + 1
    data = {"name": "Min", "template": "uploaded", "kind": "barometer", "once": "2" * 32}
    reply = client.post("/studier/ny/", data | {"form": SimpleUploadedFile("form.yaml", bad)})
    page = reply.content.decode()
    assert reply.status_code == 422
    assert f"<td>{line}</td>" in page
    assert gettempdir() not in page
    reply = client.post("/studier/ny/", data | {"form": SimpleUploadedFile("form.yaml", good)})
    assert reply.status_code == 302, reply.content.decode()
    study = Study.objects.get(once="2" * 32)
    assert client.get(f"/studier/{study.id}/formular/").status_code == 200


def test_the_preview_asks_what_the_form_asks(cast: Any, client_of: Any) -> None:
    client = client_of(cast.rikke)
    url = f"/studier/{cast.launched.id}/formular/"
    before = client.get(url).content.decode()
    after = client.post(url, {"q_occasion": "withdrawal"}).content.decode()
    assert 'value="withdrawal" checked' in after
    assert before != after
    assert 'id="q-occasion"' in before


def test_pictures_of_the_sample_are_drawn_here_and_told_in_tables(cast: Any, client_of: Any) -> None:
    client = client_of(cast.anna)
    study = fill(client, make(client))
    base = f"/studier/{study.id}/plan/stikproeve"
    for name in ("praecision.svg", "kort.svg"):
        reply = client.get(f"{base}/{name}")
        assert reply.status_code == 200
        assert reply["Content-Type"] == "image/svg+xml"
        assert reply.content.startswith(b"<svg")
    page = client.get(f"{base}/").content.decode()
    assert "Agernæs-Holme" in page
    assert "Kort af fliser" in page
    assert client_of(cast.nina).get(f"{base}/kort.svg").status_code == 404


def test_people_of_a_study_are_added_and_removed(cast: Any, client_of: Any) -> None:
    client = client_of(cast.anna)
    url = f"/studier/{cast.planning.id}/folk/"
    assert client.post(url, {"email": "nobody@example.dk", "role": "reviewer"}).status_code == 422
    assert client.post(url, {"email": "NINA@example.dk", "role": "administrator"}).status_code == 422
    assert client.post(url, {"email": "NINA@example.dk", "role": "reviewer"}).status_code == 302
    nina = client_of(cast.nina)
    assert nina.get(f"/studier/{cast.planning.id}/").status_code == 200
    membership = cast.nina.memberships.get()
    client.post(f"{url}fjern/", {"membership": membership.id})
    assert nina.get(f"/studier/{cast.planning.id}/").status_code == 404
