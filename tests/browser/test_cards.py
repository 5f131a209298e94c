"""The cards of numbers in a browser: opened and closed by the keyboard, read by axe, and never in the way on paper."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from sagsbarometer.measures.cells import ResultSet, withheld
from sagsbarometer.measures.grid import Grid, GridColumn, GridRow, Place
from sagsbarometer.reporting.files import read_sources, write_documents
from sagsbarometer.reporting.writers import html_cards
from tests import register_reports_in_tests as register
from tests import reports_in_tests as review

if TYPE_CHECKING:
    from playwright.sync_api import Page

FORMATS = frozenset({"html"})
MANY = 200


def _big() -> Grid:
    """A table with more numbers than a page has cards for."""
    cells = [cell.ref for cell in register.cells()]
    rows = tuple(
        GridRow(
            f"row_{number}", {"da": f"Række {number}"}, 1, (Place((cells[number % len(cells)],), "percent"),)
        )
        for number in range(MANY)
    )
    column = (GridColumn("share", {"da": "Procent"}, {}),)
    return Grid("big", "9.9", {"da": "Mange rækker"}, {}, {"da": "Række"}, column, rows, {})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of a review and of a register, in both languages, and one with a number withheld."""
    folder = tmp_path_factory.mktemp("cards")
    hidden = tuple(
        withheld(cell) if cell.ref in ("right", "defect") else cell for cell in review.edition().results
    )
    made = {
        "review": (review.edition(), review.REPORT),
        "english": (review.edition(language="en"), review.REPORT),
        "hidden": (review.edition(results=ResultSet(hidden)), review.REPORT),
        "register": (register.edition(), register.REPORT),
    }
    for name, (edition, text) in made.items():
        documents, _ = read_sources(edition, [("report.md", text)])
        for file, content in write_documents(edition, documents, FORMATS).items():
            (folder / name).mkdir(exist_ok=True)
            (folder / name / file).write_bytes(content)
    return folder


def page_of(folder: Path, name: str) -> Path:
    return folder / name / ("prove.html" if name == "register" else "rapport.html")


def opened(page: Page, file: Path, width: int = 1280, scheme: str = "light") -> None:
    page.emulate_media(
        media="screen", color_scheme="dark" if scheme == "dark" else "light", forced_colors="none"
    )
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(file.as_uri())
    for summary in page.locator("summary").all():
        summary.click()


def shown(page: Page) -> list[str]:
    """The ids of the cards that can be seen."""
    return [str(item.get_attribute("id")) for item in page.locator(".card").all() if item.is_visible()]


def test_a_card_is_opened_closed_and_left_by_the_keyboard(browser_page: Page, folder: Path) -> None:
    opened(browser_page, page_of(folder, "review"))
    assert shown(browser_page) == []
    number = browser_page.locator("main p button.number").first
    number.focus()
    browser_page.keyboard.press("Enter")
    assert shown(browser_page) == ["kort-right"]
    assert browser_page.evaluate("document.activeElement.textContent") == "Luk"
    browser_page.keyboard.press("Escape")
    assert shown(browser_page) == []
    assert browser_page.evaluate("document.activeElement.id") == "tal-right"
    browser_page.keyboard.press("Space")
    assert shown(browser_page) == ["kort-right"]
    browser_page.keyboard.press("Enter")  # the close button has the focus
    assert shown(browser_page) == []


def test_the_focus_is_not_taken_when_the_page_opens(browser_page: Page, folder: Path) -> None:
    opened(browser_page, page_of(folder, "review"))
    browser_page.goto(page_of(folder, "review").as_uri())
    assert browser_page.evaluate("document.activeElement.tagName") == "BODY"


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("review", 320, "light"),
        ("review", 1280, "dark"),
        ("english", 320, "light"),
        ("hidden", 1280, "light"),
        ("register", 320, "dark"),
    ],
)
def test_an_open_card_is_accessible_and_fits(
    browser_page: Page, folder: Path, name: str, width: int, scheme: str
) -> None:
    opened(browser_page, page_of(folder, name), width, scheme)
    browser_page.locator("main button.number").first.click()
    assert len(shown(browser_page)) == 1
    box = browser_page.locator(".card:popover-open").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["height"] <= 800
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(browser_page).response["violations"]
    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found] == []


def test_the_mark_of_a_number_is_discreet_and_holds_in_high_contrast(
    browser_page: Page, folder: Path
) -> None:
    opened(browser_page, page_of(folder, "review"))
    style = (
        "(e => { const s = getComputedStyle(e);"
        " return [s.textDecorationStyle, s.color, s.backgroundColor, s.textDecorationColor] })"
    )
    number = browser_page.locator("main p button.number").first
    line, colour, ground, drawn = number.evaluate(style)
    around = browser_page.locator("main p").first.evaluate("e => getComputedStyle(e).color")
    assert (line, colour, ground) == ("dotted", around, "rgba(0, 0, 0, 0)")
    assert drawn == "rgb(77, 92, 102)"  # seen: the muted colour of the page
    browser_page.emulate_media(forced_colors="active")
    number.click()
    assert len(shown(browser_page)) == 1
    assert (
        browser_page.locator(".card:popover-open").evaluate("e => getComputedStyle(e).borderTopStyle")
        == "solid"
    )
    browser_page.emulate_media(forced_colors="none")


