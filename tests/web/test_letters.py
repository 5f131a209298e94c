"""Letters are made for all, kept locked, and sent once: what fails is told and sent again."""

from __future__ import annotations

import asyncio
import io
import socket
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from sagsbarometer.documents.vault import Tampered, unseal
from tests.web.days_in_tests import set_day
from tests.web.test_planning import FILLED, fill, make

REFUSED = "kontakt@kommune-905.example"


class Post:
    """A mail server of the test: what it took, and one address it refuses."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.refuse = {REFUSED}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Refuses the address."""
        if address in self.refuse:
            return "550 unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keeps what came."""
        await asyncio.sleep(0)
        self.taken.append((envelope.rcpt_tos[0], bytes(envelope.content)))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Post]:
    from aiosmtpd.controller import Controller
    from django.test import override_settings

    post = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        backend = "django.core.mail.backends.smtp.EmailBackend"
        with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
            yield post
    finally:
        controller.stop()


@pytest.fixture(autouse=True)
def _while_its_days_are_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    set_day(monkeypatch, date(2026, 11, 23))


@pytest.fixture
def launched(cast: Any, client_of: Any) -> tuple[Any, Any]:
    """A study of all 98, launched, and the client of the one who plans it."""
    client = client_of(cast.anna)
    study = fill(client, make(client))
    assert client.post(f"/studier/{study.id}/saet-i-gang/", {"revision": study.revision}).status_code == 302
    study.refresh_from_db()
    return study, client


def do(study: Any, client: Any, kind: str, what: str) -> Any:
    """Asks on the page for work, and does it as the worker would."""
    from sagsbarometer.web.jobs.kinds import KINDS
    from sagsbarometer.web.jobs.models import Job

    reply = client.post(f"/studier/{study.id}/breve/{kind}/{what}/", {"once": "x" * 32})
    assert reply.status_code == 302, reply.content.decode()
    job = Job.objects.filter(kind=f"letters.{'make' if what == 'lav' else 'send'}").latest("asked_at")
    told: list[tuple[int, int, str]] = []
    KINDS[job.kind].work(job, job.arguments, lambda done, total, said: told.append((done, total, said)))
    return told


def test_a_letter_is_tagged_pdf_ua_in_danish_and_kept_locked(
    launched: Any, workplace: Any, databases: str
) -> None:
    import pikepdf

    from sagsbarometer.web.letters.fields import addressees
    from sagsbarometer.web.letters.making import make as make_letter
    from sagsbarometer.web.letters.models import Letter

    study, client = launched
    to = addressees(study)["901"]
    own = make_letter(study, "call_in", to, study.made_by_id)
    assert own is not None
    data = client.get(f"/studier/{study.id}/breve/brev/{own.id}.pdf").content
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "da"
        assert b"pdfuaid" in pdf.Root.Metadata.read_bytes()
        assert str(pdf.docinfo["/Title"]) == "Indkaldelse af sager"
    locked = (workplace.home.documents / own.file).read_bytes()
    assert b"%PDF-1." not in locked
    with pytest.raises(Tampered):
        unseal(b"0" * 32, locked, f"letter.file:{own.file}")
    # Made again it is the same letter; where the plan says something else, it takes its place.
    same = make_letter(study, "call_in", to, study.made_by_id)
    assert same is not None
    assert same.file == own.file
    study.plan["letters"]["phone"] = "12 34 56 78"
    other = make_letter(study, "call_in", to, study.made_by_id)
    assert other is not None
    assert (other.id, other.file == own.file) == (own.id, False)
    assert Letter.objects.filter(study=study).count() == 1
    assert not (workplace.home.documents / own.file).exists()


