"""Examples of every kind of thing an address can be about, own, foreign, locked and not there."""

from __future__ import annotations

import hashlib
from typing import Any

from sagsbarometer.documents.vault import seal
from sagsbarometer.web.home import Home
from tests.web.cast import CLOSED, LAUNCHED, PLANNED, Cast
from tests.web.routes_in_tests import Thing

AGAIN = ", once more"
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
    _readings(cast)
    _shown_sheets(cast)
    for name in ("anna", "kim"):
        Job.objects.create(kind="tests.nothing", actor=cast.person(name).id, state="done", said="Færdig")


def _readings(cast: Cast) -> None:
    """A reading under way, one handed in, one of a case that was taken out, and one of somebody partial."""
    from django.utils import timezone

    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.reviewing.models import Freeze
    from tests.web.readings_in_tests import reading_of, screened_in, submitted

    reading_of(cast, "rikke")
    handed_in, out = screened_in(cast, 2)
    submitted(reading_of(cast, "rikke", case=handed_in))
    withdrawn = reading_of(cast, "rikke", case=out)
    reading_of(cast, "disa", "903")
    _read_again(cast)
    first = reading_of(cast, "rasmus", case=screened_in(cast)[0], second=True)
    second = reading_of(cast, "rikke", case=first.case, place=2)
    submitted(first)
    submitted(second)
    with acting("system:tests", "readings"):
        first.review.refresh_from_db()
        first.review.differs = True
        first.review.save()
        Freeze.objects.create(
            study=cast.launched, number=1, cases=1, data_date="2026-11-01", form_version=1, rows_hash="0" * 64,
            job="z" * 16, by=cast.anna,
        )  # fmt: skip
    _exercise(cast)
    with acting("system:tests", "readings"):
        withdrawn.review.withdrawn_at = timezone.now()
        withdrawn.review.save()
        _beside_answers(cast)


def _shown_sheets(cast: Cast) -> None:
    """A sheet that 902 was shown with an objection to it, one of 903, and one that nobody was shown."""
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.findings.models import Objection
    from tests.web.findings_in_tests import read_case, released_sheet, written

    shown = released_sheet(cast, "902")
    released_sheet(cast, "903")
    written(read_case(cast, "902"))
    with acting("system:tests", "findings"):
        Objection.objects.create(sheet=shown, case=shown.case, words=b"", once="objection", by=cast.karla)


def _exercise(cast: Cast) -> None:
    """A case that is practised on, handed in."""
    from sagsbarometer.web.events.acting import acting
    from tests.web.readings_in_tests import reading_of, screened_in, submitted

    done = reading_of(cast, "rikke", case=screened_in(cast)[0])
    with acting("system:tests", "readings"):
        done.review.use = "learning"
        done.review.save()
    submitted(done)


def _read_again(cast: Cast) -> None:
    """A locked case of Rasmus' and Rikke's, read once more by Disa; the folder of its freezing is not there."""
    from django.utils import timezone

    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.reviewing.models import Freeze, Reading, Reread
    from tests.web.readings_in_tests import reading_of, screened_in, submitted

    old = reading_of(cast, "rasmus", case=screened_in(cast)[0], second=True)
    submitted(old)
    submitted(reading_of(cast, "rikke", case=old.case, place=2))
    with acting("system:tests", "readings"):
        old.review.locked_at = timezone.now()
        old.review.save()
        frozen = Freeze.objects.create(
            study=cast.launched, number=2, cases=1, data_date="2026-11-01", form_version=1, rows_hash="0" * 64,
            job="y" * 16, by=cast.anna,
        )  # fmt: skip
        groups = {
            "with": {"cases": [], "drawn": []},
            "without": {"cases": [old.case_id], "drawn": [old.case_id]},
        }
        drawn = Reread.objects.create(
            study=cast.launched, freeze=frozen, measure="any_material_defect", seed="s", groups=groups,
            hash="0" * 64, once="reread", by=cast.anna,
        )  # fmt: skip
        Reading.objects.create(
            case=old.case, review=old.review, reader=cast.disa, place=3, form_version=1, reread=drawn,
            state="submitted", submitted_at=timezone.now(),
        )  # fmt: skip


