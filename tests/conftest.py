"""What all tests share: hypothesis profiles, how long to try, and a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
SOAK = os.environ.get("SAGSBAROMETER_SOAK") == "1"
IN_CI = os.environ.get("CI") == "true"

# `test` repeats the same examples each time, so that a failure is about the change at hand;
# `soak` looks for new ones and prints how to repeat what it finds.
settings.register_profile("test", max_examples=30, deadline=None, derandomize=True, print_blob=True)
settings.register_profile("soak", max_examples=600, deadline=None, print_blob=True)
settings.load_profile("soak" if SOAK else "test")


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
