"""Markup in every name and text that is shown, on every page, in a real browser under the real policy: nothing of it is
run, nothing of it becomes an element, and the policy has nothing to stop."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from sagsbarometer.collection.plan_steps import plan_of, stored
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.middleware import POLICY
from tests.web.cast import Cast
from tests.web.served_in_tests import Server
from tests.web.test_cpr_everywhere import ASKERS, pages
from tests.web.things_in_tests import document_of, fill_things, things

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

# Playwright keeps a loop in this thread, and Django would refuse to ask its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
EVIL = "\"'><img src=x onerror=ran()><script>ran()</script>"  # short: it is to fit in every column
LONG = (
    f"{EVIL}<svg onload=ran()></svg><style>*{{color:red}}</style>[a](javascript:ran()) ![b](javascript:ran())"
)
# What of it would have become an element, or an address that runs.
_BECAME = """() => [...document.querySelectorAll(
  'img[src="x"], script:not([src]):not([type="application/json"]), svg[onload], [onerror], [onload], style, '
  + '[href^="javascript:" i], [src^="javascript:" i], [action^="javascript:" i]'
)].map(box => box.outerHTML.slice(0, 160))"""


def plant(cast: Cast) -> None:
    """The markup in all that somebody can write, as it lies in the house."""
    from sagsbarometer.web.accounts.models import Invitation, User
    from sagsbarometer.web.delivering.keeping import seal_number
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.planning.models import Authority, PlanVersion, Study
    from sagsbarometer.web.reviewing.models import CodebookRule, Freeze

    with acting("system:tests", "markup"):
        for study in Study.objects.all():
            study.name = f"{study.state} {EVIL}"
            study.plan = _plan(study.plan)
            study.save()
        User.objects.update(name=f"Navn {EVIL}")
        Invitation.objects.update(name=f"Navn {EVIL}")
        Authority.objects.update(name=f"Kommune {EVIL}")
        PlanVersion.objects.update(reason=f"Fordi {LONG}")
        CodebookRule.objects.update(text=f"Regel {LONG}")
        Freeze.objects.update(unlocked_why=f"Fordi {LONG}")
        for case in Case.objects.select_related("study"):
            seal_number(case, f"SAG {EVIL}")
            case.save()
            document_of(cast.home, case, cast.kim, name=f"fil {EVIL}.pdf", text=f"Tekst {LONG}")
    _plant_words(cast)


def _plan(kept: dict[str, Any]) -> dict[str, Any]:
    """A plan whose texts are all markup."""
    plan = plan_of(kept)
    texts = {
        "commission": ("asked_by", "funding", "deliverable"),
        "criteria": ("other", "note"),
        "letters": ("sender", "contact", "phone", "email", "basis", "place", "call_in", "thanks"),
        "figures": ("use",),
    }
    return stored(
        plan.model_copy(
            update={
                step: getattr(plan, step).model_copy(
                    update={
                        name: f"# Brev\n\n{LONG}" if name in ("call_in", "thanks") else LONG for name in names
                    }
                )
                for step, names in texts.items()
            }
        )
    )


def _plant_words(cast: Cast) -> None:
    """What is locked: remarks on cases and doubts, sentences of finding sheets, objections."""
    from dataclasses import replace

    from sagsbarometer.review.sheet import Words
    from sagsbarometer.web.findings import kept
    from sagsbarometer.web.findings.models import Objection, Sheet
    from sagsbarometer.web.receiving.models import Screening
    from sagsbarometer.web.reviewing.models import Doubt, DoubtRemark
    from sagsbarometer.web.reviewing.sealing import lock, locked

    with acting("system:tests", "markup"):
        for number, doubt in enumerate(Doubt.objects.select_related("reading__case", "by")):
            remark = DoubtRemark(doubt=doubt, once=f"markup{number}", by=doubt.by)
            remark.words = locked(
                doubt.reading.case.study_id, LONG, f"reviewing_doubtremark.words:{remark.id}"
            )
            remark.save(force_insert=True)
        for sheet in Sheet.objects.select_related("case"):
            content = kept.content_of(sheet)
            if content is not None and sheet.state != "released":
                kept.put(sheet, replace(content, words=(*content.words, Words("other", "", LONG))))
                sheet.save()
        for objection in Objection.objects.all():
            lock(objection, "words", LONG)
            objection.save()
        case = cast.case("901")
        row = Screening(case=case, verdict="in", by=cast.anna)
        row.remark = locked(case.study_id, LONG, f"receiving_screening.remark:{row.id}")
        row.save(force_insert=True)


@pytest.fixture
def filled(cast: Cast) -> Cast:
    """The cast with a thing of each kind, all of it full of markup. Before it is served."""
    fill_things(cast)
    things(cast)
    plant(cast)
    return cast


@pytest.fixture
def context_of(
    server: Server, client_of: Callable[..., Any], browser_page: Page
) -> Iterator[Callable[[Any], BrowserContext]]:
    """A window in which somebody is signed in."""
    browser, made = browser_page.context.browser, []
    assert browser is not None

    def of(person: Any) -> BrowserContext:
        context = browser.new_context(locale="da-DK")
        session = client_of(person).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
        made.append(context)
        return context

    yield of
    for context in made:
        context.close()


class Watched:
    """A page on which nothing may run. `wrong` gathers what did, or would have."""

    def __init__(self, context: BrowserContext) -> None:
        self.page, self.wrong, self.where = context.new_page(), list[str](), ""
        self.page.expose_function("ran", lambda: self.wrong.append(f"{self.where}: it ran"))
        self.page.on("console", lambda one: self._say(one.text))
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.where}: {error}"))

    def _say(self, text: str) -> None:
        if "Content Security Policy" in text or "Refused to" in text:
            self.wrong.append(f"{self.where}: {text[:200]}")

    def look(self, address: str, where: str) -> bool:
        """Opens a page; whether there was markup on it, as words."""
        self.where = where
        self.page.goto(address)
        self.wrong += [f"{where}: {html}" for html in self.page.evaluate(_BECAME)]
        return bool(self.page.evaluate("document.body.textContent.includes('onerror=ran()')"))


def test_markup_in_what_is_shown_is_words_on_every_page(
    filled: Cast, server: Server, context_of: Callable[[Any], BrowserContext], client_of: Callable[..., Any]
) -> None:
    watched = {name: Watched(context_of(filled.person(name))) for name in ASKERS}
    clients = {name: client_of(filled.person(name)) for name in ASKERS}
    shown, looked = set(), 0
    for route, name, address, place in pages(filled):
        if place == 2:
            continue
        clients[name].raise_request_exception = False
        reply = clients[name].get(address)
        if reply.status_code != 200 or not reply.get("Content-Type", "").startswith("text/html"):
            continue
        looked += 1
        if watched[name].look(server.url + address, f"{route} as {name}"):
            shown.add(route)
    wrong = [what for one in watched.values() for what in one.wrong]
    assert not wrong, "\n".join(wrong[:40])
    assert looked > 80
    assert len(shown) > 50, sorted(shown)


def test_the_watch_sees_markup_that_is_not_made_harmless(browser_page: Page) -> None:
    """The guard off: the same text put into a page as it is, with our policy and without it."""
    browser = browser_page.context.browser
    assert browser is not None
    for headers in ({"Content-Security-Policy": POLICY}, {}):
        context = browser.new_context()
        watched = Watched(context)
        _serve_plain(watched.page, dict(headers))
        watched.look("http://localhost/x", "plain")
        watched.page.wait_for_timeout(300)
        said = " ".join(watched.wrong)
        assert ("Content Security Policy" in said) == bool(headers)
        assert ("it ran" in said) != bool(headers)
        assert "<img" in said
        context.close()


def _serve_plain(page: Page, headers: dict[str, str]) -> None:
    def answer(route: Route) -> None:
        route.fulfill(body=f"<!doctype html><p>{LONG}", content_type="text/html", headers=headers)

    page.route("http://localhost/*", answer)
