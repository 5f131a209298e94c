"""The reports of authorities and of differences in a browser: they fit every screen, and axe finds no fault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from sagsbarometer.runs.appeals_authorities import Job as Authorities
from sagsbarometer.runs.appeals_authorities import authorities
from sagsbarometer.runs.appeals_compare import Job as Compare
from sagsbarometer.runs.appeals_compare import compare
from tests.authorities_in_tests import invented, register, rows

if TYPE_CHECKING:
    from playwright.sync_api import Page

DAY = "2025-01-15"
TILES = "code,name,short,column,row\n" + "".join(
    f"{901 + number},Opdigtet kommune {901 + number},O{number},{number % 17},{number // 17}\n"
    for number in range(60)
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of sixty authorities with their tiles, and that of three of them over three years."""
    folder = tmp_path_factory.mktemp("compared")
    made = register(folder, [row for year in (2022, 2023, 2024) for row in rows(invented(60), year)])
    (folder / "tiles.csv").write_text(TILES, encoding="utf-8")
    authorities(Authorities(made, DAY, "2024", folder / "authorities", tiles=folder / "tiles.csv"))
    years, groups = ("2022", "2023", "2024"), ("901", "902", "903")
    compare(Compare(made, DAY, "reversal_rate", years, "authority", groups, out=folder / "differences"))
    return {name: folder / name / "index.html" for name in ("authorities", "differences")}


def opened(page: Page, file: Path, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(file.as_uri())
    for summary in page.locator("summary").all():
        summary.click()


@pytest.mark.parametrize("name", ["authorities", "differences"])
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1400, "light")])
def test_page_fits_and_has_no_accessibility_fault(
    browser_page: Page, pages: dict[str, Path], name: str, width: int, scheme: str
) -> None:
    opened(browser_page, pages[name], width, scheme)
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(browser_page)
    assert found.violations_count == 0, found.generate_report()


def test_figures_are_told_in_words(browser_page: Page, pages: dict[str, Path]) -> None:
    opened(browser_page, pages["authorities"], 1400, "light")
    told = [
        item.get_attribute("aria-label") or ""
        for item in browser_page.locator(".chart.wide svg[role=img]").all()
    ]
    assert len(told) == 2
    assert "uden for de ydre grænser: Opdigtet kommune 902, Opdigtet kommune 903" in told[0]
