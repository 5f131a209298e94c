"""Houses for tests: made once in a process as `sagsbarometer init` makes them, then copied for each test."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from sagsbarometer.documents.vault import KeyGone
from sagsbarometer.web.boot import boot
from sagsbarometer.web.home import ENVIRONMENT, Home
from tests.clusters_in_tests import postgres_cluster, postgres_programs
from tests.conftest import missing
from tests.web.days_in_tests import real_clock

ADDRESS = "http://testserver"
Fill = Callable[[Home], None]  # puts things into a house
COSTS: dict[str, int] = {}  # of a hash of a password outside tests, once Django is started
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Workplace:
    """A house of one test, with its database. `url` is "" for SQLite."""

    home: Home
    url: str = ""

    @property
    def vendor(self) -> str:
        """sqlite or postgresql."""
        return "postgresql" if self.url else "sqlite"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to work on this house."""
        kept = {
            name: value for name, value in os.environ.items() if name not in (ENVIRONMENT, "DATABASE_URL")
        }
        return {**kept, ENVIRONMENT: str(self.home.folder)} | ({"DATABASE_URL": self.url} if self.url else {})


@dataclass
class Houses:
    """The houses of a process: one made, and one for each way to fill it that was asked for, on each database."""

    folder: Path
    stack: ExitStack
    made: dict[tuple[str, tuple[Fill, ...]], Workplace] = field(default_factory=dict)

    @property
    def first(self) -> Workplace:
        """The one that all others are copies of. Nobody works in it."""
        return self._source("sqlite", ())

    def copy(self, vendor: str, folder: Path, *, with_cast: bool, more: Fill | None = None) -> Workplace:
        """A house for one test, and this process working on it. `more` fills it further than the cast does; that is
        done once, by the real clock, and the house then copied for each test that asks for the same."""
        assert with_cast or more is None, "`furnished` fills it after the cast: the test must ask for `cast`"
        fills: tuple[Fill, ...] = ()
        if with_cast:
            from tests.web.cast import fill

            fills = (fill, more) if more else (fill,)
        source = self._source(vendor, fills)
        _let_go()
        shutil.copytree(source.home.folder, folder)
        url = self._database(f"copy_{next(_numbers)}", source.url) if source.url else ""
        place = Workplace(Home(folder), url)
        work_on(place)
        return place

    def drop(self, place: Workplace) -> None:
        """Forgets the database of a test."""
        _let_go()
        if place.url:
            self._sql(f'DROP DATABASE IF EXISTS "{_name_of(place.url)}" WITH (FORCE)')

    def _source(self, vendor: str, fills: tuple[Fill, ...]) -> Workplace:
        if (vendor, fills) not in self.made:
            with real_clock():
                self.made[vendor, fills] = self._filled(vendor, fills) if fills else self._new(vendor)
        return self.made[vendor, fills]

    def _new(self, vendor: str) -> Workplace:
        if vendor == "sqlite":
            return _first_house(self.folder / "sqlite")
        folder = self.folder / "postgresql"
        shutil.copytree(self.first.home.folder, folder)
        (folder / "app.sqlite3").unlink()
        place = Workplace(Home(folder), self._database("house_0"))
        work_on(place)
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        _let_go()
        return place

    def _filled(self, vendor: str, fills: tuple[Fill, ...]) -> Workplace:
        source = self._source(vendor, fills[:-1])
        _let_go()
        number = next(_numbers)
        folder = self.folder / f"{vendor}_{number}"
        shutil.copytree(source.home.folder, folder)
        url = self._database(f"house_{number}", source.url) if source.url else ""
        place = Workplace(Home(folder), url)
        work_on(place)
        try:
            fills[-1](place.home)
        except BaseException:  # the next test that asks is told the same
            shutil.rmtree(folder)
            self.drop(place)
            raise
        _let_go()
        return place

    @cached_property
    def _cluster(self) -> str:
        if postgres_programs() is None:
            missing("PostgreSQL is not installed")
        return self.stack.enter_context(postgres_cluster())

    def _database(self, name: str, like: str = "") -> str:
        template = _name_of(like) if like else "template0"
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        parts = urlsplit(self._cluster)
        return urlunsplit((parts.scheme, parts.netloc, f"/{quote(name)}", parts.query, ""))

    def _sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._cluster, autocommit=True) as connection:
            connection.execute(statement)


def _name_of(url: str) -> str:
    return urlsplit(url).path[1:]


def start_django() -> None:
    """Sets Django up, once in a process, so that tests can import models; what it works on is given later."""
    from django.apps import apps

    if apps.ready:
        return
    folder = Path(tempfile.mkdtemp(prefix="house-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.pop("DATABASE_URL", None)
    Home(folder).keys.make()
    boot(folder)
    from django.conf import settings
    from django.test.utils import setup_test_environment

    setup_test_environment()
    settings.ALLOWED_HOSTS = ["*"]
    hash_cheaply()


def hash_cheaply() -> None:
    """Passwords are hashed by argon2 as ever, in a thousandth of the time and memory: tests sign in very often. Where
    the cost is what is tried, a test asks for `costly_hashes`."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    for name, cheapest in (("time_cost", 1), ("memory_cost", 8), ("parallelism", 1)):
        COSTS.setdefault(name, getattr(Argon2PasswordHasher, name))
        setattr(Argon2PasswordHasher, name, cheapest)


def _first_house(folder: Path) -> Workplace:
    from sagsbarometer.web.keeping.house import make_house

    place = Workplace(Home(folder))
    work_on(place)
    make_house(folder, address=ADDRESS)
    _let_go()
    return place


def work_on(place: Workplace) -> None:
    """This process, its connections and its settings work on a house from here."""
    from django.conf import settings
    from django.contrib.contenttypes.models import ContentType
    from django.db import connections

    from sagsbarometer.web.databases import database

    _let_go()
    os.environ[ENVIRONMENT] = str(place.home.folder)
    told: dict[str, dict[str, Any]] = connections.configure_settings(
        {"default": database(place.home, place.url)}
    )
    settings.DATABASES = connections.settings = told
    with suppress(KeyGone):  # a house that is only now being made
        # Else a server does not know the sessions we make.
        settings.SECRET_KEY = place.home.keys.named("django").hex()
    settings.FILE_UPLOAD_TEMP_DIR = str(place.home.folder / "arriving")
    if connections.all(initialized_only=True):
        del connections["default"]
    ContentType.objects.clear_cache()


def forget_connection() -> None:
    """The next query of this thread asks the settings anew."""
    from django.db import connections

    connections.close_all()
    with suppress(AttributeError):  # there is none yet
        del connections["default"]


def _let_go() -> None:
    """Closes what this thread holds open."""
    from django.db import connections

    connections.close_all()
