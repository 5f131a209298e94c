"""The finding of an anchor: its reader writes it as of any case; it is released to nobody and counted nowhere."""

from __future__ import annotations

import re
from datetime import date
from difflib import unified_diff
from typing import Any

import pytest
from django.urls import reverse

from sagsbarometer.web.events.acting import acting
from tests.web.cast import LAUNCHED
from tests.web.days_in_tests import set_day
from tests.web.findings_in_tests import WRONG, written
from tests.web.known_in_tests import known
from tests.web.mails_in_tests import do_waiting
from tests.web.readings_in_tests import answered, reading_of, screened_in, submitted
from tests.web.test_findings_writing import address, get, save
from tests.web.test_reviewing_second import post

# In time, so that figures can be computed of it too.
READ = {id: value for id, value in WRONG.items() if id != "new_date_given"} | {"deadline": "kept"}


@pytest.fixture(autouse=True)
def _while_its_days_are_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    set_day(monkeypatch, date(2026, 11, 23))


@pytest.fixture
def both(cast: Any, client_of: Any) -> tuple[Any, Any]:
    """An anchor and a measured case that Rikke has read alike, and Rasmus the anchor otherwise; Rikke's readings."""
    measured, case = screened_in(cast, 2, "902")
    anchor, other = known(client_of(cast.anna), case, "anchor", [cast.rikke, cast.rasmus])
    plain = reading_of(cast, "rikke", case=measured)
    for reading in (anchor, plain):
        answered(reading, READ)
        submitted(reading)
    answered(other, {**READ, "fact_finding_defect": "immaterial"})
    submitted(other)
    return anchor, plain


def plainly(html: str, reading: Any) -> str:
    """A page without what is of its case and of this request alone."""
    names = {reading.id: "READING", reading.case_id: "CASE", f"ag {reading.case.number}": "NUMBER"}
    for word, put in names.items():
        html = html.replace(str(word), put)
    html = re.sub(r'(name="(?:csrfmiddlewaretoken|once|step_once)" value=")[^"]*', r"\1", html)
    html = re.sub(rf"-{reading.case.number}-(\d+)\.pdf", r"-N-\1.pdf", html)
    return re.sub(r"kl\. \d\d[.:]\d\d|\d\d:\d\d", "TIME", html)


def pages_of(client: Any, reading: Any) -> dict[str, tuple[int, str]]:
    """What a reader gets of a case of theirs, by address."""
    found = {}
    case = reading.case_id
    for name, ids in (
        ("reviewing:reading", [reading.id]),
        ("reviewing:difference", [LAUNCHED, case]),
        ("findings:of_reading", [reading.id]),
        ("findings:sheet", [LAUNCHED, case]),
        ("findings:shown", [LAUNCHED, case, 1]),
        ("findings:shown", [LAUNCHED, case, 2]),
        ("findings:pdf", [LAUNCHED, case, 1]),
    ):
        reply = client.get(reverse(name, args=ids))
        where = plainly(
            reply.headers.get("Location", "") + reply.headers.get("Content-Disposition", ""), reading
        )
        is_pdf = reply.headers.get("Content-Type") == "application/pdf"
        text = "" if is_pdf else plainly(reply.content.decode(), reading)
        found[f"{name} {ids[2:]}"] = (reply.status_code, where + text)
    return found


def alike(client: Any, both: tuple[Any, Any]) -> dict[str, tuple[int, str]]:
    """That every page of the two cases is the same; those of the anchor."""
    client.get(reverse("reviewing:desk"))  # what was told of the last click is told there
    anchor, plain = (pages_of(client, reading) for reading in both)
    for name, page in plain.items():
        apart = unified_diff(page[1].splitlines(), anchor[name][1].splitlines(), lineterm="", n=0)
        assert anchor[name] == page, (name, page[0], anchor[name][0], list(apart))
    return anchor


def test_from_draft_to_released_a_reader_sees_no_difference(
    cast: Any, client_of: Any, both: tuple[Any, Any]
) -> None:
    rikke, anna = client_of(cast.rikke), client_of(cast.anna)
    seen = alike(rikke, both)
    assert seen["findings:sheet []"][0] == 200
    assert seen["reviewing:difference []"][0] == 409
    for reading in both:
        assert save(rikke, reading.case).status_code == 302
    assert "Kladde" in alike(rikke, both)["findings:sheet []"][1]
    for reading in both:
        assert save(rikke, reading.case, do="ready", own_closing="Ring gerne.").status_code == 302
    assert "Klar" in alike(rikke, both)["findings:sheet []"][1]
    assert post(anna, "answers", once="f" * 24).status_code == 302
    do_waiting()
    assert alike(rikke, both)["reviewing:difference []"][0] == 404
    released_by(anna)
    seen = alike(rikke, both)
    assert "Frigivet" in seen["findings:sheet []"][1]
    assert seen["findings:pdf [1]"][0] == 200
    for reading in both:
        assert rikke.post(address(reading.case), {"do": "new", "number": "1"}).status_code == 302
    assert seen != alike(rikke, both)


