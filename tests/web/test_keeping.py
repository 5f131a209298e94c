"""Archive, then purge: what has to go is gone wherever one looks, and what has to stay is there."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from sagsbarometer.documents.vault import KeyGone, seal
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.events.present import Held, differences
from sagsbarometer.web.keeping import purge as purging
from sagsbarometer.web.keeping.archive import archive
from sagsbarometer.web.keeping.manifest import check_backup
from sagsbarometer.web.keeping.purge import purge, replay, unfinished
from sagsbarometer.web.keeping.scope import tables

if TYPE_CHECKING:
    from django.test import Client

    from sagsbarometer.web.home import Home
    from tests.web.cast import Cast
    from tests.web.house_in_tests import Workplace

SECRET = "Borger Borgersen, opdigtet, bor intetsteds"


def a_document(cast: Cast, study: Any) -> tuple[Any, bytes]:
    """A document of the first case of a study, with its text; and what is in it."""
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.documents.models import Document
    from sagsbarometer.web.documents.storing import TEXT, path_of

    case = Case.objects.filter(study=study.id).order_by("number")[0]
    key = cast.home.keys.study(study.id)
    document = Document(
        study_id=study.id, case=case, municipality=case.municipality, kind="pdf", size=1, sha256="0" * 64
    )
    content = f"%PDF {SECRET} {document.id}".encode()
    document.state, document.uploaded_by_id = "ready", cast.kim.id
    document.name = seal(key, f"{SECRET}.pdf".encode(), f"documents_document.name:{document.id}")
    with acting("system:tests", "tests"):
        document.save()
    path_of(document.id).parent.mkdir(mode=0o700, exist_ok=True)
    path_of(document.id).write_bytes(seal(key, content, f"documents_document.bytes:{document.id}"))
    path_of(document.id, TEXT).write_bytes(
        seal(key, SECRET.encode(), f"documents_document.text:{document.id}")
    )
    return document, content


def archived(place: Workplace, study: str, target: Path, *, documents: bool = False) -> None:
    archive(place.home, study, target, "system:tests", documents=documents)


def state_of(study: str) -> str:
    from sagsbarometer.web.planning.models import Study

    return Study.objects.get(pk=study).state


def test_an_archive_is_readable_without_the_program(
    databases: str, workplace: Workplace, cast: Cast, tmp_path: Path
) -> None:
    document, content = a_document(cast, cast.closed)
    archived(workplace, cast.closed.id, tmp_path / "arkiv", documents=True)
    folder = tmp_path / "arkiv"
    assert check_backup(folder) == []
    assert (folder / "documents" / f"{document.id}.pdf").read_bytes() == content
    texts = [json.loads(line) for line in (folder / "texts.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["text"] for line in texts} == {f"{SECRET}.pdf", "SAG-901-1"}
    with (folder / "rows" / "delivering_case.csv").open(encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    assert [(row["study_id"], row["municipality"]) for row in cases] == [(cast.closed.id, "901")]
    assert json.loads(cases[0]["declared"])["decision_date"] == "2026-05-11"
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {event["study"] for event in events} == {cast.closed.id}
    # Whom a citizen is told of: who archived has read the case and its document, once.
    read = [(event["act"], event["thing_id"]) for event in events if event["purpose"] == "archive_study"]
    assert sorted(read) == [("read_case", document.case_id), ("read_document", document.id)]
    assert "content" not in events[0]
    assert (folder / "study" / "v1" / "form.yaml").is_file()
    assert state_of(cast.closed.id) == "archived"
    assert not (folder.stat().st_mode & 0o077)


def test_an_archive_of_the_coded_rows_holds_no_text(workplace: Workplace, cast: Cast, tmp_path: Path) -> None:
    a_document(cast, cast.closed)
    archived(workplace, cast.closed.id, tmp_path / "arkiv")
    everything = b"".join(path.read_bytes() for path in (tmp_path / "arkiv").rglob("*") if path.is_file())
    assert SECRET.encode() not in everything
    assert b"SAG-901-1" not in everything


def test_a_study_at_work_is_neither_archived_nor_purged(
    workplace: Workplace, cast: Cast, tmp_path: Path
) -> None:
    with pytest.raises(Faults, match="DRIFT-303"):
        archived(workplace, cast.launched.id, tmp_path / "arkiv")
    with pytest.raises(Faults, match="DRIFT-302"):
        purge(workplace.home, cast.launched.id, "system:tests")
    with pytest.raises(Faults, match="DRIFT-302"):
        purge(workplace.home, cast.closed.id, "system:tests")
    with pytest.raises(Faults, match="DRIFT-301"):
        purge(workplace.home, "nosuch2222", "system:tests")
    assert not workplace.home.purged.exists()
    assert list(tmp_path.glob("*arkiv*")) == []


def test_an_archive_that_cannot_be_unlocked_marks_nothing(
    workplace: Workplace, cast: Cast, tmp_path: Path
) -> None:
    a_document(cast, cast.closed)
    (workplace.home.folder / "keys" / "studies" / f"{cast.closed.id}.key").write_bytes(b"\0" * 60)
    with pytest.raises(Faults, match="DRIFT-305"):
        archived(workplace, cast.closed.id, tmp_path / "arkiv", documents=True)
    assert list(tmp_path.glob("*arkiv*")) == []
    assert state_of(cast.closed.id) == "closed"


def test_a_purge_leaves_nothing_to_read_and_all_to_count(
    databases: str, workplace: Workplace, cast: Cast, tmp_path: Path
) -> None:
    from sagsbarometer.web.delivering.models import Case, Request
    from sagsbarometer.web.documents.models import Document

    document, _ = a_document(cast, cast.closed)
    kept, kept_content = a_document(cast, cast.launched)
    case = Case.objects.get(study=cast.closed.id)
    with acting("system:tests", "tests"):
        Request.objects.filter(study=cast.closed.id).update(drawn=["kommunens-eget-id"])
    before = (case.declared, case.state, case.number)
    archived(workplace, cast.closed.id, tmp_path / "arkiv")
    purge(workplace.home, cast.closed.id, "system:tests")

    assert state_of(cast.closed.id) == "purged"
    case.refresh_from_db()
    assert bytes(case.own_number) == b""
    assert (case.declared, case.state, case.number) == before
    document.refresh_from_db()
    assert (bytes(document.name), document.state) == (b"", "removed")
    assert Request.objects.get(study=cast.closed.id).drawn == []
    assert not list(workplace.home.documents.rglob(f"{document.id}*"))
    with pytest.raises(KeyGone):
        workplace.home.keys.study(cast.closed.id)
    for table in tables():
        for row in table.rows(cast.closed.id).values(*table.locked) if table.locked else ():
            assert all(bytes(value or b"") == b"" for value in row.values())
    assert unfinished(workplace.home) == []
    # The other study is as it was.
    from sagsbarometer.web.documents.storing import content_of

    assert content_of(Document.objects.get(pk=kept.pk)) == kept_content
    assert bytes(Case.objects.filter(study=cast.launched.id)[0].own_number)


WORDS = ("Plantet", "plantet@", "plantet-id")  # in every word planted below


def plant(cast: Cast, study: Any) -> None:
    """Words wherever a study takes them, and people who are here for it alone."""
    from allauth.account.models import EmailAddress

    from sagsbarometer.collection.plan_fields import STEPS, StudyPlan, asks
    from sagsbarometer.web.accounts.models import Invitation, Membership, User
    from sagsbarometer.web.delivering.models import FrameList, Request
    from sagsbarometer.web.keeping.forgetting import KEPT
    from sagsbarometer.web.letters.models import Letter
    from sagsbarometer.web.planning import folders
    from sagsbarometer.web.planning.models import Authority, PlanVersion, Study

    plan = StudyPlan().model_dump(mode="json")
    for step in STEPS:
        for name, ask in asks(step).items():
            if ask.as_ in ("text", "area"):
                plan[step][name] = "Bliver stående" if (step, name) in KEPT else f"Plantet {step} {name}"
    plan["population"]["authorities"] = [{"code": "901", "name": "Aavang", "email": "plantet@example.dk"}]
    then = timezone.now()
    with acting("system:tests", "tests"):
        Study.objects.filter(pk=study.id).update(plan=plan)
        PlanVersion.objects.filter(study=study.id).update(plan=plan, reason="Plantet begrundelse")
        Authority.objects.filter(study=study.id).update(email="plantet@kommune.example")
        Request.objects.filter(study=study.id).update(drawn=["plantet-id-1"])
        request = Request.objects.filter(study=study.id)[0]
        FrameList.objects.create(request=request, rows=[{"id": "plantet-id-2"}], file_hash="0" * 64)
        Letter.objects.create(
            study=study, authority=request.authority, kind="thanks", text_hash="0" * 64, fault="Plantet fejl"
        )
        user = User.objects.create(email="plantet@example.dk", name="Plantet Kontakt")
        Membership.objects.create(user=user, role="municipal_contact", study=study, municipality="901")
        EmailAddress.objects.create(user=user, email=user.email, primary=True)
        for number, email in enumerate(("plantet@inviteret.example", "plantet@example.dk")):
            Invitation.objects.create(
                email=email, name="Plantet Inviteret", role="municipal_contact", study=study if number == 0 else None,
                municipality="901", token_hash=email, expires=then,
            )  # fmt: skip
    study.refresh_from_db()
    folders.write_plan(study, plan)
    folders.write_study_file(study, StudyPlan.model_validate(plan))


def told(home: Home, url: str) -> set[str]:
    """Which of the words stand in a byte of the house, or of the files of its database."""
    from django.db import connection

    folders = [home.folder]
    if url:
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute(
                "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
            )
            cluster, number = cursor.fetchone()
        folders.append(Path(cluster) / "base" / str(number))
    everything = b"".join(path.read_bytes() for top in folders for path in top.rglob("*") if path.is_file())
    return {word for word in WORDS if word.encode() in everything or word.encode("utf-16-le") in everything}


def test_no_word_of_a_purged_study_is_left_anywhere(
    databases: str, workplace: Workplace, cast: Cast, client_of: Callable[..., Client]
) -> None:
    """Nowhere in the files of the house: not in the database, its log, an archive or a copy from before an update."""
    from django.db import connection

    from sagsbarometer.web.accounts.models import Membership, User
    from sagsbarometer.web.keeping.backup import back_up
    from sagsbarometer.web.letters.models import Letter

    plant(cast, cast.closed)
    user = User.objects.get(email="plantet@example.dk")
    signed_in = client_of(user)
    assert signed_in.get("/kommune/").status_code == 200
    back_up(workplace.home, workplace.home.folder / "backups" / "20260101T000000", documents=False)
    (workplace.home.folder / "archives").mkdir()
    archived(workplace, cast.closed.id, workplace.home.folder / "archives" / "et")
    assert told(workplace.home, workplace.url) == set(WORDS)
    purge(workplace.home, cast.closed.id, "system:tests")
    assert told(workplace.home, workplace.url) == set()
    if workplace.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
        assert told(workplace.home, workplace.url) == set()
    assert not Membership.objects.filter(user=user).exists()
    user.refresh_from_db()
    assert (user.name, user.is_active, user.has_usable_password()) == ("Slettet person", False, False)
    assert signed_in.get("/kommune/").status_code == 302
    # What a figure is about can still be read, and who is here for more stays.
    assert cast.closed.plan["population"]["described"] == "Bliver stående"
    assert cast.closed.plan["population"]["authorities"] == [{"code": "901", "name": "Aavang", "email": ""}]
    assert Letter.objects.get(study=cast.closed.id).kind == "thanks"
    assert {cast.kim.name, cast.ada.name} == {"Kim Opdigtet", "Ada Opdigtet"}
    assert not list(differences(Held()))
    assert unfinished(workplace.home) == []


def test_a_contact_goes_with_the_last_study_that_is_not_purged(workplace: Workplace, cast: Cast) -> None:
    from sagsbarometer.web.accounts.models import Membership, User
    from sagsbarometer.web.keeping.forgetting import forget_people

    def names() -> list[str]:
        return list(
            User.objects.filter(pk__in=(both.pk, staff.pk)).order_by("joined").values_list("name", flat=True)
        )

    with acting("system:tests", "tests"):
        both = User.objects.create(email="begge@example.dk", name="Begge")
        staff = User.objects.create(email="ansat@example.dk", name="Ansat")
        for study in (cast.closed, cast.launched):
            for user in (both, staff):
                Membership.objects.create(
                    user=user, role="municipal_contact", study=study, municipality="901"
                )
        Membership.objects.create(user=staff, role="supervisor", study=cast.launched)
    forget_people(cast.closed.id, "system:tests")
    assert names() == ["Begge", "Ansat"]
    with acting("system:tests", "tests"):
        type(cast.closed).objects.filter(pk=cast.closed.id).update(state="purged")
    forget_people(cast.launched.id, "system:tests")
    assert names() == ["Slettet person", "Ansat"]


def test_the_words_go_from_a_plan_of_any_age(cast: Cast) -> None:
    from sagsbarometer.web.keeping.forgetting import wordless

    assert wordless({}) == {}
    assert wordless({"letters": {"sender": "Plantet", "gone_field": 3}, "unknown": {"a": "Plantet"}}) == {
        "letters": {"sender": "", "gone_field": 3}
    }


def test_every_column_of_words_is_emptied_or_kept_on_purpose() -> None:
    """A column that is not locked and takes a sentence: somebody has decided what a purge does to it."""
    from django.db import models

    from sagsbarometer.web.keeping.forgetting import EMPTIED

    kept = {("planning_study", "name"), ("reviewing_codebookrule", "text"), ("reviewing_citation", "norm")}
    found = {
        (table.name, field.attname)
        for table in tables()
        for field in table.model._meta.concrete_fields
        if isinstance(field, models.TextField | models.EmailField)
        or (isinstance(field, models.CharField) and (field.max_length or 0) > 80 and not field.choices)
    }
    emptied = {(table, column) for table, columns in EMPTIED.items() for column in columns}
    assert found - emptied - kept == set()


def test_what_the_events_held_goes_with_the_key(
    databases: str, workplace: Workplace, cast: Cast, tmp_path: Path
) -> None:
    from sagsbarometer.web.events.models import Event
    from sagsbarometer.web.events.sealing import read

    a_document(cast, cast.closed)
    mine = Event.objects.filter(study=cast.closed.id).order_by("seq")
    assert not any(read(event).gone for event in mine)
    archived(workplace, cast.closed.id, tmp_path / "arkiv")
    purge(workplace.home, cast.closed.id, "system:tests")
    assert all(read(event).gone for event in mine)
    assert not any(read(event).gone for event in Event.objects.filter(study=cast.launched.id))
    assert mine.filter(act="purge_study").count() == 1


@pytest.mark.parametrize("cut", ["_destroy", "_empty_rows", "_forget_log"])
def test_a_purge_that_is_cut_off_is_told_and_finished(
    cut: str, workplace: Workplace, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, _ = a_document(cast, cast.closed)
    archived(workplace, cast.closed.id, tmp_path / "arkiv")

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(purging, cut, stop)
        with pytest.raises(KeyboardInterrupt):
            purge(workplace.home, cast.closed.id, "system:tests")
    assert unfinished(workplace.home) == ([] if cut == "_forget_log" else [cast.closed.id])
    purge(workplace.home, cast.closed.id, "system:tests")
    purge(workplace.home, cast.closed.id, "system:tests")
    assert unfinished(workplace.home) == []
    assert not list(workplace.home.documents.rglob(f"{document.id}*"))
    assert len(workplace.home.purged.read_text(encoding="utf-8").splitlines()) == 1


def test_a_replay_needs_no_key(workplace: Workplace, cast: Cast) -> None:
    (workplace.home.folder / "keys" / "studies" / f"{cast.closed.id}.key").unlink()
    line = {"study": cast.closed.id, "at": "2027-01-01T00:00:00Z", "actor": "system:tests"}
    assert replay(workplace.home, [line, line]) == [cast.closed.id]
    assert replay(workplace.home, [line]) == []
    assert state_of(cast.closed.id) == "purged"


def test_every_table_with_locked_columns_belongs_to_a_study() -> None:
    """Else a purge would pass it by."""
    from django.apps import apps
    from django.db import models

    found = {table.name for table in tables()}
    for model in apps.get_models():
        locked = any(isinstance(field, models.BinaryField) for field in model._meta.concrete_fields)
        if locked and model.__module__.startswith("sagsbarometer.web.") and model._meta.app_label != "events":
            assert model._meta.db_table in found


def worked(times: int = 5) -> None:
    """Does what is waiting."""
    import threading

    from sagsbarometer.web.jobs.worker import Worker

    worker = Worker("here:1", threading.Event())
    for _ in range(times):
        worker.once()


def test_from_a_date_to_nothing_on_the_pages(
    databases: str, workplace: Workplace, cast: Cast, client_of: Callable[..., Client]
) -> None:
    from sagsbarometer.web.jobs.models import Job

    document, _ = a_document(cast, cast.closed)
    anna, ada, study = client_of(cast.anna), client_of(cast.ada), cast.closed
    url = f"/studier/{study.id}/opbevaring/"
    saved = anna.post(url, {"retention": "2026-01-31", "revision": study.revision})
    assert saved.status_code == 302
    assert cast.closed.retention == date(2026, 1, 31)
    assert "Datoen er passeret" in anna.get("/studier/opbevaring/oversigt/").content.decode()
    stale = anna.post(url, {"retention": "2030-01-31", "revision": study.revision})
    assert stale.status_code == 409
    assert "31. januar 2030" in stale.content.decode()
    assert cast.closed.retention == date(2026, 1, 31)

    assert ada.get(f"{url}slet/").status_code == 409  # not archived
    first = anna.post(f"{url}arkiver/", {"once": "a"})
    assert first.url == anna.post(f"{url}arkiver/", {"once": "a"}).url
    worked()
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert cast.closed.state == "archived"
    assert len(list((workplace.home.folder / "archives").iterdir())) == 1

    assert anna.get(f"{url}slet/").status_code == 403
    assert ada.post(f"{url}slet/", {"name": "et andet", "once": "b"}).status_code == 422
    assert ada.post(f"{url}slet/", {"name": study.name, "once": "b"}).status_code == 302
    worked()
    assert cast.closed.state == "purged"
    assert not list(workplace.home.documents.rglob(f"{document.id}*"))
    assert ada.get(url).status_code == 200
    assert ada.get(f"{url}slet/").status_code == 409


@pytest.mark.parametrize("who", ["rikke", "sune", "eva", "kim", "klaus", "nina", "arne"])
def test_keeping_is_for_analysts_and_administrators(
    who: str, cast: Cast, client_of: Callable[..., Client]
) -> None:
    client = client_of(cast.person(who))
    for end in ("", "arkiver/", "slet/"):
        assert client.get(f"/studier/{cast.closed.id}/opbevaring/{end}").status_code == 404
        assert client.post(f"/studier/{cast.closed.id}/opbevaring/{end}", {"once": "x"}).status_code == 404
