"""Backup while in use, every flipped byte found, and what was deleted stays deleted when an older backup comes back."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections

from sagsbarometer.documents.vault import KeyGone, Keys, Tampered
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.keeping.backup import back_up
from sagsbarometer.web.keeping.keys import key_faults, rotate_master
from sagsbarometer.web.keeping.manifest import check_backup, files_of
from tests.conftest import trials
from tests.web.test_keeping import a_document, archived

if TYPE_CHECKING:
    from tests.web.cast import Cast
    from tests.web.house_in_tests import Workplace

COMMAND = [sys.executable, "-m", "sagsbarometer.cli.main"]


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )


def empty_database(place: Workplace, name: str) -> str:
    """The address of a new database beside the one of a test; "" for SQLite."""
    if not place.url:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    return place.url.rpartition("/")[0] + "/" + name


def restored(place: Workplace, backup: Path, into: Path, *more: str, name: str = "restored") -> Any:
    """A backup brought back by the command, in a process of its own."""
    url = empty_database(place, name)
    environment = {
        key: value
        for key, value in place.environment.items()
        if key not in ("DATABASE_URL", "SAGSBAROMETER_HOME")
    }
    return run(
        environment | ({"DATABASE_URL": url} if url else {}),
        "restore",
        str(backup),
        "--into",
        str(into),
        *more,
    ), url


@contextmanager
def inside(place: Workplace, home: Path, url: str) -> Iterator[None]:
    """This process works on a restored house for a while."""
    from sagsbarometer.web.home import Home
    from tests.web.house_in_tests import Workplace as Place
    from tests.web.house_in_tests import work_on

    work_on(Place(Home(home), url))
    try:
        yield
    finally:
        work_on(place)


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """All of the database's rows, by table; sessions and the queue apart."""
    from django.apps import apps

    return {
        model._meta.db_table: [
            tuple(map(plain, row)) for row in model._default_manager.order_by("pk").values_list()
        ]
        for model in apps.get_models()
        if model._meta.app_label
        in (
            "accounts planning delivering documents events letters receiving reviewing findings jobs keeping"
        ).split()
    }


def plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def test_a_backup_comes_back_as_it_was(
    databases: str, workplace: Workplace, cast: Cast, tmp_path: Path
) -> None:
    document, content = a_document(cast, cast.closed)
    before = rows()
    told = run(workplace.environment, "backup", str(tmp_path / "kopi"))
    assert told.returncode == 0, told.stderr
    assert not (tmp_path / "kopi" / "keys").exists()
    assert run(workplace.environment, "restore", str(tmp_path / "kopi"), "--check").returncode == 0
    told, url = restored(
        workplace, tmp_path / "kopi", tmp_path / "nyt", "--keys", str(workplace.home.folder / "keys")
    )
    assert told.returncode == 0, told.stderr
    with inside(workplace, tmp_path / "nyt", url):
        from sagsbarometer.web.documents.storing import content_of

        assert rows() == before
        assert content_of(document) == content
        guarded(cast)


def guarded(cast: Cast) -> None:
    """The guard of the chain came along: writing through it works, and past it does not."""
    from django.db.utils import DatabaseError

    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.events.guard import missing

    assert missing(connection) == []
    with pytest.raises(DatabaseError):
        Case.objects.filter(study=cast.launched.id).update(revision=7)
    with acting("system:tests", "tests"):
        assert Case.objects.filter(study=cast.launched.id).update(revision=7)


def test_a_backup_under_writing_holds_together(
    databases: str, workplace: Workplace, cast: Cast, tmp_path: Path
) -> None:
    """Three writers; each change and its event are both in the copy, or neither."""
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.events.models import Event

    leave = threading.Event()
    written = [0]

    def write(number: int) -> None:
        case = Case.objects.filter(study=cast.launched.id).order_by("id")[number]
        try:
            while not leave.is_set():
                with acting("system:tests", "tests"):
                    Case.objects.filter(pk=case.pk).update(revision=case.revision + 1)
                case.revision += 1
                written[0] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        copies = [back_up(workplace.home, tmp_path / f"kopi{number}", with_keys=True) for number in range(3)]
    finally:
        leave.set()
        for thread in threads:
            thread.join()
    assert written[0] > 3
    for number, copy in enumerate(copies):
        assert check_backup(copy) == []
        into = tmp_path / f"nyt{number}"
        told, url = restored(workplace, copy, into, name=f"restored{number}")
        assert told.returncode == 0, told.stderr
        with inside(workplace, into, url):
            changes = Event.objects.filter(thing="delivering_case", act="update").count()
            assert changes == sum(Case.objects.values_list("revision", flat=True))
            assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == list(
                range(1, Event.objects.count() + 1)
            )


