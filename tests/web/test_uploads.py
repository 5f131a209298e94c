"""Documents over HTTP: hostile files, what lies on the disk, who reads what, and what is written about it."""

from __future__ import annotations

import io
import logging
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sagsbarometer.kernel.ids import may_hold_cpr
from tests.uploads_in_tests import archive, bombs, docx, jpeg, pdf, png, seconds, tiff
from tests.web.cast import Cast
from tests.web.house_in_tests import Workplace

Client = Callable[..., Any]
CPR = "010203-1234"


def send(client: Any, case: Any, *files: tuple[str, bytes]) -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(f"/kommune/sager/{case.id}/filer/", {"files": sent})


def submit(case: Any) -> None:
    """Nobody of the house reads a draft."""
    from sagsbarometer.web.events.acting import acting

    with acting("system:tests", "cast"):
        case.state = "submitted"
        case.save(update_fields=["state"])


def documents(case: Any) -> list[Any]:
    from sagsbarometer.web.documents.models import Document

    return list(Document.objects.filter(case=case).order_by("at", "id"))


def events(act: str) -> list[Any]:
    from sagsbarometer.web.events.models import Event

    return list(Event.objects.filter(act=act).order_by("seq"))


def test_a_file_is_locked_on_the_disk_under_a_random_id(
    cast: Cast, client_of: Client, workplace: Workplace, databases: str
) -> None:
    from sagsbarometer.web.documents import storing

    case = cast.case("901", "draft")
    content = pdf(f"Afgoerelse for {CPR}")
    assert send(client_of(cast.kim), case, (f"{CPR} Hansen.pdf", content)).status_code == 302
    (document,) = documents(case)
    assert (document.kind, document.state, document.pages, document.cpr_found) == ("pdf", "ready", 1, 1)
    assert storing.content_of(document) == content
    assert storing.name_of(document) == f"{CPR} Hansen.pdf"
    assert CPR in storing.text_of(document)
    kept = [path for path in workplace.home.folder.rglob("*") if path.is_file() and path.suffix != ".sqlite3"]
    assert [path for path in kept if path.parent.parent == workplace.home.documents]
    for path in kept:
        held = path.read_bytes()
        assert not [word for word in (b"%PDF", CPR.encode(), b"Hansen") if word in held], path.name
    for path in workplace.home.documents.glob("*/*"):
        assert path.stat().st_mode & 0o777 == 0o600
    assert not list((workplace.home.folder / "arriving").iterdir())


def test_bytes_moved_or_changed_on_the_disk_are_not_served(cast: Cast, client_of: Client) -> None:
    from sagsbarometer.web.documents import storing

    client, case = client_of(cast.kim), cast.case("901", "draft")
    send(client, case, ("a.pdf", pdf("en")), ("b.pdf", pdf("to")))
    one, two = documents(case)
    storing.path_of(one.id).write_bytes(storing.path_of(two.id).read_bytes())
    assert client.get(f"/dokumenter/{one.id}/eget/").status_code == 410


