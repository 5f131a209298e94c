"""What happened to wrong cases: told by the municipality or for it, never changed, counted beside the figure."""

from __future__ import annotations

import csv
import io
import re
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.kernel.dates import COPENHAGEN
from sagsbarometer.review.aftermath import count_after
from sagsbarometer.review.objections import Objected, ObjectionState, count_objections
from sagsbarometer.web.events.acting import acting
from tests.unit.test_review_aftermath import CASES
from tests.unit.test_review_objections import SHEETS
from tests.web.cast import LAUNCHED
from tests.web.days_in_tests import set_clock, set_day
from tests.web.findings_in_tests import WRONG, read_case, released, released_sheet
from tests.web.mails_in_tests import do_waiting
from tests.web.readings_in_tests import REFUSAL
from tests.web.test_reviewing_freeze import frozen

WHY = "Vi har vurderet sagen igen og er uenige."


@pytest.fixture(autouse=True)
def _on_one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noon, so that the day is the same when a test asks for something and when it is told."""
    set_day(monkeypatch, date(2026, 11, 23))


def sheet_of(cast: Any, municipality: str = "902", answers: Any = WRONG, **more: Any) -> Any:
    """A sheet of a wrong case that is shown."""
    today = timezone.localdate()
    days = {"object_until": today + timedelta(days=28), "tell_until": today + timedelta(days=84)}
    return released_sheet(cast, municipality, answers, **(days | more))


def tell(client: Any, sheet: Any, number: int = 0, **sent: Any) -> Any:
    """What happened, sent by the municipality: a new decision, unless other is said."""
    day = str(timezone.localdate())
    told = {"did": "new_decision", "on": day, "effect": "more", "told": "yes", "told_on": day}
    told |= {"number": str(number), "once": f"t{number}"}
    return client.post(reverse("findings:tell", args=[sheet.id]), {**told, **sent})


MAINTAINED = {"did": "maintained", "effect": "", "reason": WHY, "told": "no", "told_on": ""}
REOPENED = {"did": "reopened", "effect": "", "told": "later", "told_on": ""}


def rows(case: Any) -> list[Any]:
    from sagsbarometer.web.findings.models import Aftermath

    return list(Aftermath.objects.filter(case=case).order_by("number"))


def page(client: Any, sheet: Any) -> str:
    return str(client.get(reverse("findings:own_sheet", args=[sheet.id])).content.decode())


def counts(client: Any) -> dict[tuple[str, str], int]:
    """The numbers of the CSV by municipality and id."""
    reply = client.get(reverse("findings:after_csv", args=[LAUNCHED]))
    lines = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig")), delimiter=";"))
    assert {line[1] for line in lines[1:]} == {timezone.localdate().isoformat()}
    return {(line[2], line[3]): int(line[5]) for line in lines[1:]}


def test_the_newest_row_counts_and_the_earlier_stay(cast: Any, client_of: Any) -> None:
    sheet, client = sheet_of(cast), client_of(cast.karla)
    assert "Fortæl, hvad der skete" in page(client, sheet)
    assert tell(client, sheet, **REOPENED).status_code == 302
    assert tell(client, sheet, **REOPENED).status_code == 302  # the second click of two
    assert tell(client, sheet, 1, effect="same").status_code == 302
    assert tell(client, sheet, 2, **MAINTAINED).status_code == 302
    assert [row.did for row in rows(sheet.case)] == ["reopened", "new_decision", "maintained"]
    html = page(client, sheet)
    assert html.index("fastholdes") < html.index("Samme resultat")
    assert WHY in html
    assert WHY.encode() not in bytes(rows(sheet.case)[-1].reason)
    told = counts(client_of(cast.anna))
    assert (told["", "maintained"], told["", "same"], told["", "reopened"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"did": ""}, "id_did"),
        ({"on": ""}, "id_on"),
        ({"on": "i går"}, "id_on"),
        ({"on": "2031-01-01"}, "id_on"),
        ({"on": "2026-05-10"}, "id_on"),  # the day before the decision
        ({"effect": ""}, "id_effect"),
        ({**REOPENED, "effect": "revoked"}, "id_effect"),
        ({**MAINTAINED, "reason": ""}, "id_reason"),
        ({**MAINTAINED, "reason": "Borger 010190-1234"}, "id_reason"),
        ({**MAINTAINED, "reason": "Borger 01 01 90 12 34"}, "id_reason"),
        ({"reason": WHY}, "id_reason"),
        ({"told": ""}, "id_told"),
        ({"told_on": ""}, "id_told_on"),
        ({"told_on": "2031-01-01"}, "id_told_on"),
        ({"told": "no"}, "id_told_on"),
    ],
)
def test_what_is_not_taken_is_told_at_its_field(
    cast: Any, client_of: Any, sent: dict[str, str], field: str
) -> None:
    sheet = sheet_of(cast)
    reply = tell(client_of(cast.karla), sheet, **sent)
    assert reply.status_code == 422
    assert f'href="#{field}"' in reply.content.decode()
    assert not rows(sheet.case)


def test_what_was_done_before_the_sheet_came_is_taken(cast: Any, client_of: Any) -> None:
    sheet = sheet_of(cast)
    assert tell(client_of(cast.karla), sheet, on="2026-05-11", told_on="2026-05-11").status_code == 302


def test_only_of_a_wrong_case(cast: Any, client_of: Any) -> None:
    sheet, client = sheet_of(cast, answers=REFUSAL), client_of(cast.karla)
    assert "Hvad skete der med sagen?" not in page(client, sheet)
    assert tell(client, sheet).status_code == 409
    assert not rows(sheet.case)


def test_late_is_still_taken_and_marked(cast: Any, client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    last = date(2027, 10, 30)  # the night the clock is set back
    in_time, late = sheet_of(cast, tell_until=last), sheet_of(cast, tell_until=last)

    def at(day: date, hour: int, minute: int) -> Any:
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=COPENHAGEN)
        set_clock(monkeypatch, lambda: moment)
        return client_of(cast.karla)

    client = at(last, 23, 59)
    assert tell(client, in_time).status_code == 302
    client = at(last + timedelta(days=1), 0, 0)
    assert "I kan stadig fortælle det" in page(client, late)
    assert counts(client_of(cast.anna))["", "overdue"] == 1
    assert tell(client, late).status_code == 302
    assert "(efter fristen)" in page(client, late)
    assert "(efter fristen)" not in page(client, in_time)
    told = counts(client_of(cast.anna))
    assert (told["", "late"], told["", "overdue"], told["", "more"]) == (1, 0, 2)


def test_the_house_writes_it_for_them_and_not_who(
    cast: Any, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    sheet, anna = sheet_of(cast), client_of(cast.anna)
    here = reverse("findings:after_case", args=[LAUNCHED, sheet.case_id])
    assert "Skriv det for kommunen" in anna.get(here).content.decode()
    day = str(timezone.localdate())
    sent = {"did": "reopened", "on": day, "told": "later", "number": "0", "once": "h"}
    for _ in range(2):
        assert anna.post(here, sent).status_code == 302
    assert anna.post(here, {**sent, "once": "h2"}).status_code == 409
    assert client_of(cast.dorte).post(here, {**sent, "number": "1"}).status_code == 403
    assert [row.by_id for row in rows(sheet.case)] == [cast.anna.id]
    assert cast.anna.name in anna.get(here).content.decode()
    listed = anna.get(reverse("findings:after_cases", args=[LAUNCHED])).content.decode()
    assert "Genoptaget" in listed
    karla = client_of(cast.karla)
    for name in ("", "Ankeinstansen i Prøvestad"):
        monkeypatch.setattr(settings, "ORGANISATION", name)
        html = page(karla, sheet)
        assert f"<dd>{name or 'undersøgelsen'}, " in html
        assert cast.anna.name not in html
    tell(karla, sheet, 1)
    assert f"<dd>{cast.karla.name}, " in page(karla, sheet)
    # Of one who is no longer here nobody can see which side they were on.
    with acting("system:tests", "left"):
        cast.anna.memberships.all().delete()
    html = page(karla, sheet)
    assert "<dd>en tidligere bruger, " in html
    assert cast.anna.name not in html


def test_who_is_late_is_reminded_once_without_content(cast: Any, client_of: Any) -> None:
    past = timezone.localdate() - timedelta(days=1)
    late, told, right = (
        sheet_of(cast, tell_until=past), sheet_of(cast, tell_until=past),
        sheet_of(cast, answers=REFUSAL, tell_until=past),
    )  # fmt: skip
    in_time = sheet_of(cast)
    assert tell(client_of(cast.karla), told).status_code == 302
    anna, here = client_of(cast.anna), reverse("findings:after_cases", args=[LAUNCHED])
    html = anna.get(here).content.decode()
    assert "1 sag er der ikke mindet om" in html
    assert client_of(cast.dorte).post(here).status_code == 403
    for _ in range(2):
        assert anna.post(here).status_code == 302
    do_waiting()
    sent = [item for item in mail.outbox if item.to == [cast.karla.email]]
    assert len(sent) == 1
    assert reverse("findings:own_sheet", args=[late.id]) in sent[0].body
    for words in ("902", "forkert", late.case_id, "Prøvestudie"):
        assert words not in sent[0].body
    html = anna.get(here).content.decode()
    assert "Påmindelse sendt" in html
    assert "Send påmindelse" not in html
    assert right.case_id not in html
    assert in_time.case_id in html


def test_a_reminder_is_not_sent_to_who_told_meanwhile(cast: Any, client_of: Any) -> None:
    sheet = sheet_of(cast, tell_until=timezone.localdate() - timedelta(days=1))
    client_of(cast.anna).post(reverse("findings:after_cases", args=[LAUNCHED]))
    assert tell(client_of(cast.karla), sheet).status_code == 302
    do_waiting()
    assert not [item for item in mail.outbox if item.to == [cast.karla.email]]


def test_a_revoked_grant_is_apart_in_page_and_file(cast: Any, client_of: Any) -> None:
    for effect in ("more", "revoked"):
        assert tell(client_of(cast.karla), sheet_of(cast), effect=effect, once=effect).status_code == 302
    anna = client_of(cast.anna)
    told = counts(anna)
    assert (told["", "wrong"], told["", "more"], told["", "revoked"]) == (2, 1, 1)
    assert (told["902", "more"], told["902", "revoked"], told["902", "citizen_yes"]) == (1, 1, 2)
    html = anna.get(reverse("findings:after", args=[LAUNCHED])).content.decode()
    tables = re.findall(r"<caption>(.*?)</caption>(.*?)</table>", html, re.DOTALL)
    with_it = [head for head, body in tables if "En bevilling blev taget tilbage" in body]
    assert with_it == ["Bevillinger taget tilbage (holdes for sig)"]
    assert " %" not in "".join(body for _head, body in tables)  # two cases have no percent


def test_the_file_is_the_same_for_the_same_counts_and_holds_no_words(cast: Any, client_of: Any) -> None:
    sheet, client = sheet_of(cast), client_of(cast.karla)
    client.post(reverse("findings:object", args=[sheet.id]), {"words": "Plantede ord."})
    tell(client, sheet, **MAINTAINED)
    anna, here = client_of(cast.anna), reverse("findings:after_csv", args=[LAUNCHED])
    one, other = anna.get(here).content, anna.get(here).content
    assert one == other
    for words in ("Plantede", WHY, sheet.case_id, cast.karla.name):
        assert words.encode() not in one
    assert client.get(here).status_code == 404
    assert client_of(cast.gorm).get(here).status_code == 200


def test_who_reads_a_case_of_it_blind_sees_no_counts(cast: Any, client_of: Any, monkeypatch: Any) -> None:
    from sagsbarometer.web.findings import after_pages

    sheet = sheet_of(cast)
    monkeypatch.setattr(after_pages, "blind_to", lambda user: frozenset({sheet.case_id}))
    anna = client_of(cast.anna)
    html = anna.get(reverse("findings:after", args=[LAUNCHED])).content.decode()
    assert "Tallene vises ikke for dig" in html
    assert "<table" not in html
    assert anna.get(reverse("findings:after_csv", args=[LAUNCHED])).status_code == 404


def test_two_who_tell_at_once_make_one_row(cast: Any, client_of: Any, databases: str) -> None:
    sheet = sheet_of(cast)
    clients = [client_of(cast.karla) for _ in range(6)]
    replies: list[int] = []

    def post(place: int) -> None:
        try:
            replies.append(tell(clients[place], sheet, once=f"r{place}").status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(replies) == [302, *[409] * 5]
    assert [row.number for row in rows(sheet.case)] == [1]


@given(CASES, SHEETS, st.data())
def test_every_part_is_of_what_is_known_and_the_rest_is_unknown(cases: Any, sheets: Any, data: Any) -> None:
    """Whatever happened: a part is no more than what is known, and known and unknown are all of the base."""
    from sagsbarometer.web.findings.counting_after import Counted, numbers_of

    states = st.lists(st.sampled_from(ObjectionState), max_size=9)
    sent = (
        [Objected(sheets[0].case, sheets[0].municipality, state) for state in data.draw(states)]
        if sheets
        else []
    )
    objections = count_objections(sheets, sent)
    # Of the same cases, as they always are.
    after = replace(count_after(cases), cases=0)
    objections = replace(objections, cases=after.right + after.cannot_be_seen + after.wrong)
    told = Counted(replace(objections, objected=0), after, {}, {}, date(2026, 11, 23))
    found = numbers_of(told)
    for item in found.values():
        assert 0 <= item.count <= item.known, item
        assert item.known + item.unknown == found[item.base or item.id].count, item


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_objection_that_is_upheld_changes_no_answer_and_no_figure(cast: Any, client_of: Any) -> None:
    """Frozen, objected to, upheld and told of: folder and numbers are the same, a new freezing has the same cells and
    rows; and what stands beside the figure moved."""
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze
    from sagsbarometer.web.reviewing.models import Answer, Decision

    in_time = {id: value for id, value in WRONG.items() if id != "new_date_given"} | {"deadline": "kept"}
    cases = [read_case(cast, "902", answers, locked=False) for answers in (in_time, REFUSAL, in_time)]
    anna = client_of(cast.anna)
    made = frozen(cast, anna)
    assert made.cases == 3
    until = timezone.localdate() + timedelta(days=10)
    sheet, *_others = [released(case, object_until=until, tell_until=until) for case in cases]
    folder, here = folder_of_freeze(LAUNCHED, 1), reverse("reviewing:numbers", args=[LAUNCHED, 1])

    def figures() -> tuple[str, str]:
        """The table of the figures, and what stands beside it."""
        html = anna.get(here).content.decode()
        summary, _, rest = html.partition("<main")[2].partition("<table")
        table, _, beside = rest.partition("</table>")
        return table, summary + beside

    answers = list(Answer.objects.order_by("id").values()), list(Decision.objects.values())
    before, (table, beside) = _bytes_of(folder), figures()
    assert "Indsigelser sendt" in beside
    client = client_of(cast.karla)
    client.post(reverse("findings:object", args=[sheet.id]), {"words": "Vi er uenige.", "once": "o"})
    from sagsbarometer.web.findings.models import Objection

    row = Objection.objects.get()
    sent = {"state": "upheld", "reason": "Det er rigtigt set.", "revision": "0"}
    answer = reverse("findings:objection", args=[LAUNCHED, row.id])
    assert client_of(cast.dorte).post(answer, sent).status_code == 302
    assert tell(client, sheet, effect="revoked").status_code == 302
    assert (list(Answer.objects.order_by("id").values()), list(Decision.objects.values())) == answers
    assert _bytes_of(folder) == before
    after_table, after_beside = figures()
    assert after_table == table
    assert after_beside != beside
    assert frozen(cast, anna, "g" * 24).number == 2
    again = folder_of_freeze(LAUNCHED, 2)
    for name in ("answers.csv", "results/cells.csv", "results/dataset/rows.parquet"):
        assert (again / name).read_bytes() == before[name], name
    told = counts(anna)
    assert (told["", "upheld"], told["", "revoked"], told["", "wrong"]) == (1, 1, 2)


def test_a_report_of_the_figures_can_print_the_counts_beside_them(
    cast: Any, client_of: Any, tmp_path: Path
) -> None:
    """A results folder with every cell of the freezing as it was, the counts after them, and a text that binds both."""
    from sagsbarometer.runs.report_build import BuildJob, build
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze

    in_time = {id: value for id, value in WRONG.items() if id != "new_date_given"} | {"deadline": "kept"}
    cases = [read_case(cast, "902", answers, locked=False) for answers in (in_time, REFUSAL)]
    anna = client_of(cast.anna)
    frozen(cast, anna)
    until = timezone.localdate() + timedelta(days=10)
    sheet, *_others = [released(case, object_until=until, tell_until=until) for case in cases]
    sheet_of(cast)  # of a case that is not in the freezing
    client_of(cast.karla).post(reverse("findings:object", args=[sheet.id]), {"words": "Vi er uenige."})
    assert tell(client_of(cast.karla), sheet, effect="revoked").status_code == 302
    folder = folder_of_freeze(LAUNCHED, 1)
    before = _bytes_of(folder / "results")
    here = reverse("findings:after_folder", args=[LAUNCHED, 1])
    for _ in range(2):
        assert anna.post(here, {"once": "once"}).status_code == 302
    do_waiting()
    assert _bytes_of(folder / "results") == before
    made = _bytes_of(folder / "after")
    assert made["cells.csv"].startswith(before["cells.csv"])
    assert made["dataset/rows.parquet"] == before["dataset/rows.parquet"]
    day = timezone.localdate().isoformat()
    more = made["cells.csv"][len(before["cells.csv"]) :].decode().splitlines()
    found = {line.split(",")[0]: line.split(",")[4:7] for line in more}
    assert found["after_revoked"] == ["1", "1", "0"]
    assert found["after_more"] == ["0", "1", "0"]
    assert found["after_upheld"] == ["0", "0", "1"]  # one is open: nobody knows yet
    assert found["after_wrong"] == ["1", "2", "0"]
    assert all(day in line for line in more)
    anna.post(here, {"once": "another"})
    do_waiting()
    assert _bytes_of(folder / "after") == made  # the same counts on the same day
    text = tmp_path / "kort.md"
    text.write_text(
        "---\ntitle: Kort\nscope: short\n---\n\n{cases.reviewed_cases:count} sager, og {cases.after_sent:count} "
        "indsigelse, {cases.after_revoked:count} bevilling taget tilbage.\n",
        encoding="utf-8",
    )
    out = tmp_path / "rapport"
    build(BuildJob(folder / "after", out, texts=(text,), formats=frozenset({"html"})))
    whole = tmp_path / "hele"
    build(BuildJob(folder / "after", whole, formats=frozenset({"html"})))
    assert {"rapport.html", "efter.html"} <= {path.name for path in whole.iterdir()}
    page = (out / "kort.html").read_text(encoding="utf-8")
    plain_words = re.sub(r"<[^>]*>", "", page)
    assert "2 sager, og 1 indsigelse, 1 bevilling taget tilbage." in plain_words
    assert "En bevilling blev taget tilbage" in (folder / "after" / "efter.html").read_text(encoding="utf-8")