def test_every_flipped_byte_is_found_and_named(workplace: Workplace, cast: Cast, tmp_path: Path) -> None:
    a_document(cast, cast.closed)
    folder = back_up(workplace.home, tmp_path / "kopi", with_keys=True)
    assert check_backup(folder) == []
    chance = random.Random(20260101)
    names = [*files_of(folder), "manifest.json"]
    for _ in range(max(100, trials(200))):
        path = folder / chance.choice(names)
        content = path.read_bytes()
        if not content:
            continue
        place = chance.randrange(len(content))
        path.write_bytes(
            content[:place] + bytes([content[place] ^ (1 << chance.randrange(8))]) + content[place + 1 :]
        )
        found = check_backup(folder)
        assert [problem.place.file for problem in found] == [path.relative_to(folder).as_posix()]
        assert {problem.code for problem in found} == {"DRIFT-202"}
        path.write_bytes(content)
    assert check_backup(folder) == []


def test_what_is_gone_or_too_much_is_named(workplace: Workplace, cast: Cast, tmp_path: Path) -> None:
    folder = back_up(workplace.home, tmp_path / "kopi")
    (folder / "config.toml").rename(folder / "andet.toml")
    assert [(it.code, it.place.file) for it in check_backup(folder)] == [
        ("DRIFT-203", "config.toml"),
        ("DRIFT-204", "andet.toml"),
    ]
    told = run(workplace.environment, "restore", str(folder), "--check", "--json")
    assert told.returncode == 1
    assert [it["file"] for it in json.loads(told.stdout)["problems"]] == ["config.toml", "andet.toml"]
    refused, _ = restored(workplace, folder, tmp_path / "nyt", "--keys", str(workplace.home.folder / "keys"))
    assert refused.returncode == 3
    assert not (tmp_path / "nyt").exists()
    (folder / "manifest.json").unlink()
    assert [it.code for it in check_backup(folder)] == ["DRIFT-201"]


def test_nothing_is_written_over(workplace: Workplace, cast: Cast, tmp_path: Path) -> None:
    folder = back_up(workplace.home, tmp_path / "kopi", with_keys=True)
    with pytest.raises(Faults, match="DRIFT-205"):
        back_up(workplace.home, folder)
    (tmp_path / "nyt").mkdir()
    (tmp_path / "nyt" / "app.sqlite3").write_bytes(b"andet")
    told, _ = restored(workplace, folder, tmp_path / "nyt")
    assert told.returncode == 3
    assert "DRIFT-208" in told.stderr
    assert (tmp_path / "nyt" / "app.sqlite3").read_bytes() == b"andet"


def test_lost_and_wrong_keys_are_told(workplace: Workplace, cast: Cast, tmp_path: Path) -> None:
    folder = back_up(workplace.home, tmp_path / "kopi")
    told, _ = restored(workplace, folder, tmp_path / "nyt")
    assert told.returncode == 3
    assert "DRIFT-209" in told.stderr
    assert not (tmp_path / "nyt").exists()
    other = Keys(tmp_path / "andre")
    other.make()
    shutil.copytree(
        workplace.home.folder / "keys" / "studies", tmp_path / "andre" / "studies", dirs_exist_ok=True
    )
    told, _ = restored(workplace, folder, tmp_path / "nyt", "--keys", str(tmp_path / "andre"))
    assert told.returncode == 1
    assert "DRIFT-207" in told.stderr
    assert "hovednøglen er en anden" in told.stderr