def test_a_call_in_is_made_for_all_sent_once_and_what_failed_is_sent_again(launched: Any) -> None:
    from sagsbarometer.web.delivering.models import Request
    from sagsbarometer.web.jobs.models import Job
    from sagsbarometer.web.letters.models import Letter

    study, client = launched
    told = do(study, client, "call_in", "lav")
    assert told[-1][:2] == (98, 98)
    assert Letter.objects.filter(study=study).count() == 98
    with mail_server() as post:
        assert do(study, client, "call_in", "send")[-1][2] == "97 sendt, 1 kunne ikke sendes"
        assert len(post.taken) == len({address for address, _ in post.taken}) == 97
        requests = Request.objects.filter(study=study)
        assert requests.filter(state="called_in", deadline="2027-03-15").count() == 97
        failed = Letter.objects.get(study=study, state="failed")
        page = client.get(f"/studier/{study.id}/breve/").content.decode()
        assert "Mailserveren afviste adressen." in page
        assert REFUSED not in page
        post.refuse.clear()
        post.taken.clear()
        client.post(f"/studier/{study.id}/breve/brev/{failed.id}/igen/")
        do_again = do_send(study, client)
        assert (do_again, [address for address, _ in post.taken]) == (
            "1 sendt, 0 kunne ikke sendes",
            [REFUSED],
        )
    assert requests.filter(state="called_in").count() == 98
    assert Job.objects.filter(kind="letters.remind", study=study.id).count() == 2


def test_a_deadline_that_is_moved_moves_for_those_called_in_and_reminders_follow(launched: Any) -> None:
    from sagsbarometer.web.delivering.models import Request
    from sagsbarometer.web.jobs.kinds import KINDS
    from sagsbarometer.web.jobs.models import Job
    from sagsbarometer.web.letters.fields import addressees
    from sagsbarometer.web.letters.making import make as make_letter
    from sagsbarometer.web.letters.making import send

    study, client = launched
    own = make_letter(study, "call_in", addressees(study)["902"], study.made_by_id)
    assert own is not None
    with mail_server():
        send(study, "call_in", study.made_by_id, lambda *told: None)
    study.refresh_from_db()
    new = FILLED["kalender"] | {"deadline_count": "6", "revision": study.revision, "reason": "Ferie"}
    assert client.post(f"/studier/{study.id}/plan/kalender/aendr/", new).status_code == 302
    # Six weeks from Monday 15 February 2027 are Monday 29 March, Easter Monday: the day after.
    (request,) = Request.objects.filter(study=study, state="called_in")
    assert str(request.deadline) == "2027-03-30"
    days = sorted(
        str(job.arguments["day"]) for job in Job.objects.filter(kind="letters.remind", study=study.id)
    )
    assert days == ["2027-03-18", "2027-04-01"]  # 24, 23, 22, 19 and 18 March
    # On its day it goes to the one who is called in and lacks cases; done again, to nobody.
    job = Job.objects.get(kind="letters.remind", study=study.id, arguments__day="2027-03-18")
    with mail_server() as post:
        for _ in range(2):
            KINDS["letters.remind"].work(job, job.arguments, lambda *told: None)
        assert [address for address, _ in post.taken] == ["kontakt@kommune-902.example"]


def test_a_mail_server_that_is_not_there_fails_every_letter_and_loses_none(launched: Any) -> None:
    from django.test import override_settings

    from sagsbarometer.web.letters.fields import addressees
    from sagsbarometer.web.letters.making import make as make_letter
    from sagsbarometer.web.letters.making import send

    study, _ = launched
    own = make_letter(study, "notice", addressees(study)["904"], study.made_by_id)
    assert own is not None
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=9):
        send(study, "notice", study.made_by_id, lambda *told: None)
    own.refresh_from_db()
    assert own.state == "failed"
    assert "svarer ikke" in own.fault


def do_send(study: Any, client: Any) -> str:
    """Sends what waits; what was said last."""
    from sagsbarometer.web.letters.making import send

    said: list[str] = [""]
    send(study, "call_in", study.made_by_id, lambda done, total, words: said.append(words))
    return said[-1]


def test_a_letter_cut_off_while_it_was_sent_is_never_sent_by_itself(launched: Any) -> None:
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.letters.fields import addressees
    from sagsbarometer.web.letters.making import make as make_letter

    study, client = launched
    own = make_letter(study, "notice", addressees(study)["902"], study.made_by_id)
    assert own is not None
    with acting("system:tests", "cut off"):
        own.state = "sending"
        own.save()
    with mail_server() as post:
        do_send(study, client)
        assert post.taken == []
    url = f"/studier/{study.id}/breve/brev/{own.id}/igen/"
    client.post(url)
    own.refresh_from_db()
    assert own.state == "sending"
    client.post(url, {"sure": "yes"})
    own.refresh_from_db()
    assert own.state == "made"


