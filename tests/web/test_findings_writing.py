"""The finding of a case written over HTTP: chosen, edited, saved, marked ready, met by another; never while blind."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from sagsbarometer.web.events.acting import acting
from tests.web.cast import LAUNCHED
from tests.web.findings_in_tests import WRONG, read_case, released_sheet, written
from tests.web.mails_in_tests import do_waiting
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, submitted
from tests.web.test_planning import make


def address(case: Any) -> str:
    """Where the finding of a case is written."""
    return str(reverse("findings:sheet", args=[LAUNCHED, case.id]))


def get(client: Any, case: Any, status: int = 200) -> str:
    """The page."""
    reply = client.get(address(case))
    assert reply.status_code == status, reply.content[:300]
    return str(reply.content.decode())


def fields(html: str) -> dict[str, Any]:
    """What the form of the page would send as it stands: hidden fields, ticks and texts."""
    form = html[html.index('name="answers"') - 600 :]
    found: dict[str, Any] = {
        name: re.findall(rf'name="{name}" value="([^"]*)"', form)[0]
        for name in ("number", "revision", "answers")
    }
    found["add"] = re.findall(r'name="add" value="([^"]*)" id="[^"]*" checked', form)
    for name in ("part", "id", "place"):
        found[f"item_{name}"] = re.findall(rf'name="item_{name}"[^>]* ?value="([^"]*)"', form)
    found["item_text"] = re.findall(r'<textarea[^>]*name="item_text"[^>]*>([^<]*)</textarea>', form)
    return found


def save(client: Any, case: Any, do: str = "save", **changed: Any) -> Any:
    """Opens the page and sends its form, with something changed."""
    return client.post(address(case), {**fields(get(client, case)), "do": do, **changed})


def sheet_of(case: Any) -> Any:
    """The sheet that counts."""
    from sagsbarometer.web.findings.kept import newest_of

    return newest_of(case.id)


def words_of(case: Any) -> list[str]:
    """What it says."""
    from sagsbarometer.web.findings.kept import content_of

    content = content_of(sheet_of(case))
    assert content is not None
    return [item.text for item in content.words]


def test_a_lawyer_chooses_sentences_edits_them_and_adds_one(cast: Any, client_of: Any) -> None:
    case = read_case(cast, locked=False)
    client = client_of(cast.rikke)
    html = get(client, case)
    assert "Hjemvist" in html
    assert "Kan ikke færdes alene" in html
    assert "retssikkerhedsloven § 10" in html
    assert not sheet_of(case)
    assert save(client, case).status_code == 302
    words = words_of(case)
    assert any(text.startswith("Sagen var ikke oplyst i tilstrækkeligt omfang") for text in words)
    assert not any(
        "færdes alene" in text and "indhentet" in text for text in words
    )  # not suggested: not chosen
    again = fields(get(client, case))
    again["item_text"][1] = "Kommunen manglede oplysninger."
    again["item_text"][2] = ""
    reply = client.post(address(case), {**again, "do": "save", "own_closing": "Ring gerne."})
    assert reply.status_code == 302
    after = words_of(case)
    assert after[1] == "Kommunen manglede oplysninger."
    assert len(after) == len(words)
    assert after[-1] == "Ring gerne."
    assert sheet_of(case).wrong is True


def test_sentences_stand_in_the_order_they_are_given(cast: Any, client_of: Any) -> None:
    case = read_case(cast)
    client = client_of(cast.anna)
    save(client, case)
    sent = fields(get(client, case))
    own = [at for at, part in enumerate(sent["item_part"]) if part == "fact_finding_defect"]
    sent["item_place"][own[0]] = "9"
    client.post(address(case), {**sent, "do": "save"})
    texts = words_of(case)
    first = sent["item_text"][own[0]]
    assert texts.index(first) > texts.index(sent["item_text"][own[-1]])


def test_two_at_once_both_see_what_was_written(cast: Any, client_of: Any) -> None:
    case = read_case(cast)
    mine, theirs = client_of(cast.rikke), client_of(cast.anna)
    before = fields(get(mine, case))
    assert save(theirs, case, own_result="Annas ord.").status_code == 302
    late = mine.post(address(case), {**before, "do": "save", "own_result": "Rikkes ord."})
    assert late.status_code == 409
    html = late.content.decode()
    assert "Annas ord." in html
    assert "Rikkes ord." in html
    assert "Annas ord." in " ".join(words_of(case))
    assert mine.post(address(case), {**fields(html), "do": "save"}).status_code == 302  # seen, and saved over
    assert "Rikkes ord." in " ".join(words_of(case))


def test_the_second_click_of_two_is_no_conflict_and_one_sheet(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.findings.models import Sheet

    case = read_case(cast)
    client = client_of(cast.rikke)
    sent = {**fields(get(client, case)), "do": "save"}
    assert [client.post(address(case), sent).status_code for _ in range(2)] == [302, 302]
    assert Sheet.objects.get().revision == 0


def test_ready_and_back_to_draft(cast: Any, client_of: Any) -> None:
    case = read_case(cast)
    client = client_of(cast.rikke)
    assert save(client, case, "ready", add=[]).status_code == 422  # nothing said yet
    assert save(client, case, "ready").status_code == 302
    assert sheet_of(case).state == "ready"
    html = get(client, case)
    assert "Tilbage til kladde" in html
    assert 'name="item_text"' not in html
    sheet = sheet_of(case)
    reply = client.post(address(case), {"do": "back", "number": sheet.number, "revision": sheet.revision})
    assert reply.status_code == 302
    assert sheet_of(case).state == "draft"


@pytest.mark.parametrize("number", ["010203-1234", "010203, 1234", "01 02 03 12 34"])
def test_no_cpr_number_is_written(cast: Any, client_of: Any, number: str) -> None:
    case = read_case(cast)
    reply = save(client_of(cast.rikke), case, own_result=f"Borgeren, {number}, klagede.")
    assert reply.status_code == 422
    assert "CPR" in reply.content.decode()
    assert not sheet_of(case)


def test_answers_changed_since_are_told_and_not_written_over(cast: Any, client_of: Any) -> None:
    case = read_case(cast, locked=False)
    client = client_of(cast.rikke)
    save(client, case)
    before = fields(get(client, case))
    answered(case.readings.get(), {"fact_finding_direction": "to_benefit"})
    late = client.post(address(case), {**before, "do": "save"})
    assert late.status_code == 409
    assert "Svarene er ændret" in get(client, case)
    assert "Til gunst for borgeren" in get(client, case)
    assert save(client, case).status_code == 302
    assert "Svarene er ændret" not in get(client, case)


def test_a_released_sheet_is_never_changed_and_a_new_number_follows(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.findings.kept import released_of

    sheet = released_sheet(cast)
    case, client = sheet.case, client_of(cast.anna)
    before = bytes(sheet.content)
    html = get(client, case)
    assert 'name="item_text"' not in html
    sent = {"number": "1", "revision": str(sheet.revision), "answers": sheet.answers, "do": "save"}
    assert client.post(address(case), {**sent, "own_result": "Andet."}).status_code == 409
    assert client.post(address(case), {"do": "back", "number": "1", "revision": "0"}).status_code == 409
    for _ in range(2):
        assert client.post(address(case), {"do": "new", "number": "1"}).status_code == 302
    assert sheet_of(case).number == 2
    assert save(client, case, own_result="Rettet.").status_code == 302
    (old,) = released_of(case.id)
    assert bytes(old.content) == before
    assert "Rettet." in words_of(case)


def test_nobody_who_reads_blind_sees_it(cast: Any, client_of: Any) -> None:
    """Not the page, not the list, not the PDF: whatever roles."""
    from sagsbarometer.web.accounts.models import Membership

    with acting("system:tests", "roles"):
        for role in ("analyst", "adjudicator"):
            Membership.objects.create(user=cast.rasmus, role=role, study=cast.launched)
    case = read_case(cast, locked=False)
    written(case, words="Hemmeligt ord.")
    pages = [
        address(case),
        *(reverse(f"findings:{name}", args=[LAUNCHED, case.id, 1]) for name in ("shown", "pdf")),
    ]
    second = reading_of(cast, "rasmus", case=case, place=2)
    client = client_of(cast.rasmus)
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    assert case.id not in client.get(reverse("findings:sheets", args=[LAUNCHED])).content.decode()
    answered(second, WRONG)
    submitted(second)
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    assert case.id in client.get(reverse("findings:sheets", args=[LAUNCHED])).content.decode()


def test_who_neither_reads_nor_leads_sees_it_not(cast: Any, client_of: Any) -> None:
    case = read_case(cast)
    for person in (cast.rasmus, cast.sune, cast.kim, cast.karla, cast.eva):
        assert client_of(person).get(address(case)).status_code == 404


def test_a_case_that_is_not_read_is_locked_and_practice_has_no_sheet(cast: Any, client_of: Any) -> None:
    reading = reading_of(cast, "rikke")
    get(client_of(cast.anna), reading.case, 409)
    submitted(reading)
    get(client_of(cast.anna), reading.case, 200)
    with acting("system:tests", "practice"):
        reading.review.use = "anchor"
        reading.review.save()
    get(client_of(cast.anna), reading.case, 404)


def test_from_the_reading_to_the_finding(cast: Any, client_of: Any) -> None:
    """Not yet of a case that waits for another reader; of an anchor as of any case."""
    case = read_case(cast, answers=REFUSAL, locked=False)
    reading = case.readings.get()
    client = client_of(cast.rikke)
    link = reverse("findings:of_reading", args=[reading.id])
    assert link in client.get(reverse("reviewing:reading", args=[reading.id])).content.decode()
    assert client.get(link).url == address(case)
    reading_of(cast, "rasmus", case=case, place=2)
    waits = client.get(link)
    assert waits.status_code == 200
    assert "ikke skrives endnu" in waits.content.decode()
    anchor = read_case(cast, answers=REFUSAL, locked=False)
    with acting("system:tests", "anchor"):
        anchor.review.use = "anchor"
        anchor.review.save()
    known = client.get(reverse("findings:of_reading", args=[anchor.readings.get().id]))
    assert known.url == address(anchor)
    get(client, anchor, 200)


def test_drafts_for_all_that_have_none(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.findings.models import Sheet

    cases = [read_case(cast), read_case(cast, answers=REFUSAL), read_case(cast, "903")]
    mine = written(cases[0])
    client = client_of(cast.anna)
    page = reverse("findings:sheets", args=[LAUNCHED])
    for _ in range(2):
        assert client.post(page, {"once": "a" * 24}).status_code == 302
    do_waiting()
    assert Sheet.objects.count() == 3
    assert sheet_of(cases[0]).id == mine.id
    assert "ikke fundet retlige mangler" in " ".join(words_of(cases[1]))
    html = client.get(page, {"vis": "draft", "kommune": "903"}).content.decode()
    assert cases[2].id in html
    assert cases[0].id not in html


def test_no_draft_is_made_of_what_one_is_partial_to(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.accounts.models import Disqualification
    from sagsbarometer.web.findings.models import Sheet

    mine = read_case(cast)
    read_case(cast, "903")
    with acting("system:tests", "partial"):
        Disqualification.objects.create(user=cast.anna, municipality="903", reason="family", made_by=cast.ada)
    client_of(cast.anna).post(reverse("findings:sheets", args=[LAUNCHED]), {"once": "a" * 24})
    do_waiting()
    assert Sheet.objects.get().case_id == mine.id


def test_the_sentences_come_with_a_study_and_with_each_version_of_it(cast: Any, client_of: Any) -> None:
    from sagsbarometer.datafiles.shipped import shipped
    from sagsbarometer.web.planning.folders import folder_of, next_version

    study = make(client_of(cast.anna))
    text = (shipped("studies") / "barometer_97" / "sheet.yaml").read_bytes()
    assert (folder_of(study) / "sheet.yaml").read_bytes() == text
    next_version(study, 2)
    assert (folder_of(study).parent / "v2" / "sheet.yaml").read_bytes() == text


def test_a_study_without_sentences_is_written_all_the_same(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.planning.folders import folder_of

    case = read_case(cast)
    path = folder_of(case.study) / "sheet.yaml"
    path.write_text("facts: [nothing]\nseverity: {}\ndefects: []\n", encoding="utf-8")
    client = client_of(cast.anna)
    assert "FUND-102" in get(client, case)
    path.unlink()
    assert "ingen standardsætninger" in get(client, case)
    assert "Mangel med væsentlig betydning" in get(client, case)
    assert save(client, case, own_result="Egne ord.").status_code == 302
    assert words_of(case) == ["Egne ord."]
    assert sheet_of(case).wrong is None


def test_words_of_a_part_that_is_gone_are_not_lost(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.planning.folders import folder_of

    case = read_case(cast)
    client = client_of(cast.anna)
    save(client, case, own_fact_finding_defect="Ord om oplysningen.")
    path = folder_of(case.study) / "sheet.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("  - question: fact_finding_defect")
    text = text[:start] + text[text.index("  - question: party_hearing_defect") :]
    kept = text[: text.index("sentences:")].replace("  facts_missing: fact_finding_defect\n", "")
    path.write_text(kept, encoding="utf-8")
    html = get(client, case)
    assert "Ord om oplysningen." in html
    assert "FUND-" not in html
    assert save(client, case).status_code == 302
    assert "Ord om oplysningen." in words_of(case)


def test_after_a_purge_nothing_is_left_of_it(
    workplace: Any, cast: Any, client_of: Any, tmp_path: Any
) -> None:
    from sagsbarometer.web.findings.kept import content_of
    from sagsbarometer.web.keeping.archive import archive
    from sagsbarometer.web.keeping.purge import purge

    sheet = released_sheet(cast, words="Hemmeligt ord.")
    draft = written(read_case(cast))
    study = cast.launched
    with acting("system:tests", "closed"):
        study.state, study.retention = "closed", date(2026, 1, 31)
        study.save()
    archive(workplace.home, study.id, tmp_path / "arkiv", "system:tests", documents=False)
    purge(workplace.home, study.id, "system:tests")
    for row in (sheet, draft):
        row.refresh_from_db()
        assert bytes(row.content) == b""
        assert content_of(row) is None
    client = client_of(cast.anna)
    shown = client.get(reverse("findings:shown", args=[LAUNCHED, sheet.case_id, 1]))
    assert "slettet" in shown.content.decode()
    assert client.get(reverse("findings:pdf", args=[LAUNCHED, sheet.case_id, 1])).status_code == 410
    for case in (sheet.case, draft.case):
        assert "Hemmeligt" not in get(client, case)


@pytest.mark.parametrize("route", ["shown", "pdf"])
def test_to_look_at_a_sheet_is_an_event(cast: Any, client_of: Any, route: str) -> None:
    from sagsbarometer.web.events.models import Event

    sheet = released_sheet(cast)
    client_of(cast.anna).get(reverse(f"findings:{route}", args=[LAUNCHED, sheet.case_id, 1]))
    assert Event.objects.filter(act="read_sheet", case=sheet.case_id).count() == 1