@pytest.mark.parametrize("name", ["review", "hidden", "register"])
def test_every_number_opens_a_card_that_is_there(browser_page: Page, folder: Path, name: str) -> None:
    opened(browser_page, page_of(folder, name))
    loose = browser_page.evaluate(
        """[...document.querySelectorAll('td.figures, main span.number')]
           .filter(e => /\\d|\\[c\\]/.test(e.firstChild?.textContent ?? '') && !e.querySelector('.number'))
           .map(e => e.outerHTML)"""
    )
    assert loose == []
    lost = browser_page.evaluate(
        """[...document.querySelectorAll('[popovertarget]')].map(e => e.getAttribute('popovertarget'))
           .filter(id => !document.getElementById(id))"""
    )
    assert lost == []
    twice = browser_page.evaluate(
        "(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);"
        " return ids.filter((id, at) => ids.indexOf(id) !== at) })()"
    )
    assert twice == []
    away = browser_page.evaluate(
        """[...document.querySelectorAll('a[href^="#"]')].map(e => decodeURIComponent(e.getAttribute('href').slice(1)))
           .filter(id => !document.getElementById(id))"""
    )
    assert away == []


def test_one_stop_of_the_tab_key_for_each_number_of_a_row(browser_page: Page, folder: Path) -> None:
    opened(browser_page, page_of(folder, "review"))
    for row in browser_page.locator("details tbody tr").all():
        assert row.locator("button.number:not([tabindex])").count() == 1


def test_a_withheld_number_opens_a_card_without_numbers(browser_page: Page, folder: Path) -> None:
    opened(browser_page, page_of(folder, "hidden"))
    browser_page.locator("button.number", has_text="[c]").first.click()
    told = browser_page.locator(".card:popover-open").inner_text()
    assert "[c]" in told
    assert "beskytte" in told
    assert not re.search(r"205|180|385|53", told)


def test_a_number_has_an_address_that_leads_to_it(browser_page: Page, folder: Path) -> None:
    file = page_of(folder, "review")
    browser_page.set_viewport_size({"width": 1280, "height": 800})
    browser_page.goto(f"{file.as_uri()}#tal-overrun")
    number = browser_page.locator("#tal-overrun")
    box = number.bounding_box()
    assert number.inner_text() == "11,5 uger"
    assert box is not None
    assert 0 <= box["y"] <= 800
    assert number.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


def test_a_figure_and_a_table_have_a_link_to_themselves(browser_page: Page, folder: Path) -> None:
    for name, selector, anchor in (
        ("review", "figure", "#fig-figure_1"),
        ("register", "caption", "#fig-by_area"),
    ):
        opened(browser_page, page_of(folder, name))
        link = browser_page.locator(f'{selector} a.here[href="{anchor}"]')
        assert link.count() == 1
        assert float(link.evaluate("e => getComputedStyle(e).opacity")) == 0
        link.focus()
        assert float(link.evaluate("e => getComputedStyle(e).opacity")) == 1
        assert str(link.get_attribute("aria-label")).startswith("Link til ")


def test_numbers_print_as_words_and_their_cards_as_a_list(browser_page: Page, folder: Path) -> None:
    opened(browser_page, page_of(folder, "review"))
    browser_page.emulate_media(media="print")
    style = browser_page.locator("main p button.number").first.evaluate(
        "e => { const s = getComputedStyle(e); return [s.textDecorationLine, s.borderTopWidth, s.backgroundColor] }"
    )
    assert style == ["none", "0px", "rgba(0, 0, 0, 0)"]
    document = pypdfium2.PdfDocument(browser_page.pdf(format="A4"))
    told = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    browser_page.emulate_media(media="screen")
    assert "I 53 procent af sagerne er afgørelsen rigtig (205 ud af 385)" in re.sub(r"\s+", " ", told)
    assert "Om hvert tal" in told
    assert "Sådan regnes det" in told
    assert "Luk" not in told


def test_many_numbers_have_their_cards_on_a_page_of_their_own(
    browser_page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = replace(register.edition(), grids=(_big(),), figures=())
    text = "---\ntitle: Prøve\nfile: prove\n---\n\n# Tal\n\n::table big\n"
    documents, problems = read_sources(edition, [("report.md", text)])
    assert documents, problems
    assert "tal.html" not in write_documents(edition, documents, FORMATS)
    monkeypatch.setattr(html_cards, "_MOST", 20)
    files = write_documents(edition, documents, FORMATS)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert 'popovertarget="' not in files["prove.html"].decode()
    for width in (320, 1280):
        opened(browser_page, tmp_path / "prove.html", width)
        browser_page.locator("td a.number").first.click()
        assert browser_page.url.split("#")[0].endswith("/tal.html")
        target = browser_page.locator(":target")
        assert target.count() == 1
        assert target.is_visible()
        assert browser_page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(browser_page).response["violations"]
        assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found] == []
