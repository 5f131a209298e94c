"""Every kind of page there is in a browser: axe finds no fault, it fits every screen, and it can be read without
JavaScript, by the keyboard, at twice the size and on paper."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2  # type: ignore[import-untyped]
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.runs.front import front_page
from sagsbarometer.runs.letters import LetterJob, write_letters
from sagsbarometer.runs.release_export import export
from tests.conftest import ROOT
from tests.letters_in_tests import barometer, embargoed, published, service_check
from tests.releases_in_tests import DORTE, OUT, START, take
from tests.waits_in_tests import DAY, register_in, rows

if TYPE_CHECKING:
    from playwright.sync_api import Page

EXAMPLES = ROOT / "docs" / "eksempel"
PAGES = (
    "front/index.html",
    "front/barometer_97/index.html",
    "front/barometer_97/rapport.html",
    "front/barometer_97/hvor-knaekker-det.html",
    "site/index.html",
    "withdrawn/index.html",
    "letters/901/brev.html",
    "notes/901/laeringsnote.html",
    "checks/service_check_home_training/laeringsnotat.html",
    "access/laes_mig.html",
    "agreement/index.html",
    "estimate/index.html",
    "plan/index.html",
    "draw/index.html",
    "waiting/index.html",
    "scenario/index.html",
)
WITH_CARDS = tuple(
    page for page in PAGES if page.startswith(("letters", "notes", "checks", "estimate", "front/b"))
)


def run(*words: object) -> None:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of each kind."""
    folder = tmp_path_factory.mktemp("every")
    results = folder / "front" / "barometer_97"
    shutil.copytree(barometer(tmp_path_factory)[0], results)
    (folder / "front" / "index.html").write_text(front_page(folder / "front"), encoding="utf-8")
    release = published(results, folder / "out")
    export(release, folder / "site")
    take(release, "withdraw", DORTE, OUT + timedelta(days=1), reason="Et tal var forkert.")
    export(release, folder / "withdrawn")
    recipients = folder / "recipients.csv"
    recipients.write_text("code,name\n901,Agernæs-Holme\n", encoding="utf-8")
    letter = ROOT / "publishing" / "letters" / "before_publication.md"
    waiting = embargoed(results, folder / "waits")
    write_letters(LetterJob(waiting, letter, recipients, folder / "letters", now=START + timedelta(days=1)))
    checks = folder / "checks" / "service_check_home_training"
    shutil.copytree(service_check(checks.name, tmp_path_factory)[0], checks)
    run("report", "notes", checks, "--recipients", recipients, "--out", folder / "notes")
    run("release", "access-package", results, "--municipality", "901", "--out", folder / "access")
    own = EXAMPLES / "barometer"
    run("agreement", EXAMPLES / "dobbeltlaesning.csv", "--origin", "synthetic", "--out", folder / "agreement")
    run(
        "estimate", own / "om_2023.csv", "--design", own / "om_2023_fulde.yaml",
        "--poststrata", own / "om_2023_fulde.csv", "--out", folder / "estimate",
    )  # fmt: skip
    run("sample", "plan", own / "plan.yaml", "--out", folder / "plan")
    drawn = ("--frame", own / "sager.csv", "--on", "2027-02-15", "--origin", "synthetic")
    run("sample", "draw", folder / "plan", *drawn, "--out", folder / "draw")
    register = register_in(folder, rows(1000))
    asked = ("--register", register, "--as-of", DAY.isoformat())
    run("appeals", "waiting", *asked, "--by", "law_area", "--out", folder / "waiting")
    run("appeals", "scenario", *asked, "--capacity", "60", "--out", folder / "scenario")
    return folder


def opened(page: Page, file: Path, width: int = 1280, scheme: str = "light") -> None:
    page.emulate_media(
        media="screen", color_scheme="dark" if scheme == "dark" else "light", forced_colors="none"
    )
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("about:blank")
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")


@pytest.fixture
def still(browser_page: Page) -> Iterator[Page]:
    """A page that runs no script of its own."""
    browser = browser_page.context.browser
    assert browser is not None
    page = browser.new_page(
        java_script_enabled=False, locale="da-DK", viewport={"width": 1280, "height": 900}
    )
    yield page
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (320, "dark"), (1280, "light")])
@pytest.mark.parametrize("name", PAGES)
def test_no_accessibility_fault_and_no_sideways_scroll(
    browser_page: Page, folder: Path, name: str, width: int, scheme: str
) -> None:
    opened(browser_page, folder / name, width, scheme)
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(browser_page).response["violations"]
    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found] == []


