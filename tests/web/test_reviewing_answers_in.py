"""Answers in from a file over HTTP: the sheet, faults by row, a look first, all or nothing, once, and undone."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sagsbarometer.web.events.acting import acting
from tests.web.cast import LAUNCHED
from tests.web.mails_in_tests import do_waiting
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted
from tests.web.test_reviewing_freeze import frozen
from tests.web.test_reviewing_second import OTHER, get, post


def cell(value: Any) -> str:
    """An answer as an answer file has it."""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, list):
        return "|".join(value) or "ingen"
    return str(value).removeprefix("state:")


def lines(*rows: dict[str, Any]) -> bytes:
    """A CSV file; every row answers the refusal without defects, but for what it says."""
    whole = [{**{id: cell(value) for id, value in REFUSAL.items()}, **row} for row in rows]
    header = list(dict.fromkeys(name for row in whole for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(whole)
    return out.getvalue().encode()


def send(client: Any, content: bytes, name: str = "svar.csv", **more: Any) -> Any:
    """The file, uploaded."""
    sent = {"file": SimpleUploadedFile(name, content), **more}
    return client.post(reverse("reviewing:bring", args=[LAUNCHED]), sent)


def taken(client: Any, content: bytes, name: str = "svar.csv", **more: Any) -> Any:
    """The file uploaded without faults, looked at, and taken in; its row."""
    from sagsbarometer.web.reviewing.models import AnswersFile

    reply = send(client, content, name, **more)
    assert reply.status_code == 302, reply.content.decode()[:4000]
    row = AnswersFile.objects.get(pk=reply.url.rstrip("/").rpartition("/")[2])
    assert post(client, "brought_take", row.id, once="1").status_code == 302
    do_waiting()
    row.refresh_from_db()
    return row


def told(reply: Any) -> set[tuple[str, str]]:
    """Row and code of each fault on the page."""
    assert reply.status_code == 422
    html = reply.content.decode()
    found = re.findall(r'<th scope="row">([^<]+)</th><td>[^<]*</td><td>[^<]*\(([A-Z]+-\d+)\)', html)
    return {(row, code) for row, code in found}


def readings() -> Any:
    from sagsbarometer.web.reviewing.models import Reading

    return Reading.objects.filter(handed_over_at=None).order_by("case_id", "place")


def test_rows_come_in_as_readings_that_are_handed_in(cast: Any, client_of: Any, databases: str) -> None:
    from sagsbarometer.web.reviewing.models import Answer

    one, two = screened_in(cast, 2)
    given = reading_of(cast, "rasmus", case=two)
    client = client_of(cast.anna)
    content = lines(
        {"case_id": one.id, "municipality_id": "905", "reader": "rikke@example.dk"},
        {"case_number": two.number, "municipality_id": "905", "reader": "RASMUS@example.dk"},
    )
    reply = send(client, content)
    assert not Answer.objects.exists()  # looked at first
    html = client.get(reply.url).content.decode()
    assert "2 sager" in html
    assert "Rikke" in html
    row = taken(client, content, once="another")
    held = {reading.case_id: reading for reading in readings()}
    assert {reading.state for reading in held.values()} == {"submitted"}
    assert held[one.id].reader == cast.rikke
    assert held[two.id].id == given.id  # what was given out is filled in
    assert held[one.id].answers.get(question="result").value == "refusal"
    assert held[one.id].answers.get(question="deadline_days").value == 56
    assert (row.state, row.readings, bytes(row.rows)) == ("taken", 2, b"")
    assert row.answers == Answer.objects.count() > 40
    assert row.sha256 in get(client, "brought", row.id)
    assert "2 sager er læst færdig" in get(client, "answers")


def test_the_same_file_twice_is_one(cast: Any, client_of: Any, databases: str) -> None:
    from sagsbarometer.web.jobs import ask
    from sagsbarometer.web.reviewing.models import Answer, AnswersFile

    client = client_of(cast.anna)
    content = lines(
        {"case_id": screened_in(cast)[0].id, "municipality_id": "905", "reader": "rikke@example.dk"}
    )
    row = taken(client, content)
    before = Answer.objects.count()
    reply = send(client, content)
    assert reply.url == reverse("reviewing:brought", args=[LAUNCHED, row.id])
    assert AnswersFile.objects.count() == 1
    ask("reviewing.bring_answers", {"study": LAUNCHED, "file": row.id}, actor=cast.anna.id, study=LAUNCHED)
    do_waiting()  # the work done once more
    assert Answer.objects.count() == before
    assert readings().count() == 1


def test_one_fault_keeps_the_whole_file_out_and_all_are_told(cast: Any, client_of: Any) -> None:
    import openpyxl

    from sagsbarometer.web.reviewing.models import AnswersFile

    one, two, three = screened_in(cast, 3)
    content = lines(
        {"case_id": one.id, "municipality_id": "905", "reader": "rikke@example.dk"},
        {"case_id": two.id, "municipality_id": "905", "reader": "nobody@example.dk"},
        {"case_id": "zzzz", "municipality_id": "905", "reader": "rikke@example.dk"},
        {"case_id": three.id, "municipality_id": "905", "reader": "rikke@example.dk", "result": "måske"},
        {"case_id": three.id, "municipality_id": "901", "reader": "rasmus@example.dk"},
        {**dict.fromkeys(REFUSAL, ""), "case_id": "", "reader": "rikke@example.dk"},
    )
    client = client_of(cast.anna)
    reply = send(client, content)
    found = told(reply)
    assert {
        ("3", "SVAR-402"),
        ("4", "SVAR-401"),
        ("5", "SVAR-106"),
        ("6", "SVAR-401"),
        ("7", "SVAR-202"),
    } <= found
    assert "2" not in {row for row, _ in found}
    assert not readings().exists()
    assert not AnswersFile.objects.exists()
    address = re.search(r'href="([^"]+/ind/fejl/[0-9a-f]+/)"', reply.content.decode())
    assert address
    back = client.get(address.group(1)).content.decode("utf-8-sig").splitlines()
    assert back[0].startswith("FEJL")
    assert "SVAR-402" in back[2]
    assert client_of(cast.dorte).get(address.group(1)).status_code in (403, 404)
    assert openpyxl  # the same of a workbook: test_the_sheet


def test_a_hard_check_stops_and_a_soft_one_is_told_of(cast: Any, client_of: Any) -> None:
    case = screened_in(cast)[0]
    of = {"case_id": case.id, "municipality_id": "905", "reader": "rikke@example.dk"}
    hard = {**of, "wrong_assessment": "material", "wrong_assessment_direction": "to_harm"}  # and yet upheld
    client = client_of(cast.anna)
    assert ("2", "SVAR-301") in told(send(client, lines(hard)))
    soft = send(client, lines({**hard, "would_be_outcome": "remitted"}))
    assert "SVAR-302" in client.get(soft.url).content.decode()


def test_cases_that_are_not_to_be_written_in_have_each_their_code(cast: Any, client_of: Any) -> None:
    from django.utils import timezone

    cases = screened_in(cast, 6)
    by_hand, elsewhere, locked, out, learning, partial = cases
    submitted(reading_of(cast, "rasmus", case=by_hand))
    answered(reading_of(cast, "rasmus", case=elsewhere), {"occasion": "new_application"})
    with acting("system:tests", "states"):
        for case, values in (
            (locked, {"locked_at": timezone.now()}), (out, {"withdrawn_at": timezone.now()}),
            (learning, {"use": "learning"}),
        ):  # fmt: skip
            from sagsbarometer.web.reviewing.models import CaseReview

            CaseReview.objects.create(case=case, study_id=LAUNCHED, **values)
        from sagsbarometer.web.accounts.models import Disqualification

        Disqualification.objects.create(user=cast.rikke, case=partial, reason="kin", made_by=cast.anna)
    rows = [{"case_id": case.id, "municipality_id": "905", "reader": "rikke@example.dk"} for case in cases]
    rows.append({**rows[0], "reader": "rasmus@example.dk"})
    assert told(send(client_of(cast.anna), lines(*rows))) == {
        ("2", "SVAR-404"), ("3", "SVAR-404"), ("4", "SVAR-405"), ("5", "SVAR-406"), ("6", "SVAR-408"),
        ("7", "SVAR-403"), ("8", "SVAR-404"),
    }  # fmt: skip


def test_who_reads_blind_brings_nothing_of_the_others_in_and_learns_nothing(
    cast: Any, client_of: Any
) -> None:
    """The same words before the other has done anything, and when they have handed in."""
    from sagsbarometer.web.accounts.models import Membership

    with acting("system:tests", "roles"):
        Membership.objects.create(user=cast.rikke, role="analyst", study=cast.launched)
    first = reading_of(cast, "rikke", second=True)
    second = reading_of(cast, "rasmus", case=first.case, place=2)
    of = {"case_id": first.case_id, "municipality_id": "905"}
    theirs = lines({**of, "reader": "rasmus@example.dk"})
    client = client_of(cast.rikke)
    assert told(send(client, theirs)) == {("2", "SVAR-407")}
    answered(second, OTHER)
    submitted(second)
    assert told(send(client, theirs)) == {("2", "SVAR-407")}
    assert taken(client, lines({**of, "reader": ""})).readings == 1  # one's own
    first.refresh_from_db()
    first.review.refresh_from_db()
    assert (first.state, first.review.differs) == ("submitted", True)  # compared, as when handed in


def test_a_second_reading_comes_from_a_file(cast: Any, client_of: Any) -> None:
    first = reading_of(cast, "rikke", second=True)
    answered(first, REFUSAL)
    submitted(first)
    of = {"case_id": first.case_id, "municipality_id": "905"}
    client = client_of(cast.anna)
    assert told(send(client, lines({**of, "reader": "rikke@example.dk"}))) == {("2", "SVAR-404")}
    taken(client, lines({**of, "reader": "rasmus@example.dk"}))
    assert [(reading.place, reading.reader_id) for reading in readings()] == [
        (1, cast.rikke.id),
        (2, cast.rasmus.id),
    ]


def test_undone_the_cases_wait_again_and_it_can_be_brought_in_anew(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.reviewing.models import Answer

    given = reading_of(cast, "rasmus", case=screened_in(cast)[0])
    other = screened_in(cast)[0]
    content = lines(
        {"case_id": given.case_id, "municipality_id": "905", "reader": "rasmus@example.dk"},
        {"case_id": other.id, "municipality_id": "905", "reader": "rikke@example.dk"},
    )
    client = client_of(cast.anna)
    row = taken(client, content)
    assert post(client, "brought_undo", row.id).status_code == 302
    row.refresh_from_db()
    assert row.state == "undone"
    assert [(reading.case_id, reading.state) for reading in readings()] == [(given.case_id, "assigned")]
    assert Answer.objects.count() == row.answers  # nothing is thrown away
    assert taken(client, content).state == "taken"
    assert readings().count() == 2


def test_what_something_was_done_with_is_not_undone(cast: Any, client_of: Any) -> None:
    content = lines(
        {"case_id": screened_in(cast)[0].id, "municipality_id": "905", "reader": "rikke@example.dk"}
    )
    client = client_of(cast.anna)
    row = taken(client, content)
    reading = readings().get()
    assert post(client, "reopen", reading.id, reason="Ny praksis.").status_code == 302
    post(client, "brought_undo", row.id)
    row.refresh_from_db()
    assert row.state == "taken"
    assert "kan ikke fortrydes" in get(client, "brought", row.id)


def test_what_was_frozen_is_not_undone(cast: Any, client_of: Any) -> None:
    content = lines(
        {"case_id": screened_in(cast)[0].id, "municipality_id": "905", "reader": "rikke@example.dk"}
    )
    client = client_of(cast.anna)
    row = taken(client, content)
    frozen(cast, client)
    post(client, "brought_undo", row.id)
    row.refresh_from_db()
    assert row.state == "taken"


def test_a_case_read_meanwhile_stops_all_of_it(cast: Any, client_of: Any, databases: str) -> None:
    """Between the look and the taking somebody reads one of the cases by hand."""
    from sagsbarometer.web.reviewing.models import Answer, AnswersFile

    one, two = screened_in(cast, 2)
    rows = [
        {"case_id": case.id, "municipality_id": "905", "reader": "rikke@example.dk"} for case in (one, two)
    ]
    client = client_of(cast.anna)
    assert send(client, lines(*rows)).status_code == 302
    submitted(reading_of(cast, "rasmus", case=two))
    row = AnswersFile.objects.get()
    post(client, "brought_take", row.id, once="1")
    do_waiting()
    row.refresh_from_db()
    assert row.state == "checked"
    assert not Answer.objects.exists()
    assert "SVAR-404" in get(client, "brought", row.id)


def test_the_sheet_has_a_row_for_each_reading_that_waits_and_comes_back(cast: Any, client_of: Any) -> None:
    import openpyxl

    reading = reading_of(cast, "rikke", "905")
    client = client_of(cast.anna)
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(reverse("reviewing:bring_sheet", args=[LAUNCHED])).content)
    )
    sheet = book["Svar"]
    columns = {str(one.value): one.column for one in sheet[1]}
    rows = {str(row[0].value): row for row in sheet.iter_rows(min_row=2) if row[0].value}
    assert len(rows) == 4  # 905's two, 902's and 903's
    mine = rows[reading.case_id]
    assert mine[columns["reader"] - 1].value == "rikke@example.dk"
    for row in rows.values():
        if row is not mine:
            for one in row:
                one.value = None
    for id, value in REFUSAL.items():
        ticks = [name for name in columns if name.startswith(f"{id}.")]
        for name in ticks or [id]:
            mine[columns[name] - 1].value = "nej" if ticks else cell(value)
    mine[columns["result"] - 1].value = "Måske"
    out = io.BytesIO()
    book.save(out)
    reply = send(client, out.getvalue(), "svar.xlsx")
    assert (str(mine[0].row), "SVAR-106") in told(reply)
    address = re.search(r'href="([^"]+/ind/fejl/[0-9a-f]+/)"', reply.content.decode())
    assert address
    back = openpyxl.load_workbook(io.BytesIO(client.get(address.group(1)).content))["Svar"]
    assert "SVAR-106" in str(back.cell(mine[0].row, 1).value)
    mine[columns["result"] - 1].value = "Afslag"
    out = io.BytesIO()
    book.save(out)
    row = taken(client, out.getvalue(), "svar.xlsx")
    assert (row.kind, row.readings) == ("xlsx", 1)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_answers_out_and_in_again_freeze_to_the_same_rows(cast: Any, client_of: Any, format: str) -> None:
    """Taken out of one house, back into the same cases of an emptied one: the same rows.parquet, byte for byte."""
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze
    from sagsbarometer.web.reviewing.models import CaseReview

    for case, said in zip(screened_in(cast, 3), (REFUSAL, OTHER, REFUSAL), strict=True):
        reading = reading_of(cast, "rikke", case=case)
        answered(reading, said)
        submitted(reading)
    client = client_of(cast.anna)
    content = client.get(reverse("reviewing:answers_file", args=[LAUNCHED, format])).content
    frozen(cast, client)
    post(client, "unlock", "1", reason="Tømmes.")
    with acting("system:tests", "emptied"):
        from django.utils import timezone

        for reading in readings():
            reading.handed_over_at = timezone.now()
            reading.save()
    assert CaseReview.objects.filter(locked_at=None).count() == 3
    assert "0 sager er læst færdig" in get(client, "answers")
    assert taken(client, content, f"svar.{format}").readings == 3
    assert frozen(cast, client, once="g" * 24).number == 2
    first, second = (
        (folder_of_freeze(LAUNCHED, number) / "results" / "dataset" / "rows.parquet").read_bytes()
        for number in (1, 2)
    )
    assert first == second


def test_a_file_with_other_columns_comes_with_its_mapping(cast: Any, client_of: Any) -> None:
    case = screened_in(cast)[0]
    named = {**{f"q_{id}": cell(value) for id, value in REFUSAL.items()}, "sag": case.id, "kommune": "905"}
    header = ",".join([*named, "reader"])
    content = f"{header}\n{','.join([*named.values(), 'rikke@example.dk'])}\n".encode()
    mapping = "mapping: proeve\ncolumns:\n  case_id: sag\n  municipality_id: kommune\n"
    mapping += "".join(f"  {id}: q_{id}\n" for id in REFUSAL)
    client = client_of(cast.anna)
    assert ("1", "SVAR-101") in told(send(client, content))
    wrong = send(
        client, content, mapping=SimpleUploadedFile("m.yaml", mapping.replace("sag\n", "nej\n").encode())
    )
    assert "KORT-104" in wrong.content.decode()
    row = taken(client, content, mapping=SimpleUploadedFile("m.yaml", mapping.encode()))
    assert row.readings == 1


def hostile() -> list[tuple[str, bytes]]:
    """Files that are something else, too much, or carry something."""
    macros = io.BytesIO()
    with zipfile.ZipFile(macros, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/vbaProject.bin", b"x")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/worksheets/sheet1.xml", b" " * 320_000_000)
    return [
        ("svar.csv", b""),
        ("svar.xlsx", b"%PDF-1.7"),
        ("svar.xlsx", b"PK\x03\x04 broken"),
        ("svar.parquet", b"PAR1xxxxPAR1"),
        ("svar.xlsx", macros.getvalue()),
        ("svar.xlsx", bomb.getvalue()),
        ("svar.csv", b"case_id,municipality_id\n010203-1234,905\n"),
    ]


@pytest.mark.parametrize("at", range(7))
def test_hostile_files_are_told_and_not_taken(cast: Any, client_of: Any, at: int) -> None:
    name, content = hostile()[at]
    reply = send(client_of(cast.anna), content, name)
    assert reply.status_code == 422
    assert "010203" not in reply.content.decode()
    assert ("FIL-129" in reply.content.decode()) is (at == 4)


def test_a_file_that_takes_too_much_stops_in_its_own_process(
    cast: Any, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagsbarometer.deliveries import apart

    monkeypatch.setattr(apart, "WALL", 0.01)
    assert "FIL-128" in send(client_of(cast.anna), lines({"case_id": "x"})).content.decode()
    monkeypatch.setattr(apart, "MOST_BYTES", 10)
    assert "FIL-128" in send(client_of(cast.anna), lines({"case_id": "x"})).content.decode()


def test_only_who_plans_brings_answers_in(cast: Any, client_of: Any) -> None:
    for name in ("rikke", "dorte", "gorm"):
        assert send(client_of(cast.person(name)), lines({"case_id": "x"})).status_code in (403, 404)
