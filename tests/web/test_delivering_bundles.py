"""A workbook with a ZIP beside it: a folder a case, all of it or nothing, and each fault by its row."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.uploads_in_tests import archive, pdf, png
from tests.web.cast import Cast
from tests.web.deliveries_in_tests import Client, base
from tests.web.house_in_tests import Workplace
from tests.web.test_delivering_many import ROW, filled
from tests.web.test_delivering_many import kurt as kurt

NUMBERS = ("27.45-P27/1", "27.45-P27/2")
FOLDERS = ("27.45-P27-1", "27.45-p27-2")  # no folder has a slash in its name, and capitals do not count
GOOD = {
    f"{FOLDERS[0]}/afgørelse.pdf": pdf("en"),
    f"{FOLDERS[0]}/bilag/foto.png": png(),
    f"{FOLDERS[1]}/": b"",
    f"{FOLDERS[1]}/afgørelse.pdf": pdf("to"),
    "__MACOSX/._x": b"x",
}


def send(
    client: Any, cast: Cast, parts: dict[str, bytes] | bytes, numbers: Any = NUMBERS, once: str = "z"
) -> Any:
    book = filled(client, cast, [{**ROW, "case_id": number} for number in numbers])
    files = {
        "file": SimpleUploadedFile("sager.xlsx", book),
        "archive": SimpleUploadedFile("sager.zip", parts if isinstance(parts, bytes) else archive(parts)),
    }
    return client.post(f"{base(cast)}mange/", {**files, "once": once})


def made(cast: Cast) -> dict[str, list[str]]:
    """The names of the documents of each case."""
    from sagsbarometer.web.delivering import keeping
    from sagsbarometer.web.documents.storing import name_of

    cases = keeping.cases_of(cast.request("908"))
    return {keeping.own_number(case): sorted(map(name_of, case.documents.all())) for case in cases}


def kept(place: Workplace) -> int:
    """Files of documents, without their texts."""
    return sum(path.is_file() and not path.suffix for path in place.home.documents.glob("*/*"))


@pytest.mark.parametrize("around", ["", "sager/"])
def test_a_folder_of_each_case_is_taken_in_once(
    cast: Cast, kurt: Any, client_of: Client, workplace: Workplace, around: str
) -> None:
    client = client_of(kurt)
    parts = {
        f"{around}{name}": content for name, content in GOOD.items() if around == "" or "MAC" not in name
    }
    for _ in range(2):  # a double click
        assert send(client, cast, parts).status_code == 302
    assert made(cast) == {NUMBERS[0]: ["afgørelse.pdf", "foto.png"], NUMBERS[1]: ["afgørelse.pdf"]}
    assert kept(workplace) == 3
    assert not list((workplace.home.folder / "arriving").iterdir())


@pytest.mark.parametrize(
    ("parts", "codes", "rows"),
    [
        ({**GOOD, "27.45-P27-3/a.pdf": pdf()}, ["AFLEV-108"], []),
        ({**GOOD, "løs.pdf": pdf()}, ["AFLEV-109"], []),
        ({**GOOD, "løs.pdf": pdf(), "x/a.pdf": pdf(), "y/a.pdf": pdf()}, ["AFLEV-108", "AFLEV-109"], []),
        ({**GOOD, f"{FOLDERS[1]}/virus.exe": b"MZ"}, ["AFLEV-110"], ["3"]),
        ({**GOOD, f"{FOLDERS[0]}/a.exe": b"MZ", f"{FOLDERS[1]}/b.exe": b"MZ"}, ["AFLEV-110"], ["2", "3"]),
        (pdf(), ["DOK-105"], []),
        (archive({f"{FOLDERS[0]}/010203-1234.exe": b"MZ"}), ["AFLEV-110"], ["2"]),
    ],
)
def test_one_fault_takes_nothing_in(
    cast: Cast,
    kurt: Any,
    client_of: Client,
    workplace: Workplace,
    parts: Any,
    codes: list[str],
    rows: list[str],
) -> None:
    reply = send(client_of(kurt), cast, parts)
    page = reply.content.decode()
    assert reply.status_code == 422
    assert not [code for code in codes if f"({code})" not in page]
    assert not [row for row in rows if f'<th scope="row">{row}</th>' not in page]
    assert "Hent arket med fejlene mærket" in page
    assert "010203-1234" not in page
    assert made(cast) == {}
    assert kept(workplace) == 0
    assert not [path for path in (workplace.home.folder / "arriving").iterdir() if path.suffix != ".marked"]


def test_two_rows_with_the_same_folder_are_told_apart_by_nobody(
    cast: Cast, kurt: Any, client_of: Client
) -> None:
    reply = send(client_of(kurt), cast, {"A-1/a.pdf": pdf()}, numbers=("A/1", "A-1"))
    assert reply.status_code == 422
    assert "samme navn" in reply.content.decode()