@pytest.mark.parametrize("name", PAGES)
def test_twice_the_letters_and_every_colour_of_ones_own_fit_too(
    browser_page: Page, folder: Path, name: str
) -> None:
    opened(browser_page, folder / name)
    browser_page.emulate_media(forced_colors="active")
    browser_page.add_style_tag(content="html { font-size: 200% }")
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= 1280
    cut = browser_page.evaluate(
        """[...document.querySelectorAll('h1, h2, h3, p, li, a, button, dt, dd, caption, figcaption')]
           .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && e.clientWidth
                        && getComputedStyle(e).overflowX !== 'visible').map(e => e.outerHTML.slice(0, 200))"""
    )
    assert cut == []
    browser_page.emulate_media(forced_colors="none")


@pytest.mark.parametrize("name", PAGES)
def test_headings_come_in_order_and_every_link_leads_somewhere(
    browser_page: Page, folder: Path, name: str
) -> None:
    opened(browser_page, folder / name)
    levels = browser_page.evaluate(
        """[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(e => e.checkVisibility())
           .map(e => Number(e.tagName[1]))"""
    )
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert browser_page.evaluate("document.documentElement.lang") == "da"
    ids = browser_page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    links = browser_page.evaluate("[...document.querySelectorAll('a')].map(e => e.getAttribute('href'))")
    places = {link for link in links if link.startswith("#")}
    assert {link[1:] for link in places} <= set(ids)
    files = {link.split("#")[0] for link in links if not link.startswith(("#", "http"))}
    assert [link for link in files if not (folder / name).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("name", WITH_CARDS)
def test_every_kind_of_page_tells_what_must_be_known_of_a_number(
    browser_page: Page, folder: Path, name: str
) -> None:
    opened(browser_page, folder / name)
    if name.endswith("/index.html") and "estimate" not in name:
        return
    cards = browser_page.evaluate(
        """[...document.querySelectorAll('.card')].map(card => Object.fromEntries(
           [...card.querySelectorAll('dl > div')].map(row => [...row.children].map(e => e.textContent))))"""
    )
    assert cards
    form = "Spørgsmål og design" if name.startswith("estimate") else "Skema"
    known = {"Base", "Ukendt", "95 %-interval", "Generaliserbar", "Hvad der tælles", "Sådan regnes det", "Regel",
             "Definition", "Datadato", "Oprindelse", form, "Program"}  # fmt: skip
    if not name.startswith("estimate"):  # what an estimate asks stands in its design; no law is read for it
        known.add("Lovdata")
    # A number that is no cell has no rule of a form, and stands in no line of cells.csv.
    lacking = [known - set(card) - (set() if "Datafil" in card else {"Regel"}) for card in cards]
    assert [sorted(names) for names in lacking if names] == []
    assert all(value for card in cards for value in card.values())


def test_the_data_file_is_one_click_from_a_number_and_has_its_line(browser_page: Page, folder: Path) -> None:
    file = folder / "front" / "barometer_97" / "rapport.html"
    opened(browser_page, file)
    browser_page.locator("main p button.number, main li button.number").first.click()
    card = browser_page.locator(".card:popover-open")
    row = card.locator("div", has=browser_page.get_by_text("Datafil", exact=True)).last
    link, key = row.locator("a").get_attribute("href"), row.locator("code").inner_text()
    lines = (file.parent / str(link)).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith(f"{key},")]
    defined = card.locator("div", has=browser_page.get_by_text("Definition", exact=True)).last
    hash = defined.locator("code").inner_text()
    definitions = json.loads(
        (file.parent / str(defined.locator("a").get_attribute("href"))).read_text(encoding="utf-8")
    )
    assert definitions[key]["hash"].startswith(hash)


def test_a_letter_points_to_no_file(browser_page: Page, folder: Path) -> None:
    opened(browser_page, folder / "letters" / "901" / "brev.html")
    assert browser_page.locator(".card").count() > 0
    assert browser_page.locator('.card a[href$=".csv"], .card a[href$=".json"]').count() == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_what_a_link_of_a_card_leads_to_is_seen_beside_it(
    browser_page: Page, folder: Path, width: int
) -> None:
    opened(browser_page, folder / "front" / "barometer_97" / "rapport.html", width)
    browser_page.locator("main li button.number").first.click()
    card = browser_page.locator(".card:popover-open")
    card.get_by_role("link", name="Figur 1").click()
    place = browser_page.locator("#fig-figure_1 figcaption").bounding_box()
    box = card.bounding_box()
    assert place is not None
    assert box is not None
    assert 0 <= place["y"] < 200
    beside = (
        box["x"] + box["width"] <= place["x"] if width > 320 else place["y"] + place["height"] <= box["y"]
    )
    assert beside


