"""Law and doubts beside an answer, by keys alone, in a real browser with the real policy; axe finds nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tests.web.cast import LAUNCHED, Cast
from tests.web.readings_in_tests import answered, reading_of, screened_in
from tests.web.served_in_tests import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
SHOTS = os.environ.get("SAGSBAROMETER_SHOTS", "")


def clean(page: Page, name: str) -> None:
    """What axe and the eye say of a page."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))
    found = Axe().run(page).response["violations"]
    assert [(item["id"], [node["target"] for node in item["nodes"]]) for item in found] == [], name
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, name


def test_law_and_doubt_by_keys_alone(server: Server, cast: Cast, page_of: Callable[..., Page]) -> None:
    from sagsbarometer.web.reviewing.models import Citation, Doubt

    row = reading_of(cast)
    answered(row, {"step_age": ["assessed"], "decision_date": "2026-04-20", "result": "refusal"})
    other = reading_of(cast, "rikke", case=screened_in(cast, 1)[0])
    answered(other, {"step_age": [], "result": "grant"})
    page = page_of(cast.rikke, 1280, 800)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(f"{server.url}/laesning/{row.id}/#q-step_age")
    page.keyboard.press("l")
    page.locator("#law-step_age:not([hidden])", has_text="Sådan svarede vi sidst").wait_for()
    clean(page, "law_1280")
    page.locator("#law-step_age button", has_text="Henvis hertil").first.press("Enter")
    page.locator("#law-step_age", has_text="Svaret henviser hertil").wait_for()
    assert Citation.objects.get().norm == "condition:serviceloven/97/age"
    page.locator("#q-step_age").focus()
    page.keyboard.press("l")
    page.locator("#law-step_age").wait_for(state="hidden")
    page.keyboard.press("t")
    page.locator("#doubt-step_age textarea").wait_for()
    page.keyboard.type("Skriver CPR 010190-1234")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#doubt-step_age", has_text="ligner noget med et CPR-nummer").wait_for()
    field = page.locator("#doubt-step_age textarea")
    assert field.input_value() == "Skriver CPR 010190-1234", "what was typed is still there"
    field.fill("Tæller en bus med?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#doubt-step_age", has_text="Åben").wait_for()
    assert page.locator("#doubt-step_age textarea").last.input_value() == ""
    assert page.locator("#unsaved").is_hidden()
    assert Doubt.objects.get().question == "step_age"
    clean(page, "doubt_1280")
    # The policy refuses nothing of ours, and a refusal of the server is no fault of the page.
    assert [text for text in faults if "422" not in text] == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_doubts_and_the_codebook_are_clean(
    width: int, server: Server, cast: Cast, page_of: Callable[..., Page]
) -> None:
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.identifiers import random_id
    from sagsbarometer.web.reviewing import looks
    from sagsbarometer.web.reviewing.models import CodebookRule, Doubt, DoubtRemark
    from sagsbarometer.web.reviewing.sealing import locked

    row = reading_of(cast)
    answered(row, {"result": "refusal", "decision_date": "2023-05-01", "step_age": []})
    with acting("system:tests", "doubts"):
        doubt = Doubt.objects.create(reading=row, question="result", by=cast.rikke)
        remark = DoubtRemark(doubt=doubt, once=random_id(20), by=cast.rikke)
        remark.words = locked(LAUNCHED, "Er det et afslag?", f"reviewing_doubtremark.words:{remark.id}")
        remark.save(force_insert=True)
        old = CodebookRule.objects.create(
            study=cast.launched, question="result", text="Ja, altid.", once="a", by=cast.anna
        )
        looks.for_rule(old)
        CodebookRule.objects.create(
            study=cast.launched, question="step_age", text="Se på datoen.", once="b", by=cast.anna
        )
    base = f"{server.url}/studier/{LAUNCHED}/laesning"
    anna, rikke = page_of(cast.anna, width, 800), page_of(cast.rikke, width, 800)
    for page, name, address in (
        (anna, "doubts", f"{base}/tvivl/"),
        (anna, "doubt", f"{base}/tvivl/{doubt.id}/"),
        (anna, "rule", f"{base}/kodebog/ny/?doubt={doubt.id}"),
        (anna, "codebook", f"{base}/kodebog/"),
        (anna, "look_cases", f"{base}/se-igen/"),
        (rikke, "again", f"{server.url}/laesning/se-igen/"),
        (rikke, "asking", f"{server.url}/laesning/{row.id}/tvivl/result/"),
        (rikke, "law", f"{server.url}/laesning/{row.id}/lov/step_age/"),
        (rikke, "reading", f"{server.url}/laesning/{row.id}/#q-result"),
    ):
        page.goto(address)
        clean(page, f"{name}_{width}")
