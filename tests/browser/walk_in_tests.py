"""Every page somebody can get to by links, walked in a real browser."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import Browser, Page

# What stands for one thing among many, a question or a measure by its name too: pages that differ in it alone are one
# kind.
_IDS = re.compile(r"(?<=/)(?:[a-hj-km-np-z2-9]{10,24}|\d+|[a-z0-9]+(?:_[a-z0-9]+)+)(?=/|$|\.)")
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
        heads = page.request.head(address).headers
        # Of a results folder, in which no script runs, ours neither: test_every_page.py looks at those.
        alone = "sandbox" in heads.get("content-security-policy", "")
        if alone or heads.get("content-type", "").partition(";")[0] != "text/html":
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


# What stands past the window's edge and cannot be scrolled to, or is cut off by the box it stands in.
_LOST = """() => {
  const told = [];
  for (const box of document.querySelectorAll('body *')) {
    const style = getComputedStyle(box), place = box.getBoundingClientRect();
    if (place.width < 2 || place.height < 2 || style.visibility === 'hidden') continue;
    if (box.closest('.sr-only, svg, .skipnav')) continue;
    const scrolled = box.closest('.table--responsive-scroll, .workplace-scroll, pre');
    const past = place.right > innerWidth + 1 || place.left < -1;
    const cut = ['hidden', 'clip'].includes(style.overflowX) && box.scrollWidth > box.clientWidth + 2;
    if (!scrolled && (past || cut)) told.push(box.outerHTML.slice(0, 120));
  }
  return told.slice(0, 3);
}"""
# Words and fields that lie on each other. Lines of one text come close: the middle half of each is what counts.
_OVERLAPS = """() => {
  const places = [];
  const add = (rect, owner) => {
    if (rect.width < 3 || rect.height < 6) return;
    const scroll = owner.closest('.table--responsive-scroll, .workplace-scroll, pre');
    const edge = scroll ? scroll.getBoundingClientRect() : {left: -1e9, right: 1e9, top: -1e9, bottom: 1e9};
    const left = Math.max(rect.left, edge.left), right = Math.min(rect.right, edge.right);
    const quarter = rect.height / 4;
    const top = Math.max(rect.top + quarter, edge.top), bottom = Math.min(rect.bottom - quarter, edge.bottom);
    if (right - left < 3 || bottom - top < 3) return;
    places.push({left, right, top, bottom, owner});
  };
  const seen = box => box.checkVisibility({opacityProperty: true, visibilityProperty: true})
    && !box.closest('.sr-only, svg, .skipnav');
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const owner = node.parentElement;
    if (!node.data.trim() || !seen(owner) || owner.closest('select, option, textarea')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) add(rect, owner);
  }
  for (const box of document.querySelectorAll('input, select, textarea, img'))
    if (seen(box) && box.type !== 'hidden') add(box.getBoundingClientRect(), box);
  places.sort((one, other) => one.top - other.top);
  const told = [];
  for (let i = 0; i < places.length; i++)
    for (let j = i + 1; j < places.length && places[j].top < places[i].bottom; j++) {
      const one = places[i], other = places[j];
      if (one.owner === other.owner) continue;
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - other.top;
      const said = [one, other].map(place => place.owner.outerHTML.slice(0, 90)).join(' | ');
      if (wide > 2 && high > 2) told.push(said);
    }
  return told.slice(0, 3);
}"""
_TEXT = "(size) => { document.documentElement.style.fontSize = size }"


def crowded(page: Page) -> list[str]:
    """What is lost or lies on something else, in the window as it is."""
    lost = [f"lost: {box}" for box in page.evaluate(_LOST)]
    over = too_wide(page)
    return (
        lost
        + [f"overlap: {pair}" for pair in page.evaluate(_OVERLAPS)]
        + ([f"{over} px too wide"] if over else [])
    )


def twice_as_large(page: Page) -> Iterator[tuple[str, list[str]]]:
    """What is wrong with a page at 200 percent: of a window of 1280 pixels (which then has 640), and of its text
    alone."""
    page.set_viewport_size({"width": 640, "height": 450})
    yield "zoomed to 200 %", crowded(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    page.evaluate(_TEXT, f"{2 * size}px")
    yield "text at 200 %", crowded(page)
    page.evaluate(_TEXT, "")
