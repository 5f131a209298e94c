"""The demo's workplace, served for real: every kind of page each role gets to, in narrow and wide windows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from demo.workplace.build import Built
from sagsbarometer.web.home import Home
from tests.browser.walk_in_tests import WIDTHS, Kind, kinds, signed_in, too_wide, twice_as_large
from tests.web.house_in_tests import Workplace
from tests.web.served_in_tests import Server

PICTURES = os.environ.get("SAGSBAROMETER_PICTURES")  # a folder to put screenshots in, to look at


@dataclass(frozen=True)
class Demo:
    """The demo's workplace, being served."""

    built: Built
    url: str

    def email(self, role: str) -> str:
        """Somebody with a role."""
        return next(email for email, held, _ in self.built.logins if held == role)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Built in a process of its own, as `./run demo` does, so that this process stays free of it."""
    folder = tmp_path_factory.mktemp("demo") / "arbejdsplads"
    told = subprocess.run(
        [sys.executable, "demo/workplace/build.py", str(folder), "--json"],
        capture_output=True,
        check=True,
        text=True,
    )
    said = json.loads(told.stdout)
    built = Built(
        folder=folder,
        study=said["study"],
        password=said["password"],
        logins=tuple(tuple(login) for login in said["logins"]),
        documents=said["documents"],
        seconds=said["seconds"],
    )
    server = Server(Workplace(Home(folder)))
    server.start()
    yield Demo(built, server.url)
    server.stop()


def _listen(page: Page, wrong: list[str]) -> None:
    """What the browser complains of: something refused by the policy, a file that is not there, a script that fails."""
    page.on("console", lambda message: wrong.append(f"{message.text} {message.location}"))
    page.on("pageerror", lambda error: wrong.append(str(error)))


def _wrong(page: Page, kind: Kind, role: str) -> list[str]:
    """What is wrong with a page, in both windows and at 200 percent."""
    found = [f"{role} {kind.name}: {how}: {what}" for how, told in twice_as_large(page) for what in told]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if over := too_wide(page):
            found.append(f"{role} {kind.name}: {over} px too wide at {width}")
        if PICTURES:
            name = kind.name.strip("/").replace("/", "-").replace("*", "x") or "forside"
            page.screenshot(path=Path(PICTURES) / f"{role}-{name[:60]}-{width}.png", full_page=True)
    for item in Axe().run(page).response["violations"]:
        found.append(f"{role} {kind.name}: {item['id']} {item['nodes'][0]['html'][:200]}")
    if page.locator("h1").count() != 1:
        found.append(f"{role} {kind.name}: {page.locator('h1').count()} headings of the first level")
    return found


def test_every_page_fits_is_accessible_and_obeys_the_policy(browser_page: Page, demo: Demo) -> None:
    browser = browser_page.context.browser
    assert browser is not None
    seen: set[str] = set()
    wrong: list[str] = []
    walked: dict[str, list[str]] = {}
    for role in ("administrator", "analyst", "reviewer", "supervisor", "municipal_contact"):
        page = signed_in(browser, demo.url, demo.email(role), demo.built.password)
        _listen(page, wrong)
        walked[role] = []
        for kind in kinds(page, demo.url + "/", seen):
            walked[role].append(kind.name)
            wrong += _wrong(page, kind, role)
        page.context.close()
    # What the browser would like to have, not what went wrong.
    faults = [text for text in wrong if not text.startswith("[DOM]")]
    assert not faults, "\n".join(faults)
    assert {"/studier/*/indsamling/", "/studier/*/sager/*/"} <= set(walked["analyst"])
    assert {"/studier/*/tal/*/", "/studier/*/fund/efter/"} <= set(walked["analyst"])
    assert {"/kommune/", "/kommune/*/", "/kommune/sager/*/"} <= set(walked["municipal_contact"])


def test_municipal_pages_work_without_javascript(browser_page: Page, demo: Demo) -> None:
    browser = browser_page.context.browser
    assert browser is not None
    email = demo.email("municipal_contact")
    page = signed_in(browser, demo.url, email, demo.built.password, javascript=False)
    page.goto(demo.url + "/kommune/")
    page.click("main a[href*='/kommune/']")
    assert page.locator("h1").count() == 1
    assert "Log ind" not in page.title()
    page.context.close()
