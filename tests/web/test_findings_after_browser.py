"""What comes after a release, in a browser: no JavaScript, 320 px, and axe finds nothing."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.web.cast import LAUNCHED, Cast
from tests.web.findings_in_tests import released_sheet
from tests.web.served_in_tests import Server
from tests.web.test_delivering_browser import clean, signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
__all__ = ["signed_in"]  # the fixture
PLAIN = {"viewport": {"width": 320, "height": 700}, "java_script_enabled": False}


def _checked(page: Page, signed_in: Any, person: Any) -> None:
    """The same address with scripts, which axe needs, narrow and wide."""
    for width in (320, 1280):
        other = signed_in(person, viewport={"width": width, "height": 900})
        other.goto(page.url)
        clean(other)
        other.context.close()


@pytest.mark.usefixtures("browser_page")
def test_from_the_front_to_an_objection_and_what_happened_without_javascript(
    server: Server, cast: Cast, signed_in: Any
) -> None:
    from sagsbarometer.web.findings.models import Aftermath, Objection

    today = timezone.localdate()
    until = {"object_until": today + timedelta(days=28), "tell_until": today - timedelta(days=1)}
    sheet, other = (released_sheet(cast, "902", **until) for _ in range(2))
    page = signed_in(cast.karla, **PLAIN)
    page.goto(f"{server.url}{reverse('delivering:mine')}")
    page.get_by_role("link", name="Se fund i 2 sager").click()
    _checked(page, signed_in, cast.karla)
    page.locator(f"a[href='{reverse('findings:own_sheet', args=[sheet.id])}']").click()
    page.get_by_label("Hvad handler indsigelsen om?").select_option("fact_finding_defect")
    page.get_by_role("button", name="Send indsigelsen").click()
    page.locator("#errors").wait_for()
    assert page.get_by_label("Hvad handler indsigelsen om?").input_value() == "fact_finding_defect"
    page.get_by_label("Hvad er I uenige i").fill("Oplysningerne står i bilag 3, side 2.")
    page.get_by_role("button", name="Send indsigelsen").click()
    page.get_by_text("Indsigelsen er sendt").wait_for()
    page.get_by_label("Ny afgørelse", exact=True).check()
    page.get_by_label("Hvornår?", exact=True).fill(today.isoformat())
    page.get_by_label("Ved en ny afgørelse").select_option("more")
    page.get_by_label("Ikke endnu").check()
    page.get_by_role("button", name="Gem", exact=True).click()
    page.get_by_text("Tak. Det er noteret.").wait_for()
    assert (Objection.objects.get().sheet_id, Aftermath.objects.get().effect) == (sheet.id, "more")
    _checked(page, signed_in, cast.karla)
    judge = signed_in(cast.dorte, **PLAIN)
    judge.goto(f"{server.url}{reverse('findings:objection', args=[LAUNCHED, Objection.objects.get().id])}")
    _checked(judge, signed_in, cast.dorte)
    judge.get_by_label("Ikke taget til følge").check()
    judge.get_by_label("Begrundelse").fill("Bilaget er fra efter afgørelsen.")
    judge.get_by_role("button", name="Gem svaret").click()
    judge.get_by_text("Svaret er gemt").wait_for()
    page.reload()
    page.get_by_text("Bilaget er fra efter afgørelsen.").wait_for()
    analyst = signed_in(cast.anna, **PLAIN)
    for name, more in (
        ("objections", ()),
        ("after", ()),
        ("after_cases", ()),
        ("after_case", (other.case_id,)),
    ):
        analyst.goto(f"{server.url}{reverse(f'findings:{name}', args=[LAUNCHED, *more])}")
        _checked(analyst, signed_in, cast.anna)