def test_a_large_file_is_locked_and_served_in_segments(
    cast: Cast, client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagsbarometer.documents.vault import Tampered
    from sagsbarometer.web.documents import storing

    monkeypatch.setattr(storing, "SEGMENT", 100)
    client, case = client_of(cast.kim), cast.case("901", "draft")
    content = pdf("i stykker")
    send(client, case, ("a.pdf", content))
    (document,) = documents(case)
    path = storing.path_of(document.id)
    locked, size = path.read_bytes(), 128
    assert len(locked) == len(content) + 28 * -(-len(content) // 100)
    assert client.get(f"/dokumenter/{document.id}/eget/").getvalue() == content
    swapped = locked[size : 2 * size] + locked[:size] + locked[2 * size :]
    for other in (locked[:-1], locked[:size], locked + locked[:size], swapped, locked[size:], b""):
        path.write_bytes(other)
        assert client.get(f"/dokumenter/{document.id}/eget/").status_code == 410
        with pytest.raises(Tampered):
            storing.content_of(document)


@pytest.mark.parametrize(
    ("name", "content", "kind", "how"),
    [
        ("a.pdf", pdf(), "application/pdf", "inline"),
        ("a.png", png(), "image/png", "inline"),
        ("a.jpg", jpeg(), "image/jpeg", "inline"),
        ("a.tif", tiff(), "image/tiff", "attachment"),
        (
            "a.docx",
            docx(),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "attachment",
        ),
    ],
)
def test_a_document_is_served_with_safe_headers_and_one_event(
    cast: Cast, client_of: Client, name: str, content: bytes, kind: str, how: str
) -> None:
    case = cast.case("901", "draft")
    send(client_of(cast.kim), case, (f"{CPR} <script>.{name}", content))
    (document,) = documents(case)
    assert client_of(cast.rikke).get(f"/dokumenter/{document.id}/").status_code == 409
    submit(case)
    bare = kind != "application/pdf"  # a picture, or a file that may have some
    address, client = f"/dokumenter/{document.id}/", client_of(cast.rikke)
    reply = client.post(address, {"reason": "as_it_is"}) if bare else client.get(address)
    assert reply.status_code == 200
    assert reply.getvalue() == content
    assert reply.headers["Content-Type"] == kind
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert reply.headers["Accept-Ranges"] == "none"
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert ("sandbox" in reply.headers["Content-Security-Policy"]) is (kind != "application/pdf")
    assert re.fullmatch(rf'{how}; filename="sag-1-[a-z0-9]{{4}}\.\w+"', reply.headers["Content-Disposition"])
    (event,) = [*events("read_document"), *events("open_original")]
    assert (event.actor, event.thing_id, event.case) == (cast.rikke.id, document.id, case.id)
    told = ("open_original", "as_it_is") if bare else ("read_document", "læse sagen")
    assert (event.act, event.purpose) == told


def test_cpr_is_hidden_and_shown_by_a_post_with_a_reason_and_one_event(
    cast: Cast, client_of: Client, databases: str
) -> None:
    case = cast.case("901", "draft")
    send(client_of(cast.kim), case, ("a.docx", docx(f"Ansøger {CPR}, barn 0102034321")))
    (document,) = documents(case)
    submit(case)
    client = client_of(cast.rikke)
    page = client.get(f"/dokumenter/{document.id}/tekst/").content.decode()
    assert not may_hold_cpr(page)
    assert "Der er fundet 2 CPR-numre" in page
    before = len(events("unmask_cpr"))
    assert client.post(f"/dokumenter/{document.id}/cpr/", {"reason": "nysgerrig"}).status_code == 422
    assert client.get(f"/dokumenter/{document.id}/cpr/").status_code == 405
    assert len(events("unmask_cpr")) == before
    shown = client.post(f"/dokumenter/{document.id}/cpr/", {"reason": "identify"})
    assert CPR in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    (event,) = events("unmask_cpr")
    assert (event.actor, event.thing_id) == (cast.rikke.id, document.id)
    assert (
        client_of(cast.kim).post(f"/dokumenter/{document.id}/cpr/", {"reason": "identify"}).status_code == 404
    )


def test_nobody_else_reads_or_removes_a_document(cast: Cast, client_of: Client) -> None:
    case = cast.case("901", "draft")
    send(client_of(cast.kim), case, ("a.pdf", pdf()))
    (document,) = documents(case)
    for person in (cast.karla, cast.ada, cast.sune, cast.eva, cast.nina):
        for address in ("", "tekst/", "eget/"):
            assert client_of(person).get(f"/dokumenter/{document.id}/{address}").status_code in (403, 404)
        assert client_of(person).post(f"/dokumenter/{document.id}/fjern/").status_code in (403, 404)
    assert client_of(None).get(f"/dokumenter/{document.id}/").status_code == 302
    assert not events("read_document")
    assert client_of(cast.kaj).get(f"/dokumenter/{document.id}/eget/").status_code == 200


def test_a_removed_document_is_gone_from_the_disk_and_cannot_be_read(
    cast: Cast, client_of: Client, workplace: Workplace
) -> None:
    client, case = client_of(cast.kim), cast.case("901", "draft")
    send(client, case, ("a.pdf", pdf()))
    (document,) = documents(case)
    for _ in range(2):
        assert client.post(f"/dokumenter/{document.id}/fjern/").status_code == 302
    assert client.get(f"/dokumenter/{document.id}/eget/").status_code == 404
    assert not list(workplace.home.documents.glob("*/*"))


def test_a_zip_becomes_its_files_and_what_is_wrong_stands_by_each(cast: Cast, client_of: Client) -> None:
    client, case = client_of(cast.kim), cast.case("901", "draft")
    send(client, case, ("sag.zip", archive({"a.pdf": pdf("a"), "b.exe": b"MZ", "c.png": png()})))
    states = [(document.kind, document.state, document.refusal) for document in documents(case)]
    assert sorted(states) == [("", "refused", "DOK-104"), ("pdf", "ready", ""), ("png", "ready", "")]
    page = client.get(f"/kommune/sager/{case.id}/").content.decode()
    assert "DOK-104" in page
    assert "Aflever PDF, Word" in page


def test_a_bomb_is_refused_and_others_are_served_meanwhile(
    cast: Cast, client_of: Client, workplace: Workplace
) -> None:
    client, case = client_of(cast.kim), cast.case("901", "draft")
    chosen = ("flad.zip", "overlap.zip", "nestet.pdf", "latter.docx", "flod.png", "makro.docx", "låst.pdf")
    for name, made, _ in bombs():
        if name not in chosen:
            continue
        bomb = made()
        begun = seconds()
        assert send(client, case, (name, bomb), ("god.png", png())).status_code == 302
        assert seconds() - begun < 10
    found = documents(case)
    assert {document.state for document in found if document.kind == ""} == {"refused"}
    assert [document.kind for document in found if document.state == "ready"] == ["png"]
    assert not list((workplace.home.folder / "arriving").iterdir())


def test_too_many_or_too_large_is_told_on_the_page_and_nothing_is_kept(
    cast: Cast, client_of: Client, workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagsbarometer.documents.limits import Limits
    from sagsbarometer.web.documents import arriving

    client, case = client_of(cast.kim), cast.case("901", "draft")
    monkeypatch.setattr(arriving, "LIMITS", Limits(file_bytes=5_000, request_bytes=9_000, request_files=3))
    reply = send(client, case, ("a.pdf", pdf() + b" " * 6_000))
    assert reply.status_code == 422
    assert "DOK-102" in reply.content.decode()
    reply = send(client, case, *((f"{n}.png", png()) for n in range(4)))
    assert reply.status_code == 422
    assert "DOK-103" in reply.content.decode()
    reply = client.post(f"/kommune/sager/{case.id}/filer/", {})
    assert reply.status_code == 422
    assert "Vælg mindst én fil" in reply.content.decode()
    assert not documents(case)
    assert not list((workplace.home.folder / "arriving").iterdir())


def test_strangers_put_nothing_on_the_disk(cast: Cast, client_of: Client, workplace: Workplace) -> None:
    from django.test import RequestFactory

    from sagsbarometer.web.documents.arriving import Arriving

    case = cast.case("901", "draft")
    assert send(client_of(None), case, ("a.pdf", pdf())).status_code in (302, 403)
    assert not list((workplace.home.folder / "arriving").iterdir())
    assert Arriving(RequestFactory().post("/")).request is not None


def test_a_case_delivered_meanwhile_takes_no_file(
    cast: Cast, client_of: Client, workplace: Workplace, databases: str
) -> None:
    from sagsbarometer.web.documents import storing

    case = cast.case("901", "submitted")
    assert send(client_of(cast.kim), case, ("a.pdf", pdf())).status_code == 409
    file = SimpleUploadedFile("a.pdf", pdf())
    path = workplace.home.folder / "arriving" / "sent"
    path.write_bytes(pdf())
    file.temporary_file_path = lambda: str(path)
    with pytest.raises(storing.NotOpen):
        storing.take(case, [file], user=cast.kim.id, purpose="aflevere")
    assert not list(workplace.home.documents.glob("*/*"))


def test_what_a_stopped_process_left_is_swept(cast: Cast, workplace: Workplace) -> None:
    import os

    from sagsbarometer.web.documents import arriving

    old, new = arriving.folder() / "old", arriving.folder() / "new"
    for path in (old, new):
        path.write_bytes(b"%PDF")
    os.utime(old, (time.time() - 7200,) * 2)
    assert arriving.sweep() == 1
    assert new.exists()
    assert not old.exists()


def test_the_doctor_tells_of_files_without_rows_and_rows_without_files(
    cast: Cast, client_of: Client, workplace: Workplace
) -> None:
    import os

    from sagsbarometer.web.documents import storing
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.keeping.doctor import files
    from sagsbarometer.web.letters.models import Letter

    case = cast.case("901", "draft")
    send(client_of(cast.kim), case, ("a.pdf", pdf()), ("b.exe", b"MZ"))
    with acting("system:tests", "letter"):
        Letter.objects.create(
            study=cast.launched,
            authority=cast.request("901").authority,
            kind="thanks",
            file="z" * 24,
            text_hash="0",
        )
    letter = workplace.home.documents / ("z" * 24)
    letter.write_bytes(b"x")
    left = storing.path_of("abcdefghjkmnpqrstuvwxyz2")
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    document = next(row for row in documents(case) if row.state == "ready")
    assert not storing.orphans()  # it may be on its way in
    for path in workplace.home.documents.rglob("*"):
        os.utime(path, (time.time() - 100_000,) * 2)
    assert storing.orphans() == [left]
    (told,) = files(workplace.home)
    assert "1 filer" in told.said
    assert left.name in told.said
    left.unlink()
    assert [found.is_well for found in files(workplace.home)] == [True]
    storing.path_of(document.id).unlink()
    (told,) = files(workplace.home)
    assert document.id in told.said
    assert not told.is_well


def _numbers(count: int) -> list[str]:
    made = random.Random(11)
    return [
        f"{made.randint(1, 28):02}{made.randint(1, 12):02}{made.randint(0, 99):02}-{made.randint(0, 9999):04}"
        for _ in range(count)
    ]


def test_thousand_cpr_numbers_leave_no_trace_in_pages_or_logs(
    cast: Cast, client_of: Client, workplace: Workplace
) -> None:
    """Through own numbers, file names and texts. What the page of a case shows its own municipality is masked too."""
    from sagsbarometer.web.logs import NoContent

    client, case = client_of(cast.kim), cast.case("901", "draft")
    numbers = _numbers(1_000)
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(NoContent())
    logging.getLogger().addHandler(handler)
    pages: list[str] = []
    try:
        base = f"/kommune/{case.request_id}/"
        for number in numbers[:300]:
            reply = client.post(f"{base}ny-sag/", {"own_number": number, "once": number, "result": number})
            assert reply.status_code == 422
        parts = {f"{number} a.png": png(4 + place, 4) for place, number in enumerate(numbers[300:450])}
        pages.append(send(client, case, (f"{numbers[450]}.zip", archive(parts))).content.decode())
        text = " ".join(numbers[451:])
        pages.append(
            send(
                client, case, (f"{numbers[0]}.docx", docx(text)), (f"{numbers[1]}.pdf", b"MZ")
            ).content.decode()
        )
        pages += [client.get(address).content.decode() for address in (base, f"{base}kontrol/", "/kommune/")]
        pages.append(client.get(f"/kommune/sager/{case.id}/").content.decode())
        submit(case)
        reader = client_of(cast.rikke)
        for document in documents(case):
            if document.kind == "docx":
                pages.append(reader.get(f"/dokumenter/{document.id}/tekst/").content.decode())
        client.get(f"/dokumenter/{numbers[0]}/")
        client.get(f"{base}{numbers[0]}/")
    finally:
        logging.getLogger().removeHandler(handler)
    for page in [*pages, log.getvalue()]:
        told = re.sub(r'(csrfmiddlewaretoken|once|seen)" value="[^"]*"', "", page)
        hits = [number for number in numbers if number in told or number.replace("-", "") in told]
        assert not hits, len(hits)
    plain = numbers[451].encode()
    for path in workplace.home.folder.rglob("*"):
        if path.is_file():
            assert plain not in path.read_bytes(), path.name


def test_script_in_every_name_is_shown_as_text(cast: Cast, client_of: Client) -> None:
    client, case = client_of(cast.kim), cast.case("901", "draft")
    script = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    send(client, case, (f"{script}.png", png()), (f"{script}.pdf", b"MZ"))
    sent = {"own_number": script[:50], "revision": "9", "result": "grant", "form": "written"}
    pages = [client.get(f"/kommune/sager/{case.id}/"), client.post(f"/kommune/sager/{case.id}/", sent)]
    sent["revision"] = "0"
    client.post(f"/kommune/sager/{case.id}/", sent)
    pages += [client.get(f"/kommune/sager/{case.id}/"), client.get(f"/kommune/{case.request_id}/")]
    for page in pages:
        assert "<script>alert" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert any("alert(1)" in page.content.decode() for page in pages)


def test_nothing_is_written_outside_the_house(cast: Cast, client_of: Client, tmp_path: Path) -> None:
    client, case = client_of(cast.kim), cast.case("901", "draft")
    for name in (
        "../../ud.png",
        "/etc/ud.png",
        "..\\ud.png",
        "a\u0000b.png",
        "x" * 400 + ".png",
        "\u202egnp.exe",
    ):
        assert send(client, case, (name, png(4, 4 + len(name)))).status_code in (302, 400, 422)
    assert not list(tmp_path.rglob("ud.png*"))
    from sagsbarometer.web.documents.storing import path_of

    for id in ("../x", "a/b", "", "æ"):
        with pytest.raises(ValueError):
            path_of(id)