def _beside_answers(cast: Cast) -> None:
    """A doubt, a citation and an answer to look at again in each reading, and a rule. Inside `acting`."""
    from sagsbarometer.web.reviewing.models import Citation, CodebookRule, Doubt, Look, Reading

    for row in Reading.objects.order_by("id"):
        Doubt.objects.create(reading=row, question="result", by=row.reader)
        Citation.objects.create(
            reading=row, question="step_age", norm="condition:serviceloven/97/age", by=row.reader
        )
        Look.objects.create(reading=row, question="result", why="form")
    CodebookRule.objects.create(
        study=cast.launched, question="result", text="En regel", once="rule", by=cast.anna
    )


def things(cast: Cast) -> dict[str, list[Thing]]:
    """Kind of thing -> examples. A kind without one that is there would hide its routes: the test fails on it."""
    from sagsbarometer.web.accounts.models import Disqualification, Invitation, Membership
    from sagsbarometer.web.delivering.models import Receipt
    from sagsbarometer.web.documents.models import Document
    from sagsbarometer.web.jobs.models import Job
    from sagsbarometer.web.reviewing.models import CodebookRule

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

    readings = [*_of_readings(), Thing("none", {"reading": none}, False)]

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
        "reading": readings,
        "reading_of_study": [_more(thing, study=LAUNCHED) for thing in readings],
        "review_of_study": [*_of_reviews(), Thing("none", {"study": LAUNCHED, "case": none}, False)],
        "known": [
            *(thing for thing in _of_reviews() if thing.arguments["case"] in _known()),
            Thing("none", {"study": LAUNCHED, "case": none}, False),
        ],
        "exercise": [
            *(thing for thing in _of_readings() if thing.case in _known()),
            Thing("none", {"reading": none}, False),
        ],
        "sheet_case": [
            *(_unmeasured(thing) for thing in _of_reviews()),
            Thing("none", {"study": LAUNCHED, "case": none}, False),
        ],
        "sheet_number": [
            *(
                _more(thing, number="1")
                for thing in _of_reviews()
                if thing.arguments["case"] in {row.case_id for row in _sheets()}
            ),
            Thing("none", {"study": LAUNCHED, "case": none, "number": "1"}, False),
        ],
        "own_sheet": [*_of_sheets(), Thing("none", {"sheet": none}, False)],
        "own_objection": [
            *(_of_case(row.case, objection=row.id) for row in _objections()),
            Thing("none", {"objection": none}, False),
        ],
        "objection": [
            *(_of_case(row.case, study=LAUNCHED, objection=row.id) for row in _objections()),
            *(_gone(row.case, study=PLANNED, objection=row.id) for row in _objections()),
            Thing("none", {"study": LAUNCHED, "objection": none}, False),
        ],
        "case_after": [
            *(
                _of_case(row.case, study=LAUNCHED, case=row.case_id)
                if row.state == "released"
                else _gone(row.case, study=LAUNCHED, case=row.case_id)
                for row in _sheets()
            ),
            Thing("none", {"study": LAUNCHED, "case": none}, False),
        ],
        "answers_file": [_more(thing, format="csv") for thing in (*studies, gone)],
        "answers_in": [_more(thing, file="zzzz") for thing in (*studies, gone)],
        "rereading": [
            *(_more(thing, study=LAUNCHED) for thing in readings if thing.label.endswith(AGAIN)),
            Thing("none", {"study": LAUNCHED, "reading": none}, False),
        ],
        "freeze": [_more(thing, number="1") for thing in (*studies, gone)],
        "number": [_more(thing, number="1", measure="any_material_defect") for thing in (*studies, gone)],
        "numbers_file": [_more(thing, number="1", path="index.html") for thing in (*studies, gone)],
        "citation": [
            *_beside("citations", readings),
            Thing("none", {"reading": none, "citation": none}, False),
        ],
        "look": [*_beside("looks", readings), Thing("none", {"reading": none, "look": none}, False)],
        "doubt": [*_doubts(readings), Thing("none", {"study": LAUNCHED, "doubt": none}, False)],
        "rule": [
            _more(thing, rule=CodebookRule.objects.get().id) for thing in studies if thing.study == LAUNCHED
        ],
        "reading_question": [_more(thing, question="result") for thing in readings],
        "reading_document": [_more(thing, document=none) for thing in readings],
        "reading_page": [_more(thing, document=none, page="1") for thing in readings],
        "reading_picture": [_more(thing, document=none, number="1") for thing in readings],
        "reading_pin": [_more(thing, pin=none) for thing in readings],
        "reading_check": [_more(thing, check="decision_in_file") for thing in readings],
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
        # One's own, another's and none get the same reply.
        "session": [Thing("none of one's own", {"session": "0"})],
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