def test_before_it_is_handed_in_the_finding_of_an_anchor_is_as_shut_as_any(cast: Any, client_of: Any) -> None:
    measured, case = screened_in(cast, 2)
    (anchor,) = known(client_of(cast.anna), case, "anchor", [cast.rikke])
    plain = reading_of(cast, "rikke", case=measured)
    for reading in (anchor, plain):
        answered(reading, {"occasion": "cessation"})
    assert alike(client_of(cast.rikke), (anchor, plain))["findings:sheet []"][0] == 409


def released_by(client: Any) -> Any:
    """All that can be released, released; the reply."""
    where = reverse("findings:release", args=[LAUNCHED])
    html = client.get(where).content.decode()
    sent = {
        "sheet": re.findall(r'name="sheet" value="([^"]*)"', html),
        "object_until": "2027-01-04",
        "tell_until": "2027-03-01",
        "once": "r" * 24,
    }
    confirm = client.post(where, sent).content.decode()
    seen = re.findall(r'name="seen" value="([^"]*)"', confirm)
    return client.post(where, {**sent, "seen": seen, "step": "release"})


def test_released_to_nobody_counted_nowhere_and_seen_by_no_municipality(
    cast: Any, client_of: Any, both: tuple[Any, Any]
) -> None:
    from sagsbarometer.web.findings.models import ReadingSheet, Sheet

    anchor, plain = both
    rikke, anna = client_of(cast.rikke), client_of(cast.anna)
    for reading in both:
        save(rikke, reading.case, do="ready", own_closing="Ord om netop denne sag.")
    post(anna, "answers", once="f" * 24)
    do_waiting()
    listed = anna.get(reverse("findings:sheets", args=[LAUNCHED])).content.decode()
    assert anchor.case_id not in listed
    own = ReadingSheet.objects.get(reading=anchor)
    # The attack: the sheet of an anchor named in a release by hand.
    sent = {"sheet": [own.id], "object_until": "2027-01-04", "tell_until": "2027-03-01", "once": "a" * 24}
    where = reverse("findings:release", args=[LAUNCHED])
    for step in ("", "release"):
        reply = anna.post(where, {**sent, "step": step, "seen": [f"{own.id}:{own.revision}"]})
        assert reply.status_code in (409, 422)
    assert released_by(anna).status_code == 302
    do_waiting()
    assert list(Sheet.objects.filter(state="released").values_list("case_id", flat=True)) == [plain.case_id]
    contact = client_of(cast.karla)
    shown = Sheet.objects.get(case=plain.case_id).id
    for sheet, status in ((shown, 200), (own.id, 404)):
        for route in ("own_sheet", "own_pdf"):
            assert contact.get(reverse(f"findings:{route}", args=[sheet])).status_code == status
    theirs = contact.get(reverse("findings:own_sheets")).content.decode()
    assert own.id not in theirs
    after = anna.get(reverse("findings:after", args=[LAUNCHED])).content.decode()
    assert anchor.case_id not in after


def test_each_who_read_it_has_their_own_and_nobody_else_any(
    cast: Any, client_of: Any, both: tuple[Any, Any]
) -> None:
    anchor = both[0]
    rikke, rasmus = client_of(cast.rikke), client_of(cast.rasmus)
    assert save(rikke, anchor.case, own_closing="Kun Rikkes ord.").status_code == 302
    theirs = get(rasmus, anchor.case)
    assert "Kun Rikkes ord." not in theirs
    assert "Ingen har begyndt" in theirs
    assert "uden væsentlig betydning" in theirs.lower()
    assert "uden væsentlig betydning" not in get(rikke, anchor.case).lower()
    shown = reverse("findings:shown", args=[LAUNCHED, anchor.case_id, 1])
    pdf = reverse("findings:pdf", args=[LAUNCHED, anchor.case_id, 1])
    for person, status in (
        (rikke, 200),
        (rasmus, 404),
        (client_of(cast.anna), 404),
        (client_of(cast.disa), 404),
    ):
        for where in (shown, pdf):
            assert person.get(where).status_code == status
    for person in (cast.anna, cast.dorte, cast.disa):
        assert client_of(person).get(address(anchor.case)).status_code == 404
        assert client_of(person).post(address(anchor.case), {"do": "save"}).status_code == 404


