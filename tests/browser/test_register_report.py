"""A register's report in a browser: its tables fit every screen, by keyboard too, and no accessibility fault."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from sagsbarometer.reporting.files import read_sources, write_documents
from sagsbarometer.runs.index import index_page
from tests.register_reports_in_tests import BY_AREA, REPORT, edition

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (320, 768, 1400)
# As long as table 4.8 of the annual report: its labels are long and its rows many.
LONG = replace(
    BY_AREA,
    id="long",
    number="9.3",
    note={},
    rows=tuple(
        replace(
            BY_AREA.rows[1],
            id=f"row_{number}",
            label={"da": f"Børn - KSB - Bekendtgørelse om voksenansvar § {number}"},
        )
        for number in range(150)
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a run of a register leaves it."""
    folder = tmp_path_factory.mktemp("register")
    given = edition(grids=(*edition().grids, LONG))
    documents, found = read_sources(given, [("report.md", REPORT + "\n::annex Alle\n\n::table long\n")])
    assert found == ()
    files = write_documents(given, documents)
    files["index.html"] = index_page(given, {item.file: item.title for item in documents}, files).encode()
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def opened(page: Page, file: Path, width: int, scheme: str = "light") -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(file.as_uri())
    for summary in page.locator("summary").all():
        summary.click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["prove.html", "index.html"])
def test_no_accessibility_fault_and_no_sideways_scroll(
    browser_page: Page, folder: Path, name: str, width: int, scheme: str
) -> None:
    opened(browser_page, folder / name, width, scheme)
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(browser_page).response["violations"]
    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found] == []


def test_a_wide_table_scrolls_in_its_own_frame_by_keyboard(browser_page: Page, folder: Path) -> None:
    opened(browser_page, folder / "prove.html", 320)
    frame = browser_page.locator(".table.grid").first
    assert frame.evaluate("item => item.scrollWidth > item.clientWidth")
    frame.focus()
    assert frame.evaluate("item => document.activeElement === item")
    browser_page.keyboard.press("ArrowRight")
    for _ in range(20):  # it glides; and the page lets nothing be evaluated while it waits
        browser_page.wait_for_timeout(50)
        if frame.evaluate("item => item.scrollLeft > 0"):
            break
    assert frame.evaluate("item => item.scrollLeft > 0")
    head = frame.locator("tbody th").first
    frame.evaluate("item => { item.scrollLeft = 120 }")
    # What a row is stays in sight while its numbers pass under it.
    assert head.bounding_box()["x"] == pytest.approx(frame.bounding_box()["x"], abs=1)  # type: ignore[index]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_head_of_a_long_table_stays_in_sight(browser_page: Page, folder: Path, width: int) -> None:
    opened(browser_page, folder / "prove.html", width)
    frame = browser_page.locator(".table.long")
    assert frame.evaluate("item => item.clientHeight") <= 900
    frame.evaluate("item => { item.scrollTop = 2000 }")
    top, head = frame.bounding_box(), frame.locator("thead").bounding_box()
    assert top is not None
    assert head is not None
    assert head["y"] == pytest.approx(top["y"], abs=1)


def test_a_long_table_is_printed_whole(browser_page: Page, folder: Path) -> None:
    opened(browser_page, folder / "prove.html", 1400)
    browser_page.emulate_media(media="print")
    frame = browser_page.locator(".table.long")
    assert frame.evaluate("item => item.clientHeight >= item.querySelector('table').offsetHeight")
    browser_page.emulate_media(media="null")  # the page is shared


def test_one_picture_of_each_figure_shows_and_fits(browser_page: Page, folder: Path) -> None:
    for width in WIDTHS:
        opened(browser_page, folder / "prove.html", width)
        for figure in browser_page.locator("figure").all():
            (shown,) = [item for item in figure.locator("svg[role=img]").all() if item.is_visible()]
            box = shown.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
