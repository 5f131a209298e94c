"""Examples of every kind of thing an address can be about, own, foreign, locked and not there."""

from __future__ import annotations

import hashlib
from typing import Any

from sagsbarometer.documents.vault import seal
from sagsbarometer.web.home import Home
from tests.web.cast import CLOSED, LAUNCHED, PLANNED, Cast
from tests.web.routes_in_tests import Thing

STATES = {LAUNCHED: "launched", PLANNED: "planning", CLOSED: "closed"}
_DELIVERY = {"municipality": "Opdigtet", "study": "Prøvestudie", "cases": [], "none": []}
PDF = b"%PDF-1.4\n%fiktivt\n"


def document_of(home: Home, case: Any, by: Any, *, name: str = "bilag.pdf", text: str = "Tekst") -> Any:
    """A document of a case, as if it had been delivered. Inside `acting`."""
    from sagsbarometer.web.documents import storing
    from sagsbarometer.web.documents.models import Document

    row = Document(
        study_id=case.study_id, case=case, municipality=case.municipality, kind="pdf", state="ready"
    )
    row.size, row.sha256, row.pages, row.cpr_found = len(PDF), hashlib.sha256(PDF).hexdigest(), 1, 0
    key = home.keys.study(case.study_id)
    row.uploaded_by = by
    row.name = seal(key, name.encode(), f"documents_document.name:{row.id}")
    for path, what, content in (
        (storing.path_of(row.id), "bytes", PDF + text.encode()),
        (storing.path_of(row.id, storing.TEXT), "text", text.encode()),
    ):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(seal(key, content, f"documents_document.{what}:{row.id}"))
    row.save(force_insert=True)
    return row


def fill_things(cast: Cast) -> None:
    """Adds to the cast a study that is archived, and a thing of each kind that the cast has none of."""
    from sagsbarometer.web.accounts import invitations
    from sagsbarometer.web.delivering.models import Case, Receipt
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.jobs.models import Job

    with acting("system:tests", "things"):
        invitations.invite("nora@example.dk", "Nora", "reviewer", by=cast.ada)
        for code in ("901", "902"):
            Receipt.objects.create(
                request=cast.request(code), once=f"once{code}", content=_DELIVERY, made_by=cast.kim
            )
        for case in Case.objects.filter(municipality__in=("901", "902", "903")).select_related("study"):
            document_of(cast.home, case, cast.kim)
    for name in ("anna", "kim"):
        Job.objects.create(kind="tests.nothing", actor=cast.person(name).id, state="done", said="Færdig")


