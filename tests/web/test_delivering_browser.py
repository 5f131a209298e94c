"""The municipality's pages in a browser: axe finds nothing, they fit 320 px, JavaScript is not needed, and a script
in a name is never run under the real policy."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tests.uploads_in_tests import docx, pdf
from tests.web.cast import Cast
from tests.web.served_in_tests import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Playwright keeps a loop in this thread, and Django would refuse to ask its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
SCRIPT = '"><img src=x onerror=alert(1)><script>alert(1)</script>'


@pytest.fixture
def signed_in(
    server: Server,
    cast: Cast,
    client_of: Callable[..., Any],
    browser_page: Page,
) -> Any:
    """Makes a page of a browser in which a person is signed in."""
    browser = browser_page.context.browser
    assert browser is not None
    made = []

    def of(person: Any, **options: Any) -> Page:
        session = client_of(person).cookies["sessionid"].value
        context = browser.new_context(**options)
        context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
        made.append(context)
        return context.new_page()

    yield of
    for context in made:
        context.close()


def clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth")


def test_a_case_goes_from_the_first_page_to_its_receipt_without_javascript(
    server: Server, cast: Cast, signed_in: Any, tmp_path: Path
) -> None:
    asked = cast.request("901")
    narrow = {"viewport": {"width": 320, "height": 700}}
    page = signed_in(cast.kim, java_script_enabled=False, **narrow)
    axe = signed_in(cast.kim, bypass_csp=True, **narrow)  # axe is a script of its own
    page.goto(f"{server.url}/kommune/")
    page.get_by_role("link", name=asked.study.name).click()
    page.get_by_role("link", name="Tilføj en sag").click()
    page.get_by_role("button", name="Gem kladden").click()
    assert page.get_by_text("Skriv sagens nummer hos jer.").count()
    page.get_by_label("Sagens nummer hos jer").fill("2026-77")
    page.get_by_label("Ny ansøgning").check()
    page.get_by_label("Hvornår er ansøgningen modtaget?", exact=True).fill("02-03-2026")
    page.get_by_label("Skriftligt").check()
    page.get_by_label("Hvornår er afgørelsen truffet?", exact=True).fill("11-05-2026")
    page.get_by_label("Afslag", exact=True).check()
    page.get_by_role("group", name="Er afgørelsen påklaget?").get_by_label("Nej").check()
    page.get_by_label("Hvilken frist havde kommunen offentliggjort, da ansøgningen kom?", exact=True).fill(
        "8"
    )
    page.get_by_role("group", name="Fik borgeren").get_by_label("Ikke relevant").check()
    page.get_by_role("button", name="Gem kladden").click()
    assert page.get_by_text("Sagen er gemt som kladde.").count()
    sent = tmp_path / "afgørelse.pdf"
    sent.write_bytes(pdf())
    page.get_by_label("Tilføj filer").set_input_files(sent)
    page.get_by_role("button", name="Læg filerne i sagen").click()
    assert page.get_by_role("link", name="afgørelse.pdf").count()
    addresses = [f"{server.url}/kommune/", f"{server.url}/kommune/{asked.id}/", page.url]
    addresses += [
        f"{server.url}/kommune/{asked.id}/{name}/" for name in ("ny-sag", "mange", "liste", "kontrol")
    ]
    for address in addresses:
        axe.goto(address)
        clean(axe)


def test_the_longest_ids_of_a_list_fit_a_narrow_window(server: Server, cast: Cast, signed_in: Any) -> None:
    from sagsbarometer.web.events.acting import acting

    asked = cast.request("901")
    with acting("system:tests", "draw"):
        asked.drawn = ["a1201801234b" + "c" * 52]
        asked.frame_lists.create(
            rows=[{"id": id, "stratum": "alle"} for id in asked.drawn], file_hash="0" * 64
        )
        asked.save(update_fields=["drawn"])
    page = signed_in(cast.kim, viewport={"width": 320, "height": 700})
    page.goto(f"{server.url}/kommune/{asked.id}/")
    assert page.get_by_text(asked.drawn[0]).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_script_in_a_name_is_text_and_nothing_is_run(
    server: Server, cast: Cast, signed_in: Any, client_of: Callable[..., Any]
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    case, client = cast.case("901", "draft"), client_of(cast.kim)
    for name, content in ((f"{SCRIPT}.docx", docx(SCRIPT)), (f"{SCRIPT}.pdf", b"MZ")):
        client.post(f"/kommune/sager/{case.id}/filer/", {"files": [SimpleUploadedFile(name, content)]})
    page = signed_in(cast.kim)
    run: list[str] = []
    blocked: list[str] = []

    def ran(dialog: Any) -> None:
        run.append(dialog.message)
        dialog.dismiss()

    def told(message: Any) -> None:
        if "Content Security" in message.text:
            blocked.append(message.text)

    page.on("dialog", ran)
    page.on("console", told)
    for address in (f"sager/{case.id}/", f"{case.request_id}/", f"{case.request_id}/kontrol/"):
        page.goto(f"{server.url}/kommune/{address}")
    assert not run
    assert not blocked  # nothing of ours breaks the policy either
    assert page.locator("img[src=x]").count() == 0