def test_drafts_for_all_are_made_for_anchors_too_and_nobody_is_told(
    cast: Any, client_of: Any, both: tuple[Any, Any]
) -> None:
    anna = client_of(cast.anna)
    html = anna.get(reverse("findings:sheets", args=[LAUNCHED])).content.decode()
    assert "Lav kladde til 1 sag" in html
    anna.post(reverse("findings:sheets", args=[LAUNCHED]), {"once": "d" * 24})
    do_waiting()
    assert "Kladde" in alike(client_of(cast.rikke), both)["findings:sheet []"][1]


def test_who_is_partial_makes_no_draft_for_an_anchor_beside_cases_that_get_none(
    cast: Any, client_of: Any, both: tuple[Any, Any]
) -> None:
    from sagsbarometer.web.accounts.models import Disqualification
    from sagsbarometer.web.findings.models import Sheet

    elsewhere = reading_of(cast, "rasmus", case=screened_in(cast)[0])
    answered(elsewhere, READ)
    submitted(elsewhere)
    with acting("system:tests", "partial"):
        Disqualification.objects.create(user=cast.anna, municipality="902", made_by=cast.ada)
    client_of(cast.anna).post(reverse("findings:sheets", args=[LAUNCHED]), {"once": "d" * 24})
    do_waiting()
    assert list(Sheet.objects.values_list("case", flat=True)) == [elsewhere.case_id]
    alike(client_of(cast.rikke), both)


def test_what_its_reader_began_while_drafts_are_made_stands(
    cast: Any, client_of: Any, both: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagsbarometer.web.findings import kept
    from sagsbarometer.web.findings.models import ReadingSheet, Sheet

    assert save(client_of(cast.rikke), both[0].case, own_closing="Rikkes ord.").status_code == 302
    before = ReadingSheet.objects.get()
    looked, real = [], kept.newest_of

    def not_yet(case: str, reading: Any = None) -> Any:
        """As the draft is made it is looked for once too early."""
        looked.append(reading)
        return real(case, reading) if looked.count(reading) > 1 else None

    monkeypatch.setattr(kept, "newest_of", not_yet)
    client_of(cast.anna).post(reverse("findings:sheets", args=[LAUNCHED]), {"once": "d" * 24})
    do_waiting()
    after = ReadingSheet.objects.get(reading=both[0])
    assert (after.id, bytes(after.content)) == (before.id, bytes(before.content))
    assert Sheet.objects.filter(case=both[1].case_id).exists()  # the work went on


def test_released_with_the_rest_also_where_its_reader_wrote_nothing(
    cast: Any, client_of: Any, both: tuple[Any, Any]
) -> None:
    from sagsbarometer.web.findings.models import ReadingSheet

    anna = client_of(cast.anna)
    post(anna, "answers", once="f" * 24)
    do_waiting()
    anna.post(reverse("findings:sheets", args=[LAUNCHED]), {"once": "d" * 24})
    do_waiting()
    assert save(anna, both[1].case, do="ready").status_code == 302
    released_by(anna)
    assert set(ReadingSheet.objects.values_list("state", flat=True)) == {"released"}
    alike(client_of(cast.rikke), both)


def test_an_exercise_has_no_finding(cast: Any, client_of: Any) -> None:
    (reading,) = known(client_of(cast.anna), screened_in(cast)[0], "learning", [cast.rikke])
    answered(reading, READ)
    submitted(reading)
    assert client_of(cast.rikke).get(address(reading.case)).status_code == 404


def test_what_was_written_of_the_case_before_is_not_its_readers_to_see(cast: Any, client_of: Any) -> None:
    case = screened_in(cast)[0]
    before = reading_of(cast, "rasmus", case=case)
    answered(before, READ)
    submitted(before)
    written(case, words="Skrevet, da sagen blev målt.")
    (reading,) = known(client_of(cast.anna), case, "anchor", [cast.rikke])
    answered(reading, READ)
    submitted(reading)
    html = get(client_of(cast.rikke), case)
    assert "Skrevet, da sagen" not in html
    with acting("system:tests", "reopened"):
        reading.state = "reopened"
        reading.save()
    get(client_of(cast.rikke), case, status=409)