def test_a_card_opens_and_closes_and_addresses_hold_without_javascript(still: Page, folder: Path) -> None:
    file = folder / "front" / "barometer_97" / "rapport.html"
    still.goto(file.as_uri())
    number = still.locator("main li button.number").first
    name = str(number.get_attribute("id"))
    number.focus()
    still.keyboard.press("Enter")
    card = still.locator(f"#{name.replace('tal-', 'kort-')}")
    assert card.is_visible()
    still.keyboard.press("Escape")
    assert not card.is_visible()
    assert still.locator(f"#{name}:focus").count() == 1
    for anchor in (name, "fig-figure_2"):
        still.goto("about:blank")
        still.goto(f"{file.as_uri()}#{anchor}")
        box = still.locator(f"#{anchor}").bounding_box()
        assert box is not None
        assert 0 <= box["y"] <= 900


def test_no_sign_is_left_alone_at_the_end_of_a_line(browser_page: Page, folder: Path) -> None:
    signs = """[...document.querySelectorAll('main button.number')].filter(e => e.checkVisibility()).flatMap(e => {
      const own = e.getClientRects()[0], found = [];
      for (const [side, other] of [['previousSibling', -1], ['nextSibling', 0]]) {
        const text = e[side];
        if (!text || text.nodeType !== 3 || !/\\S/.test(text.data.at(other))) continue;
        const at = other ? text.data.length - 1 : 0, range = document.createRange();
        range.setStart(text, at); range.setEnd(text, at + 1);
        const sign = range.getClientRects()[0];
        if (sign && Math.abs(sign.bottom - own.bottom) > 8) found.push(text.data.slice(-20) + '|' + e.textContent);
      }
      return found })"""
    lost = []
    for width in range(320, 1300, 70):
        opened(browser_page, folder / "front" / "barometer_97" / "rapport.html", width)
        lost += browser_page.evaluate(signs)
    assert lost == []


def test_a_shade_tells_that_a_table_goes_on(browser_page: Page, folder: Path) -> None:
    opened(browser_page, folder / "front" / "barometer_97" / "rapport.html", 320)
    table = browser_page.locator("details .table").first
    shade = "e => getComputedStyle(e).boxShadow"
    assert table.evaluate("e => e.scrollWidth > e.clientWidth")
    assert table.evaluate(shade) != "none"
    table.evaluate("e => { e.scrollLeft = e.scrollWidth }")
    browser_page.wait_for_timeout(200)
    assert table.evaluate(shade) in ("none", "rgba(0, 0, 0, 0) 0px 0px 0px 0px inset")
    opened(browser_page, folder / "front" / "barometer_97" / "rapport.html", 1600)
    assert browser_page.locator(".table").first.evaluate(shade) == "none"


def test_what_holds_for_every_number_is_printed_once(browser_page: Page, folder: Path) -> None:
    opened(browser_page, folder / "front" / "barometer_97" / "rapport.html")
    browser_page.emulate_media(media="print")
    document = pypdfium2.PdfDocument(browser_page.pdf(format="A4"))
    browser_page.emulate_media(media="screen")
    told = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    text = " ".join(told)
    assert text.count("Lovdata") == 1
    assert text.count("Sådan regnes det") > 50
    first = next(at for at, page in enumerate(told) if "Om hvert tal" in page)
    # A card takes less than a quarter of a page.
    assert len(told) - first < text.count("Sådan regnes det") / 4 + 4


def test_a_figure_is_drawn_on_white_whatever_the_colours_of_the_reader(
    browser_page: Page, folder: Path
) -> None:
    opened(browser_page, folder / "front" / "barometer_97" / "rapport.html", scheme="dark")
    browser_page.emulate_media(forced_colors="active", color_scheme="dark")
    ground = browser_page.locator(".chart.wide").first.evaluate("e => getComputedStyle(e).backgroundColor")
    browser_page.emulate_media(forced_colors="none", color_scheme="light")
    assert ground == "rgb(255, 255, 255)"


def test_a_page_of_links_is_printed_dark_on_white(browser_page: Page, folder: Path) -> None:
    opened(browser_page, folder / "site" / "index.html")
    browser_page.emulate_media(media="print")
    colour = browser_page.locator("h1").evaluate("e => getComputedStyle(e).color")
    ground = browser_page.locator(".band").evaluate("e => getComputedStyle(e).backgroundColor")
    browser_page.emulate_media(media="screen")
    assert (colour, ground) == ("rgb(0, 0, 0)", "rgba(0, 0, 0, 0)")
