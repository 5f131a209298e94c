"""The scene written into a new house: people, the study, requests, cases with their documents, and verdicts."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from demo.workplace.cases import NOT_RELEVANT, SEED, DemoCase, Scene
from demo.workplace.decisions import decision, made_up_cpr, note_without_decision, pdf, scan, shared_note
from demo.workplace.people import Person
from demo.workplace.plan import NAME, plan
from sagsbarometer.kernel.dates import COPENHAGEN

ACTOR, PURPOSE = "system:demo", "demo"
SHARED = 10  # documents that the cases already looked at have a copy of
OWN = 30  # of the cases that wait have a document of their own: every second of them, and each with something to see
_PAPER = 40  # one in so many of the cases already looked at has a document on paper
_READERS = 3  # files checked at a time: each in a process of its own


def moment(day: date | None, seed: int) -> datetime | None:
    """Some time in the working hours of a day."""
    if day is None:
        return None
    minute = random.Random(seed).randint(8 * 60, 16 * 60)
    local = datetime.combine(day, time(), COPENHAGEN) + timedelta(minutes=minute)
    return min(local.astimezone(UTC), datetime.now(UTC))


def people(listed: Sequence[Person], password: str) -> dict[str, Any]:
    """The users by e-mail; their roles in the study come when it is there."""
    from sagsbarometer.web.accounts.models import Membership, User
    from sagsbarometer.web.events.acting import acting

    users: dict[str, Any] = {}
    with acting(ACTOR, PURPOSE):
        for person in listed:
            user = User(email=person.email, name=person.name)
            if users:
                user.password = next(iter(users.values())).password  # argon2 takes its time: once is enough
            else:
                user.set_password(password)
            user.save()
            users[person.email] = user
            if not person.study:
                Membership.objects.create(user=user, role=person.role)
    return users


def study(analyst: Any, rows: Sequence[Mapping[str, str]], scene: Scene) -> Any:
    """The study, planned and launched as anybody would, and its requests as far as they are."""
    from sagsbarometer.collection.plan_steps import plan_of
    from sagsbarometer.web.delivering.models import Request
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.planning import saving

    with acting(analyst.id, "planlægge"):
        made = saving.create(NAME, "barometer_97", "barometer", "", analyst, "demo-2023")
        saving.save_plan(made, plan_of(plan(made.plan, rows, scene)), analyst)
    with acting(analyst.id, "sætte i gang"):
        saving.launch(made, analyst)
    with acting(ACTOR, PURPOSE):
        for request in Request.objects.filter(study=made).select_related("authority"):
            asked = scene.requests[request.authority.code]
            request.wanted, request.state, request.deadline = asked.wanted, asked.state, asked.deadline
            request.none_of = dict.fromkeys(asked.none_of, "none_decided")
            request.called_in_at = moment(scene.called_in, 1)
            own = [
                case.submitted
                for case in scene.cases
                if case.municipality == request.authority.code and case.submitted
            ]
            if asked.state in ("delivered", "finished") and own:
                request.delivered_at = moment(max(own), 2)
            request.save()
    return made


def letters(made: Any, kind: str, day: date, analyst: Any, wanted: Mapping[str, Any] | None = None) -> None:
    """The letters of a kind to all, as the page makes them, dated a day and fetched as a ZIP: nothing leaves the demo.
    `wanted`: what each was asked for then, where that is not what it is asked for now."""
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.letters.fields import addressees
    from sagsbarometer.web.letters.making import by_hand, make
    from sagsbarometer.web.letters.models import Letter

    for code, to in addressees(made).items():
        then = replace(to, wanted=wanted[code], missing=0) if wanted else to
        make(made, kind, then, analyst.id, day=day)
    own = Letter.objects.filter(study=made, kind=kind).select_related("authority")
    with acting(analyst.id, "fetching letters"):
        by_hand(made, own, moment(day, 3) or datetime.now(UTC))


def first_asked(scene: Scene) -> dict[str, dict[str, int]]:
    """What each municipality was called in for, before anything was replaced."""
    asked = {code: dict(request.wanted) for code, request in scene.requests.items()}
    for case in scene.cases:
        if case.replaces is not None:
            asked[case.municipality][case.stratum] -= 1
    return {code: {kind: n for kind, n in kinds.items() if n} for code, kinds in asked.items()}


def roles(made: Any, listed: Sequence[Person], users: Mapping[str, Any]) -> None:
    """The roles in a study."""
    from sagsbarometer.web.accounts.models import Membership
    from sagsbarometer.web.events.acting import acting

    with acting(ACTOR, PURPOSE):
        for person in listed:
            if person.study:
                Membership.objects.create(
                    user=users[person.email], role=person.role, study=made, municipality=person.municipality
                )


def partial(user: Any, code: str, by: Any) -> None:
    """A reader may have nothing to do with a municipality."""
    from sagsbarometer.web.accounts.models import Disqualification
    from sagsbarometer.web.events.acting import acting

    with acting(ACTOR, PURPOSE):
        Disqualification.objects.create(user=user, municipality=code, reason="family", made_by=by)


def cases(made: Any, scene: Scene) -> dict[int, Any]:
    """The rows of the cases by their place in the scene, as drafts: documents can be delivered to them."""
    from sagsbarometer.web.delivering.keeping import seal_number
    from sagsbarometer.web.delivering.models import Case, Request
    from sagsbarometer.web.events.acting import acting

    requests = {
        item.authority.code: item for item in Request.objects.filter(study=made).select_related("authority")
    }
    rows: dict[int, Any] = {}
    for at, item in enumerate(scene.cases):
        row = Case(
            study=made, request=requests[item.municipality], municipality=item.municipality, number=item.number,
            stratum=item.stratum, declared=_values(item.declared), declared_states=_states(item.declared),
        )  # fmt: skip
        seal_number(row, f"FIKTIV-{item.municipality}-{item.number:03}")
        rows[at] = row
    place = {id(item): rows[at] for at, item in enumerate(scene.cases)}
    for at, item in enumerate(scene.cases):
        if item.replaces is not None:
            rows[at].replaces = place[id(item.replaces)]
    with acting(ACTOR, PURPOSE):
        Case.objects.bulk_create([row for row in rows.values() if row.replaces is None])
        Case.objects.bulk_create([row for row in rows.values() if row.replaces is not None])
    return rows


def _values(answers: Mapping[str, object]) -> dict[str, object]:
    """The answers that are values."""
    return {question: value for question, value in answers.items() if value != NOT_RELEVANT}


def _states(answers: Mapping[str, object]) -> dict[str, str]:
    """The state of every question of the short form, as the municipality's own page keeps it."""
    from sagsbarometer.collection.short_form import short_form

    states = dict.fromkeys(short_form().order, "not_asked")
    return states | {
        question: NOT_RELEVANT if value == NOT_RELEVANT else "answered" for question, value in answers.items()
    }


