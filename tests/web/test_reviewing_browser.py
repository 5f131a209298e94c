"""A case read in a real browser, with the real server and its policy: by keys alone, and through all that breaks."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Error

from tests.conftest import trials
from tests.web.cast import PASSWORD, Cast
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in
from tests.web.served_in_tests import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

# Playwright keeps a loop in this thread, and Django would refuse to ask its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
SAVES = re.compile(r"/svar/")


@pytest.fixture
def rikke(server: Server, cast: Cast, client_of: Callable[..., Any], browser_page: Page) -> Iterator[Page]:
    """A page in which a reader is signed in; what it said on the console is in `said`."""
    browser = browser_page.context.browser
    assert browser is not None
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="da-DK")
    session = client_of(cast.rikke).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    yield context.new_page()
    context.close()


def kept(row: Any, question: str) -> Any:
    """What is saved of a question."""
    found = row.answers.filter(question=question).order_by("-number").first()
    return found and (found.value if found.state == "answered" else found.state)


def saved(page: Page, question: str) -> None:
    """Waits until a question says that it is saved."""
    page.locator(f"#q-{question}[data-state=saved] #s-{question}", has_text="Gemt").wait_for(timeout=60_000)


def state(page: Page, question: str) -> str:
    """What stands at a question."""
    return page.locator(f"#s-{question}").inner_text()


def at(page: Page, question: str) -> None:
    """That the keys work on a question now."""
    page.wait_for_function(
        "id => document.activeElement && document.activeElement.closest('.reading-question')?.dataset.question === id",
        arg=question,
        timeout=20_000,
    )


# One key each, in the order of the form: the question, and what is pressed at it.
KEYS = [
    ("occasion", "1"), ("result", "3"), ("form", "1"), ("step_age", "0"), ("step_lasting_reduction", "0"),
    ("step_cannot_go_out_alone", "0"), ("step_no_social_pedagogical_content", "0"),
    ("step_self_chosen_activities", "0"), ("step_fifteen_hours", "r"), ("step_hours_covered_in_housing", "r"),
    ("fact_finding_defect", "1"), ("party_hearing_defect", "1"), ("discretion_used", "2"), ("reasons_defect", "1"),
    ("legal_basis_defect", "1"), ("fettered_discretion", "1"), ("wrong_assessment", "1"), ("would_be_outcome", "1"),
    ("appeal_guidance_given", "1"), ("appeal_guidance_meets_25", "1"), ("application_date", "02-03-2026"),
    ("decision_date", "20-04-2026"), ("deadline_days", "56"), ("deadline", "1"), ("boundary_85_in_play", "2"),
    ("overall_assessment", "1"),
]  # fmt: skip


def test_a_whole_case_is_read_by_keys_alone(server: Server, cast: Cast, rikke: Page) -> None:
    first, second = (reading_of(cast, case=case) for case in screened_in(cast, 2))
    errors: list[str] = []
    rikke.on("pageerror", lambda error: errors.append(str(error)))
    rikke.goto(f"{server.url}/laesning/")
    rikke.keyboard.press("n")
    rikke.wait_for_url("**/laesning/*/")
    row = first if first.id in rikke.url else second
    other = second if row is first else first
    for question, keys in KEYS:
        at(rikke, question)
        if len(keys) == 1:
            rikke.keyboard.press(keys)
        else:
            rikke.keyboard.press("i")
            rikke.keyboard.type(keys)
            rikke.keyboard.press("Escape")
        saved(rikke, question)
        if question == "result":  # one undo, and again
            rikke.keyboard.press("u")
            rikke.wait_for_function(
                "() => !document.querySelector('#q-result input:checked')", timeout=20_000
            )
            at(rikke, question)
            rikke.keyboard.press("U")
            rikke.wait_for_function(
                "() => !!document.querySelector('#q-result input:checked')", timeout=20_000
            )
        rikke.keyboard.press("j")
    assert rikke.locator("#p-all").inner_text().endswith("26 af 26")
    assert "mandag 27. april 2026" in rikke.locator("#f-case_handling").inner_text()
    rikke.keyboard.press("a")
    rikke.wait_for_url(f"**/laesning/{other.id}/")
    row.refresh_from_db()
    assert row.state == "submitted"
    assert {question: kept(row, question) for question in REFUSAL} == {
        question: value.removeprefix("state:") if isinstance(value, str) else value
        for question, value in REFUSAL.items()
    }
    assert errors == []


def test_a_question_appears_and_goes_and_the_focus_stays(server: Server, cast: Cast, rikke: Page) -> None:
    row = reading_of(cast)
    rikke.goto(f"{server.url}/laesning/{row.id}/")
    at(rikke, "occasion")
    assert not rikke.locator("#q-against_party").is_visible()
    rikke.keyboard.press("4")
    rikke.locator("#q-against_party").wait_for(timeout=60_000)
    at(rikke, "occasion")
    assert "Nyt spørgsmål" in rikke.locator("#live").inner_text()
    rikke.locator("#o-occasion-follow_up").focus()
    rikke.keyboard.press("Space")
    rikke.locator("#q-against_party").wait_for(state="hidden", timeout=60_000)
    assert rikke.evaluate("document.activeElement.id") in ("o-occasion-follow_up", "q-occasion")


def test_a_save_survives_502_a_stall_and_no_network(server: Server, cast: Cast, rikke: Page) -> None:
    row = reading_of(cast)
    rikke.goto(f"{server.url}/laesning/{row.id}/")
    left = {"faults": 2}
    keys: list[str] = []

    def broken(route: Route) -> None:
        keys.append(re.findall(r"once=(\w+)", route.request.post_data or "")[0])
        left["faults"] -= 1
        if left["faults"] == 1:
            route.fulfill(status=502, body="Bad gateway")
        elif left["faults"] == 0:
            route.fetch()  # it is saved, and the reply is lost on the way
            route.abort()
        else:
            route.continue_()

    rikke.route(SAVES, broken)
    rikke.locator("label[for=o-result-refusal]").click()
    rikke.locator("#s-result", has_text="Ikke gemt").wait_for(timeout=20_000)
    assert rikke.locator("#unsaved").is_visible()
    assert "Ikke gemt" in rikke.locator("#loud").inner_text()
    saved(rikke, "result")
    assert not rikke.locator("#unsaved").is_visible()
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert row.answers.filter(question="result").count() == 1
    rikke.unroute(SAVES)

    rikke.context.set_offline(True)
    rikke.locator("label[for=o-form-oral]").click()
    rikke.locator("#s-form", has_text="Ikke gemt").wait_for(timeout=30_000)
    rikke.locator("label[for=o-form-written]").click()  # changed while the first is under way
    rikke.context.set_offline(False)
    saved(rikke, "form")
    rikke.wait_for_function(
        "() => !document.querySelector('#q-form[data-state=saving], #q-form[data-state=unsaved]')"
    )
    rikke.wait_for_timeout(500)
    assert kept(row, "form") == "written"

    def stalls(route: Route) -> None:
        rikke.wait_for_timeout(4000)
        route.continue_()

    rikke.route(SAVES, stalls)
    rikke.locator("label[for=o-occasion-new_application]").click()
    assert state(rikke, "occasion") == "Gemmer"
    saved(rikke, "occasion")
    assert kept(row, "occasion") == "new_application"


def test_a_stall_of_15_seconds_loses_nothing_and_stops_nobody(
    server: Server, cast: Cast, rikke: Page
) -> None:
    row = reading_of(cast)
    rikke.goto(f"{server.url}/laesning/{row.id}/")
    stalled: list[float] = []

    def stalls(route: Route) -> None:
        if not stalled:
            begun = time.monotonic()
            rikke.wait_for_timeout(15_000)
            stalled.append(time.monotonic() - begun)
        with suppress(Error):  # the page has asked again by then
            route.continue_()

    rikke.route(SAVES, stalls)
    rikke.locator("label[for=o-occasion-new_application]").click()
    rikke.locator("label[for=o-form-written]").click()  # one goes on meanwhile
    saved(rikke, "occasion")
    saved(rikke, "form")
    assert stalled[0] > 14  # else nothing is shown here; the timer is another process's, so not to the second
    assert (kept(row, "occasion"), kept(row, "form")) == ("new_application", "written")
    assert row.answers.count() == 2


def test_what_was_written_before_the_machine_slept_is_saved_when_it_wakes(
    server: Server, cast: Cast, rikke: Page
) -> None:
    row = reading_of(cast)
    rikke.goto(f"{server.url}/laesning/{row.id}/")
    rikke.locator("label[for=o-result-refusal]").click()
    saved(rikke, "result")
    page = rikke.context.new_cdp_session(rikke)
    server.kill()  # as from a machine that sleeps: no connection outlives it
    rikke.locator("label[for=o-occasion-follow_up]").click()
    rikke.locator("#i-deadline_days").fill("56")
    page.send("Page.setWebLifecycleState", {"state": "frozen"})
    time.sleep(3)
    server.start()
    page.send("Page.setWebLifecycleState", {"state": "active"})
    saved(rikke, "occasion")
    saved(rikke, "deadline_days")
    assert (kept(row, "occasion"), kept(row, "deadline_days")) == ("follow_up", 56)
    assert row.answers.count() == 3


def test_whatever_breaks_what_stands_on_the_page_is_what_is_saved(
    server: Server, cast: Cast, rikke: Page
) -> None:
    """Faster than the server answers, while replies are lost, late or refused: at last the two say the same."""
    row, chance = reading_of(cast), Random(8)
    rikke.goto(f"{server.url}/laesning/{row.id}/")
    choices = {
        "occasion": ["new_application", "follow_up", "cessation"],
        "result": ["grant", "partial_refusal", "refusal"],
        "legal_basis_defect": ["none", "immaterial", "material"],
        "deadline": ["kept", "exceeded", "cannot_be_seen"],
    }

    def unlucky(route: Route) -> None:
        fault = chance.choice(["", "", "502", "lost before", "lost after", "late"])
        if fault == "502":
            route.fulfill(status=502, body="Bad gateway")
        elif fault == "lost before":
            route.abort()
        elif fault == "lost after":
            route.fetch()
            route.abort()
        else:
            if fault:
                rikke.wait_for_timeout(700)
            route.continue_()

    rikke.route(SAVES, unlucky)
    for _ in range(trials(300)):
        question = chance.choice(list(choices))
        rikke.locator(f"label[for=o-{question}-{chance.choice(choices[question])}]").click()
        rikke.wait_for_timeout(chance.choice([0, 50, 400]))
    rikke.wait_for_function(
        "() => !document.querySelector('[data-state=saving], [data-state=unsaved]')", timeout=600_000
    )
    assert not rikke.locator("[data-state=conflict]").count()  # nobody else saved
    shown = {
        question: rikke.locator(f"#c-{question} input:checked").get_attribute("value")
        for question in choices
        if rikke.locator(f"#c-{question} input:checked").count()
    }
    assert {question: f"{kept(row, question)}" for question in shown} == {
        question: (value or "").removeprefix("state:") for question, value in shown.items()
    }


def test_leaving_with_something_unsaved_warns(server: Server, cast: Cast, rikke: Page) -> None:
    row = reading_of(cast)
    rikke.goto(f"{server.url}/laesning/{row.id}/")
    rikke.route(SAVES, lambda route: route.abort())
    rikke.locator("label[for=o-result-refusal]").click()
    rikke.locator("#s-result", has_text="Ikke gemt").wait_for(timeout=20_000)
    asked: list[str] = []

    def ask(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    rikke.on("dialog", ask)
    rikke.evaluate("location.href = '/laesning/'")
    rikke.wait_for_timeout(1000)
    assert asked == ["beforeunload"]
    assert row.id in rikke.url
    rikke.unroute(SAVES)
    saved(rikke, "result")
    rikke.goto(f"{server.url}/laesning/")
    assert asked == ["beforeunload"]


def test_a_session_that_ends_asks_for_log_in_and_the_text_is_still_there(
    server: Server, cast: Cast, rikke: Page
) -> None:
    from tests.web.test_reviewing_answers import in_quality

    row = in_quality(cast)
    rikke.goto(f"{server.url}/laesning/{row.id}/")

    def slow(route: Route) -> None:
        rikke.wait_for_timeout(1500)
        route.continue_()

    rikke.route(SAVES, slow)
    rikke.locator("#i-why").fill("Breve er")
    rikke.locator("#q-why[data-state=saving]").wait_for(timeout=20_000)
    rikke.locator("#i-why").press_sequentially(" svære at", delay=200)  # the reply comes while it is typed
    assert rikke.locator("#i-why").input_value() == "Breve er svære at"
    rikke.unroute(SAVES)
    saved(rikke, "why")
    rikke.context.clear_cookies(name="sessionid")
    rikke.locator("#i-why").press_sequentially(" forstå")
    rikke.locator("dialog#login[open]").wait_for(timeout=30_000)
    assert rikke.locator("#i-why").input_value() == "Breve er svære at forstå"
    assert "Ikke gemt" in state(rikke, "why")
    found = Axe().run(rikke)
    assert found.violations_count == 0, found.generate_report()
    rikke.locator("#login-word").fill("en forkert adgangskode")
    rikke.keyboard.press("Enter")
    rikke.locator("#login-fault", has_text="passer ikke").wait_for(timeout=30_000)
    rikke.locator("#login-word").fill(PASSWORD)
    rikke.keyboard.press("Enter")
    rikke.locator("dialog#login[open]").wait_for(state="hidden", timeout=30_000)
    saved(rikke, "why")
    rikke.locator("label[for=o-language-one]").click()
    saved(rikke, "language")
    from sagsbarometer.web.reviewing.shown import opened

    assert opened(row.id).given["why"].value == "Breve er svære at forstå"
    kept_by_browser = rikke.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,"
        " (await caches.keys()).length]"
    )
    assert kept_by_browser == [0, 0, 0, 0]


def test_two_tabs_are_asked_which_answer_counts(server: Server, cast: Cast, rikke: Page) -> None:
    row = reading_of(cast)
    here = f"{server.url}/laesning/{row.id}/"
    other = rikke.context.new_page()
    for page in (rikke, other):
        page.goto(here)
    rikke.locator("label[for=o-result-refusal]").click()
    saved(rikke, "result")
    other.locator("label[for=o-result-grant]").click()
    conflict = other.locator("#n-result [data-conflict]")
    conflict.wait_for(timeout=30_000)
    assert state(other, "result") == "Konflikt"
    assert re.search(r"Gemt\s+Afslag\s+Dit\s+Bevilling", conflict.inner_text())
    assert kept(row, "result") == "refusal"
    found = Axe().run(other)
    assert found.violations_count == 0, found.generate_report()
    conflict.get_by_text("Behold det gemte").click()
    conflict.wait_for(state="detached", timeout=30_000)
    assert other.locator("#o-result-refusal").is_checked()
    rikke.locator("label[for=o-result-partial_refusal]").click()
    saved(rikke, "result")
    other.locator("label[for=o-result-grant]").click()
    conflict.wait_for(timeout=30_000)
    conflict.get_by_text("Brug dit").click()
    conflict.wait_for(state="detached", timeout=30_000)
    saved(other, "result")
    assert kept(row, "result") == "grant"


def test_a_case_taken_out_in_the_middle_says_so_and_the_text_can_be_copied(
    server: Server, cast: Cast, rikke: Page
) -> None:
    from django.utils import timezone

    from sagsbarometer.web.events.acting import acting
    from tests.web.test_reviewing_answers import in_quality

    row = in_quality(cast)
    rikke.goto(f"{server.url}/laesning/{row.id}/")
    with acting("system:tests", "test"):
        row.review.withdrawn_at = timezone.now()
        row.review.save()
    rikke.locator("#i-why").fill("Det, jeg nåede")
    rikke.locator("#unsaved", has_text="taget ud af læsningen").wait_for(timeout=30_000)
    assert rikke.locator("#unsaved pre").inner_text() == "Det, jeg nåede"
    assert not row.answers.exists()


def test_the_divide_moves_by_keys_and_mouse_and_tabs_stand_where_it_is_narrow(
    server: Server, cast: Cast, rikke: Page
) -> None:
    row = reading_of(cast)
    rikke.goto(f"{server.url}/laesning/{row.id}/")
    divide, documents = rikke.locator("#divide"), rikke.locator("#pane-documents")
    before = documents.bounding_box()
    divide.focus()
    for _ in range(5):
        rikke.keyboard.press("ArrowLeft")
    assert divide.get_attribute("aria-valuenow") == "40"
    after = documents.bounding_box()
    assert before
    assert after
    assert after["width"] < before["width"] - 100
    box = divide.bounding_box()
    assert box
    rikke.mouse.move(box["x"] + 5, box["y"] + 100)
    rikke.mouse.down()
    rikke.mouse.move(box["x"] + 205, box["y"] + 100)
    rikke.mouse.up()
    assert int(divide.get_attribute("aria-valuenow") or 0) > 50
    rikke.set_viewport_size({"width": 360, "height": 780})
    assert rikke.locator("#pane-form").is_visible()
    assert not documents.is_visible()
    rikke.get_by_role("tab", name="Dokumenter").click()
    assert documents.is_visible()
    assert not rikke.locator("#pane-form").is_visible()


def test_without_scripts_a_case_is_answered_by_its_buttons(server: Server, cast: Cast, rikke: Page) -> None:
    row = reading_of(cast)
    browser = rikke.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies([cookie for cookie in rikke.context.cookies() if cookie["name"] == "sessionid"])  # type: ignore[misc]
    page = plain.new_page()
    page.goto(f"{server.url}/laesning/{row.id}/")
    assert not page.locator("#q-against_party").is_visible()
    page.locator("label[for=o-occasion-withdrawal]").click()
    page.locator("#a-occasion .reading-save").click()
    page.wait_for_url("**/#q-occasion")
    assert page.locator("#q-against_party").is_visible()
    page.locator("#i-deadline_days").fill("1001")
    page.locator("#a-deadline_days .reading-save").click()
    page.locator("#n-deadline_days", has_text="Skriv et helt tal").wait_for()
    page.locator("[data-step=undo] button").click()
    page.wait_for_url("**/#q-occasion")
    assert not page.locator("#q-against_party").is_visible()
    plain.close()
    assert kept(row, "occasion") == "not_answered"


def test_the_pages_are_clean_and_fit_all_widths(server: Server, cast: Cast, rikke: Page) -> None:
    row = reading_of(cast)
    reading_of(cast, case=screened_in(cast)[0])
    answered(row, {**REFUSAL, "deadline": "state:not_relevant", "wrong_assessment": "material"})
    told = []
    for width in (320, 1024, 1600):
        rikke.set_viewport_size({"width": width, "height": 900})
        for page in ("", f"{row.id}/", f"{row.id}/aflever/"):
            rikke.goto(f"{server.url}/laesning/{page}")
            found = Axe().run(rikke)
            if found.violations_count:
                told.append(f"{page} {width}\n{found.generate_report()}")
            wide = rikke.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                told.append(f"{page} is {wide} wide at {width}")
    assert not told, "\n".join(told)
