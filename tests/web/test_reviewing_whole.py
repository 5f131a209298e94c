"""A long case read from the desk to the hand-in with the keyboard alone: pins, a doubt, an undo.

`SAGSBAROMETER_RECORD=folder` keeps a recording (a Playwright trace, with a picture of each step) and pictures of the
page at three widths. What is on them is invented.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tests.web.cast import Cast
from tests.web.documents_in_tests import LINES, delivered, pdf_of
from tests.web.readings_in_tests import reading_of
from tests.web.served_in_tests import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Playwright keeps a loop in this thread, and Django would refuse to ask its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
RECORD = os.environ.get("SAGSBAROMETER_RECORD", "")
WIDTHS = (360, 1024, 1600)
# The question, what is pressed at it, and the line of the document that is pinned to it (0: none).
KEYS = [
    ("occasion", "1", 0), ("result", "2", 0), ("form", "1", 0), ("step_age", "0", 0),
    ("step_lasting_reduction", "0", 0),
    ("step_cannot_go_out_alone", "2", 0), ("step_no_social_pedagogical_content", "0", 0),
    ("step_self_chosen_activities", "1", 0), ("step_fifteen_hours", "0", 0), ("step_hours_covered_in_housing", "r", 0),
    ("fact_finding_defect", "2", 2), ("fact_finding_missing", "1", 0), ("fact_finding_direction", "1", 0),
    ("party_hearing_defect", "1", 0), ("discretion_used", "1", 0), ("main_considerations_missing", "1", 0),
    ("reasons_defect", "2", 4), ("reasons_direction", "3", 0), ("unlawful_terms", "0", 0),
    ("legal_basis_defect", "1", 0),
    ("fettered_discretion", "1", 0), ("wrong_assessment", "3", 3), ("wrong_assessment_direction", "1", 0),
    ("would_be_outcome", "4", 0), ("appeal_guidance_given", "1", 0), ("appeal_guidance_meets_25", "1", 0),
    ("application_date", "02-03-2026", 0), ("decision_date", "20-04-2026", 0), ("deadline_days", "56", 0),
    ("deadline", "1", 0), ("boundary_85_in_play", "2", 0), ("overall_assessment", "1", 0),
    ("citizen_action_plan_offered", "1", 0),
]  # fmt: skip
DOUBTED, UNDONE, REQUIRED = "step_cannot_go_out_alone", "party_hearing_defect", "wrong_assessment"


@pytest.fixture
def reader(server: Server, cast: Cast, client_of: Callable[..., Any], browser_page: Page) -> Iterator[Page]:
    """A page in which a reader is signed in; what is done in it is recorded where that is asked for."""
    browser = browser_page.context.browser
    assert browser is not None
    context = browser.new_context(viewport={"width": 1600, "height": 900}, locale="da-DK")
    session = client_of(cast.rikke).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    if RECORD:
        context.tracing.start(screenshots=True, snapshots=True, title="En sag læst med tastaturet")
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    if RECORD:
        context.tracing.stop(path=Path(RECORD) / "laesning.zip")
    context.close()


def at(page: Page, question: str) -> None:
    """That the keys work on a question now."""
    page.wait_for_function(
        "id => document.activeElement?.closest('.reading-question')?.dataset.question === id", arg=question
    )


def test_a_case_of_thirty_questions_by_keys_alone(
    server: Server, cast: Cast, reader: Page, tmp_path: Path
) -> None:
    from sagsbarometer.web.reviewing.models import Answer, Doubt, Overruling, Pin

    row = reading_of(cast)
    delivered(cast, row.case, "sag.pdf", pdf_of([LINES, ["Side to"]]), tmp_path)
    faults: list[str] = []
    reader.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    reader.on("pageerror", lambda error: faults.append(str(error)))
    reader.goto(f"{server.url}/laesning/")
    reader.keyboard.press("n")
    reader.wait_for_url(f"**/laesning/{row.id}/")
    reader.wait_for_selector('.viewer-page[data-page="1"][data-drawn]')
    for question, keys, line in KEYS:
        at(reader, question)
        _answer(reader, question, keys)
        asked = reader.locator(f"#n-{question} .reading-evidence", has_text="Bevis kræves.")
        if question == REQUIRED:
            asked.wait_for()
        if line:
            _pin(reader, question, line)
            asked.wait_for(state="hidden")
        if question == DOUBTED:
            _doubt(reader, question)
        if question == UNDONE:
            _undo(reader, question)
        reader.keyboard.press("j")
    assert len(KEYS) >= 30
    assert reader.locator("#p-all").inner_text().endswith(f"{len(KEYS)} af {len(KEYS)}")
    _looked_at(reader)
    reader.keyboard.press("a")
    reader.wait_for_url(f"**/{row.id}/aflever/")
    _overrule(reader, "Sagens papirer viser færre timer end søgt.")
    reader.wait_for_url(lambda url: row.id not in url)
    row.refresh_from_db()
    assert row.state == "submitted"
    pins = {pin.question: pin.page for pin in Pin.objects.filter(reading=row, removed_at=None)}
    assert pins == {question: 1 for question, _keys, line in KEYS if line}
    assert Doubt.objects.get(reading=row).question == DOUBTED
    assert Answer.objects.exclude(undoes=None).get(reading=row).question == UNDONE
    assert Overruling.objects.get(reading=row).soft_check == "declared_result_found"
    assert set(row.answers.values_list("question", flat=True)) == {question for question, *_rest in KEYS}
    # That something is asked before the hand-in is no fault of the page.
    assert [text for text in faults if "422" not in text] == []


def _answer(page: Page, question: str, keys: str) -> None:
    if len(keys) == 1:
        page.keyboard.press(keys)
    else:
        page.keyboard.press("i")
        page.keyboard.type(keys)
        page.keyboard.press("Escape")
    page.locator(f"#q-{question}[data-state=saved] #s-{question}", has_text="Gemt").wait_for()


def _pin(page: Page, question: str, line: int) -> None:
    """To the documents, down to a line, pinned, and back to the question."""
    page.keyboard.press("d")
    page.wait_for_function("() => document.activeElement.closest('.viewer')")
    page.keyboard.press("p")  # the top of the first page: the choice begins there
    for _line in range(line):
        page.keyboard.press("j")
    page.wait_for_function("words => getSelection().toString().trim() === words", arg=LINES[line - 1])
    page.keyboard.press("b")
    page.locator(f"#pins-{question} .pin", has_text=LINES[line - 1]).wait_for()
    page.keyboard.press("d")
    at(page, question)


def _doubt(page: Page, question: str) -> None:
    page.keyboard.press("t")
    page.wait_for_function("() => document.activeElement.matches('textarea')")
    page.keyboard.type("Er en enkelt tur nok?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(f"#doubt-{question}", has_text="Åben").wait_for()
    at(page, question)


def _undo(page: Page, question: str) -> None:
    """Another answer, and then not."""
    chosen = page.locator(f"#q-{question} input:checked")
    first = chosen.get_attribute("value")
    _answer(page, question, "2")
    assert chosen.get_attribute("value") != first
    page.keyboard.press("u")
    page.wait_for_function(
        "([id, value]) => document.querySelector(`#q-${id} input:checked`)?.value === value",
        arg=[question, first],
    )
    at(page, question)


def _overrule(page: Page, why: str) -> None:
    """The question that is left before the hand-in: the answer is right all the same, because …"""
    page.wait_for_function("() => document.activeElement.matches('textarea')")
    page.keyboard.type(why)
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.matches('button')")
    page.keyboard.press("Enter")


def _looked_at(page: Page) -> None:
    """At three widths nothing lies beside the page, and axe finds nothing."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        if RECORD:
            page.screenshot(path=Path(RECORD) / f"laesning-{width}.png")
