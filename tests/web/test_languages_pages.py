"""Every page in English, with what is translated marked: what stands outside the marks and is no data was forgotten."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.urls import reverse
from django.utils.translation import trans_real

from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.web import messages
from tests.web.browsers_in_tests import Browser
from tests.web.cast import Cast
from tests.web.house_in_tests import Houses, Workplace
from tests.web.routes_in_tests import NOTHING_THERE, TABLE
from tests.web.test_accounts_people import browser_of
from tests.web.things_in_tests import fill_things, things

OPEN, SHUT = "⟦", "⟧"
REASONS = messages.ROOT / "web/accounts/reasons.yaml"
PEOPLE: tuple[str | None, ...] = (None, "ada", "anna", "rikke", "dorte", "sune", "kim")
# Sent empty these change something for everybody, or end the walk.
NOT_SENT = {
    "account_logout",
    "keeping:archive",
    "keeping:purge",
    "accounts:deactivate",
    "planning:close",
    "letters:send",
}
# Words that are alike in both languages, what programs are called, what stands in locked columns of the cast, and the
# answers yes and no, which are said in the language of the form.
NEUTRAL = frozenset(
    """sagsbarometer dansk english pdf docx zip xlsx csv cpr id sha mb kb bytes png jpeg tiff word yaml form da en
    kl am pm mozilla excel enter shift esc true false revision sag bilag tekst id yes no""".split()
) | {month.casefold() for month in (
    "January February March April May June July August September October November December "
    "Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec Monday Tuesday Wednesday Thursday Friday Saturday Sunday").split()
}  # fmt: skip
_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")
_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_WORDS = re.compile(
    r"https?://\S+|\b[A-Z]{3,}-\d{3}\b|\b[0-9a-f]{16,}\b|\w+@\S+|\b\w+_\w+\b"
)  # addresses, codes


class Marked(gettext.GNUTranslations):
    """English with each sentence in marks, or the Danish in marks where it has no English yet."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{super().gettext(message)}{SHUT}"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return f"{OPEN}{super().ngettext(one, many, n)}{SHUT}"


class Texts(HTMLParser):
    """What a page says: its texts and the attributes that are read aloud, but for what it says is in Danish."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        silent = tag in ("script", "style", "textarea", "code") or given.get("lang") == "da" or self._silent
        if not silent:
            self.found += [given[name] or "" for name in _ATTRIBUTES if name in given]
            if tag == "input" and given.get("type") == "submit":
                self.found.append(given.get("value") or "")
        if tag not in (
            "br",
            "input",
            "img",
            "meta",
            "link",
            "hr",
            "col",
            "wbr",
            "rect",
            "path",
            "line",
            "use",
        ):
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.found.append(data)

    @property
    def _silent(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def outside(text: str) -> str:
    """What stands outside all marks."""
    depth, kept = 0, ""
    for letter in text:
        if letter == OPEN:
            depth += 1
        elif letter == SHUT:
            depth -= 1
        elif depth == 0:
            kept += letter
    return kept


def strings(value: Any) -> Iterator[str]:
    """Every text in data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)


