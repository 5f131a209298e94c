"""The front page of a results folder in a browser: no accessibility fault, fits every screen, leads to every file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from sagsbarometer.reporting.files import read_texts, write_documents
from sagsbarometer.runs.index import index_page
from tests.reports_in_tests import REPORT, edition

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a run leaves it."""
    folder = tmp_path_factory.mktemp("results")
    (folder / "report.md").write_text(REPORT, encoding="utf-8")
    documents, _ = read_texts(edition(), [folder / "report.md"])
    files = write_documents(edition(), documents)
    files["cells.csv"] = files["manifest.json"] = b"{}"
    files["index.html"] = index_page(edition(), {item.file: item.title for item in documents}, files).encode()
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_front_page_is_accessible_and_fits(
    browser_page: Page, folder: Path, width: int, scheme: str
) -> None:
    browser_page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    browser_page.set_viewport_size({"width": width, "height": 900})
    browser_page.goto((folder / "index.html").as_uri())
    assert Axe().run(browser_page).response["violations"] == []
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_link_leads_to_a_file_and_every_file_has_a_link(browser_page: Page, folder: Path) -> None:
    browser_page.goto((folder / "index.html").as_uri())
    linked = set(
        browser_page.eval_on_selector_all("a", "links => links.map(link => link.getAttribute('href'))")
    )
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert linked == there - {"index.html", "report.md"}
