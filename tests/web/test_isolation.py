"""Kim of 901 asks for what is the other 97 municipalities', in every way there is: not a byte of it comes."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from sagsbarometer.documents.vault import seal
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.rights.routes import ROUTES
from tests.conftest import trials
from tests.web.cast import LAUNCHED, Cast, municipalities
from tests.web.house_in_tests import Houses, Workplace, work_on
from tests.web.routes_in_tests import TABLE
from tests.web.test_accounts_people import browser_of
from tests.web.things_in_tests import document_of, fill_things, things

# A name the browser could send an id under. The ids sent are always another municipality's.
NAMES = (
    "study", "request_id", "request", "authority", "municipality", "kommune", "case", "case_id", "cases", "sag",
    "document", "documents", "receipt", "file", "id", "ids", "next", "q", "user", "person", "letter", "once", "export",
    "format",
)  # fmt: skip


def marker(code: str) -> str:
    """What only stands in what is a municipality's own."""
    return f"zq{code}x{hashlib.sha256(code.encode()).hexdigest()[:12]}"


def once(kind: str, code: str) -> str:
    """The key of a form another municipality sent. It is no marker: what is sent may be shown again."""
    return kind + hashlib.sha256(f"{kind}{code}".encode()).hexdigest()[:16]


def seed(cast: Cast) -> None:
    """Each of the 98: its marker in its name, address, case number, remark, receipt and document."""
    from sagsbarometer.web.delivering.keeping import seal_number
    from sagsbarometer.web.delivering.models import Case, Receipt
    from sagsbarometer.web.planning.models import Authority
    from sagsbarometer.web.receiving.models import Screening

    key = cast.home.keys.study(LAUNCHED)
    with acting("system:tests", "markers"):
        for code, _name, _email in municipalities():
            mark = marker(code)
            Authority.objects.filter(study=LAUNCHED, code=code).update(
                name=f"{mark} Kommune", email=f"{mark}@example.dk"
            )
            request = cast.request(code)
            case = request.cases.order_by("number").first() or Case(
                study_id=LAUNCHED,
                request=request,
                municipality=code,
                number=1,
                stratum="alle",
                state="submitted",
            )
            case.once = once("case", code)
            seal_number(case, f"{mark}-1")
            case.save()
            row = Screening(case=case, verdict="in", by=cast.anna)
            row.remark = seal(key, mark.encode(), f"receiving_screening.remark:{row.id}")
            row.save(force_insert=True)
            delivery = {"municipality": f"{mark} Kommune", "study": "Prøvestudie", "cases": [], "none": []}
            Receipt.objects.create(
                request=request, once=once("receipt", code), content=delivery, made_by=cast.anna
            )
            document_of(cast.home, case, cast.anna, name=f"{mark}.pdf", text=f"Hemmeligt {mark}")