def english(value: Any) -> Iterator[str]:
    """Every text in data that stands under `en`."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item) if key == "en" else english(item)
    elif isinstance(value, list):
        for item in value:
            yield from english(item)


def data() -> list[str]:
    """The texts in the rows of the house, and of the law and the forms in English, longest first."""
    found: set[str] = set()
    for model in apps.get_models():
        for row in model.objects.all().values():
            for value in row.values():
                found |= set(strings(value))
        if hasattr(model, "name") and hasattr(model, "code"):  # a tile has the first four letters of a name
            found |= {name[:4] for name in model.objects.values_list("name", flat=True)}
    for path in [*shipped("law").rglob("*.yaml"), *shipped("studies").rglob("*.yaml"), REASONS]:
        texts = set(english(yaml.safe_load(path.read_text(encoding="utf-8"))))
        # A standard sentence is shown with a gap for what a case fills in.
        found |= texts | {re.sub(r"\{[^{}]*\}", "…", text) for text in texts if "{" in text}
    return sorted(
        {" ".join(text.split()) for text in found if len(text) > 1}, key=lambda text: (-len(text), text)
    )


def forgotten(page: str, known: list[str], seen: set[str]) -> list[str]:
    """The texts of a page that hold a word outside the marks that is no datum. `seen`: texts looked at already."""
    reader = Texts()
    reader.feed(page)
    told = []
    for text in set(reader.found) - seen:
        left = _NO_WORDS.sub(" ", " ".join(outside(text).split()))
        if not _words(left):
            continue
        for datum in known:
            if datum in left:
                left = re.sub(rf"(?<!\w){re.escape(datum)}(?!\w)", " ", left)
        if words := _words(left):
            told.append(f"{' '.join(text.split())[:160]}  [{', '.join(sorted(words))}]")
    seen |= set(reader.found)
    return told


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)} - NEUTRAL


@pytest.fixture
def marked(tmp_path: Path) -> Iterator[None]:
    """English is marked while the test runs."""
    mo = tmp_path / "django.mo"
    mo.write_bytes(messages.compiled(messages.read_po()))
    with mo.open("rb") as file:
        own = Marked(file)
    before = trans_real._translations.get("en")
    trans_real._translations["en"] = _Django(own)
    yield
    trans_real._translations.pop("en")
    if before is not None:
        trans_real._translations["en"] = before


class _Django(trans_real.DjangoTranslation):
    """Django's own English, ours first and marked."""

    def __init__(self, own: Marked) -> None:
        super().__init__("en")
        self._own = own
        self._ours = messages.found()

    def gettext(self, message: str) -> str:
        return (
            self._own.gettext(message) if message in self._ours else f"{OPEN}{super().gettext(message)}{SHUT}"
        )

    def ngettext(self, one: str, many: str, n: int) -> str:
        if one in self._ours:
            return self._own.ngettext(one, many, n)
        return f"{OPEN}{super().ngettext(one, many, n)}{SHUT}"


@pytest.fixture
def filled(houses: Houses, tmp_path: Path) -> Iterator[Workplace]:
    place = houses.copy("sqlite", tmp_path / "home", with_cast=True)
    fill_things(Cast.of(place.home))
    things(Cast.of(place.home))
    yield place
    houses.drop(place)


def _pages(cast: Cast) -> Iterator[tuple[str, str | None, Any]]:
    """Route, who and reply: what is read first, then every form sent empty."""
    examples = things(cast)
    browsers: dict[str | None, Browser] = {name: _english(cast, name) for name in PEOPLE}
    for method in ("GET", "POST"):
        for route, row in TABLE.items():
            if not isinstance(row, tuple) or (method == "POST" and route in NOT_SENT):
                continue
            kind, get, post = row
            if (get if method == "GET" else post) is None or (route in NOTHING_THERE and method == "GET"):
                continue
            for name in PEOPLE:
                refused = 0
                for thing in (thing for thing in examples[kind] if thing.there):
                    address = reverse(route, kwargs=thing.arguments)
                    browser = browsers[name]
                    reply = (
                        browser.get(address) if method == "GET" else browser.post(address, {}, follow=True)
                    )
                    yield f"{method} {route}", name, reply
                    refused += reply.status_code in (302, 403, 404)
                    if refused > 1:  # somebody else's page: one more »no« tells nothing
                        break


def _english(cast: Cast, name: str | None) -> Browser:
    browser = browser_of(cast.person(name)) if name else Browser()
    browser.raise_request_exception = False
    browser.cookies["django_language"] = "en"
    return browser


def test_no_page_in_english_has_a_text_that_was_not_translated(filled: Workplace, marked: None) -> None:
    cast = Cast.of(filled.home)
    known: list[str] = data()
    seen: set[str] = set()
    told: dict[str, str] = {}
    pages = 0
    for route, name, reply in _pages(cast):
        if not reply.get("Content-Type", "").startswith("text/html") or reply.streaming or not reply.content:
            continue
        pages += 1
        page = reply.content.decode()
        assert "<html" not in page or '<html lang="en">' in page, route
        for text in forgotten(page, known, seen):
            told.setdefault(text, f"{route} as {name} ({reply.status_code})")
    assert pages > 300
    assert not told, "\n".join(
        f"{where}: {text}" for text, where in sorted(told.items(), key=lambda item: item[1])
    )