def test_what_was_deleted_after_the_backup_stays_deleted(
    databases: str, workplace: Workplace, cast: Cast, tmp_path: Path
) -> None:
    document, content = a_document(cast, cast.closed)
    study = cast.closed.id
    old = back_up(workplace.home, tmp_path / "kopi", with_keys=True)
    archived(workplace, study, tmp_path / "arkiv")
    assert run(workplace.environment, "purge", study, "--yes").returncode == 0
    # The old backup has its old keys, so all can be read in it. What says that it is gone is the newest list.
    told, url = restored(workplace, old, tmp_path / "nyt", "--purged", str(workplace.home.purged))
    assert told.returncode == 0, told.stderr
    assert "slettet igen" in told.stderr
    with inside(workplace, tmp_path / "nyt", url):
        gone(tmp_path / "nyt", study, document, content)
    # And with the newest copy of the keys alone: it carries the list too.
    told, url = restored(
        workplace, old, tmp_path / "nyere", "--keys", str(workplace.home.folder / "keys"), name="newer"
    )
    assert told.returncode == 0, told.stderr
    with inside(workplace, tmp_path / "nyere", url):
        gone(tmp_path / "nyere", study, document, content)


def gone(home: Path, study: str, document: Any, content: bytes) -> None:
    """Nothing of a study is left that can be read; its coded rows are."""
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.planning.models import Study

    assert Study.objects.get(pk=study).state == "purged"
    assert not list(home.glob(f"documents/**/{document.id}*"))
    with pytest.raises(KeyGone):
        Keys(home / "keys").study(study)
    assert {
        bytes(number) for number in Case.objects.filter(study=study).values_list("own_number", flat=True)
    } == {b""}
    assert Case.objects.filter(study=study).exclude(declared={}).exists()
    assert content not in b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_a_backup_without_a_list_of_the_deleted_says_nothing_false(
    workplace: Workplace, cast: Cast, tmp_path: Path
) -> None:
    old = back_up(workplace.home, tmp_path / "kopi", with_keys=True)
    told, _ = restored(workplace, old, tmp_path / "nyt")
    assert told.returncode == 0
    assert "slettet igen" not in told.stderr


def test_sqlite_is_copied_whole_while_a_writer_is_in_the_middle(
    workplace: Workplace, cast: Cast, tmp_path: Path
) -> None:
    other = sqlite3.connect(workplace.home.database, isolation_level=None)
    other.execute("create table beside (x)")
    other.execute("begin immediate")
    other.execute("insert into beside values (1)")
    back_up(workplace.home, tmp_path / "kopi")
    other.execute("commit")
    other.close()
    copy = sqlite3.connect(tmp_path / "kopi" / "app.sqlite3")
    assert copy.execute("select count(*) from beside").fetchone() == (0,)
    assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
    copy.close()


def test_a_new_master_key_opens_everything_and_the_old_one_nothing(
    workplace: Workplace, cast: Cast, tmp_path: Path
) -> None:
    keys = workplace.home.keys
    before = {study: keys.study(study) for study in (cast.launched.id, cast.closed.id)}
    shutil.copytree(workplace.home.folder / "keys", tmp_path / "gamle")
    assert run(workplace.environment, "keys", "rotate").returncode == 0
    assert {study: keys.study(study) for study in before} == before
    assert key_faults(workplace.home) == []
    shutil.copyfile(tmp_path / "gamle" / "master", workplace.home.folder / "keys" / "master")
    with pytest.raises(Tampered):
        keys.study(cast.launched.id)


@pytest.mark.parametrize("cut", range(6))
def test_a_rotation_that_is_cut_off_is_finished_by_the_next(
    cut: int, workplace: Workplace, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagsbarometer.web.keeping import keys as module

    before = workplace.home.keys.study(cast.launched.id)
    calls = [0]
    real = module.os.replace

    def replace(source: Any, target: Any) -> None:
        calls[0] += 1
        if calls[0] > cut:
            raise OSError(28, "cut off")
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(module.os, "replace", replace)
        try:
            rotate_master(workplace.home)
        except OSError:
            assert cut < 5
    rotate_master(workplace.home)
    assert workplace.home.keys.study(cast.launched.id) == before
    assert key_faults(workplace.home) == []


def test_a_key_that_opens_with_no_master_stops_a_rotation_before_anything_is_lost(
    workplace: Workplace, cast: Cast
) -> None:
    before = workplace.home.keys.study(cast.launched.id)
    (workplace.home.folder / "keys" / "studies" / f"{cast.closed.id}.key").write_bytes(b"\0" * 60)
    with pytest.raises(Faults, match="DRIFT-207"):
        rotate_master(workplace.home)
    assert workplace.home.keys.study(cast.launched.id) == before