def test_an_older_letter_is_not_sent(launched: Any) -> None:
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.letters.fields import addressees
    from sagsbarometer.web.letters.making import make as make_letter
    from sagsbarometer.web.letters.making import send

    study, _ = launched
    own = make_letter(study, "call_in", addressees(study)["903"], study.made_by_id)
    assert own is not None
    study.plan["calendar"]["deadline_count"] = 6
    with acting("system:tests", "amended"):
        study.save()
    with mail_server() as post:
        send(study, "call_in", study.made_by_id, lambda *told: None)
        assert post.taken == []
    own.refresh_from_db()
    assert own.state == "failed"
    assert "ændret" in own.fault


def test_letters_are_fetched_as_zip_and_then_count_as_gone(launched: Any) -> None:
    from sagsbarometer.web.delivering.models import Request
    from sagsbarometer.web.jobs.models import Job
    from sagsbarometer.web.letters.fields import addressees
    from sagsbarometer.web.letters.making import make as make_letter

    study, client = launched
    for code in ("901", "902"):
        make_letter(study, "notice", addressees(study)[code], study.made_by_id)
    reply = client.post(f"/studier/{study.id}/breve/notice/hent/")
    with zipfile.ZipFile(io.BytesIO(reply.content)) as packed:
        assert packed.namelist() == ["901-notice-1.pdf", "902-notice-1.pdf"]
    assert Request.objects.filter(study=study, state="noticed").count() == 2
    # A call-in that is fetched asks for its reminders as one that is sent.
    assert Job.objects.filter(kind="letters.remind", study=study.id).count() == 0
    make_letter(study, "call_in", addressees(study)["901"], study.made_by_id)
    assert client.post(f"/studier/{study.id}/breve/call_in/hent/").status_code == 200
    assert Job.objects.filter(kind="letters.remind", study=study.id).count() == 2


def test_a_call_in_after_its_day_is_told_that_the_deadline_does_not_move(launched: Any) -> None:
    from sagsbarometer.web.events.acting import acting

    study, client = launched
    told = "Dagen for indkaldelsen er gået"
    url = f"/studier/{study.id}/breve/"
    assert told not in client.get(url).content.decode()
    study.plan["calendar"]["call_in_on"] = "2026-02-16"
    with acting("system:tests", "late"):
        study.save()
    assert told in client.get(url).content.decode()


def test_a_text_with_an_unknown_field_is_told_with_its_line_and_not_made(launched: Any) -> None:
    from sagsbarometer.web.events.acting import acting

    study, client = launched
    study.plan["letters"]["thanks"] = "# Tak\n\nKære {kommune}\n"
    with acting("system:tests", "text"):
        study.save()
    page = client.get(f"/studier/{study.id}/breve/thanks/").content.decode()
    assert "BREV-109, linje 3" in page
    assert client.get(f"/studier/{study.id}/breve/thanks/proeve.pdf?kommune=901").status_code == 404
    assert client.post(f"/studier/{study.id}/breve/thanks/lav/").url.endswith("/breve/thanks/")


def test_the_preview_is_the_municipalitys_own_and_runs_nothing(launched: Any) -> None:
    from sagsbarometer.web.events.acting import acting

    study, client = launched
    study.plan["letters"]["thanks"] = (
        "# Tak {municipality}\n\n<script>alert(1)</script> [x](javascript:alert(1))\n"
    )
    with acting("system:tests", "text"):
        study.save()
    page = client.get(f"/studier/{study.id}/breve/thanks/?kommune=902").content.decode()
    assert "Tak Almesund" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert client.get(f"/studier/{study.id}/breve/call_in/proeve.pdf?kommune=902").content.startswith(b"%PDF")


