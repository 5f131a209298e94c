"""The page in a browser: no accessibility fault, nothing wider than the screen, nothing fetched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2  # type: ignore[import-untyped]
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from sagsbarometer.reporting.files import write_report
from tests.reports_in_tests import REPORT, edition

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (320, 768, 1280)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the report as a reader would have it."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "report.md").write_text(REPORT, encoding="utf-8")
    ladder = (
        "---\ntitle: Hvor knækker det?\n---\n\n# Trin\n\n{ladder.breaks_alone:bounds}\n\n::table ladder\n"
    )
    (folder / "ladder.md").write_text(ladder, encoding="utf-8")
    for name, content in write_report(edition(), [folder / "report.md", folder / "ladder.md"]).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def opened(page: Page, file: Path, width: int, scheme: str = "light") -> list[str]:
    """Opens the file at a width with every table unfolded; returns every address asked for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(file.as_uri())
    for summary in page.locator("summary").all():
        summary.click()
    return asked


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["rapport.html", "hvor-knaekker-det.html"])
def test_no_accessibility_fault_and_no_sideways_scroll(
    browser_page: Page, folder: Path, name: str, width: int, scheme: str
) -> None:
    asked = opened(browser_page, folder / name, width, scheme)
    assert [address for address in asked if not address.startswith(("file:", "data:"))] == []
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(browser_page).response["violations"]
    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found] == []


def test_one_picture_of_each_figure_shows_and_fits(browser_page: Page, folder: Path) -> None:
    for width in WIDTHS:
        opened(browser_page, folder / "rapport.html", width)
        for figure in browser_page.locator("figure").all():
            shown = [item for item in figure.locator("svg[role=img]").all() if item.is_visible()]
            assert len(shown) == 1
            box = shown[0].bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width


def test_the_keyboard_reaches_the_text_first(browser_page: Page, folder: Path) -> None:
    opened(browser_page, folder / "rapport.html", 1280)
    browser_page.goto((folder / "rapport.html").as_uri())
    browser_page.keyboard.press("Tab")
    assert browser_page.evaluate("document.activeElement.textContent") == "Gå til indholdet"
    browser_page.keyboard.press("Enter")
    assert browser_page.evaluate("document.activeElement.id") == "indhold"


def test_a_number_leads_to_its_measure(browser_page: Page, folder: Path) -> None:
    opened(browser_page, folder / "rapport.html", 1280)
    number = browser_page.locator(".number", has_text="205 ud af 385").first
    assert number.get_attribute("data-measure") == "right"
    assert number.get_attribute("title") == "alle gennemgåede sager (385)"


def test_printed_from_the_browser_every_page_is_marked(browser_page: Page, folder: Path) -> None:
    browser_page.emulate_media(media="null")  # other tests look at the page as on a screen
    opened(browser_page, folder / "rapport.html", 1280)
    printed = pypdfium2.PdfDocument(browser_page.pdf(format="A4"))
    told = [page.get_textpage().get_text_bounded() for page in printed]
    printed.close()
    assert len(told) > 2
    bare = [at for at, text in enumerate(told, 1) if not ("KLADDE" in text and "Rekonstruerede data" in text)]
    assert not bare, f"of {len(told)} pages"
