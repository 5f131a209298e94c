"""The pages and commands of the chain: who sees what, and what a citizen may be told."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sagsbarometer.web.events.acting import acting, record
from sagsbarometer.web.events.models import Event
from sagsbarometer.web.events.sealing import read


def _read_a_document(cast: Any) -> Any:
    case = cast.case("901")
    with acting(cast.rikke.pk, "screening"):
        record("read_document", "documents_document", "d" * 24, study=case.study_id, case=case.pk)
    return case


def test_the_list_shows_who_did_what_and_why(cast: Any, client_of: Any) -> None:
    case = _read_a_document(cast)
    client = client_of(cast.ada)
    page = client.get("/haendelser/", {"case": case.pk}).content.decode()
    assert "Rikke Opdigtet" in page
    assert "Dokument læst" in page
    assert "Visitation" in page
    assert "Prøvestudie, i gang" in page
    for query, there in (
        ({"person": cast.rikke.pk}, True),
        ({"person": cast.rasmus.pk}, False),
        ({"study": case.study_id}, True),
        ({"study": cast.planning.pk}, False),
        ({"day": Event.objects.latest("seq").at[:4] + "-01-01"}, False),
    ):
        page = client.get("/haendelser/", query).content.decode()
        assert ("Dokument læst" in page) is there, query
    assert client.get("/haendelser/", {"day": "i går"}).status_code == 422


def test_a_day_is_a_danish_day(workplace: Any) -> None:
    from sagsbarometer.web.events.looking import Wanted, matching, moment

    query = str(matching(Wanted(day="2026-03-29"), "", ()).query)  # summer time begins: 23 hours
    assert "2026-03-28T23:00:00.000000Z" in query
    assert "2026-03-29T22:00:00.000000Z" in query
    assert moment("2026-10-25T00:30:00.000000Z").strftime("%H:%M %z") == "02:30 +0200"


def test_paging_goes_through_all_of_it_once(cast: Any, client_of: Any) -> None:
    client, seen, query = client_of(cast.ada), [], "?study=launched22"
    last = Event.objects.filter(study="launched22").latest("seq").seq
    while query:
        reply = client.get(f"/haendelser/{query}")
        seen += [row["seq"] for row in reply.context["rows"]]
        query = f"?{reply.context['older']}" if reply.context["older"] else ""
    mine = [seq for seq in seen if seq <= last]
    assert (
        mine
        == sorted(Event.objects.filter(study="launched22", seq__lte=last).values_list("seq", flat=True))[::-1]
    )


def test_looking_at_events_is_an_event(cast: Any, client_of: Any) -> None:
    client_of(cast.ada).get("/haendelser/", {"person": cast.rikke.pk})
    event = Event.objects.latest("seq")
    assert (event.actor, event.act, read(event).said) == (
        cast.ada.pk,
        "read_events",
        {"person": cast.rikke.pk},
    )


def test_nobody_else_sees_them(cast: Any, client_of: Any) -> None:
    case = _read_a_document(cast)
    before = Event.objects.filter(act__startswith="read_e").count()
    for address in ("/haendelser/", "/haendelser/1/", f"/haendelser/sag/{case.pk}/opslag/"):
        assert client_of().get(address).status_code == 302
        for name in ("anna", "rikke", "sune", "gorm", "eva", "kim", "nina", "ida"):
            assert client_of(cast.person(name)).get(address).status_code in (302, 403, 404), (address, name)
    assert client_of(cast.ada).get("/haendelser/sag/ukendt/opslag/").status_code == 404
    assert client_of(cast.ada).get("/haendelser/99999999/").status_code == 404
    assert Event.objects.filter(act__startswith="read_e").count() == before


def test_what_a_case_says_is_never_shown_here(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.receiving.models import Screening

    case = cast.case("901")
    with acting(cast.rikke.pk, "screening"):
        Screening.objects.create(case=case, verdict="out", found={"result": "HEMMELIGT"}, by=cast.rikke)
    client = client_of(cast.ada)
    number = Event.objects.get(thing="receiving_screening").seq
    page = client.get(f"/haendelser/{number}/").content.decode()
    assert "found" in page
    assert "verdict" in page
    assert "HEMMELIGT" not in page
    with acting(cast.ada.pk, "give_role"):
        cast.rikke.memberships.update(role="adjudicator")
    shown = client.get(f"/haendelser/{Event.objects.latest('seq').seq}/").content.decode()
    assert "reviewer" in shown
    assert "adjudicator" in shown


def test_an_event_whose_key_is_gone_says_so(cast: Any, client_of: Any, workplace: Any) -> None:
    number = Event.objects.filter(thing="delivering_case")[0].seq
    workplace.home.keys.destroy_study("launched22")
    workplace.home.purged.write_text('{"study": "launched22"}\n', encoding="utf-8")
    assert "Nøglen er slettet" in client_of(cast.ada).get(f"/haendelser/{number}/").content.decode()


def test_the_list_for_a_citizen_has_dates_and_purposes_and_no_names(cast: Any, client_of: Any) -> None:
    case = _read_a_document(cast)
    client = client_of(cast.ada)
    address = f"/haendelser/sag/{case.pk}/opslag/"
    page = client.get(address).content.decode().partition("<main")[2].partition("</main>")[0]
    reply = client.get(address, {"som": "csv"})
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["Hvad"] for row in rows] == [
        "Sag oprettet",
        "Dokument læst",
        "Opslagsliste læst",
        "Opslagsliste læst",
    ]
    assert rows[1]["Formål"] == "Visitation: om sagen hører til undersøgelsen"
    assert reply["Content-Disposition"] == f'attachment; filename="opslag-{case.pk}.csv"'
    for text in (page, reply.content.decode()):
        for name in ("rikke", "Rikke", "ada", "Ada"):
            person = cast.person(name.lower())
            assert not any(part in text for part in (person.name, person.email, person.pk))
        assert "Dokument læst" in text


def _audit(workplace: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sagsbarometer.cli.main", "audit", *arguments],
        env=workplace.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_commands_find_what_was_tampered_with(
    databases: str, workplace: Any, cast: Any, tmp_path: Path
) -> None:
    kept = tmp_path / "ankre.jsonl"
    assert _audit(workplace, "anchor", "--out", str(kept)).returncode == 0
    good = _audit(workplace, "verify", "--anchor", str(kept), "--json")
    assert (good.returncode, json.loads(good.stdout)["events"]) == (0, Event.objects.count())
    if databases == "sqlite":
        with sqlite3.connect(workplace.home.database) as client:
            client.execute("DROP TRIGGER audit_events_event_delete")
            client.execute("DELETE FROM events_event WHERE seq > 40")
        client.close()
    else:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE events_event DISABLE TRIGGER ALL")
            cursor.execute("DELETE FROM events_event WHERE seq > 40")
    workplace.home.anchors.unlink()
    cut = _audit(workplace, "verify", "--anchor", str(kept))
    assert cut.returncode == 1
    assert "Hændelse 41 til" in cut.stderr
    assert "events_event er ikke vogtet" in cut.stderr
    assert _audit(workplace, "verify", "--anchor", str(tmp_path / "nej")).returncode == 3
    kept.write_text("x\n", encoding="utf-8")
    broken = _audit(workplace, "verify", "--anchor", str(kept))
    assert (broken.returncode, "KAEDE-101" in broken.stderr) == (3, True)


def test_the_command_names_rows_that_are_not_what_their_events_say(
    databases: str, workplace: Any, cast: Any
) -> None:
    from tests.web.test_events_present import behind_our_back

    good = json.loads(_audit(workplace, "verify", "--json").stdout)
    assert (good["bad_rows"], good["rows"] > 250) == ([], True)
    case, gone = cast.case("901", "submitted"), cast.case("902", "draft")
    behind_our_back("UPDATE delivering_case SET state = 'screened_in' WHERE id = %s", case.pk)
    behind_our_back("DELETE FROM delivering_case WHERE id = %s", gone.pk)
    bad = _audit(workplace, "verify")
    assert bad.returncode == 1
    assert (
        f"Rækken {case.pk} i delivering_case er en anden, end dens sidste hændelse siger (state)."
        in bad.stderr
    )
    assert f"Rækken {gone.pk} i delivering_case er væk" in bad.stderr
    assert "vogtet" not in bad.stderr
    told = json.loads(_audit(workplace, "verify", "--json").stdout)
    assert {(row["id"], row["kind"]) for row in told["bad_rows"]} == {
        (case.pk, "changed"),
        (gone.pk, "missing"),
    }
    assert told["first_bad"] is None


def test_the_command_writes_the_list_for_a_citizen(workplace: Any, cast: Any, tmp_path: Path) -> None:
    case = _read_a_document(cast)
    done = _audit(workplace, "lookups", "--case", case.pk)
    assert done.returncode == 0, done.stderr
    assert "Dokument læst;Visitation" in done.stdout
    assert cast.rikke.pk not in done.stdout
    none = _audit(workplace, "lookups", "--case", "findesikke")
    assert (none.returncode, "KAEDE-102" in none.stderr) == (3, True)


def test_every_purpose_and_thing_has_danish_words() -> None:
    """A citizen reads the purposes: a code would tell them nothing."""
    from sagsbarometer.web.events.guarded import guarded
    from sagsbarometer.web.events.words import PURPOSES, THINGS
    from sagsbarometer.web.rights.routes import ROUTES

    assert {needs.purpose for needs in ROUTES.values() if needs.purpose} - set(PURPOSES) == set()
    assert {table.table for table in guarded()} - set(THINGS) == set()


@pytest.mark.parametrize("text", ["=1+1", "-2", "@x"])
def test_a_purpose_is_never_a_formula(workplace: Any, cast: Any, text: str) -> None:
    from sagsbarometer.web.events.looking import lookups_csv

    with acting("system:tests", text):
        record("read_case", "delivering_case", "x", study="launched22", case="x")
    assert f";'{text}" in lookups_csv("x")