def _of_readings() -> list[Thing]:
    from dataclasses import replace

    from sagsbarometer.web.reviewing.finding import reading_state
    from sagsbarometer.web.reviewing.models import Reading

    rows = Reading.objects.select_related("review__case__study", "review__case__request", "reader")
    return [
        replace(
            _of_case(row.review.case, reading=row.id),
            label=f"reading {row.state} of {row.reader.email}{AGAIN if row.reread_id else ''}",
            owner=row.reader.email.partition("@")[0],
            reading_state=row.state,
            course=reading_state(row).course,
            # What is read once more is there for its own reader alone.
            readers=frozenset(
                one.reader.email.partition("@")[0]
                for one in row.review.readings.all()
                if one.reread_id == row.reread_id
            ),
        )
        for row in rows.order_by("id")
    ]


def _beside(related: str, readings: list[Thing]) -> list[Thing]:
    """What stands beside an answer of each reading, by the name of its relation."""
    from sagsbarometer.web.reviewing.models import Reading

    found = []
    for thing in readings:
        row = Reading.objects.filter(pk=thing.arguments["reading"]).first()
        one = getattr(row, related).order_by("id").first() if row is not None else None
        if one is not None:
            found.append(_more(thing, **{related.removesuffix("s"): one.id}))
    return found


def _doubts(readings: list[Thing]) -> list[Thing]:
    from dataclasses import replace

    return [
        replace(thing, arguments={"study": LAUNCHED, "doubt": thing.arguments["doubt"]})
        for thing in _beside("doubts", readings)
    ]


def _of_reviews() -> list[Thing]:
    from dataclasses import replace

    from sagsbarometer.web.reviewing.finding import review_state
    from sagsbarometer.web.reviewing.models import CaseReview

    rows = CaseReview.objects.select_related("case__study", "case__request").order_by("case_id")
    return [
        replace(
            _of_case(row.case, study=row.study_id, case=row.case_id),
            label=f"review {review_state(row).course}",
            course=review_state(row).course,
            readers=frozenset(
                reading.reader.email.partition("@")[0]
                for reading in row.readings.all()
                if not reading.reread_id
            ),
        )
        for row in rows
    ]


def _sheets() -> list[Any]:
    from sagsbarometer.web.findings.models import Sheet

    return list(Sheet.objects.select_related("case__study", "case__request").order_by("id"))


def _of_sheets() -> list[Thing]:
    """A sheet as its municipality sees it: one that nobody was shown is not there."""
    return [(_of_case if row.state == "released" else _gone)(row.case, sheet=row.id) for row in _sheets()]


def _objections() -> list[Any]:
    from sagsbarometer.web.findings.models import Objection

    return list(Objection.objects.select_related("case__study", "case__request").order_by("id"))


def _gone(row: Any, **arguments: str) -> Thing:
    return Thing("not there", _of_case(row, **arguments).arguments, False)


def _unmeasured(thing: Thing) -> Thing:
    """A case that is not measured has no finding of its own."""
    if thing.arguments["case"] not in _known():
        return thing
    return Thing("known", thing.arguments, False)


def _known() -> set[str]:
    from sagsbarometer.web.reviewing.models import CaseReview

    return set(CaseReview.objects.exclude(use="measure").values_list("case_id", flat=True))


def _delivered(row: Any) -> Thing:
    """A case as the house sees it: a draft is not there."""
    thing = _of_case(row, study=row.study_id, case=row.id)
    return thing if row.state != "draft" else Thing("draft", thing.arguments, False)
