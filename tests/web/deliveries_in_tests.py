"""What the tests of deliveries share: a case as it is answered, made and given its file on the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.uploads_in_tests import pdf
from tests.web.cast import Cast

Client = Callable[..., Any]
ANSWERS = {
    "own_number": "2026-000123",
    "occasion": "new_application",
    "application_date": "02-03-2026",
    "form": "written",
    "decision_date": "11-05-2026",
    "result": "refusal",
    "appealed": "no",
    "published_deadline_weeks": "8",
    "new_date_given__state": "",
    "new_date_given": "not_relevant",
}


def base(cast: Cast, code: str = "908") -> str:
    """The address of what a municipality is asked for."""
    return f"/kommune/{cast.request(code).id}/"


def new_case(client: Any, cast: Cast, once: str = "a" * 24, **changed: str) -> Any:
    """A case made on the page; its row."""
    from sagsbarometer.web.delivering.models import Case

    reply = client.post(f"{base(cast)}ny-sag/", {**ANSWERS, "once": once, **changed})
    assert reply.status_code == 302, faults(reply)
    return Case.objects.get(pk=reply.url.rstrip("/").rpartition("/")[2])


def put_file(client: Any, case: Any, name: str = "afgørelse.pdf", content: bytes = b"", **more: Any) -> Any:
    """Puts a file in a case."""
    sent = SimpleUploadedFile(name, content or pdf(f"sag {case.number}"))
    return client.post(f"/kommune/sager/{case.id}/filer/", {"files": [sent], **more})


def faults(reply: Any) -> list[str]:
    """What the summary of faults says."""
    return re.findall(r'<li><a href="#[^"]*">([^<]*)</a></li>', reply.content.decode())


def hidden(reply: Any, name: str) -> str:
    """A hidden value of a form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', reply.content.decode())
    assert found, name
    return found.group(1)


def complete(client: Any, cast: Cast) -> list[Any]:
    """The four cases that are asked for, each with a document."""
    made = [new_case(client, cast, once=f"case{n}", own_number=f"2026-{n}") for n in range(4)]
    for case in made:
        assert put_file(client, case).status_code == 302
    return made


def contact(cast: Cast, code: str, name: str = "kontakt") -> Any:
    """A new contact of a municipality."""
    from sagsbarometer.web.accounts.models import Membership, User
    from sagsbarometer.web.events.acting import acting

    with acting("system:tests", "cast"):
        user = User.objects.create(email=f"{name}{code}@example.dk", name=f"Kontakt {code}")
        Membership.objects.create(user=user, role="municipal_contact", study=cast.launched, municipality=code)
    return user
