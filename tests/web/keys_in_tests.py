"""A page used by keyboard alone: each stop is looked at on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

_MOST = 300  # stops of a page
# How the focus looks: of the element, its labels and what stylesheets put before and after them.
_LOOK = """() => {
  const box = document.activeElement;
  if (!box || box === document.body) return null;
  const all = [...document.querySelectorAll('*')];
  const stop = {html: box.outerHTML.slice(0, 140), at: all.indexOf(box), shown: true, seen: true};
  if (window.lastStop === box) return stop;  // the next part of a date: looked at, and blurring would begin it again
  window.lastStop = box;
  const parts = [box, ...(box.labels || [])];
  const names = ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'borderTopColor', 'borderTopWidth',
    'backgroundColor', 'textDecorationLine', 'clipPath', 'left', 'top', 'opacity'];
  const look = () => JSON.stringify(parts.map(part => [null, '::before', '::after'].map(piece => {
    const style = getComputedStyle(part, piece);
    return names.map(name => name === 'outlineColor' && style.outlineStyle === 'none' ? '' : style[name]);
  })));
  const on = look();
  const focused = box.matches(':focus-visible');
  box.blur();
  const off = look();
  box.focus({preventScroll: true});
  const places = parts.map(part => part.getBoundingClientRect());
  const seen = places.some(at => at.width > 1 && at.height > 1
    && at.bottom > 0 && at.top < innerHeight && at.right > 0 && at.left < innerWidth);
  return {...stop, shown: on !== off && focused, seen};
}"""
# What can be come to by Tab: of radio buttons with one name, one.
_EXPECTED = """() => {
  const groups = new Set(), all = [...document.querySelectorAll('*')];
  return [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')].filter(box => {
    if (box.disabled || box.tabIndex < 0 || !box.checkVisibility({visibilityProperty: true})) return false;
    if (box.type !== 'radio') return true;
    const chosen = box.form.querySelector(`input[name="${box.name}"]:checked`);
    if (groups.has(box.name) || (chosen && chosen !== box)) return false;
    groups.add(box.name);
    return true;
  }).map(box => all.indexOf(box));
}"""


@dataclass
class Keys:
    """The keyboard of a page. `wrong` gathers what is not as it should be."""

    page: Page
    wrong: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        """Presses keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def step(self, key: str = "Tab") -> dict[str, Any] | None:
        """One stop on: what has the focus, None at the end of the page."""
        self.press(key)
        stop: dict[str, Any] | None = self.page.evaluate(_LOOK)
        if stop is not None:
            where = f"{self.page.url}: {stop['html']}"
            if not stop["shown"]:
                self.wrong.append(f"the focus is not seen at {where}")
            if not stop["seen"]:
                self.wrong.append(f"out of sight: {where}")
        return stop

    def reach(self, selector: str) -> None:
        """Tabs on until what is asked for has the focus."""
        met = []
        for _stop in range(_MOST):
            stop = self.step()
            met.append(stop and stop["html"])
            if stop and self.page.evaluate("(it) => document.activeElement.matches(it)", selector):
                return
        raise AssertionError(f"{selector} is not come to at {self.page.url}: {met[:40]}")

    def write(self, selector: str, text: str) -> None:
        """Comes to a field and writes in it, in place of what stands there."""
        self.reach(selector)
        self.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, selector: str) -> None:
        """Comes to the group of a radio button by Tab and to the button by arrows."""
        name = self.page.locator(selector).get_attribute("name")
        self.reach(f"input[name='{name}']")
        self.press("Space")
        for _button in range(20):
            if self.page.evaluate("(it) => document.activeElement.matches(it)", selector):
                return
            self.press("ArrowDown")
        raise AssertionError(f"{selector} is not come to by arrows")

    def go(self, selector: str, key: str = "Enter") -> None:
        """Comes to a link or a button and presses it."""
        self.reach(selector)
        with self.page.expect_navigation():
            self.press(key)

    def tour(self) -> None:
        """Once through the page: every stop, in its order, and out again; then the page as it was, by its skip link."""
        self._anew()
        expected: list[int] = self.page.evaluate(_EXPECTED)
        met: list[int] = []
        for _stop in range(_MOST):
            stop = self.step()
            if stop is None or stop["at"] in met[:-1]:
                break
            if stop["at"] not in met:
                met.append(stop["at"])
        else:
            self.wrong.append(f"no way out of {self.page.url}")
        if met != sorted(met):
            self.wrong.append(f"another order than the page's at {self.page.url}")
        if left := [at for at in expected if at not in met]:
            html = self.page.evaluate(
                "(at) => document.querySelectorAll('*')[at].outerHTML.slice(0, 140)", left[0]
            )
            self.wrong.append(f"not come to at {self.page.url}: {html}")
        self.skip_link()

    def skip_link(self) -> None:
        """The first stop leads past the menu: the next one stands in the content."""
        self._anew()
        first = self.step()
        assert first is not None
        if "skipnav" not in first["html"]:
            self.wrong.append(f"no skip link first at {self.page.url}")
            return
        self.press("Enter")
        inside = "document.querySelector('main').contains(document.activeElement)"
        if not self.page.evaluate(inside):
            self.wrong.append(f"the skip link leads nowhere at {self.page.url}")
        self.press("Tab")
        has_stops = self.page.evaluate(
            "!!document.querySelector('main a[href], main button, main input:not([type=hidden])')"
        )
        if has_stops and not self.page.evaluate(inside):
            self.wrong.append(f"the skip link does not skip at {self.page.url}")
        self._anew()

    def _anew(self) -> None:
        """From the top: an address with a mark in it would begin at the mark."""
        self.page.goto(self.page.url.partition("#")[0])