class _File:
    """A file as an upload gives it."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name, self.size = path, name, path.stat().st_size

    def temporary_file_path(self) -> str:
        """Where it lies."""
        return str(self.path)

    def close(self) -> None:
        """Nothing is open."""


def documents(
    rows: Mapping[int, Any], scene: Scene, names: Mapping[str, str], senders: Mapping[str, str]
) -> int:
    """Delivers a document to each case that was delivered, by the way uploads go; how many different there are.
    `senders`: the id of each municipality's contact.

    Half of those that wait have each their own, checked one by one. The others have a copy of one of ten, which are
    checked once: reading each of hundreds in a process of its own would take minutes. A few have one more, on paper.
    """
    rng = random.Random(SEED)
    waiting = [at for at, item in enumerate(scene.cases) if item.state == "submitted"]
    own = sorted(waiting, key=lambda at: (not _odd(scene.cases[at]), at))[:OWN]
    shared = [at for at, item in enumerate(scene.cases) if item.state != "draft" and at not in own]
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        jobs = []
        for at in own:
            path, item = Path(folder) / f"{at}.pdf", scene.cases[at]
            path.write_bytes(pdf(_source(item, names[item.municipality], rng)))
            jobs.append((rows[at], path))
        with ThreadPoolExecutor(_READERS) as pool:
            for outcome in pool.map(
                lambda job: _delivered(job[0], job[1], senders[job[0].municipality]), jobs
            ):
                if outcome.ready != 1:
                    raise RuntimeError(f"et dokument blev ikke taget ind: {outcome}")
        sources = []
        for number in range(1, SHARED + 1):
            path = Path(folder) / f"shared-{number}.pdf"
            path.write_bytes(pdf(shared_note(number, rng)))
            sources.append(path)
        _copies([rows[at] for at in shared], sources, "journaludskrift-fiktiv.pdf", senders)
        paper = shared[::_PAPER]
        scans = _scans(Path(folder), len(paper))
        _copies([rows[at] for at in paper], scans, "journaludskrift-skannet-fiktiv.pdf", senders)
    return len(own) + SHARED + len(paper)


def _scans(folder: Path, count: int) -> list[Path]:
    """Extracts on paper, each of a person of its own."""
    rng, made = random.Random(SEED), []
    for number in range(1, count + 1):
        made.append(folder / f"scan-{number}.pdf")
        made[-1].write_bytes(scan(pdf(shared_note(number, rng, person=made_up_cpr(rng)))))
    return made


def _odd(item: DemoCase) -> bool:
    """Whether there is something about the case that its document shows."""
    said = item.declared
    return bool(item.written_on) or said.get("appealed") == "yes" or said["form"] == "none_in_file"


def _source(item: DemoCase, place: str, rng: random.Random) -> str:
    if "none_in_file" in (item.found.get("form"), item.declared.get("form")):
        return note_without_decision(item, place)
    return decision(item, place, rng)


def _delivered(row: Any, path: Path, user: str) -> Any:
    from django.db import connection

    from sagsbarometer.web.documents import storing

    try:
        return storing.take(
            row, [_File(path, f"afgoerelse-fiktiv-{row.number}.pdf")], user=user, purpose=PURPOSE
        )
    finally:
        connection.close()  # of this thread


def _copies(rows: Sequence[Any], sources: Sequence[Path], name: str, senders: Mapping[str, str]) -> None:
    """Each file checked once, and then kept for case after case as if it had been sent to each."""
    from sagsbarometer.documents.checking import pieces
    from sagsbarometer.web.documents import storing
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.home import this_home

    checked = [next(iter(pieces(path, name, path.parent))) for path in sources]
    key = this_home().keys.study(rows[0].study_id)
    made = [
        (row, storing.kept(row, checked[at % len(checked)], key, senders[row.municipality]))
        for at, row in enumerate(rows)
    ]
    with acting(ACTOR, PURPOSE):
        for row, document in made:
            storing.add(row, [document])


def verdicts(rows: Mapping[int, Any], scene: Scene, users: Mapping[str, Any]) -> None:
    """The cases delivered, sent back, taken in and out, and what was asked for instead."""
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.receiving.models import Replacement, Return, Screening

    readers = [users["rikke@demo.example"], users["rasmus@demo.example"], users["anna@demo.example"]]
    analyst = users["anna@demo.example"]
    screenings, returns, replacements = [], [], []
    place = {id(item): rows[at] for at, item in enumerate(scene.cases)}
    for at, item in enumerate(scene.cases):
        row = rows[at]
        row.state, row.submitted_at = item.state, moment(item.submitted, at)
        if item.state in ("screened_in", "excluded"):
            row.revision = 1
            screenings.append(
                Screening(
                    case=row,
                    verdict="in" if item.state == "screened_in" else "out",
                    reasons=item.reasons,
                    found=_values(item.found),
                    found_states=_states(item.found),
                    revision=1,
                    finding=item.found.get("form") == "none_in_file",
                    by=readers[at % 3],
                    at=moment(item.screened, at),
                )
            )
        if item.returned:
            returns.append(Return(case=row, reason=item.returned, by=analyst))
        if item.replaces is not None:
            replacements.append(
                Replacement(case=place[id(item.replaces)], instead=row, how="next_of_kind", by=analyst)
            )
    with acting(analyst.id, "screening"):
        Case.objects.bulk_update(list(rows.values()), ["state", "submitted_at", "revision"], batch_size=50)
        Screening.objects.bulk_create(screenings)
        Return.objects.bulk_create(returns)
        Replacement.objects.bulk_create(replacements)


def receipts(made: Any, senders: Mapping[str, str]) -> None:
    """The receipt of each delivery, as the municipality's own page makes it."""
    from sagsbarometer.web.delivering import keeping
    from sagsbarometer.web.delivering.models import Receipt, Request
    from sagsbarometer.web.delivering.sending import content_of
    from sagsbarometer.web.events.acting import acting

    rows = []
    requests = Request.objects.filter(study=made, state__in=("delivered", "finished", "reopened"))
    for request in requests.select_related("study", "authority"):
        sent = [case for case in keeping.cases_of(request) if case.state not in ("draft", "withdrawn")]
        content = content_of(request, keeping.labels_of(request), sent, keeping.documents_of(sent))
        by = senders[request.authority.code]
        rows.append(Receipt(request=request, once=f"demo-{request.id}", content=content, made_by_id=by))
    with acting(ACTOR, PURPOSE):
        Receipt.objects.bulk_create(rows)