def things(cast: Cast) -> dict[str, list[Thing]]:
    """Kind of thing -> examples. A kind without one that is there would hide its routes: the test fails on it."""
    from sagsbarometer.web.accounts.models import Disqualification, Invitation, Membership
    from sagsbarometer.web.delivering.models import Receipt
    from sagsbarometer.web.documents.models import Document
    from sagsbarometer.web.jobs.models import Job

    studies = [Thing(state, {"study": id}, True, id, state) for id, state in STATES.items()]
    none = "zzzzzzzzzz"
    gone = Thing("none", {"study": none}, False)
    kim = cast.kim
    jobs = [(job, "anna" if job.actor == cast.anna.id else "kim") for job in Job.objects.order_by("id")]
    documents = list(
        Document.objects.select_related("case__study", "case__request").order_by("municipality", "id")
    )
    receipts = list(Receipt.objects.select_related("request__study", "request__authority"))
    cases = [cast.case("901", "draft"), cast.case("901"), cast.case("901", "returned")]
    cases += [cast.case("902", "draft"), cast.case("902", "submitted"), cast.case("902", "screened_in")]
    cases += [cast.case("903"), cast.case("903", "excluded"), cast.case("901", "screened_in", CLOSED)]
    requests = [cast.request(code) for code in ("901", "902", "903", "904", "906", "907")] + [
        cast.request("901", CLOSED)
    ]

    def simple(argument: str, id: str) -> list[Thing]:
        return [Thing("there", {argument: id}), Thing("none", {argument: none}, False)]

    return {
        "nothing": [Thing("")],
        "study": [*studies, gone],
        "step": [_more(thing, step="opdrag") for thing in (*studies, gone)],
        "kind": [_more(thing, kind="call_in") for thing in (*studies, gone)],
        "letter": [*_letters(cast), Thing("none", {"study": LAUNCHED, "letter": none}, False)],
        "request": [*map(_of_request, requests), Thing("none", {"request_id": none}, False)],
        "marked": [
            *(_more(_of_request(row), file="zzzz") for row in requests),
            Thing("none", {"request_id": none, "file": "zzzz"}, False),
        ],
        "case": [*(_of_case(row, case=row.id) for row in cases), Thing("none", {"case": none}, False)],
        "delivered": [
            *(_delivered(row) for row in cases),
            Thing("another study's", {"study": PLANNED, "case": cases[1].id}, False),
            Thing("none", {"study": LAUNCHED, "case": none}, False),
        ],
        "document": [
            *(_of_case(row.case, document=row.id) for row in documents),
            Thing("none", {"document": none}, False),
        ],
        "receipt": [
            *(
                Thing(
                    f"receipt {row.request.authority.code}",
                    {"receipt": row.id},
                    study=row.request.study_id,
                    study_state=row.request.study.state,
                    code=row.request.authority.code,
                    request_state=row.request.state,
                )
                for row in receipts
            ),
            Thing("none", {"receipt": none}, False),
        ],
        "job": [
            *(Thing(f"{of}'s", {"job": job.id}, owner=of) for job, of in jobs),
            Thing("none", {"job": none}, False),
        ],
        "any_job": [
            *(Thing(f"{of}'s", {"job": job.id}) for job, of in jobs),
            Thing("none", {"job": none}, False),
        ],
        "person": simple("person", kim.id),
        "invitation": simple("invitation", Invitation.objects.get().id),
        "membership": simple("membership", Membership.objects.get(user=kim).id),
        "disqualification": simple("disqualification", Disqualification.objects.order_by("id")[0].id),
        "event": [Thing("the first", {"seq": "1"})],
        "token": [Thing("none that works", {"token": "x" * 43})],
        "reset": [Thing("none that works", {"uidb36": "zzzz", "key": "zzzz-zzzz"})],
        "provider": [Thing("none", {"provider_id": "nosuch"})],
    }


def _more(thing: Thing, **arguments: str) -> Thing:
    from dataclasses import replace

    return replace(thing, arguments={**thing.arguments, **arguments})


def _letters(cast: Cast) -> list[Thing]:
    """One letter of the launched study, with its file."""
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.letters.models import Letter

    letter = Letter.objects.first()
    if letter is None:
        with acting("system:tests", "letter"):
            letter = Letter(study=cast.launched, authority=cast.request("901").authority, kind="thanks")
            letter.text_hash, letter.file = "0" * 64, "z" * 24
            sealed = seal(cast.home.keys.study(LAUNCHED), PDF, f"letter.file:{letter.file}")
            (cast.home.documents / letter.file).write_bytes(sealed)
            letter.save(force_insert=True)
    return [Thing("letter", {"study": LAUNCHED, "letter": letter.id}, True, LAUNCHED, "launched")]


def _of_request(row: Any) -> Thing:
    return Thing(
        f"{row.authority.code} {row.state}",
        {"request_id": row.id},
        study=row.study_id,
        study_state=row.study.state,
        code=row.authority.code,
        request_state=row.state,
    )


def _of_case(row: Any, **arguments: str) -> Thing:
    return Thing(
        f"{row.municipality} {row.state}",
        arguments,
        study=row.study_id,
        study_state=row.study.state,
        code=row.municipality,
        case=row.id,
        case_state=row.state,
        request_state=row.request.state,
    )


def _delivered(row: Any) -> Thing:
    """A case as the house sees it: a draft is not there."""
    thing = _of_case(row, study=row.study_id, case=row.id)
    return thing if row.state != "draft" else Thing("draft", thing.arguments, False)