@pytest.fixture(scope="module")
def seeded(houses: Houses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A house with 98 marked municipalities."""
    place = houses.copy("sqlite", tmp_path_factory.mktemp("marked") / "home", with_cast=True)
    cast = Cast.of(place.home)
    fill_things(cast)
    seed(cast)
    yield place
    houses.drop(place)


def all_of(reply: Any) -> bytes:
    """The bytes of a reply with its headers; of a ZIP or a workbook, of what is in it; of a PDF, its text."""
    content = b"".join(reply.streaming_content) if reply.streaming else reply.content
    parts = [content, repr(sorted(reply.headers.items())).encode()]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts += [archive.read(name) for name in archive.namelist()]
            parts.append(repr(archive.namelist()).encode())
    if content.startswith(b"%PDF-1.7"):
        import pypdfium2

        parts += [page.get_textpage().get_text_range().encode() for page in pypdfium2.PdfDocument(content)]
    return b"\n".join(parts)


def foreign_to(cast: Cast, code: str) -> dict[str, Any]:
    """The ids of what is a municipality's."""
    request = cast.request(code)
    case = request.cases.get(once=once("case", code))
    receipt = request.receipts.get(once=once("receipt", code))
    return {
        "request_id": request.id,
        "case": case.id,
        "receipt": receipt.id,
        "document": case.documents.order_by("at").last().id,
        "municipality": code,
    }


def tables() -> dict[str, list[tuple[Any, ...]]]:
    """What is the others', as it lies: nothing of it may move."""
    from sagsbarometer.web.delivering.models import Case, FrameList, Receipt, Request
    from sagsbarometer.web.documents.models import Document

    return {
        "requests": list(Request.objects.exclude(authority__code="901").order_by("id").values_list()),
        "cases": list(Case.objects.exclude(municipality="901").order_by("id").values_list()),
        "documents": list(Document.objects.exclude(municipality="901").order_by("id").values_list()),
        "receipts": list(
            Receipt.objects.exclude(request__authority__code="901").order_by("id").values_list()
        ),
        "lists": list(FrameList.objects.exclude(request__authority__code="901").order_by("id").values_list()),
    }


@pytest.fixture
def marked(seeded: Workplace) -> Cast:
    """The cast of the marked house."""
    work_on(seeded)
    return Cast.of(seeded.home)


def others() -> list[str]:
    """The municipalities that are asked for: all 97 in `soak`."""
    codes = [code for code, _name, _email in municipalities() if code != "901"]
    return codes[: trials(len(codes))]


def leaks(reply: Any) -> list[str]:
    """The municipalities but 901 whose marker is in a reply."""
    said = all_of(reply)
    return [
        code for code, _name, _email in municipalities() if code != "901" and marker(code).encode() in said
    ]


def test_the_markers_are_there_to_be_leaked(marked: Cast) -> None:
    """To those who may see them they come: the search below can find."""
    there = foreign_to(marked, "902")
    karla = browser_of(marked.karla)
    for route, names in (
        ("delivering:request", ("request_id",)),
        ("delivering:case", ("case",)),
        ("delivering:receipt", ("receipt",)),
        ("delivering:receipt_pdf", ("receipt",)),
        ("documents:own", ("document",)),
    ):
        reply = karla.get(reverse(route, kwargs={name: there[name] for name in names}))
        assert leaks(reply) == ["902"], route
    anna = browser_of(marked.anna)
    assert len(leaks(anna.get(reverse("receiving:collection_csv", kwargs={"study": LAUNCHED})))) > 90


def test_a_foreign_id_in_the_address_gives_not_a_byte(marked: Cast) -> None:
    before = tables()
    kim, examples, asked = browser_of(marked.kim), things(marked), 0
    for code in others():
        there = foreign_to(marked, code)
        for route, needs in ROUTES.items():
            if needs.absent:
                continue
            row = TABLE[route]
            assert isinstance(row, tuple)
            if not examples[row[0]][0].arguments:
                continue
            arguments = {**examples[row[0]][0].arguments}
            arguments.update({name: id for name, id in there.items() if name in arguments})
            if "study" in arguments:
                arguments["study"] = LAUNCHED
            for method in ("GET", "POST", "HEAD"):
                reply = kim.generic(method, reverse(route, kwargs=arguments))
                asked += 1
                assert leaks(reply) == [], (method, route, code)
                if set(arguments) & set(there):
                    assert reply.status_code in (404, 405), (method, route, code)
    assert asked > 200
    assert tables() == before


def test_a_foreign_id_in_the_form_or_the_query_gives_and_changes_nothing(marked: Cast) -> None:
    """Exports, searches, many at once, replays of another's key: on every page that is Kim's own."""
    before = tables()
    kim, examples, asked = browser_of(marked.kim), things(marked), 0
    own = foreign_to(marked, "901")
    routes = [
        (route, row[0])
        for route, row in TABLE.items()
        if isinstance(row, tuple) and route not in ("account_logout", "account_change_password")
    ]
    for code in others()[: trials(20)]:
        there = foreign_to(marked, code)
        sent = {name: list(there.values()) for name in NAMES}
        sent |= {"municipality": [code], "case": [there["case"]], "q": [marker(code)[:5]]}
        sent["next"] = [f"/kommune/{there['request_id']}/"]
        for key in (once("case", code), once("receipt", code)):
            sent["once"] = [key]
            for route, kind in routes:
                arguments = {
                    name: own.get(name, value) for name, value in examples[kind][0].arguments.items()
                }
                address = reverse(route, kwargs=arguments)
                for reply in (
                    kim.get(address, sent),
                    kim.post(address, sent),
                    kim.post(address, {}, query_params=sent),
                ):
                    asked += 1
                    assert leaks(reply) == [], (route, code)
                    moved_to = reply.headers.get("Location", "")
                    ids = [id for name, id in there.items() if name != "municipality" and id in moved_to]
                    # To sign in, and on to the address that was asked for, is no answer.
                    assert not ids or "?next=" in moved_to or moved_to == sent["next"][0], (route, moved_to)
    assert asked > 300
    assert tables() == before


def test_of_another_s_key_sent_again_nothing_is_shown(marked: Cast) -> None:
    """The same key gives the same result: to the one whose it is, and to nobody else."""
    kim, there = browser_of(marked.kim), foreign_to(marked, "902")
    own = marked.request("901").id
    for route, kind in (("delivering:new", "case"), ("delivering:check", "receipt")):
        reply = kim.post(reverse(route, kwargs={"request_id": own}), {"once": once(kind, "902")})
        assert reply.status_code < 500
        assert there["case"] not in reply.headers.get("Location", "")
        assert there["receipt"] not in reply.headers.get("Location", "")


def test_a_file_on_the_disk_has_no_address(marked: Cast) -> None:
    """The place of a document is no place on the web."""
    kim, there = browser_of(marked.kim), foreign_to(marked, "902")
    id = there["document"]
    for path in (
        f"/documents/{id[:2]}/{id}",
        f"/static/../documents/{id[:2]}/{id}",
        f"/static/%2e%2e/documents/{id[:2]}/{id}",
        f"/dokumenter/{id[:2]}/{id}",
        f"/dokumenter/..%2F{id}/eget/",
        f"/dokumenter/{id}%00/eget/",
    ):
        reply = kim.get(path)
        assert reply.status_code in (301, 302, 400, 404)
        assert leaks(reply) == []
