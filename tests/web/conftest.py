"""What the tests of the workplace share: a house of one's own, people in it, and clients that are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.house_in_tests import COSTS, Houses, Workplace, start_django
from tests.web.served_in_tests import Server
from tests.web.warm_in_tests import Warm, WarmServer

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Page

    from tests.web.cast import Cast
    from tests.web.viewer_in_tests import Shown

start_django()  # before the test files are read: they import models

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    """The houses the tests of this process get copies of."""
    with ExitStack() as stack:
        yield Houses(tmp_path_factory.mktemp("houses"), stack)


@pytest.fixture
def database_vendor(request: pytest.FixtureRequest) -> str:
    """sqlite; with `databases` among a test's fixtures, both in turn (see pytest_generate_tests)."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def databases(database_vendor: str) -> str:
    """Asks for a test on both databases."""
    return database_vendor


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that has `databases` among its fixtures runs on both."""
    if "databases" in metafunc.fixturenames:
        metafunc.parametrize("database_vendor", DATABASES, indirect=True)


@pytest.fixture
def workplace(
    houses: Houses, database_vendor: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Workplace]:
    """A house as `sagsbarometer init` makes it, of this test alone; filled where the test asks for `cast`, and further
    where it is marked `furnished`.

    Its letter box is empty: Django's keeps what earlier tests of the same process sent, and what was sent when the
    house was filled.
    """
    from django.core import mail

    marked = request.node.get_closest_marker("furnished")
    place = houses.copy(
        database_vendor,
        tmp_path / "home",
        with_cast="cast" in request.fixturenames,
        more=marked.kwargs["by"] if marked else None,
    )
    mail.outbox = []
    yield place
    houses.drop(place)


@pytest.fixture
def cast(workplace: Workplace) -> Cast:
    """People with stated rights, a study in planning, a launched and a closed one, cases in every state."""
    from tests.web.cast import Cast

    return Cast.of(workplace.home)


@pytest.fixture
def costly_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed at what it costs outside tests."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    for name, value in COSTS.items():
        monkeypatch.setattr(Argon2PasswordHasher, name, value)


@pytest.fixture
def client_of(workplace: Workplace) -> Callable[..., Client]:
    """Makes a client in which a person is signed in, with a second factor used or not; None is a stranger."""

    def signed_in(person: Any = None, *, second_factor: bool = False, **options: Any) -> Client:
        from django.test import Client

        client = Client(**options)
        if person is not None:
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
            if second_factor:
                session = client.session
                session["account_authentication_methods"] = [{"method": "mfa", "type": "totp"}]
                session.save()
        return client

    return signed_in


@pytest.fixture(scope="session")
def warm(houses: Houses) -> Iterator[Warm]:
    """What the servers of this process's tests are forked from."""
    made = Warm(houses.first)
    yield made
    made.end()


@pytest.fixture
def server(warm: Warm, workplace: Workplace) -> Iterator[Server]:
    """This test's house being served by the real web server and queue worker, at hand at once."""
    served = WarmServer(workplace, warm=warm)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def command_server(workplace: Workplace) -> Iterator[Server]:
    """This test's house being served by the command `sagsbarometer serve`, which takes seconds."""
    served = Server(workplace)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def shown(
    server: Server, cast: Cast, client_of: Callable[..., Any], browser_page: Page, tmp_path: Path
) -> Iterator[Shown]:
    """The reading page of Rikke, to which documents can be given."""
    from tests.web.viewer_in_tests import Shown

    session = client_of(cast.rikke).cookies["sessionid"].value
    made = Shown(server, cast, session, browser_page.context.browser, tmp_path)
    yield made
    for context in made.contexts:
        context.close()


@pytest.fixture
def page_of(
    server: Server, client_of: Callable[..., Any], browser_page: Page
) -> Iterator[Callable[..., Page]]:
    """Makes a page of a width (320 where nothing is said) and a height in which a person is signed in."""
    browser = browser_page.context.browser
    assert browser is not None
    open_ = []

    def signed_in(person: Any, width: int = 320, height: int = 900) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="da-DK")
        session = client_of(person).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
        open_.append(context)
        return context.new_page()

    yield signed_in
    for context in open_:
        context.close()
