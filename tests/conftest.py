"""What all tests share: hypothesis profiles, how long to try, a browser and a PostgreSQL."""

from __future__ import annotations

import functools
import gc
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer.testing
from hypothesis import settings

from tests.clusters_in_tests import new_database, postgres_cluster, postgres_programs

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
SOAK = os.environ.get("SAGSBAROMETER_SOAK") == "1"
IN_CI = os.environ.get("CI") == "true"
_LONG_FIRST = {"browser": 0, "web": 1, "integration": 2, "golden": 3}  # folders of tests
_NUMBERS = itertools.count(1)

# `test` repeats the same examples each time, so that a failure is about the change at hand;
# `soak` looks for new ones and prints how to repeat what it finds.
settings.register_profile("test", max_examples=30, deadline=None, derandomize=True, print_blob=True)
settings.register_profile("soak", max_examples=600, deadline=None, print_blob=True)
settings.load_profile("soak" if SOAK else "test")

# A runner of commands builds all eighty of them anew for each one it calls, though they are the same each time.
typer.testing._get_command = functools.cache(typer.testing._get_command)
# The heavy libraries are hundreds of thousands of objects that never go, and looking through them takes its time.
gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folders with long files first: at the end of a run in several processes none is left with one alone."""
    items.sort(key=lambda item: _LONG_FIRST.get(item.path.parent.name, len(_LONG_FIRST)))


def trials(number: int) -> int:
    """How many of `number` trials to make: all in `./run soak`, a twentieth (at least 1) in `./run test`."""
    return number if SOAK else max(1, number // 20)


def examples(number: int) -> int:
    """How many examples hypothesis tries where each takes long: as many as of all others in `./run soak`, `number` in
    `./run test`."""
    return 600 if SOAK else number


def missing(what: str) -> None:
    """Skips the test because `what` is not on this machine; fails where everything must be there."""
    if IN_CI:
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def soak() -> bool:
    """Whether this is `./run soak`."""
    return SOAK


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The connection string of a PostgreSQL that the tests of this process share."""
    if postgres_programs() is None:
        missing("PostgreSQL is not installed")
    with postgres_cluster() as address:
        yield address


@pytest.fixture
def database(cluster: str) -> Iterator[str]:
    """The connection string of a database of the test's own."""
    with new_database(cluster, f"own_{next(_NUMBERS)}") as address:
        yield address


def _chromium() -> str | None:
    for candidate in (os.environ.get("CHROMIUM"), "/usr/bin/chromium", "chromium", "chromium-browser"):
        if candidate and (found := shutil.which(candidate)):
            return found
    return None


@pytest.fixture(scope="session")
def browser_page() -> Iterator[Page]:
    """A page of headless Chromium that reaches no network of its own accord. Shared by a worker's tests."""
    executable = _chromium()
    if executable is None:
        missing("Chromium is not installed (set CHROMIUM to where it is)")
    from playwright.sync_api import sync_playwright

    arguments = [
        "--no-sandbox",  # the tests run as root in containers, and open only files they made
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        page = browser.new_page(locale="da-DK", timezone_id="Europe/Copenhagen")
        yield page
        browser.close()
