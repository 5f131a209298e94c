"""Every page somebody can get to by links, walked in a real browser."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import Browser, Page

# What stands for one thing among many: pages that differ in it alone are one kind.
_IDS = re.compile(r"(?<=/)(?:[a-hj-km-np-z2-9]{10,24}|\d+)(?=/|$|\.)")
WIDTHS = (320, 1600)


@dataclass(frozen=True)
class Kind:
    """A kind of page, with an address of one."""

    name: str
    address: str


def kind_of(address: str) -> str:
    """`/studier/*/sager/` for every page of that kind; of a query only which names it has."""
    parts = urlsplit(address)
    names = ",".join(sorted(pair.partition("=")[0] for pair in parts.query.split("&") if pair))
    return _IDS.sub("*", parts.path) + (f"?{names}" if names else "")


def signed_in(browser: Browser, start: str, email: str, password: str, *, javascript: bool = True) -> Page:
    """A page of somebody who has signed in by the form."""
    context = browser.new_context(locale="da-DK", java_script_enabled=javascript)
    page = context.new_page()
    page.goto(start)
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main button")
    page.wait_for_load_state()
    return page


def kinds(page: Page, start: str, seen: set[str]) -> Iterator[Kind]:
    """Each kind of page that links lead to and that is not in `seen`, opened once; the front page always. What is
    downloaded is left out."""
    waiting = deque([start])
    seen.discard(kind_of(start))
    while waiting:
        address = waiting.popleft()
        name = kind_of(address)
        if name in seen:
            continue
        seen.add(name)
        kind = (page.request.head(address).headers.get("content-type", "")).partition(";")[0]
        if kind != "text/html":
            continue
        page.goto(address)
        yield Kind(name, address)
        links = page.evaluate("[...document.querySelectorAll('a[href]')].map(link => link.href)")
        for link in links:
            bare = urldefrag(urljoin(address, link)).url
            if bare.startswith(start) and kind_of(bare) not in seen:
                waiting.append(bare)


def too_wide(page: Page) -> int:
    """By how many pixels a page goes past the window; 0 when it fits."""
    return int(page.evaluate("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"))