def test_a_letter_is_dated_and_printed_again_it_is_the_same_to_the_byte(launched: Any) -> None:
    from sagsbarometer.web.letters.fields import addressees, dateline, letter
    from sagsbarometer.web.letters.making import is_current
    from sagsbarometer.web.letters.making import make as make_letter
    from sagsbarometer.web.letters.pdf import letter_pdf

    study, client = launched
    to = addressees(study)["901"]
    study.plan["letters"]["place"] = "Aalborg"
    own = make_letter(study, "notice", to, study.made_by_id, day=date(2027, 1, 11))
    assert own is not None
    data = client.get(f"/studier/{study.id}/breve/brev/{own.id}.pdf").content
    assert "Aalborg, den 11. januar 2027" in words_of(data)
    own.refresh_from_db()
    sender = study.plan["letters"]["sender"]
    assert data == letter_pdf(letter(study, "notice", to), sender, dateline(study, own.dated))
    # Its day passes and it is still what would be sent; made again on another day, it gets that day.
    assert is_current(study, own, to)
    again = make_letter(study, "notice", to, study.made_by_id, day=date(2027, 1, 12))
    assert again is not None
    assert (again.id, str(again.dated)) == (own.id, "2027-01-12")
    page = client.get(f"/studier/{study.id}/breve/notice/?kommune=901").content.decode()
    assert 'class="workplace-dateline"' in page


def words_of(data: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


def test_a_letter_that_was_purged_has_a_page_that_says_so(launched: Any, workplace: Any) -> None:
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.letters.fields import addressees
    from sagsbarometer.web.letters.making import make as make_letter
    from sagsbarometer.web.letters.making import send

    study, client = launched
    own = make_letter(study, "notice", addressees(study)["902"], study.made_by_id)
    assert own is not None
    (workplace.home.documents / own.file).unlink()
    url = f"/studier/{study.id}/breve/brev/{own.id}.pdf"
    reply = client.get(url)
    assert reply.status_code == 410
    assert "Filen mangler eller er skadet." in reply.content.decode()
    # It cannot be fetched or sent, and is then made anew.
    assert client.post(f"/studier/{study.id}/breve/notice/hent/").status_code == 302
    assert make_letter(study, "notice", addressees(study)["902"], study.made_by_id) is not None
    assert client.get(url).status_code == 200
    own.refresh_from_db()
    (workplace.home.documents / own.file).unlink()
    with mail_server() as post:
        send(study, "notice", study.made_by_id, lambda *told: None)
        assert post.taken == []
    own.refresh_from_db()
    assert own.state == "failed"
    assert make_letter(study, "notice", addressees(study)["902"], study.made_by_id) is not None
    assert client.get(url).status_code == 200
    with acting("system:tests", "purged"):
        study.state = "purged"
        study.save()
    workplace.home.keys.destroy_study(study.id)
    reply = client.get(url)
    assert reply.status_code == 410
    assert "er slettet" in reply.content.decode()


def test_each_case_that_is_replaced_has_its_letter_also_where_it_says_the_same(launched: Any) -> None:
    from dataclasses import replace

    from sagsbarometer.web.delivering.models import Case, Request
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.letters.fields import addressees
    from sagsbarometer.web.letters.making import by_hand
    from sagsbarometer.web.letters.making import make as make_letter
    from sagsbarometer.web.letters.models import Letter

    study, _ = launched
    request = Request.objects.get(study=study, authority__code="903")
    to = replace(addressees(study)["903"], missing=1, state="reopened")

    def replaced(number: int) -> None:
        with acting("system:tests", "replaced"):
            out = Case.objects.create(
                study=study, request=request, municipality="903", number=number, state="excluded"
            )
            Case.objects.create(
                study=study, request=request, municipality="903", number=number + 1, replaces=out
            )

    def gone(own: Any) -> None:
        with acting("system:tests", "fetched"):
            by_hand(study, [own], own.made_at)

    replaced(1)
    first = make_letter(study, "replacement", to, study.made_by_id)
    assert first is not None
    gone(first)
    assert make_letter(study, "replacement", to, study.made_by_id) is None  # asked for again by a page
    replaced(3)
    second = make_letter(study, "replacement", to, study.made_by_id)
    assert second is not None
    assert (second.number, second.text_hash == first.text_hash) == (2, True)
    gone(second)
    assert make_letter(study, "replacement", to, study.made_by_id) is None
    assert Letter.objects.filter(study=study, kind="replacement").count() == 2
