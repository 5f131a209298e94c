"""Many cases from a workbook, and the list for the draw: all of it, or every fault by row and nothing kept."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.uploads_in_tests import docx
from tests.web.cast import Cast
from tests.web.deliveries_in_tests import Client, base, contact, faults


@pytest.fixture
def kurt(cast: Cast) -> Any:
    """The contact of 908, which has delivered nothing yet."""
    return contact(cast, "908")


def filled(client: Any, cast: Cast, rows: list[dict[str, Any]]) -> bytes:
    """The workbook of the page, filled in."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{base(cast)}ark/").content))
    sheet = book["Svar"]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for name, value in row.items():
            sheet.cell(number, columns[name]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ROW = {
    "municipality_id": "908", "occasion": "Ny ansøgning", "application_date": "02-03-2026", "form": "Skriftligt",
    "decision_date": "11-05-2026", "result": "Afslag", "appealed": "Nej", "published_deadline_weeks": "8",
    "new_date_given": "ikke relevant",
}  # fmt: skip


def send_book(client: Any, cast: Cast, content: bytes, once: str = "book", name: str = "sager.xlsx") -> Any:
    return client.post(f"{base(cast)}mange/", {"file": SimpleUploadedFile(name, content), "once": once})


def test_many_cases_come_from_the_workbook_once(
    cast: Cast, kurt: Any, client_of: Client, databases: str
) -> None:
    from sagsbarometer.web.delivering import keeping
    from sagsbarometer.web.delivering.models import Case

    client = client_of(kurt)
    book = filled(client, cast, [{**ROW, "case_id": f"J-{n}"} for n in range(3)])
    for _ in range(2):
        assert send_book(client, cast, book).status_code == 302
    cases = list(Case.objects.filter(municipality="908").order_by("number"))
    assert [keeping.own_number(case) for case in cases] == ["J-0", "J-1", "J-2"]
    assert cases[0].declared["result"] == "refusal"
    again = send_book(client, cast, book, once="another")
    assert again.status_code == 422
    assert again.content.decode().count("AFLEV-107") == 3


def test_faults_stand_by_row_and_in_the_same_file_back(cast: Cast, kurt: Any, client_of: Client) -> None:
    import openpyxl

    from sagsbarometer.web.delivering.models import Case

    client = client_of(kurt)
    rows = [
        {**ROW, "case_id": "J-1"},
        {**ROW, "case_id": "J-2", "result": "måske"},
        {**ROW, "case_id": "010203-1234"},
        {**ROW, "case_id": "J-4", "municipality_id": "901"},
    ]
    reply = send_book(client, cast, filled(client, cast, rows))
    page = reply.content.decode()
    assert reply.status_code == 422
    assert all(code in page for code in ("SVAR-106", "SVAR-103", "SVAR-105"))
    assert "010203" not in page
    assert not Case.objects.filter(municipality="908").exists()
    address = re.search(rf'href="({base(cast)}mange/[0-9a-f]+/)"', page)
    assert address
    back = client.get(address.group(1))
    sheet = openpyxl.load_workbook(io.BytesIO(back.content))["Svar"]
    assert sheet["A1"].value.startswith("FEJL")
    assert "SVAR-106" in sheet["A3"].value
    assert client_of(cast.kim).get(address.group(1)).status_code == 404
    fellow = contact(cast, "908", "kollega")
    assert client_of(fellow).get(address.group(1)).status_code == 404  # it was another's file


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 broken", docx()])
def test_what_is_no_workbook_is_told_and_not_taken(
    cast: Cast, kurt: Any, client_of: Client, content: bytes
) -> None:
    assert send_book(client_of(kurt), cast, content).status_code == 422


def test_a_frame_list_is_kept_and_one_with_numbers_of_people_is_not(
    cast: Cast, kurt: Any, client_of: Client, databases: str
) -> None:
    from sagsbarometer.web.delivering import keeping
    from sagsbarometer.web.delivering.models import FrameList

    client = client_of(kurt)

    def send(text: str) -> Any:
        return client.post(f"{base(cast)}liste/", {"file": SimpleUploadedFile("liste.csv", text.encode())})

    assert send("id;afgjort\nL1;20-12-2025\nL2;21-12-2025\n").status_code == 302
    assert send("id;afgjort\nL1;20-12-2025\nL2;21-12-2025\n").status_code == 302
    assert FrameList.objects.get().rows == [
        {"id": "L1", "stratum": "alle", "decided": "2025-12-20"},
        {"id": "L2", "stratum": "alle", "decided": "2025-12-21"},
    ]
    for text, code in [
        ("id\n0102031234\n", "AFLEV-203"),
        ("id\n01 02 03 12 34\n", "AFLEV-203"),
        ("nummer\nL1\n", "AFLEV-201"),
        ("id;navn\nL1;Hans\n", "AFLEV-202"),
        ("id\nL1\nL1\n", "AFLEV-204"),
        ("id;afgjort\nL1;i går\n", "AFLEV-205"),
    ]:
        reply = send(text)
        assert reply.status_code == 422, text
        page = reply.content.decode()
        assert code in page or (code == "AFLEV-203" and "SVAR-103" in page), (text, faults(reply))
        assert "0102031234" not in page
    # Pseudonyms that a system made: ten of their digits look like a CPR number.
    made = ["a0102031234b" + "c" * 20, "a0102031234b" + "c" * 52, "cc010203-1234-4aaa-8aaa-aaaaaaaaaaaa"]
    assert send("id\n" + "\n".join(made) + "\n").status_code == 302
    assert [row["id"] for row in FrameList.objects.order_by("-at")[0].rows] == made
    for id in made:
        assert keeping.number_fault(id, cast.request("901")) == ""
    short = "id\n" + "".join(f"{101010000 + number}\n" for number in range(30))
    assert "AFLEV-203" in send(short).content.decode()
    assert FrameList.objects.count() == 2
